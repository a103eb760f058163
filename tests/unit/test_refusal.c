/* refusal - each rule's sentence has a word of its own, which does not change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "engine/refusal.h"

static const struct {
	const char *word, *sentence;
} rows[] = {
#define X(word, sentence) {word, sentence},
	REFUSALS(X)
#undef X
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void a_sentence_has_its_word(void **state)
{
	(void)state;
	for (size_t k = 0; k < ROWS; k++)
		assert_string_equal(refusal_rule(slice_of(rows[k].sentence)), rows[k].word);
	assert_string_equal(refusal_rule(slice_of("level 1 has not authorised it")),
			    "not-authorised");
}

static void no_word_stands_twice(void **state)
{
	(void)state;
	for (size_t k = 0; k < ROWS; k++) {
		for (size_t n = 0; n < k; n++) {
			assert_string_not_equal(rows[k].word, rows[n].word);
			assert_string_not_equal(rows[k].sentence, rows[n].sentence);
		}
	}
}

static void what_is_no_refusal_has_none(void **state)
{
	(void)state;
	assert_null(refusal_rule(slice_of("")));
	assert_null(refusal_rule(slice_of("level 1 has not authorised")));
	assert_null(refusal_rule(slice_of("level 1 has not authorised it.")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sentence_has_its_word),
		cmocka_unit_test(no_word_stands_twice),
		cmocka_unit_test(what_is_no_refusal_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
