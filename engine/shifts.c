/* Who holds a seat at which hour: a plan's shifts, laid over a moment. */
#include "engine/shifts.h"

#include "base/timefmt.h"

#define OFFSET_US (MEXICO_CITY_OFFSET_S * US_PER_S)
#define DAY_US (86400 * US_PER_S)

/* Days since 1970-01-01 in Mexico City; that was a Thursday. */
static int64_t day_of(struct wall_time t)
{
	int64_t local = t.us + OFFSET_US;

	return local >= 0 ? local / DAY_US : (local - DAY_US + 1) / DAY_US;
}

static bool is_on_day(const struct plan_shift *s, int64_t day)
{
	int64_t weekday = ((day + 3) % 7 + 7) % 7;

	return (s->days >> weekday & 1) != 0;
}

static struct wall_time begin_on(const struct plan_shift *s, int64_t day)
{
	return (struct wall_time){day * DAY_US - OFFSET_US + s->from_us};
}

static bool is_within(struct wall_time begin, int64_t length_us, struct wall_time at)
{
	return begin.us <= at.us && at.us < begin.us + length_us;
}

/* A shift lasts 24 h at most: it began today or yesterday. */
static bool is_in_force(const struct plan_shift *s, struct wall_time at)
{
	int64_t today = day_of(at);

	if (s->dated)
		return is_within((struct wall_time){s->from_us}, s->length_us, at);
	for (int64_t day = today - 1; day <= today; day++) {
		if (is_on_day(s, day) && is_within(begin_on(s, day), s->length_us, at))
			return true;
	}
	return false;
}

static const struct plan_shift *shift_at(const struct plan *p, uint32_t seat, struct wall_time at)
{
	const struct plan_shift *weekly = NULL;

	for (uint32_t i = 0; i < p->shift_count; i++) {
		const struct plan_shift *s = &p->shifts[i];

		if (s->seat != seat || (weekly != NULL && !s->dated) || !is_in_force(s, at))
			continue;
		if (s->dated)
			return s;
		weekly = s;
	}
	return weekly;
}

struct seat_holders seat_holders(const struct plan *p, uint32_t seat, struct wall_time at)
{
	const struct plan_seat *own = &p->seats[seat];
	const struct plan_shift *s = shift_at(p, seat, at);
	struct seat_holders h = {own->titular, own->suplente};

	if (s != NULL) {
		h.titular = s->titular;
		if (s->suplente != PLAN_NONE)
			h.suplente = s->suplente;
	} else if (own->titular == PLAN_NONE) {
		h.suplente = PLAN_NONE; /* who stands behind a shift does not stand alone */
	}
	if (h.suplente == h.titular)
		h.suplente = PLAN_NONE;
	return h;
}

bool seat_has_shifts(const struct plan *p, uint32_t seat)
{
	for (uint32_t i = 0; i < p->shift_count; i++) {
		if (p->shifts[i].seat == seat)
			return true;
	}
	return false;
}

static struct wall_time sooner(struct wall_time begin, int64_t length_us, struct wall_time after,
			       struct wall_time best)
{
	struct wall_time end = wall_add_us(begin, length_us);

	if (begin.us > after.us)
		best = wall_min(best, begin);
	return end.us > after.us ? wall_min(best, end) : best;
}

struct wall_time seat_next_change(const struct plan *p, uint32_t seat, struct wall_time after)
{
	struct wall_time best = WALL_NEVER;
	int64_t today = day_of(after);

	for (uint32_t i = 0; i < p->shift_count; i++) {
		const struct plan_shift *s = &p->shifts[i];

		if (s->seat != seat)
			continue;
		if (s->dated)
			best = sooner((struct wall_time){s->from_us}, s->length_us, after, best);
		for (int64_t day = today - 1; !s->dated && day <= today + 7; day++) {
			if (is_on_day(s, day))
				best = sooner(begin_on(s, day), s->length_us, after, best);
		}
	}
	return best;
}

size_t seat_gaps(const struct plan *p, uint32_t seat, struct wall_time from, struct wall_time until,
		 struct seat_gap *ret, size_t max)
{
	struct wall_time end = WALL_UNKNOWN;
	size_t n = 0;

	for (struct wall_time t = from; t.us < until.us;) {
		struct wall_time next = wall_min(seat_next_change(p, seat, t), until);

		if (seat_holders(p, seat, t).titular != PLAN_NONE) {
			end = WALL_UNKNOWN;
		} else if (wall_is_known(end)) { /* goes on over a change of another kind */
			if (n <= max)
				ret[n - 1].until = next;
			end = next;
		} else {
			if (n < max)
				ret[n] = (struct seat_gap){t, next};
			n++;
			end = next;
		}
		t = next;
	}
	return n;
}
