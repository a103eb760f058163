/* calltree_slots - who answers for a step: titular then suplente of each seat, a seat once, a person called directly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/calltree.h"

enum { ANA, BETO, CECI };

static const struct plan_seat seats[] = {
	{.level = 0, .titular = ANA, .suplente = BETO},
	{.level = 1, .titular = BETO, .suplente = PLAN_NONE},
	{.level = 1, .titular = CECI, .suplente = ANA},
};
static const struct plan_service services[] = {{.team = 0}, {.team = PLAN_NONE}};
static const struct plan plan = {
	.seats = seats, .seat_count = 3, .services = services, .service_count = 2};

static size_t slots_of(const struct plan_target *targets, size_t n, uint32_t service,
		       struct slot ret[SLOTS_MAX])
{
	struct plan_step step = {.targets = targets, .target_count = n};
	struct incident_service s = {.service = service};
	struct incident i = {.plan = &plan};
	struct engine e = {.plan = &plan};
	struct event_list out = {0};
	struct turn t = {&e, {0}, &out};

	return slots_of_step(&t, &i, &s, &step, ret);
}

static void a_level_is_its_seats_and_each_stands_for_titular_and_suplente(void **state)
{
	static const struct plan_target level[] = {{TARGET_LEVEL, 1}};
	struct slot slots[SLOTS_MAX];

	(void)state;
	assert_int_equal(slots_of(level, 1, 0, slots), 2);
	assert_int_equal(slots[0].seat, 1);
	assert_int_equal(slots[0].person_count, 1);
	assert_int_equal(slots[1].person_count, 2);
	assert_int_equal(slots[1].persons[0].person, CECI);
	assert_int_equal(slots[1].persons[1].person, ANA);
}

static void a_seat_that_is_named_twice_is_called_once(void **state)
{
	static const struct plan_target targets[] = {
		{TARGET_SEAT, 0}, {TARGET_TEAM, 0}, {TARGET_PERSON, BETO}};
	struct slot slots[SLOTS_MAX];

	(void)state;
	assert_int_equal(slots_of(targets, 3, 0, slots), 2); /* the team is that very seat */
	assert_int_equal(slots[1].seat, PLAN_NONE);
	assert_int_equal(slots[1].persons[0].person, BETO);
	assert_int_equal(slots_of(targets + 1, 1, 1, slots), 0); /* no team at all */
}

static void a_scope_is_one_slot_in_one_round_and_no_good_news(void **state)
{
	struct scope scope = {1, 2, 3, 4, 0};
	struct call same = {.service = 1, .step = 2, .seat = 3, .round = 4}, c;

	(void)state;
	assert_true(scope_holds(&scope, &same));
	c = same;
	c.round = 5;
	assert_false(scope_holds(&scope, &c));
	c = same;
	c.about = 9; /* outside of the steps */
	assert_false(scope_holds(&scope, &c));
	assert_true(scope_holds(&(struct scope){.step = PLAN_NONE, .seat = 3, .about = 9}, &c));
	c = same;
	c.seat = PLAN_NONE;
	assert_false(scope_holds(&scope, &c));
	c.also[0] = 3; /* made for another seat of that person, it names this one too */
	c.also_count = 1;
	assert_true(scope_holds(&scope, &c));
	c = same;
	c.kind = CALL_UP;
	assert_false(scope_holds(&scope, &c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_is_its_seats_and_each_stands_for_titular_and_suplente),
		cmocka_unit_test(a_seat_that_is_named_twice_is_called_once),
		cmocka_unit_test(a_scope_is_one_slot_in_one_round_and_no_good_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
