/* audit_shifts - a day or a week that shifts leave open is told with its hours, in Mexico City time; a titular for the rest closes it; what no
 * shift covers and nobody holds is no gap of shifts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

/* What is told of one seat with these shifts. */
static const char *told(const char *seat, const char *shifts)
{
	static char text[1024];
	char yaml[2048];
	struct findings f;
	struct plan *p;

	snprintf(yaml, sizeof(yaml),
		 "institution: {name: P}\nagents: [{id: dc}]\n"
		 "people: [{id: a, post: A, contacts: [{channel: uno, to: a}]}]\n"
		 "channels: [{id: uno, type: file, path: u, receipt_within: 3s}]\n"
		 "seats: [%s]\n%s",
		 seat, shifts);
	p = test_plan_from_text(yaml);
	findings_init(&f);
	plan_check_findings(p, 0, &f);
	text[0] = '\0';
	for (size_t i = 0; i < f.count; i++) {
		if (strstr(f.items[i].code, "shift-gap") != NULL)
			snprintf(text, sizeof(text), "%s %s", f.items[i].code, f.items[i].text);
	}
	findings_release(&f);
	plan_free(p);
	return text;
}

static void open_hours_are_told(void **state)
{
	(void)state;
	assert_non_null(
		strstr(told("{id: s, level: 2}",
			    "shifts: [{seat: s, from: \"00:00\", until: \"23:30\", titular: a}]\n"),
		       "nobody holds it mon 23:30 to tue 00:00"));
	assert_true(strncmp(told("{id: s, level: 2}", "shifts: [{seat: s, from: \"00:00\", until: "
						      "\"23:30\", titular: a}]\n"),
			    "shift-gap ", 10) == 0);
	assert_true(strncmp(told("{id: s, level: 0}", "shifts: [{seat: s, from: \"00:00\", until: "
						      "\"23:30\", titular: a}]\n"),
			    "desk-shift-gap ", 15) == 0);
}

static void who_holds_the_rest_closes_it(void **state)
{
	(void)state;
	assert_string_equal(
		told("{id: s, level: 2, titular: a}",
		     "shifts: [{seat: s, from: \"08:00\", until: \"20:00\", titular: a}]\n"),
		"");
	assert_string_equal(told("{id: s, level: 2, titular: a}", ""), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_hours_are_told),
		cmocka_unit_test(who_holds_the_rest_closes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
