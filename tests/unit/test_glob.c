/* glob - patterns of people against texts of devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/glob.h"

static bool fits(const char *pattern, const char *text)
{
	return glob_match(slice_of(pattern), slice_of(text));
}

static void the_whole_text_fits(void **state)
{
	(void)state;
	assert_true(fits("", ""));
	assert_true(fits("*", ""));
	assert_true(fits("outside", "outside"));
	assert_false(fits("outside", "outside2"));
	assert_false(fits("outside", "Outside"));
	assert_false(fits("", "x"));
	assert_true(fits("*ISP 1*", "hacia ISP 1, 100M"));
	assert_false(fits("*ISP 1*", "hacia ISP 2"));
	assert_true(fits("Gi?/0/*", "Gi1/0/24"));
	assert_false(fits("Gi?/0/*", "Gi10/0/24"));
	assert_false(fits("a?", "a"));
	assert_true(fits("a*", "a"));
	assert_true(fits("*a*b", "aab aXb"));
	assert_false(fits("*a*b", "aab aXbc"));
	/* Brackets and backslashes are text. */
	assert_true(fits("[a]\\*", "[a]\\x"));
}

/* What makes others run for ever ends at once. */
static void many_stars_take_no_long_time(void **state)
{
	char pattern[201], text[60001];

	(void)state;
	for (size_t i = 0; i < 200; i += 2)
		memcpy(pattern + i, "*a", 2);
	pattern[199] = 'b';
	pattern[200] = '\0';
	memset(text, 'a', 60000);
	text[60000] = '\0';
	assert_false(fits(pattern, text));
	text[59999] = 'b';
	assert_true(fits(pattern, text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_whole_text_fits),
		cmocka_unit_test(many_stars_take_no_long_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
