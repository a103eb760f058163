/* timefmt.h - instants as text. UTC inside, Mexico City shown: UTC-6 all year, since daylight saving
 * ended on 2022-10-30 (tzdata 2022f); times before that day are shown in UTC-6 as well. Pure: no
 * tz database, no libc time functions. */
#ifndef VIGIA_BASE_TIMEFMT_H
#define VIGIA_BASE_TIMEFMT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"

enum { TIMEFMT_SIZE = 48, MEXICO_CITY_OFFSET_S = -6 * 3600 };

struct civil {
	int year, month, day, hour, minute, second, us;
};
struct civil civil_from_wall(struct wall_time t, int offset_s);

/* "2026-06-07T14:03:00.250000Z" and "2026-06-07 08:03:00". */
void timefmt_utc(char dst[TIMEFMT_SIZE], struct wall_time t) NONNULL(1);
void timefmt_local(char dst[TIMEFMT_SIZE], struct wall_time t) NONNULL(1);
/* "08:03:00", Mexico City. */
void timefmt_local_clock(char dst[TIMEFMT_SIZE], struct wall_time t) NONNULL(1);

/* Reads "2026-06-07", "2026-06-07T08:15", "2026-06-07 08:15:30" or "08:15[:30]" as Mexico City time. A time without a day is the last such
 * one before `now`, with `ahead` the next one after it. ERR_SYNTAX, ERR_RANGE for a day that does not exist. */
enum err timefmt_parse_local(struct slice text, struct wall_time now, bool ahead,
			     struct wall_time *ret) NONNULL(4) MUST_CHECK;

#endif
