#include "base/parse.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/micro.h"

enum err parse_i64(struct slice s, int64_t min, int64_t max, int64_t *ret)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	size_t i = negative ? 1 : 0;
	int64_t v = 0;

	if (i == s.n)
		return ERR_SYNTAX;
	for (; i < s.n; i++) {
		int d = s.p[i] - '0';

		if (d < 0 || d > 9)
			return ERR_SYNTAX;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    (negative ? __builtin_sub_overflow(v, d, &v)
			      : __builtin_add_overflow(v, d, &v)))
			return ERR_RANGE;
	}
	if (v < min || v > max)
		return ERR_RANGE;
	*ret = v;
	return ERR_OK;
}

struct unit {
	const char *word;
	int64_t factor;
};

static const struct unit duration_units[] = {
	{"w", 7 * 86400 * US_PER_S},
	{"d", 86400 * US_PER_S},
	{"h", 3600 * US_PER_S},
	{"m", 60 * US_PER_S},
	{"s", US_PER_S},
	{"ms", US_PER_MS},
	{"us", 1},
};

static const struct unit size_units[] = {
	{"", 1},
	{"B", 1},
	{"kB", 1000},
	{"KiB", 1024},
	{"MB", 1000000},
	{"MiB", 1024 * 1024},
	{"GB", 1000000000},
	{"GiB", INT64_C(1) << 30},
	{"TB", INT64_C(1000000000000)},
	{"TiB", INT64_C(1) << 40},
};

static const struct unit *find_unit(const struct unit *table, size_t count, struct slice word)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(word, table[i].word))
			return &table[i];
	}
	return NULL;
}

/* Length of the leading characters of s that are digits (from..9 and, if `dot`, a point). */
static size_t number_length(struct slice s, bool dot)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || (dot && s.p[n] == '.')))
		n++;
	return n;
}

static size_t letters_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z')))
		n++;
	return n;
}

static struct slice rest_of(struct slice s, size_t skip)
{
	return (struct slice){s.p + skip, s.n - skip};
}

enum err parse_duration_us(struct slice s, int64_t *ret)
{
	int64_t total = 0, last = INT64_MAX;

	if (slice_is(s, "0")) {
		*ret = 0;
		return ERR_OK;
	}
	if (s.n == 0)
		return ERR_SYNTAX;
	while (s.n > 0) {
		size_t digits = number_length(s, false);
		size_t letters = letters_length(rest_of(s, digits));
		const struct unit *u = find_unit(duration_units, COUNT_OF(duration_units),
						 (struct slice){s.p + digits, letters});
		int64_t v;
		enum err e;

		if (u == NULL || u->factor >= last)
			return ERR_SYNTAX;
		e = parse_i64((struct slice){s.p, digits}, 0, INT64_MAX, &v);
		if (e != ERR_OK)
			return e;
		if (__builtin_mul_overflow(v, u->factor, &v) ||
		    __builtin_add_overflow(total, v, &total))
			return ERR_RANGE;
		last = u->factor;
		s = rest_of(s, digits + letters);
	}
	*ret = total;
	return ERR_OK;
}

enum err parse_size(struct slice s, int64_t *ret)
{
	size_t digits = number_length(s, false);
	const struct unit *u = find_unit(size_units, COUNT_OF(size_units), rest_of(s, digits));
	int64_t v;
	enum err e;

	if (u == NULL)
		return ERR_SYNTAX;
	e = parse_i64((struct slice){s.p, digits}, 0, INT64_MAX, &v);
	if (e != ERR_OK)
		return e;
	if (__builtin_mul_overflow(v, u->factor, &v))
		return ERR_RANGE;
	*ret = v;
	return ERR_OK;
}

enum err parse_quantity_micro(struct slice s, int64_t *ret)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	size_t digits = negative + number_length(rest_of(s, negative), true);
	struct slice word = rest_of(s, digits);
	const struct unit *duration = find_unit(duration_units, COUNT_OF(duration_units), word);
	const struct unit *size = find_unit(size_units, COUNT_OF(size_units), word);
	int64_t v;
	enum err e = micro_parse((struct slice){s.p, digits}, &v);

	if (e != ERR_OK)
		return e;
	if (slice_is(word, "%")) {
		*ret = v / 100;
		return ERR_OK;
	}
	if (duration == NULL && size == NULL)
		return ERR_SYNTAX;
	if (duration != NULL && duration->factor < US_PER_S)
		v /= US_PER_S / duration->factor;
	else if (__builtin_mul_overflow(
			 v, duration != NULL ? duration->factor / US_PER_S : size->factor, &v))
		return ERR_RANGE;
	*ret = v;
	return ERR_OK;
}

enum err parse_bool(struct slice s, bool *ret)
{
	static const char *const yes[] = {"true", "yes", "on"};
	static const char *const no[] = {"false", "no", "off"};

	for (size_t i = 0; i < COUNT_OF(yes); i++) {
		if (slice_is(s, yes[i]) || slice_is(s, no[i])) {
			*ret = slice_is(s, yes[i]);
			return ERR_OK;
		}
	}
	return ERR_SYNTAX;
}

