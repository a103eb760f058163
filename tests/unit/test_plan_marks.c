/* plan_marks - where each kind of thing stands, over several files, templates and a journal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/audit.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

/* The place of every thing of the sound plan of the audits: at its own id. */
static void everything_stands_where_its_id_is(void **state)
{
	struct arena *a = arena_new();
	const char *text = test_plan_read_file("tests/fixtures/audit/base.yaml", a);
	struct plan *p = test_plan_from_file("tests/fixtures/audit/base.yaml");
	const char *lines[128];
	size_t n = 0;

	(void)state;
	for (const char *l = text; l != NULL && n < COUNT_OF(lines); l = strchr(l, '\n')) {
		l += n > 0;
		lines[n++] = l;
	}
	for (int kind = THING_SITE; kind < THING_ACCEPTANCE; kind++) {
		struct yaml_node at = plan_mark(p, (enum plan_thing)kind, 0);
		const char *id = plan_thing_id(p, (enum plan_thing)kind, 0);
		const char *bare = kind == THING_CHECK ? strrchr(id, ':') + 1 : id;
		const char *want = arena_printf(a, "id: %s", bare);

		assert_string_equal(at.file, "tests/fixtures/audit/base.yaml");
		if (strncmp(lines[at.line - 1] + at.column - 1, "{", 1) == 0)
			at.column++;
		if (strncmp(lines[at.line - 1] + at.column - 1, want, strlen(want)) != 0)
			fail_msg("%s '%s' is not at %u:%u", plan_thing_words[kind], id, at.line,
				 at.column);
	}
	assert_int_equal(plan_mark(p, THING_PLAN, 0).line, 1);
	assert_int_equal(plan_mark_activity(p, 0, 2).line,
			 plan_mark(p, THING_PROCEDURE, 0).line + 7);
	/* Out of range, or of a plan that was made by hand: the plan as a whole. */
	assert_int_equal(plan_mark(p, THING_ACCEPTANCE, 0).line, 0);
	p->marks = NULL;
	assert_string_equal(plan_mark(p, THING_SITE, 0).file, "plan");
	assert_string_equal(plan_mark_activity(p, 0, 0).file, "plan");
	plan_free(p);
	arena_free(a);
}

/* Marks are no part of what the plan says. */
static void where_it_stands_does_not_change_the_hash(void **state)
{
	struct plan *a = test_plan_from_text("sites: [{id: s}]\nagents: [{id: a}]\n");
	struct plan *b = test_plan_from_text("\n\nagents: [{id: a}]\nsites: [{id: s}]\n");

	(void)state;
	assert_string_equal(a->hash, b->hash);
	assert_int_not_equal(plan_mark(a, THING_SITE, 0).line, plan_mark(b, THING_SITE, 0).line);
	plan_free(a);
	plan_free(b);
}

static void what_a_template_made_knows_its_site(void **state)
{
	struct plan *p = test_plan_from_files(
		"sites: [{id: s1}, {id: s2}]\n"
		"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}/x\"}]}]\n",
		NULL);
	struct yaml_node at = plan_mark(p, THING_COMPONENT, 1);

	(void)state;
	assert_string_equal(at.file, "plan.yaml");
	assert_int_equal(at.line, 2);
	assert_string_equal(at.made->whom, "s2");
	assert_string_equal(at.made->maker->what, "template t");
	assert_ptr_equal(at.made->maker, plan_mark(p, THING_COMPONENT, 0).made->maker);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_stands_where_its_id_is),
		cmocka_unit_test(where_it_stands_does_not_change_the_hash),
		cmocka_unit_test(what_a_template_made_knows_its_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
