/* check_snmp_pair.c - two units that take over from one another, asked at the same moment: one truth of two views
 * (checks/pair_truth.h, docs/SNMP.md). */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "checks/check.h"
#include "checks/snmp_pair.h"
#include "checks/snmp_params.h"

extern const struct check_type check_snmp_pair;

/* In the order of the table of values. */
enum {
	VALUE_ANSWERING,
	VALUE_ACTIVE,
	VALUE_STANDBY,
	VALUE_ACTIVE_UNIT,
	VALUE_REDUNDANT,
	VALUE_LINK,
	VALUE_AGREE,
	VALUE_FAILOVER,
	VALUE_UNIT_1,
	VALUE_UNIT_2
};

static const struct value_desc pair_values[] = {
	{"answering", "", "units that answered"},
	{"active", "", "units that are active: 1 is right"},
	{"standby", "", "units that are ready to take over"},
	{"active_unit", "", "which one is active"},
	{"redundant", "", "one is active, the other ready, nothing speaks against it"},
	{"link", "", "the link between them"},
	{"agree", "", "both say the same"},
	{"failover", "", "whether one takes over from the other at all"},
	{"unit_1", "", "what is held for true of the first unit"},
	{"unit_2", "", "what is held for true of the second unit"},
};
static const struct value_word pair_words[] = {
	{VALUE_ACTIVE_UNIT, 0 * MICRO, "none"},   {VALUE_ACTIVE_UNIT, 1 * MICRO, "first"},
	{VALUE_ACTIVE_UNIT, 2 * MICRO, "second"}, {VALUE_ACTIVE_UNIT, 3 * MICRO, "both"},
	{VALUE_REDUNDANT, 0 * MICRO, "no"},       {VALUE_REDUNDANT, 1 * MICRO, "yes"},
	{VALUE_LINK, 0 * MICRO, "down"},          {VALUE_LINK, 1 * MICRO, "up"},
	{VALUE_AGREE, 0 * MICRO, "no"},           {VALUE_AGREE, 1 * MICRO, "yes"},
	{VALUE_FAILOVER, 0 * MICRO, "off"},       {VALUE_FAILOVER, 1 * MICRO, "on"},
	{VALUE_UNIT_1, 0 * MICRO, "unknown"},     {VALUE_UNIT_1, 1 * MICRO, "active"},
	{VALUE_UNIT_1, 2 * MICRO, "standby"},     {VALUE_UNIT_1, 3 * MICRO, "out"},
	{VALUE_UNIT_2, 0 * MICRO, "unknown"},     {VALUE_UNIT_2, 1 * MICRO, "active"},
	{VALUE_UNIT_2, 2 * MICRO, "standby"},     {VALUE_UNIT_2, 3 * MICRO, "out"},
};
static const char *const addresses_words[] = {"unit", "role", NULL};

struct pair_params {
	struct snmp_pair_texts texts;
	struct snmp_params snmp;
	const struct snmp_pair *pair;
};
static const struct param pair_params[] = {
	PARAM_DOC(struct pair_params, texts.members, "members", PARAM_REQUIRED,
		  "the two units, the first one first: {NAME: ADDRESS, NAME: ADDRESS}"),
	PARAM_DOC(struct pair_params, texts.values, "values", PARAM_REQUIRED,
		  "what each unit is asked: unit_1, unit_2, own, peer, link, off; see SNMP.md"),
	PARAM_LIST(struct pair_params, texts.is_active, "is_active", NULL, 32, PARAM_REQUIRED,
		   "numbers of an active unit"),
	PARAM_LIST(struct pair_params, texts.is_standby, "is_standby", NULL, 32, PARAM_REQUIRED,
		   "numbers of a unit that is ready to take over"),
	PARAM_LIST(struct pair_params, texts.is_unknown, "is_unknown", "", 32, 0,
		   "numbers that say nothing"),
	PARAM_LIST(struct pair_params, texts.is_up, "is_up", "", 32, 0,
		   "numbers of a link that is up"),
	PARAM_ENUM(struct pair_params, texts.addresses, "addresses", "unit", addresses_words, 0,
		   "an address belongs to its unit, or moves with the active role"),
	SNMP_PARAMS(struct pair_params, snmp),
	PARAM_END,
};

