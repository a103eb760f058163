/* plan_cuts - the section `cuts` and the age of copies: what they mean, every slip with its own sentence, the same bytes again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/instant.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

#define CHECK(id)                                                                                  \
	"{id: " id ", type: tcp, address: a, port: 1, from: [dc], interval: 5s, timeout: 1s}"
#define HEAD                                                                                       \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n"                                                                            \
	"  - {id: sitio, checks: [" CHECK("datos") ", " CHECK(                                     \
		"base") "]}\n"                                                                     \
			"  - {id: espejo, checks: [" CHECK(                                        \
				"corte") "]}\n"                                                    \
					 "  - {id: web, checks: [{id: p, type: http, url: "        \
					 "'http://a/'}, {id: n, type: http, url: 'http://a/', "    \
					 "value_json: /c}, {id: m, type: http, url: "              \
					 "'http://a/', value_json: /c, value_as: number}, {id: "   \
					 "t, type: http, url: 'http://a/', value_json: /c, "       \
					 "value_as: time}]}\n"
#define SERVICE "services: [{id: difusion, rto: 1h, needs: sitio}]\n"
#define SERIES "cuts:\n  - {id: prep, service: difusion, "
#define TIMES "first: \"2024-05-12T12:00\", last: \"2024-05-12T20:00\", "
#define OF "of: [{name: datos, check: \"sitio:datos\", value: connect}]"

static void what_it_means(void **state)
{
	struct plan *p = test_plan_from_text(
		HEAD SERVICE SERIES TIMES
		"name: Cortes, every: 20m, grace: 90s, mirror_grace: 4m, mirrors_at_least: 0, of: "
		"[{name: datos, check: \"sitio:datos\", value: connect}, {name: base, check: "
		"\"sitio:base\", value: connect}], mirrors: [{name: m, check: \"espejo:corte\", "
		"value: connect}]}\n");
	const struct plan_cuts *c = &p->cuts[0];

	(void)state;
	assert_int_equal(p->cuts_count, 1);
	assert_string_equal(c->name, "Cortes");
	assert_int_equal(c->service, 0);
	/* 12:00 in Mexico City is 18:00 UTC. */
	assert_int_equal(c->first_us, INT64_C(1715536800000000));
	assert_int_equal(c->count, 25);
	assert_int_equal(c->every_us, 1200 * US_PER_S);
	assert_int_equal(c->grace_us, 90 * US_PER_S);
	assert_int_equal(c->mirror_grace_us, 240 * US_PER_S);
	assert_int_equal(c->at_least_per_hour, 3);
	assert_int_equal(c->by, CUT_BY_TIME);
	assert_int_equal(c->kind_count, 2);
	assert_int_equal(c->source_count, 3);
	assert_int_equal(c->mirrors_needed, 0);
	assert_string_equal(p->checks[c->sources[2].check].id, "espejo:corte");
	/* What else the values of a check are for. */
	assert_int_equal(p->use_first[1] - p->use_first[0], 1);
	assert_int_equal(p->uses[p->use_first[1]].source, 1);
	plan_free(p);
}

static void words_alone_are_values_of_one_check(void **state)
{
	struct plan *p = test_plan_from_text(HEAD SERVICE SERIES TIMES
					     "check: \"sitio:datos\", of: [connect]}\n");

	(void)state;
	assert_string_equal(p->cuts[0].sources[0].name, "connect");
	assert_int_equal(p->cuts[0].mirror_grace_us, 120 * US_PER_S);
	plan_free(p);
}

static void a_moment_that_is_read_has_an_age(void **state)
{
	struct plan *p = test_plan_from_text(
		HEAD "services: [{id: difusion, rto: 1h, needs: sitio, rpo: 4h, rpo_check: "
		     "\"web:t\"}]\n");
	static const char time[] = "\"value_as\":\"time\"";
	struct arena *a = arena_new();
	const char *at, *json;
	struct findings f;

	(void)state;
	assert_string_equal(p->checks[p->services[0].rpo_check].id, "web:t");
	assert_string_equal(
		p->checks[p->services[0].rpo_check].schema->values[p->services[0].rpo_value].name,
		"age");
	/* A journal's plan that was taken when nobody refused it is still read. */
	at = strstr(p->json.p, time);
	assert_non_null(at);
	json = arena_printf(a, "%.*s\"value_as\":\"number\"%s", (int)(at - p->json.p), p->json.p,
			    at + strlen(time));
	plan_free(p);
	findings_init(&f);
	p = plan_file_load_json(slice_of(json), &test_schemas_list, &f);
	assert_non_null(p);
	findings_release(&f);
	arena_free(a);
	plan_free(p);
}

/* Asked of a file: the journal's plans are taken as they were. */
static void a_number_that_is_read_has_none(void **state)
{
	static const char *const checks[] = {"web:n", "web:m"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(checks); i++) {
		char path[] = "/tmp/vigia-plan-XXXXXX.yaml";
		int fd = mkstemps(path, 5);
		FILE *out = fdopen(fd, "w");
		struct findings f;

		assert_non_null(out);
		assert_true(fprintf(out,
				    "institution: {name: P}\n" HEAD
				    "services: [{id: difusion, rto: 1h, needs: sitio, rpo: 4h, "
				    "rpo_check: \"%s\"}]\n",
				    checks[i]) > 0);
		assert_int_equal(fclose(out), 0);
		findings_init(&f);
		assert_null(plan_file_load(path, &test_schemas_list, &f));
		assert_int_equal(f.count, 1);
		assert_string_equal(f.items[0].code, "contradiction");
		assert_non_null(strstr(f.items[0].text,
				       "(http) reads no 'age' while its value_as is number: give "
				       "the check another value_as"));
		findings_release(&f);
		assert_int_equal(unlink(path), 0);
	}
}

