/* facts - what a message says, worked out from the engine. The words themselves: test_message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/facts.h"
#include "base/micro.h"
#include "tests/support/collector_world.h"
#include "tests/support/decisions.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"
#include "plan/json_template.h"
#include "collector/message.h"
#include "base/json_pull.h"

static void build(struct collector_world *w, int64_t after_s, enum call_kind kind,
		  struct arena *arena, struct facts *ret)
{
	static struct effect effect;
	struct view_service v;
	struct facts_input in = {.engine = core_engine(w->c.core),
				 .effect = &effect,
				 .journalled = true,
				 .link = ""};

	effect = w->effects.items[0];
	effect.kind = kind;
	view_service(core_engine(w->c.core), 0, clock_now(&w->c.clock), &v);
	in.now = wall_add_us(v.clock.began, after_s * US_PER_S);
	assert_true(facts_build(&in, arena, ret));
}

static void a_running_clock(void **state)
{
	struct collector_world w = {.commits = 0};
	struct arena *arena = arena_new();
	struct facts f;

	(void)state;
	collector_world_open(&w);
	collector_world_fail(&w);
	build(&w, 48, CALL_DOWN, arena, &f);
	assert_true(f.is_running && f.real && f.journalled);
	assert_string_equal(f.label, "REAL");
	assert_string_equal(f.folio, "01");
	assert_string_equal(f.elapsed, "48s");
	assert_string_equal(f.left, "quedan 4m 12s del RTO");
	assert_string_equal(f.answered, "");
	assert_string_equal(f.post, "Mesa de ayuda");
	build(&w, 310, CALL_BREACH, arena, &f);
	assert_string_equal(f.left, "RTO rebasado hace 10s");
	build(&w, 310, CALL_FALSE_ALARM, arena, &f);
	assert_string_equal(f.since, "");
	arena_free(arena);
	collector_world_close(&w);
}

static void who_answered_is_named(void **state)
{
	struct collector_world w = {.commits = 0};
	struct arena *arena = arena_new();
	struct input in = {.kind = INPUT_ACT};
	struct facts f;

	(void)state;
	collector_world_open(&w);
	collector_world_fail(&w);
	in.u.act.incident = w.effects.items[0].incident;
	in.u.act.act = ACT_ENTERADO;
	in.u.act.person = w.effects.items[0].person;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	collector_world_input(&w, &in);
	build(&w, 48, CALL_MARK, arena, &f);
	assert_string_equal(f.answered, "Mesa de ayuda");
	arena_free(arena);
	collector_world_close(&w);
}

/* Whoever decides wants to know what would be lost if the data had to be restored. */
static void how_old_the_newest_copy_is(void **state)
{
	struct engine_world *w = world_open(
		"agents: [{id: dc}]\n"
		"components:\n" WORLD_COMPONENT("copia", "") WORLD_COMPONENT(
			"web",
			"") "services: [{id: datos, rto: 100s, rpo: 60s, rpo_check: \"copia:p\", "
			    "rpo_value: "
			    "connect, needs: web, policy: p, team: m}]\n"
			    "people: [{id: ana, post: Mesa, contacts: [{channel: uno, to: a}]}]\n"
			    "seats: [{id: m, titular: ana}]\n"
			    "channels: [{id: uno, type: file, path: a}]\n"
			    "policies: [{id: p, steps: [{at: confirmed, call: [team]}]}]\n");
	struct facts_input in = {.engine = w->engine, .journalled = true, .link = ""};
	struct arena *arena = arena_new();
	struct effect effect;
	struct facts f;

	(void)state;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	w->value[world_vantage(w, "copia:p", NULL)] = 20 * MICRO;
	world_until(w, 10000);
	assert_true(w->effects.count > 0);
	effect = w->effects.items[0];
	in.effect = &effect;
	in.now = w->now;
	assert_true(facts_build(&in, arena, &f));
	assert_string_equal(
		f.copy, "Última copia de los datos: 2026-05-28 14:26:30, hace 20s (RPO 1m 00s).");
	w->value[world_vantage(w, "copia:p", NULL)] = 90 * MICRO;
	world_until(w, 12000);
	in.now = w->now;
	assert_true(facts_build(&in, arena, &f));
	assert_string_equal(f.copy,
			    "Última copia de los datos: 2026-05-28 14:25:22, hace 1m 30s; el "
			    "RPO de 1m 00s está rebasado.");
	effect.kind = CALL_UP; /* nothing is lost any more */
	assert_true(facts_build(&in, arena, &f));
	assert_string_equal(f.copy, "");
	arena_free(arena);
	world_close(w);
}

