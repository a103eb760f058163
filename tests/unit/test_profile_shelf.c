/* profile_shelf - built-in profiles and those of a plan, and which of them fits a device. The table of the programs is replaced by
 * one of the test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/findings.h"
#include "plan/profile_shelf.h"

#define FILE_OF(id, text)                                                                          \
	{                                                                                          \
		id,                                                                                \
		{                                                                                  \
			text, sizeof(text) - 1                                                     \
		}                                                                                  \
	}
const struct profile_file profile_files[] = {
	FILE_OF("asa", "profiles: [{id: asa, include: [generic], match: {object_id: "
		       "[.1.3.6.1.4.1.9.1.1409], descr: \"*Adaptive*\"}, checks: [{id: cpu}]}]\n"),
	FILE_OF("cisco",
		"profiles: [{id: cisco, match: {below: [1.3.6.1.4.1.9, 1.3.6.1.4.1.9.12]}, "
		"include: [generic]}]\n"),
	FILE_OF("cycle-a", "profiles: [{id: cycle-a, include: [cycle-b]}]\n"),
	FILE_OF("cycle-b", "profiles: [{id: cycle-b, include: [cycle-a]}]\n"),
	FILE_OF("generic", "profiles: [{id: generic, checks: [{id: ping}, {id: agent}]}]\n"),
	FILE_OF("linux", "profiles: [{id: linux, match: {descr: [\"Linux *\", \"*BSD*\"]}}]\n"),
	FILE_OF("other", "profiles: [{id: another}]\n"),
	FILE_OF("products", "profiles: [{id: products, match: {below: 1.3.6.1.4.1.9.1}}]\n"),
	FILE_OF("two", "profiles: [{id: two}, {id: three}]\n"),
	{NULL, {NULL, 0}},
};

static struct findings f;
static struct arena *arena;
static struct profile_shelf *shelf;

static int set_up(void **state)
{
	(void)state;
	findings_init(&f);
	arena = arena_new();
	shelf = profile_shelf_new(arena, &f);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	findings_release(&f);
	arena_free(arena);
	return 0;
}

static const struct profile *find(const char *id)
{
	struct yaml_node at = {
		.kind = YAML_SCALAR, .file = "t", .line = 1, .column = 1, .text = slice_of(id)};

	return profile_shelf_find(shelf, &at);
}

static void what_is_included_comes_first(void **state)
{
	const struct profile *p = find("asa");

	(void)state;
	assert_int_equal(f.count, 0);
	assert_int_equal(p->checks.count, 3);
	assert_string_equal(yaml_map_get(p->checks.items[0], "id")->text.p, "ping");
	assert_string_equal(yaml_map_get(p->checks.items[2], "id")->text.p, "cpu");
	assert_ptr_equal(find("asa"), p); /* read once */
	assert_true(profile_shelf_is_used(shelf, "generic"));
	assert_false(profile_shelf_is_used(shelf, "linux"));
}

static void a_profile_of_the_plan_stands_instead(void **state)
{
	static const char text[] = "{id: asa, name: Ours}";
	const struct yaml_node *node = yaml_doc_parse("plan", slice_of(text), arena, &f);
	size_t before = profile_shelf_count(shelf);

	(void)state;
	profile_shelf_add(shelf, "asa", node);
	profile_shelf_add(shelf, "mine",
			  yaml_doc_parse("plan", SLICE_LIT("{id: mine}"), arena, &f));
	assert_int_equal(profile_shelf_count(shelf), before + 1);
	assert_string_equal(find("asa")->name, "Ours");
	assert_string_equal(find("mine")->name, "mine");
	assert_string_equal(profile_shelf_id(shelf, 0), "asa");
	assert_null(profile_shelf_file(shelf, 0));
	/* Sorted among the others. */
	for (size_t i = 1; i < profile_shelf_count(shelf); i++)
		assert_true(strcmp(profile_shelf_id(shelf, i - 1), profile_shelf_id(shelf, i)) < 0);
}

static void assert_told(const char *id, const char *what)
{
	struct buf text CLEANUP(buf_release);
	size_t before = f.count;

	buf_init(&text, 1 << 16);
	assert_null(find(id));
	assert_int_equal(f.count, before + 1);
	buf_printf(&text, "%s:%u:%u: %s: %s", f.items[before].file, f.items[before].line,
		   f.items[before].column, f.items[before].code, f.items[before].bare);
	assert_string_equal(buf_cstr(&text), what);
	/* Once, as far as the profile is at fault. */
	if (f.items[before].file[0] == 'p') {
		assert_null(find(id));
		assert_int_equal(f.count, before + 1);
	}
}

static void what_is_wrong_is_told_once(void **state)
{
	(void)state;
	assert_told("asb", "t:1:1: dangling-id: there is no profile 'asb'; did you mean 'asa'?");
	assert_told("balancer", "t:1:1: dangling-id: there is no profile 'balancer'; 'vigia plan "
				"profiles' lists them");
	assert_told("cycle-a", "profiles/cycle-b.yaml:1:36: cycle: the profile 'cycle-a' is "
			       "included by itself, or too deep");
	assert_told("other", "profiles/other.yaml:1:17: syntax: the id of the profile is the name "
			     "of its file: 'other'");
	assert_told("two",
		    "profiles/two.yaml:1:1: syntax: one list 'profiles' with one profile was "
		    "expected");
}

static void assert_fits(const char *oid, const char *descr, const char *id, enum profile_fit fit,
			const char *what)
{
	struct profile_match m = profile_identify(shelf, oid, slice_of(descr));

	assert_int_equal(m.fit, fit);
	assert_string_equal(m.profile->id, id);
	assert_string_equal(m.what, what);
}

static void the_better_fit_wins(void **state)
{
	(void)state;
	/* The very OID, with a dot before it or not, beats the part of the tree and the text. */
	assert_fits("1.3.6.1.4.1.9.1.1409", "Linux", "asa", FIT_OBJECT_ID, ".1.3.6.1.4.1.9.1.1409");
	assert_fits(".1.3.6.1.4.1.9.1.1409", "", "asa", FIT_OBJECT_ID, ".1.3.6.1.4.1.9.1.1409");
	/* The longest part, and only whole numbers of it. */
	assert_fits("1.3.6.1.4.1.9.1.14", "", "products", FIT_BELOW, "1.3.6.1.4.1.9.1");
	assert_fits("1.3.6.1.4.1.9.12.3", "", "cisco", FIT_BELOW, "1.3.6.1.4.1.9.12");
	assert_fits("1.3.6.1.4.1.9.5", "", "cisco", FIT_BELOW, "1.3.6.1.4.1.9");
	assert_fits("1.3.6.1.4.1.99", "x", "generic", FIT_GENERIC, "");
	assert_fits("1.3.6.1.4.1.9", "x", "generic", FIT_GENERIC, "");
	/* A part of the tree beats a text. */
	assert_fits("1.3.6.1.4.1.9.5", "Linux box", "cisco", FIT_BELOW, "1.3.6.1.4.1.9");
	assert_fits("1.3.6.1.4.1.8072.3.2.10", "Linux fw 6.1", "linux", FIT_DESCR, "Linux *");
	assert_fits("", "Cisco Adaptive Security Appliance\r\nVersion 9", "asa", FIT_DESCR,
		    "*Adaptive*");
	assert_fits("", "", "generic", FIT_GENERIC, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_included_comes_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_profile_of_the_plan_stands_instead, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_better_fit_wins, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
