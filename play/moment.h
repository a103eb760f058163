/* moment.h - moments as scenarios write them: seconds or a duration since the start, `+` after the line before, or the
 * clock on the wall in Mexico City. */
#ifndef VIGIA_PLAY_MOMENT_H
#define VIGIA_PLAY_MOMENT_H

#include "base/attr.h"
#include "base/instant.h"

/* "12.5" "5m" "+30s" "08:05" "08:05:10" "2026-06-07T08:05". A clock needs `start` (else NULL), and means the day of the
 * newest moment `before_us`, or the next day if it lies before that moment. NULL, or what is wrong with the text. */
const char *moment_read(const char *text, const struct wall_time *start, int64_t before_us,
			int64_t *ret_us) NONNULL(1, 4);
/* "2026-06-07T08:00" or with seconds, local time. NULL, or what is wrong. */
const char *moment_read_date(const char *text, struct wall_time *ret) NONNULL_ALL;

#endif
