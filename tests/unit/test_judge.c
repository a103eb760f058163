/* judge - threshold expressions in fixed point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/judge.h"
#include "base/micro.h"
#include "tests/support/test_schemas.h"

static const struct check_schema *icmp(void)
{
	return schema_find(&test_schemas_list, SLICE_LIT("icmp"));
}

struct verdict_case {
	const char *text;
	int64_t rtt, loss; /* micro */
	int first; /* value that meets its term, -1: none */
	const char *why;
};

static void conditions_hold_or_not(void **state)
{
	static const struct verdict_case cases[] = {
		{"rtt > 50ms", 50000, 0, -1, "equal is not greater"},
		{"rtt > 50ms", 50001, 0, 0, "one millionth above"},
		{"rtt >= 50ms", 50000, 0, 0, "equal counts"},
		{"rtt < 1ms", 999, 0, 0, "below"},
		{"rtt <= 1ms", 1000, 0, 0, "equal counts"},
		{"rtt == 1ms", 1000, 0, 0, "exact"},
		{"rtt != 1ms", 1000, 0, -1, "exact"},
		{"rtt > 50ms, loss > 5%", 1000, 60000, 1, "comma means or"},
		{"loss > 5%, rtt > 50ms", 90000, 60000, 1, "the first term is told"},
		{" rtt>50ms ,loss>5% ", 90000, 0, 0, "blanks do not matter"},
		{"rtt > 50ms", MICRO_NONE, 0, -1, "not measured is never met"},
		{"rtt != 0", MICRO_NONE, 0, -1, "nor by another operator"},
		{"rtt < 1s", MICRO_NONE, 0, -1, "nor as a very small number"},
		{"loss > -1", 0, 0, 1, "a negative limit"},
	};
	struct arena *a = arena_new();
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const int64_t values[] = {cases[i].rtt, cases[i].loss};
		const struct judge *j = NULL;
		int got;

		assert_int_equal(judge_compile(slice_of(cases[i].text), icmp(), a, &j, &info),
				 ERR_OK);
		got = judge_first_met(j, values, 2);
		if (got != cases[i].first)
			fail_msg("'%s' (%s): %d", cases[i].text, cases[i].why, got);
		assert_int_equal(judge_is_met(j, values, 2), got >= 0);
	}
	arena_free(a);
}

static void no_condition_is_never_met(void **state)
{
	const int64_t values[] = {1, 1};
	const struct judge *j = (const struct judge *)values;
	struct arena *a = arena_new();
	struct err_info info;

	(void)state;
	assert_int_equal(judge_compile(SLICE_LIT("  "), icmp(), a, &j, &info), ERR_OK);
	assert_null(j);
	assert_false(judge_is_met(j, values, 2));
	arena_free(a);
}

/* An older agent sends fewer values than the schema has: what is not there is not met. */
static void missing_values_are_not_met(void **state)
{
	const int64_t values[] = {0};
	const struct judge *j = NULL;
	struct arena *a = arena_new();
	struct err_info info;

	(void)state;
	assert_int_equal(judge_compile(SLICE_LIT("loss > 5%"), icmp(), a, &j, &info), ERR_OK);
	assert_false(judge_is_met(j, values, 1));
	arena_free(a);
}

static void wrong_conditions_are_named(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{"rtt", "'rtt' is no condition (write: rtt > 50ms)"},
		{"> 5", "'> 5' is no condition (write: rtt > 50ms)"},
		{"rtt > 50ms,", "'' is no condition (write: rtt > 50ms)"},
		{"rtt = 5ms", "'rtt = 5ms' is no condition (write: rtt > 50ms)"},
		{"rtt > 50 ms", "'50 ms' is not a quantity (write 50ms, 5%, 10MiB, 3.5)"},
		{"rtt >> 5ms", "'> 5ms' is not a quantity (write 50ms, 5%, 10MiB, 3.5)"},
		{"rtt >", "'' is not a quantity (write 50ms, 5%, 10MiB, 3.5)"},
		{"los > 5%", "a check of type icmp yields no value 'los'; did you mean 'loss'?"},
		{"days_left < 3", "a check of type icmp yields no value 'days_left'"},
		{"rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, "
		 "rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1, rtt > 1",
		 "more than 16 conditions"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct judge *j = NULL;
		struct err_info info;

		assert_int_not_equal(judge_compile(slice_of(cases[i].text), icmp(), a, &j, &info),
				     ERR_OK);
		assert_string_equal(info.text, cases[i].says);
		assert_null(j);
	}
	arena_free(a);
}

static void a_word_stands_for_its_number(void **state)
{
	static const struct value_desc values[] = {{"oper", "", "x"}, {"speed", "", "x"}};
	static const struct value_word words[] = {{0, 1 * MICRO, "up"}, {0, 2 * MICRO, "down"}};
	static const struct check_schema link = {.type = "link",
						 .values = values,
						 .value_count = 2,
						 .words = words,
						 .word_count = 2};
	const int64_t up[] = {MICRO, 0}, down[] = {2 * MICRO, 0};
	struct arena *a = arena_new();
	const struct judge *j = NULL;
	struct err_info info;

	(void)state;
	assert_int_equal(judge_compile(SLICE_LIT("oper != up"), &link, a, &j, &info), ERR_OK);
	assert_false(judge_is_met(j, up, 2));
	assert_true(judge_is_met(j, down, 2));
	assert_int_equal(judge_compile(SLICE_LIT("speed == up"), &link, a, &j, &info), ERR_SYNTAX);
	assert_string_equal(info.text, "'up' is not a quantity (write 50ms, 5%, 10MiB, 3.5), nor a "
				       "word of that value");
	arena_free(a);
}

static void terms_can_be_drawn(void **state)
{
	struct arena *arena = arena_new();
	const struct judge *j;
	struct judge_limit limit;
	struct err_info info;

	(void)state;
	assert_int_equal(
		judge_compile(SLICE_LIT("rtt > 50ms, loss >= 5%"), icmp(), arena, &j, &info),
		ERR_OK);
	assert_true(judge_limit(j, 0, &limit));
	assert_int_equal(limit.value, 0);
	assert_string_equal(limit.op, ">");
	assert_int_equal(limit.limit, 50000);
	assert_true(judge_limit(j, 1, &limit));
	assert_string_equal(limit.op, ">=");
	assert_int_equal(limit.limit, 50000);
	assert_false(judge_limit(j, 2, &limit));
	assert_false(judge_limit(NULL, 0, &limit));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_hold_or_not),
		cmocka_unit_test(no_condition_is_never_met),
		cmocka_unit_test(missing_values_are_not_met),
		cmocka_unit_test(wrong_conditions_are_named),
		cmocka_unit_test(a_word_stands_for_its_number),
		cmocka_unit_test(terms_can_be_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
