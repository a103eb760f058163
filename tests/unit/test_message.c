/* message - what a person reads, in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/message.h"
#include "tests/support/collector_world.h"
#include "tests/support/engine_world.h"
#include "tests/support/test_plan.h"

static struct catalog *english;

static void write_message(const struct engine *e, const struct effect *effect, struct wall_time now,
			  bool journalled, const char *link, struct buf *out)
{
	struct facts_input in = {.engine = e,
				 .effect = effect,
				 .now = now,
				 .journalled = journalled,
				 .english = english,
				 .link = link};
	struct arena *arena = arena_new();
	struct facts f;

	assert_true(facts_build(&in, arena, &f));
	message_json(&f, facts_catalog(&in, f.plan), out);
	arena_free(arena);
}

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_fail(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static const char *write_one(struct collector_world *w, struct buf *out, enum call_kind kind,
			     int64_t after_s, bool journalled)
{
	struct effect effect = w->effects.items[0];
	struct view_service v;

	view_service(core_engine(w->c.core), 0, clock_now(&w->c.clock), &v);
	effect.kind = kind;
	buf_reset(out);
	write_message(core_engine(w->c.core), &effect,
		      wall_add_us(v.clock.began, after_s * US_PER_S), journalled, "", out);
	return buf_cstr(out);
}

static void has(const char *json, const char *text)
{
	if (strstr(json, text) == NULL)
		fail_msg("'%s' is not in %s", text, json);
}

static void has_not(const char *json, const char *text)
{
	if (strstr(json, text) != NULL)
		fail_msg("'%s' is in %s", text, json);
}

static void every_field_is_there(void **state)
{
	struct collector_world *w = *state;
	const char *json;
	struct buf out;

	buf_init(&out, 16384);
	json = write_one(w, &out, CALL_DOWN, 48, true);
	has(json, "\"kind\":\"down\"");
	has(json, "\"folio\":\"01\"");
	has(json, "\"services\":[\"publicacion\"]");
	has(json, "\"seat\":\"equipo\",\"level\":3,\"person\":\"mesa\",\"channel\":\"archivo\","
		  "\"to\":\"mesa@example.org\"");
	has(json, "\"service\":\"publicacion\",\"service_name\":\"Publicación\",\"service_names\":"
		  "\"Publicación\",\"state\":\"confirmed\"");
	has(json, "\"elapsed\":48,");
	has(json, "\"left\":252,\"left_text\":\"quedan 4m 12s del RTO\"");
	has(json, "\"subject\":\"REAL · Folio 01 · No funciona «Publicación»\"");
	has(json, "\"label\":\"REAL\",\"real\":true,\"maybe_duplicate\":false}");
	has(json, "REAL. Folio 01. No funciona «Publicación» desde las ");
	has(json, "; quedan 4m 12s del RTO. Confirme de enterado.");
	buf_release(&out);
}

static void the_words_fit_the_moment(void **state)
{
	static const struct {
		enum call_kind kind;
		int64_t after_s;
		const char *text, *not_text;
	} cases[] = {
		{CALL_DOWN, 299, "quedan 1s del RTO", "rebasado"},
		{CALL_DOWN, 310, "RTO rebasado hace 10s", "quedan"},
		{CALL_BREACH, 300, "RTO rebasado en «Publicación»", "quedan"},
		{CALL_ASK, 60, "Conteste: autoriza o declina", "enterado"},
		{CALL_FALSE_ALARM, 60, "Falsa alarma en «Publicación». No necesita contestar.",
		 "desde"},
		{CALL_CLOSED, 60,
		 "Incidente cerrado: «Publicación». Lo cerró una persona; que funcione no se "
		 "midió.",
		 "desde"},
		{CALL_UP, 60, "Ya funciona «Publicación»", "quedan"},
		{CALL_BLIND, 60, "Sin datos de «Publicación»", "No funciona"},
	};
	struct collector_world *w = *state;
	struct buf out;

	buf_init(&out, 16384);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *json = write_one(w, &out, cases[i].kind, cases[i].after_s, true);

		has(json, cases[i].text);
		has_not(json, cases[i].not_text);
	}
	buf_release(&out);
}

static void marks_are_said(void **state)
{
	struct collector_world *w = *state;
	const char *json;
	struct buf out;

	buf_init(&out, 16384);
	w->effects.items[0].maybe_duplicate = true;
	w->effects.items[0].drill = true;
	json = write_one(w, &out, CALL_DOWN, 10, false);
	has(json, "SIMULACRO. (posible duplicado) Folio 01");
	has(json, "Aún no consta en la bitácora.");
	has(json, "\"real\":false,\"maybe_duplicate\":true,\"journalled\":false}");
	has_not(json, "REAL.");
	buf_release(&out);
}

static void recovery_says_since_when_and_how_long(void **state)
{
	struct collector_world *w = *state;
	struct buf out;

	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_OK);
	collector_world_commit(w);
	buf_init(&out, 16384);
	has(write_one(w, &out, CALL_UP, 60, true), "Ya funciona «Publicación» desde las ");
	has(buf_cstr(&out), "; estuvo fuera ");
	buf_release(&out);
}

static const char *of_kind(struct engine_world *w, enum call_kind kind, struct buf *out)
{
	struct effect e = w->effects.items[0];

	e.kind = kind;
	buf_reset(out);
	write_message(w->engine, &e, w->now, true, "", out);
	return buf_cstr(out);
}

/* portal and consulta fail together; mesa is called once, for both. */
static void one_call_names_all_that_fail(void **state)
{
	struct engine_world *w = world_open(world_plan);
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 6000);
	has(of_kind(w, CALL_DOWN, &out), "También: «");
	has(buf_cstr(&out), "«portal»");
	has(buf_cstr(&out), "«consulta»");
	world_set(w, "db:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	world_set(w, "web:p", NULL, HEALTH_OK); /* consulta still lacks db */
	world_until(w, 20000);
	assert_false(world_service(w, "portal").clock.running);
	has_not(of_kind(w, CALL_MARK, &out), "También: «portal»");
	buf_release(&out);
	world_close(w);
}

