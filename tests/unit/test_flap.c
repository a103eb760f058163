/* flap - what fails again and again: how it is counted, what of the diagram holds by it, and one clock for all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static int setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(test_plan_read_file("tests/scenario/plans/services.yaml", arena));
	arena_free(arena);
	return 0;
}

static int teardown(void **state)
{
	world_close(*state);
	return 0;
}

/* Fails for six seconds and is well for ten, `n` times from now on. */
static void fail_often(struct engine_world *w, const char *check, int n)
{
	for (int i = 0; i < n; i++) {
		world_set(w, check, NULL, HEALTH_CRITICAL);
		world_until(w, world_ms(w->now) + 6000);
		world_set(w, check, NULL, HEALTH_OK);
		world_until(w, world_ms(w->now) + 10000);
	}
}

static void the_third_failure_is_flapping_and_not_the_second(void **state)
{
	struct engine_world *w = *state;

	fail_often(w, "fw-a:p", 2);
	assert_false(world_check(w, "fw-a:p").flapping);
	fail_often(w, "fw-a:p", 1);
	assert_true(world_check(w, "fw-a:p").flapping);
	assert_int_equal(world_ms(world_check(w, "fw-a:p").flapping_since), 1000);
	assert_int_equal(world_check(w, "fw-a:p").state, CHECK_OK); /* beside its state */
	assert_true(flap_component(w->engine,
				   plan_find_component(view_plan(w->engine), SLICE_LIT("fw-a"))));
	assert_false(world_check(w, "fw-b:p").flapping);
}

static void blind_in_between_is_no_turn(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	for (int i = 0; i < 3; i++) {
		world_set(w, "web:p", NULL, HEALTH_BLIND);
		world_until(w, world_ms(w->now) + 4000);
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, world_ms(w->now) + 4000);
	}
	world_never(w, "check.flapping");
}

static void a_warning_is_a_recovery_of_those_that_count(void **state)
{
	struct engine_world *w = *state;

	for (int i = 0; i < 3; i++) {
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, world_ms(w->now) + 5000);
		world_set(w, "web:p", NULL, HEALTH_WARNING);
		world_until(w, world_ms(w->now) + 5000);
	}
	world_expect(w, "check.flapping check=web:p failures=3");
}

static void a_service_flaps_only_if_it_holds_by_what_flaps(void **state)
{
	struct engine_world *w = *state;

	fail_often(w, "fw-a:p", 3);
	assert_false(world_service(w, "salida").flapping);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, world_ms(w->now) + 5000);
	assert_true(world_service(w, "salida").flapping); /* only fw-a is left */
	world_set(w, "switch:p", NULL, HEALTH_CRITICAL);
	world_until(w, world_ms(w->now) + 5000);
	assert_false(world_service(w, "salida").flapping); /* nothing holds: it is down */
}

static void one_clock_from_the_first_failure_until_it_is_steady(void **state)
{
	struct engine_world *w = *state;
	struct view_service v;

	fail_often(w, "web:p", 3);
	v = world_service(w, "portal");
	assert_int_equal(v.state, SERVICE_OK);
	assert_true(v.clock.running);
	assert_true(v.clock.flapping);
	assert_int_equal(world_ms(v.clock.began), 1000);
	assert_int_equal(world_ms(v.clock.breach_at), 101000);
	world_until(w, world_ms(w->now) + 40000);
	v = world_service(w, "portal");
	assert_false(v.flapping);
	assert_false(v.clock.running);
	/* Measured: the first good sample after which it stayed so, not the moment at which that was sure. */
	assert_int_equal(world_ms(v.clock.restored), 39000);
}

static void a_false_alarm_ends_the_clock_of_what_flaps(void **state)
{
	struct engine_world *w = *state;

	fail_often(w, "web:p", 3);
	assert_int_equal(world_act(w, "ana", ACT_FALSE_ALARM, "ensayo del proveedor", "ceci"), 0);
	assert_false(world_service(w, "portal").clock.running);
	world_until(w, world_ms(w->now) + 60000);
	assert_int_equal(view_owed_up(w->engine), 0);
}

static void a_plan_that_drops_the_check_ends_it(void **state)
{
	struct engine_world *w = *state;

	fail_often(w, "web:p", 3);
	world_apply_plan(w, world_plan); /* another plan, with the same web: carried */
	assert_true(world_check(w, "web:p").flapping);
	world_apply_plan(
		w,
		"agents: [{id: dc}]\ncomponents:\n" WORLD_COMPONENT(
			"otro", "confirm: 1") "services: [{id: portal, rto: 100s, needs: otro}]\n");
	world_until(w, world_ms(w->now) + 10000);
	world_expect(w, "clock.steady service=portal");
	world_expect(w, "clock.restored service=portal");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_third_failure_is_flapping_and_not_the_second),
		TEST(blind_in_between_is_no_turn),
		TEST(a_warning_is_a_recovery_of_those_that_count),
		TEST(a_service_flaps_only_if_it_holds_by_what_flaps),
		TEST(one_clock_from_the_first_failure_until_it_is_steady),
		TEST(a_false_alarm_ends_the_clock_of_what_flaps),
		TEST(a_plan_that_drops_the_check_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
