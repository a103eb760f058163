/* The gate before level 1 (DESIGN 5): the coordinator convenes level 1, or holds it back for a minute, twice at most; when
 * coordinator and suplente are silent, or the mark of the step has come, level 1 is called without a word of theirs. */
#include <assert.h>

#include "engine/calltree.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

void gate_begin(struct incident *i)
{
	i->gate = (struct gate){.round = i->round,
				.until = WALL_UNKNOWN,
				.convened_by = PLAN_NONE,
				.opened = WALL_UNKNOWN};
}

static struct wall_time mark_of(const struct incident *i, const struct incident_service *s,
				size_t step)
{
	return wall_add_us(s->began, plan_step_after_us(&policy_of(i, s)->steps[step],
							i->plan->services[s->service].rto_us));
}

int64_t gate_after_us(const struct incident *i, const struct incident_service *s, size_t step)
{
	int64_t after = plan_step_after_us(&policy_of(i, s)->steps[step],
					   i->plan->services[s->service].rto_us);
	int64_t held, latest;

	if (i->gate.waits == 0 || wall_is_known(i->gate.opened) ||
	    !plan_has_gate(i->plan, s->service, step))
		return after;
	held = wall_diff_us(i->gate.until, s->began);
	latest = plan_gate_latest_us(i->plan, s->service, step);
	held = held < latest ? held : latest;
	return held > after ? held : after;
}

const struct incident_service *gate_next_ask(const struct incident *i, size_t *ret_step)
{
	const struct incident_service *best = NULL;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (s->steps[n].fired || policy_of(i, s)->steps[n].ask != ASK_ACTIVATE)
				continue;
			if (best != NULL && mark_of(i, best, *ret_step).us <= mark_of(i, s, n).us)
				continue;
			best = s;
			*ret_step = n;
		}
	}
	return best;
}

enum gate_state gate_state(const struct incident *i)
{
	size_t step;
	const struct incident_service *s;

	if (wall_is_known(i->gate.opened))
		return GATE_OPEN;
	s = gate_next_ask(i, &step);
	if (s == NULL || !plan_has_gate(i->plan, s->service, step))
		return GATE_NONE;
	return i->gate.waits > 0 ? GATE_HELD : GATE_SHUT;
}

/* --- who is silent ------------------------------------------------------------------------------------ */

/* A call of this failure, of whatever round, to which no answer came, or one that has run out. */
static bool has_not_answered(const struct incident *i, uint32_t person)
{
	if (ack_is_live(i, person))
		return false;
	if (i->plan->people[person].contact_count == 0)
		return true;
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];

		if (c->person == person && c->step != PLAN_NONE && c->round >= i->gate.round &&
		    (c->state == CALL_STATE_UNANSWERED || c->state == CALL_STATE_FAILED ||
		     c->state == CALL_STATE_EXPIRED))
			return true;
	}
	return false;
}

static bool is_for_seat(const struct call *c, uint32_t seat)
{
	for (uint32_t k = 0; k < c->also_count; k++) {
		if (c->also[k] == seat)
			return true;
	}
	return c->seat == seat;
}

/* Whoever was called for the seat, on a shift that has ended too, and whoever answers for it now. */
static bool is_seat_silent(const struct turn *t, const struct incident *i, uint32_t seat)
{
	struct duty_person now[DUTY_MAX];
	size_t n = duty_of_seat(t->e, i->plan, seat, t->now, now);

	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];

		if (c->step != PLAN_NONE && c->round >= i->gate.round && is_for_seat(c, seat) &&
		    !has_not_answered(i, c->person))
			return false;
	}
	for (size_t k = 0; k < n; k++) {
		if (!has_not_answered(i, now[k].person))
			return false;
	}
	return true;
}

bool gate_level_is_silent(const struct turn *t, const struct incident *i,
			  const struct incident_service *s, size_t step, uint32_t level)
{
	const struct step_run *run = &s->steps[step];

	if (!run->fired || run->passed || (!run->done && run->round <= i->gate.round) ||
	    !plan_step_calls_level(i->plan, s->service, &policy_of(i, s)->steps[step], level))
		return false;
	for (uint32_t k = 0; k < i->plan->seat_count; k++) {
		const struct plan_seat *seat = &i->plan->seats[k];

		if (seat->level != level ||
		    !plan_step_calls_seat(i->plan, s->service, &policy_of(i, s)->steps[step], k))
			continue;
		if (!is_seat_silent(t, i, k))
			return false;
	}
	return true;
}

static bool is_coordinator_silent(const struct turn *t, const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (gate_level_is_silent(t, i, s, n, 2))
				return true;
		}
	}
	return false;
}

/* --- acts --------------------------------------------------------------------------------------------- */

struct wall_time gate_wait_until(const struct incident *i, struct wall_time now)
{
	size_t step;
	const struct incident_service *s = gate_next_ask(i, &step);
	struct wall_time due, latest;

