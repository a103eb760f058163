/* report_act - who may say what of a report, when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

static void what_makes_no_sense_is_refused(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 60000);
	report_refused(w, 0, "ana", "report", "", "what is reported?");
	report_refused(w, 0, "ana", "report what=tormenta", "",
		       "the plan's reports know no such type");
	report_refused(w, 0, "ana", "report what=storm at=8d", "",
		       "that is more than seven days ago");
	report_refused(w, 0, "ana", "report what=storm at=1780000061", "",
		       "that has not happened yet");
	assert_int_equal(report_say(w, 0, "ana", "report what=other", ""), ERR_OK);
	report_refused(w, 0, "ana", "classify what=raro", "", "what=technical or");
	report_refused(w, 0, "ana", "complete", "", "what was done?");
	report_refused(w, 0, "elsa", "confirm-report", "", "a desk, the coordinator");
	report_refused(w, 0, "elsa", "restore", "ya", "a desk, the coordinator");
	report_refused(w, 0, "ana", "restore", "", "what shows that it works?");
	report_refused(w, 0, "ana", "restore at=2m", "ya", "that is before it began");
	report_refused(w, 0, "ana", "return what=begin", "", "the way back begins when");
	report_refused(w, 0, "ana", "return what=quizas", "", "what=begin or what=done");
}

static void a_confirmation_may_name_the_process_and_the_hour(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 60000);
	report_say(w, 0, "flor", "report what=other", "");
	assert_int_equal(report_say(w, 0, "ana", "confirm-report", ""), ERR_OK);
	world_never(w, "clock.started");
	report_refused(w, 0, "ana", "confirm-report", "", "it is confirmed already");
	assert_int_equal(report_say(w, 0, "ana", "confirm-report service=urnas at=30s", ""),
			 ERR_OK);
	world_expect(w, "clock.started service=urnas began=@30 estimated=true");
	assert_int_equal(world_service(w, "urnas").incident, world_incident(w, 0).id);
	report_refused(w, 0, "ana", "confirm-report service=urnas", "", "it is confirmed already");
}

static void what_fails_in_another_incident_is_merged_not_confirmed_twice(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	report_refused(w, 1, "ana", "confirm-report service=portal", "",
		       "that service fails in another incident");
}

static void a_measured_failure_is_not_restored_by_a_word(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	report_refused(w, 0, "ana", "restore", "ya", "what is measured is restored by measurement");
	report_refused(w, 0, "ana", "confirm-report", "", "there is no report to confirm");
	report_refused(w, 0, "ana", "complete", "x", "nobody has reported it");
}

static void one_of_two_processes_may_be_restored(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	report_say(w, 0, "ana", "confirm-report service=portal", "");
	report_say(w, 0, "ana", "confirm-report service=urnas", "");
	world_until(w, 5000);
	assert_int_equal(report_say(w, 0, "ana", "restore service=portal", "ya"), ERR_OK);
	world_expect(w, "clock.restored service=portal");
	assert_int_equal(world_incident(w, 0).state, INCIDENT_CONFIRMED);
	report_refused(w, 0, "ana", "close", "x", "somebody reported it");
	assert_int_equal(report_say(w, 0, "ana", "restore", "ya"), ERR_OK);
	world_expect(w, "clock.restored service=urnas");
	assert_int_equal(world_incident(w, 0).state, INCIDENT_RESTORED);
}

static void the_way_back_begins_and_is_done_once(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	world_until(w, 5000);
	report_say(w, 0, "ana", "restore", "papeletas");
	assert_int_equal(world_ms(world_incident(w, 0).restored), 5000);
	report_refused(w, 0, "ana", "return what=done", "", "no way back has begun");
	assert_int_equal(report_say(w, 0, "ana", "return what=begin", ""), ERR_OK);
	report_refused(w, 0, "ana", "return what=begin", "", "the way back has begun already");
	report_refused(w, 0, "ana", "close", "", "the way back has begun and is not done");
	world_until(w, 6000);
	report_refused(w, 0, "ana", "return what=done at=3s", "",
		       "that is before the way back began");
	assert_int_equal(report_say(w, 0, "ana", "return what=done", ""), ERR_OK);
	assert_int_equal(world_ms(world_incident(w, 0).return_began), 5000);
	assert_int_equal(world_ms(world_incident(w, 0).return_done), 6000);
	assert_int_equal(report_say(w, 0, "ana", "close", ""), ERR_OK);
}

static void a_report_is_completed_once(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=other", "");
	assert_int_equal(report_say(w, 0, "ana", "complete", "se reinició"), ERR_OK);
	assert_true(world_incident(w, 0).complete);
	assert_string_equal(world_incident(w, 0).summary, "se reinició");
	report_refused(w, 0, "ana", "complete", "otra vez", "the report is complete already");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_makes_no_sense_is_refused, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_confirmation_may_name_the_process_and_the_hour,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
			what_fails_in_another_incident_is_merged_not_confirmed_twice,
			report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_measured_failure_is_not_restored_by_a_word,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(one_of_two_processes_may_be_restored,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(the_way_back_begins_and_is_done_once,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_report_is_completed_once, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
