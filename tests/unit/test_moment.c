/* moment - what scenarios may write for a moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "play/moment.h"

static int64_t reads(const char *text, const struct wall_time *start, int64_t before_s)
{
	int64_t us = -1;
	const char *why = moment_read(text, start, before_s * US_PER_S, &us);

	if (why != NULL)
		fail_msg("'%s' %s", text, why);
	return us;
}

static void refused(const char *text, const struct wall_time *start)
{
	int64_t us;

	if (moment_read(text, start, 0, &us) == NULL)
		fail_msg("'%s' was taken", text);
}

static void seconds_durations_and_what_comes_after(void **state)
{
	(void)state;
	assert_int_equal(reads("12.5", NULL, 0), 12500000);
	assert_int_equal(reads("5m", NULL, 0), 300 * US_PER_S);
	assert_int_equal(reads("1h30m", NULL, 0), 5400 * US_PER_S);
	assert_int_equal(reads("+30s", NULL, 100), 130 * US_PER_S);
	assert_int_equal(reads("+1.5", NULL, 100), 101500000);
}

static void a_clock_means_the_next_such_moment(void **state)
{
	struct wall_time start;
	char text[TIMEFMT_SIZE];

	(void)state;
	assert_null(moment_read_date("2026-06-07T08:00", &start));
	timefmt_utc(text, start);
	assert_string_equal(text, "2026-06-07T14:00:00.000000Z");
	assert_int_equal(reads("08:05", &start, 0), 300 * US_PER_S);
	assert_int_equal(reads("08:05:10", &start, 0), 310 * US_PER_S);
	assert_int_equal(reads("08:00", &start, 0), 0);
	assert_int_equal(reads("07:00", &start, 3600), 23 * 3600 * US_PER_S); /* the next day */
	assert_int_equal(reads("2026-06-08T08:00", &start, 0), 86400 * US_PER_S);
}

static void what_is_no_moment(void **state)
{
	struct wall_time start = {0};

	(void)state;
	assert_null(moment_read_date("2026-06-07T08:00:30", &start));
	refused("", NULL);
	refused("5x", NULL);
	refused("-1", NULL);
	refused("400d", NULL);
	refused("08:05", NULL); /* of which day? */
	refused("24:00", &start);
	refused("08:60", &start);
	refused("8:05", &start);
	refused("2026-06-06T08:00", &start); /* before the start */
	refused("2026-13-01T08:00", &start);
	refused("2099-01-01T08:00", &start);
	assert_non_null(moment_read_date("2026-06-07", &start));
	assert_non_null(moment_read_date("2026-06-07 08:00", &start));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(seconds_durations_and_what_comes_after),
		cmocka_unit_test(a_clock_means_the_next_such_moment),
		cmocka_unit_test(what_is_no_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
