/* session_cookie - what is taken for a session and what is not; what the browser is told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/session_cookie.h"

#define TOKEN "vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_de"

static void a_token_has_one_form(void **state)
{
	static const struct {
		const char *text;
		bool sound;
	} cases[] = {
		{TOKEN, true},
		{"", false},
		{"vs_", false},
		{"vx_0123456789abcdefghijklmnopqrstuvwxyzABC-_de", false},
		{"vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_d", false},
		{"vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_def", false},
		{"vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_d ", false},
		{"vs_0123456789abcdefghijklmnopqrstuvwxyzABC-_d\n", false},
		{"vs_0123456789abcdefghijklmnopqrstuvwxyzABC+/de", false},
		{"VS_0123456789abcdefghijklmnopqrstuvwxyzABC-_de", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (session_cookie_is_token(slice_of(cases[i].text)) != cases[i].sound)
			fail_msg("'%s'", cases[i].text);
	}
}

static void only_our_own_cookie_counts_and_only_once(void **state)
{
	static const struct {
		const char *header;
		bool secure, found;
	} cases[] = {
		{"vigia=" TOKEN, false, true},
		{"__Host-vigia=" TOKEN, true, true},
		{"a=1; vigia=" TOKEN "; b", false, true},
		{"a=1;vigia=" TOKEN " ;", false, true},
		{"vigia=" TOKEN, true, false}, /* one that a plain page could have set */
		{"__Host-vigia=" TOKEN, false, false},
		{"__Host-vigia=" TOKEN "; vigia=" TOKEN, true, true},
		{"vigia=" TOKEN "; vigia=" TOKEN, false,
		 false}, /* somebody has put one beside ours */
		{"vigia=; vigia=" TOKEN, false, false},
		{"Vigia=" TOKEN, false, false},
		{"xvigia=" TOKEN, false, false},
		{"vigia =" TOKEN, false, false},
		{"vigia=\"" TOKEN "\"", false, false},
		{"vigia=vs_short", false, false},
		{"vigia", false, false},
		{"=" TOKEN, false, false},
		{";;; ;", false, false},
		{"", false, false},
		{NULL, false, false},
	};
	char token[SESSION_TOKEN_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		memset(token, 'x', sizeof(token));
		if (session_cookie_read(cases[i].header, cases[i].secure, token) != cases[i].found)
			fail_msg("'%s'", cases[i].header != NULL ? cases[i].header : "(none)");
		assert_string_equal(token, cases[i].found ? TOKEN : "");
	}
}

static void the_browser_keeps_it_for_us_alone(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	session_cookie_put(&b, true, TOKEN, false);
	assert_string_equal(buf_cstr(&b), "Set-Cookie: __Host-vigia=" TOKEN
					  "; Path=/; HttpOnly; SameSite=Strict; Secure\r\n");
	buf_reset(&b);
	session_cookie_put(&b, false, TOKEN, true);
	assert_string_equal(buf_cstr(&b),
			    "Set-Cookie: vigia=" TOKEN
			    "; Max-Age=34560000; Path=/; HttpOnly; SameSite=Strict\r\n");
	buf_reset(&b);
	session_cookie_put_end(&b, true);
	assert_string_equal(buf_cstr(&b), "Set-Cookie: __Host-vigia=; Max-Age=0; Path=/; HttpOnly; "
					  "SameSite=Strict; Secure\r\n");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_has_one_form),
		cmocka_unit_test(only_our_own_cookie_counts_and_only_once),
		cmocka_unit_test(the_browser_keeps_it_for_us_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
