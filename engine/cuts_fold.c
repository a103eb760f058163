/* The fold of publication cuts: what each entry of the journal changes, and what another plan does to a series. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/cuts_series.h"

static struct cut_hour *slot_of(struct cuts_now *now, int64_t hour)
{
	struct cut_hour *h = &now->hours[hour % CUT_HOURS_KEPT];

	if (h->hour != hour)
		*h = (struct cut_hour){.hour = hour};
	return h;
}

static bool is_served(enum service_state s)
{
	return s == SERVICE_OK || s == SERVICE_DEGRADED;
}

static void shift(struct cuts_now *now, const struct plan_cuts *c, uint32_t ordinal)
{
	uint32_t by = ordinal - now->number;

#define SHIFT(set) set = by < CUT_SET_BITS ? set << by : 0
	SHIFT(now->published);
	SHIFT(now->missing);
	SHIFT(now->unseen);
	for (uint32_t s = 0; s < c->source_count; s++)
		SHIFT(now->sources[s].seen);
#undef SHIFT
	now->number = ordinal;
}

static void apply_due(struct cuts_now *now, const struct plan_cuts *c, const struct event *ev)
{
	if ((uint32_t)ev->number <= now->number)
		return;
	shift(now, c, (uint32_t)ev->number);
	if (now->state == CUT_WAITING || now->state == CUT_COMPLETE) {
		now->state = CUT_DUE;
		now->since = ev->recorded;
	}
}

static void apply_shown(struct cuts_now *now, const struct event *ev)
{
	struct cut_source_now *s = &now->sources[ev->cut_source];
	uint32_t ordinal = (uint32_t)ev->number;

	if (ordinal > 0)
		s->seen |= cuts_bit(now, ordinal);
	if (ev->estimated) {
		s->late_at = wall_max(s->late_at, ev->at);
		return;
	}
	s->shown = ordinal;
	s->since = ev->at;
}

static void apply_published(struct cuts_now *now, const struct plan_cuts *c, const struct event *ev)
{
	uint32_t ordinal = (uint32_t)ev->number;
	uint64_t bit = cuts_bit(now, ordinal);
	struct wall_time due = cuts_due_at(c, ordinal);

	/* A cut that is shown a little before its moment is that hour's. */
	slot_of(now, cuts_hour_of(wall_max(ev->at, due)))->published++;
	if (now->unseen & bit) { /* a backlog told */
		slot_of(now, cuts_hour_of(due))->unseen--;
		now->unseen_count--;
	}
	now->missing_count -= (now->missing & bit) != 0;
	now->unseen &= ~bit;
	now->missing &= ~bit;
	now->published |= bit;
	now->published_count++;
	now->last_published = wall_max(now->last_published, ev->at);
	if (ordinal == now->number)
		now->missing_run = 0;
}

static void apply_missing(struct cuts_now *now, const struct event *ev)
{
	now->missing |= cuts_bit(now, (uint32_t)ev->number);
	now->last_missing = (uint32_t)ev->number;
	now->missing_count++;
	now->missing_run++;
	if (now->state == CUT_LATE) {
		now->state = CUT_MISSING;
		now->since = ev->recorded;
	}
}

static void apply_unseen(struct cuts_now *now, const struct plan_cuts *c, const struct event *ev)
{
	for (uint64_t n = ev->seq_from; n <= ev->seq_to && n <= c->count; n++) {
		now->unseen |= cuts_bit(now, (uint32_t)n);
		now->unseen_count++;
		slot_of(now, cuts_hour_of(cuts_due_at(c, (uint32_t)n)))->unseen++;
	}
}

static void apply_hour(struct cuts_now *now, const struct event *ev)
{
	struct cut_hour *h = slot_of(now, cuts_hour_of(ev->until));

	if (strcmp(ev->text, "unreachable") == 0) {
		h->is_unreachable = true;
		return;
	}
	h->is_closed = true;
	h->told = (uint32_t)ev->number;
	if (h->hour >= now->hour_next)
		now->hour_next = h->hour + 1;
}

static void apply_verdict(struct cuts_now *now, const struct event *ev)
{
	enum service_state effect = (enum service_state)ev->from;

	if (is_served(effect) && !is_served(now->effect))
		now->good = wall_max(ev->at, now->began);
	now->began = ev->began;
	now->effect = effect;
	if (now->state != (enum cut_state)ev->to)
		now->since = ev->recorded;
	now->state = (enum cut_state)ev->to;
	now->late = ev->cut_late;
	now->blind = ev->cut_blind;
}

