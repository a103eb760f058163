/* Services and their policies: is anybody called, in time, and can a decision be made before the RTO? */
#include "plan/audit.h"

#include <string.h>

#include "base/instant.h"

enum { DETECTION_SHARE = 5 }; /* a fifth of the RTO */
#define WEEKS_2 (14 * INT64_C(86400) * US_PER_S)

bool audit_need_uses(const struct plan *p, const struct plan_need *need, uint32_t component)
{
	if (need == NULL)
		return false;
	if (need->kind == NEED_COMPONENT)
		return need->component == component;
	for (size_t i = 0; i < need->child_count; i++) {
		if (audit_need_uses(p, &need->children[i], component))
			return true;
	}
	return false;
}

int64_t audit_detection_us(const struct plan_check *c)
{
	if (c->confirm_for_us > 0)
		return c->interval_us + c->timeout_us + c->confirm_for_us;
	return c->interval_us + c->timeout_us +
	       (int64_t)(c->confirm - 1) * (c->retry_interval_us + c->timeout_us);
}

/* How many seats or people a step may call. */
static int64_t turns_of(const struct plan *p, const struct plan_step *step)
{
	int64_t n = 0;

	if (step->parallel)
		return 1;
	for (size_t i = 0; i < step->target_count; i++) {
		if (step->targets[i].kind != TARGET_LEVEL)
			n++;
		for (uint32_t k = 0; step->targets[i].kind == TARGET_LEVEL && k < p->seat_count;
		     k++)
			n += p->seats[k].level == step->targets[i].index;
	}
	return n;
}

/* The first moment after the confirmation at which the policy does something; INT64_MAX: never. */
static int64_t first_mark_us(const struct plan_policy *policy, int64_t rto_us)
{
	int64_t first = INT64_MAX;

	for (size_t k = 0; k < policy->step_count; k++) {
		int64_t after = plan_step_after_us(&policy->steps[k], rto_us);

		if (policy->steps[k].at == AT_PCT && after < first)
			first = after;
	}
	return first;
}

static void tell_detection(struct audit *a, uint32_t service, const struct plan_check *c)
{
	const struct plan_service *s = &a->p->services[service];
	int64_t takes = audit_detection_us(c), first = INT64_MAX;

	if (s->policy != PLAN_NONE)
		first = first_mark_us(&a->p->policies[s->policy], s->rto_us);
	if (takes > first)
		audit_tell(a, AUDIT_SLOW_DETECTION, AT(SERVICE, service),
			   "check '%s' may take %s to confirm a failure; the first mark of policy "
			   "'%s' is at %s",
			   c->id, audit_duration(a, takes), a->p->policies[s->policy].id,
			   audit_duration(a, first));
	else if (takes > s->rto_us / DETECTION_SHARE)
		audit_tell(a, AUDIT_SLOW_SHARE, AT(SERVICE, service),
			   "check '%s' may take %s to confirm a failure, of an RTO of %s", c->id,
			   audit_duration(a, takes), audit_duration(a, s->rto_us));
}

/* Of all the checks that a service stands on, the slowest one speaks for the others. */
static void audit_detection(struct audit *a, uint32_t service)
{
	const struct plan_service *s = &a->p->services[service];
	const struct plan_check *slowest = NULL, *stalest = NULL;

	for (uint32_t i = 0; i < a->p->check_count; i++) {
		const struct plan_check *c = &a->p->checks[i];

		/* A condition neither stops the service nor makes it blind: it may be looked at seldom. */
		if (c->affects == AFFECTS_CONDITION ||
		    !audit_need_uses(a->p, s->needs, c->component))
			continue;
		if (slowest == NULL || audit_detection_us(c) > audit_detection_us(slowest))
			slowest = c;
		if (stalest == NULL || c->fresh_within_us > stalest->fresh_within_us)
			stalest = c;
	}
	if (slowest != NULL)
		tell_detection(a, service, slowest);
	if (s->blind_limit_us >= s->rto_us)
		audit_tell(a, AUDIT_BLIND_LIMIT_LATE, AT(SERVICE, service),
			   "blind_limit is %s, the RTO is %s", audit_duration(a, s->blind_limit_us),
			   audit_duration(a, s->rto_us));
	else if (stalest != NULL && stalest->fresh_within_us + s->blind_limit_us >= s->rto_us)
		audit_tell(a, AUDIT_LATE_BLINDNESS, AT(SERVICE, service),
			   "check '%s' is fresh for %s and the service may be blind for %s: "
			   "together not less than its RTO of %s",
			   stalest->id, audit_duration(a, stalest->fresh_within_us),
			   audit_duration(a, s->blind_limit_us), audit_duration(a, s->rto_us));
}

