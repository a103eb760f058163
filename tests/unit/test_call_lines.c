/* call_lines - lines in use: from the intent to receipt, failure or answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"

static void a_line_is_free_again_with_the_receipt_or_the_failure(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("1"));

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 310000);
	w->delivery = WORLD_NO_RECEIPT;
	/* Level 1 is asked: two people, one line. */
	assert_int_equal(world_act(w, "ceci", ACT_CONVENE, "", NULL), ERR_OK);
	world_until(w, 311000);
	assert_int_equal(world_count(w, "call.intent kind=ask person=elsa"), 1);
	assert_int_equal(world_count(w, "call.intent kind=ask person=dario"), 0);
	assert_int_equal(world_count(w, "call.queued person=dario full=uno"), 1);
	world_until(w, 342000);
	assert_int_equal(world_count(w, "call.intent kind=ask person=dario"), 1);
	assert_int_equal(world_count(w, "call.queued person=dario"), 1); /* told once */
	world_close(w);
}

static void without_a_number_there_are_as_many_as_it_takes(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 310000);
	w->delivery = WORLD_NO_RECEIPT;
	assert_int_equal(world_act(w, "ceci", ACT_CONVENE, "", NULL), ERR_OK);
	world_until(w, 311000);
	assert_int_equal(world_count(w, "call.intent kind=ask"), 2);
	world_never(w, "call.queued");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_free_again_with_the_receipt_or_the_failure),
		cmocka_unit_test(without_a_number_there_are_as_many_as_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
