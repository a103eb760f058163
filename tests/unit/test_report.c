/* report - a report finds its incident, a measured failure finds its report; the folio that people speak of stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"
#include "tests/support/test_plan.h"

static void a_report_opens_an_incident_with_its_hour_beside_it(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;
	struct view_report r;

	world_until(w, 60000);
	assert_int_equal(report_say(w, 0, "flor",
				    "report what=storm at=45s site=distrito-7 via=district ref=S-1",
				    "lluvia"),
			 ERR_OK);
	i = world_incident(w, 0);
	assert_int_equal(i.kind, INCIDENT_KIND_REPORTED);
	assert_int_equal(i.state, INCIDENT_SUSPECT);
	assert_int_equal(i.service_count, 0);
	assert_int_equal(world_ms(i.began), 15000);
	assert_true(i.open);
	view_report(w->engine, i.id, 0, &r);
	assert_string_equal(r.what, "storm");
	assert_string_equal(r.via, "district");
	assert_string_equal(r.ref, "S-1");
	assert_string_equal(r.text, "lluvia");
	assert_int_equal(world_ms(r.at), 15000);
	assert_int_equal(world_ms(r.recorded), 60000);
}

static void the_same_said_twice_is_one_incident(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=storm site=central", "");
	report_say(w, 0, "gil", "report what=storm site=central", "");
	assert_int_equal(view_incident_count(w->engine), 1);
	assert_int_equal(world_incident(w, 0).reports, 2);
	report_say(w, 0, "flor", "report what=theft site=central", ""); /* something else */
	report_say(w, 0, "flor", "report what=storm", ""); /* nobody knows where */
	report_say(w, 0, "flor", "report what=storm", "");
	assert_int_equal(view_incident_count(w->engine), 4);
	world_until(w, 301000); /* join_within is 5 minutes */
	report_say(w, 0, "gil", "report what=storm site=central", "");
	assert_int_equal(view_incident_count(w->engine), 5);
}

static void a_failure_at_the_reported_site_joins(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=storm site=distrito-7", "");
	world_set(w, "mesas:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_expect(w, "incident.joined service=urnas");
	assert_int_equal(view_incident_count(w->engine), 1);
	assert_int_equal(world_incident(w, 0).kind, INCIDENT_KIND_DOWN);
	assert_int_equal(world_ms(world_incident(w, 0).began), 1000);
}

static void a_failure_elsewhere_or_much_later_does_not(void **state)
{
	struct engine_world *w = *state;

	report_say(w, 0, "flor", "report what=storm site=distrito-7", "");
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_int_equal(view_incident_count(w->engine), 2);
	world_until(w, 400000);
	world_set(w, "mesas:p", NULL, HEALTH_CRITICAL);
	world_until(w, 410000);
	assert_int_equal(view_incident_count(w->engine), 3);
}

static void a_late_report_of_what_is_over_belongs_to_it(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 30000);
	report_say(w, 0, "flor", "report what=service-unavailable service=portal at=22s", "");
	world_expect(w, "incident.reported service=portal");
	report_say(w, 0, "flor", "report what=service-unavailable service=portal at=2s",
		   ""); /* after it */
	world_expect(w, "incident.opened folio=2 incident_kind=reported");
}

static void what_is_reported_and_measured_well_contradicts_itself(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	report_say(w, 0, "flor", "report what=service-unavailable service=portal", "");
	assert_true(world_incident(w, 0).contradicted);
	assert_false(world_service(w, "portal").clock.running);
	report_say(w, 0, "ana", "confirm-report", "");
	assert_true(world_incident(w, 0).contradicted);
	assert_true(world_service(w, "portal").clock.by_word);
	report_say(w, 0, "ana", "restore", "ya abre");
	assert_false(world_incident(w, 0).contradicted);
	assert_false(world_service(w, "portal").clock.running);
}

static void a_new_plan_does_not_lose_it(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();

	report_say(w, 0, "flor", "report what=storm site=distrito-7", "");
	world_apply_plan(w, test_plan_read_file("tests/scenario/plans/rules.yaml", arena));
	report_say(w, 0, "ana", "report what=other service=todos", "");
	assert_int_equal(view_incident_count(w->engine), 2);
	assert_int_equal(report_say(w, 1, "flor", "entry what=activity", "sacos"), ERR_OK);
	arena_free(arena);
}

static void folios_of_open_incidents_differ(void **state)
{
	struct engine_world *w = *state;

	for (int k = 0; k < 150; k++)
		report_say(w, 0, "flor", "report what=storm", "");
	assert_int_equal(view_incident_count(w->engine), 90);
	for (size_t a = 0; a < view_incident_count(w->engine); a++) {
		for (size_t b = 0; b < a; b++)
			assert_int_not_equal(world_incident(w, a).folio,
					     world_incident(w, b).folio);
	}
	assert_int_equal(world_incident(w, 89).reports, 61); /* none is lost */
	for (int k = 0; k < 30; k++) { /* past 99: the one that is free, not the next */
		report_say(w, 0, "ana", "restore", "ya");
		report_say(w, 0, "ana", "close", "");
		report_say(w, 0, "flor", "report what=storm", "");
		for (size_t a = 0; a + 1 < view_incident_count(w->engine); a++)
			assert_true(!world_incident(w, a).open ||
				    world_incident(w, a).folio !=
					    world_incident(w, view_incident_count(w->engine) - 1)
						    .folio);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_opens_an_incident_with_its_hour_beside_it,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(the_same_said_twice_is_one_incident,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_failure_at_the_reported_site_joins,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_failure_elsewhere_or_much_later_does_not,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_late_report_of_what_is_over_belongs_to_it,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(
			what_is_reported_and_measured_well_contradicts_itself, report_world_setup,
			world_teardown),
		cmocka_unit_test_setup_teardown(a_new_plan_does_not_lose_it, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(folios_of_open_incidents_differ, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
