/* impact - what stops with an incident: places once, services' own beside them, more but never less of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static int setup(void **state)
{
	struct arena *arena = arena_new();

	*state = world_open(test_plan_read_file("tests/scenario/plans/services.yaml", arena));
	arena_free(arena);
	return 0;
}

static int teardown(void **state)
{
	world_close(*state);
	return 0;
}

static int64_t count_of(const struct view_impact *v, const char *what)
{
	for (size_t i = 0; i < v->total_count; i++) {
		if (strcmp(v->totals[i].what, what) == 0)
			return v->totals[i].count;
	}
	return -1;
}

static struct view_impact newest(const struct engine_world *w)
{
	struct view_impact v;
	size_t n = view_incident_count(w->engine);

	assert_true(n > 0);
	assert_true(view_impact(w->engine, world_incident(w, n - 1).id, &v));
	return v;
}

static void places_count_once_and_services_beside_them(void **state)
{
	struct engine_world *w = *state;
	struct view_impact v;

	world_set(w, "uno/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "dos/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	v = newest(w); /* captura and consulta, both by uno and dos */
	assert_int_equal(v.site_count, 2);
	assert_int_equal(count_of(&v, "mesas"), 23);
	assert_int_equal(count_of(&v, "distritos"), 2);
	assert_int_equal(count_of(&v, "actas"), 300);
	assert_int_equal(v.total_count, 3);
	assert_false(v.possible);
	assert_string_equal(world_expect(w, "incident.impact")->text,
			    "mesas: 23, distritos: 2, actas: 300");
}

static void what_comes_back_stays_on_record(void **state)
{
	struct engine_world *w = *state;
	struct view_impact v;

	world_set(w, "uno/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "dos/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_set(w, "uno/acceso:p", NULL, HEALTH_OK);
	world_set(w, "tres/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 20000);
	v = newest(w);
	assert_int_equal(v.site_count, 3);
	assert_int_equal(count_of(&v, "mesas"), 33);
	world_set(w, "tres/acceso:p", NULL, HEALTH_OK);
	world_set(w, "dos/acceso:p", NULL, HEALTH_OK);
	world_until(w, 40000);
	v = newest(w);
	assert_int_equal(count_of(&v, "mesas"), 33);
	world_restart(w);
	v = newest(w);
	assert_int_equal(count_of(&v, "mesas"), 33);
}

static void what_is_not_seen_may_stop(void **state)
{
	struct engine_world *w = *state;
	struct view_impact v;

	world_cut(w, "dc", true);
	world_until(w, 100000);
	v = newest(w);
	assert_true(v.possible);
	assert_int_equal(v.site_count, 0); /* of no place is it known */
	assert_int_equal(count_of(&v, "actas"), 300);
}

/* An incident speaks of the places of the plan that it began with. */
static void another_plan_does_not_mix_up_the_places(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	char *text = test_plan_read_file("tests/scenario/plans/services.yaml", arena);
	char *sites = strstr(text, "  - {id: dc}\n");
	struct view_impact v;

	world_set(w, "uno/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "dos/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	/* One more site in front: every number is another one. */
	world_apply_plan(
		w, arena_printf(arena, "%.*s  - {id: aa}\n%s", (int)(sites - text), text, sites));
	world_set(w, "uno/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "dos/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "tres/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 20000);
	v = newest(w);
	assert_int_equal(v.site_count, 3);
	assert_int_equal(count_of(&v, "mesas"), 33);
	arena_free(arena);
}

static void more_places_than_one_entry_holds(void **state)
{
	enum { PLACES = 70 };
	struct arena *arena = arena_new();
	struct buf text, members;
	struct view_impact v;
	struct engine_world *w;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_init(&members, 1 << 16);
	buf_puts(&text, "agents: [{id: dc}]\nsites:\n");
	for (int i = 0; i < PLACES; i++)
		buf_printf(&text, "  - {id: s%d, impact: [{what: mesas, count: 2}]}\n", i);
	buf_puts(&text, "components:\n");
	for (int i = 0; i < PLACES; i++) {
		buf_printf(&text,
			   "  - {id: c%d, site: s%d, checks: [{id: p, type: tcp, address: a, port: "
			   "1, from: [dc], interval: 1s, fresh_within: 5s, confirm: 1}]}\n",
			   i, i);
		buf_printf(&members, "%sc%d", i > 0 ? ", " : "", i);
	}
	buf_printf(&text, "services: [{id: s, rto: 60s, needs: {any: [%s]}}]\n",
		   buf_cstr(&members));
	w = world_open(buf_cstr(&text));
	world_until(w, 2000);
	for (uint32_t i = 0; i < PLACES; i++)
		w->health[i] = HEALTH_CRITICAL;
	world_until(w, 6000);
	v = newest(w);
	assert_int_equal(v.site_count, PLACES);
	assert_int_equal(count_of(&v, "mesas"), 2 * PLACES);
	assert_int_equal(world_count(w, "incident.impact"), 2);
	world_close(w);
	buf_release(&text);
	buf_release(&members);
	arena_free(arena);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(places_count_once_and_services_beside_them),
		TEST(what_comes_back_stays_on_record),
		TEST(what_is_not_seen_may_stop),
		TEST(another_plan_does_not_mix_up_the_places),
		cmocka_unit_test(more_places_than_one_entry_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