static void apply_over(struct cuts_now *now, const struct event *ev)
{
	if (!is_served(now->effect))
		now->good = ev->recorded; /* nothing more is due */
	now->state = CUT_OVER;
	now->effect = SERVICE_OK;
	now->since = ev->recorded;
	now->late = now->blind = 0;
}

void cuts_apply(struct engine *e, const struct event *ev)
{
	struct cuts_now *now;
	const struct plan_cuts *c;

	assert(ev->cuts < e->plan->cuts_count);
	now = &e->cuts[ev->cuts];
	c = &e->plan->cuts[ev->cuts];
	switch ((int)ev->kind) {
	case EVENT_CUT_DUE:
		apply_due(now, c, ev);
		break;
	case EVENT_CUT_SHOWN:
		assert(ev->cut_source < c->source_count);
		apply_shown(now, ev);
		break;
	case EVENT_CUT_PUBLISHED:
		apply_published(now, c, ev);
		break;
	case EVENT_CUT_MISSING:
		apply_missing(now, ev);
		break;
	case EVENT_CUT_UNSEEN:
		apply_unseen(now, c, ev);
		break;
	case EVENT_CUT_HOUR:
		apply_hour(now, ev);
		break;
	case EVENT_CUT_OVER:
		apply_over(now, ev);
		break;
	default:
		apply_verdict(now, ev);
		break;
	}
}

/* --- another plan ------------------------------------------------------------------------------------ */

/* The first cut that is judged is the next one: what was shown before nobody looked at. */
static void begin(struct cuts_now *now, const struct plan_cuts *c, struct wall_time t)
{
	*now = (struct cuts_now){.state = CUT_WAITING,
				 .effect = SERVICE_OK,
				 .number = cuts_due_count(c, t),
				 .first_judged = cuts_due_count(c, t) + 1,
				 .since = t,
				 .began = WALL_UNKNOWN,
				 .good = WALL_UNKNOWN,
				 .last_published = WALL_UNKNOWN};
	now->hour_next = cuts_hour_of(cuts_due_at(c, 1));
	if (now->number > 0)
		now->hour_next = cuts_hour_of(t) + 1;
	if (now->number == c->count)
		now->state = CUT_OVER;
	now->sources = mem_calloc(c->source_count, sizeof(*now->sources));
	for (uint32_t s = 0; s < c->source_count; s++)
		now->sources[s].since = now->sources[s].late_at = WALL_UNKNOWN;
}

static bool is_same_series(const struct plan_cuts *a, const struct plan_cuts *b)
{
	return a->first_us == b->first_us && a->every_us == b->every_us && a->count == b->count &&
	       a->by == b->by && a->first_number == b->first_number;
}

static void carry_source(struct cuts_now *now, uint32_t to, const struct cuts_now *old,
			 uint32_t from)
{
	now->sources[to] = old->sources[from];
	if (old->late >> from & 1)
		now->late |= UINT64_C(1) << to;
	if (old->blind >> from & 1)
		now->blind |= UINT64_C(1) << to;
}

/* A source that is new has the grace to show the cut that is due. */
static void carry_series(struct cuts_now *now, const struct plan_cuts *c,
			 const struct cuts_now *old, const struct plan_cuts *oc, struct wall_time t)
{
	struct cut_source_now *sources = now->sources;

	*now = *old;
	now->sources = sources;
	now->late = now->blind = 0;
	for (uint32_t s = 0; s < c->source_count; s++) {
		uint32_t from = plan_find_cut_source(oc, slice_of(c->sources[s].name));

		if (from != PLAN_NONE) {
			carry_source(now, s, old, from);
		} else {
			now->sources[s].since = t;
			now->sources[s].seen = cuts_bit(now, now->number);
		}
	}
}

struct cuts_now *cuts_carry(const struct engine *e, const struct plan *p, struct wall_time now)
{
	struct cuts_now *cuts = mem_calloc(p->cuts_count, sizeof(*cuts));

	for (uint32_t i = 0; i < p->cuts_count; i++) {
		uint32_t old = e->plan != NULL ? plan_find_cuts(e->plan, slice_of(p->cuts[i].id))
					       : PLAN_NONE;

		begin(&cuts[i], &p->cuts[i], now);
		if (old != PLAN_NONE && is_same_series(&p->cuts[i], &e->plan->cuts[old]))
			carry_series(&cuts[i], &p->cuts[i], &e->cuts[old], &e->plan->cuts[old],
				     now);
	}
	return cuts;
}

void cuts_free(struct cuts_now *cuts, const struct plan *p)
{
	for (uint32_t i = 0; cuts != NULL && i < p->cuts_count; i++)
		free(cuts[i].sources);
	free(cuts);
}
