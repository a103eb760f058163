/* act_words - the API's words for acts are those of docs/API.md, each for one act, and no act is
 * without one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "collector/act_words.h"

static void the_words_are_those_of_the_api(void **state)
{
	static const struct act_word wanted[] = {
		{"ack", ACT_ENTERADO},
		{"attend", ACT_ATIENDO},
		{"pass", ACT_NO_PUEDO},
		{"authorize", ACT_AUTHORIZE},
		{"declare", ACT_DECLARE},
		{"decline", ACT_DECLINE},
		{"false-alarm", ACT_FALSE_ALARM},
		{"resume", ACT_RESUME},
		{"note", ACT_NOTE},
		{"close", ACT_CLOSE},
	};

	(void)state;
	assert_int_equal(act_word_count, COUNT_OF(wanted));
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		size_t k = 0;

		while (k < act_word_count && strcmp(act_words[k].word, wanted[i].word) != 0)
			k++;
		if (k == act_word_count)
			fail_msg("no '%s'", wanted[i].word);
		assert_int_equal(act_words[k].act, wanted[i].act);
	}
}

static void every_act_has_one_word(void **state)
{
	unsigned words[ACT_COUNT] = {0};

	(void)state;
	for (size_t i = 0; i < act_word_count; i++) {
		assert_in_range(act_words[i].act, 0, ACT_COUNT - 1);
		words[act_words[i].act]++;
	}
	for (size_t a = 0; a < ACT_COUNT; a++)
		assert_int_equal(words[a], 1);
}

/* They are segments of a path and names of commands: nothing in them needs encoding. */
static void words_need_no_encoding(void **state)
{
	(void)state;
	for (size_t i = 0; i < act_word_count; i++) {
		size_t n = strlen(act_words[i].word);

		assert_true(n > 0);
		assert_int_equal(strspn(act_words[i].word, "abcdefghijklmnopqrstuvwxyz-"), n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_words_are_those_of_the_api),
		cmocka_unit_test(every_act_has_one_word),
		cmocka_unit_test(words_need_no_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
