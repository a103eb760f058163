/* The call tree: steps by marks of the RTO, titular then suplente, one ledger of calls per incident. A call is
 * over only when a human being has answered, or when everybody and everything was tried; then all begins again
 * after `repeat` (DESIGN 5). */
#include "engine/calltree.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/call_lines.h"
#include "engine/handover.h"
#include "engine/telling.h"

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

/* It fails, and it is not silenced. */
static bool is_called_for(const struct incident_service *s)
{
	return s->running && s->silenced == 0;
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

struct event *calltree_add_intent(const struct turn *t, const struct incident *i,
				  const struct scope *scope, enum call_kind kind, uint32_t level,
				  uint32_t person, uint32_t contact)
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
	return ev;
}

struct event *calltree_add_step(const struct turn *t, enum event_kind kind,
				const struct incident *i, const struct incident_service *s,
				size_t step)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	return ev;
}

void calltree_fire(const struct turn *t, const struct incident *i, const struct incident_service *s,
		   size_t step, uint32_t round)
{
	calltree_add_step(t, EVENT_STEP_FIRED, i, s, step)->number = round;
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
	event_set_text(calltree_add_step(t, EVENT_STEP_DONE, i, s, step), why);
	stop_calls(t, i, s, step, why);
}

/* --- steps --------------------------------------------------------------------------------------- */

static bool is_decided(const struct incident *i, enum plan_ask ask)
{
	switch (ask) {
	case ASK_NONE:
		return false;
	case ASK_ACTIVATE:
		if (act_lacks_quorum(i) || (i->state == INCIDENT_DECLARED && ratify_is_pending(i)))
			return false; /* level 1 is asked once more, or to ratify */
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
	calltree_add_step(t, EVENT_SEAT_VACANT, i, s, scope->step)->seat = scope->seat;
	for (size_t k = 0; k < s->step_count; k++) {
		if (!s->steps[k].fired) {
			calltree_fire(t, i, s, k, i->round);
			return;
		}
	}
}

/* The other seats of the step for which this person would be called as well: one call is for all of them. */
static void name_other_seats(struct event *ev, const struct slot *slots, size_t n, size_t own)
{
	for (size_t k = 0; k < n && ev->also_count < EVENT_LIST_MAX; k++) {
		if (k == own || slots[k].seat == PLAN_NONE)
			continue;
		for (size_t m = 0; m < slots[k].person_count; m++) {
			if (slots[k].persons[m].person == ev->person) {
				ev->also[ev->also_count++] = slots[k].seat;
				break;
			}
		}
	}
}

static void decide_queued(const struct turn *t, const struct incident *i, const struct scope *scope,
			  const struct slot_next *next)
{
	const char *full = "";
	struct event *ev;

	for (size_t k = 0; k < i->queued_count; k++) {
		const struct queued *q = &i->queued[k];

		if (q->service == scope->service && q->step == scope->step &&
		    q->seat == scope->seat && q->round == scope->round && q->person == next->person)
			return;
	}
	if (i->queued_count == QUEUED_MAX)
		return;
	(void)lines_are_free(t, i->plan, next->person, next->contact, &full);
	ev = turn_add(t, EVENT_CALL_QUEUED, t->now);
	ev->incident = i->id;
	ev->service = scope->service;
	ev->step = scope->step;
	ev->seat = scope->seat;
	ev->person = next->person;
	ev->channel = i->plan->people[next->person].contacts[next->contact].channel;
	event_set_text(ev, full);
}

/* Calls whoever is next for a slot, if there is a line. */
static void call_next(const struct turn *t, const struct incident *i,
		      const struct incident_service *s, const struct scope *scope,
		      const struct slot *slots, size_t n, size_t own, struct slot_next next)
{
	const struct plan_step *step = &policy_of(i, s)->steps[scope->step];
	struct wall_time window = wall_add_us(s->steps[scope->step].at, step->ack_within_us);
	struct tries tries = tries_of_scope(i, scope);
	uint32_t contact = lines_choose(t, i->plan, &tries, next.person, next.contact, window);
	struct event *ev;

	if (contact == PLAN_NONE) {
		decide_queued(t, i, scope, &next);
		return;
	}
	ev = calltree_add_intent(t, i, scope, next.update ? CALL_UPDATE : kind_for(s, step),
				 slots[own].level, next.person, contact);
	ev->stands_for = next.stands_for;
	name_other_seats(ev, slots, n, own);
}

static void decide_step(const struct turn *t, const struct incident *i,
			const struct incident_service *s, size_t index)
{
	const struct plan_step *step = &policy_of(i, s)->steps[index];
	struct slot slots[SLOTS_MAX];
	size_t n = slots_of_step(t, i, s, step, slots), over = 0;
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
			call_next(t, i, s, &scope, slots, n, k, next);
		if (next.result == SLOT_VACANT || slots[k].is_empty)
			decide_vacancy(t, i, s, &scope);
		acked = acked || next.result == SLOT_ACKED;
		over += (next.result == SLOT_ACKED && step->ask == ASK_NONE) ||
			next.result == SLOT_EXHAUSTED || next.result == SLOT_VACANT;
		if (acked && step->ask == ASK_NONE)
			break;
		if (!step->parallel && (next.result == SLOT_CALL || next.result == SLOT_WAITING))
			break;
	}
	if (acked && step->ask == ASK_NONE)
		finish(t, i, s, index, "acknowledged");
	else if (over == n)
		finish(t, i, s, index, "exhausted");
}

