/* What a profile makes for one component: its checks for the device or for each unit, for each entry of its lists, those of the
 * pair, and the one that receives its notifications. */
#include <string.h>

#include "base/parse.h"
#include "plan/plan_device.h"

/* The names that stand for something where a check is made. */
struct scope {
	struct plan_given *given;
	size_t count;
};

static void give(struct scope *s, const char *name, const char *text)
{
	s->given[s->count++] = (struct plan_given){name, text};
}

/* The row that an entry of a list names. */
struct row {
	const struct profile_row *way;
	const struct yaml_node *text;
};

static bool is_row_word(const struct yaml_node *n)
{
	return n->key != NULL && slice_is(n->key->text, "row") && slice_is(n->text, "${each.row}");
}

static void become_row(struct plan_device *d, struct yaml_node *n, const struct row *row)
{
	struct yaml_node *by = plan_node_text(d->x, n, "by", row->way->by->text.p);

	n->kind = YAML_MAP;
	n->text = SLICE_LIT("");
	n->first = NULL;
	plan_vars_fill(d->x, by, NULL);
	plan_node_append(n, by);
	plan_node_append(
		n, plan_node_text(d->x, n, row->way->is_like ? "like" : "is", row->text->text.p));
}

static void fill(struct plan_device *d, struct yaml_node *n, const struct row *row)
{
	if (n->kind == YAML_SCALAR && row != NULL && row->way != NULL && is_row_word(n))
		become_row(d, n, row);
	else if (n->kind == YAML_SCALAR)
		plan_vars_fill(d->x, n, NULL);
	else
		for (struct yaml_node *c = n->first; c != NULL && !d->x->is_full; c = c->next)
			fill(d, c, row);
}

static bool holds_placeholder(const struct yaml_node *n)
{
	if (n->kind == YAML_SCALAR)
		return strstr(n->text.p, "${") != NULL;
	for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
		if (holds_placeholder(c))
			return true;
	}
	return false;
}

/* An entry whose value is a document that says the same for every device: what is below it is shared with the profile. A thousand
 * devices would hold a thousand times what the profile says once. Who changes it copies it (plan_overrides.c). */
static struct yaml_node *share(struct plan_device *d, const struct yaml_node *entry)
{
	struct yaml_node *n = plan_node_new(d->x, entry, entry->kind, NULL);

	n->made = d->made;
	n->key = entry->key != NULL ? plan_copy(d->x, entry->key, d->made) : NULL;
	n->first = entry->first;
	return n;
}

static struct yaml_node *copy_check(struct plan_device *d, const struct yaml_node *from)
{
	const struct check_schema *type = plan_device_type(d, from);
	struct yaml_node *check = plan_node_new(d->x, from, YAML_MAP, NULL);

	check->made = d->made;
	for (const struct yaml_node *c = from->first; c != NULL; c = c->next) {
		const struct param *row =
			type != NULL ? param_find(type->params, c->key->text) : NULL;
		bool is_shared = row != NULL && row->type == PARAM_TYPE_DOC &&
				 c->kind != YAML_SCALAR && !holds_placeholder(c);
		struct yaml_node *n = is_shared ? share(d, c) : plan_copy(d->x, c, d->made);

		if (n == NULL)
			return NULL;
		plan_node_append(check, n);
	}
	return check;
}

/* One check of the profile, for a unit (NULL: the device as a whole). */
static void make_check(struct plan_device *d, const struct scope *s, const struct yaml_node *from,
		       const struct yaml_node *unit, const struct row *row)
{
	const struct plan_profile_scope scope = {d->profile->id, s->given, s->count};
	struct yaml_node *check = copy_check(d, from), *id;
	const struct check_schema *type;
	struct yaml_node *omit;
	const char *plain;

	if (check == NULL)
		return;
	d->x->scope = &scope;
	for (struct yaml_node *c = check->first, *o = from->first; c != NULL;
	     c = c->next, o = o->next) {
		if (c->first == NULL || c->first != o->first)
			fill(d, c, row);
	}
	d->x->scope = NULL;
	id = yaml_map_get(check, "id");
	plain = id->text.p;
	if (unit != NULL && !id->is_told)
		id->text =
			slice_of(arena_printf(d->x->l->scratch, "%s.%s", unit->key->text.p, plain));
	type = plan_device_type(d, check);
	if (unit != NULL && type != NULL &&
	    param_find(type->params, SLICE_LIT("address")) != NULL &&
	    yaml_map_get(check, "address") == NULL)
		plan_node_append(check, plan_node_text(d->x, check, "address", unit->text.p));
	/* One unit that fails does not stop a pair: whether it serves is said by the pair's own checks. */
	if (unit != NULL && d->profile->pair.count > 0)
		plan_node_put(check, plan_node_text(d->x, check, "affects", "condition"));
	omit = plan_node_take(check, "omit");
	plan_device_add(d, check, plain, plan_device_omit(d, omit) == 1);
}

