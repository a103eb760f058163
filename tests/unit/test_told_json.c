/* told_json - a played day and the proof over silent sets as JSON; addresses only for whoever may see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "checks/check.h"
#include "play/told_json.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct buf out;
static struct plan *plan;
static struct habits *habits;

static struct dry_run_setup setup_of(const char *answers)
{
	struct err_info info;

	plan = test_plan_from_text(world_plan);
	habits = habits_new();
	if (dry_run_read_answers(answers, plan, habits, &info) != ERR_OK)
		fail_msg("%s", info.text);
	buf_init(&out, 4 << 20);
	return (struct dry_run_setup){.plan = plan,
				      .service = plan_find_service(plan, SLICE_LIT("portal")),
				      .habits = habits,
				      .schemas = &check_schemas};
}

static int release(void **state)
{
	(void)state;
	plan_free(plan);
	habits_free(habits);
	buf_release(&out);
	plan = NULL;
	habits = NULL;
	return 0;
}

static json_t *read_out(void)
{
	json_error_t error;
	json_t *root = json_loads(buf_cstr(&out), JSON_REJECT_DUPLICATES, &error);

	if (root == NULL)
		fail_msg("%s in %s", error.text, buf_cstr(&out));
	return root;
}

static json_t *played(bool contacts)
{
	struct dry_run_setup setup = setup_of("*=silent,beto=2s");
	struct json_emit j = json_emit_to(&out);
	struct err_info info;
	struct dry_run d;

	assert_int_equal(dry_run_play(&setup, &d, &info), ERR_OK);
	told_put_dry_run(&j, &setup, &d, "*=silent,beto=2s", contacts);
	dry_run_release(&d);
	return read_out();
}

static const char *first_state(json_t *calls, const char *person)
{
	json_t *c;
	size_t i;

	json_array_foreach(calls, i, c)
	{
		if (strcmp(json_string_value(json_object_get(c, "person")), person) == 0)
			return json_string_value(json_object_get(c, "state"));
	}
	return "";
}

static void a_day_and_its_calls(void **state)
{
	json_t *root = played(true), *calls = json_object_get(root, "calls");

	(void)state;
	assert_string_equal(json_string_value(json_object_get(root, "service")), "portal");
	assert_int_equal(json_integer_value(json_object_get(root, "rto")), 100);
	assert_true(json_is_false(json_object_get(root, "in_time")));
	assert_true(json_array_size(json_object_get(root, "clocks")) > 0);
	assert_string_equal(first_state(calls, "ana"), "unanswered");
	assert_string_equal(first_state(calls, "beto"), "acknowledged");
	json_decref(root);
}

static size_t count_of_addresses(json_t *root, size_t *ret_intents)
{
	json_t *timeline = json_object_get(root, "timeline"), *e;
	size_t i, n = 0;

	*ret_intents = 0;
	json_array_foreach(timeline, i, e)
	{
		json_t *body = json_object_get(e, "body"), *to = json_object_get(body, "to");

		if (strcmp(json_string_value(json_object_get(e, "kind")), "call.intent") != 0)
			continue;
		(*ret_intents)++;
		assert_non_null(json_object_get(body, "person"));
		assert_non_null(json_object_get(body, "attempt"));
		n += json_is_string(to);
	}
	return n;
}

static void addresses_are_for_few(void **state)
{
	json_t *root = played(true);
	size_t with, without, told;

	(void)state;
	told = count_of_addresses(root, &with);
	assert_int_equal(told, with);
	assert_true(with > 0);
	json_decref(root);
	release(NULL);
	root = played(false);
	told = count_of_addresses(root, &without);
	assert_int_equal(told, 0);
	assert_int_equal(without, with); /* the calls themselves are all there */
	json_decref(root);
}

static void a_proof(void **state)
{
	struct dry_run_setup setup = setup_of("*=2s");
	struct json_emit j = json_emit_to(&out);
	struct silent_proof f = {.asks = true, .people = 3, .sets = 7, .played = 4};
	json_t *root, *set;

	(void)state;
	f.failing = calloc(2, sizeof(*f.failing));
	f.failing[0] = (struct silent_set){.people = {0, 1}, .count = 2, .minimal = true};
	f.failing[1] = (struct silent_set){
		.people = {1}, .count = 1, .decided = true, .after_us = 90 * US_PER_S};
	f.failing_count = 2;
	told_put_proof(&j, plan, setup.service, &f);
	silent_proof_release(&f);
	root = read_out();
	assert_int_equal(json_integer_value(json_object_get(root, "sets")), 7);
	set = json_array_get(json_object_get(root, "failing"), 0);
	assert_int_equal(json_array_size(json_object_get(set, "silent")), 2);
	assert_true(json_is_null(json_object_get(set, "decided_after")));
	set = json_array_get(json_object_get(root, "failing"), 1);
	assert_string_equal(json_string_value(json_array_get(json_object_get(set, "silent"), 0)),
			    plan->people[1].id);
	assert_int_equal(json_integer_value(json_object_get(set, "decided_after")), 90);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_day_and_its_calls, release),
		cmocka_unit_test_teardown(addresses_are_for_few, release),
		cmocka_unit_test_teardown(a_proof, release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
