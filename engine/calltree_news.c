/* Good news: "up" to whoever was told "down", until it arrives. */
#include "engine/call_lines.h"
#include "engine/calltree.h"

enum { UP_RETRY_S = 60 };

/* Calls that only inform: nobody waits for an answer. */
bool call_is_information(enum call_kind k)
{
	return k == CALL_UPDATE || k == CALL_UP || k == CALL_NOT_OBSERVED ||
	       k == CALL_FALSE_ALARM || k == CALL_CLOSED || k == CALL_DRILL_OVER ||
	       k == CALL_HANDOVER || k == CALL_DUE || k == CALL_SILENCE_ENDING ||
	       k == CALL_SILENCE_ENDED;
}

bool call_is_good_news(enum call_kind k)
{
	return k == CALL_UP || k == CALL_NOT_OBSERVED || k == CALL_FALSE_ALARM ||
	       k == CALL_CLOSED || k == CALL_DRILL_OVER;
}

/* An order owes its own "resume"; a paper that is overdue is neither bad news of the incident nor good. */
static bool is_no_news(enum call_kind k)
{
	return k == CALL_ORDER || k == CALL_DUE;
}

static bool is_owed_up(const struct incident *i, uint32_t person)
{
	for (size_t k = i->call_count; k-- > 0;) {
		if (is_no_news(i->calls[k].kind))
			continue;
		if (i->calls[k].person == person && i->calls[k].told &&
		    !call_is_good_news(i->calls[k].kind))
			return true;
		/* Bad news may have been heard; of good news it must be known. */
		if (i->calls[k].person == person && i->calls[k].told &&
		    i->calls[k].state != CALL_STATE_FAILED)
			return false;
	}
	return false;
}

uint32_t calltree_owed_up(const struct incident *i)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < i->plan->person_count; p++)
		n += is_owed_up(i, p);
	return n;
}

uint32_t calltree_owed_list(const struct incident *i, uint32_t *ret, uint32_t max)
{
	uint32_t n = 0;

	for (uint32_t p = 0; p < i->plan->person_count && n < max; p++) {
		if (is_owed_up(i, p))
			ret[n++] = p;
	}
	return n;
}

/* The last good news to a person after the last bad news, told or not. */
static const struct call *last_news(const struct incident *i, uint32_t person)
{
	for (size_t k = i->call_count; k-- > 0;) {
		if (i->calls[k].person == person && !is_no_news(i->calls[k].kind))
			return call_is_good_news(i->calls[k].kind) ? &i->calls[k] : NULL;
	}
	return NULL;
}

static enum call_kind good_news_of(const struct engine *e, const struct incident *i)
{
	if (e->drill.over)
		return CALL_DRILL_OVER;
	if (i->state == INCIDENT_FALSE_ALARM)
		return CALL_FALSE_ALARM;
	if (i->state == INCIDENT_CLOSED && !wall_is_known(i->restored))
		return CALL_CLOSED; /* a person's word: that it works nobody has measured */
	return i->kind == INCIDENT_KIND_BLIND ? CALL_NOT_OBSERVED : CALL_UP;
}

/* Each contact in turn. */
static uint32_t contact_after(const struct incident *i, uint32_t person, const struct call *last)
{
	return last != NULL ? (last->contact + 1) % (uint32_t)i->plan->people[person].contact_count
			    : 0;
}

void news_decide(const struct turn *t, const struct incident *i)
{
	for (uint32_t p = 0; p < i->plan->person_count; p++) {
		const struct call *last = last_news(i, p);
		struct scope scope = {.service = i->service_count > 0 ? i->services[0].service
								      : PLAN_NONE,
				      .step = PLAN_NONE,
				      .seat = PLAN_NONE,
				      .round = i->round};
		uint32_t contact = 0;

		if (!is_owed_up(i, p) || i->plan->people[p].contact_count == 0)
			continue;
		if (last != NULL && call_is_waiting(last->state))
			continue;
		contact = contact_after(i, p, last);
		if (last != NULL && contact == 0 &&
		    wall_diff_us(t->now, last->state_since) < UP_RETRY_S * US_PER_S)
			continue;
		if (lines_are_free(t, i->plan, p, contact, NULL))
			calltree_add_intent(t, i, &scope, good_news_of(t->e, i), 0, p, contact);
	}
}

/* What waits for a line goes when one is given up, which is an event. */
struct wall_time news_deadline(const struct engine *e, const struct incident *i)
{
	struct event_list none = {0};
	struct turn t = {e, WALL_UNKNOWN, &none};
	struct wall_time d = WALL_NEVER;

	for (uint32_t p = 0; p < i->plan->person_count; p++) {
		const struct call *last = last_news(i, p);

		if (last != NULL && !call_is_waiting(last->state) && is_owed_up(i, p) &&
		    lines_are_free(&t, i->plan, p, contact_after(i, p, last), NULL))
			d = wall_min(d, wall_add_us(last->state_since, UP_RETRY_S * US_PER_S));
	}
	return d;
}
