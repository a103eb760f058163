/* utf8 - the edges of every length (RFC 3629, section 4). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"

static void every_edge(void **state)
{
	static const struct {
		const char *bytes;
		size_t left, length;
		const char *why;
	} cases[] = {
		{"\x00", 1, 1, "a NUL is a character"},
		{"a", 1, 1, "ASCII"},
		{"\x7F", 1, 1, "its last"},
		{"\x80", 1, 0, "a continuation alone"},
		{"\xC1\xBF", 2, 0, "overlong"},
		{"\xC2\x80", 2, 2, "the first of two"},
		{"\xC2", 1, 0, "cut"},
		{"\xC2\x41", 2, 0, "no continuation"},
		{"\xDF\xBF", 2, 2, "the last of two"},
		{"\xE0\x9F\xBF", 3, 0, "overlong"},
		{"\xE0\xA0\x80", 3, 3, "the first of three"},
		{"\xED\x9F\xBF", 3, 3, "before the surrogates"},
		{"\xED\xA0\x80", 3, 0, "a surrogate"},
		{"\xEE\x80\x80", 3, 3, "after the surrogates"},
		{"\xEF\xBF\xBF", 3, 3, "the last of three"},
		{"\xEF\xBF\xBF", 2, 0, "cut"},
		{"\xF0\x8F\xBF\xBF", 4, 0, "overlong"},
		{"\xF0\x90\x80\x80", 4, 4, "the first of four"},
		{"\xF4\x8F\xBF\xBF", 4, 4, "the last of all"},
		{"\xF4\x90\x80\x80", 4, 0, "past U+10FFFF"},
		{"\xF5\x80\x80\x80", 4, 0, "never a first byte"},
		{"\xFF", 1, 0, "never a byte"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (utf8_length((const unsigned char *)cases[i].bytes, cases[i].left) !=
		    cases[i].length)
			fail_msg("%zu: %s", i, cases[i].why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_edge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
