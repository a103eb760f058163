/* history - incidents are found after they have left the engine's memory, also after a restart, and show what they
 * showed last. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "collector/history.h"
#include "collector/status.h"
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

static void act_of(struct collector_world *w, uint64_t incident, enum act act, uint32_t recorded_by,
		   uint64_t entry)
{
	struct input in = {.kind = INPUT_ACT};

	in.u.act.incident = incident;
	in.u.act.act = act;
	in.u.act.recorded_by = recorded_by;
	in.u.act.proof = recorded_by != PLAN_NONE ? PROOF_VOICE : PROOF_OPERATOR_TOKEN;
	if (entry != 0)
		in.u.act.args = (struct act_args){.entry = entry, .given = ACT_HAS(ENTRY)};
	in.u.act.note = "hecho";
	collector_world_input(w, &in);
}

static void act(struct collector_world *w, uint64_t incident, enum act act)
{
	act_of(w, incident, act, PLAN_NONE, 0);
}

/* Everybody who was told "down" has been told "up". */
static void deliver(struct collector_world *w)
{
	while (w->effects.count > 0) {
		struct input in = {.kind = INPUT_DELIVERY};

		in.u.delivery.call = w->effects.items[0].id;
		in.u.delivery.what = DELIVERY_RECEIPT;
		in.u.delivery.detail = "";
		w->effects.count = 0;
		collector_world_input(w, &in);
		collector_world_commit(w);
	}
}

/* An hour without data: another incident, of kind blind; what is over leaves the memory. */
static void let_it_leave(struct collector_world *w)
{
	struct input tick = {.kind = INPUT_TICK};

	w->c.clock.start_wall.us += 3600 * US_PER_S;
	collector_world_input(w, &tick);
	collector_world_commit(w);
}

static const char *fields(struct buf *b, const struct history_incident *i)
{
	struct json_emit j = json_emit_to(b);

	buf_reset(b);
	json_open_object(&j);
	history_write_fields(&j, i);
	json_close_object(&j);
	return buf_cstr(b);
}

static void the_story_of_an_incident(void **state)
{
	struct collector_world *w = *state;
	const struct history_incident *i;
	struct buf text;
	uint64_t id;

	buf_init(&text, 1 << 20);
	collector_world_fail(w);
	assert_int_equal(history_count(core_history(w->c.core)), 1);
	i = history_at(core_history(w->c.core), 0);
	id = i->id;
	assert_int_equal(i->folio, 1);
	assert_null(i->picture);
	deliver(w);
	collector_world_sample(w, HEALTH_OK);
	act(w, id, ACT_RESUME);
	act(w, id, ACT_CLOSE);
	collector_world_commit(w);
	deliver(w);
	let_it_leave(w);
	for (int round = 0; round < 2; round++, collector_world_restart(w)) {
		i = history_find(core_history(w->c.core), id);
		assert_non_null(i);
		assert_ptr_equal(history_find(core_history(w->c.core), 1), i); /* by its folio */
		assert_null(history_find(core_history(w->c.core), 77));
		assert_true(i->last_seq > id &&
			    i->last_seq <= journal_head(core_journal(w->c.core)).seq);
		assert_non_null(i->picture);
		assert_non_null(strstr(fields(&text, i), "\"folio\":\"01\",\"state\":\"closed\","
							 "\"kind\":\"down\""));
		assert_null(history_at(core_history(w->c.core), 1)->picture); /* fails just now */
	}
	buf_release(&text);
}

/* The list shows the same of it as before, what is irregular about it too. */
static void it_shows_what_it_showed_last(void **state)
{
	struct collector_world *w = *state;
	const struct history_incident *i;
	struct view_incident v;
	struct buf before, after;
	struct json_emit j;
	uint64_t closing;

	buf_init(&before, 1 << 20);
	buf_init(&after, 1 << 20);
	collector_world_fail(w);
	deliver(w);
	collector_world_sample(w, HEALTH_OK);
	view_incident(core_engine(w->c.core), 0, &v);
	collector_world_commit(w);
	closing = journal_head(core_journal(w->c.core)).seq + 1;
	act_of(w, v.id, ACT_CLOSE, 1, 0);
	deliver(w);
	act_of(w, v.id, ACT_DISPUTE, PLAN_NONE, closing);
	collector_world_commit(w);
	deliver(w);
	view_incident(core_engine(w->c.core), 0, &v);
	assert_int_equal(v.state, INCIDENT_CLOSED);
	j = json_emit_to(&before);
	json_open_object(&j);
	status_write_incident_to_keep(&j, core_engine(w->c.core), &v, clock_now(&w->c.clock));
	json_close_object(&j);
	assert_non_null(strstr(buf_cstr(&before), "\"irregular\":[\"act-disputed\"]"));
	assert_non_null(strstr(buf_cstr(&before), "\"plan_adopted\":null"));
	let_it_leave(w);
	i = history_find(core_history(w->c.core), v.id);
	assert_string_equal(fields(&after, i), buf_cstr(&before));
	buf_release(&after);
	buf_release(&before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_story_of_an_incident, set_up, tear_down),
		cmocka_unit_test_setup_teardown(it_shows_what_it_showed_last, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
