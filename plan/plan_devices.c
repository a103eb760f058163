/* What a component says about its device: the profile and what belongs to it, and what counts for all its checks. All of it is
 * carried out here; what is left is a component as a person would have written it out. */
#include <assert.h>
#include <string.h>

#include "base/parse.h"
#include "plan/plan_device.h"
#include "plan/profile_shelf.h"

const char *const plan_device_keys[] = {"profile",  "members", "with",         "snmp", "from",
					"interval", "traps",   "trap_sources", NULL};

/* --- nodes --------------------------------------------------------------------------------------- */

struct yaml_node *plan_node_new(struct plan_expander *x, const struct yaml_node *at,
				enum yaml_kind kind, const char *key)
{
	struct yaml_node *n = arena_calloc(x->l->scratch, 1, sizeof(*n));

	x->made_nodes++;
	*n = (struct yaml_node){.kind = kind,
				.file = at->file,
				.line = at->line,
				.column = at->column,
				.text = SLICE_LIT(""),
				.made = at->made};
	if (key != NULL)
		n->key = plan_node_text(x, at, NULL, key);
	return n;
}

struct yaml_node *plan_node_text(struct plan_expander *x, const struct yaml_node *at,
				 const char *key, const char *text)
{
	struct yaml_node *n = plan_node_new(x, at, YAML_SCALAR, key);

	n->text = slice_of(arena_strdup(x->l->scratch, text));
	n->quoted = true;
	return n;
}

void plan_node_append(struct yaml_node *parent, struct yaml_node *child)
{
	struct yaml_node **link = &parent->first;

	while (*link != NULL)
		link = &(*link)->next;
	*link = child;
}

struct yaml_node *plan_node_take(struct yaml_node *map, const char *key)
{
	for (struct yaml_node **link = &map->first; *link != NULL; link = &(*link)->next) {
		struct yaml_node *n = *link;

		if (!slice_is(n->key->text, key))
			continue;
		*link = n->next;
		n->next = NULL;
		return n;
	}
	return NULL;
}

void plan_node_put(struct yaml_node *map, struct yaml_node *entry)
{
	struct yaml_node **link = &map->first;

	while (*link != NULL && !slice_eq((*link)->key->text, entry->key->text))
		link = &(*link)->next;
	entry->next = *link != NULL ? (*link)->next : NULL;
	*link = entry;
}

/* --- checks in the making ------------------------------------------------------------------------ */

const struct check_schema *plan_device_type(const struct plan_device *d,
					    const struct yaml_node *check)
{
	const struct yaml_node *type = check->kind == YAML_MAP ? yaml_map_get(check, "type") : NULL;

	return type != NULL && type->kind == YAML_SCALAR ? schema_find(d->x->l->schemas, type->text)
							 : NULL;
}

void plan_device_add(struct plan_device *d, struct yaml_node *check, const char *plain_id,
		     bool is_omitted)
{
	const struct yaml_node *id = check->kind == YAML_MAP ? yaml_map_get(check, "id") : NULL;

	if (d->check_count == DEVICE_CHECKS_MAX) {
		PLAN_ERROR(d->x->l, d->node, "too-large",
			   "more than %d checks are made for this component", DEVICE_CHECKS_MAX);
		d->x->is_full = true;
	}
	if (d->x->is_full)
		return;
	if (d->check_count == d->check_cap) {
		struct device_check *more =
			arena_calloc(d->x->l->scratch, 2 * d->check_cap + 16, sizeof(*more));

		if (d->check_count > 0)
			memcpy(more, d->checks, d->check_count * sizeof(*more));
		d->checks = more;
		d->check_cap = 2 * d->check_cap + 16;
	}
	d->checks[d->check_count++] = (struct device_check){
		check, id != NULL && id->kind == YAML_SCALAR ? id->text.p : "", plain_id,
		is_omitted};
}

int plan_device_omit(struct plan_device *d, const struct yaml_node *omit)
{
	bool yes = false;

	if (omit == NULL)
		return -1;
	if (omit->kind == YAML_SCALAR && parse_bool(omit->text, &yes) == ERR_OK)
		return yes;
	PLAN_ERROR(d->x->l, omit, "syntax", "omit: true or false was expected");
	return -1;
}

