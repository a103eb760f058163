/* plan_impact - what stops with a site or a service, by hand and from a table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/test_plan.h"

static void it_is_read_and_written_again(void **state)
{
	struct plan *p = test_plan_from_text("sites: [{id: a, impact: [{what: mesas, count: 33}, "
					     "{what: \"casillas especiales\", "
					     "count: 0}]}, {id: b}]\n"
					     "components: [{id: x}]\n"
					     "services: [{id: s, rto: 60s, needs: x, impact: "
					     "[{what: trámites, count: 1000000000}]}]\n");
	const char *json = strstr(p->json.p, "\"impact\"");
	struct plan *again;

	(void)state;
	assert_int_equal(p->sites[0].impact_count, 2);
	assert_string_equal(p->sites[0].impact[1].what, "casillas especiales");
	assert_int_equal(p->sites[0].impact[0].count, 33);
	assert_int_equal(p->sites[1].impact_count, 0);
	assert_int_equal(p->services[0].impact[0].count, 1000000000);
	assert_non_null(json);
	again = test_plan_from_text(p->json.p);
	assert_string_equal(again->hash, p->hash);
	plan_free(again);
	plan_free(p);
}

static void a_table_brings_it_in_columns(void **state)
{
	struct plan *p = test_plan_from_files(
		"sites: [{from_csv: sites.csv, kind: catd}]\n"
		"components: [{id: x}]\n"
		"templates: [{id: t, for_sites: all, services: [{id: \"s-${site.id}\", rto: 60s, "
		"needs: x, impact: [{what: actas, count: \"${site.vars.actas}\"}]}]}]\n",
		"id,impact.mesas,actas,impact.distritos\nuno,11,100,1\ndos,,200,1\n");

	(void)state;
	assert_int_equal(p->sites[0].impact_count, 2);
	assert_string_equal(p->sites[0].impact[0].what, "mesas");
	assert_int_equal(p->sites[0].impact[0].count, 11);
	assert_string_equal(p->sites[0].impact[1].what, "distritos");
	assert_int_equal(p->sites[1].impact_count, 1); /* an empty cell is not there */
	assert_int_equal(p->services[1].impact[0].count, 200);
	plan_free(p);
}

static void each_mistake_is_told_where_it_is(void **state)
{
	static const struct {
		const char *impact, *says;
	} cases[] = {
		{"33", "not-a-list"},
		{"[]", "empty-list"},
		{"[mesas]", "not-a-map: impact: write {what: mesas, count: 33}"},
		{"[{what: mesas}]", "count"},
		{"[{count: 3}]", "what"},
		{"[{what: mesas, count: -1}]", "count"},
		{"[{what: mesas, count: 3.5}]", "count"},
		{"[{what: mesas, count: muchas}]", "count"},
		{"[{what: mesas, cuont: 3}]", "did you mean 'count'"},
		{"[{what: \"a, b\", count: 3}]", "is no unit"},
		{"[{what: \"\", count: 3}]", "it is empty"},
		{"[{what: mesas, count: 3}, {what: mesas, count: 4}]", "'mesas' stands here twice"},
		{"[{what: a, count: 1}, {what: b, count: 1}, {what: c, count: 1}, {what: d, count: "
		 "1}, {what: e, count: 1}, {what: f, count: 1}, {what: g, count: 1}, {what: h, "
		 "count: 1}, {what: i, count: 1}]",
		 "9 entries, 8 at most"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *a = arena_new();
		char *said = test_plan_complaints(
			arena_printf(a, "sites: [{id: s, impact: %s}]", cases[i].impact), a);

		if (strstr(said, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].impact, said);
		arena_free(a);
	}
}

static void too_many_units_are_a_spelling(void **state)
{
	struct arena *a = arena_new();
	const char *text = "sites:\n";

	(void)state;
	for (int i = 0; i < 33; i++)
		text = arena_printf(a, "%s  - {id: s%d, impact: [{what: u%d, count: 1}]}\n", text,
				    i, i);
	assert_non_null(strstr(test_plan_complaints(text, a), "more than 32 different units"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_read_and_written_again),
		cmocka_unit_test(a_table_brings_it_in_columns),
		cmocka_unit_test(each_mistake_is_told_where_it_is),
		cmocka_unit_test(too_many_units_are_a_spelling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
