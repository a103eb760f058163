/* cuts_text - one line a series, one for each place that stays behind; what a service would lose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "cli/cuts_text.h"

#define SERIES(state, rest)                                                                        \
	"{\"now\":1715538062,\"cuts\":[{\"id\":\"prep\",\"name\":\"Cortes del PREP\",\"state\":"   \
	"\"" state "\",\"count\":25," rest "}]}"
#define HOUR "\"hour\":{\"from\":1715536800,\"published\":1,\"needed\":3}"

static void writes(const char *json, bool english, const char *text)
{
	json_t *root = json_loads(json, 0, NULL);
	struct buf out CLEANUP(buf_release);

	assert_non_null(root);
	buf_init(&out, 4096);
	cuts_text_put(&out, root, english);
	assert_string_equal(buf_cstr(&out), text);
	json_decref(root);
}

static void a_late_cut(void **state)
{
	static const char json[] = SERIES(
		"late",
		"\"number\":2,\"due\":1715538000,\"next_due\":1715539200,\"published_count\":1,"
		"\"missing_count\":0,\"unseen_count\":0," HOUR
		",\"of\":[{\"name\":\"datos\",\"state\":\"complete\",\"shown_due\":1715538000},"
		"{\"name\":\"base\",\"state\":\"late\",\"shown_due\":1715536800}],\"mirrors\":[{"
		"\"name\":\"medio-07\",\"state\":\"blind\",\"shown_due\":null}]");

	(void)state;
	writes(json, false,
	       "CORTES DE PUBLICACIÓN\n"
	       "  Cortes del PREP  Corte 12:20 (2 de 25): TARDE, 1m 02s; siguiente 12:40; "
	       "publicados "
	       "1; en esta hora 1 de 3\n"
	       "    TARDE  base  muestra 12:00\n"
	       "    A CIEGAS  medio-07  no muestra ninguno\n");
	writes(json, true,
	       "PUBLICATION CUTS\n"
	       "  Cortes del PREP  Cut 12:20 (2 of 25): LATE, 1m 02s; next 12:40; published 1; "
	       "this "
	       "hour 1 of 3\n"
	       "    LATE  base  shows 12:00\n"
	       "    BLIND  medio-07  shows none\n");
}

static void before_and_after(void **state)
{
	(void)state;
	writes("{\"now\":1,\"cuts\":[]}", false, "");
	writes("{\"now\":1}", false, "");
	writes(SERIES("waiting", "\"number\":0,\"due\":null,\"next_due\":1715539200,"
				 "\"published_count\":0,\"hour\":{\"needed\":0}"),
	       false,
	       "CORTES DE PUBLICACIÓN\n  Cortes del PREP  en espera del siguiente; siguiente "
	       "12:40; "
	       "publicados 0\n");
	writes(SERIES("over",
		      "\"number\":25,\"due\":1715538000,\"next_due\":null,"
		      "\"published_count\":22,\"missing_count\":2,\"unseen_count\":1,"
		      "\"hour\":{\"needed\":0},\"of\":[{\"name\":\"x\",\"state\":\"late\"}]"),
	       false,
	       "CORTES DE PUBLICACIÓN\n  Cortes del PREP  Corte 12:20 (25 de 25): serie terminada; "
	       "publicados 22, FALTARON 2, no vistos 1\n");
	/* Nonsense of another program: no crash, no number out of range. */
	writes(SERIES("???", "\"number\":\"x\",\"due\":1e300,\"of\":7"), false,
	       "CORTES DE PUBLICACIÓN\n  Cortes del PREP  ???; publicados 0\n");
}

static void age(const char *json, bool english, const char *text)
{
	json_t *root = json_loads(json, 0, NULL);
	struct buf out CLEANUP(buf_release);

	buf_init(&out, 4096);
	cuts_text_put_rpo(&out, root, english);
	assert_string_equal(buf_cstr(&out), text);
	json_decref(root);
}

static void ages_of_copies(void **state)
{
	(void)state;
	age("{\"rpo\":null}", false, "");
	age("{\"rpo\":{\"limit\":14400,\"state\":\"unknown\",\"copy\":null}}", false,
	    "  RPO 4h 00m, sin copia conocida");
	age("{\"rpo\":{\"limit\":14400,\"state\":\"exceeded\",\"copy\":1715538000,\"age\":18000,"
	    "\"estimated\":true,\"at_stake\":600}}",
	    false,
	    "  RPO 4h 00m, copia del 2024-05-12 12:20:00, hace 5h 00m  RPO REBASADO  (estimado)  "
	    "en "
	    "juego 10m 00s");
	age("{\"rpo\":{\"limit\":14400,\"state\":\"met\",\"copy\":1715538000,\"age\":60,"
	    "\"estimated\":false,\"at_stake\":null}}",
	    true, "  RPO 4h 00m, copy of 2024-05-12 12:20:00, 1m 00s ago");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_late_cut),
					   cmocka_unit_test(before_and_after),
					   cmocka_unit_test(ages_of_copies)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
