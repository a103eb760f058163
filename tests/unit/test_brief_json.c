/* brief_json - the facts of an incident for API, board and command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/brief_json.h"
#include "tests/support/decisions.h"

static void says(const struct engine_world *w, bool whole, const char *const *wanted, size_t n)
{
	struct arena *arena = arena_new();
	struct buf text;
	struct json_emit j;
	struct brief b;

	buf_init(&text, 1 << 20);
	j = json_emit_to(&text);
	assert_true(brief_of(w->engine, world_incident(w, 0).id, w->now, arena, &b));
	json_open_object(&j);
	if (whole)
		brief_json_put(&j, &b);
	else
		brief_json_put_decision(&j, &b);
	json_close_object(&j);
	assert_true(buf_is_ok(&text));
	for (size_t k = 0; k < n; k++) {
		if (strstr(buf_cstr(&text), wanted[k]) == NULL)
			fail_msg("'%s' is not in\n%s", wanted[k], buf_cstr(&text));
	}
	assert_true(whole || strstr(buf_cstr(&text), "\"tasks\"") == NULL);
	buf_release(&text);
	arena_free(arena);
}

static void a_decision_in_short(void **state)
{
	static const char *const before[] = {
		"{\"gate\":{\"state\":\"shut\",\"why\":null,\"opened\":null,\"waits\":0,\"until\":"
		"1780000121},"
		"\"authorised\":[],\"quorum\":2,\"declared_by\":null,\"ratification\":null,"
		"\"unconfirmed\":0,\"irregular\":[],\"checklists\":[],\"to_confirm\":[]}"};
	static const char *const after[] = {
		"\"gate\":{\"state\":\"open\",\"why\":\"person\",\"opened\":1780000005,\"waits\":0,"
		"\"until\":null}",
		"\"authorised\":[\"elsa\",\"gina\"],\"quorum\":2,\"declared_by\":\"ceci\"",
		"\"checklists\":[{\"procedure\":\"drp\",\"name\":\"Recuperación técnica\","
		"\"service\":\"portal\",\"done\":0,\"activities\":6,\"next\":1,\"next_do\":"
		"\"Clasificar\","
		"\"next_by\":\"mesa\",\"due\":1780000070,\"overdue\":false}"};
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	says(w, false, before, COUNT_OF(before));
	decisions_declare(w);
	says(w, false, after, COUNT_OF(after));
}

static void all_of_it(void **state)
{
	static const char *const wanted[] = {
		"{\"brief\":{\"now\":1780000070,\"services\":[{\"id\":\"portal\",\"name\":"
		"\"Portal\","
		"\"area\":\"Área A\",\"criticality\":\"very-high\",\"rto\":300,\"running\":true,"
		"\"estimated\":false,\"began\":1780000001,\"not_before\":null,\"elapsed\":69,"
		"\"left\":231,"
		"\"breach_at\":1780000301,\"breached\":false,\"restored\":null,\"checks\":1,"
		"\"failing\":1,"
		"\"recovered\":0,",
		"\"urgent\":\"portal\"",
		"{\"person\":\"ceci\",\"post\":\"Coordinadora\",\"seat\":\"coordinacion\","
		"\"level\":2,",
		"\"act\":\"declare\",\"person\":\"ceci\",\"post\":\"Coordinadora\",\"recorded_by\":"
		"\"ana\","
		"\"proof\":\"paper\",\"state\":\"unconfirmed\",\"second\":null,\"due\":1780000670,"
		"\"note\":\"por escrito\"}",
		"\"clause\":{\"code\":\"PP/01\",\"revision\":\"01\",\"policy\":\"critica\","
		"\"step\":3,\"service\":\"portal\",\"procedure\":\"drp\",\"mark\":1780000121,"
		"\"latest\":1780000241,\"window\":30}",
		"\"ratification\":{\"state\":\"pending\",\"due\":1780001870,\"by\":[]},"
		"\"unconfirmed\":1,"
		"\"irregular\":[\"ratification-pending\"]",
		"{\"n\":1,\"do\":\"Clasificar\",\"by\":\"mesa\",\"seat\":\"mesa\",\"question\":"
		"false,"
		"\"state\":\"done\",\"person\":\"ana\",\"recorded_by\":\"ana\",\"at\":1780000070,"
		"\"entry\":",
		"{\"n\":6,\"do\":\"Informar\",\"by\":\"CAT\",\"seat\":null,\"question\":false,"
		"\"state\":\"open\",\"person\":null,\"recorded_by\":null,\"at\":null,\"entry\":"
		"null}"};
	static const char *const waiting[] = {
		"\"to_confirm\":[{\"entry\":",
		"\"act\":\"declare\",\"person\":\"ceci\",\"recorded_by\":\"ana\",\"proof\":"
		"\"paper\",\"due\":1780000670}]}"};
	struct engine_world *w = *state;

	decisions_silence(w);
	assert_int_equal(
		decisions_act(w, "ceci", ACT_DECLARE, "ana", PROOF_PAPER, "por escrito", NULL),
		ERR_OK);
	assert_int_equal(decisions_act(w, "ana", ACT_CHECK, NULL, PROOF_OPERATOR_TOKEN, "", "n=1",
				       "what=done", "service=portal", NULL),
			 ERR_OK);
	says(w, true, wanted, COUNT_OF(wanted));
	says(w, false, waiting, COUNT_OF(waiting));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_decision_in_short, decisions_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(all_of_it, decisions_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
