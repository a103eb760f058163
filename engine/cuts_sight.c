#include "engine/cuts_sight.h"

#include "base/micro.h"

/* What the places from which it is looked at see together: the oldest cut that one of them gets. */
struct sight {
	bool any_value, any_sample, any_bad;
	struct cuts_look look;
};

static void add_vantage(struct sight *s, const struct engine *e, const struct plan_cuts *c,
			uint32_t number, uint32_t vantage, uint32_t value)
{
	const struct vantage_soft *soft = &e->soft[vantage];
	uint32_t ordinal;

	if (!soft->has_sample || e->vantages[vantage].state == CHECK_BLIND)
		return;
	s->any_sample = true;
	s->any_bad = s->any_bad || soft->last.health == HEALTH_CRITICAL ||
		     soft->last.health == HEALTH_WARNING;
	if (value >= soft->last.value_count || soft->last.values[value] == MICRO_NONE)
		return;
	ordinal = cuts_ordinal_of(c, number, soft->last.values[value]);
	if (s->any_value && ordinal >= s->look.shown)
		return;
	s->any_value = true;
	s->look = (struct cuts_look){LOOK_SHOWS, ordinal, soft->last.t};
}

struct cuts_look cuts_look_at(const struct engine *e, const struct plan_cuts *c,
			      const struct cuts_now *now, uint32_t source)
{
	const struct plan_cut_source *ps = &c->sources[source];
	const struct plan_check *check = &e->plan->checks[ps->check];
	enum check_state state = vantage_check(e, ps->check).state;
	struct sight s = {.look = {LOOK_UNKNOWN, now->sources[source].shown, WALL_UNKNOWN}};

	for (uint32_t i = 0; i < check->vantage_count; i++)
		add_vantage(&s, e, c, now->number, check->vantage_first + i, ps->value);
	if (s.any_value)
		return s.look;
	if (state == CHECK_BLIND) {
		s.look.kind = LOOK_BLIND;
	} else if (s.any_sample && state == CHECK_CRITICAL) {
		s.look.kind = LOOK_SHOWS; /* it fails, and that is certain: nothing is shown */
		s.look.shown = 0;
	} else if (s.any_sample) {
		/* A bad sample is only a suspicion: as before. A good one without a value tells nothing. */
		s.look.kind = s.any_bad ? LOOK_SHOWS : LOOK_BLIND;
	}
	return s.look;
}
