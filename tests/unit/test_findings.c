/* findings - complaints in order, one for what was made many times from one place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/findings.h"
#include "base/yaml_doc.h"

/* The findings so far, sorted and printed; the list is emptied. */
static const char *told(struct findings *f)
{
	static char text[1 << 18];
	struct buf out CLEANUP(buf_release);

	buf_init(&out, sizeof(text) - 1);
	findings_sort(f);
	findings_print(f, &out);
	snprintf(text, sizeof(text), "%s", buf_cstr(&out));
	findings_release(f);
	findings_init(f);
	return text;
}

static void in_the_order_of_places(void **state)
{
	struct yaml_node a = {.file = "a", .line = 2, .column = 1};
	struct yaml_node b = {.file = "a", .line = 1, .column = 9};
	struct yaml_node c = {.file = "a", .line = 1, .column = 8};
	struct findings f;

	(void)state;
	findings_init(&f);
	findings_add(&f, FINDING_ERROR, &a, "x", "second line");
	findings_add(&f, FINDING_WARNING, &b, "x", "first line, %s", "later");
	findings_add(&f, FINDING_NOTE, &c, "y", "first line");
	findings_add(&f, FINDING_ERROR, NULL, "z", "all of it");
	assert_int_equal(f.errors, 2);
	assert_string_equal(told(&f), "a:1:8: note: y: first line\n"
				      "a:1:9: warning: x: first line, later\n"
				      "a:2:1: error: x: second line\n"
				      "plan: error: z: all of it\n");
	findings_release(&f);
}

static void have_a_ceiling_and_no_control_characters(void **state)
{
	struct findings f;

	(void)state;
	findings_init(&f);
	findings_add(&f, FINDING_WARNING, NULL, "odd", "a \x1b[31m b");
	assert_int_equal(f.errors, 0);
	assert_string_equal(told(&f), "plan: warning: odd: a ?[31m b\n");
	for (int i = 0; i < 2 * FINDINGS_MAX; i++)
		findings_add(&f, FINDING_ERROR, NULL, "x", "%d", i);
	assert_int_equal(f.errors, 2 * FINDINGS_MAX);
	assert_true(f.count <= FINDINGS_MAX);
	told(&f);
	for (int i = 0; i < 2 * FINDINGS_MAX; i++)
		findings_add(&f, FINDING_WARNING, NULL, "x", "%d", i);
	findings_add(&f, FINDING_ERROR, NULL, "why", "it is refused");
	assert_non_null(strstr(told(&f), "plan: error: why: it is refused\n"));
	findings_release(&f);
}

/* `n` nodes that one maker of `of` made from one place; complains about each. */
static void complain_for(struct findings *f, size_t n, size_t of, const char *text)
{
	struct finding_maker maker = {"template lan", "site", "sites", of};
	char whom[32];

	for (size_t i = 0; i < n; i++) {
		struct finding_made made = {&maker, whom};
		struct yaml_node at = {.file = "p", .line = 3, .column = 4, .made = &made};

		snprintf(whom, sizeof(whom), "s%zu", i + 1);
		findings_add(f, FINDING_ERROR, &at, "x", "%s", text);
	}
}

static void what_was_made_complains_once(void **state)
{
	struct findings f;

	(void)state;
	findings_init(&f);
	complain_for(&f, 1, 3, "wrong");
	assert_string_equal(told(&f), "p:3:4: error: x: wrong (template lan, site s1)\n");
	complain_for(&f, 2, 3, "wrong");
	assert_int_equal(f.errors, 2);
	assert_int_equal(f.joined, 1);
	assert_string_equal(told(&f), "p:3:4: error: x: wrong (template lan, sites s1, s2)\n");
	complain_for(&f, 3, 3, "wrong");
	assert_string_equal(told(&f), "p:3:4: error: x: wrong (template lan, all 3 sites)\n");
	complain_for(&f, 1, 1, "wrong");
	assert_string_equal(told(&f), "p:3:4: error: x: wrong (template lan, site s1)\n");
	/* Other words are another complaint; the same again for the same one is not. */
	complain_for(&f, 2, 3, "wrong");
	complain_for(&f, 1, 3, "worse");
	complain_for(&f, 1, 3, "worse");
	assert_string_equal(told(&f), "p:3:4: error: x: worse (template lan, site s1)\n"
				      "p:3:4: error: x: wrong (template lan, sites s1, s2)\n");
	findings_release(&f);
}

