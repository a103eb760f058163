/* url - which host is meant, and nothing that hides it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/url.h"

static void parts_are_told(void **state)
{
	static const struct {
		const char *text, *scheme, *host;
		uint16_t port;
		bool has_path;
	} cases[] = {
		{"smtp://mail.example.org", "smtp", "mail.example.org", 25, false},
		{"smtp://mail.example.org:587/", "smtp", "mail.example.org", 587, false},
		{"smtps://127.0.0.1", "smtps", "127.0.0.1", 465, false},
		{"https://hooks.example.org/a?b", "https", "hooks.example.org", 443, true},
		{"http://[::1]:8080/x", "http", "::1", 8080, true},
		{"HTTPS://Hooks.Example.Org", "https", "Hooks.Example.Org", 443, false},
	};
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url_parts p;

		assert_int_equal(url_split(cases[i].text, &p, &info), ERR_OK);
		assert_string_equal(p.scheme, cases[i].scheme);
		assert_string_equal(p.host, cases[i].host);
		assert_int_equal(p.port, cases[i].port);
		assert_int_equal(p.has_path, cases[i].has_path);
	}
}

static void what_is_no_plain_url_is_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"mail.example.org",
		"smtp://",
		"smtp://a b",
		"smtp://x:0",
		"smtp://x:99999",
		"smtp://user@x",
		"https://user:word@x/y",
		"https://x\r\nHost: y/",
	};
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url_parts p;

		if (url_split(cases[i], &p, &info) != ERR_SYNTAX)
			fail_msg("'%s' was taken: host %s port %u", cases[i], p.host, p.port);
		assert_true(info.text[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_told),
		cmocka_unit_test(what_is_no_plain_url_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
