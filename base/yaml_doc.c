#include "base/yaml_doc.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/mem.h"

/* Ceilings against files that are small but costly: the keys of a map are compared pairwise. */
enum { YAML_DEPTH_MAX = 32, YAML_NODES_MAX = 2000000, YAML_MAP_KEYS_MAX = 512 };

/* The builder: a stack of open lists and maps. */
struct builder {
	struct arena *arena;
	struct findings *findings;
	const char *file;
	struct yaml_node *stack[YAML_DEPTH_MAX];
	struct yaml_node *last[YAML_DEPTH_MAX]; /* last child of each */
	struct yaml_node *key[YAML_DEPTH_MAX]; /* key that waits for its value */
	size_t children[YAML_DEPTH_MAX];
	size_t depth, nodes;
	struct yaml_node *root;
	bool failed;
};

static void complain_at(struct builder *b, yaml_mark_t mark, const char *code, const char *text)
{
	struct yaml_node at = {.file = b->file,
			       .line = (unsigned)mark.line + 1,
			       .column = (unsigned)mark.column + 1};

	findings_add(b->findings, FINDING_ERROR, &at, code, "%s", text);
	b->failed = true;
}

static struct yaml_node *new_node(struct builder *b, enum yaml_kind kind, yaml_mark_t mark)
{
	struct yaml_node *n = arena_calloc(b->arena, 1, sizeof(*n));

	n->kind = kind;
	n->file = b->file;
	n->line = (unsigned)mark.line + 1;
	n->column = (unsigned)mark.column + 1;
	return n;
}

static bool is_duplicate_key(const struct yaml_node *map, struct slice key)
{
	for (const struct yaml_node *c = map->first; c != NULL; c = c->next) {
		if (slice_eq(c->key->text, key))
			return true;
	}
	return false;
}

/* Hangs a finished or just opened node under the innermost open one. */
static void attach(struct builder *b, struct yaml_node *n, yaml_mark_t mark)
{
	struct yaml_node *parent = b->depth ? b->stack[b->depth - 1] : NULL;
	size_t d = b->depth - 1;

	if (++b->nodes > YAML_NODES_MAX) {
		complain_at(b, mark, "too-large", "the file has too many values");
		return;
	}
	if (parent == NULL) {
		b->root = n;
		return;
	}
	if (parent->kind == YAML_MAP && b->key[d] == NULL) {
		if (n->kind != YAML_SCALAR)
			complain_at(b, mark, "yaml", "a key must be a plain word");
		else if (is_duplicate_key(parent, n->text))
			complain_at(b, mark, "duplicate-key",
				    "this key stands here twice; remove one of them");
		b->key[d] = n;
		return;
	}
	if (parent->kind == YAML_MAP && ++b->children[d] > YAML_MAP_KEYS_MAX)
		complain_at(b, mark, "too-large", "a map with more than 512 keys");
	n->key = b->key[d];
	b->key[d] = NULL;
	if (b->last[d] == NULL)
		parent->first = n;
	else
		b->last[d]->next = n;
	b->last[d] = n;
}

static void open_node(struct builder *b, enum yaml_kind kind, yaml_mark_t mark)
{
	struct yaml_node *n = new_node(b, kind, mark);

	attach(b, n, mark);
	if (b->depth == YAML_DEPTH_MAX) {
		complain_at(b, mark, "too-deep", "nested more than 32 levels deep");
		return;
	}
	b->stack[b->depth] = n;
	b->last[b->depth] = NULL;
	b->key[b->depth] = NULL;
	b->children[b->depth] = 0;
	b->depth++;
}

static void add_scalar(struct builder *b, const yaml_event_t *e)
{
	struct yaml_node *n = new_node(b, YAML_SCALAR, e->start_mark);
	const char *value = (const char *)e->data.scalar.value;

	yaml_scalar_style_t style = e->data.scalar.style;
	size_t len = e->data.scalar.length;

	/* The line end that closes a block text is no part of what was meant. */
	while (len > 0 && value[len - 1] == '\n' &&
	       (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE))
		len--;
	n->text = (struct slice){arena_strndup(b->arena, value, len), len};
	n->quoted = style != YAML_PLAIN_SCALAR_STYLE;
	if (memchr(value, '\0', e->data.scalar.length) != NULL)
		complain_at(b, e->start_mark, "yaml", "a NUL character stands in the text");
	attach(b, n, e->start_mark);
}

