/* snmp_size - what one answer holds is found out, kept, and grows again; a dead device teaches nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probing/snmp_size.h"

/* Asks a device that bears `bears` until nothing changes for long; how often it failed. */
static unsigned settle(struct snmp_size *s, unsigned bears, unsigned rounds)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < rounds; i++) {
		unsigned n = snmp_size_next(s, s->most);

		if (n > bears) {
			snmp_size_failed(s, n);
			failed++;
		} else {
			snmp_size_answered(s, n);
		}
	}
	return failed;
}

static void it_falls_to_what_is_borne(void **state)
{
	struct snmp_size s;

	(void)state;
	for (unsigned bears = 1; bears <= 25; bears++) {
		snmp_size_init(&s, 25, 25);
		settle(&s, bears, 6);
		assert_in_range(s.now, (bears + 1) / 2, bears);
	}
}

static void it_grows_again_slowly_and_less_and_less_often(void **state)
{
	struct snmp_size s;
	unsigned early, late;

	(void)state;
	snmp_size_init(&s, 25, 25);
	settle(&s, 3, 10);
	assert_in_range(s.now, 1, 3);
	assert_int_equal(settle(&s, 25, 2000), 0);
	assert_int_equal(s.now, 25); /* it was only ill */
	snmp_size_init(&s, 25, 25);
	early = settle(&s, 7, 500);
	late = settle(&s, 7, 500);
	assert_true(late < early);
}

static void the_plan_bounds_it(void **state)
{
	struct snmp_size s;

	(void)state;
	snmp_size_init(&s, 10, 50);
	assert_int_equal(snmp_size_next(&s, 4), 4);
	settle(&s, 1000, 5000);
	assert_int_equal(snmp_size_next(&s, 50), 50);
}

static void silence_asks_small_and_then_goes_on(void **state)
{
	struct snmp_size s;

	(void)state;
	snmp_size_init(&s, 20, 20);
	snmp_size_answered(&s, 20);
	for (int i = 0; i < 100; i++) {
		snmp_size_silent(&s); /* dead for long */
		assert_int_equal(snmp_size_next(&s, 20), 1);
	}
	snmp_size_answered(&s, 1);
	assert_int_equal(snmp_size_next(&s, 20), 20); /* it bore that before */
	snmp_size_silent(&s);
	snmp_size_answered(&s, 1);
	assert_int_equal(snmp_size_next(&s, 20), 10); /* and does no longer */
}

static void silence_at_a_size_never_borne_halves_it(void **state)
{
	struct snmp_size s;

	(void)state;
	snmp_size_init(&s, 20, 20);
	snmp_size_silent(&s);
	snmp_size_answered(&s, 1);
	assert_int_equal(snmp_size_next(&s, 20), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_falls_to_what_is_borne),
		cmocka_unit_test(it_grows_again_slowly_and_less_and_less_often),
		cmocka_unit_test(the_plan_bounds_it),
		cmocka_unit_test(silence_asks_small_and_then_goes_on),
		cmocka_unit_test(silence_at_a_size_never_borne_halves_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
