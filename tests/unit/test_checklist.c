/* checklist - activities, branches and times; whoever is responsible; total for any procedure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/decisions.h"

static struct incident *newest(const struct engine_world *w)
{
	return w->engine->incidents[w->engine->incident_count - 1];
}

static enum err tick(struct engine_world *w, const char *person, int n, const char *what,
		     const char *note)
{
	char number[32], answer[32];

	snprintf(number, sizeof(number), "n=%d", n);
	snprintf(answer, sizeof(answer), "what=%s", what);
	return decisions_act(w, person, ACT_CHECK, NULL, PROOF_OPERATOR_TOKEN, note, number, answer,
			     "service=portal", NULL);
}

static uint32_t next(const struct engine_world *w)
{
	const struct checklist *c = &newest(w)->checklists[0];

	return c->next != PLAN_NONE
		       ? newest(w)->plan->procedures[c->procedure].activities[c->next].n
		       : 0;
}

static void each_procedure_once(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	assert_int_equal(newest(w)->checklist_count, 2);
	world_until(w, 60000);
	assert_int_equal(world_count(w, "checklist.started"), 2);
	world_set(w, "correo:p", NULL, HEALTH_CRITICAL); /* another root: an incident of its own */
	world_until(w, 70000);
	assert_int_equal(world_count(w, "checklist.started"), 2);
}

static void out_of_their_turn(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	assert_int_equal(tick(w, "ivan", 4, "done", ""), ERR_OK);
	assert_int_equal(next(w), 1); /* the turn stays */
	assert_int_equal(tick(w, "ana", 1, "done", ""), ERR_OK);
	assert_int_equal(tick(w, "ivan", 2, "yes", ""), ERR_OK);
	assert_int_equal(next(w), 5); /* 4 was done before */
	assert_int_equal(tick(w, "ceci", 5, "no", ""), ERR_OK);
	assert_int_equal(next(w), 2);
	/* Back: what lies between is open again, what lies before is not. */
	assert_int_equal(newest(w)->checklists[0].tasks[3].state, TASK_OPEN);
	assert_int_equal(newest(w)->checklists[0].tasks[0].state, TASK_DONE);
	assert_int_equal(tick(w, "ana", 1, "done", ""), ERR_DUPLICATE);
}

static void who_ticks(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	assert_int_equal(tick(w, "ivan", 1, "done", ""), ERR_DENIED);
	assert_int_equal(tick(w, "elsa", 1, "done", ""), ERR_DENIED);
	assert_int_equal(tick(w, "dario", 1, "done", ""), ERR_OK); /* coordinator for anybody */
	assert_int_equal(tick(w, "ana", 2, "yes", ""), ERR_DENIED); /* the desk in its own name */
	assert_int_equal(decisions_act(w, "ivan", ACT_CHECK, "gina", PROOF_VOICE, "", "n=2",
				       "what=yes", "service=portal", NULL),
			 ERR_DENIED);
	assert_int_equal(decisions_act(w, "ivan", ACT_CHECK, "beto", PROOF_VOICE, "", "n=2",
				       "what=yes", "service=portal", NULL),
			 ERR_OK);
	world_expect(w, "checklist.step n=2 person=ivan recorded_by=beto proof=voice");
	/* "CAT" is no seat of the plan: the team of the service, or the desk. */
	assert_int_equal(tick(w, "elsa", 6, "done", ""), ERR_DENIED);
	assert_int_equal(tick(w, "ivan", 6, "done", ""), ERR_OK);
}

static void what_it_takes(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	assert_int_equal(tick(w, "ana", 1, "yes", ""), ERR_SYNTAX);
	assert_int_equal(tick(w, "ana", 1, "open", ""), ERR_SYNTAX);
	assert_int_equal(tick(w, "ana", 1, "maybe", ""), ERR_SYNTAX);
	assert_int_equal(tick(w, "ivan", 2, "done", ""), ERR_SYNTAX);
	assert_int_equal(tick(w, "ana", 1, "skip", ""), ERR_SYNTAX);
	assert_int_equal(tick(w, "ana", 7, "done", ""), ERR_NOT_FOUND);
	assert_int_equal(decisions_act(w, "ana", ACT_CHECK, NULL, PROOF_OPERATOR_TOKEN, "", "n=1",
				       "what=done", NULL),
			 ERR_NOT_FOUND); /* which of the two checklists? */
	assert_int_equal(decisions_act(w, "ana", ACT_CHECK, NULL, PROOF_OPERATOR_TOKEN, "", "n=1",
				       "what=done", "service=aviso", NULL),
			 ERR_OK); /* the same procedure is the same list */
	assert_int_equal(tick(w, "ivan", 2, "skip", "sin acceso"), ERR_OK);
	assert_int_equal(next(w), 3);
}

