/* What must always hold: decisions. */
#include "tests/sim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "engine/brief.h"
#include "journal/body.h"

/* `other` takes the place of whoever left, over as many as have left. */
static bool stands_in(struct sim *s, const char *person, const char *other)
{
	for (size_t hops = 0; hops <= s->away_count; hops++) {
		const struct away *a = away_of(s, person);

		if (a == NULL)
			return false;
		if (strcmp(a->other, other) == 0)
			return true;
		person = a->other;
	}
	return false;
}

static bool is_or_stands_for(struct sim *s, const struct plan *p, uint32_t holder, uint32_t person)
{
	return holder != PLAN_NONE &&
	       (holder == person || stands_in(s, p->people[holder].id, p->people[person].id));
}

static bool was_called_at(const struct sim *s, const struct event *by, uint32_t level)
{
	for (size_t k = 0; k < s->looked; k++) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->kind == EVENT_CALL_INTENT && ev->incident == by->incident &&
		    ev->level == level && ev->person == by->person)
			return true;
	}
	return false;
}

static bool holds(struct sim *s, const struct plan *p, const struct event *by, uint32_t level)
{
	for (uint32_t k = 0; k < p->seat_count; k++) {
		const struct plan_seat *seat = &p->seats[k];

		if (seat->level != level)
			continue;
		if (is_or_stands_for(s, p, seat->titular, by->person) ||
		    is_or_stands_for(s, p, seat->suplente, by->person))
			return true;
		for (uint32_t n = 0; n < p->shift_count; n++) {
			if (p->shifts[n].seat == k &&
			    (is_or_stands_for(s, p, p->shifts[n].titular, by->person) ||
			     is_or_stands_for(s, p, p->shifts[n].suplente, by->person)))
				return true;
		}
	}
	return was_called_at(s, by, level);
}

/* Whoever acts in `entry` wrote `of` down: by ids, as is_same_person. */
static bool wrote_down(const struct sim *s, size_t of, size_t entry)
{
	return slice_eq(body_word(slice_of(s->world->events[of].body), "recorded_by"),
			body_word(slice_of(s->world->events[entry].body), "person"));
}

/* What stands in the journal as an act was done by somebody who may do it, and not by both hands of one person. */
void look_at_act(struct sim *s, const struct event *ev)
{
	const struct plan *p = engine_plan_of(s->world->engine, ev->incident, 0);
	bool other = ev->recorded_by != ev->person;

	switch ((int)ev->kind) {
	case EVENT_ACT_AUTHORIZE:
	case EVENT_ACT_RATIFY:
		if (!holds(s, p, ev, 1))
			sim_broken(s, "somebody outside of level 1 authorises or ratifies");
		break;
	case EVENT_ACT_DECLARE:
	case EVENT_ACT_CONVENE:
	case EVENT_ACT_WAIT:
		if (!holds(s, p, ev, 2))
			sim_broken(s, "somebody who is no coordinator declares, convenes or waits");
		break;
	case EVENT_ACT_CONFIRM:
		if (other || wrote_down(s, (size_t)ev->entry - 1, (size_t)ev->seq - 1))
			sim_broken(s, "who wrote an act down confirms it");
		break;
	default:
		break;
	}
	if ((ev->proof == PROOF_VOICE || ev->proof == PROOF_PAPER) && !other &&
	    ev->kind != EVENT_ACT_REFUSED && ev->person != PLAN_NONE)
		sim_broken(s, "what was said is written down by nobody");
}

/* Of its services: one that joins later may ask for more people, of a decision that was made. */
static size_t least_quorum(const struct view_incident *i)
{
	size_t least = i->service_count > 0 ? SIZE_MAX : 1; /* a report of no process */

	for (size_t k = 0; k < i->service_count; k++) {
		uint32_t policy = i->plan->services[i->services[k]].policy;
		const struct plan_policy *p =
			policy != PLAN_NONE ? &i->plan->policies[policy] : NULL;
		size_t quorum = 1;

		for (size_t n = 0; p != NULL && n < p->step_count; n++) {
			if (p->steps[n].ask == ASK_ACTIVATE && p->steps[n].quorum > quorum)
				quorum = p->steps[n].quorum;
		}
		least = quorum < least ? quorum : least;
	}
	return least;
}

/* Nothing is declared without level 1, unless it is marked. */
void look_at_declared(const struct sim *s)
{
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct arena *arena = arena_new();
		struct view_incident i;
		struct brief b;

		view_incident(s->world->engine, k, &i);
		if (!brief_of(s->world->engine, i.id, s->world->now, arena, &b))
			sim_broken(s, "an incident has no brief");
		for (size_t n = 0; n < b.authoriser_count; n++) {
			if (i.state == INCIDENT_DECLARED && b.authorisers[n] == b.declared_by)
				sim_broken(s, "somebody has declared what they authorised");
			for (size_t m = 0; m < n; m++) {
				if (b.authorisers[m] == b.authorisers[n])
					sim_broken(s, "one person is counted twice");
			}
		}
		if (i.state == INCIDENT_DECLARED && b.authoriser_count < least_quorum(&i) &&
		    b.ratification != RATIFICATION_PENDING &&
		    b.ratification != RATIFICATION_RATIFIED)
			sim_broken(s, "a declaration without level 1 is not marked");
		if (i.state == INCIDENT_AUTHORISED && b.authoriser_count < least_quorum(&i))
			sim_broken(s, "authorised without its quorum");
		if (b.gate == GATE_OPEN || !wall_is_known(b.gate_until)) {
			arena_free(arena);
			continue;
		}
		if (b.gate_until.us > b.gate_latest.us)
			sim_broken(s, "the gate holds level 1 past its bound");
		arena_free(arena);
	}
}
