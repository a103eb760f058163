#include "play/crowd.h"

#include "play/by_hand.h"

static bool is_information(enum call_kind k)
{
	return k == CALL_UPDATE || k == CALL_UP || k == CALL_NOT_OBSERVED ||
	       k == CALL_FALSE_ALARM || k == CALL_CLOSED || k == CALL_SYSTEM;
}

static bool holds_level(const struct plan *p, uint32_t person, uint32_t level)
{
	for (uint32_t i = 0; i < p->seat_count; i++) {
		if (p->seats[i].level == level &&
		    (p->seats[i].titular == person || p->seats[i].suplente == person))
			return true;
	}
	return false;
}

int64_t crowd_delay(struct play_world *w, int64_t us)
{
	return w->agenda.rand == NULL || us <= 0
		       ? us
		       : us / 2 + (int64_t)rand_below(w->agenda.rand, (uint64_t)us + 1);
}

static void plan_act(struct play_world *w, uint64_t incident, uint32_t person, enum act act,
		     int64_t after_us)
{
	struct agenda_item item = {.t = wall_add_us(w->now, crowd_delay(w, after_us)),
				   .is_act = true,
				   .incident = incident,
				   .person = person,
				   .act = act};

	agenda_put(&w->agenda, item);
}

/* What this person does once it is known how the incident stands. */
static void plan_decisions(struct play_world *w, const struct view_incident *i, uint32_t person,
			   const struct person_habit *h, bool asked)
{
	if (asked && h->decisions[DECISION_AUTHORIZE].does && holds_level(i->plan, person, 1))
		plan_act(w, i->id, person, ACT_AUTHORIZE,
			 h->decisions[DECISION_AUTHORIZE].after_us);
	if (asked && h->decisions[DECISION_DECLINE].does)
		plan_act(w, i->id, person, ACT_DECLINE, h->decisions[DECISION_DECLINE].after_us);
	if (i->state == INCIDENT_AUTHORISED && h->decisions[DECISION_DECLARE].does &&
	    holds_level(i->plan, person, 2))
		plan_act(w, i->id, person, ACT_DECLARE, h->decisions[DECISION_DECLARE].after_us);
}

void crowd_hear(struct play_world *w, const struct effect *call)
{
	struct view_incident i;
	const struct person_habit *h;

	if (is_information(call->kind) || !view_find_incident(w->engine, call->incident, &i))
		return;
	h = habits_of_person(w->habits, i.plan->people[call->person].id);
	if (h->answer != ACT_COUNT)
		plan_act(w, i.id, call->person, h->answer, h->answer_us);
	plan_decisions(w, &i, call->person, h, call->kind == CALL_ASK);
}

/* A call to this person was received, whatever became of it since. */
static bool was_reached(const struct play_world *w, const struct view_incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(w->engine, i->id, k, &c);
		if (c.person == person &&
		    (c.state == CALL_STATE_RECEIVED || c.state == CALL_STATE_ACKNOWLEDGED ||
		     c.state == CALL_STATE_EXPIRED || c.state == CALL_STATE_UNANSWERED))
			return true;
	}
	return false;
}

void crowd_see(struct play_world *w, const struct event *ev)
{
	struct view_incident i;

	if (ev->kind != EVENT_INCIDENT_STATE || ev->to != INCIDENT_AUTHORISED ||
	    !view_find_incident(w->engine, ev->incident, &i))
		return;
	for (uint32_t person = 0; person < i.plan->person_count; person++) {
		const struct person_habit *h =
			habits_of_person(w->habits, i.plan->people[person].id);

		if (h->decisions[DECISION_DECLARE].does && was_reached(w, &i, person))
			plan_decisions(w, &i, person, h, false);
	}
}

static bool is_of_use(const struct view_incident *i, enum act act)
{
	switch ((int)act) {
	case ACT_AUTHORIZE:
		return i->state == INCIDENT_CONFIRMED || i->state == INCIDENT_ACTIVATION_ASKED;
	case ACT_DECLARE:
		return i->state == INCIDENT_AUTHORISED;
	case ACT_DECLINE:
		return i->state == INCIDENT_CONFIRMED || i->state == INCIDENT_ACTIVATION_ASKED ||
		       i->state == INCIDENT_AUTHORISED;
	default:
		return i->open;
	}
}

void crowd_act(struct play_world *w, const struct agenda_item *item)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i;

	if (item->act == ACT_CALL_RESULT) {
		by_hand_act(w, item);
		return;
	}
	if (!view_find_incident(w->engine, item->incident, &i) || !is_of_use(&i, item->act))
		return;
	in.u.act.incident = i.id;
	in.u.act.person = item->person;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.act = item->act;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = item->act == ACT_DECLINE ? "no se justifica" : "";
	err_ignore(play_input(w, &in)); /* a refusal is an answer as well */
}
