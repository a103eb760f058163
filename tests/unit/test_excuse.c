/* excuse - what a failure is due to, and whom a scope may concern. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/test_plan.h"

static uint64_t excuse_of(const struct engine_world *w, const char *service)
{
	return excuse_of_service(w->engine,
				 plan_find_service(view_plan(w->engine), slice_of(service)));
}

static void only_what_is_silenced_is_excused(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_int_equal(excuse_of(w, "portal"), 0);
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "check=web:p until=5m"),
			 ERR_OK);
	assert_int_equal(excuse_of(w, "portal"), calendar_world_newest(w, EVENT_ACT_SILENCE));
	assert_int_not_equal(excuse_of(w, "consulta"), 0);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
	assert_int_equal(excuse_of(w, "consulta"), 0); /* db fails beside it */
	assert_int_not_equal(excuse_of(w, "portal"), 0);
}

static void a_path_excuses_what_stands_behind_it(void **state)
{
	struct engine_world *w = *state;

	assert_int_equal(
		calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=router until=5m"),
		ERR_OK);
	world_set(w, "sede:p", NULL, HEALTH_CRITICAL);
	world_until(w, 3000);
	assert_int_equal(excuse_of(w, "captura"), 0); /* it fails itself, the path stands */
	world_set(w, "router:p", NULL, HEALTH_CRITICAL);
	world_until(w, 6000);
	assert_int_not_equal(excuse_of(w, "captura"), 0);
}

static void a_blind_one_is_excused_like_a_failed_one(void **state)
{
	struct engine_world *w = *state;

	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "site=central until=5m"),
			 ERR_OK);
	world_set(w, "web:p", NULL, HEALTH_BLIND);
	world_until(w, 6000);
	assert_int_equal(world_component(w, "web"), COMPONENT_BLIND);
	assert_int_not_equal(excuse_of(w, "portal"), 0);
}

static void a_scope_concerns_what_stands_on_it(void **state)
{
	static const struct {
		enum plan_scope_kind kind;
		const char *id;
		bool meets;
	} cases[] = {{SCOPE_SERVICE, "votacion", true}, {SCOPE_SERVICE, "portal", false},
		     {SCOPE_COMPONENT, "voto", true},   {SCOPE_COMPONENT, "web", false},
		     {SCOPE_CHECK, "voto:p", true},     {SCOPE_CHECK, "web:p", false},
		     {SCOPE_SITE, "central", false}};
	struct engine_world *w = *state;
	const struct plan *p = view_plan(w->engine);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct slice id = slice_of(cases[i].id);
		struct plan_scope s = {cases[i].kind,
				       cases[i].kind == SCOPE_SERVICE ? plan_find_service(p, id)
				       : cases[i].kind == SCOPE_COMPONENT
					       ? plan_find_component(p, id)
				       : cases[i].kind == SCOPE_CHECK ? plan_find_check(p, id)
								      : plan_find_site(p, id)};

		assert_int_equal(excuse_meets_very_high(p, &s), cases[i].meets);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(only_what_is_silenced_is_excused,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_path_excuses_what_stands_behind_it,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_blind_one_is_excused_like_a_failed_one,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_scope_concerns_what_stands_on_it,
						calendar_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
