/* calltree - steps by marks, titular then suplente, channel by channel; a call is over when
 * somebody answered or all was tried, and then all begins again; whoever was told "down" is owed
 * an "up". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

/* One service on web (bad with its first sample) with the given steps; ana has two channels; of
 * level 1 are the seats north (ceci, then dario) and south (elsa). */
#define PLAN_SERVICES                                                                              \
	"institution: {name: I}\n"                                                                 \
	"agents: [{id: dc}]\n"                                                                     \
	"components:\n"                                                                            \
	"  - {id: web, checks: [{id: p, type: tcp, address: a, port: 1, interval: 1s, "            \
	"fresh_within: 5s, from: [dc], confirm: 1, recover: 1}]}\n"                                \
	"  - {id: pbx, checks: [{id: p, type: tcp, address: a, port: 1, interval: 1s, "            \
	"fresh_within: 5s, from: [dc], confirm: 1, recover: 1}]}\n"                                \
	"services:\n"                                                                              \
	"  - {id: portal, rto: 100s, needs: web, policy: p, team: mesa}\n"
#define PLAN_PEOPLE                                                                                \
	"people:\n"                                                                                \
	"  - id: ana\n"                                                                            \
	"    post: P\n"                                                                            \
	"    contacts: [{channel: uno, to: a, carried_by: [pbx]}, {channel: dos, to: a}]\n"        \
	"  - {id: beto, post: P, contacts: [{channel: uno, to: b}]}\n"                             \
	"  - {id: ceci, post: P, contacts: [{channel: uno, to: c}]}\n"                             \
	"  - {id: dario, post: P, contacts: [{channel: uno, to: d}]}\n"                            \
	"  - {id: elsa, post: P, contacts: [{channel: dos, to: e}]}\n"                             \
	"seats:\n"                                                                                 \
	"  - {id: mesa, level: 0, titular: ana, suplente: beto}\n"                                 \
	"  - {id: north, level: 1, titular: ceci, suplente: dario}\n"                              \
	"  - {id: south, level: 1, titular: elsa}\n"                                               \
	"channels:\n"                                                                              \
	"  - {id: uno, type: file, path: u.jsonl, receipt_within: 3s}\n"                           \
	"  - {id: dos, type: file, path: d.jsonl, receipt_within: 3s}\n"                           \
	"policies: [{id: p, repeat: 60s, steps: ["
#define PLAN_OF(steps) PLAN_SERVICES PLAN_PEOPLE steps "]}]\n"
#define STEP(at, call, rest) "{at: " at ", call: [" call "], ack_within: 10s" rest "},"
#define TENTH STEP("{pct: 10}", "\"seat:mesa\"", "")
#define FIFTH STEP("{pct: 20}", "\"seat:north\"", "")
#define HALF STEP("{pct: 50}", "\"seat:south\"", "")
#define MESA STEP("confirmed", "\"seat:mesa\"", "")

/* Opens a world in which web is bad from 5 s on; the first calls leave then. */
static struct engine_world *open_failing(const char *plan, enum world_delivery delivery)
{
	struct engine_world *w = world_open(plan);

	world_until(w, 4000);
	w->delivery = delivery;
	world_mark(w);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	return w;
}

/* The calls since the mark: "seconds person channel kind, ..." */
static void calls_text(const struct engine_world *w, char *ret, size_t size)
{
	const struct plan *p = view_plan(w->engine);
	size_t n = 0;

	ret[0] = '\0';
	for (size_t i = w->mark; i < w->count && n < size; i++) {
		const struct event *ev = &w->events[i].ev;

		if (ev->kind != EVENT_CALL_INTENT)
			continue;
		n += (size_t)snprintf(ret + n, size - n, "%s%lld %s %s %s", n > 0 ? ", " : "",
				      (long long)world_ms(ev->recorded) / 1000,
				      p->people[ev->person].id, p->channels[ev->channel].id,
				      call_kind_word(ev->call_kind));
	}
}

