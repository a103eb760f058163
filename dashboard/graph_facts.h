/* graph_facts.h - what the collector says of a series (docs/API.md "Series", with about=1 and bands), as far as a drawing needs it. Pure. */
#ifndef VIGIA_DASHBOARD_GRAPH_FACTS_H
#define VIGIA_DASHBOARD_GRAPH_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"
#include "dashboard/graph_args.h"

enum { GRAPH_TEXT_SIZE = 256, GRAPH_VALUES_MAX = 32, GRAPH_LIMITS_MAX = 32, GRAPH_WORDS_MAX = 12 };

struct graph_number {
	double number;
	char word[32];
};
struct graph_value {
	char name[GRAPH_NAME_SIZE], unit[16];
	struct graph_number words[GRAPH_WORDS_MAX];
	size_t word_count;
	bool measured; /* this check has it: it is among the names of the rows */
	double most; /* of the whole span; NAN = nothing is known, or was not asked for */
};
struct graph_limit {
	char state[16], value[GRAPH_NAME_SIZE], op[4];
	double limit;
};
struct graph_facts {
	char name[GRAPH_TEXT_SIZE], site[GRAPH_TEXT_SIZE], type[32], from[GRAPH_ID_SIZE],
		institution[GRAPH_TEXT_SIZE], code[64], revision[64], stamp[64];
	bool real;
	struct graph_value values[GRAPH_VALUES_MAX];
	size_t value_count;
	struct graph_limit limits[GRAPH_LIMITS_MAX];
	size_t limit_count;
	int64_t newest,
		fine; /* of the whole series; the distance of the finest rows that reach so far back */
	double interval;
	bool known; /* something is known in the span */
};

/* False if it is not that. */
bool graph_facts_read(struct slice json, struct graph_facts *ret) NONNULL(2);
/* NULL if the check does not measure it. */
const struct graph_value *graph_facts_value(const struct graph_facts *f,
					    const char *name) NONNULL_ALL;

#endif
