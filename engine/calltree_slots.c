/* Who answers for a step: its slots (a seat, a person), and for each who is to be called next, is being called or has
 * answered. */
#include "engine/calltree.h"

struct slot slot_of_seat(const struct plan *p, uint32_t seat)
{
	struct slot s = {.seat = seat, .level = p->seats[seat].level};

	s.persons[s.person_count++] = p->seats[seat].titular;
	if (p->seats[seat].suplente != PLAN_NONE)
		s.persons[s.person_count++] = p->seats[seat].suplente;
	return s;
}

static void add_slot(struct slot *slots, size_t *n, struct slot s)
{
	for (size_t i = 0; i < *n; i++) {
		if (s.seat != PLAN_NONE && slots[i].seat == s.seat)
			return;
	}
	if (*n < SLOTS_MAX)
		slots[(*n)++] = s;
}

size_t slots_of_step(const struct incident *i, const struct incident_service *s,
		     const struct plan_step *step, struct slot slots[SLOTS_MAX])
{
	const struct plan *p = i->plan;
	size_t n = 0;

	for (size_t k = 0; k < step->target_count; k++) {
		const struct plan_target *t = &step->targets[k];

		switch (t->kind) {
		case TARGET_SEAT:
			add_slot(slots, &n, slot_of_seat(p, t->index));
			break;
		case TARGET_TEAM:
			if (p->services[s->service].team != PLAN_NONE)
				add_slot(slots, &n, slot_of_seat(p, p->services[s->service].team));
			break;
		case TARGET_LEVEL:
			for (uint32_t seat = 0; seat < p->seat_count; seat++) {
				if (p->seats[seat].level == t->index)
					add_slot(slots, &n, slot_of_seat(p, seat));
			}
			break;
		case TARGET_PERSON:
			add_slot(slots, &n,
				 (struct slot){.seat = PLAN_NONE,
					       .persons = {t->index},
					       .person_count = 1});
			break;
		}
	}
	return n;
}

bool scope_holds(const struct scope *s, const struct call *c)
{
	if (s->about != 0)
		return c->about == s->about && c->seat == s->seat;
	return c->about == 0 && c->service == s->service && c->step == s->step &&
	       c->seat == s->seat && c->round == s->round && !call_is_good_news(c->kind);
}

bool calltree_has_live_ack(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == person && !i->acks[k].expired &&
		    i->acks[k].act != ACT_NO_PUEDO)
			return true;
	}
	return false;
}

static const struct call *last_call(const struct incident *i, const struct scope *scope,
				    uint32_t person)
{
	for (size_t k = i->call_count; k-- > 0;) {
		if (scope_holds(scope, &i->calls[k]) && i->calls[k].person == person)
			return &i->calls[k];
	}
	return NULL;
}

/* The person is being called for another slot just now: one call at a time. */
static bool is_being_called(const struct incident *i, const struct scope *scope, uint32_t person)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];

		if (c->person == person && !scope_holds(scope, c) && call_is_waiting(c->state) &&
		    !call_is_information(c->kind))
			return true;
	}
	return false;
}

/* ... or the call was decided in this very turn. */
static bool is_called_now(const struct turn *t, const struct incident *i, const struct scope *scope,
			  uint32_t person)
{
	for (size_t k = 0; k < t->out->count; k++) {
		const struct event *ev = &t->out->items[k];

		if (ev->kind == EVENT_CALL_INTENT && ev->incident == i->id &&
		    ev->person == person && !call_is_information(ev->call_kind) &&
		    (ev->service != scope->service || ev->step != scope->step ||
		     ev->seat != scope->seat))
			return true;
	}
	return false;
}

/* Who answered after the step had fired knows of it: it waited for that answer. A decision is asked for all the same. */
static bool is_answered_since(const struct incident *i, const struct scope *scope, uint32_t person)
{
	const struct incident_service *s = incident_service_of(i, scope->service);

	if (s == NULL || scope->step == PLAN_NONE ||
	    policy_of(i, s)->steps[scope->step].ask != ASK_NONE)
		return false;
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == person && !i->acks[k].expired &&
		    i->acks[k].act != ACT_NO_PUEDO &&
		    i->acks[k].at.us > s->steps[scope->step].at.us)
			return true;
	}
	return false;
}

static struct slot_next next_of_person(const struct turn *t, const struct incident *i,
				       const struct scope *scope, uint32_t person)
{
	const struct call *last = last_call(i, scope, person);
	bool acked = calltree_has_live_ack(i, person);
	struct slot_next next = {SLOT_EXHAUSTED, person, PLAN_NONE, acked};

	if ((last == NULL || last->state == CALL_STATE_FAILED) && !acked &&
	    (is_being_called(i, scope, person) || is_called_now(t, i, scope, person))) {
		next.result = SLOT_WAITING;
		return next;
	}
	if (last == NULL ? is_answered_since(i, scope, person)
			 : last->state == CALL_STATE_ACKNOWLEDGED) {
		next.result = SLOT_ACKED;
		return next;
	}
	if (last != NULL && acked && last->state != CALL_STATE_FAILED) {
		next.result = SLOT_ACKED;
		return next;
	}
	if (last != NULL && call_is_waiting(last->state)) {
		next.result = SLOT_WAITING;
		return next;
	}
	if (last == NULL || last->state == CALL_STATE_FAILED) {
		next.contact = contact_next(t->e, i, scope, person);
		next.result = next.contact != PLAN_NONE ? SLOT_CALL : SLOT_VACANT;
	}
	return next;
}

struct slot_next slot_next(const struct turn *t, const struct incident *i, const struct slot *slot,
			   const struct scope *scope)
{
	struct slot_next next = {SLOT_VACANT, PLAN_NONE, PLAN_NONE, false};
	bool answered_not = false;

	for (size_t k = 0; k < slot->person_count; k++) {
		next = next_of_person(t, i, scope, slot->persons[k]);
		if (next.result == SLOT_EXHAUSTED)
			answered_not = true;
		else if (next.result != SLOT_VACANT)
			return next;
	}
	next.result = answered_not ? SLOT_EXHAUSTED : SLOT_VACANT;
	return next;
}
