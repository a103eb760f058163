/* rate_limit - allowances fill with time, each address has its own, and the table never grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rand.h"
#include "base/rate_limit.h"

static const struct rate_limit ten = {.interval_us = 6 * US_PER_S, .burst = 10};

static struct mono_time at(int64_t ms)
{
	return (struct mono_time){1000 * US_PER_S + ms * US_PER_MS};
}

static void a_burst_then_one_per_interval(void **state)
{
	struct rate_bucket b = {{0}};
	int64_t wait = 0;

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_true(rate_bucket_take(&b, ten, at(i), &wait));
	assert_false(rate_bucket_take(&b, ten, at(100), &wait));
	assert_int_equal(wait, 5900 * US_PER_MS);
	assert_false(rate_bucket_take(&b, ten, at(5999), &wait));
	assert_int_equal(wait, US_PER_MS);
	assert_true(rate_bucket_take(&b, ten, at(6000), &wait));
	assert_false(rate_bucket_take(&b, ten, at(6000), &wait));
	assert_int_equal(wait, 6 * US_PER_S);
	/* What is refused costs nothing: it is not later for that. */
	for (int i = 0; i < 1000; i++)
		assert_false(rate_bucket_take(&b, ten, at(6001), &wait));
	assert_true(rate_bucket_take(&b, ten, at(12000), &wait));
	/* After a long time the whole burst is there again, and not more. */
	for (int i = 0; i < 10; i++)
		assert_true(rate_bucket_take(&b, ten, at(10000000), &wait));
	assert_false(rate_bucket_take(&b, ten, at(10000000), &wait));
}

static void no_more_than_the_rate_over_any_time(void **state)
{
	struct rate_bucket b = {{0}};
	struct rand r;
	int64_t ms = 0, wait, taken = 0;

	(void)state;
	rand_seed(&r, 7);
	for (int i = 0; i < 100000; i++) {
		ms += (int64_t)rand_below(&r, 300);
		taken += rate_bucket_take(&b, ten, at(ms), &wait);
		assert_true(taken <= 10 + ms / 6000);
	}
	assert_true(taken >= ms / 6000); /* nor less, while it is asked for all the time */
}

static void each_key_has_its_own(void **state)
{
	static struct rate_table t;
	int64_t wait;

	(void)state;
	memset(&t, 0, sizeof(t));
	for (int i = 0; i < 50; i++)
		assert_int_equal(rate_table_take(&t, ten, 1, at(0), &wait), i < 10);
	assert_true(rate_table_take(&t, ten, 2, at(0), &wait));
	/* In one set: what is used most stays, what is idle gives way. */
	for (uint64_t k = 1; k <= 100; k++)
		assert_true(rate_table_take(&t, ten, 1 + k * RATE_TABLE_SETS, at(0), &wait));
	assert_false(rate_table_take(&t, ten, 1, at(0), &wait));
}

static void addresses_are_known_by_what_one_peer_holds(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true},
		{"2001:db8:1:2::1", "2001:0DB8:0001:0002::1", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"::ffff:192.0.2.1", "192.0.2.1", true},
		{"", "", true},
		{"", "192.0.2.1", false},
		{"no address at all, and longer than any of them may ever be", "no address", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t a = rate_limit_key(5, slice_of(cases[i].a)),
			 b = rate_limit_key(5, slice_of(cases[i].b));

		if ((a == b) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		assert_int_not_equal(a, 0);
		assert_int_not_equal(a, rate_limit_key(6, slice_of(cases[i].a)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_burst_then_one_per_interval),
		cmocka_unit_test(no_more_than_the_rate_over_any_time),
		cmocka_unit_test(each_key_has_its_own),
		cmocka_unit_test(addresses_are_known_by_what_one_peer_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
