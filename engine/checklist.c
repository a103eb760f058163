/* Checklists: with the declaration the procedures of the failing services become lists of activities, each with who is
 * responsible and whose turn it is. Answers lead along the branches of the procedure; a branch that leads back opens again
 * what lies between. Total for any plan: a branch to nowhere goes on with the next number, or ends the list. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

static const struct plan_procedure *procedure_of(const struct incident *i,
						 const struct checklist *c)
{
	return &i->plan->procedures[c->procedure];
}

static uint32_t index_of(const struct plan_procedure *p, uint32_t n)
{
	for (uint32_t k = 0; k < p->activity_count; k++) {
		if (p->activities[k].n == n)
			return k;
	}
	return PLAN_NONE;
}

static bool is_question(const struct plan_activity *a)
{
	return a->if_no != 0 || a->if_yes != 0;
}

/* --- the way through it --------------------------------------------------------------------------------- */

static uint32_t successor(const struct plan_procedure *p, uint32_t from, enum task_state answer)
{
	const struct plan_activity *a = &p->activities[from];
	uint32_t target = answer == TASK_YES ? a->if_yes : answer == TASK_NO ? a->if_no : 0;
	uint32_t best = PLAN_NONE;

	if (target == 0)
		return from + 1 < p->activity_count ? from + 1 : PLAN_NONE;
	for (uint32_t k = 0; k < p->activity_count; k++) {
		if (p->activities[k].n >= target &&
		    (best == PLAN_NONE || p->activities[k].n < p->activities[best].n))
			best = k;
	}
	return best;
}

/* The first open activity from there on; what was done out of its turn is passed over along its answer. */
static uint32_t next_open(const struct plan_procedure *p, const struct checklist *c, uint32_t from)
{
	for (size_t n = 0; n < c->task_count && from != PLAN_NONE; n++) {
		if (c->tasks[from].state == TASK_OPEN)
			return from;
		from = successor(p, from, c->tasks[from].state);
	}
	return PLAN_NONE;
}

static uint32_t next_after(const struct plan_procedure *p, const struct checklist *c, uint32_t done,
			   enum task_state answer)
{
	uint32_t next;

	if (done != c->next)
		return c->next; /* out of its turn */
	next = successor(p, done, answer);
	if (next == PLAN_NONE || next <= done)
		return next; /* the end, or back */
	return next_open(p, c, next);
}

static struct wall_time due_of(const struct plan_procedure *p, uint32_t task, struct wall_time now)
{
	if (task == PLAN_NONE || p->activities[task].within_us == 0)
		return WALL_UNKNOWN;
	return wall_add_us(now, p->activities[task].within_us);
}

static uint32_t number_of(const struct plan_procedure *p, uint32_t task)
{
	return task != PLAN_NONE ? p->activities[task].n : PLAN_NONE;
}

/* --- acts ----------------------------------------------------------------------------------------------- */

static struct checklist *checklist_of(const struct incident *i, uint32_t procedure)
{
	for (size_t k = 0; k < i->checklist_count; k++) {
		if (i->checklists[k].procedure == procedure)
			return &i->checklists[k];
	}
	return NULL;
}

/* The checklist that an act means; NULL if it names none, or none where there are several. */
static const struct checklist *meant(const struct incident *i, const struct act_args *a)
{
	if (act_given(a, ACT_HAS(SERVICE)) && i->plan->services[a->service].procedure != PLAN_NONE)
		return checklist_of(i, i->plan->services[a->service].procedure);
	return !act_given(a, ACT_HAS(SERVICE)) && i->checklist_count == 1 ? &i->checklists[0]
									  : NULL;
}

static enum task_state answer_of(const struct act_args *a)
{
	for (int s = 0; s < TASK_STATE_COUNT; s++) {
		if (slice_is(slice_of(a->what), task_state_word((enum task_state)s)))
			return (enum task_state)s;
	}
	return TASK_OPEN;
}

/* Whoever `by` names; where it names no seat of the plan, the service's team or the desk. */
static bool is_responsible(const struct turn *t, const struct incident *i,
			   const struct checklist *c, const struct plan_activity *a,
			   uint32_t person)
{
	uint32_t seat = plan_find_actor(i->plan, slice_of(a->by));
	uint32_t team = i->plan->services[c->service].team;

	if (seat != PLAN_NONE)
		return duty_holds_seat(t->e, i, person, seat, t->now);
	return (team != PLAN_NONE && duty_holds_seat(t->e, i, person, team, t->now)) ||
	       duty_holds_level(t->e, i, person, 0, t->now);
}

