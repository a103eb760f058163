/* verdict - one list of outcome words, each with its class and both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/verdict.h"

static void words_are_unique_and_of_the_form_phase_what(void **state)
{
	(void)state;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		const char *w = outcome_word((enum outcome)i);

		assert_int_equal(outcome_from_word(slice_of(w)), i);
		assert_true(i == OUTCOME_OK || strchr(w, '-') != NULL);
		assert_true(strlen(outcome_text_en((enum outcome)i)) > 0);
		assert_true(strlen(outcome_text_es((enum outcome)i)) > 0);
	}
	assert_int_equal(outcome_from_word(SLICE_LIT("no-such")), OUTCOME_COUNT);
}

static void only_our_own_troubles_are_blind(void **state)
{
	(void)state;
	assert_int_equal(outcome_class(OUTCOME_OK), CLASS_OK);
	assert_int_equal(outcome_class(OUTCOME_RIGHT_MISSING), CLASS_BLIND);
	assert_int_equal(outcome_class(OUTCOME_LAG_OWN), CLASS_BLIND);
	assert_int_equal(outcome_class(OUTCOME_CONNECT_REFUSED), CLASS_BAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_unique_and_of_the_form_phase_what),
		cmocka_unit_test(only_our_own_troubles_are_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
