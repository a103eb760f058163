/* cuts_fold - what a reload carries over by id and by name, and what it begins anew. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/micro.h"
#include "engine/cuts_series.h"
#include "tests/support/engine_world.h"

#define SOURCE(id) "{name: " id ", check: \"" id ":p\", value: connect}"
#define PLAN(others, first, of)                                                                    \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n" WORLD_COMPONENT("a", "") WORLD_COMPONENT("b", "")                          \
		WORLD_COMPONENT("c", "") "services: [{id: x, rto: 1h, needs: c}]\n"                \
					 "cuts:\n" others                                          \
					 "  - {id: prep, service: x, first: \"2026-05-28T" first   \
					 "\", last: \"2026-05-28T14:38\", every: 1m, grace: 20s, " \
					 "at_least_per_hour: 30, by: number, "                     \
					 "of: [" of "]}\n"
#define OTHER                                                                                      \
	"  - {id: antes, first: \"2026-05-28T12:00\", last: \"2026-05-28T12:10\", every: 1m, "     \
	"grace: "                                                                                  \
	"20s, by: number, of: [" SOURCE("c") "]}\n"

static const struct cuts_now *now_of(const struct engine_world *w, uint32_t i)
{
	return &w->engine->cuts[i];
}

/* b is late since 100 s. */
static int set_up(void **state)
{
	struct engine_world *w = world_open(PLAN("", "14:28", SOURCE("a") ", " SOURCE("b")));

	w->value[world_vantage(w, "a:p", NULL)] = MICRO;
	w->value[world_vantage(w, "b:p", NULL)] = 0;
	world_until(w, 105000);
	assert_int_equal(now_of(w, 0)->state, CUT_INCONSISTENT);
	assert_int_equal(now_of(w, 0)->late, 2);
	*state = w;
	return 0;
}

static void sources_are_known_by_name(void **state)
{
	struct engine_world *w = *state;

	world_apply_plan(w, PLAN(OTHER, "14:28", SOURCE("b") ", " SOURCE("a")));
	assert_int_equal(now_of(w, 0)->state, CUT_OVER); /* its time was before the plan's */
	assert_int_equal(now_of(w, 1)->state, CUT_INCONSISTENT);
	assert_int_equal(now_of(w, 1)->late, 1); /* b is the first now */
	assert_int_equal(now_of(w, 1)->sources[1].shown, 1);
	assert_int_equal(now_of(w, 1)->effect, SERVICE_DOWN);
	assert_int_equal(world_ms(now_of(w, 1)->began), 80000);
}

static void a_new_source_has_the_grace(void **state)
{
	struct engine_world *w = *state;

	world_apply_plan(w, PLAN("", "14:28", SOURCE("a") ", " SOURCE("b") ", " SOURCE("c")));
	w->value[world_vantage(w, "a:p", NULL)] = w->value[world_vantage(w, "b:p", NULL)] = MICRO;
	w->value[world_vantage(w, "c:p", NULL)] = 0;
	world_until(w, 124000);
	assert_int_equal(now_of(w, 0)->late, 0);
	world_until(w, 126000);
	assert_int_equal(now_of(w, 0)->late, 4);
}

static void other_moments_are_another_series(void **state)
{
	struct engine_world *w = *state;

	world_apply_plan(w, PLAN("", "14:27", SOURCE("a") ", " SOURCE("b")));
	assert_int_equal(now_of(w, 0)->state, CUT_WAITING);
	assert_int_equal(now_of(w, 0)->number, 2);
	assert_int_equal(now_of(w, 0)->effect, SERVICE_OK);
	world_until(w, 139000);
	assert_int_equal(world_count(w, "cut.due"), 1); /* that of the first series */
	world_until(w, 141000);
	assert_int_equal(now_of(w, 0)->number, 3);
}

/* Sets move along with the newest cut; what is older than they reach is forgotten, not mistaken. */
static void sets_move_with_the_series(void **state)
{
	struct engine_world *w = *state;
	const struct cuts_now *now = now_of(w, 0);

	assert_true(cuts_has(now, now->sources[0].seen, 1));
	world_until(w, 205000);
	assert_int_equal(now->number, 3);
	assert_true(cuts_has(now, now->sources[0].seen, 1));
	assert_false(cuts_has(now, now->sources[0].seen, 2));
	assert_true(cuts_has(now, now->missing, 1));
	assert_true(cuts_has(now, now->missing, 2));
	assert_int_equal(now->missing_run, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sources_are_known_by_name, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(a_new_source_has_the_grace, set_up, world_teardown),
		cmocka_unit_test_setup_teardown(other_moments_are_another_series, set_up,
						world_teardown),
		cmocka_unit_test_setup_teardown(sets_move_with_the_series, set_up, world_teardown)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
