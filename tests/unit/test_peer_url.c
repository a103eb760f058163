/* peer_url - https anywhere, plain HTTP to loopback only, nothing behind the port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/peer_url.h"
#include "base/slice.h"

static void what_is_an_address(void **state)
{
	static const struct {
		const char *text;
		enum err err;
		const char *canonical, *host;
		unsigned port;
		bool tls, is_name;
	} cases[] = {
		{"https://noc.example.org:7460", ERR_OK, "https://noc.example.org:7460",
		 "noc.example.org", 7460, true, true},
		{"https://192.0.2.1:1/", ERR_OK, "https://192.0.2.1:1", "192.0.2.1", 1, true,
		 false},
		{"https://[2001:db8::1]:99", ERR_OK, "https://[2001:db8::1]:99", "2001:db8::1", 99,
		 true, false},
		{"http://127.0.0.1:7460/", ERR_OK, "http://127.0.0.1:7460", "127.0.0.1", 7460,
		 false, false},
		{"http://[::1]:1", ERR_OK, "http://[::1]:1", "::1", 1, false, false},
		{"http://192.0.2.1:1", ERR_UNSUPPORTED, NULL, NULL, 0, false, false},
		{"http://localhost:1", ERR_UNSUPPORTED, NULL, NULL, 0, false,
		 false}, /* may lead anywhere */
		{"http://0.0.0.0:1", ERR_UNSUPPORTED, NULL, NULL, 0, false, false},
		{"https://noc.example.org", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://noc.example.org:0", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://noc.example.org:1/v1", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://noc.example.org:1//", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://u@example.org:1", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://a b:1", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"HTTPS://a:1", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"ftp://a:1", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"https://", ERR_SYNTAX, NULL, NULL, 0, false, false},
		{"", ERR_SYNTAX, NULL, NULL, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct err_info info = {0};
		struct peer_url u;

		if (peer_url_parse(cases[i].text, &u, &info) != cases[i].err)
			fail_msg("%s: %s", cases[i].text, info.text);
		if (cases[i].err != ERR_OK) {
			assert_non_null(strstr(info.text, cases[i].text));
			continue;
		}
		assert_string_equal(u.text, cases[i].canonical);
		assert_string_equal(u.host, cases[i].host);
		assert_int_equal(u.port, cases[i].port);
		assert_int_equal(u.tls, cases[i].tls);
		assert_int_equal(u.is_name, cases[i].is_name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_an_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