/* A step calls the seat, directly or with its level. */
static bool calls_seat(const struct plan *p, const struct plan_step *step, uint32_t seat)
{
	for (size_t i = 0; i < step->target_count; i++) {
		const struct plan_target *t = &step->targets[i];

		if (t->kind == TARGET_TEAM || (t->kind == TARGET_SEAT && t->index == seat) ||
		    (t->kind == TARGET_LEVEL && t->index == p->seats[seat].level) ||
		    (t->kind == TARGET_PERSON && t->index == p->seats[seat].titular))
			return true;
	}
	return false;
}

/* The worst case of a decision: titular and suplente of each let their time pass, then the next in line. */
static void audit_cover(struct audit *a, uint32_t service, const struct plan_policy *policy)
{
	int64_t rto = a->p->services[service].rto_us, latest = 0;
	const struct plan_step *last = NULL;

	for (size_t k = 0; k < policy->step_count; k++) {
		const struct plan_step *step = &policy->steps[k];
		int64_t end = plan_step_after_us(step, rto) +
			      (2 * turns_of(a->p, step) + 1) * step->ack_within_us;

		if (step->ask != ASK_NONE && end > rto && end > latest) {
			latest = end;
			last = step;
		}
	}
	if (last != NULL)
		audit_tell(a, AUDIT_LATE_COVER, AT(SERVICE, service),
			   "policy '%s' asks at %s; if titular and suplente let %s each pass and "
			   "the next in line is asked, the answer comes at %s, after the RTO of %s",
			   policy->id, audit_duration(a, plan_step_after_us(last, rto)),
			   audit_duration(a, last->ack_within_us), audit_duration(a, latest),
			   audit_duration(a, rto));
}

static void audit_policy_of(struct audit *a, uint32_t service)
{
	const struct plan_service *s = &a->p->services[service];
	const struct plan_policy *policy = &a->p->policies[s->policy];
	bool asks = false, calls_team = s->team == PLAN_NONE;

	for (size_t k = 0; k < policy->step_count; k++) {
		asks = asks || policy->steps[k].ask != ASK_NONE;
		calls_team = calls_team || calls_seat(a->p, &policy->steps[k], s->team);
	}
	audit_cover(a, service, policy);
	if (!asks && s->criticality == CRITICALITY_VERY_HIGH)
		audit_tell(a, AUDIT_NO_DECISION, AT(SERVICE, service),
			   "its criticality is very high and no step of policy '%s' asks for a "
			   "decision",
			   policy->id);
	if (!calls_team)
		audit_tell(a, AUDIT_TEAM_NOT_CALLED, AT(SERVICE, service),
			   "no step of policy '%s' calls its team '%s'", policy->id,
			   a->p->seats[s->team].id);
	if (policy->repeat_us > s->rto_us)
		audit_tell(a, AUDIT_REPEAT_LATE, AT(SERVICE, service),
			   "policy '%s' repeats its calls each %s, the RTO is %s", policy->id,
			   audit_duration(a, policy->repeat_us), audit_duration(a, s->rto_us));
	if (s->rto_us > WEEKS_2)
		audit_tell(a, AUDIT_RINGS_FOR_WEEKS, AT(SERVICE, service),
			   "its RTO is %s and policy '%s' calls people",
			   audit_duration(a, s->rto_us), policy->id);
}

