/* timefmt - UTC inside, Mexico City shown (UTC-6, no daylight saving). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timefmt.h"

static void known_instants(void **state)
{
	char text[TIMEFMT_SIZE];
	struct wall_time t = {
		INT64_C(1780840980250000)}; /* 2026-06-07T14:03:00.25Z, a summer day */

	(void)state;
	timefmt_utc(text, t);
	assert_string_equal(text, "2026-06-07T14:03:00.250000Z");
	timefmt_local(text, t);
	assert_string_equal(text, "2026-06-07 08:03:00");
	timefmt_local_clock(text, t);
	assert_string_equal(text, "08:03:00");
	timefmt_utc(text, (struct wall_time){0});
	assert_string_equal(text, "1970-01-01T00:00:00.000000Z");
	timefmt_utc(text, (struct wall_time){-1});
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
	timefmt_utc(text, (struct wall_time){INT64_C(951782400000000)});
	assert_string_equal(text, "2000-02-29T00:00:00.000000Z");
}

static void local_times_are_read(void **state)
{
	const struct wall_time now = {INT64_C(1780840980250000)}; /* 2026-06-07 08:03:00.25 there */
	static const struct {
		const char *text;
		bool ahead;
		enum err err;
		const char *local;
	} cases[] = {
		{"2026-06-07", false, ERR_OK, "2026-06-07 00:00:00"},
		{"2026-06-07T08:15", false, ERR_OK, "2026-06-07 08:15:00"},
		{"2026-06-07 23:59:59", true, ERR_OK, "2026-06-07 23:59:59"},
		{"08:03", false, ERR_OK, "2026-06-07 08:03:00"},
		{"08:04", false, ERR_OK, "2026-06-06 08:04:00"},
		{"08:04", true, ERR_OK, "2026-06-07 08:04:00"},
		{"08:03:00", true, ERR_OK, "2026-06-08 08:03:00"},
		{"20:30:15", true, ERR_OK, "2026-06-07 20:30:15"},
		{"24:00", true, ERR_RANGE, NULL},
		{"08:60", true, ERR_RANGE, NULL},
		{"08.15", true, ERR_SYNTAX, NULL},
		{"08:15-30", true, ERR_SYNTAX, NULL},
		{"2026-02-30", true, ERR_RANGE, NULL},
		{"2026-06-07x08:15", true, ERR_SYNTAX, NULL},
		{"2026-06-07T", true, ERR_SYNTAX, NULL},
		{"hoy", true, ERR_SYNTAX, NULL},
		{"", true, ERR_SYNTAX, NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct wall_time t = WALL_UNKNOWN;
		char text[TIMEFMT_SIZE];

		assert_int_equal(
			timefmt_parse_local(slice_of(cases[i].text), now, cases[i].ahead, &t),
			cases[i].err);
		if (cases[i].err != ERR_OK)
			continue;
		timefmt_local(text, t);
		assert_string_equal(text, cases[i].local);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_instants),
					   cmocka_unit_test(local_times_are_read)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