static void make_all(struct plan_device *d, const struct scope *s, const struct profile_nodes *from,
		     const struct yaml_node *unit, const struct row *row)
{
	for (size_t i = 0; i < from->count && !d->x->is_full; i++)
		make_check(d, s, from->items[i], unit, row);
}

/* --- options ------------------------------------------------------------------------------------- */

static const char *nearest_option(const struct profile_options *options, struct slice name)
{
	const char *best = NULL;
	size_t distance = 4;

	for (size_t i = 0; i < options->count; i++) {
		size_t n = param_distance(name, slice_of(options->items[i].name));

		if (n < distance && n * 2 <= name.n) {
			distance = n;
			best = options->items[i].name;
		}
	}
	return best;
}

static void tell_unknown_option(struct plan_device *d, const struct yaml_node *v)
{
	const char *near = nearest_option(&d->profile->options, v->key->text);

	if (near != NULL)
		PLAN_ERROR(d->x->l, v->key, "unknown-key",
			   "the profile '%s' has no option '%.80s'; did you mean '%s'?",
			   d->profile->id, v->key->text.p, near);
	else
		PLAN_ERROR(d->x->l, v->key, "unknown-key",
			   "the profile '%s' has no option '%.80s'%s", d->profile->id,
			   v->key->text.p,
			   d->profile->options.count == 0 ? ", nor any other"
							  : "; 'vigia plan profiles' lists them");
}

/* What a component gives for an option; NULL after a complaint. */
static const char *given_text(struct plan_device *d, const struct profile_option *o,
			      const struct yaml_node *v, const struct yaml_node *at)
{
	const char *fault;

	if (v == NULL && o->fallback != NULL)
		return o->fallback;
	if (v == NULL) {
		PLAN_ERROR(d->x->l, at, "missing-key", "'%s' is missing: %s (profile '%s')",
			   o->name, o->help, d->profile->id);
		return NULL;
	}
	if (v->kind != YAML_SCALAR) {
		PLAN_ERROR(d->x->l, v, "not-a-value", "%s: a single value was expected", o->name);
		return NULL;
	}
	fault = v->text.n > 0 ? profile_value_fault(o, v->text, d->x->l->scratch) : NULL;
	if (fault == NULL)
		return v->text.p;
	PLAN_ERROR(d->x->l, v, "syntax", "%s: %s: %s", o->name, fault, o->help);
	return NULL;
}

/* The options into the scope; false after complaints. */
static bool give_options(struct plan_device *d, struct scope *s)
{
	const struct profile_options *options = &d->profile->options;
	size_t before = d->x->l->findings->errors;

	for (const struct yaml_node *v = d->with != NULL ? d->with->first : NULL; v != NULL;
	     v = v->next) {
		if (profile_find_option(options, v->key->text) == NULL)
			tell_unknown_option(d, v);
	}
	for (size_t i = 0; i < options->count; i++) {
		const struct profile_option *o = &options->items[i];
		const struct yaml_node *v = d->with != NULL ? yaml_map_get(d->with, o->name) : NULL;
		const char *text = given_text(d, o, v, d->with != NULL ? d->with : d->node);

		give(s, o->name, text != NULL ? text : "");
	}
	return d->x->l->findings->errors == before;
}

/* --- lists --------------------------------------------------------------------------------------- */

static const struct profile_row *find_row(const struct profile_list *list, struct slice key)
{
	for (size_t i = 0; i < list->row_count; i++) {
		if (slice_is(key, list->rows[i].key))
			return &list->rows[i];
	}
	return NULL;
}

/* "name, alias" */
static const char *row_words(struct plan_device *d, const struct profile_list *list)
{
	const char *words = list->rows[0].key;

	for (size_t i = 1; i < list->row_count; i++)
		words = arena_printf(d->x->l->scratch, "%s, %s", words, list->rows[i].key);
	return words;
}

