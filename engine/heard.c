#include "engine/heard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"

#define MINUTE_US (60 * US_PER_S)

static struct heard_entry *entry_at(struct heard_ring *r, uint32_t i)
{
	return &r->items[(r->first + i) % HEARD_KEPT];
}

/* --- what arrives ------------------------------------------------------------------------------------ */

/* GCRA, as base/rate_limit.h: HEARD_MINUTE at once, then one per 1/HEARD_MINUTE of a minute. */
bool engine_hear(struct engine *e, uint32_t vantage, struct wall_time now)
{
	const int64_t each = MINUTE_US / HEARD_MINUTE;
	struct heard_soft *s;
	struct wall_time due;

	s = &e->heard.soft[e->plan->checks[e->plan->vantages[vantage].check].component];
	due = wall_max(s->due, now);
	if (due.us - now.us > MINUTE_US - each) {
		if (s->more++ == 0)
			s->more_since = now;
		return false;
	}
	s->due = wall_add_us(due, each);
	return true;
}

static uint64_t print_of(const struct heard_note *h)
{
	const char *const texts[] = {h->what, h->severity, h->name, h->text, h->source};
	uint64_t f = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		for (const char *p = texts[i]; *p != '\0'; p++)
			f = (f ^ (unsigned char)*p) * UINT64_C(1099511628211);
		f = (f ^ 0xff) * UINT64_C(1099511628211);
	}
	return f;
}

static uint64_t print_of_event(const struct event *ev)
{
	struct heard_note h = {.what = ev->what,
			       .severity = ev->via,
			       .name = ev->ref,
			       .text = ev->text,
			       .source = ev->source};

	return print_of(&h);
}

/* An agent sends again what was not safe when the collector ended. */
static bool is_known(const struct engine *e, uint32_t component, uint32_t agent,
		     const struct heard_note *h)
{
	struct heard_ring *r = e->heard.rings[component];
	uint64_t print = print_of(h);

	for (uint32_t i = 0; r != NULL && i < r->count; i++) {
		const struct heard_entry *x = entry_at(r, i);

		if (x->at.us == h->at.us && x->agent == agent && x->print == print)
			return true;
	}
	return false;
}

static void set_source(struct event *ev, const char *source)
{
	snprintf(ev->source, sizeof(ev->source), "%s", source);
}

void heard_decide_input(const struct turn *t, const struct input *in)
{
	const struct heard_note *h = &in->u.heard;
	const struct plan *p = t->e->plan;
	const struct plan_vantage *v = &p->vantages[h->vantage];
	bool more = strcmp(h->what, "more") == 0;
	struct event *ev;

	if (!more && is_known(t->e, p->checks[v->check].component, v->agent, h))
		return;
	ev = turn_add(t, more ? EVENT_NOTIFICATION_MORE : EVENT_NOTIFICATION_HEARD, h->at);
	ev->component = p->checks[v->check].component;
	ev->check = v->check;
	ev->agent = v->agent;
	ev->number = h->count;
	if (more) {
		ev->began = h->at;
		return;
	}
	ev->estimated = h->late;
	event_set_what(ev, h->what);
	snprintf(ev->via, sizeof(ev->via), "%.31s", h->severity);
	event_set_ref(ev, h->name);
	event_set_text(ev, h->text);
	set_source(ev, h->source);
}

static struct wall_time more_due(const struct heard_soft *s)
{
	return s->more > 0 ? wall_add_us(s->more_since, MINUTE_US) : WALL_NEVER;
}

void heard_decide_tick(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->component_count; i++) {
		const struct heard_soft *s = &t->e->heard.soft[i];
		struct event *ev;

		if (more_due(s).us > t->now.us)
			continue;
		ev = turn_add(t, EVENT_NOTIFICATION_MORE, s->more_since);
		ev->component = i;
		ev->began = s->more_since;
		ev->number = s->more;
	}
}

