/* Two incidents that turn out to be one: the services, calls, reports and entries of the one go on in the other, under the folio that the
 * person has chosen. Decisions of the crisis group are never moved from the incident on which they were taken. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/calltree.h"

/* By number, else the newest open one of that folio. */
static const struct incident *target_of(const struct engine *e, const struct input *in)
{
	uint64_t n = (uint64_t)in->u.act.args.n;
	const struct incident *i = incident_find(e, n);

	for (size_t k = e->incident_count; i == NULL && k-- > 0;) {
		if (e->incidents[k]->folio == n && incident_is_open(e->incidents[k]))
			i = e->incidents[k];
	}
	return i;
}

static bool is_before_restoration(const struct incident *i)
{
	return incident_is_open(i) && i->state != INCIDENT_RESTORED && i->state != INCIDENT_RESUMED;
}

struct refusal merge_refuse(const struct turn *t, const struct incident *i, const struct input *in)
{
	const struct incident *into;

	if (!act_given(&in->u.act.args, ACT_HAS(N)))
		return REFUSED(SYNTAX, "with which incident? (n=NUMBER or folio)");
	into = target_of(t->e, in);
	if (into == NULL)
		return REFUSED(NOT_FOUND, "there is no such incident in memory to merge with");
	if (into == i)
		return REFUSED(SYNTAX, "that is this incident itself");
	if (!report_act_is_in_charge(t, i, in->u.act.person) &&
	    !report_act_is_in_charge(t, into, in->u.act.person))
		return REFUSED(DENIED, "a desk, the coordinator or the process's team merges");
	if (i->kind == INCIDENT_KIND_PAST || into->kind == INCIDENT_KIND_PAST)
		return REFUSED(WRONG_STATE,
			       "an outage of the past is on record as it was measured");
	if (!is_before_restoration(i) || !is_before_restoration(into))
		return REFUSED(WRONG_STATE, "only incidents that go on can be one");
	if (i->state == INCIDENT_AUTHORISED || i->state == INCIDENT_DECLARED ||
	    i->state == INCIDENT_DECLINED || i->authoriser_count > 0)
		return REFUSED(WRONG_STATE,
			       "the crisis group has decided on this one: merge the other into it");
	if (orders_owed(i) > 0)
		return REFUSED(WRONG_STATE, "field posts were told by this one to suspend or to "
					    "wait: merge the other into it");
	if (i->drill != into->drill)
		return REFUSED(WRONG_STATE, "one is a drill's and the other is real");
	if (i->plan != into->plan)
		return REFUSED(WRONG_STATE,
			       "they run under different plans; close one with a note");
	if (i->record.count + into->record.count > ENTRIES_MAX)
		return REFUSED(WRONG_STATE, "together they have too many entries");
	return ALLOWED;
}

static struct event *add_state(const struct turn *t, const struct incident *i,
			       enum incident_state to)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_STATE, t->now);

	ev->incident = i->id;
	ev->from = (int)i->state;
	ev->to = (int)to;
	return ev;
}

static bool is_ringing(const struct call *c)
{
	return call_is_waiting(c->state) && !call_is_information(c->kind);
}

/* Who is being called for both hears of it once. */
static void stop_doubled(const struct turn *t, const struct incident *from,
			 const struct incident *to)
{
	for (size_t a = 0; a < from->call_count; a++) {
		bool doubled = false;
		struct event *ev;

		for (size_t b = 0; b < to->call_count && is_ringing(&from->calls[a]); b++)
			doubled = doubled || (is_ringing(&to->calls[b]) &&
					      to->calls[b].person == from->calls[a].person);
		if (!doubled)
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = from->calls[a].id;
		event_set_text(ev, "merged");
	}
}

void merge_follow(const struct turn *t, const struct incident *i, const struct input *in,
		  struct event *ev)
{
	const struct incident *into = target_of(t->e, in);

