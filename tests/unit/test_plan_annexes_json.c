/* plan_annexes_json - whatever the annexes say is in the canonical plan and reads back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

static void check_round_trip(struct plan *p)
{
	struct findings f;
	struct plan *again;

	findings_init(&f);
	again = plan_file_load_json(p->json, &test_schemas_list, &f);
	if (again == NULL)
		fail_msg("%s", f.items[0].text);
	assert_string_equal(again->hash, p->hash);
	plan_free(again);
	plan_free(p);
	findings_release(&f);
}

static void annexes_read_back_the_same(void **state)
{
	(void)state;
	check_round_trip(test_plan_from_file("tests/fixtures/audit/base.yaml"));
	check_round_trip(test_plan_from_file("etc/sei/plan"));
	check_round_trip(test_plan_from_text(
		"records: [{id: a, backed_up: never}, {id: b, backed_up: varies}, {id: c, "
		"backed_up: once-per-process}, {id: d, stated: [{rto: immediate, rpo: current}, "
		"{}]}]\ngroups: [{id: g, told: [{}]}]\nresources: [{id: r, total: true, people: "
		"0}]\n"));
}

/* A change of any key is another plan: nothing is left out of the canonical one. */
static void every_key_counts(void **state)
{
	static const struct {
		const char *from, *to;
	} edits[] = {
		{"name: Inventario", "name: Otro"},
		{"copy: Sitio alterno", "copy: Nube"},
		{"place: Servidor", "place: Otro"},
		{"keeper: m", "keeper: n"},
		{"backed_up: 4h", "backed_up: 3h"},
		{"in: Anexo 1", "in: Anexo 7"},
		{"rto: 5m, rpo: 4h}]", "rto: 4m, rpo: 4h}]"},
		{"rpo: functional", "rpo: immediate"},
		{"alarms: true", "alarms: false"},
		{"component: pbx", "component: cell"},
		{"contact: 55", "contact: 56"},
		{"contract: C-01", "contract: C-02"},
		{"cases: portal", "cases: voz"},
		{"response: 5m", "response: 4m"},
		{", services: [v]", ""},
		{"remote: true", "remote: false"},
		{"within: 4h", "within: 3h"},
		{"people: 2, laptops: 2}\n  - {id: total",
		 "people: 3, laptops: 2}\n  - {id: total"},
		{"agreement: A-01", "agreement: A-02"},
		{"retention: 5", "retention: 6"},
		{"dates: [2026-03-01]", "dates: [2026-03-02]"},
		{"extension: \"4601\"", "extension: \"4602\""},
		{"line: conmutador, phone: 55", "line: otra, phone: 55"},
		{"email: m@", "email: x@"},
		{"Parte 1, members: [r, s]", "Parte 1, members: [r]"},
		{"level: 1, told", "level: 2, told"},
		{"    document: plan-v\n", ""},
		{"    header: Plan", "    header: Otro"},
		{"end: yes", "end: no"},
		{"effect: suspend", "effect: resume"},
		{"heading: \"a)", "heading: \"b)"},
		{"rto: 10m, rpo", "rto: 10m, rto_invented: true, rpo"},
		{"post: M,", "post: M, vacant: true,"},
	};
	struct arena *a = arena_new();
	const char *base = test_plan_read_file("tests/fixtures/audit/base.yaml", a);
	struct plan *p = test_plan_from_text(base);

	(void)state;
	for (size_t i = 0; i < COUNT_OF(edits); i++) {
		const char *at = strstr(base, edits[i].from);
		const char *text;
		struct plan *q;
		struct findings f;

		if (at == NULL)
			fail_msg("'%s' is not there", edits[i].from);
		text = arena_printf(a, "%.*s%s%s", (int)(at - base), base, edits[i].to,
				    at + strlen(edits[i].from));
		findings_init(&f);
		q = plan_file_load_json(slice_of(text), &test_schemas_list, &f);
		if (q == NULL)
			fail_msg("%s: %s", edits[i].to, f.items[0].text);
		if (strcmp(q->hash, p->hash) == 0)
			fail_msg("'%s' does not count", edits[i].to);
		plan_free(q);
		findings_release(&f);
	}
	plan_free(p);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(annexes_read_back_the_same),
		cmocka_unit_test(every_key_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
