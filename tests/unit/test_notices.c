/* notices - calls of no incident: results, a receipt that does not come, another plan, a restart in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/calendar_world.h"
#include "tests/support/test_plan.h"

static void end_a_silence(struct engine_world *w)
{
	assert_int_equal(calendar_world_act(w, "ana", ACT_SILENCE, "x", "component=web until=10s"),
			 ERR_OK);
	world_until(w, 10000);
}

static void a_notice_is_a_call_without_an_incident(void **state)
{
	struct engine_world *w = *state;
	struct view_incident i;
	struct view_call c;
	uint64_t call;

	end_a_silence(w);
	call = calendar_world_newest(w, EVENT_CALL_INTENT);
	assert_true(view_find_call(w->engine, call, &i, &c));
	assert_int_equal(i.id, 0);
	assert_ptr_equal(i.plan, view_plan(w->engine));
	assert_int_equal(c.state, CALL_STATE_RECEIVED);
	assert_int_equal(c.about, calendar_world_newest(w, EVENT_ACT_SILENCE));
	/* ana asked and is the desk: told once */
	assert_int_equal(world_count(w, "call.intent person=ana"), 1);
	assert_int_equal(world_count(w, "call.intent incident=0"),
			 2); /* the desk, the operational group */
}

static void no_receipt_is_a_failure_and_it_is_given_up(void **state)
{
	struct engine_world *w = *state;

	w->delivery = WORLD_SILENT;
	end_a_silence(w);
	world_mark(w);
	world_until(w, 14000);
	world_expect(w, "call.failed detail=no-receipt");
	world_until(w, 900000);
	assert_int_equal(world_count(w, "call.intent person=ana"),
			 2); /* rounds 2 and 3; beto between */
	world_mark(w);
	world_until(w, 2000000);
	world_never(w, "call.intent kind=silence-ended");
}

static void a_restart_sends_again_what_may_have_left(void **state)
{
	struct engine_world *w = *state;
	struct effect_list pending = {0};

	w->delivery = WORLD_SILENT;
	end_a_silence(w);
	world_restart(w);
	engine_pending(w->engine, &pending);
	for (size_t k = 0; k < pending.count; k++)
		assert_int_equal(pending.items[k].incident, 0);
	free(pending.items);
	w->delivery = WORLD_OK;
	world_until(w, 80000);
	world_expect(w, "call.received");
}

static void another_plan_carries_them_over_by_name(void **state)
{
	struct engine_world *w = *state;

	w->delivery = WORLD_SILENT;
	end_a_silence(w);
	world_mark(w);
	world_apply_plan(w, world_plan); /* without omar, and with ana at another address */
	assert_int_equal(w->engine->notice_count, 1);
	world_expect(w, "call.intent kind=silence-ended person=ana channel=uno");
	world_never(w, "call.intent person=omar");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_notice_is_a_call_without_an_incident,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(no_receipt_is_a_failure_and_it_is_given_up,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_restart_sends_again_what_may_have_left,
						calendar_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(another_plan_carries_them_over_by_name,
						calendar_world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
