/* calltree_order - a call outside of the steps goes by the rules of every call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/report_world.h"

/* Asked again after each event, as the engine does. */
static enum call_progress ask(struct engine_world *w, const struct call_order *o,
			      size_t *ret_intents)
{
	struct event_list out = {0};
	struct turn t = {w->engine, w->now, &out};
	enum call_progress p =
		calltree_call(&t, incident_find(w->engine, world_incident(w, 0).id), o);

	*ret_intents = out.count;
	event_list_release(&out);
	return p;
}

static void a_seat_waits_is_answered_or_is_not(void **state)
{
	struct engine_world *w = *state;
	struct call_order o = {.seat = 0, .service = PLAN_NONE, .kind = CALL_REPORTED};
	size_t intents;

	report_say(w, 0, "flor", "report what=other", "");
	o.about = incident_find(w->engine, world_incident(w, 0).id)->word.called;
	assert_int_equal(ask(w, &o, &intents), CALL_PROGRESS_WAITING);
	assert_int_equal(intents, 0); /* ana is being called */
	o.about = 999; /* for something else she waits: one telephone rings once */
	assert_int_equal(ask(w, &o, &intents), CALL_PROGRESS_WAITING);
	assert_int_equal(intents, 0);
	report_say(w, 0, "ana", "enterado", "");
	o.about = incident_find(w->engine, world_incident(w, 0).id)->word.called;
	assert_int_equal(ask(w, &o, &intents), CALL_PROGRESS_ANSWERED);
	o.about = 999;
	assert_int_equal(ask(w, &o, &intents), CALL_PROGRESS_WAITING);
	assert_int_equal(intents, 1);
}

static void a_person_without_a_seat(void **state)
{
	struct engine_world *w = *state;
	struct call_order o = {
		.seat = PLAN_NONE, .person = 6, .service = PLAN_NONE, .kind = CALL_DUE, .about = 5};
	size_t intents;

	report_say(w, 0, "flor", "report what=other", "");
	assert_int_equal(ask(w, &o, &intents), CALL_PROGRESS_WAITING);
	assert_int_equal(intents, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_seat_waits_is_answered_or_is_not,
						report_world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(a_person_without_a_seat, report_world_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
