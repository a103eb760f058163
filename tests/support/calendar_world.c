#include "tests/support/calendar_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/test_plan.h"

int calendar_world_setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(test_plan_read_file("tests/scenario/plans/calendar.yaml", arena));
	arena_free(arena);
	return 0;
}

static void give(struct engine_world *w, const struct plan *p, const char *given, struct input *in)
{
	char text[256], *save = NULL;

	snprintf(text, sizeof(text), "%s", given);
	for (char *word = strtok_r(text, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		size_t key = strcspn(word, "=");
		struct err_info info;

		if (act_args_read(&in->u.act.args, in->u.act.act, p, w->now,
				  (struct slice){word, key}, slice_of(word + key + 1),
				  &info) != ERR_OK)
			fail_msg("%s", info.text);
	}
}

static struct input input_of(struct engine_world *w, const char *person, enum act act)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i = {.plan = view_plan(w->engine)};

	if (act_row(act)->place == ACT_PLACE_INCIDENT)
		i = world_incident(w, view_incident_count(w->engine) - 1);
	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(i.plan, slice_of(person));
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	assert_int_not_equal(in.u.act.person, PLAN_NONE);
	return in;
}

enum err calendar_world_act(struct engine_world *w, const char *person, enum act act,
			    const char *note, const char *given)
{
	struct input in = input_of(w, person, act);

	in.u.act.note = note;
	give(w, engine_plan_of(w->engine, in.u.act.incident, 0), given, &in);
	return world_input(w, &in);
}

uint64_t calendar_world_newest(const struct engine_world *w, enum event_kind kind)
{
	for (size_t i = w->count; i-- > 0;) {
		if (w->events[i].ev.kind == kind)
			return i + 1;
	}
	fail_msg("there is no %s", event_kind_word(kind));
	return 0;
}

enum err calendar_world_link(struct engine_world *w, const char *person, enum call_kind kind,
			     enum act act)
{
	struct input in = input_of(w, person, act);

	in.u.act.proof = PROOF_LINK;
	in.u.act.link = "digest";
	for (size_t i = 0; i < w->count; i++) {
		const struct event *ev = &w->events[i].ev;

		if (ev->kind == EVENT_CALL_INTENT && ev->call_kind == kind &&
		    ev->person == in.u.act.person)
			in.u.act.call = i + 1;
	}
	return world_input(w, &in);
}
