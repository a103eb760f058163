/* A declaration for which level 1 has not answered: it stands at once and is irregular until level 1 ratifies it or refuses
 * to (DESIGN 5). Level 1 goes on being called for that while something fails. */
#include "engine/calltree.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

bool ratify_is_pending(const struct incident *i)
{
	return i->ratification.state == RATIFICATION_PENDING;
}

bool ratify_is_awaited(const struct incident *i)
{
	return ratify_is_pending(i) && !i->ratification.overdue;
}

bool ratify_may_declare(const struct turn *t, const struct incident *i)
{
	if (i->state != INCIDENT_CONFIRMED && i->state != INCIDENT_ACTIVATION_ASKED)
		return false;
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (policy_of(i, s)->steps[n].ask == ASK_ACTIVATE &&
			    gate_level_is_silent(t, i, s, n, 1))
				return i->authoriser_count == 0;
		}
	}
	return false;
}

/* --- acts --------------------------------------------------------------------------------------------- */

struct refusal ratify_refuse(const struct turn *t, const struct incident *i, const struct input *in)
{
	const struct ratification *r = &i->ratification;
	uint32_t person = in->u.act.person, hand = in->u.act.recorded_by;

	if (!duty_holds_level(t->e, i, person, 1, t->now))
		return REFUSED(DENIED, "only a seat of level 1 ratifies");
	if (r->state != RATIFICATION_PENDING)
		return REFUSED(WRONG_STATE, "no declaration waits to be ratified");
	if (person == r->declared_by || hand == r->declared_by || person == r->recorded_by)
		return REFUSED(DENIED, "nobody ratifies what they declared or wrote down");
	for (size_t k = 0; k < r->ratifier_count; k++) {
		if (r->ratifiers[k] == person)
			return REFUSED(
				DUPLICATE,
				"this person has ratified already; distinct people are needed");
		if (hand != PLAN_NONE && r->ratifiers[k] == hand)
			return REFUSED(DENIED,
				       "who ratifies does not write down the word of another");
	}
	return ALLOWED;
}

void ratify_begin(const struct turn *t, const struct incident *i, uint32_t declared_by,
		  uint32_t recorded_by, const char *why)
{
	struct event *ev = turn_add(t, EVENT_RATIFICATION_PENDING, t->now);

	ev->incident = i->id;
	ev->person = declared_by;
	ev->recorded_by = recorded_by;
	ev->until = wall_add_us(t->now, RATIFY_WITHIN_S * US_PER_S);
	event_set_what(ev, why);
}

void ratify_end(const struct turn *t, const struct incident *i, const char *how)
{
	struct event *ev = turn_add(t, EVENT_RATIFICATION_ENDED, t->now);

	ev->incident = i->id;
	event_set_what(ev, how);
}

void ratify_decide_act(const struct turn *t, const struct incident *i, const struct input *in)
{
	switch ((int)in->u.act.act) {
	case ACT_RATIFY:
		if (i->ratification.ratifier_count + 1 >= act_quorum(i))
			ratify_end(t, i, ratification_state_word(RATIFICATION_RATIFIED));
		break;
	case ACT_DECLINE: /* level 1 refuses to */
		if (ratify_is_pending(i))
			ratify_end(t, i, ratification_state_word(RATIFICATION_REFUSED));
		break;
	default:
		break;
	}
}

/* --- time --------------------------------------------------------------------------------------------- */

/* Of level 1 by name, or called for it: on a shift, or in the place of another. */
static bool is_of_level_1(const struct incident *i, uint32_t person)
{
	for (uint32_t k = 0; k < i->plan->seat_count; k++) {
		const struct plan_seat *seat = &i->plan->seats[k];

		if (seat->level == 1 && (seat->titular == person || seat->suplente == person))
			return true;
	}
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].level == 1 && i->calls[k].person == person)
			return true;
	}
	return false;
}

static bool has_level_1_answered(const struct incident *i)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (!i->acks[k].expired && i->acks[k].act != ACT_NO_PUEDO &&
		    is_of_level_1(i, i->acks[k].person))
			return true;
	}
	return false;
}

