/* Policies (whom to call when) and procedures, and the rule that decisions fit into the RTO. */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "plan/plan_loader.h"

const char *const plan_ask_words[] = {"none", "activate", "declare", NULL};
const char *const plan_end_words[] = {"not", "no", "yes", "always", NULL};
const char *const plan_effect_words[] = {"none", "suspend", "resume", NULL};

#define DAY_US (86400 * US_PER_S)

const struct param plan_policy_params[] = {
	PARAM_ID(struct plan_policy, id, "id", NULL, PARAM_REQUIRED, "id of the policy"),
	PARAM_DURATION(struct plan_policy, repeat_us, "repeat", "5m", US_PER_S, DAY_US, 0,
		       "after the last step everything again each so often"),
	PARAM_END,
};
struct step_row {
	bool parallel;
	int64_t ack_within_us, quorum;
	int ask;
	const char *say;
};
const struct param plan_step_params[] = {
	PARAM_BOOL(struct step_row, parallel, "parallel", "false", 0,
		   "call all at once instead of one after the other"),
	PARAM_DURATION(struct step_row, ack_within_us, "ack_within", "60s", US_PER_S, DAY_US, 0,
		       "time for a person to answer before the next one is called"),
	PARAM_ENUM(struct step_row, ask, "ask", "none", plan_ask_words, 0,
		   "the decision that is asked for"),
	PARAM_INT(struct step_row, quorum, "quorum", "1", 1, 20, 0,
		  "distinct people whose decision is needed"),
	PARAM_STR(struct step_row, say, "say", "", 0, "message word, such as rto-breached"),
	PARAM_END,
};
struct moment_row {
	int64_t pct, min_us, max_us;
};
const struct param plan_moment_params[] = {
	PARAM_INT(struct moment_row, pct, "pct", NULL, 0, 1000, PARAM_REQUIRED,
		  "percent of the RTO"),
	PARAM_DURATION(struct moment_row, min_us, "min", NULL, US_PER_MS, 30 * DAY_US, 0,
		       "not before"),
	PARAM_DURATION(struct moment_row, max_us, "max", NULL, US_PER_MS, 30 * DAY_US, 0,
		       "not after"),
	PARAM_END,
};

static void read_moment(struct plan_loader *l, const struct yaml_node *step, struct plan_step *ret)
{
	const struct yaml_node *at = yaml_map_get(step, "at");
	struct moment_row row = {0};

	if (at == NULL) {
		PLAN_ERROR(l, step, "missing-key",
			   "'at' is missing: confirmed, or {pct: 25, min: 60s, max: 10m}");
		return;
	}
	if (at->kind == YAML_SCALAR) {
		ret->at = AT_CONFIRMED;
		if (!slice_is(at->text, "confirmed"))
			PLAN_ERROR(
				l, at, "syntax",
				"at: '%s' is neither 'confirmed' nor {pct: 25, min: 60s, max: 10m}",
				at->text.p);
		return;
	}
	yaml_fill(at, plan_moment_params, NULL, &row, l->arena, l->findings);
	if (row.max_us > 0 && row.min_us > row.max_us)
		PLAN_ERROR(l, at, "conflict", "at: min is longer than max");
	ret->at = AT_PCT;
	ret->pct = (uint32_t)row.pct;
	ret->min_us = row.min_us;
	ret->max_us = row.max_us;
}

/* A part of a word as a node of its own, so that complaints name the right place. */
static struct yaml_node tail_of(const struct yaml_node *node, size_t skip)
{
	struct yaml_node tail = *node;

	tail.text = (struct slice){node->text.p + skip, node->text.n - skip};
	return tail;
}

static bool has_prefix(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n > n && memcmp(s.p, prefix, n) == 0;
}

static void read_target(struct plan_loader *l, const struct yaml_node *node, const char *key,
			struct plan_target *ret)
{
	struct yaml_node tail;
	int64_t level;

