/* A running incident goes on under the plan in force. One walk over the incident's memory serves both questions: does the new
 * plan have all that it speaks of, and where is it there? */
#include "engine/adopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/calltree.h"
#include "engine/duty.h"

enum thing {
	THING_SERVICE,
	THING_COMPONENT,
	THING_SITE,
	THING_PERSON,
	THING_SEAT,
	THING_CHANNEL,
	THING_POST,
	THING_JORNADA,
	THING_PROCEDURE,
	THING_COUNT
};
static const char *const thing_words[] = {"service", "component",  "site",    "person",   "seat",
					  "channel", "field post", "jornada", "procedure"};
_Static_assert(COUNT_OF(thing_words) == THING_COUNT, "a word per thing");

#define KEEP_IT "keep it in the plan until this incident is closed"

/* `writes`: the indices become those of `to`; else they are looked up only. `why`: what is missing first. */
struct walk {
	const struct plan *from, *to;
	bool writes;
	char *why;
};

static const char *id_of(enum thing kind, const struct plan *p, uint32_t index)
{
	switch ((int)kind) {
	case THING_SERVICE:
		return p->services[index].id;
	case THING_COMPONENT:
		return p->components[index].id;
	case THING_SITE:
		return p->sites[index].id;
	case THING_PERSON:
		return p->people[index].id;
	case THING_SEAT:
		return p->seats[index].id;
	case THING_CHANNEL:
		return p->channels[index].id;
	case THING_POST:
		return p->posts[index].id;
	case THING_JORNADA:
		return p->jornadas[index].id;
	default:
		return p->procedures[index].id;
	}
}

static uint32_t find_procedure(const struct plan *p, struct slice id)
{
	for (uint32_t i = 0; i < p->procedure_count; i++) {
		if (slice_is(id, p->procedures[i].id))
			return i;
	}
	return PLAN_NONE;
}

static uint32_t find(enum thing kind, const struct plan *p, struct slice id)
{
	switch ((int)kind) {
	case THING_SERVICE:
		return plan_find_service(p, id);
	case THING_COMPONENT:
		return plan_find_component(p, id);
	case THING_SITE:
		return plan_find_site(p, id);
	case THING_PERSON:
		return plan_find_person(p, id);
	case THING_SEAT:
		return plan_find_seat(p, id);
	case THING_CHANNEL:
		return plan_find_channel(p, id);
	case THING_POST:
		return plan_find_post(p, id);
	case THING_JORNADA:
		return plan_find_jornada(p, id);
	default:
		return find_procedure(p, id);
	}
}

static bool take(const struct walk *w, enum thing kind, uint32_t *index)
{
	uint32_t there;

	if (*index == PLAN_NONE)
		return true;
	there = find(kind, w->to, slice_of(id_of(kind, w->from, *index)));
	if (there == PLAN_NONE) {
		snprintf(w->why, ADOPT_WHY_SIZE,
			 "the plan in force has no %s '%s' of which this incident speaks: " KEEP_IT,
			 thing_words[kind], id_of(kind, w->from, *index));
		return false;
	}
	if (w->writes)
		*index = there;
	return true;
}

static bool take_list(const struct walk *w, enum thing kind, uint32_t *list, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (!take(w, kind, &list[k]))
			return false;
	}
	return true;
}

static bool take_posts(const struct walk *w, struct plan_post_set *set)
{
	struct plan_post_set there = {0};

	for (uint32_t p = 0; p < w->from->post_count; p++) {
		struct walk writing = {w->from, w->to, true, w->why};
		uint32_t post = p;

		if (!post_set_has(set, p))
			continue;
		if (!take(&writing, THING_POST, &post))
			return false;
		post_set_add(&there, post);
	}
	if (w->writes)
		*set = there;
	return true;
}

/* By what it is, not by its place in the list: who is called again must not be called where they were called before. */
static bool take_contact(const struct walk *w, const struct call *c, uint32_t *ret)
{
	const struct plan_person *was = &w->from->people[c->person];
	const struct plan_contact *contact = &was->contacts[c->contact];
	const char *channel = w->from->channels[contact->channel].id;
	uint32_t person = plan_find_person(w->to, slice_of(was->id));

	for (uint32_t k = 0; person != PLAN_NONE && k < w->to->people[person].contact_count; k++) {
		const struct plan_contact *there = &w->to->people[person].contacts[k];

		*ret = k;
		if (strcmp(w->to->channels[there->channel].id, channel) == 0 &&
		    strcmp(there->to, contact->to) == 0)
			return true;
	}
	snprintf(w->why, ADOPT_WHY_SIZE,
		 "the plan in force has no contact '%.200s' (channel '%s') of the person '%s', who "
		 "was called there: " KEEP_IT,
		 contact->to, channel, was->id);
	return false;
}

