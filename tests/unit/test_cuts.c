/* cuts - which cut a value names, how a series moves, what is told when, and that nothing waits for a moment that is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "engine/cuts_series.h"
#include "tests/support/engine_world.h"

/* Due at 80 s, 140 s, 200 s: 14:28 and on. Two kinds, one mirror that the service can do without. */
#define PLAN(by)                                                                                   \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n" WORLD_COMPONENT("datos", "") WORLD_COMPONENT("base", "")                   \
		WORLD_COMPONENT("espejo", "") WORLD_COMPONENT(                                     \
			"web", "") "services: [{id: difusion, rto: 100s, needs: web}]\n"           \
				   "cuts:\n"                                                       \
				   "  - {id: prep, service: difusion, first: "                     \
				   "\"2026-05-28T14:28\", last: "                                  \
				   "\"2026-05-28T14:30\", every: 1m, grace: 20s, "                 \
				   "at_least_per_hour: 2, " by ",\n"                               \
				   "     of: [{name: datos, check: \"datos:p\", value: connect}, " \
				   "{name: base, check: "                                          \
				   "\"base:p\", value: connect}],\n"                               \
				   "     mirrors: [{name: espejo, check: \"espejo:p\", value: "    \
				   "connect}], mirrors_at_least: 0}\n"

static int set_up(void **state)
{
	*state = world_open(PLAN("by: number, first_number: 10"));
	return 0;
}

static void show(struct engine_world *w, const char *check, int64_t value)
{
	w->value[world_vantage(w, check, NULL)] = value;
}

static void show_all(struct engine_world *w, int64_t value)
{
	show(w, "datos:p", value);
	show(w, "base:p", value);
	show(w, "espejo:p", value);
}

static struct view_cuts series(const struct engine_world *w)
{
	struct view_cuts v;

	view_cuts(w->engine, 0, w->now, &v);
	return v;
}

static enum cut_state source(const struct engine_world *w, uint32_t i)
{
	struct view_cut_source v;

	view_cut_source(w->engine, 0, i, &v);
	return v.state;
}

static void from_the_first_to_the_last(void **state)
{
	struct engine_world *w = *state;

	assert_int_equal(series(w).state, CUT_WAITING);
	assert_int_equal(world_ms(series(w).next_due), 80000);
	for (int k = 0; k < 3; k++) {
		world_until(w, 85000 + k * 60000);
		assert_int_equal(series(w).state, CUT_DUE);
		assert_int_equal(series(w).number, k + 1);
		show_all(w, (10 + k) * MICRO);
		world_until(w, 90000 + k * 60000);
		assert_int_equal(series(w).state, CUT_COMPLETE);
		assert_true(series(w).published);
	}
	assert_true(series(w).next_due.us == WALL_NEVER.us);
	world_until(w, 261000);
	assert_int_equal(series(w).state, CUT_OVER);
	assert_int_equal(series(w).published_count, 3);
	assert_int_equal(world_count(w, "cut.late"), 0);
	assert_int_equal(world_count(w, "cut.missing"), 0);
	world_expect(w, "cut.over published=3 missing=0 unseen=0");
}

/* Only what differs from the sample before is wanted. */
static void the_same_value_is_not_looked_at_again(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 81000);
	show(w, "datos:p", 10 * MICRO);
	assert_true(world_sample(w, "datos:p", NULL, 81500, HEALTH_OK));
	assert_false(world_sample(w, "datos:p", NULL, 81600, HEALTH_OK));
	show(w, "datos:p", 11 * MICRO);
	assert_true(world_sample(w, "datos:p", NULL, 81700, HEALTH_OK));
	assert_false(world_sample(w, "web:p", NULL, 81800, HEALTH_OK));
}

static void what_no_cut_is(void **state)
{
	static const int64_t none[] = {9 * MICRO, 12 * MICRO,    13 * MICRO,    10 * MICRO + 1,
				       -MICRO,    INT64_MAX / 2, INT64_MIN + 1, 0};
	struct engine_world *w = *state;

	world_until(w, 81000);
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		show_all(w, none[i]);
		world_until(w, 82000 + (int64_t)i * 1000);
		assert_int_equal(world_count(w, "cut.shown"), 0);
	}
	show_all(w, 11 * MICRO); /* a little early: the next one */
	world_until(w, 95000);
	world_expect(w, "cut.shown source=datos number=2");
	assert_int_equal(series(w).state, CUT_COMPLETE); /* what is newer is good enough */
}

