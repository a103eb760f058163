/* clock.h - the only reader of clocks in the collector. Wall time that never goes back: the wall clock at the
 * start plus the monotonic time since (STYLE 3.7). */
#ifndef VIGIA_COLLECTOR_CLOCK_H
#define VIGIA_COLLECTOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"

struct clock {
	struct wall_time start_wall;
	struct mono_time start_mono;
	int64_t known_step_us; /* how far the system's clock stands off ours, as last told */
};

/* `not_before`: the last recorded time of the journal (WALL_UNKNOWN if empty). A system's clock that stands more than
 * CLOCK_LEAP_MAX_DAYS after it is not believed unless `trusted` (a dead battery, a typing error): a journal whose
 * time never goes back would stand in that future for ever. Time then goes on from the journal's end. */
enum { CLOCK_LEAP_MAX_DAYS = 366 };
void clock_start(struct clock *c, struct wall_time not_before, bool trusted) NONNULL_ALL;
/* The system's clock, as it is: to name things, never to reckon with. */
struct wall_time clock_system(void);
/* How far the system's clock stands off ours now. */
int64_t clock_off_us(const struct clock *c) NONNULL_ALL;
struct wall_time clock_now(const struct clock *c) NONNULL_ALL;
struct mono_time clock_mono(void);
/* How far the system's clock has been stepped since the last call that returned not 0 (> 2 s), else 0. */
int64_t clock_take_step_us(struct clock *c) NONNULL_ALL;

#endif
