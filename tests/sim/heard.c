/* What agents tell: at once while they are heard, later what they saw while they were not, again what a start of the collector may have
 * lost. A backlog comes all at once, or behind the newest result of each check (live), or piece by piece between fresh results, and what
 * is not told when the agent is cut off again is told after that. */
#include "tests/sim/sim.h"

enum { SAFE_S = 30 /* what is older is safe, and is not told again */, PIECE_MAX_S = 20 };

static struct sample sample_at(const struct sim *s, uint32_t vantage, int64_t t)
{
	const struct plan *p = sim_plan(s);
	const struct truth *was = &s->truth[t];
	struct sample sample = {.vantage = vantage,
				.t = world_time((t + 1) * 1000),
				.arrived = s->world->now,
				.health = was->health[vantage],
				.outcome = was->health[vantage] == HEALTH_OK
						   ? OUTCOME_OK
						   : OUTCOME_CONNECT_REFUSED};

	sample.backlog = wall_diff_us(s->world->now, sample.t) >
			 p->checks[p->vantages[vantage].check].fresh_within_us;
	if (sample.health == HEALTH_OK && p->cuts_count > 0) {
		sample.value_count = 1;
		sample.values[0] = was->value[vantage];
	}
	return sample;
}

static void tell_second(struct sim *s, uint32_t agent, int64_t t, bool live)
{
	const struct plan *p = sim_plan(s);
	struct input contact = {.kind = INPUT_CONTACT, .now = s->world->now};

	contact.u.contact.agent = agent;
	if (engine_contact(s->world->engine, agent, s->world->now))
		(void)world_input(s->world, &contact);
	for (uint32_t v = 0; v < p->vantage_count; v++) {
		struct input in = {.kind = INPUT_SAMPLE, .now = s->world->now};

		if (p->vantages[v].agent != agent)
			continue;
		in.u.sample = sample_at(s, v, t);
		in.u.sample.live = live;
		if (engine_observe(s->world->engine, &in.u.sample))
			(void)world_input(s->world, &in);
	}
}

/* Late data alone: nothing of it is fresh. */
static void look_at_late(const struct sim *s, size_t before)
{
	for (; before < s->world->count; before++) {
		const struct event *ev = &s->world->events[before].ev;

		if (ev->kind == EVENT_INCIDENT_OPENED && ev->to != INCIDENT_KIND_PAST)
			sim_broken(s, "late data opens an incident that pages");
		if (ev->kind == EVENT_SERVICE_PAST &&
		    (ev->until.us <= ev->began.us || ev->until.us > s->world->now.us))
			sim_broken(s, "an outage of the past has no length, or no end");
	}
}

/* So many seconds of what was not told yet. */
static void tell_some(struct sim *s, uint32_t agent, int64_t seconds)
{
	struct teller *a = &s->tellers[agent];

	for (; seconds > 0 && a->untold < s->second; a->untold++) {
		size_t before = s->world->count;

		tell_second(s, agent, a->untold, false);
		if (s->second - (a->untold + 1) > FRESH_WITHIN_S)
			look_at_late(s, before);
		s->truth[a->untold].told[agent] = true;
		seconds--;
	}
	if (a->untold >= s->second)
		a->untold = TOLD_ALL;
}

void heard_cut_or_mend(struct sim *s)
{
	uint32_t agent = sim_below(s, sim_plan(s)->agent_count);
	struct teller *a = &s->tellers[agent];
	uint32_t way = sim_below(s, 3);

	s->world->cut[agent] = !s->world->cut[agent];
	if (s->world->cut[agent]) {
		if (a->untold == TOLD_ALL)
			a->untold = s->second;
		return;
	}
	a->piece = way == 2 ? 2 + sim_below(s, PIECE_MAX_S) : INT64_MAX;
	a->told_from = a->untold;
	a->told_at = s->second;
	if (way > 0 && s->second > s->plan_second && s->truth[s->second - 1].cut[agent])
		tell_second(s, agent, s->second - 1, true);
	tell_some(s, agent, a->piece);
}

void heard_each_second(struct sim *s)
{
	for (uint32_t agent = 0; agent < sim_plan(s)->agent_count; agent++) {
		if (s->tellers[agent].untold != TOLD_ALL && !s->world->cut[agent])
			tell_some(s, agent, s->tellers[agent].piece);
	}
}

/* The newest second that was drawn. */
static void recall(struct sim *s, uint32_t vantage)
{
	uint32_t agent = sim_plan(s)->vantages[vantage].agent;

	for (int64_t t = s->second - 1; t >= s->plan_second; t--) {
		if (!s->truth[t].cut[agent] || s->truth[t].told[agent]) {
			engine_recall(s->world->engine, vantage, world_time((t + 1) * 1000));
			return;
		}
	}
}

/* A start of the collector: what came in the last half minute may not have been safe. */
void heard_again(struct sim *s)
{
	for (uint32_t v = 0; v < sim_plan(s)->vantage_count; v++)
		recall(s, v);
	for (uint32_t agent = 0; agent < sim_plan(s)->agent_count; agent++) {
		const struct teller *a = &s->tellers[agent];
		int64_t from = s->second - SAFE_S, to = s->second;

		if (s->world->cut[agent])
			continue;
		if (a->told_at >= s->second - SAFE_S && a->told_from >= 0 && a->told_from < from)
			from = a->told_from; /* it came late, but only just */
		if (a->untold != TOLD_ALL) {
			to = a->untold; /* in the order of their numbers, behind the newest */
			tell_second(s, agent, s->second - 1, true);
		}
		for (int64_t t = from > s->plan_second ? from : s->plan_second; t < to; t++) {
			if (!s->truth[t].cut[agent] || s->truth[t].told[agent])
				tell_second(s, agent, t, false);
		}
	}
}

void heard_under_another_plan(struct sim *s)
{
	for (size_t k = 0; k < AGENTS_MAX; k++)
		s->tellers[k] = (struct teller){.untold = TOLD_ALL, .told_at = -SAFE_S - 1};
}