struct wall_time heard_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->component_count; i++)
		d = wall_min(d, more_due(&e->heard.soft[i]));
	return d;
}

/* --- into timelines ---------------------------------------------------------------------------------- */

static bool is_told(const struct heard_entry *x, uint64_t incident)
{
	for (uint32_t i = 0; i < x->told_count; i++) {
		if (x->told[i] == incident)
			return true;
	}
	return x->told_count == COUNT_OF(x->told);
}

static bool was_decided(const struct turn *t, uint64_t incident, uint64_t entry)
{
	for (size_t i = t->out->count; i-- > 0;) {
		if (t->out->items[i].incident == incident && t->out->items[i].entry == entry)
			return true;
	}
	return false;
}

static void tell(const struct turn *t, const struct incident *in, uint32_t component,
		 const struct heard_entry *x)
{
	const struct plan *now = t->e->plan;
	uint32_t known =
		in->plan == now
			? component
			: plan_find_component(in->plan, slice_of(now->components[component].id));
	struct event *ev;

	/* Two of its services may stand on the component. */
	if (known == PLAN_NONE || was_decided(t, in->id, x->seq))
		return;
	ev = turn_add(t, EVENT_INCIDENT_NOTIFICATION, x->at);
	ev->incident = in->id;
	ev->entry = x->seq;
	ev->component = known;
	ev->number = x->count;
	ev->estimated = x->late;
	event_set_what(ev, x->what);
	snprintf(ev->via, sizeof(ev->via), "%s", x->severity);
	event_set_ref(ev, x->name);
	event_set_text(ev, x->text);
	set_source(ev, x->source);
}

static void decide_component(const struct turn *t, const struct incident *in, uint32_t component)
{
	struct heard_ring *r = t->e->heard.rings[component];

	for (uint32_t i = 0; r != NULL && i < r->count; i++) {
		const struct heard_entry *x = entry_at(r, i);

		if (!is_told(x, in->id) && x->at.us >= in->began.us - HEARD_BEFORE_US)
			tell(t, in, component, x);
	}
}

static void decide_incident(const struct turn *t, const struct incident *in)
{
	for (size_t k = 0; k < in->service_count; k++) {
		const struct service_design *d;

		if (in->services[k].current == PLAN_NONE)
			continue;
		d = &t->e->designs[in->services[k].current];
		for (uint32_t i = 0; i < d->part_count; i++)
			decide_component(t, in, d->parts[i]);
	}
}

/* What was heard, and which incidents there are: as long as both are the same nothing is left to be said. */
static uint64_t print_of_all(const struct engine *e)
{
	uint64_t f = e->heard.version + 1;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *in = e->incidents[k];

		f = (f ^ in->id << 8 ^ in->service_count << 1 ^ incident_is_open(in)) *
		    UINT64_C(1099511628211);
	}
	return f;
}

void heard_decide(const struct turn *t)
{
	const struct heard *h = &t->e->heard;
	uint64_t print = print_of_all(t->e);

	if (*h->looked == print)
		return;
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *in = t->e->incidents[k];

		/* One of the past is over before it is on record: nobody reads it while it grows. */
		if (incident_is_open(in) && in->kind != INCIDENT_KIND_PAST)
			decide_incident(t, in);
	}
	if (t->out->count == 0)
		*h->looked = print;
}

/* --- fold -------------------------------------------------------------------------------------------- */

static void apply_heard(struct engine *e, const struct event *ev)
{
	struct heard_ring **r = &e->heard.rings[ev->component];
	struct heard_entry *x;

	if (*r == NULL)
		*r = mem_calloc(1, sizeof(**r));
	if ((*r)->count == HEARD_KEPT)
		(*r)->first = ((*r)->first + 1) % HEARD_KEPT;
	else
		(*r)->count++;
	x = entry_at(*r, (*r)->count - 1);
	*x = (struct heard_entry){.seq = ev->seq,
				  .at = ev->at,
				  .check = ev->check,
				  .agent = ev->agent,
				  .print = print_of_event(ev),
				  .count = ev->number,
				  .late = ev->estimated};
	memcpy(x->what, ev->what, sizeof(x->what));
	memcpy(x->severity, ev->via, sizeof(x->severity));
	memcpy(x->name, ev->ref, sizeof(x->name));
	memcpy(x->text, ev->text, sizeof(x->text));
	memcpy(x->source, ev->source, sizeof(x->source));
	e->heard.version++;
}

