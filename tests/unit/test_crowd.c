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
#include "tests/support/test_plan.h"

static struct play_world *open_world(void)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));

	play_apply_plan(w, test_plan_from_text(world_plan));
	return w;
}

UNUSED static uint32_t vantage_of(const struct play_world *w, const char *check)
{
	const struct plan *p = view_plan(w->engine);

	return p->checks[plan_find_check(p, slice_of(check))].vantage_first;
}

UNUSED static void fails(struct play_world *w, const char *check)
{
	play_set(w, vantage_of(w, check),
		 (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
}

UNUSED static size_t count_of(const struct play_world *w, const char *kind, const char *pair)
{
	char a[64], b[64];
	size_t n = 0;

	(void)snprintf(a, sizeof(a), "%s", kind);
	(void)snprintf(b, sizeof(b), "%s", pair);
	for (size_t i = 0; i < w->record.count; i++)
		n += record_matches(&w->record.entries[i], (char *[]){a, b},
				    pair[0] != '\0' ? 2 : 1);
	return n;
}

static struct play_world *with(const char *person, const char *what, const char *after)
{
	struct play_world *w = open_world();
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
	fails(w, "web:p");
	play_until(w, world_time(40000));
	assert_int_equal(count_of(w, "ack.given", "person=ana"), 1);
	assert_int_equal(count_of(w, "call.intent", "person=beto"), 0);
	play_free(w);
}

static void the_silent_one_gives_way(void **state)
{
	struct play_world *w = with("", "", NULL);

	(void)state;
	fails(w, "web:p");
	play_until(w, world_time(40000));
	assert_int_equal(count_of(w, "ack.given", ""), 0);
	assert_true(count_of(w, "call.intent", "person=beto") > 0);
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
	fails(w, "web:p");
	play_until(w, world_time(90000));
	assert_int_equal(count_of(w, "act.authorize", "person=elsa"), 1);
	assert_int_equal(count_of(w, "act.authorize", ""), 1);
	assert_int_equal(count_of(w, "act.declare", "person=ceci"), 1);
	assert_int_equal(count_of(w, "incident.state", "to=declared"), 1);
	assert_int_equal(count_of(w, "act.refused", ""), 0); /* nobody tries what is not theirs */
	play_free(w);
}

static void who_is_asked_may_decline(void **state)
{
	struct play_world *w = with("elsa", "declines", "5s");

	(void)state;
	fails(w, "web:p");
	play_until(w, world_time(90000));
	assert_int_equal(count_of(w, "incident.state", "to=declined"), 1);
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
