/* drill - while a drill is played every incident and call is marked; its end closes all, tells whoever was told, and nothing begins
 * any more, also after a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

static void drill(struct engine_world *w, enum drill_input what, const char *word, const char *text)
{
	struct input in = {.kind = INPUT_DRILL, .now = w->now};

	in.u.drill.what = what;
	in.u.drill.check = what == DRILL_FAULT ? 0 : PLAN_NONE;
	in.u.drill.agent = PLAN_NONE;
	in.u.drill.word = word;
	in.u.drill.text = text;
	assert_int_equal(world_input(w, &in), ERR_OK);
}

static void fail_web(struct engine_world *w)
{
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
}

static void what_is_played_is_marked(void **state)
{
	struct engine_world *w = *state;

	drill(w, DRILL_BEGINS, "", "prueba");
	world_expect(w, "drill.started promise=prueba");
	drill(w, DRILL_FAULT, "critical", "");
	world_expect(w, "drill.fault what=critical");
	fail_web(w);
	world_expect(w, "incident.opened drill=true");
	world_expect(w, "call.intent person=ana drill=true");
}

static void without_a_drill_nothing_is_marked(void **state)
{
	struct engine_world *w = *state;

	fail_web(w);
	world_expect(w, "incident.opened drill=false");
	drill(w, DRILL_ENDS, "done", "");
	assert_int_equal(world_count(w, "drill.ended"), 0);
}

static void its_end_is_told_and_nothing_begins_after_it(void **state)
{
	struct engine_world *w = *state;

	drill(w, DRILL_BEGINS, "", "");
	fail_web(w);
	world_expect(w, "call.intent person=ana kind=down");
	drill(w, DRILL_ENDS, "pre-empted", "hay un incidente real");
	world_expect(w, "drill.ended what=pre-empted");
	world_expect(w, "incident.state to=closed");
	world_expect(w, "call.intent person=ana kind=drill-over drill=true");
	world_mark(w);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 60000);
	world_never(w, "incident.opened");
	world_never(w, "incident.state to=confirmed");
	world_never(w, "call.intent kind=down");
	world_restart(w);
	world_until(w, 90000);
	world_never(w, "incident.opened");
	assert_int_equal(calltree_owed_up(w->engine->incidents[0]), 0);
}

/* It is told until it arrives. */
static void a_channel_that_fails_is_tried_again(void **state)
{
	struct engine_world *w = *state;

	drill(w, DRILL_BEGINS, "", "");
	fail_web(w);
	w->delivery = WORLD_FAILS;
	drill(w, DRILL_ENDS, "stopped", "");
	world_expect(w, "call.intent person=ana kind=drill-over");
	assert_true(calltree_owed_up(w->engine->incidents[0]) > 0);
	w->delivery = WORLD_OK;
	world_until(w, 80000);
	assert_int_equal(calltree_owed_up(w->engine->incidents[0]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_played_is_marked, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(without_a_drill_nothing_is_marked, world_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(its_end_is_told_and_nothing_begins_after_it,
						world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_channel_that_fails_is_tried_again, world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
