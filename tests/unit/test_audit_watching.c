/* audit_watching - what is watched, by whom, and whether a threshold can be met. Cases by code: test_audit_kinds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/uplink.h"
#include "tests/support/test_plan.h"

/* By the constant of the agent itself: who changes that one changes the finding. */
static void a_silence_shorter_than_the_agents_own_pauses(void **state)
{
	static const char plan[] = "agents: [{id: a, silent_after: %dms}]\n%s";
	static const char fast[] =
		"components: [{id: x, address: h, checks: [{id: p, type: icmp, from: [a], "
		"interval: 1s, timeout: 500ms}, {id: q, type: icmp, from: [a]}]}]\n";
	struct arena *a = arena_new();
	const int idle = UPLINK_IDLE_MS + 2000;

	(void)state;
	assert_string_equal(
		test_plan_findings(arena_printf(a, plan, idle - 1, ""), a),
		"journal:1:10: warning: silent-after-short: agent:a: silent_after 6s999ms is "
		"shorter than the pauses of an agent that is well; it must be 7s or more; lengthen "
		"silent_after\n");
	assert_string_equal(test_plan_findings(arena_printf(a, plan, idle, ""), a), "");
	/* One whose fastest check ends each 1.5 s speaks more often. */
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, 3500, fast), a), "silent"));
	assert_non_null(strstr(test_plan_findings(arena_printf(a, plan, 3499, fast), a),
			       "it must be 3s500ms or more;"));
	arena_free(a);
}

static void a_machine_that_is_elsewhere(void **state)
{
	static const char plan[] =
		"sites: [{id: one, name: One}, {id: two, name: Two}]\n"
		"agents: [{id: a, site: one}, {id: b, site: two}, {id: c}]\n"
		"components: [{id: x, %schecks: [{id: h, type: %s, from: [%s]}]}]\n";
	struct arena *a = arena_new();
	const char *at_one = "site: one, address: h, ";

	(void)state;
	assert_non_null(strstr(test_plan_findings(arena_printf(a, plan, at_one, "host", "a, b"), a),
			       "host-elsewhere: check:x:h: it measures the machine of agent 'b'"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, at_one, "host", "a, c"), a),
			   "host-elsewhere"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, at_one, "icmp", "b"), a),
			   "host-elsewhere"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, "", "host", "b"), a),
			   "host-elsewhere"));
	arena_free(a);
}

static void a_site_that_nobody_sees_from_elsewhere(void **state)
{
	static const char plan[] =
		"sites: [{id: one, name: One}, {id: two, name: Two}]\n"
		"agents: [{id: a, site: one}, {id: b, site: two}]\n"
		"components: [{id: x, site: one, address: h, checks: [{id: p, type: icmp, "
		"from: [%s], interval: 1s}]}]\n";
	struct arena *a = arena_new();
	const char *found = test_plan_findings(arena_printf(a, plan, "a, b"), a);

	(void)state;
	assert_non_null(strstr(found, "unseen-site: agent:b: nobody looks at site 'two'"));
	assert_null(strstr(found, "unseen-site: agent:a"));
	found = test_plan_findings(arena_printf(a, plan, "a"), a);
	assert_non_null(strstr(found, "unseen-site: agent:a: nobody looks at site 'one'"));
	arena_free(a);
}

static void thresholds_are_read_term_by_term(void **state)
{
	static const struct {
		const char *warning, *critical, *code; /* NULL: none */
	} cases[] = {
		{"rtt > 50ms", "rtt > 100ms", NULL},
		{"rtt > 50ms, loss > 50%", "loss > 40%", "warning-hidden"},
		{"rtt > 50ms, loss > 30%", "loss > 40%", NULL},
		{"rtt < 10ms", "rtt < 20ms", "warning-hidden"},
		{"rtt < 20ms", "rtt < 10ms", NULL},
		/* The other way round: no order between them. */
		{"rtt < 20ms", "rtt > 10ms", NULL},
		{"rtt == 20ms", "rtt == 20ms", NULL},
		{"rtt >= 5s", "", "never-fires"},
		{"rtt >= 4999ms", "", NULL},
		{"", "loss >= 100%", NULL},
		{"", "loss > 100%", "never-fires"},
		{"", "loss >= 101%", "never-fires"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *got = test_plan_findings(
			arena_printf(a,
				     "agents: [{id: a}]\ncomponents: [{id: x, address: h, checks: "
				     "[{id: p, type: icmp%s%s%s%s%s%s}]}]\n",
				     cases[i].warning[0] != '\0' ? ", warning: \"" : "",
				     cases[i].warning, cases[i].warning[0] != '\0' ? "\"" : "",
				     cases[i].critical[0] != '\0' ? ", critical: \"" : "",
				     cases[i].critical, cases[i].critical[0] != '\0' ? "\"" : ""),
			a);

		if (cases[i].code != NULL ? strstr(got, cases[i].code) == NULL
					  : strstr(got, "check:") != NULL)
			fail_msg("case %zu: %s", i, got);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_silence_shorter_than_the_agents_own_pauses),
		cmocka_unit_test(a_machine_that_is_elsewhere),
		cmocka_unit_test(a_site_that_nobody_sees_from_elsewhere),
		cmocka_unit_test(thresholds_are_read_term_by_term),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
