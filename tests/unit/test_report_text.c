/* report_text - what people reported and what is owed, on a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "cli/report_text.h"

typedef void put_fn(struct buf *out, const json_t *json, bool english);

static void expect(put_fn *put, const char *json, bool english, const char *want)
{
	json_t *root = json_loads(json, 0, NULL);
	struct buf out;

	assert_non_null(root);
	buf_init(&out, 65536);
	put(&out, root, english);
	assert_string_equal(buf_cstr(&out), want);
	buf_release(&out);
	json_decref(root);
}

static void nothing_is_said_of_nothing(void **state)
{
	(void)state;
	expect(report_text_put_debts, "{\"debts\":[]}", false, "");
	expect(report_text_put_debts, "{}", false, "");
	expect(report_text_put_marks, "{\"report_count\":0,\"class\":\"technical\"}", false, "");
	expect(report_text_put, "{\"final_report\":{\"start\":1,\"activities\":[]}}", false, "");
}

static void what_is_owed(void **state)
{
	static const char debts[] =
		"{\"debts\":[{\"folio\":\"07\",\"what\":\"improvement\",\"person\":\"gil\","
		"\"due\":1780000000,\"overdue\":true},{\"folio\":\"08\",\"what\":\"report\","
		"\"person\":null,\"due\":null,\"overdue\":false}]}";

	(void)state;
	expect(report_text_put_debts, debts, false,
	       "PENDIENTES\n  folio 07  acción de mejora  gil  vence 2026-05-28 14:26:40  VENCIDO\n"
	       "  folio 08  informe final\n");
	expect(report_text_put_debts, debts, true,
	       "OWED\n  folio 07  improvement action  gil  due 2026-05-28 14:26:40  OVERDUE\n"
	       "  folio 08  final report\n");
}

static void what_stands_on_an_incidents_line(void **state)
{
	(void)state;
	expect(report_text_put_marks,
	       "{\"services\":[],\"reports\":[{\"name\":\"Robo\\u001b[2J\",\"site\":\"d-7\"}],"
	       "\"report_count\":2,\"class\":\"operational\",\"contradicted\":true,"
	       "\"merged_into\":9}",
	       false,
	       "  Robo?[2J  d-7  operativo, reportes: 2  LO REPORTAN, PERO LA MEDICIÓN DICE QUE "
	       "FUNCIONA  sigue en el incidente 9");
}

static void the_final_report(void **state)
{
	static const char json[] =
		"{\"report_due\":1780000100,\"final_report\":{\"start\":1780000000,\"start_by\":"
		"\"word\","
		"\"end\":1780000060,\"reports\":[{\"seq\":2,\"at\":1780000000,\"what\":\"other\","
		"\"via\":\"citizen\",\"note\":\"x\",\"ref\":null,\"by\":\"flor\"}],"
		"\"purchases\":[{\"seq\":5,\"at\":1780000000,\"note\":\"planta\",\"amount\":900,"
		"\"authorised_by\":\"elsa\",\"by\":null}],"
		"\"improvements\":[{\"seq\":6,\"at\":1780000000,\"note\":\"enlace\",\"owner\":"
		"\"gil\","
		"\"due\":1780000000,\"done\":1780000000,\"verified\":null,\"by\":\"ana\"}]}}";

	(void)state;
	expect(report_text_put, json, false,
	       "INFORME FINAL\n  inicio 2026-05-28 14:26:40 (según lo reportado)  fin 2026-05-28 "
	       "14:27:40  vence 2026-05-28 14:28:20\n"
	       "  Lo reportado\n         2  2026-05-28 14:26:40  otro  ciudadanía  x  (asentó "
	       "flor)\n"
	       "  Compras o rentas\n         5  2026-05-28 14:26:40  planta  $900  autoriza elsa\n"
	       "  Plan de mejora\n         6  2026-05-28 14:26:40  enlace  responsable gil  para "
	       "2026-05-28 14:26:40  hecho 2026-05-28 14:26:40  (asentó ana)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_of_nothing),
		cmocka_unit_test(what_is_owed),
		cmocka_unit_test(what_stands_on_an_incidents_line),
		cmocka_unit_test(the_final_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