static void a_long_list_of_names_is_cut(void **state)
{
	struct findings f;
	const char *text;

	(void)state;
	findings_init(&f);
	complain_for(&f, FINDING_WHOM_MAX + 7, 1000, "wrong");
	findings_sort(&f); /* twice changes nothing */
	text = told(&f);
	assert_non_null(strstr(text, "(template lan, sites s1, s2, s3, "));
	assert_non_null(strstr(text, ", s39, s40 and 7 more)\n"));
	assert_null(strstr(text, "s41"));
	findings_release(&f);
}

/* An error that was told makes its node quiet, but not sound. */
static void what_was_told_is_counted_only(void **state)
{
	struct yaml_node at = {.file = "p", .line = 1, .column = 1, .is_told = true};
	struct findings f;

	(void)state;
	findings_init(&f);
	findings_add(&f, FINDING_ERROR, &at, "x", "again");
	findings_add(&f, FINDING_WARNING, &at, "x", "again");
	assert_int_equal(f.errors, 1);
	assert_int_equal(f.joined, 1);
	assert_int_equal(f.count, 0);
	findings_release(&f);
}

static void what_is_accepted_is_told_and_does_not_count(void **state)
{
	struct finding_about known = {.subject = "service:a", .todo = "do it", .accepted = "Later"};
	struct finding_about open_one = {.subject = "service:b", .todo = "do it"};
	struct yaml_node at = {.file = "p.yaml", .line = 2, .column = 3};
	struct buf out CLEANUP(buf_release);
	struct findings f;

	(void)state;
	buf_init(&out, 4096);
	findings_init(&f);
	findings_add_about(&f, FINDING_ERROR, &at, "c", &known, "it is %d", 1);
	findings_add_about(&f, FINDING_ERROR, &at, "c", &open_one, "it is %d", 2);
	findings_add_about(&f, FINDING_NOTE, &at, "b", &open_one, "it is %d", 3);
	findings_sort(&f);
	assert_int_equal(f.errors, 1);
	assert_int_equal(findings_counted(&f, FINDING_ERROR), 1);
	assert_int_equal(findings_counted(&f, FINDING_WARNING), 0);
	assert_int_equal(findings_accepted(&f), 1);
	findings_print_grouped(&f, &out);
	assert_string_equal(buf_cstr(&out),
			    "1 error\np.yaml:2:3: error: c: service:b: it is 2; do it\n"
			    "1 note\np.yaml:2:3: note: b: service:b: it is 3; do it\n"
			    "1 accepted\np.yaml:2:3: accepted: c: service:a: it is 1; Later\n");
	findings_release(&f);
}

static void what_finds_no_room_is_counted(void **state)
{
	struct finding_about about = {.subject = "x", .todo = "t"};
	struct yaml_node at = {.file = "p.yaml", .line = 1, .column = 1};
	struct buf out CLEANUP(buf_release);
	struct findings f;

	(void)state;
	buf_init(&out, 1 << 20);
	findings_init(&f);
	for (int i = 0; i < FINDINGS_MAX / 2 + 7; i++)
		findings_add_about(&f, FINDING_NOTE, &at, "c", &about, "%d", i);
	findings_sort(&f);
	assert_int_equal(f.left_out, 7);
	findings_print_grouped(&f, &out);
	assert_non_null(strstr(buf_cstr(&out), "\n7 more are not listed; correct these first\n"));
	findings_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_accepted_is_told_and_does_not_count),
		cmocka_unit_test(what_finds_no_room_is_counted),
		cmocka_unit_test(in_the_order_of_places),
		cmocka_unit_test(have_a_ceiling_and_no_control_characters),
		cmocka_unit_test(what_was_made_complains_once),
		cmocka_unit_test(a_long_list_of_names_is_cut),
		cmocka_unit_test(what_was_told_is_counted_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