static void assert_calls(const struct engine_world *w, const char *expected, const char *why)
{
	char got[1024];

	calls_text(w, got, sizeof(got));
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s", why, got);
}

/* --- who is called, when and how -------------------------------------------------------------- */

static void everybody_in_line_is_tried_by_every_channel(void **state)
{
	static const struct {
		const char *plan;
		enum world_delivery delivery;
		int64_t until_ms;
		const char *calls, *why;
	} cases[] = {
		{PLAN_OF(MESA), WORLD_OK, 14999, "5 ana uno down", "ten seconds to answer"},
		{PLAN_OF(MESA), WORLD_OK, 15000, "5 ana uno down, 15 beto uno down",
		 "then the suplente"},
		{PLAN_OF(MESA), WORLD_NO_RECEIPT, 7999, "5 ana uno down", "three for a receipt"},
		{PLAN_OF(MESA), WORLD_NO_RECEIPT, 8000, "5 ana uno down, 8 ana dos down",
		 "then the next channel"},
		{PLAN_OF(MESA), WORLD_NO_RECEIPT, 11000,
		 "5 ana uno down, 8 ana dos down, 11 beto uno down", "then the suplente"},
		{PLAN_OF(MESA), WORLD_FAILS, 5000,
		 "5 ana uno down, 5 ana dos down, 5 beto uno down", "what fails gives way at once"},
		{PLAN_OF(STEP("confirmed", "team", "")), WORLD_OK, 5000, "5 ana uno down",
		 "the team of the service"},
		{PLAN_OF(STEP("confirmed", "\"person:dario\"", "")), WORLD_OK, 20000,
		 "5 dario uno down", "a person has no suplente"},
		{PLAN_OF(STEP("confirmed", "\"level:1\"", "")), WORLD_OK, 25000,
		 "5 ceci uno down, 15 dario uno down, 25 elsa dos down", "seat after seat"},
		{PLAN_OF(STEP("confirmed", "\"level:1\"", ", parallel: true")), WORLD_OK, 15000,
		 "5 ceci uno down, 5 elsa dos down, 15 dario uno down", "all seats at once"},
		{PLAN_OF(STEP("confirmed", "\"seat:mesa\", team", ", parallel: true")), WORLD_OK,
		 14000, "5 ana uno down", "a seat named twice is called once"},
		{PLAN_OF(STEP("confirmed", "\"level:1\"", ", ask: activate")), WORLD_OK, 5000,
		 "5 ceci uno ask", "a decision is asked for"},
		{PLAN_OF(STEP("{pct: 10}", "\"seat:mesa\"", "")), WORLD_OK, 15000,
		 "15 ana uno mark", "a mark of the RTO"},
		{PLAN_OF(STEP("{pct: 10, min: 20s}", "\"seat:mesa\"", "")), WORLD_OK, 25000,
		 "25 ana uno mark", "not sooner than min"},
		{PLAN_OF(STEP("{pct: 80, max: 12s}", "\"seat:mesa\"", "")), WORLD_OK, 17000,
		 "17 ana uno mark", "not later than max"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine_world *w = open_failing(cases[i].plan, cases[i].delivery);

		world_until(w, cases[i].until_ms);
		assert_calls(w, cases[i].calls, cases[i].why);
		world_close(w);
	}
}

static void a_channel_whose_carrier_is_down_is_not_tried_first(void **state)
{
	struct engine_world *w = world_open(PLAN_OF(MESA));

	(void)state;
	world_until(w, 2000);
	world_set(w, "pbx:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	w->delivery = WORLD_FAILS;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 5000);
	assert_calls(w, "5 ana dos down, 5 ana uno down, 5 beto uno down", "last, but tried");
	world_close(w);
}

static void each_try_has_its_number(void **state)
{
	struct engine_world *w = open_failing(PLAN_OF(MESA), WORLD_NO_RECEIPT);

	(void)state;
	world_until(w, 12000);
	world_expect(w, "call.intent person=ana channel=uno attempt=1 seat=mesa step=0 folio=1");
	world_expect(w, "call.failed detail=no-receipt");
	world_expect(w, "call.intent person=ana channel=dos attempt=2 seat=mesa contact=1");
	world_expect(w, "call.failed detail=no-receipt");
	world_expect(w, "call.intent person=beto channel=uno attempt=1 seat=mesa");
	world_close(w);
}

static void nobody_is_called_twice_at_once(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 3000); /* portal and consulta fail together; both call mesa */
	assert_int_equal(world_count(w, "call.intent person=ana"), 1);
	assert_int_equal(world_count(w, "call.intent person=ana service=portal"), 1);
	assert_int_equal(world_count(w, "call.intent person=beto"), 0);
}

/* --- answers ---------------------------------------------------------------------------------- */

static void an_answer_ends_the_step_and_a_refusal_passes_on(void **state)
{
	static const struct {
		enum act act;
		const char *calls;
		unsigned done; /* by the acknowledgement */
	} cases[] = {
		{ACT_ENTERADO, "5 ana uno down", 1},
		{ACT_ATIENDO, "5 ana uno down", 1},
		{ACT_NO_PUEDO, "5 ana uno down, 8 beto uno down", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct engine_world *w = open_failing(PLAN_OF(MESA), WORLD_OK);

		world_until(w, 8000);
		assert_int_equal(world_act(w, "ana", cases[i].act, "", NULL), ERR_OK);
		assert_int_equal(world_count(w, "step.done step=0 why=acknowledged"),
				 cases[i].done);
		world_until(w, 17000);
		assert_calls(w, cases[i].calls, act_word(cases[i].act));
		world_close(w);
	}
}

static void of_parallel_calls_the_first_answer_stops_the_others(void **state)
{
	struct engine_world *w = open_failing(
		PLAN_OF(STEP("confirmed", "\"level:1\"", ", parallel: true")), WORLD_OK);

	(void)state;
	world_until(w, 7000);
	assert_int_equal(world_act(w, "elsa", ACT_ATIENDO, "", NULL), ERR_OK);
	assert_int_equal(world_call(w, "ceci").state, CALL_STATE_STOPPED);
	assert_int_equal(world_call(w, "elsa").state, CALL_STATE_ACKNOWLEDGED);
	world_expect(w, "call.stopped why=acknowledged");
	world_until(w, 40000);
	assert_calls(w, "", "nobody else is called");
	world_close(w);
}

static void a_decision_goes_on_until_enough_have_decided(void **state)
{
	struct engine_world *w =
		open_failing(PLAN_OF(STEP("confirmed", "\"level:1\"",
					  ", parallel: true, ask: activate, quorum: 2")),
			     WORLD_OK);

	(void)state;
	world_until(w, 7000);
	assert_int_equal(world_incident(w, 0).state, INCIDENT_ACTIVATION_ASKED);
	assert_int_equal(world_act(w, "elsa", ACT_ENTERADO, "", NULL), ERR_OK);
	assert_int_equal(world_call(w, "ceci").state, CALL_STATE_RECEIVED);
	assert_int_equal(world_act(w, "elsa", ACT_AUTHORIZE, "", NULL), ERR_OK);
	world_never(w, "step.done");
	world_until(w, 15000);
	assert_int_equal(world_act(w, "dario", ACT_AUTHORIZE, "", NULL), ERR_OK);
	world_expect(w, "incident.state to=authorised");
	world_expect(w, "step.done step=0 why=quorum");
	assert_int_equal(world_call(w, "dario").state, CALL_STATE_STOPPED);
	world_close(w);
}

static void who_only_knows_of_a_decision_does_not_keep_others_from_it(void **state)
{
	struct engine_world *w = open_failing(
		PLAN_OF(STEP("confirmed", "\"level:1\"", ", ask: activate")), WORLD_OK);

	(void)state;
	world_until(w, 7000);
	assert_int_equal(world_act(w, "ceci", ACT_ENTERADO, "", NULL), ERR_OK);
	assert_calls(w, "5 ceci uno ask, 7 elsa dos ask", "the next seat");
	world_never(w, "step.done");
	world_close(w);
}

static void who_was_reached_already_gets_an_update(void **state)
{
	struct engine_world *w = *state;

	w->engine->limits.incidents_open = 1; /* so that acceso joins */
	world_until(w, 4000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 8000);
	assert_int_equal(world_act(w, "ana", ACT_ATIENDO, "", NULL), ERR_OK);
	world_mark(w);
	world_set(w, "fw-a:p", NULL, HEALTH_CRITICAL);
	world_set(w, "fw-b:p", NULL, HEALTH_CRITICAL);
	world_until(w, 10000);
	assert_calls(w, "10 ana uno update", "acceso joined");
	world_expect(w, "step.done service=acceso step=0 why=acknowledged");
	world_until(w, 30000);
	assert_calls(w, "", "an update asks for no answer");
}

/* --- nobody answers --------------------------------------------------------------------------- */

static void an_empty_seat_raises_an_alarm_and_the_next_step_comes_at_once(void **state)
{
	struct engine_world *w =
		open_failing(PLAN_OF(MESA STEP("{pct: 40}", "\"seat:north\"", "")), WORLD_FAILS);

	(void)state;
	world_until(w, 5000);
	world_expect(w, "seat.vacant step=0 seat=mesa");
	world_expect(w, "step.fired step=1 round=0");
	world_expect(w, "seat.vacant step=1 seat=north");
	world_expect(w, "tree.exhausted round=0 repeat_at=@65");
	assert_int_equal(world_count(w, "seat.vacant"), 0);
	assert_true(world_incident(w, 0).exhausted);
	world_until(w, 64999); /* the step came already: its mark brings nothing more */
	world_never(w, "call.intent");
	world_close(w);
}

static void an_exhausted_tree_begins_again_after_its_time(void **state)
{
	struct engine_world *w = open_failing(PLAN_OF(MESA), WORLD_OK);

	(void)state;
	world_until(w, 25000);
	world_expect(w, "step.done step=0 why=exhausted");
	world_expect(w, "tree.exhausted round=0 repeat_at=@85");
	assert_int_equal(world_ms(calltree_deadline(w->engine)), 85000);
	world_until(w, 84999);
	assert_calls(w, "", "not yet");
	world_until(w, 85000);
	world_expect(w, "step.fired step=0 round=1");
	assert_int_equal(world_count(w, "call.intent person=ana attempt=1"), 1);
	assert_false(world_incident(w, 0).exhausted);
	world_until(w, 105000);
	world_expect(w, "tree.exhausted round=1 repeat_at=@165");
	world_close(w);
}

static void a_decision_that_was_made_is_not_asked_for_again(void **state)
{
	struct engine_world *w = open_failing(
		PLAN_OF(MESA STEP("{pct: 1}", "\"seat:south\"", ", ask: activate")), WORLD_OK);

	(void)state;
	world_until(w, 8000);
	assert_int_equal(world_act(w, "elsa", ACT_AUTHORIZE, "", NULL), ERR_OK);
	world_until(w, 25000);
	world_expect(w, "tree.exhausted repeat_at=@85");
	world_until(w, 85000);
	assert_calls(w, "85 ana uno down", "mesa only");
	assert_int_equal(world_count(w, "step.fired"), 1);
	world_close(w);
}

static void of_marks_that_are_due_together_only_the_highest_calls(void **state)
{
	struct engine_world *w = world_open(PLAN_OF(TENTH FIFTH HALF));

	(void)state;
	world_sample(w, "web:p", "dc", 1000, HEALTH_OK);
	world_sample(w, "web:p", "dc", 30000, HEALTH_CRITICAL);
	world_mark(w);
	for (int64_t ms = 5000; ms < 30000; ms += 2000)
		world_backlog(w, "web:p", "dc", ms, HEALTH_CRITICAL);
	world_expect(w, "clock.corrected from=@30 to=@5");
	world_expect(w, "clock.mark step=0 pct=10 due=@15");
	world_expect(w, "step.done step=0 why=passed");
	world_expect(w, "clock.mark step=1 pct=20 due=@25");
	world_expect(w, "step.fired step=1");
	assert_calls(w, "30 ceci uno mark", "north only");
	assert_int_equal(world_ms(world_service(w, "portal").clock.next_mark), 55000);
	assert_int_equal(world_service(w, "portal").clock.next_pct, 50);
	/* What was passed over is not repeated either. */
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 65000);
	world_expect(w, "tree.exhausted round=0 repeat_at=@125");
	world_until(w, 125000);
	assert_calls(w, "125 ceci uno mark, 125 elsa dos mark", "not mesa");
	world_close(w);
}

static void the_next_mark_is_the_earliest_that_has_not_fired(void **state)
{
	struct plan_step steps[4] = {{.at = AT_CONFIRMED},
				     {.at = AT_PCT, .pct = 50},
				     {.at = AT_PCT, .pct = 10},
				     {.at = AT_PCT, .pct = 90, .max_us = 30}};
	struct plan_policy policy = {.steps = steps, .step_count = 4};
	struct plan_service service = {.rto_us = 100};
	struct plan plan = {.services = &service, .policies = &policy};
	struct step_run runs[4] = {{0}};
	struct incident_service s = {.began = {1000}, .steps = runs, .step_count = 4};
	struct incident i = {.plan = &plan};
	static const struct {
		int fired;
		int64_t at;
		uint32_t pct;
	} then[] = {{2, 1010, 10}, {3, 1030, 90}, {1, 1050, 50}};
	struct wall_time at;
	uint32_t pct;

	(void)state;
	assert_false(calltree_next_mark(&i, &s, &at, &pct)); /* no clock runs */
	s.running = true;
	for (size_t k = 0; k < COUNT_OF(then); k++) {
		assert_true(calltree_next_mark(&i, &s, &at, &pct));
		assert_int_equal(at.us, then[k].at);
		assert_int_equal(pct, then[k].pct);
		runs[then[k].fired].fired = true;
	}
	assert_false(calltree_next_mark(&i, &s, &at, &pct));
	assert_int_equal(at.us, WALL_NEVER.us);
}

/* --- results of calls ------------------------------------------------------------------------- */

static void a_result_is_recorded_only_if_it_says_something_new(void **state)
{
	static const bool said[CALL_STATE_COUNT][4] = {
		/* in this state: sent, receipt, failed, unknown */
		[CALL_STATE_PENDING] = {true, true, true, true},
		[CALL_STATE_SENT] = {true, true, true, false},
		[CALL_STATE_UNKNOWN] = {true, true, true, true},
		[CALL_STATE_RECEIVED] = {true, false, true, false},
		[CALL_STATE_ACKNOWLEDGED] = {true, true, false, false},
		[CALL_STATE_EXPIRED] = {true, true, false, false},
		[CALL_STATE_UNANSWERED] = {true, true, false, false},
		[CALL_STATE_FAILED] = {true, true, false, false},
		[CALL_STATE_STOPPED] = {true, true, false, false},
	};
	static const enum event_kind kinds[] = {EVENT_CALL_SENT, EVENT_CALL_RECEIVED,
						EVENT_CALL_FAILED, EVENT_CALL_UNKNOWN};

	(void)state;
	for (int s = 0; s < CALL_STATE_COUNT; s++) {
		for (unsigned what = 0; what < 4; what++) {
			struct call c = {.id = 9, .state = (enum call_state)s};
			struct incident i = {.calls = &c, .call_count = 1};
			struct incident *all[] = {&i};
			struct engine e = {.incidents = all, .incident_count = 1};
			struct event_list out = {0};
			struct turn t = {&e, {50}, &out};
			struct input in = {.kind = INPUT_DELIVERY};

			in.u.delivery.what = (enum delivery)what;
			in.u.delivery.detail = "x";
			in.u.delivery.call = 8; /* not here */
			calltree_decide_delivery(&t, &in);
			assert_int_equal(out.count, 0);
			in.u.delivery.call = 9;
			calltree_decide_delivery(&t, &in);
			if (out.count != said[s][what])
				fail_msg("%s, %u", call_state_word(c.state), what);
			if (out.count > 0) {
				/* Unknown twice is a failure. */
				assert_int_equal(out.items[0].kind,
						 c.state == CALL_STATE_UNKNOWN &&
								 what == DELIVERY_UNKNOWN
							 ? EVENT_CALL_FAILED
							 : kinds[what]);
				assert_int_equal(out.items[0].call, 9);
				assert_string_equal(out.items[0].text, "x");
			}
			event_list_release(&out);
		}
	}
}

/* --- "up" ------------------------------------------------------------------------------------- */

static void up_is_tried_by_every_channel_and_again_each_minute(void **state)
{
	struct engine_world *w = open_failing(PLAN_OF(MESA), WORLD_OK);

	(void)state;
	world_until(w, 8000);
	w->delivery = WORLD_FAILS;
	world_mark(w);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 10000);
	assert_calls(w, "9 ana uno up, 9 ana dos up", "by both channels at once");
	assert_int_equal(world_incident(w, 0).owed_up, 1);
	assert_int_equal(world_ms(calltree_deadline(w->engine)), 69000);
	world_mark(w);
	world_until(w, 68999);
	assert_calls(w, "", "a minute of pause");
	w->delivery = WORLD_OK;
	world_until(w, 200000);
	assert_calls(w, "69 ana uno up", "and then it arrives");
	assert_int_equal(world_incident(w, 0).owed_up, 0);
	assert_int_equal(calltree_deadline(w->engine).us, WALL_NEVER.us);
	world_close(w);
}