static void a_stamp_belongs_to_the_cut_before_it(void **state)
{
	struct engine_world *w = world_open(PLAN("by: time"));
	int64_t due = world_time(80000).us;

	(void)state;
	show_all(w, due - 21 * US_PER_S); /* before the first, by more than the grace */
	world_until(w, 82000);
	assert_int_equal(world_count(w, "cut.shown"), 0);
	show_all(w, due - 19 * US_PER_S);
	world_until(w, 84000);
	assert_int_equal(world_count(w, "cut.shown number=1"), 3);
	show_all(w, due + 39 * US_PER_S); /* still the first */
	world_until(w, 142000);
	assert_int_equal(world_count(w, "cut.shown number=2"), 0);
	show_all(w, due + 41 * US_PER_S);
	world_until(w, 144000);
	assert_int_equal(world_count(w, "cut.shown number=2"), 3);
	world_close(w);
}

/* Whoever waits for the next deadline is woken for each thing that is told, and never for a moment that is over. */
static void deadlines(void **state)
{
	struct engine_world *w = *state;

	show_all(w, 10 * MICRO);
	world_until(w, 141000);
	for (int64_t ms = 141000; ms < 400000; ms += 1000) {
		if (ms == 190000)
			show(w, "datos:p", 11 * MICRO);
		if (ms == 300000)
			show_all(w, 12 * MICRO);
		world_until(w, ms);
		assert_true(engine_next_deadline(w->engine).us > w->now.us);
	}
	world_expect(w, "cut.late number=2 late=[\"datos\",\"base\",\"espejo\"]") /* all at once */;
	world_expect(w, "cut.inconsistent number=2 late=[\"base\",\"espejo\"]");
	world_expect(w, "cut.missing number=2");
	world_expect(w, "cut.due number=3");
	world_expect(w, "cut.missing number=3");
	world_expect(w, "cut.published number=3");
	world_expect(w, "cut.over published=2 missing=1");
}

static void a_mirror_alone_degrades(void **state)
{
	struct engine_world *w = *state;

	show(w, "datos:p", 10 * MICRO);
	show(w, "base:p", 10 * MICRO);
	show(w, "espejo:p", 9 * MICRO);
	world_until(w, 105000);
	assert_int_equal(series(w).state, CUT_INCONSISTENT);
	assert_int_equal(series(w).effect, SERVICE_DEGRADED);
	assert_int_equal(source(w, 0), CUT_COMPLETE);
	assert_int_equal(source(w, 2), CUT_LATE);
	assert_int_equal(world_service(w, "difusion").state, SERVICE_DEGRADED);
}

static void hours(void **state)
{
	const struct plan_cuts c = {.first_us = 3600 * US_PER_S * 10 + 1800 * US_PER_S,
				    .every_us = 1200 * US_PER_S,
				    .count = 6,
				    .at_least_per_hour = 3};

	(void)state; /* 10:30 10:50 | 11:10 11:30 11:50 | 12:10 */
	assert_int_equal(cuts_needed(&c, 9), 0);
	assert_int_equal(cuts_needed(&c, 10), 2);
	assert_int_equal(cuts_needed(&c, 11), 3);
	assert_int_equal(cuts_needed(&c, 12), 1);
	assert_int_equal(cuts_needed(&c, 13), 0);
	assert_int_equal(cuts_due_at(&c, 6).us, 3600 * US_PER_S * 12 + 600 * US_PER_S);
}

/* A restart between a cut and its grace: the journal knows what was shown, the next samples say the rest. */
static void a_restart_within_the_grace(void **state)
{
	struct engine_world *w = *state;

	show_all(w, 10 * MICRO);
	world_until(w, 150000);
	world_restart(w);
	assert_int_equal(series(w).state, CUT_DUE);
	assert_true(series(w).published_count == 1);
	show_all(w, 11 * MICRO);
	world_until(w, 165000);
	assert_int_equal(series(w).state, CUT_COMPLETE);
	assert_int_equal(world_count(w, "cut.late"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(from_the_first_to_the_last, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(the_same_value_is_not_looked_at_again, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(what_no_cut_is, set_up, world_teardown),
		cmocka_unit_test(a_stamp_belongs_to_the_cut_before_it),
		cmocka_unit_test_setup_teardown(deadlines, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(a_mirror_alone_degrades, set_up, world_teardown),
		cmocka_unit_test(hours),
		cmocka_unit_test_setup_teardown(a_restart_within_the_grace, set_up,
						world_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
