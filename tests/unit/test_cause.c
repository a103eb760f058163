/* cause - the conclusions of two-sided probing that a scenario does not reach: another agent of the same site, agents
 * without a site, a plan that changes, an observer that is itself silent, and what an answer is. The cases of everyday stand
 * in tests/scenario/04*. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

#define CHECKED(id, site, from)                                                                    \
	"  - {id: " id ", site: " site                                                             \
	", checks: [" WORLD_CHECK("p", "from: [" from "], confirm: 2, recover: 2") "]}\n"
#define HEAD                                                                                       \
	"institution: {name: I}\n"                                                                 \
	"sites: [{id: s, name: S}, {id: c, name: C}]\n"                                            \
	"agents: [{id: dc, site: s}, {id: two, site: s}, {id: noc, site: c}, {id: bare}]\n"        \
	"components:\n"

static const char plan[] = HEAD CHECKED("gw", "s", "noc");
static const char renamed[] = HEAD CHECKED("another", "c", "noc") CHECKED("gw", "s", "noc");

static struct view_agent agent(const struct engine_world *w, uint32_t i)
{
	struct view_agent v;

	view_agent(w->engine, i, &v);
	return v;
}

static void another_agent_of_the_site_is_heard(void **state)
{
	struct engine_world *w = world_open(plan);

	(void)state;
	world_until(w, 3000);
	world_cut(w, "dc", true);
	world_cut(w, "noc", true); /* and nobody looks from elsewhere */
	world_until(w, 30000);
	world_expect(w, "agent.cause agent=dc to=agent-dead");
	assert_int_equal(agent(w, 0).cause, CAUSE_AGENT_DEAD);
	assert_int_equal(agent(w, 1).cause, CAUSE_NONE);
	world_close(w);
}

static void an_agent_without_a_site_has_no_evidence(void **state)
{
	struct engine_world *w = world_open(plan);

	(void)state;
	world_cut(w, "bare", true);
	world_until(w, 30000);
	world_expect(w, "agent.cause agent=bare to=unknown why=nobody-looks");
	world_close(w);
}

static void an_observer_that_is_silent_proves_nothing(void **state)
{
	struct engine_world *w = world_open(plan);

	(void)state;
	world_until(w, 3000);
	world_cut(w, "dc", true);
	world_cut(w, "two", true);
	world_cut(w, "noc", true);
	world_until(w, 40000);
	world_expect(w, "agent.cause agent=dc to=unknown why=not-yet");
	world_never(w, "agent.cause agent=dc to=agent-dead");
	world_never(w, "agent.cause agent=dc to=link-cut");
	world_close(w);
}

static void the_evidence_keeps_its_name_in_another_plan(void **state)
{
	struct engine_world *w = world_open(plan);

	(void)state;
	world_until(w, 3000);
	world_cut(w, "dc", true);
	world_cut(w, "two", true);
	world_until(w, 30000);
	assert_int_equal(agent(w, 0).cause, CAUSE_AGENT_DEAD);
	world_apply_plan(w, renamed);
	assert_string_equal(view_plan(w->engine)->components[agent(w, 0).cause_component].id, "gw");
	world_until(w, 31000); /* every agent is heard again */
	assert_int_equal(agent(w, 0).cause, CAUSE_NONE);
	world_close(w);
}

static void who_looks_from_elsewhere(void **state)
{
	struct engine_world *w = world_open(plan);
	const struct plan *p = view_plan(w->engine);

	(void)state;
	assert_true(cause_is_looked_at(p, 0));
	assert_true(cause_is_looked_at(p, 1));
	assert_false(cause_is_looked_at(p, 2)); /* nobody checks a component of its site */
	assert_false(cause_is_looked_at(p, 3));
	assert_false(cause_wants(w->engine, 0)); /* nobody is silent */
	world_close(w);
}

/* A check of the observer's own machine is no look, wherever it stands. */
static void who_measures_itself_looks_at_nobody(void **state)
{
	static const char host[] =
		HEAD "  - {id: gw, site: s, checks: [{id: h, type: host, from: [noc]}]}\n";
	struct engine_world *w = world_open(host);

	(void)state;
	assert_false(cause_is_looked_at(view_plan(w->engine), 0));
	world_close(w);
}

/* What a series holds of the time before a start; the journal knows the first good sample only. */
static void what_was_drawn_before_a_start_is_remembered(void **state)
{
	struct engine_world *w = world_open(plan);

	(void)state;
	world_until(w, 60000);
	world_cut(w, "noc", true);
	world_restart(w);
	engine_recall(w->engine, 0, world_time(58000));
	world_mark(w);
	world_until(w, 70000);
	world_expect(w, "check.blind check=gw:p last=@58");
	world_close(w);
	w = world_open(plan);
	world_until(w, 60000);
	world_cut(w, "noc", true);
	world_restart(w);
	engine_recall(w->engine, 0, world_time(-5000)); /* older than what is journalled */
	world_mark(w);
	world_until(w, 70000);
	world_never(w, "check.blind check=gw:p last=@-5");
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_agent_of_the_site_is_heard),
		cmocka_unit_test(an_agent_without_a_site_has_no_evidence),
		cmocka_unit_test(an_observer_that_is_silent_proves_nothing),
		cmocka_unit_test(the_evidence_keeps_its_name_in_another_plan),
		cmocka_unit_test(who_looks_from_elsewhere),
		cmocka_unit_test(who_measures_itself_looks_at_nobody),
		cmocka_unit_test(what_was_drawn_before_a_start_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
