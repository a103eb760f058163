/* plan_calendar - jornadas and windows: read, sorted, strict, and written out the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "base/timefmt.h"
#include "tests/support/test_plan.h"

static int64_t at(const char *text)
{
	struct wall_time t = {0};

	assert_int_equal(timefmt_parse_local(slice_of(text), t, true, &t), ERR_OK);
	return t.us;
}

static void a_jornada_has_hours_cuts_freeze_and_stamp(void **state)
{
	struct plan *p = test_plan_from_text(
		"jornadas:\n"
		"  - {id: dia, name: Jornada, kind: real, from: 2026-06-07T07:00, until: "
		"2026-06-07T20:00,\n"
		"     first_cut: 2026-06-07T12:00, last_cut: 2026-06-07T20:00, stamp: REAL 2026,\n"
		"     freeze: {from: 2026-06-05T00:00, until: 2026-06-08T00:00}}\n"
		"  - {id: sim, kind: drill, n: 2, from: 2026-05-10T08:00, until: "
		"2026-05-10T10:00}\n"
		"  - {id: funcional, kind: functional-test, from: 2026-05-20T08:00, until: "
		"2026-05-20T10:00}\n");

	(void)state;
	assert_int_equal(p->jornada_count, 3);
	assert_string_equal(p->jornadas[0].id, "sim"); /* by time */
	assert_string_equal(p->jornadas[0].stamp, "SIMULACRO 2");
	assert_int_equal(p->jornadas[0].freeze_from_us, at("2026-05-10T08:00"));
	assert_int_equal(p->jornadas[0].freeze_until_us, at("2026-05-10T10:00"));
	assert_string_equal(p->jornadas[1].stamp, "SIMULACRO · PRUEBA FUNCIONAL");
	assert_string_equal(p->jornadas[2].stamp, "REAL 2026");
	assert_int_equal(p->jornadas[2].from_us, at("2026-06-07T07:00"));
	assert_int_equal(p->jornadas[2].first_cut_us, at("2026-06-07T12:00"));
	assert_int_equal(p->jornadas[2].freeze_until_us, at("2026-06-08T00:00"));
	plan_free(p);
}

#define DAY "from: 2026-06-07T07:00, until: 2026-06-07T20:00"
#define SEATS                                                                                      \
	"people: [{id: a, post: A, contacts: [{channel: c, to: x}]}, {id: b, post: B, contacts: "  \
	"[{channel: c, to: y}]}]\nseats: [{id: s, level: 2, titular: b}]\nchannels: [{id: c, "     \
	"type: file, path: x}]\nsites: [{id: q}]\n"
#define WINDOW "windows: [{id: w, site: q, reason: R, "

static void each_mistake_is_told_with_what_to_do(void **state)
{
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{"jornadas: [{id: d, kind: real, from: 2026-06-07, until: 2026-06-07T20:00}]",
		 "from: '2026-06-07' is no day and time of Mexico City (write 2026-06-07T08:00)"},
		{"jornadas: [{id: d, kind: real, from: 2026-06-31T07:00, until: 2026-07-02T20:00}]",
		 "is no day and time"},
		{"jornadas: [{id: d, kind: real, from: 2026-06-07T20:00, until: 2026-06-07T20:00}]",
		 "until: it ends before it begins"},
		{"jornadas: [{id: d, kind: real, n: 2, " DAY "}]", "n: only a drill has a number"},
		{"jornadas: [{id: d, kind: real, stamp: PRUEBA, " DAY "}]",
		 "stamp: it must hold the word REAL"},
		{"jornadas: [{id: d, kind: drill, stamp: REAL 2, " DAY "}]",
		 "stamp: it must hold the word SIMULACRO"},
		{"jornadas: [{id: d, kind: real, " DAY
		 ", freeze: {from: 2026-06-07T08:00, until: 2026-06-08T00:00}}]",
		 "freeze: it must hold the hours of the jornada itself"},
		{"jornadas: [{id: d, kind: real, " DAY
		 ", first_cut: 2026-06-07T12:00, last_cut: 2026-06-07T11:00}]",
		 "last_cut: it comes before the first cut"},
		{"jornadas: [{id: d, kind: real, " DAY
		 "}, {id: e, kind: drill, from: 2026-06-07T19:59, until: 2026-06-07T21:00}]",
		 "the jornada 'e' begins before 'd' has ended; one at a time"},
		{"jornadas: [{id: d, kind: rela, " DAY "}]", "kind"},
		{SEATS WINDOW "owner: a, from: 2026-06-01T00:00, until: 2026-06-08T00:01}]",
		 "a window lasts 7 days at most"},
		{SEATS WINDOW "from: 2026-06-01T00:00, until: 2026-06-02T00:01}]",
		 "'owner' is missing"},
		{SEATS "windows: [{id: w, reason: R, owner: a, from: 2026-06-01T00:00, until: "
		       "2026-06-02T00:01}]",
		 "a window is about one of check, component, site, service"},
		{SEATS WINDOW "owner: a, " DAY "}]\njornadas: [{id: d, kind: real, " DAY "}]",
		 "the window meets the freeze of 'd'; move it, or have a person of level 2 sign it "
		 "(signed_by)"},
		{SEATS WINDOW "owner: b, signed_by: b, " DAY "}]",
		 "nobody signs a window of their own"},
		{SEATS WINDOW "owner: b, signed_by: a, " DAY "}]", "'a' holds no seat of level 2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		const char *told = test_plan_complaints(cases[i].yaml, arena);

		if (strstr(told, cases[i].want) == NULL)
			fail_msg("%s\n%s", cases[i].yaml, told);
		arena_free(arena);
	}
}

static void a_window_over_a_freeze_is_signed(void **state)
{
	struct plan *p =
		test_plan_from_text(SEATS WINDOW "owner: a, signed_by: b, " DAY
						 "}]\njornadas: [{id: d, kind: real, " DAY "}]");

	(void)state;
	assert_int_equal(p->windows[0].scope.kind, SCOPE_SITE);
	assert_int_equal(p->windows[0].signed_by, 1);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jornada_has_hours_cuts_freeze_and_stamp),
		cmocka_unit_test(each_mistake_is_told_with_what_to_do),
		cmocka_unit_test(a_window_over_a_freeze_is_signed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
