/* deadline - papers and actions are due at their moment, told once, shown until they are done. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

static void closed_at_ten(struct engine_world *w)
{
	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=other", "");
	report_say(w, 0, "ana", "restore", "ya");
	world_until(w, 10000);
	report_say(w, 0, "ana", "close", "");
}

static void the_report_is_due_its_time_after_closing(void **state)
{
	struct engine_world *w = *state;
	struct view_debt d[4];

	closed_at_ten(w);
	world_expect(w, "deadline.set what=report due=@310");
	assert_int_equal(world_ms(deadline_next(w->engine)), 310000);
	assert_int_equal(view_debts(w->engine, w->now, d, 4), 1);
	assert_false(d[0].overdue);
	assert_int_equal(d[0].person, PLAN_NONE);
	world_until(w, 309000);
	world_never(w, "deadline.due");
	world_until(w, 320000);
	world_expect(w, "deadline.due what=report due=@310");
	world_expect(w, "call.intent kind=due person=ceci");
	assert_int_equal(view_debts(w->engine, w->now, d, 4), 1);
	assert_true(d[0].overdue);
	assert_int_equal(deadline_next(w->engine).us, WALL_NEVER.us);
	report_say(w, 0, "ceci", "final-report", "");
	assert_int_equal(view_debts(w->engine, w->now, d, 4), 0);
	assert_int_equal(world_count(w, "call.intent kind=due"), 0); /* since the mark */
}

static void who_cannot_be_told_is_not_called_for_ever(void **state)
{
	struct engine_world *w = *state;

	closed_at_ten(w);
	w->delivery = WORLD_FAILS;
	world_until(w, 2000000);
	assert_int_equal(world_count(w, "call.intent kind=due person=ceci"), 1);
	assert_int_equal(world_count(w, "call.intent kind=due person=dario"), 1);
	assert_int_equal(world_incident(w, 0).owed_up, 0);
}

static void what_owes_stays_and_what_does_not_goes(void **state)
{
	struct engine_world *w = *state;

	closed_at_ten(w);
	world_until(w, 1000000);
	report_say(w, 0, "flor", "report what=theft", ""); /* whatever is over leaves now */
	assert_int_equal(view_incident_count(w->engine), 2);
	assert_int_equal(report_say(w, 1, "ceci", "final-report", ""), ERR_OK);
	report_say(w, 0, "flor", "report what=theft", "");
	assert_int_equal(view_incident_count(w->engine), 2); /* both thefts */
}

static void an_action_of_a_closed_incident_is_due(void **state)
{
	struct engine_world *w = *state;
	struct view_debt d[4];

	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=other", "");
	report_say(w, 0, "ceci", "entry what=improvement other=gil until=1000s", "x");
	report_say(w, 0, "ceci", "entry what=improvement other=gil until=100s", "y");
	report_say(w, 0, "ana", "restore", "ya");
	report_say(w, 0, "ana", "close", "");
	assert_int_equal(view_debts(w->engine, w->now, d, 4), 3);
	assert_int_equal(world_ms(d[0].due), 105000);
	assert_int_equal(world_ms(d[1].due), 305000);
	assert_int_equal(world_ms(d[2].due), 1005000);
	assert_int_equal(view_debts(w->engine, w->now, d, 1), 1);
	assert_int_equal(world_ms(d[0].due), 105000);
	world_until(w, 110000);
	world_expect(w, "deadline.due what=improvement person=gil due=@105");
	assert_int_equal(world_count(w, "call.intent kind=due person=gil"), 1);
	world_until(w, 1010000);
	assert_int_equal(world_count(w, "call.intent kind=due person=gil"), 2);
}

static void the_oldest_gives_way_when_too_many_owe(void **state)
{
	struct engine_world *w = *state;

	for (int k = 0; k <= OWING_MAX; k++) {
		report_say(w, 0, "flor", "report what=other", "");
		report_say(w, 0, "ana", "restore", "ya");
		report_say(w, 0, "ana", "close", "");
	}
	world_expect(w, "deadline.dropped incident=3");
	world_never(w, "deadline.dropped");
	assert_false(deadline_is_owing(incident_find(w->engine, 3)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_report_is_due_its_time_after_closing,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(who_cannot_be_told_is_not_called_for_ever,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(what_owes_stays_and_what_does_not_goes,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(an_action_of_a_closed_incident_is_due,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(the_oldest_gives_way_when_too_many_owe,
						report_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
