/* status_cuts - a series and the age of a copy as keys and numbers, null where nothing is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "collector/status_cuts.h"
#include "tests/support/engine_world.h"

static const char yaml[] =
	"agents: [{id: dc}]\n"
	"components:\n" WORLD_COMPONENT("datos", "") WORLD_COMPONENT("espejo", "")
		WORLD_COMPONENT("copia", "") WORLD_COMPONENT(
			"web",
			"") "services: [{id: difusion, rto: 100s, rpo: 60s, rpo_check: "
			    "\"copia:p\", rpo_value: connect, "
			    "needs: web}, {id: otro, rto: 1h, needs: web}]\n"
			    "cuts:\n"
			    "  - {id: prep, service: difusion, first: \"2026-05-28T14:28\", last: "
			    "\"2026-05-28T14:30\", "
			    "every: 1m, grace: 20s, by: number, of: [{name: datos, check: "
			    "\"datos:p\", value: connect}], "
			    "mirrors: [{name: espejo, check: \"espejo:p\", value: connect}]}\n";

static void has(const struct engine_world *w, const char *part)
{
	struct buf out CLEANUP(buf_release);
	struct json_emit j;

	buf_init(&out, 1 << 16);
	j = json_emit_to(&out);
	json_open_object(&j);
	status_cuts_write(&j, w->engine, w->now);
	for (uint32_t i = 0; i < 2; i++)
		status_cuts_write_rpo(&j, w->engine, i, w->now);
	json_close_object(&j);
	if (strstr(buf_cstr(&out), part) == NULL)
		fail_msg("%s not in %s", part, buf_cstr(&out));
}

static void from_waiting_to_late(void **state)
{
	struct engine_world *w = world_open(yaml);

	(void)state;
	has(w, "\"cuts\":[{\"id\":\"prep\",\"name\":\"prep\",\"service\":\"difusion\",\"state\":"
	       "\"waiting\"");
	has(w,
	    "\"effect\":\"ok\",\"began\":null,\"number\":0,\"count\":3,\"due\":null,\"next_due\":"
	    "1780000080,\"published\":false,\"last_published\":null");
	has(w,
	    "\"rpo\":{\"limit\":60,\"state\":\"unknown\",\"estimated\":false,\"copy\":null,\"age\":"
	    "null,\"at_stake\":null},\"rpo\":null");
	w->value[world_vantage(w, "datos:p", NULL)] = MICRO;
	w->value[world_vantage(w, "espejo:p", NULL)] = 0; /* no cut of the series */
	world_until(w, 90000);
	has(w, "\"state\":\"due\"");
	has(w, "\"published\":true,\"last_published\":1780000080,\"published_count\":1");
	has(w, "\"hour\":{\"from\":1779998400,\"published\":1,\"needed\":3}");
	world_until(w, 110000);
	has(w, "\"state\":\"inconsistent\"");
	has(w, "\"effect\":\"down\",\"began\":1780000080");
	has(w,
	    "\"of\":[{\"name\":\"datos\",\"check\":\"datos:p\",\"state\":\"complete\",\"shown\":1,"
	    "\"shown_due\":1780000080,\"since\":1780000080}]");
	has(w,
	    "\"mirrors\":[{\"name\":\"espejo\",\"check\":\"espejo:p\",\"state\":\"late\",\"shown\":"
	    "0,\"shown_due\":null");
	world_close(w);
}

static void what_is_at_stake(void **state)
{
	struct engine_world *w = world_open(yaml);

	(void)state;
	w->value[world_vantage(w, "copia:p", NULL)] = 5 * MICRO;
	world_until(w, 10000);
	has(w, "\"state\":\"met\",\"estimated\":false,\"copy\":1780000005,\"age\":5,\"at_stake\":"
	       "null");
	w->value[world_vantage(w, "copia:p", NULL)] = 90 * MICRO;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 12000);
	has(w, "\"state\":\"exceeded\",\"estimated\":false,\"copy\":1779999922,\"age\":90,\"at_"
	       "stake\":"
	       "89");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(from_waiting_to_late),
					   cmocka_unit_test(what_is_at_stake)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
