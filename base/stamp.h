/* stamp.h - moments as people and servers write them: in plans, on pages, in HTTP headers. What has no
 * zone is Mexico City's (UTC-6, timefmt.h). Pure; trailing bytes are refused. */
#ifndef VIGIA_BASE_STAMP_H
#define VIGIA_BASE_STAMP_H

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "base/timefmt.h"

enum { STAMP_TEXT_MAX = 64 }; /* longer text is no moment */

/* "2024-05-12T12:00" or with ":SS": local time, nothing else. ERR_SYNTAX, or ERR_RANGE for a day or hour that
 * does not exist. */
enum err stamp_parse_local(struct slice s, struct wall_time *ret) NONNULL(2) MUST_CHECK;
/* That, with a blank for the T, a fraction, "Z" or "-06:00"; also "12/05/2024 12:20" (day first) and the date of HTTP,
 * "Sun, 12 May 2024 18:20:00 GMT" (RFC 9110, 5.6.7). */
enum err stamp_parse(struct slice s, struct wall_time *ret) NONNULL(2) MUST_CHECK;

/* "2024-05-12T12:00", with ":SS" where there are any; whole seconds. stamp_parse_local reads it back. */
void stamp_format_local(char dst[TIMEFMT_SIZE], struct wall_time t) NONNULL(1);

#endif
