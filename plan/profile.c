#include "plan/profile.h"

#include <string.h>

#include "base/findings.h"
#include "base/parse.h"

const char *const profile_value_words[] = {"text", "integer", "number", "duration", "bool", NULL};

const struct param profile_params[] = {
	PARAM_ID(struct profile, id, "id", NULL, PARAM_REQUIRED,
		 "id of the profile; of a file, its name"),
	PARAM_STR(struct profile, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct profile, help, "help", "", 0,
		  "one line for the list of profiles: what it is for, what the device needs"),
	PARAM_END,
};
static const char *const profile_keys[] = {"match", "options", "include", "checks",
					   "each",  "pair",    "traps",   NULL};

struct option_row {
	const char *fallback, *help;
	int type;
};
const struct param profile_option_params[] = {
	PARAM_STR(struct option_row, fallback, "default", NULL, 0,
		  "the value where none is given (no default: it has to be given)"),
	PARAM_STR(struct option_row, help, "help", NULL, PARAM_REQUIRED, "what it is"),
	PARAM_ENUM(struct option_row, type, "type", "text", profile_value_words, 0,
		   "what a value must be"),
	PARAM_END,
};

struct list_row {
	const char *help;
};
const struct param profile_list_params[] = {
	PARAM_STR(struct list_row, help, "help", "", 0, "what its entries are"),
	PARAM_END,
};
static const char *const list_keys[] = {"keys", "rows", "checks", "pair", NULL};

struct row_row {
	const char *by;
	bool is, like;
};
const struct param profile_row_params[] = {
	PARAM_STR(struct row_row, by, "by", NULL, PARAM_REQUIRED,
		  "the column that holds the text of the row"),
	PARAM_BOOL(struct row_row, is, "is", "false", 0, "the row has this very text"),
	PARAM_BOOL(struct row_row, like, "like", "false", 0,
		   "the text is a pattern: * any text, ? one character"),
	PARAM_END,
};

/* Words that stand for something else in a profile or component. */
static const char *const option_taken[] = {"member", "address", "component", "each", "vars",
					   "secret", "site",    "message",   NULL};
static const char *const list_taken[] = {
	"id",      "name", "address", "lines", "site",  "depends_on", "checks",       "profile",
	"members", "with", "snmp",    "from",  "traps", "interval",   "trap_sources", NULL};

struct reader {
	struct arena *arena;
	struct findings *f;
	profile_finder find;
	void *user;
};

#define COMPLAIN(r, node, code, ...) findings_add((r)->f, FINDING_ERROR, node, code, __VA_ARGS__)

static bool is_listed(const char *const *words, struct slice word)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		if (slice_is(word, words[i]))
			return true;
	}
	return false;
}

static size_t length(const struct yaml_node *list)
{
	size_t n = 0;

	for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
		n++;
	return n;
}

/* A map of things with names; NULL after a complaint. */
static const struct yaml_node *map_of(struct reader *r, const struct yaml_node *map,
				      const char *key)
{
	if (map->kind != YAML_MAP || map->first == NULL)
		COMPLAIN(r, map, "not-a-map", "%s: a map of names and what they are was expected",
			 key);
	else if (length(map) > PROFILE_PARTS_MAX)
		COMPLAIN(r, map, "too-large", "%s: more than %d", key, PROFILE_PARTS_MAX);
	else
		return map;
	return NULL;
}

/* Appends the entries of a list: maps, or (`scalars`) single values; a single value alone counts as a list of it. */
static void take_nodes(struct reader *r, const struct yaml_node *list, const char *key,
		       bool scalars, struct profile_nodes *ret)
{
	const struct yaml_node **items;
	size_t room;

	if (list == NULL)
		return;
	if (scalars && list->kind == YAML_SCALAR) {
		items = arena_calloc(r->arena, 1, sizeof(*items));
		items[0] = list;
		*ret = (struct profile_nodes){items, 1};
		return;
	}
	room = list->kind == YAML_LIST ? length(list) : 0;
	if (room > PROFILE_PARTS_MAX) {
		COMPLAIN(r, list, "too-large", "%s: more than %d entries", key, PROFILE_PARTS_MAX);
		return;
	}
	if (list->kind != YAML_LIST) {
		COMPLAIN(r, list, "not-a-list", "%s: a list was expected", key);
		return;
	}
	items = arena_calloc(r->arena, room, sizeof(*items));
	*ret = (struct profile_nodes){items, 0};
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		if (c->kind == (scalars ? YAML_SCALAR : YAML_MAP))
			items[ret->count++] = c;
		else
			COMPLAIN(r, c, scalars ? "not-a-value" : "not-a-map",
				 scalars ? "%s: single values were expected"
					 : "%s: each entry is a map of keys and values",
				 key);
	}
}

