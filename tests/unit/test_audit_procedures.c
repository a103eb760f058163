/* audit_procedures - the graph of a procedure: what yes and no lead to. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "tests/support/test_plan.h"

/* What is told of a procedure, by code and activity: "number-twice/2 ". */
static const char *told(struct arena *a, const char *activities)
{
	char *text = test_plan_findings(
		arena_printf(a, "procedures: [{id: p, activities: [%s]}]\n", activities), a);
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 4096);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		const char *at = strstr(line, "procedure:p/");
		char code[64] = "";

		assert_non_null(at);
		assert_int_equal(sscanf(line, "%*s %*s %63[a-z-]", code), 1);
		if (strcmp(code, "unknown-actor") == 0)
			continue; /* this plan says of nobody who they are */
		buf_printf(&out, "%s/%.*s ", code, (int)strspn(at + 12, "0123456789"), at + 12);
	}
	return arena_strdup(a, buf_cstr(&out));
}

static void answers_lead_where_they_say(void **state)
{
	static const struct {
		const char *activities, *told;
	} cases[] = {
		{"{n: 1, do: A, by: B}", ""},
		{"{n: 1, do: A, by: B}, {n: 2, do: A, by: B}, {n: 3, do: A, by: B}", ""},
		/* Both answers may skip, then what is skipped is dead. */
		{"{n: 1, do: A, by: B, if_no: 3, if_yes: 3}, {n: 2, do: A, by: B}, {n: 3, do: A, "
		 "by: B}",
		 "unreached-activity/2 "},
		{"{n: 1, do: A, by: B, end: always}, {n: 2, do: A, by: B}",
		 "unreached-activity/2 "},
		/* An end wins over a branch. */
		{"{n: 1, do: A, by: B, end: yes, if_yes: 9}", ""},
		{"{n: 1, do: A, by: B, if_yes: 9}", "dangling-branch/1 "},
		{"{n: 1, do: A, by: B, if_no: 1, if_yes: 1}", "endless-loop/1 "},
		{"{n: 1, do: A, by: B, if_no: 1}", ""},
		/* A circle behind a way out is told at its own first activity only. */
		{"{n: 1, do: A, by: B, end: no}, {n: 2, do: A, by: B, if_no: 2, if_yes: 2}",
		 "endless-loop/2 "},
		/* Numbers may stand in another order; branches follow numbers, not places. */
		{"{n: 2, do: A, by: B}, {n: 1, do: A, by: B}", ""},
		{"{n: 3, do: A, by: B}", "number-missing/3 "},
		/* Resumption before the suspension does not help. */
		{"{n: 1, do: A, by: B, effect: resume}, {n: 2, do: A, by: B, effect: suspend}",
		 "no-way-to-resume/2 "},
		{"{n: 1, do: A, by: B, effect: suspend, if_yes: 3}, {n: 2, do: A, by: B, end: "
		 "always}, {n: 3, do: A, by: B, effect: resume}",
		 ""},
		{"{n: 1, do: A, by: B, effect: suspend}, {n: 2, do: A, by: B, end: always}, {n: "
		 "3, do: A, by: B, effect: resume}",
		 "no-way-to-resume/1 unreached-activity/3 "},
		{"{n: 1, do: A, by: B, heading: 1. X}, {n: 2, do: A, by: B, heading: 3. Y}",
		 "headings-order/2 "},
		{"{n: 1, do: A, by: B, heading: Xyz}, {n: 2, do: A, by: B, heading: a) Y}", ""},
		{"{n: 1, do: A}", "no-actor/1 "},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *got = told(a, cases[i].activities);

		if (strcmp(got, cases[i].told) != 0)
			fail_msg("case %zu: expected '%s', got '%s'", i, cases[i].told, got);
	}
	arena_free(a);
}

/* Each at the line of its activity. */
static void an_activity_is_told_where_it_stands(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_findings("procedures:\n  - id: p\n    activities:\n"
				   "      - {n: 1, do: A, by: B}\n      - {n: 2, do: A}\n",
				   a),
		"journal:4:9: note: unknown-actor: procedure:p/1: nothing else in the plan says "
		"who 'B' is; name a seat, a group, a field post, a person, an area or a supplier "
		"of the plan\n"
		"journal:5:9: note: no-actor: procedure:p/2: 'A' is done by nobody in particular; "
		"say who does it: by\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_lead_where_they_say),
		cmocka_unit_test(an_activity_is_told_where_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