/* What works now and then is neither "down" nor "up" to those who are told of it. */
static void what_flaps_is_said_to_flap(void **state)
{
	struct engine_world *w = world_open(world_plan);
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	for (int i = 0; i < 3; i++) {
		world_set(w, "web:p", NULL, HEALTH_CRITICAL);
		world_until(w, world_ms(w->now) + 5000);
		world_set(w, "web:p", NULL, HEALTH_OK);
		world_until(w, world_ms(w->now) + 5000);
	}
	assert_int_equal(world_service(w, "portal").state, SERVICE_OK);
	has(of_kind(w, CALL_FLAPPING, &out), "Está intermitente «portal» desde las ");
	has(buf_cstr(&out), "del RTO");
	has(buf_cstr(&out), "se le avisará cuando quede estable");
	has(of_kind(w, CALL_MARK, &out), "Sigue intermitente «portal»");
	has_not(buf_cstr(&out), "sin funcionar");
	buf_release(&out);
	world_close(w);
}

static void what_stops_is_said(void **state)
{
	struct arena *arena = arena_new();
	struct engine_world *w =
		world_open(test_plan_read_file("tests/scenario/plans/services.yaml", arena));
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	has(of_kind(w, CALL_DOWN, &out), " Impacto: sitios: 1. Confirme");
	world_close(w);
	w = world_open(test_plan_read_file("tests/scenario/plans/services.yaml", arena));
	world_set(w, "uno/acceso:p", NULL, HEALTH_CRITICAL);
	world_set(w, "dos/acceso:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	has(of_kind(w, CALL_DOWN, &out),
	    " Impacto: mesas: 23, distritos: 2, actas: 300, sitios: 2. ");
	has(buf_cstr(&out), "\"impact\":\"mesas: 23, distritos: 2, actas: 300, sitios: 2\"");
	world_close(w);
	w = world_open(test_plan_read_file("tests/scenario/plans/services.yaml", arena));
	world_cut(w, "dc", true);
	world_until(w, 100000);
	has(of_kind(w, CALL_BLIND, &out), " Impacto posible: actas: 300. ");
	buf_release(&out);
	world_close(w);
	arena_free(arena);
}

