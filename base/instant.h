/* instant.h - two kinds of instant that cannot be mixed. Durations are plain int64_t with the unit
 * in the name (x_us, x_ms). mono_time measures, wall_time is written down (UTC). Microseconds:
 * the journal's unit (DESIGN 6). */
#ifndef VIGIA_BASE_INSTANT_H
#define VIGIA_BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

struct mono_time {
	int64_t us; /* since an arbitrary moment of this boot */
};
struct wall_time {
	int64_t us; /* since 1970-01-01T00:00:00Z, no leap seconds */
};

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)

/* "No such moment" for a deadline; sorts after every real one. */
#define WALL_NEVER ((struct wall_time){INT64_MAX})
#define MONO_NEVER ((struct mono_time){INT64_MAX})
/* "Not known" for a moment of the past; never a real time of ours. */
#define WALL_UNKNOWN ((struct wall_time){INT64_MIN})

static inline struct wall_time wall_add_us(struct wall_time t, int64_t us)
{
	return (struct wall_time){t.us + us};
}
static inline struct mono_time mono_add_us(struct mono_time t, int64_t us)
{
	return (struct mono_time){t.us + us};
}
static inline int64_t wall_diff_us(struct wall_time later, struct wall_time earlier)
{
	return later.us - earlier.us;
}
static inline int64_t mono_diff_us(struct mono_time later, struct mono_time earlier)
{
	return later.us - earlier.us;
}
static inline bool wall_is_known(struct wall_time t)
{
	return t.us != INT64_MIN;
}
static inline struct wall_time wall_min(struct wall_time a, struct wall_time b)
{
	return a.us <= b.us ? a : b;
}
static inline struct wall_time wall_max(struct wall_time a, struct wall_time b)
{
	return a.us >= b.us ? a : b;
}

#endif