static bool take_call(const struct walk *w, struct call *c)
{
	uint32_t contact = PLAN_NONE;

	/* Of the person as they were: before they are written. */
	if (!take(w, THING_SERVICE, &c->service) || !take(w, THING_SEAT, &c->seat))
		return false;
	if (plan_find_person(w->to, slice_of(w->from->people[c->person].id)) != PLAN_NONE &&
	    !take_contact(w, c, &contact))
		return false;
	if (w->writes)
		c->contact = contact;
	return take(w, THING_PERSON, &c->person) && take(w, THING_CHANNEL, &c->channel) &&
	       take(w, THING_POST, &c->post) && take(w, THING_PERSON, &c->stands_for) &&
	       take(w, THING_PERSON, &c->taken_by) &&
	       take_list(w, THING_SEAT, c->also, c->also_count);
}

/* Tasks are told by their place in the procedure: it must be the same. */
static bool has_same_activities(const struct plan_procedure *a, const struct plan_procedure *b)
{
	if (a->activity_count != b->activity_count)
		return false;
	for (size_t k = 0; k < a->activity_count; k++) {
		if (a->activities[k].n != b->activities[k].n)
			return false;
	}
	return true;
}

static bool take_checklist(const struct walk *w, struct checklist *c)
{
	const struct plan_procedure *was = &w->from->procedures[c->procedure];
	uint32_t service = plan_find_service(w->to, slice_of(w->from->services[c->service].id));
	uint32_t procedure = find_procedure(w->to, slice_of(was->id));

	if (service != PLAN_NONE && procedure != PLAN_NONE &&
	    (w->to->services[service].procedure != procedure ||
	     !has_same_activities(was, &w->to->procedures[procedure]))) {
		snprintf(w->why, ADOPT_WHY_SIZE,
			 "the procedure '%s' of the service '%s' changed while its checklist is "
			 "worked through: keep it as it was until this incident is closed",
			 was->id, w->to->services[service].id);
		return false;
	}
	for (size_t k = 0; k < c->task_count; k++) {
		struct task *t = &c->tasks[k];

		if (t->state != TASK_OPEN &&
		    (!take(w, THING_PERSON, &t->by) || !take(w, THING_PERSON, &t->recorded_by)))
			return false;
	}
	return take(w, THING_SERVICE, &c->service) && take(w, THING_PROCEDURE, &c->procedure);
}

static bool take_people(const struct walk *w, struct incident *i)
{
	struct ratification *r = &i->ratification;

	for (size_t k = 0; k < i->ack_count; k++) {
		if (!take(w, THING_PERSON, &i->acks[k].person))
			return false;
	}
	for (size_t k = 0; k < i->deed_count; k++) {
		struct deed *d = &i->deeds[k];

		if (!take(w, THING_PERSON, &d->person) || !take(w, THING_PERSON, &d->recorded_by) ||
		    !take(w, THING_PERSON, &d->second))
			return false;
	}
	if (r->state != RATIFICATION_NONE &&
	    (!take(w, THING_PERSON, &r->declared_by) || !take(w, THING_PERSON, &r->recorded_by) ||
	     !take_list(w, THING_PERSON, r->ratifiers, r->ratifier_count)))
		return false;
	return take_list(w, THING_PERSON, i->authorisers, i->authoriser_count) &&
	       take(w, THING_PERSON, &i->declared_by) &&
	       take(w, THING_PERSON, &i->gate.convened_by);
}

/* Who reported it and where, and who owes or did an action. */
static bool take_words(const struct walk *w, struct incident *i)
{
	for (size_t k = 0; k < i->word.count; k++) {
		struct report *r = &i->word.items[k];

		if (!take(w, THING_PERSON, &r->person) || !take(w, THING_SERVICE, &r->service) ||
		    !take(w, THING_SITE, &r->site))
			return false;
		if (plan_find_report_type(w->from, slice_of(r->what)) == PLAN_NONE ||
		    plan_find_report_type(w->to, slice_of(r->what)) != PLAN_NONE)
			continue;
		snprintf(w->why, ADOPT_WHY_SIZE,
			 "the plan in force has no type of report '%s', as which this incident was "
			 "reported: " KEEP_IT,
			 r->what);
		return false;
	}
	for (size_t k = 0; k < i->record.count; k++) {
		struct book_entry *x = &i->record.items[k];

		if (!take(w, THING_PERSON, &x->owner) || !take(w, THING_PERSON, &x->done_by))
			return false;
	}
	return true;
}

/* Every index that an incident keeps. Vacancies and what waited for a line are of steps that begin anew, and causes of agents are
 * told again: forget_what_is_told_again(). */
static bool take_incident(const struct walk *w, struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (!take(w, THING_SERVICE, &i->services[k].service))
			return false;
	}
	if (!take_list(w, THING_SERVICE, i->service_indices, i->service_count) ||
	    !take(w, THING_COMPONENT, &i->root) || !take(w, THING_JORNADA, &i->jornada) ||
	    !take_list(w, THING_SITE, i->sites, i->site_count))
		return false;
	for (size_t k = 0; k < i->call_count; k++) {
		if (!take_call(w, &i->calls[k]))
			return false;
	}
	for (size_t k = 0; k < i->handover_count; k++) {
		if (!take(w, THING_SEAT, &i->handovers[k].seat))
			return false;
	}
	for (size_t k = 0; k < i->checklist_count; k++) {
		if (!take_checklist(w, &i->checklists[k]))
			return false;
	}
	for (size_t k = 0; k < i->order_count; k++) {
		struct order *o = &i->orders[k];

		if (!take_posts(w, &o->posts) || !take_posts(w, &o->confirmed) ||
		    !take(w, THING_PERSON, &o->by))
			return false;
	}
	return take_people(w, i) && take_words(w, i);
}

