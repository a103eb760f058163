/* graph_facts - what is read of a series, and that anything else is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <math.h>

#include "dashboard/graph_facts.h"
#include "tests/support/series_answer.h"

static void what_it_is_of_is_read(void **state)
{
	struct graph_facts f;

	(void)state;
	assert_true(graph_facts_read(SLICE_LIT(SERIES_ANSWER_ICMP), &f));
	assert_string_equal(f.name, "Cortafuegos A: el de siempre");
	assert_string_equal(f.site, "Centro de datos");
	assert_string_equal(f.stamp, "SIMULACRO 2");
	assert_false(f.real);
	assert_true(f.known);
	assert_int_equal(f.newest, 1760000030);
	assert_int_equal(f.fine, 10);
	assert_int_equal(f.value_count, 5);
	assert_true(graph_facts_value(&f, "rtt")->most == 0.0042);
	assert_true(graph_facts_value(&f, "loss")->most == 1);
	assert_true(isnan(graph_facts_value(&f, "rtt_min")->most));
	assert_null(graph_facts_value(
		&f, "other")); /* its type has it, the check does not measure it */
	assert_null(graph_facts_value(&f, "nothing"));
	assert_int_equal(f.limit_count, 2);
	assert_string_equal(f.limits[1].op, ">=");
	assert_true(f.limits[1].limit == 0.4);
	assert_true(graph_facts_read(SLICE_LIT(SERIES_ANSWER_OPER), &f));
	assert_false(f.known);
	assert_int_equal(graph_facts_value(&f, "oper")->word_count, 2);
	assert_string_equal(graph_facts_value(&f, "oper")->words[1].word, "down");
}

static void nonsense_is_refused(void **state)
{
	static const char *const texts[] = {"",
					    "{",
					    "[]",
					    "{}",
					    "{\"rows\":[]}",
					    "{\"about\":{}}",
					    "{\"about\":[],\"rows\":[]}",
					    "null"};
	struct graph_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++)
		assert_false(graph_facts_read(slice_of(texts[i]), &f));
	/* Odd values do not end us. */
	assert_true(graph_facts_read(
		SLICE_LIT("{\"rows\":[1,[\"x\"],null],\"names\":[1,null],\"bands\":[],\"about\":{"
			  "\"values\":[1,{\"name\":5,\"words\":3}],\"limits\":{\"a\":1}}}"),
		&f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_it_is_of_is_read),
					   cmocka_unit_test(nonsense_is_refused)};

	return cmocka_run_group_tests_name("graph_facts", tests, NULL, NULL);
}
