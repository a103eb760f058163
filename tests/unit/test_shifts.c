/* shifts - who holds a seat at which hour: each week, by date, over midnight; and when nobody does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/timefmt.h"
#include "engine/shifts.h"

enum { ANA, BETO, CECI, NOBODY = PLAN_NONE };
enum { DESK, NIGHT, DATED, PLAIN };
#define HOUR (3600 * US_PER_S)

/* Monday 2026-06-01 was a Monday. */
static struct wall_time at(const char *text)
{
	struct wall_time t;

	assert_int_equal(timefmt_parse_local(slice_of(text), (struct wall_time){0}, false, &t), 0);
	return t;
}

static struct plan_seat seats[] = {
	[DESK] = {.titular = PLAN_NONE, .suplente = CECI},
	[NIGHT] = {.titular = CECI, .suplente = PLAN_NONE},
	[DATED] = {.titular = PLAN_NONE, .suplente = PLAN_NONE},
	[PLAIN] = {.titular = ANA, .suplente = BETO},
};
static struct plan_shift shifts[8];
static struct plan plan = {.seats = seats, .seat_count = 4, .shifts = shifts};

static int setup(void **state)
{
	(void)state;
	memset(shifts, 0, sizeof(shifts));
	/* desk: Monday to Friday 07-15 ana, 15-23 beto; night: every day 22-06 beto before ceci's own time; */
	shifts[0] = (struct plan_shift){.seat = DESK,
					.titular = ANA,
					.suplente = PLAN_NONE,
					.from_us = 7 * HOUR,
					.length_us = 8 * HOUR,
					.days = 0x1F};
	shifts[1] = (struct plan_shift){.seat = DESK,
					.titular = BETO,
					.suplente = ANA,
					.from_us = 15 * HOUR,
					.length_us = 8 * HOUR,
					.days = 0x1F};
	shifts[2] = (struct plan_shift){.seat = NIGHT,
					.titular = BETO,
					.suplente = PLAN_NONE,
					.from_us = 22 * HOUR,
					.length_us = 8 * HOUR,
					.days = 0x40};
	shifts[3] = (struct plan_shift){.seat = DATED,
					.titular = ANA,
					.suplente = PLAN_NONE,
					.dated = true,
					.from_us = at("2026-06-07T06:00").us,
					.length_us = 6 * HOUR};
	shifts[4] = (struct plan_shift){.seat = DESK,
					.titular = CECI,
					.suplente = PLAN_NONE,
					.dated = true,
					.from_us = at("2026-06-03T10:00").us,
					.length_us = HOUR};
	plan.shift_count = 5;
	return 0;
}

static void a_seat_is_held_by_the_shift_of_the_hour(void **state)
{
	static const struct {
		uint32_t seat;
		const char *at;
		uint32_t titular, suplente;
	} cases[] = {
		{DESK, "2026-06-01T06:59:59", NOBODY, NOBODY},
		{DESK, "2026-06-01T07:00", ANA,
		 CECI}, /* the seat's suplente stands behind each shift */
		{DESK, "2026-06-01T14:59:59", ANA, CECI},
		{DESK, "2026-06-01T15:00", BETO, ANA}, /* the next shift begins as this one ends */
		{DESK, "2026-06-01T23:00", NOBODY, NOBODY},
		{DESK, "2026-06-06T12:00", NOBODY, NOBODY}, /* Saturday */
		{DESK, "2026-06-03T10:30", CECI,
		 NOBODY}, /* a date goes before a week; nobody stands behind oneself */
		{DESK, "2026-06-03T11:00", ANA, CECI},
		{NIGHT, "2026-06-07T23:30", BETO, NOBODY}, /* Sunday night ... */
		{NIGHT, "2026-06-08T05:59:59", BETO, NOBODY}, /* ... into Monday */
		{NIGHT, "2026-06-08T06:00", CECI, NOBODY}, /* outside of the shifts: the titular */
		{NIGHT, "2026-06-07T05:00", CECI, NOBODY}, /* Saturday night has no shift */
		{DATED, "2026-06-07T05:59:59", NOBODY, NOBODY},
		{DATED, "2026-06-07T06:00", ANA, NOBODY},
		{DATED, "2026-06-07T12:00", NOBODY, NOBODY},
		{PLAIN, "2026-06-07T03:00", ANA, BETO},
	};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct seat_holders h = seat_holders(&plan, cases[k].seat, at(cases[k].at));

		if (h.titular != cases[k].titular || h.suplente != cases[k].suplente)
			fail_msg("seat %u at %s: %d, %d", cases[k].seat, cases[k].at,
				 (int)h.titular, (int)h.suplente);
	}
}

