/* What outages that were over before we heard of them mean for services: the diagram is evaluated for the time in which
 * they lay, and what it gives goes on record as an incident of kind past. It pages nobody. It closes by itself, unless
 * the RTO was breached: then it stays on the board until a person has closed it. */
#include "engine/engine_state.h"

enum { STEPS_MAX = 1000 };
#define TELLING_US (3600 * US_PER_S) /* nobody waits longer for the rest of a backlog */

static bool overlaps(struct outage a, struct wall_time began, struct wall_time until)
{
	return a.began.us <= until.us && began.us <= a.until.us;
}

/* --- the diagram at a moment of the past ------------------------------------------------------------ */

/* What an agent is still telling of is known to have been down as far as it has told; it may go on. */
enum told { TOLD, TOLD_OR_TO_COME };

static bool vantage_is_down(const struct engine *e, uint32_t vantage, struct wall_time t,
			    enum told told)
{
	const struct vantage_state *v = &e->vantages[vantage];

	for (uint32_t i = 0; i < v->outages.count; i++) {
		if (v->outages.items[i].began.us <= t.us && t.us < v->outages.items[i].until.us)
			return true;
	}
	if (v->past.state == PAST_CRITICAL && v->past.began.us <= t.us &&
	    (!wall_is_known(v->past.served) || t.us < v->past.served.us) &&
	    (told == TOLD_OR_TO_COME ||
	     wall_diff_us(t, e->soft[vantage].past_last_bad) <= past_hole_us(e, vantage)))
		return true;
	return v->state == CHECK_CRITICAL && v->began.us <= t.us;
}

static bool component_is_down(const struct engine *e, uint32_t component, struct wall_time t,
			      enum told told)
{
	const struct plan_component *c = &e->plan->components[component];

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *check = &e->plan->checks[c->check_first + i];
		uint32_t down = 0;

		if (check->affects != AFFECTS_SERVING)
			continue;
		for (uint32_t k = 0; k < check->vantage_count; k++)
			down += vantage_is_down(e, check->vantage_first + k, t, told);
		if (check->quorum > 0 && down >= check->quorum)
			return true;
	}
	return false;
}

static bool need_is_down(const struct engine *e, const struct plan_need *need, struct wall_time t,
			 enum told told)
{
	size_t down = 0;

	if (need->kind == NEED_COMPONENT)
		return component_is_down(e, need->component, t, told);
	for (size_t i = 0; i < need->child_count; i++)
		down += need_is_down(e, &need->children[i], t, told);
	return need->child_count - down < need->at_least;
}

static bool need_has(const struct plan_need *need, uint32_t component)
{
	if (need->kind == NEED_COMPONENT)
		return need->component == component;
	for (size_t i = 0; i < need->child_count; i++) {
		if (need_has(&need->children[i], component))
			return true;
	}
	return false;
}

/* The next moment after `t` (forward), or the last one before it, at which something changed. */
static void look(struct wall_time x, struct wall_time t, bool forward, struct wall_time *best)
{
	if (forward ? x.us > t.us && x.us < best->us : x.us < t.us && x.us > best->us)
		*best = x;
}

static void look_at_component(const struct engine *e, uint32_t component, struct wall_time t,
			      bool forward, struct wall_time *best)
{
	const struct plan_component *c = &e->plan->components[component];

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *check = &e->plan->checks[c->check_first + i];

		for (uint32_t k = 0; k < check->vantage_count; k++) {
			const struct vantage_state *v = &e->vantages[check->vantage_first + k];

			for (uint32_t n = 0; n < v->outages.count; n++) {
				look(v->outages.items[n].began, t, forward, best);
				look(v->outages.items[n].until, t, forward, best);
			}
			if (v->state == CHECK_CRITICAL)
				look(v->began, t, forward, best);
			if (v->past.state != PAST_CRITICAL)
				continue;
			look(v->past.began, t, forward, best);
			if (wall_is_known(v->past.served))
				look(v->past.served, t, forward, best);
		}
	}
}

static void look_at_need(const struct engine *e, const struct plan_need *need, struct wall_time t,
			 bool forward, struct wall_time *best)
{
	if (need->kind == NEED_COMPONENT)
		look_at_component(e, need->component, t, forward, best);
	for (size_t i = 0; need->kind != NEED_COMPONENT && i < need->child_count; i++)
		look_at_need(e, &need->children[i], t, forward, best);
}

static struct wall_time change(const struct engine *e, const struct plan_need *need,
			       struct wall_time t, bool forward)
{
	struct wall_time best = forward ? WALL_NEVER : WALL_UNKNOWN;

