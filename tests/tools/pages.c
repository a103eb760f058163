/* pages - writes a man page from its hand-written text (packaging/man/NAME.SECTION.in), with what the programs' own tables
 * say in place of lines `@WORD ...`: `@params agent`, `@plan components`, `@commands`, `@options`, `@checks`, `@outcomes`,
 * `@version`. Without a file: the completion of bash. Links no test library, so that `make install` needs none. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent_config.h"
#include "base/buf.h"
#include "base/tls_config.h"
#include "base/verdict.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "collector/collector_config.h"
#include "dashboard/dashboard_config.h"
#include "plan/plan_channel.h"
#include "plan/plan_loader.h"

struct named_table {
	const char *name;
	const struct param *table;
};
static const struct named_table tables[] = {
	{"agent", agent_config_params},
	{"collector", collector_config_params},
	{"dashboard", dashboard_config_params},
	{"tls", tls_config_params},
	{"heartbeat", heartbeat_params},
	{"plan", plan_top_params},
	{"institution", plan_institution_params},
	{"sites", plan_site_params},
	{"agents", plan_agent_params},
	{"components", plan_component_params},
	{"checks", plan_check_params},
	{"counts", plan_count_params},
	{"services", plan_service_params},
	{"channels-file", plan_channel_file_params},
	{"channels-smtp", plan_channel_smtp_params},
	{"channels-webhook", plan_channel_webhook_params},
	{"channels-manual", plan_channel_manual_params},
	{"people", plan_person_params},
	{"contacts", plan_contact_params},
	{"seats", plan_seat_params},
	{"shifts", plan_shift_params},
	{"policies", plan_policy_params},
	{"steps", plan_step_params},
	{"moments", plan_moment_params},
	{"procedures", plan_procedure_params},
	{"activities", plan_activity_params},
	{"cuts", plan_cuts_params},
	{"cut-sources", plan_cut_source_params},
	{"tables", plan_table_params},
	{"templates", plan_template_params},
	{"selectors", plan_selector_params},
};

/* Text for roff: no dash becomes a hyphen, no line begins with a command. */
static void put(const char *s)
{
	bool begins = true;

	for (; *s != '\0'; s++) {
		if (begins && (*s == '.' || *s == '\''))
			fputs("\\&", stdout);
		begins = *s == '\n';
		if (*s == '-')
			fputs("\\-", stdout);
		else if (*s == '\\')
			fputs("\\e", stdout);
		else
			putchar(*s);
		if (begins && s[1] != '\0')
			fputs(".br\n", stdout);
	}
}

static void put_params(const struct param *table)
{
	for (const struct param *p = table; p->key != NULL; p++) {
		fputs(".TP\n.B ", stdout);
		put(p->key);
		fputs("\n", stdout);
		put(p->help);
		if (p->flags & PARAM_REQUIRED)
			fputs(" (required)", stdout);
		if (p->words != NULL) {
			fputs(": ", stdout);
			for (size_t i = 0; p->words[i] != NULL; i++) {
				fputs(i > 0 ? ", " : "", stdout);
				put(p->words[i]);
			}
		}
		if (p->fallback != NULL && p->fallback[0] != '\0') {
			fputs("; default ", stdout);
			put(p->fallback);
		}
		fputs(".\n", stdout);
	}
}

static void put_table(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		if (strcmp(tables[i].name, name) == 0) {
			put_params(tables[i].table);
			return;
		}
	}
	fprintf(stderr, "pages: there is no table '%s'\n", name);
	exit(1);
}

static void put_option_names(uint64_t options)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = options_row((enum option)i);

		if (!(options & (UINT64_C(1) << i)) || (OPTIONS_COMMON & (UINT64_C(1) << i)))
			continue;
		fputs(" [", stdout);
		put(row->name);
		if (row->placeholder != NULL) {
			putchar(' ');
			put(row->placeholder);
		}
		putchar(']');
	}
}

