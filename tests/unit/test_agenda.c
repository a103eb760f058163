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
#include "tests/support/test_plan.h"

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

/* Two people and two channels, in either order. */
#define ANA "  - {id: ana, post: A, contacts: [{channel: uno, to: a}]}\n"
#define BETO "  - {id: beto, post: B, contacts: [{channel: dos, to: b}]}\n"
#define UNO "  - {id: uno, type: file, path: u}\n"
#define DOS "  - {id: dos, type: file, path: d}\n"
#define PLAN(people, channels)                                                                     \
	"institution: {name: I}\nagents: [{id: dc}]\ncomponents:\n"                                \
	"  - {id: c, checks: [{id: p, type: tcp, address: a, port: 1}]}\n"                         \
	"services:\n  - {id: s, name: S, rto: 60s, needs: c}\npeople:\n" people                    \
	"channels:\n" channels

static void an_incident_under_another_plan(void **state)
{
	struct plan *from = test_plan_from_text(PLAN(ANA BETO, UNO DOS));
	struct plan *to = test_plan_from_text(PLAN(BETO ANA, DOS UNO));
	struct plan *without = test_plan_from_text(PLAN(BETO, DOS));
	struct agenda a = {0};
	struct agenda_item i;

	(void)state;
	agenda_put(&a, (struct agenda_item){.t = {1}, .is_act = true, .incident = 7, .person = 0});
	agenda_put(&a, (struct agenda_item){.t = {2},
					    .effect = {.incident = 7, .person = 0, .channel = 0}});
	agenda_put(&a, (struct agenda_item){.t = {3}, .is_act = true, .incident = 8, .person = 0});
	agenda_adopt(&a, 7, from, to);
	assert_true(agenda_take(&a, (struct wall_time){9}, &i));
	assert_int_equal(i.person, 1);
	agenda_adopt(&a, 7, to, without); /* ana is gone */
	assert_true(agenda_take(&a, (struct wall_time){9}, &i));
	assert_int_equal(i.incident, 8);
	assert_int_equal(i.person, 0); /* of another incident */
	assert_false(agenda_take(&a, (struct wall_time){9}, &i));
	agenda_put(&a, (struct agenda_item){.t = {2},
					    .effect = {.incident = 7, .person = 0, .channel = 0}});
	agenda_adopt(&a, 7, from, to);
	assert_true(agenda_take(&a, (struct wall_time){9}, &i));
	assert_int_equal(i.effect.person, 1);
	assert_int_equal(i.effect.channel, 1);
	agenda_release(&a);
	plan_free(from);
	plan_free(to);
	plan_free(without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_in_order_equal_ones_as_put),
		cmocka_unit_test(with_a_generator_any_order_and_the_same_again),
		cmocka_unit_test(messages_on_their_way_are_lost_acts_are_not),
		cmocka_unit_test(an_incident_under_another_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
