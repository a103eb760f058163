/* The call tree: steps by marks of the RTO, titular then suplente, one ledger of calls per incident. A call is
 * over only when a human being has answered, or when everybody and everything was tried; then all begins again
 * after `repeat` (DESIGN 5). */
#include "engine/calltree.h"

#include <string.h>

const struct plan_policy *policy_of(const struct incident *i, const struct incident_service *s)
{
	return &i->plan->policies[i->plan->services[s->service].policy];
}

static bool has_any_live_ack(const struct incident *i)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (!i->acks[k].expired && i->acks[k].act != ACT_NO_PUEDO)
			return true;
	}
	return false;
}

/* --- events -------------------------------------------------------------------------------------- */

static enum call_kind kind_for(const struct incident_service *s, const struct plan_step *step)
{
	if (step->ask != ASK_NONE)
		return CALL_ASK;
	if (strcmp(step->say, "rto-breached") == 0)
		return CALL_BREACH;
	if (step->at == AT_PCT)
		return CALL_MARK;
	if (s->flapping)
		return CALL_FLAPPING;
	return s->estimated && !s->by_word ? CALL_BLIND : CALL_DOWN;
}

void calltree_add_intent(const struct turn *t, const struct incident *i, const struct scope *scope,
			 enum call_kind kind, uint32_t level, uint32_t person, uint32_t contact)
{
	struct event *ev = turn_add(t, EVENT_CALL_INTENT, t->now);
	uint32_t attempt = 1;

	for (size_t k = 0; k < i->call_count; k++)
		attempt += scope_holds(scope, &i->calls[k]) && i->calls[k].person == person;
	ev->incident = i->id;
	ev->number = i->folio;
	ev->call_kind = kind;
	ev->service = scope->service;
	ev->step = scope->step;
	ev->seat = scope->seat;
	ev->level = level;
	ev->person = person;
	ev->contact = contact;
	ev->channel = i->plan->people[person].contacts[contact].channel;
	ev->attempt = attempt;
	ev->drill = i->drill;
	ev->entry = scope->about;
}

static struct event *add_step(const struct turn *t, enum event_kind kind, const struct incident *i,
			      const struct incident_service *s, size_t step)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	return ev;
}

static void fire(const struct turn *t, const struct incident *i, const struct incident_service *s,
		 size_t step, uint32_t round)
{
	add_step(t, EVENT_STEP_FIRED, i, s, step)->number = round;
}

static void stop_calls(const struct turn *t, const struct incident *i,
		       const struct incident_service *s, size_t step, const char *why)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *ev;

		if (c->service != s->service || c->step != step || !call_is_waiting(c->state) ||
		    call_is_information(c->kind))
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = c->id;
		event_set_text(ev, why);
	}
}

static void finish(const struct turn *t, const struct incident *i, const struct incident_service *s,
		   size_t step, const char *why)
{
	event_set_text(add_step(t, EVENT_STEP_DONE, i, s, step), why);
	stop_calls(t, i, s, step, why);
}

/* --- steps --------------------------------------------------------------------------------------- */

static bool is_decided(const struct incident *i, enum plan_ask ask)
{
	switch (ask) {
	case ASK_NONE:
		return false;
	case ASK_ACTIVATE:
		return i->state == INCIDENT_AUTHORISED || i->state == INCIDENT_DECLARED ||
		       i->state == INCIDENT_DECLINED;
	case ASK_DECLARE:
		return i->state == INCIDENT_DECLARED || i->state == INCIDENT_DECLINED;
	}
	return false;
}

static bool is_vacancy_known(const struct incident *i, const struct scope *s)
{
	for (size_t k = 0; k < i->vacancy_count; k++) {
		const struct vacancy *v = &i->vacancies[k];

		if (v->service == s->service && v->step == s->step && v->seat == s->seat &&
		    v->round == s->round)
			return true;
	}
	return i->vacancy_count == VACANCIES_MAX;
}

