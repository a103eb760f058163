/* Late data of one vantage: it moves the beginning of what fails now, and it shows outages that were over before we heard
 * of them. Those are journalled (check.past), never confirmed into the present: a page needs a fresh bad result. */
#include "engine/engine_state.h"

static bool is_bad(enum check_state s)
{
	return s == CHECK_WARNING || s == CHECK_CRITICAL;
}

static const struct plan_check *check_of(const struct engine *e, uint32_t vantage)
{
	return &e->plan->checks[e->plan->vantages[vantage].check];
}

int64_t past_hole_us(const struct engine *e, uint32_t vantage)
{
	const struct plan_check *c = check_of(e, vantage);

	return c->interval_us + c->timeout_us;
}

/* --- known outages --------------------------------------------------------------------------------- */

bool outages_cover(const struct outage_list *l, struct wall_time t)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (t.us >= l->items[i].began.us && t.us < l->items[i].until.us)
			return true;
	}
	return t.us <= l->floor.us;
}

void outages_add(struct outage_list *l, struct outage o)
{
	uint32_t oldest = 0;

	if (l->count < OUTAGES_KNOWN_MAX) {
		l->items[l->count++] = o;
		return;
	}
	for (uint32_t i = 1; i < l->count; i++) {
		if (l->items[i].until.us < l->items[oldest].until.us)
			oldest = i;
	}
	l->floor = wall_max(l->floor, l->items[oldest].until);
	l->items[oldest] = o;
}

/* The same, but what it overlaps becomes one with it. */
void outages_record(struct outage_list *l, struct outage o)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		const struct outage *k = &l->items[i];

		if (k->began.us > o.until.us || o.began.us > k->until.us) {
			l->items[kept++] = *k;
			continue;
		}
		o.began = wall_min(o.began, k->began);
		o.until = wall_max(o.until, k->until);
	}
	l->count = kept;
	outages_add(l, o);
}

/* --- the beginning of what fails now ------------------------------------------------------------------ */

/* The beginning moves back to the first of a run of bad samples that reaches without a hole (a probe that is missing) to
 * the beginning we know. One good sample in between, and it is another story. */
static bool observe_beginning(const struct engine *e, struct vantage_soft *soft,
			      const struct sample *s)
{
	const struct vantage_state *v = &e->vantages[s->vantage];
	int64_t hole = past_hole_us(e, s->vantage);
	bool served = s->health == HEALTH_OK ||
		      (s->health == HEALTH_WARNING && v->state == CHECK_CRITICAL);

	if (!is_bad(v->state) || s->clock_bad || s->t.us >= v->began.us ||
	    s->t.us <= v->not_before.us || s->t.us <= soft->late_good.us)
		return false;
	if (served) {
		soft->late_good = s->t;
		soft->late_first = WALL_UNKNOWN;
		return false;
	}
	if (s->health == HEALTH_BLIND)
		return false;
	if (!wall_is_known(soft->late_first) || soft->late_first.us <= v->not_before.us ||
	    wall_diff_us(s->t, soft->late_last) > hole ||
	    wall_diff_us(soft->late_first, s->t) > hole)
		soft->late_first = soft->late_last = s->t;
	soft->late_first = wall_min(soft->late_first, s->t);
	soft->late_last = wall_max(soft->late_last, s->t);
	return wall_diff_us(v->began, soft->late_last) <= hole;
}

/* What observe_beginning found; false if the state has changed since. A run that an earlier start of the collector began
 * to read has its first sample in the journal. */
