/* Vital records, tools, suppliers, minimum resources: what the annexes of a plan list. */
#include "engine/plan_annexes.h"

#include "base/parse.h"
#include "plan/plan_loader.h"

#define DAY_US (86400 * US_PER_S)
#define YEARS_10 (3650 * DAY_US)
enum { AMOUNT_MAX = 100000 };

const char *const plan_objective_words[] = {
	"none",         "duration",   "immediate", "not-applicable",
	"last-version", "functional", "current",   NULL};
const char *const plan_backup_words[] = {"not-stated",   "every",  "never", "once-per-process",
					 "last-version", "varies", NULL};
const char *const plan_resource_words[] = {"people",   "workplaces", "laptops", "lines",
					   "internet", "vpn",        NULL};

const struct param plan_statement_params[] = {
	PARAM_STR(struct plan_statement, in, "in", "", 0, "where the document says it"),
	PARAM_END,
};
const struct param plan_record_params[] = {
	PARAM_ID(struct plan_record, id, "id", NULL, PARAM_REQUIRED, "id of the vital record"),
	PARAM_STR(struct plan_record, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct plan_record, place, "place", "", 0, "where it lies"),
	PARAM_STR(struct plan_record, copy, "copy", "", 0, "where its copy lies"),
	PARAM_END,
};
const struct param plan_tool_params[] = {
	PARAM_ID(struct plan_tool, id, "id", NULL, PARAM_REQUIRED, "id of the tool"),
	PARAM_STR(struct plan_tool, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_BOOL(struct plan_tool, carries_alarms, "alarms", "false", 0,
		   "messages and calls of an incident pass through it"),
	PARAM_END,
};
const struct param plan_supplier_params[] = {
	PARAM_ID(struct plan_supplier, id, "id", NULL, PARAM_REQUIRED, "id of the supplier"),
	PARAM_STR(struct plan_supplier, name, "name", "", 0, "name for people (default: the id)"),
	PARAM_STR(struct plan_supplier, contact, "contact", "", 0, "how it is called"),
	PARAM_STR(struct plan_supplier, contract, "contract", "", 0, "number of the contract"),
	PARAM_STR(struct plan_supplier, cases, "cases", "", 0,
		  "how a case is opened and gets its number"),
	PARAM_DURATION(struct plan_supplier, response_us, "response", NULL, US_PER_S, 366 * DAY_US,
		       0, "time in which it must answer"),
	PARAM_END,
};
struct resources_row {
	struct plan_resources out;
	bool is_total;
};
const struct param plan_resources_params[] = {
	PARAM_ID(struct resources_row, out.id, "id", NULL, PARAM_REQUIRED, "id of the row"),
	PARAM_STR(struct resources_row, out.in, "in", "", 0, "where the document says it"),
	PARAM_BOOL(struct resources_row, is_total, "total", "false", 0,
		   "the sum of all rows, as the document states it"),
	PARAM_BOOL(struct resources_row, out.is_remote, "remote", "false", 0,
		   "the work goes on from elsewhere"),
	PARAM_DURATION(struct resources_row, out.within_us, "within", NULL, US_PER_S, 366 * DAY_US,
		       0, "needed within"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_PEOPLE], "people", "-1", -1, AMOUNT_MAX,
		  0, "people (-1: it does not say)"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_WORKPLACES], "workplaces", "-1", -1,
		  AMOUNT_MAX, 0, "workplaces"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_LAPTOPS], "laptops", "-1", -1,
		  AMOUNT_MAX, 0, "laptops"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_LINES], "lines", "-1", -1, AMOUNT_MAX,
		  0, "telephone lines"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_INTERNET], "internet", "-1", -1,
		  AMOUNT_MAX, 0, "accesses to the internet"),
	PARAM_INT(struct resources_row, out.amount[RESOURCE_VPN], "vpn", "-1", -1, AMOUNT_MAX, 0,
		  "accesses by VPN"),
	PARAM_END,
};

static const char *or_id(const char *name, const char *id)
{
	return name != NULL && name[0] != '\0' ? name : id != NULL ? id : "";
}

/* One of `words` from `first` on, or -1. */
static int word_of(const struct yaml_node *node, const char *const *words, int first)
{
	for (int i = first; node->kind == YAML_SCALAR && words[i] != NULL; i++) {
		if (slice_is(node->text, words[i]))
			return i;
	}
	return -1;
}

static bool read_duration(const struct yaml_node *node, int64_t *ret)
{
	return node->kind == YAML_SCALAR && parse_duration_us(node->text, ret) == ERR_OK &&
	       *ret > 0 && *ret <= YEARS_10;
}

static const char *text_of(const struct yaml_node *node)
{
	return node->kind == YAML_SCALAR ? node->text.p : "...";
}

static struct plan_objective read_objective(struct plan_loader *l, const struct yaml_node *map,
					    const char *key)
{
	const struct yaml_node *node = yaml_map_get(map, key);
	struct plan_objective ret = {.kind = OBJECTIVE_NONE};
	int word;

	if (node == NULL)
		return ret;
	word = word_of(node, plan_objective_words, OBJECTIVE_IMMEDIATE);
	if (word >= 0)
		ret.kind = (enum plan_objective_kind)word;
	else if (read_duration(node, &ret.us))
		ret.kind = OBJECTIVE_DURATION;
	else
		PLAN_ERROR(l, node, "syntax",
			   "%s: '%s' is neither a duration (write 4h) nor one of: immediate, "
			   "not-applicable, last-version, functional, current",
			   key, text_of(node));
	return ret;
}

