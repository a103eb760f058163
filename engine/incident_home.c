/* Which incident a failure belongs to: a new episode of the one that it had, an open one of the same root, or one of its own; and
 * when a failure is none yet (blind for a short while, on probation after a false alarm). */
#include <string.h>

#include "engine/engine_state.h"

enum { FAILED_MAX = 64 };

/* The failing component at the bottom that began first; PLAN_NONE if the diagram shows none. */
static uint32_t root_of(const struct engine *e, uint32_t service)
{
	uint32_t failed[EVENT_LIST_MAX], best = PLAN_NONE;
	uint32_t n = diagram_failed(e, e->plan->services[service].needs, failed, EVENT_LIST_MAX);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t root = component_root(e, failed[i]);

		if (best == PLAN_NONE ||
		    e->components[root].began.us < e->components[best].began.us)
			best = root;
	}
	return best != PLAN_NONE ? best : cuts_root(e, service);
}

static struct incident_service *live_of(const struct engine *e, uint32_t service,
					struct incident **ret)
{
	struct incident *i = incident_find(e, e->services[service].incident);

	*ret = i;
	for (size_t k = 0; i != NULL && k < i->service_count; k++) {
		if (i->services[k].current == service)
			return &i->services[k];
	}
	return NULL;
}

static bool is_within_cool_down(const struct turn *t, const struct incident *i,
				const struct incident_service *s)
{
	return i->state != INCIDENT_FALSE_ALARM && i->plan == t->e->plan &&
	       wall_is_known(s->restored) &&
	       wall_diff_us(t->now, s->restored) <= t->e->plan->cool_down_us;
}

static bool same_root(const struct engine *e, const struct incident *i, uint32_t root)
{
	return i->root != PLAN_NONE && root != PLAN_NONE &&
	       strcmp(i->plan->components[i->root].id, e->plan->components[root].id) == 0;
}

/* What cannot be seen has one cause, our own watch: blind services share an incident. */
static bool is_home(const struct engine *e, const struct incident *i, enum incident_kind kind,
		    uint32_t root)
{
	if (i->kind != kind)
		return false;
	return kind == INCIDENT_KIND_BLIND || same_root(e, i, root);
}

/* The open incident that a newly failed service belongs to, NULL if it needs one of its own. */
static const struct incident *home_for(const struct turn *t, uint32_t service,
				       enum incident_kind kind, uint32_t root, bool drill)
{
	const struct engine *e = t->e;
	size_t open = 0;
	const struct incident *last = NULL;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		if (!incident_is_open(i) || !incident_has_running_clock(i))
			continue;
		open++;
		if (!calendar_fits(i, drill))
			continue;
		if (plan_find_service(i->plan, slice_of(e->plan->services[service].id)) ==
		    PLAN_NONE)
			continue;
		last = i;
		if (is_home(e, i, kind, root))
			return i;
	}
	/* Past the limit new failures join one that pages, never silence. */
	return open >= e->limits.incidents_open ? last : NULL;
}

static void decide_episode(const struct turn *t, const struct incident *i,
			   const struct incident_service *s)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_EPISODE, t->e->services[s->current].began);

	ev->incident = i->id;
	ev->service = s->service;
	ev->number = (int64_t)i->episode + 1;
}

static void decide_join(const struct turn *t, const struct incident *i, uint32_t service)
{
	const struct service_now *s = &t->e->services[service];
	struct event *ev = turn_add(t, EVENT_INCIDENT_JOINED, s->began);

	ev->incident = i->id;
	ev->service = plan_find_service(i->plan, slice_of(t->e->plan->services[service].id));
	ev->began = s->began;
	ev->not_before = s->not_before;
}

static struct wall_time beginning_of(const struct service_now *s)
{
	return wall_is_known(s->began) ? s->began : s->since;
}

static bool is_folio_taken(const struct turn *t, int64_t folio)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		if (t->e->incidents[k]->folio == folio && incident_is_open(t->e->incidents[k]))
			return true;
	}
	for (size_t k = 0; k < t->out->count; k++) { /* several may open in one turn */
		if (t->out->items[k].kind == EVENT_INCIDENT_OPENED &&
		    t->out->items[k].number == folio)
			return true;
	}
	return false;
}

uint32_t incident_next_folio(const struct turn *t)
{
	uint32_t next = t->e->last_folio % FOLIO_MAX + 1;

	for (unsigned tried = 0; tried < FOLIO_MAX; tried++) {
		if (!is_folio_taken(t, next))
			return next;
		next = next % FOLIO_MAX + 1;
	}
	return next; /* more are open than two digits can tell apart */
}

