/* audit_services - detection and decisions against the RTO, in numbers. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/instant.h"
#include "plan/audit.h"
#include "tests/support/test_plan.h"

static void detection_is_the_worst_case(void **state)
{
	struct plan_check c = {.interval_us = 10 * US_PER_S,
			       .retry_interval_us = 2 * US_PER_S,
			       .timeout_us = 3 * US_PER_S,
			       .confirm = 1};

	(void)state;
	/* It fails right after a good probe: a whole interval, then a probe that runs into its timeout. */
	assert_int_equal(audit_detection_us(&c), 13 * US_PER_S);
	c.confirm = 3;
	assert_int_equal(audit_detection_us(&c), 23 * US_PER_S);
	c.confirm_for_us = 60 * US_PER_S;
	assert_int_equal(audit_detection_us(&c), 73 * US_PER_S);
}

static void a_component_is_used_however_deep_it_stands(void **state)
{
	struct plan *p = test_plan_from_text("components: [{id: x}, {id: y}, {id: z}]\n"
					     "services: [{id: v, rto: 1h, needs: {all: [x, {any: "
					     "[{at_least: 1, of: [y]}]}]}}]\n");

	(void)state;
	assert_true(audit_need_uses(p, p->services[0].needs, 0));
	assert_true(audit_need_uses(p, p->services[0].needs, 1));
	assert_false(audit_need_uses(p, p->services[0].needs, 2));
	assert_false(audit_need_uses(p, NULL, 0));
	plan_free(p);
}

/* Of many slow checks the slowest is named, once for the service. */
static void the_slowest_check_speaks_for_all(void **state)
{
	struct arena *a = arena_new();
	const char *got = test_plan_findings(
		"agents: [{id: a}]\n"
		"components: [{id: x, address: h, checks: [{id: p, type: icmp, interval: 20s}, "
		"{id: q, type: icmp, interval: 30s}, {id: r, type: icmp, interval: 25s}]}]\n"
		"services: [{id: v, rto: 60s, needs: x}]\n",
		a);
	const char *first = strstr(got, "slow-share");

	(void)state;
	assert_non_null(first);
	assert_null(strstr(first + 1, "slow-share"));
	assert_non_null(
		strstr(got, "check 'x:q' may take 35s to confirm a failure, of an RTO of 1m"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(detection_is_the_worst_case),
		cmocka_unit_test(a_component_is_used_however_deep_it_stands),
		cmocka_unit_test(the_slowest_check_speaks_for_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