static void the_same_bytes_again(void **state)
{
	struct plan *p = test_plan_from_text(
		HEAD "services: [{id: difusion, rto: 1h, needs: sitio, rpo: immediate, rpo_check: "
		     "\"sitio:base\", rpo_value: connect}]\n" SERIES TIMES
		     "by: number, first_number: 100, " OF "}\n");
	struct plan *again = test_plan_from_text(p->json.p);

	(void)state;
	assert_string_equal(p->hash, again->hash);
	assert_non_null(strstr(p->json.p, "\"first\":\"2024-05-12T12:00\",\"last\":"
					  "\"2024-05-12T20:00\",\"every\":\"20m\""));
	assert_int_equal(again->services[0].rpo_limit_us, 60 * US_PER_S);
	assert_int_equal(again->cuts[0].first_number, 100);
	plan_free(p);
	plan_free(again);
}

static void slips(void **state)
{
	static const struct {
		const char *cut, *told;
	} cases[] = {
		{TIMES OF ", everry: 20m", "unknown key 'everry'; did you mean 'every'?"},
		{"first: \"2024-05-12 12:00\", last: \"2024-05-12T20:00\", " OF,
		 "first: '2024-05-12 12:00' is no local time (write \"2024-05-12T12:00\")"},
		{"first: \"2024-05-12T12:00\", last: \"2024-05-12T20:10\", " OF,
		 "last: no cut is due then; the one before it is due at 2024-05-12T20:00"},
		{"first: \"2024-05-12T12:00\", last: \"2024-05-12T11:00\", " OF,
		 "last: it lies before first"},
		{"first: \"2024-05-12T12:00\", last: \"2025-05-12T12:00\", " OF,
		 "26281 cuts in one series, 2000 at most"},
		{TIMES "every: 30m, " OF, "write at_least_per_hour: 2"},
		{TIMES "grace: 11m, " OF, "grace: longer than half of every"},
		{TIMES "grace: 5s, " OF, "check 'sitio:datos' may see a cut only 6s after it is "
					 "published, which is more than the grace"},
		{TIMES "mirrors_at_least: 1, " OF, "mirrors_at_least: there are 0 mirrors"},
		{TIMES "of: [datos]", "'datos' alone is a value of the series' own check"},
		{TIMES "check: \"sitio:datos\", of: [datos]",
		 "check 'sitio:datos' (tcp) yields no value 'datos'; it yields: connect"},
		{TIMES "of: [{name: d, check: \"sito:datos\"}]",
		 "there is no component 'sito'; did you mean 'sitio'?"},
		{TIMES "of: [{name: d, check: \"sitio:data\"}]",
		 "component 'sitio' has no check 'data'"},
		{TIMES "of: [{name: d, check: sitio}]", "'sitio' is no id of a check"},
		{TIMES OF ", mirrors: [{name: datos, check: \"espejo:corte\", value: connect}]",
		 "'datos' stands in this series twice"},
		{TIMES "name: x", "'of' is missing"},
		{TIMES "of: []", "of: the list is empty"},
		{OF, "'first' is missing"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		char yaml[2048];
		char *told;

		snprintf(yaml, sizeof(yaml), HEAD SERVICE SERIES "%s}\n", cases[i].cut);
		told = test_plan_complaints(yaml, arena);
		if (strstr(told, cases[i].told) == NULL)
			fail_msg("%s\nnot in: %s", cases[i].told, told);
		arena_free(arena);
	}
}

static void slips_of_the_age(void **state)
{
	static const struct {
		const char *keys, *told;
	} cases[] = {
		{"rpo_check: \"sitio:base\"", "the RPO of this service is not applicable"},
		{"rpo: last-version, rpo_check: \"sitio:base\", rpo_value: connect",
		 "'last-version' says no age; add rpo_limit: 1d"},
		{"rpo: 4h, rpo_check: \"sitio:base\"",
		 "check 'sitio:base' (tcp) yields no value 'age'; it yields: connect"},
		{"rpo: 4h, rpo_check: \"sitio:base\", rpo_value: connect, rpo_limit: 4",
		 "rpo_limit: a duration from 1s was expected"},
		{"rpo: 4h, rpo_check: \"web:p\", rpo_value: value",
		 "check 'web:p' (http) reads no value 'value': give the check one of value_json"},
		{"rpo: 4h, rpo_limit: 5h", "'rpo_limit' belongs to an rpo_check, which is missing"},
		{"rpo: 4h, rpo_check: [a]", "rpo_check, rpo_value: one id was expected"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_new();
		char yaml[2048];
		char *told;

		snprintf(yaml, sizeof(yaml),
			 HEAD "services: [{id: difusion, rto: 1h, needs: sitio, %s}]\n",
			 cases[i].keys);
		told = test_plan_complaints(yaml, arena);
		if (strstr(told, cases[i].told) == NULL)
			fail_msg("%s\nnot in: %s", cases[i].told, told);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_it_means),
					   cmocka_unit_test(words_alone_are_values_of_one_check),
					   cmocka_unit_test(a_moment_that_is_read_has_an_age),
					   cmocka_unit_test(a_number_that_is_read_has_none),
					   cmocka_unit_test(the_same_bytes_again),
					   cmocka_unit_test(slips),
					   cmocka_unit_test(slips_of_the_age)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
