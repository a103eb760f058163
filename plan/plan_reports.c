/* What people may report, who is called with it, and by when papers are due (the communication plan, activities 1-9 and 16). */
#include <string.h>

#include "base/parse.h"
#include "plan/plan_loader.h"

enum { TYPES_MAX = 100, TYPE_ID_MAX = 31 };
#define DAY_US (86400 * US_PER_S)

const char *const plan_report_class_words[] = {"technical", "operational", NULL};

const struct param plan_reports_params[] = {
	PARAM_DURATION(struct plan_reports, ack_within_us, "ack_within", "60s", US_PER_S, DAY_US, 0,
		       "time for a person to answer before the next one is called"),
	PARAM_DURATION(struct plan_reports, repeat_us, "repeat", "5m", US_PER_S, DAY_US, 0,
		       "when nobody has answered: everybody again each so often"),
	PARAM_DURATION(struct plan_reports, join_within_us, "join_within", "30m", US_PER_S,
		       7 * DAY_US, 0,
		       "a report and a failure, or two reports, so near are one incident"),
	PARAM_END,
};
struct type_row {
	struct plan_report_type out;
	int class;
};
const struct param plan_report_type_params[] = {
	PARAM_ID(struct type_row, out.id, "id", NULL, PARAM_REQUIRED,
		 "the word that is said when it is reported, such as theft"),
	PARAM_STR(struct type_row, out.name, "name", "", 0, "name for people (default: the id)"),
	PARAM_ENUM(struct type_row, class, "class", "technical", plan_report_class_words, 0,
		   "technical, or operational: goes to the citizen desk"),
	PARAM_END,
};
const struct param plan_deadlines_params[] = {
	PARAM_DURATION(struct plan_deadlines, report_us, "report", NULL, 60 * US_PER_S,
		       366 * DAY_US, PARAM_REQUIRED,
		       "from the closing of an incident to its final report"),
	PARAM_END,
};

/* The one map of a section; a complaint if it stands in two files. */
static const struct yaml_node *only(struct plan_loader *l, const char *section)
{
	const struct yaml_node *seen = NULL;

	for (size_t r = 0; r < l->root_count; r++) {
		const struct yaml_node *node = yaml_map_get(l->roots[r], section);

		if (node == NULL)
			continue;
		if (seen != NULL)
			PLAN_ERROR(l, node, "duplicate-id", "%s stands already in %s:%u", section,
				   seen->file, seen->line);
		else if (node->kind != YAML_MAP)
			PLAN_ERROR(l, node, "not-a-map",
				   "%s: a map of keys and values was expected", section);
		else
			seen = node;
	}
	return seen;
}

/* A report alone never pages the crisis group: it decides on what a person in charge has assessed. */
static const struct plan_target *read_called(struct plan_loader *l, const struct yaml_node *list,
					     const char *key, size_t *ret_count)
{
	const struct plan_target *targets = plan_read_targets(l, list, key, ret_count);

	for (size_t i = 0; i < *ret_count; i++) {
		const struct plan_target *t = &targets[i];
		bool crisis = t->kind == TARGET_LEVEL && t->index == 1;

		if (t->kind == TARGET_SEAT && t->index != PLAN_NONE)
			crisis = l->plan->seats[t->index].level == 1;
		if (crisis)
			PLAN_ERROR(l, list, "conflict",
				   "%s: a report alone does not call level 1; name a desk, or the "
				   "coordinator",
				   key);
	}
	return targets;
}

static void read_type(struct plan_loader *l, const struct yaml_node *node,
		      struct plan_report_type *ret)
{
	static const char *const others[] = {"service", "procedure", NULL};
	const struct yaml_node *id = yaml_map_get(node, "id"),
			       *service = yaml_map_get(node, "service"),
			       *procedure = yaml_map_get(node, "procedure");
	struct type_row row = {0};

	yaml_fill(node, plan_report_type_params, others, &row, l->arena, l->findings);
	*ret = row.out;
	ret->class = (enum plan_report_class)row.class;
	ret->id = ret->id != NULL ? ret->id : "";
	if (ret->name == NULL || ret->name[0] == '\0')
		ret->name = ret->id;
	if (strlen(ret->id) > TYPE_ID_MAX)
		PLAN_ERROR(l, id, "range", "id: '%s' is longer than %d letters", ret->id,
			   TYPE_ID_MAX);
	ret->service = plan_items_resolve(l, &l->services, service);
	ret->procedure = plan_items_resolve(l, &l->procedures, procedure);
}