	if (s == NULL)
		return now;
	due = wall_max(now, wall_add_us(s->began, gate_after_us(i, s, step)));
	latest = wall_add_us(s->began, plan_gate_latest_us(i->plan, s->service, step));
	return wall_min(wall_add_us(due, PLAN_GATE_WAIT_S * US_PER_S), latest);
}

static struct refusal refuse_wait(const struct incident *i, struct wall_time now)
{
	size_t step;
	const struct incident_service *s = gate_next_ask(i, &step);
	struct wall_time due = wall_add_us(s->began, gate_after_us(i, s, step));

	if (i->gate.waits == PLAN_GATE_WAITS_MAX)
		return REFUSED(WRONG_STATE, "more time was asked for twice already");
	if (gate_wait_until(i, now).us <= wall_max(due, now).us)
		return REFUSED(WRONG_STATE,
			       "there is no time to wait: level 1's answer must fit into the RTO");
	return ALLOWED;
}

struct refusal gate_refuse(const struct turn *t, const struct incident *i, const struct input *in)
{
	size_t step;

	if (!duty_holds_level(t->e, i, in->u.act.person, 2, t->now))
		return REFUSED(DENIED, "only the coordinator (level 2) convenes or waits");
	if (wall_is_known(i->gate.opened) || i->gate.convened_by != PLAN_NONE)
		return REFUSED(WRONG_STATE, "level 1 has been convened already");
	if (gate_next_ask(i, &step) == NULL ||
	    (i->state != INCIDENT_CONFIRMED && i->state != INCIDENT_ACTIVATION_ASKED))
		return REFUSED(WRONG_STATE, "no step is left that asks level 1");
	if (in->u.act.act == ACT_WAIT && gate_state(i) == GATE_NONE)
		return REFUSED(WRONG_STATE,
			       "this policy has no gate: level 1 is called at its mark");
	return in->u.act.act == ACT_WAIT ? refuse_wait(i, in->now) : ALLOWED;
}

/* --- opening ------------------------------------------------------------------------------------------ */

/* Level 1 was called by a step of a service whose coordinator is called too. */
static const struct incident_service *asked(const struct incident *i, size_t *ret_step)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (s->steps[n].fired && !s->steps[n].passed &&
			    plan_has_gate(i->plan, s->service, n)) {
				*ret_step = n;
				return s;
			}
		}
	}
	return NULL;
}

static void open_gate(const struct turn *t, const struct incident *i,
		      const struct incident_service *s, size_t step, enum gate_why why)
{
	const char *word = gate_why_word(why);
	struct event *ev = turn_add(t, EVENT_GATE_OPENED, t->now);

	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	ev->person = why == GATE_WHY_PERSON ? i->gate.convened_by : PLAN_NONE;
	event_set_what(ev, word);
	if (s->steps[step].fired)
		return;
	ev = turn_add(t, EVENT_STEP_FIRED, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	ev->number = i->round;
}

static void decide_incident(const struct turn *t, const struct incident *i)
{
	size_t step;
	const struct incident_service *s = asked(i, &step);
	bool silent =
		i->gate.waits == 0 && is_coordinator_silent(t, i); /* who asked to wait spoke */

	if (i->gate.convened_by != PLAN_NONE) {
		s = gate_next_ask(i, &step);
		if (s == NULL)
			s = asked(i, &step); /* its mark came in the very turn */
		if (s != NULL)
			open_gate(t, i, s, step, GATE_WHY_PERSON);
		return;
	}
	if (s == NULL && silent && gate_state(i) == GATE_SHUT)
		s = gate_next_ask(i, &step);
	if (s != NULL)
		open_gate(t, i, s, step, silent ? GATE_WHY_SILENCE : GATE_WHY_TIME);
}

void gate_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		if (i->kind != INCIDENT_KIND_PAST && incident_is_open(i) &&
		    !wall_is_known(i->gate.opened) && incident_has_running_clock(i))
			decide_incident(t, i);
	}
}

/* --- apply -------------------------------------------------------------------------------------------- */

static enum gate_why why_of(const struct event *ev)
{
	for (int w = 0; w < GATE_WHY_COUNT; w++) {
		if (slice_is(slice_of(ev->what), gate_why_word((enum gate_why)w)))
			return (enum gate_why)w;
	}
	return GATE_WHY_TIME;
}

void gate_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);

	if (i == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_ACT_CONVENE:
		i->gate.convened_by = ev->person;
		break;
	case EVENT_ACT_WAIT:
		i->gate.waits++;
		i->gate.until = ev->until;
		break;
	case EVENT_GATE_OPENED:
		i->gate.opened = ev->recorded;
		i->gate.why = why_of(ev);
		break;
	default:
		break;
	}
}

uint64_t gate_digest(const struct incident *i)
{
	const struct gate *g = &i->gate;
	uint64_t h = decisions_mix(g->round, g->waits);

	h = decisions_mix(h, g->waits > 0 ? (uint64_t)g->until.us : 0);
	h = decisions_mix(h, g->convened_by);
	return decisions_mix(h, wall_is_known(g->opened) ? (uint64_t)g->opened.us + g->why : 0);
}
