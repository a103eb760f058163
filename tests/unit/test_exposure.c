/* exposure - one failure away: what is named, since when, and when it is over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static char *plan_text(struct arena *arena)
{
	return test_plan_read_file("tests/scenario/plans/services.yaml", arena);
}

static int setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(plan_text(arena));
	arena_free(arena);
	return 0;
}

static int teardown(void **state)
{
	world_close(*state);
	return 0;
}

static const char *next_id(const struct engine_world *w, const struct view_service *v, uint32_t i)
{
	return view_plan(w->engine)->components[v->exposure.next[i]].id;
}

static void what_is_left_is_named_with_its_clock(void **state)
{
	struct engine_world *w = *state;
	struct view_service v;

	world_until(w, 5000);
	assert_false(world_service(w, "salida").exposure.exposed);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	v = world_service(w, "salida");
	assert_true(v.exposure.exposed);
	assert_false(v.exposure.unseen);
	assert_int_equal(world_ms(v.exposure.since), 6000);
	assert_int_equal(v.exposure.count, 1);
	assert_string_equal(next_id(w, &v, 0), "fw-b");
	world_set(w, "fw-a:p", NULL, HEALTH_OK);
	world_until(w, 20000);
	assert_false(world_service(w, "salida").exposure.exposed);
	world_expect(w, "service.covered service=salida exposed=6");
}

static void what_ends_it_by_design_is_known_from_the_plan(void **state)
{
	struct engine_world *w = *state;
	struct view_service v = world_service(w, "salida");
	const struct plan *p = view_plan(w->engine);

	assert_int_equal(v.single_count, 1);
	assert_string_equal(p->components[v.single[0]].id, "switch");
	v = world_service(w, "portal");
	assert_int_equal(v.single_count, 1);
	assert_string_equal(p->components[v.single[0]].id, "web");
	assert_int_equal(world_service(w, "captura").single_count, 0);
	v = world_service(w, "nube");
	assert_int_equal(v.single_count, 1); /* app itself, not one of its links */
	assert_string_equal(p->components[v.single[0]].id, "app");
}

/* The moment is that of the failure with which the redundancy went, not of the first failure. */
static void the_clock_begins_when_the_redundancy_went(void **state)
{
	struct engine_world *w = *state;

	world_close(w);
	*state = w = world_open(
		"agents: [{id: dc}]\n"
		"components:\n" WORLD_COMPONENT("a", "confirm: 1") WORLD_COMPONENT(
			"b", "confirm: 1") WORLD_COMPONENT("c", "confirm: 1")
			WORLD_COMPONENT("d", "confirm: 1") "services: [{id: s, rto: 60s, needs: "
							   "{at_least: 2, of: [a, b, c, d]}}]\n");
	world_until(w, 5000);
	world_set(w, "c:p", NULL, HEALTH_CRITICAL);
	world_until(w, 15000);
	assert_false(world_service(w, "s").exposure.exposed);
	world_set(w, "a:p", NULL, HEALTH_CRITICAL);
	world_until(w, 25000);
	world_expect(w, "service.exposed service=s began=@16 cause=a");
	assert_int_equal(world_service(w, "s").exposure.count, 2);
}

static void a_new_plan_keeps_the_clock_and_says_what_it_means(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	char *text = plan_text(arena);
	char *more = arena_printf(arena, "%s# the same plan once more\n", text);
	struct view_service v;

	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_mark(w);
	world_apply_plan(w, more);
	v = world_service(w, "salida");
	assert_true(v.exposure.exposed);
	assert_int_equal(v.exposure.listed, 1);
	world_never(w, "service.exposed");
	arena_free(arena);
}

/* Components move in the new plan; what it has no more is left out. */
static void numbers_are_those_of_the_new_plan(void **state)
{
	struct plan *from = test_plan_from_text("components: [{id: a}, {id: b}, {id: c}]");
	struct plan *to = test_plan_from_text("components: [{id: c}, {id: a}]");
	struct exposure x = {.exposed = true, .listed = 3, .count = 3};

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		x.next[i] = i;
	exposure_carry(&x, from, to);
	assert_int_equal(x.listed, 2);
	assert_string_equal(to->components[x.next[0]].id, "a");
	assert_string_equal(to->components[x.next[1]].id, "c");
	plan_free(from);
	plan_free(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_left_is_named_with_its_clock, setup,
						teardown),
		cmocka_unit_test_setup_teardown(what_ends_it_by_design_is_known_from_the_plan,
						setup, teardown),
		cmocka_unit_test_setup_teardown(the_clock_begins_when_the_redundancy_went, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_new_plan_keeps_the_clock_and_says_what_it_means,
						setup, teardown),
		cmocka_unit_test(numbers_are_those_of_the_new_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
