/* Who answers for a step: its slots (a seat, a person), and for each who is to be called next, is being called or has
 * answered. */
#include "engine/calltree.h"

static void count_away(struct slot *s)
{
	bool there = false;

	for (size_t k = 0; k < s->person_count; k++)
		there = there || !s->persons[k].away;
	s->is_empty = !there;
}

struct slot slot_of_seat(const struct turn *t, const struct plan *p, uint32_t seat)
{
	struct slot s = {.seat = seat, .level = p->seats[seat].level, .named = PLAN_NONE};

	s.person_count = duty_of_seat(t->e, p, seat, t->now, s.persons);
	count_away(&s);
	return s;
}

struct slot slot_of_person(const struct turn *t, const struct plan *p, uint32_t person)
{
	struct slot s = {.seat = PLAN_NONE, .named = person, .person_count = 1};

	s.persons[0] = duty_of_person(t->e, p, person);
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

size_t slots_of_step(const struct turn *t, const struct incident *i,
		     const struct incident_service *s, const struct plan_step *step,
		     struct slot slots[SLOTS_MAX])
{
	const struct plan *p = i->plan;
	size_t n = 0;

	for (size_t k = 0; k < step->target_count; k++) {
		const struct plan_target *to = &step->targets[k];

		switch (to->kind) {
		case TARGET_SEAT:
			add_slot(slots, &n, slot_of_seat(t, p, to->index));
			break;
		case TARGET_TEAM:
			if (p->services[s->service].team != PLAN_NONE)
				add_slot(slots, &n,
					 slot_of_seat(t, p, p->services[s->service].team));
			break;
		case TARGET_LEVEL:
			for (uint32_t seat = 0; seat < p->seat_count; seat++) {
				if (p->seats[seat].level == to->index)
					add_slot(slots, &n, slot_of_seat(t, p, seat));
			}
			break;
		case TARGET_PERSON:
			add_slot(slots, &n, slot_of_person(t, p, to->index));
			break;
		}
	}
	return n;
}

static bool names_seat(const struct call *c, uint32_t seat)
{
	for (uint32_t k = 0; k < c->also_count; k++) {
		if (c->also[k] == seat)
			return true;
	}
	return c->seat == seat;
}

bool scope_holds(const struct scope *s, const struct call *c)
{
	if (s->about != 0)
		return c->about == s->about && names_seat(c, s->seat);
	return c->about == 0 && c->service == s->service && c->step == s->step &&
	       names_seat(c, s->seat) && c->round == s->round && !call_is_good_news(c->kind);
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

		if (c->person == person && !scope_holds(scope, c) && call_is_ringing(c))
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

static bool asks(const struct incident *i, const struct scope *scope)
{
	const struct incident_service *s = incident_service_of(i, scope->service);

	return s != NULL && scope->step != PLAN_NONE &&
	       policy_of(i, s)->steps[scope->step].ask != ASK_NONE;
}

/* Who answered after the step had fired knows of it: it waited for that answer. A decision is asked for all the same. */
static bool is_answered_since(const struct incident *i, const struct scope *scope, uint32_t person)
{
	const struct incident_service *s = incident_service_of(i, scope->service);

	if (s == NULL || scope->step == PLAN_NONE || asks(i, scope))
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
	bool ask = asks(i, scope);
	/* To know is not to decide: who has answered is asked like anybody, and who has authorised is not asked again. */
	bool acked = !ask && ack_is_live(i, person);
	struct slot_next next = {SLOT_EXHAUSTED, person, PLAN_NONE, PLAN_NONE, acked};

	if (ask && last == NULL && act_has_authorised(i, person))
		return next;
	/* Who has answered gets an update of a step, which holds nothing up; any other call rings. */
	if ((last == NULL || last->state == CALL_STATE_FAILED) &&
	    (!acked || scope->step == PLAN_NONE) &&
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
		struct tries tries = tries_of_scope(i, scope);

		next.contact = contact_next(t->e, i->plan, &tries, person);
		next.result = next.contact != PLAN_NONE ? SLOT_CALL : SLOT_VACANT;
	}
	return next;
}

static bool is_in_slot(const struct slot *slot, uint32_t person)
{
	for (size_t k = 0; k < slot->person_count; k++) {
		if (slot->persons[k].person == person)
			return true;
	}
	return false;
}

/* Made for this very slot; of people called directly for whoever was meant. */
static bool is_of_slot(const struct call *c, const struct slot *slot, const struct scope *scope)
{
	return scope_holds(scope, c) && c->seat == slot->seat && !call_is_information(c->kind) &&
	       (slot->seat != PLAN_NONE || c->person == slot->named ||
		c->stands_for == slot->named);
}

/* Whoever held the seat when the call was made keeps it: while it is open, and while its answer counts. */
static enum slot_result held_by_call(const struct incident *i, const struct slot *slot,
				     const struct scope *scope)
{
	enum slot_result r = SLOT_EXHAUSTED;

	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];

		if (!is_of_slot(c, slot, scope))
			continue;
		if (call_is_waiting(c->state))
			return SLOT_WAITING;
		if (c->state == CALL_STATE_ACKNOWLEDGED && !is_in_slot(slot, c->person) &&
		    ack_is_live(i, c->person))
			r = SLOT_ACKED;
	}
	return r;
}

struct slot_next slot_next(const struct turn *t, const struct incident *i, const struct slot *slot,
			   const struct scope *scope)
{
	struct slot_next next = {SLOT_VACANT, PLAN_NONE, PLAN_NONE, PLAN_NONE, false};
	bool answered_not = false;

	next.result = held_by_call(i, slot, scope);
	if (next.result != SLOT_EXHAUSTED)
		return next;
	for (size_t k = 0; k < slot->person_count; k++) {
		next = next_of_person(t, i, scope, slot->persons[k].person);
		next.stands_for = slot->persons[k].stands_for;
		if (next.result == SLOT_EXHAUSTED)
			answered_not = true;
		else if (next.result != SLOT_VACANT)
			return next;
	}
	next.result = answered_not ? SLOT_EXHAUSTED : SLOT_VACANT;
	return next;
}
