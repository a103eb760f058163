/* The RPO clock: how old the newest good copy of a service's data is (DESIGN 4). It is independent of the RTO; while nothing
 * tells the age it goes on from the last copy that was seen, since data can only grow older. */
#include <string.h>

#include "base/micro.h"
#include "engine/engine_state.h"

/* Of a check the value, in microseconds; MICRO_NONE if its newest sample has none. */
static int64_t age_of(const struct sample *s, uint32_t value)
{
	return value < s->value_count && s->values[value] >= 0 ? s->values[value] : MICRO_NONE;
}

static bool is_over(const struct plan_service *s, struct wall_time copy, struct wall_time now)
{
	return wall_diff_us(now, copy) >= s->rpo_limit_us;
}

#define PACE_MIN_US (600 * US_PER_S)
#define TREMBLE_US (2 * US_PER_S)

/* Newer copies are journalled now and then, so that a start knows about how old the last one seen is. */
static bool is_news(const struct plan_service *s, const struct rpo_now *now, struct wall_time copy)
{
	int64_t half = s->rpo_limit_us / 2;

	return now->state == RPO_STATE_MET && copy.us > now->copy.us &&
	       wall_diff_us(copy, now->copy) >= (half > PACE_MIN_US ? half : PACE_MIN_US);
}

bool rpo_observe(struct engine *e, const struct sample *s)
{
	const struct plan *p = e->plan;
	uint32_t check = p->vantages[s->vantage].check;
	bool wanted = false;

	for (uint32_t i = p->use_first[check]; i < p->use_first[check + 1]; i++) {
		uint32_t service = p->uses[i].index;
		const struct rpo_now *now = &e->rpo[service];
		struct wall_time copy;
		int64_t age;

		if (p->uses[i].kind != USE_RPO)
			continue;
		age = age_of(s, p->services[service].rpo_value);
		if (age == MICRO_NONE || s->backlog || age > s->t.us)
			continue;
		copy = wall_add_us(s->t, -age);
		if (wall_is_known(now->told) && copy.us < now->told.us) {
			/* Ages in whole seconds tremble. An older copy brings a deadline nearer: it is looked at. */
			if (wall_diff_us(now->told, copy) < TREMBLE_US)
				continue;
			wanted = true;
		}
		e->rpo[service].told = copy;
		wanted = wanted || now->state == RPO_STATE_UNKNOWN || now->estimated ||
			 is_news(&p->services[service], now, now->told) ||
			 is_over(&p->services[service], e->rpo[service].told, s->arrived) !=
				 (now->state == RPO_STATE_EXCEEDED);
	}
	return wanted;
}

/* The newest sample of the check tells an age. */
static bool is_told(const struct engine *e, const struct plan_service *s)
{
	const struct plan_check *c = &e->plan->checks[s->rpo_check];

	for (uint32_t i = 0; i < c->vantage_count; i++) {
		const struct vantage_soft *soft = &e->soft[c->vantage_first + i];

		if (soft->has_sample && age_of(&soft->last, s->rpo_value) != MICRO_NONE)
			return true;
	}
	return false;
}

struct wall_time rpo_copy(const struct engine *e, uint32_t service, bool *ret_estimated)
{
	const struct plan_service *s = &e->plan->services[service];
	struct wall_time copy = e->rpo[service].told;
	enum check_state state = vantage_check(e, s->rpo_check).state;

	*ret_estimated = state == CHECK_BLIND || (state == CHECK_CRITICAL && !is_told(e, s));
	if (wall_is_known(copy))
		return copy;
	return *ret_estimated && e->rpo[service].state != RPO_STATE_UNKNOWN ? e->rpo[service].copy
									    : WALL_UNKNOWN;
}

static void decide_one(const struct turn *t, uint32_t service)
{
	const struct plan_service *s = &t->e->plan->services[service];
	const struct rpo_now *now = &t->e->rpo[service];
	bool estimated;
	struct wall_time copy = rpo_copy(t->e, service, &estimated);
	enum rpo_state state;
	struct event *ev;

	if (!wall_is_known(copy))
		return;
	state = is_over(s, copy, t->now) ? RPO_STATE_EXCEEDED : RPO_STATE_MET;
	if (state == now->state && estimated == now->estimated &&
	    (estimated || !is_news(s, now, copy)))
		return;
	ev = turn_add(t,
		      estimated && state == now->state ? EVENT_RPO_BLIND
		      : state == RPO_STATE_MET         ? EVENT_RPO_MET
						       : EVENT_RPO_EXCEEDED,
		      t->now);
	ev->service = service;
	ev->began = copy;
	ev->number = s->rpo_limit_us;
	ev->until = wall_add_us(copy, s->rpo_limit_us);
	ev->estimated = estimated;
}

void rpo_decide(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->service_count; i++) {
		if (t->e->plan->services[i].rpo_check != PLAN_NONE)
			decide_one(t, i);
	}
}

struct wall_time rpo_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->service_count; i++) {
		struct wall_time copy;
		bool estimated;

		if (e->plan->services[i].rpo_check == PLAN_NONE || e->rpo[i].state != RPO_STATE_MET)
			continue;
		copy = rpo_copy(e, i, &estimated);
		if (wall_is_known(copy))
			d = wall_min(d, wall_add_us(copy, e->plan->services[i].rpo_limit_us));
	}
	return d;
}

void rpo_apply(struct engine *e, const struct event *ev)
{
	struct rpo_now *now = &e->rpo[ev->service];
	enum rpo_state state = ev->kind == EVENT_RPO_MET        ? RPO_STATE_MET
			       : ev->kind == EVENT_RPO_EXCEEDED ? RPO_STATE_EXCEEDED
								: now->state;

	if (state != now->state)
		now->since = ev->recorded;
	now->state = state;
	now->copy = ev->began;
	now->estimated = ev->estimated;
}

void rpo_carry(const struct engine *e, uint32_t old, const struct plan *p, uint32_t service,
	       struct rpo_now *ret)
{
	uint32_t was = e->plan->services[old].rpo_check, is = p->services[service].rpo_check;

	/* Another check tells of another copy. */
	if (was == PLAN_NONE || is == PLAN_NONE ||
	    strcmp(e->plan->checks[was].id, p->checks[is].id) != 0)
		return;
	*ret = e->rpo[old];
}