static void apply_told(struct engine *e, const struct event *ev)
{
	for (uint32_t c = 0; c < e->plan->component_count; c++) {
		struct heard_ring *r = e->heard.rings[c];

		for (uint32_t i = 0; r != NULL && i < r->count; i++) {
			struct heard_entry *x = entry_at(r, i);

			if (x->seq == ev->entry && x->told_count < COUNT_OF(x->told))
				x->told[x->told_count++] = ev->incident;
		}
	}
}

void heard_apply(struct engine *e, const struct event *ev)
{
	if (ev->kind == EVENT_NOTIFICATION_HEARD)
		apply_heard(e, ev);
	else if (ev->kind == EVENT_INCIDENT_NOTIFICATION)
		apply_told(e, ev);
	else if (ev->agent == PLAN_NONE) /* our own budget, not an agent's */
		e->heard.soft[ev->component].more = 0;
}

/* Checks and agents by the ids of the new plan. */
static void rekey(const struct plan *from, const struct plan *to, struct heard_ring *r)
{
	for (uint32_t i = 0; i < r->count; i++) {
		struct heard_entry *x = entry_at(r, i);

		if (x->check != PLAN_NONE)
			x->check = plan_find_check(to, slice_of(from->checks[x->check].id));
		if (x->agent != PLAN_NONE)
			x->agent = plan_find_agent(to, slice_of(from->agents[x->agent].id));
	}
}

struct heard heard_carry(struct engine *e, const struct plan *p)
{
	struct heard h = {.rings = mem_calloc(p->component_count, sizeof(struct heard_ring *)),
			  .soft = mem_calloc(p->component_count, sizeof(struct heard_soft)),
			  .version = e->heard.version + 1,
			  .looked = mem_calloc(1, sizeof(*h.looked))};

	for (uint32_t i = 0; e->plan != NULL && i < p->component_count; i++) {
		uint32_t old = plan_find_component(e->plan, slice_of(p->components[i].id));

		if (old == PLAN_NONE)
			continue;
		h.soft[i] = e->heard.soft[old];
		h.rings[i] = e->heard.rings[old];
		e->heard.rings[old] = NULL;
		if (h.rings[i] != NULL)
			rekey(e->plan, p, h.rings[i]);
	}
	return h;
}

void heard_free(struct heard *h, uint32_t component_count)
{
	for (uint32_t i = 0; h->rings != NULL && i < component_count; i++)
		free(h->rings[i]);
	free(h->rings);
	free(h->soft);
	free(h->looked);
	*h = (struct heard){0};
}

static uint64_t mix(uint64_t f, uint64_t v)
{
	return (f ^ v) * UINT64_C(1099511628211);
}

uint64_t heard_digest(const struct engine *e)
{
	uint64_t f = UINT64_C(14695981039346656037);

	for (uint32_t c = 0; c < e->plan->component_count; c++) {
		struct heard_ring *r = e->heard.rings[c];

		for (uint32_t i = 0; r != NULL && i < r->count; i++) {
			const struct heard_entry *x = entry_at(r, i);

			f = mix(f, x->seq);
			f = mix(f, (uint64_t)x->at.us ^ x->print);
			f = mix(f, (uint64_t)x->count << 1 | x->late);
			for (uint32_t k = 0; k < x->told_count; k++)
				f = mix(f, x->told[k]);
		}
	}
	return f;
}
