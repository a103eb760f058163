/* desk - calls by hand: who may say what of which call, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_act.h"
#include "tests/support/duty_plan.h"

/* The coordinator is called by hand at 30 %. */
static struct engine_world *open_ringing(void)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 306000);
	assert_int_equal(world_call(w, "ceci").state, CALL_STATE_SENT);
	world_mark(w);
	return w;
}

static void what_does_not_fit_the_call_is_refused(void **state)
{
	struct engine_world *w = open_ringing();
	uint64_t call = world_call(w, "ceci").id;

	(void)state;
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "taken", "ana", call + 1),
			 ERR_NOT_FOUND);
	assert_int_equal(duty_act(w, "dario", ACT_CALL_RESULT, "taken", "ana", call), ERR_DENIED);
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "taken", NULL, call), ERR_DENIED);
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "taken", "ceci", call), ERR_DENIED);
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "quizá", "ana", call), ERR_SYNTAX);
	assert_int_equal(
		duty_act(w, "ana", ACT_CALL_RESULT, "taken", "ceci", world_call(w, "ana").id),
		ERR_WRONG_STATE); /* not by hand */
	world_never(w, "call.result");
	world_close(w);
}

static void the_time_for_a_call_begins_when_it_is_taken(void **state)
{
	struct engine_world *w = open_ringing();
	uint64_t call = world_call(w, "ceci").id;

	(void)state;
	assert_true(view_siren(w->engine).call_by_hand);
	world_until(w, 350000);
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "taken", "ana", call), ERR_OK);
	assert_false(view_siren(w->engine).call_by_hand);
	assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "taken", "beto", call),
			 ERR_DUPLICATE);
	assert_int_equal(world_call(w, "ceci").taken_by, duty_person(w, "ana"));
	world_until(w, 409999);
	assert_int_equal(world_call(w, "ceci").id, call);
	world_until(w, 410000);
	world_expect(w, "call.failed detail=no-receipt");
	assert_int_equal(view_tasks(w->engine, &call, 0), 0);
	world_close(w);
}

static void each_result_has_its_consequence(void **state)
{
	static const struct {
		const char *what, *first;
		enum call_state state;
	} cases[] = {
		{"answered", "call.received detail=answered", CALL_STATE_RECEIVED},
		{"no-answer", "call.failed detail=no-answer", CALL_STATE_FAILED},
		{"left-word", "call.failed detail=left-word", CALL_STATE_FAILED},
		{"ack", "ack.given act=enterado person=ceci recorded_by=ana",
		 CALL_STATE_ACKNOWLEDGED},
		{"attend", "ack.given act=atiendo person=ceci", CALL_STATE_ACKNOWLEDGED},
		{"pass", "ack.given act=no-puedo person=ceci", CALL_STATE_UNANSWERED},
	};

	(void)state;
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct engine_world *w = open_ringing();
		uint64_t call = world_call(w, "ceci").id;
		struct view_incident i;
		struct view_call c;

		assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, cases[k].what, "ana", call),
				 ERR_OK);
		world_expect(w, "call.result person=ceci recorded_by=ana");
		world_expect(w, cases[k].first);
		assert_true(view_find_call(w->engine, call, &i, &c));
		assert_int_equal(c.state, cases[k].state);
		assert_int_equal(duty_act(w, "ceci", ACT_CALL_RESULT, "answered", "ana", call),
				 ERR_WRONG_STATE);
		world_close(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_the_call_is_refused),
		cmocka_unit_test(the_time_for_a_call_begins_when_it_is_taken),
		cmocka_unit_test(each_result_has_its_consequence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
