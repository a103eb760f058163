/* handover - a shift that ends while an incident runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"

static uint32_t person(const struct engine_world *w, const char *id)
{
	return plan_find_person(view_plan(w->engine), slice_of(id));
}

static enum err act(struct engine_world *w, const char *who, enum act act, const char *what,
		    const char *by, uint64_t entry)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};

	if (act_row(act)->place == ACT_PLACE_INCIDENT)
		in.u.act.incident = world_incident(w, view_incident_count(w->engine) - 1).id;
	in.u.act.act = act;
	in.u.act.person = person(w, who);
	in.u.act.recorded_by = by != NULL ? person(w, by) : PLAN_NONE;
	in.u.act.note = act == ACT_ESCALATE ? what : "";
	in.u.act.args.entry = entry;
	in.u.act.args.n = (int64_t)entry;
	in.u.act.args.given = act == ACT_ESCALATE ? ACT_HAS(N) : 0;
	if (act == ACT_LEAVE && what != NULL) {
		in.u.act.args.other = person(w, what);
		in.u.act.args.given = ACT_HAS(OTHER);
	} else if (what != NULL) {
		snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s", what);
	}
	return world_input(w, &in);
}

static void it_is_told_once_by_each_contact_until_it_arrives(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	(void)act;
	world_until(w, 150000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 152000);
	assert_true(world_ms(engine_next_deadline(w->engine)) <= 200000);
	world_until(w, 199999);
	world_never(w, "shift.changed");
	world_mark(w);
	world_until(w, 200000);
	assert_int_equal(world_count(w, "shift.changed seat=mesa from=ana to=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=ana"), 1);
	world_until(w, 400000);
	assert_int_equal(world_count(w, "shift.changed"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over"), 2);
	world_close(w);
}

static void who_was_never_told_hands_nothing_over(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 190000);
	w->delivery = WORLD_FAILS;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 195000);
	w->delivery = WORLD_OK;
	world_mark(w);
	world_until(w, 201000);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=ana"), 0);
	world_close(w);
}

static void after_the_end_nothing_is_handed_over(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 150000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 160000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 260000);
	world_never(w, "shift.changed");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_once_by_each_contact_until_it_arrives),
		cmocka_unit_test(who_was_never_told_hands_nothing_over),
		cmocka_unit_test(after_the_end_nothing_is_handed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