/* The one way in which an entry names its row; false after a complaint. */
static bool read_row(struct plan_device *d, const struct profile_list *list,
		     const struct yaml_node *entry, struct row *ret)
{
	size_t n = 0;

	*ret = (struct row){0};
	for (const struct yaml_node *v = entry->first; v != NULL; v = v->next) {
		const struct profile_row *way = find_row(list, v->key->text);

		if (way == NULL || (v->kind == YAML_SCALAR && v->text.n == 0))
			continue;
		if (v->kind != YAML_SCALAR) {
			PLAN_ERROR(d->x->l, v, "not-a-value", "%s: a single value was expected",
				   way->key);
			return false;
		}
		*ret = (struct row){way, v};
		n++;
	}
	if (list->row_count == 0 || n == 1)
		return true;
	if (n == 0)
		PLAN_ERROR(d->x->l, entry, "missing-key",
			   "%s: the entry does not say which it is; give it one of: %s", list->name,
			   row_words(d, list));
	else
		PLAN_ERROR(d->x->l, entry, "conflict",
			   "%s: an entry is named in one way; give it one of: %s", list->name,
			   row_words(d, list));
	return false;
}

static const char *nearest_key(const struct profile_list *list, struct slice key)
{
	const char *best = nearest_option(&list->keys, key);
	size_t distance = best != NULL ? param_distance(key, slice_of(best)) : 4;

	for (size_t i = 0; i < list->row_count; i++) {
		size_t n = param_distance(key, slice_of(list->rows[i].key));

		if (n < distance && n * 2 <= key.n) {
			distance = n;
			best = list->rows[i].key;
		}
	}
	return best;
}

static bool check_entry_keys(struct plan_device *d, const struct profile_list *list,
			     const struct yaml_node *entry)
{
	bool ok = true;

	for (const struct yaml_node *v = entry->first; v != NULL; v = v->next) {
		const char *near;

		if (slice_is(v->key->text, "id") || find_row(list, v->key->text) != NULL ||
		    profile_find_option(&list->keys, v->key->text) != NULL)
			continue;
		near = nearest_key(list, v->key->text);
		PLAN_ERROR(d->x->l, v->key, "unknown-key", "unknown key '%.80s'%s%s%s",
			   v->key->text.p, near != NULL ? "; did you mean '" : "",
			   near != NULL ? near : "", near != NULL ? "'?" : "");
		ok = false;
	}
	return ok;
}

static bool check_entry_id(struct plan_device *d, const struct profile_list *list,
			   const struct yaml_node *entry, const struct yaml_node *first)
{
	const struct yaml_node *id = yaml_map_get(entry, "id");

	if (id == NULL || id->kind != YAML_SCALAR || !parse_is_id(id->text, "")) {
		PLAN_ERROR(d->x->l, id != NULL ? id : entry, id != NULL ? "syntax" : "missing-key",
			   id != NULL ? "%s: 'id' is no id (a-z 0-9 - _ .)"
				      : "%s: 'id' is missing: what the entry is called in its "
					"checks",
			   list->name);
		return false;
	}
	for (const struct yaml_node *e = first; e != entry; e = e->next) {
		const struct yaml_node *other = e->kind == YAML_MAP ? yaml_map_get(e, "id") : NULL;

		if (other != NULL && slice_eq(other->text, id->text)) {
			PLAN_ERROR(d->x->l, id, "duplicate-id", "%s: '%s' stands already in %s:%u",
				   list->name, id->text.p, other->file, other->line);
			return false;
		}
	}
	return true;
}

/* The keys of an entry into the scope; false after complaints. */
static bool give_entry(struct plan_device *d, const struct profile_list *list,
		       const struct yaml_node *entry, struct scope *s)
{
	struct arena *a = d->x->l->scratch;
	bool ok = true;

	give(s, "each.id", yaml_map_get(entry, "id")->text.p);
	for (size_t i = 0; i < list->keys.count; i++) {
		const struct profile_option *o = &list->keys.items[i];
		const char *text;

		if (find_row(list, slice_of(o->name)) != NULL)
			continue;
		text = given_text(d, o, yaml_map_get(entry, o->name), entry);
		ok = ok && text != NULL;
		give(s, arena_printf(a, "each.%s", o->name), text != NULL ? text : "");
	}
	for (size_t i = 0; i < list->row_count; i++) {
		const struct yaml_node *v = yaml_map_get(entry, list->rows[i].key);

		give(s, arena_printf(a, "each.%s", list->rows[i].key),
		     v != NULL && v->kind == YAML_SCALAR ? v->text.p : "");
	}
	return ok;
}

