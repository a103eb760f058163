/* desk_tasks - what the desk reads aloud, and what a message says of seats and shifts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/desk_tasks.h"
#include "collector/message.h"
#include "tests/support/duty_plan.h"
#include "tests/support/engine_world.h"

/* The facts of the newest call to a person. */
static void build(struct engine_world *w, const char *person, struct arena *arena,
		  struct facts *ret)
{
	struct effect *effect = arena_calloc(arena, 1, sizeof(*effect));
	struct facts_input *in = arena_calloc(arena, 1, sizeof(*in));
	uint64_t call = world_call(w, person).id;

	*in = (struct facts_input){.engine = w->engine,
				   .effect = effect,
				   .now = w->now,
				   .journalled = true,
				   .link = "https://noc.example.org/x"};
	for (size_t k = 0; k < w->effects.count; k++) {
		if (w->effects.items[k].id == call)
			*effect = w->effects.items[k];
	}
	assert_true(facts_build(in, arena, ret));
}

static void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("not in \"%s\": %s", text, part);
}

static void the_script_says_whom_where_and_what(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	struct arena *arena = arena_new();
	struct facts f;
	struct buf text;

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 306000);
	build(w, "ceci", arena, &f);
	buf_init(&text, 8192);
	desk_tasks_script(&f, NULL, &text);
	assert_has(buf_cstr(&text),
		   "Llame ahora a: Coordinadora, al 555-0101. Marque 9. Diga: «REAL. Folio 01. ");
	assert_has(buf_cstr(&text), "Pida que repita el folio 01");
	assert_has(buf_cstr(&text), "Un recado o un buzón no es respuesta.");
	assert_null(strstr(buf_cstr(&text), "https://")); /* nobody reads a URL aloud */
	buf_release(&text);
	arena_free(arena);
	world_close(w);
}

static void one_call_names_all_seats_of_a_person(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	struct arena *arena = arena_new();
	struct facts f;
	struct buf line;

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
	build(w, "ana", arena, &f);
	assert_string_equal(f.role, ""); /* one seat, her own */
	world_until(w, 506000);
	build(w, "elsa", arena, &f);
	assert_string_equal(f.role,
			    "Se le llama como titular de Asiento A, suplente de Asiento B.");
	buf_init(&line, 8192);
	message_line(&f, NULL, &line);
	assert_has(buf_cstr(&line), f.role);
	buf_release(&line);
	arena_free(arena);
	world_close(w);
}

static void a_hand_over_says_who_answers_from_now_on(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	struct arena *arena = arena_new();
	struct facts f;

	(void)state;
	world_until(w, 150000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 155000);
	assert_int_equal(world_act(w, "ana", ACT_ATIENDO, "", NULL), ERR_OK);
	world_until(w, 200000);
	build(w, "beto", arena, &f);
	assert_string_equal(f.headline, "Cambio de turno: sigue sin funcionar «portal»");
	assert_has(f.todo, "Desde ahora responde por «Mesa»: Mesa de tarde.");
	assert_has(f.todo, "Han contestado: Mesa de día.");
	assert_has(f.todo, "Siguiente marca: 14:34:11.");
	arena_free(arena);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_script_says_whom_where_and_what),
		cmocka_unit_test(one_call_names_all_seats_of_a_person),
		cmocka_unit_test(a_hand_over_says_who_answers_from_now_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
