/* An incident under another plan. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/buf.h"
#include "journal/body.h"

/* All that an incident remembers of its calls and clocks, in words: what another plan must not change. */
static char *in_words(const struct sim *s, const struct view_incident *i)
{
	const struct plan *p = i->plan;
	struct buf out;
	char *text;

	buf_init(&out, BUF_MAX_EVENT);
	buf_printf(&out, "%s %s\n", i->root != PLAN_NONE ? p->components[i->root].id : "",
		   i->stamp);
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		buf_printf(&out, "%llu %s %s %s %s %s %s %s %s\n", (unsigned long long)c.id,
			   p->people[c.person].id, p->people[c.person].contacts[c.contact].to,
			   p->channels[c.channel].id,
			   c.service != PLAN_NONE ? p->services[c.service].id : "",
			   c.seat != PLAN_NONE ? p->seats[c.seat].id : "",
			   c.post != PLAN_NONE ? p->posts[c.post].id : "",
			   c.stands_for != PLAN_NONE ? p->people[c.stands_for].id : "",
			   c.taken_by != PLAN_NONE ? p->people[c.taken_by].id : "");
		for (uint32_t n = 0; n < c.also_count; n++)
			buf_puts(&out, p->seats[c.also[n]].id);
	}
	for (size_t k = 0; k < i->order_count; k++) {
		struct view_order o;

		view_order(s->world->engine, i->id, k, &o);
		for (uint32_t n = 0; n < p->post_count; n++) {
			if (post_set_has(&o.posts, n))
				buf_printf(&out, "%s%d", p->posts[n].id,
					   post_set_has(&o.confirmed, n));
		}
	}
	text = mem_strdup(buf_cstr(&out));
	buf_release(&out);
	return text;
}

/* What this simulation remembers in indices of the incident's plan, by the ids of that. */
struct names {
	char people[64][64], services[64][64];
};

static struct names *names_of(const struct plan *p)
{
	struct names *n = mem_calloc(1, sizeof(*n));

	for (uint32_t k = 0; k < p->person_count && k < COUNT_OF(n->people); k++)
		snprintf(n->people[k], sizeof(n->people[k]), "%s", p->people[k].id);
	for (uint32_t k = 0; k < p->service_count && k < COUNT_OF(n->services); k++)
		snprintf(n->services[k], sizeof(n->services[k]), "%s", p->services[k].id);
	return n;
}

static void remember_by_name(struct sim *s, uint64_t incident, const struct names *n,
			     const struct plan *p)
{
	for (size_t k = 0; k < s->answer_count; k++) {
		struct answer *a = &s->answers[k];

		if (a->incident == incident)
			a->person = plan_find_person(p, slice_of(n->people[a->person]));
	}
	for (size_t k = 0; k < s->held_count; k++) {
		struct held *h = &s->held[k];

		if (h->incident == incident)
			h->service = plan_find_service(p, slice_of(n->services[h->service]));
	}
	for (size_t k = 0; k < s->clock_count; k++) {
		struct told_clock *c = &s->clocks[k];

		if (c->incident == incident)
			c->service = plan_find_service(p, slice_of(n->services[c->service]));
	}
}

/* The entries so far speak of people of the old plan, those from here on of the new one. */
void somebody_adopts(struct sim *s)
{
	struct view_incident i;
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct names *names;
	char *before, *after;

	if (n == 0)
		return;
	view_incident(s->world->engine, sim_below(s, (uint32_t)n), &i);
	look_at_entries(s);
	names = names_of(i.plan);
	before = in_words(s, &i);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_ADOPT;
	in.u.act.person = sim_below(s, i.plan->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "cambió";
	if (world_input(s->world, &in) == ERR_OK) {
		uint64_t last = i.adopted;

		view_find_incident(s->world->engine, i.id, &i);
		if (i.plan != sim_plan(s) || i.adopted <= last)
			sim_broken(s, "an incident adopts a plan and does not run under it");
		remember_by_name(s, i.id, names, i.plan);
		after = in_words(s, &i);
		if (strncmp(before, after, strlen(before)) != 0 && i.order_count == 0)
			sim_broken(s, "what was done has another name under the new plan");
		free(after);
		s->adopted++;
	}
	free(before);
	free(names);
}