static struct slice id_of(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *id = yaml_map_get(map, key);

	return id != NULL && id->kind == YAML_SCALAR ? id->text : SLICE_LIT("");
}

/* Checks have ids, unlike each other: the component speaks of them. */
static void take_checks(struct reader *r, const struct yaml_node *list, const char *key,
			struct profile_nodes *ret)
{
	take_nodes(r, list, key, false, ret);
	for (size_t i = 0; i < ret->count; i++) {
		struct slice id = id_of(ret->items[i], "id");

		if (id.n == 0)
			COMPLAIN(r, ret->items[i], "missing-key", "'id' is missing: %s",
				 "id of the check within its component");
		for (size_t k = 0; k < i && id.n > 0; k++) {
			if (slice_eq(id, id_of(ret->items[k], "id")))
				COMPLAIN(r, yaml_map_get(ret->items[i], "id"), "duplicate-id",
					 "the check '%s' stands already in line %u", id.p,
					 ret->items[k]->line);
		}
	}
}

/* --- options ------------------------------------------------------------------------------------- */

const struct profile_option *profile_find_option(const struct profile_options *options,
						 struct slice name)
{
	for (size_t i = 0; i < options->count; i++) {
		if (slice_is(name, options->items[i].name))
			return &options->items[i];
	}
	return NULL;
}

const char *profile_value_fault(const struct profile_option *o, struct slice text,
				struct arena *arena)
{
	static const char *const forms[] = {
		"", "an integer (write 750000)", "a number (write 0.5, 70% or 10MiB)",
		"a duration (write 5s, 200ms, 1m30s)", "yes or no (write true or false)"};
	int64_t number;
	bool yes;
	enum err e = ERR_OK;

	switch (o->type) {
	case PROFILE_INTEGER:
		e = parse_i64(text, INT64_MIN, INT64_MAX, &number);
		break;
	case PROFILE_NUMBER:
		e = parse_quantity_micro(text, &number);
		break;
	case PROFILE_DURATION:
		e = parse_duration_us(text, &number);
		break;
	case PROFILE_BOOL:
		e = parse_bool(text, &yes);
		break;
	case PROFILE_TEXT:
		break;
	}
	if (e == ERR_OK)
		return NULL;
	return arena_printf(arena, "'%.*s' is not %s", (int)(text.n < 80 ? text.n : 80), text.p,
			    forms[o->type]);
}

static bool is_name(struct slice s)
{
	return s.n > 0 && s.n <= 31 && s.p[0] >= 'a' && s.p[0] <= 'z' &&
	       strspn(s.p, "abcdefghijklmnopqrstuvwxyz0123456789_") == s.n;
}

static void read_option(struct reader *r, const struct yaml_node *node, const char *const *taken,
			struct profile_option *ret)
{
	struct option_row row = {0};
	const char *fault;

	*ret = (struct profile_option){.name = node->key->text.p, .help = ""};
	if (!is_name(node->key->text) || is_listed(taken, node->key->text)) {
		COMPLAIN(r, node->key, "syntax",
			 is_name(node->key->text) ? "'%.80s' has a meaning of its own; take "
						    "another name"
						  : "'%.80s' is no name (a-z 0-9 _, at most 31)",
			 node->key->text.p);
		return;
	}
	if (!yaml_fill(node, profile_option_params, NULL, &row, r->arena, r->f))
		return;
	ret->fallback = yaml_map_get(node, "default") != NULL ? row.fallback : NULL;
	ret->help = row.help;
	ret->type = (enum profile_value_type)row.type;
	/* An empty default is no value: whoever fills it in says what then (${name|...}). */
	if (ret->fallback == NULL || ret->fallback[0] == '\0')
		return;
	fault = profile_value_fault(ret, slice_of(ret->fallback), r->arena);
	if (fault != NULL)
		COMPLAIN(r, yaml_map_get(node, "default"), "syntax", "default: %s", fault);
}

static void read_options(struct reader *r, const struct yaml_node *map, const char *key,
			 const char *const *taken, struct profile_options *ret)
{
	struct profile_option *items;

	if (map == NULL || map_of(r, map, key) == NULL)
		return;
	items = arena_calloc(r->arena, length(map), sizeof(*items));
	for (const struct yaml_node *c = map->first; c != NULL; c = c->next)
		read_option(r, c, taken, &items[ret->count++]);
	ret->items = items;
}