enum err parse_host_port(struct slice s, char *host, size_t host_size, uint16_t *ret_port)
{
	const char *colon = s.n > 0 ? memrchr(s.p, ':', s.n) : NULL;
	struct slice name;
	int64_t port;
	enum err e;

	if (colon == NULL)
		return ERR_SYNTAX;
	name = (struct slice){s.p, (size_t)(colon - s.p)};
	if (name.n > 2 && name.p[0] == '[' && name.p[name.n - 1] == ']')
		name = (struct slice){name.p + 1, name.n - 2};
	else if (memchr(name.p, ':', name.n) != NULL)
		return ERR_SYNTAX;
	if (name.n == 0 || name.n >= host_size || memchr(name.p, '\0', name.n) != NULL)
		return ERR_SYNTAX;
	e = parse_i64(rest_of(s, name.n == s.n ? s.n : (size_t)(colon - s.p) + 1), 1, 65535, &port);
	if (e != ERR_OK)
		return e;
	memcpy(host, name.p, name.n);
	host[name.n] = '\0';
	*ret_port = (uint16_t)port;
	return ERR_OK;
}

bool parse_is_address(const char *s)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, s, bytes) == 1 || inet_pton(AF_INET6, s, bytes) == 1;
}

bool parse_is_loopback(const char *s)
{
	static const unsigned char one[16] = {[15] = 1};
	unsigned char bytes[16];

	if (inet_pton(AF_INET, s, bytes) == 1)
		return bytes[0] == 127;
	return inet_pton(AF_INET6, s, bytes) == 1 && memcmp(bytes, one, sizeof(one)) == 0;
}

static bool is_punctuation(char c)
{
	return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'));
}

bool parse_is_host_name(const char *s)
{
	if (*s == '\0' || *s == '-' || *s == '.' || strlen(s) > 253)
		return false;
	for (; *s != '\0'; s++) {
		bool alnum = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
			     (*s >= '0' && *s <= '9');

		if (!alnum && strchr("-._", *s) == NULL)
			return false;
	}
	return true;
}

bool parse_is_id(struct slice s, const char *extra)
{
	if (s.n == 0 || s.n > 63)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			continue;
		if (i > 0 && i + 1 < s.n && (c == '-' || c == '_' || c == '.'))
			continue;
		/* The parts name folders and files: none may be "", "." or "..". */
		if (c == '\0' || strchr(extra, c) == NULL || i == 0 || i + 1 == s.n ||
		    is_punctuation(s.p[i - 1]) || is_punctuation(s.p[i + 1]))
			return false;
	}
	return true;
}

/* Days since 1970-01-01 of a date of the proleptic Gregorian calendar. */
static int64_t days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

enum err parse_date(struct slice s, int64_t *ret_unix_s)
{
	static const unsigned char month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t y, m, d;
	bool leap;

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' ||
	    parse_i64((struct slice){s.p, 4}, 1970, 9999, &y) != ERR_OK ||
	    parse_i64((struct slice){s.p + 5, 2}, 1, 12, &m) != ERR_OK ||
	    parse_i64((struct slice){s.p + 8, 2}, 1, 31, &d) != ERR_OK)
		return ERR_SYNTAX;
	leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (d > month_days[m - 1] || (m == 2 && d == 29 && !leap))
		return ERR_RANGE;
	*ret_unix_s = days_from_civil(y, m, d) * 86400;
	return ERR_OK;
}

void format_duration(char *dst, size_t size, int64_t us)
{
	const char *sign = us < 0 ? "-" : "";
	uint64_t u = us < 0 ? 0 - (uint64_t)us : (uint64_t)us;
	uint64_t s = u / (uint64_t)US_PER_S;

	if (u < (uint64_t)US_PER_S)
		snprintf(dst, size, "%s%llums", sign, (unsigned long long)(u / 1000));
	else if (s < 60)
		snprintf(dst, size, "%s%llus", sign, (unsigned long long)s);
	else if (s < 3600)
		snprintf(dst, size, "%s%llum %02llus", sign, (unsigned long long)(s / 60),
			 (unsigned long long)(s % 60));
	else if (s < 2 * 86400)
		snprintf(dst, size, "%s%lluh %02llum", sign, (unsigned long long)(s / 3600),
			 (unsigned long long)(s / 60 % 60));
	else
		snprintf(dst, size, "%s%llud %lluh", sign, (unsigned long long)(s / 86400),
			 (unsigned long long)(s / 3600 % 24));
}

void format_duration_exact(char *dst, size_t size, int64_t us)
{
	size_t used = 0;

	if (size == 0)
		return;
	snprintf(dst, size, "0");
	for (size_t i = 0; i < COUNT_OF(duration_units) && us > 0; i++) {
		int64_t n = us / duration_units[i].factor;

		if (n == 0)
			continue;
		us -= n * duration_units[i].factor;
		if (used < size)
			used += (size_t)snprintf(dst + used, size - used, "%lld%s", (long long)n,
						 duration_units[i].word);
	}
}
