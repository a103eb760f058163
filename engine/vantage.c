/* One check seen from one place: debounce (suspect, confirmed, recovered), freshness, and the verdict over
 * all places (quorum). DESIGN 4. */
#include <assert.h>
#include <string.h>

#include "engine/engine_state.h"

static bool is_bad(enum check_state s)
{
	return s == CHECK_WARNING || s == CHECK_CRITICAL;
}

static enum check_state state_of(enum health h)
{
	switch (h) {
	case HEALTH_OK:
		return CHECK_OK;
	case HEALTH_WARNING:
		return CHECK_WARNING;
	case HEALTH_CRITICAL:
		return CHECK_CRITICAL;
	case HEALTH_BLIND:
		return CHECK_BLIND;
	}
	return CHECK_BLIND;
}

/* Late, or known: it may correct, it is not the present. */
static bool is_late(const struct vantage_state *v, const struct vantage_soft *soft,
		    const struct sample *s)
{
	return s->backlog || s->t.us <= v->judged.us ||
	       (soft->has_sample && s->t.us <= soft->last.t.us);
}

/* Runs of samples that serve, and of those that do not. */
static void observe_degree(struct vantage_soft *soft, const struct sample *s)
{
	if (s->health == HEALTH_CRITICAL) {
		if (soft->critical_run++ == 0)
			soft->first_critical = s->clock_bad ? s->arrived : s->t;
		soft->last_critical = s->t;
		soft->served_run = 0;
	} else if (s->health == HEALTH_BLIND) {
		soft->served_run = 0;
	} else {
		if (soft->served_run++ == 0)
			soft->first_served = s->t;
		soft->last_served = s->t;
		soft->critical_run = 0;
	}
}

/* Soft memory of the newest sample; true if it can change the vantage's own state. */
static bool observe_newest(struct vantage_soft *soft, const struct vantage_state *v,
			   const struct sample *s)
{
	bool bad = s->health == HEALTH_WARNING || s->health == HEALTH_CRITICAL;

	soft->last = *s;
	soft->has_sample = true;
	observe_degree(soft, s);
	if (s->health == HEALTH_OK) {
		if (soft->good_run++ == 0)
			soft->first_good = s->t;
		soft->last_good = s->t;
		soft->bad_run = 0;
		return v->state != CHECK_OK || v->suspect;
	}
	soft->good_run = 0;
	if (!bad)
		return v->state != CHECK_BLIND || v->suspect ||
		       strcmp(v->why, outcome_word(s->outcome)) != 0;
	if (soft->bad_run++ == 0)
		soft->first_bad = s->clock_bad ? s->arrived : s->t;
	return v->state != state_of(s->health) || v->suspect;
}

bool engine_observe(struct engine *e, const struct sample *s)
{
	struct vantage_soft *soft = &e->soft[s->vantage];
	const struct vantage_state *v = &e->vantages[s->vantage];
	bool wanted, changes;

	assert(s->vantage < e->plan->vantage_count);
	if (is_late(v, soft, s))
		return past_observe(e, soft, s) | cuts_wants(e, s);
	wanted = cuts_wants(e, s) | rpo_observe(e, s);
	past_before_fresh(e, soft, s);
	changes = observe_newest(soft, v, s);
	past_after_fresh(e, soft, s);
	return changes || wanted || v->past.state != PAST_CLEARED || cause_wants(e, s->vantage) ||
	       component_wants(e, s->vantage);
}

void engine_recall(struct engine *e, uint32_t vantage, struct wall_time t)
{
	struct vantage_soft *soft = &e->soft[vantage];
	const struct vantage_state *v = &e->vantages[vantage];

	assert(vantage < e->plan->vantage_count);
	/* While it is blind the journal itself knows more. */
	if (soft->has_sample || v->state == CHECK_BLIND || v->state == CHECK_UNKNOWN ||
	    t.us <= v->good.us)
		return;
	soft->recalled = t;
	if (v->state == CHECK_CRITICAL || v->suspect)
		return; /* how it was then is not drawn in a way that we read */
	if (v->state == CHECK_OK)
		soft->last_good = t;
	soft->last_served = t;
}

