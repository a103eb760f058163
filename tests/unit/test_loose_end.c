/* loose_end - runs of fresh critical samples with which it ended when nothing more was heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/loose_end.h"

static struct loose_end end_at(int64_t first, int64_t last)
{
	return (struct loose_end){
		.first = {first}, .last = {last}, .not_before = {first - 1}, .run = 2};
}

static void it_reaches_as_far_as_a_hole(void **state)
{
	struct loose_ends l = {0};
	const struct loose_end *end;

	(void)state;
	assert_null(loose_ends_before(&l, (struct wall_time){30}, 5));
	loose_ends_keep(&l, end_at(10, 20));
	end = loose_ends_before(&l, (struct wall_time){25}, 5);
	assert_non_null(end);
	assert_int_equal(end->first.us, 10);
	assert_int_equal(end->not_before.us, 9);
	assert_null(loose_ends_before(&l, (struct wall_time){26}, 5));
	assert_null(loose_ends_before(&l, (struct wall_time){20}, 5)); /* it is of the run itself */
}

static void the_one_just_before_counts(void **state)
{
	struct loose_ends l = {0};

	(void)state;
	loose_ends_keep(&l, end_at(10, 20));
	loose_ends_keep(&l, end_at(110, 120));
	assert_int_equal(loose_ends_before(&l, (struct wall_time){22}, 5)->first.us, 10);
	assert_int_equal(loose_ends_before(&l, (struct wall_time){122}, 5)->first.us, 110);
	assert_null(loose_ends_before(&l, (struct wall_time){105}, 5));
}

static void the_same_run_is_kept_once_and_the_oldest_gives_way(void **state)
{
	struct loose_ends l = {0};

	(void)state;
	loose_ends_keep(&l, end_at(10, 20));
	loose_ends_keep(&l, end_at(10, 24));
	assert_int_equal(l.count, 1);
	assert_int_equal(l.items[0].last.us, 24);
	for (int64_t k = 1; k <= LOOSE_ENDS_MAX; k++)
		loose_ends_keep(&l, end_at(100 * k, 100 * k + 20));
	assert_int_equal(l.count, LOOSE_ENDS_MAX);
	assert_null(loose_ends_before(&l, (struct wall_time){26}, 5));
	assert_non_null(loose_ends_before(&l, (struct wall_time){121}, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_reaches_as_far_as_a_hole),
		cmocka_unit_test(the_one_just_before_counts),
		cmocka_unit_test(the_same_run_is_kept_once_and_the_oldest_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
