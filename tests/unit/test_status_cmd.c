/* status_cmd - what the NOC reads, from the collector's JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "cli/commands.h"

static const char status[] =
	"{\"now\":1760000052.75,\"version\":\"0.1.0\",\"real\":true,"
	"\"plan\":{\"institution\":\"Instituto\",\"code\":\"UTSI/PL/01\",\"revision\":\"01\","
	"\"refused\":{\"at\":1,\"text\":\"plan.yaml:3:1: error\"}},"
	"\"journal\":{\"ok\":false},"
	"\"watch\":{\"troubles\":[{\"what\":\"agent-silent\",\"who\":\"dc\",\"cause\":\"link-cut\","
	"\"why\":\"\",\"since\":1760000000}]},"
	"\"services\":[{\"id\":\"copaco\",\"name\":\"Registro\\u001b[2J\",\"rto\":300,\"state\":"
	"\"down\","
	"\"degraded\":false,\"clock\":{\"began\":1760000010.25,\"elapsed\":42.5,\"left\":257.5,"
	"\"breached\":false,\"estimated\":true}},"
	"{\"id\":\"b\",\"name\":\"Bien\",\"rto\":60,\"state\":\"ok\",\"degraded\":true,\"clock\":"
	"null}],"
	"\"components\":[{\"id\":\"dc/web\",\"name\":\"Web\",\"state\":\"critical\",\"checks\":["
	"{\"id\":\"dc/web:http\",\"state\":\"critical\",\"suspect\":false,\"since\":1760000013.25,"
	"\"why\":\"connect-refused\"},{\"id\":\"dc/web:tcp\",\"state\":\"ok\",\"suspect\":false}]},"
	"{\"id\":\"dc/db\",\"name\":\"Base\",\"state\":\"ok\",\"checks\":[]}],"
	"\"agents\":[{\"id\":\"dc\",\"state\":\"silent\",\"last_seen\":1760000000,\"spooled\":3,"
	"\"cause\":\"link-cut\",\"cause_why\":\"\"}],"
	"\"incidents\":[{\"id\":10,\"folio\":\"07\",\"state\":\"confirmed\",\"services\":["
	"\"copaco\"],"
	"\"root\":\"dc/web\",\"began\":1760000010.25,\"exhausted\":true}]}";

static void has(const struct buf *out, const char *text)
{
	if (strstr(buf_cstr(out), text) == NULL)
		fail_msg("no '%s' in:\n%s", text, buf_cstr(out));
}

static void the_status_in_spanish(void **state)
{
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(status_cmd_write(status, strlen(status), false, &out), ERR_OK);
	has(&out, "Vigía 0.1.0 · REAL · Instituto · UTSI/PL/01 rev 01 · 02:54:12\n");
	has(&out, "PLAN RECHAZADO al recargar: plan.yaml:3:1: error\n");
	has(&out, "ALARMA PROPIA LA BITÁCORA NO SE PUEDE ESCRIBIR.");
	has(&out,
	    "LA VIGILANCIA MISMA\n  El agente dc calla desde las 02:53:20: enlace cortado: el "
	    "sitio tampoco responde desde otro lugar\n");
	has(&out, "  CAÍDO  Registro?[2J (copaco)  RTO 5m");
	has(&out, "  desde 02:53:30  lleva 42s  quedan 4m 17s  (estimado)\n");
	has(&out, "  DEGRADADO  Bien (b)");
	has(&out,
	    "  CRÍTICO  Web (dc/web)\n    CRÍTICO  dc/web:http  desde 02:53:33  connect-refused\n");
	has(&out,
	    "  07  (10)  CONFIRMADO  copaco  desde 02:53:30  causa dc/web  NADIE HA RESPONDIDO\n");
	has(&out,
	    "  EN SILENCIO  dc  visto 02:53:20  en espera 3  enlace cortado: el sitio tampoco "
	    "responde desde otro lugar\n");
	assert_null(strstr(buf_cstr(&out), "dc/web:tcp")); /* what is well is not told */
	assert_null(strstr(buf_cstr(&out), "dc/db"));
}

static void the_status_in_english(void **state)
{
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(status_cmd_write(status, strlen(status), true, &out), ERR_OK);
	has(&out, "SERVICES\n  DOWN  ");
	has(&out, "left 4m 17s");
	has(&out, "NOBODY HAS ANSWERED");
}

