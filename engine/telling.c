/* Telling somebody something outside of the steps of the tree: an order to a field post, a breach under a silence, that this is no
 * drill, that a window ends. One ledger for all: who is being called waits, who was told is not told again. */
#include "engine/call_lines.h"
#include "engine/calltree.h"
#include "engine/telling.h"

static bool asks_for_an_answer(enum call_kind k)
{
	return k == CALL_ORDER || k == CALL_NO_DRILL || k == CALL_BREACH;
}

static bool is_of(const struct call *c, const struct telling *w)
{
	return c->kind == w->kind && c->about == w->about && c->step == PLAN_NONE &&
	       c->service == w->service && c->seat == w->seat && c->post == w->post;
}

/* A post or a seat is told as one; a person called without either as themselves. */
static bool counts(const struct telling *w, const struct call *c)
{
	return is_of(c, w) &&
	       (w->seat != PLAN_NONE || w->post != PLAN_NONE || c->person == w->persons[0]);
}

/* Its calls so far, and the last of them. */
static size_t calls_of(const struct telling *w, const struct call **ret_last)
{
	size_t n = 0;

	*ret_last = NULL;
	for (size_t i = 0; i < w->call_count; i++) {
		const struct call *c = &w->calls[i];

		if (!counts(w, c))
			continue;
		n++;
		*ret_last = c;
	}
	return n;
}

static size_t ways_of(const struct telling *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->person_count; i++)
		n += w->plan->people[w->persons[i]].contact_count;
	return n;
}

static bool is_answered(const struct telling *w, const struct call *c)
{
	if (c->state == CALL_STATE_ACKNOWLEDGED || c->state == CALL_STATE_EXPIRED)
		return true;
	return !asks_for_an_answer(w->kind) && c->state == CALL_STATE_RECEIVED;
}

bool telling_is_done(const struct telling *w)
{
	const struct call *last;
	size_t n = calls_of(w, &last), ways = ways_of(w);

	for (size_t i = 0; i < w->call_count; i++) {
		if (counts(w, &w->calls[i]) && is_answered(w, &w->calls[i]))
			return true;
	}
	if (ways == 0)
		return true;
	return w->rounds > 0 && n >= w->rounds * ways && !call_is_waiting(last->state);
}

/* One telephone rings once. */
static bool is_ringing(const struct telling *w, uint32_t person)
{
	for (size_t i = 0; i < w->call_count && w->incident != NULL; i++) {
		const struct call *c = &w->calls[i];

		if (c->person != person || !call_is_ringing(c))
			continue;
		if (w->kind != CALL_ORDER || c->state != CALL_STATE_RECEIVED)
			return true; /* an order does not wait for the answer to what has arrived */
	}
	return false;
}

static bool is_called_now(const struct turn *t, const struct telling *w, uint32_t person)
{
	for (size_t i = 0; i < t->out->count; i++) {
		const struct event *ev = &t->out->items[i];

		if (ev->kind == EVENT_CALL_INTENT && ev->person == person &&
		    ev->incident == (w->incident != NULL ? w->incident->id : 0))
			return true;
	}
	return false;
}

static void add_intent(const struct turn *t, const struct telling *w, uint32_t person,
		       uint32_t contact, size_t before)
{
	struct event *ev = turn_add(t, EVENT_CALL_INTENT, t->now);
	uint32_t jornada;

	ev->incident = w->incident != NULL ? w->incident->id : 0;
	ev->number = w->incident != NULL ? w->incident->folio : 0;
	ev->call_kind = w->kind;
	ev->service = w->service;
	ev->seat = w->seat;
	ev->post = w->post;
	ev->level = w->level;
	ev->person = person;
	ev->contact = contact;
	ev->channel = w->plan->people[person].contacts[contact].channel;
	ev->attempt = (uint32_t)before + 1;
	ev->entry = w->about;
	ev->drill = w->incident != NULL ? w->incident->drill
					: calendar_is_drill(t->e, t->now, &jornada);
}

static bool was_made_for(const void *of, const struct call *c)
{
	return is_of(c, of);
}

/* The calls of the round that has begun with the last of `n` calls or before; none if the next call begins another. */
static struct tries tries_of_round(const struct telling *w, size_t n)
{
	size_t before = n - n % ways_of(w), from = 0;

	for (; from < w->call_count && before > 0; from++)
		before -= counts(w, &w->calls[from]);
	return (struct tries){w->calls + from, w->call_count - from, was_made_for, w};
}

/* The way that comes next in a round. Where those who answer for it have changed meanwhile, and all of them were
 * tried, the first again. */
static uint32_t next_way(const struct engine *e, const struct telling *w, const struct tries *tries,
			 uint32_t *ret_contact)
{
	for (size_t i = 0; i < w->person_count; i++) {
		*ret_contact = contact_next(e, w->plan, tries, w->persons[i]);
		if (*ret_contact != PLAN_NONE)
			return w->persons[i];
	}
	*ret_contact = 0;
	for (size_t i = 0; i + 1 < w->person_count; i++) {
		if (w->plan->people[w->persons[i]].contact_count > 0)
			return w->persons[i];
	}
	return w->persons[w->person_count - 1];
}

bool telling_decide(const struct turn *t, const struct telling *w)
{
	const struct call *last;
	size_t n = calls_of(w, &last);
	uint32_t person, contact;
	struct tries tries;

	if (telling_is_done(w))
		return true;
	if (last != NULL && call_is_waiting(last->state))
		return false;
	if (last != NULL && n % ways_of(w) == 0 &&
	    t->now.us < wall_add_us(last->state_since, w->repeat_us).us)
		return false;
	tries = tries_of_round(w, n);
	person = next_way(t->e, w, &tries, &contact);
	if (is_ringing(w, person) || is_called_now(t, w, person))
		return false;
	contact = lines_choose(t, w->plan, &tries, person, contact, w->window);
	if (contact != PLAN_NONE)
		add_intent(t, w, person, contact, n);
	return false;
}

/* What waits for a line, or for whoever is being called, goes when that call is over, which is an event. */
struct wall_time telling_deadline(const struct engine *e, const struct telling *w)
{
	const struct call *last;
	size_t n = calls_of(w, &last);
	struct event_list none = {0};
	struct turn t = {e, WALL_UNKNOWN, &none};
	struct tries tries;
	uint32_t person, contact;

	if (last == NULL || telling_is_done(w) || call_is_waiting(last->state) ||
	    n % ways_of(w) != 0)
		return WALL_NEVER;
	tries = tries_of_round(w, n);
	person = next_way(e, w, &tries, &contact);
	if (is_ringing(w, person) ||
	    lines_choose(&t, w->plan, &tries, person, contact, w->window) == PLAN_NONE)
		return WALL_NEVER;
	return wall_add_us(last->state_since, w->repeat_us);
}

struct wall_time telling_ack_deadline(const struct call *c)
{
	if (c->step != PLAN_NONE || c->state != CALL_STATE_RECEIVED || !asks_for_an_answer(c->kind))
		return WALL_NEVER;
	return wall_add_us(c->state_since, TELLING_ACK_S * US_PER_S);
}