/* Neither titular nor suplente can be reached: an alarm, and the next step at once. */
static void decide_vacancy(const struct turn *t, const struct incident *i,
			   const struct incident_service *s, const struct scope *scope)
{
	if (scope->seat == PLAN_NONE || is_vacancy_known(i, scope))
		return;
	add_step(t, EVENT_SEAT_VACANT, i, s, scope->step)->seat = scope->seat;
	for (size_t k = 0; k < s->step_count; k++) {
		if (!s->steps[k].fired) {
			fire(t, i, s, k, i->round);
			return;
		}
	}
}

static void decide_step(const struct turn *t, const struct incident *i,
			const struct incident_service *s, size_t index)
{
	const struct plan_step *step = &policy_of(i, s)->steps[index];
	struct slot slots[SLOTS_MAX];
	size_t n = slots_of_step(i, s, step, slots), over = 0;
	bool acked = false;

	if (is_decided(i, step->ask)) {
		finish(t, i, s, index, "quorum");
		return;
	}
	for (size_t k = 0; k < n; k++) {
		struct scope scope = {s->service, (uint32_t)index, slots[k].seat,
				      s->steps[index].round, 0};
		struct slot_next next = slot_next(t, i, &slots[k], &scope);

		if (next.result == SLOT_CALL)
			calltree_add_intent(t, i, &scope,
					    next.update ? CALL_UPDATE : kind_for(s, step),
					    slots[k].level, next.person, next.contact);
		if (next.result == SLOT_VACANT)
			decide_vacancy(t, i, s, &scope);
		acked = acked || next.result == SLOT_ACKED;
		over += next.result == SLOT_ACKED || next.result == SLOT_EXHAUSTED ||
			next.result == SLOT_VACANT;
		if (acked && step->ask == ASK_NONE)
			break;
		if (!step->parallel && (next.result == SLOT_CALL || next.result == SLOT_WAITING))
			break;
	}
	if (acked && step->ask == ASK_NONE)
		finish(t, i, s, index, "acknowledged");
	else if (over == n)
		finish(t, i, s, index, acked ? "acknowledged" : "exhausted");
}

/* Marks that are due. Several at once (after a correction or a stop of ours): the highest only. */
static void decide_marks(const struct turn *t, const struct incident *i,
			 const struct incident_service *s)
{
	const struct plan_policy *p = policy_of(i, s);
	size_t highest = SIZE_MAX;
	int64_t highest_after = -1;

	for (size_t k = 0; k < s->step_count; k++) {
		int64_t after =
			plan_step_after_us(&p->steps[k], i->plan->services[s->service].rto_us);

		if (s->steps[k].fired)
			continue;
		if (p->steps[k].at == AT_CONFIRMED)
			fire(t, i, s, k, i->round);
		else if (s->began.us + after <= t->now.us && after >= highest_after) {
			highest = k;
			highest_after = after;
		}
	}
	for (size_t k = 0; k < s->step_count; k++) {
		int64_t after =
			plan_step_after_us(&p->steps[k], i->plan->services[s->service].rto_us);
		struct event *ev;

		if (s->steps[k].fired || p->steps[k].at == AT_CONFIRMED ||
		    s->began.us + after > t->now.us)
			continue;
		ev = add_step(t, EVENT_CLOCK_MARK, i, s, k);
		ev->number = p->steps[k].pct;
		ev->until = wall_add_us(s->began, after);
		if (k == highest)
			fire(t, i, s, k, i->round);
		else
			event_set_text(add_step(t, EVENT_STEP_DONE, i, s, k), "passed");
	}
}

/* A step that would be gone through again after everybody was tried. */
static bool is_repeatable(const struct incident *i, const struct incident_service *s, size_t step)
{
	return s->steps[step].fired && !s->steps[step].passed &&
	       !is_decided(i, policy_of(i, s)->steps[step].ask);
}

