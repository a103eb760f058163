#include "engine/cuts_series.h"

#include "base/micro.h"

struct wall_time cuts_due_at(const struct plan_cuts *c, uint32_t ordinal)
{
	return (struct wall_time){c->first_us + ((int64_t)ordinal - 1) * c->every_us};
}

uint32_t cuts_due_count(const struct plan_cuts *c, struct wall_time now)
{
	int64_t n;

	if (now.us < c->first_us)
		return 0;
	n = (now.us - c->first_us) / c->every_us + 1;
	return n < c->count ? (uint32_t)n : c->count;
}

int64_t cuts_hour_of(struct wall_time t)
{
	return t.us / CUT_HOUR_US;
}

struct wall_time cuts_hour_end(const struct plan_cuts *c, int64_t hour)
{
	return wall_min((struct wall_time){(hour + 1) * CUT_HOUR_US}, cuts_due_at(c, c->count + 1));
}

static uint32_t due_within(const struct plan_cuts *c, int64_t hour)
{
	struct wall_time end = {(hour + 1) * CUT_HOUR_US - 1}, before = {hour * CUT_HOUR_US - 1};

	return cuts_due_count(c, end) - cuts_due_count(c, before);
}

uint32_t cuts_needed(const struct plan_cuts *c, int64_t hour)
{
	uint32_t due = due_within(c, hour);

	return due < c->at_least_per_hour ? due : c->at_least_per_hour;
}

uint32_t cuts_ordinal_of(const struct plan_cuts *c, uint32_t number, int64_t value)
{
	int64_t n;

	if (c->by == CUT_BY_NUMBER) {
		if (value < 0 || value % MICRO != 0)
			return 0;
		n = value / MICRO - c->first_number + 1;
	} else {
		/* Seconds in millionths are our microseconds. */
		if (value < c->first_us - c->grace_us || value >= cuts_due_at(c, c->count + 1).us)
			return 0;
		n = (value - c->first_us + c->grace_us) / c->every_us + 1;
		n = n > c->count ? c->count : n; /* after the last there is no next one */
	}
	return n >= 1 && n <= c->count && n <= (int64_t)number + 1 ? (uint32_t)n : 0;
}
