/* account_text - accounts and sessions as people read them; nobody's text moves the cursor; what is not the collector's is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/account_text.h"

typedef enum err writer(const char *json, size_t n, bool english, struct buf *out);

static void says(writer *write, const char *json, bool english, const char *want)
{
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(write(json, strlen(json), english, &out), ERR_OK);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
}

static void a_line_for_each_account(void **state)
{
	static const char json[] =
		"{\"accounts\":[{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\","
		"\"state\":"
		"\"active\",\"totp\":true,\"pin\":true,\"last_login\":1780000000,\"locked_until\":"
		"null},"
		"{\"login\":\"b\\u001b[2J\",\"role\":\"viewer\",\"person\":null,\"state\":"
		"\"disabled\"},"
		"{\"login\":\"c\",\"role\":\"crisis\",\"person\":null,\"state\":\"invited\"}]}";

	(void)state;
	says(account_text_list, json, true,
	     "ana  operator  as mesa  code  PIN  last log-in 2026-05-28 14:26:40\n"
	     "b?[2J  viewer  DISABLED\nc  crisis  invited\n");
	says(account_text_list, json, false,
	     "ana  operator  como mesa  código  PIN  última entrada 2026-05-28 14:26:40\n"
	     "b?[2J  viewer  DESHABILITADA\nc  crisis  invitada\n");
	says(account_text_list, "{\"accounts\":[]}", true,
	     "no accounts yet: vigia account first\n");
}

static void a_session_says_what_one_may(void **state)
{
	(void)state;
	says(account_text_session,
	     "{\"account\":{\"login\":\"ana\",\"role\":\"desk\"},\"rights\":[\"view\",\"report\"],"
	     "\"expires\":1780000000}",
	     true, "ana  desk\nrights: view report  \nsession until 2026-05-28 14:26:40\n");
}

static void what_is_told_once_is_told(void **state)
{
	(void)state;
	says(account_text_added, "{\"login\":\"ana\",\"role\":\"desk\",\"invitation\":\"k-1\"}",
	     true, "ana  desk\ninvitation (24 hours, once): k-1\n");
	says(account_text_added,
	     "{\"account\":{\"login\":\"graf\",\"role\":\"service\"},\"token\":\"vs_1\"}", false,
	     "graf  service\nllave (se muestra una vez): vs_1\n");
}

static void what_is_none_of_it_is_refused(void **state)
{
	static const char *const texts[] = {"", "[]", "{", "{\"accounts\":7}", "{\"account\":{}}"};
	struct buf out;

	(void)state;
	buf_init(&out, 65536);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(account_text_list(texts[i], strlen(texts[i]), true, &out),
				 ERR_SYNTAX);
		assert_int_equal(account_text_session(texts[i], strlen(texts[i]), true, &out),
				 ERR_SYNTAX);
	}
	assert_int_equal(account_text_added("[]", 2, true, &out), ERR_SYNTAX);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_for_each_account),
		cmocka_unit_test(a_session_says_what_one_may),
		cmocka_unit_test(what_is_told_once_is_told),
		cmocka_unit_test(what_is_none_of_it_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
