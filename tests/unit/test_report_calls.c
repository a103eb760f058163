/* report_calls - a report is called until a human being has answered, and never to the crisis group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

static void nobody_of_level_1_is_called_whatever_the_plan_says(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other service=portal",
		   ""); /* its policy calls level 1 at once */
	world_until(w, 200000);
	assert_true(world_count(w, "call.intent kind=reported") > 4);
	assert_int_equal(world_count(w, "call.intent person=elsa"), 0);
}

static void each_kind_calls_its_own(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "gil", "report what=theft", "");
	world_expect(w, "call.intent kind=reported seat=citiecm person=flor");
	report_say(w, 0, "gil", "complete", "x");
	world_expect(w, "call.stopped why=complete");
	world_expect(w, "call.intent kind=report-complete seat=coordinacion person=ceci");
	assert_int_equal(world_count(w, "call.intent seat=mesa"), 0);
}

static void an_answer_ends_them_once_it_is_assessed(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	report_say(w, 0, "ana", "enterado", "");
	world_until(w, 890000);
	assert_int_equal(world_count(w, "call.intent"), 1);
	world_until(w, 905000); /* it runs out after 15 minutes, and nobody has assessed */
	assert_int_equal(world_count(w, "call.intent person=beto"), 1);
	report_say(w, 0, "beto", "atiendo", "");
	report_say(w, 0, "beto", "confirm-report", "");
	world_until(w, 3000000);
	assert_int_equal(world_count(w, "call.intent"), 2);
}

static void a_restart_goes_on_where_it_was(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	world_until(w, 15000);
	assert_int_equal(world_count(w, "call.intent person=beto"), 1);
	world_restart(w);
	world_until(w, 25000);
	assert_int_equal(world_count(w, "call.intent person=ana"), 1);
	assert_int_equal(world_count(w, "call.intent person=ceci"), 1);
}

static void it_says_when_it_begins_again(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	world_until(w, 41000); /* four people, 10 s each */
	world_expect(w, "report.unanswered repeat_at=@100");
	assert_true(world_incident(w, 0).exhausted);
	assert_int_equal(world_ms(report_calls_deadline(w->engine)), 100000);
	world_until(w, 101000);
	assert_int_equal(world_count(w, "call.intent person=ana"), 1); /* since the mark */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nobody_of_level_1_is_called_whatever_the_plan_says,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(each_kind_calls_its_own, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(an_answer_ends_them_once_it_is_assessed,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_restart_goes_on_where_it_was, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(it_says_when_it_begins_again, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
