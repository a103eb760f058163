/* boots - what came and what is safe, over restarts: a cursor never runs ahead of what is safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/rand.h"
#include "collector/boots.h"
#include "base/files.h"

#define T0 ((struct wall_time){INT64_C(1760000000) * US_PER_S})

struct place {
	char dir[64];
	struct boots *b;
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err_info info;

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	assert_int_equal(boots_open(p->dir, &p->b, &info), ERR_OK);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char path[128];

	boots_close(p->b);
	snprintf(path, sizeof(path), "%s/cursors.json", p->dir);
	unlink(path);
	rmdir(p->dir);
	free(p);
	return 0;
}

static void save(struct place *p)
{
	struct err_info info;

	assert_int_equal(boots_save(p->b, &info), ERR_OK);
}

static void reopen(struct place *p)
{
	struct err_info info;

	boots_close(p->b);
	p->b = NULL;
	assert_int_equal(boots_open(p->dir, &p->b, &info), ERR_OK);
}

static void a_cursor_is_told_after_it_is_kept(void **state)
{
	struct place *p = *state;
	uint32_t s = boots_slot(p->b, "dc", SLICE_LIT("b1"));

	for (uint64_t n = 1; n <= 3; n++)
		assert_int_equal(boots_receive(p->b, s, n), BOOT_NEW);
	assert_int_equal(boots_receive(p->b, s, 2), BOOT_DUPLICATE);
	assert_int_equal(boots_received(p->b, s), 3);
	boots_make_safe(p->b, s, 2);
	boots_make_safe(p->b, s, 1);
	assert_int_equal(boots_cursor(p->b, s), 0);
	save(p);
	assert_int_equal(boots_cursor(p->b, s), 2);
	reopen(p);
	s = boots_slot(p->b, "dc", SLICE_LIT("b1"));
	assert_int_equal(boots_cursor(p->b, s), 2);
	assert_int_equal(boots_received(p->b, s), 2);
	assert_int_equal(boots_receive(p->b, s, 2), BOOT_DUPLICATE);
	assert_int_equal(boots_receive(p->b, s, 3), BOOT_NEW);
	assert_int_not_equal(boots_slot(p->b, "dc", SLICE_LIT("b2")), s);
	assert_int_not_equal(boots_slot(p->b, "dd", SLICE_LIT("b1")), s);
}

/* The collector was killed before anything of this start was safe: 1..50 went to the dead one. */
static void an_unknown_start_begins_at_nothing(void **state)
{
	struct place *p = *state;
	uint32_t s = boots_slot(p->b, "dc", SLICE_LIT("b1"));

	for (uint64_t n = 51; n <= 60; n++)
		assert_int_equal(boots_receive(p->b, s, n), BOOT_NEW);
	assert_false(boots_note_batch(p->b, s, 51, T0));
	assert_int_equal(boots_received(p->b, s), 0);
	boots_make_safe(p->b, s, 51);
	save(p);
	assert_int_equal(boots_cursor(p->b, s), 0);
	for (uint64_t n = 1; n <= 50; n++)
		assert_int_equal(boots_receive(p->b, s, n), BOOT_NEW);
	assert_int_equal(boots_received(p->b, s), 60);
}

static void a_hole_is_given_up_when_nothing_fills_it(void **state)
{
	struct place *p = *state;
	uint32_t s = boots_slot(p->b, "dc", SLICE_LIT("b1"));
	uint64_t n = 101;

	for (int i = 0; i < 20; i++) { /* often, but not for long: answers may be lost */
		boots_receive(p->b, s, n);
		assert_false(boots_note_batch(p->b, s, n++, wall_add_us(T0, i * US_PER_S / 2)));
	}
	boots_receive(p->b, s, n);
	assert_true(boots_note_batch(p->b, s, n, wall_add_us(T0, 30 * US_PER_S)));
	assert_int_equal(boots_received(p->b, s), n);
	for (uint64_t k = 101; k <= n; k++)
		boots_make_safe(p->b, s, k);
	save(p);
	assert_int_equal(boots_cursor(p->b, s), n);
	/* Long, but hardly ever: one batch after a pause proves nothing. */
	s = boots_slot(p->b, "dc", SLICE_LIT("b2"));
	boots_receive(p->b, s, 101);
	assert_false(boots_note_batch(p->b, s, 101, T0));
	assert_false(boots_note_batch(p->b, s, 102, wall_add_us(T0, 60 * US_PER_S)));
	assert_int_equal(boots_received(p->b, s), 0);
}

