/* told - calls from their intent to what became of them, clocks from their start to their end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "journal/body.h"
#include "play/told.h"
#include "play/world.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct play_world *a_day(int64_t until_ms, bool mended)
{
	struct play_world *w = play_new(&check_schemas, world_time(0));
	const struct plan *p;
	uint32_t v;

	play_apply_plan(w, test_plan_from_text(world_plan));
	p = view_plan(w->engine);
	v = p->checks[plan_find_check(p, SLICE_LIT("web:p"))].vantage_first;
	*habits_person(w->habits, "beto") =
		(struct person_habit){.answer = ACT_ENTERADO, .answer_us = 2 * US_PER_S};
	play_until(w, world_time(5000));
	play_set(w, v, (struct play_source){HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED});
	play_until(w, world_time(until_ms));
	if (mended) {
		play_set(w, v, (struct play_source){HEALTH_OK, OUTCOME_OK});
		play_until(w, world_time(until_ms + 10000));
	}
	return w;
}

static const struct told_clock *clock_of(const struct told *t, const char *service)
{
	for (size_t i = 0; i < t->clock_count; i++) {
		if (slice_is(body_word(t->clocks[i].body, "service"), service))
			return &t->clocks[i];
	}
	fail_msg("no clock of %s", service);
	return NULL;
}

static void nothing_has_happened(void **state)
{
	struct record r = {0};
	struct told t = told_of(&r);

	(void)state;
	assert_int_equal(t.call_count, 0);
	assert_int_equal(t.clock_count, 0);
	told_release(&t);
}

static void calls_end_as_they_ended(void **state)
{
	struct play_world *w = a_day(120000, true);
	struct told t = told_of(&w->record);

	(void)state;
	assert_true(t.call_count >= 2);
	assert_string_equal(t.calls[0].state, "unanswered"); /* ana */
	assert_string_equal(t.calls[1].state, "acknowledged"); /* beto */
	assert_true(t.calls[1].state_at.us > w->record.entries[t.calls[1].entry].recorded.us);
	assert_true(clock_of(&t, "portal")->breached && clock_of(&t, "portal")->restored);
	assert_int_equal(clock_of(&t, "portal")->outage_us, 115 * US_PER_S);
	told_release(&t);
	play_free(w);
}

static void what_has_not_ended_goes_on(void **state)
{
	struct play_world *w = a_day(20000, false);
	struct told t = told_of(&w->record);

	(void)state;
	assert_false(clock_of(&t, "portal")->breached || clock_of(&t, "portal")->restored);
	told_release(&t);
	play_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_has_happened),
		cmocka_unit_test(calls_end_as_they_ended),
		cmocka_unit_test(what_has_not_ended_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
