/* plan_shifts - shifts by the week and by date, what is wrong with them, and that they come back as they were written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "engine/shifts.h"
#include "tests/support/test_plan.h"

#define PEOPLE                                                                                     \
	"channels: [{id: c, type: file, path: x}]\n"                                               \
	"people:\n"                                                                                \
	"  - {id: ana, post: A, contacts: [{channel: c, to: a}]}\n"                                \
	"  - {id: beto, post: B, contacts: [{channel: c, to: b}]}\n"
#define SEATS PEOPLE "seats: [{id: mesa, level: 3, suplente: beto}]\n"
#define HOUR (3600 * US_PER_S)

static void shifts_are_read_by_the_week_and_by_date(void **state)
{
	struct plan *p = test_plan_from_text(
		SEATS "shifts:\n"
		      "  - {seat: mesa, from: \"07:30\", until: \"15:00\", titular: ana}\n"
		      "  - {seat: mesa, from: \"22:00\", until: \"06:00\", days: [fri, sat], "
		      "titular: ana, "
		      "suplente: beto}\n"
		      "  - {seat: mesa, from: \"2026-06-07T06:00\", until: \"2026-06-08T06:00\", "
		      "titular: beto}\n"
		      "  - {seat: mesa, from: \"00:00\", until: \"24:00\", titular: ana}\n");
	struct plan *again = test_plan_from_text(p->json.p);

	(void)state;
	assert_int_equal(p->shift_count, 4);
	assert_false(p->shifts[0].dated);
	assert_int_equal(p->shifts[0].from_us, 7 * HOUR + HOUR / 2);
	assert_int_equal(p->shifts[0].length_us, 7 * HOUR + HOUR / 2);
	assert_int_equal(p->shifts[0].days, 0x7F);
	assert_int_equal(p->shifts[0].suplente, PLAN_NONE);
	assert_int_equal(p->shifts[1].length_us, 8 * HOUR);
	assert_int_equal(p->shifts[1].days, 0x30);
	assert_true(p->shifts[2].dated);
	assert_int_equal(p->shifts[2].from_us, INT64_C(1780833600) * US_PER_S);
	assert_int_equal(p->shifts[2].length_us, 24 * HOUR);
	assert_int_equal(p->shifts[3].length_us, 24 * HOUR);
	assert_string_equal(p->json.p, again->json.p);
	plan_free(p);
	plan_free(again);
}

static void wrong_shifts_are_told(void **state)
{
	static const struct {
		const char *shift, *code, *text;
	} cases[] = {
		{"{seat: mesa, from: \"7:00\", until: \"15:00\", titular: ana}", "syntax",
		 "two times of day"},
		{"{seat: mesa, from: \"07:00\", until: \"24:01\", titular: ana}", "syntax",
		 "two times of day"},
		{"{seat: mesa, from: \"07:00\", until: \"2026-06-07T15:00\", titular: ana}",
		 "syntax", "two moments"},
		{"{seat: mesa, from: \"2026-02-30T07:00\", until: \"2026-06-07T15:00\", titular: "
		 "ana}",
		 "syntax", "two moments"},
		{"{seat: mesa, from: \"2026-06-07T15:00\", until: \"2026-06-07T07:00\", titular: "
		 "ana}",
		 "conflict", "ends before it begins"},
		{"{seat: mesa, from: \"2026-06-07T07:00\", until: \"2026-06-07T15:00\", days: "
		 "[mon], titular: ana}",
		 "conflict", "has its days already"},
		{"{seat: mesa, from: \"07:00\", until: \"15:00\", days: [lun], titular: ana}",
		 "syntax", "'lun' is no day"},
		{"{seat: mesa, from: \"07:00\", until: \"15:00\"}", "missing-key",
		 "'titular' is missing"},
		{"{seat: mesa, until: \"15:00\", titular: ana}", "missing-key", "from"},
		{"{from: \"07:00\", until: \"15:00\", titular: ana}", "missing-key",
		 "'seat' is missing"},
		{"{seat: meza, from: \"07:00\", until: \"15:00\", titular: ana}", "dangling-id",
		 "did you mean 'mesa'"},
		{"{seat: mesa, from: \"07:00\", until: \"15:00\", titular: ana, suplente: ana}",
		 "conflict", "is its titular"},
		{"{seat: mesa, from: \"07:00\", until: \"15:00\", titular: ana, id: x}",
		 "unknown-key", "id"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		char *yaml = arena_printf(arena, SEATS "shifts: [%s]\n", cases[k].shift);
		char *told = test_plan_complaints(yaml, arena);

		if (strstr(told, cases[k].code) == NULL || strstr(told, cases[k].text) == NULL)
			fail_msg("%s: %s", cases[k].shift, told);
	}
	arena_free(arena);
}

static void a_seat_needs_a_titular_or_a_shift(void **state)
{
	struct arena *arena = arena_new();
	char *told = test_plan_complaints(SEATS, arena);

	(void)state;
	assert_non_null(strstr(told, "(or give it shifts)"));
	arena_free(arena);
}

static void hours_that_nobody_holds_are_found(void **state)
{
	static const struct {
		const char *shifts, *told; /* NULL: nothing */
	} cases[] = {
		{"{seat: mesa, from: \"07:00\", until: \"15:00\", days: [mon], titular: ana}, "
		 "{seat: mesa, from: \"15:00\", until: \"07:00\", titular: beto}",
		 "error: shift-gap: seat 'mesa' is held by nobody tue 07:00 to tue 15:00, wed "
		 "07:00 "
		 "to wed 15:00, thu 07:00 to thu 15:00, fri 07:00 to fri 15:00 and 2 more"},
		{"{seat: mesa, from: \"07:00\", until: \"07:00\", titular: ana}", NULL},
		{"{seat: mesa, from: \"2026-06-07T06:00\", until: \"2026-06-07T10:00\", titular: "
		 "ana}, {seat: mesa, from: \"2026-06-07T11:00\", until: \"2026-06-07T20:00\", "
		 "titular: ana}",
		 "nobody 2026-06-07 10:00 to 2026-06-07 11:00 (Mexico City)"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		char *told = test_plan_findings(
			arena_printf(arena, SEATS "shifts: [%s]\n", cases[k].shifts), arena);

		if (cases[k].told == NULL ? strstr(told, "shift-gap") != NULL
					  : strstr(told, cases[k].told) == NULL)
			fail_msg("%s: %s", cases[k].shifts, told);
	}
	/* A titular of the seat holds it outside of its shifts. */
	assert_null(
		strstr(test_plan_findings(PEOPLE "seats: [{id: mesa, titular: beto}]\n"
						 "shifts: [{seat: mesa, from: \"07:00\", until: "
						 "\"15:00\", titular: ana}]\n",
					  arena),
		       "shift-gap"));
	/* Of a desk outside of the levels it is a warning. */
	assert_non_null(
		strstr(test_plan_findings(PEOPLE "seats: [{id: mesa}]\n"
						 "shifts: [{seat: mesa, from: \"07:00\", until: "
						 "\"15:00\", titular: ana}]\n",
					  arena),
		       "warning: shift-gap"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shifts_are_read_by_the_week_and_by_date),
		cmocka_unit_test(wrong_shifts_are_told),
		cmocka_unit_test(a_seat_needs_a_titular_or_a_shift),
		cmocka_unit_test(hours_that_nobody_holds_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
