/* plan_json - the expanded plan reads back as the same plan, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/json_pull.h"
#include "base/sha256.h"
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
	assert_int_equal(again->json.n, p->json.n);
	assert_memory_equal(again->json.p, p->json.p, p->json.n);
	assert_string_equal(again->hash, p->hash);
	plan_free(again);
	plan_free(p);
	findings_release(&f);
}

static void the_expanded_plan_reads_back_the_same(void **state)
{
	(void)state;
	check_round_trip(test_plan_from_file("tests/fixtures/plan/whole.yaml"));
	check_round_trip(test_plan_from_file("tests/fixtures/wrong/base.yaml"));
	check_round_trip(test_plan_from_file("etc/vigia-local/plan.yaml"));
	check_round_trip(test_plan_from_file("tests/scenario/plans/decisions.yaml"));
	check_round_trip(test_plan_from_file("tests/scenario/plans/calendar.yaml"));
	check_round_trip(test_plan_from_text("cool_down: 1s"));
}

/* Texts that YAML or JSON would take for something else. */
static void awkward_texts_read_back(void **state)
{
	static const char *const texts[] = {"null",      "~",     "true", "1.5",
					    " a ",       "a: b",  "# c",  "- d",
					    "{e}",       "\"f\"", "g\\h", "'i'",
					    "j\xC3\xB1", "%k",    "@l",   "\xF0\x9F\x9A\xA8",
					    "&m",        "*n",    "!!o",  "p\xC2\xA0q"};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		struct arena *a = arena_new();
		struct buf yaml CLEANUP(buf_release);
		struct plan *p;

		buf_init(&yaml, 1000);
		buf_puts(&yaml, "institution: {name: \"");
		for (const char *c = texts[i]; *c != '\0'; c++)
			buf_printf(&yaml, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
		buf_puts(&yaml, "\"}\n");
		p = test_plan_from_text(buf_cstr(&yaml));
		assert_string_equal(p->institution.name, texts[i]);
		check_round_trip(p);
		arena_free(a);
	}
}

static void the_hash_is_that_of_the_bytes(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	struct sha256 digest = sha256_of(p->json, SLICE_LIT(""));
	struct json_pull in = json_pull_from(p->json);
	char hex[SHA256_HEX_SIZE];

	(void)state;
	sha256_hex(hex, &digest);
	assert_string_equal(hex, p->hash);
	json_skip(&in);
	json_end(&in);
	assert_null(in.error);
	plan_free(p);
}

/* Two spellings of one plan are one plan: the order of keys and how durations are written. */
static void spelling_does_not_change_the_hash(void **state)
{
	struct plan *a = test_plan_from_text(
		"agents: [{id: a}]\ncomponents: [{id: x, address: h, checks: [{id: p, type: icmp, "
		"interval: 60s, from: [a]}]}]\n");
	struct plan *b = test_plan_from_text(
		"components:\n  - checks:\n      - {type: icmp, from: [a], timeout: 5000ms, "
		"interval: 1m, id: p, confirm: 1}\n    address: h\n    id: x\nagents: [{id: a}]\n");
	struct plan *c = test_plan_from_text(
		"agents: [{id: a}]\ncomponents: [{id: x, address: h, checks: [{id: p, type: icmp, "
		"interval: 61s, from: [a]}]}]\n");

	(void)state;
	assert_string_equal(a->hash, b->hash);
	assert_string_not_equal(a->hash, c->hash);
	plan_free(a);
	plan_free(b);
	plan_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_expanded_plan_reads_back_the_same),
		cmocka_unit_test(awkward_texts_read_back),
		cmocka_unit_test(the_hash_is_that_of_the_bytes),
		cmocka_unit_test(spelling_does_not_change_the_hash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