static void what_flaps_and_what_is_one_failure_away(void **state)
{
	static const char json[] =
		"{\"services\":[{\"id\":\"s\",\"name\":\"Salida\",\"rto\":60,\"state\":"
		"\"degraded\","
		"\"flapping\":true,\"clock\":null,\"exposure\":{\"since\":1760000010,\"elapsed\":"
		"63,"
		"\"next\":[\"fw-a\",\"fw-b\"],\"next_count\":5,\"unseen\":true}}],"
		"\"components\":[{\"id\":\"c\",\"name\":\"C\",\"state\":\"ok\",\"flapping\":true,"
		"\"checks\":[{\"id\":\"c:p\",\"state\":\"ok\",\"suspect\":false,\"flapping\":true,"
		"\"flapping_since\":1760000010,\"since\":1760000013,\"why\":\"\"}]}]}";
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(status_cmd_write(json, strlen(json), false, &out), ERR_OK);
	has(&out, "  DEGRADADO  Salida (s)  RTO 1m 00s  INTERMITENTE\n");
	has(&out,
	    "    a una falla de no servir desde 02:53:30 (lleva 1m 03s): fw-a, fw-b y 3 más, si "
	    "lo que no se ve falla\n");
	has(&out, "    bien  c:p  desde 02:53:33    intermitente desde 02:53:30\n");
}

static void one_incident(void **state)
{
	static const char json[] =
		"{\"id\":10,\"folio\":\"07\",\"state\":\"closed\",\"services\":[\"copaco\"],"
		"\"root\":null,"
		"\"impact\":[{\"what\":\"mesas\",\"count\":33},{\"what\":\"distritos\",\"count\":2}"
		"],"
		"\"sites\":[\"catd-01\",\"catd-02\"],\"impact_possible\":false,"
		"\"began\":1760000010.25,\"restored\":1760000080.5,"
		"\"calls\":[{\"id\":13,\"kind\":\"up\",\"seat\":\"mesa\",\"person\":\"ana\","
		"\"channel\":\"file\","
		"\"state\":\"received\",\"at\":1760000013.25,\"maybe_duplicate\":true}],"
		"\"timeline\":[{\"seq\":22,\"at\":1760000070.25,\"kind\":\"clock.restored\","
		"\"body\":{\"service\":\"copaco\",\"outage\":70.25}},"
		"{\"seq\":12,\"at\":1760000013,\"kind\":\"incident.state\",\"body\":{\"from\":"
		"\"suspect\","
		"\"to\":\"confirmed\"}}]}";
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(status_cmd_write_incident(json, strlen(json), false, &out), ERR_OK);
	has(&out, "  comenzó               2025-10-09 02:53:30\n");
	has(&out, "  impacto               mesas: 33, distritos: 2; sitios 2: catd-01, catd-02\n");
	has(&out,
	    "  02:53:33  recibida  ana (mesa)  file  restablecimiento  (posible duplicado)\n");
	has(&out, "      22  02:54:30  servicio restablecido  copaco  1m 10s\n");
	has(&out, "      12  02:53:33  estado del incidente  sospecha  CONFIRMADO\n");
}

static void the_list_and_other_answers(void **state)
{
	static const char *const wrong[] = {"", "[]", "{}", "{\"services\":", "<html>"};
	struct buf out CLEANUP(buf_release);

	(void)state;
	buf_init(&out, 65536);
	assert_int_equal(status_cmd_write_incidents("{\"incidents\":[]}", 16, false, &out), ERR_OK);
	assert_string_equal(buf_cstr(&out), "No hay incidentes.\n");
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(status_cmd_write(wrong[i], strlen(wrong[i]), false, &out),
				 ERR_SYNTAX);
}

static void the_only_open_incident(void **state)
{
#define CLOSED                                                                                     \
	"{\"id\":3,\"folio\":\"01\",\"state\":\"closed\"},{\"id\":4,\"folio\":\"02\",\"state\":"   \
	"\"false-alarm\"}"
#define OPEN(id, folio) ",{\"id\":" id ",\"folio\":\"" folio "\",\"state\":\"restored\"}"
	static const char none[] = "{\"incidents\":[" CLOSED "]}",
			  one[] = "{\"incidents\":[" CLOSED OPEN("10", "03") "]}",
			  two[] = "{\"incidents\":[" CLOSED OPEN("10", "03") OPEN("12", "04") "]}";
	struct err_info info;
	char id[32] = "";

	(void)state;
	assert_int_equal(status_cmd_only_open(one, strlen(one), id, sizeof(id), &info), ERR_OK);
	assert_string_equal(id, "10");
	assert_int_equal(status_cmd_only_open(none, strlen(none), id, sizeof(id), &info),
			 ERR_NOT_FOUND);
	assert_int_equal(status_cmd_only_open(two, strlen(two), id, sizeof(id), &info),
			 ERR_WRONG_STATE);
	assert_string_equal(info.text, "2 incidents are open, name one: 03 04");
	assert_int_equal(status_cmd_only_open("{}", 2, id, sizeof(id), &info), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_in_spanish),
		cmocka_unit_test(the_status_in_english),
		cmocka_unit_test(what_flaps_and_what_is_one_failure_away),
		cmocka_unit_test(one_incident),
		cmocka_unit_test(the_list_and_other_answers),
		cmocka_unit_test(the_only_open_incident),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