	look_at_need(e, need, t, forward, &best);
	return best;
}

bool past_need_is_down(const struct engine *e, const struct plan_need *need, struct wall_time t)
{
	return need_is_down(e, need, t, TOLD);
}

struct wall_time past_next_change(const struct engine *e, const struct plan_need *need,
				  struct wall_time t)
{
	return change(e, need, t, true);
}

/* The newest late sample was a bad one, and a fresh one has served since: where between the two it ended is still on its way. */
static bool is_being_told(const struct engine *e, uint32_t vantage)
{
	const struct vantage_soft *soft = &e->soft[vantage];
	const struct past_run *run = &e->vantages[vantage].past;

	return run->state == PAST_CRITICAL && wall_is_known(soft->past_last_bad) &&
	       soft->past_seen.us == soft->past_last_bad.us && wall_is_known(run->served) &&
	       wall_diff_us(e->seen, run->served) < TELLING_US;
}

/* Something in the diagram served at `t`, and may have served before. */
static bool may_have_served_before(const struct engine *e, const struct plan_need *need,
				   struct wall_time t)
{
	const struct plan_component *c;

	for (size_t i = 0; need->kind != NEED_COMPONENT && i < need->child_count; i++) {
		if (may_have_served_before(e, &need->children[i], t))
			return true;
	}
	if (need->kind != NEED_COMPONENT)
		return false;
	c = &e->plan->components[need->component];
	for (uint32_t i = c->check_first; i < c->check_first + c->check_count; i++) {
		const struct plan_check *check = &e->plan->checks[i];

		for (uint32_t k = 0; k < check->vantage_count; k++) {
			uint32_t vantage = check->vantage_first + k;

			if (is_being_told(e, vantage) &&
			    e->vantages[vantage].past.served.us == t.us)
				return true;
		}
	}
	return false;
}

/* The whole time around `t` in which the service was down; false if that has no end yet. */
static bool extent(const struct engine *e, const struct plan_need *need, struct wall_time t,
		   struct outage *ret)
{
	struct wall_time at = t;

	ret->began = t;
	for (int i = 0; i < STEPS_MAX; i++) {
		at = change(e, need, at, false);
		if (!wall_is_known(at) || !need_is_down(e, need, at, TOLD))
			break;
		ret->began = at;
	}
	ret->until = t;
	for (int i = 0; i < STEPS_MAX && need_is_down(e, need, ret->until, TOLD_OR_TO_COME); i++)
		ret->until = change(e, need, ret->until, true);
	return ret->until.us != WALL_NEVER.us && !may_have_served_before(e, need, ret->until);
}

/* --- what is on record already ----------------------------------------------------------------------- */

static bool is_past_of(const struct engine *e, const struct incident *i)
{
	return i->kind == INCIDENT_KIND_PAST && i->plan == e->plan;
}

/* A clock that stands and may be told anew; of what was seen first hand too. */
static bool may_extend(const struct incident *i, const struct incident_service *s)
{
	return i->kind == INCIDENT_KIND_PAST ||
	       (i->kind == INCIDENT_KIND_DOWN && i->state != INCIDENT_FALSE_ALARM &&
		!s->estimated && !s->running && !s->starting);
}

/* The record of the same service, still in memory, that this outage belongs to. */
static struct incident_service *record_of(const struct engine *e, uint32_t service,
					  const struct outage *o, struct incident **ret)
{
	for (size_t k = 0; k < e->incident_count; k++) {
		struct incident *i = e->incidents[k];
		struct incident_service *s =
			i->plan == e->plan ? incident_service_of(i, service) : NULL;

		if (s != NULL && may_extend(i, s) && overlaps(*o, s->began, s->over)) {
			*ret = i;
			return s;
		}
	}
	return NULL;
}

/* It is an incident of kind past that holds it: one that only touches it holds another piece. */
static bool is_recorded_past(const struct engine *e, uint32_t service, const struct outage *o)
{
	for (size_t k = 0; k < e->incident_count; k++) {
		struct incident *i = e->incidents[k];
		const struct incident_service *s =
			is_past_of(e, i) ? incident_service_of(i, service) : NULL;

		if (s != NULL && o->began.us < s->over.us && s->began.us < o->until.us)
			return true;
	}
	return false;
}

