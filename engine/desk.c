/* Calls by hand: a task for the desk until somebody says what came of it. */
#include "engine/desk.h"

#include <string.h>

enum result {
	RESULT_TAKEN,
	RESULT_ANSWERED,
	RESULT_NO_ANSWER,
	RESULT_LEFT_WORD,
	RESULT_ACK,
	RESULT_ATTEND,
	RESULT_PASS,
	RESULT_COUNT
};
static const char *const words[] = {"taken", "answered", "no-answer", "left-word",
				    "ack",   "attend",   "pass"};

static enum result result_of(const char *word)
{
	unsigned k = 0;

	while (k < RESULT_COUNT && strcmp(words[k], word) != 0)
		k++;
	return (enum result)k;
}

static const struct call *call_of(const struct incident *i, uint64_t id)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].id == id)
			return &i->calls[k];
	}
	return NULL;
}

bool desk_is_open(const struct incident *i, const struct call *c)
{
	return i->plan->channels[c->channel].by_hand &&
	       (c->state == CALL_STATE_PENDING || c->state == CALL_STATE_SENT ||
		c->state == CALL_STATE_UNKNOWN);
}

static struct refusal refuse_word(const struct incident *i, const struct call *c, enum result what)
{
	if (what == RESULT_COUNT)
		return REFUSED(SYNTAX, "what is one of: taken, answered, no-answer, left-word, "
				       "ack, attend, pass");
	if (!desk_is_open(i, c) && !(c->state == CALL_STATE_RECEIVED && what >= RESULT_ACK))
		return REFUSED(WRONG_STATE, "this call is over; what they answered is an act of "
					    "theirs (ack, attend, pass)");
	if (what == RESULT_TAKEN && c->taken_by != PLAN_NONE)
		return REFUSED(DUPLICATE, "somebody has taken this call already: do not call "
					  "twice");
	if (what >= RESULT_ACK && !incident_is_open(i))
		return REFUSED(WRONG_STATE, "the incident is over; write a note instead");
	return ALLOWED;
}

struct refusal desk_refuse_result(const struct incident *i, const struct input *in)
{
	const struct call *c = call_of(i, in->u.act.args.entry);

	if (c == NULL)
		return REFUSED(NOT_FOUND, "there is no such call in this incident (entry=: the "
					  "number of the call)");
	if (!i->plan->channels[c->channel].by_hand)
		return REFUSED(WRONG_STATE, "this call is not made by hand: its channel says what "
					    "came of it");
	if (c->person != in->u.act.person)
		return REFUSED(DENIED, "that call is to somebody else: the act stands under the "
				       "name of who is called");
	if (in->u.act.recorded_by == PLAN_NONE || in->u.act.recorded_by == in->u.act.person)
		return REFUSED(DENIED, "say who makes the call (recorded_by): nobody calls "
				       "themselves");
	return refuse_word(i, c, result_of(in->u.act.args.what));
}

static void add_outcome(const struct turn *t, const struct input *in, enum event_kind kind)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->call = in->u.act.args.entry;
	event_set_text(ev, in->u.act.args.what);
}

static void add_answer(const struct turn *t, const struct input *in, enum act act,
		       struct wall_time until)
{
	struct event *ev = act_add(t, in, EVENT_ACK_GIVEN);

	ev->act = act;
	ev->until = until;
}

void desk_decide_result(const struct turn *t, const struct incident *i, const struct input *in,
			struct wall_time ack_until)
{
	static const enum act acts[] = {[RESULT_ACK] = ACT_ENTERADO,
					[RESULT_ATTEND] = ACT_ATIENDO,
					[RESULT_PASS] = ACT_NO_PUEDO};
	const struct call *c = call_of(i, in->u.act.args.entry);
	enum result what = result_of(in->u.act.args.what);

	switch (what) {
	case RESULT_NO_ANSWER:
	case RESULT_LEFT_WORD: /* a voice mailbox is no answer (DESIGN 1.7) */
		add_outcome(t, in, EVENT_CALL_FAILED);
		break;
	case RESULT_ANSWERED:
	case RESULT_ACK:
	case RESULT_ATTEND:
	case RESULT_PASS:
		if (c->state != CALL_STATE_RECEIVED)
			add_outcome(t, in, EVENT_CALL_RECEIVED);
		if (what != RESULT_ANSWERED)
			add_answer(t, in, acts[what], ack_until);
		break;
	case RESULT_TAKEN:
	case RESULT_COUNT:
		break;
	}
}

void desk_apply(struct call *c, const struct event *ev)
{
	if (strcmp(ev->what, words[RESULT_TAKEN]) == 0) {
		c->taken_by = ev->recorded_by;
		c->state_since = ev->recorded; /* the time for the call begins now */
	} else if (strcmp(ev->what, words[RESULT_LEFT_WORD]) == 0) {
		c->told = true; /* they may hear it: then the good news is owed */
	}
}
