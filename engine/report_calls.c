/* Who is called with a report. A report alone calls the desk, or the first step of the policy of the process that it names, never level 1; an
 * operational one the desk for those; a complete one the coordinator. Each by the rules of every call: titular, then suplente, until a
 * human being has answered; if nobody does, the coordinator, and then all again. A report that is not assessed is called on when the
 * answer has run out. */
#include <string.h>

#include "engine/duty.h"
#include "engine/engine_state.h"

enum { SEATS_MAX = 64, COORDINATOR_LEVEL = 2 };

static const char *const call_words[] = {"", "reported", "operational", "complete"};

const char *report_call_word(enum report_call c)
{
	return call_words[c];
}

struct ladder {
	struct call_order orders[SEATS_MAX];
	size_t count;
};

static void add_order(struct ladder *l, uint32_t seat, uint32_t person)
{
	for (size_t k = 0; k < l->count; k++) {
		if (l->orders[k].seat == seat && l->orders[k].person == person)
			return;
	}
	if (l->count < SEATS_MAX)
		l->orders[l->count++] = (struct call_order){.seat = seat, .person = person};
}

static void add_level(struct ladder *l, const struct plan *p, uint32_t level)
{
	for (uint32_t s = 0; s < p->seat_count; s++) {
		if (p->seats[s].level == level)
			add_order(l, s, PLAN_NONE);
	}
}

static bool is_crisis(const struct plan *p, const struct plan_target *t)
{
	return (t->kind == TARGET_LEVEL && t->index == 1) ||
	       (t->kind == TARGET_SEAT && p->seats[t->index].level == 1);
}

static void add_targets(struct ladder *l, const struct incident *i, const struct plan_target *t,
			size_t n)
{
	const struct plan *p = i->plan;

	for (size_t k = 0; k < n; k++) {
		if (is_crisis(p, &t[k]))
			continue; /* it decides on what somebody has assessed */
		switch (t[k].kind) {
		case TARGET_SEAT:
			add_order(l, t[k].index, PLAN_NONE);
			break;
		case TARGET_LEVEL:
			add_level(l, p, t[k].index);
			break;
		case TARGET_PERSON:
			add_order(l, PLAN_NONE, t[k].index);
			break;
		case TARGET_TEAM:
			for (size_t s = 0; s < i->service_count; s++) {
				uint32_t team = p->services[i->services[s].service].team;

				if (team != PLAN_NONE)
					add_order(l, team, PLAN_NONE);
			}
			break;
		}
	}
}

/* Whom the policy of the process calls at once, without asking for a decision. */
static void add_first_steps(struct ladder *l, const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		uint32_t policy = i->plan->services[i->services[k].service].policy;
		const struct plan_policy *p =
			policy != PLAN_NONE ? &i->plan->policies[policy] : NULL;

		for (size_t n = 0; p != NULL && n < p->step_count; n++) {
			if (p->steps[n].at == AT_CONFIRMED && p->steps[n].ask == ASK_NONE)
				add_targets(l, i, p->steps[n].targets, p->steps[n].target_count);
		}
	}
}

static void add_desk(struct ladder *l, const struct incident *i)
{
	const struct plan_reports *r = &i->plan->reports;

	add_first_steps(l, i);
	if (l->count == 0)
		add_targets(l, i, r->call, r->call_count);
	if (l->count == 0)
		add_level(l, i->plan, 0);
}

static void fill(struct ladder *l, const struct incident *i, enum report_call why, uint32_t rung)
{
	const struct plan_reports *r = &i->plan->reports;

	l->count = 0;
	if (why == REPORT_CALL_OPERATIONAL && rung == 0)
		add_targets(l, i, r->operational, r->operational_count);
	if (why != REPORT_CALL_COMPLETE && rung == 0 && l->count == 0)
		add_desk(l, i);
	if (l->count == 0)
		add_level(l, i->plan, COORDINATOR_LEVEL);
	for (size_t k = 0; k < l->count; k++) {
		l->orders[k].service = i->service_count > 0 ? i->services[0].service : PLAN_NONE;
		l->orders[k].kind = why == REPORT_CALL_COMPLETE ? CALL_COMPLETE : CALL_REPORTED;
		l->orders[k].about = i->word.called;
	}
}

/* Somebody who would be called knows of it, and not from this call alone: reported it, confirmed it, or has answered another. Nobody is
 * called before that runs out, which is a moment of its own. */