/* The rest of its help, a line each. */
static void put_more(const struct command *c)
{
	struct buf more CLEANUP(buf_release) = {0};

	buf_init(&more, 65536);
	act_cmd_write_args(c, &more);
	for (char *line = more.data, *end; line != NULL && *line != '\0'; line = end) {
		end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		fputs(".br\n", stdout);
		put(line);
		putchar('\n');
	}
}

static void put_commands(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		fputs(".TP\n.B vigia ", stdout);
		put(c->name);
		if (c->args[0] != '\0') {
			putchar(' ');
			put(c->args);
		}
		if (strstr(c->args, "--") == NULL)
			put_option_names(c->options);
		putchar('\n');
		put(c->help);
		putchar('\n');
		put_more(c);
	}
}

static void put_options(void)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const struct option_row *row = options_row((enum option)i);

		fputs(".TP\n.B ", stdout);
		put(row->name);
		if (row->placeholder != NULL) {
			putchar(' ');
			put(row->placeholder);
		}
		putchar('\n');
		put(row->help);
		putchar('\n');
	}
}

static void put_checks(void)
{
	for (size_t i = 0; i < check_registry_count; i++) {
		const struct check_schema *s = &check_registry[i]->schema;

		fputs(".SS Checks of type ", stdout);
		put(s->type);
		putchar('\n');
		put(s->help);
		fputs(".\n", stdout);
		put_params(s->params);
		fputs(".PP\nValues:\n", stdout);
		for (size_t v = 0; v < s->value_count; v++) {
			fputs(".BR ", stdout);
			put(s->values[v].name);
			printf(" \" (%s%s%s)%s\"\n", s->values[v].help,
			       s->values[v].unit[0] != '\0' ? ", " : "", s->values[v].unit,
			       v + 1 < s->value_count ? "," : ".");
		}
	}
}

static void put_outcomes(void)
{
	static const char *const classes[] = {"good", "bad", "blind"};

	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		fputs(".TP\n.B ", stdout);
		put(outcome_word((enum outcome)i));
		printf("\n%s: ", classes[outcome_class((enum outcome)i)]);
		put(outcome_text_en((enum outcome)i));
		fputs(".\n", stdout);
	}
}

static void put_line(const char *line)
{
	if (strncmp(line, "@params ", 8) == 0)
		put_table(line + 8);
	else if (strcmp(line, "@commands") == 0)
		put_commands();
	else if (strcmp(line, "@options") == 0)
		put_options();
	else if (strcmp(line, "@checks") == 0)
		put_checks();
	else if (strcmp(line, "@outcomes") == 0)
		put_outcomes();
	else if (strncmp(line, "@title ", 7) == 0)
		printf(".TH %s \"\" \"Vigia %s\" \"Vigia\"\n", line + 7, VIGIA_VERSION);
	else
		puts(line);
}

static int write_page(const char *path)
{
	FILE *f = fopen(path, "re");
	char line[4096];

	if (f == NULL) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		put_line(line);
	}
	fclose(f);
	return 0;
}

/* --- completion -------------------------------------------------------------------------------------------- */

static void put_words_of(const struct command *c)
{
	printf("\t'%s') options='", c->name);
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if (c->options & (UINT64_C(1) << i))
			printf("%s ", options_row((enum option)i)->name);
	}
	puts("' ;;");
}

static void put_first_words(void)
{
	const char *last = "";

	for (const struct command *c = command_table; c->name != NULL; c++) {
		size_t n = strcspn(c->name, " ");

		if (strncmp(last, c->name, n) == 0 && (last[n] == ' ' || last[n] == '\0'))
			continue;
		printf("%.*s ", (int)n, c->name);
		last = c->name;
	}
}

static void put_second_words(void)
{
	for (const struct command *c = command_table; c->name != NULL; c++) {
		const char *blank = strchr(c->name, ' ');

		if (blank != NULL)
			printf("\t%.*s) seconds+=' %s' ;;&\n", (int)(blank - c->name), c->name,
			       blank + 1);
	}
}

