/* acts - the table of acts is one language for journal, API and command line, and parameters are read strictly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/acts.h"
#include "engine/event.h"
#include "engine/plan.h"

static bool is_plain(const char *word)
{
	return word[0] != '\0' && strspn(word, "abcdefghijklmnopqrstuvwxyz-") == strlen(word);
}

static void each_act_has_words_of_its_own(void **state)
{
	(void)state;
	for (unsigned a = 0; a < ACT_COUNT; a++) {
		const struct act_row *row = act_row((enum act)a);
		enum act back;

		/* Segments of a path and names of commands: nothing in them needs encoding. */
		assert_true(is_plain(row->name) && is_plain(row->word));
		assert_true(act_from_name(slice_of(row->name), &back) && back == (enum act)a);
		assert_true(act_from_word(slice_of(row->word), &back) && back == (enum act)a);
		assert_in_range(row->event, 0, EVENT_KIND_COUNT - 1);
		assert_int_equal(row->needed & ~row->taken, 0);
		assert_true(strlen(row->help) > 5);
	}
	assert_false(act_from_name(slice_of("enterado"), &(enum act){0}));
	assert_false(act_from_word(slice_of(""), &(enum act){0}));
}

static void what_an_act_does_not_take_is_refused_with_what_it_takes(void **state)
{
	struct plan plan = {0};
	struct act_args args = {0};
	struct err_info info = {0};

	(void)state;
	assert_int_equal(act_args_read(&args, ACT_CLOSE, &plan, (struct wall_time){1},
				       slice_of("until"), slice_of("5m"), &info),
			 ERR_UNKNOWN_KEY);
	assert_string_equal(info.text, "close takes no 'until'; it takes: note");
	assert_int_equal(args.given, 0);
	assert_int_equal(act_args_check(&args, ACT_CLOSE, &info), ERR_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_act_has_words_of_its_own),
		cmocka_unit_test(what_an_act_does_not_take_is_refused_with_what_it_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
