/* ring - the last differences: what can still be had and what cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dashboard/ring.h"

static void push(struct ring *r, uint64_t at, const char *text)
{
	ring_push(r, at, http_part_new(slice_of(text)));
}

static void expect(const struct ring *r, uint64_t after, uint64_t at, const char *text)
{
	uint64_t found = 0;
	struct http_part *p = ring_after(r, after, &found);

	assert_non_null(p);
	assert_int_equal(found, at);
	assert_true(slice_is(http_part_bytes(p), text));
}

static void what_comes_after_a_position_is_found(void **state)
{
	struct ring *r = ring_new(4, 100);
	uint64_t at;

	(void)state;
	ring_clear(r, 10);
	assert_int_equal(ring_floor(r), 10);
	assert_null(ring_after(r, 10, &at));
	push(r, 12, "a");
	push(r, 13, "b");
	push(r, 20, "c");
	expect(r, 10, 12, "a");
	expect(r, 11, 12, "a");
	expect(r, 12, 13, "b");
	expect(r, 13, 20, "c");
	expect(r, 19, 20, "c");
	assert_null(ring_after(r, 20, &at));
	assert_int_equal(ring_floor(r), 10);
	ring_free(r);
	ring_free(NULL);
}

static void the_oldest_goes_first_by_count_and_by_bytes(void **state)
{
	struct ring *r = ring_new(3, 10);
	uint64_t at;

	(void)state;
	for (uint64_t i = 1; i <= 5; i++)
		push(r, i, "xx");
	assert_int_equal(ring_floor(r), 2);
	assert_int_equal(ring_bytes(r), 6);
	expect(r, 2, 3, "xx");
	push(r, 6, "12345678"); /* 8 and 2 are 10 */
	assert_int_equal(ring_floor(r), 4);
	expect(r, 4, 5, "xx");
	expect(r, 5, 6, "12345678");
	push(r, 7, "more than ten");
	assert_int_equal(ring_floor(r), 7);
	assert_int_equal(ring_bytes(r), 0);
	assert_null(ring_after(r, 0, &at));
	push(r, 9, "z");
	expect(r, 7, 9, "z");
	ring_clear(r, 30);
	assert_int_equal(ring_floor(r), 30);
	assert_null(ring_after(r, 0, &at));
	ring_free(r);
}

static void a_part_lives_as_long_as_its_last_owner(void **state)
{
	struct ring *r = ring_new(1, 10);
	struct http_part *mine;
	uint64_t at;

	(void)state;
	push(r, 1, "keep");
	mine = http_part_keep(ring_after(r, 0, &at));
	push(r, 2, "next");
	assert_true(slice_is(http_part_bytes(mine), "keep"));
	http_part_release(mine);
	http_part_release(NULL);
	ring_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_after_a_position_is_found),
		cmocka_unit_test(the_oldest_goes_first_by_count_and_by_bytes),
		cmocka_unit_test(a_part_lives_as_long_as_its_last_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
