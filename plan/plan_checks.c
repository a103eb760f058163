/* The checks of the components: common keys by one table, the rest by the table of their type. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/secret_params.h"
#include "base/secret_ref.h"
#include "plan/plan_loader.h"

/* Room in which a type's parameters are tried; the real struct is the agent's. */
enum { PARAMS_SCRATCH_SIZE = 4096, OTHER_KEYS_MAX = 64, CHECK_ID_MAX = 63, DOC_MAX = 64 << 10 };
#define DAY_US (86400 * US_PER_S)

const char *const plan_affects_words[] = {"serving", "condition", NULL};
/* A table writes words as int. */
_Static_assert(sizeof(enum plan_affects) == sizeof(int), "one word");

const struct param plan_check_params[] = {
	PARAM_ID(struct plan_check, name, "id", NULL, PARAM_REQUIRED,
		 "id of the check within its component"),
	PARAM_DURATION(struct plan_check, interval_us, "interval", "10s", 100 * US_PER_MS, DAY_US,
		       0, "time between probes"),
	PARAM_DURATION(struct plan_check, retry_interval_us, "retry_interval", NULL, 50 * US_PER_MS,
		       DAY_US, 0, "time between probes while bad (default: the interval)"),
	PARAM_DURATION(struct plan_check, timeout_us, "timeout", NULL, 10 * US_PER_MS,
		       300 * US_PER_S, 0,
		       "how long a probe may take (default: the interval, at most 5s)"),
	PARAM_DURATION(struct plan_check, fresh_within_us, "fresh_within", NULL, US_PER_S,
		       7 * DAY_US, 0,
		       "no result for so long: blind (default: 2 x interval + timeout + 2s)"),
	PARAM_DURATION(struct plan_check, confirm_for_us, "for", NULL, US_PER_MS, DAY_US, 0,
		       "bad for so long: confirmed"),
	PARAM_STR(struct plan_check, warning_text, "warning", "", 0,
		  "conditions for warning, such as rtt > 50ms"),
	PARAM_STR(struct plan_check, critical_text, "critical", "", 0,
		  "conditions for critical, such as loss > 40%"),
	PARAM_ENUM(struct plan_check, affects, "affects", "serving", plan_affects_words, 0,
		   "what it says when it fails: 'serving', the component is down; 'condition', it "
		   "serves on "
		   "and is degraded"),
	PARAM_END,
};
struct counts_row {
	int64_t confirm, recover, quorum;
};
const struct param plan_count_params[] = {
	PARAM_INT(struct counts_row, confirm, "confirm", "1", 1, 100, 0,
		  "bad results in a row until confirmed"),
	PARAM_INT(struct counts_row, recover, "recover", "1", 1, 100, 0,
		  "good results in a row until recovered"),
	PARAM_INT(struct counts_row, quorum, "quorum", "1", 1, 100, 0, "agents that must agree"),
	PARAM_END,
};
static const char *const structured_keys[] = {"type", "from"};

/* Every key that the common table does not read itself, so that an unknown one is told with its nearest. */
static void list_other_keys(const struct check_schema *schema, const char *ret[OTHER_KEYS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(structured_keys); i++)
		ret[n++] = structured_keys[i];
	for (const struct param *p = plan_count_params; p->key != NULL; p++)
		ret[n++] = p->key;
	for (const struct param *p = schema->params; p->key != NULL && n < OTHER_KEYS_MAX - 1; p++)
		ret[n++] = p->key;
	ret[n] = NULL;
}

static const struct check_schema *read_type(struct plan_loader *l, const struct yaml_node *node)
{
	const struct yaml_node *type = yaml_map_get(node, "type");
	const struct check_schema *schema;
	char known[256] = "";
	size_t used = 0;

	if (type == NULL || type->kind != YAML_SCALAR) {
		PLAN_ERROR(l, type != NULL ? type : node, "missing-key",
			   "'type' is missing: what kind of check it is");
		return NULL;
	}
	schema = schema_find(l->schemas, type->text);
	if (schema != NULL)
		return schema;
	for (size_t i = 0; i < l->schemas->count && used < sizeof(known); i++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s", i ? ", " : "",
					 l->schemas->items[i]->type);
	PLAN_ERROR(l, type, "unknown-type", "there is no check type '%s'; known are: %s",
		   type->text.p, known);
	return NULL;
}

