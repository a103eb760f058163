/* What stops with a site or a service: `impact: [{what: mesas, count: 33}]`. */
#include <string.h>

#include "plan/plan_loader.h"

enum { IMPACT_ENTRIES_MAX = 8, IMPACT_UNITS_TOLD_MAX = 32, IMPACT_WORD_MAX = 40 };

struct impact_row {
	const char *what;
	int64_t count;
};
const struct param plan_impact_params[] = {
	PARAM_STR(struct impact_row, what, "what", NULL, PARAM_REQUIRED,
		  "what is counted, in the plural, such as mesas"),
	PARAM_INT(struct impact_row, count, "count", NULL, 0, 1000000000, PARAM_REQUIRED,
		  "how many of them stop"),
	PARAM_END,
};

static bool is_word(const char *what)
{
	size_t n = strlen(what);

	return n > 0 && n <= IMPACT_WORD_MAX && strpbrk(what, ",:;\"\\") == NULL;
}

const struct plan_impact *plan_read_impact(struct plan_loader *l, const struct yaml_node *list,
					   size_t *ret_count)
{
	struct plan_impact *out;
	size_t n = 0;

	*ret_count = 0;
	if (list == NULL || !plan_items_is_filled(l, list, "impact"))
		return NULL;
	if (plan_items_length(list) > IMPACT_ENTRIES_MAX) {
		PLAN_ERROR(l, list, "too-large", "impact: %zu entries, %d at most",
			   plan_items_length(list), IMPACT_ENTRIES_MAX);
		return NULL;
	}
	out = arena_calloc(l->arena, plan_items_length(list), sizeof(*out));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		struct impact_row row = {0};

		if (c->kind != YAML_MAP) {
			PLAN_ERROR(l, c, "not-a-map", "impact: write {what: mesas, count: 33}");
			continue;
		}
		if (!yaml_fill(c, plan_impact_params, NULL, &row, l->arena, l->findings))
			continue;
		if (!is_word(row.what)) {
			PLAN_ERROR(l, c, "syntax",
				   "impact: '%.80s' is no unit: 1 to %d bytes without , : ; and "
				   "quotes",
				   row.what, IMPACT_WORD_MAX);
			continue;
		}
		for (size_t k = 0; k < n; k++) {
			if (strcmp(out[k].what, row.what) == 0)
				PLAN_ERROR(l, c, "duplicate-id", "impact: '%s' stands here twice",
					   row.what);
		}
		out[n++] = (struct plan_impact){row.what, row.count};
	}
	*ret_count = n;
	return out;
}

struct units {
	const char *words[IMPACT_UNITS_TOLD_MAX];
	size_t count;
	bool told;
};

static void count_units(struct plan_loader *l, struct units *u, const struct plan_impact *list,
			size_t n)
{
	for (size_t i = 0; i < n && !u->told; i++) {
		size_t k = 0;

		while (k < u->count && strcmp(u->words[k], list[i].what) != 0)
			k++;
		if (k < u->count)
			continue;
		u->told = u->count == IMPACT_UNITS_TOLD_MAX;
		if (u->told)
			PLAN_ERROR(l, l->roots[0], "too-large",
				   "impact: more than %d different units; '%s' is one more: is "
				   "each spelt the same everywhere?",
				   IMPACT_UNITS_TOLD_MAX, list[i].what);
		else
			u->words[u->count++] = list[i].what;
	}
}

void plan_check_units(struct plan_loader *l)
{
	const struct plan *p = l->plan;
	struct units u = {.count = 0};

	for (uint32_t i = 0; i < p->site_count; i++)
		count_units(l, &u, p->sites[i].impact, p->sites[i].impact_count);
	for (uint32_t i = 0; i < p->service_count; i++)
		count_units(l, &u, p->services[i].impact, p->services[i].impact_count);
}
