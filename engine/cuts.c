/* Publication cuts: at set moments the same cut must be shown by every kind of data on the main site and by every mirror
 * (DESIGN 7). What a place shows is read from the values of a check; what cannot be seen is blind, never late. */
#include <string.h>

#include "base/micro.h"
#include "engine/cuts_sight.h"

static int64_t grace_of(const struct plan_cuts *c, uint32_t source)
{
	return source < c->kind_count ? c->grace_us : c->mirror_grace_us;
}

static uint32_t count_of(uint64_t set)
{
	uint32_t n = 0;

	for (; set != 0; set &= set - 1)
		n++;
	return n;
}

/* One turn's work on one series. */
struct cuts_turn {
	const struct turn *t;
	uint32_t index;
	const struct plan_cuts *c;
	const struct cuts_now *now;
	struct cuts_look looks[PLAN_CUT_SOURCES_MAX];
};

static struct event *add(const struct cuts_turn *w, enum event_kind kind, struct wall_time at,
			 uint32_t ordinal)
{
	struct event *ev = turn_add(w->t, kind, wall_min(at, w->t->now));

	ev->cuts = w->index;
	ev->number = ordinal;
	ev->until = ordinal > 0 ? cuts_due_at(w->c, ordinal) : WALL_UNKNOWN;
	return ev;
}

static void decide_shown(const struct cuts_turn *w)
{
	for (uint32_t s = 0; s < w->c->source_count; s++) {
		const struct cuts_look *look = &w->looks[s];

		if (look->kind != LOOK_SHOWS || look->shown == w->now->sources[s].shown)
			continue;
		add(w, EVENT_CUT_SHOWN, wall_is_known(look->at) ? look->at : w->t->now, look->shown)
			->cut_source = s;
	}
}

/* --- due, missing, unseen ------------------------------------------------------------------------ */

/* The main site is seen not to show the newest cut that is due. */
static bool is_known_absent(const struct engine *e, const struct plan_cuts *c,
			    const struct cuts_now *now)
{
	for (uint32_t s = 0; s < c->kind_count; s++) {
		if (!cuts_has(now, now->sources[s].seen, now->number) &&
		    cuts_look_at(e, c, now, s).kind == LOOK_SHOWS)
			return true;
	}
	return false;
}

static void add_unseen(const struct cuts_turn *w, uint32_t from, uint32_t to)
{
	struct event *ev = add(w, EVENT_CUT_UNSEEN, w->t->now, 0);

	ev->seq_from = from;
	ev->seq_to = to;
}

static void decide_due(const struct cuts_turn *w)
{
	const struct cuts_now *now = w->now;
	uint32_t n = cuts_due_count(w->c, w->t->now);

	if (n <= now->number)
		return;
	if (now->state != CUT_WAITING && !cuts_has(now, now->published, now->number)) {
		if (is_known_absent(w->t->e, w->c, now))
			add(w, EVENT_CUT_MISSING, cuts_due_at(w->c, now->number + 1), now->number);
		else
			add_unseen(w, now->number, now->number);
	}
	add(w, EVENT_CUT_DUE, cuts_due_at(w->c, n), n);
	if (n > now->number + 1) /* they came due while nobody looked: we had no power */
		add_unseen(w, now->number + 1, n - 1);
}

/* --- published ----------------------------------------------------------------------------------- */

static bool all_kinds_have(const struct cuts_turn *w, uint32_t ordinal)
{
	for (uint32_t s = 0; s < w->c->kind_count; s++) {
		if (!cuts_has(w->now, w->now->sources[s].seen, ordinal))
			return false;
	}
	return true;
}

/* The last kind of data that came to show it makes it published. */
static struct wall_time published_at(const struct cuts_turn *w, uint32_t ordinal)
{
	struct wall_time at = WALL_UNKNOWN;

	for (uint32_t s = 0; s < w->c->kind_count; s++) {
		const struct cut_source_now *source = &w->now->sources[s];

		at = wall_max(at, source->shown == ordinal ? source->since : source->late_at);
	}
	return wall_is_known(at) ? at : w->t->now;
}

static void decide_published(const struct cuts_turn *w)
{
	uint32_t oldest =
		w->now->number > CUT_SET_BITS - 2 ? w->now->number - (CUT_SET_BITS - 2) : 1;

	for (uint32_t n = oldest; n <= w->now->number; n++) {
		if (!cuts_has(w->now, w->now->published, n) && all_kinds_have(w, n))
			add(w, EVENT_CUT_PUBLISHED, published_at(w, n), n);
	}
}