static void blindness_stays_blindness_at_a_mark(void **state)
{
	struct engine_world *w = world_open(world_plan);
	struct buf out;

	(void)state;
	buf_init(&out, 16384);
	world_until(w, 4000);
	world_cut(w, "dc", true);
	world_until(w, 70000);
	has(of_kind(w, CALL_MARK, &out), "Sigue sin datos de «");
	has_not(buf_cstr(&out), "sin funcionar");
	buf_release(&out);
	world_close(w);
}

static void build(struct collector_world *w, const char *link, struct arena *arena, struct facts *f,
		  const struct catalog **words)
{
	static struct effect effect;
	static struct facts_input in;

	effect = w->effects.items[0];
	in = (struct facts_input){.engine = core_engine(w->c.core),
				  .effect = &effect,
				  .now = clock_now(&w->c.clock),
				  .journalled = true,
				  .english = english,
				  .link = link};
	assert_true(facts_build(&in, arena, f));
	*words = facts_catalog(&in, f->plan);
}

static void a_mail_has_its_link_and_nothing_from_elsewhere(void **state)
{
	struct collector_world *w = *state;
	struct arena *arena = arena_new();
	const struct catalog *words;
	struct facts f;
	struct buf out;

	buf_init(&out, 65536);
	build(w, "https://noc.example.org/a?b=1&c=\"2\"", arena, &f, &words);
	message_text(&f, words, &out);
	has(buf_cstr(&out), "REAL\nFolio 01\n\nNo funciona «Publicación».\n\nDesde: ");
	has(buf_cstr(&out), "\nRTO: quedan ");
	has(buf_cstr(&out), "\nPara: Mesa de ayuda\nQué hacer: Confirme de enterado.\n");
	has(buf_cstr(&out), "\nConfirmar: https://noc.example.org/a?b=1&c=\"2\"\n");
	buf_reset(&out);
	message_html(&f, words, &out);
	has(buf_cstr(&out),
	    "href=\"https://noc.example.org/a?b=1&amp;c=&quot;2&quot;\">Confirmar</a>");
	has_not(buf_cstr(&out), "src=");
	has_not(buf_cstr(&out), "<script");
	buf_reset(&out);
	message_line(&f, words, &out);
	has(buf_cstr(&out), "\nConfirmar: https://noc.example.org/");
	build(w, "", arena, &f, &words);
	buf_reset(&out);
	message_html(&f, words, &out);
	message_text(&f, words, &out);
	has_not(buf_cstr(&out), "Confirmar");
	buf_release(&out);
	arena_free(arena);
}

/* The plan says English: every sentence is, and none of the Spanish ones is left. */
static void english_by_the_plan(void **state)
{
	struct collector_world *w = *state;
	struct arena *arena = arena_new();
	struct err_info info = {0};
	struct plan *plan;
	const struct catalog *words;
	struct facts f;
	struct buf out;

	english = catalog_open("en", &info);
	assert_non_null(english);
	plan = (struct plan *)(uintptr_t)view_plan(core_engine(w->c.core));
	plan->institution.locale = "en";
	buf_init(&out, 65536);
	w->effects.items[0].drill = true;
	build(w, "https://x.example.org/", arena, &f, &words);
	assert_ptr_equal(words, english);
	message_line(&f, words, &out);
	has(buf_cstr(&out), "DRILL. Folio 01. Down: «Publicación» since ");
	has(buf_cstr(&out),
	    " of the RTO left. Please acknowledge.\nConfirm: https://x.example.org/");
	message_text(&f, words, &out);
	message_html(&f, words, &out);
	message_json(&f, words, &out);
	has_not(buf_cstr(&out), "Confirm"
				"e");
	has_not(buf_cstr(&out), "quedan");
	has_not(buf_cstr(&out), "SIMULACRO");
	has_not(buf_cstr(&out), "Desde");
	buf_release(&out);
	arena_free(arena);
	catalog_free(english);
	english = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_field_is_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_words_fit_the_moment, set_up, tear_down),
		cmocka_unit_test_setup_teardown(marks_are_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(recovery_says_since_when_and_how_long, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_mail_has_its_link_and_nothing_from_elsewhere,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(english_by_the_plan, set_up, tear_down),
		cmocka_unit_test(one_call_names_all_that_fail),
		cmocka_unit_test(what_flaps_is_said_to_flap),
		cmocka_unit_test(what_stops_is_said),
		cmocka_unit_test(blindness_stays_blindness_at_a_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
