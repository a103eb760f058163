/* What must always hold: every step is carried out, or left out for a reason; who was told "down" is told "up". */
#include "tests/sim/sim.h"

#include <string.h>

#include "base/mem.h"
#include "journal/body.h"

static bool has_run(const struct sim *s, const struct told_clock *c, uint32_t step)
{
	for (size_t k = 0; k < s->ran_count; k++) {
		if (s->ran[k].incident == c->incident && s->ran[k].service == c->service &&
		    s->ran[k].step == step)
			return true;
	}
	return false;
}

static void note_ran(struct sim *s, uint64_t incident, uint32_t service, uint32_t step)
{
	struct told_clock c = {.incident = incident, .service = service};

	if (has_run(s, &c, step))
		return;
	s->ran = mem_grow(s->ran, s->ran_count, &s->ran_cap, sizeof(*s->ran));
	s->ran[s->ran_count++] = (struct ran_step){incident, service, step};
}

void look_at_step(struct sim *s, const struct event *ev)
{
	if (ev->kind == EVENT_STEP_FIRED || ev->kind == EVENT_STEP_DONE)
		note_ran(s, ev->incident, ev->service, ev->step);
	/* What a person put together has the steps of both: both ran under one plan. */
	for (size_t k = 0, n = s->ran_count; ev->kind == EVENT_ACT_MERGE && k < n; k++) {
		if (s->ran[k].incident == ev->incident)
			note_ran(s, ev->entry, s->ran[k].service, s->ran[k].step);
	}
}

static int64_t due_after(const struct plan_step *step, int64_t rto_us)
{
	int64_t after = rto_us / 100 * step->pct;

	if (step->at == AT_CONFIRMED)
		return 0;
	if (step->min_us > 0 && after < step->min_us)
		after = step->min_us;
	if (step->max_us > 0 && after > step->max_us)
		after = step->max_us;
	return after;
}

/* The incident into which a person has put it; itself if nobody has. */
static uint64_t home_of(const struct sim *s, uint64_t incident)
{
	for (size_t k = 0; k < s->looked; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_ACT_MERGE && ev->incident == incident)
			incident = ev->entry;
	}
	return incident;
}

void look_at_steps(struct sim *s)
{
	for (size_t k = 0; k < s->clock_count; k++) {
		const struct told_clock *c = &s->clocks[k];
		const struct plan_service *service;
		struct view_incident i;

		if (!c->running || held_of(s, c->incident, c->service)->now ||
		    !view_find_incident(s->world->engine, c->incident, &i) ||
		    i.kind == INCIDENT_KIND_PAST ||
		    i.call_count >= engine_limits_default.calls_per_incident)
			continue;
		service = &i.plan->services[c->service];
		for (uint32_t n = 0; service->policy != PLAN_NONE &&
				     n < i.plan->policies[service->policy].step_count;
		     n++) {
			const struct plan_step *step = &i.plan->policies[service->policy].steps[n];
			/* The coordinator may hold level 1 for a while, twice. */
			int64_t late = step->ask == ASK_ACTIVATE ? GATE_S * US_PER_S : 0;

			if (wall_add_us(c->began, due_after(step, service->rto_us) + late).us <=
				    s->world->now.us &&
			    !has_run(s, c, n))
				sim_broken(s, "a step is due, and neither carried out nor its "
					      "omission explained");
		}
	}
}

static bool is_bad_news(enum call_kind k)
{
	return k == CALL_DOWN || k == CALL_BLIND || k == CALL_MARK || k == CALL_ASK ||
	       k == CALL_FLAPPING;
}

static bool is_good_news(enum call_kind k)
{
	return k == CALL_UP || k == CALL_NOT_OBSERVED || k == CALL_FALSE_ALARM || k == CALL_CLOSED;
}

/* By their ids: an incident may have adopted a plan that lists people in another order. */
static bool is_same_person(const struct sim *s, size_t entry, size_t other)
{
	struct slice a = body_word(slice_of(s->world->events[entry].body), "person");
	struct slice b = body_word(slice_of(s->world->events[other].body), "person");

	return a.n > 0 && slice_eq(a, b);
}

static bool hears_of_end(const struct sim *s, const struct event *bad, uint64_t home)
{
	for (size_t k = (size_t)bad->seq; k < s->world->count; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_CALL_INTENT && is_good_news(ev->call_kind) &&
		    is_same_person(s, k, (size_t)bad->seq - 1) && home_of(s, ev->incident) == home)
			return true;
	}
	return false;
}

/* By the entries alone: whoever received bad news of an incident that is over was called with the good. */
void everybody_hears_of_end(const struct sim *s)
{
	for (size_t k = 0; k < s->world->count; k++) {
		const struct event *got = &s->world->events[k].ev, *bad;
		bool runs = false;
		uint64_t home;

		if (got->kind != EVENT_CALL_RECEIVED)
			continue;
		bad = &s->world->events[got->call - 1].ev;
		if (bad->incident == 0 || bad->step == PLAN_NONE || !is_bad_news(bad->call_kind))
			continue;
		home = home_of(s, bad->incident);
		for (size_t c = 0; c < s->clock_count; c++)
			runs = runs || (s->clocks[c].incident == home && s->clocks[c].running);
		if (!runs && !hears_of_end(s, bad, home))
			sim_broken(s, "somebody received bad news and no good news");
	}
}
