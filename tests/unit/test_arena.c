/* arena - zeroed, aligned, freed whole; what held secrets is overwritten before it goes.
 * wrap: free
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdalign.h>
#include <string.h>

#include "base/arena.h"

static void many_sizes_stay_intact(void **state)
{
	struct arena *a = arena_new();
	unsigned char *blocks[400];

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		size_t n = i * 37 % 5000;

		blocks[i] = arena_calloc(a, n, 1);
		assert_int_equal((uintptr_t)blocks[i] % alignof(max_align_t), 0);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(blocks[i][k], 0);
		memset(blocks[i], (int)(i & 255), n);
	}
	for (size_t i = 0; i < 400; i++) {
		for (size_t k = 0; k < i * 37 % 5000; k++)
			assert_int_equal(blocks[i][k], i & 255);
	}
	assert_non_null(arena_calloc(a, 1, 1 << 20));
	assert_string_equal(arena_printf(a, "%d-%s", 7, "x"), "7-x");
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_true(arena_used(a) > 1 << 20);
	arena_free(a);
	arena_free(NULL);
}

/* What is given back is looked at. */
static const char mark[] = "clave-que-nadie-lee";
static unsigned freed_with_mark;
void __real_free(void *p);
void __wrap_free(void *p);
void __wrap_free(void *p)
{
	if (p != NULL && memmem(p, malloc_usable_size(p), mark, sizeof(mark) - 1) != NULL)
		freed_with_mark++;
	__real_free(p);
}

static void secrets_are_overwritten(void **state)
{
	(void)state;
	for (int wiped = 0; wiped < 2; wiped++) {
		struct arena *a = arena_new();

		freed_with_mark = 0;
		for (int i = 0; i < 3; i++) { /* in several blocks */
			arena_strdup(a, mark);
			arena_calloc(a, 1, 70000);
		}
		if (wiped)
			arena_wipe(a);
		else
			arena_free(a);
		assert_int_equal(freed_with_mark > 0, !wiped);
	}
	arena_wipe(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(many_sizes_stay_intact),
					   cmocka_unit_test(secrets_are_overwritten)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
