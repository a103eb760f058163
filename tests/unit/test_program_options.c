/* program_options - a command line that is right goes on, one that is not ends with the usage, and nothing is guessed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/program_options.h"

static struct program_options got;
static const char *drill;
static bool trusts;
static int status;

static bool read_line(const char *const *words)
{
	const struct program_option own[] = {
		{"drill", &drill, NULL}, {"trust-clock", NULL, &trusts}, {NULL, NULL, NULL}};
	static char store[8][32];
	char *argv[9] = {0};
	int argc = 0;

	for (; words[argc] != NULL; argc++) {
		snprintf(store[argc], sizeof(store[0]), "%s", words[argc]);
		argv[argc] = store[argc];
	}
	drill = NULL;
	trusts = false;
	return program_options_read(argc, argv, "vigia-x", "usage: vigia-x -c FILE\n", own, &got,
				    &status);
}
#define LINE(...) read_line((const char *const[]){"vigia-x", __VA_ARGS__, NULL})

static void what_is_right_goes_on(void **state)
{
	(void)state;
	assert_true(LINE("-c", "a.yaml"));
	assert_string_equal(got.file, "a.yaml");
	assert_int_equal(got.mode, PROGRAM_RUNS);
	assert_true(LINE("--config", "b.yaml", "--check"));
	assert_string_equal(got.file, "b.yaml");
	assert_int_equal(got.mode, PROGRAM_CHECKS);
	assert_true(LINE("--dump-config", "-c", "c.yaml"));
	assert_int_equal(got.mode, PROGRAM_DUMPS);
}

static void its_own_options_are_taken(void **state)
{
	(void)state;
	assert_true(LINE("-c", "a.yaml", "--drill", "s.scn", "--trust-clock"));
	assert_string_equal(drill, "s.scn");
	assert_true(trusts);
	assert_true(LINE("-c", "a.yaml"));
	assert_null(drill);
	assert_false(trusts);
}

static void what_is_wrong_ends_with_the_usage(void **state)
{
	(void)state;
	assert_false(LINE("--check")); /* no file */
	assert_int_equal(status, 2);
	assert_false(LINE("-c", "a.yaml", "b.yaml"));
	assert_int_equal(status, 2);
	assert_false(LINE("-c", "a.yaml", "--frob"));
	assert_int_equal(status, 2);
	assert_false(LINE("-c"));
	assert_int_equal(status, 2);
	assert_false(LINE("-c", "a.yaml", "--drill"));
	assert_int_equal(status, 2);
}

static void help_and_version_end_well(void **state)
{
	(void)state;
	assert_false(LINE("--help"));
	assert_int_equal(status, 0);
	assert_false(LINE("-v"));
	assert_int_equal(status, 0);
	assert_false(LINE("-c", "a.yaml", "-h"));
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_right_goes_on),
		cmocka_unit_test(its_own_options_are_taken),
		cmocka_unit_test(what_is_wrong_ends_with_the_usage),
		cmocka_unit_test(help_and_version_end_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