/* A backlog that comes in order from below is no hole, however long it takes. */
static void a_hole_that_is_being_filled_stays(void **state)
{
	struct place *p = *state;
	uint32_t s = boots_slot(p->b, "dc", SLICE_LIT("b1"));
	uint64_t low = 1;

	for (int i = 0; i < 100; i++) {
		struct wall_time t = wall_add_us(T0, i * 10 * US_PER_S);

		boots_receive(p->b, s, 1000 + (uint64_t)i);
		assert_false(boots_note_batch(p->b, s, 1000 + (uint64_t)i, t));
		boots_receive(p->b, s, low);
		assert_false(boots_note_batch(p->b, s, low++, t));
	}
	assert_int_equal(boots_received(p->b, s), 100);
}

static void skipped_numbers_count_once(void **state)
{
	static const struct {
		uint64_t have, from, to, missing, received;
		const char *why;
	} cases[] = {
		{0, 1, 10, 10, 10, "from the start"},
		{5, 3, 10, 5, 10, "part of it had come"},
		{5, 6, UINT64_C(4000000000000), UINT64_C(3999999999995), UINT64_C(4000000000000),
		 "any length"},
		{5, 1, 5, 0, 5, "all of it had come"},
		{5, 10, 19, 10, 5, "something before it is still awaited"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char boot[8];
		uint32_t s;

		snprintf(boot, sizeof(boot), "c%zu", i);
		s = boots_slot(p->b, "dc", slice_of(boot));
		for (uint64_t n = 1; n <= cases[i].have; n++) {
			boots_receive(p->b, s, n);
			boots_make_safe(p->b, s, n);
		}
		print_message("%s\n", cases[i].why);
		assert_int_equal(boots_skip(p->b, s, cases[i].from, cases[i].to), cases[i].missing);
		assert_int_equal(boots_received(p->b, s), cases[i].received);
		assert_int_equal(boots_skip(p->b, s, cases[i].from, cases[i].to), 0);
	}
}

static void the_far_future_is_left_with_the_agent(void **state)
{
	struct place *p = *state;
	uint32_t s = boots_slot(p->b, "dc", SLICE_LIT("b1"));

	assert_int_equal(boots_receive(p->b, s, UINT64_C(1) << 60), BOOT_TOO_FAR);
	assert_int_equal(boots_receive(p->b, s, BOOTS_WINDOW_MAX), BOOT_NEW);
	assert_int_equal(boots_receive(p->b, s, (uint64_t)BOOTS_WINDOW_MAX + 1), BOOT_TOO_FAR);
}

enum { NUMBERS = 20000 };

/* Any order, with repetitions: the cursor stands below the first number that is missing. */
static void any_order_ends_the_same(void **state)
{
	struct place *p = *state;

	for (uint64_t seed = 1; seed <= 5; seed++) {
		static uint32_t order[NUMBERS];
		static bool in[NUMBERS + 2];
		struct rand r;
		uint64_t low = 0;
		char boot[8];
		uint32_t s;

		snprintf(boot, sizeof(boot), "s%d", (int)seed);
		s = boots_slot(p->b, "dc", slice_of(boot));
		rand_seed(&r, seed);
		for (uint32_t i = 0; i < NUMBERS; i++) {
			order[i] = i + 1;
			in[i + 1] = false;
		}
		for (uint32_t i = NUMBERS - 1; i > 0; i--) { /* near neighbours mostly */
			uint32_t k = i - (uint32_t)rand_below(&r, i < 600 ? i + 1 : 600),
				 x = order[i];

			order[i] = order[k];
			order[k] = x;
		}
		for (uint32_t i = 0; i < NUMBERS; i++) {
			assert_int_equal(boots_receive(p->b, s, order[i]), BOOT_NEW);
			boots_make_safe(p->b, s, order[i]);
			in[order[i]] = true;
			while (low < NUMBERS && in[low + 1])
				low++;
			assert_int_equal(boots_received(p->b, s), low);
			assert_int_equal(boots_receive(p->b, s, order[rand_below(&r, i + 1)]),
					 BOOT_DUPLICATE);
		}
		save(p);
		assert_int_equal(boots_cursor(p->b, s), NUMBERS);
	}
}

static void old_starts_leave_the_file(void **state)
{
	struct place *p = *state;
	char boot[16];
	uint32_t s;

	for (int i = 0; i < 100; i++) {
		snprintf(boot, sizeof(boot), "b%d", i);
		s = boots_slot(p->b, "dc", slice_of(boot));
		boots_receive(p->b, s, 1);
		boots_make_safe(p->b, s, 1);
	}
	save(p);
	reopen(p);
	assert_int_equal(boots_cursor(p->b, boots_slot(p->b, "dc", SLICE_LIT("b99"))), 1);
	assert_int_equal(boots_cursor(p->b, boots_slot(p->b, "dc", SLICE_LIT("b36"))), 1);
	assert_int_equal(boots_cursor(p->b, boots_slot(p->b, "dc", SLICE_LIT("b0"))), 0);
}

static void a_damaged_file_is_an_error(void **state)
{
	static const char *const texts[] = {"[{\"agent\":\"dc\",\"boot\":\"b\",\"cursor\":-1}]",
					    "[{\"agent\":", "{}",
					    "[{\"agent\":\"dc\",\"boot\":\"b\",\"cursor\":1.5}]"};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct boots *b = NULL;
		struct err_info info;
		char path[128];

		snprintf(path, sizeof(path), "%s/cursors.json", p->dir);
		assert_int_equal(files_replace(path, slice_of(texts[i]), 0600, &info), ERR_OK);
		assert_int_equal(boots_open(p->dir, &b, &info), ERR_CORRUPT);
		assert_null(b);
	}
}

