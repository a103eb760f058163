/* plan_loader.h - what the files that read a plan share: the plan in the making, its findings, and the
 * YAML nodes that each thing came from. Private to plan/. */
#ifndef VIGIA_PLAN_PLAN_LOADER_H
#define VIGIA_PLAN_PLAN_LOADER_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/json_emit.h"
#include "base/schema.h"
#include "base/json_emit.h"
#include "base/instant.h"
#include "base/yaml_doc.h"
#include "engine/plan.h"

enum {
	PLAN_FILES_MAX = 256,
	PLAN_ENTRIES_MAX = 50000, /* of one section */
	PLAN_MEMBERS_MAX = 256, /* of one list in a diagram: as many as the engine ranks */
	PLAN_VANTAGES_MAX = 256 /* agents of one check */
};
/* The entries of one section over all files of the plan. */
struct plan_items {
	const char *what; /* the word for people: "component" */
	const struct yaml_node **nodes;
	const char **ids; /* never NULL; "" where the id is missing or wrong */
	uint32_t count;
	uint32_t *index; /* hash of the id -> number + 1 */
	uint32_t index_size;
};

struct plan_loader {
	struct plan *plan;
	struct arena *arena; /* the plan's */
	struct arena *scratch; /* nodes; freed when the plan is built */
	struct findings *findings;
	size_t errors_before; /* of earlier plans in the same findings */
	const struct schema_list *schemas;
	struct yaml_node *roots[PLAN_FILES_MAX + 1]; /* one more: what the templates made */
	size_t root_count;
	bool is_expanded; /* read from the journal: no templates, nothing to fill in */
	struct plan_items sites, agents, components, services, people, seats, channels, policies,
		procedures, records, tools, suppliers, resources, documents, listings, groups,
		accepted, jornadas, windows, posts, cuts;
};

#define PLAN_ERROR(l, node, code, ...)                                                             \
	findings_add((l)->findings, FINDING_ERROR, node, code, __VA_ARGS__)

/* Carries out `vars`, tables of sites, `templates`, `each_site` and fills in every ${...}, in place: what
 * is read afterwards is a plan as a person would have written it out. Sites are collected here. */
void plan_expand(struct plan_loader *l) NONNULL_ALL;
/* What a component says about its device: carried out there, so that nobody reads it later. Ends with NULL. */
extern const char *const plan_device_keys[];

/* --- plan_items.c ------------------------------------------------------------------------------ */

/* Numbers the entries of a section; complains about wrong and duplicate ids. `nested`: ids may have
 * parts joined by '/'. */
void plan_items_collect(struct plan_loader *l, struct plan_items *ret, const char *section,
			const char *what, bool nested) NONNULL_ALL;
/* False once so many errors were told that nobody is helped by a near word for each more; searching it
 * takes long in a large plan. */
bool plan_is_patient(const struct plan_loader *l) NONNULL_ALL;
/* The number of the thing that a scalar node names; else a complaint with the nearest known id, and
 * PLAN_NONE. An absent node is PLAN_NONE without a complaint. */
uint32_t plan_items_resolve(struct plan_loader *l, const struct plan_items *items,
			    const struct yaml_node *node) NONNULL(1, 2);
/* The same for a name that is not the whole text of its node. */
uint32_t plan_items_resolve_text(struct plan_loader *l, const struct plan_items *items,
				 const struct yaml_node *node, struct slice id) NONNULL_ALL;
/* A list of different things, each resolved; NULL and 0 for an absent node. */
const uint32_t *plan_items_resolve_list(struct plan_loader *l, const struct plan_items *items,
					const struct yaml_node *list, const char *key,
					size_t *ret_count) NONNULL(1, 2, 4, 5);
/* True if `node` is a list with at least one entry; complains otherwise. */
bool plan_items_is_filled(struct plan_loader *l, const struct yaml_node *node,
			  const char *key) NONNULL_ALL;
size_t plan_items_length(const struct yaml_node *list) NONNULL_ALL;

/* A boolean expression over components; NULL after a complaint. A list reads as {all: list}. */
const struct plan_need *plan_read_need(struct plan_loader *l,
				       const struct yaml_node *node) NONNULL_ALL;

void plan_read_checks(struct plan_loader *l) NONNULL_ALL; /* components' checks and vantages */
/* plan_pairs.c: which check tells of a component's redundancy, once the checks are read. */
void plan_read_pairs(struct plan_loader *l, struct plan_component *components) NONNULL_ALL;
/* The check `pair`, if it yields `redundant`; else PLAN_NONE. */
uint32_t plan_pair_default(const struct plan *p, const struct plan_component *c) NONNULL_ALL;
/* As the key `redundancy` says it; "" where nothing need be said. */
const char *plan_pair_text(const struct plan *p, const struct plan_component *c) NONNULL_ALL;
/* A map or list as the text of a parameter of type doc: JSON whose leaves are texts. */
void plan_put_doc(struct json_emit *j, const struct yaml_node *v) NONNULL_ALL;
void plan_read_people(struct plan_loader *l) NONNULL_ALL; /* channels, people, seats */
void plan_read_channels(struct plan_loader *l) NONNULL_ALL;
/* What the contact's channel demands of its address. */
void plan_check_contact(struct plan_loader *l, const struct yaml_node *node,
			const struct plan_contact *contact) NONNULL_ALL;
