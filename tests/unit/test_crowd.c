/* crowd - people who answer and decide by their habits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "play/world.h"
#include "tests/support/engine_world.h"
#include "tests/support/play_stage.h"
#include "tests/support/test_plan.h"

static struct play_world *with(const char *person, const char *what, const char *after)
{
	struct play_world *w = stage_open();
	struct err_info info;

	if (person[0] != '\0')
		assert_int_equal(habits_teach(habits_person(w->habits, person), what, after, &info),
				 ERR_OK);
	play_until(w, world_time(5000));
	return w;
}

static void who_answers_stops_the_step(void **state)
{
	struct play_world *w = with("ana", "answers", "4s");

	(void)state;
	stage_fail(w, "web:p");
	play_until(w, world_time(40000));
	assert_int_equal(stage_count(w, "ack.given", "person=ana"), 1);
	assert_int_equal(stage_count(w, "call.intent", "person=beto"), 0);
	play_free(w);
}

static void the_silent_one_gives_way(void **state)
{
	struct play_world *w = with("", "", NULL);

	(void)state;
	stage_fail(w, "web:p");
	play_until(w, world_time(40000));
	assert_int_equal(stage_count(w, "ack.given", ""), 0);
	assert_true(stage_count(w, "call.intent", "person=beto") > 0);
	play_free(w);
}

static void who_is_asked_authorizes_and_who_was_reached_declares(void **state)
{
	struct play_world *w = with("*", "answers", "3s");
	struct err_info info;

	(void)state;
	assert_int_equal(habits_teach(habits_person(w->habits, "*"), "authorizes", "5s", &info),
			 ERR_OK);
	assert_int_equal(habits_teach(habits_person(w->habits, "*"), "declares", "6s", &info),
			 ERR_OK);
	stage_fail(w, "web:p");
	play_until(w, world_time(90000));
	assert_int_equal(stage_count(w, "act.authorize", "person=elsa"), 1);
	assert_int_equal(stage_count(w, "act.authorize", ""), 1);
	assert_int_equal(stage_count(w, "act.declare", "person=ceci"), 1);
	assert_int_equal(stage_count(w, "incident.state", "to=declared"), 1);
	assert_int_equal(stage_count(w, "act.refused", ""),
			 0); /* nobody tries what is not theirs */
	play_free(w);
}

static void who_is_asked_may_decline(void **state)
{
	struct play_world *w = with("elsa", "declines", "5s");

	(void)state;
	stage_fail(w, "web:p");
	play_until(w, world_time(90000));
	assert_int_equal(stage_count(w, "incident.state", "to=declined"), 1);
	play_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_answers_stops_the_step),
		cmocka_unit_test(the_silent_one_gives_way),
		cmocka_unit_test(who_is_asked_authorizes_and_who_was_reached_declares),
		cmocka_unit_test(who_is_asked_may_decline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
