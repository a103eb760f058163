/* restore_cmd - says where it wants to go; the way itself is tested with its other half (test_backup_cmd). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "tests/support/command.h"

static const struct command restore = {.name = "restore", .run = restore_cmd_run};

static void it_wants_a_place(void **state)
{
	struct options o = {.command = &restore, .args = {"/nowhere"}, .arg_count = 1};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: say where: --to FOLDER\n");
	o.values[OPTION_TO] = "/nowhere/else";
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_non_null(strstr(command_errors, "/nowhere is no backup"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_wants_a_place)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
