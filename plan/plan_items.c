#include <string.h>

#include "base/parse.h"
#include "plan/plan_loader.h"

enum { NEAREST_TOLD_MAX = 200 };

/* FNV-1a. */
static uint32_t hash_of(struct slice id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	return h;
}

/* The slot that holds `id`, or the free one where it belongs. */
static uint32_t slot_of(const struct plan_items *items, struct slice id)
{
	uint32_t at = hash_of(id) & (items->index_size - 1);

	while (items->index[at] != 0 && !slice_is(id, items->ids[items->index[at] - 1]))
		at = (at + 1) & (items->index_size - 1);
	return at;
}

size_t plan_items_length(const struct yaml_node *list)
{
	size_t n = 0;

	for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
		n++;
	return n;
}

bool plan_items_is_filled(struct plan_loader *l, const struct yaml_node *node, const char *key)
{
	if (node->kind == YAML_LIST && node->first != NULL)
		return true;
	if (node->kind == YAML_LIST)
		PLAN_ERROR(l, node, "empty-list",
			   "%s: the list is empty; fill it or leave the key out", key);
	else
		PLAN_ERROR(l, node, "not-a-list", "%s: a list was expected (write [a, b])", key);
	return false;
}

/* Counts what is there; complains about entries that are no maps. */
static uint32_t count_entries(struct plan_loader *l, const char *section)
{
	uint32_t n = 0;

	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *list = yaml_map_get(l->roots[r], section);

		if (list == NULL || !plan_items_is_filled(l, list, section))
			continue;
		for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
			if (c->kind != YAML_MAP)
				PLAN_ERROR(l, c, "not-a-map",
					   "%s: each entry is a map of keys and values", section);
			else
				n++;
		}
	}
	return n;
}

static void take_nodes(struct plan_loader *l, struct plan_items *items, const char *section)
{
	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *list = yaml_map_get(l->roots[r], section);

		if (list == NULL || list->kind != YAML_LIST)
			continue;
		for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
			if (c->kind == YAML_MAP && items->count < PLAN_ENTRIES_MAX)
				items->nodes[items->count++] = c;
		}
	}
}

static void take_id(struct plan_loader *l, struct plan_items *items, uint32_t i, bool nested)
{
	const struct yaml_node *id = yaml_map_get(items->nodes[i], "id");
	uint32_t slot;

	items->ids[i] = "";
	/* A missing or unreadable id is told where the entry is read by its table. */
	if (id == NULL || id->kind != YAML_SCALAR || !parse_is_id(id->text, "/:"))
		return;
	if (!parse_is_id(id->text, nested ? "/" : "")) {
		PLAN_ERROR(l, id, "syntax", "id: '%s' is no valid %s id (a-z 0-9 - _ .%s)",
			   id->text.p, items->what, nested ? ", parts joined by /" : "");
		return;
	}
	slot = slot_of(items, id->text);
	if (items->index[slot] != 0) {
		const struct yaml_node *first =
			yaml_map_get(items->nodes[items->index[slot] - 1], "id");

		PLAN_ERROR(l, id, "duplicate-id", "the %s '%s' stands already in %s:%u",
			   items->what, id->text.p, first->file, first->line);
		return;
	}
	items->ids[i] = arena_strndup(l->arena, id->text.p, id->text.n);
	items->index[slot] = i + 1;
}

void plan_items_collect(struct plan_loader *l, struct plan_items *ret, const char *section,
			const char *what, bool nested)
{
	uint32_t n = count_entries(l, section);

	*ret = (struct plan_items){.what = what, .index_size = 16};
	if (n > PLAN_ENTRIES_MAX) {
		PLAN_ERROR(l, l->roots[0], "too-large", "%s: more than %d entries", section,
			   PLAN_ENTRIES_MAX);
		n = PLAN_ENTRIES_MAX;
	}
	while (ret->index_size < 2 * n)
		ret->index_size *= 2;
	ret->nodes = arena_calloc(l->scratch, n, sizeof(*ret->nodes));
	ret->ids = arena_calloc(l->scratch, n, sizeof(*ret->ids));
	ret->index = arena_calloc(l->scratch, ret->index_size, sizeof(*ret->index));
	take_nodes(l, ret, section);
	for (uint32_t i = 0; i < ret->count; i++)
		take_id(l, ret, i, nested);
}

bool plan_is_patient(const struct plan_loader *l)
{
	return l->findings->errors - l->errors_before < NEAREST_TOLD_MAX;
}

static const char *nearest_id(const struct plan_items *items, struct slice id)
{
	const char *best = NULL;
	size_t distance = 4;

	for (uint32_t i = 0; i < items->count; i++) {
		size_t d = param_distance(id, slice_of(items->ids[i]));

		if (d < distance && d * 2 <= id.n) {
			distance = d;
			best = items->ids[i];
		}
	}
	return best;
}

uint32_t plan_items_resolve_text(struct plan_loader *l, const struct plan_items *items,
				 const struct yaml_node *node, struct slice id)
{
	const char *near;
	uint32_t slot;

	if (id.n > 0) {
		slot = slot_of(items, id);
		if (items->index[slot] != 0)
			return items->index[slot] - 1;
	}
	near = plan_is_patient(l) ? nearest_id(items, id) : NULL;
	PLAN_ERROR(l, node, "dangling-id", "there is no %s '%.*s'%s%s%s", items->what,
		   (int)(id.n < 80 ? id.n : 80), id.p, near != NULL ? "; did you mean '" : "",
		   near != NULL ? near : "", near != NULL ? "'?" : "");
	return PLAN_NONE;
}

uint32_t plan_items_resolve(struct plan_loader *l, const struct plan_items *items,
			    const struct yaml_node *node)
{
	if (node == NULL)
		return PLAN_NONE;
	if (node->kind != YAML_SCALAR) {
		PLAN_ERROR(l, node, "not-a-value", "the id of one %s was expected", items->what);
		return PLAN_NONE;
	}
	return plan_items_resolve_text(l, items, node, node->text);
}

const uint32_t *plan_items_resolve_list(struct plan_loader *l, const struct plan_items *items,
					const struct yaml_node *list, const char *key,
					size_t *ret_count)
{
	uint32_t *out;
	size_t n = 0;

	*ret_count = 0;
	if (list == NULL || !plan_items_is_filled(l, list, key))
		return NULL;
	out = arena_calloc(l->arena, plan_items_length(list), sizeof(*out));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		uint32_t i = plan_items_resolve(l, items, c);
		bool is_new = i != PLAN_NONE;

		for (size_t k = 0; k < n && is_new; k++) {
			if (out[k] == i) {
				PLAN_ERROR(l, c, "duplicate-id", "%s: '%s' stands here twice", key,
					   c->text.p);
				is_new = false;
			}
		}
		if (is_new)
			out[n++] = i;
	}
	*ret_count = n;
	return out;
}
