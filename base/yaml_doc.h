/* yaml_doc.h - a YAML 1.1 file (libyaml events) as a tree of nodes with line:column; the strict
 * subset that configuration needs: no anchors, no aliases, no tags, no duplicate keys, UTF-8, one
 * document, depth <= 32, size <= BUF_MAX_CONFIG_FILE. JSON text reads as well (the expanded plan
 * of the journal). Nodes live in the arena. */
#ifndef VIGIA_BASE_YAML_DOC_H
#define VIGIA_BASE_YAML_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/param.h"
#include "base/slice.h"

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	enum yaml_kind kind;
	const char *file; /* as named on the command line */
	unsigned line, column;
	struct slice text; /* scalar; NUL-terminated as well */
	bool quoted; /* scalar was in quotes: "null" and numbers stay text */
	struct yaml_node *key; /* of a map entry: the key's node; NULL elsewhere */
	struct yaml_node *first; /* children of a list or map, in order */
	struct yaml_node *next;
};

/* Collects every complaint of a run: "FILE:L:C: error: CODE: text" (DESIGN 7), errors and warnings. */
enum finding_severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE };
struct finding {
	enum finding_severity severity;
	const char *file;
	unsigned line, column;
	const char *code; /* "unknown-key", "dangling-id" ... stable words */
	const char *text; /* what, and what to do */
};
enum { FINDINGS_MAX = 1000 };
struct findings {
	struct arena *arena; /* owned */
	struct finding *items;
	size_t count, cap, errors;
};
void findings_init(struct findings *f) NONNULL_ALL;
void findings_release(struct findings *f) NONNULL_ALL;
void findings_add(struct findings *f, enum finding_severity severity, const struct yaml_node *at,
		  const char *code, const char *fmt, ...) NONNULL(1, 4, 5) PRINTF_LIKE(5, 6);
/* One line per finding, in file:line order. */
void findings_print(const struct findings *f, struct buf *out) NONNULL_ALL;
void findings_sort(struct findings *f) NONNULL_ALL;

/* Reads a file / a text. On failure a finding is added and NULL returned. `name` is shown. */
struct yaml_node *yaml_doc_read(const char *path, struct arena *arena,
				struct findings *f) NONNULL_ALL;
struct yaml_node *yaml_doc_parse(const char *name, struct slice text, struct arena *arena,
				 struct findings *f) NONNULL(1, 3, 4);

/* The value of a key, NULL if absent. */
struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key) NONNULL_ALL;

/* Fills a struct from a map by a table of parameters: defaults first, then every scalar entry whose
 * key is in `table`. Keys in `others` (NULL-terminated list of words: structured keys that the
 * caller reads itself) are passed over. Unknown keys, wrong values, missing required keys become
 * findings; a PATH is made relative to the file that names it. Returns false if any was added. */
bool yaml_fill(const struct yaml_node *map, const struct param *table, const char *const *others,
	       void *object, struct arena *arena, struct findings *f) NONNULL(1, 2, 4, 5, 6);

#endif
