/* topology - what depends on what, and which processes stand on a component, paths included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/topology.h"
#include "tests/support/engine_world.h"

static const char plan[] =
	"sites: [{id: dc, name: Centro de datos, kind: dc}]\n"
	"agents: [{id: dc}]\n"
	"components:\n"
	"  - {id: switch, site: dc, address: 192.0.2.1, checks: [" WORLD_CHECK(
		"p",
		"from: [dc]") "]}\n"
			      "  - {id: fw-a, depends_on: switch, checks: [" WORLD_CHECK(
				      "p",
				      "from: [dc]") "]}\n"
						    "  - {id: fw-b, depends_on: {any: [switch, "
						    "fw-a]}, checks: [" WORLD_CHECK(
							    "p",
							    "from: [dc]") "]}\n"
									  "  - {id: solo, checks: "
									  "[" WORLD_CHECK(
										  "p",
										  "from: [dc]") "]}"
												"\n"
												"se"
												"rv"
												"ic"
												"es"
												":"
												"\n"
												"  "
												"- "
												"{i"
												"d:"
												" u"
												"no"
												", "
												"na"
												"me"
												": "
												"Un"
												"o,"
												" c"
												"ri"
												"ti"
												"ca"
												"li"
												"ty"
												": "
												"lo"
												"w,"
												" r"
												"to"
												": "
												"5m"
												", "
												"ne"
												"ed"
												"s:"
												" f"
												"w-"
												"a}"
												"\n"
												"  "
												"- "
												"{i"
												"d:"
												" d"
												"os"
												", "
												"na"
												"me"
												": "
												"Do"
												"s,"
												" c"
												"ri"
												"ti"
												"ca"
												"li"
												"ty"
												": "
												"lo"
												"w,"
												" r"
												"to"
												": "
												"5m"
												", "
												"ne"
												"ed"
												"s:"
												" {"
												"an"
												"y:"
												" ["
												"fw"
												"-a"
												", "
												"fw"
												"-b"
												"]}"
												"}"
												"\n";

static void what_stands_on_what(void **state)
{
	struct engine_world *w = world_open(plan);
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	topology_write(w->engine, &out);
	assert_non_null(strstr(buf_cstr(&out),
			       "\"sites\":[{\"id\":\"dc\",\"name\":\"Centro de datos\","
			       "\"kind\":\"dc\"}]"));
	assert_non_null(
		strstr(buf_cstr(&out),
		       "{\"id\":\"switch\",\"address\":\"192.0.2.1\",\"depends_on\":[],"
		       "\"carries\":[\"uno\",\"dos\"]},"
		       "{\"id\":\"fw-a\",\"address\":null,\"depends_on\":[\"switch\"],"
		       "\"carries\":[\"uno\",\"dos\"]},"
		       "{\"id\":\"fw-b\",\"address\":null,\"depends_on\":[\"switch\",\"fw-a\"],"
		       "\"carries\":[\"dos\"]},"
		       "{\"id\":\"solo\",\"address\":null,\"depends_on\":[],\"carries\":[]}"));
	buf_release(&out);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(what_stands_on_what)};

	return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
