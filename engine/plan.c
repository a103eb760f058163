#include "engine/plan.h"

#include <assert.h>

#include "base/instant.h"

uint32_t plan_find_site(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->site_count; i++) {
		if (slice_is(id, p->sites[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_agent(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->agent_count; i++) {
		if (slice_is(id, p->agents[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_component(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->component_count; i++) {
		if (slice_is(id, p->components[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_service(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->service_count; i++) {
		if (slice_is(id, p->services[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_person(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->person_count; i++) {
		if (slice_is(id, p->people[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_seat(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->seat_count; i++) {
		if (slice_is(id, p->seats[i].id))
			return i;
	}
	return PLAN_NONE;
}

/* ASCII letters of either case are the same. */
static bool is_name_of(struct slice who, const char *name)
{
	size_t i = 0;

	for (; i < who.n && name[i] != '\0'; i++) {
		char a = who.p[i], b = name[i];

		a = a >= 'A' && a <= 'Z' ? (char)(a - 'A' + 'a') : a;
		b = b >= 'A' && b <= 'Z' ? (char)(b - 'A' + 'a') : b;
		if (a != b)
			return false;
	}
	return i == who.n && name[i] == '\0';
}

uint32_t plan_find_actor(const struct plan *p, struct slice by)
{
	uint32_t seat = plan_find_seat(p, by);

	for (uint32_t i = 0; seat == PLAN_NONE && i < p->seat_count; i++) {
		if (is_name_of(by, p->seats[i].id) || is_name_of(by, p->seats[i].name))
			seat = i;
	}
	return seat;
}

uint32_t plan_find_channel(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->channel_count; i++) {
		if (slice_is(id, p->channels[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_jornada(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->jornada_count; i++) {
		if (slice_is(id, p->jornadas[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_cuts(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->cuts_count; i++) {
		if (slice_is(id, p->cuts[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_cut_source(const struct plan_cuts *c, struct slice name)
{
	for (uint32_t i = 0; i < c->source_count; i++) {
		if (slice_is(name, c->sources[i].name))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_window(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->window_count; i++) {
		if (slice_is(id, p->windows[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_post(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->post_count; i++) {
		if (slice_is(id, p->posts[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_jornada_at(const struct plan *p, int64_t unix_us)
{
	for (uint32_t i = 0; i < p->jornada_count; i++) {
		if (p->jornadas[i].from_us <= unix_us && unix_us < p->jornadas[i].until_us)
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_freeze_over(const struct plan *p, int64_t from_us, int64_t until_us)
{
	for (uint32_t i = 0; i < p->jornada_count; i++) {
		if (from_us < p->jornadas[i].freeze_until_us &&
		    p->jornadas[i].freeze_from_us < until_us)
			return i;
	}
	return PLAN_NONE;
}

uint32_t post_set_count(const struct plan_post_set *s)
{
	uint32_t n = 0;

	for (size_t w = 0; w < PLAN_POST_WORDS; w++)
		n += (uint32_t)__builtin_popcountll(s->bits[w]);
	return n;
}

const char *plan_check_param(const struct plan_check *c, const char *key)
{
	for (size_t i = 0; i < c->param_count; i++) {
		if (strcmp(c->params[i].key, key) == 0)
			return c->params[i].value;
	}
	return NULL;
}

static bool sets_one_of(const struct plan_check *c, const char *const *keys)
{
	for (; *keys != NULL; keys++) {
		const char *value = plan_check_param(c, *keys);

		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

size_t plan_measured_values(const struct plan_check *c)
{
	const struct check_schema *s = c->schema;

	return s->extra_count == 0 || sets_one_of(c, s->extra_with)
		       ? s->value_count
		       : s->value_count - s->extra_count;
}

bool plan_measures(const struct plan_check *c, size_t value)
{
	const struct value_condition *k = c->schema->condition;

	if (value >= plan_measured_values(c))
		return false;
	if (k == NULL || strcmp(k->value, c->schema->values[value].name) != 0)
		return true;
	for (size_t i = 0; i < c->param_count; i++) {
		if (strcmp(c->params[i].key, k->key) == 0)
			return strcmp(c->params[i].value, k->unlike) != 0;
	}
	return false;
}

/* Walks over every use; `put` NULL: counts only, into use_first[check + 1]. */
static void walk_uses(struct plan *p, struct plan_use *put)
{
	for (uint32_t i = 0; i < p->cuts_count; i++) {
		for (uint32_t s = 0; s < p->cuts[i].source_count; s++) {
			uint32_t *at = &p->use_first[p->cuts[i].sources[s].check + 1];

			if (put != NULL)
				put[*at] = (struct plan_use){USE_CUT, i, s};
			(*at)++;
		}
	}
	for (uint32_t i = 0; i < p->service_count; i++) {
		uint32_t *at;

		if (p->services[i].rpo_check == PLAN_NONE)
			continue;
		at = &p->use_first[p->services[i].rpo_check + 1];
		if (put != NULL)
			put[*at] = (struct plan_use){USE_RPO, i, 0};
		(*at)++;
	}
}

/* Counted, added up and filled: a counting sort by check. While it is filled use_first[i + 1] moves from the first use of
 * check i to the first of check i + 1. */
static void index_uses(struct plan *p)
{
	struct plan_use *uses;
	uint32_t total = 0;

	p->use_first = arena_calloc(p->arena, p->check_count + 1, sizeof(*p->use_first));
	walk_uses(p, NULL);
	for (uint32_t i = 1; i <= p->check_count; i++) {
		uint32_t n = p->use_first[i];

		p->use_first[i] = total;
		total += n;
	}
	uses = arena_calloc(p->arena, total, sizeof(*uses));
	p->uses = uses;
	walk_uses(p, uses);
}

/* Checks are many and found once per result: a hash index, made by the loader. FNV-1a. */
static uint32_t hash_of(struct slice id)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < id.n; i++)
		h = (h ^ (unsigned char)id.p[i]) * 16777619u;
	return h;
}

void plan_index_checks(struct plan *p)
{
	uint32_t size = 16;

	while (size < p->check_count * 2)
		size *= 2;
	p->check_index = arena_calloc(p->arena, size, sizeof(*p->check_index));
	p->check_index_size = size;
	for (uint32_t i = 0; i < p->check_count; i++) {
		uint32_t at = hash_of(slice_of(p->checks[i].id)) & (size - 1);

		while (p->check_index[at] != 0)
			at = (at + 1) & (size - 1);
		p->check_index[at] = i + 1;
	}
	index_uses(p);
}

uint32_t plan_find_check(const struct plan *p, struct slice id)
{
	uint32_t at;

	if (p->check_index_size == 0)
		return PLAN_NONE;
	at = hash_of(id) & (p->check_index_size - 1);
	while (p->check_index[at] != 0) {
		uint32_t i = p->check_index[at] - 1;

		if (slice_is(id, p->checks[i].id))
			return i;
		at = (at + 1) & (p->check_index_size - 1);
	}
	return PLAN_NONE;
}

uint32_t plan_find_report_type(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->reports.type_count; i++) {
		if (slice_is(id, p->reports.types[i].id))
			return i;
	}
	return PLAN_NONE;
}

uint32_t plan_find_vantage(const struct plan *p, uint32_t check, uint32_t agent)
{
	const struct plan_check *c = &p->checks[check];

	assert(check < p->check_count);
	for (uint32_t i = 0; i < c->vantage_count; i++) {
		if (p->vantages[c->vantage_first + i].agent == agent)
			return c->vantage_first + i;
	}
	return PLAN_NONE;
}

int64_t plan_step_after_us(const struct plan_step *s, int64_t rto_us)
{
	int64_t after;

	if (s->at == AT_CONFIRMED)
		return 0;
	/* In parts, so that an RTO of weeks cannot overflow. */
	after = rto_us / 100 * s->pct + rto_us % 100 * s->pct / 100;
	if (s->min_us > 0 && after < s->min_us)
		after = s->min_us;
	if (s->max_us > 0 && after > s->max_us)
		after = s->max_us;
	return after;
}

static bool is_called(const struct plan *p, uint32_t service, const struct plan_target *t,
		      uint32_t seat)
{
	switch (t->kind) {
	case TARGET_SEAT:
		return t->index == seat;
	case TARGET_TEAM:
		return p->services[service].team == seat;
	case TARGET_LEVEL:
		return p->seats[seat].level == t->index;
	case TARGET_PERSON:
		return false;
	}
	return false;
}

bool plan_step_calls_seat(const struct plan *p, uint32_t service, const struct plan_step *step,
			  uint32_t seat)
{
	for (size_t k = 0; k < step->target_count; k++) {
		if (is_called(p, service, &step->targets[k], seat))
			return true;
	}
	return false;
}

bool plan_step_calls_level(const struct plan *p, uint32_t service, const struct plan_step *step,
			   uint32_t level)
{
	for (uint32_t seat = 0; seat < p->seat_count; seat++) {
		if (p->seats[seat].level == level && plan_step_calls_seat(p, service, step, seat))
			return true;
	}
	return false;
}

bool plan_has_gate(const struct plan *p, uint32_t service, size_t step)
{
	const struct plan_policy *policy = &p->policies[p->services[service].policy];

	if (policy->steps[step].ask != ASK_ACTIVATE || policy->steps[step].at == AT_CONFIRMED)
		return false;
	for (size_t k = 0; k < policy->step_count; k++) {
		if (k != step && plan_step_calls_level(p, service, &policy->steps[k], 2) &&
		    plan_step_after_us(&policy->steps[k], p->services[service].rto_us) <=
			    plan_step_after_us(&policy->steps[step], p->services[service].rto_us))
			return true;
	}
	return false;
}

int64_t plan_step_window_us(const struct plan *p, uint32_t service, const struct plan_step *step)
{
	uint32_t n = 0;

	for (uint32_t seat = 0; seat < p->seat_count; seat++)
		n += plan_step_calls_seat(p, service, step, seat);
	for (size_t k = 0; k < step->target_count; k++)
		n += step->targets[k].kind == TARGET_PERSON;
	return step->ack_within_us * (step->parallel || n == 0 ? 1 : (int64_t)n);
}

int64_t plan_gate_latest_us(const struct plan *p, uint32_t service, size_t step)
{
	const struct plan_step *s = &p->policies[p->services[service].policy].steps[step];
	int64_t rto = p->services[service].rto_us, mark = plan_step_after_us(s, rto);
	int64_t latest = mark + PLAN_GATE_WAITS_MAX * PLAN_GATE_WAIT_S * US_PER_S;

	if (!plan_has_gate(p, service, step))
		return mark;
	if (latest > rto - plan_step_window_us(p, service, s))
		latest = rto - plan_step_window_us(p, service, s);
	return latest > mark ? latest : mark;
}

void plan_free(struct plan *p)
{
	if (p != NULL)
		arena_free(p->arena);
}
