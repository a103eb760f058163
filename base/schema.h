/* schema.h - what a check type takes and yields, as data: so that the plan can be checked, results
 * judged and series laid out without knowing how the probe works. Each checks/check_<type>.c owns
 * one; programs hand the list to whoever needs it. */
#ifndef VIGIA_BASE_SCHEMA_H
#define VIGIA_BASE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/param.h"
#include "base/slice.h"

enum { SCHEMA_VALUES_MAX = 24 };

struct value_desc {
	const char *name; /* <= 15 of [a-z0-9_]: it names the RRD data source */
	const char *unit; /* "s", "1", "B", "d", "" */
	const char *help;
};

/* A number of a value that has a name: 2 of `oper` is "down". */
struct value_word {
	size_t value; /* index */
	int64_t micro;
	const char *word;
};

struct check_schema;
/* The text of a parameter by its key, NULL if it is not set. */
typedef const char *(*param_getter)(void *user, const char *key);

/* A value that is measured only by a check that sets the parameter `key` to another word than `unlike`, its default. */
struct value_condition {
	const char *value, *key, *unlike;
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
	const struct value_word *words; /* for people, and for conditions ("oper != up") */
	size_t word_count;
	/* What a check of this type yields depends on its parameters: makes its schema in `arena`, without a `derive` of its
	 * own. Here `values` are those that every such check has. A text of `info` that begins with "key.key: " says where in
	 * the parameters the fault is. NULL: all are alike. */
	enum err (*derive)(const struct check_schema *type, param_getter get, void *user,
			   struct arena *arena, const struct check_schema **ret,
			   struct err_info *info);
	bool is_own; /* made for one check by its type's `derive`: names and units are told wherever values are */
	bool of_condition; /* what it says is never proof that its component fails: 'affects' is always condition */
	const struct value_condition *condition; /* static; NULL: none */
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

/* The schema of one check: `type` itself, or what it derives. It lives as long as `arena`. */
enum err schema_of_check(const struct check_schema *type, param_getter get, void *user,
			 struct arena *arena, const struct check_schema **ret,
			 struct err_info *info) NONNULL(1, 2, 4, 5, 6) MUST_CHECK;
/* Same type, same values by name and unit in the same order: what was measured under one may be read under the other. */
bool schema_is_same(const struct check_schema *a, const struct check_schema *b) NONNULL_ALL;
/* A copy without anything of the original's arena. */
const struct check_schema *schema_copy(struct arena *arena,
				       const struct check_schema *s) NONNULL_ALL;
/* Schemas kept beyond their plans, each shape once. Zeroed is empty. */
struct schema_pool {
	struct arena *arena;
	const struct check_schema **items;
	size_t count, cap;
};
const struct check_schema *schema_pool_keep(struct schema_pool *p,
					    const struct check_schema *s) NONNULL_ALL;
void schema_pool_release(struct schema_pool *p) NONNULL_ALL;
/* The word for a number of a value, NULL if it has none. */
const char *schema_word(const struct check_schema *s, size_t value, int64_t micro) NONNULL(1);
/* The number that a word stands for; false if the value has no such word. */
bool schema_number(const struct check_schema *s, size_t value, struct slice word, int64_t *ret)
	NONNULL(1, 4);

#endif
