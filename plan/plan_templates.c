/* Templates and each_site: nodes copied for each of many sites, and everything filled in. */
#include <string.h>

#include "plan/plan_expand.h"

struct template_row {
	const char *id;
};
const struct param plan_template_params[] = {
	PARAM_ID(struct template_row, id, "id", NULL, PARAM_REQUIRED, "id of the template"),
	PARAM_END,
};
/* What a template may make, in the order in which plans are read. */
static const char *const made_sections[] = {"agents", "components", "services",
					    "people", "seats",      "field_posts"};
enum { MADE_SECTIONS = sizeof(made_sections) / sizeof(made_sections[0]) };

void plan_expand_is_full(struct plan_expander *x, const struct yaml_node *at)
{
	struct yaml_node plain = *at;

	if (x->is_full)
		return;
	x->is_full = true;
	plain.made = NULL;
	PLAN_ERROR(x->l, &plain, "too-large",
		   "written out, the plan would hold more than %d values or %d MiB; it is not "
		   "carried out any further",
		   PLAN_MADE_NODES_MAX, PLAN_MADE_BYTES_MAX >> 20);
}

struct yaml_node *plan_copy(struct plan_expander *x, const struct yaml_node *node,
			    const struct finding_made *made)
{
	struct yaml_node *n, **last;

	if (++x->made_nodes > PLAN_MADE_NODES_MAX)
		plan_expand_is_full(x, node);
	if (x->is_full)
		return NULL;
	n = arena_calloc(x->l->scratch, 1, sizeof(*n));
	*n = *node;
	n->made = made;
	n->first = n->next = NULL;
	if (node->key != NULL)
		n->key = plan_copy(x, node->key, made);
	last = &n->first;
	for (const struct yaml_node *c = node->first; c != NULL && !x->is_full; c = c->next) {
		*last = plan_copy(x, c, made);
		if (*last != NULL)
			last = &(*last)->next;
	}
	return n;
}

static const struct finding_maker *new_maker(struct plan_expander *x, const char *what,
					     size_t count)
{
	struct finding_maker *m = arena_calloc(x->l->scratch, 1, sizeof(*m));

	*m = (struct finding_maker){what, "site", "sites", count};
	return m;
}

static const struct finding_made *new_made(struct plan_expander *x,
					   const struct finding_maker *maker, const char *whom)
{
	struct finding_made *m = arena_calloc(x->l->scratch, 1, sizeof(*m));

	*m = (struct finding_made){maker, whom};
	return m;
}

/* --- each_site --------------------------------------------------------------------------------------- */

static bool is_each(const struct yaml_node *n)
{
	return n->kind == YAML_MAP && yaml_map_get(n, "each_site") != NULL;
}

static bool holds_each(const struct yaml_node *n)
{
	if (is_each(n))
		return true;
	for (const struct yaml_node *c = n->first; c != NULL; c = c->next) {
		if (holds_each(c))
			return true;
	}
	return false;
}

static const struct yaml_node *take_of(struct plan_expander *x, const struct yaml_node *each)
{
	const struct yaml_node *take = yaml_map_get(each, "take");

	if (!x->has_places) {
		PLAN_ERROR(x->l, each, "placeholder",
			   "each_site goes over the sites; it cannot stand within them");
		return NULL;
	}
	if (take == NULL || plan_items_length(each) != 2) {
		PLAN_ERROR(x->l, each, "syntax",
			   "write {each_site: {kind: catd}, take: \"${site.id}/...\"}");
		return NULL;
	}
	if (holds_each(take)) {
		PLAN_ERROR(x->l, take, "too-deep", "take: no each_site within another");
		return NULL;
	}
	return take;
}

/* "each_site", or "template catd-lan, site catd-07, each_site". */
static const char *name_each(struct plan_expander *x, const struct yaml_node *each)
{
	const struct finding_made *m = each->made;

	if (m == NULL)
		return "each_site";
	return arena_printf(x->l->scratch, "%s, %s %s, each_site", m->maker->what, m->maker->one,
			    m->whom);
}

/* What an {each_site: ..., take: ...} stands for, as a chain; its end is put into *ret_end. */
static struct yaml_node *expand_each(struct plan_expander *x, struct yaml_node *each,
				     const struct plan_place *place, struct yaml_node **ret_end)
{
	const struct yaml_node *take = take_of(x, each);
	struct yaml_node *first = NULL, **last = &first;
	const struct finding_maker *maker;
	uint32_t *chosen, n;

	*ret_end = NULL;
	if (take == NULL)
		return NULL;
	plan_fill(x, yaml_map_get(each, "each_site"), place);
	n = plan_sites_select(x, yaml_map_get(each, "each_site"), &chosen);
	maker = new_maker(x, name_each(x, each), n);
	for (uint32_t i = 0; i < n && !x->is_full; i++) {
		const struct plan_place *site = &x->places[chosen[i]];
		struct yaml_node *item = plan_copy(x, take, new_made(x, maker, site->id));

		if (item == NULL)
			break;
		item->key = NULL;
		plan_fill(x, item, site);
		*last = *ret_end = item;
		last = &item->next;
	}
	return first;
}

/* Puts what an each_site stands for into its place in a list. Returns the link behind it. */
static struct yaml_node **splice(struct plan_expander *x, struct yaml_node *list,
				 struct yaml_node **link, const struct plan_place *place)
{
	struct yaml_node *each = *link, *end, *chain;
	size_t before = x->l->findings->errors;

