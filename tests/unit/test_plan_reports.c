/* plan_reports - what may be reported, who is called with it, and by when papers are due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

#define PEOPLE                                                                                     \
	"channels: [{id: c, type: file, path: /x}]\n"                                              \
	"people: [{id: ana, post: P, contacts: [{channel: c, to: a}]}]\n"                          \
	"seats: [{id: mesa, level: 0, titular: ana}, {id: crisis, level: 1, titular: ana}]\n"      \
	"procedures: [{id: robo, name: Robo, activities: [{n: 1, do: Avisar}]}]\n"

static void it_is_read_and_written_as_it_was(void **state)
{
	struct plan *p = test_plan_from_text(
		PEOPLE "reports: {call: [mesa], operational: [\"person:ana\"], ack_within: 30s, "
		       "types: [{id: theft, name: Robo, class: operational, procedure: robo}, {id: "
		       "other-thing}]}\n"
		       "deadlines: {report: 2d}\n");
	struct plan *q;
	char *text;

	(void)state;
	assert_true(p->reports.given);
	assert_int_equal(p->reports.call_count, 1);
	assert_int_equal(p->reports.operational[0].kind, TARGET_PERSON);
	assert_int_equal(p->reports.ack_within_us, 30 * US_PER_S);
	assert_int_equal(p->reports.repeat_us, 300 * US_PER_S);
	assert_int_equal(p->reports.join_within_us, 1800 * US_PER_S);
	assert_int_equal(p->reports.types[0].class, REPORT_OPERATIONAL);
	assert_int_equal(p->reports.types[0].procedure, 0);
	assert_int_equal(p->reports.types[1].class, REPORT_TECHNICAL);
	assert_int_equal(p->reports.types[1].service, PLAN_NONE);
	assert_string_equal(p->reports.types[1].name, "other-thing");
	assert_int_equal(p->deadlines.report_us, 2 * 86400 * US_PER_S);
	assert_int_equal(plan_find_report_type(p, SLICE_LIT("theft")), 0);
	assert_int_equal(plan_find_report_type(p, SLICE_LIT("x")), PLAN_NONE);
	text = arena_strndup(p->arena, p->json.p, p->json.n);
	q = test_plan_from_text(text);
	assert_string_equal(p->hash, q->hash);
	plan_free(q);
	plan_free(p);
}

static void without_the_sections_the_plan_is_as_it_was(void **state)
{
	struct plan *p = test_plan_from_text(PEOPLE);

	(void)state;
	assert_false(p->reports.given);
	assert_int_equal(p->reports.ack_within_us, 60 * US_PER_S);
	assert_int_equal(p->deadlines.report_us, 0);
	assert_null(strstr(p->json.p, "reports"));
	assert_null(strstr(p->json.p, "deadlines"));
	plan_free(p);
}

static void what_is_wrong_is_told_at_its_place(void **state)
{
	static const struct {
		const char *yaml, *complaint;
	} cases[] = {
		{"reports: {call: [\"level:1\"]}", "a report alone does not call level 1"},
		{"reports: {operational: [crisis]}", "a report alone does not call level 1"},
		{"reports: {call: [mesa-2]}", "there is no seat 'mesa-2'"},
		{"reports: {types: []}", "the list is empty"},
		{"reports: {types: [theft]}", "types: a map of keys and values was expected"},
		{"reports: {types: [{id: a}, {id: a}]}", "types: 'a' stands here twice"},
		{"reports: {types: [{id: a, service: x}]}", "there is no service 'x'"},
		{"reports: {types: [{id: a, class: raro}]}", "class"},
		{"reports: {types: [{name: x}]}", "id"},
		{"reports: {types: [{id: a234567890123456789012345678901x}]}", "longer than 31"},
		{"reports: {join: 5m}", "join"},
		{"reports: [x]", "reports: a map of keys and values was expected"},
		{"deadlines: {report: 5}", "report"},
		{"deadlines: {}", "report"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena *arena = arena_new();
		char *text = arena_printf(arena, "%s%s\n", PEOPLE, cases[i].yaml);
		char *told = test_plan_complaints(text, arena);

		if (strstr(told, cases[i].complaint) == NULL)
			fail_msg("%s: %s", cases[i].yaml, told);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read_and_written_as_it_was),
		cmocka_unit_test(without_the_sections_the_plan_is_as_it_was),
		cmocka_unit_test(what_is_wrong_is_told_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
