/* rpo - the clock of the newest copy: exceeded and met again once each, going on while nothing is seen, carried over a reload
 * and a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "tests/support/engine_world.h"

#define PLAN(limit, check)                                                                         \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n" WORLD_COMPONENT("copia", "") WORLD_COMPONENT("otra", "")                   \
		WORLD_COMPONENT("web", "") "services: [{id: datos, rto: 1h, rpo: " limit           \
					   ", rpo_check: \"" check                                 \
					   "\", rpo_value: connect, needs: web}]\n"

static int set_up(void **state)
{
	*state = world_open(PLAN("60s", "copia:p"));
	return 0;
}

/* The copy was made at this moment; its age is told from now until `ms`. */
static void copy_of(struct engine_world *w, int64_t made_ms, int64_t until_ms)
{
	uint32_t v = world_vantage(w, "copia:p", NULL);

	while (world_ms(w->now) < until_ms) {
		int64_t next = world_ms(w->now) + 1000;

		w->value[v] = (next - made_ms) * 1000;
		world_until(w, next);
	}
}

static struct view_rpo clock_of(const struct engine_world *w)
{
	struct view_rpo v;

	assert_true(view_rpo(w->engine, 0, &v));
	return v;
}

static void exceeded_and_met_again(void **state)
{
	struct engine_world *w = *state;

	assert_int_equal(clock_of(w).state, RPO_STATE_UNKNOWN);
	copy_of(w, -10000, 49000);
	assert_int_equal(clock_of(w).state, RPO_STATE_MET);
	assert_int_equal(world_ms(clock_of(w).copy), -10000);
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 50000);
	copy_of(w, -10000, 70000);
	assert_int_equal(clock_of(w).state, RPO_STATE_EXCEEDED);
	copy_of(w, 69000, 90000);
	assert_int_equal(clock_of(w).state, RPO_STATE_MET);
	world_expect(w, "rpo.met copy=@-10 limit=60 exceeded_at=@50 estimated=false");
	assert_int_equal(world_ms(world_expect(w, "rpo.exceeded copy=@-10")->at), 50000);
	world_expect(w, "rpo.met copy=@69");
	world_never(w, "rpo.exceeded");
	assert_int_equal(world_count(w, "incident.opened"), 0);
}

/* Most samples change nothing. */
static void only_a_crossing_is_wanted(void **state)
{
	struct engine_world *w = *state;

	copy_of(w, 0, 5000);
	w->value[world_vantage(w, "copia:p", NULL)] = 5 * MICRO;
	assert_false(world_sample(w, "copia:p", NULL, 5500, HEALTH_OK));
	w->value[world_vantage(w, "copia:p", NULL)] = 7 * MICRO; /* it trembles */
	assert_false(world_sample(w, "copia:p", NULL, 5550, HEALTH_OK));
	w->value[world_vantage(w, "copia:p", NULL)] = 59 * MICRO; /* a deadline comes nearer */
	assert_true(world_sample(w, "copia:p", NULL, 5600, HEALTH_OK));
	assert_int_equal(world_ms(engine_next_deadline(w->engine)), 6600);
	w->value[world_vantage(w, "copia:p", NULL)] = 62 * MICRO;
	assert_true(world_sample(w, "copia:p", NULL, 5700, HEALTH_OK));
	w->value[world_vantage(w, "copia:p", NULL)] = -MICRO; /* no age */
	assert_false(world_sample(w, "copia:p", NULL, 5800, HEALTH_OK));
}

static void it_goes_on_unseen(void **state)
{
	struct engine_world *w = *state;

	copy_of(w, 0, 20000);
	world_cut(w, "dc", true);
	world_until(w, 40000);
	assert_true(clock_of(w).estimated);
	assert_int_equal(clock_of(w).state, RPO_STATE_MET);
	world_until(w, 61000);
	assert_int_equal(clock_of(w).state, RPO_STATE_EXCEEDED);
	world_expect(w, "rpo.blind copy=@0 estimated=true");
	world_expect(w, "rpo.exceeded copy=@0 exceeded_at=@60 estimated=true");
	world_cut(w, "dc", false);
	copy_of(w, 30000, 63000);
	assert_false(clock_of(w).estimated);
	assert_int_equal(clock_of(w).state, RPO_STATE_MET);
}

/* A probe that fails tells no age: once that is certain the clock is an estimate. */
static void a_check_that_fails_tells_no_age(void **state)
{
	struct engine_world *w = *state;

	copy_of(w, 0, 20000);
	world_set(w, "copia:p", NULL, HEALTH_CRITICAL);
	world_until(w, 30000);
	assert_true(clock_of(w).estimated);
	world_expect(w, "rpo.blind copy=@0");
	world_until(w, 61000);
	world_expect(w, "rpo.exceeded copy=@0 estimated=true");
}

static void a_reload_keeps_it_for_the_same_check(void **state)
{
	struct engine_world *w = *state;

	copy_of(w, 0, 20000);
	world_mark(w);
	world_apply_plan(w, PLAN("10s", "copia:p"));
	world_tick(w, 20000);
	world_expect(w, "rpo.exceeded copy=@0 limit=10");
	world_apply_plan(w, PLAN("10s", "otra:p"));
	assert_int_equal(clock_of(w).state, RPO_STATE_UNKNOWN);
	assert_false(wall_is_known(clock_of(w).copy));
}

static void a_restart_before_the_first_sample(void **state)
{
	struct engine_world *w = *state;

	copy_of(w, 0, 20000);
	world_restart(w);
	assert_int_equal(clock_of(w).state, RPO_STATE_MET);
	assert_true(clock_of(w).estimated);
	assert_int_equal(world_ms(clock_of(w).copy), 0);
	copy_of(w, 0, 30000);
	assert_false(clock_of(w).estimated);
	assert_int_equal(world_count(w, "rpo.met"), 1); /* nothing has changed */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(exceeded_and_met_again, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(only_a_crossing_is_wanted, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(it_goes_on_unseen, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(a_check_that_fails_tells_no_age, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_reload_keeps_it_for_the_same_check, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_restart_before_the_first_sample, set_up,
						world_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
