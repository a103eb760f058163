#include "cli/options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/param.h"
#include "base/slice.h"

static const struct option_row table[] = {
#define X(sym, name, placeholder, help) [OPTION_##sym] = {name, placeholder, help},
	OPTION_TABLE(X)
#undef X
};
_Static_assert(COUNT_OF(table) == OPTION_COUNT, "a row per option");

const struct option_row *options_row(enum option which)
{
	return &table[which];
}

const char *options_get(const struct options *o, enum option which, const char *fallback)
{
	return o->values[which] != NULL ? o->values[which] : fallback;
}

bool options_is_english(const struct options *o)
{
	return strcmp(options_get(o, OPTION_LANG, "es"), "en") == 0;
}

/* The option of a word "--name" or "--name=value"; OPTION_COUNT if there is none. */
static enum option find_option(const char *word, const char **ret_value)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		size_t n = strlen(table[i].name);

		if (strncmp(word, table[i].name, n) != 0)
			continue;
		if (word[n] == '\0') {
			*ret_value = NULL;
			return (enum option)i;
		}
		if (word[n] == '=' && word[1] == '-' && table[i].placeholder != NULL) {
			*ret_value = word + n + 1;
			return (enum option)i;
		}
	}
	return OPTION_COUNT;
}

static enum err unknown_option(const char *word, struct err_info *info)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if (param_distance(slice_of(word), slice_of(table[i].name)) <= 2)
			return err_fail(info, ERR_UNKNOWN_KEY,
					"unknown option '%s'; did you mean '%s'?", word,
					table[i].name);
	}
	return err_fail(info, ERR_UNKNOWN_KEY, "unknown option '%s'; see vigia --help", word);
}

static enum err take_option(int argc, char *const *argv, int *i, struct options *o,
			    struct err_info *info)
{
	const char *value = NULL;
	enum option which = find_option(strcmp(argv[*i], "-h") == 0 ? "--help" : argv[*i], &value);

	if (which == OPTION_COUNT)
		return unknown_option(argv[*i], info);
	if (o->values[which] != NULL && table[which].placeholder != NULL && which != OPTION_ADDRESS)
		return err_fail(info, ERR_DUPLICATE, "%s is given twice", table[which].name);
	if (table[which].placeholder == NULL) {
		o->values[which] = "";
		return ERR_OK;
	}
	if (value == NULL && *i + 1 >= argc)
		return err_fail(info, ERR_SYNTAX, "%s needs %s", table[which].name,
				table[which].placeholder);
	o->values[which] = value != NULL ? value : argv[++*i];
	if (which != OPTION_ADDRESS)
		return ERR_OK;
	if (o->address_count == OPTIONS_ADDRESSES_MAX)
		return err_fail(info, ERR_TOO_LARGE, "--address: %d at most",
				OPTIONS_ADDRESSES_MAX);
	o->addresses[o->address_count++] = o->values[which];
	return ERR_OK;
}

/* Matches the first words against the commands and removes them from the arguments. */
static const struct command *find_command(const struct command *commands, struct options *o)
{
	for (const struct command *c = commands; c->name != NULL; c++) {
		const char *blank = strchr(c->name, ' ');
		size_t n = blank != NULL ? (size_t)(blank - c->name) : strlen(c->name);
		size_t words = blank != NULL ? 2 : 1;

		if (o->arg_count < words || strlen(o->args[0]) != n ||
		    strncmp(o->args[0], c->name, n) != 0 ||
		    (blank != NULL && strcmp(o->args[1], blank + 1) != 0))
			continue;
		o->arg_count -= words;
		memmove(o->args, o->args + words, o->arg_count * sizeof(o->args[0]));
		return c;
	}
	return NULL;
}

static enum err unknown_command(const struct command *commands, const struct options *o,
				struct err_info *info)
{
	const char *word = o->args[0];

