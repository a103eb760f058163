/* judge.h - threshold expressions: "rtt > 50ms, loss > 5%". Comma means or; each term is
 * NAME OP QUANTITY (or a word that the schema gives to a number of the value) with OP one of > >= < <= == !=. Pure and in fixed point; the collector's verdict
 * counts, the agent uses the same function only for its pace (DESIGN 4). A value that was not
 * measured (MICRO_NONE) never satisfies a term. */
#ifndef VIGIA_BASE_JUDGE_H
#define VIGIA_BASE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/schema.h"
#include "base/slice.h"

enum { JUDGE_TERMS_MAX = 16 };

/* One term, as it is drawn. */
struct judge_limit {
	size_t value; /* index into the schema's values */
	const char *op; /* static */
	int64_t limit; /* micro */
};

struct judge; /* immutable after judge_compile */

/* Compiles `text` against the value names of `schema`. An empty text gives NULL (never true).
 * `info` says what is wrong, with the nearest known value name. */
enum err judge_compile(struct slice text, const struct check_schema *schema, struct arena *arena,
		       const struct judge **ret, struct err_info *info) NONNULL(2, 3, 4) MUST_CHECK;

/* True if any term holds. `values` has one entry per value of the schema. NULL judge: false. */
bool judge_is_met(const struct judge *j, const int64_t *values, size_t count) NONNULL(2);
/* Index of the first value that meets its term (what to show), -1 if none. */
int judge_first_met(const struct judge *j, const int64_t *values, size_t count) NONNULL(2);

/* The i-th term; false if there are no more. NULL judge: none. */
bool judge_limit(const struct judge *j, size_t i, struct judge_limit *ret) NONNULL(3);

#endif