/* The entries of a list that are sound: complaints are told once, not for each unit. */
static size_t sound_entries(struct plan_device *d, const struct profile_list *list,
			    const struct yaml_node *entries, const struct yaml_node **ret)
{
	size_t n = 0, seen = 0;

	if (!plan_items_is_filled(d->x->l, entries, list->name))
		return 0;
	for (const struct yaml_node *e = entries->first; e != NULL; e = e->next) {
		struct row row;

		if (++seen > DEVICE_ENTRIES_MAX) {
			PLAN_ERROR(d->x->l, e, "too-large", "%s: more than %d entries", list->name,
				   DEVICE_ENTRIES_MAX);
			return n;
		}
		if (e->kind != YAML_MAP) {
			PLAN_ERROR(d->x->l, e, "not-a-map",
				   "%s: each entry is a map such as {id: ...}", list->name);
			continue;
		}
		if (check_entry_keys(d, list, e) && check_entry_id(d, list, e, entries->first) &&
		    read_row(d, list, e, &row))
			ret[n++] = e;
	}
	return n;
}

/* A list as it was given, looked through. */
struct given_list {
	const struct profile_list *list;
	const struct yaml_node **entries;
	size_t count;
};

static void make_entries(struct plan_device *d, struct scope *s, const struct given_list *g,
			 const struct yaml_node *unit, bool of_pair)
{
	size_t before = s->count;

	for (size_t i = 0; i < g->count && !d->x->is_full; i++) {
		struct row row;

		s->count = before;
		if (read_row(d, g->list, g->entries[i], &row) &&
		    give_entry(d, g->list, g->entries[i], s))
			make_all(d, s, of_pair ? &g->list->pair : &g->list->checks, unit, &row);
	}
	s->count = before;
}

/* --- notifications ------------------------------------------------------------------------------- */

enum { SOURCES_MAX = 64 };

static void add_source(struct plan_device *d, struct yaml_node *list, const char *address,
		       const struct yaml_node *at)
{
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		if (slice_is(c->text, address))
			return;
	}
	if (address[0] != '\0')
		plan_node_append(list, plan_node_text(d->x, at, NULL, address));
}

static void add_sources(struct plan_device *d, struct yaml_node *check)
{
	const struct yaml_node *more = d->trap_sources;
	struct yaml_node *list = plan_node_new(d->x, d->traps, YAML_LIST, "sources");

	if (more != NULL && (more->kind == YAML_MAP || plan_items_length(more) > SOURCES_MAX)) {
		PLAN_ERROR(d->x->l, more, "not-a-list",
			   "trap_sources: an address was expected, or a list of them (%d at most)",
			   SOURCES_MAX);
		more = NULL;
	}

	/* Packets come from numbers: what is given by its name is left to the type of the check. */
	if (parse_is_address(d->address))
		add_source(d, list, d->address, d->traps);
	for (size_t i = 0; i < d->unit_count; i++) {
		if (parse_is_address(d->unit[i]->text.p))
			add_source(d, list, d->unit[i]->text.p, d->unit[i]);
	}
	if (more != NULL && more->kind == YAML_SCALAR)
		add_source(d, list, more->text.p, more);
	for (const struct yaml_node *c = more != NULL && more->kind == YAML_LIST ? more->first
										 : NULL;
	     c != NULL; c = c->next) {
		if (c->kind == YAML_SCALAR)
			add_source(d, list, c->text.p, c);
		else
			PLAN_ERROR(d->x->l, c, "not-a-value",
				   "trap_sources: addresses were expected");
	}
	if (list->first != NULL)
		plan_node_append(check, list);
}

/* One check for all notifications of the device. */
static void make_traps(struct plan_device *d, const struct scope *s)
{
	const struct plan_profile_scope scope = {d->profile->id, s->given, s->count};
	const struct yaml_node *at = d->profile->node;
	struct yaml_node *check, *from, *list, **last;

	if (d->traps == NULL || d->traps->kind == YAML_MAP)
		return;
	if (d->profile->traps.count == 0) {
		PLAN_ERROR(d->x->l, d->traps, "conflict",
			   "the profile '%s' knows no notifications; take 'traps' out",
			   d->profile->id);
		return;
	}
	at = d->profile->traps.items[0];
	check = plan_node_new(d->x, at, YAML_MAP, NULL);
	check->made = d->made;
	plan_node_append(check, plan_node_text(d->x, check, "id", "traps"));
	plan_node_append(check, plan_node_text(d->x, check, "type", "trap"));
	plan_node_append(check, plan_node_text(d->x, check, "interval", "1m"));
	plan_node_append(check, plan_node_text(d->x, check, "affects", "condition"));
	plan_node_append(check, plan_node_text(d->x, check, "warning", "worst >= warning"));
	plan_node_append(check, plan_node_text(d->x, check, "critical", "worst >= major"));
	from = plan_node_new(d->x, d->traps, YAML_LIST, "from");
	from->first = d->traps->kind == YAML_LIST ? d->traps->first : NULL;
	if (d->traps->kind == YAML_SCALAR)
		plan_node_append(from, plan_node_text(d->x, d->traps, NULL, d->traps->text.p));
	plan_node_append(check, from);
	add_sources(d, check);
	list = plan_node_new(d->x, check, YAML_LIST, "notifications");
	last = &list->first;
	d->x->scope = &scope;
	for (size_t i = 0; i < d->profile->traps.count && !d->x->is_full; i++) {
		const struct yaml_node *entry = d->profile->traps.items[i];
		struct yaml_node *n = holds_placeholder(entry) ? plan_copy(d->x, entry, d->made)
							       : share(d, entry);

		if (n == NULL)
			return;
		if (n->first != entry->first)
			fill(d, n, NULL);
		*last = n;
		last = &n->next;
	}
	d->x->scope = NULL;
	plan_node_append(check, list);
	plan_device_add(d, check, "traps", false);
}