/* --- how the newest cut that is due is published --------------------------------------------------- */

struct cut_verdict {
	enum cut_state state;
	enum service_state effect;
	uint64_t late, blind; /* sets of sources */
	bool kind_shows; /* a kind of data on the main site shows it */
	bool all_show;
	struct wall_time began; /* of what makes it worse */
	struct wall_time good; /* when the last of those that were told came to show it */
	struct wall_time newest; /* ... the last of all */
};

/* The newest cut that a source has shown, whatever it shows now. */
static uint32_t newest_seen(const struct cuts_now *now, const struct cut_source_now *s)
{
	for (uint32_t n = now->number; n > s->shown && n + CUT_SET_BITS > now->number + 2; n--) {
		if (cuts_has(now, s->seen, n))
			return n;
	}
	return s->shown;
}

/* Since when a source lacks a cut that it should show: the moment at which the first one that it lacks was due, or at which
 * it went back to an older one. */
static struct wall_time absent_since(const struct plan_cuts *c, const struct cuts_now *now,
				     uint32_t source)
{
	const struct cut_source_now *s = &now->sources[source];
	uint32_t newest = newest_seen(now, s), lacks = newest + 1;
	struct wall_time due =
		cuts_due_at(c, lacks > now->first_judged ? lacks : now->first_judged);

	/* A backlog may have told of the newest one only after that. */
	return newest > s->shown ? wall_min(wall_max(s->since, s->late_at), due) : due;
}

/* Since when a source is known to show the newest cut that is due; unknown if it does not. What is not seen now, and showed it when it
 * was seen last, shows it: it makes no difference whether that was heard at once or late. */
static struct wall_time shows_since(const struct cuts_now *now, uint32_t source,
				    const struct cuts_look *look)
{
	const struct cut_source_now *s = &now->sources[source];

	if (s->shown >= now->number)
		return s->since;
	return look->kind != LOOK_SHOWS && cuts_has(now, s->seen, now->number) &&
			       s->late_at.us > s->since.us
		       ? s->late_at
		       : WALL_UNKNOWN;
}

/* Until when it may take its time with it. */
static struct wall_time limit_of(const struct plan_cuts *c, const struct cuts_now *now,
				 uint32_t source)
{
	return wall_add_us(absent_since(c, now, source), grace_of(c, source));
}

static void judge_source(const struct cuts_turn *w, uint32_t s, struct cut_verdict *v)
{
	const struct cuts_now *now = w->now;
	const struct cut_source_now *source = &now->sources[s];
	const struct cuts_look *look = &w->looks[s];
	uint64_t bit = UINT64_C(1) << s;
	/* What was late stays late until it shows the newest cut that is due. */
	bool is_over = limit_of(w->c, now, s).us <= w->t->now.us || (now->late & bit) != 0;
	struct wall_time since = absent_since(w->c, now, s), shows = shows_since(now, s, look);

	if (source->shown >= now->number || wall_is_known(shows)) {
		v->kind_shows = v->kind_shows || s < w->c->kind_count;
		v->newest = wall_max(v->newest, shows);
		if ((now->late | now->blind) & bit)
			v->good = wall_max(v->good, shows);
		return;
	}
	if (is_over || !cuts_has(now, source->seen, now->number))
		v->all_show = false;
	if (look->kind == LOOK_UNKNOWN) { /* as it was told last */
		v->late |= now->late & bit;
		v->blind |= now->blind & bit;
	} else if (is_over && look->kind == LOOK_BLIND) {
		v->blind |= bit;
	} else if (is_over) {
		v->late |= bit;
	}
	if (((v->late & ~now->late) | (v->blind & ~now->blind)) & bit &&
	    (!wall_is_known(v->began) || since.us < v->began.us))
		v->began = since;
}

static enum service_state effect_of(const struct plan_cuts *c, const struct cut_verdict *v)
{
	uint64_t kinds = (c->kind_count < CUT_SET_BITS ? UINT64_C(1) << c->kind_count : 0) - 1;
	uint32_t mirrors = c->source_count - c->kind_count;
	uint32_t bad = count_of(v->late & ~kinds), unseen = count_of(v->blind & ~kinds);

