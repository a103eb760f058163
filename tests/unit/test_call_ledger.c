/* call_ledger - what the journal's entries make of calls and steps: a call only moves forward,
 * what is over stays over, and whoever may have been told is remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/engine_state.h"

enum { INCIDENT = 7, CALL = 9, ANA = 1, BETO = 2, SERVICE = 4 };

/* An engine with one incident: one running service with two steps, and one call for the first. */
struct ledger {
	struct engine engine;
	struct incident incident, *all[1];
	struct incident_service service;
	struct step_run steps[2];
};

static void build(struct ledger *l)
{
	*l = (struct ledger){.incident = {.id = INCIDENT, .service_count = 1, .call_count = 1}};
	l->incident.services = &l->service;
	l->service = (struct incident_service){
		.service = SERVICE, .running = true, .steps = l->steps, .step_count = 2};
	l->incident.calls = calloc(1, sizeof(struct call));
	l->incident.call_cap = 1;
	l->incident.calls[0] = (struct call){.id = CALL, .person = ANA, .service = SERVICE};
	l->all[0] = &l->incident;
	l->engine.incidents = l->all;
	l->engine.incident_count = 1;
}

static void release(struct ledger *l)
{
	free(l->incident.calls);
}

static struct event event(enum event_kind kind)
{
	return (struct event){.kind = kind,
			      .recorded = {50},
			      .incident = INCIDENT,
			      .call = CALL,
			      .service = SERVICE,
			      .person = ANA,
			      .until = WALL_UNKNOWN};
}

static void apply(struct ledger *l, enum event_kind kind)
{
	struct event ev = event(kind);

	calltree_apply(&l->engine, &ev);
}

/* --- calls ------------------------------------------------------------------------------------ */

static void a_call_waits_until_its_outcome_is_known(void **state)
{
	(void)state;
	for (int s = 0; s < CALL_STATE_COUNT; s++) {
		bool waits = s == CALL_STATE_PENDING || s == CALL_STATE_SENT ||
			     s == CALL_STATE_UNKNOWN || s == CALL_STATE_RECEIVED;

		if (call_is_waiting((enum call_state)s) != waits)
			fail_msg("%s", call_state_word((enum call_state)s));
	}
}

/* One letter per state, in the order of the enumeration. */
static const char letters[] = "PSURAEXFT";
_Static_assert(sizeof(letters) == CALL_STATE_COUNT + 1, "a letter per state");

