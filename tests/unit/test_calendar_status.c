/* calendar_status - the calendar, silences and orders as JSON, every state of each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "collector/calendar_status.h"
#include "tests/support/calendar_world.h"

static json_t *status_of(const struct engine_world *w)
{
	struct buf out;
	struct json_emit j;
	json_t *root;

	buf_init(&out, 1 << 20);
	j = json_emit_to(&out);
	json_open_object(&j);
	calendar_status_put(&j, w->engine, w->now);
	for (size_t k = 0; k < view_incident_count(w->engine); k++) {
		struct view_incident i = world_incident(w, k);

		json_key(&j, "incident");
		json_open_object(&j);
		calendar_status_put_incident(&j, w->engine, &i);
		json_close_object(&j);
	}
	calendar_status_put_silenced(&j, w->engine, world_service(w, "portal").silenced);
	json_close_object(&j);
	root = json_loads(buf_cstr(&out), 0, NULL);
	assert_non_null(root);
	buf_release(&out);
	return root;
}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static const json_t *silence(const json_t *root, size_t k)
{
	return json_array_get(json_object_get(root, "silences"), k);
}

static void silences_are_listed_in_each_state(void **state)
{
	struct engine_world *w = *state;
	json_t *s;

	world_until(w, 2000);
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "cambio",
					    "component=web until=5m other=beto"),
			 ERR_OK);
	assert_int_equal(
		calendar_world_act(w, "ana", ACT_SILENCE, "prueba", "service=votacion until=5m"),
		ERR_OK);
	assert_int_equal(
		calendar_world_act(w, "ana", ACT_WINDOW, "obra", "site=central from=1m until=5m"),
		ERR_OK);
	s = status_of(w);
	assert_string_equal(text(silence(s, 0), "state"), "in-force");
	assert_string_equal(text(silence(s, 0), "of"), "web");
	assert_string_equal(text(silence(s, 0), "owner"), "beto");
	assert_string_equal(text(silence(s, 0), "owner_post"), "Técnico");
	assert_string_equal(text(silence(s, 0), "asked_by"), "ana");
	assert_string_equal(text(silence(s, 1), "state"), "unsigned");
	assert_string_equal(text(silence(s, 1), "needs"), "second-person");
	assert_string_equal(text(silence(s, 2), "state"), "planned");
	assert_true(json_is_object(json_object_get(s, "next_jornada")));
	assert_int_equal(json_typeof(json_object_get(s, "silenced")), JSON_NULL);
	json_decref(s);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	s = status_of(w);
	assert_string_equal(text(json_object_get(s, "silenced"), "reason"), "cambio");
	assert_int_equal(json_array_size(json_object_get(silence(s, 0), "failed")), 2);
	assert_true(json_is_true(json_object_get(json_object_get(s, "incident"), "silenced")));
	json_decref(s);
	world_until(w, 310000);
	s = status_of(w);
	assert_string_equal(text(silence(s, 0), "state"), "ended");
	json_decref(s);
}

static void orders_list_the_missing(void **state)
{
	struct engine_world *w = *state;
	const json_t *i, *o;
	json_t *s;

	world_until(w, 700000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 702000);
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "sismo", "what=wait"), ERR_OK);
	assert_int_equal(calendar_world_act(w, "dos", ACT_CONFIRM_ORDER, "", ""), ERR_OK);
	s = status_of(w);
	assert_string_equal(text(s, "stamp"), "SIMULACRO 2");
	assert_true(json_is_false(json_object_get(s, "real")));
	i = json_object_get(s, "incident");
	assert_string_equal(text(i, "stamp"), "SIMULACRO 2");
	assert_string_equal(text(i, "jornada"), "simulacro-2");
	assert_int_equal(json_integer_value(json_object_get(i, "owed_resume")), 3);
	o = json_array_get(json_object_get(i, "orders"), 0);
	assert_string_equal(text(o, "state"), "waiting");
	assert_int_equal(json_integer_value(json_object_get(o, "told")), 3);
	assert_int_equal(json_array_size(json_object_get(o, "missing")), 2);
	assert_string_equal(json_string_value(json_array_get(json_object_get(o, "confirmed"), 0)),
			    "d2");
	json_decref(s);
	assert_int_equal(calendar_world_act(w, "ana", ACT_NO_DRILL, "", ""), ERR_OK);
	s = status_of(w);
	o = json_array_get(json_object_get(json_object_get(s, "incident"), "orders"), 0);
	assert_string_equal(text(o, "state"), "void");
	assert_true(json_is_integer(json_object_get(json_object_get(s, "incident"), "promoted")));
	json_decref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(silences_are_listed_in_each_state,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(orders_list_the_missing, calendar_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
