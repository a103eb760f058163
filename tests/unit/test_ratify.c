/* ratify - a declaration without level 1: when it may be, who ratifies it, how level 1 is asked, how long it may wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/decisions.h"

static struct incident *newest(const struct engine_world *w)
{
	return w->engine->incidents[w->engine->incident_count - 1];
}

static bool may_declare(const struct engine_world *w)
{
	struct turn t = {w->engine, w->now, NULL};

	return ratify_may_declare(&t, newest(w));
}

static void level_1_must_have_had_its_time(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_false(may_declare(w));
	ACT_OK(w, "ceci", CONVENE, "");
	world_until(w, 64000);
	assert_false(may_declare(w)); /* the suplentes still have a second */
	ACT_REFUSED(w, "level 1 has not authorised it", "ceci", DECLARE, "");
	world_until(w, 65000);
	assert_true(may_declare(w));
	ACT_OK(w, "fabi", AUTHORIZE, "");
	assert_false(may_declare(w)); /* one has spoken: ask the others */
}

/* One telephone of several failed: that is no silence yet, and who answers on another has answered. */
static void a_telephone_that_fails_is_not_silence(void **state)
{
	struct engine_world *w = *state;

	w->delivery = WORLD_FAILS;
	w->channel = "uno";
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 32000);
	assert_int_equal(world_call(w, "fabi").state, CALL_STATE_RECEIVED); /* her second one */
	assert_false(may_declare(w));
	ACT_OK(w, "fabi", ATIENDO, "");
	world_until(w, 70000);
	assert_false(may_declare(w));
}

static void who_declared_does_not_ratify(void **state)
{
	struct engine_world *w = *state;

	decisions_silence(w);
	assert_int_equal(decisions_act(w, "ceci", ACT_DECLARE, "hugo", PROOF_VOICE, "", NULL),
			 ERR_OK);
	world_expect(w, "act.declare irregular=ratification-pending");
	world_expect(w, "ratification.pending person=ceci recorded_by=hugo due=@1870");
	ACT_REFUSED(w, "nobody ratifies what they declared or wrote down", "hugo", RATIFY, "");
	ACT_REFUSED(w, "only a seat of level 1 ratifies", "ceci", RATIFY, "");
	assert_int_equal(decisions_act(w, "elsa", ACT_RATIFY, "ceci", PROOF_VOICE, "", NULL),
			 ERR_DENIED);
	ACT_OK(w, "elsa", RATIFY, "");
	assert_int_equal(decisions_act(w, "gina", ACT_RATIFY, "elsa", PROOF_VOICE, "", NULL),
			 ERR_DENIED);
	assert_string_equal(w->refusal.text,
			    "who ratifies does not write down the word of another");
	assert_true(ratify_is_pending(newest(w)));
	ACT_OK(w, "gina", RATIFY, "");
	assert_false(ratify_is_pending(newest(w)));
	world_expect(w, "ratification.ended how=ratified");
	ACT_REFUSED(w, "no declaration waits to be ratified", "fabi", RATIFY, "");
}

static void level_1_is_asked_until_it_answers(void **state)
{
	struct engine_world *w = *state;

	decisions_silence(w);
	ACT_OK(w, "ceci", DECLARE, "");
	world_expect(w, "ratification.asked n=1");
	world_expect(w, "call.intent kind=ask person=elsa");
	world_until(w, 369000);
	assert_int_equal(world_count(w, "ratification.asked"), 0);
	world_until(w, 371000); /* the policy repeats after 300 s */
	world_expect(w, "ratification.asked n=2");
	ACT_OK(w, "elsa", ATIENDO, "");
	world_mark(w);
	world_until(w, 900000);
	world_never(w, "ratification.asked"); /* who answered is left in peace */
}

static void its_limit_is_a_deadline(void **state)
{
	struct engine_world *w = *state;

	decisions_silence(w);
	ACT_OK(w, "ceci", DECLARE, "");
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 100000);
	assert_int_equal(world_ms(ratify_deadline(w->engine)), 1870000);
	assert_true(ratify_is_awaited(newest(w)));
	world_restart(w);
	world_until(w, 1870000);
	world_expect(w, "ratification.overdue due=@1870");
	assert_int_equal(ratify_deadline(w->engine).us, WALL_NEVER.us);
	ACT_OK(w, "gina", DECLINE, "nadie lo pidió");
	world_expect(w, "ratification.ended how=refused");
	assert_int_equal(newest(w)->state, INCIDENT_RESTORED); /* what works is not undone */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(level_1_must_have_had_its_time, decisions_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(a_telephone_that_fails_is_not_silence,
						decisions_setup, world_teardown),
		cmocka_unit_test_setup_teardown(who_declared_does_not_ratify, decisions_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(level_1_is_asked_until_it_answers, decisions_setup,
						world_teardown),
		cmocka_unit_test_setup_teardown(its_limit_is_a_deadline, decisions_setup,
						world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
