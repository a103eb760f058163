/* past_service - outages of the past as services had them: by the diagram of that time, without what is on record already,
 * in an incident that calls nobody. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

static void tell(struct engine_world *w, const char *check, const char *agent, int64_t from_ms,
		 int64_t to_ms, enum health health)
{
	for (int64_t ms = from_ms; ms <= to_ms; ms += 1000)
		world_backlog(w, check, agent, ms, health);
}

static void all_come_back_after(struct engine_world *w, int64_t ms)
{
	static const char *const agents[] = {"dc", "catd", "far"};

	world_until(w, 5000);
	for (size_t i = 0; i < COUNT_OF(agents); i++)
		world_cut(w, agents[i], true);
	world_until(w, ms);
	for (size_t i = 0; i < COUNT_OF(agents); i++)
		world_cut(w, agents[i], false);
	world_until(w, ms + 1000);
	world_mark(w);
}

static void services_of_one_cause_share_a_record(void **state)
{
	struct engine_world *w = *state;

	all_come_back_after(w, 60000);
	tell(w, "web:p", NULL, 20000, 39000, HEALTH_CRITICAL);
	tell(w, "web:p", NULL, 40000, 59000, HEALTH_OK);
	assert_int_equal(world_count(w, "incident.opened incident_kind=past"), 1);
	assert_int_equal(world_count(w, "incident.joined"), 1);
	assert_int_equal(world_count(w, "clock.restored outage=20 restored=@40"), 2);
	assert_int_equal(world_count(w, "incident.state to=closed"), 1);
	assert_int_equal(world_count(w, "call.intent"), 0);
	assert_int_equal(world_count(w, "service.past"), 2);
}

static void behind_a_failed_switch_the_switch_is_the_root(void **state)
{
	struct engine_world *w = *state;

	all_come_back_after(w, 60000);
	tell(w, "switch:p", NULL, 20000, 39000, HEALTH_CRITICAL);
	tell(w, "switch:p", NULL, 40000, 59000, HEALTH_OK);
	tell(w, "fw-a:p", NULL, 20000, 39000, HEALTH_CRITICAL);
	tell(w, "fw-a:p", NULL, 40000, 59000, HEALTH_OK);
	world_never(w, "service.past");
	tell(w, "fw-b:p", NULL, 20000, 39000, HEALTH_CRITICAL);
	tell(w, "fw-b:p", NULL, 40000, 59000, HEALTH_OK);
	world_expect(w, "service.past service=acceso root=switch began=@20 restored=@40");
}

static void what_a_clock_counted_is_not_counted_again(void **state)
{
	struct engine_world *w = *state;

	/* db fails for portal's neighbour first hand from 10 s to 20 s (its good samples from 21 s on). */
	world_until(w, 9000);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 20000);
	world_set(w, "db:p", NULL, HEALTH_OK);
	world_until(w, 25000);
	world_expect(w, "clock.restored service=consulta restored=@21");
	all_come_back_after(w, 60000);
	/* A third place saw the same outage begin earlier and end later. */
	world_restart(w);
	world_mark(w);
	tell(w, "web:p", NULL, 26000, 29000, HEALTH_OK);
	tell(w, "web:p", NULL, 30000, 39000, HEALTH_CRITICAL);
	tell(w, "web:p", NULL, 40000, 59000, HEALTH_OK);
	world_expect(w, "service.past service=consulta began=@30 restored=@40 outage=10");
	world_never(w, "service.past service=consulta");
}

static void an_outage_that_runs_is_not_recorded_as_over(void **state)
{
	struct engine_world *w = *state;

	all_come_back_after(w, 60000);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 70000);
	world_expect(w, "clock.started service=consulta began=@62");
	tell(w, "web:p", NULL, 62000, 65000, HEALTH_CRITICAL);
	tell(w, "web:p", NULL, 66000, 68000, HEALTH_OK);
	world_never(w, "service.past service=consulta");
}

static void more_of_it_can_become_a_breach(void **state)
{
	struct engine_world *w = *state;

	all_come_back_after(w, 200000);
	tell(w, "db:p", "dc", 10000, 19000, HEALTH_OK);
	tell(w, "db:p", "dc", 20000, 180000, HEALTH_CRITICAL);
	tell(w, "db:p", "dc", 181000, 199000, HEALTH_OK);
	tell(w, "db:p", "catd", 20000, 99000, HEALTH_CRITICAL);
	tell(w, "db:p", "catd", 100000, 199000, HEALTH_OK);
	world_expect(w, "service.past service=consulta began=@20 restored=@100 outage=80");
	world_expect(w, "incident.state to=closed");
	tell(w, "db:p", "far", 90000, 149000, HEALTH_CRITICAL);
	tell(w, "db:p", "far", 150000, 199000, HEALTH_OK);
	world_expect(w, "clock.breached service=consulta breach_at=@120");
	world_expect(w, "incident.state from=closed to=restored");
	world_expect(w, "clock.restored service=consulta restored=@150 outage=130");
	world_until(w, 300000);
	world_never(w, "incident.state to=closed");
	world_never(w, "call.intent");
	assert_int_equal(world_act(w, "ceci", ACT_CLOSE, "revisado", NULL), ERR_OK);
	world_expect(w, "incident.state to=closed");
}

static void a_new_plan_carries_what_is_on_record(void **state)
{
	struct engine_world *w = *state;

	all_come_back_after(w, 60000);
	tell(w, "web:p", NULL, 20000, 39000, HEALTH_CRITICAL);
	tell(w, "web:p", NULL, 40000, 59000, HEALTH_OK);
	world_apply_plan(w, world_plan);
	world_mark(w);
	world_restart(w);
	tell(w, "web:p", NULL, 30000, 39000, HEALTH_CRITICAL);
	tell(w, "web:p", NULL, 40000, 45000, HEALTH_OK);
	world_never(w, "service.past");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(services_of_one_cause_share_a_record),
		TEST(behind_a_failed_switch_the_switch_is_the_root),
		TEST(what_a_clock_counted_is_not_counted_again),
		TEST(an_outage_that_runs_is_not_recorded_as_over),
		TEST(more_of_it_can_become_a_breach),
		TEST(a_new_plan_carries_what_is_on_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
