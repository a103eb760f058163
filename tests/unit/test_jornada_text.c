/* jornada_text - the calendar, silences and orders on a terminal, in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "cli/jornada_text.h"

typedef void put_fn(struct buf *out, const json_t *o, bool english);

static void put_all_orders(struct buf *out, const json_t *o, bool english)
{
	jornada_text_put_orders(out, o, english, true);
}

static void put_open_orders(struct buf *out, const json_t *o, bool english)
{
	jornada_text_put_orders(out, o, english, false);
}

static void each_line_in_both_languages(void **state)
{
	/* 1780000000 is 14:26:40 of 2026-05-28 in Mexico City */
	static const struct {
		put_fn *put;
		const char *json, *es, *en;
	} cases[] = {
		{jornada_text_put_jornada,
		 "{\"now\":1780000000,\"jornada\":{\"name\":\"Simulacro\",\"until\":1780003600},"
		 "\"next_jornada\":{\"name\":"
		 "\"Jornada\",\"from\":1780100000}}",
		 "JORNADA: Simulacro, hasta 15:26:40\nSigue: Jornada, desde 2026-05-29 18:13:20\n",
		 "DAY: Simulacro, until 15:26:40\nNext: Jornada, from 2026-05-29 18:13:20\n"},
		{jornada_text_put_jornada, "{\"now\":1780000000,\"jornada\":null}", "", ""},
		{jornada_text_put_silences,
		 "{\"now\":1780000000,\"silences\":[{\"id\":7,\"what\":\"silence\",\"state\":\"in-"
		 "force\",\"of\":\"web\",\"until\":"
		 "1780000200,\"owner\":\"mesa\",\"reason\":\"mantenimiento\",\"failed\":[{}]}]}",
		 "SILENCIOS Y VENTANAS\n  (7)  web  en silencio hasta 14:30:00 por mesa: "
		 "mantenimiento  (fallaron 1, sin llamar)\n",
		 "SILENCES AND WINDOWS\n  (7)  web  silent until 14:30:00 by mesa: mantenimiento  "
		 "(1 failed, nobody called)\n"},
		{jornada_text_put_silences,
		 "{\"now\":1780000000,\"silences\":[{\"id\":7,\"what\":\"window\",\"state\":"
		 "\"unsigned\",\"needs\":\"level-2\",\"of\":"
		 "\"web\",\"from\":1780000000,\"until\":1780000200,\"owner\":\"mesa\",\"reason\":"
		 "\"x\"}]}",
		 "SILENCIOS Y VENTANAS\n  (7)  web  previsto de 14:26:40 a 14:30:00, SIN EFECTO: "
		 "falta la firma del nivel 2 por mesa: x\n",
		 "SILENCES AND WINDOWS\n  (7)  web  planned from 14:26:40 until 14:30:00, NOT IN "
		 "FORCE: level 2 must sign by mesa: x\n"},
		{put_open_orders,
		 "{\"owed_resume\":2,\"orders\":[{\"id\":9,\"what\":\"suspend\",\"state\":"
		 "\"waiting\",\"by\":\"omar\",\"reason\":\"sismo\","
		 "\"told\":3,\"confirmed\":[\"d2\"],\"missing\":[\"d1\",\"d3\"]},{\"id\":8,"
		 "\"what\":\"wait\",\"state\":\"superseded\"}]}",
		 "    (9)  SUSPENDER  por omar: sismo  confirmaron 1 de 3; FALTAN: d1, d3\n"
		 "    a 2 sedes se les dijo suspender o esperar, y no se les ha dicho reanudar\n",
		 "    (9)  SUSPEND  by omar: sismo  confirmed 1 of 3; MISSING: d1, d3\n"
		 "    2 posts have been told to suspend or to wait, and not to resume\n"},
		{put_all_orders,
		 "{\"orders\":[{\"id\":8,\"what\":\"wait\",\"state\":\"superseded\",\"by\":"
		 "\"omar\",\"reason\":\"x\"},{\"id\":9,\"what\":"
		 "\"resume\",\"state\":\"void\",\"by\":\"omar\",\"reason\":\"y\"}]}",
		 "    (8)  ESPERAR  por omar: x  (hay otra posterior)\n    (9)  REANUDAR  por "
		 "omar: y  (del simulacro, sin efecto)\n",
		 "    (8)  WAIT  by omar: x  (a later order stands)\n    (9)  RESUME  by omar: y  "
		 "(of the drill, void)\n"},
		{jornada_text_put_silenced, "{\"silenced\":{\"until\":1780000200}}",
		 "  EN SILENCIO hasta 14:30:00", "  SILENT until 14:30:00"},
		{jornada_text_put_silenced, "{\"silenced\":null}", "", ""},
		{put_all_orders, "{\"orders\":3}", "", ""},
		{jornada_text_put_silences,
		 "{\"silences\":[{\"until\":1e300,\"state\":\"in-force\"}]}",
		 "SILENCIOS Y VENTANAS\n  (0)    en silencio hasta --:--:-- por : \n",
		 "SILENCES AND WINDOWS\n  (0)    silent until --:--:-- by : \n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		json_t *o = json_loads(cases[i].json, 0, NULL);

		assert_non_null(o);
		for (int english = 0; english < 2; english++) {
			struct buf out;

			buf_init(&out, 65536);
			cases[i].put(&out, o, english);
			assert_string_equal(buf_cstr(&out), english ? cases[i].en : cases[i].es);
			buf_release(&out);
		}
		json_decref(o);
	}
}

static void the_stamp_is_the_plan_s_or_the_plain_word(void **state)
{
	static const struct {
		const char *json, *want;
	} cases[] = {{"{\"stamp\":\"SIMULACRO 2\",\"real\":false}", "SIMULACRO 2"},
		     {"{\"real\":false}", "SIMULACRO"},
		     {"{\"real\":true}", "REAL"}};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		json_t *o = json_loads(cases[i].json, 0, NULL);
		struct buf out;

		buf_init(&out, 100);
		jornada_text_put_stamp(&out, o);
		assert_string_equal(buf_cstr(&out), cases[i].want);
		buf_release(&out);
		json_decref(o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_in_both_languages),
		cmocka_unit_test(the_stamp_is_the_plan_s_or_the_plain_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
