/* What must always hold: clocks. */
#include "tests/sim/sim.h"

#include <string.h>

#include "base/mem.h"

void look_at_services(struct sim *s)
{
	for (uint32_t k = 0; k < sim_plan(s)->service_count; k++) {
		struct view_service v;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.clock.running && v.clock.breach_at.us <= s->world->now.us &&
		    !v.clock.breached)
			sim_broken(s, "a breach goes unannounced");
		if (v.clock.running && v.clock.began.us > s->world->now.us)
			sim_broken(s, "a clock begins in the future");
		look_at_exposure(s, k, &v);
	}
}

static struct told_clock *clock_of(struct sim *s, const struct event *ev)
{
	for (size_t i = 0; i < s->clock_count; i++) {
		if (s->clocks[i].incident == ev->incident && s->clocks[i].service == ev->service)
			return &s->clocks[i];
	}
	s->clocks = mem_grow(s->clocks, s->clock_count, &s->clock_cap, sizeof(*s->clocks));
	s->clocks[s->clock_count] =
		(struct told_clock){.incident = ev->incident, .service = ev->service};
	return &s->clocks[s->clock_count++];
}

/* Flapping neither stops a clock nor begins it anew, and never makes it younger. */
void look_at_clock(struct sim *s, const struct event *ev)
{
	struct told_clock *c;

	if (ev->kind != EVENT_CLOCK_STARTED && ev->kind != EVENT_CLOCK_CORRECTED &&
	    ev->kind != EVENT_CLOCK_FLAPPING && ev->kind != EVENT_CLOCK_STEADY &&
	    ev->kind != EVENT_CLOCK_RESTORED)
		return;
	c = clock_of(s, ev);
	if (c->flapping && (ev->kind == EVENT_CLOCK_STARTED || ev->kind == EVENT_CLOCK_RESTORED))
		sim_broken(s, "a clock stops or begins anew while its service is flapping");
	if (ev->kind == EVENT_CLOCK_FLAPPING) {
		if (!c->running || ev->began.us > c->began.us)
			sim_broken(s, "flapping makes a clock younger");
		if (ev->until.us != ev->began.us + engine_plan_of(s->world->engine, ev->incident, 0)
							   ->services[ev->service]
							   .rto_us)
			sim_broken(s, "flapping moves an RTO");
		s->flapped++;
	}
	c->flapping =
		ev->kind == EVENT_CLOCK_FLAPPING || (c->flapping && ev->kind != EVENT_CLOCK_STEADY);
	if (ev->kind == EVENT_CLOCK_STEADY || ev->kind == EVENT_CLOCK_RESTORED) {
		c->running = c->running && ev->kind == EVENT_CLOCK_STEADY;
		return;
	}
	c->running = true;
	c->began = ev->began;
	c->by_word = ev->kind == EVENT_CLOCK_STARTED && ev->estimated;
}

/* The clocks go on in the other incident, unless one runs there already. */
void look_at_merge(struct sim *s, const struct event *ev)
{
	for (size_t i = 0; ev->kind == EVENT_ACT_MERGE && i < s->clock_count; i++) {
		struct event there = {.incident = ev->entry, .service = s->clocks[i].service};
		struct told_clock *c;

		if (s->clocks[i].incident != ev->incident || !s->clocks[i].running)
			continue;
		c = clock_of(s, &there); /* may move the list */
		if (c->running && !s->clocks[i].by_word && !c->by_word)
			sim_broken(s, "one process fails in two incidents at once");
		if (!c->running || c->by_word) {
			*c = s->clocks[i];
			c->incident = ev->entry;
		}
		s->clocks[i].running = s->clocks[i].flapping = false;
	}
}

/* A person has ended the incident: whatever its clocks said. */
void look_at_end(struct sim *s, const struct event *ev)
{
	if (ev->kind != EVENT_INCIDENT_STATE ||
	    (ev->to != INCIDENT_CLOSED && ev->to != INCIDENT_FALSE_ALARM))
		return;
	for (size_t i = 0; i < s->clock_count; i++) {
		if (s->clocks[i].incident == ev->incident)
			s->clocks[i].running = s->clocks[i].flapping = false;
	}
}

/* Every report is of an incident, at once. */
void look_at_report(struct sim *s, const struct event *ev)
{
	if (s->report != 0 && ev->entry != s->report)
		sim_broken(s, "a report has no incident");
	s->report = ev->kind == EVENT_ACT_REPORT ? ev->seq : 0;
}
