/* habits - rules of people and channels, one's own before everybody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play/habits.h"

static void ones_own_rule_begins_as_everybodys(void **state)
{
	struct habits *h = habits_new(), *copy;
	struct err_info info;

	(void)state;
	assert_int_equal(habits_of_person(h, "ana")->answer, ACT_COUNT);
	assert_int_equal(habits_teach(habits_person(h, "*"), "answers", "40s", &info), ERR_OK);
	assert_int_equal(habits_teach(habits_person(h, "ana"), "authorizes", "1m", &info), ERR_OK);
	assert_int_equal(habits_of_person(h, "ana")->answer, ACT_ENTERADO);
	assert_int_equal(habits_of_person(h, "ana")->answer_us, 40 * 1000000);
	assert_true(habits_of_person(h, "ana")->decisions[DECISION_AUTHORIZE].does);
	assert_false(habits_of_person(h, "beto")->decisions[DECISION_AUTHORIZE].does);
	copy = habits_copy(h);
	assert_int_equal(habits_teach(habits_person(h, "ana"), "silent", NULL, &info), ERR_OK);
	assert_int_equal(habits_of_person(h, "ana")->answer, ACT_COUNT);
	assert_false(habits_of_person(h, "ana")->decisions[DECISION_AUTHORIZE].does);
	assert_int_equal(habits_of_person(copy, "ana")->answer, ACT_ENTERADO);
	habits_free(copy);
	habits_free(h);
}

static void channels_break_one_by_one_and_are_mended(void **state)
{
	struct habits *h = habits_new();

	(void)state;
	habits_channel(h, "uno")->how = PLAY_FAILS;
	assert_int_equal(habits_of_channel(h, "uno")->how, PLAY_FAILS);
	assert_int_equal(habits_of_channel(h, "dos")->how, PLAY_OK);
	habits_channel(h, "*")->how = PLAY_SILENT;
	assert_int_equal(habits_of_channel(h, "dos")->how, PLAY_SILENT);
	habits_mend_channels(h);
	assert_int_equal(habits_of_channel(h, "uno")->how, PLAY_OK);
	assert_int_equal(habits_of_channel(h, "dos")->how, PLAY_OK);
	habits_free(h);
}

static void what_is_no_habit(void **state)
{
	struct person_habit h = PERSON_SILENT;
	struct err_info info;

	(void)state;
	assert_int_equal(habits_teach(&h, "sings", NULL, &info), ERR_SYNTAX);
	assert_non_null(strstr(info.text, "sings"));
	assert_int_equal(habits_teach(&h, "answers", "5", &info), ERR_SYNTAX);
	assert_int_equal(habits_teach(&h, "silent", "5s", &info), ERR_SYNTAX);
	assert_false(h.calls);
	assert_int_equal(habits_teach(&h, "calls", "20s", &info), ERR_OK);
	assert_true(h.calls && h.calls_us == 20 * 1000000);
	assert_int_equal(habits_teach(&h, "no-puedo", "5s", &info), ERR_OK);
	assert_int_equal(h.answer, ACT_NO_PUEDO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ones_own_rule_begins_as_everybodys),
		cmocka_unit_test(channels_break_one_by_one_and_are_mended),
		cmocka_unit_test(what_is_no_habit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