/* --- lists --------------------------------------------------------------------------------------- */

static void read_rows(struct reader *r, const struct yaml_node *map, struct profile_list *ret)
{
	struct profile_row *rows;

	if (map == NULL || map_of(r, map, "rows") == NULL)
		return;
	rows = arena_calloc(r->arena, length(map), sizeof(*rows));
	for (const struct yaml_node *c = map->first; c != NULL; c = c->next) {
		struct row_row row = {0};

		if (!is_name(c->key->text) || slice_is(c->key->text, "id") ||
		    slice_is(c->key->text, "row")) {
			COMPLAIN(r, c->key, "syntax", "'%.80s' is no name of a key (a-z 0-9 _)",
				 c->key->text.p);
			continue;
		}
		if (!yaml_fill(c, profile_row_params, NULL, &row, r->arena, r->f))
			continue;
		if (row.is == row.like)
			COMPLAIN(r, c, "conflict", "rows: give either 'is: true' or 'like: true'");
		rows[ret->row_count++] =
			(struct profile_row){c->key->text.p, yaml_map_get(c, "by"), row.like};
	}
	ret->rows = rows;
}

static void read_list(struct reader *r, const struct yaml_node *node, struct profile_list *ret)
{
	static const char *const taken[] = {"id", "row", NULL};
	struct list_row row = {0};

	ret->name = node->key->text.p;
	ret->help = "";
	if (!is_name(node->key->text) || is_listed(list_taken, node->key->text)) {
		COMPLAIN(r, node->key, "syntax",
			 is_name(node->key->text)
				 ? "'%.80s' is a key of every component; take another name"
				 : "'%.80s' is no name of a list (a-z 0-9 _, at most 31)",
			 node->key->text.p);
		return;
	}
	if (!yaml_fill(node, profile_list_params, list_keys, &row, r->arena, r->f))
		return;
	ret->help = row.help;
	read_options(r, yaml_map_get(node, "keys"), "keys", taken, &ret->keys);
	read_rows(r, yaml_map_get(node, "rows"), ret);
	take_checks(r, yaml_map_get(node, "checks"), "checks", &ret->checks);
	take_checks(r, yaml_map_get(node, "pair"), "pair", &ret->pair);
	if (ret->checks.count + ret->pair.count == 0)
		COMPLAIN(r, node, "missing-key",
			 "'checks' is missing: what is made for each entry of the list");
}

static void read_lists(struct reader *r, const struct yaml_node *map, struct profile *ret)
{
	struct profile_list *lists;

	if (map == NULL || map_of(r, map, "each") == NULL)
		return;
	lists = arena_calloc(r->arena, length(map), sizeof(*lists));
	for (const struct yaml_node *c = map->first; c != NULL; c = c->next)
		read_list(r, c, &lists[ret->list_count++]);
	ret->lists = lists;
}

const struct profile_list *profile_find_list(const struct profile *p, struct slice name)
{
	for (size_t i = 0; i < p->list_count; i++) {
		if (slice_is(name, p->lists[i].name))
			return &p->lists[i];
	}
	return NULL;
}

/* --- what devices it fits ------------------------------------------------------------------------ */

static void check_oids(struct reader *r, const struct profile_nodes *oids, const char *key)
{
	for (size_t i = 0; i < oids->count; i++) {
		struct slice s = oids->items[i]->text;
		bool ok = s.n > 2 && strspn(s.p, "0123456789.") == s.n && s.p[s.n - 1] != '.' &&
			  strstr(s.p, "..") == NULL && strncmp(s.p + (s.p[0] == '.'), "1.", 2) == 0;

		if (!ok)
			COMPLAIN(r, oids->items[i], "syntax",
				 "%s: '%.80s' is no OID (write 1.3.6.1.4.1.9.1.1409)", key, s.p);
	}
}

static void read_match(struct reader *r, const struct yaml_node *match, struct profile *ret)
{
	static const struct param none[] = {PARAM_END};
	static const char *const keys[] = {"object_id", "below", "descr", NULL};
	char nothing;

	if (match == NULL || !yaml_fill(match, none, keys, &nothing, r->arena, r->f))
		return;
	take_nodes(r, yaml_map_get(match, "object_id"), "object_id", true, &ret->object_ids);
	take_nodes(r, yaml_map_get(match, "below"), "below", true, &ret->below);
	take_nodes(r, yaml_map_get(match, "descr"), "descr", true, &ret->descr);
	check_oids(r, &ret->object_ids, "object_id");
	check_oids(r, &ret->below, "below");
}