/* Takes away what another incident has on record: `o` becomes the first piece that is news; false if none is. */
static bool first_news(const struct engine *e, uint32_t service, struct outage *o)
{
	const struct service_now *now = &e->services[service];
	struct wall_time at = o->began;

	for (int step = 0; step < STEPS_MAX && at.us < o->until.us; step++) {
		struct wall_time end = o->until, next = o->until;

		for (uint32_t i = 0; i < now->outages.count; i++) {
			const struct outage *k = &now->outages.items[i];

			if (k->until.us <= at.us || k->began.us >= end.us ||
			    is_recorded_past(e, service, k))
				continue;
			end = wall_max(k->began, at);
			next = k->until;
		}
		if (end.us > at.us) {
			o->began = at;
			o->until = end;
			return at.us >= now->outages.floor.us;
		}
		at = next;
	}
	return false;
}

static bool has_running_clock(const struct engine *e, uint32_t service, struct outage *o)
{
	const struct incident *i = incident_find(e, e->services[service].incident);

	for (size_t k = 0; i != NULL && k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (s->current != service || !s->running || s->estimated ||
		    s->began.us >= o->until.us)
			continue;
		if (s->began.us <= o->began.us)
			return true;
		o->until = s->began;
	}
	return false;
}

/* `o` becomes the first piece that is on no record yet. */
static bool is_news(const struct engine *e, uint32_t service, struct outage *o)
{
	struct wall_time until;

	if (has_running_clock(e, service, o))
		return false;
	until = o->until;
	while (first_news(e, service, o)) {
		struct incident *i;
		const struct incident_service *s = record_of(e, service, o, &i);

		if (s == NULL || o->began.us < s->began.us || o->until.us > s->over.us)
			return true;
		o->began = o->until;
		o->until = until;
	}
	return false;
}

/* --- placing an outage of a vantage ------------------------------------------------------------------- */

static uint32_t failed_at(const struct engine *e, const struct plan_need *need, struct wall_time t)
{
	if (need->kind == NEED_COMPONENT)
		return component_is_down(e, need->component, t, TOLD) ? need->component : PLAN_NONE;
	for (size_t i = 0; i < need->child_count; i++) {
		uint32_t c = failed_at(e, &need->children[i], t);

		if (c != PLAN_NONE)
			return c;
	}
	return PLAN_NONE;
}

/* The component at the bottom of the path that had failed at that moment. */
static uint32_t root_at(const struct engine *e, uint32_t component, struct wall_time t)
{
	for (uint32_t depth = 0; depth < e->plan->component_count; depth++) {
		const struct plan_need *path = e->plan->components[component].depends_on;
		uint32_t below = path != NULL && need_is_down(e, path, t, TOLD)
					 ? failed_at(e, path, t)
					 : PLAN_NONE;

		if (below == PLAN_NONE)
			break;
		component = below;
	}
	return component;
}

static void add_found(const struct turn *t, uint32_t service, uint32_t component,
		      const struct outage *o)
{
	struct event *ev = turn_add(t, EVENT_SERVICE_PAST, o->began);

	ev->service = service;
	ev->component = root_at(t->e, component, o->began);
	ev->began = o->began;
	ev->not_before = o->not_before;
	ev->until = o->until;
	ev->number = wall_diff_us(o->until, o->began);
	ev->estimated = o->estimated;
}

/* As far as it is told it was down all the time. */
static bool is_down_all_the_time(const struct engine *e, const struct plan_need *need,
				 struct wall_time from, struct wall_time to)
{
	for (int i = 0; i < STEPS_MAX && from.us < to.us; i++) {
		struct wall_time next = wall_min(change(e, need, from, true), to);

		if (!need_is_down(e, need, from, TOLD) ||
		    !need_is_down(e, need, wall_add_us(next, -1), TOLD))
			return false;
		from = next;
	}
	return true;
}

static bool is_corrected_now(const struct turn *t, const struct incident *i, uint32_t service)
{
	for (size_t k = 0; k < t->out->count; k++) {
		const struct event *ev = &t->out->items[k];

		if (ev->kind == EVENT_CLOCK_CORRECTED && ev->incident == i->id &&
		    ev->service == service)
			return true;
	}
	return false;
}

/* What fails now has failed since then: members that took turns. That counts, also where a part of it is on record already: the RTO runs
 * from the moment of the contingency. True if something was found, or cannot be looked for yet. */
static bool correct_running(const struct turn *t, uint32_t service, const struct outage *v,
			    struct wall_time began)
{
	const struct incident *i = incident_find(t->e, t->e->services[service].incident);
	const struct incident_service *s = NULL;
	struct event *ev;