enum side_state { SIDE_NOT_BEGUN, SIDE_ASKED, SIDE_WAITS, SIDE_OVER };
struct side {
	enum side_state state; /* WAITS: an ask of it is under way */
	struct snmp_poll poll;
	enum outcome outcome; /* OVER */
	char address[ADDRESS_TEXT_SIZE], detail[120];
};
struct pair_state {
	struct side sides[PAIR_UNITS];
	size_t resolving; /* the side whose name is looked for */
};
struct pair_memory {
	struct snmp_memory sides[PAIR_UNITS];
};

/* --- parameters ------------------------------------------------------------------------------------ */

static const char *text_or(param_getter get, void *user, const char *key, const char *fallback)
{
	const char *text = get(user, key);

	return text != NULL ? text : fallback;
}

/* What it yields is always the same; what it asks is looked at where the plan is read. */
static enum err pair_derive(const struct check_schema *type, param_getter get, void *user,
			    struct arena *arena, const struct check_schema **ret,
			    struct err_info *info)
{
	struct snmp_pair_texts t = {.members = get(user, "members"),
				    .values = get(user, "values"),
				    .is_active = text_or(get, user, "is_active", ""),
				    .is_standby = text_or(get, user, "is_standby", ""),
				    .is_unknown = text_or(get, user, "is_unknown", ""),
				    .is_up = text_or(get, user, "is_up", "")};
	struct check_schema *schema = arena_calloc(arena, 1, sizeof(*schema));
	const struct snmp_pair *pair;

	*schema = *type;
	schema->derive = NULL;
	*ret = schema;
	if (t.members == NULL || t.values == NULL)
		return ERR_OK; /* told by whoever asks for required parameters */
	if (strcmp(text_or(get, user, "addresses", "unit"), "role") == 0)
		t.addresses = SNMP_PAIR_OF_ROLE;
	return snmp_pair_compile(&t, arena, &pair, info);
}

static enum err pair_validate(const void *params, struct err_info *info)
{
	return snmp_params_validate(&((const struct pair_params *)params)->snmp, info);
}

static enum err pair_compile(void *params, struct arena *arena, struct err_info *info)
{
	struct pair_params *p = params;

	return snmp_pair_compile(&p->texts, arena, &p->pair, info);
}

/* --- the verdict ----------------------------------------------------------------------------------- */

static void set(struct probe *p, size_t value, int number)
{
	p->verdict.values[value] = number >= 0 ? number * MICRO : MICRO_NONE;
}

static void set_values(struct probe *p, const struct pair_truth *t)
{
	set(p, VALUE_ANSWERING, t->answering);
	set(p, VALUE_ACTIVE, t->active);
	set(p, VALUE_STANDBY, t->standby);
	set(p, VALUE_ACTIVE_UNIT, t->active_unit);
	set(p, VALUE_REDUNDANT, t->redundant);
	set(p, VALUE_LINK, t->link);
	set(p, VALUE_AGREE, t->agree);
	set(p, VALUE_FAILOVER, t->failover);
	set(p, VALUE_UNIT_1, t->unit[0]);
	set(p, VALUE_UNIT_2, t->unit[1]);
}

static bool has_answered(const struct side *s)
{
	return s->outcome == OUTCOME_OK || s->outcome == OUTCOME_VALUE_MISSING;
}

