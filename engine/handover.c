/* Shifts that end while an incident runs. */
#include "engine/handover.h"

#include "engine/call_lines.h"
#include "engine/calltree.h"
#include "engine/duty.h"
#include "engine/shifts.h"

enum { CHANGES_MAX = 64 }; /* looked at in one go: three weeks of three shifts a day */

static const struct handover *last_of(const struct incident *i, uint32_t seat)
{
	for (size_t k = 0; k < i->handover_count; k++) {
		if (i->handovers[k].seat == seat)
			return &i->handovers[k];
	}
	return NULL;
}

/* Since when the holders of a seat are part of this incident; false: they are not, nobody was called for it. */
static bool held_since(const struct incident *i, uint32_t seat, struct wall_time *ret)
{
	const struct handover *h = last_of(i, seat);

	if (h != NULL) {
		*ret = h->at;
		return true;
	}
	for (size_t k = 0; k < i->call_count && i->handover_count < HANDOVERS_MAX; k++) {
		if (i->calls[k].seat == seat) {
			*ret = i->calls[k].at;
			return true;
		}
	}
	return false;
}

/* The next moment at which other people hold the seat. */
static struct wall_time next_hands(const struct plan *p, uint32_t seat, struct wall_time from)
{
	struct seat_holders was = seat_holders(p, seat, from);
	struct wall_time at = from;

	for (int k = 0; k < CHANGES_MAX; k++) {
		struct seat_holders h;

		at = seat_next_change(p, seat, at);
		if (at.us == WALL_NEVER.us)
			return at;
		h = seat_holders(p, seat, at);
		if (h.titular != was.titular || h.suplente != was.suplente)
			return at;
	}
	return WALL_NEVER;
}

static void decide_changes(const struct turn *t, const struct incident *i, uint32_t seat)
{
	struct wall_time from, at;

	if (!held_since(i, seat, &from))
		return;
	for (int k = 0; k < CHANGES_MAX; k++, from = at) {
		struct event *ev;

		at = next_hands(i->plan, seat, from);
		if (at.us > t->now.us)
			return;
		ev = turn_add(t, EVENT_SHIFT_CHANGED, at);
		ev->incident = i->id;
		ev->seat = seat;
		ev->other = seat_holders(i->plan, seat, from).titular;
		ev->person = seat_holders(i->plan, seat, at).titular;
	}
}

/* --- telling ------------------------------------------------------------------------------------- */

static bool was_told(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].person == person && i->calls[k].told)
			return true;
	}
	return false;
}

static bool tells_of(const struct call *c, const struct handover *h, uint32_t person)
{
	return c->kind == CALL_HANDOVER && c->seat == h->seat && c->person == person &&
	       c->at.us >= h->at.us;
}

/* The contact by which to tell next; PLAN_NONE: told, under way, or all were tried. */
static uint32_t next_contact(const struct engine *e, const struct incident *i,
			     const struct handover *h, uint32_t person)
{
	uint32_t contacts = (uint32_t)i->plan->people[person].contact_count, best = PLAN_NONE;

	for (uint32_t contact = contacts; contact-- > 0;) {
		bool tried = false;

		for (size_t k = 0; k < i->call_count; k++) {
			const struct call *c = &i->calls[k];

			if (tells_of(c, h, person) && c->state != CALL_STATE_FAILED)
				return PLAN_NONE;
			tried = tried || (tells_of(c, h, person) && c->contact == contact);
		}
		if (!tried && (best == PLAN_NONE || !contact_is_down(e, i->plan, person, contact)))
			best = contact;
	}
	return best;
}

static void tell(const struct turn *t, const struct incident *i, const struct handover *h,
		 struct duty_person to)
{
	struct scope scope = {i->service_count > 0 ? i->services[0].service : PLAN_NONE, PLAN_NONE,
			      h->seat, i->round, 0};
	uint32_t contact = next_contact(t->e, i, h, to.person);

	for (size_t k = 0; k < i->service_count && !i->services[k].running; k++)
		scope.service = i->services[k + 1 < i->service_count ? k + 1 : k].service;
	if (contact == PLAN_NONE || !lines_are_free(t, i->plan, to.person, contact, NULL))
		return;
	calltree_add_intent(t, i, &scope, CALL_HANDOVER, i->plan->seats[h->seat].level, to.person,
			    contact)
		->stands_for = to.stands_for;
}

static void tell_both(const struct turn *t, const struct incident *i, const struct handover *h)
{
	struct wall_time before = wall_add_us(h->at, -1);
	uint32_t gives = seat_holders(i->plan, h->seat, before).titular;
	uint32_t takes = seat_holders(i->plan, h->seat, h->at).titular;

	if (takes != PLAN_NONE)
		tell(t, i, h, duty_of_person(t->e, i->plan, takes));
	if (gives != PLAN_NONE && gives != takes && was_told(i, gives))
		tell(t, i, h, (struct duty_person){gives, PLAN_NONE, false});
}

void handover_decide(const struct turn *t, const struct incident *i)
{
	size_t before = t->out->count;

	for (uint32_t seat = 0; i->plan->shift_count > 0 && seat < i->plan->seat_count; seat++) {
		if (seat_has_shifts(i->plan, seat))
			decide_changes(t, i, seat);
	}
	for (size_t k = 0; t->out->count == before && k < i->handover_count; k++)
		tell_both(t, i, &i->handovers[k]);
}

struct wall_time handover_deadline(const struct incident *i)
{
	struct wall_time d = WALL_NEVER, from;

	for (uint32_t seat = 0; i->plan->shift_count > 0 && seat < i->plan->seat_count; seat++) {
		if (seat_has_shifts(i->plan, seat) && held_since(i, seat, &from))
			d = wall_min(d, next_hands(i->plan, seat, from));
	}
	return d;
}

void handover_apply(struct incident *i, const struct event *ev)
{
	for (size_t k = 0; k < i->handover_count; k++) {
		if (i->handovers[k].seat == ev->seat) {
			i->handovers[k].at = ev->at;
			return;
		}
	}
	if (i->handover_count < HANDOVERS_MAX)
		i->handovers[i->handover_count++] = (struct handover){ev->seat, ev->at};
}
