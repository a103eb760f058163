/* One failure away: a service that serves, but of which one more failure would be the end although its plan gives it more
 * than that. Its clock runs from the moment at which the redundancy was gone until it is back; it calls nobody, it is seen
 * and on record. What ends a service by design with a single failure is a finding about the plan (`single-point`), no
 * alarm: a service without redundancy is never exposed, and of others only what the design did not name is told.
 *
 * A component that is a pair is redundant in itself: while the check of its redundancy is not ok it is bare, and serves with
 * one unit.
 *
 * Not served, it has a clock of another kind; the exposure stands as it was until it serves again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/cutset.h"
#include "engine/engine_state.h"

/* --- what the plan alone says ------------------------------------------------------------------------ */

static uint32_t *copy_of(const uint32_t *list, uint32_t n)
{
	uint32_t *copy = mem_calloc(n + 1, sizeof(*copy));

	memcpy(copy, list, n * sizeof(*copy));
	return copy;
}

static void design_of(const struct plan *p, uint32_t service, struct service_design *ret)
{
	const struct plan_need *needs = p->services[service].needs;
	bool *parts = mem_calloc(p->component_count + 1, sizeof(*parts));
	bool *lost = mem_calloc(p->component_count + 1, sizeof(*lost));

	uint32_t *list = mem_calloc(p->component_count + 1, sizeof(*list)), n = 0;

	cutset_parts(p, needs, parts);
	for (uint32_t c = 0; c < p->component_count; c++) {
		if (parts[c])
			list[n++] = c;
	}
	ret->parts = copy_of(list, n);
	ret->part_count = n;
	n = (uint32_t)cutset_next(p, needs, lost, NULL, false, list);
	ret->single = copy_of(list, n);
	ret->single_count = n;
	free(parts);
	free(lost);
	free(list);
}

void exposure_design(struct engine *e)
{
	e->designs = mem_calloc(e->plan->service_count + 1, sizeof(*e->designs));
	for (uint32_t i = 0; i < e->plan->service_count; i++)
		design_of(e->plan, i, &e->designs[i]);
}

void exposure_forget_design(struct engine *e)
{
	for (uint32_t i = 0; e->designs != NULL && i < e->plan->service_count; i++) {
		free(e->designs[i].parts);
		free(e->designs[i].single);
	}
	free(e->designs);
	e->designs = NULL;
}

/* --- decide ------------------------------------------------------------------------------------------ */

/* The parts that are gone, or bare, in the order in which they went. */
struct gone_part {
	uint32_t component;
	bool bare; /* it serves, with one unit */
	struct wall_time began;
};
struct gone {
	struct gone_part *items;
	uint32_t count;
};

static bool is_gone(enum component_state s, bool unseen_too)
{
	return s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE ||
	       (unseen_too && s == COMPONENT_BLIND);
}

/* The check of its redundancy says that a pair is down to one unit, or cannot say that it is not. */
static bool is_bare(const struct engine *e, uint32_t component, bool unseen_too,
		    struct wall_time *ret_began)
{
	const struct plan_component *c = &e->plan->components[component];
	struct check_now now;

	if (!c->is_pair)
		return false;
	now = vantage_check(e, c->pair_check);
	*ret_began = now.began;
	return now.state == CHECK_WARNING || now.state == CHECK_CRITICAL ||
	       (unseen_too && now.state == CHECK_BLIND);
}

static bool is_part_gone(const struct engine *e, uint32_t component, bool unseen_too,
			 struct gone_part *ret)
{
	const struct component_now *now = &e->components[component];

	*ret = (struct gone_part){.component = component, .began = now->began};
	if (is_gone(now->state, unseen_too))
		return true;
	ret->bare = is_bare(e, component, unseen_too, &ret->began);
	return ret->bare;
}

static struct gone gone_parts(const struct engine *e, uint32_t service, bool unseen_too)
{
	const struct service_design *d = &e->designs[service];
	struct gone g = {.items = mem_calloc(d->part_count + 1, sizeof(*g.items))};

	for (uint32_t i = 0; i < d->part_count; i++) {
		struct gone_part part;
		uint32_t at = g.count;

		if (!is_part_gone(e, d->parts[i], unseen_too, &part))
			continue;
		for (; at > 0 && g.items[at - 1].began.us > part.began.us; at--)
			g.items[at] = g.items[at - 1];
		g.items[at] = part;
		g.count++;
	}
	return g;
}

/* In an ascending list. */
static bool has(const uint32_t *list, uint32_t n, uint32_t component)
{
	uint32_t low = 0, high = n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list[middle] == component)
			return true;
		if (list[middle] < component)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* What would end the service while the first `n` of those are gone, without what ends it by design. */
static uint32_t next_of(const struct engine *e, uint32_t service, const struct gone *g, uint32_t n,
			uint32_t *next)
{
	bool *lost = mem_calloc(e->plan->component_count + 1, sizeof(*lost));
	bool *bare = mem_calloc(e->plan->component_count + 1, sizeof(*bare));
	const struct service_design *d = &e->designs[service];
	uint32_t kept = 0;
	size_t count;

	for (uint32_t i = 0; i < n; i++)
		*(g->items[i].bare ? &bare[g->items[i].component] : &lost[g->items[i].component]) =
			true;
	count = cutset_next(e->plan, e->plan->services[service].needs, lost, bare, true, next);
	for (size_t i = 0; i < count; i++) {
		if (!has(d->single, d->single_count, next[i]))
			next[kept++] = next[i];
	}
	free(lost);
	free(bare);
	return kept;
}