static void who_was_not_told_that_it_is_down_is_not_told_that_it_is_up(void **state)
{
	struct engine_world *w = open_failing(PLAN_OF(MESA), WORLD_FAILS);

	(void)state;
	world_until(w, 8000);
	w->delivery = WORLD_OK;
	world_mark(w);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 20000);
	world_expect(w, "incident.state to=restored");
	world_never(w, "call.intent");
	world_close(w);
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_in_line_is_tried_by_every_channel),
		cmocka_unit_test(a_channel_whose_carrier_is_down_is_not_tried_first),
		cmocka_unit_test(each_try_has_its_number),
		IN_WORLD(nobody_is_called_twice_at_once),
		cmocka_unit_test(an_answer_ends_the_step_and_a_refusal_passes_on),
		cmocka_unit_test(of_parallel_calls_the_first_answer_stops_the_others),
		cmocka_unit_test(a_decision_goes_on_until_enough_have_decided),
		cmocka_unit_test(who_only_knows_of_a_decision_does_not_keep_others_from_it),
		IN_WORLD(who_was_reached_already_gets_an_update),
		cmocka_unit_test(an_empty_seat_raises_an_alarm_and_the_next_step_comes_at_once),
		cmocka_unit_test(an_exhausted_tree_begins_again_after_its_time),
		cmocka_unit_test(a_decision_that_was_made_is_not_asked_for_again),
		cmocka_unit_test(of_marks_that_are_due_together_only_the_highest_calls),
		cmocka_unit_test(the_next_mark_is_the_earliest_that_has_not_fired),
		cmocka_unit_test(a_result_is_recorded_only_if_it_says_something_new),
		cmocka_unit_test(up_is_tried_by_every_channel_and_again_each_minute),
		cmocka_unit_test(who_was_not_told_that_it_is_down_is_not_told_that_it_is_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
