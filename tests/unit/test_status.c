/* status - the engine's state as the board reads it: keys, null where nothing is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
/* Both libraries have a json_null; the one of jansson is not used here. */
#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "collector/intake.h"
#include "collector/status.h"
#include "tests/support/collector_world.h"
#include "tests/support/test_plan.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	w->c.intake = intake_new(&w->c);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	intake_free(w->c.intake);
	collector_world_close(w);
	free(w);
	return 0;
}

static json_t *status(struct collector_world *w)
{
	struct buf out;
	json_error_t error;
	json_t *root;

	buf_init(&out, 1 << 20);
	status_write(&w->c, &out, (struct sight){true, true});
	root = json_loadb(buf_cstr(&out), out.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s in %s", error.text, buf_cstr(&out));
	buf_release(&out);
	return root;
}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static double number(const json_t *o, const char *key)
{
	assert_true(json_is_number(json_object_get(o, key)));
	return json_number_value(json_object_get(o, key));
}

static void is_null(const json_t *o, const char *key)
{
	assert_non_null(json_object_get(o, key));
	assert_true(json_is_null(json_object_get(o, key)));
}

static const json_t *first(const json_t *o, const char *key)
{
	const json_t *x = json_array_get(json_object_get(o, key), 0);

	assert_non_null(x);
	return x;
}

static void in_order(void **state)
{
	struct collector_world *w = *state;
	json_t *s;

	collector_world_sample(w, HEALTH_OK);
	collector_world_commit(w);
	s = status(w);
	assert_string_equal(text(s, "start"), w->c.start_id);
	assert_true(json_is_true(json_object_get(s, "real")));
	assert_string_equal(text(json_object_get(s, "plan"), "code"), "UTSI/PL/01");
	is_null(json_object_get(s, "plan"), "refused");
	assert_true(number(json_object_get(s, "head"), "seq") ==
		    (double)journal_head(core_journal(w->c.core)).seq);
	assert_int_equal(strlen(text(json_object_get(s, "head"), "hash")), 64);
	assert_true(json_is_true(json_object_get(json_object_get(s, "journal"), "ok")));
	assert_string_equal(text(first(s, "services"), "id"), "publicacion");
	assert_string_equal(text(first(s, "services"), "state"), "ok");
	assert_true(number(first(s, "services"), "rto") == 300);
	is_null(first(s, "services"), "clock");
	is_null(first(s, "services"), "incident");
	assert_string_equal(text(first(first(s, "components"), "checks"), "id"), "web:http");
	assert_string_equal(text(first(s, "agents"), "state"), "never-seen");
	is_null(first(s, "agents"), "last_seen");
	assert_int_equal(json_array_size(json_object_get(s, "incidents")), 0);
	json_decref(s);
}

static void failing(void **state)
{
	struct collector_world *w = *state;
	const json_t *clock, *check, *incident, *call;
	json_t *s;

	collector_world_fail(w);
	s = status(w);
	assert_string_equal(text(first(s, "services"), "state"), "down");
	clock = json_object_get(first(s, "services"), "clock");
	assert_true(number(clock, "began_not_before") <= number(clock, "began"));
	assert_true(number(clock, "elapsed") >= 0 && number(clock, "elapsed") < 60);
	assert_true(number(clock, "left") + number(clock, "elapsed") > 299.99);
	assert_true(number(clock, "left") + number(clock, "elapsed") < 300.01);
	assert_true(json_is_false(json_object_get(clock, "breached")));
	is_null(clock, "restored");
	check = first(first(s, "components"), "checks");
	assert_string_equal(text(check, "state"), "critical");
	assert_string_equal(text(check, "why"), "value-threshold");
	assert_string_equal(text(first(check, "vantages"), "agent"), "dc");
	assert_string_equal(text(first(check, "vantages"), "outcome"), "value-threshold");
	incident = first(s, "incidents");
	assert_string_equal(text(incident, "folio"), "01");
	assert_string_equal(text(incident, "state"), "confirmed");
	assert_string_equal(text(incident, "root"), "web");
	assert_string_equal(json_string_value(first(incident, "services")), "publicacion");
	is_null(incident, "restored");
	call = first(incident, "calls");
	assert_string_equal(text(call, "person"), "mesa");
	assert_string_equal(text(call, "seat"), "equipo");
	assert_string_equal(text(call, "channel"), "archivo");
	assert_string_equal(text(call, "state"), "pending");
	json_decref(s);
}

/* All checks of a plan, one sample each; those of `bad` are critical. */
static void sample_all(struct collector_world *w, uint32_t bad, int rounds)
{
	struct engine *e = core_engine(w->c.core);

	for (int i = 0; i < rounds; i++) {
		struct wall_time now = clock_now(&w->c.clock);

		while (clock_now(&w->c.clock).us == now.us)
			;
		for (uint32_t v = 0; v < view_plan(e)->vantage_count; v++) {
			struct input in = {.kind = INPUT_SAMPLE};

			in.u.sample = (struct sample){
				.vantage = v,
				.t = clock_now(&w->c.clock),
				.arrived = clock_now(&w->c.clock),
				.outcome = bad >> v & 1 ? OUTCOME_CONNECT_REFUSED : OUTCOME_OK,
				.health = bad >> v & 1 ? HEALTH_CRITICAL : HEALTH_OK};
			if (engine_observe(e, &in.u.sample))
				collector_world_input(w, &in);
		}
	}
	collector_world_commit(w);
}

static void what_is_left_and_what_stops(void **state)
{
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_PLAN};
	const json_t *service, *x, *incident;
	json_t *s;

	in.u.plan.plan =
		test_plan_from_text("agents: [{id: dc}]\n"
				    "sites: [{id: uno, impact: [{what: mesas, count: 7}]}]\n"
				    "components:\n"
				    "  - {id: a, site: uno, checks: [{id: p, type: tcp, address: "
				    "x, port: 1, confirm: 1}]}\n"
				    "  - {id: b, site: uno, checks: [{id: p, type: tcp, address: "
				    "x, port: 1, confirm: 1}]}\n"
				    "services: [{id: s, rto: 60s, needs: {any: [a, b]}, impact: "
				    "[{what: actas, count: 3}]}]\n");
	collector_world_input(w, &in);
	sample_all(w, 0, 2);
	s = status(w);
	service = first(s, "services");
	is_null(service, "exposure");
	assert_int_equal(json_array_size(json_object_get(service, "single_points")), 0);
	assert_true(number(first(service, "impact"), "count") == 3);
	assert_true(json_is_false(json_object_get(service, "flapping")));
	json_decref(s);
	sample_all(w, 1, 3);
	s = status(w);
	x = json_object_get(first(s, "services"), "exposure");
	assert_string_equal(json_string_value(first(x, "next")), "b");
	assert_true(number(x, "next_count") == 1);
	assert_true(number(x, "since") <= number(s, "now"));
	assert_true(json_is_false(json_object_get(x, "unseen")));
	json_decref(s);
	sample_all(w, 3, 3);
	s = status(w);
	incident = first(s, "incidents");
	assert_string_equal(json_string_value(first(incident, "sites")), "uno");
	assert_string_equal(text(first(incident, "impact"), "what"), "mesas");
	assert_true(number(first(incident, "impact"), "count") == 7);
	assert_int_equal(json_array_size(json_object_get(incident, "impact")), 2);
	assert_true(json_is_false(json_object_get(incident, "impact_possible")));
	json_decref(s);
}

static void a_refused_plan_is_shown(void **state)
{
	struct collector_world *w = *state;
	json_t *s;

	w->c.refusal.refused = true;
	w->c.refusal.at = clock_now(&w->c.clock);
	snprintf(w->c.refusal.text, sizeof(w->c.refusal.text), "%s", "plan.yaml:3:1: \"x\"\n");
	s = status(w);
	assert_string_equal(text(json_object_get(json_object_get(s, "plan"), "refused"), "text"),
			    "plan.yaml:3:1: \"x\"\n");
	json_decref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_left_and_what_stops, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refused_plan_is_shown, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
