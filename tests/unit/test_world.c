/* world - the shell's turn around an engine: time, messages, power. */
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

static void time_jumps_and_nothing_is_missed(void **state)
{
	struct play_world *w = stage_open();

	(void)state;
	play_until(w, world_time(5000));
	stage_fail(w, "web:p");
	play_until(w, world_time(200000));
	assert_int_equal(stage_count(w, "clock.started", "service=portal"), 1);
	assert_int_equal(stage_count(w, "clock.mark", "pct=40") > 0, true);
	assert_int_equal(stage_count(w, "clock.breached", "service=portal"), 1);
	assert_int_equal(stage_count(w, "check.blind", ""), 0);
	play_free(w);
}

static void a_message_meets_the_habit_of_its_channel(void **state)
{
	struct play_world *w = stage_open();

	(void)state;
	habits_channel(w->habits, "uno")->how = PLAY_FAILS;
	habits_channel(w->habits, "dos")->after_us = 2 * US_PER_S;
	play_until(w, world_time(5000));
	stage_fail(w, "web:p");
	play_until(w, world_time(9000));
	assert_int_equal(stage_count(w, "call.failed", ""), 1);
	assert_int_equal(stage_count(w, "call.intent", "channel=dos"), 1);
	assert_int_equal(stage_count(w, "call.received", ""), 0); /* on its way */
	play_until(w, world_time(11000));
	assert_int_equal(stage_count(w, "call.received", ""), 1);
	play_free(w);
}

static void without_power_nothing_happens(void **state)
{
	struct play_world *w = stage_open();
	struct err_info info;
	size_t before;

	(void)state;
	play_until(w, world_time(5000));
	stage_fail(w, "web:p");
	play_until(w, world_time(9000));
	play_off(w);
	before = w->record.count;
	play_until(w, world_time(100000));
	assert_int_equal(w->record.count, before);
	play_restart(w);
	play_until(w, world_time(101000));
	assert_int_equal(stage_count(w, "collector.started", ""), 1);
	assert_true(stage_count(w, "clock.mark", "") > 0); /* what became due meanwhile */
	assert_true(play_replays(w, &info));
	play_free(w);
}

/* The journal of a day in which people answer, as one number. */
static uint64_t day(const uint64_t *seed)
{
	struct play_world *w = stage_open();
	uint64_t digest = 0;

	if (seed != NULL)
		play_seed(w, *seed);
	*habits_person(w->habits, "*") =
		(struct person_habit){.answer = ACT_ENTERADO, .answer_us = 6 * US_PER_S};
	play_until(w, world_time(5000));
	stage_fail(w, "web:p");
	play_until(w, world_time(90000));
	for (size_t i = 0; i < w->record.count; i++)
		digest = digest * 31 + (uint64_t)w->record.entries[i].recorded.us;
	play_free(w);
	return digest;
}

static void the_same_seed_plays_the_same_day(void **state)
{
	(void)state;
	assert_true(day(NULL) == day(NULL));
	assert_true(day(&(uint64_t){7}) == day(&(uint64_t){7}));
	assert_true(day(&(uint64_t){7}) != day(&(uint64_t){8}));
}

static void as_planned_checks_have_their_own_pace(void **state)
{
	static const char yaml[] = "agents: [{id: dc}]\n"
				   "components: [{id: c, checks: [{id: p, type: tcp, address: a, "
				   "port: 1, interval: 10s, "
				   "retry_interval: 2s, confirm: 3, from: [dc]}]}]\n"
				   "services: [{id: s, rto: 100s, needs: c}]\n";
	struct play_world *w = play_new(&check_schemas, world_time(0));

	(void)state;
	play_set_pace(w, PLAY_AS_PLANNED);
	play_apply_plan(w, test_plan_from_text(yaml));
	play_until(w, world_time(11000));
	stage_fail(w, "c:p");
	play_until(w, world_time(300000));
	/* sampled at 20, then each 2 s: confirmed at 24 */
	assert_int_equal(stage_count(w, "check.suspect", "began=1780000020"), 1);
	for (size_t i = 0; i < w->record.count; i++) {
		if (w->record.entries[i].kind == EVENT_CHECK_BAD)
			assert_int_equal(world_ms(w->record.entries[i].recorded), 24000);
	}
	assert_int_equal(stage_count(w, "check.bad", ""), 1);
	assert_int_equal(stage_count(w, "agent.silent", ""), 0);
	play_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_jumps_and_nothing_is_missed),
		cmocka_unit_test(a_message_meets_the_habit_of_its_channel),
		cmocka_unit_test(without_power_nothing_happens),
		cmocka_unit_test(the_same_seed_plays_the_same_day),
		cmocka_unit_test(as_planned_checks_have_their_own_pace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
