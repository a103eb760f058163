/* dry_run - a service fails on paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "play/dry_run.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct plan *plan;
static struct habits *habits;

static struct dry_run_setup setup_of(const char *service, const char *answers)
{
	struct err_info info;

	plan_free(plan);
	habits_free(habits);
	plan = test_plan_from_text(world_plan);
	habits = habits_new();
	if (dry_run_read_answers(answers, plan, habits, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return (struct dry_run_setup){.plan = plan,
				      .service = plan_find_service(plan, slice_of(service)),
				      .habits = habits,
				      .schemas = &check_schemas};
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

static void runs(const char *service, const char *answers, size_t failed, bool in_time)
{
	struct dry_run_setup setup = setup_of(service, answers);
	struct err_info info;
	struct dry_run d;

	if (dry_run_play(&setup, &d, &info) != ERR_OK)
		fail_msg("%s", info.text);
	assert_int_equal(d.failed_count, failed);
	assert_int_equal(dry_run_is_in_time(&d), in_time);
	assert_int_equal(wall_diff_us(d.breach_at, d.began), plan->services[setup.service].rto_us);
	dry_run_release(&d);
}

static void the_fewest_components_take_it_down(void **state)
{
	(void)state;
	runs("portal", "*=5s", 1, true);
	runs("consulta", "*=5s", 1, true); /* web or db */
	runs("acceso", "*=5s", 2, true); /* both firewalls */
	release(NULL);
}

static void it_is_decided_in_time_or_not(void **state)
{
	(void)state;
	runs("portal", "*=5s,crisis=silent", 1, false);
	runs("portal", "*=5s,ana=silent,beto=silent", 1, true);
	runs("portal", "*=5s,ceci=silent,dario=silent", 1, false);
	runs("portal", "*=45s", 1, false); /* too slow */
	release(NULL);
}

static void what_nobody_watches_cannot_be_played(void **state)
{
	static const char yaml[] = "agents: [{id: dc}]\ncomponents: [{id: c}]\nservices: [{id: s, "
				   "rto: 100s, needs: c}]\n";
	struct plan *p = test_plan_from_text(yaml);
	struct habits *h = habits_new();
	struct dry_run_setup setup = {.plan = p, .habits = h, .schemas = &check_schemas};
	struct err_info info;
	struct dry_run d;

	(void)state;
	assert_int_equal(dry_run_play(&setup, &d, &info), ERR_WRONG_STATE);
	assert_non_null(strstr(info.text, "cannot be seen to fail"));
	dry_run_release(&d);
	habits_free(h);
	plan_free(p);
}

static bool after_a_while(void *user)
{
	return ++*(unsigned *)user > 5;
}

static void it_can_be_stopped(void **state)
{
	struct dry_run_setup setup = setup_of("portal", "*=5s");
	unsigned asked = 0;
	struct err_info info;
	struct dry_run d;

	(void)state;
	setup.stop = after_a_while;
	setup.user = &asked;
	assert_int_equal(dry_run_play(&setup, &d, &info), ERR_TIMEOUT);
	assert_int_equal(asked, 6);
	dry_run_release(&d);
	release(NULL);
}

static void it_happens_when_it_is_said(void **state)
{
	struct dry_run_setup setup = setup_of("portal", "*=5s");
	struct err_info info;
	struct dry_run d;

	(void)state;
	setup.start = (struct wall_time){1790000000 * US_PER_S};
	assert_int_equal(dry_run_play(&setup, &d, &info), ERR_OK);
	assert_true(d.began.us >= setup.start.us && d.began.us < setup.start.us + 60 * US_PER_S);
	assert_true(dry_run_is_in_time(&d));
	dry_run_release(&d);
	release(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fewest_components_take_it_down),
		cmocka_unit_test(it_is_decided_in_time_or_not),
		cmocka_unit_test(it_can_be_stopped),
		cmocka_unit_test(it_happens_when_it_is_said),
		cmocka_unit_test(what_nobody_watches_cannot_be_played),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
