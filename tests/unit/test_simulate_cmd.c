/* simulate_cmd - a scenario from the command line: what it prints and what it ends with.
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

static const char *file_of(const char *name, const char *text)
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
static const struct command command = {.name = "simulate", .run = simulate_cmd_run};

static int simulate(const char *plan, const char *text, const char *json, const char *seed)
{
	struct options o = {.command = &command, .arg_count = 2};

	o.args[0] = plan;
	o.args[1] = file_of("a.scn", text);
	o.values[OPTION_JSON] = json;
	o.values[OPTION_SEED] = seed;
	return command_run(&o);
}

static void what_it_ends_with(void **state)
{
	(void)state;
	assert_int_equal(simulate(PLAN,
				  "5 set web:p critical\n60 expect incident.opened root=web\n",
				  NULL, NULL),
			 EXIT_OK);
	has(command_out, "cumple  2: expect incident.opened root=web");
	has(command_out, "1 de 1 se cumplen");
	assert_int_equal(simulate(PLAN, "5 expect incident.opened\n", NULL, NULL), EXIT_NO);
	has(command_out, "FALLA  1: expect incident.opened");
	has(command_errors, "a.scn:1:3: 'incident.opened' did not happen");
	assert_int_equal(simulate(PLAN, "5 set nada:p ok\n", NULL, NULL), EXIT_UNUSABLE);
	has(command_errors, "a.scn:1:7: the plan has no check 'nada:p'");
	assert_string_equal(command_out, "");
	assert_int_equal(simulate(PLAN, "5 fly\n", NULL, NULL), EXIT_UNUSABLE);
	has(command_errors, "a.scn:1:3: nothing is called 'fly'");
	assert_int_equal(simulate("/nonexistent", "5 off\n", NULL, NULL), EXIT_UNUSABLE);
	assert_int_equal(
		simulate(file_of("p.yaml", "services: [{id: x}]\n"), "5 off\n", NULL, NULL),
		EXIT_UNUSABLE);
	has(command_errors, "nothing is played");
	assert_int_equal(simulate(PLAN, "5 off\n", NULL, "x"), EXIT_UNUSABLE);
	has(command_errors, "--seed is a number");
}

static void the_same_seed_gives_the_same_bytes(void **state)
{
	static const char text[] = "person * answers 7s\n5 set web:p critical\n100\n";
	char *first;

	(void)state;
	assert_int_equal(simulate(PLAN, text, "", "7"), EXIT_OK);
	first = strdup(command_out);
	assert_int_equal(simulate(PLAN, text, "", "7"), EXIT_OK);
	assert_string_equal(command_out, first);
	assert_int_equal(simulate(PLAN, text, "", "8"), EXIT_OK);
	assert_string_not_equal(command_out, first);
	free(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_ends_with),
		cmocka_unit_test(the_same_seed_gives_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
