/* audit_devices - what a network engineer would ask of a plan. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

#define SNMP(more)                                                                                 \
	"agents: [{id: a}]\ncomponents: [{id: x, address: h, checks: [{id: p, type: snmp, "        \
	"interval: 10s, values: {v: {oid: 1.3}}" more                                              \
	"}, {id: q, type: snmp, values: {v: {oid: 1.3}}" more "}]}]\n"

/* What all checks of a device share is told once, at the device. */
static void credentials_are_told_once(void **state)
{
	struct arena *a = arena_new();
	const char *text;

	(void)state;
	text = test_plan_findings(SNMP(", community: private"), a);
	assert_non_null(strstr(text, "community-known: component:x: it is asked with the community "
				     "'private'"));
	assert_null(strstr(strstr(text, "community-known") + 1, "community-known"));
	assert_null(strstr(text, "snmp-in-the-open")); /* the worse of the two is said */
	text = test_plan_findings(SNMP(""), a);
	assert_non_null(strstr(text, "snmp-in-the-open: component:x: checks that ask it with "
				     "version 1 or 2c: 2"));
	text = test_plan_findings(SNMP(", version: 3"), a);
	assert_non_null(strstr(text, "no-authentication: component:x: checks that ask it with "
				     "version 3 without auth: 2"));
	arena_free(a);
}

/* A component that no service needs may well tell of conditions only: room sensors. */
static void conditions_of_what_nobody_needs(void **state)
{
	static const char plan[] =
		"agents: [{id: a}]\ncomponents: [{id: x, checks: [{id: p, type: icmp, address: h, "
		"affects: condition}]}, {id: y, depends_on: x}]\n%s";
	struct arena *a = arena_new();

	(void)state;
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, ""), a), "conditions-only"));
	/* By the path of another as well. */
	assert_non_null(strstr(
		test_plan_findings(
			arena_printf(a, plan, "services: [{id: s, rto: 1h, needs: y}]\n"), a),
		"conditions-only: component:x: a service stands on it, and its checks, 1 in all"));
	arena_free(a);
}

/* Both units asked, or neither: nothing is missing. */
static void both_units_or_none(void **state)
{
	static const char plan[] =
		"agents: [{id: a}]\ncomponents: [{id: x, checks: [{id: q, type: snmp-pair, "
		"members: {eins: h1, zwei: h2}, values: {own: {oid: 1.3}}}%s]}]\n";
	static const char one[] = ", {id: p1, type: icmp, address: h1}, {id: p3, type: icmp, "
				  "address: h1}, {id: t, type: trap, address: h2, notifications: "
				  "[{oid: 1.3}]}";
	struct arena *a = arena_new();

	(void)state;
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, ""), a), "half-a-pair"));
	assert_non_null(strstr(test_plan_findings(arena_printf(a, plan, one), a),
			       "half-a-pair: component:x: unit 'eins' (h1) has 2 checks of its "
			       "own, unit 'zwei' (h2) has none;"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_are_told_once),
		cmocka_unit_test(conditions_of_what_nobody_needs),
		cmocka_unit_test(both_units_or_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
