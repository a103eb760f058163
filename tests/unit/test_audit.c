/* audit - numbers that can be dialled, and how a fault is named, accepted, and not accepted any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/audit.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

static void numbers_that_can_be_dialled(void **state)
{
	static const struct {
		const char *number;
		bool is_sound;
	} cases[] = {
		{"55 5550 0000", true},
		{"5555500000", true},
		{"(55) 5550-0000", true},
		{"800 555 0000", true},
		{"+52 55 5550 0000", true},
		{" +525555500000", true},
		{"5550 0000", false},
		{"555 500 000", false},
		{"01 800 555 0000", false},
		{"01 55 5550 0000", false},
		{"044 55 5550 0000", false},
		{"045 55 5550 0000", false},
		{"52 55 5550 0000", false},
		{"+52 1 55 5550 0000", false},
		{"", false},
		{"+52", false},
		{"5555500000555550000055555000005555500000", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if ((audit_phone_fault(cases[i].number) == NULL) != cases[i].is_sound)
			fail_msg("'%s'", cases[i].number);
	}
}

static void digits_are_those_that_are_dialled(void **state)
{
	char text[16];

	(void)state;
	audit_digits(text, sizeof(text), "+52 (55) 5550-0001");
	assert_string_equal(text, "5555500001");
	audit_digits(text, sizeof(text), "52 55");
	assert_string_equal(text, "5255");
	audit_digits(text, 4, "123456");
	assert_string_equal(text, "123");
	audit_digits(text, sizeof(text), "+52");
	assert_string_equal(text, "");
}

#define PEOPLE                                                                                     \
	"channels: [{id: c, type: file, path: f}]\n"                                               \
	"people: [{id: m, post: M, contacts: [{channel: c, to: m}]}]\n"
#define ACCEPT(code, at)                                                                           \
	"accepted: [{id: k, finding: " code ", at: \"" at "\", reason: Because, by: m, on: "       \
	"2026-01-01, until: 2026-01-31}]\n"
#define JANUARY_31 INT64_C(1769817600)

/* Severity words of what is told of one code, or "accepted". */
static void tell(const char *yaml, int64_t today_s, struct buf *out)
{
	struct plan *p = test_plan_from_text(yaml);
	struct findings f;

	findings_init(&f);
	plan_check_findings(p, today_s, &f);
	for (size_t i = 0; i < f.count; i++)
		buf_printf(out, "%s%s@%s ", f.items[i].accepted != NULL ? "accepted " : "",
			   f.items[i].code, f.items[i].subject);
	buf_printf(out, "%zu", f.errors);
	plan_free(p);
	findings_release(&f);
}

static void faults_are_accepted_by_name_and_for_a_time(void **state)
{
	static const struct {
		const char *yaml;
		int64_t today_s;
		const char *told;
	} cases[] = {
		{PEOPLE "groups: [{id: g}]\n", JANUARY_31,
		 "unseated@person:m group-empty@group:g 1"},
		{PEOPLE "groups: [{id: g}]\n" ACCEPT("group-empty", "group:g"), JANUARY_31,
		 "accepted group-empty@group:g 0"},
		/* On its last day, and on the next. */
		{PEOPLE "groups: [{id: g}]\n" ACCEPT("group-empty", "group:g"), JANUARY_31 + 86399,
		 "accepted group-empty@group:g 0"},
		{PEOPLE "groups: [{id: g}]\n" ACCEPT("group-empty", "group:g"), JANUARY_31 + 86400,
		 "group-empty@group:g acceptance-ended@accepted:k 1"},
		/* By name: another thing, or another fault of the same thing, is not meant. */
		{PEOPLE "groups: [{id: g}, {id: h}]\n" ACCEPT("group-empty", "group:h"), JANUARY_31,
		 "group-empty@group:g accepted group-empty@group:h 1"},
		{PEOPLE "groups: [{id: g}]\n" ACCEPT("group-two-ways", "group:g"), JANUARY_31,
		 "group-empty@group:g acceptance-unused@accepted:k 1"},
		/* A code of another version, out of a journal. */
		{PEOPLE ACCEPT("of-old", "group:g"), JANUARY_31, "acceptance-unused@accepted:k 0"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf got CLEANUP(buf_release);

		buf_init(&got, 4096);
		tell(cases[i].yaml, cases[i].today_s, &got);
		assert_string_equal(buf_cstr(&got), cases[i].told);
	}
}

/* What a template made for many sites is told once, with the sites; accepted for one of them it is told for the others. */
static void what_a_template_made_is_told_once(void **state)
{
	struct arena *a = arena_new();
	struct findings f;
	struct plan *p = test_plan_from_files(
		"sites: [{id: s1}, {id: s2}, {id: s3}]\n"
		"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}/x\"}]}]\n"
		"services: [{id: v, rto: 3w, needs: {all: [s1/x, s2/x, s3/x]}}]\n" PEOPLE ACCEPT(
			"unwatched", "component:s2/x"),
		NULL);

	(void)state;
	findings_init(&f);
	plan_check_findings(p, JANUARY_31, &f);
	for (size_t i = 0; i < f.count; i++) {
		if (strcmp(f.items[i].code, "unwatched") == 0 && f.items[i].accepted == NULL) {
			assert_string_equal(f.items[i].text,
					    "it has no check (template t, sites s1, s3)");
			assert_int_equal(f.items[i].line, 2);
		}
	}
	assert_int_equal(findings_accepted(&f), 1);
	plan_free(p);
	findings_release(&f);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_can_be_dialled),
		cmocka_unit_test(digits_are_those_that_are_dialled),
		cmocka_unit_test(faults_are_accepted_by_name_and_for_a_time),
		cmocka_unit_test(what_a_template_made_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