static void read_types(struct plan_loader *l, const struct yaml_node *list)
{
	struct plan_reports *r = &l->plan->reports;
	struct plan_report_type *types;

	if (list == NULL || !plan_items_is_filled(l, list, "types"))
		return;
	if (plan_items_length(list) > TYPES_MAX) {
		PLAN_ERROR(l, list, "too-large", "types: more than %d", TYPES_MAX);
		return;
	}
	types = arena_calloc(l->arena, plan_items_length(list), sizeof(*types));
	r->types = types;
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		if (c->kind != YAML_MAP) {
			PLAN_ERROR(l, c, "not-a-map",
				   "types: a map of keys and values was expected");
			continue;
		}
		read_type(l, c, &types[r->type_count]);
		for (uint32_t i = 0; i < r->type_count; i++) {
			if (types[i].id[0] != '\0' &&
			    strcmp(types[i].id, types[r->type_count].id) == 0)
				PLAN_ERROR(l, c, "duplicate-id", "types: '%s' stands here twice",
					   types[i].id);
		}
		r->type_count++;
	}
}

void plan_read_reports(struct plan_loader *l)
{
	static const char *const others[] = {"call", "operational", "types", NULL};
	const struct yaml_node *reports = only(l, "reports"), *deadlines = only(l, "deadlines");
	struct plan_reports *r = &l->plan->reports;

	param_set_defaults(plan_reports_params, r, l->arena);
	if (reports != NULL) {
		r->given = true;
		yaml_fill(reports, plan_reports_params, others, r, l->arena, l->findings);
		r->call = read_called(l, yaml_map_get(reports, "call"), "call", &r->call_count);
		r->operational = read_called(l, yaml_map_get(reports, "operational"), "operational",
					     &r->operational_count);
		read_types(l, yaml_map_get(reports, "types"));
	}
	if (deadlines != NULL)
		yaml_fill(deadlines, plan_deadlines_params, NULL, &l->plan->deadlines, l->arena,
			  l->findings);
}

/* --- the plan in the journal ----------------------------------------------------------------------- */

static void kv_seconds(struct json_emit *j, const char *key, int64_t us)
{
	char text[64];

	format_duration_exact(text, sizeof(text), us);
	json_kv_str(j, key, text);
}

static void put_type(struct json_emit *j, const struct plan *p, const struct plan_report_type *t)
{
	json_open_object(j);
	json_kv_str(j, "id", t->id);
	json_kv_str(j, "name", t->name);
	json_kv_str(j, "class", plan_report_class_words[t->class]);
	if (t->service != PLAN_NONE)
		json_kv_str(j, "service", p->services[t->service].id);
	if (t->procedure != PLAN_NONE)
		json_kv_str(j, "procedure", p->procedures[t->procedure].id);
	json_close_object(j);
}

void plan_write_reports(struct json_emit *j, const struct plan *p)
{
	const struct plan_reports *r = &p->reports;

	if (p->deadlines.report_us > 0) {
		json_key(j, "deadlines");
		json_open_object(j);
		kv_seconds(j, "report", p->deadlines.report_us);
		json_close_object(j);
	}
	if (!r->given)
		return;
	json_key(j, "reports");
	json_open_object(j);
	kv_seconds(j, "ack_within", r->ack_within_us);
	kv_seconds(j, "repeat", r->repeat_us);
	kv_seconds(j, "join_within", r->join_within_us);
	if (r->call_count > 0) {
		json_key(j, "call");
		plan_write_targets(j, p, r->call, r->call_count);
	}
	if (r->operational_count > 0) {
		json_key(j, "operational");
		plan_write_targets(j, p, r->operational, r->operational_count);
	}
	if (r->type_count > 0) {
		json_key(j, "types");
		json_open_array(j);
		for (uint32_t i = 0; i < r->type_count; i++)
			put_type(j, p, &r->types[i]);
		json_close_array(j);
	}
	json_close_object(j);
}
