/* scenario.h - what is played, as text that people write (docs/SIMULATE.md): a promise, then a line for each thing that
 * happens or is expected. Read strictly: nothing is played unless every line is right in itself. Whether an id is known
 * depends on the plan in force at that line, and is told when it is reached. */
#ifndef VIGIA_PLAY_SCENARIO_H
#define VIGIA_PLAY_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"

enum {
	SCENARIO_WORDS_MAX = 24,
	SCENARIO_BYTES_MAX = 4 << 20,
	SCENARIO_START_S = 1780000000 /* without a start line: 2026-05-28T20:26:40Z */
};

/* A verb of the language. `usage` is checked: words in capitals are what is meant (DURATION is read, the others are left to
 * `run`), small ones stand for themselves, `a|b` is a choice, [..] may be left out, `...` takes any number of words. */
struct scenario_verb {
	const char *name, *usage;
	int code; /* the caller's */
};

struct scenario_line {
	unsigned line;
	unsigned columns[SCENARIO_WORDS_MAX]; /* from 1; [0] of the verb, [i + 1] of words[i] */
	bool has_at;
	int64_t at_us; /* since the start; never before that of an earlier line */
	const struct scenario_verb *verb; /* NULL: only lets the time pass */
	char **words; /* after the verb; quotes are gone */
	size_t count;
};
struct scenario {
	const char *file, *promise; /* promise "" if there is none */
	struct wall_time start;
	bool has_start;
	struct scenario_line *lines;
	size_t count;
};

/* `text` need not end with a newline. `verbs` ends with a name of NULL. Everything lives in `arena`. The error says
 * "FILE:L:C: what is wrong; what to write". */
enum err scenario_parse(const char *file, struct slice text, const struct scenario_verb *verbs,
			struct arena *arena, struct scenario *ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The same of a file. ERR_IO if it cannot be read. */
enum err scenario_read(const char *path, const struct scenario_verb *verbs, struct arena *arena,
		       struct scenario *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
