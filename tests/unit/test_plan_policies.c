/* plan_policies - steps, targets, decisions and procedures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

static void steps_say_when_whom_and_what(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_policy *policy = &p->policies[0];
	const struct plan_step *s = policy->steps;

	(void)state;
	assert_int_equal(policy->repeat_us, 120 * US_PER_S);
	assert_int_equal(policy->step_count, 4);
	assert_int_equal(s[0].at, AT_CONFIRMED);
	assert_true(s[0].parallel);
	assert_int_equal(s[0].target_count, 2);
	assert_int_equal(s[0].targets[0].kind, TARGET_SEAT);
	assert_int_equal(s[0].targets[0].index, plan_find_seat(p, SLICE_LIT("mesa-de-ayuda")));
	assert_int_equal(s[0].targets[1].kind, TARGET_TEAM);
	assert_int_equal(s[1].at, AT_PCT);
	assert_int_equal(s[1].pct, 10);
	assert_int_equal(s[1].min_us, 20 * US_PER_S);
	assert_int_equal(s[1].max_us, 600 * US_PER_S);
	assert_false(s[1].parallel);
	assert_int_equal(s[1].targets[0].kind, TARGET_SEAT);
	assert_int_equal(s[1].ask, ASK_NONE);
	assert_int_equal(s[2].ask, ASK_ACTIVATE);
	assert_int_equal(s[2].quorum, 2);
	assert_int_equal(s[2].ack_within_us, 90 * US_PER_S);
	assert_int_equal(s[2].targets[0].kind, TARGET_LEVEL);
	assert_int_equal(s[2].targets[0].index, 1);
	assert_int_equal(s[2].targets[1].kind, TARGET_PERSON);
	assert_string_equal(s[3].say, "rto-breached");
	assert_int_equal(s[3].ack_within_us, 60 * US_PER_S);
	plan_free(p);
}

static void activities_lead_on(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/plan/whole.yaml");
	const struct plan_procedure *d = &p->procedures[0];

	(void)state;
	assert_int_equal(d->activity_count, 3);
	assert_string_equal(d->activities[0].what, "Avisar");
	assert_string_equal(d->activities[0].by, "CAT");
	assert_int_equal(d->activities[0].if_no, 3);
	assert_int_equal(d->activities[0].if_yes, 0);
	assert_int_equal(d->activities[2].if_yes, 1);
	assert_int_equal(d->activities[0].within_us, 0);
	plan_free(p);
	p = test_plan_from_file("tests/scenario/plans/decisions.yaml");
	assert_int_equal(p->procedures[0].activities[0].within_us, 60 * US_PER_S);
	assert_int_equal(p->procedures[0].activities[1].within_us, 0);
	plan_free(p);
}

#define DECISION(rto, step)                                                                        \
	"components: [{id: x}]\nchannels: [{id: c, type: file, path: f}]\n"                        \
	"people: [{id: m, post: M, contacts: [{channel: c, to: t}]}]\n"                            \
	"seats: [{id: a, level: 1, titular: m}, {id: b, level: 1, titular: m}]\n"                  \
	"services: [{id: s, rto: " rto ", needs: x, policy: p}]\n"                                 \
	"policies: [{id: p, steps: [" step "]}]\n"

/* DESIGN 5: the last moment at which a decision can still be awaited lies within the RTO. */
static void decisions_come_before_the_rto_ends(void **state)
{
	static const struct {
		const char *yaml;
		bool is_late;
		const char *why;
	} cases[] = {
		{DECISION("100s", "{at: {pct: 40}, call: [a], ask: activate, ack_within: 60s}"),
		 false, "it ends with the RTO"},
		{DECISION("100s", "{at: {pct: 40}, call: [a], ask: activate, ack_within: 61s}"),
		 true, "a second too late"},
		{DECISION("100s", "{at: {pct: 40}, call: [a], ack_within: 10m}"), false,
		 "no decision is asked for"},
		{DECISION("100s", "{at: {pct: 40}, call: [\"level:1\"], parallel: true, ask: "
				  "activate, ack_within: 60s}"),
		 false, "both at once"},
		{DECISION("100s",
			  "{at: {pct: 40}, call: [\"level:1\"], ask: activate, ack_within: 60s}"),
		 true, "one after the other"},
		{DECISION("100s", "{at: {pct: 10, min: 90s}, call: [a], ask: declare, ack_within: "
				  "20s}"),
		 true, "the lower bound of the moment counts"},
		{DECISION("1h",
			  "{at: {pct: 90, max: 1m}, call: [a], ask: declare, ack_within: 10m}"),
		 false, "so does the upper one"},
		{DECISION("30s", "{at: confirmed, call: [a], ask: activate, ack_within: 40s}"),
		 true, "at once, but too slow"},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *told = test_plan_complaints(cases[i].yaml, a);

		if ((strstr(told, "late-decision") != NULL) != cases[i].is_late ||
		    (!cases[i].is_late && told[0] != '\0'))
			fail_msg("%s: %s", cases[i].why, told);
	}
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_say_when_whom_and_what),
		cmocka_unit_test(activities_lead_on),
		cmocka_unit_test(decisions_come_before_the_rto_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
