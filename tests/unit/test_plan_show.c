/* plan_show - what is shown reads back as the same plan, by its hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/plan_file.h"
#include "tests/support/test_plan.h"

static char *shown(const struct plan *p, struct arena *a)
{
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 64 << 20);
	plan_show(p, &out);
	assert_true(buf_is_ok(&out));
	return arena_strdup(a, buf_cstr(&out));
}

static void round_trip(struct plan *p)
{
	struct arena *a = arena_new();
	const char *text = shown(p, a);
	struct plan *again = test_plan_from_files(text, NULL);

	if (strcmp(again->hash, p->hash) != 0)
		fail_msg("%s", text);
	plan_free(again);
	plan_free(p);
	arena_free(a);
}

static void samples_read_back(void **state)
{
	(void)state;
	round_trip(test_plan_from_file("tests/fixtures/plan/whole.yaml"));
	round_trip(test_plan_from_file("etc/vigia-local/plan.yaml"));
	round_trip(test_plan_from_file("etc/vigia-catd/plan"));
	round_trip(test_plan_from_text("cool_down: 1s"));
}

/* Texts that YAML, or the filling in of ${...}, would take for something else. */
static void awkward_texts_read_back(void **state)
{
	static const char *const texts[] = {
		"null", "~",     "true",  "1.5",      " a ",  "a: b",          "# c",       "- d",
		"-",    "{e}",   "[f]",   "\"g\"",    "h\\i", "'j'",           "k\xC3\xB1", "%l",
		"@m",   "&n",    "*o",    "!!p",      "q, r", "${vars.x}",     "$${y}",     "$z",
		"a${b", "x | y", "> z",   "a#b",      "? a",  "${secret:a}",   "...",       "---",
		"=",    "<<",    "01:30", "\xC2\xA0", "a:",   "https://a/?b=c"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct arena *a = arena_new();
		struct buf json CLEANUP(buf_release);

		buf_init(&json, 4096);
		buf_puts(&json, "{\"institution\":{\"name\":\"");
		for (const char *c = texts[i]; *c != '\0'; c++)
			buf_printf(&json, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
		buf_puts(&json, "\"}}");
		round_trip(test_plan_from_text(buf_cstr(&json)));
		arena_free(a);
	}
}

/* What a check is told as a map stands there as one; what would be read as something else stays the text that it is. */
static void documents_are_laid_out(void **state)
{
	static const struct {
		const char *written, *shown;
	} cases[] = {
		{"{cpu: {oid: 1.3, words: {1: up, 2: down}}}",
		 "values: {cpu: {oid: 1.3, words: {1: up, 2: down}}}"},
		{"{a: {calc: \"x == 1 && $${z}\"}}", "values: {a: {calc: \"x == 1 && $${z}\"}}"},
		{"{a: {l: [\"\", \" b\", null, {}]}}",
		 "values: {a: {l: [\"\", \" b\", \"null\", {}]}}"},
		{"{a: {\"k: l\": 1}}", "values: \"{\\\"a\\\":{\\\"k: l\\\":\\\"1\\\"}}\""},
		{"'{\"a\": {\"b\": 1}}'", "values: \"{\\\"a\\\": {\\\"b\\\": 1}}\""},
		{"{a: {b: {c: {d: {e: {f: {g: {h: {i: {j: {k: {l: {m: {n: {o: {p: {q: "
		 "r}}}}}}}}}}}}}}}}}",
		 "values: \"{\\\"a\\\":{"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *a = arena_new();
		struct plan *p = test_plan_from_files(
			arena_printf(a,
				     "agents: [{id: n}]\ncomponents: [{id: c, address: h, checks: "
				     "[{id: s, type: snmp, values: %s}]}]\n",
				     cases[i].written),
			NULL);
		const char *text = shown(p, a);

		if (strstr(text, cases[i].shown) == NULL)
			fail_msg("'%s' is not in\n%s", cases[i].shown, text);
		round_trip(p);
		arena_free(a);
	}
}

static void it_is_laid_out_for_people(void **state)
{
	struct arena *a = arena_new();
	struct plan *p = test_plan_from_files(
		"sites: [{id: s, kind: k}]\n"
		"agents: [{id: n}]\n"
		"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}/x\", name: "
		"\"X: ${site.id}\", checks: [{id: p, type: icmp, address: 192.0.2.1}]}]}]\n",
		NULL);

	(void)state;
	assert_string_equal(shown(p, a),
			    "cool_down: 15m\n"
			    "flapping: {failures: 3, within: 10m, stable: 5m}\n"
			    "institution: {locale: es-MX, timezone: America/Mexico_City}\n"
			    "sites: [{id: s, name: s, kind: k}]\n"
			    "agents: [{id: n, silent_after: 15s}]\n"
			    "components:\n"
			    "  - id: s/x\n"
			    "    name: \"X: s\"\n"
			    "    checks:\n"
			    "      - id: p\n"
			    "        type: icmp\n"
			    "        from: [n]\n"
			    "        interval: 10s\n"
			    "        retry_interval: 10s\n"
			    "        timeout: 5s\n"
			    "        fresh_within: 27s\n"
			    "        confirm: 1\n"
			    "        recover: 1\n"
			    "        quorum: 1\n"
			    "        address: 192.0.2.1\n");
	plan_free(p);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_read_back),
		cmocka_unit_test(awkward_texts_read_back),
		cmocka_unit_test(documents_are_laid_out),
		cmocka_unit_test(it_is_laid_out_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
