/* login_limits - ten wrong ones per address, twenty sessions per login, strangers like accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/login_limits.h"

static struct mono_time at_s(int64_t s)
{
	return (struct mono_time){s * US_PER_S};
}

static void an_address_has_ten_and_then_one_in_six_seconds(void **state)
{
	struct login_limits *l = calloc(1, sizeof(*l));
	int64_t wait;

	(void)state;
	l->seed = 7;
	for (int i = 0; i < 10; i++)
		assert_true(login_limits_take(l, "192.0.2.1", at_s(100), &wait));
	assert_false(login_limits_take(l, "192.0.2.1", at_s(100), &wait));
	assert_int_equal(wait, 6 * US_PER_S);
	assert_true(login_limits_take(l, "192.0.2.2", at_s(100), &wait));
	assert_true(login_limits_take(l, "192.0.2.1", at_s(106), &wait));
	assert_false(login_limits_take(l, "192.0.2.1", at_s(106), &wait));
	login_limits_give_back(l, "192.0.2.1", at_s(106)); /* it was right */
	assert_true(login_limits_take(l, "192.0.2.1", at_s(106), &wait));
	/* Nobody saves up by being right. */
	for (int i = 0; i < 100; i++)
		login_limits_give_back(l, "192.0.2.3", at_s(106));
	for (int i = 0; i < 10; i++)
		assert_true(login_limits_take(l, "192.0.2.3", at_s(106), &wait));
	assert_false(login_limits_take(l, "192.0.2.3", at_s(106), &wait));
	free(l);
}

static void a_login_begins_twenty_sessions_and_then_one_in_six_seconds(void **state)
{
	struct login_limits *l = calloc(1, sizeof(*l));
	int64_t wait;

	(void)state;
	for (int i = 0; i < 20; i++)
		assert_true(login_limits_begin(l, "ana", at_s(100), &wait));
	assert_false(login_limits_begin(l, "ana", at_s(100), &wait));
	assert_true(login_limits_begin(l, "eva", at_s(100), &wait));
	assert_true(login_limits_begin(l, "ana", at_s(106), &wait));
	free(l);
}

static void strangers_have_a_lock_of_their_own(void **state)
{
	struct login_limits *l = calloc(1, sizeof(*l));
	struct wall_time now = {US_PER_S};

	(void)state;
	for (int i = 0; i < 5; i++)
		lockout_wrong(login_limits_stranger(l, "nadie", now), &lockout_login, now);
	assert_true(lockout_is_on(login_limits_stranger(l, "nadie", now), now, NULL));
	assert_false(lockout_is_on(login_limits_stranger(l, "ninguno", now), now, NULL));
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_has_ten_and_then_one_in_six_seconds),
		cmocka_unit_test(a_login_begins_twenty_sessions_and_then_one_in_six_seconds),
		cmocka_unit_test(strangers_have_a_lock_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
