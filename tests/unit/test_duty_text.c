/* duty_text - people on a terminal: siren, calls to make, who answers, who is away; in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "cli/duty_text.h"

static void expect(void (*put)(struct buf *, const json_t *, bool), const char *status,
		   bool english, const char *want)
{
	json_t *root = json_loads(status, 0, NULL);
	struct buf out;

	assert_non_null(root);
	buf_init(&out, 65536);
	put(&out, root, english);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
	json_decref(root);
}

static void nothing_is_said_where_there_is_nothing(void **state)
{
	(void)state;
	expect(duty_text_put_urgent, "{}", false, "");
	expect(duty_text_put_urgent, "{\"siren\":{\"on\":false,\"why\":[]},\"tasks\":[]}", true,
	       "");
	expect(duty_text_put_people, "{\"duty\":[],\"away\":[]}", false, "");
}

static void what_cannot_wait_comes_with_how_to_answer_it(void **state)
{
	static const char status[] =
		"{\"siren\":{\"on\":true,\"why\":[\"tree-exhausted\",\"call-by-hand\",\"otra\"]},"
		"\"tasks\":[{\"call\":31,\"incident\":12,\"folio\":\"07\",\"person\":\"utsi\","
		"\"post\":"
		"\"Titular\",\"to\":\"4622\",\"due\":1760000000,\"taken_by\":null,\"script\":"
		"\"Diga.\"},"
		"{\"call\":32,\"incident\":12,\"folio\":\"07\",\"person\":\"dii\",\"post\":"
		"\"Director\","
		"\"to\":\"4623\",\"due\":null,\"taken_by\":\"mesa\",\"script\":\"Diga.\"}]}";

	(void)state;
	expect(duty_text_put_urgent, status, false,
	       "SIRENA: nadie ha contestado o decidido y ya se intentó con todos; hay una llamada "
	       "que nadie "
	       "ha "
	       "tomado; otra\n"
	       "LLAMADAS POR HACER\n"
	       "  LLAME AHORA  Titular  4622  folio 07  hasta 2025-10-09 02:53\n"
	       "    Diga.\n"
	       "    vigia call-result 12 entry=31 "
	       "what=taken|answered|no-answer|left-word|ack|attend|pass --as utsi --recorded-by "
	       "USTED\n"
	       "  LLAME AHORA  Director  4623  folio 07  la hace mesa\n"
	       "    Diga.\n"
	       "    vigia call-result 12 entry=32 "
	       "what=taken|answered|no-answer|left-word|ack|attend|pass --as dii --recorded-by "
	       "USTED\n");
}

static void who_answers_and_who_is_away(void **state)
{
	static const char status[] =
		"{\"duty\":[{\"seat\":\"mesa\",\"name\":\"Mesa\",\"level\":0,\"until\":1760000000,"
		"\"people\":[{\"person\":\"b\",\"post\":\"Tarde\",\"stands_for\":\"a\",\"away\":"
		"false},"
		"{\"person\":\"f\",\"post\":\"Redes\",\"stands_for\":null,\"away\":true}]},"
		"{\"seat\":\"g\",\"name\":\"Guardia\",\"level\":3,\"until\":null,\"people\":[]}],"
		"\"away\":[{\"person\":\"a\",\"post\":\"Día\",\"other\":\"b\",\"since\":1760000000,"
		"\"until\":null}]}";

	(void)state;
	expect(duty_text_put_people, status, false,
	       "QUIÉN RESPONDE AHORA\n"
	       "  Mesa  Tarde (b, por a); después Redes (f, AUSENTE)  hasta 2025-10-09 02:53\n"
	       "  Guardia  NADIE\n"
	       "AUSENTES\n"
	       "  Día (a)  toma b  desde 2025-10-09 02:53\n");
	expect(duty_text_put_people, status, true,
	       "WHO ANSWERS NOW\n"
	       "  Mesa  Tarde (b, for a); then Redes (f, AWAY)  until 2025-10-09 02:53\n"
	       "  Guardia  NOBODY\n"
	       "AWAY\n"
	       "  Día (a)  stand-in b  since 2025-10-09 02:53\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_where_there_is_nothing),
		cmocka_unit_test(what_cannot_wait_comes_with_how_to_answer_it),
		cmocka_unit_test(who_answers_and_who_is_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
