/* cause_text - why nobody sees a service, for each cause in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "collector/cause_text.h"
#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

static const char plan[] =
	"institution: {name: I}\n"
	"sites: [{id: s, name: Sitio Uno}]\n"
	"agents: [{id: dc, site: s}, {id: noc}]\n"
	"components:\n" WORLD_COMPONENT("web", "confirm: 1") "services:\n"
							     "  - {id: portal, name: Portal, rto: "
							     "10m, needs: web, blind_limit: 5s}\n";

static void each_cause(void **state)
{
	static const struct {
		enum agent_cause cause;
		const char *why, *es, *en;
	} cases[] = {
		{CAUSE_LINK_CUT, "", "calla: parece cortado el enlace", "the link seems cut"},
		{CAUSE_AGENT_DEAD, "", "su sitio sí responde", "its site answers from elsewhere"},
		{CAUSE_PARTIAL, "", "solo desde algunos lugares", "from some places only"},
		{CAUSE_UNKNOWN, "nobody-looks", "nadie ve su sitio", "nobody sees its site"},
		{CAUSE_UNKNOWN, "not-yet", "aún no se sabe", "not known yet"},
		{CAUSE_UNKNOWN, "failed-before", "ya fallaba antes", "had failed before"},
	};
	struct engine_world *w = world_open(plan);
	struct view_incident i;
	struct err_info info;
	struct catalog *english = catalog_open("en", &info);

	(void)state;
	assert_non_null(english);
	world_until(w, 3000);
	world_cut(w, "dc", true);
	world_until(w, 40000);
	i = world_incident(w, 0);
	assert_int_equal(i.kind, INCIDENT_KIND_BLIND);
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct agent_now before = w->engine->agents[0];
		struct buf es, en;

		w->engine->agents[0].cause = cases[k].cause;
		strcpy(w->engine->agents[0].cause_why, cases[k].why);
		buf_init(&es, 1000);
		buf_init(&en, 1000);
		cause_text_put(&es, w->engine, &i, 0, NULL);
		cause_text_put(&en, w->engine, &i, 0, english);
		assert_ptr_equal(strstr(buf_cstr(&es), "El agente dc (Sitio Uno) calla: "),
				 buf_cstr(&es));
		assert_non_null(strstr(buf_cstr(&en), "agent dc (Sitio Uno) is silent: "));
		assert_non_null(strstr(buf_cstr(&es), cases[k].es));
		assert_non_null(strstr(buf_cstr(&en), cases[k].en));
		assert_int_equal(buf_cstr(&en)[en.len - 1], '.');
		buf_release(&es);
		buf_release(&en);
		w->engine->agents[0] = before;
	}
	catalog_free(english);
	world_close(w);
}

static void nobody_is_silent(void **state)
{
	struct engine_world *w = world_open(plan);
	struct view_incident i = {.plan = view_plan(w->engine)};
	struct buf out;

	(void)state;
	world_until(w, 3000);
	buf_init(&out, 1000);
	cause_text_put(&out, w->engine, &i, 0, NULL);
	assert_int_equal(out.len, 0);
	buf_release(&out);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause),
		cmocka_unit_test(nobody_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
