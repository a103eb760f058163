/* options.h - the command line of vigia: one table of options, one of commands. Options may stand
 * before or after the command. */
#ifndef VIGIA_CLI_OPTIONS_H
#define VIGIA_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* X(symbol, name, placeholder or NULL for a switch, help) */
#define OPTION_TABLE(X)                                                                            \
	X(COLLECTOR, "--collector", "URL", "the collector (default https://127.0.0.1:7460)")       \
	X(IDENTITY, "--identity", "SHA256",                                                        \
	  "who must answer there (default $VIGIA_IDENTITY, or `identity` beside the token)")       \
	X(TOKEN_FILE, "--token-file", "FILE",                                                      \
	  "the operator's token (default $VIGIA_TOKEN_FILE, else var/operator.token, else "        \
	  "/var/lib/vigia-collector/operator.token)")                                              \
	X(LANG, "--lang", "es|en", "language of what people read (default es)")                    \
	X(HELP, "--help", NULL, "this text")                                                       \
	X(VERSION, "--version", NULL, "the version")                                               \
	X(JSON, "--json", NULL, "JSON instead of text")                                            \
	X(ALL, "--all", NULL, "closed ones as well")                                               \
	X(AS, "--as", "PERSON",                                                                    \
	  "who does this (an id of the plan); whoever has logged in is meant")                     \
	X(RECORDED_BY, "--recorded-by", "PERSON", "who writes it down, if it is another")          \
	X(PROOF, "--proof", "voice|paper",                                                         \
	  "it was said or signed, and --recorded-by writes it down")                               \
	X(NOTE, "--note", "TEXT", "a note for the record")                                         \
	X(FORMAT, "--format", "json|csv", "form of the export (default json)")                     \
	X(OUTPUT, "-o", "FILE", "write to this file (backup: folder)")                             \
	X(TO, "--to", "FOLDER", "where to restore: a folder that is new or empty")                 \
	X(JOURNAL, "--journal", "FILE", "read this journal file instead of asking the collector")  \
	X(HEAD, "--head", "SEQ:HASH", "a head that somebody kept: the chain must pass through it") \
	X(ADDRESS, "--address", "URL",                                                             \
	  "an address under which the agent reaches the collector; repeat it for more")            \
	X(CONFIG, "-c", "FILE", "the collector's configuration")                                   \
	X(TO_FILE, "--to-file", NULL, "messages go to FOLDER/messages.jsonl, none to people")      \
	X(DRILL, "--drill", "FOLDER", "the drill that is kept there, while it is played")          \
	X(PLAN, "--plan", "PATH", "the plan to try")                                               \
	X(ROTATE, "--rotate", NULL, "a new key; the old one is good until the new one is used")    \
	X(SERVICE, "--service", "ID", "the service that fails")                                    \
	X(ANSWERS, "--answers", "SPEC",                                                            \
	  "who answers how: dds=60s,coordinador=silent,*=no-puedo (default *=60s)")                \
	X(ALL_SILENT, "--all-silent", "N",                                                         \
	  "prove it for every set of up to N silent people (1..3)")                                \
	X(SECRETS, "--secrets", "FILE",                                                            \
	  "values for ${secret:NAME} in KEY=VALUE (mode 0600): no secret in the list of "          \
	  "processes")                                                                             \
	X(INVITED, "--invited", NULL, "with an invitation: sets the first password")               \
	X(SEED, "--seed", "N", "delays vary and equal moments come in any order, by this number")

#define X(sym, name, placeholder, help) OPTION_##sym,
enum option { OPTION_TABLE(X) OPTION_COUNT };
#undef X
/* A row of the table: for the man page and the shell's completion. */
struct option_row {
	const char *name, *placeholder, *help; /* placeholder NULL: a switch */
};
const struct option_row *options_row(enum option which);
#define OPTION_BIT(sym) (UINT64_C(1) << OPTION_##sym)
/* Every command takes these. */
#define OPTIONS_COMMON                                                                             \
	(OPTION_BIT(COLLECTOR) | OPTION_BIT(IDENTITY) | OPTION_BIT(TOKEN_FILE) |                   \
	 OPTION_BIT(LANG) | OPTION_BIT(HELP) | OPTION_BIT(VERSION) | OPTION_BIT(DRILL))

enum { OPTIONS_ARGS_MAX = 64, OPTIONS_ADDRESSES_MAX = 8 };

struct command;
struct options {
	const struct command *command; /* NULL: none was named */
	const char *values[OPTION_COUNT]; /* NULL: not given; a switch: "" */
	const char *addresses[OPTIONS_ADDRESSES_MAX]; /* every --address; values has the last */
	size_t address_count;
	const char *args[OPTIONS_ARGS_MAX]; /* after the command's name */
	size_t arg_count;
};

/* What a command ends with; `probe` returns the codes of a plugin. */
enum exit_code { EXIT_OK = 0, EXIT_NO = 1, EXIT_UNUSABLE = 2 };

struct command {
	const char *name; /* one word, or two ("plan check") */
	const char *args; /* "PATH [INCIDENT]" for the usage line */
	const char *help;
	uint64_t options; /* OPTION_BITs */
	size_t args_min, args_max;
	int (*run)(const struct options *o);
};

/* ERR_UNKNOWN_KEY, ERR_SYNTAX with the one line that the user needs. With --help or --version the
 * arguments are not counted. `commands` ends with an empty name. */
enum err options_parse(int argc, char *const *argv, const struct command *commands,
		       struct options *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;

static inline bool options_has(const struct options *o, enum option which)
{
	return o->values[which] != NULL;
}
const char *options_get(const struct options *o, enum option which, const char *fallback)
	NONNULL(1);
bool options_is_english(const struct options *o) NONNULL_ALL;

/* Help of one command, or of all. */
void options_write_help(const struct command *command, struct buf *out) NONNULL_ALL;
void options_write_overview(const struct command *commands, struct buf *out) NONNULL_ALL;

/* "vigia: ..." on standard error, one line; returns EXIT_NO or EXIT_UNUSABLE by the kind of error. */
int options_fail(enum err e, const struct err_info *info) NONNULL_ALL;
int options_fail_text(int code, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
