/* turn - write first, act after: effects leave after the commit, a failed commit loses nothing, a restart
 * folds to the same engine, an input that killed us is passed over.
 * wrap: journal_commit
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/collector_world.h"

static bool disk_is_full;

enum err __real_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info);
enum err __wrap_journal_commit(struct journal *j, struct err_info *info)
{
	return disk_is_full ? err_fail(info, ERR_NO_SPACE, "the disk is full")
			    : __real_journal_commit(j, info);
}

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	disk_is_full = false;
	collector_world_open(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static void effects_leave_after_the_commit(void **state)
{
	struct collector_world *w = *state;
	unsigned commits = w->commits;

	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	/* The incident and its call are decided in this turn, and nothing has left. */
	assert_int_equal(view_incident_count(core_engine(w->c.core)), 1);
	assert_int_equal(collector_world_count(w, "call.intent"), 1);
	assert_int_equal(w->effects.count, 0);
	assert_true(core_stats(w->c.core).unjournalled > 3);
	collector_world_commit(w);
	assert_int_equal(w->effects.count, 1);
	assert_int_equal(w->commits, commits + 1);
	assert_int_equal(core_stats(w->c.core).unjournalled, 0);
	collector_world_commit(w); /* nothing open: nothing is done */
	assert_int_equal(w->commits, commits + 1);
}

static void a_failed_commit_is_kept_and_tried_again(void **state)
{
	struct collector_world *w = *state;
	struct wall_time now = clock_now(&w->c.clock);
	struct err_info info;

	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	disk_is_full = true;
	for (int s = 0; s < 30; s++)
		assert_int_equal(core_commit(w->c.core, wall_add_us(now, s * US_PER_S), &info),
				 ERR_NO_SPACE);
	assert_true(core_stats(w->c.core).failing);
	assert_int_equal(core_stats(w->c.core).commit_failures, 30);
	assert_int_equal(w->effects.count, 0);
	/* A call does not wait for a disk for ever ... */
	assert_int_equal(core_commit(w->c.core, wall_add_us(now, 30 * US_PER_S), &info),
			 ERR_NO_SPACE);
	assert_int_equal(w->effects.count, 1);
	/* ... and does not leave a second time when the disk is there again. */
	disk_is_full = false;
	collector_world_commit(w);
	assert_false(core_stats(w->c.core).failing);
	assert_int_equal(w->effects.count, 1);
	collector_world_restart(w);
	assert_int_equal(collector_world_count(w, "call.intent"), 1);
}

/* The engine counts a receipt from the intent: it must not give up calls that wait for the disk. */
static void time_is_held_for_calls_that_wait(void **state)
{
	struct collector_world *w = *state;
	struct wall_time now = clock_now(&w->c.clock);
	struct err_info info;

	assert_false(core_holds_time(w->c.core, now));
	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	disk_is_full = true;
	assert_int_equal(core_commit(w->c.core, now, &info), ERR_NO_SPACE);
	assert_true(core_holds_time(w->c.core, wall_add_us(now, 29 * US_PER_S)));
	/* They leave unjournalled; their receipts have a while to come. */
	now = wall_add_us(now, 30 * US_PER_S);
	assert_int_equal(core_commit(w->c.core, now, &info), ERR_NO_SPACE);
	assert_int_equal(w->effects.count, 1);
	assert_true(core_holds_time(w->c.core, wall_add_us(now, 9 * US_PER_S)));
	assert_false(core_holds_time(w->c.core, wall_add_us(now, 10 * US_PER_S)));
	disk_is_full = false;
	assert_int_equal(core_commit(w->c.core, now, &info), ERR_OK);
}

/* The disk is there again in time: calls leave with the commit, and have a while as well. */
static void time_is_held_after_a_late_commit(void **state)
{
	struct collector_world *w = *state;
	struct wall_time now = clock_now(&w->c.clock);
	struct err_info info;

	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	disk_is_full = true;
	assert_int_equal(core_commit(w->c.core, now, &info), ERR_NO_SPACE);
	disk_is_full = false;
	now = wall_add_us(now, 20 * US_PER_S);
	assert_int_equal(core_commit(w->c.core, now, &info), ERR_OK);
	assert_int_equal(w->effects.count, 1);
	assert_true(core_holds_time(w->c.core, wall_add_us(now, 9 * US_PER_S)));
	assert_false(core_holds_time(w->c.core, wall_add_us(now, 10 * US_PER_S)));
}

static void a_restart_folds_to_the_same_engine(void **state)
{
	struct collector_world *w = *state;
	struct input sent = {.kind = INPUT_DELIVERY};
	struct effect_list pending = {0};
	uint64_t digest, call;

	collector_world_fail(w);
	call = w->effects.items[0].id;
	digest = engine_digest(core_engine(w->c.core));
	collector_world_restart(w);
	assert_true(engine_digest(core_engine(w->c.core)) == digest);
	/* The call has no result: it is what a restart finds. */
	core_pending(w->c.core, &pending);
	assert_int_equal(pending.count, 1);
	assert_int_equal(pending.items[0].id, call);
	assert_true(pending.items[0].maybe_duplicate);
	sent.u.delivery.call = call;
	sent.u.delivery.what = DELIVERY_SENT;
	sent.u.delivery.detail = "";
	collector_world_input(w, &sent);
	collector_world_commit(w);
	collector_world_restart(w);
	pending.count = 0;
	core_pending(w->c.core, &pending);
	assert_int_equal(pending.count, 0);
	free(pending.items);
}

