/* view - what pages, API and tests see of the engine: the present state, the clock of the
 * incident that is open, and incidents and calls in the order in which they came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

/* web is bad from 5 s on, confirmed at 7 s. */
static void fail_web(struct engine_world *w)
{
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
}

static void mend_web(struct engine_world *w)
{
	int64_t ms = world_ms(w->now);

	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, ms + 2000);
}

/* --- what is watched -------------------------------------------------------------------------- */

static void there_is_no_plan_before_the_first(void **state)
{
	struct engine *e = engine_new(&engine_limits_default);

	(void)state;
	assert_null(view_plan(e));
	assert_int_equal(view_plan_count(e), 0);
	assert_int_equal(view_incident_count(e), 0);
	assert_int_equal(view_owed_up(e), 0);
	engine_free(e);
}

static void a_check_shows_its_state_and_why(void **state)
{
	struct engine_world *w = *state;
	struct view_check c = world_check(w, "web:p");

	assert_int_equal(c.state, CHECK_UNKNOWN);
	assert_string_equal(c.why, "");
	assert_false(wall_is_known(c.since));
	world_until(w, 4000);
	c = world_check(w, "web:p");
	assert_int_equal(c.state, CHECK_OK);
	assert_int_equal(world_ms(c.since), 1000);
	assert_string_equal(c.why, "");
	fail_web(w);
	c = world_check(w, "web:p");
	assert_int_equal(c.state, CHECK_CRITICAL);
	assert_int_equal(world_ms(c.since), 7000);
	assert_int_equal(world_ms(c.began), 5000);
	assert_int_equal(world_ms(c.not_before), 4000);
	assert_string_equal(c.why, "connect-refused");
}

static void a_vantage_shows_its_own_newest_sample(void **state)
{
	struct engine_world *w = *state;
	uint32_t dc = world_vantage(w, "db:p", "dc"), far = world_vantage(w, "db:p", "far");
	struct view_vantage v;

	view_vantage(w->engine, far, &v);
	assert_false(v.has_sample);
	assert_int_equal(v.state, CHECK_UNKNOWN);
	world_set(w, "db:p", "far", HEALTH_CRITICAL);
	world_until(w, 1000);
	view_vantage(w->engine, far, &v);
	assert_true(v.has_sample);
	assert_true(v.suspect);
	assert_int_equal(v.state, CHECK_UNKNOWN);
	assert_int_equal(v.last.health, HEALTH_CRITICAL);
	assert_int_equal(v.last.vantage, far);
	world_until(w, 3000);
	view_vantage(w->engine, far, &v);
	assert_int_equal(v.state, CHECK_CRITICAL);
	assert_int_equal(world_ms(v.since), 2000);
	assert_int_equal(world_ms(v.last.t), 3000);
	view_vantage(w->engine, dc, &v);
	assert_int_equal(v.state, CHECK_OK);
	assert_false(v.suspect);
	assert_int_equal(v.last.outcome, OUTCOME_OK);
	assert_int_equal(world_check(w, "db:p").state, CHECK_OK); /* one of three is no quorum */
}

static void a_component_shows_its_state_and_since_when(void **state)
{
	struct engine_world *w = *state;
	struct view_component c;

	view_component(w->engine, 3, &c);
	assert_int_equal(c.state, COMPONENT_UNKNOWN);
	fail_web(w);
	view_component(w->engine, 3, &c);
	assert_int_equal(c.state, COMPONENT_CRITICAL);
	assert_int_equal(world_ms(c.since), 7000);
	view_component(w->engine, 0, &c);
	assert_int_equal(c.state, COMPONENT_OK);
}

static void an_agent_shows_when_it_was_heard(void **state)
{
	struct engine_world *w = *state;
	struct view_agent a;

	view_agent(w->engine, 1, &a);
	assert_false(a.seen);
	assert_false(wall_is_known(a.last_seen));
	world_until(w, 3000);
	world_cut(w, "catd", true);
	world_until(w, 18000);
	view_agent(w->engine, 1, &a);
	assert_true(a.seen);
	assert_true(a.silent);
	assert_int_equal(world_ms(a.last_seen), 3000);
	view_agent(w->engine, 0, &a);
	assert_false(a.silent);
	assert_int_equal(world_ms(a.last_seen), 18000);
}

/* --- services and their clocks ---------------------------------------------------------------- */

static void a_service_without_an_incident_has_no_clock(void **state)
{
	struct engine_world *w = *state;
	struct view_service s;

	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	s = world_service(w, "acceso");
	assert_int_equal(s.state, SERVICE_DEGRADED);
	assert_true(s.degraded);
	assert_int_equal(s.incident, 0);
	assert_false(s.clock.running);
	assert_false(wall_is_known(s.clock.began));
	assert_int_equal(s.clock.next_mark.us, WALL_NEVER.us);
	assert_false(world_service(w, "portal").degraded);
}