static struct refusal refuse_person(const struct turn *t, const struct incident *i,
				    const struct checklist *c, const struct plan_activity *a,
				    const struct input *in)
{
	uint32_t person = in->u.act.person, hand = in->u.act.recorded_by;

	if (!is_responsible(t, i, c, a, person) && !duty_holds_level(t->e, i, person, 2, t->now))
		return REFUSED(DENIED, "only who is responsible for it, or the coordinator, ticks "
				       "an activity; the desk writes it down for them");
	if (hand != PLAN_NONE && hand != person && !duty_holds_level(t->e, i, hand, 0, t->now) &&
	    !duty_holds_level(t->e, i, hand, 2, t->now))
		return REFUSED(DENIED,
			       "only the desk or the coordinator writes it down for others");
	return ALLOWED;
}

static struct refusal refuse_answer(const struct plan_activity *a, const struct input *in)
{
	enum task_state answer = answer_of(&in->u.act.args);

	if (answer == TASK_OPEN)
		return REFUSED(SYNTAX, "what: done, yes, no or skip");
	if (is_question(a) && answer == TASK_DONE)
		return REFUSED(SYNTAX, "that activity is a question: yes or no");
	if (!is_question(a) && (answer == TASK_YES || answer == TASK_NO))
		return REFUSED(SYNTAX, "that activity is no question: done");
	if (answer == TASK_SKIPPED && in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "a reason is needed to skip an activity (note)");
	return ALLOWED;
}

struct refusal checklist_refuse(const struct turn *t, const struct incident *i,
				const struct input *in)
{
	const struct act_args *args = &in->u.act.args;
	const struct checklist *c = meant(i, args);
	uint32_t task;
	struct refusal r;

	if (i->checklist_count == 0 || !incident_is_open(i))
		return REFUSED(WRONG_STATE, "no checklist is open: nothing is declared");
	if (c == NULL)
		return REFUSED(NOT_FOUND, "name a service whose checklist is open (service)");
	task = index_of(procedure_of(i, c), (uint32_t)(args->n < PLAN_NONE ? args->n : 0));
	if (!act_given(args, ACT_HAS(N) | ACT_HAS(WHAT)) || task == PLAN_NONE)
		return REFUSED(NOT_FOUND, "the procedure has no activity of that number (n)");
	r = refuse_person(t, i, c, &procedure_of(i, c)->activities[task], in);
	if (r.why == NULL)
		r = refuse_answer(&procedure_of(i, c)->activities[task], in);
	if (r.why == NULL && c->tasks[task].state != TASK_OPEN)
		return REFUSED(DUPLICATE, "that activity is done already");
	return r;
}

void checklist_decide_act(const struct incident *i, const struct input *in, struct event *ev)
{
	const struct checklist *c = meant(i, &in->u.act.args);
	const struct plan_procedure *p = procedure_of(i, c);
	uint32_t task = index_of(p, (uint32_t)in->u.act.args.n);
	uint32_t next = next_after(p, c, task, answer_of(&in->u.act.args));

	ev->service = c->service;
	ev->step = number_of(p, next);
	ev->until = task == c->next ? due_of(p, next, in->now) : c->due;
}

/* --- time ----------------------------------------------------------------------------------------------- */

static void decide_start(const struct turn *t, const struct incident *i, uint32_t service)
{
	uint32_t procedure = i->plan->services[service].procedure;
	const struct plan_procedure *p =
		procedure != PLAN_NONE ? &i->plan->procedures[procedure] : NULL;
	struct event *ev;

	if (p == NULL || p->activity_count == 0 || checklist_of(i, procedure) != NULL)
		return;
	for (size_t k = 0; k < t->out->count; k++) {
		const struct event *other = &t->out->items[k];

		if (other->kind == EVENT_CHECKLIST_STARTED && other->incident == i->id &&
		    i->plan->services[other->service].procedure == procedure)
			return; /* one procedure of several services is one checklist */
	}
	ev = turn_add(t, EVENT_CHECKLIST_STARTED, t->now);
	ev->incident = i->id;
	ev->service = service;
	ev->number = (int64_t)p->activity_count;
	ev->step = p->activities[0].n;
	ev->until = due_of(p, 0, t->now);
	event_set_ref(ev, p->id);
}

