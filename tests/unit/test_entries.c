/* entries - entries for the final report: what they need, how they are corrected, who verifies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

static void incident(struct engine_world *w)
{
	world_until(w, 60000);
	report_say(w, 0, "flor", "report what=other", "");
}

static void each_kind_needs_its_words(void **state)
{
	struct engine_world *w = *state;

	incident(w);
	report_refused(w, 0, "ana", "entry what=nada", "x", "what= is activity");
	report_refused(w, 0, "ana", "entry", "x", "what= is activity");
	report_refused(w, 0, "ana", "entry what=activity", "", "the entry says nothing");
	report_refused(w, 0, "ana", "entry what=purchase", "planta", "how much is asked for?");
	report_refused(w, 0, "ana", "entry what=purchase n=9 other=ana", "planta",
		       "level 1 authorises");
	report_refused(w, 0, "ana", "entry what=improvement other=gil", "x", "an action needs who");
	report_refused(w, 0, "ana", "entry what=improvement other=gil until=1780000060", "x",
		       "that date is over");
	report_refused(w, 0, "ana", "entry what=withdrawn", "x", "which entry is withdrawn?");
	assert_int_equal(report_say(w, 0, "ana", "entry what=purchase n=9000 other=elsa", "planta"),
			 ERR_OK);
	assert_int_equal(report_say(w, 0, "ana", "entry what=supplier ref=C-1", "proveedor"),
			 ERR_OK);
	assert_int_equal(report_say(w, 0, "ana", "entry what=area", "DAOD"), ERR_OK);
}

static void a_correction_stands_beside_what_it_corrects(void **state)
{
	struct engine_world *w = *state;
	char line[80];
	uint64_t first, second;

	incident(w);
	report_say(w, 0, "ana", "entry what=activity", "reinicio");
	first = report_entry(w, "act.entry");
	snprintf(line, sizeof(line), "entry what=activity entry=%llu", (unsigned long long)first);
	assert_int_equal(report_say(w, 0, "ana", line, "reinicio y cambio"), ERR_OK);
	second = report_entry(w, "act.entry");
	report_refused(w, 0, "ana", line, "otra", "that entry is corrected already");
	snprintf(line, sizeof(line), "entry what=area entry=%llu", (unsigned long long)second);
	report_refused(w, 0, "ana", line, "x", "a correction is of the same kind");
	report_refused(w, 0, "ana", "entry what=activity entry=1", "x",
		       "the incident has no such entry");
	snprintf(line, sizeof(line), "entry what=withdrawn entry=%llu", (unsigned long long)second);
	assert_int_equal(report_say(w, 0, "ana", line, "no fue aquí"), ERR_OK);
	report_refused(w, 0, "ana", "complete", "", "what was done?"); /* none is left */
}

static void an_action_is_done_and_verified_by_two(void **state)
{
	struct engine_world *w = *state;
	char done[80], verified[80];
	unsigned long long seq;

	incident(w);
	report_say(w, 0, "ana", "entry what=improvement other=gil until=30d", "enlace");
	seq = report_entry(w, "act.entry");
	snprintf(done, sizeof(done), "action what=done entry=%llu", seq);
	snprintf(verified, sizeof(verified), "action what=verified entry=%llu", seq);
	report_refused(w, 0, "gil", "action what=done entry=1", "", "there is no such improvement");
	report_refused(w, 0, "gil", "action what=quizas", "", "what=done or what=verified");
	report_refused(w, 0, "ceci", verified, "", "it is not done yet");
	assert_int_equal(report_say(w, 0, "gil", done, ""), ERR_OK);
	report_refused(w, 0, "gil", done, "", "that is on record already");
	report_refused(w, 0, "gil", verified, "", "nobody verifies what they did");
	assert_int_equal(report_say(w, 0, "ceci", verified, ""), ERR_OK);
	snprintf(done, sizeof(done), "entry what=improvement other=gil until=30d entry=%llu", seq);
	report_refused(w, 0, "ana", done, "x", "the action is done");
}

static void the_coordinator_hands_in_the_report_when_it_is_over(void **state)
{
	struct engine_world *w = *state;

	incident(w);
	report_refused(w, 0, "ceci", "final-report", "", "the incident is not over");
	report_say(w, 0, "ana", "restore", "ya");
	report_refused(w, 0, "ana", "final-report", "", "the coordinator (level 2)");
	assert_int_equal(report_say(w, 0, "ceci", "final-report ref=X", ""), ERR_OK);
	assert_true(world_incident(w, 0).handed_in);
}

static void there_is_an_end_to_what_an_incident_holds(void **state)
{
	struct engine_world *w = *state;

	incident(w);
	for (int k = 0; k < ENTRIES_MAX; k++)
		assert_int_equal(report_say(w, 0, "ana", "entry what=activity", "x"), ERR_OK);
	report_refused(w, 0, "ana", "entry what=activity", "x", "the incident has all the entries");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_kind_needs_its_words, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_correction_stands_beside_what_it_corrects,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(an_action_is_done_and_verified_by_two,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(the_coordinator_hands_in_the_report_when_it_is_over,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_what_an_incident_holds,
						report_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