/* --- the act -------------------------------------------------------------------------------------------- */

static bool is_same_plan(const struct plan *a, const struct plan *b)
{
	return a == b || (a->hash[0] != '\0' && strcmp(a->hash, b->hash) == 0);
}

struct refusal adopt_refuse(const struct turn *t, const struct incident *i, const struct input *in,
			    char why[static ADOPT_WHY_SIZE])
{
	struct walk w = {i->plan, t->e->plan, false, why};
	uint32_t person = in->u.act.person, hand = in->u.act.recorded_by;

	if (!duty_holds_level(t->e, i, person, 2, t->now) &&
	    !duty_holds_level(t->e, i, person, 0, t->now))
		return REFUSED(DENIED, "only the coordinator (level 2) or the desk (level 0) puts "
				       "an incident under another plan");
	if (!incident_is_open(i))
		return REFUSED(WRONG_STATE, "the incident is over; it keeps its plan");
	if (is_same_plan(i->plan, t->e->plan))
		return REFUSED(WRONG_STATE, "it runs under the plan in force already");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "a reason is needed (note)");
	/* The memory is only looked at: `writes` is false. */
	if (!take_incident(&w, (struct incident *)(uintptr_t)i) ||
	    !take(&w, THING_PERSON, &person) || !take(&w, THING_PERSON, &hand))
		return REFUSED(WRONG_STATE, why);
	return ALLOWED;
}

void adopt_decide_act(const struct turn *t, const struct incident *i, struct event *ev)
{
	event_set_ref(ev, t->e->plan->hash);
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *stop;

		if (c->step == PLAN_NONE || !call_is_waiting(c->state) ||
		    call_is_information(c->kind))
			continue;
		stop = turn_add(t, EVENT_CALL_STOPPED, t->now);
		stop->call = c->id;
		event_set_text(stop, "plan");
	}
}

/* A breach that is on record stays: no plan of a later hour undoes it. */
static void decide_rto(const struct turn *t, const struct incident *i,
		       const struct incident_service *s)
{
	int64_t rto = i->plan->services[s->service].rto_us;
	struct event *ev;

	if (!s->running || s->breached || s->breach_at.us == wall_add_us(s->began, rto).us)
		return;
	ev = turn_add(t, EVENT_CLOCK_RTO, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->number = rto;
	ev->until = wall_add_us(s->began, rto);
}

void adopt_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (size_t n = 0; i->adopted != 0 && n < i->service_count; n++)
			decide_rto(t, i, &i->services[n]);
	}
}

/* --- apply ---------------------------------------------------------------------------------------------- */

static void forget_what_is_told_again(const struct walk *w, struct incident *i)
{
	size_t kept = 0;

	i->vacancy_count = i->queued_count = 0;
	for (size_t k = 0; k < i->cause_count; k++) {
		struct incident_cause c = i->causes[k];

		c.agent = plan_find_agent(w->to, slice_of(w->from->agents[c.agent].id));
		if (c.agent != PLAN_NONE)
			i->causes[kept++] = c;
	}
	i->cause_count = kept;
}

/* The tree begins anew under its new policy; level 1 stays convened, if it was. */
static void begin_again(struct incident *i)
{
	i->round++;
	i->exhausted = false;
	i->gate.opened = WALL_UNKNOWN;
	for (size_t k = 0; k < i->service_count; k++) {
		struct incident_service *s = &i->services[k];
		uint32_t policy = i->plan->services[s->service].policy;

		s->current = s->service;
		free(s->steps);
		s->steps = NULL;
		s->step_count = 0;
		if (i->kind == INCIDENT_KIND_PAST || policy == PLAN_NONE)
			continue; /* nobody is called */
		s->step_count = i->plan->policies[policy].step_count;
		s->steps = mem_calloc(s->step_count, sizeof(*s->steps));
	}
}

static void apply_act(struct engine *e, struct incident *i, const struct event *ev)
{
	char why[ADOPT_WHY_SIZE];
	struct walk w = {i->plan, e->plan, false, why};

	/* An entry of another program may say what ours would have refused: then all stays as it was. */
	if (i->plan == e->plan || !take_incident(&w, i))
		return;
	forget_what_is_told_again(&w, i);
	w.writes = true;
	(void)take_incident(&w, i);
	i->plan = e->plan;
	i->adopted = ev->seq;
	begin_again(i);
	plans_drop_unused(e);
}

void adopt_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct incident_service *s;

	if (i == NULL)
		return;
	if (ev->kind == EVENT_ACT_ADOPT) {
		confirm_record(i, ev);
		apply_act(e, i, ev);
		return;
	}
	s = ev->service != PLAN_NONE ? incident_service_of(i, ev->service) : NULL;
	if (s != NULL)
		s->breach_at = ev->until;
}
