/* reload - the plan on disk to the plan in force: whole or not at all.
 * wrap: series_set_plan malloc_trim
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/files.h"
#include "collector/intake.h"
#include "collector/reload.h"
#include "tests/support/collector_world.h"

static const struct plan *drawn_plan;

void __wrap_series_set_plan(struct series *s, const struct plan *plan);
void __wrap_series_set_plan(struct series *s, const struct plan *plan)
{
	(void)s;
	drawn_plan = plan;
}

static unsigned given_back;

int __wrap_malloc_trim(size_t pad);
int __wrap_malloc_trim(size_t pad)
{
	(void)pad;
	given_back++;
	return 0;
}

static const char sound[] =
	"agents: [{id: dc}]\n"
	"components: [{id: nuevo, checks: [{id: tcp, type: tcp, address: 127.0.0.1, port: 9, "
	"from: [dc], interval: 5s}]}]\n";

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	w->c.config.plan = strdup(collector_world_path(w, "plan.yaml"));
	w->c.series = (struct series *)(void *)&nothing;
	w->c.intake = intake_new(&w->c);
	drawn_plan = NULL;
	given_back = 0;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	intake_free(w->c.intake);
	free((char *)(uintptr_t)w->c.config.plan);
	collector_world_close(w);
	free(w);
	return 0;
}

static enum err reload(struct collector_world *w, const char *yaml)
{
	struct err_info info;

	assert_int_equal(files_replace(w->c.config.plan, slice_of(yaml), 0600, &info), ERR_OK);
	return reload_plan(&w->c);
}

static void a_sound_plan_is_applied(void **state)
{
	struct collector_world *w = *state;
	const struct plan *p;

	assert_int_equal(reload(w, sound), ERR_OK);
	p = view_plan(core_engine(w->c.core));
	assert_int_not_equal(plan_find_component(p, SLICE_LIT("nuevo")), PLAN_NONE);
	assert_int_equal(plan_find_component(p, SLICE_LIT("web")), PLAN_NONE);
	assert_ptr_equal(drawn_plan, p);
	assert_int_equal(collector_world_count(w, "plan.applied"), 2);
	/* The same again is no news. */
	assert_int_equal(reload(w, sound), ERR_OK);
	assert_int_equal(collector_world_count(w, "plan.applied"), 2);
}

static void a_broken_plan_is_refused_whole(void **state)
{
	struct collector_world *w = *state;
	const struct plan *before = view_plan(core_engine(w->c.core));
	char broken[1024];

	/* A sound part before the mistake is not applied either. */
	snprintf(broken, sizeof(broken), "%sservcies: []\n", sound);
	assert_int_equal(reload(w, broken), ERR_SYNTAX);
	assert_ptr_equal(view_plan(core_engine(w->c.core)), before);
	assert_null(drawn_plan);
	assert_true(w->c.refusal.refused);
	assert_int_equal(w->c.refusal.count, 1);
	assert_non_null(strstr(w->c.refusal.text, "plan.yaml:3:1: unknown-key"));
	assert_non_null(strstr(w->c.refusal.text, "services"));
	assert_int_equal(collector_world_count(w, "plan.applied"), 1);
	/* Put right, the refusal is over. */
	assert_int_equal(reload(w, sound), ERR_OK);
	assert_false(w->c.refusal.refused);
	assert_int_equal(w->c.refusal.count, 1);
}

static void a_running_incident_keeps_its_plan(void **state)
{
	struct collector_world *w = *state;
	struct view_incident i;

	collector_world_fail(w);
	assert_int_equal(reload(w, sound), ERR_OK);
	view_incident(core_engine(w->c.core), 0, &i);
	assert_int_not_equal(plan_find_component(i.plan, SLICE_LIT("web")), PLAN_NONE);
	collector_world_commit(w);
	collector_world_restart(w);
	view_incident(core_engine(w->c.core), 0, &i);
	assert_int_not_equal(plan_find_component(i.plan, SLICE_LIT("web")), PLAN_NONE);
}

static void write_table(struct collector_world *w, const char *csv)
{
	struct err_info info;

	assert_int_equal(
		files_replace(collector_world_path(w, "sites.csv"), slice_of(csv), 0600, &info),
		ERR_OK);
}

/* A table of sites belongs to the plan: read again with it, refused whole with it. */
static void a_changed_table_is_a_changed_plan(void **state)
{
	static const char yaml[] =
		"sites: {from_csv: sites.csv}\n"
		"templates:\n"
		"  - id: lan\n"
		"    for_sites: all\n"
		"    agents: [{id: \"${site.id}\"}]\n"
		"    components: [{id: \"${site.id}/x\", checks: [{id: tcp, type: tcp, address: "
		"127.0.0.1, port: 9, from: [\"${site.id}\"], interval: 5s}]}]\n";
	struct collector_world *w = *state;
	const struct plan *p;

	write_table(w, "id\na\n");
	assert_int_equal(reload(w, yaml), ERR_OK);
	assert_int_equal(view_plan(core_engine(w->c.core))->component_count, 1);
	/* Only the table changes. */
	write_table(w, "id\na\nb\n");
	assert_int_equal(reload_plan(&w->c), ERR_OK);
	p = view_plan(core_engine(w->c.core));
	assert_int_equal(p->component_count, 2);
	assert_int_not_equal(plan_find_component(p, SLICE_LIT("b/x")), PLAN_NONE);
	assert_int_equal(collector_world_count(w, "plan.applied"), 3);
	/* A row that is not sound: the good ones before it are not applied either. */
	write_table(w, "id\na\nb\nc\nb\n");
	assert_int_equal(reload_plan(&w->c), ERR_SYNTAX);
	assert_ptr_equal(view_plan(core_engine(w->c.core)), p);
	assert_true(w->c.refusal.refused);
	assert_non_null(strstr(w->c.refusal.text, "sites.csv:5:1: duplicate-id: the site 'b' "
						  "stands already in"));
	assert_int_equal(collector_world_count(w, "plan.applied"), 3);
	write_table(w, "id\na\nb\nc\n");
	assert_int_equal(reload_plan(&w->c), ERR_OK);
	assert_false(w->c.refusal.refused);
	/* The journal holds what was made: a start needs neither the table nor the template. */
	collector_world_commit(w);
	collector_world_restart(w);
	p = view_plan(core_engine(w->c.core));
	assert_int_not_equal(plan_find_component(p, SLICE_LIT("c/x")), PLAN_NONE);
}

/* What reading took is free afterwards, and the system gets it: applied, unchanged or refused. */
static void what_reading_took_is_given_back(void **state)
{
	struct collector_world *w = *state;

	assert_int_equal(reload(w, sound), ERR_OK);
	assert_int_equal(given_back, 1);
	assert_int_equal(reload(w, sound), ERR_OK);
	assert_int_equal(given_back, 2);
	assert_int_equal(reload(w, "servcies: []\n"), ERR_SYNTAX);
	assert_int_equal(given_back, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sound_plan_is_applied, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_broken_plan_is_refused_whole, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_running_incident_keeps_its_plan, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_reading_took_is_given_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_changed_table_is_a_changed_plan, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
