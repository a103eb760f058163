/* role - what kinds of accounts there are, and how long their sessions last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/role.h"
#include "base/attr.h"

static void each_role_has_the_times_of_the_contract(void **state)
{
	static const struct {
		const char *word;
		int64_t idle_s, whole_s;
		enum role_code code;
	} told[] = {
		{"viewer", 0, 2592000, ROLE_CODE_NEVER},
		{"operator", 43200, 50400, ROLE_CODE_IF_SET},
		{"desk", 43200, 50400, ROLE_CODE_IF_SET},
		{"coordinator", 14400, 86400, ROLE_CODE_NEEDED},
		{"crisis", 14400, 86400, ROLE_CODE_NEEDED},
		{"auditor", 3600, 43200, ROLE_CODE_NEEDED},
		{"administrator", 900, 28800, ROLE_CODE_NEEDED},
		{"service", 0, 31536000, ROLE_CODE_NEVER},
	};

	(void)state;
	assert_int_equal(COUNT_OF(told), ROLE_COUNT);
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		enum role r;

		assert_true(role_from_word(slice_of(told[i].word), &r));
		assert_int_equal(r, i);
		assert_string_equal(role_word(r), told[i].word);
		assert_int_equal(role_row(r)->idle_s, told[i].idle_s);
		assert_int_equal(role_row(r)->whole_s, told[i].whole_s);
		assert_int_equal(role_row(r)->code, told[i].code);
		assert_int_equal(role_row(r)->goes_on, r == ROLE_VIEWER);
		assert_true(role_row(r)->sessions >= 1);
	}
}

static void a_word_that_is_no_role_is_none(void **state)
{
	static const char *const words[] = {"", "Viewer", "viewer ", "admin", "root", "viewe"};
	enum role r = ROLE_DESK;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(words); i++)
		assert_false(role_from_word(slice_of(words[i]), &r));
	assert_int_equal(r, ROLE_DESK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_role_has_the_times_of_the_contract),
		cmocka_unit_test(a_word_that_is_no_role_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
