/* plan_pairs - which check tells of a component's redundancy: named, or `pair` if it yields it, or none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "checks/check.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

#define COMPONENT(more)                                                                            \
	"agents: [{id: a}]\ncomponents:\n  - {id: fw, " more                                       \
	"checks: [{id: ping, type: tcp, address: h, port: 1, from: [a]}, "                         \
	"{id: both, type: tcp, address: h, port: 2, from: [a]}]}\n"                                \
	"services: [{id: s, rto: 60s, needs: fw}]\n"

static void a_named_check(void **state)
{
	struct plan *p = test_plan_from_text(COMPONENT("redundancy: both, ")), *again;

	(void)state;
	assert_true(p->components[0].is_pair);
	assert_string_equal(p->checks[p->components[0].pair_check].id, "fw:both");
	/* the journalled plan is the same plan */
	assert_non_null(strstr(p->json.p, "\"redundancy\":\"both\""));
	again = test_plan_from_text(p->json.p);
	assert_string_equal(again->hash, p->hash);
	assert_true(again->components[0].is_pair);
	plan_free(again);
	plan_free(p);
}

static struct plan *load(const char *id, const char *redundancy)
{
	struct arena *arena = arena_new();
	const char *text = arena_printf(
		arena,
		"agents: [{id: a}]\ncomponents:\n  - id: fw\n%s    checks:\n"
		"      - {id: %s, type: snmp-pair, from: [a], community: public, is_active: [4], "
		"is_standby: [3], members: {x: 192.0.2.1, y: 192.0.2.2}, "
		"values: {own: {oid: 1.3.6.1.4.1.3375.2.1.14.3.1.0}}}\n",
		redundancy, id);
	struct findings f;
	struct plan *p;

	findings_init(&f);
	p = plan_file_load_json(slice_of(text), &check_schemas, &f);
	if (p == NULL)
		fail_msg("%s", f.items[0].text);
	findings_release(&f);
	arena_free(arena);
	return p;
}

/* A check that yields `redundant` is taken for it by its name, unless the plan says otherwise. */
static void the_usual_check(void **state)
{
	static const struct {
		const char *id, *redundancy, *check, *json;
	} cases[] = {
		{"pair", "", "fw:pair", "\"redundancy\":\"pair\""},
		{"pool", "", NULL, NULL},
		{"pool", "    redundancy: pool\n", "fw:pool", "\"redundancy\":\"pool\""},
		{"pair", "    redundancy: none\n", NULL, "\"redundancy\":\"none\""},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan *p = load(cases[i].id, cases[i].redundancy), *again;
		struct findings f;

		assert_int_equal(p->components[0].is_pair, cases[i].check != NULL);
		if (cases[i].check != NULL)
			assert_string_equal(p->checks[p->components[0].pair_check].id,
					    cases[i].check);
		if (cases[i].json != NULL)
			assert_non_null(strstr(p->json.p, cases[i].json));
		else
			assert_null(strstr(p->json.p, "redundancy"));
		findings_init(&f);
		again = plan_file_load_json(p->json, &check_schemas, &f);
		findings_release(&f);
		assert_non_null(again);
		assert_string_equal(again->hash, p->hash);
		plan_free(again);
		plan_free(p);
	}
}

static void nothing_tells_of_it(void **state)
{
	static const char *const texts[] = {COMPONENT(""), COMPONENT("redundancy: none, ")};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct plan *p = test_plan_from_text(texts[i]);

		assert_false(p->components[0].is_pair);
		assert_null(strstr(p->json.p, "redundancy"));
		plan_free(p);
	}
}

static void what_is_refused(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_complaints(COMPONENT("redundancy: bot, "), arena),
		"journal:3:26: error: dangling-id: redundancy: 'fw' has no check 'bot' (a "
		"check of this component that tells whether both units are ready, or "
		"'none')\n");
	assert_non_null(strstr(test_plan_complaints(COMPONENT("redundancy: [both], "), arena),
			       "error: not-a-value: redundancy: the id of one check was expected"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_named_check),
		cmocka_unit_test(the_usual_check),
		cmocka_unit_test(nothing_tells_of_it),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