	for (size_t k = 0; i != NULL && k < i->service_count; k++) {
		if (i->services[k].current == service)
			s = &i->services[k];
	}
	if (s == NULL || !s->running || s->estimated)
		return true; /* when its clock runs, and is known to be of this, or it has ended */
	if (began.us >= s->began.us)
		return false;
	if (is_corrected_now(t, i, s->service) ||
	    !is_down_all_the_time(t->e, t->e->plan->services[service].needs, began, s->began))
		return true;
	ev = turn_add(t, EVENT_CLOCK_CORRECTED, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->until = s->began;
	ev->began = began;
	ev->not_before = began.us == v->began.us ? v->not_before : WALL_UNKNOWN;
	return true;
}

/* What a vantage's outage shows of a service. True if something was found, or cannot be looked for yet. */
static bool place_for(const struct turn *t, const struct outage *v, uint32_t service,
		      uint32_t component)
{
	const struct engine *e = t->e;
	const struct plan_need *need = e->plan->services[service].needs;
	struct wall_time at = v->began;

	if (e->services[service].found.is_open)
		return true;
	for (int i = 0; i < STEPS_MAX && at.us < v->until.us; i++) {
		struct outage o = {.not_before = v->not_before, .estimated = v->estimated};
		bool down = need_is_down(e, need, at, TOLD), ends = down && extent(e, need, at, &o);
		struct wall_time end = o.until;

		if (ends && is_news(e, service, &o)) {
			if (o.not_before.us > o.began.us || o.began.us != v->began.us)
				o.not_before = WALL_UNKNOWN;
			add_found(t, service, component, &o);
			return true;
		}
		if (down && !ends) /* it fails on: its clock is corrected, not doubled */
			return correct_running(t, service, v, o.began);
		at = down ? end : change(e, need, at, true);
	}
	return false;
}

static bool place_one(const struct turn *t, uint32_t vantage, const struct outage *o)
{
	const struct plan *p = t->e->plan;
	uint32_t component = p->checks[p->vantages[vantage].check].component;
	bool waits = false;

	for (uint32_t s = 0; s < p->service_count; s++) {
		if (need_has(p->services[s].needs, component))
			waits = place_for(t, o, s, component) || waits;
	}
	return waits;
}

void past_place(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; e->unplaced > 0 && i < e->plan->vantage_count; i++) {
		const struct vantage_state *v = &e->vantages[i];

		for (uint32_t k = 0; k < v->outages.count; k++) {
			struct event *ev;

			if (!v->outages.items[k].is_open || place_one(t, i, &v->outages.items[k]))
				continue;
			ev = turn_add(t, EVENT_CHECK_PAST, v->outages.items[k].until);
			ev->check = e->plan->vantages[i].check;
			ev->agent = e->plan->vantages[i].agent;
			ev->to = PAST_PLACED;
			ev->began = v->outages.items[k].began;
			ev->not_before = v->outages.items[k].not_before;
			ev->until = v->outages.items[k].until;
			ev->estimated = v->outages.items[k].estimated;
			ev->outcome = v->outages.items[k].outcome;
		}
	}
}

void past_apply_service(struct engine *e, const struct event *ev)
{
	struct service_now *s = &e->services[ev->service];

	s->found = (struct outage){.began = ev->began,
				   .not_before = ev->not_before,
				   .until = ev->until,
				   .estimated = ev->estimated,
				   .is_open = true};
	s->found_root = ev->component;
}

void past_count_unplaced(struct engine *e)
{
	e->unplaced = 0;
	for (uint32_t i = 0; i < e->plan->vantage_count; i++) {
		for (uint32_t k = 0; k < e->vantages[i].outages.count; k++)
			e->unplaced += e->vantages[i].outages.items[k].is_open;
	}
}

/* --- incidents of kind past --------------------------------------------------------------------------- */

static struct event *add(const struct turn *t, enum event_kind kind, struct wall_time at,
			 const struct incident *i, uint32_t service)
{
	struct event *ev = turn_add(t, kind, at);

	ev->incident = i->id;
	ev->service = service;
	return ev;
}

static void add_state(const struct turn *t, const struct incident *i, enum incident_state to)
{
	struct event *ev = add(t, EVENT_INCIDENT_STATE, t->now, i, PLAN_NONE);

	ev->from = (int)i->state;
	ev->to = (int)to;
}

static void add_restored(const struct turn *t, const struct incident *i, uint32_t service,
			 struct wall_time began, struct wall_time restored)
{
	struct event *ev = add(t, EVENT_CLOCK_RESTORED, restored, i, service);

	ev->began = restored;
	ev->number = wall_diff_us(restored, began);
}

static bool add_breach(const struct turn *t, const struct incident *i,
		       const struct incident_service *s, struct wall_time began,
		       struct wall_time restored)
{
	struct wall_time at = wall_add_us(began, i->plan->services[s->service].rto_us);

	if (s->breached || at.us >= restored.us)
		return false;
	add(t, EVENT_CLOCK_BREACHED, at, i, s->service)->until = at;
	return true;
}