static bool decide_beginning(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	struct wall_time first = soft->late_first;
	struct wall_time not_before = wall_max(v->not_before, soft->late_good);
	struct event *ev;

	if (!is_bad(v->state) || !wall_is_known(first) ||
	    wall_diff_us(v->began, soft->late_last) > past_hole_us(t->e, s->vantage))
		return false;
	if (v->past.state != PAST_CLEARED && !soft->past_broken && v->state == CHECK_CRITICAL &&
	    v->past.began.us < first.us) {
		first = v->past.began;
		not_before = wall_max(v->not_before, v->past.not_before);
	}
	if (first.us >= v->began.us || first.us <= v->not_before.us)
		return false;
	ev = turn_add(t, EVENT_CHECK_BAD, s->t);
	ev->check = t->e->plan->vantages[s->vantage].check;
	ev->agent = t->e->plan->vantages[s->vantage].agent;
	ev->outcome = s->outcome;
	ev->to = (int)v->state;
	ev->began = first;
	ev->not_before = not_before;
	return true;
}

/* What is confirmed now began with the late run that reaches to it. */
bool past_reaches(const struct engine *e, uint32_t vantage, struct wall_time began)
{
	const struct vantage_state *v = &e->vantages[vantage];
	const struct vantage_soft *soft = &e->soft[vantage];

	return v->past.state != PAST_CLEARED && wall_is_known(soft->past_last_bad) &&
	       v->past.began.us < began.us &&
	       wall_diff_us(began, soft->past_last_bad) <= past_hole_us(e, vantage);
}

/* --- what was over before we heard of it ------------------------------------------------------------- */

/* Seen before, first hand or in an earlier copy: a bad sample that says nothing new. */
static bool is_known(const struct vantage_state *v, const struct vantage_soft *soft,
		     struct wall_time t)
{
	return outages_cover(&v->outages, t) || (is_bad(v->state) && t.us >= v->began.us) ||
	       (v->suspect && t.us >= v->suspect_began.us) ||
	       (soft->has_sample && t.us >= soft->fresh_since.us && t.us <= soft->last.t.us);
}

static bool observe_run(const struct engine *e, struct vantage_soft *soft, const struct sample *s)
{
	const struct vantage_state *v = &e->vantages[s->vantage];
	bool open = v->past.state != PAST_CLEARED;

	if (s->clock_bad || s->t.us <= soft->past_seen.us)
		return false;
	soft->past_broken = s->health == HEALTH_BLIND ||
			    (wall_is_known(soft->past_seen) &&
			     wall_diff_us(s->t, soft->past_seen) > past_hole_us(e, s->vantage));
	soft->past_seen = s->t;
	soft->past_end = soft->past_last_bad;
	if (s->health == HEALTH_CRITICAL)
		soft->past_last_bad = s->t;
	else if (s->health != HEALTH_BLIND)
		soft->past_good = s->t;
	if (s->health == HEALTH_CRITICAL && !is_known(v, soft, s->t)) {
		soft->past_run = soft->past_broken ? 1 : soft->past_run + 1;
		soft->past_good_run = 0;
		return true;
	}
	if (s->health != HEALTH_CRITICAL) {
		soft->past_run = 0;
		if (s->health != HEALTH_BLIND && soft->past_good_run++ == 0)
			soft->past_first_good = s->t;
	}
	return open;
}

bool past_observe(struct engine *e, struct vantage_soft *soft, const struct sample *s)
{
	bool moves;

	/* Known already, and ahead of the late ones: those come in order. */
	if (s->live)
		return false;
	moves = observe_beginning(e, soft, s);
	return observe_run(e, soft, s) || moves;
}

static struct event *add(const struct turn *t, uint32_t vantage, enum past_state to,
			 struct wall_time at)
{
	const struct vantage_state *v = &t->e->vantages[vantage];
	struct event *ev = turn_add(t, EVENT_CHECK_PAST, at);

	ev->check = t->e->plan->vantages[vantage].check;
	ev->agent = t->e->plan->vantages[vantage].agent;
	ev->to = (int)to;
	ev->outcome = v->past.outcome;
	ev->began = v->past.began;
	ev->not_before = v->past.not_before;
	return ev;
}

static void end_run(const struct turn *t, uint32_t vantage, struct wall_time at,
		    struct wall_time until, bool estimated)
{
	const struct vantage_state *v = &t->e->vantages[vantage];
	struct event *ev;

