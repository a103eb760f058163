/* agenda - what is to come, in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "play/agenda.h"

static void put(struct agenda *a, int64_t t, uint32_t person, bool is_act)
{
	agenda_put(a, (struct agenda_item){.t = {t}, .person = person, .is_act = is_act});
}

static void moments_in_order_equal_ones_as_put(void **state)
{
	struct agenda a = {0};
	struct agenda_item i;

	(void)state;
	assert_int_equal(agenda_next(&a).us, WALL_NEVER.us);
	put(&a, 20, 1, true);
	put(&a, 10, 2, true);
	put(&a, 20, 3, true);
	assert_int_equal(agenda_next(&a).us, 10);
	assert_false(agenda_take(&a, (struct wall_time){9}, &i));
	assert_true(agenda_take(&a, (struct wall_time){20}, &i));
	assert_int_equal(i.person, 2);
	assert_true(agenda_take(&a, (struct wall_time){20}, &i));
	assert_int_equal(i.person, 1);
	assert_true(agenda_take(&a, (struct wall_time){20}, &i));
	assert_int_equal(i.person, 3);
	assert_false(agenda_take(&a, (struct wall_time){20}, &i));
	agenda_release(&a);
}

/* The order in which eight equal moments come out. */
static uint32_t order(uint64_t seed)
{
	struct agenda a = {0};
	struct agenda_item i;
	struct rand rand;
	uint32_t digits = 0;

	rand_seed(&rand, seed);
	a.rand = &rand;
	for (uint32_t k = 0; k < 8; k++)
		put(&a, 5, k, true);
	while (agenda_take(&a, (struct wall_time){5}, &i))
		digits = digits * 8 + i.person;
	agenda_release(&a);
	return digits;
}

static void with_a_generator_any_order_and_the_same_again(void **state)
{
	(void)state;
	assert_int_equal(order(1), order(1));
	assert_int_not_equal(order(1), order(2));
}

static void messages_on_their_way_are_lost_acts_are_not(void **state)
{
	struct agenda a = {0};
	struct agenda_item i;

	(void)state;
	put(&a, 1, 7, false);
	put(&a, 2, 8, true);
	agenda_drop_messages(&a);
	assert_true(agenda_take(&a, (struct wall_time){5}, &i));
	assert_int_equal(i.person, 8);
	assert_int_equal(a.count, 0);
	agenda_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_in_order_equal_ones_as_put),
		cmocka_unit_test(with_a_generator_any_order_and_the_same_again),
		cmocka_unit_test(messages_on_their_way_are_lost_acts_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
