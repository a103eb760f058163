/* plan_flapping - when a check is flapping: defaults, bounds, and that a run lies within the cool-down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

static void what_is_not_said_follows_the_cool_down(void **state)
{
	static const struct {
		const char *text;
		uint32_t failures;
		int64_t within_s, stable_s;
	} cases[] = {
		{"cool_down: 15m", 3, 600, 300},
		{"cool_down: 60s", 3, 60, 30},
		{"cool_down: 1s", 3, 1, 1},
		{"flapping: {failures: 5}", 5, 600, 300},
		{"flapping: {within: 4m}", 3, 240, 120},
		{"flapping: {failures: 2, within: 4m, stable: 10m}", 2, 240, 600},
		{"cool_down: 30m\nflapping: {within: 30m, stable: 1s}", 3, 1800, 1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct plan *p = test_plan_from_text(cases[i].text), *again;

		assert_int_equal(p->flapping.failures, cases[i].failures);
		assert_int_equal(p->flapping.within_us, cases[i].within_s * US_PER_S);
		assert_int_equal(p->flapping.stable_us, cases[i].stable_s * US_PER_S);
		again = test_plan_from_text(p->json.p);
		assert_string_equal(again->hash, p->hash);
		plan_free(again);
		plan_free(p);
	}
}

static void each_mistake_is_told(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"flapping: true",
		 "not-a-map: flapping: write {failures: 3, within: 10m, stable: 5m}"},
		{"flapping: {failures: 1}", "failures"},
		{"flapping: {failures: 9}", "failures"},
		{"flapping: {within: 10}", "within"},
		{"flapping: {witin: 10m}", "did you mean 'within'"},
		{"cool_down: 5m\nflapping: {within: 10m}",
		 "conflict: within is longer than the cool-down of 5m"},
		{"cool_down: 5m\nflapping: {stable: 301s}",
		 "stable is longer than the cool-down of 5m"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena *a = arena_new();
		char *said = test_plan_complaints(cases[i].text, a);

		if (strstr(said, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].text, said);
		arena_free(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_said_follows_the_cool_down),
		cmocka_unit_test(each_mistake_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
