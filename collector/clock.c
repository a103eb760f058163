#include "collector/clock.h"

#include <time.h>

enum { STEP_MIN_S = 2 };
#define LEAP_MAX_US (CLOCK_LEAP_MAX_DAYS * INT64_C(86400) * US_PER_S)

struct wall_time clock_system(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct wall_time){(int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000};
}

struct mono_time clock_mono(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (struct mono_time){(int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000};
}

void clock_start(struct clock *c, struct wall_time not_before, bool trusted)
{
	struct wall_time wall = clock_system();

	if (wall_is_known(not_before) && !trusted && wall_diff_us(wall, not_before) > LEAP_MAX_US)
		wall = not_before;
	c->start_wall = wall_max(wall, not_before);
	c->start_mono = clock_mono();
	c->known_step_us = 0;
}

int64_t clock_off_us(const struct clock *c)
{
	return wall_diff_us(clock_system(), clock_now(c));
}

struct wall_time clock_now(const struct clock *c)
{
	return wall_add_us(c->start_wall, mono_diff_us(clock_mono(), c->start_mono));
}

int64_t clock_take_step_us(struct clock *c)
{
	int64_t off = wall_diff_us(clock_system(), clock_now(c)), step = off - c->known_step_us;

	if (step > -STEP_MIN_S * US_PER_S && step < STEP_MIN_S * US_PER_S)
		return 0;
	c->known_step_us = off;
	return step;
}