	if ((v->late & kinds) != 0 || mirrors - bad < c->mirrors_needed)
		return SERVICE_DOWN;
	if ((v->blind & kinds) != 0 || mirrors - bad - unseen < c->mirrors_needed)
		return SERVICE_BLIND;
	return v->late != 0 ? SERVICE_DEGRADED : SERVICE_OK;
}

static bool is_kind_late(const struct plan_cuts *c, const struct cut_verdict *v)
{
	for (uint32_t s = 0; s < c->kind_count; s++) {
		if (v->late >> s & 1)
			return true;
	}
	return false;
}

static struct cut_verdict judge(const struct cuts_turn *w)
{
	struct cut_verdict v = {.all_show = true,
				.began = WALL_UNKNOWN,
				.good = WALL_UNKNOWN,
				.newest = WALL_UNKNOWN};
	enum cut_state absent = w->now->missing_run > 0 ? CUT_MISSING : CUT_LATE;

	for (uint32_t s = 0; s < w->c->source_count; s++)
		judge_source(w, s, &v);
	v.effect = effect_of(w->c, &v);
	if (is_kind_late(w->c, &v) && !v.kind_shows)
		v.state = absent;
	else if (v.late != 0)
		v.state = CUT_INCONSISTENT;
	else if (v.blind != 0)
		v.state = CUT_BLIND;
	else if (v.all_show)
		v.state = CUT_COMPLETE;
	else
		v.state = w->now->missing_run > 0 ? CUT_MISSING : CUT_DUE;
	return v;
}

static enum event_kind kind_of(const struct cut_verdict *v)
{
	switch (v->state) {
	case CUT_INCONSISTENT:
		return EVENT_CUT_INCONSISTENT;
	case CUT_BLIND:
		return EVENT_CUT_BLIND;
	case CUT_COMPLETE:
		return EVENT_CUT_CONSISTENT;
	case CUT_LATE:
	case CUT_MISSING:
		return v->late != 0 ? EVENT_CUT_LATE : EVENT_CUT_AWAITED;
	case CUT_WAITING:
	case CUT_DUE:
	case CUT_OVER:
	case CUT_STATE_COUNT:
		break;
	}
	return EVENT_CUT_AWAITED;
}

static bool is_served(enum service_state s)
{
	return s == SERVICE_OK || s == SERVICE_DEGRADED;
}

static void decide_verdict(const struct cuts_turn *w)
{
	const struct cuts_now *now = w->now;
	struct cut_verdict v = judge(w);
	struct wall_time at = w->t->now;
	struct event *ev;

	if (v.state == now->state && v.effect == now->effect && v.late == now->late &&
	    v.blind == now->blind)
		return;
	if (v.state == CUT_COMPLETE && wall_is_known(v.newest))
		at = v.newest;
	else if (is_served(v.effect) && !is_served(now->effect) && wall_is_known(v.good))
		at = v.good;
	ev = add(w, kind_of(&v), at, now->number);
	ev->to = (int)v.state;
	ev->from = (int)v.effect;
	ev->cut_late = v.late;
	ev->cut_blind = v.blind;
	/* While it is not served its beginning stands. */
	ev->began = is_served(v.effect)       ? WALL_UNKNOWN
		    : !is_served(now->effect) ? now->began
		    : wall_is_known(v.began)  ? v.began
					      : cuts_due_at(w->c, now->number);
}

/* --- at least so many in each clock hour ----------------------------------------------------------- */

static struct cut_hour hour_now(const struct cuts_now *now, int64_t hour)
{
	const struct cut_hour *h = &now->hours[hour % CUT_HOURS_KEPT];

	return h->hour == hour ? *h : (struct cut_hour){.hour = hour};
}

static void add_hour(const struct cuts_turn *w, const struct cut_hour *h, const char *result)
{
	struct event *ev = add(w, EVENT_CUT_HOUR, w->t->now, 0);

	ev->until = (struct wall_time){h->hour * CUT_HOUR_US};
	ev->number = h->published;
	ev->level = cuts_needed(w->c, h->hour);
	ev->attempt = h->unseen;
	event_set_text(ev, result);
}

static const char *result_of(const struct cuts_turn *w, const struct cut_hour *h)
{
	uint32_t needed = cuts_needed(w->c, h->hour);

	if (h->published >= needed)
		return "met";
	return h->published + h->unseen >= needed ? "unseen" : "short";
}