/* Results that could not be kept: as after a restart, what is not safe counts as never received. */
static void what_is_forgotten_is_new_again(void **state)
{
	struct place *p = *state;
	uint32_t slot = boots_slot(p->b, "dc", SLICE_LIT("b1"));

	for (uint64_t seq = 1; seq <= 10; seq++)
		assert_int_equal(boots_receive(p->b, slot, seq), BOOT_NEW);
	for (uint64_t seq = 1; seq <= 4; seq++)
		boots_make_safe(p->b, slot, seq);
	boots_make_safe(p->b, slot, 7);
	boots_forget(p->b);
	assert_int_equal(boots_received(p->b, slot), 4);
	assert_int_equal(boots_receive(p->b, slot, 4), BOOT_DUPLICATE);
	assert_int_equal(boots_receive(p->b, slot, 7), BOOT_DUPLICATE);
	assert_int_equal(boots_receive(p->b, slot, 5), BOOT_NEW);
	assert_int_equal(boots_receive(p->b, slot, 10), BOOT_NEW);
	assert_int_equal(boots_received(p->b, slot), 5);
	for (uint64_t seq = 5; seq <= 10; seq++)
		boots_make_safe(p->b, slot, seq);
	save(p);
	assert_int_equal(boots_cursor(p->b, slot), 10);
	boots_forget(p->b);
	assert_int_equal(boots_received(p->b, slot), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_cursor_is_told_after_it_is_kept, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_unknown_start_begins_at_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_hole_is_given_up_when_nothing_fills_it, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_hole_that_is_being_filled_stays, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(skipped_numbers_count_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_far_future_is_left_with_the_agent, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(any_order_ends_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(old_starts_leave_the_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_file_is_an_error, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_forgotten_is_new_again, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
