/* image_cache - what was drawn is found, never more than fits, and what was not wanted for longest goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/image_cache.h"

static struct sha256 key(int i)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", i);
	return sha256_of(slice_of(text), SLICE_LIT(""));
}

static bool has(struct image_cache *c, int i)
{
	struct sha256 k = key(i);
	struct slice image;

	return image_cache_get(c, &k, &image);
}

static void put(struct image_cache *c, int i, size_t n)
{
	static char bytes[5000];
	struct sha256 k = key(i);

	memset(bytes, i, sizeof(bytes));
	image_cache_put(c, &k, (struct slice){bytes, n});
}

static void it_never_holds_more_than_it_may(void **state)
{
	struct image_cache *c = image_cache_new(10000);
	struct sha256 k = key(2);
	struct slice image;

	(void)state;
	assert_false(has(c, 1));
	for (int i = 1; i <= 4; i++)
		put(c, i, 2500);
	assert_int_equal(image_cache_bytes(c), 10000);
	assert_true(image_cache_get(c, &k, &image));
	assert_int_equal(image.n, 2500);
	assert_int_equal(image.p[0], 2);
	assert_true(has(c, 1));
	put(c, 5, 100); /* 3 was not wanted for longest */
	assert_false(has(c, 3));
	assert_true(has(c, 1) && has(c, 2) && has(c, 4) && has(c, 5));
	assert_int_equal(image_cache_bytes(c), 7600);
	put(c, 6, 2501); /* more than a quarter */
	assert_false(has(c, 6));
	put(c, 5, 200); /* there already */
	assert_int_equal(image_cache_bytes(c), 7600);
	put(c, 7, 0);
	assert_false(has(c, 7));
	image_cache_free(c);
	image_cache_free(NULL);
}

static void small_ones_are_counted_too(void **state)
{
	struct image_cache *c = image_cache_new(1 << 20);

	(void)state;
	for (int i = 0; i < 1000; i++)
		put(c, i, 10);
	assert_int_equal(image_cache_bytes(c), 2560);
	assert_true(has(c, 999) && !has(c, 0));
	image_cache_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(it_never_holds_more_than_it_may),
					   cmocka_unit_test(small_ones_are_counted_too)};

	return cmocka_run_group_tests_name("image_cache", tests, NULL, NULL);
}
