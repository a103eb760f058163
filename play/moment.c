#include "play/moment.h"

#include <string.h>

#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"

#define US_PER_DAY (86400 * US_PER_S)

enum { DATE_CHARS = 10 };

/* Exactly two digits, at most `max`. */
static bool two_digits(const char *p, int max, int *ret)
{
	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*ret = (p[0] - '0') * 10 + (p[1] - '0');
	return *ret <= max;
}

/* "HH:MM" or "HH:MM:SS" since midnight. */
static bool read_clock(const char *text, int64_t *ret_us)
{
	int h, m, s = 0;
	size_t n = strlen(text);

	if ((n != 5 && n != 8) || text[2] != ':' || !two_digits(text, 23, &h) ||
	    !two_digits(text + 3, 59, &m))
		return false;
	if (n == 8 && (text[5] != ':' || !two_digits(text + 6, 59, &s)))
		return false;
	*ret_us = (h * INT64_C(3600) + m * INT64_C(60) + s) * US_PER_S;
	return true;
}

const char *moment_read_date(const char *text, struct wall_time *ret)
{
	int64_t day, clock;

	if (strlen(text) < DATE_CHARS + 1 || text[DATE_CHARS] != 'T' ||
	    parse_date((struct slice){text, DATE_CHARS}, &day) != ERR_OK ||
	    !read_clock(text + DATE_CHARS + 1, &clock))
		return "is not a local time; write 2026-06-07T08:00";
	ret->us = (day - MEXICO_CITY_OFFSET_S) * US_PER_S + clock;
	return NULL;
}

static const char *read_wall(const char *text, const struct wall_time *start, int64_t before_us,
			     int64_t *ret_us)
{
	struct wall_time t;
	int64_t clock, before, midnight;
	const char *why;

	if (start == NULL)
		return "is a clock on the wall, and there is no start line to say of which day";
	if (strchr(text, 'T') != NULL) {
		why = moment_read_date(text, &t);
		*ret_us = why == NULL ? wall_diff_us(t, *start) : 0;
		return why;
	}
	if (!read_clock(text, &clock))
		return "is not a moment; write 08:05 or 08:05:10";
	before = start->us + before_us + MEXICO_CITY_OFFSET_S * US_PER_S;
	midnight = before - before % US_PER_DAY;
	if (midnight + clock < before)
		midnight += US_PER_DAY;
	*ret_us = midnight + clock - MEXICO_CITY_OFFSET_S * US_PER_S - start->us;
	return NULL;
}

const char *moment_read(const char *text, const struct wall_time *start, int64_t before_us,
			int64_t *ret_us)
{
	static const int64_t longest = 366 * US_PER_DAY;
	bool later = text[0] == '+';
	const char *why = NULL;
	int64_t us = 0;

	if (strchr(text, ':') != NULL)
		why = read_wall(text, start, before_us, &us);
	else if (micro_parse(slice_of(text + later), &us) != ERR_OK &&
		 parse_duration_us(slice_of(text + later), &us) != ERR_OK)
		why = "is not a moment; write seconds (12.5), a duration (5m), +30s or 08:05";
	else
		us += later ? before_us : 0;
	if (why == NULL && (us < 0 || us > longest))
		why = "is outside of what can be played, a year from the start";
	*ret_us = us;
	return why;
}