void plan_read_shifts(struct plan_loader *l) NONNULL_ALL; /* after the seats */
void plan_read_policies(struct plan_loader *l) NONNULL_ALL; /* policies, procedures */
void plan_read_calendar(struct plan_loader *l) NONNULL_ALL; /* jornadas, windows */
void plan_read_posts(struct plan_loader *l) NONNULL_ALL; /* field_posts, field_orders */
/* `impact` of a site or service; NULL and 0 for an absent node. */
const struct plan_impact *plan_read_impact(struct plan_loader *l, const struct yaml_node *list,
					   size_t *ret_count) NONNULL(1, 3);
void plan_check_units(struct plan_loader *l) NONNULL_ALL; /* of all impacts: not too many */
void plan_read_flapping(struct plan_loader *l) NONNULL_ALL; /* after the cool-down */
/* Whom a step or a report calls; NULL and 0 for an absent node. */
const struct plan_target *plan_read_targets(struct plan_loader *l, const struct yaml_node *list,
					    const char *key, size_t *ret_count) NONNULL(1, 3, 4);
void plan_write_targets(struct json_emit *j, const struct plan *p, const struct plan_target *t,
			size_t count) NONNULL(1, 2);
void plan_read_reports(struct plan_loader *l) NONNULL_ALL; /* reports, deadlines; after services */
void plan_write_reports(struct json_emit *j, const struct plan *p) NONNULL_ALL;
void plan_read_cuts(struct plan_loader *l) NONNULL_ALL;
/* The service's `rpo_check` and what belongs to it, after its `rpo`. */
void plan_read_rpo_check(struct plan_loader *l, const struct yaml_node *node,
			 struct plan_service *s) NONNULL_ALL;
void plan_write_cuts(struct json_emit *j, const struct plan *p) NONNULL_ALL;
void plan_check_cycles(struct plan_loader *l) NONNULL_ALL; /* depends_on */
void plan_check_decisions(struct plan_loader *l)
	NONNULL_ALL; /* last decision window within the RTO */

/* --- plan_annexes.c, plan_directory.c ------------------------------------------------------------ */

void plan_annexes_collect(struct plan_loader *l) NONNULL_ALL;
void plan_read_annexes(struct plan_loader *l) NONNULL_ALL;
/* Documents, directories, groups, acceptances, into `ret`. */
void plan_read_directory(struct plan_loader *l, struct plan_annexes *ret) NONNULL_ALL;
/* Keeps where each thing stands (plan_marks.h). */
void plan_marks_keep(struct plan_loader *l) NONNULL_ALL;
/* Their part of the canonical plan. */
struct json_emit;
void plan_annexes_put(struct json_emit *j, const struct plan *p) NONNULL_ALL;

/* Writes the canonical expanded plan into plan->json and its digest into plan->hash; complains if it
 * is larger than a journal entry may be. */
void plan_write_json(struct plan_loader *l) NONNULL_ALL;
struct json_emit;
void plan_put_shifts(struct json_emit *j, const struct plan *p) NONNULL_ALL;

extern const char *const plan_affects_words[];
extern const char *const plan_criticality_words[],
	*const plan_rpo_words[],
		*const plan_ask_words[],
			*const plan_end_words[],
				*const plan_effect_words[],
					*const plan_objective_words[],
						*const plan_backup_words[],
							*const plan_resource_words[],
								*const plan_jornada_words[],
									*const plan_scope_words[],
										*const plan_report_class_words
											[];

/* The tables, for the reference (tests/tools/config_docs.c). */
extern const struct param plan_top_params[], plan_institution_params[], plan_site_params[],
	plan_agent_params[], plan_component_params[], plan_check_params[], plan_count_params[],
	plan_service_params[], plan_person_params[], plan_contact_params[], plan_seat_params[],
	plan_policy_params[], plan_step_params[], plan_moment_params[], plan_procedure_params[],
	plan_activity_params[], plan_shift_params[], plan_table_params[], plan_selector_params[],
	plan_template_params[], plan_impact_params[], plan_flapping_params[], plan_record_params[],
	plan_tool_params[], plan_supplier_params[], plan_resources_params[], plan_document_params[],
	plan_listing_params[], plan_group_params[], plan_composition_params[],
	plan_statement_params[], plan_acceptance_params[], plan_jornada_params[],
	plan_freeze_params[], plan_window_params[], plan_post_params[], plan_orders_params[],
	plan_reports_params[], plan_report_type_params[], plan_deadlines_params[],
	plan_cuts_params[], plan_cut_source_params[];

#endif
