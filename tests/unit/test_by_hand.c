/* by_hand - who at the desk makes the calls by hand, one at a time, and what comes of them. */
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
#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

/* Coordinator and crisis seats are called by hand. */
static struct play_world *open_world(void)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));

	play_apply_plan(w, test_plan_from_text(DUTY_PLAN_CRISIS("9", "mano")));
	return w;
}

static void teach(struct play_world *w, const char *person, const char *what, const char *after)
{
	struct err_info info;

	assert_int_equal(habits_teach(habits_person(w->habits, person), what, after, &info),
			 ERR_OK);
}

static void fails_until(struct play_world *w, int64_t ms)
{
	const struct plan *p = view_plan(w->engine);

	play_until(w, world_time(5000));
	play_set(w, p->checks[plan_find_check(p, SLICE_LIT("web:p"))].vantage_first,
		 (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
	play_until(w, world_time(ms));
}

static size_t count_of(const struct play_world *w, const char *kind, const char *pair,
		       const char *other)
{
	char a[64], b[64], c[64];
	size_t n = 0;

	(void)snprintf(a, sizeof(a), "%s", kind);
	(void)snprintf(b, sizeof(b), "%s", pair);
	(void)snprintf(c, sizeof(c), "%s", other);
	for (size_t i = 0; i < w->record.count; i++)
		n += record_matches(&w->record.entries[i], (char *[]){a, b, c},
				    other[0] != '\0'  ? 3
				    : pair[0] != '\0' ? 2
						      : 1);
	return n;
}

/* beto has the shift, fede is the suplente: the first to be ready takes it, and nobody calls twice. */
static void the_first_who_is_ready_takes_it(void **state)
{
	struct play_world *w = open_world();

	(void)state;
	teach(w, "beto", "calls", "20s");
	teach(w, "fede", "calls", "10s");
	teach(w, "ana", "calls", NULL); /* her shift is over by then */
	teach(w, "ceci", "attends", "7s");
	fails_until(w, 400000);
	assert_int_equal(count_of(w, "call.result", "result=taken", "recorded_by=fede"), 1);
	assert_int_equal(count_of(w, "call.result", "result=taken", ""), 1);
	assert_int_equal(count_of(w, "call.result", "result=answered", "recorded_by=fede"), 1);
	assert_int_equal(count_of(w, "ack.given", "act=atiendo", "person=ceci"), 1);
	assert_int_equal(count_of(w, "act.refused", "", ""), 0);
	play_free(w);
}

static void without_a_desk_it_runs_out(void **state)
{
	struct play_world *w = open_world();

	(void)state;
	teach(w, "dario", "calls", NULL); /* sits at no desk */
	teach(w, "ceci", "answers", NULL);
	fails_until(w, 400000);
	assert_int_equal(count_of(w, "call.result", "", ""), 0);
	assert_int_equal(count_of(w, "call.failed", "detail=no-receipt", ""), 1);
	play_free(w);
}

/* Two of level 1 are called at once by one person: the second one waits until the first has rung in vain. */
static void one_call_at_a_time(void **state)
{
	struct play_world *w = open_world();
	struct wall_time taken[2] = {WALL_UNKNOWN, WALL_UNKNOWN};
	size_t n = 0;

	(void)state;
	teach(w, "beto", "calls", NULL);
	teach(w, "ceci", "answers", NULL);
	fails_until(w, 504000);
	assert_int_equal(count_of(w, "call.result", "result=taken", ""), 1); /* ceci's */
	play_until(w, world_time(600000));
	for (size_t i = 0; i < w->record.count; i++) {
		char kind[] = "call.result", what[] = "result=taken", hand[] = "recorded_by=beto";

		if (record_matches(&w->record.entries[i], (char *[]){kind, what, hand}, 3) &&
		    w->record.entries[i].recorded.us > world_time(504000).us && n < 2)
			taken[n++] = w->record.entries[i].recorded;
	}
	assert_int_equal(n, 2);
	assert_int_equal(wall_diff_us(taken[1], taken[0]), 25 * US_PER_S);
	assert_true(count_of(w, "call.failed", "detail=no-answer", "") >= 2);
	play_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_who_is_ready_takes_it),
		cmocka_unit_test(without_a_desk_it_runs_out),
		cmocka_unit_test(one_call_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