static void a_service_shows_the_clock_of_its_open_incident(void **state)
{
	static const struct {
		int64_t at_ms, next_ms;
		uint32_t pct;
		bool breached;
	} cases[] = {
		{8000, 45000, 40, false},      {44999, 45000, 40, false},
		{45000, 65000, 60, false},     {65000, INT64_MAX, 0, false},
		{104999, INT64_MAX, 0, false}, {105000, INT64_MAX, 0, true},
	};
	struct engine_world *w = *state;

	fail_web(w);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct view_service s;

		world_until(w, cases[i].at_ms);
		s = world_service(w, "portal");
		assert_int_equal(s.state, SERVICE_DOWN);
		assert_int_equal(s.incident, world_incident(w, 0).id);
		assert_true(s.clock.running);
		assert_int_equal(world_ms(s.clock.began), 5000);
		assert_int_equal(world_ms(s.clock.began_not_before), 4000);
		assert_int_equal(world_ms(s.clock.breach_at), 105000);
		assert_false(wall_is_known(s.clock.restored));
		assert_int_equal(s.clock.breached, cases[i].breached);
		assert_false(s.clock.estimated);
		if (cases[i].next_ms == INT64_MAX) {
			assert_int_equal(s.clock.next_mark.us, WALL_NEVER.us);
			continue;
		}
		assert_int_equal(world_ms(s.clock.next_mark), cases[i].next_ms);
		assert_int_equal(s.clock.next_pct, cases[i].pct);
	}
}

static void the_clock_stays_until_the_incident_is_closed(void **state)
{
	struct engine_world *w = *state;
	struct view_service s;

	fail_web(w);
	mend_web(w);
	s = world_service(w, "portal");
	assert_int_equal(s.state, SERVICE_OK);
	assert_int_equal(s.incident, world_incident(w, 0).id);
	assert_false(s.clock.running);
	assert_int_equal(world_ms(s.clock.restored), 9000);
	assert_int_equal(s.clock.next_mark.us, WALL_NEVER.us);
	assert_int_equal(world_act(w, "ana", ACT_CLOSE, "", NULL), ERR_OK);
	s = world_service(w, "portal");
	assert_int_equal(s.incident, 0);
	assert_false(wall_is_known(s.clock.began));
}

/* --- incidents -------------------------------------------------------------------------------- */

static void incidents_are_in_their_order_and_found_by_id(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i, found;

	fail_web(w);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 12000);
	assert_int_equal(view_incident_count(w->engine), 2);
	assert_int_equal(world_incident(w, 0).folio, 1);
	i = world_incident(w, 1);
	assert_int_equal(i.folio, 2);
	assert_true(i.id > world_incident(w, 0).id);
	assert_true(view_find_incident(w->engine, i.id, &found));
	assert_int_equal(found.folio, 2);
	assert_int_equal(found.service_count, 1);
	assert_int_equal(found.services[0], 2);
	found.folio = 77;
	assert_false(view_find_incident(w->engine, i.id + 1, &found));
	assert_int_equal(found.folio, 77); /* not touched */
}

static void an_incident_shows_each_of_its_moments(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;

	fail_web(w);
	i = world_incident(w, 0);
	assert_int_equal(i.state, INCIDENT_CONFIRMED);
	assert_int_equal(i.kind, INCIDENT_KIND_DOWN);
	assert_int_equal(i.root, 3);
	assert_int_equal(i.episode, 1);
	assert_int_equal(i.service_count, 2);
	assert_int_equal(i.services[0], 0);
	assert_int_equal(i.services[1], 1);
	assert_int_equal(world_ms(i.began), 5000);
	assert_int_equal(world_ms(i.confirmed), 7000);
	assert_false(wall_is_known(i.restored));
	assert_false(i.exhausted);
	assert_ptr_equal(i.plan, view_plan(w->engine));
	mend_web(w);
	assert_int_equal(world_ms(world_incident(w, 0).restored), 9000);
	world_until(w, 11000);
	assert_int_equal(world_act(w, "ana", ACT_RESUME, "", NULL), ERR_OK);
	assert_int_equal(world_ms(world_incident(w, 0).resumed), 11000);
	world_until(w, 12000);
	assert_int_equal(world_act(w, "ana", ACT_CLOSE, "", NULL), ERR_OK);
	i = world_incident(w, 0);
	assert_int_equal(i.state, INCIDENT_CLOSED);
	assert_int_equal(world_ms(i.closed), 12000);
	assert_int_equal(world_ms(i.resumed), 11000);
}