static void read_counts(struct plan_loader *l, const struct yaml_node *node, struct plan_check *c)
{
	struct counts_row row = {0};
	struct err_info info;
	enum err e;

	param_set_defaults(plan_count_params, &row, l->arena);
	for (const struct param *p = plan_count_params; p->key != NULL; p++) {
		const struct yaml_node *v = yaml_map_get(node, p->key);

		if (v == NULL)
			continue;
		if (v->kind != YAML_SCALAR)
			PLAN_ERROR(l, v, "not-a-value", "%s: a single value was expected", p->key);
		else if ((e = param_set(p, &row, v->text, l->arena, &info)) != ERR_OK)
			PLAN_ERROR(l, v, e == ERR_RANGE ? "range" : "syntax", "%s: %s", p->key,
				   info.text);
	}
	c->confirm = (uint32_t)row.confirm;
	c->recover = (uint32_t)row.recover;
	c->quorum = (uint32_t)row.quorum;
	if (c->confirm_for_us > 0 && yaml_map_get(node, "confirm") != NULL)
		PLAN_ERROR(l, yaml_map_get(node, "confirm"), "conflict",
			   "give either 'confirm' or 'for', not both");
}

/* Where a rule that concerns a key is told: at the key, or at the entry that leaves it out. */
static const struct yaml_node *place_of(const struct yaml_node *node, const char *key)
{
	const struct yaml_node *v = yaml_map_get(node, key);

	return v != NULL ? v : node;
}

static void complete_times(struct plan_loader *l, const struct yaml_node *node,
			   struct plan_check *c)
{
	if (c->retry_interval_us == 0)
		c->retry_interval_us = c->interval_us;
	if (c->timeout_us == 0)
		c->timeout_us = c->interval_us < 5 * US_PER_S ? c->interval_us : 5 * US_PER_S;
	if (c->fresh_within_us == 0)
		c->fresh_within_us = 2 * c->interval_us + c->timeout_us + 2 * US_PER_S;
	if (c->retry_interval_us > c->interval_us)
		PLAN_ERROR(l, place_of(node, "retry_interval"), "conflict",
			   "retry_interval is longer than the interval; while bad we must look "
			   "more often");
	if (c->timeout_us > c->interval_us)
		PLAN_ERROR(
			l, place_of(node, "timeout"), "conflict",
			"timeout is longer than the interval; shorten it or lengthen the interval");
	if (c->fresh_within_us < c->interval_us + c->timeout_us)
		PLAN_ERROR(l, place_of(node, "fresh_within"), "conflict",
			   "fresh_within is shorter than interval + timeout: the check would be "
			   "blind all the time");
}

/* A list of single values as the text of a parameter of type list. */
static const char *join_items(struct plan_loader *l, const struct yaml_node *list, const char *key)
{
	struct buf joined CLEANUP(buf_release);

	buf_init(&joined, 1 << 16);
	for (const struct yaml_node *i = list->first; i != NULL; i = i->next) {
		if (i->kind != YAML_SCALAR || memchr(i->text.p, ',', i->text.n) != NULL) {
			PLAN_ERROR(l, i, "not-a-value",
				   "%s: a list of single values without commas was expected", key);
			return NULL;
		}
		buf_puts(&joined, i != list->first ? ", " : "");
		buf_put(&joined, i->text.p, i->text.n);
	}
	return arena_strdup(l->arena, buf_cstr(&joined));
}

void plan_put_doc(struct json_emit *j, const struct yaml_node *v)
{
	if (v->kind == YAML_SCALAR) {
		json_slice(j, v->text);
		return;
	}
	if (v->kind == YAML_MAP)
		json_open_object(j);
	else
		json_open_array(j);
	for (const struct yaml_node *i = v->first; i != NULL; i = i->next) {
		if (v->kind == YAML_MAP)
			json_key(j, i->key->text.p);
		plan_put_doc(j, i);
	}
	if (v->kind == YAML_MAP)
		json_close_object(j);
	else
		json_close_array(j);
}

/* A map or list as JSON whose leaves are texts: whoever compiles it says what is a number. */
static const char *doc_text(struct plan_loader *l, const struct yaml_node *v)
{
	struct buf text CLEANUP(buf_release);
	struct json_emit j;

	buf_init(&text, DOC_MAX);
	j = json_emit_to(&text);
	plan_put_doc(&j, v);
	if (!buf_is_ok(&text)) {
		PLAN_ERROR(l, v, "too-large", "this is longer than %d KiB", DOC_MAX >> 10);
		return NULL;
	}
	return arena_strdup(l->arena, buf_cstr(&text));
}

