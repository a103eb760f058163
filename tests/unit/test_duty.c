/* duty - who is there: a stand-in, a stand-in of a stand-in, who comes last; who may decide. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/duty_act.h"
#include "tests/support/duty_plan.h"

/* "ana/fede*": who answers for a seat; * away. */
static void assert_duty(const struct engine_world *w, const char *seat, const char *want)
{
	const struct plan *p = view_plan(w->engine);
	struct view_duty d[VIEW_DUTY_MAX];
	size_t n = view_duty(w->engine, plan_find_seat(p, slice_of(seat)), w->now, d);
	char got[128] = "";

	for (size_t k = 0; k < n; k++)
		snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s%s", k > 0 ? "/" : "",
			 p->people[d[k].person].id, d[k].away ? "*" : "");
	assert_string_equal(got, want);
}

static void a_stand_in_takes_the_place_and_whoever_stands_in_for_them(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));

	(void)state;
	world_until(w, 2000);
	assert_duty(w, "mesa", "ana/fede");
	assert_int_equal(duty_act(w, "ana", ACT_LEAVE, "elsa", NULL, 0), ERR_OK);
	assert_duty(w, "mesa", "elsa/fede");
	assert_int_equal(duty_act(w, "elsa", ACT_LEAVE, "fede", NULL, 0), ERR_OK);
	assert_duty(w, "mesa", "fede"); /* of two that are one person, one */
	assert_duty(w, "crisis-a", "fede/dario");
	assert_int_equal(duty_act(w, "fede", ACT_LEAVE, NULL, NULL, 0), ERR_OK);
	assert_duty(w, "mesa", "ana*/fede*"); /* nobody of the ring is there */
	assert_int_equal(duty_act(w, "ana", ACT_BACK, NULL, NULL, 0), ERR_OK);
	assert_duty(w, "mesa", "ana/fede*");
	world_until(w, 201000);
	assert_duty(w, "mesa", "beto/fede*");
	world_close(w);
}

static void who_leaves_names_somebody_who_is_there(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	struct input in = {.kind = INPUT_ACT};

	(void)state;
	world_until(w, 2000);
	assert_int_equal(duty_act(w, "ana", ACT_BACK, NULL, NULL, 0), ERR_WRONG_STATE);
	assert_int_equal(duty_act(w, "ana", ACT_LEAVE, "ana", NULL, 0), ERR_DENIED);
	assert_int_equal(duty_act(w, "beto", ACT_LEAVE, NULL, NULL, 0), ERR_OK);
	assert_int_equal(duty_act(w, "ana", ACT_LEAVE, "beto", NULL, 0), ERR_DENIED);
	assert_int_equal(duty_act(w, "ceci", ACT_LEAVE, "dario", NULL, 0), ERR_OK);
	assert_int_equal(duty_act(w, "dario", ACT_LEAVE, NULL, NULL, 0), ERR_DENIED);
	assert_non_null(strstr(w->refusal.text, "name who takes it (other=PERSON)"));
	in.now = w->now;
	in.u.act.act = ACT_LEAVE;
	in.u.act.person = duty_person(w, "ana");
	in.u.act.note = "";
	in.u.act.args.until = w->now;
	in.u.act.args.given = ACT_HAS(UNTIL);
	assert_int_equal(world_input(w, &in), ERR_SYNTAX);
	assert_int_equal(view_absence_count(w->engine), 2);
	world_close(w);
}

static void an_absence_ends_when_it_was_said_to_and_that_is_a_deadline(void **state)
{
	struct engine_world *w = world_open(DUTY_PLAN("0"));
	struct input in = {.kind = INPUT_ACT};
	struct view_absence a;

	(void)state;
	world_until(w, 2000);
	in.now = w->now;
	in.u.act.act = ACT_LEAVE;
	in.u.act.person = duty_person(w, "ana");
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "Falta un folio";
	in.u.act.args.until = world_time(50500);
	in.u.act.args.given = ACT_HAS(UNTIL);
	assert_int_equal(world_input(w, &in), ERR_OK);
	view_absence(w->engine, 0, &a);
	assert_int_equal(world_ms(a.until), 50500);
	assert_string_equal(a.note, "Falta un folio");
	assert_int_not_equal(a.seq, 0);
	assert_true(world_ms(engine_next_deadline(w->engine)) <= 50500);
	world_until(w, 50499);
	assert_int_equal(view_absence_count(w->engine), 1);
	world_until(w, 50500);
	world_expect(w, "absence.expired person=ana");
	assert_int_equal(view_absence_count(w->engine), 0);
	world_close(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stand_in_takes_the_place_and_whoever_stands_in_for_them),
		cmocka_unit_test(who_leaves_names_somebody_who_is_there),
		cmocka_unit_test(an_absence_ends_when_it_was_said_to_and_that_is_a_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
