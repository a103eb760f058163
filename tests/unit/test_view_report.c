/* view_report - what people reported, for those who look. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

static void a_report_leads_to_its_incident(void **state)
{
	struct engine_world *w = *state;
	struct view_report r;

	report_say(w, 0, "flor", "report what=tablet-failure site=central service=urnas", "x");
	assert_int_equal(view_incident_of_report(w->engine, report_entry(w, "act.report")),
			 world_incident(w, 0).id);
	assert_int_equal(view_incident_of_report(w->engine, 3), 0);
	view_report(w->engine, world_incident(w, 0).id, 0, &r);
	assert_string_equal(view_plan(w->engine)->reports.types[r.type].name, "Falla de tableta");
	assert_string_equal(view_plan(w->engine)->sites[r.site].id, "central");
	assert_string_equal(view_plan(w->engine)->services[r.service].id, "urnas");
	assert_string_equal(view_plan(w->engine)->people[r.person].id, "flor");
	assert_false(world_incident(w, 0).operational);
	report_say(w, 0, "ana", "classify what=operational", "");
	assert_true(world_incident(w, 0).operational);
}

static void a_free_word_has_no_type(void **state)
{
	struct engine_world *w = *state;
	struct view_report r;

	report_say(w, 0, "flor", "report what=other", "");
	view_report(w->engine, world_incident(w, 0).id, 0, &r);
	assert_int_equal(r.type, PLAN_NONE);
	assert_string_equal(r.via, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_report_leads_to_its_incident, report_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_free_word_has_no_type, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