struct finding_maker *plan_device_maker(struct plan_device *d, const struct yaml_node *from)
{
	struct finding_maker *m = arena_calloc(d->x->l->scratch, 1, sizeof(*m));
	const struct finding_made *by = from->made;

	*m = (struct finding_maker){arena_printf(d->x->l->scratch, "component %s", d->id), "check",
				    "checks", 0};
	if (by != NULL)
		m->what = arena_printf(d->x->l->scratch, "%s, %s %s, component %s", by->maker->what,
				       by->maker->one, by->whom, d->id);
	return m;
}

struct yaml_node *plan_device_copy(struct plan_device *d, const struct yaml_node *from,
				   struct finding_maker *maker, const char *check)
{
	struct finding_made *made = arena_calloc(d->x->l->scratch, 1, sizeof(*made));

	*made = (struct finding_made){maker, check};
	maker->count++;
	return plan_copy(d->x, from, made);
}

/* --- what counts for all checks ------------------------------------------------------------------ */

/* Who speaks SNMP takes the component's credentials. */
static bool takes_credentials(const struct check_schema *type)
{
	return strcmp(type->type, "snmp") == 0 || strncmp(type->type, "snmp-", 5) == 0 ||
	       strcmp(type->type, "trap") == 0;
}

/* What such a type asks of everybody is no credential. */
static const struct param *find_credential(const struct check_schema *type, struct slice key)
{
	const struct param *row = takes_credentials(type) ? param_find(type->params, key) : NULL;

	return row != NULL && row->type != PARAM_TYPE_DOC && row->type != PARAM_TYPE_LIST &&
			       !slice_is(key, "address")
		       ? row
		       : NULL;
}

static void check_credential(struct plan_device *d, const struct yaml_node *v)
{
	const struct schema_list *all = d->x->l->schemas;
	const char *near = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const char *word;

		if (find_credential(all->items[i], v->key->text) != NULL)
			return;
		word = takes_credentials(all->items[i])
			       ? param_nearest(all->items[i]->params, NULL, v->key->text)
			       : NULL;
		if (word != NULL && find_credential(all->items[i], slice_of(word)) != NULL)
			near = word;
	}
	PLAN_ERROR(d->x->l, v->key, "unknown-key",
		   "snmp: no check that speaks SNMP takes '%.80s' from here%s%s%s", v->key->text.p,
		   near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
		   near != NULL ? "'?" : "");
}

static bool takes_members(const struct check_schema *type, struct slice key)
{
	return param_find(type->params, key) != NULL;
}

static bool takes_credential(const struct check_schema *type, struct slice key)
{
	return find_credential(type, key) != NULL;
}

/* Copies what the component says once into the checks that do not say it and whose type takes it (NULL: all do). */
static void copy_to_all(struct plan_device *d, const struct yaml_node *from,
			bool (*takes)(const struct check_schema *type, struct slice key))
{
	struct finding_maker *maker = plan_device_maker(d, from);

	for (size_t i = 0; i < d->check_count; i++) {
		struct device_check *c = &d->checks[i];
		const struct check_schema *type = plan_device_type(d, c->node);
		struct yaml_node *new;

		if (c->is_omitted || c->node->kind != YAML_MAP ||
		    yaml_map_get(c->node, from->key->text.p) != NULL ||
		    (takes != NULL && (type == NULL || !takes(type, from->key->text))))
			continue;
		new = plan_device_copy(d, from, maker, c->id);
		if (new != NULL)
			plan_node_append(c->node, new);
	}
}

static void complete(struct plan_device *d)
{
	if (d->from != NULL)
		copy_to_all(d, d->from, NULL);
	if (d->interval != NULL)
		copy_to_all(d, d->interval, NULL);
	for (const struct yaml_node *v = d->snmp != NULL ? d->snmp->first : NULL; v != NULL;
	     v = v->next)
		copy_to_all(d, v, takes_credential);
	if (d->unit_count > 0)
		copy_to_all(d, d->members, takes_members);
}

