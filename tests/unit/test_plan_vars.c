/* plan_vars - what ${...} stands for, to the letter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

#define VARS "vars: {gw: 192.0.2.1, leer: \"\", barra: \"a|b\"}\n"
#define SITES                                                                                      \
	"sites: [{id: s1, name: Uno, kind: k, vars: {a: x, b: \"\"}}, {id: s2, vars: {a: y}}]\n"

/* The name of a component whose `name` is TEXT: made for site s1, or written by hand. */
static char *filled(const char *text, bool by_hand, struct arena *a)
{
	struct buf yaml CLEANUP(buf_release);
	struct plan *p;
	char *name;

	buf_init(&yaml, 1 << 20);
	buf_puts(&yaml, VARS SITES);
	if (by_hand)
		buf_printf(&yaml, "components: [{id: c, name: '%s'}]\n", text);
	else
		buf_printf(&yaml,
			   "templates: [{id: t, for_sites: {ids: [s1]}, components: [{id: c, name: "
			   "'%s'}]}]\n",
			   text);
	p = test_plan_from_files(buf_cstr(&yaml), NULL);
	assert_int_equal(p->component_count, 1);
	name = arena_strdup(a, p->components[0].name);
	plan_free(p);
	return name;
}

static void what_is_filled_in(void **state)
{
	static const struct {
		const char *text, *want, *why;
	} cases[] = {
		{"${vars.gw}", "192.0.2.1", "a variable of the plan"},
		{"a ${vars.gw} b ${vars.gw}", "a 192.0.2.1 b 192.0.2.1", "more than once"},
		{"${vars.no|7}", "7", "a default"},
		{"${vars.no|}", "c", "an empty default: no name, so the id"},
		{"${vars.gw|7}", "192.0.2.1", "a default that is not needed"},
		{"${vars.leer|7}", "7", "an empty value is none"},
		{"${vars.no|a|b: c}", "a|b: c", "the first bar parts, the rest is the default"},
		{"${vars.barra}", "a|b", "values are not read again"},
		{"x$${vars.gw}", "x${vars.gw}", "mere text"},
		{"5 $ a $$ b $x } {", "5 $ a $$ b $x } {", "dollars alone are text"},
		{"$$${vars.gw}", "$${vars.gw}", "the last two dollars make it text"},
		{"${secret:pw}", "${secret:pw}", "left for the machine that needs it"},
		{"a${secret:pw}${vars.gw}", "a${secret:pw}192.0.2.1", "beside others"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (int by_hand = 0; by_hand < 2; by_hand++) {
			char *got = filled(cases[i].text, by_hand, a);

			if (strcmp(got, cases[i].want) != 0)
				fail_msg("%s: '%s' gave '%s'", cases[i].why, cases[i].text, got);
		}
	}
	arena_free(a);
}

static void what_a_site_fills_in(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"${site.id}", "s1"},
		{"${site.name}/${site.kind}", "Uno/k"},
		{"${site.vars.a}", "x"},
		{"${site.vars.b|vacio}", "vacio"},
		{"${site.vars.zzz|nada}", "nada"},
		{"${site.vars.a}${vars.gw}", "x192.0.2.1"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(filled(cases[i].text, false, a), cases[i].want);
	arena_free(a);
}

/* What came in is text: no word of YAML, no number, no list. */
static void values_stay_text(void **state)
{
	struct plan *p = test_plan_from_files("vars: {a: \"null\", b: \"[x]\", c: \"~\"}\n"
					      "components:\n"
					      "  - id: c\n"
					      "    name: ${vars.a}\n"
					      "    address: ${vars.b}\n"
					      "  - id: d\n"
					      "    name: ${vars.c}\n",
					      NULL);

	(void)state;
	assert_string_equal(p->components[0].name, "null");
	assert_string_equal(p->components[0].address, "[x]");
	assert_string_equal(p->components[1].name, "~");
	plan_free(p);
}

/* Keys, numbers and words of checks, policies and people are filled in like any text. */
static void everywhere_in_the_plan(void **state)
{
	struct plan *p = test_plan_from_files(
		"vars: {s: 7s, n: \"3\", code: X/1, id: a, at: \"25\", w: rtt > 50ms, t: icmp}\n"
		"institution: {code: \"${vars.code}\"}\n"
		"sites: [{id: \"s-${vars.id}\", vars: {m: \"${vars.n}\"}}]\n"
		"agents: [{id: \"${vars.id}\"}]\n"
		"components: [{id: c, checks: [{id: p, type: \"${vars.t}\", address: x, interval: "
		"\"${vars.s}\", confirm: \"${vars.n}\", warning: \"${vars.w}\", from: "
		"[\"${vars.id}\"]}]}]\n"
		"channels: [{id: f, type: file, path: \"${vars.id}.jsonl\"}]\n"
		"people: [{id: p, post: P, contacts: [{channel: f, to: "
		"\"${vars.id}@example.org\"}]}]\n"
		"policies: [{id: q, steps: [{at: {pct: \"${vars.at}\"}, call: [\"person:p\"], "
		"ack_within: \"${vars.s}\"}]}]\n",
		NULL);

	(void)state;
	assert_string_equal(p->institution.code, "X/1");
	assert_string_equal(p->sites[0].id, "s-a");
	assert_int_equal(p->checks[0].interval_us, 7 * US_PER_S);
	assert_int_equal(p->checks[0].confirm, 3);
	assert_non_null(p->checks[0].warning);
	assert_string_equal(p->people[0].contacts[0].to, "a@example.org");
	assert_int_equal(p->policies[0].steps[0].pct, 25);
	assert_string_equal(p->channels[0].params[0].value, "a.jsonl");
	plan_free(p);
}

/* A text that grows past its ceiling is one complaint, not a plan of gigabytes. */
static void one_text_has_a_ceiling(void **state)
{
	struct arena *a = arena_new();
	struct buf yaml CLEANUP(buf_release);
	char *told;

	(void)state;
	buf_init(&yaml, 1 << 20);
	buf_puts(&yaml, "vars: {a: ");
	for (int i = 0; i < 3000; i++)
		buf_puts(&yaml, "x");
	buf_puts(&yaml, "}\ncomponents: [{id: c, name: \"");
	for (int i = 0; i < 3000; i++)
		buf_puts(&yaml, "${vars.a}");
	buf_puts(&yaml, "\"}]\n");
	told = test_plan_complaints_of_files(buf_cstr(&yaml), NULL, a);
	assert_string_equal(told, "plan.yaml:2:28: error: too-large: filled in, the text is larger "
				  "than 64 KiB\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_filled_in),      cmocka_unit_test(what_a_site_fills_in),
		cmocka_unit_test(values_stay_text),       cmocka_unit_test(everywhere_in_the_plan),
		cmocka_unit_test(one_text_has_a_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
