/* plan_need - block diagrams, and circles of dependencies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

static void diagrams_read(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_need *all = p->services[0].needs, *some = p->services[1].needs;

	(void)state;
	assert_int_equal(all->kind, NEED_ALL);
	assert_int_equal(all->at_least, 2);
	assert_int_equal(all->child_count, 2);
	assert_int_equal(all->children[0].kind, NEED_ANY);
	assert_int_equal(all->children[0].at_least, 1);
	assert_int_equal(all->children[0].children[1].component,
			 plan_find_component(p, SLICE_LIT("dc/fw-b")));
	assert_int_equal(all->children[1].kind, NEED_COMPONENT);
	assert_int_equal(some->kind, NEED_AT_LEAST);
	assert_int_equal(some->at_least, 2);
	assert_int_equal(some->child_count, 3);
	plan_free(p);
}

static void a_list_of_dependencies_means_all(void **state)
{
	struct plan *p = test_plan_from_text(
		"components: [{id: a}, {id: b}, {id: c, depends_on: [a, b]}, "
		"{id: d, depends_on: c}, {id: e, depends_on: {any: [a, b]}}]\n");

	(void)state;
	assert_null(p->components[0].depends_on);
	assert_int_equal(p->components[2].depends_on->kind, NEED_ALL);
	assert_int_equal(p->components[2].depends_on->at_least, 2);
	assert_int_equal(p->components[3].depends_on->kind, NEED_COMPONENT);
	assert_int_equal(p->components[4].depends_on->kind, NEED_ANY);
	plan_free(p);
}

/* A diamond is no circle. */
static void paths_that_meet_again_are_sound(void **state)
{
	struct plan *p =
		test_plan_from_text("components: [{id: a, depends_on: [b, c]}, {id: b, "
				    "depends_on: [d]}, {id: c, depends_on: [d]}, {id: d}]");

	(void)state;
	plan_free(p);
}

static char *chain(struct arena *a, int length)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 1 << 16);
	buf_puts(&out, "components:\n  - {id: c0}\n");
	for (int i = 1; i < length; i++)
		buf_printf(&out, "  - {id: c%d, depends_on: [c%d]}\n", i, i - 1);
	buf_printf(&out, "  - {id: top, depends_on: [c%d]}\n", length - 1);
	return arena_strdup(a, buf_cstr(&out));
}

static void long_chains_have_a_ceiling(void **state)
{
	static const char *const first = "components:\n  - {id: top, depends_on: [c99]}\n  - {id: "
					 "c0}\n";
	struct arena *a = arena_new();
	struct buf down CLEANUP(buf_release);

	(void)state;
	assert_string_equal(test_plan_complaints(chain(a, 60), a), "");
	/* Read from the top, so that the walk is as deep as the chain is long. */
	buf_init(&down, 1 << 16);
	buf_puts(&down, first);
	for (int i = 99; i > 0; i--)
		buf_printf(&down, "  - {id: c%d, depends_on: [c%d]}\n", i, i - 1);
	assert_non_null(strstr(test_plan_complaints(buf_cstr(&down), a),
			       "too-deep: more than 64 components depend on each other in a row"));
	arena_free(a);
}

static void diagrams_within_diagrams_have_a_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct buf text CLEANUP(buf_release);

	(void)state;
	buf_init(&text, 1 << 16);
	buf_puts(&text, "components: [{id: a}]\nservices: [{id: s, rto: 1m, needs: ");
	for (int i = 0; i < 20; i++)
		buf_puts(&text, "[");
	buf_puts(&text, "a");
	for (int i = 0; i < 20; i++)
		buf_puts(&text, "]");
	buf_puts(&text, "}]\n");
	assert_string_equal(
		test_plan_complaints(buf_cstr(&text), a),
		"journal:2:53: error: too-deep: a diagram nested more than 16 levels deep\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diagrams_read),
		cmocka_unit_test(a_list_of_dependencies_means_all),
		cmocka_unit_test(paths_that_meet_again_are_sound),
		cmocka_unit_test(long_chains_have_a_ceiling),
		cmocka_unit_test(diagrams_within_diagrams_have_a_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