bool engine_contact(struct engine *e, uint32_t agent, struct wall_time now)
{
	struct agent_now *a = &e->agents[agent];

	assert(agent < e->plan->agent_count);
	if (!a->seen || wall_diff_us(now, a->last_seen) >= AGENT_AWAY_US)
		a->back = now;
	a->seen = true;
	a->last_seen = wall_max(now, a->last_seen);
	return a->silent;
}

/* Fills what all events of a vantage have in common. */
static struct event *add(const struct turn *t, enum event_kind kind, uint32_t vantage,
			 struct wall_time at)
{
	struct event *ev = turn_add(t, kind, at);

	ev->check = t->e->plan->vantages[vantage].check;
	ev->agent = t->e->plan->vantages[vantage].agent;
	return ev;
}

static void add_bad(const struct turn *t, enum event_kind kind, const struct sample *s,
		    enum check_state to, struct wall_time began, struct wall_time not_before)
{
	struct event *ev = add(t, kind, s->vantage, s->t);

	ev->outcome = s->outcome;
	ev->to = (int)to;
	ev->began = began;
	ev->not_before = not_before;
}

/* Enough of them, or for long enough: `run` samples since `began`. */
static bool is_confirmed(const struct plan_check *c, const struct vantage_soft *soft, uint32_t run,
			 struct wall_time began)
{
	if (c->confirm_for_us > 0)
		return run > 0 && wall_diff_us(soft->last.t, began) >= c->confirm_for_us;
	return run >= c->confirm;
}

/* A suspicion of an earlier run of the collector keeps its beginning, if nothing but critical samples came since. */
static struct wall_time critical_began(const struct vantage_state *v,
				       const struct vantage_soft *soft)
{
	bool whole = v->suspect && v->suspect_state == CHECK_CRITICAL &&
		     soft->critical_run >= soft->bad_run;

	return whole ? v->suspect_began : soft->first_critical;
}

/* Another degree of the same trouble, confirmed like the trouble itself. A warning serves, so that the clocks want to know
 * when it became critical, not when it began to be bad. */
static void decide_degree(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	const struct plan_check *c = &t->e->plan->checks[t->e->plan->vantages[s->vantage].check];

	if (v->state == CHECK_WARNING && s->health == HEALTH_CRITICAL &&
	    is_confirmed(c, soft, soft->critical_run, soft->first_critical))
		add_bad(t, EVENT_CHECK_BAD, s, CHECK_CRITICAL, soft->first_critical,
			soft->last_served);
	else if (v->state == CHECK_CRITICAL && s->health == HEALTH_WARNING &&
		 soft->served_run >= c->recover)
		add_bad(t, EVENT_CHECK_BAD, s, CHECK_WARNING, soft->first_served, WALL_UNKNOWN);
}

static void decide_bad(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	const struct plan_check *c = &t->e->plan->checks[t->e->plan->vantages[s->vantage].check];
	struct wall_time began = v->suspect ? v->suspect_began : soft->first_bad;
	struct wall_time not_before = v->suspect ? v->suspect_not_before : soft->last_good;
	struct wall_time critical = critical_began(v, soft);

	if (is_bad(v->state)) {
		decide_degree(t, s);
		return;
	}
	if (!wall_is_known(not_before) && v->state == CHECK_BLIND)
		not_before = v->good;
	if (!v->suspect)
		add_bad(t, EVENT_CHECK_SUSPECT, s, state_of(s->health), began, not_before);
	/* What serves in part after nothing was seen serves since the first sample that did. */
	if (s->health == HEALTH_WARNING && v->state != CHECK_OK)
		began = soft->first_served;
	if (s->health == HEALTH_CRITICAL && is_confirmed(c, soft, soft->critical_run, critical)) {
		bool longer = past_reaches(t->e, s->vantage, critical);

		add_bad(t, EVENT_CHECK_BAD, s, CHECK_CRITICAL, longer ? v->past.began : critical,
			longer ? v->past.not_before : wall_max(not_before, soft->last_served));
	}
	if (s->health == HEALTH_WARNING && is_confirmed(c, soft, soft->bad_run, began))
		add_bad(t, EVENT_CHECK_BAD, s, CHECK_WARNING, began, not_before);
}

