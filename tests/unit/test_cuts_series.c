/* cuts_series - when which cut is due, which one a value names, what an hour needs, sets of ordinals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "engine/cuts_series.h"

#define MINUTE (60 * US_PER_S)
/* 10:30 10:50 | 11:10 11:30 11:50 | 12:10 of 1970 */
static const struct plan_cuts series = {.first_us = 630 * MINUTE,
					.every_us = 20 * MINUTE,
					.grace_us = 2 * MINUTE,
					.count = 6,
					.at_least_per_hour = 3,
					.first_number = 40};

static struct wall_time at(int64_t minutes)
{
	return (struct wall_time){minutes * MINUTE};
}

static void moments(void **state)
{
	(void)state;
	assert_int_equal(cuts_due_at(&series, 1).us, 630 * MINUTE);
	assert_int_equal(cuts_due_at(&series, 6).us, 730 * MINUTE);
	assert_int_equal(cuts_due_count(&series, (struct wall_time){630 * MINUTE - 1}), 0);
	assert_int_equal(cuts_due_count(&series, at(630)), 1);
	assert_int_equal(cuts_due_count(&series, at(649)), 1);
	assert_int_equal(cuts_due_count(&series, at(650)), 2);
	assert_int_equal(cuts_due_count(&series, at(99999)), 6);
}

static void hours(void **state)
{
	static const uint32_t needed[] = {0, 2, 3, 1, 0};

	(void)state;
	for (int64_t h = 9; h < 14; h++)
		assert_int_equal(cuts_needed(&series, h), needed[h - 9]);
	assert_int_equal(cuts_hour_of(at(659)), 10);
	assert_int_equal(cuts_hour_of(at(660)), 11);
	assert_int_equal(cuts_hour_end(&series, 10).us, 660 * MINUTE);
	assert_int_equal(cuts_hour_end(&series, 12).us, 750 * MINUTE); /* the series ends sooner */
}

static void stamps(void **state)
{
	(void)state;
	assert_int_equal(cuts_ordinal_of(&series, 3, 628 * MINUTE - 1), 0);
	assert_int_equal(cuts_ordinal_of(&series, 3, 628 * MINUTE), 1);
	assert_int_equal(cuts_ordinal_of(&series, 3, 648 * MINUTE - 1), 1);
	assert_int_equal(cuts_ordinal_of(&series, 3, 648 * MINUTE), 2);
	assert_int_equal(cuts_ordinal_of(&series, 3, 690 * MINUTE), 4); /* the next one, early */
	assert_int_equal(cuts_ordinal_of(&series, 3, 710 * MINUTE), 0); /* nobody can have it yet */
	assert_int_equal(cuts_ordinal_of(&series, 6, 749 * MINUTE), 6);
	assert_int_equal(cuts_ordinal_of(&series, 6, 750 * MINUTE), 0);
	assert_int_equal(cuts_ordinal_of(&series, 6, INT64_MAX), 0);
	assert_int_equal(cuts_ordinal_of(&series, 6, INT64_MIN + 1), 0);
}

static void numbers(void **state)
{
	struct plan_cuts c = series;

	(void)state;
	c.by = CUT_BY_NUMBER;
	assert_int_equal(cuts_ordinal_of(&c, 6, 39 * MICRO), 0);
	assert_int_equal(cuts_ordinal_of(&c, 6, 40 * MICRO), 1);
	assert_int_equal(cuts_ordinal_of(&c, 6, 45 * MICRO), 6);
	assert_int_equal(cuts_ordinal_of(&c, 6, 46 * MICRO), 0);
	assert_int_equal(cuts_ordinal_of(&c, 6, 40 * MICRO + 1), 0);
	assert_int_equal(cuts_ordinal_of(&c, 2, 43 * MICRO), 0);
	assert_int_equal(cuts_ordinal_of(&c, 6, -MICRO), 0);
	assert_int_equal(cuts_ordinal_of(&c, 6, INT64_MAX), 0);
}

static void sets(void **state)
{
	struct cuts_now now = {.number = 70};

	(void)state;
	assert_int_equal(cuts_bit(&now, 71), 1);
	assert_int_equal(cuts_bit(&now, 70), CUT_NEWEST_BIT);
	assert_int_equal(cuts_bit(&now, 8), UINT64_C(1) << 63);
	assert_int_equal(cuts_bit(&now, 7), 0);
	assert_int_equal(cuts_bit(&now, 72), 0);
	assert_true(cuts_has(&now, 4, 69));
	assert_false(cuts_has(&now, 4, 70));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(moments), cmocka_unit_test(hours),
					   cmocka_unit_test(stamps), cmocka_unit_test(numbers),
					   cmocka_unit_test(sets)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
