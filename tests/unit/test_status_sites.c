/* status_sites - a site is as bad as the worst that is known of it, and never well where nobody looks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "collector/status_sites.h"
#include "tests/support/engine_world.h"

static const char yaml[] =
	"sites: [{id: a, name: A, kind: catd}, {id: b, name: B, kind: catd}, {id: noc, name: NOC}, "
	"{id: vacio, name: V}]\n"
	"agents: [{id: dc, site: noc}, {id: a1, site: a}]\n"
	"components:\n"
	"  - {id: enlace, site: a, checks: [" WORLD_CHECK(
		"p",
		"from: [dc]") "]}\n"
			      "  - {id: equipo, site: a, depends_on: [enlace], checks: "
			      "[" WORLD_CHECK(
				      "p",
				      "from: [dc]") "]}\n"
						    "  - {id: dentro, site: b, checks: "
						    "[" WORLD_CHECK(
							    "p",
							    "from: [a1]") "]}\n"
									  "  - {id: papel, site: "
									  "vacio}\n"
									  "  - {id: suelto, "
									  "checks: [" WORLD_CHECK(
										  "p",
										  "from: [dc]") "]}"
												"\n"
												"se"
												"rv"
												"ic"
												"es"
												": "
												"[{"
												"id"
												": "
												"s,"
												" r"
												"to"
												": "
												"1h"
												", "
												"ne"
												"ed"
												"s:"
												" e"
												"nl"
												"ac"
												"e}"
												"]"
												"\n";

static void says(const struct engine_world *w, const char *id, const char *rest)
{
	struct buf out CLEANUP(buf_release);
	struct json_emit j;
	char wanted[512];

	buf_init(&out, 1 << 16);
	j = json_emit_to(&out);
	json_open_object(&j);
	status_sites_write(&j, w->engine);
	json_close_object(&j);
	assert_true(buf_is_ok(&out));
	snprintf(wanted, sizeof(wanted), "{\"id\":\"%s\",%s}", id, rest);
	if (strstr(buf_cstr(&out), wanted) == NULL)
		fail_msg("%s not in %s", wanted, buf_cstr(&out));
}

static void before_anything_is_known(void **state)
{
	struct engine_world *w = world_open(yaml);

	(void)state;
	says(w, "a",
	     "\"name\":\"A\",\"kind\":\"catd\",\"state\":\"unknown\",\"since\":null,"
	     "\"components\":2,"
	     "\"failing\":0,\"unseen\":2,\"agents\":1,\"silent\":0,\"cause\":\"none\"");
	says(w, "vacio",
	     "\"name\":\"V\",\"kind\":\"\",\"state\":\"unwatched\",\"since\":null,\"components\":0,"
	     "\"failing\":0,\"unseen\":0,\"agents\":0,\"silent\":0,\"cause\":\"none\"");
	world_close(w);
}

static void the_worst_of_what_is_there(void **state)
{
	struct engine_world *w = world_open(yaml);

	(void)state;
	world_until(w, 5000);
	says(w, "a",
	     "\"name\":\"A\",\"kind\":\"catd\",\"state\":\"ok\",\"since\":1780000001,"
	     "\"components\":2,"
	     "\"failing\":0,\"unseen\":0,\"agents\":1,\"silent\":0,\"cause\":\"none\"");
	says(w, "noc",
	     "\"name\":\"NOC\",\"kind\":\"\",\"state\":\"ok\",\"since\":null,\"components\":0,"
	     "\"failing\":0,\"unseen\":0,\"agents\":1,\"silent\":0,\"cause\":\"none\"");
	/* Behind a link that is down: one failing, one not reached; the link gives the grade. */
	world_set(w, "enlace:p", NULL, HEALTH_CRITICAL);
	world_set(w, "equipo:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
	says(w, "a",
	     "\"name\":\"A\",\"kind\":\"catd\",\"state\":\"critical\",\"since\":1780000006,"
	     "\"components\":2,"
	     "\"failing\":1,\"unseen\":1,\"agents\":1,\"silent\":0,\"cause\":\"none\"");
	world_set(w, "enlace:p", NULL, HEALTH_WARNING);
	world_set(w, "equipo:p", NULL, HEALTH_OK);
	world_until(w, 12000);
	says(w, "a",
	     "\"name\":\"A\",\"kind\":\"catd\",\"state\":\"warning\",\"since\":1780000009,"
	     "\"components\":2,"
	     "\"failing\":0,\"unseen\":0,\"agents\":1,\"silent\":0,\"cause\":\"none\"");
	world_close(w);
}

static void a_silent_agent_is_never_well(void **state)
{
	struct engine_world *w = world_open(yaml);

	(void)state;
	world_until(w, 5000);
	world_cut(w, "a1", true);
	world_until(w, 40000);
	/* Its site answers from elsewhere, and is not seen from within; what it alone sees is blind. */
	says(w, "a",
	     "\"name\":\"A\",\"kind\":\"catd\",\"state\":\"blind\",\"since\":1780000005,"
	     "\"components\":2,"
	     "\"failing\":0,\"unseen\":0,\"agents\":1,\"silent\":1,\"cause\":\"agent-dead\"");
	says(w, "b",
	     "\"name\":\"B\",\"kind\":\"catd\",\"state\":\"blind\",\"since\":1780000010,"
	     "\"components\":1,"
	     "\"failing\":0,\"unseen\":1,\"agents\":0,\"silent\":0,\"cause\":\"none\"");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(before_anything_is_known),
					   cmocka_unit_test(the_worst_of_what_is_there),
					   cmocka_unit_test(a_silent_agent_is_never_well)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
