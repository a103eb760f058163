/* Sites: entries of the plan, rows of tables, and which of them a selector means. */
#include <string.h>

#include "base/csv.h"
#include "base/parse.h"
#include "plan/plan_expand.h"

struct table_row {
	const char *path, *kind;
};
const struct param plan_table_params[] = {
	PARAM_PATH(struct table_row, path, "from_csv", NULL, PARAM_REQUIRED,
		   "a CSV file with a row for each site"),
	PARAM_STR(struct table_row, kind, "kind", "", 0, "kind of all its sites"),
	PARAM_END,
};

struct selector_row {
	const char *kind;
};
const struct param plan_selector_params[] = {
	PARAM_STR(struct selector_row, kind, "kind", "", 0, "sites of this kind"),
	PARAM_END,
};
static const char *const selector_lists[] = {"ids", "except", "having", "lacking", NULL};

/* --- tables ---------------------------------------------------------------------------------------- */

static struct yaml_node *new_node(struct plan_expander *x, enum yaml_kind kind, const char *file,
				  unsigned line, unsigned column)
{
	struct yaml_node *n = arena_calloc(x->l->scratch, 1, sizeof(*n));

	*n = (struct yaml_node){.kind = kind, .file = file, .line = line, .column = column};
	return n;
}

static struct yaml_node *scalar_of(struct plan_expander *x, const struct csv_table *t,
				   const struct csv_field *f)
{
	struct yaml_node *n = new_node(x, YAML_SCALAR, t->file, f->line, f->column);

	n->text = f->text;
	n->quoted = true;
	return n;
}

static void append(struct yaml_node *map, struct yaml_node *key, struct yaml_node *value)
{
	struct yaml_node **link = &map->first;

	while (*link != NULL)
		link = &(*link)->next;
	value->key = key;
	*link = value;
}

static bool is_own_column(struct slice name)
{
	return slice_is(name, "id") || slice_is(name, "name") || slice_is(name, "kind");
}

#define IMPACT_COLUMN "impact."

static bool is_impact_column(struct slice name)
{
	size_t n = sizeof(IMPACT_COLUMN) - 1;

	return name.n > n && memcmp(name.p, IMPACT_COLUMN, n) == 0;
}

static struct yaml_node *word(struct plan_expander *x, const struct yaml_node *at, const char *text)
{
	struct yaml_node *n = new_node(x, YAML_SCALAR, at->file, at->line, at->column);

	n->text = slice_of(text);
	n->quoted = true;
	return n;
}

/* A column impact.mesas says {what: mesas, count: ...}. */
static void append_impact(struct plan_expander *x, const struct csv_table *t,
			  const struct csv_field *name, const struct csv_field *count,
			  struct yaml_node *list)
{
	struct yaml_node *entry = new_node(x, YAML_MAP, t->file, count->line, count->column);
	struct yaml_node *what = scalar_of(x, t, name), **link = &list->first;

	what->text.p += sizeof(IMPACT_COLUMN) - 1;
	what->text.n -= sizeof(IMPACT_COLUMN) - 1;
	append(entry, word(x, entry, "what"), what);
	append(entry, word(x, entry, "count"), scalar_of(x, t, count));
	while (*link != NULL)
		link = &(*link)->next;
	*link = entry;
}

/* A row as the entry that a person would have written: {id: ..., name: ..., vars: {...}}. */
static struct yaml_node *site_of(struct plan_expander *x, const struct csv_table *t,
				 const struct csv_row *row, const struct yaml_node *kind)
{
	unsigned line = row->fields[0].line;
	struct yaml_node *site = new_node(x, YAML_MAP, t->file, line, 1);
	struct yaml_node *vars = new_node(x, YAML_MAP, t->file, line, 1);
	struct yaml_node *impact = new_node(x, YAML_LIST, t->file, line, 1);

	for (size_t i = 0; i < t->column_count; i++) {
		if (row->fields[i].text.n > 0 && is_impact_column(t->names[i].text))
			append_impact(x, t, &t->names[i], &row->fields[i], impact);
		else if (row->fields[i].text.n > 0)
			append(is_own_column(t->names[i].text) ? site : vars,
			       scalar_of(x, t, &t->names[i]), scalar_of(x, t, &row->fields[i]));
	}
	if (kind != NULL)
		append(site, word(x, kind, "kind"), word(x, kind, kind->text.p));
	if (impact->first != NULL)
		append(site, word(x, impact, "impact"), impact);
	if (vars->first != NULL)
		append(site, word(x, vars, "vars"), vars);
	return site;
}

static const struct csv_field *find_column(const struct csv_table *t, const char *name)
{
	for (size_t i = 0; i < t->column_count; i++) {
		if (slice_is(t->names[i].text, name))
			return &t->names[i];
	}
	return NULL;
}