static void put_checks_of(void)
{
	for (size_t i = 0; i < check_registry_count; i++) {
		const struct check_schema *s = &check_registry[i]->schema;

		printf("\t%s) keys='timeout= warning= critical=", s->type);
		for (const struct param *p = s->params; p->key != NULL; p++)
			printf(" %s=", p->key);
		puts("' ;;");
	}
}

/* Options that take a word of their own, as a pattern of the shell. */
static void put_value_options(void)
{
	const char *bar = "";

	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		if (options_row((enum option)i)->placeholder == NULL)
			continue;
		printf("%s%s", bar, options_row((enum option)i)->name);
		bar = " | ";
	}
}

/* All words come from the tables. */
static void write_completion(void)
{
	fputs("# Completion of bash for vigia: written by `make` from the program's own tables.\n"
	      "_vigia()\n{\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} word i\n"
	      "\tlocal command= rest=0 type= options= seconds= keys=\n"
	      "\tCOMPREPLY=()\n"
	      "\tcase $prev in\n"
	      "\t--lang) COMPREPLY=($(compgen -W 'es en' -- \"$cur\")); return ;;\n"
	      "\t--format) COMPREPLY=($(compgen -W 'json csv' -- \"$cur\")); return ;;\n"
	      "\t--token-file | --journal | -o | --to) COMPREPLY=($(compgen -f -- \"$cur\")); "
	      "return ;;\n"
	      "\t",
	      stdout);
	put_value_options();
	fputs(") return ;;\n"
	      "\tesac\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tword=${COMP_WORDS[i]}\n"
	      "\t\tcase $word in\n"
	      "\t\t",
	      stdout);
	put_value_options();
	fputs(") i=$((i + 1)) ;;\n"
	      "\t\t-*) ;;\n"
	      "\t\t*) if [ -z \"$command\" ]; then command=$word; else rest=$((rest + 1)); "
	      "type=${type:-$word}; fi ;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tif [ -z \"$command\" ]; then\n"
	      "\t\tCOMPREPLY=($(compgen -W '",
	      stdout);
	put_first_words();
	fputs("--help --version --collector --token-file --identity --lang' -- "
	      "\"$cur\"))\n\t\treturn\n\tfi\n"
	      "\tcase $command in\n",
	      stdout);
	put_second_words();
	puts("\tesac\n"
	     "\tif [ -n \"$seconds\" ] && [ $rest = 0 ]; then\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$seconds\" -- \"$cur\"))\n\t\treturn\n\tfi\n"
	     "\t[ -n \"$seconds\" ] && command=\"$command $type\"\n"
	     "\tcase $command in");
	for (const struct command *c = command_table; c->name != NULL; c++)
		put_words_of(c);
	puts("\tesac\n"
	     "\tcase $cur in\n"
	     "\t-*) COMPREPLY=($(compgen -W \"$options\" -- \"$cur\")); return ;;\n"
	     "\tesac\n"
	     "\tcase $command in\n"
	     "\tprobe)\n"
	     "\t\tcase $type in");
	put_checks_of();
	fputs("\t\t*) keys=", stdout);
	putchar('\'');
	for (size_t i = 0; i < check_registry_count; i++)
		printf("%s%s", i > 0 ? " " : "", check_registry[i]->schema.type);
	puts("' ;;\n\t\tesac\n"
	     "\t\tCOMPREPLY=($(compgen -W \"$keys\" -- \"$cur\"))\n"
	     "\t\tcase ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac ;;\n"
	     "\tverify | plan* | backup | restore) COMPREPLY=($(compgen -f -- \"$cur\")); compopt "
	     "-o filenames "
	     "2>/dev/null ;;\n"
	     "\tesac\n"
	     "}\ncomplete -F _vigia vigia");
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return write_page(argv[1]);
	write_completion();
	return 0;
}
