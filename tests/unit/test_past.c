/* past - late samples of one vantage: they move the beginning of what fails, they show outages that were over, and copies of
 * what is known show nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

static const struct vantage_state *web(struct engine_world *w)
{
	return &w->engine->vantages[world_vantage(w, "web:p", NULL)];
}

/* The agent dc is cut off from 5 s to `ms`; then all is well. */
static void come_back_after(struct engine_world *w, int64_t ms)
{
	world_until(w, 5000);
	world_cut(w, "dc", true);
	world_until(w, ms);
	world_cut(w, "dc", false);
	world_until(w, ms + 1000);
	world_mark(w);
}

static void tell(struct engine_world *w, int64_t from_ms, int64_t to_ms, enum health health)
{
	for (int64_t ms = from_ms; ms <= to_ms; ms += 1000)
		world_backlog(w, "web:p", NULL, ms, health);
}

static void an_outage_list_keeps_the_newest_and_says_what_it_forgot(void **state)
{
	struct outage_list l = {0};

	(void)state;
	for (int i = 0; i <= OUTAGES_KNOWN_MAX; i++)
		outages_add(&l, (struct outage){.began = {100 * i + 10}, .until = {100 * i + 60}});
	assert_int_equal(l.count, OUTAGES_KNOWN_MAX);
	assert_int_equal(l.floor.us, 60);
	assert_true(outages_cover(&l, (struct wall_time){50})); /* forgotten, not judged again */
	assert_false(outages_cover(&l, (struct wall_time){109}));
	assert_true(outages_cover(&l, (struct wall_time){110}));
	assert_false(outages_cover(&l, (struct wall_time){160})); /* the first good sample */
	outages_record(&l, (struct outage){.began = {140}, .until = {230}});
	assert_int_equal(l.count, OUTAGES_KNOWN_MAX - 1); /* three that touch are one */
	assert_true(outages_cover(&l, (struct wall_time){199}));
	l = (struct outage_list){0};
	outages_record(&l, (struct outage){.began = {10}, .until = {20}});
	outages_record(&l, (struct outage){.began = {20}, .until = {30}});
	assert_int_equal(l.count, 2); /* two that only touch may be on record apart */
	outages_record(&l, (struct outage){.began = {19}, .until = {21}});
	assert_int_equal(l.count, 1);
}

static void each_step_of_a_past_outage_is_journalled_once(void **state)
{
	struct engine_world *w = *state;

	come_back_after(w, 60000);
	tell(w, 10000, 19000, HEALTH_OK);
	tell(w, 20000, 29000, HEALTH_CRITICAL);
	assert_int_equal(web(w)->past.state, PAST_CRITICAL);
	tell(w, 30000, 59000, HEALTH_OK);
	assert_int_equal(world_count(w, "check.past state=suspect began=@20 not_before=@19"), 1);
	assert_int_equal(world_count(w, "check.past state=critical began=@20"), 1);
	assert_int_equal(world_count(w, "check.past state=over began=@20 until=@30"), 1);
	assert_int_equal(world_count(w, "check.past state=placed began=@20"), 1);
	assert_int_equal(web(w)->past.state, PAST_CLEARED);
	assert_int_equal(w->engine->unplaced, 0);
	tell(w, 20000, 29000, HEALTH_CRITICAL); /* again, as after a new start */
	assert_int_equal(world_count(w, "check.past"), 4);
}

static void fewer_than_confirm_are_only_a_suspicion(void **state)
{
	struct engine_world *w = *state;

	come_back_after(w, 60000);
	tell(w, 20000, 21000, HEALTH_CRITICAL);
	tell(w, 22000, 59000, HEALTH_OK);
	assert_int_equal(world_count(w, "check.past state=cleared"), 1);
	assert_int_equal(world_count(w, "check.past state=critical"), 0);
}

static void a_warning_serves_in_the_past_too(void **state)
{
	struct engine_world *w = *state;

	come_back_after(w, 60000);
	tell(w, 10000, 59000, HEALTH_WARNING);
	assert_int_equal(world_count(w, "check.past"), 0);
}

static void a_clock_that_is_off_puts_nothing_on_record(void **state)
{
	struct engine_world *w = *state;
	struct sample s = {.vantage = world_vantage(w, "web:p", NULL),
			   .health = HEALTH_CRITICAL,
			   .outcome = OUTCOME_CONNECT_REFUSED,
			   .backlog = true,
			   .clock_bad = true};

	come_back_after(w, 60000);
	for (int64_t ms = 20000; ms < 40000; ms += 1000) {
		s.t = world_time(ms);
		s.arrived = w->now;
		assert_false(engine_observe(w->engine, &s));
	}
}

static void a_hole_ends_what_was_measured(void **state)
{
	struct engine_world *w = *state;

	come_back_after(w, 60000);
	tell(w, 20000, 29000, HEALTH_CRITICAL);
	tell(w, 50000, 59000, HEALTH_CRITICAL); /* the agent was off meanwhile */
	world_expect(w, "check.past state=over began=@20 until=@29 estimated=true");
	world_expect(w, "check.past state=suspect began=@50");
	/* The second run reaches to the fresh samples, which serve: they end it. */
	world_until(w, 64000);
	world_expect(w, "check.past state=over began=@50 until=@61 estimated=false");
}