static bool check_columns(struct plan_expander *x, const struct csv_table *t,
			  const struct yaml_node *kind)
{
	const struct csv_field *kinds = find_column(t, "kind");
	struct yaml_node at = {.file = t->file, .line = 1, .column = 1};

	if (find_column(t, "id") == NULL) {
		PLAN_ERROR(x->l, &at, "missing-column",
			   "the first row names no column 'id'; it names the columns, such as "
			   "id,name,gateway");
		return false;
	}
	if (kinds != NULL && kind != NULL) {
		PLAN_ERROR(x->l, kind, "conflict",
			   "kind: the table has a column 'kind'; take one of the two away");
		return false;
	}
	return true;
}

/* The sites of a table as a chain of nodes; NULL after a complaint. */
static struct yaml_node *read_table(struct plan_expander *x, const struct yaml_node *entry)
{
	const struct yaml_node *kind = yaml_map_get(entry, "kind");
	const struct yaml_node *named = yaml_map_get(entry, "from_csv");
	struct table_row row = {0};
	struct csv_table *t;
	struct yaml_node *first = NULL, **last = &first;

	for (struct yaml_node *c = entry->first; c != NULL; c = c->next) {
		if (c->kind == YAML_SCALAR)
			plan_vars_fill(x, c, NULL);
	}
	if (!yaml_fill(entry, plan_table_params, NULL, &row, x->l->scratch, x->l->findings))
		return NULL;
	if (x->table_rows > PLAN_SITES_MAX || ++x->tables > PLAN_TABLES_MAX) {
		PLAN_ERROR(x->l, named, "too-large", "more than %d tables, or %d sites in them",
			   PLAN_TABLES_MAX, PLAN_SITES_MAX);
		return NULL;
	}
	t = csv_read(row.path, named, x->l->scratch, x->l->findings);
	if (t == NULL || !check_columns(x, t, kind))
		return NULL;
	x->table_rows += t->row_count;
	if (t->row_count == 0)
		PLAN_ERROR(x->l, named, "empty", "the table names its columns, but no site");
	for (const struct csv_row *r = t->first; r != NULL; r = r->next) {
		*last = site_of(x, t, r, kind);
		last = &(*last)->next;
	}
	return first;
}

static bool is_table(const struct yaml_node *n)
{
	return n->kind == YAML_MAP && yaml_map_get(n, "from_csv") != NULL;
}

/* Replaces entries {from_csv: ...} by what their tables hold. */
static void splice_tables(struct plan_expander *x, struct yaml_node *sites)
{
	struct yaml_node **link = &sites->first;

	if (is_table(sites)) { /* sites: {from_csv: ...} */
		sites->first = read_table(x, sites);
		sites->kind = YAML_LIST;
		sites->is_told = sites->first == NULL;
		return;
	}
	while (*link != NULL) {
		struct yaml_node *entry = *link, *chain;

		if (!is_table(entry)) {
			link = &entry->next;
			continue;
		}
		chain = read_table(x, entry);
		sites->is_told = sites->is_told || chain == NULL;
		*link = chain != NULL ? chain : entry->next;
		while (chain != NULL && chain->next != NULL)
			chain = chain->next;
		if (chain != NULL) {
			chain->next = entry->next;
			link = &chain->next;
		}
	}
}

static const char *text_of(const struct yaml_node *site, const char *key, const char *fallback)
{
	const struct yaml_node *v = yaml_map_get(site, key);

	return v != NULL && v->kind == YAML_SCALAR && v->text.n > 0 ? v->text.p : fallback;
}

static void take_places(struct plan_expander *x)
{
	const struct plan_items *sites = &x->l->sites;

	x->places = arena_calloc(x->l->scratch, sites->count, sizeof(*x->places));
	for (uint32_t i = 0; i < sites->count; i++) {
		const struct yaml_node *node = sites->nodes[i], *vars = yaml_map_get(node, "vars");
		struct plan_place *p = &x->places[x->place_count];

		if (vars != NULL)
			plan_vars_read(x, vars, &p->vars);
		if (sites->ids[i][0] == '\0') {
			*p = (struct plan_place){0};
			continue;
		}
		p->id = sites->ids[i];
		p->name = text_of(node, "name", p->id);
		p->kind = text_of(node, "kind", "");
		x->place_count++;
	}
}

void plan_sites_collect(struct plan_expander *x)
{
	struct plan_loader *l = x->l;

	for (size_t r = 0; r < l->root_count; r++) {
		struct yaml_node *sites = yaml_map_get(l->roots[r], "sites");

		if (sites == NULL)
			continue;
		if (sites->kind == YAML_LIST || is_table(sites))
			splice_tables(x, sites);
		plan_fill(x, sites, NULL);
	}
	plan_items_collect(l, &l->sites, "sites", "site", false);
	x->has_places = true;
	if (l->sites.count > PLAN_SITES_MAX) {
		PLAN_ERROR(l, l->sites.nodes[PLAN_SITES_MAX], "too-large", "more than %d sites",
			   PLAN_SITES_MAX);
		return;
	}
	take_places(x);
}