static void an_incident_that_is_gone(void **state)
{
	struct collector_world w = {.commits = 0};
	struct arena *arena = arena_new();
	struct effect effect = {.incident = 999};
	struct facts_input in = {.effect = &effect, .link = ""};
	struct facts f;

	(void)state;
	collector_world_open(&w);
	in.engine = core_engine(w.c.core);
	assert_false(facts_build(&in, arena, &f));
	arena_free(arena);
	collector_world_close(&w);
}

static struct facts of_last(struct engine_world *w, enum call_kind kind, struct arena *arena)
{
	struct facts_input in = {
		.engine = w->engine, .now = w->now, .journalled = true, .link = ""};
	struct facts f;

	for (size_t k = w->effects.count; k-- > 0;) {
		if (w->effects.items[k].kind != kind)
			continue;
		in.effect = &w->effects.items[k];
		assert_true(facts_build(&in, arena, &f));
		return f;
	}
	fail_msg("nobody was called for that");
	return f;
}

static void says(void (*render)(const struct facts *, const struct catalog *, struct buf *),
		 const struct facts *f, const char *text)
{
	struct buf out;

	buf_init(&out, 65536);
	render(f, NULL, &out);
	if (strstr(buf_cstr(&out), text) == NULL)
		fail_msg("'%s' is not in\n%s", text, buf_cstr(&out));
	buf_release(&out);
}

/* The coordinator is asked at the gate; level 1 with all the facts; and once more to ratify. */
static void who_decides_is_told_what_is_known(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	struct facts f;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	f = of_last(w, CALL_DOWN, arena);
	assert_string_equal(f.brief.forecast, ""); /* the desk acts, it does not decide */
	ACT_OK(w, "ana", ATIENDO, "");
	world_until(w, 32000);
	f = of_last(w, CALL_MARK, arena);
	assert_string_equal(f.todo,
			    "Convoque al nivel 1, pida 60 s o declare falsa alarma; si no, se le "
			    "llama solo a las 14:28:41.");
	ACT_OK(w, "ceci", CONVENE, "no hay enlace");
	f = of_last(w, CALL_ASK, arena);
	assert_string_equal(f.todo, "Conteste: autoriza o declina, con motivo.");
	says(message_line, &f, "Pronóstico: a este paso se cumple el RTO a las 14:31:41");
	says(message_text, &f,
	     "Se ha hecho: 14:27:12 Coordinadora: convoca al nivel 1 «no hay enlace»\n");
	says(message_text, &f, "Alcance: Portal (Área A, criticidad muy alta, RTO 5m 00s)");
	says(message_text, &f, "No han contestado: ");
	says(message_html, &f,
	     "Según el plan</th><td style=\"padding:4px 0\">PP/01 rev. 01, política critica, paso "
	     "3");
	says(message_json, &f,
	     "\"clause\":\"PP/01 rev. 01, política critica, paso 3; procedimiento «Recuperación "
	     "técnica»\"");
	world_until(w, 100000);
	ACT_OK(w, "ceci", DECLARE, "");
	f = of_last(w, CALL_ASK, arena);
	assert_string_equal(f.headline, "Se pide ratificar la contingencia declarada por «Portal»");
	assert_string_equal(f.todo, "Conteste: ratifica o declina, con motivo.");
	arena_free(arena);
}

/* What the plan's checker takes for a field of a message is one. */
static void every_field_of_a_template_is_in_a_message(void **state)
{
	struct collector_world w = {.commits = 0};
	struct arena *arena = arena_new();
	struct facts f;
	struct buf json;

	(void)state;
	collector_world_open(&w);
	collector_world_fail(&w);
	build(&w, 48, CALL_DOWN, arena, &f);
	buf_init(&json, 65536);
	message_json(&f, NULL, &json);
	for (size_t i = 0; json_template_fields[i] != NULL; i++) {
		char key[80];

		snprintf(key, sizeof(key), "\"%s\":", json_template_fields[i]);
		if (strstr(buf_cstr(&json), key) == NULL)
			fail_msg("no %s in %s", key, buf_cstr(&json));
	}
	buf_release(&json);
	arena_free(arena);
	collector_world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_running_clock),
		cmocka_unit_test(who_answered_is_named),
		cmocka_unit_test(how_old_the_newest_copy_is),
		cmocka_unit_test(an_incident_that_is_gone),
		cmocka_unit_test_setup_teardown(who_decides_is_told_what_is_known, decisions_setup,
						world_teardown),
		cmocka_unit_test(every_field_of_a_template_is_in_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