	chain = expand_each(x, each, place, &end);
	if (chain == NULL) {
		*link = each->next;
		list->is_told = list->is_told || x->l->findings->errors != before;
		return link;
	}
	*link = chain;
	end->next = each->next;
	return &end->next;
}

void plan_fill(struct plan_expander *x, struct yaml_node *node, const struct plan_place *place)
{
	struct yaml_node **link = &node->first;

	if (node->kind == YAML_SCALAR)
		plan_vars_fill(x, node, place);
	if (is_each(node)) { /* a value that is a list of such */
		struct yaml_node *end;
		size_t before = x->l->findings->errors;

		node->first = expand_each(x, node, place, &end);
		node->kind = YAML_LIST;
		node->is_told = node->is_told || x->l->findings->errors != before;
		return;
	}
	while (*link != NULL && !x->is_full) {
		if (node->kind == YAML_LIST && is_each(*link)) {
			link = splice(x, node, link, place);
		} else {
			plan_fill(x, *link, place);
			link = &(*link)->next;
		}
	}
}

/* --- templates ----------------------------------------------------------------------------------- */

/* The root that the templates' entries become part of: a list for each section. */
struct made_root {
	struct yaml_node *lists[MADE_SECTIONS], **lasts[MADE_SECTIONS];
};

static struct yaml_node *new_list(struct plan_expander *x, const struct yaml_node *at,
				  const char *section)
{
	struct yaml_node *list = arena_calloc(x->l->scratch, 1, sizeof(*list));
	struct yaml_node *key = arena_calloc(x->l->scratch, 1, sizeof(*key));

	*key = (struct yaml_node){.kind = YAML_SCALAR,
				  .file = at->file,
				  .line = at->line,
				  .column = at->column,
				  .text = slice_of(section)};
	*list = *key;
	list->kind = YAML_LIST;
	list->key = key;
	return list;
}

static void make_section(struct plan_expander *x, struct made_root *root, size_t section,
			 const struct yaml_node *entries, const struct finding_made *made,
			 const struct plan_place *site)
{
	struct yaml_node *list = plan_copy(x, entries, made);

	if (list == NULL)
		return;
	plan_fill(x, list, site);
	if (list->first == NULL)
		return;
	if (root->lists[section] == NULL) {
		root->lists[section] = new_list(x, entries, made_sections[section]);
		root->lasts[section] = &root->lists[section]->first;
	}
	*root->lasts[section] = list->first;
	while (*root->lasts[section] != NULL)
		root->lasts[section] = &(*root->lasts[section])->next;
}

static bool check_template(struct plan_expander *x, const struct yaml_node *t)
{
	static const char *const others[] = {"for_sites", "agents", "components",  "services",
					     "people",    "seats",  "field_posts", NULL};
	struct template_row row = {0};
	bool ok = yaml_fill(t, plan_template_params, others, &row, x->l->scratch, x->l->findings);
	unsigned sections = 0;

	if (yaml_map_get(t, "for_sites") == NULL) {
		PLAN_ERROR(x->l, t, "missing-key",
			   "'for_sites' is missing: which sites, such as {kind: catd}");
		ok = false;
	}
	for (size_t i = 0; i < MADE_SECTIONS; i++) {
		const struct yaml_node *list = yaml_map_get(t, made_sections[i]);

		if (list == NULL)
			continue;
		sections++;
		ok = plan_items_is_filled(x->l, list, made_sections[i]) && ok;
	}
	if (sections == 0) {
		PLAN_ERROR(x->l, t, "missing-key",
			   "the template makes nothing; give it agents, components, services, "
			   "people or seats");
		ok = false;
	}
	return ok;
}

static void expand_template(struct plan_expander *x, struct made_root *root,
			    const struct yaml_node *t, const char *id)
{
	struct yaml_node *selector;
	const struct finding_maker *maker;
	uint32_t *chosen, n;

	if (!check_template(x, t))
		return;
	selector = yaml_map_get(t, "for_sites");
	plan_fill(x, selector, NULL);
	n = plan_sites_select(x, selector, &chosen);
	maker = new_maker(x, arena_printf(x->l->scratch, "template %s", id), n);
	for (uint32_t i = 0; i < n; i++) {
		const struct plan_place *site = &x->places[chosen[i]];
		const struct finding_made *made = new_made(x, maker, site->id);

		for (size_t s = 0; s < MADE_SECTIONS && !x->is_full; s++) {
			const struct yaml_node *entries = yaml_map_get(t, made_sections[s]);

			if (entries != NULL)
				make_section(x, root, s, entries, made, site);
		}
	}
}

static void add_root(struct plan_expander *x, const struct made_root *made)
{
	struct yaml_node *root = arena_calloc(x->l->scratch, 1, sizeof(*root)), **last;

	*root = (struct yaml_node){.kind = YAML_MAP, .file = "plan"};
	last = &root->first;
	for (size_t s = 0; s < MADE_SECTIONS; s++) {
		if (made->lists[s] == NULL)
			continue;
		*last = made->lists[s];
		last = &made->lists[s]->next;
	}
	if (root->first != NULL)
		x->l->roots[x->l->root_count++] = root;
}

void plan_templates_expand(struct plan_expander *x)
{
	struct plan_items templates;
	struct made_root made = {0};

	plan_items_collect(x->l, &templates, "templates", "template", false);
	for (uint32_t i = 0; i < templates.count; i++)
		expand_template(x, &made, templates.nodes[i], templates.ids[i]);
	add_root(x, &made);
}