/* --- selectors ------------------------------------------------------------------------------------- */

static const char *nearest_kind(const struct plan_expander *x, const char *kind)
{
	const char *best = NULL;
	size_t distance = 4;

	for (uint32_t i = 0; i < x->place_count; i++) {
		struct slice k = slice_of(x->places[i].kind);
		size_t d = k.n > 0 ? param_distance(k, slice_of(kind)) : 4;

		if (d < distance && d * 2 <= k.n) {
			distance = d;
			best = x->places[i].kind;
		}
	}
	return best;
}

/* Leaves only the marked (or only the unmarked) ones of `chosen`. */
static void keep_listed(struct plan_expander *x, const struct yaml_node *list, const char *key,
			bool *chosen, bool listed)
{
	size_t n = 0;
	const uint32_t *sites = plan_items_resolve_list(x->l, &x->l->sites, list, key, &n);
	bool *marked = arena_calloc(x->l->scratch, x->l->sites.count, sizeof(*marked));

	for (size_t i = 0; i < n; i++)
		marked[sites[i]] = true;
	for (uint32_t i = 0, site = 0; i < x->place_count; i++, site++) {
		while (x->l->sites.ids[site][0] == '\0')
			site++;
		chosen[i] = chosen[i] && marked[site] == listed;
	}
}

static void keep_having(struct plan_expander *x, const struct yaml_node *list, const char *key,
			bool *chosen, bool having)
{
	if (!plan_items_is_filled(x->l, list, key))
		return;
	for (const struct yaml_node *name = list->first; name != NULL; name = name->next) {
		if (name->kind != YAML_SCALAR || !parse_is_id(name->text, "")) {
			PLAN_ERROR(x->l, name, "syntax", "%s: the name of a variable was expected",
				   key);
			return;
		}
		for (uint32_t i = 0; i < x->place_count; i++) {
			const struct yaml_node *v = plan_vars_find(&x->places[i].vars, name->text);

			chosen[i] = chosen[i] && (v != NULL && v->text.n > 0) == having;
		}
	}
}

static void keep_kind(struct plan_expander *x, const char *kind, bool *chosen)
{
	for (uint32_t i = 0; i < x->place_count; i++)
		chosen[i] = chosen[i] && strcmp(x->places[i].kind, kind) == 0;
}

static bool read_selector(struct plan_expander *x, const struct yaml_node *s, bool *chosen)
{
	struct selector_row row = {0};
	size_t before = x->l->findings->errors;

	if (s->kind == YAML_SCALAR && slice_is(s->text, "all"))
		return true;
	if (s->kind != YAML_MAP || s->first == NULL) {
		PLAN_ERROR(x->l, s, "syntax",
			   "write which sites are meant, such as {kind: catd}; all of them: all");
		return false;
	}
	yaml_fill(s, plan_selector_params, selector_lists, &row, x->l->scratch, x->l->findings);
	if (row.kind[0] != '\0')
		keep_kind(x, row.kind, chosen);
	for (const struct yaml_node *c = s->first; c != NULL; c = c->next) {
		const char *key = c->key->text.p;

		if (strcmp(key, "ids") == 0 || strcmp(key, "except") == 0)
			keep_listed(x, c, key, chosen, key[0] == 'i');
		else if (strcmp(key, "having") == 0 || strcmp(key, "lacking") == 0)
			keep_having(x, c, key, chosen, key[0] == 'h');
	}
	return x->l->findings->errors == before;
}

/* A word to the author when nothing is meant. */
static void tell_none(struct plan_expander *x, const struct yaml_node *s)
{
	const struct yaml_node *kind = s->kind == YAML_MAP ? yaml_map_get(s, "kind") : NULL;
	const char *near = kind != NULL ? nearest_kind(x, kind->text.p) : NULL;

	if (near != NULL && slice_is(kind->text, near))
		near = NULL;
	findings_add(x->l->findings, FINDING_WARNING, s, "no-match",
		     "no site of the plan is meant by this%s%s%s",
		     near != NULL ? "; did you mean kind '" : "", near != NULL ? near : "",
		     near != NULL ? "'?" : "");
}

uint32_t plan_sites_select(struct plan_expander *x, const struct yaml_node *selector,
			   uint32_t **ret)
{
	bool *chosen = arena_calloc(x->l->scratch, x->place_count, sizeof(*chosen));
	uint32_t *out = arena_calloc(x->l->scratch, x->place_count, sizeof(*out)), n = 0;

	*ret = out;
	memset(chosen, true, x->place_count);
	if (!read_selector(x, selector, chosen))
		return 0;
	for (uint32_t i = 0; i < x->place_count; i++) {
		if (chosen[i])
			out[n++] = i;
	}
	if (n == 0)
		tell_none(x, selector);
	return n;
}
