/* escalate - the jump to a level: by whom, with a reason, upwards only, and what it jumps over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_act.h"
#include "tests/support/duty_plan.h"

static void a_jump_needs_a_right_a_reason_and_a_level(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
	world_mark(w);
	assert_int_equal(duty_act(w, "elsa", ACT_ESCALATE, "grave", NULL, 1), ERR_DENIED);
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "", NULL, 1), ERR_SYNTAX);
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 0), ERR_SYNTAX);
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 4), ERR_SYNTAX);
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 3), ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "no step to come"));
	world_never(w, "act.escalate");
	assert_int_equal(duty_act(w, "dario", ACT_ESCALATE, "grave", NULL, 2), ERR_OK);
	world_expect(w, "act.escalate person=dario level=2");
	world_expect(w, "step.fired step=1");
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 2), ERR_WRONG_STATE);
	assert_non_null(strstr(w->refusal.text, "called already"));
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 1), ERR_OK);
	world_expect(w, "step.fired step=2");
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 12000);
	assert_int_equal(duty_act(w, "ana", ACT_ESCALATE, "grave", NULL, 1), ERR_WRONG_STATE);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_jump_needs_a_right_a_reason_and_a_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
