/* ready_cmd - go or no-go on a terminal, and what the command ends with.
 * wrap: api_open api_call
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/api.h"
#include "cli/commands.h"
#include "tests/support/command.h"

static const struct command command = {.name = "ready", .run = ready_cmd_run};

static int run(const char *json, const char *lang, const char *as_json)
{
	struct options o = {.command = &command};

	api_reset();
	api_answers[0] = (struct api_answer){json != NULL ? ERR_OK : ERR_CLOSED,
					     json != NULL ? json : "nobody answers", NULL};
	o.values[OPTION_LANG] = lang;
	o.values[OPTION_JSON] = as_json;
	return command_run(&o);
}

static void asked_for_it(void)
{
	assert_string_equal(api_asked, "GET /v1/ready \n");
}

#define ITEM(id, state, blocks, why)                                                               \
	"{\"id\":\"" id "\",\"state\":\"" state "\",\"blocks\":" blocks                            \
	",\"value\":1,\"of\":2,\"unit\":\"\",\"why\":\"" why                                       \
	"\",\"detail\":[{\"what\":\"catd-07\",\"why\":\"silent\"}],\"unlisted\":3}"

static void what_it_says_and_ends_with(void **state)
{
	(void)state;
	assert_int_equal(
		run("{\"verdict\":\"no-go\",\"items\":[" ITEM(
			    "agents-heard", "no-go", "true",
			    "some-bad") "," ITEM("newer", "unknown", "false", "x\\u001b[31m") "]}",
		    "es", NULL),
		EXIT_NO);
	assert_non_null(
		strstr(command_out,
		       "NO EMPEZAR\n  IMPIDE    Se oye a todos los agentes: 1 / 2  [some-bad]\n    "
		       "        catd-07 (silent) y 3 más\n  sin saber newer: 1 / 2"));
	asked_for_it();
	assert_null(strchr(command_out, '\033'));
	assert_int_equal(run("{\"verdict\":\"reserved\",\"items\":[" ITEM("drill", "no-go", "false",
									  "drill-on") "]}",
			     "en", NULL),
			 EXIT_OK);
	assert_non_null(strstr(command_out, "WITH RESERVATIONS\n  reserve   No drill under way"));
	assert_int_equal(
		run("{\"verdict\":\"go\",\"items\":[" ITEM("journal", "go", "false", "") "]}", "en",
		    NULL),
		EXIT_OK);
	assert_string_equal(command_out, "GO\n  go        The journal is written: 1 / 2\n");
}

static void as_json(void **state)
{
	static const char json[] = "{\"verdict\":\"no-go\",\"items\":[]}";

	(void)state;
	assert_int_equal(run(json, "en", ""), EXIT_NO);
	assert_string_equal(command_out, "{\"verdict\":\"no-go\",\"items\":[]}\n");
}

static void what_is_no_answer(void **state)
{
	(void)state;
	assert_int_equal(run("{}", "en", NULL), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "is not a collector's"));
	assert_int_equal(run(NULL, "en", NULL), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "nobody answers"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says_and_ends_with),
		cmocka_unit_test(as_json),
		cmocka_unit_test(what_is_no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
