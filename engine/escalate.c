/* The jump to a level. */
#include "engine/escalate.h"

#include "engine/calltree.h"
#include "engine/duty.h"

enum { LEVEL_MIN = 1, LEVEL_MAX = 3, LEVEL_DESK = 0, LEVEL_COORDINATOR = 2, NO_LEVEL = 99 };

static uint32_t level_of(const struct incident *i, const struct incident_service *s,
			 const struct plan_target *target)
{
	const struct plan *p = i->plan;
	uint32_t team = p->services[s->service].team;

	switch (target->kind) {
	case TARGET_LEVEL:
		return target->index;
	case TARGET_SEAT:
		return p->seats[target->index].level;
	case TARGET_TEAM:
		return team != PLAN_NONE ? p->seats[team].level : NO_LEVEL;
	case TARGET_PERSON:
		break;
	}
	return NO_LEVEL;
}

static bool calls_level(const struct incident *i, const struct incident_service *s, size_t step,
			uint32_t from, uint32_t to)
{
	const struct plan_step *st = &policy_of(i, s)->steps[step];

	for (size_t k = 0; k < st->target_count; k++) {
		uint32_t level = level_of(i, s, &st->targets[k]);

		if (from <= level && level <= to)
			return true;
	}
	return false;
}

static int64_t after_us(const struct incident *i, const struct incident_service *s, size_t step)
{
	return plan_step_after_us(&policy_of(i, s)->steps[step],
				  i->plan->services[s->service].rto_us);
}

/* A level from `from` to `to` was called for this service. */
static bool was_called(const struct incident *i, const struct incident_service *s, uint32_t from,
		       uint32_t to)
{
	for (size_t k = 0; k < s->step_count; k++) {
		if (s->steps[k].fired && !s->steps[k].passed && calls_level(i, s, k, from, to))
			return true;
	}
	return false;
}

/* The first step to come that calls the level; SIZE_MAX: none, or it would be a step down. */
static size_t step_to(const struct incident *i, const struct incident_service *s, uint32_t level)
{
	size_t best = SIZE_MAX;

	if (!s->running || was_called(i, s, LEVEL_MIN, level))
		return SIZE_MAX;
	for (size_t k = 0; k < s->step_count; k++) {
		if (!s->steps[k].fired && calls_level(i, s, k, level, level) &&
		    (best == SIZE_MAX || after_us(i, s, k) < after_us(i, s, best)))
			best = k;
	}
	return best;
}

static struct refusal refuse_level(const struct incident *i, uint32_t level)
{
	bool higher = false, same = false;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (step_to(i, s, level) != SIZE_MAX)
			return ALLOWED;
		higher = higher || (level > LEVEL_MIN && was_called(i, s, LEVEL_MIN, level - 1));
		same = same || was_called(i, s, level, level);
	}
	if (higher)
		return REFUSED(WRONG_STATE, "a higher level was called already: this never goes "
					    "down");
	if (same)
		return REFUSED(WRONG_STATE, "that level was called already");
	return REFUSED(WRONG_STATE, "no step to come of the plan calls that level: call it by "
				    "hand and write a note");
}

struct refusal escalate_refuse(const struct turn *t, const struct incident *i,
			       const struct input *in)
{
	int64_t level = in->u.act.args.n;

	if (!duty_holds_level(t->e, i, in->u.act.person, LEVEL_COORDINATOR, t->now) &&
	    !duty_holds_level(t->e, i, in->u.act.person, LEVEL_DESK, t->now))
		return REFUSED(DENIED, "only the coordinator (level 2) or the desk calls a level "
				       "ahead of its mark");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "a reason is needed (note)");
	if (level < LEVEL_MIN || level > LEVEL_MAX)
		return REFUSED(SYNTAX, "n is the level to call: 1, 2 or 3");
	if (!incident_has_running_clock(i))
		return REFUSED(WRONG_STATE, "nothing of this incident fails any more");
	return refuse_level(i, (uint32_t)level);
}

void escalate_decide(const struct turn *t, const struct incident *i, const struct input *in)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];
		size_t to = step_to(i, s, (uint32_t)in->u.act.args.n);

		if (to == SIZE_MAX)
			continue;
		for (size_t n = 0; n < s->step_count; n++) {
			if (n != to && !s->steps[n].fired &&
			    after_us(i, s, n) <= after_us(i, s, to))
				event_set_text(calltree_add_step(t, EVENT_STEP_DONE, i, s, n),
					       "jumped");
		}
		calltree_fire(t, i, s, to, i->round);
	}
}
