/* test_series_rows.c - rows wait in order, one per slot, and no result of theirs is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "collector/series_rows.h"
#include "engine/input.h"

static void slots_begin_at_multiples_of_the_interval(void **state)
{
	(void)state;
	assert_int_equal(series_rows_slot(1000000009999999, 10), 1000000000);
	assert_int_equal(series_rows_slot(1000000010000000, 10), 1000000010);
	assert_int_equal(series_rows_slot(1000000019000000, 1), 1000000019);
	assert_int_equal(series_rows_slot(1000000019999999, 7), 1000000019 / 7 * 7);
}

static void put(struct series_rows *r, int64_t t, enum health state, uint64_t seq, int64_t value)
{
	struct series_row row = {
		.t = t, .since_ms = 1000 + seq, .state = (uint8_t)state, .ref = {1, seq}};
	int64_t values[2] = {value, -value};

	series_rows_add(r, &row, values, 2);
}

static void the_worst_of_a_slot_is_kept(void **state)
{
	static const struct {
		enum health first, second;
		int64_t kept; /* which one's value */
		const char *why;
	} cases[] = {
		{HEALTH_OK, HEALTH_OK, 1,
		 "of equals the first: a result that comes twice changes nothing"},
		{HEALTH_OK, HEALTH_WARNING, 2, "a warning is worse than ok"},
		{HEALTH_WARNING, HEALTH_OK, 1, "whatever the order"},
		{HEALTH_WARNING, HEALTH_CRITICAL, 2, "critical is worse than a warning"},
		{HEALTH_CRITICAL, HEALTH_BLIND, 1, "an outage is not hidden by blindness"},
		{HEALTH_BLIND, HEALTH_CRITICAL, 2, "nor by an earlier one"},
		{HEALTH_OK, HEALTH_BLIND, 2, "blindness is not hidden by ok"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct series_rows r;

		series_rows_init(&r, 2);
		put(&r, 50, cases[i].first, 1, 1);
		put(&r, 50, cases[i].second, 2, 2);
		assert_int_equal(r.count, 1);
		if (series_rows_values(&r, 0)[0] != cases[i].kept)
			print_error("%s\n", cases[i].why);
		assert_int_equal(series_rows_values(&r, 0)[0], cases[i].kept);
		assert_int_equal(series_rows_values(&r, 0)[1], -cases[i].kept);
		assert_int_equal(r.rows[0].state,
				 cases[i].kept == 1 ? cases[i].first : cases[i].second);
		assert_int_equal(r.rows[0].ref.seq, 1);
		assert_int_equal(r.extra_count, 1);
		assert_int_equal(r.extras[0].ref.seq, 2);
		assert_int_equal(r.rows[0].since_ms, 1001);
		series_rows_release(&r);
	}
}

static void missing_values_are_unknown(void **state)
{
	struct series_row row = {.t = 5};
	int64_t values[3] = {7, 8, 9};
	struct series_rows r;

	(void)state;
	series_rows_init(&r, 2);
	assert_true(series_rows_add(&r, &row, values, 1));
	assert_int_equal(series_rows_values(&r, 0)[0], 7);
	assert_true(series_rows_values(&r, 0)[1] == MICRO_NONE);
	row.t = 6;
	assert_true(series_rows_add(&r, &row, values, 3));
	assert_int_equal(series_rows_values(&r, 1)[1], 8);
	series_rows_release(&r);
}

/* Against a plain table: any order of times, any cut, put back or not. */
static void nothing_is_lost_whatever_the_order(void **state)
{
	enum { SLOTS = 40, RESULTS = 200 };

	(void)state;
	for (unsigned seed = 1; seed <= 50; seed++) {
		int64_t first[SLOTS];
		unsigned seen[RESULTS + 1] = {0}, random = seed;
		struct series_rows r, taken;

		for (int i = 0; i < SLOTS; i++)
			first[i] = -1;
		series_rows_init(&r, 2);
		for (int k = 1; k <= RESULTS; k++) {
			unsigned slot = (random = random * 1103515245u + 12345u) / 65536u % SLOTS;

			if (first[slot] < 0)
				first[slot] = k;
			put(&r, slot, HEALTH_OK, (uint64_t)k, k);
			if (k % 37 != 0)
				continue;
			series_rows_take(&r, (size_t)k % (r.count + 1), &taken);
			put(&r, slot, HEALTH_OK, 0, -1); /* news while the others are away */
			series_rows_put_back(&r, &taken);
		}
		series_rows_take(&r, r.count / 2, &taken);
		for (struct series_rows *part = &taken; part != NULL;
		     part = part == &taken ? &r : NULL) {
			for (size_t i = 0; i < part->count; i++) {
				assert_true(i == 0 || part->rows[i - 1].t < part->rows[i].t);
				assert_int_equal(series_rows_values(part, i)[0],
						 first[part->rows[i].t]);
				seen[part->rows[i].ref.seq]++;
			}
			for (size_t i = 0; i < part->extra_count; i++)
				seen[part->extras[i].ref.seq]++;
		}
		if (taken.count > 0 && r.count > 0)
			assert_true(taken.rows[taken.count - 1].t < r.rows[0].t);
		for (size_t i = 0; i < taken.extra_count; i++)
			assert_true(taken.extras[i].t <= taken.rows[taken.count - 1].t);
		for (int k = 1; k <= RESULTS; k++)
			assert_int_equal(seen[k], 1);
		series_rows_release(&taken);
		series_rows_release(&r);
	}
}

static void a_copy_is_for_reading_only(void **state)
{
	struct series_rows r, copy;

	(void)state;
	series_rows_init(&r, 2);
	put(&r, 10, HEALTH_OK, 1, 1);
	put(&r, 20, HEALTH_WARNING, 2, 2);
	series_rows_copy(&r, &copy);
	series_rows_release(&r);
	assert_int_equal(copy.count, 2);
	assert_int_equal(copy.rows[1].state, HEALTH_WARNING);
	assert_int_equal(series_rows_values(&copy, 1)[0], 2);
	series_rows_release(&copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_begin_at_multiples_of_the_interval),
		cmocka_unit_test(the_worst_of_a_slot_is_kept),
		cmocka_unit_test(missing_values_are_unknown),
		cmocka_unit_test(nothing_is_lost_whatever_the_order),
		cmocka_unit_test(a_copy_is_for_reading_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