static void audit_service(struct audit *a, uint32_t i)
{
	const struct plan_service *s = &a->p->services[i];

	if (s->team == PLAN_NONE)
		audit_tell(a,
			   s->criticality == CRITICALITY_VERY_HIGH ? AUDIT_CRITICAL_NO_TEAM
								   : AUDIT_NO_TEAM,
			   AT(SERVICE, i), "it has no recovery team; its RTO is %s",
			   audit_duration(a, s->rto_us));
	if (s->procedure == PLAN_NONE)
		audit_tell(a, AUDIT_NO_PROCEDURE, AT(SERVICE, i), "it has no procedure");
	if (s->policy == PLAN_NONE && s->rto_us <= WEEKS_2)
		audit_tell(a, AUDIT_NO_POLICY, AT(SERVICE, i),
			   "it has no policy: nobody is called when it fails");
	if (s->policy != PLAN_NONE)
		audit_policy_of(a, i);
	if (s->rto_is_invented)
		audit_tell(a, AUDIT_INVENTED_RTO, AT(SERVICE, i),
			   "no document states its RTO; %s is invented",
			   audit_duration(a, s->rto_us));
	audit_detection(a, i);
}

/* --- policies ------------------------------------------------------------------------------------ */

struct people {
	bool *is_in;
	uint32_t count;
};

static void add_person(struct people *x, uint32_t person)
{
	if (person == PLAN_NONE || x->is_in[person])
		return;
	x->is_in[person] = true;
	x->count++;
}

static void add_seat(const struct plan *p, struct people *x, uint32_t seat)
{
	add_person(x, p->seats[seat].titular);
	add_person(x, p->seats[seat].suplente);
	for (uint32_t i = 0; i < p->shift_count; i++) {
		if (p->shifts[i].seat != seat)
			continue;
		add_person(x, p->shifts[i].titular);
		add_person(x, p->shifts[i].suplente);
	}
}

/* Every different person whom a step may reach; the team can be anybody. */
static uint32_t count_people(const struct plan *p, const struct plan_step *step, struct people *x)
{
	memset(x->is_in, 0, p->person_count * sizeof(*x->is_in));
	x->count = 0;
	for (size_t i = 0; i < step->target_count; i++) {
		const struct plan_target *t = &step->targets[i];

		if (t->kind == TARGET_TEAM)
			return UINT32_MAX;
		if (t->kind == TARGET_PERSON)
			add_person(x, t->index);
		if (t->kind == TARGET_SEAT)
			add_seat(p, x, t->index);
		for (uint32_t k = 0; t->kind == TARGET_LEVEL && k < p->seat_count; k++) {
			if (p->seats[k].level == t->index)
				add_seat(p, x, k);
		}
	}
	return x->count;
}

static void audit_policy(struct audit *a, uint32_t i, struct people *x)
{
	const struct plan_policy *policy = &a->p->policies[i];
	bool asks = false, ends = false, has_coordinator = false;

	for (size_t k = 0; k < policy->step_count; k++) {
		const struct plan_step *step = &policy->steps[k];
		uint32_t reached = count_people(a->p, step, x);

		asks = asks || step->ask != ASK_NONE;
		ends = ends || (step->at == AT_PCT && step->pct >= 100);
		if (step->ask != ASK_NONE && reached < step->quorum)
			audit_tell(a, AUDIT_QUORUM_OF_FEW, AT(POLICY, i),
				   "step %zu needs %u different people and can reach %u", k + 1,
				   step->quorum, reached);
	}
	for (uint32_t s = 0; s < a->p->seat_count; s++)
		has_coordinator = has_coordinator || a->p->seats[s].level == 2;
	if (asks && !has_coordinator)
		audit_tell(a, AUDIT_NO_COORDINATOR, AT(POLICY, i),
			   "it asks for a decision and the plan has no seat of level 2");
	if (asks && !ends)
		audit_tell(a, AUDIT_NO_BREACH_STEP, AT(POLICY, i),
			   "none of its %zu steps is due at 100 %% of the RTO", policy->step_count);
}

void audit_services(struct audit *a)
{
	struct arena *arena = arena_new();
	struct people x = {.is_in = arena_calloc(arena, a->p->person_count, sizeof(*x.is_in))};

	for (uint32_t i = 0; i < a->p->service_count; i++)
		audit_service(a, i);
	for (uint32_t i = 0; i < a->p->policy_count; i++)
		audit_policy(a, i, &x);
	arena_free(arena);
}
