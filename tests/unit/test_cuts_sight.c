/* cuts_sight - what a place shows: the oldest of what its agents get, nothing when it fails for certain, blind when nothing
 * tells, unknown before anything was seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "engine/cuts_sight.h"
#include "tests/support/engine_world.h"

static const char yaml[] =
	"agents: [{id: dc}, {id: far}]\n"
	"components:\n"
	"  - {id: datos, checks: [" WORLD_CHECK(
		"p",
		"from: [dc, far], confirm: 2, quorum: 2") "]}\n"
							  "services: [{id: x, rto: 1h, needs: "
							  "datos}]\n"
							  "cuts: [{id: c, first: "
							  "\"2026-05-28T14:26:50\", last: "
							  "\"2026-05-28T14:36:50\", every: 1m, "
							  "grace: 20s, by: number, "
							  "at_least_per_hour: 0, of: [{name: "
							  "datos, check: \"datos:p\", value: "
							  "connect}]}]\n";

static int set_up(void **state)
{
	*state = world_open(yaml);
	return 0;
}

static struct cuts_look look(const struct engine_world *w)
{
	return cuts_look_at(w->engine, &view_plan(w->engine)->cuts[0], &w->engine->cuts[0], 0);
}

static void the_oldest_that_an_agent_gets(void **state)
{
	struct engine_world *w = *state;

	assert_int_equal(look(w).kind, LOOK_UNKNOWN);
	world_until(w, 71000); /* two are due */
	w->value[world_vantage(w, "datos:p", "dc")] = 2 * MICRO;
	w->value[world_vantage(w, "datos:p", "far")] = MICRO;
	world_until(w, 72000);
	assert_int_equal(look(w).kind, LOOK_SHOWS);
	assert_int_equal(look(w).shown, 1);
	assert_int_equal(world_ms(look(w).at), 72000);
	/* Who gets nothing says nothing of what others get. */
	world_set(w, "datos:p", "far", HEALTH_CRITICAL);
	world_until(w, 73000);
	assert_int_equal(look(w).shown, 2);
	world_cut(w, "dc", true); /* what was seen last is not seen any more */
	world_until(w, 79000);
	assert_int_equal(look(w).kind, LOOK_BLIND);
}

static void a_suspicion_shows_what_was_shown_before(void **state)
{
	struct engine_world *w = *state;

	w->value[world_vantage(w, "datos:p", "dc")] = MICRO;
	w->value[world_vantage(w, "datos:p", "far")] = MICRO;
	world_until(w, 20000);
	world_set(w, "datos:p", NULL, HEALTH_CRITICAL);
	world_until(w, 21000);
	assert_int_equal(look(w).kind, LOOK_SHOWS);
	assert_int_equal(look(w).shown, 1);
	assert_false(wall_is_known(look(w).at));
	world_until(w, 22000); /* confirmed */
	assert_int_equal(look(w).kind, LOOK_SHOWS);
	assert_int_equal(look(w).shown, 0);
}

static void good_without_a_value_tells_nothing(void **state)
{
	struct engine_world *w = *state;

	world_until(w, 20000);
	assert_int_equal(look(w).kind, LOOK_BLIND);
	world_restart(w);
	assert_int_equal(look(w).kind, LOOK_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_oldest_that_an_agent_gets, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_suspicion_shows_what_was_shown_before, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(good_without_a_value_tells_nothing, set_up,
						world_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
