/* mem - zeroed memory, growing arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "base/mem.h"

static void grows_by_doubling_and_keeps_content(void **state)
{
	size_t cap = 0;
	int *a = NULL;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		a = mem_grow(a, i, &cap, sizeof(*a));
		assert_true(cap > i);
		a[i] = (int)i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(a[i], i);
	free(a);
}

static void calloc_zeroes(void **state)
{
	unsigned char *p = mem_calloc(100, 3);
	char *s = mem_strndup("abcdef", 2);

	(void)state;
	for (int i = 0; i < 300; i++)
		assert_int_equal(p[i], 0);
	assert_string_equal(s, "ab");
	free(p);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_by_doubling_and_keeps_content),
		cmocka_unit_test(calloc_zeroes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
