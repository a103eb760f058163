/* plan_checks - defaults, parameters, thresholds and vantages of checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/instant.h"
#include "base/micro.h"
#include "tests/support/test_plan.h"

static const struct plan_check *find(const struct plan *p, const char *id)
{
	uint32_t i = plan_find_check(p, slice_of(id));

	assert_int_not_equal(i, PLAN_NONE);
	return &p->checks[i];
}

static void a_short_check_is_completed(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_check *c = find(p, "dc/switch:ping");

	(void)state;
	assert_string_equal(c->name, "ping");
	assert_int_equal(c->interval_us, 10 * US_PER_S);
	assert_int_equal(c->retry_interval_us, 10 * US_PER_S);
	assert_int_equal(c->timeout_us, 5 * US_PER_S);
	assert_int_equal(c->fresh_within_us, 27 * US_PER_S);
	assert_int_equal(c->confirm, 1);
	assert_int_equal(c->recover, 1);
	assert_int_equal(c->quorum, 1);
	assert_int_equal(c->vantage_count, 1);
	assert_null(c->warning);
	assert_null(c->critical);
	plan_free(p);
}

static void a_full_check_says_it_all(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_check *c = find(p, "dc/fw-a:ping"), *web = find(p, "dc/fw-a:web");
	const int64_t slow[] = {60000, 0}, lossy[] = {1000, 500000};

	(void)state;
	assert_int_equal(c->component, plan_find_component(p, SLICE_LIT("dc/fw-a")));
	assert_int_equal(c->retry_interval_us, US_PER_S);
	assert_int_equal(c->fresh_within_us, 13 * US_PER_S);
	assert_int_equal(c->confirm, 3);
	assert_int_equal(c->recover, 2);
	assert_int_equal(c->quorum, 2);
	assert_int_equal(c->vantage_count, 2);
	assert_true(judge_is_met(c->warning, slow, 2));
	assert_false(judge_is_met(c->critical, slow, 2));
	assert_true(judge_is_met(c->critical, lossy, 2));
	assert_int_equal(web->confirm_for_us, 30 * US_PER_S);
	plan_free(p);
}

static void the_address_of_the_component_fills_the_check(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_check *ping = find(p, "dc/fw-b:ping"), *web = find(p, "dc/fw-a:web");
	const struct plan_check *own = find(p, "azure/sql:tcp");

	(void)state;
	assert_int_equal(ping->param_count, 1);
	assert_string_equal(ping->params[0].key, "address");
	assert_string_equal(ping->params[0].value, "192.0.2.2");
	/* An http check has no address: its url says all. */
	assert_int_equal(web->param_count, 1);
	assert_string_equal(web->params[0].key, "url");
	assert_string_equal(own->params[0].value, "sql.example.org");
	assert_string_equal(own->params[1].value, "1433");
	plan_free(p);
}

static void with_one_agent_from_may_be_left_out(void **state)
{
	struct plan *p = test_plan_from_text("agents: [{id: a}]\ncomponents: [{id: x, address: h, "
					     "checks: [{id: p, type: icmp, interval: 1s}]}]\n");

	(void)state;
	assert_int_equal(find(p, "x:p")->vantage_count, 1);
	assert_int_equal(find(p, "x:p")->timeout_us, US_PER_S);
	plan_free(p);
}

/* A list of YAML and a text with commas are the same; what is no list of single values is told where it stands. */
static void a_list_of_values_is_a_parameter(void **state)
{
#define HEAD                                                                                       \
	"agents: [{id: a}]\ncomponents: [{id: x, checks: [{id: p, type: tcp, address: h, port: "   \
	"1, paths: "
	static const char *const good[] = {HEAD "[/, \"/var\"]}]}]\n", HEAD "\"/, /var\"}]}]\n"};
	static const char *const wrong[][2] = {
		{HEAD "[/, [/var]]}]}]\n", "journal:2:82: error: not-a-value: paths: a list of "
					   "single values without commas was "
					   "expected\n"},
		{HEAD "[\"/a,b\"]}]}]\n", "journal:2:79: error: not-a-value: paths: a list of "
					  "single values without commas was "
					  "expected\n"},
		{HEAD "{a: /}}]}]\n",
		 "journal:2:78: error: not-a-value: paths: a single value was expected\n"},
		{HEAD "[var]}]}]\n",
		 "journal:2:78: error: syntax: paths: 'var' does not begin with '/'\n"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct plan *p = test_plan_from_text(good[i]);

		assert_int_equal(find(p, "x:p")->param_count, 3);
		assert_string_equal(find(p, "x:p")->params[2].value, "/, /var");
		plan_free(p);
	}
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_string_equal(test_plan_complaints(wrong[i][0], arena), wrong[i][1]);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_check_is_completed),
		cmocka_unit_test(a_full_check_says_it_all),
		cmocka_unit_test(the_address_of_the_component_fills_the_check),
		cmocka_unit_test(with_one_agent_from_may_be_left_out),
		cmocka_unit_test(a_list_of_values_is_a_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
