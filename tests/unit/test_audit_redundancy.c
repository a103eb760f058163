/* audit_redundancy - what members of a list cannot do without, through nested paths. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

/* Components with paths; `needs` of one service. */
static const char *found(struct arena *a, const char *components, const char *needs)
{
	return test_plan_findings(
		arena_printf(a, "components: [%s]\nservices: [{id: v, rto: 3w, needs: %s}]\n",
			     components, needs),
		a);
}

static bool shares(struct arena *a, const char *components, const char *needs)
{
	return strstr(found(a, components, needs), "shared-path: service:v") != NULL;
}

#define FOUR "{id: a, depends_on: %s}, {id: b, depends_on: %s}, {id: p}, {id: q}"

static void a_path_counts_through_lists_within_lists(void **state)
{
	static const struct {
		const char *of_a, *of_b, *needs;
		bool is_shared;
	} cases[] = {
		{"p", "q", "{any: [a, b]}", false},
		{"p", "p", "{any: [a, b]}", true},
		/* A way round: p is not needed by a. */
		{"{any: [p, q]}", "p", "{any: [a, b]}", false},
		{"{any: [{all: [p, q]}, p]}", "p", "{any: [a, b]}", true},
		{"{at_least: 2, of: [p, q]}", "q", "{any: [a, b]}", true},
		/* Lists of lists: the inner one shares what the outer one does not. */
		{"p", "p", "{all: [{any: [a, b]}, q]}", true},
		{"p", "q", "{any: [{all: [a, b]}, p]}", true},
		/* Two of three, with one that stands alone: one path takes two. */
		{"p", "p", "{at_least: 2, of: [a, b, q]}", true},
		{"p", "p", "{at_least: 1, of: [a, b, q]}", false},
		/* All are needed: nothing is claimed. */
		{"p", "p", "{all: [a, b]}", false},
		{"p", "p", "{at_least: 2, of: [a, b]}", false},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *components = arena_printf(a, FOUR, cases[i].of_a, cases[i].of_b);

		if (shares(a, components, cases[i].needs) != cases[i].is_shared)
			fail_msg("case %zu: %s", i, found(a, components, cases[i].needs));
	}
	arena_free(a);
}

/* The path is longer than what is followed: it must neither crash nor claim anything wrong. */
static void a_very_long_path_ends(void **state)
{
	static const int lengths[] = {400, 20000};
	struct arena *a = arena_new();

	(void)state;
	for (size_t k = 0; k < COUNT_OF(lengths); k++) {
		const char *last = arena_printf(a, "{any: [c%d, z]}", lengths[k] - 1);
		struct buf chain CLEANUP(buf_release);

		buf_init(&chain, 4 << 20);
		buf_puts(&chain, "{id: c0}");
		for (int i = 1; i < lengths[k]; i++)
			buf_printf(&chain, ", {id: c%d, depends_on: c%d}", i, i - 1);
		buf_puts(&chain, ", {id: z}");
		assert_false(shares(a, buf_cstr(&chain), last));
		if (k == 0)
			assert_true(shares(a, buf_cstr(&chain), "{any: [c399, c390]}"));
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_counts_through_lists_within_lists),
		cmocka_unit_test(a_very_long_path_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
