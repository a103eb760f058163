/* Components that are two units which take over from one another: the check that tells whether both are ready. */
#include <string.h>

#include "plan/plan_loader.h"

static const char none[] = "none", usual[] = "pair";

uint32_t plan_pair_default(const struct plan *p, const struct plan_component *c)
{
	for (uint32_t i = c->check_first; i < c->check_first + c->check_count; i++) {
		const struct plan_check *check = &p->checks[i];

		/* Without a name or a type it has been complained about. */
		if (check->name != NULL && strcmp(check->name, usual) == 0 &&
		    check->schema != NULL &&
		    schema_value_index(check->schema, SLICE_LIT("redundant")) >= 0)
			return i;
	}
	return PLAN_NONE;
}

const char *plan_pair_text(const struct plan *p, const struct plan_component *c)
{
	if (c->is_pair)
		return p->checks[c->pair_check].name;
	return plan_pair_default(p, c) != PLAN_NONE ? none : "";
}

static uint32_t named_check(struct plan_loader *l, const struct plan_component *c,
			    const struct yaml_node *v)
{
	for (uint32_t i = c->check_first; i < c->check_first + c->check_count; i++) {
		const char *name = l->plan->checks[i].name;

		if (name != NULL && slice_is(v->text, name))
			return i;
	}
	PLAN_ERROR(l, v, "dangling-id",
		   "redundancy: '%s' has no check '%.*s' (a check of this component that tells "
		   "whether both units are ready, or '%s')",
		   c->id, (int)(v->text.n < 80 ? v->text.n : 80), v->text.p, none);
	return PLAN_NONE;
}

void plan_read_pairs(struct plan_loader *l, struct plan_component *components)
{
	for (uint32_t i = 0; i < l->plan->component_count; i++) {
		struct plan_component *c = &components[i];
		const struct yaml_node *v = yaml_map_get(l->components.nodes[i], "redundancy");
		uint32_t check;

		if (v == NULL) {
			check = plan_pair_default(l->plan, c);
		} else if (v->kind != YAML_SCALAR) {
			PLAN_ERROR(l, v, "not-a-value",
				   "redundancy: the id of one check was expected");
			continue;
		} else {
			check = slice_is(v->text, none) ? PLAN_NONE : named_check(l, c, v);
		}
		c->is_pair = check != PLAN_NONE;
		c->pair_check = c->is_pair ? check : 0;
	}
}