static void decide_open(const struct turn *t, uint32_t service, uint32_t root,
			enum incident_kind kind)
{
	const struct service_now *s = &t->e->services[service];
	uint32_t folio = incident_next_folio(t);
	struct event *ev =
		turn_add(t, EVENT_INCIDENT_OPENED, wall_is_known(s->began) ? s->began : t->now);

	ev->number = folio;
	ev->to = (int)kind;
	ev->service = service;
	ev->component = root;
	ev->began = beginning_of(s);
	ev->not_before = s->not_before;
	ev->drill = calendar_is_drill(t->e, ev->began, &ev->jornada);
	calendar_set_stamp(t->e->plan, ev);
}

/* True if its incident opens in the present list already: the next turn joins it. */
static bool opens_now(const struct turn *t, enum incident_kind kind, uint32_t root, bool drill)
{
	for (size_t i = 0; i < t->out->count; i++) {
		const struct event *ev = &t->out->items[i];

		if (ev->kind == EVENT_INCIDENT_OPENED && ev->to == (int)kind &&
		    ev->drill == drill &&
		    (kind == INCIDENT_KIND_BLIND || (ev->component == root && root != PLAN_NONE)))
			return true;
	}
	return false;
}

static void decide_new_failure(const struct turn *t, uint32_t service, enum incident_kind kind)
{
	struct incident *old;
	const struct incident_service *s = live_of(t->e, service, &old);
	uint32_t root = root_of(t->e, service), jornada;
	bool drill = calendar_is_drill(t->e, beginning_of(&t->e->services[service]), &jornada);
	const struct incident *home = report_home(t, service, root, drill);

	if (home == NULL)
		home = home_for(t, service, kind, root, drill);
	if (s != NULL && !calendar_fits(old, drill))
		s = NULL;
	if (s != NULL && (is_within_cool_down(t, old, s) || old == home))
		decide_episode(t, old, s);
	else if (home != NULL)
		decide_join(t, home, service);
	else if (!opens_now(t, kind, root, drill))
		decide_open(t, service, root, kind);
}

static struct wall_time blind_until(const struct engine *e, uint32_t service)
{
	const struct service_now *s = &e->services[service];
	struct wall_time from = wall_is_known(s->began) ? s->began : s->since;

	return wall_add_us(wall_max(from, e->started), e->plan->services[service].blind_limit_us);
}

static bool has_live_clock(const struct engine *e, uint32_t service)
{
	struct incident *i;
	const struct incident_service *s = live_of(e, service, &i);

	return s != NULL && (s->running || s->starting);
}

/* On probation are the checks that were failing when people said that there is nothing, not those that fail since. */
static bool has_failed_since(const struct engine *e, uint32_t service, struct wall_time dismissed)
{
	uint32_t failed[FAILED_MAX];
	uint32_t n = diagram_failed(e, e->plan->services[service].needs, failed, FAILED_MAX);

	for (uint32_t k = 0; k < n; k++) {
		const struct plan_component *c = &e->plan->components[component_root(e, failed[k])];

		for (uint32_t i = 0; i < c->check_count; i++) {
			struct check_now now = vantage_check(e, c->check_first + i);

			if (now.state == CHECK_CRITICAL && now.began.us > dismissed.us)
				return true;
		}
	}
	return false;
}

/* People have said that there is nothing. What fails on all the same is not called again at once, and not kept silent
 * either: after the cool-down, or after it was good once, it is an incident like any other. */
static struct wall_time probation_end(const struct engine *e, uint32_t service)
{
	const struct incident *i = incident_find(e, e->services[service].incident);
	struct wall_time good = e->services[service].good;

	if (i == NULL || !wall_is_known(i->dismissed) ||
	    (wall_is_known(good) && good.us > i->dismissed.us) ||
	    has_failed_since(e, service, i->dismissed))
		return WALL_UNKNOWN;
	return wall_add_us(i->dismissed, e->plan->cool_down_us);
}

void incident_home_decide(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; i < e->plan->service_count && !e->drill.over; i++) {
		if (has_live_clock(e, i) || t->now.us < probation_end(e, i).us)
			continue;
		if (e->services[i].state == SERVICE_DOWN)
			decide_new_failure(t, i, INCIDENT_KIND_DOWN);
		else if (e->services[i].state == SERVICE_BLIND && blind_until(e, i).us <= t->now.us)
			decide_new_failure(t, i, INCIDENT_KIND_BLIND);
	}
}

struct wall_time incident_home_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->service_count && !e->drill.over; i++) {
		struct wall_time end = probation_end(e, i);

		if (has_live_clock(e, i))
			continue;
		if (e->services[i].state == SERVICE_BLIND)
			d = wall_min(d, wall_max(end, blind_until(e, i)));
		else if (e->services[i].state == SERVICE_DOWN && wall_is_known(end))
			d = wall_min(d, end);
	}
	return d;
}