static const struct plan_statement *
read_statements(struct plan_loader *l, const struct yaml_node *thing, size_t *ret_count)
{
	static const char *const others[] = {"service", "rto", "rpo", NULL};
	const struct yaml_node *list = yaml_map_get(thing, "stated");
	struct plan_statement *out;

	*ret_count = 0;
	if (list == NULL || !plan_items_is_filled(l, list, "stated"))
		return NULL;
	out = arena_calloc(l->arena, plan_items_length(list), sizeof(*out));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		struct plan_statement *s = &out[(*ret_count)++];

		s->service = PLAN_NONE;
		if (c->kind != YAML_MAP) {
			PLAN_ERROR(l, c, "not-a-map",
				   "stated: write {service: ..., rto: ..., rpo: ...}");
			continue;
		}
		yaml_fill(c, plan_statement_params, others, s, l->arena, l->findings);
		s->service = plan_items_resolve(l, &l->services, yaml_map_get(c, "service"));
		s->rto = read_objective(l, c, "rto");
		s->rpo = read_objective(l, c, "rpo");
	}
	return out;
}

static void read_backup(struct plan_loader *l, const struct yaml_node *node, struct plan_record *r)
{
	int word;

	if (node == NULL)
		return;
	word = word_of(node, plan_backup_words, BACKUP_NEVER);
	if (word >= 0)
		r->backup = (enum plan_backup)word;
	else if (read_duration(node, &r->every_us))
		r->backup = BACKUP_EVERY;
	else
		PLAN_ERROR(l, node, "syntax",
			   "backed_up: '%s' is neither a duration (write 1d) nor one of: never, "
			   "once-per-process, last-version, varies",
			   text_of(node));
}

static void read_records(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"keeper", "backed_up", "stated", NULL};
	struct plan_record *out = arena_calloc(l->arena, l->records.count, sizeof(*out));

	for (uint32_t i = 0; i < l->records.count; i++) {
		const struct yaml_node *node = l->records.nodes[i];

		yaml_fill(node, plan_record_params, others, &out[i], l->arena, l->findings);
		out[i].name = or_id(out[i].name, out[i].id);
		out[i].keeper = plan_items_resolve(l, &l->people, yaml_map_get(node, "keeper"));
		read_backup(l, yaml_map_get(node, "backed_up"), &out[i]);
		out[i].stated = read_statements(l, node, &out[i].stated_count);
	}
	ret->records = out;
	ret->record_count = l->records.count;
}

static void read_tools(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"component", "stated", NULL};
	struct plan_tool *out = arena_calloc(l->arena, l->tools.count, sizeof(*out));

	for (uint32_t i = 0; i < l->tools.count; i++) {
		const struct yaml_node *node = l->tools.nodes[i];

		yaml_fill(node, plan_tool_params, others, &out[i], l->arena, l->findings);
		out[i].name = or_id(out[i].name, out[i].id);
		out[i].component =
			plan_items_resolve(l, &l->components, yaml_map_get(node, "component"));
		out[i].stated = read_statements(l, node, &out[i].stated_count);
	}
	ret->tools = out;
	ret->tool_count = l->tools.count;
}

static void read_suppliers(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"services", NULL};
	struct plan_supplier *out = arena_calloc(l->arena, l->suppliers.count, sizeof(*out));

	for (uint32_t i = 0; i < l->suppliers.count; i++) {
		const struct yaml_node *node = l->suppliers.nodes[i];

		yaml_fill(node, plan_supplier_params, others, &out[i], l->arena, l->findings);
		out[i].name = or_id(out[i].name, out[i].id);
		out[i].services =
			plan_items_resolve_list(l, &l->services, yaml_map_get(node, "services"),
						"services", &out[i].service_count);
	}
	ret->suppliers = out;
	ret->supplier_count = l->suppliers.count;
}

static void read_resources(struct plan_loader *l, struct plan_annexes *ret)
{
	static const char *const others[] = {"service", NULL};
	struct plan_resources *out = arena_calloc(l->arena, l->resources.count, sizeof(*out));

	for (uint32_t i = 0; i < l->resources.count; i++) {
		const struct yaml_node *node = l->resources.nodes[i],
				       *service = yaml_map_get(node, "service");
		struct resources_row row = {0};

		yaml_fill(node, plan_resources_params, others, &row, l->arena, l->findings);
		out[i] = row.out;
		out[i].service = plan_items_resolve(l, &l->services, service);
		if ((service != NULL) == row.is_total)
			PLAN_ERROR(l, node, service == NULL ? "missing-key" : "conflict",
				   "a row of resources is of a 'service', or it is the 'total'");
	}
	ret->resources = out;
	ret->resources_count = l->resources.count;
}

void plan_annexes_collect(struct plan_loader *l)
{
	plan_items_collect(l, &l->records, "records", "record", false);
	plan_items_collect(l, &l->tools, "tools", "tool", false);
	plan_items_collect(l, &l->suppliers, "suppliers", "supplier", false);
	plan_items_collect(l, &l->resources, "resources", "row of resources", false);
	plan_items_collect(l, &l->documents, "documents", "document", false);
	plan_items_collect(l, &l->listings, "directory", "row of the directory", false);
	plan_items_collect(l, &l->groups, "groups", "group", false);
	plan_items_collect(l, &l->accepted, "accepted", "acceptance", false);
}

void plan_read_annexes(struct plan_loader *l)
{
	struct plan_annexes *ret = arena_calloc(l->arena, 1, sizeof(*ret));

	read_records(l, ret);
	read_tools(l, ret);
	read_suppliers(l, ret);
	read_resources(l, ret);
	plan_read_directory(l, ret);
	l->plan->annexes = ret;
}