	assert(into != NULL);
	ev->entry = into->id;
	ev->number = into->folio;
	add_state(t, i, INCIDENT_CLOSED);
	stop_doubled(t, i, into);
	if (into->state == INCIDENT_SUSPECT && i->state != INCIDENT_SUSPECT)
		add_state(t, into, INCIDENT_CONFIRMED);
}

/* --- apply ------------------------------------------------------------------------------------------- */

static void move_service(struct engine *e, struct incident *from, struct incident *to,
			 const struct incident_service *s)
{
	struct incident_service *there = incident_service_of(to, s->service);
	bool ours = s->running || s->starting;

	if (there == NULL) {
		incident_add_service(to, s->service, s->current);
		there = incident_service_of(to, s->service);
		assert(there != NULL);
		free(there->steps);
		*there = *s;
	} else if (ours && (there->by_word || !(there->running || there->starting))) {
		free(there->steps);
		*there = *s;
	} else {
		free(s->steps);
	}
	if (s->current != PLAN_NONE && e->services[s->current].incident == from->id)
		e->services[s->current].incident = to->id;
}

static void move_calls(struct incident *from, struct incident *to)
{
	size_t a = to->call_count, b = from->call_count, n = a + b;

	while (to->call_cap < n)
		to->calls = mem_grow(to->calls, to->call_cap, &to->call_cap, sizeof(*to->calls));
	to->call_count = n;
	while (b > 0) { /* from the end: both are in the order of their numbers */
		if (a > 0 && to->calls[a - 1].id > from->calls[b - 1].id) {
			to->calls[n - 1] = to->calls[a - 1];
			a--;
		} else {
			to->calls[n - 1] = from->calls[b - 1];
			b--;
		}
		n--;
	}
	from->call_count = 0;
}

static bool has_acked(const struct incident *i, uint32_t person)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		if (i->acks[k].person == person)
			return true;
	}
	return false;
}

static void move_people(struct incident *from, struct incident *to)
{
	for (size_t k = 0; k < from->ack_count && to->ack_count < ACKS_MAX; k++) {
		if (!has_acked(to, from->acks[k].person))
			to->acks[to->ack_count++] = from->acks[k];
	}
	for (size_t k = 0; k < from->vacancy_count && to->vacancy_count < VACANCIES_MAX; k++)
		to->vacancies[to->vacancy_count++] = from->vacancies[k];
	from->ack_count = from->vacancy_count = 0;
}

static void move_words(struct incident *from, struct incident *to)
{
	struct report_run *a = &from->word, *b = &to->word;

	for (size_t k = 0; k < a->count && b->count < REPORTS_KEPT_MAX; k++) {
		b->items = mem_grow(b->items, b->count, &b->cap, sizeof(*b->items));
		b->items[b->count++] = a->items[k];
	}
	b->total += a->total;
	if (a->is_complete && !b->is_complete) {
		b->is_complete = true;
		memcpy(b->summary, a->summary, sizeof(b->summary));
	}
	for (size_t k = 0; k < from->record.count; k++) {
		to->record.items = mem_grow(to->record.items, to->record.count, &to->record.cap,
					    sizeof(*to->record.items));
		to->record.items[to->record.count++] = from->record.items[k];
	}
	a->count = 0;
	from->record.count = 0;
	a->merged_into = to->id;
}

void merge_apply(struct engine *e, const struct event *ev)
{
	struct incident *from = incident_find(e, ev->incident), *to = incident_find(e, ev->entry);

	if (from == NULL || to == NULL || from == to || from->plan != to->plan)
		return;
	for (size_t k = 0; k < from->service_count; k++)
		move_service(e, from, to, &from->services[k]);
	from->service_count = 0;
	move_calls(from, to);
	move_people(from, to);
	move_words(from, to);
	if (from->round > to->round)
		to->round = from->round;
	if (to->kind == INCIDENT_KIND_REPORTED && from->kind != INCIDENT_KIND_REPORTED) {
		to->kind = from->kind;
		to->began = from->began;
		to->not_before = from->not_before;
		to->root = from->root;
	} else if (to->kind == from->kind) {
		to->began = wall_min(to->began, from->began);
	}
}
