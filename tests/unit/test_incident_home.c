/* incident_home - a failure finds its incident: the open one of its root, its own of a while ago, or a new one; what was called a false
 * alarm is on probation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

static void fail_web_after(struct engine_world *w, int64_t ms)
{
	world_until(w, ms);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, ms + 3000);
}

static void services_of_one_root_share_it(void **state)
{
	struct engine_world *w = *state;

	fail_web_after(w, 5000);
	world_expect(w, "incident.opened service=portal root=web folio=1");
	world_expect(w, "incident.joined service=consulta");
	world_never(w, "incident.opened");
}

static void past_the_limit_a_failure_joins_one_that_pages(void **state)
{
	struct engine_limits limits = {.incidents_open = 1, .calls_per_incident = 100};
	struct engine_world *w = *state;

	w->engine->limits = limits;
	fail_web_after(w, 5000);
	world_expect(w, "incident.opened folio=1");
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 15000);
	world_expect(w, "incident.joined service=acceso");
	world_never(w, "incident.opened");
}

static void it_says_when_a_blind_service_becomes_an_incident(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	world_cut(w, "dc", true);
	world_until(w, 20000);
	assert_int_equal(world_service(w, "portal").state, SERVICE_BLIND);
	/* the last sample at 5 s, blind_limit 60 s */
	assert_int_equal(world_ms(incident_home_deadline(w->engine)), 65000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(services_of_one_root_share_it, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(past_the_limit_a_failure_joins_one_that_pages,
						world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(it_says_when_a_blind_service_becomes_an_incident,
						world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
