/* lockout - five wrong ones, then pauses that grow; a right one ends it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "access/lockout.h"
#include "base/attr.h"

static struct wall_time at_s(int64_t s)
{
	return (struct wall_time){s * US_PER_S};
}

static void passwords_pause_one_two_four_eight_fifteen_minutes(void **state)
{
	static const int64_t minutes[] = {1, 2, 4, 8, 15, 15, 15};
	struct lockout l = {0};
	int64_t now = 1000, left;

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_false(lockout_wrong(&l, &lockout_login, at_s(now)));
	assert_false(lockout_is_on(&l, at_s(now), NULL));
	for (size_t i = 0; i < COUNT_OF(minutes); i++) {
		assert_true(lockout_wrong(&l, &lockout_login, at_s(now)));
		assert_true(lockout_is_on(&l, at_s(now), &left));
		assert_int_equal(left, minutes[i] * 60 * US_PER_S);
		assert_true(lockout_is_on(&l, at_s(now + minutes[i] * 60 - 1), &left));
		assert_int_equal(left, US_PER_S);
		now += minutes[i] * 60;
		assert_false(lockout_is_on(&l, at_s(now), &left));
	}
}

static void a_right_one_begins_anew(void **state)
{
	struct lockout l = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		lockout_wrong(&l, &lockout_login, at_s(0));
	lockout_clear(&l);
	for (int i = 0; i < 4; i++)
		assert_false(lockout_wrong(&l, &lockout_login, at_s(1)));
	assert_true(lockout_wrong(&l, &lockout_login, at_s(1)));
	lockout_clear(&l);
	assert_false(lockout_is_on(&l, at_s(2), NULL));
}

static void a_pin_pauses_a_quarter_of_an_hour_after_each_five(void **state)
{
	struct lockout l = {0};
	int64_t left, now = 0;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 4; i++)
			assert_false(lockout_wrong(&l, &lockout_pin, at_s(now)));
		assert_true(lockout_wrong(&l, &lockout_pin, at_s(now)));
		assert_true(lockout_is_on(&l, at_s(now), &left));
		assert_int_equal(left, 900 * US_PER_S);
		now += 900;
		assert_false(lockout_is_on(&l, at_s(now), NULL));
	}
}

static void names_of_nobody_are_kept_apart_and_bounded(void **state)
{
	struct lockout_table *t = calloc(1, sizeof(*t));

	(void)state;
	for (int i = 0; i < 5; i++)
		lockout_wrong(lockout_of(t, 7, at_s(10)), &lockout_login, at_s(10));
	assert_true(lockout_is_on(lockout_of(t, 7, at_s(10)), at_s(10), NULL));
	assert_false(lockout_is_on(lockout_of(t, 8, at_s(10)), at_s(10), NULL));
	/* A flood of others of the same set: the one asked for longest ago gives way, nobody else's is taken for it. */
	for (uint64_t k = 1; k <= LOCKOUT_WAYS; k++)
		assert_false(lockout_is_on(lockout_of(t, 7 + k * LOCKOUT_SETS, at_s(11)), at_s(11),
					   NULL));
	assert_false(lockout_is_on(lockout_of(t, 7, at_s(12)), at_s(12), NULL));
	/* Whoever was asked for just now stays. */
	for (int i = 0; i < 5; i++)
		lockout_wrong(lockout_of(t, 7, at_s(13)), &lockout_login, at_s(13));
	lockout_of(t, 7 + 99 * LOCKOUT_SETS, at_s(14));
	assert_true(lockout_is_on(lockout_of(t, 7, at_s(15)), at_s(15), NULL));
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_pause_one_two_four_eight_fifteen_minutes),
		cmocka_unit_test(a_right_one_begins_anew),
		cmocka_unit_test(a_pin_pauses_a_quarter_of_an_hour_after_each_five),
		cmocka_unit_test(names_of_nobody_are_kept_apart_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
