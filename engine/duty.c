/* Who is there, who stands in for whom, and who answers for a seat. */
#include "engine/duty.h"

#include <string.h>

#include "base/mem.h"
#include "engine/shifts.h"

/* A person of one plan in another; PLAN_NONE if it does not know them. */
static uint32_t person_in(const struct plan *to, const struct plan *from, uint32_t person)
{
	if (to == from || person == PLAN_NONE)
		return person;
	return plan_find_person(to, slice_of(from->people[person].id));
}

/* --- who is away --------------------------------------------------------------------------------- */

static const struct absence *find(const struct engine *e, uint32_t person)
{
	for (size_t k = 0; k < e->absence_count; k++) {
		if (e->absences[k].person == person)
			return &e->absences[k];
	}
	return NULL;
}

const struct absence *duty_absence(const struct engine *e, const struct plan *p, uint32_t person)
{
	if (e->absence_count == 0)
		return NULL;
	return find(e, person_in(e->plan, p, person));
}

/* Who takes the place of somebody of the present plan: themselves while they are there; PLAN_NONE when nobody does. A stand-in who leaves
 * names another, and so on; a ring of them names nobody. */
static uint32_t taker_of(const struct engine *e, uint32_t person)
{
	for (size_t hops = 0; hops <= e->absence_count && person != PLAN_NONE; hops++) {
		const struct absence *a = find(e, person);

		if (a == NULL)
			return person;
		person = a->other;
	}
	return PLAN_NONE;
}

struct duty_person duty_of_person(const struct engine *e, const struct plan *p, uint32_t person)
{
	struct duty_person d = {person, PLAN_NONE, false};
	uint32_t taker;

	if (duty_absence(e, p, person) == NULL)
		return d;
	taker = person_in(p, e->plan, taker_of(e, person_in(e->plan, p, person)));
	if (taker == PLAN_NONE)
		d.away = true;
	else
		d = (struct duty_person){taker, person, false};
	return d;
}

/* --- who answers for a seat ---------------------------------------------------------------------- */

static void add(struct duty_person *ret, size_t *n, struct duty_person d)
{
	for (size_t k = 0; k < *n; k++) {
		if (ret[k].person == d.person)
			return;
	}
	ret[(*n)++] = d;
}

size_t duty_of_seat(const struct engine *e, const struct plan *p, uint32_t seat,
		    struct wall_time now, struct duty_person ret[DUTY_MAX])
{
	struct seat_holders h = seat_holders(p, seat, now);
	const uint32_t holders[DUTY_MAX] = {h.titular, h.suplente};
	size_t n = 0;

	for (int away = 0; away <= 1; away++) {
		for (size_t k = 0; k < DUTY_MAX; k++) {
			struct duty_person d;

			if (holders[k] == PLAN_NONE)
				continue;
			d = duty_of_person(e, p, holders[k]);
			if (d.away == (away == 1))
				add(ret, &n, d);
		}
	}
	return n;
}

static bool answers_for(const struct engine *e, const struct plan *p, uint32_t seat,
			uint32_t person, struct wall_time now)
{
	struct seat_holders h = seat_holders(p, seat, now);
	struct duty_person d[DUTY_MAX];
	size_t n = duty_of_seat(e, p, seat, now, d);

	for (size_t k = 0; k < n; k++) {
		if (d[k].person == person)
			return true;
	}
	return h.titular == person || h.suplente == person;
}

static bool was_called_for(const struct incident *i, uint32_t seat, uint32_t person)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].seat == seat && i->calls[k].person == person)
			return true;
	}
	return false;
}

bool duty_holds_seat(const struct engine *e, const struct incident *i, uint32_t person,
		     uint32_t seat, struct wall_time now)
{
	return answers_for(e, i->plan, seat, person, now) || was_called_for(i, seat, person);
}

bool duty_holds_level(const struct engine *e, const struct incident *i, uint32_t person,
		      uint32_t level, struct wall_time now)
{
	for (uint32_t seat = 0; seat < i->plan->seat_count; seat++) {
		if (i->plan->seats[seat].level == level && duty_holds_seat(e, i, person, seat, now))
			return true;
	}
	return false;
}

bool duty_answers_for_level(const struct engine *e, const struct plan *p, uint32_t person,
			    uint32_t level, struct wall_time now)
{
	for (uint32_t seat = 0; seat < p->seat_count; seat++) {
		if (p->seats[seat].level == level && answers_for(e, p, seat, person, now))
			return true;
	}
	return false;
}

/* --- leaving and coming back --------------------------------------------------------------------- */

enum { COORDINATOR_LEVEL = 2 };

