/* Boolean expressions over components, and the rule that depends_on has no cycles. */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "plan/plan_loader.h"

enum { NEED_DEPTH_MAX = 16 };

static bool read_into(struct plan_loader *l, const struct yaml_node *node, struct plan_need *ret,
		      unsigned depth);

/* A component twice in one list would count twice. */
static bool has_twins(struct plan_loader *l, const struct yaml_node *list)
{
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		for (const struct yaml_node *d = list->first; d != c; d = d->next) {
			if (c->kind != YAML_SCALAR || d->kind != YAML_SCALAR ||
			    !slice_eq(c->text, d->text))
				continue;
			PLAN_ERROR(l, c, "duplicate-id", "component '%s' stands here twice",
				   c->text.p);
			return true;
		}
	}
	return false;
}

static bool read_children(struct plan_loader *l, const struct yaml_node *list,
			  struct plan_need *ret, unsigned depth)
{
	struct plan_need *children;
	size_t n = 0;

	if (!plan_items_is_filled(l, list, "needs"))
		return false;
	if (plan_items_length(list) > PLAN_MEMBERS_MAX) {
		PLAN_ERROR(l, list, "too-large",
			   "%zu members in one list, %d at most; make groups of them",
			   plan_items_length(list), PLAN_MEMBERS_MAX);
		return false;
	}
	if (has_twins(l, list))
		return false;
	children = arena_calloc(l->arena, plan_items_length(list), sizeof(*children));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		if (!read_into(l, c, &children[n++], depth + 1))
			return false;
	}
	ret->children = children;
	ret->child_count = n;
	return true;
}

static bool read_at_least(struct plan_loader *l, const struct yaml_node *node,
			  struct plan_need *ret, unsigned depth)
{
	const struct yaml_node *k = yaml_map_get(node, "at_least"), *of = yaml_map_get(node, "of");
	int64_t count;

	if (of == NULL || plan_items_length(node) != 2) {
		PLAN_ERROR(l, node, "syntax", "write {at_least: 2, of: [a, b, c]}");
		return false;
	}
	ret->kind = NEED_AT_LEAST;
	if (!read_children(l, of, ret, depth))
		return false;
	if (k->kind != YAML_SCALAR ||
	    parse_i64(k->text, 1, (int64_t)ret->child_count, &count) != ERR_OK) {
		PLAN_ERROR(
			l, k, "range",
			"at_least: a number from 1 to %zu was expected (there are so many members)",
			ret->child_count);
		return false;
	}
	ret->at_least = (uint32_t)count;
	return true;
}

static bool read_into(struct plan_loader *l, const struct yaml_node *node, struct plan_need *ret,
		      unsigned depth)
{
	const struct yaml_node *only;

	if (depth > NEED_DEPTH_MAX) {
		PLAN_ERROR(l, node, "too-deep", "a diagram nested more than %d levels deep",
			   NEED_DEPTH_MAX);
		return false;
	}
	if (node->kind == YAML_SCALAR) {
		ret->kind = NEED_COMPONENT;
		ret->component = plan_items_resolve(l, &l->components, node);
		return ret->component != PLAN_NONE;
	}
	if (node->kind == YAML_LIST) {
		ret->kind = NEED_ALL;
		if (!read_children(l, node, ret, depth))
			return false;
		ret->at_least = (uint32_t)ret->child_count;
		return true;
	}
	if (yaml_map_get(node, "at_least") != NULL)
		return read_at_least(l, node, ret, depth);
	only = node->first;
	if (only == NULL || only->next != NULL ||
	    (!slice_is(only->key->text, "all") && !slice_is(only->key->text, "any"))) {
		PLAN_ERROR(l, only != NULL ? only->key : node, "syntax",
			   "write a component, {all: [...]}, {any: [...]} or {at_least: 2, of: "
			   "[...]}");
		return false;
	}
	ret->kind = slice_is(only->key->text, "all") ? NEED_ALL : NEED_ANY;
	if (!read_children(l, only, ret, depth))
		return false;
	ret->at_least = ret->kind == NEED_ALL ? (uint32_t)ret->child_count : 1;
	return true;
}

const struct plan_need *plan_read_need(struct plan_loader *l, const struct yaml_node *node)
{
	struct plan_need *need = arena_calloc(l->arena, 1, sizeof(*need));

	return read_into(l, node, need, 0) ? need : NULL;
}

/* --- cycles: depth-first, with a mark per component ---------------------------------------------- */

enum { MARK_NEW, MARK_OPEN, MARK_DONE, PATH_MAX_LENGTH = 64 };

struct walk {
	struct plan_loader *l;
	unsigned char *marks;
	uint32_t path[PATH_MAX_LENGTH]; /* open components, in the order of the walk */
	uint32_t depth;
};

/* Tells the whole circle: whoever must cut it sees where. */
static void complain_cycle(const struct walk *w, uint32_t again)
{
	const struct plan_component *components = w->l->plan->components;
	struct buf text CLEANUP(buf_release);
	uint32_t i = 0;

	buf_init(&text, 800);
	while (w->path[i] != again)
		i++;
	for (; i < w->depth; i++)
		buf_printf(&text, "%s -> ", components[w->path[i]].id);
	PLAN_ERROR(w->l, yaml_map_get(w->l->components.nodes[again], "depends_on"), "cycle",
		   "depends_on leads back to where it began: %s%s", buf_cstr(&text),
		   components[again].id);
}

static void visit(struct walk *w, uint32_t component);

static void visit_need(struct walk *w, const struct plan_need *need)
{
	if (need->kind == NEED_COMPONENT)
		visit(w, need->component);
	for (size_t i = 0; i < need->child_count; i++)
		visit_need(w, &need->children[i]);
}

static void visit(struct walk *w, uint32_t component)
{
	const struct plan_component *c = &w->l->plan->components[component];

	if (w->marks[component] == MARK_OPEN) {
		complain_cycle(w, component);
		return;
	}
	if (w->marks[component] == MARK_DONE || c->depends_on == NULL)
		return;
	if (w->depth == PATH_MAX_LENGTH) {
		PLAN_ERROR(w->l, w->l->components.nodes[component], "too-deep",
			   "more than %d components depend on each other in a row",
			   PATH_MAX_LENGTH);
		return;
	}
	w->marks[component] = MARK_OPEN;
	w->path[w->depth++] = component;
	visit_need(w, c->depends_on);
	w->depth--;
	w->marks[component] = MARK_DONE;
}

void plan_check_cycles(struct plan_loader *l)
{
	struct walk w = {.l = l, .marks = arena_calloc(l->scratch, l->plan->component_count, 1)};

	for (uint32_t i = 0; i < l->plan->component_count; i++)
		visit(&w, i);
}