static bool is_exhausted(const struct incident *i)
{
	bool any = false;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (s->steps[n].fired && !s->steps[n].done)
				return false;
			any = any || is_repeatable(i, s, n);
		}
	}
	return any && !has_any_live_ack(i);
}

static void decide_repeat(const struct turn *t, const struct incident *i)
{
	int64_t repeat = INT64_MAX;
	struct event *ev;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (s->running && s->step_count > 0 && policy_of(i, s)->repeat_us < repeat)
			repeat = policy_of(i, s)->repeat_us;
	}
	if (!i->exhausted) {
		ev = turn_add(t, EVENT_TREE_EXHAUSTED, t->now);
		ev->incident = i->id;
		ev->number = i->round;
		ev->until = wall_add_us(t->now, repeat);
		return;
	}
	if (t->now.us < i->repeat_at.us)
		return;
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (is_repeatable(i, s, n))
				fire(t, i, s, n, i->round + 1);
		}
	}
}

/* --- timers of calls and acknowledgements ---------------------------------------------------------- */

static struct wall_time call_deadline(const struct incident *i, const struct call *c)
{
	const struct plan_channel *channel = &i->plan->channels[c->channel];
	const struct incident_service *s = incident_service_of(i, c->service);

	if (c->state == CALL_STATE_PENDING || c->state == CALL_STATE_SENT ||
	    c->state == CALL_STATE_UNKNOWN)
		return wall_add_us(wall_max(c->at, c->state_since), channel->receipt_within_us);
	if (c->state == CALL_STATE_RECEIVED && c->about != 0 && !call_is_information(c->kind))
		return wall_add_us(c->state_since, i->plan->reports.ack_within_us);
	if (c->state != CALL_STATE_RECEIVED || call_is_information(c->kind) || s == NULL ||
	    c->step == PLAN_NONE)
		return WALL_NEVER;
	return wall_add_us(c->state_since, policy_of(i, s)->steps[c->step].ack_within_us);
}

static void decide_timers(const struct turn *t, const struct incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *ev;

		if (call_deadline(i, c).us > t->now.us)
			continue;
		ev = turn_add(t,
			      c->state == CALL_STATE_RECEIVED ? EVENT_CALL_UNANSWERED
							      : EVENT_CALL_FAILED,
			      t->now);
		ev->call = c->id;
		event_set_text(ev, c->state == CALL_STATE_RECEIVED ? "no-answer" : "no-receipt");
	}
	for (size_t k = 0; k < i->ack_count && incident_has_running_clock(i); k++) {
		struct event *ev;

		if (i->acks[k].expired || i->acks[k].expires.us > t->now.us)
			continue;
		ev = turn_add(t, EVENT_ACK_EXPIRED, t->now);
		ev->incident = i->id;
		ev->person = i->acks[k].person;
	}
}

/* --- the whole ------------------------------------------------------------------------------------ */

/* Why nobody need be called any more. */
static const char *end_of(const struct incident *i)
{
	if (i->state == INCIDENT_FALSE_ALARM)
		return "false-alarm";
	return i->state == INCIDENT_CLOSED && !wall_is_known(i->restored) ? "closed" : "restored";
}

static void decide_service(const struct turn *t, const struct incident *i,
			   const struct incident_service *s)
{
	if (s->running)
		decide_marks(t, i, s);
	for (size_t k = 0; k < s->step_count; k++) {
		if (!s->steps[k].fired || s->steps[k].done)
			continue;
		if (s->running)
			decide_step(t, i, s, k);
		else if (!s->starting)
			finish(t, i, s, k, end_of(i));
	}
}

/* Enough is enough, and said in the limits; those who were told "down" are told "up" all the same. */
static bool may_call(const struct engine *e, const struct incident *i)
{
	return i->call_count < e->limits.calls_per_incident;
}

static bool may_tell_up(const struct engine *e, const struct incident *i)
{
	return i->call_count / 2 < e->limits.calls_per_incident;
}