/* The text of an own parameter: NULL if it is not given, or not in a form that the row can take (which is told). */
static const char *own_text(struct plan_loader *l, const struct param *row,
			    const struct yaml_node *v)
{
	if (v == NULL)
		return NULL;
	if (v->kind == YAML_LIST && row->type == PARAM_TYPE_LIST)
		return join_items(l, v, row->key);
	if (v->kind != YAML_SCALAR && row->type == PARAM_TYPE_DOC)
		return doc_text(l, v);
	if (v->kind == YAML_SCALAR)
		return v->text.p;
	PLAN_ERROR(l, v, "not-a-value", "%s: a single value was expected", row->key);
	return NULL;
}

/* Where a secret may stand, and where nothing else may: the plan is journalled, and read by many. */
static void check_secret(struct plan_loader *l, const struct yaml_node *v, const struct param *row,
			 const char *text)
{
	struct slice whole = slice_of(text);
	struct secret_ref r;
	bool found = secret_ref_find(whole, 0, &r);

	if (found && !secret_params_refers(row))
		PLAN_ERROR(l, v, "unsupported", "%s: no ${secret:...} is filled in here", row->key);
	else if ((row->flags & PARAM_SECRET) != 0 && text[0] != '\0' && !secret_ref_is_one(whole))
		PLAN_ERROR(l, v, "secret-in-plan",
			   "%s: a secret does not stand in the plan; write ${secret:NAME} and put "
			   "the value into the secrets file of the agents that ask",
			   row->key);
	else if (found && !secret_ref_is_name(r.name))
		PLAN_ERROR(l, v, "syntax",
			   "%s: a secret's name is 1 to 63 of A-Z a-z 0-9 '.' '_' '-'", row->key);
}

/* The type's own parameters: tried against its table, kept as text. */
static void read_own_params(struct plan_loader *l, const struct yaml_node *node,
			    struct plan_check *c, const char *component_address)
{
	unsigned char scratch[PARAMS_SCRATCH_SIZE] __attribute__((aligned(16))) = {0};
	struct plan_kv *kv;
	size_t n = 0, rows = 0;

	for (const struct param *p = c->schema->params; p->key != NULL; p++)
		rows++;
	kv = arena_calloc(l->arena, rows, sizeof(*kv));
	for (const struct param *p = c->schema->params; p->key != NULL; p++) {
		const struct yaml_node *v = yaml_map_get(node, p->key);
		const char *text = own_text(l, p, v);
		struct err_info info;
		enum err e;

		assert(p->offset + sizeof(int64_t) <= sizeof(scratch));
		if (v != NULL && text == NULL)
			continue;
		if (text == NULL && strcmp(p->key, "address") == 0 && component_address[0] != '\0')
			text = component_address;
		if (text == NULL && (p->flags & PARAM_REQUIRED)) {
			PLAN_ERROR(l, node, "missing-key", "'%s' is missing: %s", p->key, p->help);
			continue;
		}
		if (text == NULL)
			continue;
		check_secret(l, v != NULL ? v : node, p, text);
		e = param_set(p, scratch, slice_of(text), l->arena, &info);
		if (e != ERR_OK)
			PLAN_ERROR(l, v != NULL ? v : node, e == ERR_RANGE ? "range" : "syntax",
				   "%s: %s", p->key, info.text);
		kv[n++] = (struct plan_kv){p->key, arena_strdup(l->arena, text)};
	}
	c->params = kv;
	c->param_count = n;
}

static const char *param_of(void *user, const char *key)
{
	return plan_check_param(user, key);
}

/* The entry of a map by its key, of a list by its number (1 is the first); NULL if there is none. */
static const struct yaml_node *child_of(const struct yaml_node *node, struct slice key)
{
	const struct yaml_node *i = node->kind != YAML_SCALAR ? node->first : NULL;
	int64_t number;

	if (node->kind == YAML_MAP) {
		while (i != NULL && !slice_eq(i->key->text, key))
			i = i->next;
		return i;
	}
	if (parse_i64(key, 1, INT32_MAX, &number) != ERR_OK)
		return NULL;
	while (i != NULL && --number > 0)
		i = i->next;
	return i;
}

