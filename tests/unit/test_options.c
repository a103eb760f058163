/* options - the command line: options anywhere, one clear line for every mistake. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "cli/options.h"

static int run_nothing(const struct options *o)
{
	(void)o;
	return EXIT_OK;
}

static const struct command commands[] = {
	{"plan check", "PATH", "check", OPTIONS_COMMON | OPTION_BIT(JSON), 1, 1, run_nothing},
	{"ack", "[INCIDENT]", "ack\nthe second line",
	 OPTIONS_COMMON | OPTION_BIT(AS) | OPTION_BIT(NOTE), 0, 1, run_nothing},
	{"verify", "PATH", "verify", OPTIONS_COMMON | OPTION_BIT(HEAD), 1, 1, run_nothing},
	{0},
};

enum { WORDS_MAX = 12 };

static enum err parse(const char *line, struct options *o, struct err_info *info)
{
	static char copy[256];
	char *argv[WORDS_MAX] = {copy}, *rest = copy;
	int argc = 1;

	snprintf(copy, sizeof(copy), "vigia %s", line);
	rest = strchr(copy, ' ');
	while (rest != NULL && argc < WORDS_MAX) {
		*rest++ = '\0';
		if (*rest == '\0')
			break;
		argv[argc++] = rest;
		rest = strchr(rest, ' ');
	}
	info->text[0] = '\0';
	return options_parse(argc, argv, commands, o, info);
}

static void options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"--collector http://127.0.0.1:1 ack 07 --as ana",
		"ack --as ana --collector http://127.0.0.1:1 07",
		"ack 07 --as=ana --collector=http://127.0.0.1:1",
		"--as ana ack --collector http://127.0.0.1:1 -- 07",
	};
	struct err_info info;
	struct options o;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		if (parse(lines[i], &o, &info) != ERR_OK)
			fail_msg("%s: %s", lines[i], info.text);
		assert_string_equal(o.command->name, "ack");
		assert_string_equal(options_get(&o, OPTION_AS, ""), "ana");
		assert_string_equal(options_get(&o, OPTION_COLLECTOR, ""), "http://127.0.0.1:1");
		assert_int_equal(o.arg_count, 1);
		assert_string_equal(o.args[0], "07");
	}
}

static void two_words_name_a_command(void **state)
{
	struct err_info info;
	struct options o;

	(void)state;
	assert_int_equal(parse("plan --json check dir --lang en", &o, &info), ERR_OK);
	assert_string_equal(o.command->name, "plan check");
	assert_string_equal(o.args[0], "dir");
	assert_true(options_has(&o, OPTION_JSON));
	assert_true(options_is_english(&o));
	assert_int_equal(parse("", &o, &info), ERR_OK);
	assert_null(o.command);
}

static void help_asks_for_no_arguments(void **state)
{
	struct err_info info;
	struct options o;

	(void)state;
	assert_int_equal(parse("verify --help", &o, &info), ERR_OK);
	assert_int_equal(parse("plan check -h", &o, &info), ERR_OK);
	assert_true(options_has(&o, OPTION_HELP));
	assert_int_equal(parse("ack --version", &o, &info), ERR_OK);
	assert_true(options_has(&o, OPTION_VERSION));
}

static void every_mistake_is_one_clear_line(void **state)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{"verifi x", "unknown command 'verifi'; did you mean 'verify'?"},
		{"nonsense", "unknown command 'nonsense'; see vigia --help"},
		{"plan", "'plan' is only half a command; write vigia plan check"},
		{"plan chekc x", "'plan' is only half a command; write vigia plan check"},
		{"verify", "too few arguments: vigia verify PATH"},
		{"verify a b", "too many arguments: vigia verify PATH"},
		{"verify a --as b", "--as is no option of vigia verify; see vigia verify --help"},
		{"verify a --haed b", "unknown option '--haed'; did you mean '--head'?"},
		{"verify a --xyzzyx", "unknown option '--xyzzyx'; see vigia --help"},
		{"verify a --head", "--head needs SEQ:HASH"},
		{"verify a --head x --head y", "--head is given twice"},
		{"verify a --lang fr", "--lang is es or en, not 'fr'"},
	};
	struct err_info info;
	struct options o;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_not_equal(parse(cases[i].line, &o, &info), ERR_OK);
		assert_string_equal(info.text, cases[i].said);
	}
}

static void help_lists_what_a_command_takes(void **state)
{
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	options_write_help(&commands[2], &out);
	assert_non_null(strstr(buf_cstr(&out), "vigia verify PATH\n"));
	assert_non_null(strstr(buf_cstr(&out), "--head SEQ:HASH"));
	assert_null(strstr(buf_cstr(&out), "--note"));
	buf_reset(&out);
	options_write_overview(commands, &out);
	assert_non_null(strstr(buf_cstr(&out), "plan check"));
	assert_null(
		strstr(buf_cstr(&out), "the second line")); /* the first line of each help only */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_stand_anywhere),
		cmocka_unit_test(two_words_name_a_command),
		cmocka_unit_test(help_asks_for_no_arguments),
		cmocka_unit_test(every_mistake_is_one_clear_line),
		cmocka_unit_test(help_lists_what_a_command_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