/* --- the component ------------------------------------------------------------------------------- */

static bool read_map(struct plan_device *d, const struct yaml_node *map, const char *key)
{
	bool ok = true;

	if (map == NULL)
		return true;
	if (map->kind != YAML_MAP) {
		PLAN_ERROR(d->x->l, map, "not-a-map",
			   "%s: a map of names and single values was expected", key);
		return false;
	}
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		if (v->kind == YAML_SCALAR)
			continue;
		PLAN_ERROR(d->x->l, v, "not-a-value", "%s: a single value was expected",
			   v->key->text.p);
		ok = false;
	}
	return ok;
}

static void read_members(struct plan_device *d)
{
	const struct yaml_node *map = d->members;

	if (map == NULL || !read_map(d, map, "members"))
		return;
	if (plan_items_length(map) != DEVICE_MEMBERS) {
		PLAN_ERROR(d->x->l, map, "range",
			   "members: exactly two were expected, such as {a: 192.0.2.1, b: "
			   "192.0.2.2}; a single device has 'address'");
		return;
	}
	for (const struct yaml_node *v = map->first; v != NULL; v = v->next) {
		if (!parse_is_id(v->key->text, "") || strchr(v->key->text.p, '.') != NULL)
			PLAN_ERROR(d->x->l, v->key, "syntax",
				   "members: '%.80s' is no name of a unit (a-z 0-9 - _)",
				   v->key->text.p);
		else if (v->text.n == 0)
			PLAN_ERROR(d->x->l, v, "no-value", "%s: the address of the unit is missing",
				   v->key->text.p);
		else
			d->unit[d->unit_count++] = v;
	}
	if (d->unit_count == DEVICE_MEMBERS && slice_eq(d->unit[0]->text, d->unit[1]->text)) {
		PLAN_ERROR(d->x->l, d->unit[1], "conflict",
			   "members: both units have the address '%.80s'; each is asked at its own",
			   d->unit[1]->text.p);
		d->unit_count = 0;
	}
	/* Half a pair is none: nothing is made of it. */
	if (d->unit_count != DEVICE_MEMBERS)
		d->unit_count = 0;
}

/* The lists of the profile that the component gives, taken out of it. */
static void take_lists(struct plan_device *d)
{
	size_t n = d->profile != NULL ? d->profile->list_count : 0;

	d->entries = arena_calloc(d->x->l->scratch, n, sizeof(*d->entries));
	for (size_t i = 0; i < n; i++)
		d->entries[i] = plan_node_take(d->node, d->profile->lists[i].name);
}

static bool is_key_of_components(struct slice key)
{
	static const char *const others[] = {"site", "depends_on", "checks", "redundancy", NULL};

	for (size_t i = 0; others[i] != NULL; i++) {
		if (slice_is(key, others[i]))
			return true;
	}
	return param_find(plan_component_params, key) != NULL;
}

/* A list that the profile does not know, or a slip of the hand: told with what the profile knows. */
static void refuse_others(struct plan_device *d)
{
	for (struct yaml_node **link = &d->node->first; *link != NULL;) {
		struct yaml_node *v = *link;
		const char *known = "";

		if (is_key_of_components(v->key->text)) {
			link = &v->next;
			continue;
		}
		*link = v->next;
		if (d->profile == NULL) /* it is faulty: perhaps one of its lists */
			continue;
		for (size_t i = 0; i < d->profile->list_count; i++)
			known = arena_printf(d->x->l->scratch, "%s%s%s", known, i > 0 ? ", " : "",
					     d->profile->lists[i].name);
		PLAN_ERROR(d->x->l, v->key, "unknown-key",
			   "unknown key '%.80s'; lists of the profile '%s': %s", v->key->text.p,
			   d->profile->id, known[0] != '\0' ? known : "none");
	}
}

/* What only a profile gives a meaning. */
static void refuse_without_profile(struct plan_device *d)
{
	const struct yaml_node *const keys[] = {d->with, d->traps, d->trap_sources};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		if (keys[i] != NULL)
			PLAN_ERROR(d->x->l, keys[i]->key, "conflict",
				   "'%s' belongs to a profile; name one: profile",
				   keys[i]->key->text.p);
	}
}