/* The node that a fault "values.link.oid: ..." speaks of, as far as it is written there. */
static const struct yaml_node *place_of_fault(const struct yaml_node *node, const char *text)
{
	size_t length = strcspn(text, " :");
	struct slice path = {text, text[length] == ':' ? length : 0};

	while (path.n > 0) {
		const char *dot = memchr(path.p, '.', path.n);
		struct slice key = {path.p, dot != NULL ? (size_t)(dot - path.p) : path.n};
		const struct yaml_node *next = child_of(node, key);

		if (next == NULL)
			break;
		node = next;
		path = (struct slice){path.p + key.n + (dot != NULL),
				      path.n - key.n - (dot != NULL)};
	}
	return node;
}

/* What this check yields, where that depends on its parameters. After a complaint: what every check of the type yields. */
static void derive_schema(struct plan_loader *l, const struct yaml_node *node, struct plan_check *c)
{
	const struct check_schema *type = c->schema;
	struct yaml_node at;
	struct err_info info;

	if (schema_of_check(type, param_of, c, l->arena, &c->schema, &info) == ERR_OK)
		return;
	c->schema = type;
	at = *place_of_fault(node, info.text);
	at.made = at.made != NULL ? at.made
				  : node->made; /* below a profile's document it is shared */
	PLAN_ERROR(l, &at, "values", "%s", info.text);
}

static void compile_threshold(struct plan_loader *l, const struct yaml_node *node, const char *key,
			      const char *text, const struct check_schema *schema,
			      const struct judge **ret)
{
	struct err_info info;

	if (judge_compile(slice_of(text), schema, l->arena, ret, &info) != ERR_OK)
		PLAN_ERROR(l, yaml_map_get(node, key), "condition", "%s: %s", key, info.text);
}

/* The agents that run it, from `from`; one vantage each. */
static void read_vantages(struct plan_loader *l, const struct yaml_node *node, uint32_t check,
			  struct plan_check *c, struct plan_vantage *vantages)
{
	const struct yaml_node *from = yaml_map_get(node, "from");

	c->vantage_first = l->plan->vantage_count;
	if (from == NULL && l->plan->agent_count == 1) {
		vantages[l->plan->vantage_count++] = (struct plan_vantage){check, 0};
		c->vantage_count = 1;
		return;
	}
	if (from == NULL) {
		PLAN_ERROR(l, node, "missing-key",
			   "'from' is missing: the agents that run this check");
		return;
	}
	if (!plan_items_is_filled(l, from, "from"))
		return;
	if (plan_items_length(from) > PLAN_VANTAGES_MAX) {
		PLAN_ERROR(l, from, "too-large", "from: %zu agents, %d at most",
			   plan_items_length(from), PLAN_VANTAGES_MAX);
		return;
	}
	for (const struct yaml_node *a = from->first; a != NULL; a = a->next) {
		uint32_t agent = plan_items_resolve(l, &l->agents, a);

		for (uint32_t i = 0; agent != PLAN_NONE && i < c->vantage_count; i++) {
			if (vantages[c->vantage_first + i].agent == agent) {
				PLAN_ERROR(l, a, "duplicate-id", "agent '%s' stands here twice",
					   a->text.p);
				agent = PLAN_NONE;
			}
		}
		if (agent == PLAN_NONE)
			continue;
		vantages[l->plan->vantage_count++] = (struct plan_vantage){check, agent};
		c->vantage_count++;
	}
	if (c->vantage_count > 0 && c->quorum > c->vantage_count)
		PLAN_ERROR(l, place_of(node, "quorum"), "range",
			   "quorum: %u agents must agree, but only %u run it", c->quorum,
			   c->vantage_count);
}

