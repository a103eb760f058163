#include "tests/support/press.h"

#include "base/micro.h"

enum { TROUBLE_OVER_S = 4, COPY_EACH_S = 70, HOUR_S = 3600 };

static const struct plan_cuts *series_of(const struct engine_world *w)
{
	return &view_plan(w->engine)->cuts[0];
}

static int64_t second_of(int64_t us)
{
	return world_ms((struct wall_time){us}) / 1000;
}

static int64_t due_of(const struct plan_cuts *c, uint32_t ordinal)
{
	return second_of(c->first_us + ((int64_t)ordinal - 1) * c->every_us);
}

static int64_t grace_of(const struct plan_cuts *c, uint32_t source)
{
	return (source < c->kind_count ? c->grace_us : c->mirror_grace_us) / US_PER_S;
}

void press_open(struct press *p)
{
	*p = (struct press){0};
}

void press_disturb(struct press *p, int64_t second)
{
	p->disturbed = second;
}

/* Most in time, some late, some never. */
static int64_t draw_way(struct rand *rand, int64_t grace, int64_t every, bool calm)
{
	uint64_t luck = rand_u64(rand) % 20;

	if (calm || luck < 15)
		return (int64_t)(rand_u64(rand) % (uint64_t)(grace - 2));
	if (luck < 18)
		return grace + (int64_t)(rand_u64(rand) % (uint64_t)(every - grace));
	return INT64_MAX;
}

static void draw_cut(struct press *p, const struct plan_cuts *c, struct rand *rand,
		     uint32_t ordinal, bool calm)
{
	for (uint32_t s = 0; s < PRESS_SOURCES; s++) {
		int64_t after =
			draw_way(rand, c->grace_us / US_PER_S, c->every_us / US_PER_S, calm);

		p->shows_at[s][ordinal] =
			after == INT64_MAX ? INT64_MAX : due_of(c, ordinal) + after;
	}
	p->drawn = ordinal;
}

static void set_value(struct engine_world *w, uint32_t check, int64_t value)
{
	const struct plan_check *c = &view_plan(w->engine)->checks[check];

	for (uint32_t i = 0; i < c->vantage_count; i++)
		w->value[c->vantage_first + i] = value;
}

static bool is_seen(const struct engine_world *w, uint32_t check)
{
	const struct plan *plan = view_plan(w->engine);
	const struct plan_check *c = &plan->checks[check];

	for (uint32_t i = 0; i < c->vantage_count; i++) {
		uint32_t v = c->vantage_first + i;

		if (w->health[v] != HEALTH_OK || w->cut[plan->vantages[v].agent])
			return false;
	}
	return true;
}

void press_publish(struct press *p, struct engine_world *w, struct rand *rand, int64_t second,
		   bool calm)
{
	const struct plan_cuts *c = series_of(w);
	uint32_t rpo = view_plan(w->engine)->services[0].rpo_check;

	while (p->drawn < c->count && due_of(c, p->drawn + 1) <= second + 1)
		draw_cut(p, c, rand, p->drawn + 1, calm);
	for (uint32_t s = 0; s < c->source_count; s++) {
		for (uint32_t n = p->shown[s] + 1; n <= p->drawn; n++) {
			if (p->shows_at[s][n] <= second + 1) {
				p->shown[s] = n;
				p->shown_since[s] = second + 1;
			}
		}
		set_value(w, c->sources[s].check,
			  p->shown[s] == 0 ? 7 * MICRO
					   : ((int64_t)c->first_number + p->shown[s] - 1) * MICRO);
		if (!is_seen(w, c->sources[s].check))
			p->seen_since[s] = second + 2;
	}
	if (calm || rand_u64(rand) % COPY_EACH_S == 0)
		p->copied = second;
	set_value(w, rpo, (second + 1 - p->copied) * MICRO);
	if (!is_seen(w, rpo))
		p->copy_seen_since = second + 2;
}

/* Seen without trouble from this second on, by somebody who has been looking for a while. */
static int64_t clear_since(const struct press *p, uint32_t source)
{
	int64_t since = p->seen_since[source] > p->disturbed ? p->seen_since[source] : p->disturbed;

	return since + TROUBLE_OVER_S;
}

