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

const struct outage *outages_from(const struct outage_list *l, struct wall_time t, int64_t hole_us)
{
	for (uint32_t i = 0; i < l->count; i++) {
		if (t.us < l->items[i].until.us && wall_diff_us(l->items[i].began, t) <= hole_us)
			return &l->items[i];
	}
	return NULL;
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

/* The same, but what it overlaps becomes one with it; what it only touches may be on record elsewhere. */
void outages_record(struct outage_list *l, struct outage o)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->count; i++) {
		const struct outage *k = &l->items[i];

		if (k->began.us >= o.until.us || o.began.us >= k->until.us) {
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
	const struct loose_end *from = soft->past_from.run > 0 ? &soft->past_from : NULL;
	struct event *ev;

	if (!is_bad(v->state) || !wall_is_known(first) ||
	    wall_diff_us(v->began, soft->late_last) > past_hole_us(t->e, s->vantage))
		return false;
	if (v->past.state != PAST_CLEARED && !soft->past_broken && v->state == CHECK_CRITICAL &&
	    v->past.began.us < first.us) {
		first = v->past.began;
		not_before = wall_max(v->not_before, v->past.not_before);
	} else if (from != NULL && v->state == CHECK_CRITICAL && first.us == s->t.us) {
		first = from->first;
		not_before = wall_max(v->not_before, from->not_before);
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

/* --- fresh samples, and what of them late ones go on from ---------------------------------------------- */

/* The newest samples up to `last` were critical. What is confirmed or suspected is in the journal, also of an earlier start of the
 * collector. */
static bool is_loose(const struct vantage_state *v, const struct vantage_soft *soft,
		     struct wall_time last, struct loose_end *ret)
{
	bool critical = v->state == CHECK_CRITICAL;

	if (soft->has_sample)
		*ret = (struct loose_end){soft->first_critical, soft->last_critical,
					  soft->last_served, soft->critical_run};
	else
		*ret = (struct loose_end){v->suspect_began, wall_max(v->judged, last),
					  v->suspect_not_before, 1};
	if (critical) {
		ret->first = v->began;
		ret->not_before = v->not_before;
		ret->run = LOOSE_END_CONFIRMED;
	}
	if (soft->has_sample)
		return !soft->last.clock_bad && (critical || soft->critical_run > 0) &&
		       soft->last_critical.us == soft->last.t.us;
	return critical || (v->suspect && v->suspect_state == CHECK_CRITICAL);
}

void past_cut_short(const struct vantage_state *v, struct vantage_soft *soft, struct wall_time last)
{
	struct loose_end end;

	if (is_loose(v, soft, last, &end))
		loose_ends_keep(&soft->loose_ends, end);
}

void past_before_fresh(const struct engine *e, struct vantage_soft *soft, const struct sample *s)
{
	if (soft->has_sample && wall_diff_us(s->t, soft->last.t) <= past_hole_us(e, s->vantage))
		return;
	past_cut_short(&e->vantages[s->vantage], soft, soft->recalled);
	soft->fresh = (struct fresh_stretch){.since = s->t, .over = WALL_UNKNOWN};
}

void past_after_fresh(const struct engine *e, struct vantage_soft *soft, const struct sample *s)
{
	struct fresh_stretch *f = &soft->fresh;

	if (s->health == HEALTH_CRITICAL &&
	    (s->t.us == f->since.us || (f->bad_run > 0 && soft->critical_run > f->bad_run &&
					soft->first_critical.us <= f->since.us))) {
		f->bad_run++;
		f->last_bad = s->t;
	}
	if ((s->health == HEALTH_OK || s->health == HEALTH_WARNING) && f->good_run++ == 0)
		f->first_good = s->t;
	if (!wall_is_known(f->over) &&
	    (s->health == HEALTH_BLIND || f->good_run >= check_of(e, s->vantage)->recover)) {
		f->over_unseen = f->good_run == 0;
		f->over = f->good_run > 0 ? f->first_good : f->bad_run > 0 ? f->last_bad : f->since;
	}
	if (s->health == HEALTH_CRITICAL || s->health == HEALTH_BLIND)
		f->good_run = 0;
}

/* What a late run that begins at `t`, or that is read on there, goes on from; NULL: nothing. */
static const struct loose_end *goes_on_from(const struct engine *e, struct vantage_soft *soft,
					    const struct sample *s)
{
	const struct vantage_state *v = &e->vantages[s->vantage];
	int64_t hole = past_hole_us(e, s->vantage);
	const struct loose_end *end;

	past_cut_short(v, soft, soft->recalled); /* it need not have been blind, nor heard again */
	end = loose_ends_before(&soft->loose_ends, s->t, hole);
	if (end == NULL || (wall_is_known(soft->past_seen) && soft->past_seen.us > end->last.us))
		return NULL; /* something late lies between */
	return end;
}

/* --- what was over before we heard of it ------------------------------------------------------------- */

/* Seen before, first hand or in an earlier copy: a bad sample that says nothing new. */
static bool is_known(const struct vantage_state *v, const struct vantage_soft *soft,
		     struct wall_time t)
{
	return outages_cover(&v->outages, t) || (is_bad(v->state) && t.us >= v->began.us) ||
	       (v->suspect && t.us >= v->suspect_began.us &&
		t.us <= wall_max(v->judged, soft->recalled).us) ||
	       (soft->has_sample && t.us >= soft->fresh.since.us && t.us <= soft->last.t.us);
}

/* Nobody knows that it was bad all the time from the late sample before, or from what an earlier start of the collector read, to this
 * one. */
static bool is_broken(const struct engine *e, const struct vantage_soft *soft,
		      const struct sample *s, const struct loose_end *from)
{
	const struct past_run *run = &e->vantages[s->vantage].past;
	int64_t hole = past_hole_us(e, s->vantage);

	if (s->health == HEALTH_BLIND)
		return true;
	if (!wall_is_known(soft->past_seen))
		return run->state != PAST_CLEARED && wall_is_known(run->served) &&
		       s->t.us >= run->served.us;
	if (from != NULL && wall_diff_us(from->first, soft->past_seen) <= hole)
		return false;
	return wall_diff_us(s->t, soft->past_seen) > hole;
}

static void count_bad(struct vantage_soft *soft, bool open, const struct loose_end *from)
{
	uint32_t before = from != NULL ? from->run : 0;

	soft->past_run = (soft->past_broken ? 0 : soft->past_run) + before + 1;
	soft->past_good_run = 0;
	soft->past_from = from != NULL && !open ? *from : (struct loose_end){.run = 0};
}

/* Told again from before the newest sample of an open run that is on record: it is read on from that one. */
static void resume_run(const struct past_run *run, struct vantage_soft *soft,
		       const struct sample *s)
{
	if (run->state == PAST_CLEARED || wall_is_known(soft->past_seen) || s->t.us > run->seen.us)
		return;
	soft->past_seen = soft->past_last_bad = soft->past_end = run->seen;
	soft->past_run = 1;
}

static bool observe_run(const struct engine *e, struct vantage_soft *soft, const struct sample *s)
{
	const struct vantage_state *v = &e->vantages[s->vantage];
	bool open = v->past.state != PAST_CLEARED;
	const struct loose_end *from;

	soft->past_from.run = 0;
	resume_run(&v->past, soft, s);
	if (s->clock_bad || s->t.us <= soft->past_seen.us)
		return false;
	from = goes_on_from(e, soft, s);
	soft->past_broken = is_broken(e, soft, s, from);
	soft->past_seen = s->t;
	soft->past_end = soft->past_last_bad;
	if (s->health == HEALTH_CRITICAL)
		soft->past_last_bad = s->t;
	else if (s->health != HEALTH_BLIND)
		soft->past_good = s->t;
	if (s->health == HEALTH_CRITICAL && !is_known(v, soft, s->t)) {
		count_bad(soft, open && !soft->past_broken, from);
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

/* Estimated: nobody saw it end. */
static void add_over(const struct turn *t, uint32_t vantage, struct wall_time at,
		     struct wall_time until, bool estimated)
{
	struct event *ev = add(t, vantage, PAST_OVER, at);

	ev->until = wall_max(until, ev->began);
	ev->estimated = estimated;
}

static void end_run(const struct turn *t, uint32_t vantage, struct wall_time at,
		    struct wall_time until, bool estimated)
{
	if (t->e->vantages[vantage].past.state == PAST_SUSPECT)
		add(t, vantage, PAST_CLEARED, at);
	else
		add_over(t, vantage, at, until, estimated);
}

/* So many bad samples, or until `last`. */
static bool is_confirmed(const struct plan_check *c, uint32_t run, struct wall_time last,
			 struct wall_time began)
{
	if (c->confirm_for_us > 0)
		return wall_diff_us(last, began) >= c->confirm_for_us;
	return run >= c->confirm;
}

static void decide_bad(const struct turn *t, const struct sample *s, bool open)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	const struct loose_end *from = soft->past_from.run > 0 ? &soft->past_from : NULL;
	struct wall_time began = open ? v->past.began : from != NULL ? from->first : s->t;
	struct wall_time not_before = open           ? v->past.not_before
				      : from != NULL ? from->not_before
						     : soft->past_good;
	bool confirmed = is_confirmed(check_of(t->e, s->vantage), soft->past_run, s->t, began);

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

/* It was confirmed, or is by what it goes on with. */
static void end_confirmed(const struct turn *t, uint32_t vantage, struct wall_time at,
			  struct wall_time until, bool estimated)
{
	if (t->e->vantages[vantage].past.state == PAST_SUSPECT)
		add(t, vantage, PAST_CRITICAL, at);
	add_over(t, vantage, at, until, estimated);
}

/* The run goes on with an outage that is known already, and ends with it. */
static bool decide_known(const struct turn *t, uint32_t vantage, struct wall_time at)
{
	const struct vantage_soft *soft = &t->e->soft[vantage];
	const struct outage *known = NULL;

	if (wall_is_known(soft->past_last_bad) && soft->past_seen.us == soft->past_last_bad.us)
		known = outages_from(&t->e->vantages[vantage].outages, soft->past_last_bad,
				     past_hole_us(t->e, vantage));
	/* One that nobody saw end may go on with what is told next. */
	if (known == NULL || known->estimated ||
	    known->until.us <= t->e->vantages[vantage].past.began.us)
		return false;
	end_confirmed(t, vantage, at, known->until, false);
	return true;
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

		end_run(t, s->vantage, s->t, seen ? soft->past_end : v->past.seen, true);
		open = false;
	} else if (open && served &&
		   (v->past.state == PAST_SUSPECT ||
		    soft->past_good_run >= check_of(t->e, s->vantage)->recover)) {
		end_run(t, s->vantage, s->t, soft->past_first_good, false);
	}
	if (s->health == HEALTH_CRITICAL && !is_known(v, soft, s->t))
		decide_bad(t, s, open);
	else if (s->health == HEALTH_CRITICAL && open)
		(void)decide_known(t, s->vantage, s->t);
}

void past_decide_late(const struct turn *t, const struct sample *s)
{
	if (!decide_beginning(t, s))
		decide_run(t, s);
}

/* The fresh samples that the late run reaches to begin with bad ones: those count with it. */
static bool is_confirmed_with_fresh(const struct engine *e, uint32_t vantage)
{
	const struct vantage_soft *soft = &e->soft[vantage];

	return soft->fresh.bad_run > 0 &&
	       is_confirmed(check_of(e, vantage), soft->past_run + soft->fresh.bad_run,
			    soft->fresh.last_bad, e->vantages[vantage].past.began);
}

static void decide_reached(const struct turn *t, const struct sample *s)
{
	const struct vantage_soft *soft = &t->e->soft[s->vantage];
	bool suspect = t->e->vantages[s->vantage].past.state == PAST_SUSPECT;
	bool only_late = soft->fresh.over_unseen && soft->fresh.bad_run == 0;
	struct wall_time until = only_late ? soft->past_last_bad : soft->fresh.over;

	if (suspect && is_confirmed_with_fresh(t->e, s->vantage))
		end_confirmed(t, s->vantage, s->t, until, soft->fresh.over_unseen);
	else
		end_run(t, s->vantage, s->t, until, soft->fresh.over_unseen);
}

/* A fresh sample that serves ends a late run that reaches to the fresh ones. Of a run that an earlier start of the collector read nobody
 * knows yet how far it reaches: that it served again goes on record, so that what comes later is not taken for more of it. */
void past_decide_fresh(const struct turn *t, const struct sample *s)
{
	const struct vantage_state *v = &t->e->vantages[s->vantage];
	const struct vantage_soft *soft = &t->e->soft[s->vantage];

	if (v->past.state == PAST_CLEARED || decide_known(t, s->vantage, s->t) ||
	    !wall_is_known(soft->fresh.over))
		return; /* it fails on, or may */
	if (past_reaches(t->e, s->vantage, soft->fresh.since)) {
		decide_reached(t, s);
	} else if (wall_is_known(v->past.served) &&
		   past_reaches(t->e, s->vantage, v->past.served)) {
		end_run(t, s->vantage, s->t, v->past.served, false);
	} else if (!wall_is_known(soft->past_last_bad) && !wall_is_known(v->past.served) &&
		   !soft->fresh.over_unseen) {
		add(t, s->vantage, v->past.state, s->t)->until = soft->fresh.over;
	}
}

/* --- apply ------------------------------------------------------------------------------------------- */

static bool stands_on(const struct service_design *d, uint32_t component)
{
	for (uint32_t i = 0; i < d->part_count; i++) {
		if (d->parts[i] == component)
			return true;
	}
	return false;
}

static bool share_a_service(const struct engine *e, uint32_t vantage, uint32_t other)
{
	const struct plan *p = e->plan;
	uint32_t a = p->checks[p->vantages[vantage].check].component;
	uint32_t b = p->checks[p->vantages[other].check].component;

	for (uint32_t s = 0; s < p->service_count; s++) {
		if (stands_on(&e->designs[s], a) && stands_on(&e->designs[s], b))
			return true;
	}
	return false;
}

/* It was judged as if this one had served. */
void past_look_again(struct engine *e, uint32_t vantage, struct wall_time began)
{
	for (uint32_t i = 0; i < e->plan->vantage_count; i++) {
		struct outage_list *l = &e->vantages[i].outages;

		for (uint32_t k = 0; k < l->count; k++) {
			if (l->items[k].until.us <= began.us || l->items[k].is_open ||
			    i == vantage || !share_a_service(e, vantage, i))
				continue;
			l->items[k].is_open = true;
			e->unplaced++;
		}
	}
}

void past_note_served(struct vantage_state *v, struct wall_time t)
{
	if (v->past.state != PAST_CLEARED && !wall_is_known(v->past.served) &&
	    t.us > v->past.began.us)
		v->past.served = t;
}

static void apply_run(struct vantage_state *v, const struct event *ev)
{
	bool open = v->past.state != PAST_CLEARED;

	if (wall_is_known(ev->until)) {
		past_note_served(v, ev->until);
		return;
	}
	v->past = (struct past_run){.state = (enum past_state)ev->to,
				    .outcome = ev->outcome,
				    .began = ev->began,
				    .not_before = ev->not_before,
				    .seen = ev->at,
				    .served = open ? v->past.served : WALL_UNKNOWN};
	past_note_served(v, v->good); /* heard before what is told late */
}

void past_apply(struct engine *e, uint32_t vantage, const struct event *ev)
{
	struct vantage_state *v = &e->vantages[vantage];

	switch ((enum past_state)ev->to) {
	case PAST_SUSPECT:
	case PAST_CRITICAL:
		apply_run(v, ev);
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
