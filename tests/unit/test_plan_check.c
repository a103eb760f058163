/* plan_check - contradictions that a careful reader would find. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "agent/uplink.h"
#include "tests/support/test_plan.h"

#define SOUND                                                                                      \
	"agents: [{id: a}]\n"                                                                      \
	"components: [{id: x, address: h, checks: [{id: p, type: icmp, interval: 1s}]}]\n"         \
	"channels: [{id: c, type: file, path: f}]\n"                                               \
	"people: [{id: m, post: M, contacts: [{channel: c, to: t}]}, "                             \
	"{id: n, post: N, contacts: [{channel: c, to: t}]}]\n"                                     \
	"policies: [{id: po, steps: [{at: {pct: 10}, call: [team]}]}]\n"                           \
	"procedures: [{id: pr}]\n"
#define SEAT "seats: [{id: s, titular: m, suplente: n}]\n"
#define SERVICE "services: [{id: v, rto: 5m, needs: x, team: s, policy: po, procedure: pr}]\n"

static void a_sound_plan_has_no_findings(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(test_plan_findings(SOUND SEAT SERVICE, a), "");
	arena_free(a);
}

static void contradictions_are_told(void **state)
{
	static const struct {
		const char *yaml, *told;
	} cases[] = {
		{SOUND SEAT "services: [{id: v, rto: 5m, needs: x, policy: po, procedure: pr}]",
		 "plan: warning: no-team: service 'v' has no recovery team; give it a 'team'\n"},
		{SOUND SEAT "services: [{id: v, rto: 5m, needs: x, team: s, procedure: pr}]",
		 "plan: warning: no-policy: service 'v' has no policy: nobody is called when it "
		 "fails\n"},
		{SOUND SEAT "services: [{id: v, rto: 5m, needs: x, team: s, policy: po}]",
		 "plan: warning: no-procedure: service 'v' has no procedure; give it one\n"},
		{SOUND SEAT SERVICE "cool_down: 1s\n", ""},
		{SOUND "seats: [{id: s, titular: m}]\n" SERVICE,
		 "plan: warning: no-suplente: seat 's' has no suplente\n"},
		{SOUND "seats: [{id: s, titular: m, suplente: n}, {id: s2, titular: m, suplente: "
		       "n}]\n" SERVICE,
		 "plan: warning: overloaded-suplente: person 'n' is the suplente of 2 seats and "
		 "cannot be reached for all at once\n"},
		{SOUND "seats: [{id: s, titular: m, suplente: n}, {id: s2, titular: n, suplente: "
		       "m}]\n" SERVICE,
		 "plan: warning: mutual-suplentes: seats 's' and 's2' cover each other: one "
		 "absence "
		 "leaves both to one person\n"},
		{SOUND SEAT "services: [{id: v, rto: 10s, needs: x, team: s, policy: po, "
			    "procedure: pr}]\n",
		 "plan: warning: slow-detection: check 'x:p' may confirm a failure only after the "
		 "first mark of service 'v'; probe more often\n"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(test_plan_findings(cases[i].yaml, a), cases[i].told);
	arena_free(a);
}

static void sites_that_nobody_looks_at_from_elsewhere(void **state)
{
	static const char plan[] =
		"sites: [{id: one, name: One}, {id: two, name: Two}]\n"
		"agents: [{id: a, site: one}, {id: b, site: two}]\n"
		"components: [{id: x, site: one, address: h, checks: [{id: p, type: icmp, "
		"from: [%s], interval: 1s}]}]\n";
	struct arena *a = arena_new();
	const char *found = test_plan_findings(arena_printf(a, plan, "a, b"), a);

	(void)state;
	assert_non_null(strstr(found, "unseen-site: agent 'b': nobody looks at site 'two'"));
	assert_null(strstr(found, "agent 'a'"));
	found = test_plan_findings(arena_printf(a, plan, "a"), a);
	assert_non_null(strstr(found, "unseen-site: agent 'a': nobody looks at site 'one'"));
	arena_free(a);
}

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
		"plan: warning: silent-after-short: agent 'a': silent_after 6s999ms is shorter "
		"than "
		"the pauses of an agent that is well: it would be called silent now and then; "
		"write silent_after: 7s or more\n");
	assert_string_equal(test_plan_findings(arena_printf(a, plan, idle, ""), a), "");
	/* One whose fastest check ends each 1.5 s speaks more often. */
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, 3500, fast), a), "silent"));
	assert_non_null(strstr(test_plan_findings(arena_printf(a, plan, 3499, fast), a),
			       "write silent_after: 3s500ms or more\n"));
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
	assert_non_null(
		strstr(test_plan_findings(arena_printf(a, plan, at_one, "host", "a, b"), a),
		       "plan: warning: host-elsewhere: check 'x:h' measures the machine of "
		       "agent 'b', which is at site 'two' and not at 'one': it says nothing "
		       "of component 'x'; let an agent of that machine run it\n"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, at_one, "host", "a, c"), a),
			   "host-elsewhere"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, at_one, "icmp", "b"), a),
			   "host-elsewhere"));
	assert_null(strstr(test_plan_findings(arena_printf(a, plan, "", "host", "b"), a),
			   "host-elsewhere"));
	arena_free(a);
}

static void components_that_nobody_watches_or_needs(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_findings("components: [{id: x}]\n", a),
		"plan: warning: unwatched: component 'x' has no check: it will always be blind\n"
		"plan: note: unused: component 'x' is needed by no service\n");
	arena_free(a);
}

static void channels_on_one_carrier(void **state)
{
	static const char *const plan =
		"agents: [{id: a}]\n"
		"components: [{id: x, address: h, checks: [{id: p, type: icmp}]}, "
		"{id: y, address: h, depends_on: x, checks: [{id: p, type: icmp}]}]\n";
	struct arena *a = arena_new();
	char *one = arena_printf(
		a, "%schannels: [{id: c, type: file, path: f, carried_by: [y, x]}, %s]\n", plan,
		"{id: d, type: file, path: g, carried_by: [x]}");
	char *two =
		arena_printf(a, "%schannels: [{id: c, type: file, path: f, carried_by: [y]}, %s]\n",
			     plan, "{id: d, type: file, path: g, carried_by: [x]}");

	(void)state;
	assert_non_null(strstr(test_plan_findings(one, a),
			       "plan: warning: one-carrier: every channel is carried by 'x': its "
			       "failure silences the call tree\n"));
	assert_null(strstr(test_plan_findings(two, a), "one-carrier"));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_plan_has_no_findings),
		cmocka_unit_test(contradictions_are_told),
		cmocka_unit_test(sites_that_nobody_looks_at_from_elsewhere),
		cmocka_unit_test(a_silence_shorter_than_the_agents_own_pauses),
		cmocka_unit_test(a_machine_that_is_elsewhere),
		cmocka_unit_test(components_that_nobody_watches_or_needs),
		cmocka_unit_test(channels_on_one_carrier),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