	if (node->kind != YAML_SCALAR) {
		PLAN_ERROR(l, node, "not-a-value",
			   "%s: write team, \"seat:ID\", \"level:N\" or \"person:ID\"", key);
		return;
	}
	if (slice_is(node->text, "team")) {
		ret->kind = TARGET_TEAM;
	} else if (has_prefix(node->text, "level:")) {
		tail = tail_of(node, strlen("level:"));
		ret->kind = TARGET_LEVEL;
		if (parse_i64(tail.text, 1, 3, &level) != ERR_OK) {
			PLAN_ERROR(l, node, "range", "%s: '%s': levels are 1, 2 and 3", key,
				   node->text.p);
			return;
		}
		ret->index = (uint32_t)level;
		for (uint32_t i = 0; i < l->plan->seat_count; i++) {
			if (l->plan->seats[i].level == ret->index)
				return;
		}
		PLAN_ERROR(l, node, "dangling-id", "%s: level %u has no seat", key, ret->index);
	} else if (has_prefix(node->text, "person:")) {
		tail = tail_of(node, strlen("person:"));
		ret->kind = TARGET_PERSON;
		ret->index = plan_items_resolve(l, &l->people, &tail);
	} else {
		tail = tail_of(node, has_prefix(node->text, "seat:") ? strlen("seat:") : 0);
		ret->kind = TARGET_SEAT;
		ret->index = plan_items_resolve(l, &l->seats, &tail);
	}
}

const struct plan_target *plan_read_targets(struct plan_loader *l, const struct yaml_node *list,
					    const char *key, size_t *ret_count)
{
	struct plan_target *targets;
	size_t n = 0;

	*ret_count = 0;
	if (list == NULL || !plan_items_is_filled(l, list, key))
		return NULL;
	targets = arena_calloc(l->arena, plan_items_length(list), sizeof(*targets));
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next)
		read_target(l, c, key, &targets[n++]);
	*ret_count = n;
	return targets;
}

/* How many seats or people a step may call, one after the other if it is not parallel. */
static int64_t count_called(const struct plan *p, const struct plan_step *step)
{
	int64_t n = 0;

	for (size_t i = 0; i < step->target_count; i++) {
		const struct plan_target *t = &step->targets[i];

		if (t->kind != TARGET_LEVEL)
			n++;
		for (uint32_t k = 0; t->kind == TARGET_LEVEL && k < p->seat_count; k++)
			n += p->seats[k].level == t->index;
	}
	return n;
}

static void read_step(struct plan_loader *l, const struct yaml_node *node, struct plan_step *ret)
{
	static const char *const others[] = {"at", "call", NULL};
	const struct yaml_node *call, *quorum;
	struct step_row row = {0};

	if (node->kind != YAML_MAP) {
		PLAN_ERROR(l, node, "not-a-map", "steps: a map of keys and values was expected");
		return;
	}
	yaml_fill(node, plan_step_params, others, &row, l->arena, l->findings);
	ret->parallel = row.parallel;
	ret->ack_within_us = row.ack_within_us;
	ret->ask = (enum plan_ask)row.ask;
	ret->quorum = (uint32_t)row.quorum;
	ret->say = row.say;
	read_moment(l, node, ret);
	call = yaml_map_get(node, "call");
	if (call == NULL) {
		PLAN_ERROR(l, node, "missing-key", "'call' is missing: whom to call");
		return;
	}
	ret->targets = plan_read_targets(l, call, "call", &ret->target_count);
	if (ret->targets == NULL)
		return;
	quorum = yaml_map_get(node, "quorum");
	if (quorum != NULL && ret->quorum > count_called(l->plan, ret))
		PLAN_ERROR(l, quorum, "range",
			   "quorum: %u people must decide, but the step calls only %lld",
			   ret->quorum, (long long)count_called(l->plan, ret));
}

static void read_policy(struct plan_loader *l, const struct yaml_node *node,
			struct plan_policy *ret)
{
	static const char *const others[] = {"steps", NULL};
	const struct yaml_node *list = yaml_map_get(node, "steps");
	struct plan_step *steps;

	yaml_fill(node, plan_policy_params, others, ret, l->arena, l->findings);
	if (ret->id == NULL)
		ret->id = "";
	if (list == NULL) {
		PLAN_ERROR(l, node, "missing-key", "'steps' is missing: who is called when");
		return;
	}
	if (!plan_items_is_filled(l, list, "steps"))
		return;
	steps = arena_calloc(l->arena, plan_items_length(list), sizeof(*steps));
	for (const struct yaml_node *s = list->first; s != NULL; s = s->next)
		read_step(l, s, &steps[ret->step_count++]);
	ret->steps = steps;
}