static void a_call_only_moves_forward(void **state)
{
	/* What each state becomes; lower case: the person counts as told. */
	static const struct {
		enum event_kind kind;
		char becomes[CALL_STATE_COUNT + 1];
	} cases[] = {
		/*                    PSURAEXFT */
		{EVENT_CALL_SENT, "sssraexft"},       {EVENT_CALL_RECEIVED, "rrrraexft"},
		{EVENT_CALL_FAILED, "FFfFAFFFT"},     {EVENT_CALL_UNKNOWN, "UUUUAUUUT"},
		{EVENT_CALL_UNANSWERED, "XXXXEXXXT"}, {EVENT_CALL_STOPPED, "tTtTATTTT"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		for (int s = 0; s < CALL_STATE_COUNT; s++) {
			struct ledger l;
			struct call *call;
			char got;

			build(&l);
			call = &l.incident.calls[0];
			call->state = (enum call_state)s;
			apply(&l, cases[c].kind);
			got = letters[call->state];
			if (call->told)
				got = (char)(got - 'A' + 'a');
			if (got != cases[c].becomes[s])
				fail_msg("%s of %c gave %c", event_kind_word(cases[c].kind),
					 letters[s], got);
			/* The moment goes with the state. */
			if (call->state != (enum call_state)s)
				assert_int_equal(call->state_since.us, 50);
			/* Who answered and did not decide has had their time. */
			if (s == CALL_STATE_STOPPED || (s == CALL_STATE_ACKNOWLEDGED &&
							cases[c].kind != EVENT_CALL_UNANSWERED))
				assert_int_equal(call->state_since.us, 0);
			release(&l);
		}
	}
}

static void what_is_stopped_in_the_moment_of_its_intent_was_told_to_nobody(void **state)
{
	struct ledger l;

	(void)state;
	build(&l);
	l.incident.calls[0].at = (struct wall_time){50}; /* the moment at which apply() records */
	apply(&l, EVENT_CALL_STOPPED);
	assert_int_equal(l.incident.calls[0].state, CALL_STATE_STOPPED);
	assert_false(l.incident.calls[0].told);
	release(&l);
}

static void an_unknown_outcome_marks_what_goes_again(void **state)
{
	struct ledger l;

	(void)state;
	build(&l);
	apply(&l, EVENT_CALL_FAILED);
	assert_false(l.incident.calls[0].maybe_duplicate);
	apply(&l, EVENT_CALL_UNKNOWN);
	assert_true(l.incident.calls[0].maybe_duplicate);
	apply(&l, EVENT_CALL_SENT); /* for good */
	assert_true(l.incident.calls[0].maybe_duplicate);
	release(&l);
}

static void an_intent_is_a_new_call_with_the_number_of_its_entry(void **state)
{
	struct ledger l;
	struct event ev = event(EVENT_CALL_INTENT);
	const struct call *c;

	(void)state;
	build(&l);
	l.incident.round = 5;
	l.steps[1].round = 3;
	ev.seq = 40;
	ev.call_kind = CALL_ASK;
	ev.step = 1;
	ev.seat = 11;
	ev.level = 2;
	ev.person = BETO;
	ev.contact = 6;
	ev.channel = 8;
	ev.attempt = 3;
	ev.incident = INCIDENT + 1; /* not here: nothing happens */
	calltree_apply(&l.engine, &ev);
	assert_int_equal(l.incident.call_count, 1);
	ev.incident = INCIDENT;
	calltree_apply(&l.engine, &ev);
	assert_int_equal(l.incident.call_count, 2);
	c = &l.incident.calls[1];
	assert_int_equal(c->id, 40);
	assert_int_equal(c->kind, CALL_ASK);
	assert_int_equal(c->state, CALL_STATE_PENDING);
	assert_int_equal(c->step, 1);
	assert_int_equal(c->seat, 11);
	assert_int_equal(c->level, 2);
	assert_int_equal(c->person, BETO);
	assert_int_equal(c->contact, 6);
	assert_int_equal(c->channel, 8);
	assert_int_equal(c->attempt, 3);
	assert_int_equal(c->at.us, 50);
	assert_int_equal(c->state_since.us, 50);
	assert_int_equal(c->round, 3); /* that of its step */
	assert_false(c->told);
	release(&l);
}

static void a_call_outside_of_any_step_is_of_the_incident_s_round(void **state)
{
	static const uint32_t steps[] = {PLAN_NONE, 2}; /* 2: the service has only two */

	(void)state;
	for (size_t i = 0; i < COUNT_OF(steps); i++) {
		struct ledger l;
		struct event ev = event(EVENT_CALL_INTENT);

		build(&l);
		l.incident.round = 5;
		ev.seq = 40;
		ev.step = steps[i];
		calltree_apply(&l.engine, &ev);
		assert_int_equal(l.incident.calls[1].round, 5);
		release(&l);
	}
}

static void a_call_is_found_in_whatever_incident_it_is(void **state)
{
	struct call a[2] = {{.id = 3}, {.id = 6}}, b[1] = {{.id = 5}};
	struct incident one = {.calls = a, .call_count = 2}, two = {.calls = b, .call_count = 1};
	struct incident *all[] = {&one, &two}, *where = NULL;
	struct engine e = {.incidents = all, .incident_count = 2};

	(void)state;
	assert_ptr_equal(calltree_find(&e, 6, &where), &a[1]);
	assert_ptr_equal(where, &one);
	assert_ptr_equal(calltree_find(&e, 3, &where), &a[0]);
	assert_ptr_equal(calltree_find(&e, 5, &where), &b[0]);
	assert_ptr_equal(where, &two);
	assert_null(calltree_find(&e, 4, &where));
	assert_null(calltree_find(&e, 0, &where));
}

static void the_result_of_a_call_that_is_gone_changes_nothing(void **state)
{
	struct ledger l;
	struct event ev = event(EVENT_CALL_FAILED);

	(void)state;
	build(&l);
	ev.call = CALL + 1;
	calltree_apply(&l.engine, &ev);
	assert_int_equal(l.incident.calls[0].state, CALL_STATE_PENDING);
	release(&l);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void a_step_is_fired_done_and_fired_again(void **state)
{
	struct ledger l;
	struct event fired = event(EVENT_STEP_FIRED), done = event(EVENT_STEP_DONE);

	(void)state;
	build(&l);
	l.incident.exhausted = true;
	fired.step = done.step = 1;
	fired.number = 2;
	calltree_apply(&l.engine, &fired);
	assert_true(l.steps[1].fired);
	assert_false(l.steps[1].done);
	assert_int_equal(l.steps[1].round, 2);
	assert_int_equal(l.steps[1].at.us, 50);
	assert_int_equal(l.incident.round, 2);
	assert_false(l.incident.exhausted);
	assert_false(l.steps[0].fired);
	event_set_text(&done, "exhausted");
	calltree_apply(&l.engine, &done);
	assert_true(l.steps[1].done);
	assert_false(l.steps[1].passed);
	fired.number = 1; /* an older round does not take the incident back */
	calltree_apply(&l.engine, &fired);
	assert_false(l.steps[1].done);
	assert_int_equal(l.incident.round, 2);
	release(&l);
}

static void a_step_that_was_passed_over_counts_as_fired(void **state)
{
	struct ledger l;
	struct event done = event(EVENT_STEP_DONE);

	(void)state;
	build(&l);
	event_set_text(&done, "passed");
	calltree_apply(&l.engine, &done);
	assert_true(l.steps[0].fired);
	assert_true(l.steps[0].done);
	assert_true(l.steps[0].passed);
	release(&l);
}

static void entries_about_what_is_not_here_are_passed_over(void **state)
{
	static const enum event_kind kinds[] = {EVENT_STEP_FIRED, EVENT_STEP_DONE,
						EVENT_SEAT_VACANT, EVENT_TREE_EXHAUSTED,
						EVENT_ACK_EXPIRED};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		struct ledger l;
		struct event ev = event(kinds[i]);

		build(&l);
		ev.incident = INCIDENT + 1;
		calltree_apply(&l.engine, &ev);
		assert_false(l.steps[0].fired);
		assert_false(l.incident.exhausted);
		ev.incident = INCIDENT;
		if (kinds[i] != EVENT_TREE_EXHAUSTED && kinds[i] != EVENT_ACK_EXPIRED) {
			ev.step = 2; /* past the last */
			calltree_apply(&l.engine, &ev);
			ev.step = 0;
			ev.service = SERVICE + 1;
			calltree_apply(&l.engine, &ev);
			assert_false(l.steps[0].fired);
			assert_int_equal(l.incident.vacancy_count, 0);
		}
		release(&l);
	}
}

static void an_empty_seat_is_remembered_for_its_round_up_to_a_bound(void **state)
{
	struct ledger l;
	struct event ev = event(EVENT_SEAT_VACANT);

	(void)state;
	build(&l);
	l.steps[1].round = 4;
	ev.step = 1;
	ev.seat = 11;
	calltree_apply(&l.engine, &ev);
	assert_int_equal(l.incident.vacancy_count, 1);
	assert_int_equal(l.incident.vacancies[0].service, SERVICE);
	assert_int_equal(l.incident.vacancies[0].step, 1);
	assert_int_equal(l.incident.vacancies[0].seat, 11);
	assert_int_equal(l.incident.vacancies[0].round, 4);
	for (int i = 0; i < VACANCIES_MAX; i++)
		calltree_apply(&l.engine, &ev);
	assert_int_equal(l.incident.vacancy_count, VACANCIES_MAX);
	release(&l);
}

static void an_exhausted_tree_knows_when_it_begins_again(void **state)
{
	struct ledger l;
	struct event ev = event(EVENT_TREE_EXHAUSTED);

	(void)state;
	build(&l);
	ev.until = (struct wall_time){90};
	calltree_apply(&l.engine, &ev);
	assert_true(l.incident.exhausted);
	assert_int_equal(l.incident.repeat_at.us, 90);
	release(&l);
}

/* --- acknowledgements ------------------------------------------------------------------------- */

static void an_acknowledgement_that_ran_out_sets_the_step_going_again(void **state)
{
	static const struct {
		uint32_t person, call_round;
		enum call_state before, after;
		bool running, done;
		const char *why;
	} cases[] = {
		{ANA, 1, CALL_STATE_ACKNOWLEDGED, CALL_STATE_EXPIRED, true, false, "goes on"},
		{BETO, 1, CALL_STATE_ACKNOWLEDGED, CALL_STATE_ACKNOWLEDGED, true, true,
		 "that of somebody else"},
		{ANA, 1, CALL_STATE_RECEIVED, CALL_STATE_RECEIVED, true, true,
		 "a call that was not answered"},
		{ANA, 0, CALL_STATE_ACKNOWLEDGED, CALL_STATE_EXPIRED, true, true,
		 "a call of an earlier round"},
		{ANA, 1, CALL_STATE_ACKNOWLEDGED, CALL_STATE_EXPIRED, false, true,
		 "the service is back"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct ledger l;
		struct event ev = event(EVENT_ACK_EXPIRED);

		build(&l);
		l.steps[0] = (struct step_run){.fired = true, .done = true, .round = 1};
		l.service.running = cases[i].running;
		l.incident.calls[0].state = cases[i].before;
		l.incident.calls[0].round = cases[i].call_round;
		l.incident.acks[0].person = ANA;
		l.incident.ack_count = 1;
		ev.person = cases[i].person;
		calltree_apply(&l.engine, &ev);
		assert_int_equal(l.incident.acks[0].expired, cases[i].person == ANA);
		assert_int_equal(l.incident.calls[0].state, cases[i].after);
		if (l.steps[0].done != cases[i].done)
			fail_msg("%s", cases[i].why);
		release(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_waits_until_its_outcome_is_known),
		cmocka_unit_test(a_call_only_moves_forward),
		cmocka_unit_test(what_is_stopped_in_the_moment_of_its_intent_was_told_to_nobody),
		cmocka_unit_test(an_unknown_outcome_marks_what_goes_again),
		cmocka_unit_test(an_intent_is_a_new_call_with_the_number_of_its_entry),
		cmocka_unit_test(a_call_outside_of_any_step_is_of_the_incident_s_round),
		cmocka_unit_test(a_call_is_found_in_whatever_incident_it_is),
		cmocka_unit_test(the_result_of_a_call_that_is_gone_changes_nothing),
		cmocka_unit_test(a_step_is_fired_done_and_fired_again),
		cmocka_unit_test(a_step_that_was_passed_over_counts_as_fired),
		cmocka_unit_test(entries_about_what_is_not_here_are_passed_over),
		cmocka_unit_test(an_empty_seat_is_remembered_for_its_round_up_to_a_bound),
		cmocka_unit_test(an_exhausted_tree_knows_when_it_begins_again),
		cmocka_unit_test(an_acknowledgement_that_ran_out_sets_the_step_going_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
