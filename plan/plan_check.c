/* Contradictions that a careful reader would find; the plan loads all the same. */
#include "plan/plan_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/parse.h"
#include "engine/cutset.h"

enum { SINGLE_TOLD_MAX = 6 };

static void add(struct findings *f, enum finding_severity severity, const char *code,
		const char *what, const char *id, const char *text)
{
	findings_add(f, severity, NULL, code, "%s '%s' %s", what, id, text);
}

static bool need_uses(const struct plan_need *need, uint32_t component)
{
	if (need == NULL)
		return false;
	if (need->kind == NEED_COMPONENT)
		return need->component == component;
	for (size_t i = 0; i < need->child_count; i++) {
		if (need_uses(&need->children[i], component))
			return true;
	}
	return false;
}

/* How long until a failure of this check is confirmed, at worst. */
static int64_t detection_us(const struct plan_check *c)
{
	if (c->confirm_for_us > 0)
		return c->interval_us + c->timeout_us + c->confirm_for_us;
	return c->interval_us + c->timeout_us +
	       (int64_t)(c->confirm - 1) * (c->retry_interval_us + c->timeout_us);
}

static void check_detection(const struct plan *p, const struct plan_service *s, struct findings *f)
{
	const struct plan_policy *policy = &p->policies[s->policy];
	int64_t first = INT64_MAX;

	for (size_t k = 0; k < policy->step_count; k++) {
		int64_t after = plan_step_after_us(&policy->steps[k], s->rto_us);

		if (policy->steps[k].at == AT_PCT && after < first)
			first = after;
	}
	for (uint32_t i = 0; i < p->check_count; i++) {
		const struct plan_check *c = &p->checks[i];

		if (need_uses(s->needs, c->component) && detection_us(c) > first)
			findings_add(f, FINDING_WARNING, NULL, "slow-detection",
				     "check '%s' may confirm a failure only after the first mark "
				     "of service '%s'; probe more often",
				     c->id, s->id);
	}
}

/* A service that one failure ends: nothing that an alarm could tell on the day, and much that can be done before it. Of
 * the others `vigia plan redundancy` tells. */
static void check_single(const struct plan *p, const struct plan_service *s, struct findings *f)
{
	bool *lost = mem_calloc(p->component_count + 1, sizeof(*lost));
	uint32_t *single = mem_calloc(p->component_count + 1, sizeof(*single));
	size_t n = cutset_next(p, s->needs, lost, false, single);
	struct buf names CLEANUP(buf_release);

	buf_init(&names, 4096);
	for (size_t i = 0; i < n && i < SINGLE_TOLD_MAX; i++)
		buf_printf(&names, "%s'%s'", i > 0 ? ", " : "", p->components[single[i]].id);
	if (n > SINGLE_TOLD_MAX)
		buf_printf(&names, " and %zu more", n - SINGLE_TOLD_MAX);
	if (n > 0)
		findings_add(f, FINDING_NOTE, NULL, "single-point",
			     "service '%s' ends with the failure of any one of: %s", s->id,
			     buf_cstr(&names));
	free(lost);
	free(single);
}

static void check_services(const struct plan *p, struct findings *f)
{
	for (uint32_t i = 0; i < p->service_count; i++) {
		const struct plan_service *s = &p->services[i];

		if (s->criticality == CRITICALITY_VERY_HIGH)
			check_single(p, s, f);
		if (s->team == PLAN_NONE)
			add(f, FINDING_WARNING, "no-team", "service", s->id,
			    "has no recovery team; give it a 'team'");
		if (s->procedure == PLAN_NONE)
			add(f, FINDING_WARNING, "no-procedure", "service", s->id,
			    "has no procedure; give it one");
		if (s->policy == PLAN_NONE)
			add(f, FINDING_WARNING, "no-policy", "service", s->id,
			    "has no policy: nobody is called when it fails");
		else
			check_detection(p, s, f);
	}
}

/* A cut or the age of a copy is read from one of its checks. */
static bool has_other_use(const struct plan *p, const struct plan_component *c)
{
	return p->use_first[c->check_first] != p->use_first[c->check_first + c->check_count];
}

static void check_components(const struct plan *p, struct findings *f)
{
	for (uint32_t i = 0; i < p->component_count; i++) {
		bool used = false;

		if (p->components[i].check_count == 0)
			add(f, FINDING_WARNING, "unwatched", "component", p->components[i].id,
			    "has no check: it will always be blind");
		for (uint32_t k = 0; k < p->service_count && !used; k++)
			used = need_uses(p->services[k].needs, i);
		for (uint32_t k = 0; k < p->component_count && !used; k++)
			used = need_uses(p->components[k].depends_on, i);
		used = used || has_other_use(p, &p->components[i]);
		if (!used)
			add(f, FINDING_NOTE, "unused", "component", p->components[i].id,
			    "is needed by no service");
	}
}

static bool is_carried_by(const struct plan_channel *c, uint32_t component)
{
	for (size_t i = 0; i < c->carried_count; i++) {
		if (c->carried_by[i] == component)
			return true;
	}
	return false;
}

