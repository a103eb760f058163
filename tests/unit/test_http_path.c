/* test_http_path.c - paths are split into decoded segments, or refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"

static void splits(void **state)
{
	static const struct {
		const char *path;
		int count;
		const char *joined; /* segments, each followed by '|' */
		const char *why;
	} cases[] = {
		{"/", 0, "", "the root has none"},
		{"/v1", 1, "v1|", "one"},
		{"/v1/agents/dc%2Ffw/checks", 4, "v1|agents|dc/fw|checks|",
		 "an escaped slash does not split"},
		{"/v1/agents/dc%2ffw%3Aping", 3, "v1|agents|dc/fw:ping|",
		 "hex digits of both cases"},
		{"/a/b/c/d", 4, "a|b|c|d|", "as many as there is room for"},
		{"/a/b/c/d/e", -1, NULL, "one more than there is room for"},
		{"/%41", 1, "A|", "an escape at the very end"},
		{"/%C3%B1", 1, "\xc3\xb1|", "bytes beyond ASCII pass"},
		{"/a+b", 1, "a+b|", "a plus is a plus in a path"},
		{"", -1, NULL, "nothing"},
		{"v1", -1, NULL, "no slash first"},
		{"*", -1, NULL, "the target of OPTIONS"},
		{"http://x/y", -1, NULL, "the absolute form is for proxies"},
		{"//v1", -1, NULL, "an empty segment first"},
		{"/v1//x", -1, NULL, "an empty segment inside"},
		{"/v1/", -1, NULL, "an empty segment last"},
		{"/v1/./x", -1, NULL, "a dot segment"},
		{"/v1/../x", -1, NULL, "a double dot segment"},
		{"/v1/%2e%2E/x", -1, NULL, "a double dot segment in disguise"},
		{"/v1/...", 2, "v1|...|", "three dots are a name"},
		{"/a%00b", -1, NULL, "an escaped NUL"},
		{"/a%", -1, NULL, "an escape cut off"},
		{"/a%4", -1, NULL, "an escape cut in half"},
		{"/a%4/b", -1, NULL, "an escape cut by a slash"},
		{"/a%zz", -1, NULL, "no hex digits"},
		{"/a%+1", -1, NULL, "a sign is no hex digit"},
	};
	char store[64], joined[128];
	struct slice segments[4];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int n = http_path_split(cases[i].path, store, sizeof(store), segments, 4);
		size_t at = 0;

		if (n != cases[i].count)
			print_error("'%s' gave %d: %s\n", cases[i].path, n, cases[i].why);
		assert_int_equal(n, cases[i].count);
		if (n < 0)
			continue;
		for (int k = 0; k < n; k++) {
			memcpy(joined + at, segments[k].p, segments[k].n);
			at += segments[k].n;
			joined[at++] = '|';
		}
		joined[at] = '\0';
		assert_string_equal(joined, cases[i].joined);
	}
}

static void the_store_is_never_overrun(void **state)
{
	const char *path = "/abc/%64ef/ghi";
	struct slice segments[4];
	char store[16];

	(void)state;
	for (size_t size = 0; size <= sizeof(store); size++) {
		memset(store, '#', sizeof(store));
		/* Escapes are counted before they shrink: the size that surely suffices is enough. */
		if (http_path_split(path, store, size, segments, 4) == 3)
			assert_true(size >= 12);
		for (size_t i = size; i < sizeof(store); i++)
			assert_int_equal(store[i], '#');
	}
	assert_int_equal(http_path_split(path, store, sizeof(store), segments, 4), 3);
}

static void decoding_says_how_long(void **state)
{
	char out[8];

	(void)state;
	assert_int_equal(http_path_decode("a%20b", 5, out), 3);
	assert_string_equal(out, "a b");
	assert_int_equal(http_path_decode("", 0, out), 0);
	assert_int_equal(http_path_decode("%4", 2, out), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits),
		cmocka_unit_test(the_store_is_never_overrun),
		cmocka_unit_test(decoding_says_how_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
