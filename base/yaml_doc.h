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
#include "base/findings.h"
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
	/* Of a node that a template or the like made from what is written there; NULL elsewhere. */
	const struct finding_made *made;
	bool is_told; /* what is wrong here was told already: complaints about it are left out */
};

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
