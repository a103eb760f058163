/* What publication cuts mean for the service that publishes them: one that is late, missing or inconsistent beyond its
 * grace takes the service down from the moment at which it was due, like any other failure. */
#include "engine/engine_state.h"

static bool is_served(enum service_state s)
{
	return s == SERVICE_OK || s == SERVICE_DEGRADED;
}

static bool weigh_one(const struct cuts_now *now, struct diagram_result *r)
{
	if (now->effect == SERVICE_DOWN) {
		if (r->state == SERVICE_DOWN && r->began.us <= now->began.us)
			return false;
		r->state = SERVICE_DOWN;
		r->began = now->began;
		r->not_before = WALL_UNKNOWN; /* the plan says when it was due */
		return true;
	}
	if (now->effect == SERVICE_BLIND && is_served(r->state)) {
		r->state = SERVICE_BLIND;
		r->began = r->not_before = now->began;
		return true;
	}
	if (now->effect == SERVICE_DEGRADED && r->state == SERVICE_OK) {
		r->state = SERVICE_DEGRADED;
		return true;
	}
	return false;
}

uint32_t cuts_weigh(const struct engine *e, uint32_t service, struct diagram_result *r)
{
	uint32_t by = PLAN_NONE;

	for (uint32_t i = 0; i < e->plan->cuts_count; i++) {
		if (e->plan->cuts[i].service != service)
			continue;
		if (weigh_one(&e->cuts[i], r))
			by = i;
		if (is_served(e->cuts[i].effect))
			r->good = wall_max(r->good, e->cuts[i].good);
	}
	return by;
}

uint32_t cuts_root(const struct engine *e, uint32_t service)
{
	for (uint32_t i = 0; i < e->plan->cuts_count; i++) {
		const struct plan_cuts *c = &e->plan->cuts[i];
		const struct cuts_now *now = &e->cuts[i];

		if (c->service != service || is_served(now->effect))
			continue;
		for (uint32_t s = 0; s < c->source_count; s++) {
			if ((now->late | now->blind) >> s & 1)
				return e->plan->checks[c->sources[s].check].component;
		}
	}
	return PLAN_NONE;
}
