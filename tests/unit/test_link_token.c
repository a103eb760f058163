/* link_token - one way to write each, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/hex.h"
#include "collector/link_token.h"

#define TAG "0123456789abcdef0123456789abcdef"

static void each_number_there_and_back(void **state)
{
	static const struct {
		uint64_t call;
		const char *text;
	} cases[] = {
		{1, "1-" TAG},
		{35, "z-" TAG},
		{36, "10-" TAG},
		{4391, "3dz-" TAG},
		{INT64_MAX, "1y2p0ij32e8e7-" TAG},
		{UINT64_MAX, "3w5e11264sgsf-" TAG},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct link_token t = {.call = cases[i].call}, back;
		char text[LINK_TOKEN_SIZE];

		assert_int_equal(hex_decode(t.tag, LINK_TAG_SIZE, SLICE_LIT(TAG)), ERR_OK);
		link_token_write(text, &t);
		assert_string_equal(text, cases[i].text);
		assert_true(link_token_read(slice_of(text), &back));
		assert_int_equal(back.call, t.call);
		assert_memory_equal(back.tag, t.tag, LINK_TAG_SIZE);
	}
}

static void what_is_no_token(void **state)
{
	static const char *const cases[] = {
		"",
		"-",
		"-" TAG,
		"1" TAG,
		"1-" TAG "0",
		"1-0123456789abcdef0123456789abcde",
		"1-0123456789ABCDEF0123456789abcdef",
		"0-" TAG,
		"01-" TAG,
		"Z-" TAG,
		"1--" TAG,
		"1_-" TAG,
		" 1-" TAG,
		"1-" TAG " ",
		"1-0123456789abcdef0123456789abcdeg",
		"3w5e11264sgsg-" TAG,
		"10000000000000-" TAG,
		"\xC3\xB1-" TAG,
	};
	struct link_token t;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		t.call = 9;
		if (link_token_read(slice_of(cases[i]), &t))
			fail_msg("'%s' is read", cases[i]);
		assert_int_equal(t.call, 0);
	}
	assert_false(link_token_read((struct slice){"\0-" TAG, 34}, &t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number_there_and_back),
		cmocka_unit_test(what_is_no_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