/* Fills `x` and the component with which the redundancy went; false if there is enough of it. More that is gone never makes
 * a service safer: the moment is found by halves. */
static bool find(const struct turn *t, uint32_t service, bool unseen_too, struct exposure *x,
		 uint32_t *ret_cause)
{
	const struct engine *e = t->e;
	struct gone g = gone_parts(e, service, unseen_too);
	uint32_t *next = mem_calloc(e->plan->component_count + 1, sizeof(*next));
	uint32_t low = 1, high = g.count;

	x->count = g.count > 0 ? next_of(e, service, &g, g.count, next) : 0;
	x->exposed = x->count > 0;
	for (x->listed = 0; x->listed < x->count && x->listed < EVENT_LIST_MAX; x->listed++)
		x->next[x->listed] = next[x->listed];
	while (x->exposed && low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (next_of(e, service, &g, middle, next) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	if (x->exposed) {
		*ret_cause = g.items[low - 1].component;
		x->since = g.items[low - 1].began;
		if (!wall_is_known(x->since) || x->since.us > t->now.us)
			x->since = t->now;
	}
	free(next);
	free(g.items);
	return x->exposed;
}

static bool is_same(const struct exposure *a, const struct exposure *b)
{
	if (a->unseen != b->unseen || a->count != b->count || a->listed != b->listed)
		return false;
	for (uint32_t i = 0; i < a->listed; i++) {
		if (a->next[i] != b->next[i])
			return false;
	}
	return true;
}

static void decide_exposed(const struct turn *t, uint32_t service, const struct exposure *x,
			   uint32_t cause)
{
	const struct exposure *was = &t->e->services[service].exposure;
	struct event *ev = turn_add(t, EVENT_SERVICE_EXPOSED, t->now);

	ev->service = service;
	/* Another list does not make it younger. */
	ev->began = was->exposed ? wall_min(was->since, x->since) : x->since;
	ev->component = cause;
	ev->by_count = x->listed;
	for (uint32_t i = 0; i < x->listed; i++)
		ev->by[i] = x->next[i];
	ev->number = x->count;
	ev->estimated = x->unseen;
}

static bool has_gone(const struct engine *e, uint32_t service)
{
	const struct service_design *d = &e->designs[service];

	for (uint32_t i = 0; i < d->part_count; i++) {
		struct gone_part part;

		if (is_part_gone(e, d->parts[i], true, &part))
			return true;
	}
	return false;
}

static void decide_one(const struct turn *t, uint32_t service)
{
	const struct engine *e = t->e;
	const struct service_now *s = &e->services[service];
	struct exposure x = {.exposed = false};
	uint32_t cause = PLAN_NONE;
	struct event *ev;

	if ((s->state != SERVICE_OK && s->state != SERVICE_DEGRADED) ||
	    (!s->exposure.exposed && !has_gone(e, service)))
		return;
	if (!find(t, service, false, &x, &cause))
		x.unseen = find(t, service, true, &x, &cause);
	if (x.exposed && (!s->exposure.exposed || !is_same(&x, &s->exposure))) {
		decide_exposed(t, service, &x, cause);
	} else if (!x.exposed && s->exposure.exposed) {
		ev = turn_add(t, EVENT_SERVICE_COVERED, t->now);
		ev->service = service;
		ev->began = s->exposure.since;
		ev->number = wall_diff_us(t->now, s->exposure.since);
	}
}

/* Most events change nothing for most services. That there was nothing to say is remembered until something of the service
 * changes; what is to be said is said again until it has been applied. */
void exposure_decide(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->service_count; i++) {
		size_t before = t->out->count;

		if (t->e->designs[i].looked)
			continue;
		decide_one(t, i);
		t->e->designs[i].looked = t->out->count == before;
	}
}

/* --- apply ------------------------------------------------------------------------------------------- */

void exposure_touch(struct engine *e, uint32_t component)
{
	for (uint32_t i = 0; i < e->plan->service_count; i++) {
		struct service_design *d = &e->designs[i];

		d->looked = d->looked && !has(d->parts, d->part_count, component);
	}
}

void exposure_touch_check(struct engine *e, uint32_t check)
{
	uint32_t component = e->plan->checks[check].component;
	const struct plan_component *c = &e->plan->components[component];

	if (c->is_pair && c->pair_check == check)
		exposure_touch(e, component);
}

void exposure_apply(struct engine *e, const struct event *ev)
{
	struct exposure *x = &e->services[ev->service].exposure;

	e->designs[ev->service].looked = false;

	*x = (struct exposure){.exposed = ev->kind == EVENT_SERVICE_EXPOSED};
	if (!x->exposed)
		return;
	x->unseen = ev->estimated;
	x->since = ev->began;
	x->count = (uint32_t)ev->number;
	x->listed = ev->by_count;
	for (uint32_t i = 0; i < ev->by_count; i++)
		x->next[i] = ev->by[i];
}

/* What the new plan has no more is not named any more; the next look says what it means. */
void exposure_carry(struct exposure *x, const struct plan *from, const struct plan *to)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < x->listed; i++) {
		uint32_t c = plan_find_component(to, slice_of(from->components[x->next[i]].id));

		if (c != PLAN_NONE)
			x->next[kept++] = c;
	}
	x->listed = kept;
}
