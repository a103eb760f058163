/* calendar - which jornada runs, what incidents inherit, how a drill becomes real and that nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/test_plan.h"

static void a_moment_has_one_jornada(void **state)
{
	struct engine_world *w = *state;
	const struct plan *p = view_plan(w->engine);
	uint32_t drill = plan_find_jornada(p, SLICE_LIT("simulacro-2"));
	uint32_t real = plan_find_jornada(p, SLICE_LIT("eleccion"));

	assert_int_equal(plan_jornada_at(p, world_time(599999).us), PLAN_NONE);
	assert_int_equal(plan_jornada_at(p, world_time(600000).us), drill);
	assert_int_equal(plan_jornada_at(p, world_time(1599999).us), drill);
	assert_int_equal(plan_jornada_at(p, world_time(1600000).us), PLAN_NONE);
	assert_int_equal(plan_jornada_at(p, p->jornadas[real].from_us), real);
	assert_int_equal(plan_freeze_over(p, world_time(0).us, world_time(600000).us), PLAN_NONE);
	assert_int_equal(plan_freeze_over(p, world_time(0).us, world_time(600001).us), drill);
	assert_int_equal(plan_freeze_over(p, p->jornadas[real].freeze_until_us - 1, INT64_MAX),
			 real);
	assert_int_equal(plan_freeze_over(p, p->jornadas[real].freeze_until_us, INT64_MAX),
			 PLAN_NONE);
}

static void the_stamp_is_that_of_the_jornada(void **state)
{
	struct engine_world *w = *state;
	struct view_calendar c;

	view_calendar(w->engine, w->now, &c);
	assert_true(c.real && c.running == PLAN_NONE && c.next != PLAN_NONE);
	assert_string_equal(c.stamp, "REAL");
	world_until(w, 700000);
	view_calendar(w->engine, w->now, &c);
	assert_false(c.real);
	assert_string_equal(c.stamp, "SIMULACRO 2");
	/* What failed before the drill began is none of its doing, however late it is confirmed. */
	assert_true(calendar_is_drill(w->engine, world_time(600000), &c.running));
	assert_false(calendar_is_drill(w->engine, world_time(599999), &c.running));
	assert_int_equal(c.running, PLAN_NONE);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 702000);
	assert_true(world_incident(w, 0).drill);
	assert_string_equal(world_incident(w, 0).stamp, "SIMULACRO 2");
	world_expect(w, "incident.opened drill=true jornada=simulacro-2");
	assert_int_equal(calendar_world_act(w, "tres", ACT_NO_DRILL, "", ""), ERR_OK);
	assert_false(world_incident(w, 0).drill);
	assert_string_equal(world_incident(w, 0).stamp, "REAL");
	view_calendar(w->engine, w->now, &c);
	assert_true(c.real); /* a real incident has precedence */
	assert_string_equal(c.stamp, "REAL");
}

static void what_is_real_is_never_made_a_drill(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 2000);
	assert_int_equal(calendar_world_act(w, "ana", ACT_NO_DRILL, "", ""), ERR_WRONG_STATE);
	assert_string_equal(w->refusal.text, "it is real already");
	world_until(w, 700000);
	assert_false(world_incident(w, 0).drill);
}

/* The time at which the marks were due does not move, and its acknowledgements are gone. */
static void a_promotion_moves_no_clock(void **state)
{
	struct engine_world *w = *state;
	struct view_clock before, after;

	world_until(w, 700000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 705000);
	assert_int_equal(world_act(w, "ana", ACT_ENTERADO, "", NULL), ERR_OK);
	before = world_service(w, "portal").clock;
	world_mark(w);
	assert_int_equal(calendar_world_act(w, "ana", ACT_NO_DRILL, "", ""), ERR_OK);
	after = world_service(w, "portal").clock;
	assert_int_equal(before.began.us, after.began.us);
	assert_int_equal(before.breach_at.us, after.breach_at.us);
	world_expect(w, "call.intent kind=no-drill person=ana drill=false");
	world_never(w, "call.intent person=elsa"); /* who was told nothing is told nothing */
	world_until(w, 800000);
	world_never(w, "call.intent drill=true");
	world_never(w, "call.intent kind=update person=ana"); /* her answer was to a drill */
	world_expect(w, "call.intent kind=down person=ana drill=false");
}

/* A jornada that began and ended while nothing ran goes on record, in its order and at its hours. */
static void a_jornada_that_nobody_saw_is_on_record(void **state)
{
	struct engine_world *w = *state;

	world_tick(w, 2000000);
	world_expect(w, "jornada.began jornada=simulacro-2");
	assert_int_equal(world_ms(w->events[w->mark - 1].ev.at), 600000);
	world_expect(w, "jornada.ended jornada=simulacro-2 why=over");
	assert_int_equal(world_ms(w->events[w->mark - 1].ev.at), 1600000);
	world_tick(w, 2001000);
	world_never(w, "jornada.began");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_moment_has_one_jornada, calendar_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(the_stamp_is_that_of_the_jornada,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(what_is_real_is_never_made_a_drill,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_promotion_moves_no_clock, calendar_world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_jornada_that_nobody_saw_is_on_record,
						calendar_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
