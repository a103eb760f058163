#include "tests/support/duty_act.h"

#include <stdio.h>
#include <string.h>

uint32_t duty_person(const struct engine_world *w, const char *id)
{
	return plan_find_person(view_plan(w->engine), slice_of(id));
}

enum err duty_act(struct engine_world *w, const char *who, enum act act, const char *what,
		  const char *by, uint64_t entry)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};

	if (act_row(act)->place == ACT_PLACE_INCIDENT)
		in.u.act.incident = world_incident(w, view_incident_count(w->engine) - 1).id;
	in.u.act.act = act;
	in.u.act.person = duty_person(w, who);
	in.u.act.recorded_by = by != NULL ? duty_person(w, by) : PLAN_NONE;
	in.u.act.note = act == ACT_ESCALATE ? what : "";
	in.u.act.args.entry = entry;
	in.u.act.args.n = (int64_t)entry;
	in.u.act.args.given = act == ACT_ESCALATE ? ACT_HAS(N) : 0;
	if (act == ACT_LEAVE && what != NULL) {
		in.u.act.args.other = duty_person(w, what);
		in.u.act.args.given = ACT_HAS(OTHER);
	} else if (what != NULL) {
		snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s", what);
	}
	return world_input(w, &in);
}
