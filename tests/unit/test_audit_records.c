/* audit_records - backups against RPOs, sums against rows. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

/* The verdict on a backup: its code, or "". */
static const char *verdict(struct arena *a, const char *backup, const char *rpo)
{
	static const char *const codes[] = {"rpo-unmet", "not-backed-up", "backup-unknown"};
	const char *got = test_plan_findings(
		arena_printf(a, "records: [{id: r%s%s, stated: [{rpo: %s}]}]\n",
			     backup[0] != '\0' ? ", backed_up: " : "", backup, rpo),
		a);

	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		if (strstr(got, codes[i]) != NULL)
			return codes[i];
	}
	return "";
}

static void backups_against_objectives(void **state)
{
	static const struct {
		const char *backup, *rpo, *code;
	} cases[] = {
		{"4h", "4h", ""},
		{"4h1s", "4h", "rpo-unmet"},
		{"1s", "immediate", "rpo-unmet"},
		{"last-version", "immediate", ""},
		{"1d", "last-version", ""},
		{"2d", "current", "rpo-unmet"},
		{"30d", "not-applicable", ""},
		{"30d", "functional", ""},
		{"varies", "4h", "rpo-unmet"},
		{"varies", "not-applicable", ""},
		{"once-per-process", "last-version", "rpo-unmet"},
		{"never", "not-applicable", "not-backed-up"},
		{"", "4h", "backup-unknown"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(verdict(a, cases[i].backup, cases[i].rpo), cases[i].code);
	arena_free(a);
}

/* Of several statements the strictest one counts. */
static void the_strictest_objective_counts(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_non_null(strstr(
		test_plan_findings("records: [{id: r, backed_up: 6h, stated: [{rpo: 8h}, {rpo: "
				   "last-version}, {rpo: 4h}, {rpo: not-applicable}]}]\n",
				   a),
		"rpo-unmet: record:r: the RPO of 'r' is 4h; it is backed up each 6h"));
	arena_free(a);
}

static void sums_are_told_with_and_without_doubles(void **state)
{
	static const char plan[] = "components: [{id: x}]\nservices: [{id: v, rto: 3w, needs: x}, "
				   "{id: w, rto: 3w, needs: x}]\nresources: [{id: a, service: v, "
				   "people: 3, vpn: 1}, {id: b, service: w, people: 4}%s, {id: t, "
				   "total: true, people: %d, laptops: 9}]\n";
	struct arena *a = arena_new();

	(void)state;
	/* Laptops stand in the total only: the rows contradict nothing. */
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, "", 7), a), "total-differs"));
	assert_non_null(strstr(test_plan_findings(arena_printf(a, plan, "", 8), a),
			       "it states 8 people; its rows add up to 7, and to 7 if"));
	assert_non_null(
		strstr(test_plan_findings(
			       arena_printf(a, plan, ", {id: c, service: v, people: 3}", 10), a),
		       "it states 10 people; its rows add up to 10, and to 7 if"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backups_against_objectives),
		cmocka_unit_test(the_strictest_objective_counts),
		cmocka_unit_test(sums_are_told_with_and_without_doubles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