	if (v->past.state == PAST_SUSPECT) {
		add(t, vantage, PAST_CLEARED, at);
		return;
	}
	ev = add(t, vantage, PAST_OVER, at);
	ev->until = wall_max(until, v->past.began);
	ev->estimated = estimated;
}

static bool is_confirmed(const struct plan_check *c, const struct vantage_soft *soft,
			 const struct sample *s, struct wall_time began)
{
	if (c->confirm_for_us > 0)
		return wall_diff_us(s->t, began) >= c->confirm_for_us;
	return soft->past_run >= c->confirm;
}

static void decide_bad(const struct turn *t, const struct sample *s, bool open)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	struct wall_time began = open ? v->past.began : s->t;
	struct wall_time not_before = open ? v->past.not_before : soft->past_good;
	bool confirmed = is_confirmed(check_of(t->e, s->vantage), soft, s, began);

	for (int to = PAST_SUSPECT; to <= (confirmed ? PAST_CRITICAL : PAST_SUSPECT); to++) {
		struct event *ev;

		if (open && (to == PAST_SUSPECT || v->past.state == PAST_CRITICAL))
			continue;
		ev = add(t, s->vantage, (enum past_state)to, s->t);
		ev->outcome = s->outcome;
		ev->began = began;
		ev->not_before = not_before;
	}
}

static void decide_run(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	bool open = v->past.state != PAST_CLEARED;
	bool served = s->health == HEALTH_OK || s->health == HEALTH_WARNING;

	if (s->clock_bad || s->t.us != soft->past_seen.us)
		return;
	if (open && soft->past_broken) {
		/* Nobody saw it end: what was measured counts. */
		bool seen = wall_is_known(soft->past_end);

		end_run(t, s->vantage, s->t, seen ? soft->past_end : s->t, true);
		open = false;
	} else if (open && served &&
		   (v->past.state == PAST_SUSPECT ||
		    soft->past_good_run >= check_of(t->e, s->vantage)->recover)) {
		end_run(t, s->vantage, s->t, soft->past_first_good, false);
	}
	if (s->health == HEALTH_CRITICAL && !is_known(v, soft, s->t))
		decide_bad(t, s, open);
}

void past_decide_late(const struct turn *t, const struct sample *s)
{
	if (!decide_beginning(t, s))
		decide_run(t, s);
}

/* A fresh sample that serves ends a late run that reaches to the fresh ones. */
void past_decide_fresh(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	bool served = s->health == HEALTH_OK || s->health == HEALTH_WARNING;

	if (v->past.state == PAST_CLEARED || !served ||
	    soft->served_run < check_of(t->e, s->vantage)->recover ||
	    !past_reaches(t->e, s->vantage, soft->fresh_since))
		return;
	end_run(t, s->vantage, s->t, soft->first_served, false);
}

/* --- apply ------------------------------------------------------------------------------------------- */

void past_apply(struct engine *e, uint32_t vantage, const struct event *ev)
{
	struct vantage_state *v = &e->vantages[vantage];

	switch ((enum past_state)ev->to) {
	case PAST_SUSPECT:
	case PAST_CRITICAL:
		v->past = (struct past_run){(enum past_state)ev->to, ev->outcome, ev->began,
					    ev->not_before};
		return;
	case PAST_OVER:
		outages_add(&v->outages, (struct outage){.began = ev->began,
							 .not_before = ev->not_before,
							 .until = ev->until,
							 .estimated = ev->estimated,
							 .is_open = true,
							 .outcome = ev->outcome});
		e->unplaced++;
		v->past.state = PAST_CLEARED;
		return;
	case PAST_CLEARED:
		v->past.state = PAST_CLEARED;
		return;
	case PAST_PLACED:
		for (uint32_t i = 0; i < v->outages.count; i++) {
			if (v->outages.items[i].is_open &&
			    v->outages.items[i].began.us == ev->began.us) {
				v->outages.items[i].is_open = false;
				e->unplaced--;
			}
		}
		return;
	case PAST_STATE_COUNT:
		return;
	}
}