static void the_next_change_is_the_next_beginning_or_end(void **state)
{
	static const struct {
		uint32_t seat;
		const char *after, *next;
	} cases[] = {
		{DESK, "2026-06-01T06:00", "2026-06-01T07:00"},
		{DESK, "2026-06-01T07:00", "2026-06-01T15:00"},
		{DESK, "2026-06-03T09:00", "2026-06-03T10:00"},
		{DESK, "2026-06-05T23:00", "2026-06-08T07:00"}, /* over the week-end */
		{NIGHT, "2026-06-08T00:00", "2026-06-08T06:00"},
		{NIGHT, "2026-06-08T06:00", "2026-06-14T22:00"}, /* a week on */
		{DATED, "2026-06-01T00:00", "2026-06-07T06:00"},
	};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct wall_time t = seat_next_change(&plan, cases[k].seat, at(cases[k].after));

		if (t.us != at(cases[k].next).us)
			fail_msg("seat %u after %s", cases[k].seat, cases[k].after);
	}
	assert_int_equal(seat_next_change(&plan, DATED, at("2026-06-07T12:00")).us, WALL_NEVER.us);
	assert_int_equal(seat_next_change(&plan, PLAIN, at("2026-06-07T12:00")).us, WALL_NEVER.us);
	assert_true(seat_has_shifts(&plan, NIGHT));
	assert_false(seat_has_shifts(&plan, PLAIN));
}

static void gaps_are_the_hours_that_nobody_holds(void **state)
{
	struct seat_gap gaps[3];

	(void)state;
	assert_int_equal(
		seat_gaps(&plan, DESK, at("2026-06-01T08:00"), at("2026-06-02T08:00"), gaps, 3), 1);
	assert_int_equal(gaps[0].from.us, at("2026-06-01T23:00").us);
	assert_int_equal(gaps[0].until.us, at("2026-06-02T07:00").us);
	/* A week: four nights and one from Friday to Monday, cut at the end; three are written. */
	assert_int_equal(
		seat_gaps(&plan, DESK, at("2026-06-01T07:00"), at("2026-06-08T00:00"), gaps, 3), 5);
	assert_int_equal(
		seat_gaps(&plan, NIGHT, at("2026-06-01T00:00"), at("2026-06-08T00:00"), gaps, 3),
		0);
	assert_int_equal(
		seat_gaps(&plan, DATED, at("2026-06-07T06:00"), at("2026-06-07T12:00"), gaps, 3),
		0);
	/* One that a shift of another seat cuts in two is one. */
	assert_int_equal(
		seat_gaps(&plan, DATED, at("2026-06-01T00:00"), at("2026-06-07T06:00"), gaps, 3),
		1);
}

/* A shift without holders inside of a gap must not part it. */
static void a_gap_goes_on_over_changes_that_bring_nobody(void **state)
{
	struct seat_gap gaps[3];

	(void)state;
	shifts[5] = (struct plan_shift){.seat = DATED,
					.titular = PLAN_NONE,
					.suplente = PLAN_NONE,
					.dated = true,
					.from_us = at("2026-06-07T13:00").us,
					.length_us = HOUR};
	plan.shift_count = 6;
	assert_int_equal(
		seat_gaps(&plan, DATED, at("2026-06-07T06:00"), at("2026-06-07T18:00"), gaps, 3),
		1);
	assert_int_equal(gaps[0].from.us, at("2026-06-07T12:00").us);
	assert_int_equal(gaps[0].until.us, at("2026-06-07T18:00").us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_seat_is_held_by_the_shift_of_the_hour, setup),
		cmocka_unit_test_setup(the_next_change_is_the_next_beginning_or_end, setup),
		cmocka_unit_test_setup(gaps_are_the_hours_that_nobody_holds, setup),
		cmocka_unit_test_setup(a_gap_goes_on_over_changes_that_bring_nobody, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