static void take_keys(struct plan_device *d)
{
	const struct yaml_node *address = yaml_map_get(d->node, "address");

	d->address = address != NULL && address->kind == YAML_SCALAR ? address->text.p : "";
	d->members = plan_node_take(d->node, "members");
	d->with = plan_node_take(d->node, "with");
	d->snmp = plan_node_take(d->node, "snmp");
	d->from = plan_node_take(d->node, "from");
	d->interval = plan_node_take(d->node, "interval");
	d->traps = plan_node_take(d->node, "traps");
	d->trap_sources = plan_node_take(d->node, "trap_sources");
}

static void read_keys(struct plan_device *d)
{
	read_members(d);
	d->is_faulty = !read_map(d, d->with, "with") || (d->members != NULL && d->unit_count == 0);
	if (!read_map(d, d->snmp, "snmp"))
		d->snmp = NULL;
	for (const struct yaml_node *v = d->snmp != NULL ? d->snmp->first : NULL; v != NULL;
	     v = v->next)
		check_credential(d, v);
	if (d->traps != NULL && d->traps->kind == YAML_MAP) {
		PLAN_ERROR(d->x->l, d->traps, "not-a-value",
			   "traps: the agent that receives them was expected, or a list of agents");
	} else if (d->trap_sources != NULL && d->traps == NULL && d->names_profile)
		PLAN_ERROR(d->x->l, d->trap_sources->key, "conflict",
			   "'trap_sources' says from where; 'traps' is missing: the agent that "
			   "receives them");
}

/* What was made and the component's own become its list of checks. */
static void put_checks(struct plan_device *d)
{
	struct yaml_node *list = yaml_map_get(d->node, "checks"), **last;

	if (list == NULL) {
		if (d->check_count == 0)
			return;
		list = plan_node_new(d->x, d->node, YAML_LIST, "checks");
		plan_node_append(d->node, list);
	}
	complete(d);
	list->first = NULL;
	last = &list->first;
	for (size_t i = 0; i < d->check_count; i++) {
		struct yaml_node *check = d->checks[i].node;

		if (d->checks[i].is_omitted)
			continue;
		check->next = NULL;
		*last = check;
		last = &check->next;
	}
	/* All left out: as if there were none. */
	if (list->first == NULL)
		plan_node_take(d->node, "checks");
}

/* The makers of the profiles: their complaints say how many components there are. */
struct users {
	struct plan_expander *x;
	struct profile_shelf *shelf;
	struct finding_maker *makers;
	const char **ids;
	size_t count;
};

static struct finding_maker *maker_of(struct users *u, const char *id)
{
	for (size_t i = 0; i < u->count; i++) {
		if (strcmp(u->ids[i], id) == 0)
			return &u->makers[i];
	}
	u->ids[u->count] = id;
	u->makers[u->count] = (struct finding_maker){
		arena_printf(u->x->l->scratch, "profile %s", id), "component", "components", 0};
	return &u->makers[u->count++];
}

static bool says_anything(const struct yaml_node *component)
{
	for (size_t i = 0; plan_device_keys[i] != NULL; i++) {
		if (yaml_map_get(component, plan_device_keys[i]) != NULL)
			return true;
	}
	return false;
}

static void take_profile(struct users *u, struct plan_device *d)
{
	struct yaml_node *named = plan_node_take(d->node, "profile");
	struct finding_made *made;

	d->names_profile = named != NULL;
	if (named == NULL)
		return;
	d->profile = profile_shelf_find(u->shelf, named);
	if (d->profile == NULL)
		return;
	made = arena_calloc(u->x->l->scratch, 1, sizeof(*made));
	*made = (struct finding_made){maker_of(u, d->profile->id), d->id};
	d->made = made;
}