static void times(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w); /* at 10 s; activity 1 within 60 s */
	assert_int_equal(world_ms(checklist_deadline(w->engine)), 70000);
	assert_int_equal(tick(w, "ivan", 4, "done", ""),
			 ERR_OK); /* not its turn: the time runs on */
	assert_int_equal(world_ms(checklist_deadline(w->engine)), 70000);
	world_until(w, 71000);
	world_expect(w, "checklist.overdue n=1 seat=mesa due=@70");
	assert_int_equal(checklist_deadline(w->engine).us, WALL_NEVER.us);
	assert_int_equal(tick(w, "ana", 1, "done", ""), ERR_OK);
	assert_int_equal(tick(w, "ivan", 2, "no", ""), ERR_OK);
	assert_int_equal(world_ms(checklist_deadline(w->engine)), 191000);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 75000); /* it works again: nobody is late any more */
	assert_int_equal(checklist_deadline(w->engine).us, WALL_NEVER.us);
}

/* Procedures that no loader would let through: branches to nowhere, to themselves, in a circle. */
static void any_procedure_is_walked(void **state)
{
	struct plan_activity activities[] = {
		{.n = 1, .what = "a", .by = "", .if_no = 1, .if_yes = 12},
		{.n = 5, .what = "b", .by = "", .if_no = 3, .if_yes = 5},
		{.n = 2, .what = "c", .by = ""}};
	struct plan_procedure procedure = {
		.id = "p", .name = "", .activities = activities, .activity_count = 3};
	struct plan_service service = {
		.id = "s", .name = "", .team = PLAN_NONE, .policy = PLAN_NONE};
	struct plan_person person = {.id = "x", .post = ""};
	struct plan_seat seat = {
		.id = "coordinacion", .name = "", .level = 2, .titular = 0, .suplente = PLAN_NONE};
	struct plan plan = {.procedures = &procedure,
			    .procedure_count = 1,
			    .services = &service,
			    .service_count = 1,
			    .people = &person,
			    .person_count = 1,
			    .seats = &seat,
			    .seat_count = 1};
	static const char *const answers[] = {"yes", "no", "done", "skip"};
	struct incident i = {.id = 7, .state = INCIDENT_DECLARED, .plan = &plan};
	struct incident *all[] = {&i};
	struct engine e = {.incidents = all, .incident_count = 1};
	struct event ev = {.kind = EVENT_CHECKLIST_STARTED, .incident = 7, .until = WALL_UNKNOWN};
	uint32_t seen = 0;

	(void)state;
	checklist_apply(&e, &ev);
	assert_int_equal(i.checklist_count, 1);
	for (unsigned k = 0; k < 200; k++) {
		struct input in = {.kind = INPUT_ACT, .now = {1000 + k}};
		struct turn t = {&e, in.now, NULL};

		in.u.act.note = "x";
		in.u.act.recorded_by = PLAN_NONE;
		in.u.act.args.given = ACT_HAS(N) | ACT_HAS(WHAT);
		in.u.act.args.n = activities[(k / 4) % 3].n;
		snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s",
			 answers[(k * 7 + k / 12) % 4]);
		if (checklist_refuse(&t, &i, &in).why != NULL)
			continue;
		ev = (struct event){.kind = EVENT_CHECKLIST_STEP,
				    .incident = 7,
				    .number = in.u.act.args.n,
				    .until = WALL_UNKNOWN};
		memcpy(ev.what, in.u.act.args.what, sizeof(ev.what));
		checklist_decide_act(&i, &in, &ev);
		checklist_apply(&e, &ev);
		assert_true(i.checklists[0].next == PLAN_NONE || i.checklists[0].next < 3);
		seen++;
	}
	assert_true(seen >= 3);
	checklist_clear(&i);
	free(i.checklists);
}

static void yes_to_nowhere_ends_it(void **state)
{
	struct engine_world *w = *state;

	decisions_declare(w);
	assert_int_equal(tick(w, "ana", 1, "done", ""), ERR_OK);
	assert_int_equal(tick(w, "ivan", 2, "yes", ""), ERR_OK);
	assert_int_equal(tick(w, "ivan", 4, "done", ""), ERR_OK);
	assert_int_equal(tick(w, "ceci", 5, "yes", ""), ERR_OK);
	assert_int_equal(tick(w, "ana", 6, "done", ""), ERR_OK);
	assert_int_equal(next(w), 0);
	world_restart(w);
	assert_int_equal(next(w), 0);
	assert_int_equal(tick(w, "ivan", 3, "done", ""),
			 ERR_OK); /* left out by the branch: still may */
	assert_int_equal(next(w), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, decisions_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_procedure_once),
		T(out_of_their_turn),
		T(who_ticks),
		T(what_it_takes),
		T(times),
		cmocka_unit_test(any_procedure_is_walked),
		T(yes_to_nowhere_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
