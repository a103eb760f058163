/* calendar_text - what messages say of windows, orders and a drill that is none; and that all of them render. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/calendar_text.h"
#include "collector/message.h"
#include "tests/support/calendar_world.h"

/* The facts of the newest message of a kind. */
static struct facts facts_of(const struct engine_world *w, enum call_kind kind, struct arena *arena)
{
	static struct facts_input in;
	struct facts f = {0};

	for (size_t k = w->effects.count; k-- > 0;) {
		if (w->effects.items[k].kind != kind)
			continue;
		in = (struct facts_input){.engine = w->engine,
					  .effect = &w->effects.items[k],
					  .now = w->now,
					  .journalled = true,
					  .link = ""};
		assert_true(facts_build(&in, arena, &f));
		return f;
	}
	fail_msg("no message of kind %s", call_kind_word(kind));
	return f;
}

/* As every channel would write it. */
static void rendered_has(const struct facts *f, const char *subject, const char *text)
{
	static void (*const render[])(const struct facts *, const struct catalog *,
				      struct buf *) = {message_subject, message_line, message_text,
						       message_html, message_json};

	for (size_t i = 0; i < COUNT_OF(render); i++) {
		struct buf out;

		buf_init(&out, 65536);
		render[i](f, NULL, &out);
		assert_true(buf_is_ok(&out));
		if (strstr(buf_cstr(&out), f->label) == NULL)
			fail_msg("no '%s' in: %s", f->label, buf_cstr(&out));
		if (i == 0)
			assert_string_equal(buf_cstr(&out), subject);
		if (i == 1)
			assert_string_equal(buf_cstr(&out), text);
		buf_release(&out);
	}
}

static void the_end_of_a_silence_says_what_failed(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	struct facts f;

	world_until(w, 2000);
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=1m"),
			 ERR_OK);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 62000);
	f = facts_of(w, CALL_SILENCE_ENDED, arena);
	rendered_has(
		&f, "REAL · Terminó a las 14:27:42 el silencio de «web»",
		"REAL. Terminó a las 14:27:42 el silencio de «web». Mientras duró falló, sin que "
		"se llamara: "
		"«portal» (01), «consulta» (01). Desde ahora se llama otra vez por lo que falle.");
	arena_free(arena);
}

static void an_order_says_what_to_do_and_why(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	struct facts f;

	world_until(w, 700000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 703000);
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "inundación",
					    "what=suspend sites=distrito-3"),
			 ERR_OK);
	f = facts_of(w, CALL_ORDER, arena);
	assert_false(f.real);
	rendered_has(&f, "SIMULACRO 2 · Folio 01 · Indicación a Distrito 3: SUSPENDA la jornada",
		     "SIMULACRO 2. Folio 01. Indicación a Distrito 3: SUSPENDA la jornada. Motivo: "
		     "inundación. "
		     "Confirme que la recibió y la cumple.");
	assert_int_equal(calendar_world_act(w, "omar", ACT_ORDER, "seguro", "what=resume"), ERR_OK);
	f = facts_of(w, CALL_ORDER, arena);
	assert_non_null(strstr(f.headline, "REANUDE"));
	assert_int_equal(calendar_world_act(w, "ana", ACT_NO_DRILL, "", ""), ERR_OK);
	f = facts_of(w, CALL_NO_DRILL, arena);
	assert_string_equal(f.label, "REAL");
	assert_string_equal(f.headline, "Ya NO es simulacro: «portal»");
	arena_free(arena);
}

static void a_breach_under_a_silence_says_so(void **state)
{
	struct engine_world *w = *state;
	struct arena *arena = arena_new();
	struct facts f;

	world_until(w, 2000);
	assert_int_equal(
		calendar_world_act(w, "ana", ACT_WINDOW, "cambio", "component=web until=9m"),
		ERR_OK);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 110000);
	f = facts_of(w, CALL_BREACH, arena);
	assert_string_equal(
		f.causes, "Está en silencio hasta las 14:35:42 (cambio): solo se avisa a nivel 2.");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_end_of_a_silence_says_what_failed,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(an_order_says_what_to_do_and_why,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_breach_under_a_silence_says_so,
						calendar_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
