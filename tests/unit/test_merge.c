/* merge - two incidents that are one: what goes over, and what may not be merged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

/* Folio 1 is reported, folio 2 measured and confirmed. */
static void two(struct engine_world *w)
{
	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=theft", "");
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_int_equal(world_incident(w, 1).folio, 2);
}

static void the_reported_one_goes_into_the_measured(void **state)
{
	struct engine_world *w = *state;
	struct view_incident to;

	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=storm",
		   ""); /* nobody knows where: no home for the failure */
	report_say(w, 0, "ana", "entry what=problem", "no hay luz");
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_int_equal(report_say(w, 1, "ana", "merge n=2", ""), ERR_OK);
	to = world_incident(w, 1);
	assert_int_equal(to.reports, 1);
	assert_int_equal(to.kind, INCIDENT_KIND_DOWN);
	assert_int_equal(world_incident(w, 0).state, INCIDENT_CLOSED);
	assert_int_equal(world_incident(w, 0).merged_into, to.id);
	assert_int_equal(world_incident(w, 0).owed_up, 0);
	assert_int_equal(incident_find(w->engine, to.id)->record.count, 1);
	assert_int_equal(report_say(w, 2, "ana", "complete", "x"), ERR_OK);
}

static void the_measured_one_goes_into_the_reported(void **state)
{
	struct engine_world *w = *state;
	uint64_t call = 0;
	struct incident *i;
	size_t before;

	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=storm", "");
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	before = world_incident(w, 0).call_count + world_incident(w, 1).call_count;
	assert_int_equal(report_say(w, 2, "ana", "merge n=1", ""), ERR_OK);
	i = incident_find(w->engine, world_incident(w, 0).id);
	assert_int_equal(i->kind, INCIDENT_KIND_DOWN);
	assert_int_equal(i->state, INCIDENT_CONFIRMED);
	assert_int_equal(world_ms(i->began), 6000);
	assert_int_equal(world_service(w, "portal").incident, i->id);
	assert_true(world_service(w, "portal").clock.running);
	for (size_t k = 0; k < i->call_count; k++) {
		assert_true(i->calls[k].id > call); /* in the order of their numbers */
		call = i->calls[k].id;
	}
	for (size_t k = 0; k < i->call_count; k++)
		before -= i->calls[k].id < report_entry(w, "act.merge");
	assert_int_equal(before, 0); /* all that were made before it */
	/* Nobody is called again for the steps that have fired. */
	world_mark(w);
	world_until(w, 12000);
	world_never(w, "step.fired");
}

static void what_may_not_be_merged(void **state)
{
	struct engine_world *w = *state;

	two(w);
	report_refused(w, 1, "ana", "merge", "", "with which incident?");
	report_refused(w, 1, "ana", "merge n=77", "", "there is no such incident");
	report_refused(w, 1, "ana", "merge n=1", "", "that is this incident itself");
	report_refused(w, 1, "elsa", "merge n=2", "", "a desk, the coordinator");
	world_until(w, 52000);
	report_say(w, 2, "elsa", "authorize", "");
	report_refused(w, 2, "ana", "merge n=1", "", "the crisis group has decided");
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 55000);
	report_refused(w, 1, "ana", "merge n=2", "", "only incidents that go on can be one");
}

static void nothing_happens_to_incidents_that_are_not_there(void **state)
{
	struct engine_world *w = *state;
	struct event ev = {.incident = 7, .entry = 8};

	two(w);
	merge_apply(w->engine, &ev);
	assert_true(world_incident(w, 0).open);
	assert_true(world_incident(w, 1).open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_reported_one_goes_into_the_measured,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(the_measured_one_goes_into_the_reported,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(what_may_not_be_merged, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(nothing_happens_to_incidents_that_are_not_there,
						report_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
