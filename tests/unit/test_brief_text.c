/* brief_text - the facts of a decision as sentences, each only where there is something to say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/brief_text.h"
#include "tests/support/decisions.h"

static struct arena *arena;

static int set_up(void **state)
{
	arena = arena_new();
	return decisions_setup(state);
}

static int tear_down(void **state)
{
	arena_free(arena);
	return world_teardown(state);
}

static struct brief_text text(const struct engine_world *w)
{
	struct brief_text t;
	struct brief b;

	assert_true(brief_of(w->engine, world_incident(w, 0).id, w->now, arena, &b));
	brief_text_of(&b, NULL, arena, &t);
	return t;
}

/* The world begins at 14:26:40 in Mexico City. */
static void before_and_after_the_rto(void **state)
{
	struct engine_world *w = *state;
	struct brief_text t;

	world_set(w, "correo:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	t = text(w);
	assert_string_equal(t.scope, "Avisos (criticidad media, RTO 5m 00s)");
	assert_string_equal(
		t.forecast,
		"a este paso se cumple el RTO a las 14:31:41; fallan 1 de 1 revisiones, 0 ya "
		"se recuperaron; el siguiente paso del plan es a las 14:28:41");
	assert_string_equal(t.done, "");
	assert_string_equal(t.unanswered, "Mesa de ayuda");
	assert_string_equal(t.clause, "PP/01 rev. 01, política directa, paso 2; procedimiento "
				      "«Recuperación técnica»");
	assert_string_equal(t.gate, "");
	world_until(w, 310000);
	assert_non_null(strstr(text(w).forecast, "el RTO se cumplió a las 14:31:41"));
	world_set(w, "correo:p", NULL, HEALTH_OK);
	world_until(w, 320000);
	assert_string_equal(text(w).forecast, "");
	assert_string_equal(text(w).scope, "");
}

static void what_the_coordinator_can_say(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_string_equal(text(w).gate,
			    "Convoque al nivel 1, pida 60 s o declare falsa alarma; si no, "
			    "se le llama solo a las 14:28:41.");
	ACT_OK(w, "ceci", WAIT, "");
	assert_non_null(strstr(text(w).gate, "14:29:41"));
	ACT_OK(w, "ceci", CONVENE, "");
	assert_string_equal(text(w).gate, "");
}

static void what_was_done(void **state)
{
	struct engine_world *w = *state;
	struct brief_text t;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	ACT_OK(w, "ceci", CONVENE, "");
	ACT_OK(w, "ana", NOTE, "se reinició");
	ACT_OK(w, "gina", NO_PUEDO, "");
	assert_int_equal(decisions_act(w, "elsa", ACT_AUTHORIZE, "ana", PROOF_VOICE, "", NULL),
			 ERR_OK);
	t = text(w);
	assert_string_equal(t.done,
			    "14:26:50 Coordinadora: convoca al nivel 1; 14:26:50 Mesa de ayuda: "
			    "anota «se reinició»; 14:26:50 Directora A: autoriza (sin confirmar)");
	assert_non_null(strstr(t.unanswered, "Directora B (no puede)"));
	assert_null(strstr(t.unanswered, "Directora A"));
	for (int k = 0; k < 10; k++)
		ACT_OK(w, "ana", NOTE, "otra");
	assert_null(strstr(text(w).done, "convoca")); /* the newest six */
}

#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {T(before_and_after_the_rto),
					   T(what_the_coordinator_can_say), T(what_was_done)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