static void what_fails_on_begins_with_the_run_that_reaches_it(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	world_cut(w, "dc", true);
	world_until(w, 60000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_cut(w, "dc", false);
	world_until(w, 61000); /* one fresh bad sample: only a suspicion */
	tell(w, 30000, 39000, HEALTH_OK);
	tell(w, 40000, 60000, HEALTH_CRITICAL);
	world_mark(w);
	world_until(w, 63000);
	world_expect(w, "check.bad check=web:p began=@40 not_before=@39");
	world_expect(w, "clock.started service=portal began=@40");
	assert_int_equal(web(w)->past.state, PAST_CLEARED);
	world_until(w, 70000);
	world_never(w, "service.past");
}

static void what_a_restart_interrupted_begins_where_it_began(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	world_cut(w, "dc", true);
	world_until(w, 60000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_cut(w, "dc", false);
	world_until(w, 64000);
	tell(w, 30000, 39000, HEALTH_OK);
	tell(w, 40000, 50000, HEALTH_CRITICAL);
	world_restart(w);
	world_mark(w);
	tell(w, 48000, 60000, HEALTH_CRITICAL); /* from the cursor on */
	world_expect(w, "clock.corrected service=portal from=@61 to=@40");
}

/* A new start of the collector gets the newest samples again, live: they do not hide what comes after them in order. */
static void a_live_copy_does_not_hide_the_backlog(void **state)
{
	struct engine_world *w = *state;
	struct sample s = {.vantage = world_vantage(w, "web:p", NULL), .live = true};

	come_back_after(w, 60000);
	world_restart(w);
	world_mark(w);
	s.t = web(w)->judged;
	s.arrived = w->now;
	assert_false(engine_observe(w->engine, &s));
	tell(w, 20000, 39000, HEALTH_CRITICAL);
	tell(w, 40000, 59000, HEALTH_OK);
	world_expect(w, "check.past state=over began=@20 until=@40");
}

/* A start knows of a suspicion what the journal says. */
static void a_suspicion_of_before_a_start_is_gone_on_from(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 20000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 21000);
	world_expect(w, "check.suspect check=web:p began=@21");
	world_cut(w, "dc", true);
	world_restart(w);
	world_until(w, 60000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_cut(w, "dc", false);
	world_until(w, 61000);
	tell(w, 22000, 29000, HEALTH_CRITICAL);
	tell(w, 30000, 55000, HEALTH_OK);
	world_expect(w, "check.past state=over began=@21 not_before=@20 until=@30");
}

static void a_good_sample_between_parts_what_was_seen_from_what_is_told(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 20000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 22000); /* two: a suspicion */
	world_cut(w, "dc", true);
	world_until(w, 60000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_cut(w, "dc", false);
	world_until(w, 61000);
	tell(w, 23000, 23000, HEALTH_OK);
	tell(w, 24000, 29000, HEALTH_CRITICAL);
	tell(w, 30000, 55000, HEALTH_OK);
	world_expect(w, "check.past state=over began=@24 not_before=@23 until=@30");
}

/* Cut off again before all was told: what was heard in between belongs to it. */
static void what_is_heard_between_two_backlogs_is_part_of_the_run(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 5000);
	world_cut(w, "dc", true);
	world_until(w, 40000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_cut(w, "dc", false);
	world_until(w, 42000); /* 41 and 42 are heard: too few */
	tell(w, 30000, 40000, HEALTH_CRITICAL);
	world_cut(w, "dc", true);
	world_until(w, 80000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_cut(w, "dc", false);
	world_until(w, 81000);
	tell(w, 43000, 49000, HEALTH_CRITICAL);
	tell(w, 50000, 75000, HEALTH_OK);
	world_expect(w, "check.past state=over began=@30 until=@50 estimated=false");
	world_never(w, "check.past state=over");
}

/* A start has forgotten how far a run was told. That it serves is on record, and bounds it. */
static void what_serves_after_a_start_bounds_an_open_run(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 20000);
	world_cut(w, "dc", true);
	world_until(w, 23000); /* not long enough to be blind */
	tell(w, 21000, 23000, HEALTH_CRITICAL);
	world_restart(w);
	world_cut(w, "dc", false);
	world_until(w, 27000);
	world_expect(w, "check.past state=critical began=@21 until=@24");
	world_cut(w, "dc", true);
	world_until(w, 60000);
	world_cut(w, "dc", false);
	world_until(w, 61000);
	tell(w, 40000, 49000, HEALTH_CRITICAL);
	world_expect(w, "check.past state=over began=@21 until=@23 estimated=true");
	world_expect(w, "check.past state=suspect began=@40");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_outage_list_keeps_the_newest_and_says_what_it_forgot),
		TEST(each_step_of_a_past_outage_is_journalled_once),
		TEST(fewer_than_confirm_are_only_a_suspicion),
		TEST(a_warning_serves_in_the_past_too),
		TEST(a_clock_that_is_off_puts_nothing_on_record),
		TEST(a_hole_ends_what_was_measured),
		TEST(what_fails_on_begins_with_the_run_that_reaches_it),
		TEST(a_live_copy_does_not_hide_the_backlog),
		TEST(what_a_restart_interrupted_begins_where_it_began),
		TEST(a_suspicion_of_before_a_start_is_gone_on_from),
		TEST(a_good_sample_between_parts_what_was_seen_from_what_is_told),
		TEST(what_is_heard_between_two_backlogs_is_part_of_the_run),
		TEST(what_serves_after_a_start_bounds_an_open_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