static void what_was_not_committed_never_was(void **state)
{
	struct collector_world *w = *state;
	uint64_t digest = engine_digest(core_engine(w->c.core));

	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	assert_true(engine_digest(core_engine(w->c.core)) != digest);
	collector_world_restart(w);
	assert_true(engine_digest(core_engine(w->c.core)) == digest);
	assert_int_equal(collector_world_count(w, "call.intent"), 0);
}

/* The slot as a crash leaves it: the input that was being decided. */
static void an_input_that_killed_us_is_passed_over(void **state)
{
	struct collector_world *w = *state;
	const struct plan *p = view_plan(core_engine(w->c.core));
	struct input in = {.kind = INPUT_SAMPLE, .now = clock_now(&w->c.clock)};
	char slot[256] = "";
	struct err_info info;
	ssize_t n;
	int fd;

	in.u.sample = (struct sample){
		.vantage = p->checks[plan_find_check(p, SLICE_LIT("web:http"))].vantage_first,
		.t = in.now,
		.arrived = in.now,
		.outcome = OUTCOME_CONNECT_REFUSED,
		.health = HEALTH_CRITICAL};
	assert_true(engine_observe(core_engine(w->c.core), &in.u.sample));
	assert_string_equal(core_skipped_input(w->c.core), "");
	assert_int_equal(core_input(w->c.core, &in, NULL, &info), ERR_OK);
	assert_int_equal(collector_world_count(w, "check.suspect"), 1);
	/* Afterwards the slot is empty, but for its first byte it still holds what it held. */
	fd = open(collector_world_path(w, "crash.slot"), O_RDWR | O_CLOEXEC);
	n = pread(fd, slot, sizeof(slot) - 1, 0);
	assert_true(n > 20);
	assert_int_equal(slot[0], 0);
	assert_non_null(strstr(slot + 1, "check=web:http"));
	assert_int_equal(pwrite(fd, "s", 1, 0), 1);
	close(fd);
	collector_world_restart(w);
	assert_non_null(strstr(core_skipped_input(w->c.core), "sample check=web:http agent=dc"));
	assert_true(engine_observe(core_engine(w->c.core), &in.u.sample));
	assert_int_equal(core_input(w->c.core, &in, NULL, &info), ERR_OK);
	assert_int_equal(collector_world_count(w, "check.suspect"), 0);
	assert_int_equal(core_stats(w->c.core).skipped_inputs, 1);
	/* Another one is decided as ever. */
	in.u.sample.t = wall_add_us(in.u.sample.t, 1);
	assert_true(engine_observe(core_engine(w->c.core), &in.u.sample));
	assert_int_equal(core_input(w->c.core, &in, NULL, &info), ERR_OK);
	assert_int_equal(collector_world_count(w, "check.suspect"), 1);
	collector_world_restart(w);
	assert_string_equal(core_skipped_input(w->c.core), "");
}

static void one_process_has_the_folder(void **state)
{
	struct collector_world *w = *state;
	struct core_options o = {.folder = w->dir, .schemas = NULL};
	struct core *second = NULL;
	struct err_info info;

	assert_int_equal(core_open(&o, &second, &info), ERR_BUSY);
	assert_null(second);
}

static void a_refused_act_is_journalled_too(void **state)
{
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_ACT, .now = clock_now(&w->c.clock)};
	struct err_info info = {0};
	struct view_incident i;
	uint64_t seq;

	collector_world_fail(w);
	view_incident(core_engine(w->c.core), 0, &i);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_RESUME;
	in.u.act.person = 0;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	assert_int_equal(core_input(w->c.core, &in, &seq, &info), ERR_WRONG_STATE);
	assert_true(strlen(info.text) > 0);
	assert_int_equal(collector_world_count(w, "act.refused"), 1);
	in.u.act.act = ACT_ENTERADO;
	assert_int_equal(core_input(w->c.core, &in, &seq, &info), ERR_OK);
	/* The number is that of the act itself, not of what followed from it. */
	assert_int_equal(collector_world_count(w, "ack.given"), 1);
	assert_int_equal(collector_world_count(w, "step.done"), 1);
	assert_int_equal(seq, journal_tip(core_journal(w->c.core)).seq - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(effects_leave_after_the_commit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failed_commit_is_kept_and_tried_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(time_is_held_for_calls_that_wait, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(time_is_held_after_a_late_commit, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_restart_folds_to_the_same_engine, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_not_committed_never_was, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_input_that_killed_us_is_passed_over, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(one_process_has_the_folder, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refused_act_is_journalled_too, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