static const char *look_at_late(struct press *p, const struct plan_cuts *c, const struct event *ev)
{
	uint64_t fresh = ev->cut_late & ~p->told_late;
	int64_t now = second_of(ev->recorded.us);

	p->told_late = ev->cut_late;
	for (uint32_t s = 0; s < c->source_count; s++) {
		if (fresh >> s & 1 && clear_since(p, s) < now && p->shown[s] >= ev->number &&
		    p->shown_since[s] < now)
			return "a source is told late though it shows the cut";
		/* What failed before it was due lacks the cut before. */
		if (fresh >> s & 1 && p->shown[s] + 1 >= ev->number && p->shown_since[s] < now &&
		    clear_since(p, s) < due_of(c, (uint32_t)ev->number) &&
		    now < due_of(c, (uint32_t)ev->number) + grace_of(c, s))
			return "a source is told late within its grace";
	}
	return NULL;
}

/* A cut whose time is over, looked at without trouble all the while, is published or missing, and that is told. */
static const char *look_at_past_cut(const struct press *p, const struct plan_cuts *c,
				    uint32_t ordinal)
{
	int64_t due = due_of(c, ordinal), end = due_of(c, ordinal + 1);
	bool all = true;

	for (uint32_t s = 0; s < c->kind_count; s++) {
		if (clear_since(p, s) >= due)
			return NULL;
		all = all && p->shows_at[s][ordinal] < end - 1;
		if (p->shows_at[s][ordinal] >= end - 1 && p->shows_at[s][ordinal] <= end)
			return NULL; /* as the next one came due: either is right */
	}
	if (all && !p->published[ordinal])
		return "a cut was published and it is not told";
	if (!all && !p->missing[ordinal])
		return "a missing cut goes untold";
	return NULL;
}

static const char *look_at_published(struct press *p, const struct plan_cuts *c,
				     const struct event *ev)
{
	int64_t now = second_of(ev->recorded.us);

	for (uint32_t s = 0; s < c->kind_count; s++) {
		if (p->shows_at[s][ev->number] > now)
			return "a cut is told as published that is not";
	}
	if (p->published[ev->number])
		return "a cut is told as published twice";
	p->published[ev->number] = true;
	p->published_at[ev->number] = second_of(ev->at.us) > due_of(c, (uint32_t)ev->number)
					      ? second_of(ev->at.us)
					      : due_of(c, (uint32_t)ev->number);
	return NULL;
}

static const char *look_at_hour(const struct press *p, const struct event *ev)
{
	int64_t from = second_of(ev->until.us);
	uint32_t n = 0;

	for (uint32_t k = 1; k < PRESS_CUTS; k++)
		n += p->published[k] && p->published_at[k] >= from &&
		     p->published_at[k] < from + HOUR_S;
	return n == ev->number ? NULL : "the cuts of an hour are counted wrong";
}

static const char *look_at_entry(struct press *p, const struct plan_cuts *c, const struct event *ev)
{
	switch ((int)ev->kind) {
	case EVENT_CUT_LATE:
	case EVENT_CUT_INCONSISTENT:
	case EVENT_CUT_BLIND:
	case EVENT_CUT_AWAITED:
	case EVENT_CUT_CONSISTENT:
		return look_at_late(p, c, ev);
	case EVENT_CUT_MISSING:
		p->missing[ev->number] = true;
		return p->published[ev->number] ? "a published cut is told as missing" : NULL;
	case EVENT_CUT_PUBLISHED:
		return look_at_published(p, c, ev);
	case EVENT_CUT_DUE:
		return ev->number > 1 ? look_at_past_cut(p, c, (uint32_t)ev->number - 1) : NULL;
	case EVENT_CUT_HOUR:
		return look_at_hour(p, ev);
	case EVENT_PLAN_APPLIED:
		p->told_late = 0;
		return NULL;
	default:
		return NULL;
	}
}

static const char *look_at_copy(const struct press *p, const struct engine_world *w, int64_t second)
{
	struct view_rpo v;
	int64_t since = p->copy_seen_since > p->disturbed ? p->copy_seen_since : p->disturbed;

	if (second < since + TROUBLE_OVER_S || !view_rpo(w->engine, 0, &v))
		return NULL;
	if (v.estimated)
		return "the age of a copy is estimated though it is measured";
	return (v.state == RPO_STATE_EXCEEDED) ==
			       ((second + 1 - p->copied) * US_PER_S >= v.limit_us)
		       ? NULL
		       : "an RPO is exceeded untold, or told though it is met";
}

const char *press_look(struct press *p, struct engine_world *w, int64_t second)
{
	const char *wrong = NULL;

	for (; wrong == NULL && p->looked < w->count; p->looked++)
		wrong = look_at_entry(p, series_of(w), &w->events[p->looked].ev);
	return wrong != NULL ? wrong : look_at_copy(p, w, second);
}
