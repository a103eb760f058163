/* micro - decimal text to millionths and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/micro.h"

struct parse_case {
	const char *text;
	enum err err;
	int64_t micro;
	const char *why;
};
static const struct parse_case cases[] = {
	{"0", ERR_OK, 0, "zero"},
	{"1.5", ERR_OK, 1500000, "a fraction"},
	{"-0.000001", ERR_OK, -1, "the smallest step"},
	{"0.0000019", ERR_OK, 1, "rounds toward zero"},
	{"12.5e-3", ERR_OK, 12500, "an exponent, as printf %g writes it"},
	{"1E3", ERR_OK, 1000000000, "a capital exponent"},
	{"9223372036854", ERR_OK, INT64_C(9223372036854000000), "the edge of the range"},
	{"9223372036855", ERR_RANGE, 0, "just beyond it"},
	{"1e99999999999", ERR_RANGE, 0, "an exponent meant to overflow"},
	{"0e99999999999", ERR_OK, 0, "zero stays zero"},
	{"1760000000.1234567890123456789", ERR_OK, INT64_C(1760000000123456),
	 "digits past any use"},
	{"100000000000000000000000000e-20", ERR_OK, INT64_C(1000000000000),
	 "digits carried by the exponent"},
	{"", ERR_SYNTAX, 0, "nothing"},
	{"-", ERR_SYNTAX, 0, "a sign alone"},
	{"1.", ERR_SYNTAX, 0, "a point needs a digit"},
	{".5", ERR_SYNTAX, 0, "not of the JSON grammar"},
	{"1e", ERR_SYNTAX, 0, "an exponent needs a digit"},
	{"1x", ERR_SYNTAX, 0, "trailing bytes"},
	{"nan", ERR_SYNTAX, 0, "not a number"},
};

static void parses_or_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t got = 0;
		enum err e = micro_parse(slice_of(cases[i].text), &got);

		if (e != cases[i].err || got != cases[i].micro)
			fail_msg("%s ('%s'): got %s %lld", cases[i].why, cases[i].text, err_word(e),
				 (long long)got);
	}
}

static void writes_the_shortest_text_that_reads_back(void **state)
{
	static const int64_t values[] = {0,      1,       -1,        1500000,      -2500000,
					 999999, 1000001, INT64_MAX, INT64_MIN + 1};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		int64_t back = 0;

		buf_reset(&b);
		micro_put(&b, values[i]);
		assert_int_equal(micro_parse(buf_slice(&b), &back), ERR_OK);
		assert_int_equal(back, values[i]);
	}
	buf_reset(&b);
	micro_put(&b, 1500000);
	assert_string_equal(buf_cstr(&b), "1.5");
	buf_reset(&b);
	micro_put(&b, MICRO_NONE);
	assert_string_equal(buf_cstr(&b), "null");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_or_refuses),
		cmocka_unit_test(writes_the_shortest_text_that_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
