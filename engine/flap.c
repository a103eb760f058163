/* Flapping: a check that fails and recovers again and again. It is a state of its own beside ok and critical, found by
 * counting: so many confirmed failures within a time (plan: `flapping`); it is over when the check has not turned for
 * `stable`, well or not. What it means for a clock: a service that holds or not by what is flapping has one contingency,
 * not one per failure. Its clock counts from the first failure of the run through the recoveries until all is steady, so
 * that no flapping resets or mutes it, and nobody is told "down" and "up" at each turn. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/cutset.h"
#include "engine/engine_state.h"

static const struct plan_flapping *rule_of(const struct engine *e)
{
	return &e->plan->flapping;
}

/* --- checks ------------------------------------------------------------------------------------------ */

static void add_failure(struct check_failure *list, uint32_t *count, struct check_failure f)
{
	if (*count == PLAN_FLAP_FAILURES_MAX) {
		memmove(list, list + 1, (PLAN_FLAP_FAILURES_MAX - 1) * sizeof(*list));
		(*count)--;
	}
	list[(*count)++] = f;
}

void flap_note(struct engine *e, uint32_t check, struct wall_time at)
{
	struct check_flap *f = &e->flaps[check];
	struct check_now now = vantage_check(e, check);
	bool serves = now.state == CHECK_OK || now.state == CHECK_WARNING;

	/* Blind in between says nothing: neither a failure nor a recovery. */
	if (now.state == CHECK_CRITICAL && !f->failed) {
		f->failed = true;
		f->turned = at;
		f->failures += f->flapping;
		add_failure(f->last, &f->last_count,
			    (struct check_failure){at, now.began, now.not_before});
	} else if (serves && f->failed) {
		f->failed = false;
		f->turned = at;
	}
}

/* The failure with which the run began, if there is one. */
static const struct check_failure *run_of(const struct engine *e, const struct check_flap *f)
{
	const struct plan_flapping *rule = rule_of(e);
	const struct check_failure *first;

	if (f->last_count < rule->failures)
		return NULL;
	first = &f->last[f->last_count - rule->failures];
	return wall_diff_us(f->last[f->last_count - 1].at, first->at) <= rule->within_us ? first
											 : NULL;
}

/* What was not watched is not known to be steady: a start of ours begins the wait anew. */
static struct wall_time steady_at(const struct engine *e, const struct check_flap *f)
{
	return wall_add_us(wall_max(f->turned, e->started), rule_of(e)->stable_us);
}

void flap_decide(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; i < e->plan->check_count; i++) {
		const struct check_flap *f = &e->flaps[i];
		const struct check_failure *first = f->flapping ? NULL : run_of(e, f);
		struct event *ev;

		if (first != NULL && t->now.us < steady_at(e, f).us) {
			ev = turn_add(t, EVENT_CHECK_FLAPPING, t->now);
			ev->check = i;
			ev->began = wall_is_known(first->began) ? first->began : first->at;
			ev->number = rule_of(e)->failures;
		} else if (f->flapping && steady_at(e, f).us <= t->now.us) {
			ev = turn_add(t, EVENT_CHECK_STEADY, t->now);
			ev->check = i;
			ev->to = (int)vantage_check(e, i).state;
			ev->began = f->since;
			ev->number = f->failures;
		}
	}
}

void flap_apply(struct engine *e, const struct event *ev)
{
	struct check_flap *f = &e->flaps[ev->check];

	f->flapping = ev->kind == EVENT_CHECK_FLAPPING;
	f->since = ev->began;
	f->failures = (uint32_t)ev->number;
	if (!f->flapping) /* what was told is told: the next run is counted anew */
		f->last_count = 0;
	flap_count(e);
}

void flap_count(struct engine *e)
{
	e->flapping_count = 0;
	for (uint32_t i = 0; i < e->plan->check_count; i++)
		e->flapping_count += e->flaps[i].flapping;
}

struct check_flap *flap_carry(const struct engine *e, const struct plan *p)
{
	struct check_flap *flaps = mem_calloc(p->check_count + 1, sizeof(*flaps));

	for (uint32_t i = 0; i < p->check_count; i++) {
		uint32_t old = e->plan != NULL ? plan_find_check(e->plan, slice_of(p->checks[i].id))
					       : PLAN_NONE;

		flaps[i] = (struct check_flap){.since = WALL_UNKNOWN, .turned = WALL_UNKNOWN};
		if (old != PLAN_NONE &&
		    schema_is_same(e->plan->checks[old].schema, p->checks[i].schema))
			flaps[i] = e->flaps[old];
	}
	return flaps;
}

