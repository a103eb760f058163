/* dry_run_cmd - a failing service from the command line, and the proof over all silent sets.
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
#include <unistd.h>

#include "cli/commands.h"
#include "tests/support/command.h"

static char folder[64] = "/tmp/vigia-play-XXXXXX";

UNUSED static const char *file_of(const char *name, const char *text)
{
	static char paths[4][128];
	static int next;
	char *path = paths[next++ % 4];
	FILE *f;

	if (strstr(folder, "XXXXXX") != NULL)
		assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return path;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("'%s' is not in:\n%s", part, text);
}

#define PLAN "tests/scenario/plans/base.yaml"
static const struct command command = {.name = "plan dry-run", .run = dry_run_cmd_run};

static int dry_run(const char *service, const char *answers, const char *silent, const char *json)
{
	struct options o = {.command = &command, .arg_count = 1};

	o.args[0] = PLAN;
	o.values[OPTION_SERVICE] = service;
	o.values[OPTION_ANSWERS] = answers;
	o.values[OPTION_ALL_SILENT] = silent;
	o.values[OPTION_JSON] = json;
	o.values[OPTION_LANG] = "en";
	return command_run(&o);
}

static void who_is_called_when(void **state)
{
	(void)state;
	assert_int_equal(dry_run("portal", "*=5s", NULL, NULL), EXIT_OK);
	has(command_out, "          2s  calling  portal  a  ana  mesa  uno  DOWN\n");
	has(command_out, "DECLARED after 1m 10s, within the RTO\n");
	assert_int_equal(dry_run("portal", "*=5s,crisis=silent", NULL, NULL), EXIT_OK);
	has(command_out, "NO DECISION\n");
	assert_int_equal(dry_run("portal", "*=5s", NULL, ""), EXIT_OK);
	has(command_out, "\"decision\":\"declared\"");
	has(command_out, "\"in_time\":true");
}

static void the_proof_and_its_exit_code(void **state)
{
	(void)state;
	/* Whoever is silent alone has somebody behind them. */
	assert_int_equal(dry_run("portal", "*=5s", "1", NULL), EXIT_OK);
	assert_int_equal(dry_run("portal", "*=5s", "2", NULL), EXIT_NO);
	has(command_out, "IT DOES NOT HOLD\n");
	has(command_out, "    ceci + dario: no decision\n");
	assert_int_equal(dry_run("portal", "*=5s", "2", ""), EXIT_NO);
	has(command_out,
	    "{\"silent\":[\"ceci\",\"dario\"],\"minimal\":true,\"decided_after\":null}");
	has(command_out, "\"holds\":false");
}

static void what_is_wrong_is_one_line(void **state)
{
	(void)state;
	assert_int_equal(dry_run("portl", NULL, NULL, NULL), EXIT_UNUSABLE);
	has(command_errors, "did you mean 'portal'?");
	assert_int_equal(dry_run(NULL, NULL, NULL, NULL), EXIT_UNUSABLE);
	has(command_errors, "--service ID or --all-silent N");
	assert_int_equal(dry_run("portal", "an=silent", NULL, NULL), EXIT_UNUSABLE);
	has(command_errors, "--answers: the plan has neither a person nor a seat 'an'");
	assert_int_equal(dry_run("portal", NULL, "4", NULL), EXIT_UNUSABLE);
	has(command_errors, "1, 2 or 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_called_when),
		cmocka_unit_test(the_proof_and_its_exit_code),
		cmocka_unit_test(what_is_wrong_is_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
