/* plan_checks - defaults, parameters, thresholds and vantages of checks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/instant.h"
#include "base/arena.h"
#include "base/micro.h"
#include "checks/check.h"
#include "plan/plan_file.h"
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

/* Of a check that asks over SNMP, with the types of the programs: the first complaint, "" if there is none. */
static const char *said_of(const char *check, struct arena *arena)
{
	const char *text = arena_printf(arena,
					"agents: [{id: a}]\ncomponents:\n  - id: fw\n    checks:\n"
					"      - {id: p, from: [a], %s}\n",
					check);
	struct findings f;
	struct plan *p;
	const char *said;

	findings_init(&f);
	p = plan_file_load_json(slice_of(text), &check_schemas, &f);
	said = f.count > 0 ? arena_printf(arena, "%s: %s", f.items[0].code, f.items[0].text) : "";
	assert_int_equal(p == NULL, f.errors > 0);
	findings_release(&f);
	plan_free(p);
	return said;
}

/* A pass phrase never stands in the plan, and a reference only where somebody fills it in. */
static void secrets_of_checks(void **state)
{
#define PAIR                                                                                       \
	"type: snmp-pair, is_active: [4], is_standby: [3], members: {x: 192.0.2.1}, values: "      \
	"{own: "                                                                                   \
	"{oid: 1.3.6.1.4.1.3375.2.1.14.3.1.0}}, "
	static const char *const cases[][2] = {
		{PAIR "community: '${secret:fw.1}'", ""},
		{PAIR "community: public", ""},
		{PAIR "version: 3, user: u, auth: sha, auth_secret: '${secret:clave}'", ""},
		{PAIR "community: '${secret:a b}'",
		 "syntax: community: a secret's name is 1 to 63 of A-Z a-z 0-9 '.' '_' '-'"},
		{PAIR "version: 3, user: u, auth: sha, auth_secret: una-clave-larga",
		 "secret-in-plan: auth_secret: a secret does not stand in the plan; write "
		 "${secret:NAME} and put the value into the secrets file of the agents that ask"},
		{PAIR "version: 3, user: u, auth: sha, auth_secret: 'x${secret:clave}'",
		 "secret-in-plan: auth_secret: a secret does not stand in the plan; write "
		 "${secret:NAME} and put the value into the secrets file of the agents that ask"},
		{"type: tcp, address: '${secret:host}', port: 1",
		 "unsupported: address: no ${secret:...} is filled in here"},
	};
	struct arena *arena = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(said_of(cases[i][0], arena), cases[i][1]);
	arena_free(arena);
}

#define TRAP(more)                                                                                 \
	"agents: [{id: a}]\ncomponents: [{id: x, checks: [{id: p, type: trap, address: "           \
	"192.0.2.1, " more "}]}]\n"

/* What nobody confirms never makes its component fail, whoever writes the plan. */
static void what_only_tells_of_a_condition_stays_one(void **state)
{
	static const char *const good[] = {TRAP("notifications: []"),
					   TRAP("affects: condition, notifications: []")};
	struct findings f;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct plan *p;

		findings_init(&f);
		p = plan_file_load_json(slice_of(good[i]), &check_schemas, &f);
		assert_non_null(p);
		assert_int_equal(find(p, "x:p")->affects, AFFECTS_CONDITION);
		plan_free(p);
		findings_release(&f);
	}
	findings_init(&f);
	assert_null(plan_file_load_json(slice_of(TRAP("affects: serving, notifications: []")),
					&check_schemas, &f));
	assert_non_null(strstr(f.items[0].text, "never make it fail"));
	assert_int_equal(f.items[0].column, 80);
	findings_release(&f);
	/* a fault within a list is told where it stands */
	findings_init(&f);
	assert_null(plan_file_load_json(
		slice_of(TRAP("notifications: [{oid: 1.3.6, name: a}, {oid: 1.3.x, name: b}]")),
		&check_schemas, &f));
	assert_non_null(strstr(f.items[0].text, "notifications.2.oid: '1.3.x' is no OID"));
	assert_int_equal(f.items[0].column, 116);
	findings_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_check_is_completed),
		cmocka_unit_test(a_full_check_says_it_all),
		cmocka_unit_test(the_address_of_the_component_fills_the_check),
		cmocka_unit_test(with_one_agent_from_may_be_left_out),
		cmocka_unit_test(a_list_of_values_is_a_parameter),
		cmocka_unit_test(secrets_of_checks),
		cmocka_unit_test(what_only_tells_of_a_condition_stays_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