/* Who did not answer, and why. */
static size_t put_silent(const struct pair_state *s, const struct snmp_pair *pair, char *dst,
			 size_t size, size_t used)
{
	for (size_t i = 0; i < pair->watched && used < size; i++) {
		if (!has_answered(&s->sides[i]))
			used += (size_t)snprintf(dst + used, size - used, "%s%s: %s",
						 used > 0 ? "; " : "", pair->names[i],
						 outcome_word(s->sides[i].outcome));
	}
	return used;
}

static void put_detail(struct probe *p, const struct pair_truth *t)
{
	static const char *const words[] = {"unknown", "active", "standby", "out"};
	const struct snmp_pair *pair = ((const struct pair_params *)p->params)->pair;
	char *dst = p->verdict.detail;
	const size_t size = sizeof(p->verdict.detail);
	size_t used = 0;

	if (t->failover == PAIR_NO)
		used = (size_t)snprintf(dst, size, "failover is off");
	else
		used = (size_t)snprintf(dst, size, "first %s, second %s%s", words[t->unit[0]],
					words[t->unit[1]], t->link == PAIR_NO ? ", link down" : "");
	if (t->agree == PAIR_NO && used < size)
		used += (size_t)snprintf(dst + used, size - used, ", they contradict one another");
	if (t->same_unit && used < size)
		used += (size_t)snprintf(dst + used, size - used,
					 ", both addresses reach the same unit");
	(void)put_silent(p->state, pair, dst, size, used);
}

/* Nobody has told anything: blind if it is our own fault with one of them at least, for then it says nothing of the pair. */
static void tell_silence(struct probe *p)
{
	const struct snmp_pair *pair = ((const struct pair_params *)p->params)->pair;
	const struct pair_state *s = p->state;

	p->verdict.outcome = s->sides[0].outcome;
	for (size_t i = 0; i < pair->watched; i++) {
		if (outcome_class(s->sides[i].outcome) == CLASS_BLIND)
			p->verdict.outcome = s->sides[i].outcome;
	}
	(void)put_silent(s, pair, p->verdict.detail, sizeof(p->verdict.detail), 0);
}

static struct check_step finish(struct probe *p)
{
	const struct snmp_pair *pair = ((const struct pair_params *)p->params)->pair;
	struct pair_state *s = p->state;
	const struct snmp_result *results[PAIR_UNITS] = {NULL, NULL};
	struct pair_view views[PAIR_UNITS];
	struct pair_truth t;
	bool any = false;

	for (size_t i = 0; i < pair->watched; i++) {
		if (!has_answered(&s->sides[i]))
			continue;
		results[i] = s->sides[i].poll.results;
		any = true;
	}
	if (!any) {
		tell_silence(p);
		return (struct check_step){.kind = STEP_DONE};
	}
	snmp_pair_views(pair, results, views);
	t = pair_truth_of(views, pair->watched);
	set_values(p, &t);
	put_detail(p, &t);
	if (t.failover != PAIR_NO && t.unit[0] == PAIR_UNKNOWN && t.unit[1] == PAIR_UNKNOWN)
		p->verdict.outcome = OUTCOME_VALUE_MISSING;
	return (struct check_step){.kind = STEP_DONE};
}

/* --- asking ---------------------------------------------------------------------------------------- */

static void end_side(struct side *s, enum outcome outcome)
{
	s->state = SIDE_OVER;
	s->outcome = outcome;
}

/* While two are asked, the round leaves time for one more: a unit that is silent must not use up what the other one needs to
 * say where its rows are. */
static struct mono_time round_deadline(const struct probe *p, size_t asked)
{
	int64_t all = mono_diff_us(p->deadline, p->started);

	return asked < PAIR_UNITS ? p->deadline : mono_add_us(p->started, all / 4 * 3);
}

static struct check_step go_on(struct probe *p)
{
	struct check_step step = {.kind = STEP_WAIT_SNMP};
	struct pair_state *s = p->state;

