#include "engine/plan.h"

#include <assert.h>

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

uint32_t plan_find_channel(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->channel_count; i++) {
		if (slice_is(id, p->channels[i].id))
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

void plan_free(struct plan *p)
{
	if (p != NULL)
		arena_free(p->arena);
}