	for (const struct command *c = commands; c->name != NULL; c++) {
		size_t n = strlen(word);

		if (strncmp(c->name, word, n) == 0 && c->name[n] == ' ')
			return err_fail(info, ERR_UNKNOWN_KEY,
					"'%s' is only half a command; write vigia %s", word,
					c->name);
		if (param_distance(slice_of(word), slice_of(c->name)) <= 2)
			return err_fail(info, ERR_UNKNOWN_KEY,
					"unknown command '%s'; did you mean '%s'?", word, c->name);
	}
	return err_fail(info, ERR_UNKNOWN_KEY, "unknown command '%s'; see vigia --help", word);
}

static enum err check_command(const struct options *o, struct err_info *info)
{
	const struct command *c = o->command;
	const char *lang = options_get(o, OPTION_LANG, "es");

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if (o->values[i] != NULL && !(c->options & (UINT64_C(1) << i)))
			return err_fail(info, ERR_SYNTAX,
					"%s is no option of vigia %s; see vigia %s --help",
					table[i].name, c->name, c->name);
	}
	if (strcmp(lang, "es") != 0 && strcmp(lang, "en") != 0)
		return err_fail(info, ERR_SYNTAX, "--lang is es or en, not '%s'", lang);
	if (options_has(o, OPTION_HELP) || options_has(o, OPTION_VERSION))
		return ERR_OK;
	if (o->arg_count < c->args_min || o->arg_count > c->args_max)
		return err_fail(info, ERR_SYNTAX, "too %s arguments: vigia %s %s",
				o->arg_count < c->args_min ? "few" : "many", c->name, c->args);
	return ERR_OK;
}

enum err options_parse(int argc, char *const *argv, const struct command *commands,
		       struct options *ret, struct err_info *info)
{
	bool only_args = false;
	enum err e;

	*ret = (struct options){0};
	for (int i = 1; i < argc; i++) {
		if (!only_args && strcmp(argv[i], "--") == 0) {
			only_args = true;
			continue;
		}
		if (!only_args && argv[i][0] == '-' && argv[i][1] != '\0') {
			if ((e = take_option(argc, argv, &i, ret, info)) != ERR_OK)
				return e;
			continue;
		}
		if (ret->arg_count == OPTIONS_ARGS_MAX)
			return err_fail(info, ERR_TOO_LARGE, "too many arguments");
		ret->args[ret->arg_count++] = argv[i];
	}
	if (ret->arg_count == 0)
		return ERR_OK;
	ret->command = find_command(commands, ret);
	if (ret->command == NULL)
		return unknown_command(commands, ret, info);
	return check_command(ret, info);
}

static void write_options(uint64_t options, struct buf *out)
{
	buf_puts(out, "\nOptions:\n");
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		char left[40];

		if (!(options & (UINT64_C(1) << i)))
			continue;
		snprintf(left, sizeof(left), "%s %s", table[i].name,
			 table[i].placeholder != NULL ? table[i].placeholder : "");
		buf_printf(out, "  %-22s %s\n", left, table[i].help);
	}
}

void options_write_help(const struct command *command, struct buf *out)
{
	buf_printf(out, "vigia %s %s\n\n%s\n", command->name, command->args, command->help);
	write_options(command->options, out);
}

void options_write_overview(const struct command *commands, struct buf *out)
{
	buf_puts(out, "vigia COMMAND [ARGUMENTS] [OPTIONS]: the operator's command of Vigía\n\n"
		      "Commands (vigia COMMAND --help tells more):\n");
	for (const struct command *c = commands; c->name != NULL; c++) {
		buf_printf(out, "  %-15s  ", c->name);
		buf_put(out, c->help, strcspn(c->help, "\n"));
		buf_putc(out, '\n');
	}
	write_options(OPTIONS_COMMON, out);
}

int options_fail(enum err e, const struct err_info *info)
{
	fprintf(stderr, "vigia: %s\n", info->text[0] != '\0' ? info->text : err_sentence(e));
	return e == ERR_IO || e == ERR_CLOSED || e == ERR_TIMEOUT ? EXIT_UNUSABLE : EXIT_NO;
}

int options_fail_text(int code, const char *fmt, ...)
{
	va_list ap;

	fputs("vigia: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}
