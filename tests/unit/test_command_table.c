/* command_table - every command can be called, documented and completed: names are words, each has a help, takes what all
 * take, and no two are alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.h"

static void every_row_is_whole(void **state)
{
	size_t n = 0;

	(void)state;
	for (const struct command *c = command_table; c->name != NULL; c++, n++) {
		assert_true(c->name[strspn(c->name, "abcdefghijklmnopqrstuvwxyz -")] == '\0');
		assert_true(strlen(c->help) > 10);
		assert_non_null(c->run);
		assert_int_equal(c->options & OPTIONS_COMMON, OPTIONS_COMMON);
		assert_true(c->args_min <= c->args_max && c->args_max <= OPTIONS_ARGS_MAX);
		assert_true((c->args_max > 0) == (c->args[0] != '\0' && c->args[0] != '-'));
		for (const struct command *d = command_table; d < c; d++)
			assert_string_not_equal(c->name, d->name);
	}
	assert_in_range(n, 10, 100);
}

static void every_option_belongs_to_a_command(void **state)
{
	uint64_t all = 0;

	(void)state;
	for (const struct command *c = command_table; c->name != NULL; c++)
		all |= c->options;
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = options_row((enum option)i);

		assert_true(all & (UINT64_C(1) << i));
		assert_true(row->name[0] == '-' && row->help[0] != '\0');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(every_option_belongs_to_a_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
