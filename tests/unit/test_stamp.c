/* stamp - one moment in every way that plans, pages and servers write it; nothing that is almost one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/stamp.h"

/* 2024-05-12 12:20:00 in Mexico City */
static const struct wall_time noon_20 = {INT64_C(1715538000000000)};

static void every_way_of_writing(void **state)
{
	static const char *const ways[] = {
		"2024-05-12T12:20",       "2024-05-12 12:20",
		"2024-05-12T12:20:00",    "2024-05-12T12:20:00.000",
		"2024-05-12T18:20:00Z",   "2024-05-12T12:20:00-06:00",
		"2024-05-12T20:20+02:00", "12/05/2024 12:20",
		"12/05/2024, 12:20:00",   "Sun, 12 May 2024 18:20:00 GMT"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		struct wall_time t = {0};

		assert_int_equal(stamp_parse(slice_of(ways[i]), &t), ERR_OK);
		assert_int_equal(t.us, noon_20.us);
	}
}

static void a_fraction_counts(void **state)
{
	struct wall_time t = {0};

	(void)state;
	assert_int_equal(stamp_parse(SLICE_LIT("2024-05-12T12:20:00.1234567"), &t), ERR_OK);
	assert_int_equal(t.us, noon_20.us + 123456);
}

static void what_is_none(void **state)
{
	static const char *const none[] = {
		"",
		"2024-05-12",
		"12:20",
		"2024-05-12T12:20x",
		"2024-05-12T12:20:00+6",
		"2024-05-12T12:20:0",
		"2024-05-12T12:20:00.",
		"2024-05-12_12:20",
		"2024/05/12 12:20",
		"Sun, 12 Mai 2024 18:20:00 GMT",
		"Sun, 12 May 2024 18:20:00 CST",
		"2024-05-12T12:20:00.0000000000000000000000000000000000000000000000000000"};
	struct wall_time t = {7};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(stamp_parse(slice_of(none[i]), &t), ERR_SYNTAX);
	assert_int_equal(stamp_parse(SLICE_LIT("2024-02-30T12:20"), &t), ERR_RANGE);
	assert_int_equal(stamp_parse(SLICE_LIT("2024-05-12T24:20"), &t), ERR_RANGE);
	assert_int_equal(stamp_parse(SLICE_LIT("31/04/2024 12:20"), &t), ERR_RANGE);
	assert_int_equal(t.us, 7);
}

static void of_a_plan_is_local_and_reads_back(void **state)
{
	struct wall_time t = {0};
	char text[TIMEFMT_SIZE];

	(void)state;
	assert_int_equal(stamp_parse_local(SLICE_LIT("2024-05-12T12:20"), &t), ERR_OK);
	assert_int_equal(t.us, noon_20.us);
	stamp_format_local(text, t);
	assert_string_equal(text, "2024-05-12T12:20");
	stamp_format_local(text, wall_add_us(t, 5 * US_PER_S));
	assert_string_equal(text, "2024-05-12T12:20:05");
	assert_int_equal(stamp_parse_local(SLICE_LIT("2024-05-12T12:20:05"), &t), ERR_OK);
	assert_int_equal(t.us, noon_20.us + 5 * US_PER_S);
	assert_int_equal(stamp_parse_local(SLICE_LIT("2024-05-12T12:20Z"), &t), ERR_SYNTAX);
	assert_int_equal(stamp_parse_local(SLICE_LIT("2024-05-12 12:20"), &t), ERR_SYNTAX);
	assert_int_equal(stamp_parse_local(SLICE_LIT(""), &t), ERR_SYNTAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_way_of_writing),
					   cmocka_unit_test(a_fraction_counts),
					   cmocka_unit_test(what_is_none),
					   cmocka_unit_test(of_a_plan_is_local_and_reads_back)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