static void services_are_named_in_the_plan_of_the_incident(void **state)
{
	struct engine_world *w = *state;
	char other[8192];
	char *line;
	size_t n = strlen(world_plan);

	fail_web(w);
	/* The same plan but with portal gone: consulta is the first service now. */
	assert_true(n < sizeof(other));
	memcpy(other, world_plan, n + 1);
	line = strstr(other, "  - {id: portal");
	assert_non_null(line);
	memmove(line, strchr(line, '\n') + 1, strlen(strchr(line, '\n') + 1) + 1);
	world_apply_plan(w, other);
	assert_int_equal(plan_find_service(view_plan(w->engine), SLICE_LIT("consulta")), 0);
	assert_int_equal(world_incident(w, 0).services[1], 1);
	assert_string_equal(world_incident(w, 0).plan->services[1].id, "consulta");
	assert_ptr_not_equal(world_incident(w, 0).plan, view_plan(w->engine));
	assert_int_equal(view_plan_count(w->engine), 2);
	assert_true(world_service(w, "consulta").clock.running);
	assert_int_equal(world_ms(world_service(w, "consulta").clock.began), 5000);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void calls_are_in_their_order_with_all_that_is_known(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;
	struct view_call c;

	w->delivery = WORLD_NO_RECEIPT;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 3000); /* called at once: by channel uno */
	i = world_incident(w, 0);
	view_call(w->engine, i.id, 0, &c);
	assert_int_equal(c.state, CALL_STATE_SENT);
	assert_int_equal(c.kind, CALL_DOWN);
	assert_int_equal(c.seat, 0);
	assert_int_equal(c.person, 0);
	assert_int_equal(c.contact, 0);
	assert_int_equal(c.channel, 0);
	assert_int_equal(c.step, 0);
	assert_int_equal(c.service, 0);
	assert_int_equal(world_ms(c.at), 3000);
	assert_false(c.maybe_duplicate);
	world_until(w, 6000); /* no receipt: by channel dos */
	view_call(w->engine, i.id, 0, &c);
	assert_int_equal(c.state, CALL_STATE_FAILED);
	assert_int_equal(world_ms(c.at), 3000);
	assert_int_equal(world_ms(c.state_since), 6000);
	c = world_call(w, "ana");
	assert_int_equal(c.state, CALL_STATE_SENT);
	assert_int_equal(c.contact, 1);
	assert_int_equal(c.channel, 1);
	assert_int_equal(world_ms(c.at), 6000);
}

static void good_news_is_owed_only_when_there_is_some(void **state)
{
	struct engine_world *w = *state;

	fail_web(w);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 12000);
	/* Two incidents told ana; both still run. */
	assert_int_equal(world_incident(w, 0).owed_up, 1);
	assert_int_equal(world_incident(w, 1).owed_up, 1);
	assert_int_equal(view_owed_up(w->engine), 0);
	w->delivery = WORLD_FAILS;
	mend_web(w);
	assert_int_equal(view_owed_up(w->engine), 1);
	world_set(w, "fw-a:p", NULL, HEALTH_OK);
	world_until(w, 16000);
	assert_int_equal(view_owed_up(w->engine), 2);
	w->delivery = WORLD_OK;
	world_until(w, 80000);
	assert_int_equal(view_owed_up(w->engine), 0);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

static void a_call_is_found_by_its_id_with_its_incident(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;
	struct view_call c;

	fail_web(w);
	assert_true(view_find_call(w->engine, world_call(w, "ana").id, &i, &c));
	assert_int_equal(i.id, world_incident(w, 0).id);
	assert_true(i.open);
	assert_false(i.drill);
	assert_int_equal(c.id, world_call(w, "ana").id);
	assert_int_equal(c.person, plan_find_person(i.plan, SLICE_LIT("ana")));
	assert_false(c.link_used);
	assert_false(view_find_call(w->engine, 0, &i, &c));
	assert_false(view_find_call(w->engine, i.id, &i, &c));
	assert_int_equal(world_act(w, "ana", ACT_FALSE_ALARM, "a test", "beto"), ERR_OK);
	assert_false(world_incident(w, 0).open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_no_plan_before_the_first),
		IN_WORLD(a_check_shows_its_state_and_why),
		IN_WORLD(a_vantage_shows_its_own_newest_sample),
		IN_WORLD(a_component_shows_its_state_and_since_when),
		IN_WORLD(an_agent_shows_when_it_was_heard),
		IN_WORLD(a_service_without_an_incident_has_no_clock),
		IN_WORLD(a_service_shows_the_clock_of_its_open_incident),
		IN_WORLD(the_clock_stays_until_the_incident_is_closed),
		IN_WORLD(incidents_are_in_their_order_and_found_by_id),
		IN_WORLD(an_incident_shows_each_of_its_moments),
		IN_WORLD(services_are_named_in_the_plan_of_the_incident),
		IN_WORLD(calls_are_in_their_order_with_all_that_is_known),
		IN_WORLD(a_call_is_found_by_its_id_with_its_incident),
		IN_WORLD(good_news_is_owed_only_when_there_is_some),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
