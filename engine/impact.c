/* What stops with an incident: the places whose failure makes its services fail, each counted once however many services
 * and components tell of it, and what the services themselves stand for. Only what is seen to fail counts, and only in
 * those branches of a diagram that are down; places are added while the incident lasts and never taken away, so that the
 * record says what stopped, not what happens to stop at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"
#include "engine/past.h"

/* --- sums -------------------------------------------------------------------------------------------- */

static size_t add_all(const struct plan_impact *list, size_t n, struct plan_impact *ret,
		      size_t count)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;

		while (at < count && strcmp(ret[at].what, list[i].what) != 0)
			at++;
		if (at == IMPACT_UNITS_MAX)
			continue; /* the loader refuses so many units */
		if (at == count)
			ret[count++] = (struct plan_impact){list[i].what, 0};
		ret[at].count += list[i].count;
	}
	return count;
}

size_t impact_total(const struct incident *i, struct plan_impact ret[IMPACT_UNITS_MAX])
{
	size_t n = 0;

	for (size_t k = 0; k < i->site_count; k++) {
		const struct plan_site *s = &i->plan->sites[i->sites[k]];

		n = add_all(s->impact, s->impact_count, ret, n);
	}
	for (size_t k = 0; k < i->service_count; k++) {
		const struct plan_service *s = &i->plan->services[i->services[k].service];

		n = add_all(s->impact, s->impact_count, ret, n);
	}
	return n;
}

/* --- decide ------------------------------------------------------------------------------------------ */

/* Places that are news, while they are collected. */
struct places {
	const struct incident *incident;
	uint32_t *items;
	size_t count, cap;
};

static bool has_place(const uint32_t *list, size_t n, uint32_t site)
{
	for (size_t i = 0; i < n; i++) {
		if (list[i] == site)
			return true;
	}
	return false;
}

/* The incident speaks of places of its own plan. */
static void add_place(const struct engine *e, struct places *p, uint32_t component)
{
	const struct incident *i = p->incident;
	uint32_t site = e->plan->components[component].site;

	if (site != PLAN_NONE && i->plan != e->plan)
		site = plan_find_site(i->plan, slice_of(e->plan->sites[site].id));
	if (site == PLAN_NONE || has_place(i->sites, i->site_count, site) ||
	    has_place(p->items, p->count, site))
		return;
	p->items = mem_grow(p->items, p->count, &p->cap, sizeof(*p->items));
	p->items[p->count++] = site;
}

/* Into what is down, and no further: a member that failed beside one that serves in its stead stops nothing. */
static void walk(const struct engine *e, const struct plan_need *need, struct places *p)
{
	if (diagram_eval(e, need).state != SERVICE_DOWN)
		return;
	if (need->kind == NEED_COMPONENT) {
		add_place(e, p, need->component);
		return;
	}
	for (size_t i = 0; i < need->child_count; i++)
		walk(e, &need->children[i], p);
}

static void put_text(const struct incident *i, const struct places *p, size_t so_far,
		     struct event *ev)
{
	/* As it will be with these: the sum is part of the record, in the plan's own words. */
	struct incident then = *i;
	struct plan_impact totals[IMPACT_UNITS_MAX];
	size_t n, used = 0;
	uint32_t *sites = mem_calloc(i->site_count + so_far + 1, sizeof(*sites));

	for (size_t k = 0; k < i->site_count; k++)
		sites[k] = i->sites[k];
	for (size_t k = 0; k < so_far; k++)
		sites[i->site_count + k] = p->items[k];
	then.sites = sites;
	then.site_count = i->site_count + so_far;
	n = impact_total(&then, totals);
	for (size_t k = 0; k < n && used < sizeof(ev->text); k++)
		used += (size_t)snprintf(ev->text + used, sizeof(ev->text) - used, "%s%s: %lld",
					 k > 0 ? ", " : "", totals[k].what,
					 (long long)totals[k].count);
	free(sites);
}

static bool has_news_of_services(const struct incident *i)
{
	for (size_t k = i->impact_services; k < i->service_count; k++) {
		if (i->plan->services[i->services[k].service].impact_count > 0)
			return true;
	}
	return false;
}

/* Tells what is news of it, and of the services that have joined. */
static void tell(const struct turn *t, const struct incident *i, struct places *p)
{
	size_t told = 0;

	while (told < p->count || (told == 0 && has_news_of_services(i))) {
		struct event *ev = turn_add(t, EVENT_INCIDENT_IMPACT, t->now);

		ev->incident = i->id;
		while (told < p->count && ev->site_count < EVENT_SITES_MAX)
			ev->sites[ev->site_count++] = p->items[told++];
		put_text(i, p, told, ev);
		if (told == 0)
			break;
	}
	free(p->items);
}

static void decide_incident(const struct turn *t, const struct incident *i)
{
	struct places p = {.incident = i};

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (s->running && s->current != PLAN_NONE)
			walk(t->e, t->e->plan->services[s->current].needs, &p);
	}
	tell(t, i, &p);
}

void impact_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		if (i->kind != INCIDENT_KIND_PAST && incident_has_running_clock(i))
			decide_incident(t, i);
	}
}

/* The same at a moment of the past. */
static void walk_back(const struct engine *e, const struct plan_need *need, struct wall_time at,
		      struct places *p)
{
	if (!past_need_is_down(e, need, at))
		return;
	if (need->kind == NEED_COMPONENT) {
		add_place(e, p, need->component);
		return;
	}
	for (size_t i = 0; i < need->child_count; i++)
		walk_back(e, &need->children[i], at, p);
}

void impact_decide_past(const struct turn *t, const struct incident *i,
			const struct incident_service *s, const struct outage *o)
{
	const struct engine *e = t->e;
	struct places p = {.incident = i};
	const struct plan_need *need;

	if (s->current == PLAN_NONE)
		return;
	need = e->plan->services[s->current].needs;
	for (struct wall_time at = o->began; at.us < o->until.us;
	     at = past_next_change(e, need, at))
		walk_back(e, need, at, &p);
	tell(t, i, &p);
}

/* --- apply ------------------------------------------------------------------------------------------- */

void impact_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);

	for (uint32_t k = 0; i != NULL && k < ev->site_count; k++) {
		if (has_place(i->sites, i->site_count, ev->sites[k]))
			continue;
		i->sites = mem_grow(i->sites, i->site_count, &i->site_cap, sizeof(*i->sites));
		i->sites[i->site_count++] = ev->sites[k];
	}
	if (i != NULL)
		i->impact_services = i->service_count;
}
