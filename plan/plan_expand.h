/* plan_expand.h - what the files share that write a plan out before it is read: variables, sites,
 * templates, profiles. All of it works on YAML nodes, so that everything made passes every check of what is
 * written by hand. Private to plan/. */
#ifndef VIGIA_PLAN_PLAN_EXPAND_H
#define VIGIA_PLAN_PLAN_EXPAND_H

#include "base/attr.h"
#include "plan/plan_loader.h"

/* Ceilings: a template is a small text that could make a plan of any size. */
enum {
	PLAN_SITES_MAX = 10000,
	PLAN_TABLES_MAX = 64,
	PLAN_VARS_MAX = 256, /* of the plan; of one site */
	PLAN_MADE_NODES_MAX = 1000000, /* YAML nodes made by templates, each_site and profiles */
	PLAN_MADE_BYTES_MAX = 32 << 20, /* of texts filled in */
	PLAN_TEXT_MAX = 64 << 10 /* of one text filled in */
};

/* Named values: YAML scalars with keys. */
struct plan_vars {
	const struct yaml_node **nodes;
	uint32_t count;
};

/* A site as templates see it. */
struct plan_place {
	const char *id, *name, *kind; /* name: as read, else the id; kind: "" if absent */
	struct plan_vars vars;
};

/* Where a profile is carried out: what its ${...} stand for. Texts may be empty. */
struct plan_given {
	const char *name, *text; /* "connections_max", "each.id", "member" */
};
struct plan_profile_scope {
	const char *profile; /* its id, for people */
	const struct plan_given *given;
	size_t count;
};

struct plan_expander {
	struct plan_loader *l;
	const struct plan_profile_scope *scope; /* NULL elsewhere */
	struct plan_vars vars; /* plan-wide */
	struct plan_place *places; /* sites with a sound id, in the order of the plan */
	uint32_t place_count;
	size_t tables, table_rows; /* read so far */
	bool has_places; /* sites are collected */
	size_t made_nodes, made_bytes;
	uint32_t doubts; /* defaults that were looked at twice */
	bool is_full; /* a ceiling was met and told */
};

/* --- plan_vars.c ------------------------------------------------------------------------------- */

/* The variables of the plan (`vars:` of all files) into x->vars. */
void plan_vars_collect(struct plan_expander *x) NONNULL_ALL;
/* A map of names and single values; complains about what is not. */
void plan_vars_read(struct plan_expander *x, const struct yaml_node *map,
		    struct plan_vars *ret) NONNULL_ALL;
const struct yaml_node *plan_vars_find(const struct plan_vars *vars, struct slice name) NONNULL(1);
/* Fills the ${...} of a scalar in, in place. `place` NULL: outside of templates and each_site. */
void plan_vars_fill(struct plan_expander *x, struct yaml_node *scalar,
		    const struct plan_place *place) NONNULL(1, 2);

/* --- plan_sites.c ------------------------------------------------------------------------------ */

/* Puts the rows of tables in the place of the entries that name them, collects the sites. */
void plan_sites_collect(struct plan_expander *x) NONNULL_ALL;
/* Numbers of the places that a selector ({kind: ..., ids: [...]} or the word all) means, in order. */
uint32_t plan_sites_select(struct plan_expander *x, const struct yaml_node *selector,
			   uint32_t **ret) NONNULL_ALL;

/* --- plan_templates.c -------------------------------------------------------------------------- */

/* Fills in everything below a node and carries out each_site. */
void plan_fill(struct plan_expander *x, struct yaml_node *node, const struct plan_place *place)
	NONNULL(1, 2);
/* Carries out `templates:` of all files; what they make becomes one more root. */
void plan_templates_expand(struct plan_expander *x) NONNULL_ALL;
/* A deep copy; `made` says for whom. NULL once the ceiling is met. */
struct yaml_node *plan_copy(struct plan_expander *x, const struct yaml_node *node,
			    const struct finding_made *made) NONNULL(1, 2);
/* A ceiling was met: tells it, once. */
void plan_expand_is_full(struct plan_expander *x, const struct yaml_node *at) NONNULL_ALL;

/* --- plan_devices.c ---------------------------------------------------------------------------- */

/* Carries out the profiles of the components of all roots, and what a component says for all its checks. */
void plan_profiles_expand(struct plan_expander *x) NONNULL_ALL;

#endif
