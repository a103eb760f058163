/* The ledger of calls: what journalled events make of it. calltree.c decides, this file applies. */
#include <string.h>

#include "base/mem.h"
#include "engine/calltree.h"
#include "engine/desk.h"
#include "engine/engine_state.h"
#include "engine/handover.h"

bool call_is_waiting(enum call_state s)
{
	return s == CALL_STATE_PENDING || s == CALL_STATE_SENT || s == CALL_STATE_UNKNOWN ||
	       s == CALL_STATE_RECEIVED;
}

/* An order that has arrived keeps nobody from being called for what fails. */
bool call_is_ringing(const struct call *c)
{
	return call_is_waiting(c->state) && !call_is_information(c->kind) &&
	       !(c->kind == CALL_ORDER && c->state == CALL_STATE_RECEIVED);
}

struct call *calltree_find(const struct engine *e, uint64_t id, struct incident **ret_incident)
{
	for (size_t k = e->incident_count; k-- > 0;) {
		struct incident *i = e->incidents[k];

		for (size_t c = i->call_count; c-- > 0;) {
			if (i->calls[c].id == id) {
				*ret_incident = i;
				return &i->calls[c];
			}
		}
	}
	*ret_incident = NULL;
	return notices_find(e, id);
}

static void apply_intent(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct call *c;

	if (ev->incident == 0)
		notices_apply_intent(e, ev);
	if (i == NULL)
		return;
	i->calls = mem_grow(i->calls, i->call_count, &i->call_cap, sizeof(*i->calls));
	c = &i->calls[i->call_count++];
	*c = (struct call){.id = ev->seq,
			   .kind = ev->call_kind,
			   .state = CALL_STATE_PENDING,
			   .service = ev->service,
			   .step = ev->step,
			   .seat = ev->seat,
			   .level = ev->level,
			   .person = ev->person,
			   .contact = ev->contact,
			   .channel = ev->channel,
			   .attempt = ev->attempt,
			   .at = ev->recorded,
			   .state_since = ev->recorded,
			   .maybe_duplicate = ev->maybe_duplicate,
			   .about = ev->entry,
			   .post = ev->post,
			   .also_count = ev->also_count,
			   .stands_for = ev->stands_for,
			   .taken_by = PLAN_NONE,
			   .round = i->round};
	memcpy(c->also, ev->also, sizeof(c->also));
	if (ev->step != PLAN_NONE) {
		const struct incident_service *s = incident_service_of(i, ev->service);

		if (s != NULL && ev->step < s->step_count)
			c->round = s->steps[ev->step].round;
	}
}

static void set_call(struct call *c, enum call_state to, struct wall_time now)
{
	if (c->state == CALL_STATE_STOPPED || c->state == CALL_STATE_ACKNOWLEDGED)
		return; /* what is over stays over; that it was told is kept beside */
	c->state = to;
	c->state_since = now;
}

static void apply_call(struct engine *e, const struct event *ev)
{
	struct incident *i;
	struct call *c = calltree_find(e, ev->call, &i);

	if (c == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_CALL_SENT:
		c->told = true;
		if (c->state == CALL_STATE_PENDING || c->state == CALL_STATE_UNKNOWN)
			set_call(c, CALL_STATE_SENT, ev->recorded);
		break;
	case EVENT_CALL_RECEIVED:
		c->told = true;
		if (call_is_waiting(c->state))
			set_call(c, CALL_STATE_RECEIVED, ev->recorded);
		break;
	case EVENT_CALL_FAILED:
		/* It may have arrived, also where no result came of it at all: then the good news is owed. */
		if (c->state == CALL_STATE_UNKNOWN ||
		    (c->state == CALL_STATE_PENDING && strcmp(ev->text, "no-receipt") == 0))
			c->told = true;
		set_call(c, CALL_STATE_FAILED, ev->recorded);
		break;
	case EVENT_CALL_UNKNOWN:
		c->maybe_duplicate = true;
		set_call(c, CALL_STATE_UNKNOWN, ev->recorded);
		break;
	case EVENT_CALL_UNANSWERED:
		if (c->state == CALL_STATE_ACKNOWLEDGED) { /* answered, but not decided */
			c->state = CALL_STATE_EXPIRED;
			c->state_since = ev->recorded;
		} else {
			set_call(c, CALL_STATE_UNANSWERED, ev->recorded);
		}
		break;
	case EVENT_CALL_STOPPED:
		/* It may have left; not if it was stopped in the very moment of its intent: a message leaves after the commit of its
		 * turn, and then one that is not wanted any more does not. */
		if (c->state == CALL_STATE_UNKNOWN ||
		    (c->state == CALL_STATE_PENDING && ev->recorded.us > c->at.us))
			c->told = true;
		set_call(c, CALL_STATE_STOPPED, ev->recorded);
		break;
	case EVENT_CALL_RESULT:
		desk_apply(c, ev);
		break;
	default:
		break;
	}
}

