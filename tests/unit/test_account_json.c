/* account_json - an account as the API shows it: what opens it is never there. */
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

#include "collector/account_json.h"

static void an_account_shows_nothing_that_opens_it(void **state)
{
	struct account a = {.login = "ana",
			    .role = ROLE_OPERATOR,
			    .state = ACCOUNT_ACTIVE,
			    .password = "$scrypt$secret",
			    .pin = "$scrypt$pin",
			    .has_totp = true,
			    .created = {US_PER_S},
			    .by = "raiz"};
	struct json_emit j;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	j = json_emit_to(&out);
	account_json_write(&j, &a, NULL);
	assert_string_equal(
		buf_cstr(&out),
		"{\"login\":\"ana\",\"role\":\"operator\",\"person\":null,\"post\":null,"
		"\"state\":\"active\",\"totp\":true,\"pin\":true,\"created\":1,\"by\":\"raiz\","
		"\"last_login\":null,\"locked_until\":null,\"pin_locked_until\":null}");
	buf_release(&out);
}

static void a_session_tells_what_may_be_done_and_until_when(void **state)
{
	struct account a = {.login = "jefa", .role = ROLE_CRISIS, .state = ACCOUNT_ACTIVE};
	struct session s = {.role = ROLE_CRISIS,
			    .id = "0123456789abcdef",
			    .login = "jefa",
			    .from = "192.0.2.1"};
	struct json_emit j;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	j = json_emit_to(&out);
	json_open_object(&j);
	account_json_write_session_fields(&j, &a, &s, NULL);
	json_close_object(&j);
	assert_non_null(strstr(buf_cstr(&out), "\"rights\":[\"enrol\"],\"expires\":14400,"
					       "\"idle\":14400,\"enrol\":true}"));
	buf_reset(&out);
	a.has_totp = true;
	j = json_emit_to(&out);
	json_open_object(&j);
	account_json_write_session_fields(&j, &a, &s, NULL);
	json_close_object(&j);
	assert_non_null(strstr(buf_cstr(&out), "\"rights\":[\"view\",\"contacts\",\"report\","
					       "\"decide\",\"plan\"]"));
	buf_reset(&out);
	j = json_emit_to(&out);
	account_json_write_session(&j, &s);
	assert_string_equal(buf_cstr(&out), "{\"id\":\"0123456789abcdef\",\"login\":\"jefa\","
					    "\"from\":\"192.0.2.1\",\"began\":0,\"used\":0,"
					    "\"expires\":14400}");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_account_shows_nothing_that_opens_it),
		cmocka_unit_test(a_session_tells_what_may_be_done_and_until_when),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
