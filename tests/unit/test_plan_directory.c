/* plan_directory - documents, directories, groups and acceptances, as the struct. What is wrong: tests/fixtures/wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

static void documents_and_directories_are_read(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/audit/base.yaml");
	const struct plan_annexes *x = p->annexes;

	(void)state;
	assert_string_equal(x->documents[0].agreement, "A-01");
	assert_int_equal(x->documents[0].date_count, 1);
	assert_int_equal(x->documents[0].dates_s[0], x->documents[0].approved_s);
	assert_int_equal(p->procedures[0].document, 0);
	assert_int_equal(x->listing_count, 5);
	assert_string_equal(p->people[x->listings[0].person].id, "m");
	assert_string_equal(x->listings[0].extension, "4601");
	assert_int_equal(x->listings[3].person, PLAN_NONE);
	assert_string_equal(x->listings[3].line, "conmutador");
	/* As it is written, not as it is dialled. */
	assert_string_equal(x->listings[4].phone, "+52 55-5550-0000");
	plan_free(p);
}

static void groups_and_acceptances_are_read(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/audit/base.yaml");
	struct plan *k = test_plan_from_text(
		"channels: [{id: c, type: file, path: f}]\n"
		"people: [{id: m, post: M, contacts: [{channel: c, to: m}]}]\n"
		"accepted: [{id: k, finding: no-team, at: \"service:v\", reason: R, by: m, on: "
		"1970-01-02, until: 1970-01-03}]\n");

	(void)state;
	assert_int_equal(p->annexes->groups[0].level, 1);
	assert_int_equal(p->annexes->groups[0].told_count, 2);
	assert_string_equal(p->annexes->groups[0].told[1].in, "Parte 2");
	assert_string_equal(p->people[p->annexes->groups[0].told[1].members[0]].id, "s");
	assert_string_equal(k->annexes->accepted[0].at, "service:v");
	assert_int_equal(k->annexes->accepted[0].on_s, 86400);
	assert_int_equal(k->annexes->accepted[0].until_s, 2 * 86400);
	plan_free(p);
	plan_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_and_directories_are_read),
		cmocka_unit_test(groups_and_acceptances_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