struct wall_time flap_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; e->flapping_count > 0 && i < e->plan->check_count; i++) {
		if (e->flaps[i].flapping)
			d = wall_min(d, steady_at(e, &e->flaps[i]));
	}
	return d;
}

/* --- components and services ------------------------------------------------------------------------- */

static bool component_since(const struct engine *e, uint32_t component, struct wall_time *since)
{
	const struct plan_component *c = &e->plan->components[component];
	bool flapping = false;

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct check_flap *f = &e->flaps[c->check_first + i];

		if (!f->flapping)
			continue;
		*since = flapping ? wall_min(*since, f->since) : f->since;
		flapping = true;
	}
	return flapping;
}

bool flap_component(const struct engine *e, uint32_t component)
{
	struct wall_time since;

	return e->flapping_count > 0 && component_since(e, component, &since);
}

/* `*since`: the first failure of the oldest run of them. */
static bool has_flapping_part(const struct engine *e, const struct service_design *d,
			      struct wall_time *since)
{
	bool any = false;

	for (uint32_t i = 0; i < d->part_count; i++) {
		struct wall_time t = WALL_UNKNOWN;

		if (!component_since(e, d->parts[i], &t))
			continue;
		*since = any ? wall_min(*since, t) : t;
		any = true;
	}
	return any;
}

bool flap_service(const struct engine *e, uint32_t service, struct wall_time *ret_since)
{
	const struct service_design *d = &e->designs[service];
	const struct plan_need *needs = e->plan->services[service].needs;
	bool holds, *lost;

	if (e->flapping_count == 0 || !has_flapping_part(e, d, ret_since))
		return false;
	lost = mem_calloc(e->plan->component_count, sizeof(*lost));
	/* As if what is flapping served ... What is unreachable is lost with its path, not by itself. */
	for (uint32_t i = 0; i < d->part_count; i++) {
		uint32_t c = d->parts[i];

		lost[c] = e->components[c].state == COMPONENT_CRITICAL && !flap_component(e, c);
	}
	holds = cutset_serves(e->plan, needs, lost);
	/* ... and as if it did not. */
	for (uint32_t i = 0; i < d->part_count; i++)
		lost[d->parts[i]] = lost[d->parts[i]] || flap_component(e, d->parts[i]);
	holds = holds && !cutset_serves(e->plan, needs, lost);
	free(lost);
	return holds;
}

/* --- clocks ------------------------------------------------------------------------------------------ */

/* The clocks of this run are one: it began with the first of them. */
static struct check_failure first_period(const struct incident_service *s, struct wall_time since)
{
	struct check_failure first = {.began = s->began, .not_before = s->not_before};

	for (uint32_t k = 0; k < s->period_count; k++) {
		const struct check_failure *p = &s->periods[k];

		if (p->began.us >= since.us && p->began.us < first.began.us)
			first = *p;
	}
	return first;
}

bool flap_decide_clock(const struct turn *t, const struct incident *i,
		       const struct incident_service *s)
{
	struct wall_time since = WALL_UNKNOWN;
	bool flapping = flap_service(t->e, s->current, &since);
	struct event *ev;

	/* An estimate is corrected before anything is counted on from it. */
	if (!s->running || flapping == s->flapping || (flapping && s->estimated))
		return false;
	if (flapping) {
		struct check_failure first = first_period(s, since);

		ev = turn_add(t, EVENT_CLOCK_FLAPPING, t->now);
		ev->began = first.began;
		ev->not_before = first.not_before;
		ev->until = wall_add_us(first.began, i->plan->services[s->service].rto_us);
	} else {
		ev = turn_add(t, EVENT_CLOCK_STEADY, t->now);
		ev->to = (int)t->e->services[s->current].state;
	}
	ev->incident = i->id;
	ev->service = s->service;
	return true;
}

void flap_apply_clock(struct incident *i, struct incident_service *s, const struct event *ev)
{
	s->flapping = ev->kind == EVENT_CLOCK_FLAPPING;
	if (!s->flapping)
		return;
	s->began = ev->began;
	s->not_before = ev->not_before;
	s->breach_at = ev->until;
	i->began = wall_min(i->began, ev->began);
}

void flap_note_clock(struct incident_service *s, const struct event *ev)
{
	if (ev->kind == EVENT_CLOCK_STARTED) {
		add_failure(s->periods, &s->period_count,
			    (struct check_failure){ev->recorded, ev->began, ev->not_before});
	} else if (s->period_count > 0) { /* corrected */
		s->periods[s->period_count - 1].began = ev->began;
		s->periods[s->period_count - 1].not_before = ev->not_before;
	}
}