static bool has_answer(const struct engine *e, const struct incident *i, struct wall_time now)
{
	struct ladder l;

	fill(&l, i, i->word.why, i->word.rung);
	for (size_t k = 0; k < l.count; k++) {
		struct duty_person d[DUTY_MAX];
		size_t n = 1;

		if (l.orders[k].seat != PLAN_NONE)
			n = duty_of_seat(e, i->plan, l.orders[k].seat, now, d);
		else
			d[0] = duty_of_person(e, i->plan, l.orders[k].person);
		for (size_t x = 0; x < n; x++) {
			if (ack_is_live(i, d[x].person))
				return true;
		}
	}
	return false;
}

bool call_is_of_report(enum call_kind k)
{
	return k == CALL_REPORTED || k == CALL_COMPLETE;
}

/* Somebody has answered the calls that are under way, if only for a while. */
static bool was_answered(const struct incident *i)
{
	for (size_t k = i->call_count; k-- > 0;) {
		const struct call *c = &i->calls[k];

		if (c->about == i->word.called && call_is_of_report(c->kind) &&
		    (c->state == CALL_STATE_ACKNOWLEDGED || c->state == CALL_STATE_EXPIRED))
			return true;
	}
	return false;
}

static enum report_call wanted(const struct incident *i)
{
	const struct report_run *w = &i->word;
	bool unassessed = report_stands(i) && i->state == INCIDENT_SUSPECT;
	enum report_call want = REPORT_CALL_NONE;

	if (w->total == 0 || !incident_has_running_clock(i))
		return REPORT_CALL_NONE;
	if (w->is_complete)
		want = REPORT_CALL_COMPLETE;
	else if (report_stands(i) && w->operational)
		want = REPORT_CALL_OPERATIONAL;
	else if (unassessed)
		want = REPORT_CALL_DESK;
	/* Once it is assessed, one answer is enough. */
	return !unassessed && want == w->why && was_answered(i) ? REPORT_CALL_NONE : want;
}

static void stop_others(const struct turn *t, const struct incident *i, enum report_call want)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *ev;

		if (!call_is_of_report(c->kind) || !call_is_waiting(c->state) ||
		    (want == i->word.why && c->about == i->word.called))
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = c->id;
		event_set_text(ev, want == REPORT_CALL_NONE ? "assessed" : report_call_word(want));
	}
}

static void begin(const struct turn *t, const struct incident *i, enum report_call why,
		  uint32_t rung)
{
	struct event *ev = turn_add(t, EVENT_REPORT_CALLED, t->now);
	const char *word = report_call_word(why);

	ev->incident = i->id;
	memcpy(ev->what, word, strlen(word) + 1);
	ev->number = rung;
}

static void decide_exhausted(const struct turn *t, const struct incident *i, enum report_call want)
{
	struct event *ev;

	if (want != REPORT_CALL_COMPLETE && i->word.rung == 0) {
		begin(t, i, want, 1);
	} else {
		ev = turn_add(t, EVENT_REPORT_UNANSWERED, t->now);
		ev->incident = i->id;
		ev->until = wall_add_us(t->now, i->plan->reports.repeat_us);
	}
}

static void decide_ladder(const struct turn *t, const struct incident *i, enum report_call want)
{
	struct ladder l;
	size_t over = 0;

	if (want != i->word.why) {
		begin(t, i, want, 0);
		return;
	}
	if (has_answer(t->e, i, t->now) && (want != REPORT_CALL_COMPLETE || i->word.unanswered))
		return;
	if (i->word.unanswered) {
		if (i->word.repeat_at.us <= t->now.us)
			begin(t, i, want, 0);
		return;
	}
	fill(&l, i, want, i->word.rung);
	for (size_t k = 0; k < l.count; k++) {
		enum call_progress p = calltree_call(t, i, &l.orders[k]);

		if (p == CALL_PROGRESS_ANSWERED)
			return;
		over += p == CALL_PROGRESS_NOBODY;
	}
	if (over == l.count)
		decide_exhausted(t, i, want);
}

static bool may_call(const struct engine *e, const struct incident *i)
{
	return i->call_count < e->limits.calls_per_incident;
}

void report_calls_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];
		enum report_call want = wanted(i);
		size_t before = t->out->count;

		if (i->word.why == REPORT_CALL_NONE && want == REPORT_CALL_NONE)
			continue;
		stop_others(t, i, want);
		if (want != REPORT_CALL_NONE && t->out->count == before && may_call(t->e, i))
			decide_ladder(t, i, want);
	}
}

struct wall_time report_calls_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		if (i->word.unanswered && may_call(e, i) && wanted(i) == i->word.why &&
		    !has_answer(e, i, e->seen))
			d = wall_min(d, i->word.repeat_at);
	}
	return d;
}
