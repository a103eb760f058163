/* What must always hold: who is called, and who is left in peace. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static bool is_information(enum call_kind k)
{
	return k == CALL_UPDATE || k == CALL_UP || k == CALL_NOT_OBSERVED ||
	       k == CALL_FALSE_ALARM || k == CALL_CLOSED || k == CALL_HANDOVER || k == CALL_DUE ||
	       k == CALL_SILENCE_ENDING || k == CALL_SILENCE_ENDED;
}

static bool is_waiting(enum call_state c)
{
	return c == CALL_STATE_PENDING || c == CALL_STATE_SENT || c == CALL_STATE_UNKNOWN ||
	       c == CALL_STATE_RECEIVED;
}

/* Nobody's telephone rings twice for the same incident at the same time. */
static void one_call_at_a_time(const struct sim *s, const struct view_incident *i)
{
	bool rings[64] = {false};

	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (!is_waiting(c.state) || is_information(c.kind) || c.maybe_duplicate)
			continue;
		if (c.kind == CALL_ORDER && c.state == CALL_STATE_RECEIVED)
			continue; /* an order that has arrived holds nothing up */
		if (rings[c.person])
			sim_broken(s, "a person is called twice at once");
		rings[c.person] = true;
	}
}

/* No carrier has more calls in progress than lines. */
static void lines_suffice(const struct sim *s)
{
	uint32_t used = 0;

	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		for (size_t n = 0; n < i.call_count; n++) {
			struct view_call c;

			view_call(s->world->engine, i.id, n, &c);
			used += strcmp(i.plan->channels[c.channel].id, "voz-2") == 0 &&
				(c.state == CALL_STATE_PENDING || c.state == CALL_STATE_SENT ||
				 c.state == CALL_STATE_UNKNOWN);
		}
	}
	if (used > 2)
		sim_broken(s, "more calls than lines");
}

/* On the telephone an open incident is its two digits. */
static void one_folio_each(const struct sim *s, const struct view_incident *i, size_t index)
{
	for (size_t k = 0; i->open && k < index; k++) {
		struct view_incident o;

		view_incident(s->world->engine, k, &o);
		if (o.open && o.folio == i->folio)
			sim_broken(s, "two open incidents have one folio");
	}
}

void look_at_incidents(const struct sim *s)
{
	lines_suffice(s);
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		one_call_at_a_time(s, &i);
		one_folio_each(s, &i, k);
	}
}

struct held *held_of(struct sim *s, uint64_t incident, uint32_t service)
{
	for (size_t i = 0; i < s->held_count; i++) {
		if (s->held[i].incident == incident && s->held[i].service == service)
			return &s->held[i];
	}
	s->held = mem_grow(s->held, s->held_count, &s->held_cap, sizeof(*s->held));
	s->held[s->held_count] = (struct held){.incident = incident, .service = service};
	return &s->held[s->held_count++];
}

/* Nobody is called for what is silenced; outside of the steps only level 2 of a breach, a drill that is none, and orders. */
void look_at_silences(struct sim *s, const struct event *ev)
{
	if (ev->kind == EVENT_INCIDENT_SILENCED || ev->kind == EVENT_INCIDENT_UNSILENCED) {
		struct held *h = held_of(s, ev->incident, ev->service);

		h->now = ev->kind == EVENT_INCIDENT_SILENCED;
		h->since = ev->recorded;
	}
	if (ev->kind == EVENT_CALL_INTENT && ev->incident != 0 && ev->step != PLAN_NONE &&
	    held_of(s, ev->incident, ev->service)->now)
		sim_broken(s, "somebody is called for what is silenced");
}

static bool has_told_of_breach(const struct sim *s, const struct view_incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call c;

		view_call(s->world->engine, i->id, k, &c);
		if (c.kind == CALL_BREACH && c.step == PLAN_NONE)
			return true;
	}
	return false;
}

/* ... and the breach is told, at the latest when the telephones of level 2 are free. */
void look_at_held_breaches(struct sim *s)
{
	for (uint32_t k = 0; k < sim_plan(s)->service_count; k++) {
		struct wall_time late = wall_add_us(s->world->now, -180 * US_PER_S);
		struct view_incident i;
		struct view_service v;
		uint32_t service;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.silenced == 0 || !v.clock.breached || v.clock.breach_at.us > late.us ||
		    !view_find_incident(s->world->engine, v.incident, &i))
			continue;
		service = plan_find_service(i.plan, slice_of(sim_plan(s)->services[k].id));
		if (held_of(s, i.id, service)->since.us < late.us && !has_told_of_breach(s, &i))
			sim_broken(s, "a breach under a silence is told to nobody");
	}
}

static bool is_on_record(const struct sim *s, enum event_kind kind, uint64_t order)
{
	for (size_t i = (size_t)order; i < s->world->count; i++) {
		if (s->world->events[i].ev.kind == kind && s->world->events[i].ev.entry == order)
			return true;
	}
	return false;
}

