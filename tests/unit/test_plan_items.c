/* plan_items - references by id, forward and across sections, also in very large plans. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/test_plan.h"

static void references_point_forward(void **state)
{
	struct plan *p =
		test_plan_from_text("services: [{id: s, rto: 1m, needs: x, team: t}]\n"
				    "seats: [{id: t, titular: m}]\n"
				    "people: [{id: m, post: M, contacts: [{channel: c, to: t}]}]\n"
				    "channels: [{id: c, type: file, path: f}]\n"
				    "components: [{id: x}]\n");

	(void)state;
	assert_int_equal(p->services[0].team, 0);
	plan_free(p);
}

static void sections_have_their_own_names(void **state)
{
	struct plan *p =
		test_plan_from_text("sites: [{id: x}]\nagents: [{id: x}]\ncomponents: [{id: x}]\n"
				    "services: [{id: x, rto: 1m, needs: x}]\n");

	(void)state;
	assert_int_equal(p->services[0].needs->component, 0);
	plan_free(p);
}

/* Twenty thousand components, each with a reference: found by hash, or this test would take minutes. */
static void large_plans_load(void **state)
{
	enum { COMPONENTS = 20000 };
	struct buf text CLEANUP(buf_release);
	struct plan *p;

	(void)state;
	buf_init(&text, 8 << 20);
	buf_puts(&text, "agents: [{id: a}]\ncomponents:\n  - {id: c0}\n");
	for (int i = 1; i < COMPONENTS; i++)
		buf_printf(
			&text,
			"  - {id: c%d, address: h, depends_on: [c0], checks: [{id: p, type: icmp, "
			"from: [a]}]}\n",
			i);
	p = test_plan_from_text(buf_cstr(&text));
	assert_int_equal(p->check_count, COMPONENTS - 1);
	assert_int_equal(p->components[COMPONENTS - 1].depends_on->children[0].component, 0);
	assert_int_equal(plan_find_check(p, SLICE_LIT("c19999:p")), COMPONENTS - 2);
	plan_free(p);
}

static void too_many_entries_are_refused(void **state)
{
	struct arena *a = arena_new();
	struct buf text CLEANUP(buf_release);

	(void)state;
	buf_init(&text, 8 << 20);
	buf_puts(&text, "sites:\n");
	for (int i = 0; i < 50001; i++)
		buf_printf(&text, "- {id: s%d}\n", i);
	assert_string_equal(test_plan_complaints(buf_cstr(&text), a),
			    "journal:1:1: error: too-large: sites: more than 50000 entries\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_point_forward),
		cmocka_unit_test(sections_have_their_own_names),
		cmocka_unit_test(large_plans_load),
		cmocka_unit_test(too_many_entries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