static bool has_anchor_or_tag(const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return e->data.scalar.anchor != NULL || e->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return e->data.sequence_start.anchor != NULL || e->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT:
		return e->data.mapping_start.anchor != NULL || e->data.mapping_start.tag != NULL;
	case YAML_ALIAS_EVENT:
		return true;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return false;
	}
	return false;
}

static void take_event(struct builder *b, const yaml_event_t *e)
{
	if (has_anchor_or_tag(e)) {
		complain_at(b, e->start_mark, "yaml",
			    "anchors, aliases and tags are not used here; write it out");
		return;
	}
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (b->root != NULL)
			complain_at(b, e->start_mark, "yaml",
				    "a second document begins; use one file for each");
		if (e->data.document_start.version_directive != NULL ||
		    e->data.document_start.tag_directives.start !=
			    e->data.document_start.tag_directives.end)
			complain_at(b, e->start_mark, "yaml", "directives (%) are not used here");
		break;
	case YAML_SCALAR_EVENT:
		add_scalar(b, e);
		break;
	case YAML_SEQUENCE_START_EVENT:
		open_node(b, YAML_LIST, e->start_mark);
		break;
	case YAML_MAPPING_START_EVENT:
		open_node(b, YAML_MAP, e->start_mark);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		assert(b->depth > 0);
		b->depth--;
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_END_EVENT:
	case YAML_ALIAS_EVENT:
		break;
	}
}

/* The reader runs ahead of the scanner's mark: where a byte that is no UTF-8 stands is counted. */
static yaml_mark_t mark_of_byte(const yaml_parser_t *p)
{
	const unsigned char *text = p->input.string.start;
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < p->problem_offset && text + i < p->input.string.end; i++) {
		mark.column++;
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

/* "{id: ${site.id}}": within {} and [] YAML takes the brace of a placeholder for one of its own. */
static bool is_bare_placeholder(const yaml_parser_t *p)
{
	const unsigned char *c = p->input.string.start, *end = p->input.string.end;
	size_t line = 0, column = 0;

	while (c < end && (line < p->problem_mark.line || column < p->problem_mark.column)) {
		if (*c == '\n') {
			line++;
			column = 0;
		} else {
			column += (c[0] & 0xC0) != 0x80;
		}
		c++;
	}
	return c < end && c > p->input.string.start && c[0] == '{' && c[-1] == '$';
}

static void complain_parser(struct builder *b, const yaml_parser_t *p)
{
	char text[256];

	snprintf(text, sizeof(text), "%s%s%s%s",
		 p->problem != NULL ? p->problem : "not readable as YAML",
		 p->context != NULL ? ", " : "", p->context != NULL ? p->context : "",
		 is_bare_placeholder(p) ? "; put a text with ${...} in quotes here" : "");
	complain_at(b, p->error == YAML_READER_ERROR ? mark_of_byte(p) : p->problem_mark, "yaml",
		    text);
}

struct yaml_node *yaml_doc_parse(const char *name, struct slice text, struct arena *arena,
				 struct findings *f)
{
	struct builder b = {.arena = arena, .findings = f, .file = arena_strdup(arena, name)};
	yaml_parser_t parser;
	bool end = false;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	while (!end && !b.failed) {
		yaml_event_t e;

		if (!yaml_parser_parse(&parser, &e)) {
			complain_parser(&b, &parser);
			break;
		}
		take_event(&b, &e);
		end = e.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
	if (!b.failed && b.root == NULL) {
		yaml_mark_t begin = {0};

		complain_at(&b, begin, "empty", "the file says nothing");
	}
	return b.failed ? NULL : b.root;
}

static bool read_whole(const char *path, struct buf *text, struct findings *f)
{
	FILE *file = fopen(path, "rbe");
	struct yaml_node at = {.file = path, .line = 1, .column = 1};
	char chunk[16384];
	size_t n;

	if (file == NULL) {
		findings_add(f, FINDING_ERROR, &at, "unreadable", "it cannot be opened: %s",
			     strerror(errno));
		return false;
	}
	while (buf_is_ok(text) && (n = fread(chunk, 1, sizeof(chunk), file)) > 0)
		buf_put(text, chunk, n);
	if (ferror(file))
		findings_add(f, FINDING_ERROR, &at, "unreadable", "it cannot be read: %s",
			     strerror(errno));
	else if (!buf_is_ok(text))
		findings_add(f, FINDING_ERROR, &at, "too-large", "the file is larger than %d MiB",
			     BUF_MAX_CONFIG_FILE >> 20);
	n = (size_t)ferror(file);
	fclose(file);
	return n == 0 && buf_is_ok(text);
}

struct yaml_node *yaml_doc_read(const char *path, struct arena *arena, struct findings *f)
{
	struct yaml_node *root = NULL;
	struct buf text;

	buf_init(&text, BUF_MAX_CONFIG_FILE);
	if (read_whole(path, &text, f))
		root = yaml_doc_parse(path, buf_slice(&text), arena, f);
	buf_release(&text);
	return root;
}

struct yaml_node *yaml_map_get(const struct yaml_node *map, const char *key)
{
	assert(map->kind == YAML_MAP);
	for (struct yaml_node *c = map->first; c != NULL; c = c->next) {
		if (slice_is(c->key->text, key))
			return c;
	}
	return NULL;
}

static bool is_listed(const char *const *words, struct slice key)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
		if (slice_is(key, words[i]))
			return true;
	}
	return false;
}