/* An order that stands ends with everybody confirmed, or with a list of who is missing. */
void look_at_orders(const struct sim *s)
{
	for (size_t k = 0; k < view_incident_count(s->world->engine); k++) {
		struct view_incident i;

		view_incident(s->world->engine, k, &i);
		for (size_t n = 0; n < i.order_count; n++) {
			struct view_order o;

			view_order(s->world->engine, i.id, n, &o);
			if (!o.stands || o.is_void || i.state == INCIDENT_CLOSED)
				continue;
			if (o.complete != (post_set_count(&o.missing) == 0))
				sim_broken(s,
					   "an order is complete though posts are missing, or not "
					   "though none is");
			if (!o.complete && o.due.us <= s->world->now.us &&
			    !is_on_record(s, EVENT_ORDER_MISSING, o.id))
				sim_broken(s, "nobody lists who has not confirmed");
		}
	}
}

static struct answer *answer_of(struct sim *s, uint64_t incident, uint32_t person)
{
	for (size_t i = 0; i < s->answer_count; i++) {
		if (s->answers[i].incident == incident && s->answers[i].person == person)
			return &s->answers[i];
	}
	s->answers = mem_grow(s->answers, s->answer_count, &s->answer_cap, sizeof(*s->answers));
	s->answers[s->answer_count] = (struct answer){.incident = incident, .person = person};
	return &s->answers[s->answer_count++];
}

/* Who has answered is left in peace until the answer runs out; a decision is asked for all the same. */
void look_at_answers(struct sim *s, const struct event *ev)
{
	switch ((int)ev->kind) {
	case EVENT_ACK_GIVEN:
		answer_of(s, ev->incident, ev->person)->counts = ev->act != ACT_NO_PUEDO;
		break;
	case EVENT_ACK_EXPIRED:
		answer_of(s, ev->incident, ev->person)->counts = false;
		break;
	case EVENT_INCIDENT_PROMOTED: /* they answered to a drill */
		for (size_t i = 0; i < s->answer_count; i++)
			s->answers[i].counts =
				s->answers[i].counts && s->answers[i].incident != ev->incident;
		break;
	case EVENT_INCIDENT_EPISODE: /* all begins anew unless another service failed on */
		for (size_t i = 0; i < s->answer_count; i++)
			s->answers[i].counts =
				s->answers[i].counts && s->answers[i].incident != ev->incident;
		break;
	case EVENT_CALL_INTENT:
		if (!is_information(ev->call_kind) && ev->call_kind != CALL_ASK &&
		    ev->call_kind != CALL_COMPLETE &&
		    (ev->step != PLAN_NONE || ev->call_kind == CALL_REPORTED) &&
		    answer_of(s, ev->incident, ev->person)->counts)
			sim_broken(s, "somebody who has answered is called");
		break;
	default:
		break;
	}
}

/* "key":"id" of a body; "" where it is null. */
static void id_in(const char *body, const char *key, char ret[16])
{
	char text[32];
	const char *at;

	snprintf(text, sizeof(text), "\"%s\":\"", key);
	at = strstr(body, text);
	ret[0] = '\0';
	if (at != NULL)
		snprintf(ret, 16, "%.*s", (int)strcspn(at + strlen(text), "\""), at + strlen(text));
}

struct away *away_of(struct sim *s, const char *person)
{
	for (size_t k = 0; k < s->away_count; k++) {
		if (strcmp(s->away[k].person, person) == 0)
			return &s->away[k];
	}
	return NULL;
}

/* Who left is left in peace while whom they named is there. (Who is in one plan only is let be.) */
void look_at_absences(struct sim *s, const struct event *ev, const char *body)
{
	char person[16], other[16];
	struct away *a;

	id_in(body, "person", person);
	a = away_of(s, person);
	switch ((int)ev->kind) {
	case EVENT_ABSENCE_BEGAN:
		id_in(body, "other", other);
		if (a == NULL)
			a = &s->away[s->away_count++];
		*a = (struct away){{0}, {0}};
		memcpy(a->person, person, sizeof(person));
		memcpy(a->other, other, sizeof(other));
		break;
	case EVENT_ABSENCE_ENDED:
	case EVENT_ABSENCE_EXPIRED:
		if (a == NULL)
			sim_broken(s, "somebody is back who was not away");
		*a = s->away[--s->away_count];
		break;
	case EVENT_CALL_INTENT:
		if (a != NULL && a->other[0] != '\0' && away_of(s, a->other) == NULL &&
		    strcmp(a->other, "zoe") != 0 && strcmp(a->person, "zoe") != 0 &&
		    !is_information(ev->call_kind) &&
		    ev->call_kind != CALL_NO_DRILL) /* told to whoever was told of the drill */
			sim_broken(s,
				   "somebody who is away is called though their stand-in is there");
		break;
	default:
		break;
	}
}

/* A message leaves once; once more only if nobody knows what became of it, and then it says so. */
void look_at_effects(struct sim *s)
{
	const struct effect_list *all = &s->world->effects;

	for (; s->effects_looked < all->count; s->effects_looked++) {
		const struct effect *e = &all->items[s->effects_looked];

		for (size_t k = 0; k < s->effects_looked && !e->maybe_duplicate; k++) {
			if (all->items[k].id == e->id)
				sim_broken(s, "a message leaves twice, unmarked");
		}
	}
}
