/* rand - the same seed gives the same run; bounds hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/rand.h"

static void a_seed_repeats_and_bounds_hold(void **state)
{
	struct rand a, b;
	unsigned seen[10] = {0};

	(void)state;
	rand_seed(&a, 42);
	rand_seed(&b, 42);
	for (int i = 0; i < 1000; i++)
		assert_true(rand_u64(&a) == rand_u64(&b));
	rand_seed(&b, 43);
	assert_false(rand_u64(&a) == rand_u64(&b));
	for (int i = 0; i < 10000; i++)
		seen[rand_below(&a, 10)]++;
	for (int i = 0; i < 10; i++)
		assert_in_range(seen[i], 800, 1200);
}

static void ids_differ(void **state)
{
	char a[33], b[33];

	(void)state;
	rand_hex(a, 16);
	rand_hex(b, 16);
	assert_int_equal(strlen(a), 32);
	assert_string_not_equal(a, b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_repeats_and_bounds_hold),
		cmocka_unit_test(ids_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
