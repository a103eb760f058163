/* param.h - tables of parameters: one row parses, bounds, defaults, dumps and documents a setting
 * (STYLE 3.5). Used for daemon configuration, every section of the plan and every check type.
 *
 *	static const struct param tcp_params[] = {
 *		PARAM_STR(struct tcp_params, address, "address", NULL, PARAM_REQUIRED, "numeric address or name"),
 *		PARAM_INT(struct tcp_params, port, "port", 0, 1, 65535, PARAM_REQUIRED, "TCP port"),
 *		PARAM_END
 *	};
 */
#ifndef VIGIA_BASE_PARAM_H
#define VIGIA_BASE_PARAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

enum param_type {
	PARAM_TYPE_STR, /* const char *          any text without control characters */
	PARAM_TYPE_ID, /* const char *          parse_is_id */
	PARAM_TYPE_INT, /* int64_t               min..max */
	PARAM_TYPE_DURATION, /* int64_t, microseconds min..max */
	PARAM_TYPE_SIZE, /* int64_t, bytes        min..max */
	PARAM_TYPE_QUANTITY, /* int64_t, micro        min..max */
	PARAM_TYPE_BOOL, /* bool */
	PARAM_TYPE_ENUM, /* int, index into `words` */
	PARAM_TYPE_HOSTPORT, /* const char *          parse_host_port */
	PARAM_TYPE_PATH, /* const char *          made relative to the naming file by the loader */
	PARAM_TYPE_DATE, /* int64_t, Unix seconds */
	PARAM_TYPE_LIST, /* const char *, the items joined by ", "; min..max of them (param_next_item) */
	PARAM_TYPE_DOC /* const char *, JSON of a map or list whose leaves are texts: what the plan writes as YAML below the key */
};

enum param_flag {
	PARAM_REQUIRED = 1 << 0,
	PARAM_PATHS = 1 << 1, /* of a list: every item is an absolute path */
	PARAM_REFERS = 1 << 2, /* ${secret:NAME} may stand in it; who uses it puts the value in */
	PARAM_SECRET = 1 << 3 /* and in a plan nothing else: it would be journalled */
};
enum { PARAM_ITEM_MAX = 255 }; /* bytes of one item of a list */

struct param {
	const char *key; /* NULL ends a table */
	enum param_type type;
	size_t offset;
	int64_t min, max;
	const char *fallback; /* default, in configuration grammar; NULL = none / required */
	const char *const *words; /* PARAM_TYPE_ENUM, NULL-terminated */
	unsigned flags;
	const char *help; /* one English line for the reference */
};

#define PARAM_STR(S, field, key_, def, flags_, help_)                                              \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_STR, .offset = offsetof(S, field),                 \
		.fallback = def, .flags = flags_, .help = help_                                    \
	}
#define PARAM_ID(S, field, key_, def, flags_, help_)                                               \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_ID, .offset = offsetof(S, field), .fallback = def, \
		.flags = flags_, .help = help_                                                     \
	}
#define PARAM_INT(S, field, key_, def, min_, max_, flags_, help_)                                  \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_INT, .offset = offsetof(S, field),                 \
		.fallback = def, .min = min_, .max = max_, .flags = flags_, .help = help_          \
	}
#define PARAM_DURATION(S, field, key_, def, min_, max_, flags_, help_)                             \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_DURATION, .offset = offsetof(S, field),            \
		.fallback = def, .min = min_, .max = max_, .flags = flags_, .help = help_          \
	}
#define PARAM_SIZE(S, field, key_, def, min_, max_, flags_, help_)                                 \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_SIZE, .offset = offsetof(S, field),                \
		.fallback = def, .min = min_, .max = max_, .flags = flags_, .help = help_          \
	}
#define PARAM_BOOL(S, field, key_, def, flags_, help_)                                             \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_BOOL, .offset = offsetof(S, field),                \
		.fallback = def, .flags = flags_, .help = help_                                    \
	}
#define PARAM_ENUM(S, field, key_, def, words_, flags_, help_)                                     \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_ENUM, .offset = offsetof(S, field),                \
		.fallback = def, .words = words_, .flags = flags_, .help = help_                   \
	}
#define PARAM_HOSTPORT(S, field, key_, def, flags_, help_)                                         \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_HOSTPORT, .offset = offsetof(S, field),            \
		.fallback = def, .flags = flags_, .help = help_                                    \
	}
#define PARAM_PATH(S, field, key_, def, flags_, help_)                                             \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_PATH, .offset = offsetof(S, field),                \
		.fallback = def, .flags = flags_, .help = help_                                    \
	}
#define PARAM_DATE(S, field, key_, def, flags_, help_)                                             \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_DATE, .offset = offsetof(S, field),                \
		.fallback = def, .flags = flags_, .help = help_                                    \
	}
#define PARAM_LIST(S, field, key_, def, max_, flags_, help_)                                       \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_LIST, .offset = offsetof(S, field),                \
		.fallback = def, .max = max_, .flags = flags_, .help = help_                       \
	}
#define PARAM_DOC(S, field, key_, flags_, help_)                                                   \
	{                                                                                          \
		.key = key_, .type = PARAM_TYPE_DOC, .offset = offsetof(S, field),                 \
		.flags = flags_, .help = help_                                                     \
	}
#define PARAM_END                                                                                  \
	{                                                                                          \
		.key = NULL                                                                        \
	}

/* The row of `key`, NULL if there is none. */
const struct param *param_find(const struct param *table, struct slice key) NONNULL(1);

/* The nearest known key (edit distance <= 3 and less than half the length), or NULL: for
 * "unknown key 'inteval'; did you mean 'interval'?". `also` (may be NULL) is a second table. */
const char *param_nearest(const struct param *table, const struct param *also, struct slice key)
	NONNULL(1);

/* Edit distance of two words; SIZE_MAX for words too long to be a slip of the hand. */
size_t param_distance(struct slice a, struct slice b);

/* Writes every default into the struct. Strings live in `arena`. */
void param_set_defaults(const struct param *table, void *object, struct arena *arena) NONNULL_ALL;

/* Parses `text` into the field of the row. On failure the field is untouched and `info` holds one
 * sentence ("'5' is not a duration (write 5s, 200ms, 1m30s)"). */
enum err param_set(const struct param *row, void *object, struct slice text, struct arena *arena,
		   struct err_info *info) NONNULL(1, 2, 4) MUST_CHECK;

/* The value in configuration grammar; reads back the same. A NULL string writes nothing and
 * returns false. */
bool param_get_text(const struct param *row, const void *object, struct buf *out) NONNULL_ALL;

/* Takes the first item off a list of PARAM_TYPE_LIST, without the blanks around it; false at its end. */
bool param_next_item(struct slice *list, struct slice *ret) NONNULL_ALL;

/* Reference documentation of a table as Markdown rows (key, type, default, bounds, help). */
void param_document(const struct param *table, struct buf *out) NONNULL_ALL;

#endif