/* A component that every channel needs, or PLAN_NONE. */
static uint32_t common_carrier(const struct plan *p)
{
	for (size_t i = 0; p->channel_count > 0 && i < p->channels[0].carried_count; i++) {
		uint32_t component = p->channels[0].carried_by[i], n = 1;

		while (n < p->channel_count && is_carried_by(&p->channels[n], component))
			n++;
		if (n == p->channel_count)
			return component;
	}
	return PLAN_NONE;
}

static void check_seats(const struct plan *p, struct findings *f)
{
	uint32_t carrier;

	for (uint32_t i = 0; i < p->seat_count; i++) {
		const struct plan_seat *a = &p->seats[i];

		if (a->suplente == PLAN_NONE)
			add(f, FINDING_WARNING, "no-suplente", "seat", a->id, "has no suplente");
		for (uint32_t k = 0; k < i; k++) {
			const struct plan_seat *b = &p->seats[k];

			if (a->suplente != PLAN_NONE && a->titular == b->suplente &&
			    a->suplente == b->titular)
				findings_add(f, FINDING_WARNING, NULL, "mutual-suplentes",
					     "seats '%s' and '%s' cover each other: one absence "
					     "leaves both to one person",
					     b->id, a->id);
		}
	}
	for (uint32_t i = 0; i < p->person_count; i++) {
		unsigned n = 0;

		for (uint32_t k = 0; k < p->seat_count; k++)
			n += p->seats[k].suplente == i;
		if (n > 1)
			findings_add(f, FINDING_WARNING, NULL, "overloaded-suplente",
				     "person '%s' is the suplente of %u seats and cannot be "
				     "reached for all at once",
				     p->people[i].id, n);
	}
	carrier = common_carrier(p);
	if (carrier != PLAN_NONE)
		findings_add(f, FINDING_WARNING, NULL, "one-carrier",
			     "every channel is carried by '%s': its failure silences the call "
			     "tree",
			     p->components[carrier].id);
}

/* An agent with nothing to send speaks so often (agent/uplink.h; the unit test compares), and what it sends may be that late:
 * the pause before a batch, the way, a turn of two loops. */
#define IDLE_US (5 * US_PER_S)
#define ON_THE_WAY_US (2 * US_PER_S)

/* The longest that a sound agent may leave the collector without a word. */
static int64_t longest_pause_us(const struct plan *p, uint32_t agent)
{
	int64_t pause = IDLE_US;

	for (uint32_t i = 0; i < p->vantage_count; i++) {
		const struct plan_check *c = &p->checks[p->vantages[i].check];

		if (p->vantages[i].agent == agent && c->interval_us + c->timeout_us < pause)
			pause = c->interval_us + c->timeout_us;
	}
	return pause + ON_THE_WAY_US;
}

static void check_silence(const struct plan *p, uint32_t agent, struct findings *f)
{
	int64_t pause = longest_pause_us(p, agent);
	char have[32], want[32];

	if (p->agents[agent].silent_us >= pause)
		return;
	format_duration_exact(have, sizeof(have), p->agents[agent].silent_us);
	format_duration_exact(want, sizeof(want), pause);
	findings_add(f, FINDING_WARNING, NULL, "silent-after-short",
		     "agent '%s': silent_after %s is shorter than the pauses of an agent that is "
		     "well: it would be called silent now and then; write silent_after: %s or more",
		     p->agents[agent].id, have, want);
}

/* What measures its agent's own machine stands under a component of another site. */
static void check_own_machines(const struct plan *p, struct findings *f)
{
	for (uint32_t i = 0; i < p->vantage_count; i++) {
		const struct plan_check *c = &p->checks[p->vantages[i].check];
		uint32_t here = p->agents[p->vantages[i].agent].site;
		uint32_t there = p->components[c->component].site;

		if (c->schema->of_agent && here != PLAN_NONE && there != PLAN_NONE && here != there)
			findings_add(f, FINDING_WARNING, NULL, "host-elsewhere",
				     "check '%s' measures the machine of agent '%s', which is at "
				     "site '%s' and not at '%s': it says nothing of component "
				     "'%s'; let an agent of that machine run it",
				     c->id, p->agents[p->vantages[i].agent].id, p->sites[here].id,
				     p->sites[there].id, p->components[c->component].id);
	}
}

/* Of several agents, one that is silent is told from a cut link only by somebody who looks at its site. */
static void check_agents(const struct plan *p, struct findings *f)
{
	for (uint32_t i = 0; i < p->agent_count; i++) {
		check_silence(p, i, f);
		if (p->agent_count > 1 && p->agents[i].site != PLAN_NONE &&
		    !cause_is_looked_at(p, i))
			findings_add(f, FINDING_WARNING, NULL, "unseen-site",
				     "agent '%s': nobody looks at site '%s' from another place: a "
				     "cut link cannot be told from a dead agent; let an agent of "
				     "another site check a component of it",
				     p->agents[i].id, p->sites[p->agents[i].site].id);
	}
}

void plan_check_findings(const struct plan *p, struct findings *f)
{
	check_services(p, f);
	check_components(p, f);
	check_agents(p, f);
	check_own_machines(p, f);
	check_seats(p, f);
	findings_sort(f);
}