static void check_name(struct plan_loader *l, const struct yaml_node *node,
		       struct plan_check *checks, const struct plan_component *component,
		       uint32_t index)
{
	struct plan_check *c = &checks[index];
	const struct yaml_node *id = yaml_map_get(node, "id");

	if (c->name[0] == '\0')
		return; /* told already: it is missing or no id */
	if (!parse_is_id(slice_of(c->name), ""))
		PLAN_ERROR(l, id != NULL ? id : node, "syntax",
			   "id: '%s' is no valid check id (a-z 0-9 - _ .)", c->name);
	for (uint32_t i = component->check_first; i < index; i++) {
		if (id != NULL && strcmp(checks[i].name, c->name) == 0)
			PLAN_ERROR(l, id, "duplicate-id",
				   "the check '%s' stands already in this component", c->name);
	}
	c->id = arena_printf(l->arena, "%s:%s", component->id, c->name);
	if (strlen(c->id) > CHECK_ID_MAX)
		PLAN_ERROR(l, id != NULL ? id : node, "syntax",
			   "id: '%s' is longer than %d characters as a whole", c->id, CHECK_ID_MAX);
}

/* What nobody confirms is never the proof that a component fails. */
static void judge_affects(struct plan_loader *l, const struct yaml_node *node, struct plan_check *c)
{
	const struct yaml_node *given = yaml_map_get(node, "affects");

	if (!c->schema->of_condition)
		return;
	if (given != NULL && c->affects == AFFECTS_SERVING)
		PLAN_ERROR(
			l, given, "conflict",
			"affects: a check of type %s may degrade its component and never make it "
			"fail; write 'condition' or leave it out",
			c->schema->type);
	c->affects = AFFECTS_CONDITION;
}

static void read_check(struct plan_loader *l, const struct yaml_node *node, uint32_t component,
		       struct plan_check *checks, struct plan_vantage *vantages)
{
	const struct plan_component *owner = &l->plan->components[component];
	uint32_t index = l->plan->check_count++;
	struct plan_check *c = &checks[index];
	const char *others[OTHER_KEYS_MAX];

	c->component = component;
	c->id = c->name = "";
	if (node->kind != YAML_MAP) {
		PLAN_ERROR(l, node, "not-a-map", "checks: a map of keys and values was expected");
		return;
	}
	c->schema = read_type(l, node);
	if (c->schema == NULL)
		return;
	list_other_keys(c->schema, others);
	yaml_fill(node, plan_check_params, others, c, l->arena, l->findings);
	judge_affects(l, node, c);
	check_name(l, node, checks, owner, index);
	read_counts(l, node, c);
	complete_times(l, node, c);
	read_own_params(l, node, c, owner->address);
	derive_schema(l, node, c);
	compile_threshold(l, node, "warning", c->warning_text, c->schema, &c->warning);
	compile_threshold(l, node, "critical", c->critical_text, c->schema, &c->critical);
	read_vantages(l, node, index, c, vantages);
}

static const struct yaml_node *checks_of(struct plan_loader *l, uint32_t component, bool complain)
{
	const struct yaml_node *list = yaml_map_get(l->components.nodes[component], "checks");

	if (list == NULL || (complain && !plan_items_is_filled(l, list, "checks")) ||
	    list->kind != YAML_LIST)
		return NULL;
	return list;
}

static size_t agents_named(const struct yaml_node *check)
{
	const struct yaml_node *from = check->kind == YAML_MAP ? yaml_map_get(check, "from") : NULL;

	return from != NULL ? plan_items_length(from) : 1;
}

void plan_read_checks(struct plan_loader *l)
{
	struct plan_component *components =
		arena_calloc(l->arena, l->plan->component_count, sizeof(*components));
	struct plan_check *checks;
	struct plan_vantage *vantages;
	size_t check_total = 0, vantage_total = 0;

	memcpy(components, l->plan->components, l->plan->component_count * sizeof(*components));
	l->plan->components = components;
	for (uint32_t i = 0; i < l->plan->component_count; i++) {
		const struct yaml_node *list = checks_of(l, i, true);

		for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
		     c = c->next) {
			check_total++;
			vantage_total += agents_named(c);
		}
	}
	checks = arena_calloc(l->arena, check_total, sizeof(*checks));
	vantages = arena_calloc(l->arena, vantage_total, sizeof(*vantages));
	l->plan->checks = checks;
	l->plan->vantages = vantages;
	for (uint32_t i = 0; i < l->plan->component_count; i++) {
		const struct yaml_node *list = checks_of(l, i, false);

		components[i].check_first = l->plan->check_count;
		for (const struct yaml_node *c = list != NULL ? list->first : NULL; c != NULL;
		     c = c->next)
			read_check(l, c, i, checks, vantages);
		components[i].check_count = l->plan->check_count - components[i].check_first;
	}
	plan_read_pairs(l, components);
}
