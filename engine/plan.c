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

void plan_free(struct plan *p)
{
	if (p != NULL)
		arena_free(p->arena);
}
