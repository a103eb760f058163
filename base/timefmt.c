#include "base/timefmt.h"

#include <stdio.h>

#include "base/parse.h"

struct civil civil_from_wall(struct wall_time t, int offset_s)
{
	int64_t s = t.us / US_PER_S, us = t.us % US_PER_S, days, rest, era, doe, yoe, doy, mp;
	struct civil c;

	if (us < 0) {
		us += US_PER_S;
		s--;
	}
	s += offset_s;
	days = s / 86400;
	rest = s % 86400;
	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c.year = (int)(yoe + era * 400 + (c.month <= 2));
	c.hour = (int)(rest / 3600);
	c.minute = (int)(rest / 60 % 60);
	c.second = (int)(rest % 60);
	c.us = (int)us;
	return c;
}

void timefmt_utc(char dst[TIMEFMT_SIZE], struct wall_time t)
{
	struct civil c = civil_from_wall(t, 0);

	snprintf(dst, TIMEFMT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", c.year, c.month, c.day,
		 c.hour, c.minute, c.second, c.us);
}

void timefmt_local(char dst[TIMEFMT_SIZE], struct wall_time t)
{
	struct civil c = civil_from_wall(t, MEXICO_CITY_OFFSET_S);

	snprintf(dst, TIMEFMT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d", c.year, c.month, c.day, c.hour,
		 c.minute, c.second);
}

void timefmt_local_clock(char dst[TIMEFMT_SIZE], struct wall_time t)
{
	struct civil c = civil_from_wall(t, MEXICO_CITY_OFFSET_S);

	snprintf(dst, TIMEFMT_SIZE, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

/* "08:15" or "08:15:30" as seconds of the day. */
static enum err parse_clock(struct slice s, int64_t *ret)
{
	int64_t h, m, sec = 0;

	if ((s.n != 5 && s.n != 8) || s.p[2] != ':' || (s.n == 8 && s.p[5] != ':'))
		return ERR_SYNTAX;
	if (parse_i64((struct slice){s.p, 2}, 0, 23, &h) != ERR_OK ||
	    parse_i64((struct slice){s.p + 3, 2}, 0, 59, &m) != ERR_OK ||
	    (s.n == 8 && parse_i64((struct slice){s.p + 6, 2}, 0, 59, &sec) != ERR_OK))
		return ERR_RANGE;
	*ret = h * 3600 + m * 60 + sec;
	return ERR_OK;
}

enum err timefmt_parse_local(struct slice text, struct wall_time now, bool ahead,
			     struct wall_time *ret)
{
	const int64_t day_s = 86400;
	int64_t day, clock = 0, us;
	enum err e;

	if (text.n == 5 || text.n == 8) {
		int64_t local = now.us + MEXICO_CITY_OFFSET_S * US_PER_S;

		e = parse_clock(text, &clock);
		if (e != ERR_OK)
			return e;
		us = local - (local % (day_s * US_PER_S)) + clock * US_PER_S;
		if (!ahead && us > local)
			us -= day_s * US_PER_S;
		if (ahead && us <= local)
			us += day_s * US_PER_S;
		*ret = (struct wall_time){us - MEXICO_CITY_OFFSET_S * US_PER_S};
		return ERR_OK;
	}
	if (text.n < 10)
		return ERR_SYNTAX;
	e = parse_date((struct slice){text.p, 10}, &day);
	if (e == ERR_OK && text.n > 10)
		e = text.p[10] == 'T' || text.p[10] == ' '
			    ? parse_clock((struct slice){text.p + 11, text.n - 11}, &clock)
			    : ERR_SYNTAX;
	if (e != ERR_OK)
		return e;
	*ret = (struct wall_time){(day + clock - MEXICO_CITY_OFFSET_S) * US_PER_S};
	return ERR_OK;
}
