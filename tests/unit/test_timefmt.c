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

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(known_instants)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
