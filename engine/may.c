#include "engine/may.h"

#include <stdio.h>
#include <string.h>

#include "engine/adopt.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

enum { LEVEL_FIRST = 1, LEVEL_LAST = 3, OTHERS_MAX = 8 };

/* The acts whose answer does not hang on what else is said, with the word by which one that takes a word is asked. */
static const struct {
	enum act act;
	const char *what;
	bool people; /* a decision: who may is worth a list */
} plain[] = {
	{ACT_ENTERADO, NULL, false},      {ACT_ATIENDO, NULL, false},
	{ACT_NO_PUEDO, NULL, false},      {ACT_CONVENE, NULL, true},
	{ACT_WAIT, NULL, true},           {ACT_AUTHORIZE, NULL, true},
	{ACT_DECLARE, NULL, true},        {ACT_RATIFY, NULL, true},
	{ACT_DECLINE, NULL, true},        {ACT_FALSE_ALARM, NULL, true},
	{ACT_ORDER, "suspend", true},     {ACT_CONFIRM_ORDER, NULL, false},
	{ACT_CONFIRM_REPORT, NULL, true}, {ACT_CLASSIFY, "technical", false},
	{ACT_COMPLETE, NULL, false},      {ACT_RESTORE, NULL, true},
	{ACT_RESUME, NULL, true},         {ACT_RETURN, "begin", true},
	{ACT_RETURN, "done", true},       {ACT_NO_DRILL, NULL, true},
	{ACT_ADOPT, NULL, true},          {ACT_CLOSE, NULL, true},
	{ACT_FINAL_REPORT, NULL, true},
};

struct asking {
	const struct turn *t;
	const struct incident *i;
	struct arena *arena;
	uint32_t person, hand;
	const uint32_t
		*seated; /* everybody of the plan who might hold a seat, and one who does not */
	size_t seated_count;
	struct may_act *acts;
	size_t count, cap;
};

/* --- one question ---------------------------------------------------------------------------------------- */

/* Somebody else who could write a false alarm down. */
static uint32_t other_hand(const struct plan *p, uint32_t person)
{
	for (uint32_t k = 0; k < p->seat_count; k++) {
		if (p->seats[k].titular != PLAN_NONE && p->seats[k].titular != person)
			return p->seats[k].titular;
		if (p->seats[k].suplente != PLAN_NONE && p->seats[k].suplente != person)
			return p->seats[k].suplente;
	}
	return PLAN_NONE;
}

static void take_args(const struct may_act *a, struct act_args *ret)
{
	if (a->what != NULL) {
		ret->given |= ACT_HAS(WHAT);
		snprintf(ret->what, sizeof(ret->what), "%s", a->what);
	}
	if (a->n != 0) {
		ret->given |= ACT_HAS(N);
		ret->n = a->n;
	}
	if (a->entry != 0) {
		ret->given |= ACT_HAS(ENTRY);
		ret->entry = a->entry;
	}
	if (a->service != PLAN_NONE) {
		ret->given |= ACT_HAS(SERVICE);
		ret->service = a->service;
	}
}

static struct refusal refusal_of(const struct asking *q, const struct may_act *a, uint32_t person,
				 uint32_t hand)
{
	struct input in = {.kind = INPUT_ACT, .now = q->t->now};
	char own[ADOPT_WHY_SIZE]; /* only adopting names what is lacking */
	char *lacks = a->act == ACT_ADOPT ? arena_calloc(q->arena, 1, ADOPT_WHY_SIZE) : own;

	in.u.act.incident = q->i->id;
	in.u.act.act = a->act;
	in.u.act.person = person;
	in.u.act.recorded_by = hand;
	in.u.act.proof = hand != PLAN_NONE ? PROOF_VOICE : PROOF_OPERATOR_TOKEN;
	in.u.act.note = "-";
	if (a->act == ACT_FALSE_ALARM && hand == PLAN_NONE) {
		in.u.act.recorded_by = other_hand(q->i->plan, person);
		in.u.act.proof = PROOF_OPERATOR_TOKEN;
	}
	take_args(a, &in.u.act.args);
	return act_refuse(q->t, q->i, &in, lacks);
}

/* --- who might ------------------------------------------------------------------------------------------- */

static void mark(bool *seen, uint32_t person)
{
	if (person != PLAN_NONE)
		seen[person] = true;
}

/* Who holds a seat by the plan, at any hour, or was called for one, or stands in for somebody; and the first one of the others. */
static void fill_seated(struct asking *q)
{
	const struct plan *p = q->i->plan;
	bool *seen = arena_calloc(q->arena, p->person_count, sizeof(*seen));
	uint32_t *list = arena_calloc(q->arena, p->person_count, sizeof(*list));
	bool other = false;

	for (uint32_t k = 0; k < p->seat_count; k++) {
		struct duty_person now[DUTY_MAX];
		size_t n = duty_of_seat(q->t->e, p, k, q->t->now, now);

		mark(seen, p->seats[k].titular);
		mark(seen, p->seats[k].suplente);
		for (size_t d = 0; d < n; d++)
			mark(seen, now[d].person);
	}
	for (uint32_t k = 0; k < p->shift_count; k++) {
		mark(seen, p->shifts[k].titular);
		mark(seen, p->shifts[k].suplente);
	}
	for (size_t k = 0; k < q->i->call_count; k++)
		mark(seen, q->i->calls[k].person);
	for (uint32_t k = 0; k < p->person_count; k++) {
		if (!seen[k] && other)
			continue;
		other = other || !seen[k];
		list[q->seated_count++] = k;
	}
	q->seated = list;
}

