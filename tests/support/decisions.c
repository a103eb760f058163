#include "tests/support/decisions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/test_plan.h"

int decisions_setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(test_plan_read_file("tests/scenario/plans/decisions.yaml", arena));
	arena_free(arena);
	return 0;
}

enum err decisions_act(struct engine_world *w, const char *person, enum act act, const char *by,
		       enum proof proof, const char *note, ...)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i = world_incident(w, view_incident_count(w->engine) - 1);
	va_list ap;

	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(i.plan, slice_of(person));
	in.u.act.recorded_by = by != NULL ? plan_find_person(i.plan, slice_of(by)) : PLAN_NONE;
	in.u.act.proof = proof;
	in.u.act.note = note;
	va_start(ap, note);
	for (const char *kv = va_arg(ap, const char *); kv != NULL; kv = va_arg(ap, const char *)) {
		size_t key = strcspn(kv, "=");
		struct err_info info = {0};

		if (act_args_read(&in.u.act.args, act, i.plan, w->now, (struct slice){kv, key},
				  slice_of(kv + key + 1), &info) != ERR_OK)
			fail_msg("%s: %s", kv, info.text);
	}
	va_end(ap);
	return world_input(w, &in);
}

uint64_t decisions_entry(const struct engine_world *w, enum event_kind kind)
{
	for (size_t k = w->count; k-- > 0;) {
		if (w->events[k].ev.kind == kind)
			return w->events[k].ev.seq;
	}
	return 0;
}

void decisions_declare(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "");
	world_until(w, 10000);
	ACT_OK(w, "elsa", AUTHORIZE, "");
	ACT_OK(w, "gina", AUTHORIZE, "");
	ACT_OK(w, "ceci", DECLARE, "");
	world_until(w, 20000);
}

void decisions_silence(struct engine_world *w)
{
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	ACT_OK(w, "ana", ATIENDO, "");
	world_until(w, 5000);
	ACT_OK(w, "ceci", CONVENE, "");
	world_until(w, 70000);
}