	for (size_t i = 0; i < PAIR_UNITS; i++) {
		struct side *side = &s->sides[i];
		struct snmp_ask *ask;

		if (side->state != SIDE_ASKED)
			continue;
		ask = snmp_poll_next(&side->poll);
		if (ask == NULL) {
			end_side(side, snmp_poll_result(&side->poll, NULL, side->detail,
							sizeof(side->detail)));
		} else {
			side->state = SIDE_WAITS;
			step.snmp[step.snmp_count++] = ask;
		}
	}
	step.deadline = round_deadline(p, step.snmp_count);
	return step.snmp_count > 0 ? step : finish(p);
}

static void begin_side(struct probe *p, size_t i, const char *address)
{
	const struct pair_params *params = p->params;
	struct pair_memory *memory = p->memory;
	struct side *s = &((struct pair_state *)p->state)->sides[i];
	struct snmp_target target;

	snprintf(s->address, sizeof(s->address), "%s", address);
	target = snmp_params_target(&params->snmp, s->address);
	snmp_poll_begin(&s->poll, params->pair->program, &memory->sides[i], &target,
			(uint32_t)params->snmp.rows_max);
	s->poll.deadline = p->deadline;
	s->poll.wall = p->wall_started;
	s->state = SIDE_ASKED;
}

/* Names first, one after the other, so that the questions go out at the same moment. */
static struct check_step begin(struct probe *p, size_t from)
{
	const struct snmp_pair *pair = ((const struct pair_params *)p->params)->pair;
	struct pair_state *s = p->state;
	int64_t all = mono_diff_us(p->deadline, p->started);

	for (size_t i = from; i < pair->watched; i++) {
		if (parse_is_address(pair->addresses[i])) {
			begin_side(p, i, pair->addresses[i]);
			continue;
		}
		s->resolving = i;
		return (struct check_step){
			.kind = STEP_WAIT_NAME,
			.host = pair->addresses[i],
			.deadline = mono_add_us(p->started, all * ((int64_t)i + 1) / 4)};
	}
	s->resolving = PAIR_UNITS;
	return go_on(p);
}

static struct check_step pair_start(struct probe *p, struct mono_time now)
{
	(void)now;
	return begin(p, 0);
}

static struct check_step pair_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct pair_state *s = p->state;
	size_t i = s->resolving;

	(void)ready;
	if (i < PAIR_UNITS) {
		if (p->resolved.outcome == OUTCOME_OK)
			begin_side(p, i, p->resolved.address[0]);
		else
			end_side(&s->sides[i], p->resolved.outcome);
		return begin(p, i + 1);
	}
	for (i = 0; i < PAIR_UNITS; i++) {
		if (s->sides[i].state != SIDE_WAITS)
			continue;
		snmp_poll_take(&s->sides[i].poll, now);
		s->sides[i].state = SIDE_ASKED;
	}
	return go_on(p);
}

static void pair_stop(struct probe *p)
{
	struct pair_state *s = p->state;

	for (size_t i = 0; i < PAIR_UNITS; i++)
		snmp_poll_end(&s->sides[i].poll);
}

static void pair_forget(void *memory)
{
	struct pair_memory *m = memory;

	for (size_t i = 0; i < PAIR_UNITS; i++)
		snmp_memory_release(&m->sides[i]);
}

const struct check_type check_snmp_pair = {
	.schema = {.type = "snmp-pair",
		   .help = "two units that take over from one another: one truth of what both say",
		   .params = pair_params,
		   .values = pair_values,
		   .value_count = COUNT_OF(pair_values),
		   .words = pair_words,
		   .word_count = COUNT_OF(pair_words),
		   .derive = pair_derive},
	.params_size = sizeof(struct pair_params),
	.state_size = sizeof(struct pair_state),
	.memory_size = sizeof(struct pair_memory),
	.forget = pair_forget,
	.validate = pair_validate,
	.compile = pair_compile,
	.start = pair_start,
	.resume = pair_resume,
	.stop = pair_stop,
};
