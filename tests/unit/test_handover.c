/* handover - a shift that ends while an incident runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_act.h"
#include "tests/support/duty_plan.h"

static void it_is_told_once_by_each_contact_until_it_arrives(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 150000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 152000);
	assert_true(world_ms(engine_next_deadline(w->engine)) <= 200000);
	world_until(w, 199999);
	world_never(w, "shift.changed");
	world_mark(w);
	world_until(w, 200000);
	assert_int_equal(world_count(w, "shift.changed seat=mesa from=ana to=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=ana"), 1);
	world_until(w, 400000);
	assert_int_equal(world_count(w, "shift.changed"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over"), 2);
	world_close(w);
}

static void who_was_never_told_hands_nothing_over(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 190000);
	w->delivery = WORLD_FAILS;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 195000);
	w->delivery = WORLD_OK;
	world_mark(w);
	world_until(w, 201000);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=beto"), 1);
	assert_int_equal(world_count(w, "call.intent kind=hand-over person=ana"), 0);
	world_close(w);
}

static void after_the_end_nothing_is_handed_over(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 150000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 160000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 260000);
	world_never(w, "shift.changed");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_once_by_each_contact_until_it_arrives),
		cmocka_unit_test(who_was_never_told_hands_nothing_over),
		cmocka_unit_test(after_the_end_nothing_is_handed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
