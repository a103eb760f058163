#include "base/stamp.h"

#include <stdio.h>

#include "base/parse.h"

/* A reader that moves along the text; `bad` sticks. */
struct reader {
	struct slice left;
	enum err bad;
};

static void fail(struct reader *r, enum err e)
{
	if (r->bad == ERR_OK)
		r->bad = e;
}

static bool next_is(const struct reader *r, char c)
{
	return r->left.n > 0 && r->left.p[0] == c;
}

static bool take_char(struct reader *r, char c)
{
	if (!next_is(r, c))
		return false;
	r->left.p++;
	r->left.n--;
	return true;
}

static void want(struct reader *r, char c)
{
	if (!take_char(r, c))
		fail(r, ERR_SYNTAX);
}

static struct slice take(struct reader *r, size_t n)
{
	struct slice s = {r->left.p, n <= r->left.n ? n : r->left.n};

	if (n > r->left.n)
		fail(r, ERR_SYNTAX);
	r->left.p += s.n;
	r->left.n -= s.n;
	return s;
}

/* Exactly `digits` digits. */
static int64_t number(struct reader *r, size_t digits, int64_t max)
{
	struct slice s = take(r, digits);
	int64_t v = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			fail(r, ERR_SYNTAX);
		v = v * 10 + (s.p[i] - '0');
	}
	if (v > max)
		fail(r, ERR_RANGE);
	return r->bad == ERR_OK ? v : 0;
}

/* Microseconds of a civil day. */
static int64_t day_us(struct reader *r, int64_t year, int64_t month, int64_t day)
{
	char text[16];
	int64_t s = 0;
	enum err e;

	snprintf(text, sizeof(text), "%04d-%02d-%02d", (int)year, (int)month, (int)day);
	e = r->bad == ERR_OK ? parse_date(slice_of(text), &s) : ERR_OK;
	if (e != ERR_OK)
		fail(r, ERR_RANGE); /* digits are digits by now: the day does not exist */
	return s * US_PER_S;
}

/* HH:MM[:SS[.fraction]] */
static int64_t clock_us(struct reader *r, bool fraction)
{
	int64_t us = number(r, 2, 23) * 3600 * US_PER_S, scale = US_PER_S;

	want(r, ':');
	us += number(r, 2, 59) * 60 * US_PER_S;
	if (r->bad != ERR_OK || !take_char(r, ':'))
		return us;
	us += number(r, 2, 59) * US_PER_S;
	if (!fraction || !take_char(r, '.'))
		return us;
	if (r->left.n == 0 || r->left.p[0] < '0' || r->left.p[0] > '9')
		fail(r, ERR_SYNTAX);
	while (r->left.n > 0 && r->left.p[0] >= '0' && r->left.p[0] <= '9') {
		scale /= 10;
		us += number(r, 1, 9) * scale;
	}
	return us;
}

static int64_t zone_us(struct reader *r)
{
	int64_t sign, us;

	if (r->left.n == 0)
		return MEXICO_CITY_OFFSET_S * US_PER_S;
	if (take_char(r, 'Z'))
		return 0;
	sign = next_is(r, '-') ? -1 : 1;
	if (!take_char(r, '-'))
		want(r, '+');
	us = number(r, 2, 14) * 3600 * US_PER_S;
	want(r, ':');
	return sign * (us + number(r, 2, 59) * 60 * US_PER_S);
}

static enum err finish(const struct reader *r, int64_t us, struct wall_time *ret)
{
	if (r->bad != ERR_OK)
		return r->bad;
	if (r->left.n > 0)
		return ERR_SYNTAX;
	ret->us = us;
	return ERR_OK;
}

static int64_t iso_day(struct reader *r)
{
	int64_t year = number(r, 4, 9999), month, day;

	want(r, '-');
	month = number(r, 2, 12);
	want(r, '-');
	day = number(r, 2, 31);
	return day_us(r, year, month, day);
}

static enum err read_iso(struct slice s, struct wall_time *ret)
{
	struct reader r = {s, ERR_OK};
	int64_t us = iso_day(&r);

	if (!take_char(&r, 'T'))
		want(&r, ' ');
	us += clock_us(&r, true);
	return finish(&r, us - zone_us(&r), ret);
}

static enum err read_day_first(struct slice s, struct wall_time *ret)
{
	struct reader r = {s, ERR_OK};
	int64_t day = number(&r, 2, 31), month, us;

	want(&r, '/');
	month = number(&r, 2, 12);
	want(&r, '/');
	us = day_us(&r, number(&r, 4, 9999), month, day);
	(void)take_char(&r, ',');
	want(&r, ' ');
	us += clock_us(&r, false) - MEXICO_CITY_OFFSET_S * US_PER_S;
	return finish(&r, us, ret);
}

static enum err read_http(struct slice s, struct wall_time *ret)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct reader r = {s, ERR_OK};
	struct slice name;
	int64_t day, month = 0, us;

	take(&r, 3); /* the day of the week says nothing that the date does not */
	want(&r, ',');
	want(&r, ' ');
	day = number(&r, 2, 31);
	want(&r, ' ');
	name = take(&r, 3);
	for (int64_t m = 1; m <= 12; m++) {
		if (slice_eq(name, (struct slice){months + 3 * (m - 1), 3}))
			month = m;
	}
	if (month == 0)
		fail(&r, ERR_SYNTAX);
	want(&r, ' ');
	us = day_us(&r, number(&r, 4, 9999), month, day);
	want(&r, ' ');
	us += clock_us(&r, false);
	if (r.bad == ERR_OK && !slice_is(take(&r, 4), " GMT"))
		fail(&r, ERR_SYNTAX);
	return finish(&r, us, ret);
}

enum err stamp_parse_local(struct slice s, struct wall_time *ret)
{
	struct reader r = {s, s.n > STAMP_TEXT_MAX ? ERR_SYNTAX : ERR_OK};
	int64_t us = iso_day(&r);

	want(&r, 'T');
	us += clock_us(&r, false);
	return finish(&r, us - MEXICO_CITY_OFFSET_S * US_PER_S, ret);
}

enum err stamp_parse(struct slice s, struct wall_time *ret)
{
	if (s.n > STAMP_TEXT_MAX || s.n < 16)
		return ERR_SYNTAX;
	if (s.p[3] == ',')
		return read_http(s, ret);
	return s.p[2] == '/' ? read_day_first(s, ret) : read_iso(s, ret);
}

void stamp_format_local(char dst[TIMEFMT_SIZE], struct wall_time t)
{
	struct civil c = civil_from_wall(t, MEXICO_CITY_OFFSET_S);
	int n = snprintf(dst, TIMEFMT_SIZE, "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day,
			 c.hour, c.minute);

	if (c.second != 0)
		snprintf(dst + n, (size_t)(TIMEFMT_SIZE - n), ":%02d", c.second);
}