static bool is_due(const struct incident *i, const struct checklist *c)
{
	return c->next != PLAN_NONE && wall_is_known(c->due) && !c->overdue &&
	       incident_has_running_clock(i);
}

void checklist_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (size_t n = 0; i->state == INCIDENT_DECLARED && n < i->service_count; n++)
			decide_start(t, i, i->services[n].service);
		for (size_t n = 0; n < i->checklist_count; n++) {
			const struct checklist *c = &i->checklists[n];
			const struct plan_activity *a;
			struct event *ev;

			if (!is_due(i, c) || c->due.us > t->now.us)
				continue;
			a = &procedure_of(i, c)->activities[c->next];
			ev = turn_add(t, EVENT_CHECKLIST_OVERDUE, t->now);
			ev->incident = i->id;
			ev->service = c->service;
			ev->number = a->n;
			ev->seat = plan_find_actor(i->plan, slice_of(a->by));
			ev->until = c->due;
		}
	}
}

struct wall_time checklist_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t n = 0; n < i->checklist_count; n++) {
			if (is_due(i, &i->checklists[n]))
				d = wall_min(d, i->checklists[n].due);
		}
	}
	return d;
}

/* --- apply ---------------------------------------------------------------------------------------------- */

static void apply_started(struct incident *i, const struct event *ev)
{
	uint32_t procedure = i->plan->services[ev->service].procedure;
	struct checklist *c;

	if (procedure == PLAN_NONE || checklist_of(i, procedure) != NULL)
		return;
	i->checklists = mem_grow(i->checklists, i->checklist_count, &i->checklist_cap,
				 sizeof(*i->checklists));
	c = &i->checklists[i->checklist_count++];
	*c = (struct checklist){.service = ev->service,
				.procedure = procedure,
				.task_count = i->plan->procedures[procedure].activity_count,
				.since = ev->recorded,
				.due = ev->until};
	c->tasks = mem_calloc(c->task_count, sizeof(*c->tasks));
	c->next = c->task_count > 0 ? 0 : PLAN_NONE;
}

static void apply_step(struct incident *i, const struct event *ev)
{
	struct checklist *c = checklist_of(i, i->plan->services[ev->service].procedure);
	const struct plan_procedure *p;
	struct act_args a = {0};
	uint32_t task, next;

	if (c == NULL)
		return;
	p = procedure_of(i, c);
	task = index_of(p, (uint32_t)ev->number);
	next = ev->step != PLAN_NONE ? index_of(p, ev->step) : PLAN_NONE;
	if (task == PLAN_NONE)
		return;
	memcpy(a.what, ev->what, sizeof(a.what));
	c->tasks[task] = (struct task){.state = answer_of(&a),
				       .by = ev->person,
				       .recorded_by = ev->recorded_by,
				       .seq = ev->seq,
				       .at = ev->recorded};
	if (task != c->next)
		return;
	for (uint32_t k = next; next != PLAN_NONE && k <= task; k++)
		c->tasks[k].state = TASK_OPEN; /* back: once more from there */
	c->next = next;
	c->since = ev->recorded;
	c->due = ev->until;
	c->overdue = false;
}

void checklist_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct checklist *c;

	if (i == NULL || ev->service == PLAN_NONE)
		return;
	switch ((int)ev->kind) {
	case EVENT_CHECKLIST_STARTED:
		apply_started(i, ev);
		break;
	case EVENT_CHECKLIST_STEP:
		apply_step(i, ev);
		break;
	case EVENT_CHECKLIST_OVERDUE:
		c = checklist_of(i, i->plan->services[ev->service].procedure);
		if (c != NULL)
			c->overdue = true;
		break;
	default:
		break;
	}
}

void checklist_clear(struct incident *i)
{
	for (size_t k = 0; k < i->checklist_count; k++)
		free(i->checklists[k].tasks);
	i->checklist_count = 0;
}

uint64_t checklist_digest(const struct incident *i)
{
	uint64_t h = i->checklist_count;

	for (size_t k = 0; k < i->checklist_count; k++) {
		const struct checklist *c = &i->checklists[k];

		h = decisions_mix(h, (uint64_t)c->next << 1 | c->overdue);
		h = decisions_mix(h, (uint64_t)c->due.us);
		for (size_t n = 0; n < c->task_count; n++)
			h = decisions_mix(h, (uint64_t)c->tasks[n].state);
	}
	return h;
}
