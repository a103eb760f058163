/* plan_loader.h - what the files that read a plan share: the plan in the making, its findings, and the
 * YAML nodes that each thing came from. Private to plan/. */
#ifndef VIGIA_PLAN_PLAN_LOADER_H
#define VIGIA_PLAN_PLAN_LOADER_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/schema.h"
#include "base/instant.h"
#include "base/yaml_doc.h"
#include "engine/plan.h"

enum { PLAN_FILES_MAX = 256 };

/* The entries of one section over all files of the plan. */
struct plan_items {
	const struct yaml_node **nodes;
	uint32_t count;
};

struct plan_loader {
	struct plan *plan;
	struct arena *arena; /* the plan's */
	struct findings *findings;
	const struct schema_list *schemas;
	struct yaml_node *roots[PLAN_FILES_MAX];
	size_t root_count;
	struct plan_items sites, agents, components, services, people, seats, channels, policies,
		procedures;
	const struct yaml_node **check_nodes; /* by check index */
};

#define PLAN_ERROR(l, node, code, ...)                                                             \
	findings_add((l)->findings, FINDING_ERROR, node, code, __VA_ARGS__)

/* Finds the thing that a scalar node names, or complains with the nearest known id. `what` is the
 * word for people ("component"); `id_at` gives the id of the i-th of `count`. */
typedef const char *plan_id_fn(const struct plan *p, uint32_t i);
uint32_t plan_resolve(struct plan_loader *l, const struct yaml_node *node, const char *what,
		      plan_id_fn *id_at, uint32_t count) NONNULL_ALL;
uint32_t plan_resolve_component(struct plan_loader *l, const struct yaml_node *node) NONNULL_ALL;
uint32_t plan_resolve_agent(struct plan_loader *l, const struct yaml_node *node) NONNULL_ALL;
uint32_t plan_resolve_channel(struct plan_loader *l, const struct yaml_node *node) NONNULL_ALL;
uint32_t plan_resolve_person(struct plan_loader *l, const struct yaml_node *node) NONNULL_ALL;
uint32_t plan_resolve_seat(struct plan_loader *l, const struct yaml_node *node) NONNULL_ALL;

/* A list of components, each resolved; NULL and 0 for an absent node. */
const uint32_t *plan_read_components(struct plan_loader *l, const struct yaml_node *list,
				     size_t *ret_count) NONNULL(1, 3);
/* True if `node` is a list with at least one entry; complains otherwise. */
bool plan_is_filled_list(struct plan_loader *l, const struct yaml_node *node,
			 const char *what) NONNULL_ALL;
size_t plan_list_length(const struct yaml_node *list) NONNULL_ALL;

/* A boolean expression over components; NULL after a complaint. A list reads as {all: list}. */
const struct plan_need *plan_read_need(struct plan_loader *l,
				       const struct yaml_node *node) NONNULL_ALL;

void plan_read_checks(struct plan_loader *l) NONNULL_ALL; /* components' checks and vantages */
void plan_read_people(struct plan_loader *l) NONNULL_ALL; /* channels, people, seats */
void plan_read_policies(struct plan_loader *l) NONNULL_ALL; /* policies, procedures */
void plan_check_cycles(struct plan_loader *l) NONNULL_ALL; /* depends_on */
void plan_check_decisions(struct plan_loader *l)
	NONNULL_ALL; /* last decision window within the RTO */

/* Writes the canonical expanded plan into plan->json and its digest into plan->hash. */
void plan_write_json(struct plan *p) NONNULL_ALL;

extern const char *const plan_criticality_words[], *const plan_rpo_words[], *const plan_ask_words[];

#endif