static void expand(struct users *u, struct yaml_node *component)
{
	const struct yaml_node *id = yaml_map_get(component, "id");
	struct plan_device d = {.x = u->x,
				.node = component,
				.id = id != NULL && id->kind == YAML_SCALAR ? id->text.p : ""};
	struct yaml_node *list;

	bool is_made = true;

	if (u->x->is_full || !says_anything(component))
		return;
	d.errors_before = u->x->l->findings->errors;
	take_profile(u, &d);
	take_keys(&d);
	take_lists(&d);
	if (d.names_profile)
		refuse_others(&d);
	else
		refuse_without_profile(&d);
	read_keys(&d);
	if (d.names_profile)
		is_made = d.profile != NULL && !d.is_faulty && plan_profile_make(&d);
	list = yaml_map_get(component, "checks");
	if (!is_made) {
		plan_node_take(component, "checks"); /* they may speak of what is not there */
		return;
	}
	if (list != NULL && list->kind == YAML_LIST)
		plan_overrides_apply(&d, list);
	else if (list != NULL && !plan_items_is_filled(u->x->l, list, "checks"))
		plan_node_take(component, "checks");
	put_checks(&d);
}

/* --- the plan ------------------------------------------------------------------------------------ */

typedef void (*component_visitor)(struct users *u, struct yaml_node *component);

static void visit_all(struct users *u, component_visitor each)
{
	for (size_t r = 0; r < u->x->l->root_count; r++) {
		struct yaml_node *list = yaml_map_get(u->x->l->roots[r], "components");

		for (struct yaml_node *c = list != NULL && list->kind == YAML_LIST ? list->first
										   : NULL;
		     c != NULL; c = c->next) {
			if (c->kind == YAML_MAP)
				each(u, c);
		}
	}
}

static void count(struct users *u, struct yaml_node *component)
{
	const struct yaml_node *named = yaml_map_get(component, "profile");

	if (named == NULL || named->kind != YAML_SCALAR)
		return;
	for (size_t i = 0; i < profile_shelf_count(u->shelf); i++) {
		if (slice_is(named->text, profile_shelf_id(u->shelf, i)))
			maker_of(u, profile_shelf_id(u->shelf, i))->count++;
	}
}

/* Of a plan that is too large that is said, and not what follows from it. */
static void forget(struct users *u, struct yaml_node *component)
{
	(void)u;
	for (struct yaml_node **link = &component->first; *link != NULL;) {
		if (is_key_of_components((*link)->key->text))
			link = &(*link)->next;
		else
			*link = (*link)->next;
	}
	plan_node_take(component, "checks");
}

/* What a plan keeps and nobody names is a slip, or was forgotten. */
static void tell_unused(struct users *u, const struct plan_items *own)
{
	struct plan_loader *l = u->x->l;

	/* Where something is wrong, perhaps with a profile that names others, nothing is known. */
	for (uint32_t i = 0; l->findings->errors == l->errors_before && i < own->count; i++) {
		if (own->ids[i][0] != '\0' && !profile_shelf_is_used(u->shelf, own->ids[i]))
			findings_add(l->findings, FINDING_NOTE, own->nodes[i], "unused",
				     "no component and no profile names the profile '%s'",
				     own->ids[i]);
	}
}

void plan_profiles_expand(struct plan_expander *x)
{
	struct arena *a = x->l->scratch;
	struct profile_shelf *shelf = profile_shelf_new(a, x->l->findings);
	struct users u = {.x = x, .shelf = shelf};
	struct plan_items own;

	plan_items_collect(x->l, &own, "profiles", "profile", false);
	for (uint32_t i = 0; i < own.count; i++) {
		if (own.ids[i][0] != '\0')
			profile_shelf_add(shelf, own.ids[i], own.nodes[i]);
	}
	/* What a plan holds is right, used or not. */
	for (size_t i = 0; own.count > 0 && i < profile_shelf_count(shelf); i++) {
		if (profile_shelf_file(shelf, i) == NULL)
			(void)profile_shelf_get(shelf, i);
	}
	u.makers = arena_calloc(a, profile_shelf_count(shelf), sizeof(*u.makers));
	u.ids = arena_calloc(a, profile_shelf_count(shelf), sizeof(*u.ids));
	visit_all(&u, count);
	visit_all(&u, expand);
	if (x->is_full)
		visit_all(&u, forget);
	tell_unused(&u, &own);
}