/* --- all of it ----------------------------------------------------------------------------------- */

/* A device without an address: said once, at the component, not for each check at the profile. */
static bool has_address(struct plan_device *d)
{
	if (d->address[0] != '\0' || d->unit_count > 0)
		return true;
	for (size_t i = 0; i < d->profile->checks.count; i++) {
		const struct yaml_node *check = d->profile->checks.items[i];
		const struct check_schema *type = plan_device_type(d, check);
		const struct param *row =
			type != NULL ? param_find(type->params, SLICE_LIT("address")) : NULL;

		if (row != NULL && (row->flags & PARAM_REQUIRED) != 0 &&
		    yaml_map_get(check, "address") == NULL) {
			PLAN_ERROR(d->x->l, d->node, "missing-key",
				   "'address' is missing: the profile '%s' asks the device (a pair "
				   "has 'members')",
				   d->profile->id);
			return false;
		}
	}
	return true;
}

static size_t look_through_lists(struct plan_device *d, struct given_list *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < d->profile->list_count; i++) {
		const struct yaml_node *entries = d->entries[i];
		size_t room = entries != NULL ? plan_items_length(entries) : 0;

		if (entries == NULL)
			continue;
		ret[n].list = &d->profile->lists[i];
		ret[n].entries = arena_calloc(d->x->l->scratch, room, sizeof(*ret[n].entries));
		ret[n].count = sound_entries(d, ret[n].list, entries, ret[n].entries);
		n++;
	}
	return n;
}

static void make_unit(struct plan_device *d, struct scope *s, const struct given_list *lists,
		      size_t list_count, const struct yaml_node *unit)
{
	size_t before = s->count;

	give(s, "member", unit != NULL ? unit->key->text.p : "");
	give(s, "address", unit != NULL ? unit->text.p : d->address);
	make_all(d, s, &d->profile->checks, unit, NULL);
	for (size_t i = 0; i < list_count; i++)
		make_entries(d, s, &lists[i], unit, false);
	s->count = before;
}

static void make_pair(struct plan_device *d, struct scope *s, const struct given_list *lists,
		      size_t list_count)
{
	make_all(d, s, &d->profile->pair, NULL, NULL);
	for (size_t i = 0; i < list_count; i++)
		make_entries(d, s, &lists[i], NULL, true);
}

/* Room for all names that stand for something at one time. */
static size_t names_at_most(const struct profile *p)
{
	static const char *const always[] = {"component", "member", "address", "each.id"};
	size_t list = 0;

	for (size_t i = 0; i < p->list_count; i++) {
		size_t n = p->lists[i].keys.count + p->lists[i].row_count;

		list = n > list ? n : list;
	}
	return p->options.count + list + COUNT_OF(always);
}

bool plan_profile_make(struct plan_device *d)
{
	struct arena *a = d->x->l->scratch;
	struct scope s = {arena_calloc(a, names_at_most(d->profile), sizeof(*s.given)), 0};
	struct given_list *lists = arena_calloc(a, d->profile->list_count, sizeof(*lists));
	size_t n;

	if (!has_address(d) || !give_options(d, &s))
		return false;
	give(&s, "component", d->id);
	n = look_through_lists(d, lists);
	if (d->unit_count == 0)
		make_unit(d, &s, lists, n, NULL);
	for (size_t i = 0; i < d->unit_count; i++)
		make_unit(d, &s, lists, n, d->unit[i]);
	give(&s, "address", d->address); /* of the device as a whole */
	if (d->unit_count > 0)
		make_pair(d, &s, lists, n);
	make_traps(d, &s);
	return true;
}
