/* The calendar: which jornada runs, what incidents inherit from it, and how a drill becomes real (DESIGN 5). A drill ends in one
 * of two ways only: its hours are over and all is well, or it is real: nobody can make a drill of what is real. */
#include <assert.h>
#include <string.h>

#include "engine/engine_state.h"
#include "engine/telling.h"

#define NO_DRILL_REPEAT_US (120 * US_PER_S)

/* --- beginnings and ends --------------------------------------------------------------------------- */

static void add_jornada(const struct turn *t, enum event_kind kind, struct wall_time at,
			const char *id, const char *what, struct wall_time until)
{
	struct event *ev = turn_add(t, kind, at);

	event_set_text(ev, id);
	assert(strlen(what) < sizeof(ev->what));
	memcpy(ev->what, what, strlen(what) + 1);
	ev->until = until;
}

static const char *kind_word(enum plan_jornada_kind k)
{
	return k == JORNADA_REAL ? "real" : k == JORNADA_DRILL ? "drill" : "functional-test";
}

/* The first that has begun by now and is not history: one that began and ended while we stood still goes on record as well. */
static uint32_t next_of(const struct turn *t)
{
	const struct plan *p = t->e->plan;

	for (uint32_t i = 0; i < p->jornada_count; i++) {
		if (p->jornadas[i].from_us <= t->now.us &&
		    p->jornadas[i].until_us > t->e->calendar_from.us)
			return i;
	}
	return PLAN_NONE;
}

static void decide_jornada(const struct turn *t)
{
	const struct engine *e = t->e;
	const struct plan_jornada *j =
		e->jornada != PLAN_NONE ? &e->plan->jornadas[e->jornada] : NULL;
	uint32_t next;

	if (e->jornada_id[0] != '\0') {
		if (j == NULL || t->now.us < j->from_us)
			add_jornada(t, EVENT_JORNADA_ENDED, t->now, e->jornada_id, "plan",
				    WALL_UNKNOWN);
		else if (j->until_us <= t->now.us)
			add_jornada(t, EVENT_JORNADA_ENDED, (struct wall_time){j->until_us},
				    e->jornada_id, "over", WALL_UNKNOWN);
		return;
	}
	next = next_of(t);
	if (next == PLAN_NONE)
		return;
	j = &e->plan->jornadas[next];
	add_jornada(t, EVENT_JORNADA_BEGAN,
		    wall_max((struct wall_time){j->from_us}, e->calendar_from), j->id,
		    kind_word(j->kind), (struct wall_time){j->until_us});
}

/* What a drill leaves behind and still fails has no excuse any more. */
static void decide_left_over(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		if (!i->drill || i->jornada == PLAN_NONE || !incident_has_running_clock(i))
			continue;
		if (strcmp(i->plan->jornadas[i->jornada].id, t->e->jornada_id) != 0)
			calendar_decide_promotion(t, i, "jornada-ended");
	}
}

void calendar_decide(const struct turn *t)
{
	decide_jornada(t);
	if (t->out->count == 0)
		decide_left_over(t);
}

struct wall_time calendar_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	if (e->jornada_id[0] != '\0')
		return e->jornada != PLAN_NONE
			       ? (struct wall_time){e->plan->jornadas[e->jornada].until_us}
			       : e->seen;
	for (uint32_t i = 0; i < e->plan->jornada_count; i++) {
		const struct plan_jornada *j = &e->plan->jornadas[i];

		if (j->until_us > e->calendar_from.us)
			d = wall_min(d, (struct wall_time){j->from_us});
	}
	return d;
}

void calendar_rekey(struct engine *e, struct wall_time now)
{
	if (e->jornada_id[0] == '\0') {
		e->jornada = PLAN_NONE;
		e->calendar_from = wall_max(e->calendar_from, now);
		return;
	}
	e->jornada = plan_find_jornada(e->plan, slice_of(e->jornada_id));
}

/* --- what is inherited ------------------------------------------------------------------------------ */

bool calendar_is_drill(const struct engine *e, struct wall_time began, uint32_t *ret_jornada)
{
	const struct plan_jornada *j;

	*ret_jornada = PLAN_NONE;
	if (e->jornada == PLAN_NONE || e->drill.running)
		return e->drill.running; /* a drill of its own has days of its own */
	j = &e->plan->jornadas[e->jornada];
	/* What failed before a drill began is none of its doing. */
	if (j->kind != JORNADA_REAL && began.us < j->from_us)
		return false;
	*ret_jornada = e->jornada;
	return j->kind != JORNADA_REAL;
}

bool calendar_was_drill(const struct engine *e, struct wall_time began, uint32_t *ret_jornada)
{
	*ret_jornada = e->drill.running ? PLAN_NONE : plan_jornada_at(e->plan, began.us);
	if (e->drill.running)
		return true;
	return *ret_jornada != PLAN_NONE && e->plan->jornadas[*ret_jornada].kind != JORNADA_REAL;
}

