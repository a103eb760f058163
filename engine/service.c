/* A service (business process) follows its diagram; its state is journalled with the beginning that the
 * diagram gives. */
#include "engine/engine_state.h"

static bool is_served(enum service_state s)
{
	return s == SERVICE_OK || s == SERVICE_DEGRADED;
}

void service_decide(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->service_count; i++) {
		const struct service_now *now = &t->e->services[i];
		const struct plan_need *needs = t->e->plan->services[i].needs;
		struct diagram_result r = diagram_eval(t->e, needs);
		uint32_t cuts = cuts_weigh(t->e, i, &r);
		/* Members that fail in turn do not make the outage younger: only evidence of an earlier
		 * beginning moves it. */
		bool moved = r.state == SERVICE_DOWN && r.began.us < now->began.us;
		struct event *ev;

		if (r.state == now->state && !moved)
			continue;
		/* The series that took it down is not in the plan any more: it serves from now on. */
		if (is_served(r.state) && now->by_cuts && r.good.us < now->began.us)
			r.good = t->now;
		ev = turn_add(t, EVENT_SERVICE_STATE,
			      is_served(r.state)       ? (wall_is_known(r.good) ? r.good : t->now)
			      : wall_is_known(r.began) ? r.began
						       : t->now);
		ev->service = i;
		ev->from = (int)now->state;
		ev->to = (int)r.state;
		ev->began = is_served(r.state) ? r.good : r.began;
		ev->not_before = is_served(r.state) ? WALL_UNKNOWN : r.not_before;
		ev->cuts = cuts;
		ev->by_count = diagram_failed(t->e, needs, ev->by, EVENT_LIST_MAX);
	}
}

void service_apply(struct engine *e, const struct event *ev)
{
	struct service_now *s = &e->services[ev->service];

	if (ev->kind == EVENT_SERVICE_PAST) {
		past_apply_service(e, ev);
		return;
	}
	if (s->state != (enum service_state)ev->to)
		s->since = ev->recorded;
	s->state = (enum service_state)ev->to;
	e->designs[ev->service].looked = false;
	s->by_cuts = ev->cuts != PLAN_NONE && !is_served(s->state);
	if (is_served(s->state)) {
		s->good = ev->began;
	} else {
		s->began = ev->began;
		s->not_before = ev->not_before;
	}
}
