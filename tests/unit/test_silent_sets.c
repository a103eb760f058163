/* silent_sets - the proof by exhaustion, beside every set played for itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "play/silent_sets.h"
#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct plan *plan;
static struct habits *habits;

/* world_plan, its crisis seat with a suplente who has no other. */
static struct plan *with_another(void)
{
	const char *seat = strstr(world_plan, "titular: elsa, suplente: dario");
	const char *people = strstr(world_plan, "people:\n") + strlen("people:\n");
	char text[8192];

	(void)snprintf(text, sizeof(text),
		       "%.*s  - {id: fito, post: P, contacts: [{channel: uno, to: f}]}\n%.*s%s%s",
		       (int)(people - world_plan), world_plan, (int)(seat - people), people,
		       "titular: elsa, suplente: fito",
		       seat + strlen("titular: elsa, suplente: dario"));
	return test_plan_from_text(text);
}

/* Crisis seats that are called by hand only, by a desk that is not called itself. */
static struct plan *by_hand_only(void)
{
	static const char all[] = DUTY_PLAN_CRISIS("9", "mano"), desk[] = "call: [\"seat:mesa\"]";
	const char *at = strstr(all, desk);
	char text[8192];

	(void)snprintf(text, sizeof(text), "%.*scall: [\"seat:coordinacion\"]%s", (int)(at - all),
		       all, at + strlen(desk));
	return test_plan_from_text(text);
}

static struct dry_run_setup setup_with(struct plan *given, const char *service, const char *answers)
{
	struct err_info info;

	plan_free(plan);
	habits_free(habits);
	plan = given;
	habits = habits_new();
	if (dry_run_read_answers(answers, plan, habits, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return (struct dry_run_setup){.plan = plan,
				      .service = plan_find_service(plan, slice_of(service)),
				      .habits = habits,
				      .schemas = &check_schemas};
}

static struct dry_run_setup setup_of(const char *service, const char *answers)
{
	return setup_with(with_another(), service, answers);
}

static int release(void **state)
{
	(void)state;
	plan_free(plan);
	habits_free(habits);
	plan = NULL;
	habits = NULL;
	return 0;
}

/* Whether the sets that were found to fail are just those that fail when each is played. */
/* True if it had to play fewer. */
static bool is_what_playing_each_says(struct dry_run_setup setup)
{
	struct silent_proof proof;
	struct err_info info;
	size_t failing = 0, sets = 0;
	bool fewer;

	assert_int_equal(silent_prove(&setup, 2, &proof, &info), ERR_OK);
	for (uint32_t a = 0; a <= plan->person_count; a++) {
		for (uint32_t b = a; b <= plan->person_count; b++) {
			struct habits *h;
			struct dry_run_setup one = setup;
			struct dry_run d;

			if (a == b && a != plan->person_count)
				continue;
			h = habits_copy(habits);
			if (a < plan->person_count)
				*habits_person(h, plan->people[a].id) = PERSON_SILENT;
			if (b < plan->person_count)
				*habits_person(h, plan->people[b].id) = PERSON_SILENT;
			one.habits = h;
			assert_int_equal(dry_run_play(&one, &d, &info), ERR_OK);
			failing += !dry_run_is_in_time(&d);
			sets++;
			dry_run_release(&d);
			habits_free(h);
		}
	}
	assert_int_equal(proof.sets, sets);
	assert_int_equal(proof.failing_count, failing);
	assert_true(failing > 0 && failing < sets);
	fewer = proof.played < sets;
	silent_proof_release(&proof);
	release(NULL);
	return fewer;
}

static void the_proof_is_what_playing_each_would_say(void **state)
{
	(void)state;
	/* fito is asked only if elsa is silent: the rest follows */
	assert_true(is_what_playing_each_says(setup_of("portal", "*=5s")));
}

/* Who makes the calls matters as well, though they are asked nothing. */
static void so_it_is_with_calls_by_hand(void **state)
{
	struct dry_run_setup setup = setup_with(by_hand_only(), "portal", "*=5s");
	struct silent_proof proof;
	struct err_info info;
	bool desk = false;

	(void)state;
	assert_int_equal(silent_prove(&setup, 2, &proof, &info), ERR_OK);
	assert_int_equal(proof.people, 6);
	for (size_t i = 0; i < proof.failing_count; i++)
		desk = desk ||
		       (proof.failing[i].count == 2 &&
			proof.failing[i].people[0] == plan_find_person(plan, SLICE_LIT("fede")) &&
			proof.failing[i].people[1] == plan_find_person(plan, SLICE_LIT("beto")));
	silent_proof_release(&proof);
	assert_true(desk); /* nobody at the desk when level 1 is to be called */
	(void)is_what_playing_each_says(setup_with(by_hand_only(), "portal", "*=5s"));
}

static void minimal_sets_come_first_and_are_marked(void **state)
{
	struct dry_run_setup setup = setup_of("portal", "*=5s");
	struct silent_proof proof;
	struct err_info info;
	size_t before = 0, minimal = 0;

	(void)state;
	assert_int_equal(silent_prove(&setup, 3, &proof, &info), ERR_OK);
	assert_true(proof.asks);
	assert_int_equal(proof.people, 6);
	assert_int_equal(proof.sets, 1 + 6 + 15 + 20);
	for (size_t i = 0; i < proof.failing_count; i++) {
		assert_true(proof.failing[i].count >= before);
		before = proof.failing[i].count;
		minimal += proof.failing[i].minimal;
		if (proof.failing[i].count == 3)
			assert_false(proof.failing[i].minimal);
	}
	assert_true(minimal > 0 && minimal < proof.failing_count);
	silent_proof_release(&proof);
	release(NULL);
}

static void a_policy_that_asks_nothing_has_nothing_to_prove(void **state)
{
	struct dry_run_setup setup = setup_of("portal", "*=5s");
	struct plan quiet = *plan;
	struct plan_service service = plan->services[setup.service];
	struct silent_proof proof;
	struct err_info info;

	(void)state;
	service.policy = PLAN_NONE;
	quiet.services = &service;
	setup.plan = &quiet;
	setup.service = 0;
	assert_int_equal(silent_prove(&setup, 2, &proof, &info), ERR_OK);
	assert_false(proof.asks);
	assert_int_equal(proof.sets, 0);
	silent_proof_release(&proof);
	release(NULL);
}

static bool at_once(void *user)
{
	(void)user;
	return true;
}

static void it_can_be_stopped(void **state)
{
	struct dry_run_setup setup = setup_of("portal", "*=5s");
	struct silent_proof proof;
	struct err_info info;

	(void)state;
	setup.stop = at_once;
	assert_int_equal(silent_prove(&setup, 2, &proof, &info), ERR_TIMEOUT);
	silent_proof_release(&proof);
	release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_proof_is_what_playing_each_would_say),
		cmocka_unit_test(so_it_is_with_calls_by_hand),
		cmocka_unit_test(minimal_sets_come_first_and_are_marked),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(a_policy_that_asks_nothing_has_nothing_to_prove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