static void apply_queued(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct incident_service *s = i != NULL ? incident_service_of(i, ev->service) : NULL;

	if (s == NULL || ev->step >= s->step_count || i->queued_count == QUEUED_MAX)
		return;
	i->queued[i->queued_count++] = (struct queued){ev->service, ev->step, ev->seat,
						       s->steps[ev->step].round, ev->person};
}

static void apply_step(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct incident_service *s = i != NULL ? incident_service_of(i, ev->service) : NULL;
	struct step_run *run;

	if (s == NULL || ev->step >= s->step_count)
		return;
	run = &s->steps[ev->step];
	switch ((int)ev->kind) {
	case EVENT_STEP_FIRED:
		run->fired = true;
		run->done = false;
		run->round = (uint32_t)ev->number;
		run->at = ev->recorded;
		if (run->round > i->round)
			i->round = run->round;
		i->exhausted = false;
		break;
	case EVENT_STEP_DONE:
		run->fired = true;
		run->done = true;
		run->passed = strcmp(ev->text, "passed") == 0 || strcmp(ev->text, "jumped") == 0;
		break;
	case EVENT_SEAT_VACANT:
		if (i->vacancy_count < VACANCIES_MAX)
			i->vacancies[i->vacancy_count++] =
				(struct vacancy){ev->service, ev->step, ev->seat, run->round};
		break;
	default:
		break;
	}
}

/* The acknowledgement ran out: those who acknowledged are passed over, and the steps go on. */
static void apply_expired(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);

	if (i == NULL)
		return;
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == ev->person)
			i->acks[k].expired = true;
	}
	for (size_t k = 0; k < i->call_count; k++) {
		struct call *c = &i->calls[k];
		struct incident_service *s = incident_service_of(i, c->service);

		if (c->person != ev->person || c->state != CALL_STATE_ACKNOWLEDGED)
			continue;
		c->state = CALL_STATE_EXPIRED;
		c->state_since = ev->recorded;
		if (s != NULL && s->running && c->step < s->step_count &&
		    c->round == s->steps[c->step].round)
			s->steps[c->step].done = false;
	}
}

void calltree_apply(struct engine *e, const struct event *ev)
{
	struct incident *i;

	switch ((int)ev->kind) {
	case EVENT_CALL_INTENT:
		apply_intent(e, ev);
		break;
	case EVENT_STEP_FIRED:
	case EVENT_STEP_DONE:
	case EVENT_SEAT_VACANT:
		apply_step(e, ev);
		break;
	case EVENT_TREE_EXHAUSTED:
		i = incident_find(e, ev->incident);
		if (i != NULL) {
			i->exhausted = true;
			i->repeat_at = ev->until;
		}
		break;
	case EVENT_ACK_EXPIRED:
		apply_expired(e, ev);
		break;
	case EVENT_SHIFT_CHANGED:
		i = incident_find(e, ev->incident);
		if (i != NULL)
			handover_apply(i, ev);
		break;
	case EVENT_CALL_QUEUED:
		apply_queued(e, ev);
		break;
	default:
		apply_call(e, ev);
		break;
	}
}
