/* plan_sites - sites of the plan and of tables, and which of them a selector means. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

/* Ids of the plan's sites, joined by blanks. */
static const char *sites_of(const struct plan *p, struct arena *a)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 1 << 20);
	for (uint32_t i = 0; i < p->site_count; i++)
		buf_printf(&out, "%s%s", i > 0 ? " " : "", p->sites[i].id);
	return arena_strdup(a, buf_cstr(&out));
}

static void tables_stand_where_they_are_named(void **state)
{
	static const char csv[] = "id;name;kind\nb;Be;k\nc;;\n";
	static const struct {
		const char *yaml, *want;
	} cases[] = {
		{"sites: {from_csv: sites.csv}\n", "b c"},
		{"sites: [{id: a}, {from_csv: sites.csv}, {id: d}]\n", "a b c d"},
		{"vars: {f: sites}\nsites: [{from_csv: \"${vars.f}.csv\"}]\n", "b c"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan *p = test_plan_from_files(cases[i].yaml, csv);
		uint32_t b = p->site_count == 4 ? 1 : 0;

		assert_string_equal(sites_of(p, a), cases[i].want);
		assert_string_equal(p->sites[b].name, "Be");
		assert_string_equal(p->sites[b].kind, "k");
		assert_string_equal(p->sites[b + 1].name, "c"); /* an empty cell is not there */
		assert_string_equal(p->sites[b + 1].kind, "");
		plan_free(p);
	}
	arena_free(a);
}

static void a_kind_for_a_whole_table(void **state)
{
	struct plan *p = test_plan_from_files(
		"sites: {from_csv: sites.csv, kind: catd}\n"
		"templates: [{id: t, for_sites: {kind: catd}, components: [{id: \"${site.id}/x\", "
		"address: \"${site.vars.gateway}\"}]}]\n",
		"id,gateway\na,192.0.2.1\nb,192.0.2.2\n");

	(void)state;
	assert_string_equal(p->sites[1].kind, "catd");
	assert_string_equal(p->components[1].id, "b/x");
	assert_string_equal(p->components[1].address, "192.0.2.2");
	plan_free(p);
}

/* A table and the entries that a person would have written instead are the same plan. */
static void a_table_is_as_good_as_entries(void **state)
{
	static const char rest[] = "templates: [{id: t, for_sites: {having: [gw]}, components: "
				   "[{id: \"${site.id}/x\", address: \"${site.vars.gw}\"}]}]\n";
	struct buf yaml CLEANUP(buf_release);
	struct plan *table, *entries;

	(void)state;
	buf_init(&yaml, 1 << 16);
	buf_printf(&yaml, "sites: {from_csv: sites.csv}\n%s", rest);
	table = test_plan_from_files(buf_cstr(&yaml), "id,name,gw\na,\"A, \"\"a\"\"\",g1\nb,B,\n");
	buf_reset(&yaml);
	buf_printf(&yaml,
		   "sites: [{id: a, name: 'A, \"a\"', vars: {gw: g1}}, {id: b, name: B}]\n%s",
		   rest);
	entries = test_plan_from_files(buf_cstr(&yaml), NULL);
	assert_int_equal(table->component_count, 1);
	assert_string_equal(table->hash, entries->hash);
	plan_free(table);
	plan_free(entries);
}

static void selectors(void **state)
{
	static const struct {
		const char *selector, *want;
	} cases[] = {
		{"all", "a b c d"},
		{"{kind: k}", "a b c"},
		{"{ids: [d, b]}", "b d"}, /* in the order of the plan */
		{"{kind: k, except: [b]}", "a c"},
		{"{kind: k, ids: [a, d]}", "a"},
		{"{having: [x]}", "a b"}, /* an empty value is none */
		{"{having: [x, y]}", "b"},
		{"{lacking: [x]}", "c d"},
		{"{having: [x], lacking: [y]}", "a"},
		{"{except: [a, b, c]}", "d"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *yaml = arena_printf(
			a,
			"sites: [{id: a, kind: k, vars: {x: 1}}, {id: b, kind: k, vars: {x: 1, y: "
			"2}}, {id: c, kind: k, vars: {x: \"\"}}, {id: d}]\n"
			"templates: [{id: t, for_sites: %s, components: [{id: \"${site.id}\"}]}]\n",
			cases[i].selector);
		struct plan *p = test_plan_from_files(yaml, NULL);
		struct buf got CLEANUP(buf_release);

		buf_init(&got, 1 << 16);
		for (uint32_t k = 0; k < p->component_count; k++)
			buf_printf(&got, "%s%s", k > 0 ? " " : "", p->components[k].id);
		assert_string_equal(buf_cstr(&got), cases[i].want);
		plan_free(p);
	}
	arena_free(a);
}

static void a_template_for_nobody_is_doubted(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_complaints_of_files(
			"sites: [{id: a, kind: catd}]\n"
			"templates:\n"
			"  - {id: t, for_sites: {kind: cadt}, agents: [{id: \"${site.id}\"}]}\n"
			"  - {id: u, for_sites: {kind: nube}, agents: [{id: \"${site.id}\"}]}\n"
			"  - {id: v, for_sites: {kind: catd, except: [a]}, agents: [{id: x}]}\n",
			NULL, a),
		"plan.yaml:3:24: warning: no-match: no site of the plan is meant by this; did you "
		"mean kind 'catd'?\n"
		"plan.yaml:4:24: warning: no-match: no site of the plan is meant by this\n"
		"plan.yaml:5:24: warning: no-match: no site of the plan is meant by this\n");
	arena_free(a);
}

static void too_many_tables(void **state)
{
	struct arena *a = arena_new();
	struct buf yaml CLEANUP(buf_release);
	char *told;

	(void)state;
	buf_init(&yaml, 1 << 20);
	buf_puts(&yaml, "sites:\n");
	for (int i = 0; i < 66; i++)
		buf_puts(&yaml, "  - {from_csv: sites.csv}\n");
	told = test_plan_complaints_of_files(buf_cstr(&yaml), "id\na\n", a);
	assert_non_null(strstr(told, "plan.yaml:66:16: error: too-large: more than 64 tables, or "
				     "10000 sites in them\n"));
	assert_null(strstr(told, "plan.yaml:65"));
	arena_free(a);
}

static void too_many_sites(void **state)
{
	struct arena *a = arena_new();
	struct buf csv CLEANUP(buf_release);

	(void)state;
	buf_init(&csv, 1 << 20);
	buf_puts(&csv, "id\n");
	for (int i = 0; i < 10000; i++)
		buf_printf(&csv, "s%d\n", i);
	assert_string_equal(test_plan_complaints_of_files(
				    "sites: [{id: x}, {from_csv: sites.csv}]\n", buf_cstr(&csv), a),
			    "sites.csv:10001:1: error: too-large: more than 10000 sites\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_stand_where_they_are_named),
		cmocka_unit_test(a_kind_for_a_whole_table),
		cmocka_unit_test(a_table_is_as_good_as_entries),
		cmocka_unit_test(selectors),
		cmocka_unit_test(a_template_for_nobody_is_doubted),
		cmocka_unit_test(too_many_sites),
		cmocka_unit_test(too_many_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
