/* shifts.h - who holds a seat at which hour (plan section `shifts:`, docs/PLAN.md). Pure functions of plan and time; times of day are
 * Mexico City's, UTC-6 all year. A dated shift goes before a weekly one, of equals the first in the plan; outside of its shifts the seat is
 * held by its own titular, and if it has none by nobody. */
#ifndef VIGIA_ENGINE_SHIFTS_H
#define VIGIA_ENGINE_SHIFTS_H

#include "base/attr.h"
#include "base/instant.h"
#include "engine/plan.h"

struct seat_holders {
	uint32_t titular, suplente; /* PLAN_NONE: nobody */
};
struct seat_holders seat_holders(const struct plan *p, uint32_t seat,
				 struct wall_time at) NONNULL_ALL;
bool seat_has_shifts(const struct plan *p, uint32_t seat) NONNULL_ALL;
/* The next moment after `after` at which a shift of the seat begins or ends; WALL_NEVER = none. */
struct wall_time seat_next_change(const struct plan *p, uint32_t seat,
				  struct wall_time after) NONNULL_ALL;

/* The times in [from, until) at which nobody holds the seat, in order, those that touch joined; returns how many there are, of which
 * `max` are written. */
struct seat_gap {
	struct wall_time from, until;
};
size_t seat_gaps(const struct plan *p, uint32_t seat, struct wall_time from, struct wall_time until,
		 struct seat_gap *ret, size_t max) NONNULL_ALL;

#endif