static const char *nearest_of(const struct param *table, const char *const *others,
			      struct slice key)
{
	const char *best = param_nearest(table, NULL, key);
	size_t distance = best != NULL ? param_distance(key, slice_of(best)) : 4;

	for (size_t i = 0; others != NULL && others[i] != NULL; i++) {
		size_t d = param_distance(key, slice_of(others[i]));

		if (d < distance && d * 2 <= key.n) {
			distance = d;
			best = others[i];
		}
	}
	return best;
}

static void unknown_key(const struct yaml_node *entry, const struct param *table,
			const char *const *others, struct findings *f)
{
	const char *near = nearest_of(table, others, entry->key->text);

	if (near != NULL)
		findings_add(f, FINDING_ERROR, entry->key, "unknown-key",
			     "unknown key '%.*s'; did you mean '%s'?", (int)entry->key->text.n,
			     entry->key->text.p, near);
	else
		findings_add(f, FINDING_ERROR, entry->key, "unknown-key", "unknown key '%.*s'",
			     (int)entry->key->text.n, entry->key->text.p);
}

/* A relative path starts at the file that names it (DESIGN 7). */
static struct slice relative_path(const struct yaml_node *entry, struct arena *arena)
{
	const char *slash = strrchr(entry->file, '/');

	if (entry->text.n == 0 || entry->text.p[0] == '/' || slash == NULL)
		return entry->text;
	return slice_of(arena_printf(arena, "%.*s/%s", (int)(slash - entry->file), entry->file,
				     entry->text.p));
}

static void fill_one(const struct yaml_node *entry, const struct param *row, void *object,
		     struct arena *arena, struct findings *f)
{
	struct slice text = entry->text;
	struct err_info info;
	enum err e;

	if (entry->kind != YAML_SCALAR) {
		findings_add(f, FINDING_ERROR, entry, "not-a-value",
			     "%s: a single value was expected", row->key);
		return;
	}
	if (!entry->quoted && (text.n == 0 || slice_is(text, "null") || slice_is(text, "~"))) {
		findings_add(f, FINDING_ERROR, entry, "no-value",
			     "%s: nothing stands here; write a value or leave the key out",
			     row->key);
		return;
	}
	if (row->type == PARAM_TYPE_PATH)
		text = relative_path(entry, arena);
	e = param_set(row, object, text, arena, &info);
	if (e != ERR_OK)
		findings_add(f, FINDING_ERROR, entry, e == ERR_RANGE ? "range" : "syntax", "%s: %s",
			     row->key, info.text);
}

bool yaml_fill(const struct yaml_node *map, const struct param *table, const char *const *others,
	       void *object, struct arena *arena, struct findings *f)
{
	size_t before = f->errors;

	param_set_defaults(table, object, arena);
	if (map->kind != YAML_MAP) {
		findings_add(f, FINDING_ERROR, map, "not-a-map",
			     "a map of keys and values was expected");
		return false;
	}
	for (const struct yaml_node *c = map->first; c != NULL; c = c->next) {
		const struct param *row = param_find(table, c->key->text);

		if (row != NULL)
			fill_one(c, row, object, arena, f);
		else if (!is_listed(others, c->key->text))
			unknown_key(c, table, others, f);
	}
	for (const struct param *p = table; p->key != NULL; p++) {
		if ((p->flags & PARAM_REQUIRED) && yaml_map_get(map, p->key) == NULL)
			findings_add(f, FINDING_ERROR, map, "missing-key", "'%s' is missing: %s",
				     p->key, p->help);
	}
	return f->errors == before;
}