static void decide_good(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	const struct plan_check *c = &t->e->plan->checks[t->e->plan->vantages[s->vantage].check];

	if (v->suspect && !is_bad(v->state))
		add(t, EVENT_CHECK_CLEARED, s->vantage, s->t);
	if (v->state == CHECK_OK || (is_bad(v->state) && soft->good_run < c->recover))
		return;
	add(t, EVENT_CHECK_GOOD, s->vantage, s->t)->began =
		v->state == CHECK_CRITICAL  ? soft->first_served
		: v->state == CHECK_WARNING ? soft->first_good
					    : s->t;
}

void vantage_decide_sample(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];

	if (s->backlog || s->t.us < t->e->soft[s->vantage].last.t.us || s->t.us <= v->judged.us) {
		past_decide_late(t, s);
		return;
	}
	past_decide_fresh(t, s);
	switch (s->health) {
	case HEALTH_OK:
		decide_good(t, s);
		break;
	case HEALTH_WARNING:
	case HEALTH_CRITICAL:
		decide_bad(t, s);
		break;
	case HEALTH_BLIND:
		if (v->state != CHECK_BLIND || v->suspect ||
		    strcmp(v->why, outcome_word(s->outcome)) != 0) {
			struct event *ev = add(t, EVENT_CHECK_BLIND, s->vantage, s->t);
			const struct vantage_soft *soft = &t->e->soft[s->vantage];
			struct wall_time last = wall_max(soft->last_served, soft->last_critical);

			ev->began = wall_is_known(last) ? last : s->t; /* that showed something */
			event_set_text(ev, outcome_word(s->outcome));
		}
		break;
	}
}

/* --- freshness ----------------------------------------------------------------------------------- */

static struct wall_time fresh_until(const struct engine *e, uint32_t vantage)
{
	const struct vantage_soft *soft = &e->soft[vantage];
	int64_t within = e->plan->checks[e->plan->vantages[vantage].check].fresh_within_us;
	struct wall_time from = soft->fresh_from;

	/* A suspicion ends when nothing more is seen, also of what was blind before. */
	if (e->vantages[vantage].state == CHECK_BLIND && !e->vantages[vantage].suspect)
		return WALL_NEVER;
	if (soft->has_sample)
		from = wall_max(from, soft->last.t);
	return wall_is_known(from) ? wall_add_us(from, within) : WALL_NEVER;
}

static struct wall_time silent_at(const struct engine *e, uint32_t agent)
{
	const struct agent_now *a = &e->agents[agent];
	struct wall_time from = a->contact_from;

	if (a->silent)
		return WALL_NEVER;
	if (a->seen)
		from = wall_max(from, a->last_seen);
	return wall_is_known(from) ? wall_add_us(from, e->plan->agents[agent].silent_us)
				   : WALL_NEVER;
}

struct wall_time vantage_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->vantage_count; i++)
		d = wall_min(d, fresh_until(e, i));
	for (uint32_t i = 0; i < e->plan->agent_count; i++)
		d = wall_min(d, silent_at(e, i));
	return d;
}

void vantage_decide_tick(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; i < e->plan->agent_count; i++) {
		if (silent_at(e, i).us <= t->now.us) {
			struct event *ev = turn_add(t, EVENT_AGENT_SILENT, t->now);

			ev->agent = i;
			ev->began = e->agents[i].seen ? e->agents[i].last_seen : WALL_UNKNOWN;
		}
	}
	for (uint32_t i = 0; i < e->plan->vantage_count; i++) {
		if (fresh_until(e, i).us <= t->now.us) {
			struct event *ev = add(t, EVENT_CHECK_BLIND, i, t->now);

			ev->began = e->soft[i].has_sample
					    ? e->soft[i].last.t
					    : wall_max(e->vantages[i].good, e->soft[i].recalled);
			event_set_text(ev, "no-data");
		}
	}
}

/* --- apply --------------------------------------------------------------------------------------- */

/* After nothing was seen what is seen begins anew: a run does not reach over the gap. */
static void forget_runs(struct vantage_soft *soft)
{
	soft->bad_run = soft->good_run = soft->critical_run = soft->served_run = 0;
}

