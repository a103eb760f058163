/* profile.h - a profile: ready checks for one kind of device, as docs/SNMP.md tells. Read from the YAML of a file of
 * profiles/ or of a plan's own `profiles:`; carried out for a component by plan_profiles.c. What is read here points to the
 * nodes and lives as long as their arena. */
#ifndef VIGIA_PLAN_PROFILE_H
#define VIGIA_PLAN_PROFILE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/param.h"
#include "base/yaml_doc.h"

/* A profile is a small text; together with a plan it could make one of any size. */
enum {
	PROFILE_PARTS_MAX = 256, /* options; lists; checks; notifications */
	PROFILE_INCLUDES_MAX = 8
};

enum profile_value_type {
	PROFILE_TEXT,
	PROFILE_INTEGER,
	PROFILE_NUMBER,
	PROFILE_DURATION,
	PROFILE_BOOL
};
extern const char *const profile_value_words[];

/* An option of the profile, or a key of the entries of a list. */
struct profile_option {
	const char *name, *help;
	const char *fallback; /* NULL: it has to be given */
	enum profile_value_type type;
};
struct profile_options {
	const struct profile_option *items;
	size_t count;
};

/* Nodes of maps: checks, notifications. */
struct profile_nodes {
	const struct yaml_node **items;
	size_t count;
};

/* A way in which an entry names its row in a table. */
struct profile_row {
	const char *key; /* "alias" */
	const struct yaml_node *by; /* the column that holds the text */
	bool is_like; /* the text is a pattern */
};

/* A list that components may give: interfaces, pools. */
struct profile_list {
	const char *name, *help;
	struct profile_options keys; /* besides `id` and those of the rows */
	const struct profile_row *rows;
	size_t row_count;
	struct profile_nodes checks, pair;
};

struct profile {
	const char *id, *name, *help; /* name: else the id */
	const struct yaml_node *node;
	struct profile_nodes object_ids, below, descr; /* scalars */
	struct profile_options options;
	struct profile_nodes checks, pair, traps;
	const struct profile_list *lists;
	size_t list_count;
};

/* The profile of an id for `include`, NULL after a complaint at `at`. */
typedef const struct profile *(*profile_finder)(void *user, const struct yaml_node *at);

/* Reads an entry of `profiles:`; NULL after complaints. */
const struct profile *profile_read(const struct yaml_node *node, profile_finder find, void *user,
				   struct arena *arena, struct findings *f) NONNULL(1, 2, 4, 5);

const struct profile_option *profile_find_option(const struct profile_options *options,
						 struct slice name) NONNULL(1);
const struct profile_list *profile_find_list(const struct profile *p, struct slice name) NONNULL(1);
/* What is wrong with a value ("'x' is no number"), NULL: nothing. The text lives in `arena`. */
const char *profile_value_fault(const struct profile_option *option, struct slice text,
				struct arena *arena) NONNULL(1, 3);

/* The tables, for the reference. */
extern const struct param profile_params[], profile_option_params[], profile_list_params[],
	profile_row_params[];

#endif
