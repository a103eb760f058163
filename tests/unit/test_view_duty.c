/* view_duty - what status shows of people: holders with the end of their shift, tasks, the siren. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"

static void a_seat_shows_when_its_shift_ends(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	const struct plan *p = view_plan(w->engine);

	(void)state;
	world_until(w, 2000);
	assert_int_equal(
		world_ms(view_duty_until(w->engine, plan_find_seat(p, SLICE_LIT("mesa")), w->now)),
		200000);
	assert_int_equal(
		view_duty_until(w->engine, plan_find_seat(p, SLICE_LIT("crisis-a")), w->now).us,
		WALL_NEVER.us);
	world_close(w);
}

static void the_siren_sounds_while_nobody_has_answered_a_whole_tree(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	uint64_t task;

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 200000);
	assert_true(view_siren(w->engine).tree_exhausted);
	assert_false(view_siren(w->engine).call_by_hand);
	world_until(w, 306000);
	assert_false(view_siren(w->engine).tree_exhausted); /* the next step rings */
	assert_true(view_siren(w->engine).call_by_hand);
	assert_int_equal(view_tasks(w->engine, &task, 1), 1);
	assert_int_equal(task, world_call(w, "ceci").id);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 308000);
	assert_false(view_siren(w->engine).tree_exhausted);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seat_shows_when_its_shift_ends),
		cmocka_unit_test(the_siren_sounds_while_nobody_has_answered_a_whole_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
