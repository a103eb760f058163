/* schema.h - what a check type takes and yields, as data: so that the plan can be checked, results
 * judged and series laid out without knowing how the probe works. Each checks/check_<type>.c owns
 * one; programs hand the list to whoever needs it. */
#ifndef VIGIA_BASE_SCHEMA_H
#define VIGIA_BASE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/param.h"
#include "base/slice.h"

enum { SCHEMA_VALUES_MAX = 24 };

struct value_desc {
	const char *name; /* <= 15 of [a-z0-9_]: it names the RRD data source */
	const char *unit; /* "s", "1", "B", "d", "" */
	const char *help;
};

struct check_schema {
	const char *type; /* "icmp" */
	const char *help;
	const struct param *params; /* the type's own parameters */
	const struct value_desc *values; /* in the order in which the agent sends them */
	size_t value_count; /* <= SCHEMA_VALUES_MAX */
	/* The last `extra_count` values are measured only by a check that sets one of these parameters. */
	size_t extra_count;
	const char *const *extra_with;
	bool of_agent; /* measures the agent's own machine, and nothing that is elsewhere */
};

struct schema_list {
	const struct check_schema *const *items;
	size_t count;
};

const struct check_schema *schema_find(const struct schema_list *list, struct slice type)
	NONNULL(1);
/* Index of a value name, -1 if the type does not yield it. */
int schema_value_index(const struct check_schema *s, struct slice name) NONNULL(1);

#endif