/* What was critical is known: late copies of it say nothing new. */
static void remember(struct vantage_state *v, struct wall_time until, bool estimated)
{
	if (v->state == CHECK_CRITICAL)
		outages_add(&v->outages, (struct outage){.began = v->began,
							 .not_before = v->not_before,
							 .until = wall_max(until, v->began),
							 .estimated = estimated,
							 .outcome = v->outcome});
}

static void apply_bad(struct vantage_state *v, const struct event *ev)
{
	if (ev->to == CHECK_WARNING)
		remember(v, ev->began, false);
	if (ev->to == CHECK_CRITICAL && v->past.state != PAST_CLEARED &&
	    ev->began.us <= v->past.began.us)
		v->past.state = PAST_CLEARED; /* it is the one that fails now */
	if (!is_bad(v->state))
		v->since = ev->recorded;
	if (ev->to == CHECK_WARNING && v->state != CHECK_OK && v->state != CHECK_WARNING)
		v->good = ev->began; /* it serves again, though not well */
	if (ev->to == CHECK_WARNING)
		past_note_served(v, ev->began);
	v->state = (enum check_state)ev->to;
	v->began = ev->began;
	v->not_before = ev->not_before;
	v->outcome = ev->outcome;
	v->suspect = false;
}

static void fold_vantage(struct engine *e, uint32_t index, const struct event *ev)
{
	struct vantage_state *v = &e->vantages[index];

	if (ev->kind == EVENT_CHECK_BAD && ev->to == CHECK_CRITICAL)
		past_look_again(e, index, ev->began);

	if (ev->kind != EVENT_CHECK_BLIND) /* blindness is dated by the deadline, not by a sample */
		v->judged = wall_max(v->judged, ev->at);
	switch ((int)ev->kind) {
	case EVENT_CHECK_SUSPECT:
		v->suspect = true;
		v->suspect_state = (enum check_state)ev->to;
		v->suspect_began = ev->began;
		v->suspect_not_before = ev->not_before;
		v->outcome = ev->outcome;
		break;
	case EVENT_CHECK_CLEARED:
		v->suspect = false;
		break;
	case EVENT_CHECK_BAD:
		apply_bad(v, ev);
		break;
	case EVENT_CHECK_GOOD:
		remember(v, ev->began, false);
		if (v->state != CHECK_WARNING || !wall_is_known(v->good))
			v->good = ev->began;
		v->state = CHECK_OK;
		v->since = ev->recorded;
		v->suspect = false;
		past_note_served(v, ev->began);
		break;
	case EVENT_CHECK_BLIND:
		past_cut_short(v, &e->soft[index], ev->began);
		forget_runs(&e->soft[index]);
		remember(v, ev->began, true); /* nobody saw it end */
		v->state = CHECK_BLIND;
		v->since = ev->recorded;
		v->began = ev->began;
		v->not_before = ev->began;
		v->suspect = false;
		memcpy(v->why, ev->text, sizeof(v->why) - 1);
		v->why[sizeof(v->why) - 1] = '\0';
		break;
	default:
		break;
	}
}

void vantage_apply(struct engine *e, const struct event *ev)
{
	uint32_t index = plan_find_vantage(e->plan, ev->check, ev->agent);

	if (index == PLAN_NONE)
		return;
	if (ev->kind == EVENT_CHECK_PAST) {
		past_apply(e, index, ev);
		return;
	}
	fold_vantage(e, index, ev);
	flap_note(e, ev->check, ev->recorded);
	exposure_touch_check(e, ev->check);
}

/* --- the check over all its vantages -------------------------------------------------------------- */

/* The k-th smallest (k from 1) of a few moments; unknown ones sort first. */
static struct wall_time kth(struct wall_time *times, size_t n, size_t k)
{
	for (size_t i = 1; i < n; i++) {
		struct wall_time x = times[i];
		size_t j = i;

		for (; j > 0 && times[j - 1].us > x.us; j--)
			times[j] = times[j - 1];
		times[j] = x;
	}
	return times[k - 1];
}

enum { VANTAGES_RANKED_MAX = 128 };

