#include "play/by_hand.h"

#include <stdio.h>

#include "play/crowd.h"

static bool picks_up(const struct person_habit *h)
{
	bool decides = false;

	for (unsigned k = 0; k < DECISION_COUNT; k++)
		decides = decides || h->decisions[k].does;
	return h->answer != ACT_COUNT || decides;
}

/* The incident speaks of people of its own plan. */
static uint32_t person_in(const struct play_world *w, const struct plan *p, uint32_t person)
{
	return plan_find_person(p, slice_of(view_plan(w->engine)->people[person].id));
}

static void ask(struct play_world *w, const struct effect *call, const struct plan *p,
		uint32_t person)
{
	const struct person_habit *h =
		habits_of_person(w->habits, view_plan(w->engine)->people[person].id);
	struct agenda_item item = {.is_act = true,
				   .incident = call->incident,
				   .person = call->person,
				   .act = ACT_CALL_RESULT,
				   .call = call->id,
				   .hand = person_in(w, p, person)};

	if (!h->calls || item.hand == PLAN_NONE || item.hand == call->person)
		return;
	item.t = wall_add_us(w->now, crowd_delay(w, h->calls_us));
	agenda_put(&w->agenda, item);
}

void by_hand_hear(struct play_world *w, const struct effect *call)
{
	const struct plan *now = view_plan(w->engine);
	const struct plan *p = engine_plan_of(w->engine, call->incident, 0);

	for (uint32_t s = 0; s < now->seat_count && call->incident != 0; s++) {
		struct view_duty duty[VIEW_DUTY_MAX];
		size_t n = now->seats[s].level == 0 ? view_duty(w->engine, s, w->now, duty) : 0;

		for (size_t k = 0; k < n; k++)
			ask(w, call, p, duty[k].person);
	}
}

static void say(struct play_world *w, const struct agenda_item *item, const char *what)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};

	in.u.act.incident = item->incident;
	in.u.act.person = item->person;
	in.u.act.recorded_by = item->hand;
	in.u.act.act = ACT_CALL_RESULT;
	in.u.act.proof = PROOF_VOICE;
	in.u.act.note = "";
	in.u.act.args.entry = item->call;
	(void)snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s", what);
	in.u.act.args.given = ACT_HAS(ENTRY) | ACT_HAS(WHAT);
	err_ignore(play_input(w, &in));
}

static void take(struct play_world *w, struct agenda_item item, const struct plan *p,
		 uint32_t channel)
{
	const struct person_habit *h = habits_of_person(w->habits, p->people[item.person].id);
	int64_t after = habits_of_channel(w->habits, p->channels[channel].id)->after_us;
	struct wall_time free = agenda_hand_is_free(&w->agenda, item.incident, item.hand);

	if (free.us > w->now.us) {
		item.t = free;
		agenda_put(&w->agenda, item);
		return;
	}
	say(w, &item, "taken");
	item.is_taken = true;
	item.t = wall_add_us(w->now, picks_up(h) ? after : BY_HAND_RINGS_S * US_PER_S);
	agenda_put(&w->agenda, item);
}

void by_hand_act(struct play_world *w, const struct agenda_item *item)
{
	struct view_incident i;
	struct view_call c;

	if (!view_find_call(w->engine, item->call, &i, &c) ||
	    (c.state != CALL_STATE_PENDING && c.state != CALL_STATE_SENT &&
	     c.state != CALL_STATE_UNKNOWN))
		return;
	if (!item->is_taken) {
		if (c.taken_by == PLAN_NONE)
			take(w, *item, i.plan, c.channel);
		return;
	}
	if (!picks_up(habits_of_person(w->habits, i.plan->people[item->person].id))) {
		say(w, item, "no-answer");
		return;
	}
	say(w, item, "answered");
	crowd_hear(w, &(struct effect){.id = item->call,
				       .incident = item->incident,
				       .kind = c.kind,
				       .person = item->person});
}
