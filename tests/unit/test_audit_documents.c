/* audit_documents - days and codes of documents. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

#define DAY INT64_C(86400)
#define JUNE_1 INT64_C(1780272000) /* 2026-06-01 */

static bool tells(const char *rest, int64_t today_s, const char *code)
{
	struct arena *a = arena_new();
	struct plan *p = test_plan_from_text(arena_printf(
		a, "documents: [{id: d, code: C, revision: R, agreement: A, retention: T%s}]\n",
		rest));
	struct findings f;
	bool found = false;

	findings_init(&f);
	plan_check_findings(p, today_s, &f);
	for (size_t i = 0; i < f.count; i++)
		found = found || strcmp(f.items[i].code, code) == 0;
	plan_free(p);
	findings_release(&f);
	arena_free(a);
	return found;
}

static void a_review_is_due_at_the_end_of_its_day(void **state)
{
	(void)state;
	assert_false(tells(", review_by: 2026-06-01", JUNE_1, "review-past"));
	assert_false(tells(", review_by: 2026-06-01", JUNE_1 + DAY - 1, "review-past"));
	assert_true(tells(", review_by: 2026-06-01", JUNE_1 + DAY, "review-past"));
	/* Without a clock nothing is said about days that pass. */
	assert_false(tells(", review_by: 2020-06-01", 0, "review-past"));
	assert_true(tells("", 0, "no-review"));
}

static void twelve_months_are_the_most(void **state)
{
	(void)state;
	assert_false(tells(", approved: 2026-06-01, review_by: 2027-06-01", JUNE_1, "review-late"));
	/* A leap day lies between. */
	assert_false(tells(", approved: 2027-06-01, review_by: 2028-06-01", JUNE_1, "review-late"));
	assert_true(tells(", approved: 2026-06-01, review_by: 2027-06-03", JUNE_1, "review-late"));
	/* Past and late: past is what matters. */
	assert_false(tells(", approved: 2020-06-01, review_by: 2026-05-01", JUNE_1, "review-late"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_review_is_due_at_the_end_of_its_day),
		cmocka_unit_test(twelve_months_are_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
