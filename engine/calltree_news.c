/* Good news: "up" to whoever was told "down", until it arrives. */
#include "engine/calltree.h"

enum { UP_RETRY_S = 60 };

/* Calls that only inform: nobody waits for an answer. */
bool call_is_information(enum call_kind k)
{
	return k == CALL_UPDATE || k == CALL_UP || k == CALL_NOT_OBSERVED ||
	       k == CALL_FALSE_ALARM || k == CALL_CLOSED || k == CALL_DRILL_OVER || k == CALL_DUE;
}

bool call_is_good_news(enum call_kind k)
{
	return k == CALL_UP || k == CALL_NOT_OBSERVED || k == CALL_FALSE_ALARM ||
	       k == CALL_CLOSED || k == CALL_DRILL_OVER;
}

static bool is_owed_up(const struct incident *i, uint32_t person)
{
	for (size_t k = i->call_count; k-- > 0;) {
		if (i->calls[k].kind == CALL_DUE)
			continue; /* a paper is overdue: neither bad news of it nor good */
		if (i->calls[k].person == person && i->calls[k].told &&
		    !call_is_good_news(i->calls[k].kind))
			return true;
		if (i->calls[k].person == person && i->calls[k].told)
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
		if (i->calls[k].person == person && i->calls[k].kind != CALL_DUE)
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
		if (last != NULL) {
			contact = (last->contact + 1) % (uint32_t)i->plan->people[p].contact_count;
			if (contact == 0 &&
			    wall_diff_us(t->now, last->state_since) < UP_RETRY_S * US_PER_S)
				continue;
		}
		calltree_add_intent(t, i, &scope, good_news_of(t->e, i), 0, p, contact);
	}
}

struct wall_time news_deadline(const struct incident *i)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t p = 0; p < i->plan->person_count; p++) {
		const struct call *last = last_news(i, p);

		if (last != NULL && !call_is_waiting(last->state) && is_owed_up(i, p))
			d = wall_min(d, wall_add_us(last->state_since, UP_RETRY_S * US_PER_S));
	}
	return d;
}