/* Marks that are due. Several at once (after a correction or a stop of ours): the highest only. */
static void decide_marks(const struct turn *t, const struct incident *i,
			 const struct incident_service *s)
{
	const struct plan_policy *p = policy_of(i, s);
	size_t highest = SIZE_MAX;
	int64_t highest_after = -1;

	for (size_t k = 0; k < s->step_count; k++) {
		int64_t after = gate_after_us(i, s, k);

		if (s->steps[k].fired)
			continue;
		if (p->steps[k].at == AT_CONFIRMED)
			calltree_fire(t, i, s, k, i->round);
		else if (s->began.us + after <= t->now.us && after >= highest_after) {
			highest = k;
			highest_after = after;
		}
	}
	for (size_t k = 0; k < s->step_count; k++) {
		int64_t after = gate_after_us(i, s, k);
		struct event *ev;

		if (s->steps[k].fired || p->steps[k].at == AT_CONFIRMED ||
		    s->began.us + after > t->now.us)
			continue;
		ev = calltree_add_step(t, EVENT_CLOCK_MARK, i, s, k);
		ev->number = p->steps[k].pct;
		ev->until = wall_add_us(s->began, after);
		if (k == highest)
			calltree_fire(t, i, s, k, i->round);
		else
			event_set_text(calltree_add_step(t, EVENT_STEP_DONE, i, s, k), "passed");
	}
}

/* A step that would be gone through again after everybody was tried. An answer ends that of a call, only a decision that of an ask. */
static bool is_repeatable(const struct incident *i, const struct incident_service *s, size_t step,
			  bool answered)
{
	enum plan_ask ask = policy_of(i, s)->steps[step].ask;

	return s->steps[step].fired && !s->steps[step].passed && !is_decided(i, ask) &&
	       (ask != ASK_NONE || !answered);
}

static bool is_exhausted(const struct incident *i)
{
	bool any = false, answered = has_any_live_ack(i);

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; is_called_for(s) && n < s->step_count; n++) {
			if (s->steps[n].fired && !s->steps[n].done)
				return false;
			any = any || is_repeatable(i, s, n, answered);
		}
	}
	return any;
}

