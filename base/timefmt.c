#include "base/timefmt.h"

#include <stdio.h>

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
