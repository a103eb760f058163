/* brief_cmd - what `vigia brief` and `vigia incident` say of an incident that is to be decided. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.h"

static const char incident[] =
	"{\"id\":12,\"timeline\":[],\"brief\":{\"now\":1780000100,\"services\":[{\"id\":\"portal\","
	"\"name\":"
	"\"Portal\",\"area\":\"Área A\",\"criticality\":\"very-high\",\"rto\":300,\"running\":true,"
	"\"estimated\":false,\"began\":1780000010,\"not_before\":1780000008,\"elapsed\":90,"
	"\"left\":210,"
	"\"breach_at\":1780000310,\"breached\":false,\"restored\":null,\"checks\":3,\"failing\":2,"
	"\"recovered\":1,\"next_mark\":1780000130,\"next_pct\":40}],\"urgent\":\"portal\","
	"\"people\":["
	"{\"person\":\"ana\",\"post\":\"Mesa\",\"calls\":1,\"answered\":true,\"act\":\"atiendo\"},"
	"{\"person\":\"ceci\",\"post\":\"Coordinadora\\u001b[2J\",\"calls\":2,\"answered\":false,"
	"\"act\":null}],"
	"\"done\":[{\"entry\":31,\"at\":1780000050,\"act\":\"authorize\",\"person\":\"elsa\","
	"\"post\":\"Directora\","
	"\"recorded_by\":\"ana\",\"proof\":\"voice\",\"state\":\"unconfirmed\",\"second\":null,"
	"\"due\":1780000650,"
	"\"note\":\"por "
	"teléfono\"}],\"clause\":{\"code\":\"PP/01\",\"revision\":\"01\",\"policy\":\"critica\","
	"\"step\":3,\"service\":\"portal\",\"procedure\":\"drp\"},\"gate\":{\"state\":\"held\","
	"\"why\":null,"
	"\"opened\":null,\"waits\":1,\"until\":1780000190},\"authorised\":[\"elsa\"],\"quorum\":2,"
	"\"declared_by\":null,"
	"\"ratification\":{\"state\":\"pending\",\"due\":1780001900,\"by\":[]},\"unconfirmed\":1,"
	"\"irregular\":["
	"\"ratification-pending\"],\"checklists\":[{\"procedure\":\"drp\",\"name\":\"\","
	"\"service\":\"portal\",\"done\":1,"
	"\"activities\":2,\"next\":2,\"next_do\":\"Reiniciar\",\"next_by\":\"redes\",\"due\":"
	"1780000200,\"overdue\":true,"
	"\"tasks\":[{\"n\":1,\"do\":\"Clasificar\",\"by\":\"mesa\",\"state\":\"done\",\"person\":"
	"\"ana\",\"at\":1780000060},"
	"{\"n\":2,\"do\":\"Reiniciar\",\"by\":\"redes\",\"state\":\"open\",\"person\":null,\"at\":"
	"null}]}]}}";

static void check(bool english, const char *const *wanted, size_t n)
{
	struct buf out;

	buf_init(&out, 65536);
	assert_int_equal(brief_cmd_write(incident, strlen(incident), english, &out), ERR_OK);
	for (size_t k = 0; k < n; k++) {
		if (strstr(buf_cstr(&out), wanted[k]) == NULL)
			fail_msg("'%s' is not in:\n%s", wanted[k], buf_cstr(&out));
	}
	assert_null(strchr(buf_cstr(&out), '\033')); /* a terminal obeys nobody but its user */
	buf_release(&out);
}

static void in_spanish(void **state)
{
	static const char *const wanted[] = {
		"Portal (portal), Área A, criticidad muy alta; desde 14:26:50 (pudo empezar hasta "
		"2s antes); "
		"lleva 1m 30s; quedan 3m 30s",
		"a este paso se cumple el RTO a las 14:31:50; fallan 2 de 3 revisiones, 1 ya se "
		"recuperaron; siguiente paso a las 14:28:50",
		"  han contestado: Mesa (atiende)\n",
		"  NO han contestado: Coordinadora",
		"(2 llamadas)",
		"    31  14:27:30  Directora  autoriza  «por teléfono»  [SIN CONFIRMAR; lo asentó "
		"ana]",
		"  según el plan: PP/01 rev. 01, política critica, paso 3; procedimiento drp",
		"  nivel 1: en espera por la coordinación; se le llama solo a las 14:29:50",
		"  autorizan (1 de 2): elsa",
		"  IRREGULAR: declarada sin el nivel 1, falta ratificar (plazo 14:58:20)",
		"  LISTA drp (portal): 1 de 2; sigue la 2, redes; VENCIDA a las 14:30:00",
		"   >   2  pendiente  Reiniciar  — redes\n",
		"       1  hecha  Clasificar  — mesa  14:27:40  ana\n",
	};

	(void)state;
	check(false, wanted, COUNT_OF(wanted));
}

static void in_english(void **state)
{
	static const char *const wanted[] = {"TO DECIDE",
					     "have NOT answered: Coordinadora",
					     "authorised by (1 of 2): elsa",
					     "held by the coordinator",
					     "OVERDUE since 14:30:00",
					     "at this rate the RTO is over at 14:31:50"};

	(void)state;
	check(true, wanted, COUNT_OF(wanted));
}

static void what_is_no_incident(void **state)
{
	static const struct {
		const char *json, *says;
		enum err err;
	} cases[] = {{"", "", ERR_SYNTAX},
		     {"[]", "", ERR_SYNTAX},
		     {"{\"id\":1}", "", ERR_SYNTAX},
		     {"{\"timeline\":[]}", "El incidente terminó; véase vigia incident.\n", ERR_OK},
		     {"{\"timeline\":[],\"brief\":{}}", "PARA DECIDIR\n", ERR_OK}};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct buf out;

		buf_init(&out, 4096);
		assert_int_equal(brief_cmd_write(cases[k].json, strlen(cases[k].json), false, &out),
				 cases[k].err);
		assert_string_equal(buf_cstr(&out), cases[k].says);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(in_spanish),
					   cmocka_unit_test(in_english),
					   cmocka_unit_test(what_is_no_incident)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
