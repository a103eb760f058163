/* clock - wall time that never goes back, and steps of the system's clock told once.
 * wrap: clock_gettime
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "collector/clock.h"

static int64_t wall_us, mono_us;

int __wrap_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
	int64_t us = id == CLOCK_REALTIME ? wall_us : mono_us;

	*ts = (struct timespec){us / US_PER_S, us % US_PER_S * 1000};
	return 0;
}

static void pass(int64_t us)
{
	wall_us += us;
	mono_us += us;
}

static struct clock start(int64_t not_before_us)
{
	struct clock c;

	wall_us = INT64_C(1760000000) * US_PER_S;
	mono_us = 500 * US_PER_S;
	clock_start(&c, not_before_us == 0 ? WALL_UNKNOWN : (struct wall_time){not_before_us},
		    false);
	return c;
}

static void time_passes(void **state)
{
	struct clock c = start(0);

	(void)state;
	assert_int_equal(clock_now(&c).us, wall_us);
	pass(90 * US_PER_S);
	assert_int_equal(clock_now(&c).us, wall_us);
	assert_int_equal(clock_take_step_us(&c), 0);
}

static void it_never_goes_back(void **state)
{
	struct clock c = start(0);
	struct wall_time before;

	(void)state;
	pass(US_PER_S);
	before = clock_now(&c);
	wall_us -= 3600 * US_PER_S; /* somebody sets the clock back */
	pass(1);
	assert_int_equal(clock_now(&c).us, before.us + 1);
	assert_int_equal(clock_take_step_us(&c), -3600 * US_PER_S);
	assert_int_equal(clock_take_step_us(&c), 0); /* told once */
	wall_us += 3600 * US_PER_S; /* and right again */
	assert_int_equal(clock_take_step_us(&c), 3600 * US_PER_S);
	assert_int_equal(clock_now(&c).us, wall_us);
}

static void small_corrections_are_no_steps(void **state)
{
	struct clock c = start(0);

	(void)state;
	wall_us += 2 * US_PER_S - 1;
	assert_int_equal(clock_take_step_us(&c), 0);
	wall_us += 1;
	assert_int_equal(clock_take_step_us(&c), 2 * US_PER_S);
}

/* The journal was written under a later clock: its times must not be passed again. */
static void a_clock_behind_the_journal_is_told(void **state)
{
	struct clock c = start((INT64_C(1760000000) + 600) * US_PER_S);

	(void)state;
	assert_int_equal(clock_now(&c).us, wall_us + 600 * US_PER_S);
	assert_int_equal(clock_take_step_us(&c), -600 * US_PER_S);
	c = start((INT64_C(1760000000) - 600) * US_PER_S);
	assert_int_equal(clock_now(&c).us, wall_us);
	assert_int_equal(clock_take_step_us(&c), 0);
}

/* A dead battery, a typing error: the journal would stand in that future for ever. */
static void a_clock_years_ahead_is_not_believed(void **state)
{
	const int64_t year = INT64_C(366) * 86400 * US_PER_S, now = INT64_C(1760000000) * US_PER_S;
	struct clock c = start(now - year - US_PER_S);

	(void)state;
	assert_int_equal(clock_now(&c).us, now - year - US_PER_S);
	assert_int_equal(clock_off_us(&c), year + US_PER_S);
	pass(10 * US_PER_S);
	assert_int_equal(clock_now(&c).us, now - year + 9 * US_PER_S);
	c = start(now - year); /* a long rest is believed ... */
	assert_int_equal(clock_now(&c).us, now);
	assert_int_equal(clock_off_us(&c), 0);
	clock_start(&c, (struct wall_time){now - 3 * year},
		    true); /* ... and what a person vouches for */
	assert_int_equal(clock_now(&c).us, now);
	c = start(0); /* a first start has nothing to compare with */
	assert_int_equal(clock_now(&c).us, now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_passes),
		cmocka_unit_test(it_never_goes_back),
		cmocka_unit_test(small_corrections_are_no_steps),
		cmocka_unit_test(a_clock_behind_the_journal_is_told),
		cmocka_unit_test(a_clock_years_ahead_is_not_believed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