static void decide_repeat(const struct turn *t, const struct incident *i)
{
	bool answered = has_any_live_ack(i);
	int64_t repeat = INT64_MAX;
	struct event *ev;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (is_called_for(s) && s->step_count > 0 && policy_of(i, s)->repeat_us < repeat)
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

		for (size_t n = 0; is_called_for(s) && n < s->step_count; n++) {
			if (is_repeatable(i, s, n, answered))
				calltree_fire(t, i, s, n, i->round + 1);
		}
	}
}

/* --- timers of calls and acknowledgements ---------------------------------------------------------- */

/* Who was asked and has answered may take as long again to decide: then the next in line is asked. */
static bool waits_for_decision(const struct incident *i, const struct incident_service *s,
			       const struct call *c)
{
	return c->state == CALL_STATE_ACKNOWLEDGED && c->kind == CALL_ASK && s != NULL &&
	       s->running && c->step < s->step_count && !s->steps[c->step].done &&
	       s->steps[c->step].fired && s->steps[c->step].round == c->round &&
	       !is_decided(i, policy_of(i, s)->steps[c->step].ask);
}

struct wall_time calltree_call_deadline(const struct incident *i, const struct call *c)
{
	const struct plan_channel *channel = &i->plan->channels[c->channel];
	const struct incident_service *s = incident_service_of(i, c->service);

	if (c->state == CALL_STATE_PENDING || c->state == CALL_STATE_SENT ||
	    c->state == CALL_STATE_UNKNOWN)
		return wall_add_us(wall_max(c->at, c->state_since), channel->receipt_within_us);
	if (call_is_of_report(c->kind))
		return c->state == CALL_STATE_RECEIVED
			       ? wall_add_us(c->state_since, i->plan->reports.ack_within_us)
			       : WALL_NEVER;
	if (c->step == PLAN_NONE)
		return telling_ack_deadline(c);
	if (!waits_for_decision(i, s, c) &&
	    (c->state != CALL_STATE_RECEIVED || call_is_information(c->kind) || s == NULL))
		return WALL_NEVER;
	return wall_add_us(c->state_since, policy_of(i, s)->steps[c->step].ack_within_us);
}

/* Who left gives up what they were called for before, as soon as somebody else can take it. */
static bool is_taken_over(const struct turn *t, const struct incident *i, const struct call *c)
{
	const struct absence *a = duty_absence(t->e, i->plan, c->person);
	struct duty_person d[DUTY_MAX];
	size_t n = 1;

	if (a == NULL || c->id > a->seq || (c->step == PLAN_NONE && !call_is_of_report(c->kind)) ||
	    !call_is_waiting(c->state) || call_is_information(c->kind))
		return false;
	if (c->seat != PLAN_NONE)
		n = duty_of_seat(t->e, i->plan, c->seat, t->now, d);
	else
		d[0] = duty_of_person(t->e, i->plan, c->person);
	for (size_t k = 0; k < n; k++) {
		if (!d[k].away && d[k].person != c->person)
			return true;
	}
	return false;
}

static bool has_left(const struct turn *t, const struct incident *i, const struct ack *ack)
{
	const struct absence *a = duty_absence(t->e, i->plan, ack->person);

	return a != NULL && ack->seq < a->seq;
}