/* What may still be published in that hour: those that come due, and the newest one until the next is due. */
static bool is_reachable(const struct cuts_turn *w, const struct cut_hour *h)
{
	uint32_t left = cuts_due_count(w->c, (struct wall_time){(h->hour + 1) * CUT_HOUR_US - 1}) -
			w->now->number;
	bool open = w->now->number > 0 && !cuts_has(w->now, w->now->published, w->now->number) &&
		    !cuts_has(w->now, w->now->missing | w->now->unseen, w->now->number);

	return h->published + h->unseen + left + open >= cuts_needed(w->c, h->hour);
}

static void decide_hours(const struct cuts_turn *w)
{
	const struct cuts_now *now = w->now;
	int64_t last = cuts_hour_of(cuts_due_at(w->c, w->c->count)), h = now->hour_next;
	struct cut_hour slot;

	if (w->c->at_least_per_hour == 0)
		return;
	for (int i = 0; i < CUT_HOURS_KEPT; i++) { /* late data has changed what was told */
		slot = now->hours[i];
		if (slot.is_closed && slot.told != slot.published)
			add_hour(w, &slot, result_of(w, &slot));
	}
	for (; h <= last && cuts_hour_end(w->c, h).us <= w->t->now.us &&
	       h < now->hour_next + CUT_HOURS_KEPT;
	     h++) {
		slot = hour_now(now, h);
		add_hour(w, &slot, result_of(w, &slot));
	}
	if (h > last || cuts_hour_of(w->t->now) < h)
		return;
	slot = hour_now(now, h);
	if (h == now->hour_next && !slot.is_unreachable && !is_reachable(w, &slot))
		add_hour(w, &slot, "unreachable");
}

/* --- the end --------------------------------------------------------------------------------------- */

/* The last cut is neither published nor told to be missing, though its time is over. */
static bool is_last_missing(const struct engine *e, const struct plan_cuts *c,
			    const struct cuts_now *now)
{
	return !cuts_has(now, now->published, now->number) && now->last_missing < now->number &&
	       is_known_absent(e, c, now);
}

static void decide_end(const struct cuts_turn *w)
{
	const struct cuts_now *now = w->now;
	struct event *ev;

	if (now->number < w->c->count || w->t->now.us < cuts_due_at(w->c, w->c->count + 1).us)
		return;
	if (is_last_missing(w->t->e, w->c, now)) {
		add(w, EVENT_CUT_MISSING, cuts_due_at(w->c, now->number + 1), now->number);
	} else if (now->state == CUT_BLIND &&
		   !cuts_has(now, now->published | now->unseen | now->missing, now->number)) {
		add_unseen(w, now->number, now->number);
	} else if (now->state == CUT_COMPLETE || now->state == CUT_BLIND) {
		ev = add(w, EVENT_CUT_OVER, w->t->now, 0);
		ev->number = now->published_count;
		ev->level = now->missing_count;
		ev->attempt = now->unseen_count;
	}
}

/* --- decide ---------------------------------------------------------------------------------------- */

static void decide_series(const struct cuts_turn *w)
{
	/* Each reads what the ones before it have told: one at a time. */
	static void (*const parts[])(const struct cuts_turn *) = {decide_due,       decide_shown,
								  decide_published, decide_verdict,
								  decide_hours,     decide_end};
	size_t before = w->t->out->count;

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		if (i > 0 && w->now->state == CUT_WAITING)
			return;
		parts[i](w);
		if (w->t->out->count > before)
			return;
	}
}

void cuts_decide(const struct turn *t)
{
	const struct engine *e = t->e;

	for (uint32_t i = 0; i < e->plan->cuts_count; i++) {
		struct cuts_turn w = {
			.t = t, .index = i, .c = &e->plan->cuts[i], .now = &e->cuts[i]};

		if (w.now->state == CUT_OVER || t->now.us < w.c->first_us)
			continue;
		for (uint32_t s = 0; s < w.c->source_count; s++)
			w.looks[s] = cuts_look_at(e, w.c, w.now, s);
		decide_series(&w);
	}
}

