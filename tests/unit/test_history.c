/* history - incidents are found after they have left the engine's memory, also after a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "collector/history.h"
#include "tests/support/collector_world.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	collector_world_close(*state);
	free(*state);
	return 0;
}

static void act(struct collector_world *w, uint64_t incident, enum act act)
{
	struct input in = {.kind = INPUT_ACT};

	in.u.act.incident = incident;
	in.u.act.act = act;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "hecho";
	collector_world_input(w, &in);
}

static void the_story_of_an_incident(void **state)
{
	struct collector_world *w = *state;
	const struct history_incident *i;
	struct buf text;
	struct json_emit j;
	uint64_t id;

	collector_world_fail(w);
	assert_int_equal(history_count(core_history(w->c.core)), 1);
	i = history_at(core_history(w->c.core), 0);
	id = i->id;
	assert_int_equal(i->folio, 1);
	assert_int_equal(i->state, INCIDENT_CONFIRMED);
	assert_int_equal(i->service_count, 1);
	assert_string_equal(i->services[0], "publicacion");
	assert_string_equal(i->root, "web");
	collector_world_sample(w, HEALTH_OK);
	act(w, id, ACT_RESUME);
	act(w, id, ACT_CLOSE);
	collector_world_commit(w);
	collector_world_restart(w);
	i = history_find(core_history(w->c.core), id);
	assert_non_null(i);
	assert_ptr_equal(history_find(core_history(w->c.core), 1), i); /* by its folio */
	assert_null(history_find(core_history(w->c.core), 77));
	assert_int_equal(i->state, INCIDENT_CLOSED);
	assert_true(wall_is_known(i->began) && wall_is_known(i->confirmed));
	assert_true(i->began.us <= i->restored.us && i->restored.us <= i->resumed.us &&
		    i->resumed.us <= i->closed.us);
	assert_true(i->last_seq > id && i->last_seq <= journal_head(core_journal(w->c.core)).seq);
	buf_init(&text, 4096);
	j = json_emit_to(&text);
	json_open_object(&j);
	history_write_fields(&j, i);
	json_close_object(&j);
	assert_non_null(
		strstr(buf_cstr(&text), "\"folio\":\"01\",\"state\":\"closed\",\"kind\":\"down\""));
	buf_release(&text);
}

/* What the engine holds and what is remembered agree. */
static void it_agrees_with_the_engine(void **state)
{
	struct collector_world *w = *state;
	const struct history_incident *i;
	struct view_incident v;

	collector_world_fail(w);
	collector_world_sample(w, HEALTH_OK);
	collector_world_commit(w);
	view_incident(core_engine(w->c.core), 0, &v);
	i = history_find(core_history(w->c.core), v.id);
	assert_int_equal(i->state, v.state);
	assert_int_equal(i->kind, v.kind);
	assert_int_equal(i->folio, v.folio);
	assert_int_equal(i->began.us, v.began.us);
	assert_int_equal(i->not_before.us, v.began_not_before.us);
	assert_int_equal(i->confirmed.us, v.confirmed.us);
	assert_int_equal(i->restored.us, v.restored.us);
	assert_int_equal(i->episode, v.episode);
	/* The same failure within the cool-down is the same incident. */
	collector_world_sample(w, HEALTH_CRITICAL);
	collector_world_sample(w, HEALTH_CRITICAL);
	view_incident(core_engine(w->c.core), 0, &v);
	assert_int_equal(view_incident_count(core_engine(w->c.core)), 1);
	assert_int_equal(v.episode, 2);
	i = history_find(core_history(w->c.core), v.id);
	assert_int_equal(i->episode, 2);
	assert_int_equal(i->state, v.state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_story_of_an_incident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_agrees_with_the_engine, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