bool calendar_fits(const struct incident *i, bool drill)
{
	/* A real incident has precedence; a drill takes nothing real in. */
	return drill || !i->drill;
}

void calendar_set_stamp(const struct plan *p, struct event *ev)
{
	if (ev->jornada != PLAN_NONE)
		memcpy(ev->ref, p->jornadas[ev->jornada].stamp,
		       strlen(p->jornadas[ev->jornada].stamp) + 1);
}

const char *calendar_stamp(const struct incident *i)
{
	const struct plan_jornada *j =
		i->jornada != PLAN_NONE ? &i->plan->jornadas[i->jornada] : NULL;

	if (j == NULL || (j->kind != JORNADA_REAL) != i->drill)
		return i->drill ? "SIMULACRO" : "REAL";
	return j->stamp;
}

/* --- "this is no drill" ----------------------------------------------------------------------------- */

struct refusal calendar_refuse(const struct incident *i, const struct input *in)
{
	(void)in; /* anybody whom the plan names may say it */
	if (!incident_is_open(i))
		return REFUSED(WRONG_STATE, "the incident is over; write a note instead");
	if (!i->drill)
		return REFUSED(WRONG_STATE, "it is real already");
	return ALLOWED;
}

void calendar_decide_promotion(const struct turn *t, const struct incident *i, const char *why)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_PROMOTED, t->now);

	ev->incident = i->id;
	assert(strlen(why) < sizeof(ev->what));
	memcpy(ev->what, why, strlen(why) + 1);
	for (size_t k = 0; k < i->call_count; k++) {
		if (!call_is_waiting(i->calls[k].state))
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = i->calls[k].id;
		event_set_text(ev, "no-drill");
	}
	/* What was decided in the drill is decided anew. */
	if (i->state != INCIDENT_ACTIVATION_ASKED && i->state != INCIDENT_AUTHORISED &&
	    i->state != INCIDENT_DECLARED && i->state != INCIDENT_DECLINED)
		return;
	ev = turn_add(t, EVENT_INCIDENT_STATE, t->now);
	ev->incident = i->id;
	ev->from = (int)i->state;
	ev->to = INCIDENT_CONFIRMED;
}

static bool was_told_before(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].person == person && i->calls[k].told &&
		    i->calls[k].id < i->promoted)
			return true;
	}
	return false;
}

static struct telling no_drill_to(const struct incident *i, uint32_t person)
{
	return (struct telling){.plan = i->plan,
				.incident = i,
				.calls = i->calls,
				.call_count = i->call_count,
				.kind = CALL_NO_DRILL,
				.about = i->promoted,
				.service =
					i->service_count > 0 ? i->services[0].service : PLAN_NONE,
				.seat = PLAN_NONE,
				.post = PLAN_NONE,
				.persons = {person},
				.person_count = 1,
				.repeat_us = NO_DRILL_REPEAT_US,
				.rounds = incident_has_running_clock(i) ? 0 : 1};
}

static bool is_to_be_told(const struct engine *e, const struct incident *i)
{
	return i->promoted != 0 && incident_is_open(i) &&
	       i->call_count < e->limits.calls_per_incident;
}

void calendar_decide_calls(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (uint32_t p = 0; is_to_be_told(t->e, i) && p < i->plan->person_count; p++) {
			struct telling w = no_drill_to(i, p);

			if (was_told_before(i, p))
				(void)telling_decide(t, &w);
		}
	}
}

struct wall_time calendar_calls_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (uint32_t p = 0; is_to_be_told(e, i) && p < i->plan->person_count; p++) {
			struct telling w = no_drill_to(i, p);

			if (was_told_before(i, p))
				d = wall_min(d, telling_deadline(e, &w));
		}
	}
	return d;
}

/* --- apply ------------------------------------------------------------------------------------------ */

static void promote(struct incident *i, const struct event *ev)
{
	i->drill = false;
	i->promoted = ev->seq;
	i->promoted_at = ev->recorded;
	i->ack_count = 0; /* they know of a drill */
	i->authoriser_count = 0;
	i->round++;
	i->exhausted = false;
	for (size_t k = 0; k < i->service_count; k++)
		incident_begin_again(i, &i->services[k]);
	for (size_t k = 0; k < i->order_count; k++)
		i->orders[k].drill = true;
}

void calendar_apply(struct engine *e, const struct event *ev)
{
	struct incident *i;

	switch ((int)ev->kind) {
	case EVENT_JORNADA_BEGAN:
		memcpy(e->jornada_id, ev->text, sizeof(e->jornada_id) - 1);
		e->jornada = plan_find_jornada(e->plan, slice_of(e->jornada_id));
		break;
	case EVENT_JORNADA_ENDED:
		e->jornada_id[0] = '\0';
		e->jornada = PLAN_NONE;
		e->calendar_from = wall_max(e->calendar_from, ev->at);
		break;
	default:
		i = incident_find(e, ev->incident);
		if (i != NULL)
			promote(i, ev);
		break;
	}
}