static void decide_timers(const struct turn *t, const struct incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *ev;

		if (is_taken_over(t, i, c)) {
			ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
			ev->call = c->id;
			event_set_text(ev, "away");
			continue;
		}
		if (calltree_call_deadline(i, c).us > t->now.us)
			continue;
		ev = turn_add(t,
			      c->state == CALL_STATE_RECEIVED || c->state == CALL_STATE_ACKNOWLEDGED
				      ? EVENT_CALL_UNANSWERED
				      : EVENT_CALL_FAILED,
			      t->now);
		ev->call = c->id;
		event_set_text(ev, c->state == CALL_STATE_RECEIVED       ? "no-answer"
				   : c->state == CALL_STATE_ACKNOWLEDGED ? "no-decision"
									 : "no-receipt");
	}
	for (size_t k = 0; k < i->ack_count && incident_has_running_clock(i); k++) {
		struct event *ev;

		if (i->acks[k].expired ||
		    (i->acks[k].expires.us > t->now.us && !has_left(t, i, &i->acks[k])))
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
	if (s->running && s->silenced != 0)
		return; /* its clock goes on; nobody is called (silence.c) */
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

/* Where lines are counted the most critical service comes first, then the one that fails longest. */
struct service_turn {
	const struct incident *i;
	const struct incident_service *s;
	size_t incident; /* index */
};

static bool comes_before(const struct service_turn *a, const struct service_turn *b)
{
	enum plan_criticality ca = a->i->plan->services[a->s->service].criticality;
	enum plan_criticality cb = b->i->plan->services[b->s->service].criticality;

	return ca != cb ? ca < cb : a->s->began.us < b->s->began.us;
}

static struct service_turn *all_services(const struct engine *e, const bool *busy,
					 size_t *ret_count)
{
	struct service_turn *list = NULL;
	bool counted = lines_are_counted(e->plan);
	size_t n = 0, cap = 0;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t s = 0; !busy[k] && s < i->service_count; s++) {
			struct service_turn turn = {i, &i->services[s], k};
			size_t at = n;

			list = mem_grow(list, n, &cap, sizeof(*list));
			for (; counted && at > 0 && comes_before(&turn, &list[at - 1]); at--)
				list[at] = list[at - 1];
			list[at] = turn;
			n++;
		}
	}
	*ret_count = n;
	return list;
}

static void decide_services(const struct turn *t, bool *busy)
{
	size_t n, before;
	struct service_turn *list = all_services(t->e, busy, &n);

	for (size_t k = 0; k < n; k++) {
		before = t->out->count;
		if (may_call(t->e, list[k].i))
			decide_service(t, list[k].i, list[k].s);
		if (t->out->count != before)
			busy[list[k].incident] = true;
	}
	free(list);
}

/* What follows in an incident depends on what was decided for it: that is for the next turn. */
void calltree_decide(const struct turn *t)
{
	bool *busy = mem_calloc(t->e->incident_count + 1, sizeof(*busy));

	for (size_t k = 0; k < t->e->incident_count; k++) {
		size_t before = t->out->count;

		/* A page needs a fresh bad result: nobody is called for the past. Orders may be given in it all the same. */
		decide_timers(t, t->e->incidents[k]);
		busy[k] = t->e->incidents[k]->kind == INCIDENT_KIND_PAST || t->out->count != before;
	}
	decide_services(t, busy);
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		if (busy[k])
			continue;
		if (!incident_has_running_clock(i)) {
			if (may_tell_up(t->e, i))
				news_decide(t, i);
			continue;
		}
		if (!may_call(t->e, i))
			continue;
		handover_decide(t, i);
		if (is_exhausted(i))
			decide_repeat(t, i);
	}
	free(busy);
}

bool calltree_next_mark(const struct incident *i, const struct incident_service *s,
			struct wall_time *ret_at, uint32_t *ret_pct)
{
	*ret_at = WALL_NEVER;
	for (size_t k = 0; is_called_for(s) && k < s->step_count; k++) {
		const struct plan_step *step = &policy_of(i, s)->steps[k];
		struct wall_time at = wall_add_us(s->began, gate_after_us(i, s, k));

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
			d = wall_min(d, calltree_call_deadline(i, &i->calls[c]));
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
		if (running && may_call(e, i) && i->kind != INCIDENT_KIND_PAST)
			d = wall_min(d, handover_deadline(i));
		if (running && i->exhausted && may_call(e, i) && is_exhausted(i))
			d = wall_min(d, i->repeat_at);
		if (!running && may_tell_up(e, i))
			d = wall_min(d, news_deadline(e, i));
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
