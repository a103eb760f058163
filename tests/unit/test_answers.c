/* answers - who answers how, as a command line says it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play/dry_run.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct plan *plan;
static struct habits *habits;
static struct err_info info;

static enum err read_spec(const char *spec)
{
	habits_free(habits);
	habits = habits_new();
	return dry_run_read_answers(spec, plan, habits, &info);
}

static void everybodys_rule_first_wherever_it_stands(void **state)
{
	(void)state;
	plan = test_plan_from_text(world_plan);
	assert_int_equal(read_spec("ana=silent,coordinacion=no-puedo,*=40s"), ERR_OK);
	assert_int_equal(habits_of_person(habits, "ana")->answer, ACT_COUNT);
	assert_int_equal(habits_of_person(habits, "ceci")->answer, ACT_NO_PUEDO); /* of that seat */
	assert_int_equal(habits_of_person(habits, "dario")->answer, ACT_NO_PUEDO);
	assert_int_equal(habits_of_person(habits, "elsa")->answer, ACT_ENTERADO);
	assert_int_equal(habits_of_person(habits, "elsa")->decisions[DECISION_AUTHORIZE].after_us,
			 40 * US_PER_S);
	assert_true(habits_of_person(habits, "elsa")->decisions[DECISION_DECLARE].does);
	assert_false(habits_of_person(habits, "elsa")->decisions[DECISION_DECLINE].does);
}

static void what_is_wrong_names_itself(void **state)
{
	(void)state;
	assert_int_equal(read_spec("coordinasion=silent"), ERR_NOT_FOUND);
	assert_non_null(strstr(info.text, "did you mean 'coordinacion'?"));
	assert_int_equal(read_spec("zzzzzz=silent"), ERR_NOT_FOUND);
	assert_int_equal(read_spec("ana"), ERR_SYNTAX);
	assert_int_equal(read_spec("ana=5x"), ERR_SYNTAX);
	assert_int_equal(read_spec("ana=canta"), ERR_SYNTAX);
	habits_free(habits);
	plan_free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybodys_rule_first_wherever_it_stands),
		cmocka_unit_test(what_is_wrong_names_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
