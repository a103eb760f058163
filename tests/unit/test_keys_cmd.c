/* keys_cmd - what is revoked is told, and the list says of each key when it was made and used.
 * wrap: api_open api_call
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/api.h"
#include "cli/commands.h"
#include "tests/support/command.h"

static const struct command revoke_key = {.name = "revoke", .run = keys_cmd_revoke};
static const struct command agents = {.name = "agents", .run = keys_cmd_list};

static int run(const struct command *command, const char *agent, const char *lang)
{
	struct options o = {.command = command,
			    .values[OPTION_LANG] = lang,
			    .args = {agent},
			    .arg_count = agent != NULL};

	return command_run(&o);
}

static void a_key_is_revoked(void **state)
{
	(void)state;
	api_reset();
	api_answers[0].text = "{\"agent\":\"catd-01\"}";
	assert_int_equal(run(&revoke_key, "catd-01", NULL), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/agents/catd-01/revoke \n");
	assert_non_null(strstr(command_out, "la clave de catd-01 ya no vale"));
	api_answers[1] = (struct api_answer){ERR_NOT_FOUND, "agent 'catd-02' has no key", NULL};
	assert_int_equal(run(&revoke_key, "catd-02", "en"), EXIT_NO);
	assert_string_equal(command_errors, "vigia: agent 'catd-02' has no key\n");
	assert_int_equal(run(&revoke_key, "../x", "en"), EXIT_UNUSABLE);
	assert_int_equal(api_answered, 2);
}

static const char list[] =
	"{\"identity\":\"sha256:12\",\"agents\":["
	"{\"agent\":\"a\",\"enrolled\":1780000000,\"used\":1780000060.5,\"pending\":1780000100,"
	"\"revoked\":null},"
	"{\"agent\":\"b\",\"enrolled\":null,\"used\":null,\"pending\":null,\"revoked\":null},"
	"{\"agent\":\"c\\u001b[2J\",\"enrolled\":1780000000,\"used\":null,\"pending\":null,"
	"\"revoked\":1780000000}]}";

static void the_list(void **state)
{
	(void)state;
	api_reset();
	api_answers[0].text = api_answers[1].text = list;
	assert_int_equal(run(&agents, NULL, NULL), EXIT_OK);
	assert_string_equal(api_asked, "GET /v1/agents \n");
	assert_non_null(strstr(command_out, "colector sha256:12\na  hecha "));
	assert_non_null(strstr(command_out, "último uso "));
	assert_non_null(strstr(command_out, "en rotación desde "));
	assert_non_null(strstr(command_out, "\nb  hecha: no se sabe  sin uso\n"));
	assert_non_null(strstr(command_out, "\nc?[2J  hecha "));
	assert_non_null(strstr(command_out, "  REVOCADA "));
	assert_int_equal(run(&agents, NULL, "en"), EXIT_OK);
	assert_non_null(strstr(command_out, "\nb  made: not known  never used\n"));
}

static void what_is_no_list(void **state)
{
	static const char *const bad[] = {"",
					  "[]",
					  "{}",
					  "{\"agents\":[]}",
					  "{\"identity\":\"x\"}",
					  "{\"identity\":1,\"agents\":[]}"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		api_reset();
		api_answers[0].text = bad[i];
		assert_int_not_equal(run(&agents, NULL, "en"), EXIT_OK);
		assert_string_equal(command_out, "");
		assert_non_null(strstr(command_errors, "is not sound"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_revoked),
		cmocka_unit_test(the_list),
		cmocka_unit_test(what_is_no_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