void calltree_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];
		size_t before = t->out->count;

		if (i->kind == INCIDENT_KIND_PAST)
			continue; /* a page needs a fresh bad result */
		decide_timers(t, i);
		if (t->out->count != before)
			continue; /* what follows depends on it: the next turn */
		for (size_t s = 0; may_call(t->e, i) && s < i->service_count; s++)
			decide_service(t, i, &i->services[s]);
		if (t->out->count != before)
			continue;
		if (!incident_has_running_clock(i) && may_tell_up(t->e, i))
			news_decide(t, i);
		else if (incident_has_running_clock(i) && may_call(t->e, i) && is_exhausted(i))
			decide_repeat(t, i);
	}
}

bool calltree_next_mark(const struct incident *i, const struct incident_service *s,
			struct wall_time *ret_at, uint32_t *ret_pct)
{
	*ret_at = WALL_NEVER;
	for (size_t k = 0; s->running && k < s->step_count; k++) {
		const struct plan_step *step = &policy_of(i, s)->steps[k];
		struct wall_time at = wall_add_us(
			s->began, plan_step_after_us(step, i->plan->services[s->service].rto_us));

		if (s->steps[k].fired || step->at == AT_CONFIRMED || at.us >= ret_at->us)
			continue;
		*ret_at = at;
		*ret_pct = step->pct;
	}
	return ret_at->us != WALL_NEVER.us;
}

struct wall_time calltree_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];
		bool running = incident_has_running_clock(i);

		for (size_t c = 0; c < i->call_count; c++)
			d = wall_min(d, call_deadline(i, &i->calls[c]));
		for (size_t a = 0; a < i->ack_count && running; a++) {
			if (!i->acks[a].expired)
				d = wall_min(d, i->acks[a].expires);
		}
		for (size_t s = 0; s < i->service_count; s++) {
			struct wall_time at;
			uint32_t pct;

			if (may_call(e, i) && calltree_next_mark(i, &i->services[s], &at, &pct))
				d = wall_min(d, at);
		}
		if (running && i->exhausted && may_call(e, i) && is_exhausted(i))
			d = wall_min(d, i->repeat_at);
		if (!running && may_tell_up(e, i))
			d = wall_min(d, news_deadline(i));
	}
	return d;
}

void calltree_decide_delivery(const struct turn *t, const struct input *in)
{
	static const enum event_kind kinds[] = {[DELIVERY_SENT] = EVENT_CALL_SENT,
						[DELIVERY_RECEIPT] = EVENT_CALL_RECEIVED,
						[DELIVERY_FAILED] = EVENT_CALL_FAILED,
						[DELIVERY_UNKNOWN] = EVENT_CALL_UNKNOWN};
	struct incident *i;
	const struct call *c = calltree_find(t->e, in->u.delivery.call, &i);
	enum delivery what = in->u.delivery.what;
	struct event *ev;

	if (c == NULL)
		return;
	/* Sent again once, marked; then the next in line: not a stream of duplicates to one person. */
	if (what == DELIVERY_UNKNOWN && c->state == CALL_STATE_UNKNOWN)
		what = DELIVERY_FAILED;
	/* Receipts only move forward: a failure after a receipt, or a second receipt, says nothing new. */
	if (what == DELIVERY_FAILED && !call_is_waiting(c->state))
		return;
	if (what == DELIVERY_UNKNOWN && c->state != CALL_STATE_PENDING)
		return;
	if (what == DELIVERY_RECEIPT && c->state == CALL_STATE_RECEIVED)
		return;
	ev = turn_add(t, kinds[what], t->now);
	ev->call = c->id;
	event_set_text(ev, in->u.delivery.detail);
	if (ev->kind == EVENT_CALL_SENT || ev->kind == EVENT_CALL_UNKNOWN)
		event_set_link(ev, in->u.delivery.link);
}