/* A late sample tells of a cut that this source was not seen to show. */
static uint32_t found_late(const struct engine *e, const struct plan_use *u, const struct sample *s)
{
	const struct plan_cuts *c = &e->plan->cuts[u->index];
	const struct cuts_now *now = &e->cuts[u->index];
	uint32_t value = c->sources[u->source].value, ordinal;

	if (now->state == CUT_WAITING || value >= s->value_count || s->values[value] == MICRO_NONE)
		return 0;
	ordinal = cuts_ordinal_of(c, now->number, s->values[value]);
	if (ordinal == 0 || ordinal > now->number || cuts_bit(now, ordinal) == 0 ||
	    cuts_has(now, now->sources[u->source].seen, ordinal) ||
	    s->t.us < cuts_due_at(c, ordinal).us - c->grace_us)
		return 0;
	return ordinal;
}

/* Of a sample that is not observed yet; afterwards the newest is `last` itself. */
static bool is_late(const struct engine *e, const struct sample *s)
{
	const struct vantage_soft *soft = &e->soft[s->vantage];

	return s->backlog || s->t.us <= e->vantages[s->vantage].judged.us ||
	       (soft->has_sample && s->t.us <= soft->last.t.us);
}

bool cuts_wants(const struct engine *e, const struct sample *s)
{
	const struct plan *p = e->plan;
	uint32_t check = p->vantages[s->vantage].check;
	const struct vantage_soft *soft = &e->soft[s->vantage];

	for (uint32_t i = p->use_first[check]; i < p->use_first[check + 1]; i++) {
		const struct plan_use *u = &p->uses[i];
		uint32_t v;

		if (u->kind != USE_CUT || e->cuts[u->index].state == CUT_OVER)
			continue;
		if (is_late(e, s)) {
			if (found_late(e, u, s) != 0)
				return true;
			continue;
		}
		v = p->cuts[u->index].sources[u->source].value;
		if (!soft->has_sample || soft->last.value_count != s->value_count ||
		    (v < s->value_count && soft->last.values[v] != s->values[v]))
			return true;
	}
	return false;
}

void cuts_decide_late(const struct turn *t, const struct sample *s)
{
	const struct plan *p = t->e->plan;
	uint32_t check = p->vantages[s->vantage].check;

	if (!s->backlog && s->t.us >= t->e->soft[s->vantage].last.t.us &&
	    s->t.us > t->e->vantages[s->vantage].judged.us)
		return;
	for (uint32_t i = p->use_first[check]; i < p->use_first[check + 1]; i++) {
		const struct plan_use *u = &p->uses[i];
		uint32_t ordinal = u->kind == USE_CUT && t->e->cuts[u->index].state != CUT_OVER
					   ? found_late(t->e, u, s)
					   : 0;
		struct event *ev;

		if (ordinal == 0)
			continue;
		ev = turn_add(t, EVENT_CUT_SHOWN, s->t);
		ev->cuts = u->index;
		ev->cut_source = u->source;
		ev->number = ordinal;
		ev->estimated = true;
	}
}

/* --- deadlines -------------------------------------------------------------------------------------- */

static struct wall_time series_deadline(const struct engine *e, uint32_t index)
{
	const struct plan_cuts *c = &e->plan->cuts[index];
	const struct cuts_now *now = &e->cuts[index];
	struct wall_time d = now->number < c->count ? cuts_due_at(c, now->number + 1) : WALL_NEVER;

	if (now->state == CUT_OVER)
		return WALL_NEVER;
	if (now->state == CUT_WAITING)
		return d;
	for (uint32_t s = 0; s < c->source_count; s++) {
		/* What is told, or cannot be known yet, has no limit that we wait for. */
		struct cuts_look look = cuts_look_at(e, c, now, s);

		if (now->sources[s].shown < now->number && !((now->late | now->blind) >> s & 1) &&
		    look.kind != LOOK_UNKNOWN && !wall_is_known(shows_since(now, s, &look)))
			d = wall_min(d, limit_of(c, now, s));
	}
	if (c->at_least_per_hour > 0 && now->hour_next <= cuts_hour_of(cuts_due_at(c, c->count)))
		d = wall_min(d, cuts_hour_end(c, now->hour_next));
	if (now->number == c->count &&
	    (now->state == CUT_COMPLETE || now->state == CUT_BLIND || is_last_missing(e, c, now)))
		d = wall_min(d, cuts_due_at(c, c->count + 1));
	return d;
}

struct wall_time cuts_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->cuts_count; i++)
		d = wall_min(d, series_deadline(e, i));
	return d;
}