/* --- what is included ---------------------------------------------------------------------------- */

static void add_options(struct reader *r, struct profile_options *to,
			const struct profile_options *more)
{
	struct profile_option *items =
		arena_calloc(r->arena, to->count + more->count, sizeof(*items));
	size_t n = to->count;

	for (size_t i = 0; i < n; i++)
		items[i] = to->items[i];
	for (size_t i = 0; i < more->count; i++) {
		if (profile_find_option(to, slice_of(more->items[i].name)) == NULL)
			items[n++] = more->items[i];
	}
	*to = (struct profile_options){items, n};
}

/* The node itself (included by two ways) or one of the same id. */
static bool holds(const struct profile_nodes *nodes, const char *key, const struct yaml_node *node)
{
	struct slice id = id_of(node, key);

	for (size_t i = 0; i < nodes->count; i++) {
		if (nodes->items[i] == node ||
		    (id.n > 0 && slice_eq(id_of(nodes->items[i], key), id)))
			return true;
	}
	return false;
}

/* What is included comes before what stands already; notifications after it, since the first that fits is taken. */
static void add_nodes(struct reader *r, struct profile_nodes *to, const struct profile_nodes *more,
		      const char *key, bool behind)
{
	const struct yaml_node **items =
		arena_calloc(r->arena, to->count + more->count, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; behind && i < to->count; i++)
		items[n++] = to->items[i];
	for (size_t i = 0; i < more->count; i++) {
		if (!holds(to, key, more->items[i]))
			items[n++] = more->items[i];
	}
	for (size_t i = 0; !behind && i < to->count; i++)
		items[n++] = to->items[i];
	*to = (struct profile_nodes){items, n};
}

static void add_lists(struct reader *r, struct profile *to, const struct profile *more)
{
	struct profile_list *lists =
		arena_calloc(r->arena, to->list_count + more->list_count, sizeof(*lists));
	size_t n = to->list_count;

	for (size_t i = 0; i < n; i++)
		lists[i] = to->lists[i];
	for (size_t i = 0; i < more->list_count; i++) {
		if (profile_find_list(to, slice_of(more->lists[i].name)) == NULL)
			lists[n++] = more->lists[i];
	}
	to->lists = lists;
	to->list_count = n;
}

static void include(struct reader *r, const struct yaml_node *list, struct profile *ret)
{
	struct profile_nodes names = {0};

	take_nodes(r, list, "include", true, &names);
	if (names.count > PROFILE_INCLUDES_MAX) {
		COMPLAIN(r, list, "too-large", "include: more than %d profiles",
			 PROFILE_INCLUDES_MAX);
		return;
	}
	for (size_t i = names.count; i-- > 0;) {
		const struct profile *p = r->find(r->user, names.items[i]);

		if (p == NULL)
			continue;
		add_options(r, &ret->options, &p->options);
		add_nodes(r, &ret->checks, &p->checks, "id", false);
		add_nodes(r, &ret->pair, &p->pair, "id", false);
		add_nodes(r, &ret->traps, &p->traps, "name", true);
		add_lists(r, ret, p);
	}
}

static void read_pair(struct reader *r, const struct yaml_node *pair, struct profile *ret)
{
	static const struct param none[] = {PARAM_END};
	static const char *const keys[] = {"checks", NULL};
	char nothing;

	if (pair == NULL || !yaml_fill(pair, none, keys, &nothing, r->arena, r->f))
		return;
	take_checks(r, yaml_map_get(pair, "checks"), "pair", &ret->pair);
}

const struct profile *profile_read(const struct yaml_node *node, profile_finder find, void *user,
				   struct arena *arena, struct findings *f)
{
	struct reader r = {arena, f, find, user};
	struct profile *p = arena_calloc(arena, 1, sizeof(*p));
	size_t before = f->errors;

	if (!yaml_fill(node, profile_params, profile_keys, p, arena, f))
		return NULL;
	p->node = node;
	if (p->name[0] == '\0')
		p->name = p->id;
	read_match(&r, yaml_map_get(node, "match"), p);
	read_options(&r, yaml_map_get(node, "options"), "options", option_taken, &p->options);
	take_checks(&r, yaml_map_get(node, "checks"), "checks", &p->checks);
	read_lists(&r, yaml_map_get(node, "each"), p);
	read_pair(&r, yaml_map_get(node, "pair"), p);
	take_nodes(&r, yaml_map_get(node, "traps"), "traps", false, &p->traps);
	if (f->errors == before)
		include(&r, yaml_map_get(node, "include"), p);
	return f->errors == before ? p : NULL;
}