/* Not denied: what stands against it is the incident's state, not the person. */
static void fill_people(const struct asking *q, struct may_act *a)
{
	struct may_person *list = arena_calloc(q->arena, q->seated_count, sizeof(*list));

	for (size_t k = 0; k < q->seated_count; k++) {
		struct refusal r = refusal_of(q, a, q->seated[k], PLAN_NONE);

		if (r.err != ERR_DENIED)
			list[a->person_count++] =
				(struct may_person){.person = q->seated[k], .why = r.why};
	}
	a->anybody = a->person_count == q->seated_count;
	a->people = list;
	if (a->anybody)
		a->person_count = 0;
}

/* --- the questions --------------------------------------------------------------------------------------- */

static void ask(struct asking *q, struct may_act a, bool people)
{
	struct refusal r;

	if (q->count == q->cap)
		return;
	if (q->person != PLAN_NONE) {
		r = refusal_of(q, &a, q->person, q->hand);
		a.err = r.err;
		a.why = r.why;
	}
	if (people && q->seated_count > 0)
		fill_people(q, &a);
	q->acts[q->count++] = a;
}

static void ask_plain(struct asking *q)
{
	for (size_t k = 0; k < COUNT_OF(plain); k++)
		ask(q,
		    (struct may_act){
			    .act = plain[k].act, .what = plain[k].what, .service = PLAN_NONE},
		    plain[k].people);
}

static void ask_levels(struct asking *q)
{
	for (int64_t n = LEVEL_FIRST; n <= LEVEL_LAST; n++)
		ask(q, (struct may_act){.act = ACT_ESCALATE, .n = n, .service = PLAN_NONE}, true);
}

static void ask_deeds(struct asking *q)
{
	for (size_t k = 0; k < q->i->deed_count; k++) {
		const struct deed *d = &q->i->deeds[k];

		if (d->state != DEED_UNCONFIRMED && d->state != DEED_OVERDUE)
			continue;
		ask(q, (struct may_act){.act = ACT_CONFIRM, .entry = d->seq, .service = PLAN_NONE},
		    true);
		ask(q, (struct may_act){.act = ACT_DISPUTE, .entry = d->seq, .service = PLAN_NONE},
		    true);
	}
}

static void ask_tasks(struct asking *q, const struct checklist *c)
{
	const struct plan_procedure *p = &q->i->plan->procedures[c->procedure];

	for (size_t k = 0; k < c->task_count; k++) {
		const struct plan_activity *a = &p->activities[k];

		if (c->tasks[k].state != TASK_OPEN)
			continue;
		ask(q,
		    (struct may_act){.act = ACT_CHECK,
				     .what = a->if_no != 0 || a->if_yes != 0 ? "yes" : "done",
				     .n = a->n,
				     .service = c->service},
		    false);
	}
}

/* The newest of the others that go on: those are the ones that somebody might have reported twice. */
static void ask_merges(struct asking *q)
{
	size_t left = OTHERS_MAX;

	for (size_t k = q->t->e->incident_count; k-- > 0 && left > 0;) {
		const struct incident *other = q->t->e->incidents[k];

		if (other == q->i || !incident_is_open(other))
			continue;
		ask(q,
		    (struct may_act){
			    .act = ACT_MERGE, .n = (int64_t)other->id, .service = PLAN_NONE},
		    false);
		left--;
	}
}

static size_t most_questions(const struct incident *i)
{
	size_t n = COUNT_OF(plain) + LEVEL_LAST + OTHERS_MAX + 2 * i->deed_count;

	for (size_t k = 0; k < i->checklist_count; k++)
		n += i->checklists[k].task_count;
	return n;
}

bool may_of(const struct engine *e, uint64_t incident, struct wall_time now, uint32_t person,
	    uint32_t hand, bool people, struct arena *arena, struct may *ret)
{
	const struct incident *i = incident_find(e, incident);
	struct turn t = {.e = e, .now = now};
	struct asking q = {.t = &t, .i = i, .arena = arena, .person = person, .hand = hand};

	if (i == NULL)
		return false;
	q.cap = most_questions(i);
	q.acts = arena_calloc(arena, q.cap, sizeof(*q.acts));
	if (people)
		fill_seated(&q);
	ask_plain(&q);
	ask_levels(&q);
	ask_deeds(&q);
	for (size_t k = 0; k < i->checklist_count; k++)
		ask_tasks(&q, &i->checklists[k]);
	ask_merges(&q);
	*ret = (struct may){.plan = i->plan, .acts = q.acts, .act_count = q.count};
	return true;
}
