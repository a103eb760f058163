/* gate - the coordinator before level 1: convenes, holds back within bounds, or is passed over when silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/decisions.h"

static struct incident *newest(const struct engine_world *w)
{
	return w->engine->incidents[w->engine->incident_count - 1];
}

static void level_1_always_has_its_time(void **state)
{
	struct engine_world *w = *state;
	const struct plan *p = view_plan(w->engine);
	uint32_t portal = plan_find_service(p, SLICE_LIT("portal"));
	uint32_t aviso = plan_find_service(p, SLICE_LIT("aviso"));
	const struct plan_step *ask = &p->policies[p->services[portal].policy].steps[2];

	assert_true(plan_has_gate(p, portal, 2));
	assert_false(plan_has_gate(p, portal, 1)); /* asks nothing */
	assert_false(plan_has_gate(p, aviso, 1)); /* no coordinator */
	assert_int_equal(plan_step_window_us(p, portal, ask), 30 * US_PER_S);
	assert_int_equal(plan_gate_latest_us(p, portal, 2), 240 * US_PER_S);
	assert_int_equal(plan_gate_latest_us(p, aviso, 1), 120 * US_PER_S);
	assert_true(plan_step_calls_level(p, portal, ask, 1));
	assert_false(plan_step_calls_level(p, portal, ask, 2));
	assert_true(plan_step_calls_seat(p, portal, ask, plan_find_seat(p, SLICE_LIT("crisis-b"))));
	assert_false(plan_step_calls_seat(p, portal, ask, plan_find_seat(p, SLICE_LIT("mesa"))));
}

static void a_short_rto_leaves_less_to_wait(void **state)
{
	struct plan_target targets[] = {{TARGET_SEAT, 0}, {TARGET_LEVEL, 1}};
	struct plan_seat seats[] = {{.level = 2}, {.level = 1}, {.level = 1}};
	struct plan_step steps[] = {
		{.at = AT_PCT, .pct = 10, .targets = &targets[0], .target_count = 1},
		{.at = AT_PCT,
		 .pct = 60,
		 .targets = &targets[1],
		 .target_count = 1,
		 .ask = ASK_ACTIVATE,
		 .ack_within_us = 10 * US_PER_S}};
	struct plan_policy policy = {.steps = steps, .step_count = 2};
	struct plan_service service = {.rto_us = 100 * US_PER_S, .team = PLAN_NONE};
	struct plan p = {.seats = seats,
			 .seat_count = 3,
			 .policies = &policy,
			 .policy_count = 1,
			 .services = &service,
			 .service_count = 1};

	(void)state;
	/* Two seats one after the other need 20 s: level 1 is called at 80 s at the latest. */
	assert_int_equal(plan_gate_latest_us(&p, 0, 1), 80 * US_PER_S);
	steps[1].parallel = true;
	assert_int_equal(plan_gate_latest_us(&p, 0, 1), 90 * US_PER_S);
	steps[1].ack_within_us = 60 * US_PER_S; /* too long already: the mark stays */
	assert_int_equal(plan_gate_latest_us(&p, 0, 1), 60 * US_PER_S);
	steps[0].pct = 70; /* the coordinator comes after level 1: nothing to hold */
	steps[1].ack_within_us = 10 * US_PER_S;
	assert_false(plan_has_gate(&p, 0, 1));
	steps[0].pct = 10;
	steps[1].at = AT_CONFIRMED;
	assert_false(plan_has_gate(&p, 0, 1));
}

static void shut_held_open(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_int_equal(gate_state(newest(w)), GATE_SHUT);
	ACT_REFUSED(w, "only the coordinator (level 2) convenes or waits", "elsa", CONVENE, "");
	world_expect(w, "act.refused act=convene person=elsa");
	ACT_OK(w, "dario", WAIT, "pregunto");
	world_expect(w, "act.wait person=dario note=pregunto until=@181");
	world_expect(w, "ack.given person=dario act=enterado");
	assert_int_equal(gate_state(newest(w)), GATE_HELD);
	ACT_OK(w, "ceci", WAIT, "");
	world_expect(w, "act.wait until=@241");
	ACT_REFUSED(w, "more time was asked for twice already", "ceci", WAIT, "");
	ACT_OK(w, "ceci", CONVENE, "");
	assert_int_equal(gate_state(newest(w)), GATE_OPEN);
	ACT_REFUSED(w, "level 1 has been convened already", "ceci", CONVENE, "");
	ACT_REFUSED(w, "level 1 has been convened already", "ceci", WAIT, "");
}

static void what_nobody_can_reach_is_silent(void **state)
{
	struct engine_world *w = *state;

	w->delivery = WORLD_FAILS;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 32000);
	world_expect(w, "seat.vacant seat=coordinacion");
	world_expect(w, "gate.opened why=silence");
	/* The desk cannot be reached either: each step at once after the other. */
	assert_int_equal(world_ms(newest(w)->gate.opened), 2000);
}

static void nothing_to_convene_without_a_failure(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "correo:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_int_equal(gate_state(newest(w)), GATE_NONE);
	ACT_REFUSED(w, "this policy has no gate: level 1 is called at its mark", "ceci", WAIT, "");
	ACT_OK(w, "ceci", CONVENE, ""); /* earlier than its mark, also without a gate */
	world_expect(w, "gate.opened service=aviso why=person");
	world_expect(w, "call.intent kind=ask person=elsa");
	world_set(w, "correo:p", NULL, HEALTH_OK);
	world_until(w, 10000);
	ACT_REFUSED(w, "level 1 has been convened already", "ceci", CONVENE, "");
}

static void a_restart_keeps_it(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	ACT_OK(w, "ceci", WAIT, "");
	world_restart(w);
	assert_int_equal(gate_state(newest(w)), GATE_HELD);
	assert_int_equal(world_ms(newest(w)->gate.until), 181000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(level_1_always_has_its_time, decisions_setup,
						world_teardown),
		cmocka_unit_test(a_short_rto_leaves_less_to_wait),
		cmocka_unit_test_setup_teardown(shut_held_open, decisions_setup, world_teardown),
		cmocka_unit_test_setup_teardown(what_nobody_can_reach_is_silent, decisions_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(nothing_to_convene_without_a_failure,
						decisions_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_restart_keeps_it, decisions_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
