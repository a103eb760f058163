/* The order in which a plan is written out: variables, sites, what stands by hand, templates, profiles. */
#include "plan/plan_expand.h"

static bool is_left_out(const struct yaml_node *section)
{
	static const char *const words[] = {"vars", "sites", "templates", "profiles"};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (slice_is(section->key->text, words[i]))
			return true;
	}
	return false;
}

void plan_expand(struct plan_loader *l)
{
	struct plan_expander x = {.l = l};

	plan_vars_collect(&x);
	plan_sites_collect(&x);
	for (size_t r = 0; r < l->root_count; r++) {
		for (struct yaml_node *c = l->roots[r]->first; c != NULL; c = c->next) {
			if (!is_left_out(c))
				plan_fill(&x, c, NULL);
		}
	}
	plan_templates_expand(&x);
	plan_profiles_expand(&x);
}