struct activity_row {
	struct plan_activity out;
	int64_t n, if_no, if_yes;
	int end, effect;
};
const struct param plan_activity_params[] = {
	PARAM_INT(struct activity_row, n, "n", NULL, 1, 1000, PARAM_REQUIRED,
		  "number of the activity"),
	PARAM_STR(struct activity_row, out.what, "do", NULL, PARAM_REQUIRED, "what is done"),
	PARAM_STR(struct activity_row, out.by, "by", "", 0, "who does it"),
	PARAM_INT(struct activity_row, if_no, "if_no", "0", 0, 1000, 0,
		  "activity that follows a no (0: the next)"),
	PARAM_INT(struct activity_row, if_yes, "if_yes", "0", 0, 1000, 0,
		  "activity that follows a yes (0: the next)"),
	PARAM_ENUM(struct activity_row, end, "end", "not", plan_end_words, 0,
		   "the answer that ends the procedure"),
	PARAM_ENUM(struct activity_row, effect, "effect", "none", plan_effect_words, 0,
		   "what a yes does to the exercise"),
	PARAM_STR(struct activity_row, out.heading, "heading", "", 0,
		  "heading of the part that begins here, such as a) Tablet"),
	PARAM_DURATION(struct activity_row, out.within_us, "within", NULL, US_PER_S, 30 * DAY_US, 0,
		       "time for it, from the moment at which it is its turn"),
	PARAM_END,
};
const struct param plan_procedure_params[] = {
	PARAM_ID(struct plan_procedure, id, "id", NULL, PARAM_REQUIRED, "id of the procedure"),
	PARAM_STR(struct plan_procedure, name, "name", "", 0, "name for people"),
	PARAM_STR(struct plan_procedure, header, "header", "", 0,
		  "name of the document that its pages carry"),
	PARAM_END,
};

static void read_procedure(struct plan_loader *l, const struct yaml_node *node,
			   struct plan_procedure *ret)
{
	static const char *const others[] = {"activities", "document", NULL};
	const struct yaml_node *list = yaml_map_get(node, "activities");
	struct plan_activity *out;

	yaml_fill(node, plan_procedure_params, others, ret, l->arena, l->findings);
	if (ret->id == NULL)
		ret->id = "";
	ret->document = plan_items_resolve(l, &l->documents, yaml_map_get(node, "document"));
	if (list == NULL || !plan_items_is_filled(l, list, "activities"))
		return;
	out = arena_calloc(l->arena, plan_items_length(list), sizeof(*out));
	ret->activities = out;
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		struct activity_row row = {0};

		yaml_fill(c, plan_activity_params, NULL, &row, l->arena, l->findings);
		row.out.n = (uint32_t)row.n;
		row.out.if_no = (uint32_t)row.if_no;
		row.out.if_yes = (uint32_t)row.if_yes;
		row.out.end = (enum plan_end)row.end;
		row.out.effect = (enum plan_effect)row.effect;
		row.out.what = row.out.what != NULL ? row.out.what : "";
		out[ret->activity_count++] = row.out;
	}
}

void plan_read_policies(struct plan_loader *l)
{
	struct plan_policy *policies = arena_calloc(l->arena, l->policies.count, sizeof(*policies));
	struct plan_procedure *procedures =
		arena_calloc(l->arena, l->procedures.count, sizeof(*procedures));

	l->plan->policies = policies;
	for (uint32_t i = 0; i < l->policies.count; i++)
		read_policy(l, l->policies.nodes[i], &policies[i]);
	l->plan->policy_count = l->policies.count;
	l->plan->procedures = procedures;
	for (uint32_t i = 0; i < l->procedures.count; i++)
		read_procedure(l, l->procedures.nodes[i], &procedures[i]);
	l->plan->procedure_count = l->procedures.count;
}

/* DESIGN 5: a policy whose last decision window ends after the RTO is refused. */
void plan_check_decisions(struct plan_loader *l)
{
	for (uint32_t i = 0; i < l->plan->service_count; i++) {
		const struct plan_service *s = &l->plan->services[i];
		const struct plan_policy *p =
			s->policy != PLAN_NONE ? &l->plan->policies[s->policy] : NULL;

		for (size_t k = 0; p != NULL && k < p->step_count; k++) {
			const struct plan_step *step = &p->steps[k];
			int64_t turns = step->parallel ? 1 : count_called(l->plan, step);
			int64_t end =
				plan_step_after_us(step, s->rto_us) + turns * step->ack_within_us;
			char ends[64], rto[64];

			if (step->ask == ASK_NONE || end <= s->rto_us || s->rto_us == 0)
				continue;
			format_duration(ends, sizeof(ends), end);
			format_duration(rto, sizeof(rto), s->rto_us);
			PLAN_ERROR(l, yaml_map_get(l->services.nodes[i], "policy"), "late-decision",
				   "policy '%s' asks for a decision until %s, after the RTO of "
				   "'%s' (%s); ask earlier or shorten ack_within",
				   p->id, ends, s->id, rto);
		}
	}
}