/* The step by which level 1 is called once more: it has been gone through, and nobody of level 1 is busy with it. */
static const struct incident_service *ask_again(const struct incident *i, size_t *ret_step,
						struct wall_time *ret_when)
{
	const struct ratification *r = &i->ratification;

	for (size_t k = 0; ratify_is_pending(i) && k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; s->running && n < s->step_count; n++) {
			if (policy_of(i, s)->steps[n].ask != ASK_ACTIVATE || !s->steps[n].fired ||
			    !s->steps[n].done)
				continue;
			if (has_level_1_answered(i))
				return NULL;
			*ret_step = n;
			*ret_when = r->asked_count == 0
					    ? r->since
					    : wall_add_us(r->asked, policy_of(i, s)->repeat_us);
			return s;
		}
	}
	return NULL;
}

static void decide_asking(const struct turn *t, const struct incident *i)
{
	struct wall_time when;
	size_t step;
	const struct incident_service *s = ask_again(i, &step, &when);
	struct event *ev;

	if (s == NULL || when.us > t->now.us)
		return;
	ev = turn_add(t, EVENT_RATIFICATION_ASKED, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	ev->number = (int64_t)i->ratification.asked_count + 1;
	ev = turn_add(t, EVENT_STEP_FIRED, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->step = (uint32_t)step;
	ev->number = (int64_t)i->round + 1;
}

void ratify_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];
		const struct ratification *r = &i->ratification;

		if (!ratify_is_pending(i))
			continue;
		if (!r->overdue && r->due.us <= t->now.us) {
			struct event *ev = turn_add(t, EVENT_RATIFICATION_OVERDUE, t->now);

			ev->incident = i->id;
			ev->until = r->due;
		}
		decide_asking(t, i);
	}
}

struct wall_time ratify_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];
		struct wall_time when;
		size_t step;

		if (!ratify_is_pending(i))
			continue;
		if (!i->ratification.overdue)
			d = wall_min(d, i->ratification.due);
		if (ask_again(i, &step, &when) != NULL)
			d = wall_min(d, when);
	}
	return d;
}

/* --- apply -------------------------------------------------------------------------------------------- */

static void apply_pending(struct ratification *r, const struct event *ev)
{
	/* What a dispute takes back leaves the words of the others where they are. */
	size_t kept = r->state == RATIFICATION_NONE || r->state == RATIFICATION_VOID
			      ? 0
			      : r->ratifier_count;

	r->state = RATIFICATION_PENDING;
	r->since = ev->recorded;
	r->due = ev->until;
	r->asked_count = 0;
	r->overdue = false;
	r->declared_by = ev->person;
	r->recorded_by = ev->recorded_by;
	r->ratifier_count = kept;
}

static void apply_ended(struct ratification *r, const struct event *ev)
{
	for (int s = 0; s < RATIFICATION_STATE_COUNT; s++) {
		if (slice_is(slice_of(ev->what),
			     ratification_state_word((enum ratification_state)s)))
			r->state = (enum ratification_state)s;
	}
}

void ratify_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct ratification *r;

	if (i == NULL)
		return;
	r = &i->ratification;
	switch ((int)ev->kind) {
	case EVENT_RATIFICATION_PENDING:
		apply_pending(r, ev);
		break;
	case EVENT_RATIFICATION_ASKED:
		r->asked = ev->recorded;
		r->asked_count++;
		break;
	case EVENT_RATIFICATION_OVERDUE:
		r->overdue = true;
		break;
	case EVENT_RATIFICATION_ENDED:
		apply_ended(r, ev);
		break;
	case EVENT_ACT_RATIFY:
		if (r->ratifier_count < RATIFIERS_MAX)
			r->ratifiers[r->ratifier_count++] = ev->person;
		break;
	default:
		break;
	}
}

uint64_t ratify_digest(const struct incident *i)
{
	const struct ratification *r = &i->ratification;
	uint64_t h = decisions_mix(r->state, r->ratifier_count);

	if (r->state == RATIFICATION_NONE)
		return h;
	h = decisions_mix(h, (uint64_t)r->due.us);
	h = decisions_mix(h, (uint64_t)r->asked_count << 1 | r->overdue);
	for (size_t k = 0; k < r->ratifier_count; k++)
		h = decisions_mix(h, r->ratifiers[k]);
	return h;
}