struct check_tally {
	size_t bad, critical, ok, blind, unknown;
	struct wall_time began[VANTAGES_RANKED_MAX], began_critical[VANTAGES_RANKED_MAX], since;
	struct wall_time good, blind_began;
	const char *bad_why, *blind_why;
	bool suspect;
};

/* The moments stay as they are, they are read as far as they are counted: clearing them would be most of the work of a turn. */
static void tally_begin(struct check_tally *t)
{
	t->bad = t->critical = t->ok = t->blind = t->unknown = 0;
	t->since = t->good = t->blind_began = WALL_UNKNOWN;
	t->bad_why = t->blind_why = "";
	t->suspect = false;
}

/* The end of its newest outage. */
static struct wall_time last_bad(const struct vantage_state *v)
{
	struct wall_time t = WALL_UNKNOWN;

	for (uint32_t i = 0; i < v->outages.count; i++)
		t = wall_max(t, v->outages.items[i].until);
	return t;
}

static void tally_one(const struct engine *e, uint32_t vantage, struct check_tally *t)
{
	const struct vantage_state *v = &e->vantages[vantage];

	t->suspect = t->suspect || v->suspect;
	t->since = wall_max(t->since, v->since);
	switch (v->state) {
	case CHECK_WARNING:
	case CHECK_CRITICAL:
		if (t->bad < VANTAGES_RANKED_MAX)
			t->began[t->bad++] = v->began;
		if (v->state == CHECK_CRITICAL && t->critical < VANTAGES_RANKED_MAX)
			t->began_critical[t->critical++] = v->began;
		if (v->state == CHECK_WARNING)
			t->good = wall_max(t->good, v->good);
		t->bad_why = outcome_word(v->outcome);
		break;
	case CHECK_OK:
		t->ok++;
		t->good = wall_max(t->good, v->good);
		break;
	case CHECK_BLIND:
		t->blind++;
		t->blind_why = v->why;
		/* What it held down was down until then. */
		t->good = wall_max(t->good, last_bad(v));
		t->blind_began = wall_is_known(t->blind_began) ? wall_min(t->blind_began, v->began)
							       : v->began;
		break;
	case CHECK_UNKNOWN:
		t->unknown++;
		break;
	case CHECK_STATE_COUNT:
		break;
	}
}

static struct wall_time not_before_of(const struct engine *e, const struct plan_check *c,
				      struct wall_time began)
{
	for (uint32_t i = 0; i < c->vantage_count; i++) {
		const struct vantage_state *v = &e->vantages[c->vantage_first + i];

		if (is_bad(v->state) && v->began.us == began.us)
			return v->not_before;
	}
	return WALL_UNKNOWN;
}

struct check_now vantage_check(const struct engine *e, uint32_t check)
{
	const struct plan_check *c = &e->plan->checks[check];
	struct check_tally t;
	struct check_now now = {.began = WALL_UNKNOWN, .not_before = WALL_UNKNOWN, .why = ""};

	tally_begin(&t);
	for (uint32_t i = 0; i < c->vantage_count; i++)
		tally_one(e, c->vantage_first + i, &t);
	now.suspect = t.suspect;
	now.since = t.since;
	now.good = t.good;
	if (c->quorum > 0 && t.bad >= c->quorum) {
		now.state = t.critical >= c->quorum ? CHECK_CRITICAL : CHECK_WARNING;
		now.began = now.state == CHECK_CRITICAL
				    ? kth(t.began_critical, t.critical, c->quorum)
				    : kth(t.began, t.bad, c->quorum);
		now.not_before = not_before_of(e, c, now.began);
		now.why = t.bad_why;
	} else if (t.ok > 0 && t.ok + c->quorum > c->vantage_count) {
		now.state = CHECK_OK;
	} else if (t.ok + t.bad > 0 && t.blind + t.unknown == 0) {
		now.state = CHECK_OK; /* fewer than the quorum are bad */
	} else if (t.unknown > 0 && t.blind == 0) {
		now.state = CHECK_UNKNOWN;
	} else {
		now.state = CHECK_BLIND;
		now.why = t.blind_why;
		now.began = t.blind_began;
		now.not_before = t.blind_began;
	}
	return now;
}