/* More of an outage that is on record: from another check, or from an agent that came back later. */
static void extend(const struct turn *t, const struct incident *i, const struct incident_service *s,
		   const struct outage *o)
{
	struct wall_time began = wall_min(o->began, s->began);
	struct wall_time restored = wall_max(o->until, s->restored);

	if (began.us < s->began.us) {
		struct event *ev = add(t, EVENT_CLOCK_CORRECTED, t->now, i, s->service);

		ev->until = s->began;
		ev->began = began;
		ev->not_before = o->not_before;
	}
	impact_decide_past(t, i, s, o);
	/* Only here a closed one opens again: a person is to know of the breach. */
	if (add_breach(t, i, s, began, restored) && i->state == INCIDENT_CLOSED &&
	    i->kind == INCIDENT_KIND_PAST)
		add_state(t, i, INCIDENT_RESTORED);
	add_restored(t, i, s->service, began, restored);
}

static const struct incident *home_of(const struct engine *e, const struct service_now *now)
{
	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		if (!is_past_of(e, i) || i->root != now->found_root)
			continue;
		for (size_t n = 0; n < i->service_count; n++) {
			const struct incident_service *s = &i->services[n];

			if (overlaps(now->found, s->began, s->over))
				return i;
		}
	}
	return NULL;
}

static void decide_found(const struct turn *t, uint32_t service)
{
	const struct service_now *now = &t->e->services[service];
	struct incident *i;
	const struct incident_service *s = record_of(t->e, service, &now->found, &i);
	const struct incident *home;
	struct event *ev;

	if (s != NULL) {
		extend(t, i, s, &now->found);
		return;
	}
	home = home_of(t->e, now);
	if (home != NULL && incident_service_of(home, service) == NULL) {
		ev = add(t, EVENT_INCIDENT_JOINED, now->found.began, home, service);
	} else {
		uint32_t folio = incident_next_folio(t);

		ev = turn_add(t, EVENT_INCIDENT_OPENED, now->found.began);
		ev->service = service;
		ev->number = folio;
		ev->to = INCIDENT_KIND_PAST;
		ev->component = now->found_root;
		ev->drill = calendar_was_drill(t->e, now->found.began, &ev->jornada);
		calendar_set_stamp(t->e->plan, ev);
	}
	ev->began = now->found.began;
	ev->not_before = now->found.not_before;
}

static void decide_clock(const struct turn *t, const struct incident *i,
			 const struct incident_service *s)
{
	struct event *ev;

	if (s->running) {
		struct outage o = {.began = s->began, .until = s->over};

		impact_decide_past(t, i, s, &o);
		if (!add_breach(t, i, s, s->began, s->over))
			add_restored(t, i, s->service, s->began, s->over);
		return;
	}
	ev = add(t, EVENT_CLOCK_STARTED, s->began, i, s->service);
	ev->began = s->began;
	ev->not_before = s->not_before;
	ev->number = i->plan->services[s->service].rto_us;
	ev->until = wall_add_us(s->began, ev->number);
	ev->estimated = s->estimated;
}

static size_t open_ones(const struct engine *e)
{
	size_t n = 0;

	for (size_t k = 0; k < e->incident_count; k++)
		n += e->incidents[k]->kind == INCIDENT_KIND_PAST &&
		     incident_is_open(e->incidents[k]);
	return n;
}

static void decide_progress(const struct turn *t, const struct incident *i)
{
	bool breached = false;

	for (size_t k = 0; k < i->service_count; k++)
		breached = breached || i->services[k].breached;
	if (i->state == INCIDENT_SUSPECT)
		add_state(t, i, INCIDENT_RESTORED);
	else if (i->state == INCIDENT_RESTORED &&
		 (!breached || open_ones(t->e) > t->e->limits.incidents_open))
		add_state(t, i, INCIDENT_CLOSED);
}

void past_decide_incidents(const struct turn *t)
{
	const struct engine *e = t->e;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t s = 0; i->kind == INCIDENT_KIND_PAST && s < i->service_count; s++) {
			if (i->services[s].running || i->services[s].starting)
				decide_clock(t, i, &i->services[s]);
		}
	}
	for (uint32_t s = 0; t->out->count == 0 && s < e->plan->service_count; s++) {
		if (e->services[s].found.is_open)
			decide_found(t, s);
	}
	for (size_t k = 0; t->out->count == 0 && k < e->incident_count; k++) {
		if (e->incidents[k]->kind == INCIDENT_KIND_PAST)
			decide_progress(t, e->incidents[k]);
	}
}