/* Somebody but `person` would be there for these holders. */
static bool is_covered(const struct engine *e, uint32_t titular, uint32_t suplente, uint32_t person)
{
	uint32_t a = titular != PLAN_NONE ? taker_of(e, titular) : PLAN_NONE;
	uint32_t b = suplente != PLAN_NONE ? taker_of(e, suplente) : PLAN_NONE;

	return (a != PLAN_NONE && a != person) || (b != PLAN_NONE && b != person);
}

/* They are the last for these holders now. */
static bool is_last(const struct engine *e, uint32_t titular, uint32_t suplente, uint32_t person)
{
	bool holds = (titular != PLAN_NONE && taker_of(e, titular) == person) ||
		     (suplente != PLAN_NONE && taker_of(e, suplente) == person);

	return holds && !is_covered(e, titular, suplente, person);
}

/* In whatever shift: who leaves today may be the night's only coordinator. */
static bool leaves_coordination_empty(const struct engine *e, uint32_t person)
{
	const struct plan *p = e->plan;

	for (uint32_t s = 0; s < p->seat_count; s++) {
		const struct plan_seat *seat = &p->seats[s];

		if (seat->level != COORDINATOR_LEVEL)
			continue;
		if (seat->titular != PLAN_NONE && is_last(e, seat->titular, seat->suplente, person))
			return true;
		for (uint32_t k = 0; k < p->shift_count; k++) {
			const struct plan_shift *shift = &p->shifts[k];
			uint32_t suplente =
				shift->suplente != PLAN_NONE ? shift->suplente : seat->suplente;

			if (shift->seat == s && is_last(e, shift->titular, suplente, person))
				return true;
		}
	}
	return false;
}

struct refusal duty_refuse_leave(const struct engine *e, const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	uint32_t person = in->u.act.person;

	if (act_given(a, ACT_HAS(UNTIL)) && a->until.us <= in->now.us)
		return REFUSED(SYNTAX, "until: that moment has passed");
	if (!act_given(a, ACT_HAS(OTHER)))
		return leaves_coordination_empty(e, person)
			       ? REFUSED(DENIED,
					 "a seat of the coordinator (level 2) would be left with "
					 "nobody: name who takes it (other=PERSON)")
			       : ALLOWED;
	if (a->other == person)
		return REFUSED(DENIED, "nobody stands in for themselves: name somebody else");
	if (e->plan->people[a->other].contact_count == 0)
		return REFUSED(DENIED, "whoever takes it cannot be reached: the plan has no "
				       "contact of that person");
	if (find(e, a->other) != NULL)
		return REFUSED(DENIED, "whoever takes it is away as well: name somebody who is "
				       "there");
	return ALLOWED;
}

struct refusal duty_refuse_back(const struct engine *e, const struct input *in)
{
	if (find(e, in->u.act.person) == NULL)
		return REFUSED(WRONG_STATE, "this person is not away");
	return ALLOWED;
}

/* An absence that has an end ends by itself. */
void absence_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->absence_count; k++) {
		const struct absence *a = &t->e->absences[k];
		struct event *ev;

		if (a->until.us > t->now.us)
			continue;
		ev = turn_add(t, EVENT_ABSENCE_EXPIRED, t->now);
		ev->person = a->person;
		ev->until = a->until;
	}
}

struct wall_time absence_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->absence_count; k++)
		d = wall_min(d, e->absences[k].until);
	return d;
}

/* --- apply --------------------------------------------------------------------------------------- */

static void drop(struct engine *e, uint32_t person)
{
	size_t kept = 0;

	for (size_t k = 0; k < e->absence_count; k++) {
		if (e->absences[k].person != person)
			e->absences[kept++] = e->absences[k];
	}
	e->absence_count = kept;
}

void absence_apply(struct engine *e, const struct event *ev)
{
	if (e->plan == NULL || ev->person == PLAN_NONE)
		return;
	drop(e, ev->person);
	if (ev->kind != EVENT_ABSENCE_BEGAN)
		return;
	e->absences =
		mem_grow(e->absences, e->absence_count, &e->absence_cap, sizeof(*e->absences));
	e->absences[e->absence_count] =
		(struct absence){.person = ev->person,
				 .other = ev->other,
				 .seq = ev->seq,
				 .since = ev->recorded,
				 .until = wall_is_known(ev->until) ? ev->until : WALL_NEVER};
	memcpy(e->absences[e->absence_count++].note, ev->text, sizeof(ev->text));
}

void absence_carry(struct engine *e, const struct plan *to)
{
	size_t kept = 0;

	for (size_t k = 0; e->plan != NULL && k < e->absence_count; k++) {
		struct absence a = e->absences[k];

		a.person = person_in(to, e->plan, a.person);
		a.other = person_in(to, e->plan, a.other);
		if (a.person != PLAN_NONE)
			e->absences[kept++] = a;
	}
	e->absence_count = kept;
}
