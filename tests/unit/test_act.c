/* act - who may do what when: each refusal has its reason and is recorded too; what is allowed
 * moves the incident, stops calls and is kept with who said it, who wrote it down and how that
 * is proved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine_state.h"
#include "tests/support/engine_world.h"

/* People of a small plan: mesa (ana, then beto), level 2 (ceci, then dario), level 1 (elsa, then
 * dario). */
enum { ANA, BETO, CECI, DARIO, ELSA, PEOPLE };
enum { INCIDENT = 7 };

struct small {
	struct engine engine;
	struct plan plan;
	struct plan_person people[PEOPLE];
	struct plan_seat seats[3];
	struct plan_step step;
	struct plan_policy policy;
	struct plan_service service;
	struct incident incident, *all[1];
	struct incident_service services[1];
	struct event_list out;
	struct err_info info;
};

static void build(struct small *s, enum incident_state state)
{
	*s = (struct small){.seats = {{.level = 0, .titular = ANA, .suplente = BETO},
				      {.level = 2, .titular = CECI, .suplente = DARIO},
				      {.level = 1, .titular = ELSA, .suplente = DARIO}},
			    .step = {.ask = ASK_ACTIVATE, .quorum = 1},
			    .incident = {.id = INCIDENT, .service_count = 1}};
	s->policy = (struct plan_policy){.steps = &s->step, .step_count = 1};
	s->plan.people = s->people;
	s->plan.person_count = PEOPLE;
	s->plan.seats = s->seats;
	s->plan.seat_count = 3;
	s->plan.services = &s->service;
	s->plan.policies = &s->policy;
	s->incident.state = state;
	s->incident.declared_by = PLAN_NONE;
	if (state == INCIDENT_AUTHORISED)
		s->incident.authorisers[s->incident.authoriser_count++] = ELSA;
	gate_begin(&s->incident);
	s->incident.plan = &s->plan;
	s->incident.services = s->services;
	s->all[0] = &s->incident;
	s->engine.incidents = s->all;
	s->engine.incident_count = 1;
}

static void release(struct small *s)
{
	event_list_release(&s->out);
	free(s->incident.deeds);
}

static enum err decide(struct small *s, enum act act, uint32_t person, const char *note,
		       uint32_t recorded_by)
{
	struct input in = {.kind = INPUT_ACT, .now = {1000}};
	struct turn t = {&s->engine, in.now, &s->out};

	event_list_reset(&s->out);
	in.u.act.incident = INCIDENT;
	in.u.act.act = act;
	in.u.act.person = person;
	in.u.act.recorded_by = recorded_by;
	in.u.act.proof = PROOF_PIN;
	in.u.act.note = note;
	return act_decide(&t, &in, &s->info);
}

/* --- what is allowed when --------------------------------------------------------------------- */

#define IN(s) (1u << INCIDENT_##s)
#define ANY ((1u << INCIDENT_STATE_COUNT) - 1)

static const struct {
	enum act act;
	uint32_t person;
	unsigned states;
	const char *why; /* it is refused in the others */
	int to; /* the state that it brings */
} possible[] = {
	{ACT_ENTERADO, ANA, ANY & ~(IN(CLOSED) | IN(FALSE_ALARM)),
	 "the incident is over; write a note instead", -1},
	{ACT_ATIENDO, ANA, ANY & ~(IN(CLOSED) | IN(FALSE_ALARM)),
	 "the incident is over; write a note instead", -1},
	{ACT_NO_PUEDO, ANA, ANY & ~(IN(CLOSED) | IN(FALSE_ALARM)),
	 "the incident is over; write a note instead", -1},
	{ACT_AUTHORIZE, ELSA, IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(DECLINED),
	 "there is nothing to authorise now", INCIDENT_AUTHORISED},
	{ACT_DECLARE, CECI, IN(AUTHORISED), "level 1 has not authorised it", INCIDENT_DECLARED},
	{ACT_DECLINE, CECI, IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(AUTHORISED),
	 "there is nothing to decline now", INCIDENT_DECLINED},
	{ACT_FALSE_ALARM, ANA,
	 IN(SUSPECT) | IN(CONFIRMED) | IN(ACTIVATION_ASKED) | IN(AUTHORISED) | IN(DECLINED) |
		 IN(RESTORED),
	 "it cannot become a false alarm any more", INCIDENT_FALSE_ALARM},
	{ACT_RESUME, ANA, IN(RESTORED),
	 "operations restart after the measured restoration; it is not restored", INCIDENT_RESUMED},
	{ACT_CLOSE, ANA, IN(RESTORED) | IN(RESUMED) | IN(FALSE_ALARM),
	 "it is not restored, or closed already", INCIDENT_CLOSED},
	{ACT_NOTE, ANA, ANY, NULL, -1},
	{ACT_CONVENE, CECI, 0, "no step is left that asks level 1", -1},
	{ACT_WAIT, CECI, 0, "no step is left that asks level 1", -1},
	{ACT_RATIFY, ELSA, 0, "no declaration waits to be ratified", -1},
	{ACT_CHECK, ANA, 0, "no checklist is open: nothing is declared", -1},
};
/* Those whose rules stand in files of their own, with their own tests. */
#define BIT(a) (1ull << ACT_##a)
#define ELSEWHERE                                                                                  \
	(BIT(NO_DRILL) | BIT(ORDER) | BIT(CONFIRM_ORDER) | BIT(WINDOW) | BIT(SILENCE) |            \
	 BIT(SIGN) | BIT(UNSILENCE) | BIT(ESCALATE) | BIT(CALL_RESULT) | BIT(LEAVE) | BIT(BACK) |  \
	 BIT(CONFIRM) | BIT(DISPUTE) | BIT(RESTORE) | BIT(RETURN) | BIT(REPORT) |                  \
	 BIT(CONFIRM_REPORT) | BIT(CLASSIFY) | BIT(COMPLETE) | BIT(MERGE) | BIT(ENTRY) |           \
	 BIT(ACTION) | BIT(FINAL_REPORT) | BIT(ADOPT))

static void every_act_has_its_test(void **state)
{
	unsigned long long tested = ELSEWHERE;

	(void)state;
	for (size_t c = 0; c < COUNT_OF(possible); c++) {
		assert_false(tested & (1ull << possible[c].act));
		tested |= 1ull << possible[c].act;
	}
	assert_true(tested == (1ull << ACT_COUNT) - 1);
}

static void an_act_is_possible_in_its_states_only(void **state)
{
	(void)state;
	for (size_t c = 0; c < COUNT_OF(possible); c++) {
		for (int s = 0; s < INCIDENT_STATE_COUNT; s++) {
			struct small w;
			bool allowed = (possible[c].states & (1u << s)) != 0;
			enum err err;

			build(&w, (enum incident_state)s);
			err = decide(&w, possible[c].act, possible[c].person, "why", BETO);
			if (err != (allowed ? ERR_OK : ERR_WRONG_STATE))
				fail_msg("%s when %s: %s", act_word(possible[c].act),
					 incident_state_word((enum incident_state)s),
					 err_word(err));
			if (!allowed) {
				assert_string_equal(w.info.text, possible[c].why);
				assert_int_equal(w.out.count, 1);
				assert_int_equal(w.out.items[0].kind, EVENT_ACT_REFUSED);
				assert_string_equal(w.out.items[0].text, possible[c].why);
			} else if (possible[c].to >= 0) {
				assert_int_equal(w.out.count, 2);
				assert_int_equal(w.out.items[1].kind, EVENT_INCIDENT_STATE);
				assert_int_equal(w.out.items[1].incident, INCIDENT);
				assert_int_equal(w.out.items[1].from, s);
				assert_int_equal(w.out.items[1].to, possible[c].to);
			} else {
				assert_int_equal(w.out.count, 1);
			}
			release(&w);
		}
	}
}

/* --- who, and with what words ----------------------------------------------------------------- */

static void levels_notes_and_second_names_are_needed(void **state)
{
	static const struct {
		enum act act;
		uint32_t person, recorded_by;
		enum incident_state when;
		const char *note;
		enum err err;
		const char *why;
	} cases[] = {
		{ACT_AUTHORIZE, DARIO, PLAN_NONE, INCIDENT_CONFIRMED, "", ERR_OK, NULL},
		{ACT_AUTHORIZE, CECI, PLAN_NONE, INCIDENT_CONFIRMED, "", ERR_DENIED,
		 "only a seat of level 1 authorises"},
		{ACT_AUTHORIZE, ANA, PLAN_NONE, INCIDENT_CLOSED, "", ERR_DENIED,
		 "only a seat of level 1 authorises"},
		{ACT_DECLARE, DARIO, PLAN_NONE, INCIDENT_AUTHORISED, "", ERR_OK, NULL},
		{ACT_DECLARE, ELSA, PLAN_NONE, INCIDENT_AUTHORISED, "", ERR_DENIED,
		 "only the coordinator (level 2) declares"},
		{ACT_DECLINE, ELSA, PLAN_NONE, INCIDENT_CONFIRMED, "no", ERR_OK, NULL},
		{ACT_DECLINE, BETO, PLAN_NONE, INCIDENT_CONFIRMED, "no", ERR_DENIED,
		 "only levels 1 and 2 decline"},
		{ACT_DECLINE, ELSA, PLAN_NONE, INCIDENT_CONFIRMED, "", ERR_SYNTAX,
		 "a reason is needed (note)"},
		{ACT_FALSE_ALARM, ANA, BETO, INCIDENT_CONFIRMED, "", ERR_SYNTAX,
		 "the cause is needed (note)"},
		{ACT_FALSE_ALARM, ANA, PLAN_NONE, INCIDENT_CONFIRMED, "test", ERR_DENIED,
		 "a false alarm needs two people: who says it and who records it"},
		{ACT_FALSE_ALARM, ANA, ANA, INCIDENT_CONFIRMED, "test", ERR_DENIED,
		 "a false alarm needs two people: who says it and who records it"},
		{ACT_NOTE, ANA, PLAN_NONE, INCIDENT_CLOSED, "", ERR_SYNTAX, "the note is empty"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small w;
		enum err err;

		build(&w, cases[c].when);
		err = decide(&w, cases[c].act, cases[c].person, cases[c].note,
			     cases[c].recorded_by);
		if (err != cases[c].err)
			fail_msg("%zu: %s", c, err_word(err));
		if (err != ERR_OK) {
			assert_string_equal(w.info.text, cases[c].why);
			assert_string_equal(w.out.items[0].text, cases[c].why);
			assert_int_equal(w.out.items[0].person, cases[c].person);
			assert_int_equal(w.out.items[0].act, cases[c].act);
		}
		release(&w);
	}
}

static void an_incident_that_is_not_in_memory_is_not_found(void **state)
{
	struct small w;

	(void)state;
	build(&w, INCIDENT_CONFIRMED);
	w.incident.id = 8;
	assert_int_equal(decide(&w, ACT_NOTE, ANA, "n", PLAN_NONE), ERR_NOT_FOUND);
	assert_string_equal(w.info.text, "there is no incident 7 in memory");
	assert_int_equal(w.out.count, 0); /* whose entry would it be? */
}

static void what_still_fails_cannot_be_ended(void **state)
{
	static const struct {
		enum act act;
		enum incident_state when;
	} cases[] = {{ACT_CLOSE, INCIDENT_RESUMED},
		     {ACT_CLOSE, INCIDENT_RESTORED},
		     {ACT_RESUME, INCIDENT_RESTORED}};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small w;

		build(&w, cases[c].when);
		w.services[0].running = true;
		assert_int_equal(decide(&w, cases[c].act, ANA, "", PLAN_NONE), ERR_WRONG_STATE);
		assert_string_equal(w.info.text,
				    "it still fails; a person cannot end what is measured");
		w.services[0].running = false;
		w.services[0].starting = true; /* fails again */
		assert_int_equal(decide(&w, cases[c].act, ANA, "", PLAN_NONE), ERR_WRONG_STATE);
		release(&w);
	}
}

static void every_act_is_kept_with_its_names_and_proof(void **state)
{
	static const struct {
		uint32_t given, kept;
	} cases[] = {{PLAN_NONE, ELSA}, {ELSA, ELSA}, {BETO, BETO}};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small w;
		const struct event *ev;

		build(&w, INCIDENT_CONFIRMED);
		assert_int_equal(decide(&w, ACT_AUTHORIZE, ELSA, "go on", cases[c].given), ERR_OK);
		ev = &w.out.items[0];
		assert_int_equal(ev->kind, EVENT_ACT_AUTHORIZE);
		assert_int_equal(ev->incident, INCIDENT);
		assert_int_equal(ev->person, ELSA);
		assert_int_equal(ev->recorded_by, cases[c].kept);
		assert_int_equal(ev->proof, PROOF_PIN);
		assert_string_equal(ev->text, "go on");
		assert_int_equal(ev->recorded.us, 1000);
		release(&w);
	}
}

/* --- decisions of several --------------------------------------------------------------------- */

static void a_quorum_is_of_distinct_people(void **state)
{
	struct small w;

	(void)state;
	build(&w, INCIDENT_ACTIVATION_ASKED);
	w.step.quorum = 2;
	assert_int_equal(decide(&w, ACT_AUTHORIZE, ELSA, "", PLAN_NONE), ERR_OK);
	assert_int_equal(w.out.count, 1); /* one of two: nothing moves */
	act_apply(&w.engine, &w.out.items[0]);
	assert_int_equal(decide(&w, ACT_AUTHORIZE, ELSA, "", PLAN_NONE), ERR_DUPLICATE);
	assert_string_equal(w.info.text,
			    "this person has authorised already; distinct people are needed");
	assert_int_equal(decide(&w, ACT_AUTHORIZE, DARIO, "", PLAN_NONE), ERR_OK);
	assert_int_equal(w.out.count, 2);
	assert_int_equal(w.out.items[1].to, INCIDENT_AUTHORISED);
	release(&w);
}

static void a_service_without_a_policy_asks_for_one(void **state)
{
	struct small w;

	(void)state;
	build(&w, INCIDENT_CONFIRMED);
	w.step.quorum = 2;
	w.service.policy = PLAN_NONE;
	assert_int_equal(decide(&w, ACT_AUTHORIZE, ELSA, "", PLAN_NONE), ERR_OK);
	assert_int_equal(w.out.count, 2);
	release(&w);
}

static void nobody_authorises_what_they_declare(void **state)
{
	struct small w;

	(void)state;
	build(&w, INCIDENT_CONFIRMED);
	assert_int_equal(decide(&w, ACT_AUTHORIZE, DARIO, "", PLAN_NONE), ERR_OK);
	act_apply(&w.engine, &w.out.items[0]);
	w.incident.state = INCIDENT_AUTHORISED;
	assert_int_equal(decide(&w, ACT_DECLARE, DARIO, "", PLAN_NONE), ERR_DENIED);
	assert_string_equal(w.info.text, "nobody authorises what they declare");
	assert_int_equal(decide(&w, ACT_DECLARE, CECI, "", PLAN_NONE), ERR_OK);
	release(&w);
}

static void nobody_gets_round_that_by_a_service_that_fails_again(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	world_set(w, "db:p", NULL, HEALTH_CRITICAL); /* consulta stays down when web is back */
	world_until(w, 8000);
	assert_int_equal(world_act(w, "dario", ACT_AUTHORIZE, "", NULL), ERR_OK);
	world_set(w, "web:p", NULL, HEALTH_OK);
	world_until(w, 12000);
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 16000);
	world_expect(w, "incident.episode service=portal n=2");
	assert_int_equal(world_incident(w, 0).state, INCIDENT_AUTHORISED);
	assert_int_equal(world_act(w, "dario", ACT_DECLARE, "", NULL), ERR_DENIED);
}

static void a_refusal_of_level_1_begins_the_count_anew(void **state)
{
	struct small w;
	struct event ev = {.incident = INCIDENT, .kind = EVENT_ACT_DECLINE, .person = CECI};

	(void)state;
	build(&w, INCIDENT_DECLINED);
	w.incident.authorisers[w.incident.authoriser_count++] = ELSA;
	act_apply(&w.engine, &ev);
	assert_int_equal(w.incident.authoriser_count, 0);
	assert_int_equal(decide(&w, ACT_AUTHORIZE, ELSA, "", PLAN_NONE), ERR_OK);
	release(&w);
}

/* --- a false alarm ---------------------------------------------------------------------------- */

static void a_false_alarm_stops_the_clock_and_is_told(void **state)
{
	struct engine_world *w = *state;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	assert_int_equal(world_act(w, "ana", ACT_FALSE_ALARM, "a test", "beto"), ERR_OK);
	world_expect(w, "act.false-alarm person=ana recorded_by=beto proof=operator-token");
	world_expect(w, "incident.state from=confirmed to=false-alarm");
	world_never(w, "incident.opened"); /* nobody is called again for what was just dismissed */
	world_expect(w, "call.intent kind=false-alarm person=ana folio=1");
	assert_int_equal(world_ms(world_incident(w, 0).closed), 4000);
	assert_int_equal(world_incident(w, 0).owed_up, 0);
}

/* --- by a link -------------------------------------------------------------------------------- */

#define DIGEST                                                                                     \
	"0123456789abcdef0123456789abcdef"                                                         \
	"0123456789abcdef0123456789abcdef"

static enum err act_by_link(struct engine_world *w, uint64_t call, const char *person, enum act act)
{
	struct input in = {.kind = INPUT_ACT, .now = w->now};
	struct view_incident i = world_incident(w, view_incident_count(w->engine) - 1);

	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(i.plan, slice_of(person));
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.proof = PROOF_LINK;
	in.u.act.note = "note";
	in.u.act.call = call;
	in.u.act.link = DIGEST;
	return world_input(w, &in);
}

static void a_link_acknowledges_once_and_for_its_person(void **state)
{
	struct engine_world *w = *state;
	uint64_t call;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	call = world_call(w, "ana").id;
	world_mark(w);
	for (int a = 0; a < ACT_COUNT; a++) {
		if (a == ACT_ENTERADO || a == ACT_ATIENDO || a == ACT_NO_PUEDO)
			continue;
		assert_int_equal(act_by_link(w, call, "ana", (enum act)a), ERR_DENIED);
		assert_string_equal(w->refusal.text,
				    "a link only acknowledges; decisions are for the desk");
		world_expect(w, "act.refused person=ana proof=link link=" DIGEST);
	}
	assert_int_equal(act_by_link(w, call, "beto", ACT_ENTERADO), ERR_DENIED);
	assert_string_equal(w->refusal.text, "the link is not of a call to this person");
	assert_int_equal(act_by_link(w, call + 1, "ana", ACT_ENTERADO), ERR_DENIED);
	assert_int_equal(act_by_link(w, 0, "ana", ACT_ENTERADO), ERR_DENIED);
	world_never(w, "ack.given");
	assert_false(world_call(w, "ana").link_used);

	assert_int_equal(act_by_link(w, call, "ana", ACT_ENTERADO), ERR_OK);
	world_expect(w,
		     "ack.given act=enterado person=ana recorded_by=ana proof=link link=" DIGEST);
	assert_int_equal(world_call(w, "ana").state, CALL_STATE_ACKNOWLEDGED);
	for (int again = 0; again < 2; again++) {
		struct view_call c = world_call(w, "ana");

		assert_true(c.link_used);
		assert_int_equal(c.link_act, ACT_ENTERADO);
		assert_int_equal(world_ms(c.link_at), 4000);
		assert_int_equal(w->events[c.link_seq - 1].ev.kind, EVENT_ACK_GIVEN);
		assert_int_equal(act_by_link(w, call, "ana", ACT_ATIENDO), ERR_DUPLICATE);
		assert_string_equal(w->refusal.text, "this link has served already");
		world_restart(w); /* used once is used for ever */
	}
	world_never(w, "ack.given");
	assert_int_equal(world_act(w, "ana", ACT_ATIENDO, "", NULL), ERR_OK); /* at the desk */
}

/* As any other: until the next mark. The next call has a link of its own. */
static void an_acknowledgement_by_link_expires_too(void **state)
{
	struct engine_world *w = *state;
	uint64_t call;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	call = world_call(w, "ana").id;
	assert_int_equal(act_by_link(w, call, "ana", ACT_ATIENDO), ERR_OK);
	world_mark(w);
	world_until(w, 30000);
	world_never(w, "call.intent person=beto"); /* nobody is called in her place meanwhile */
	world_never(w, "call.intent person=ana");
	world_until(w, 200000);
	world_expect(w, "ack.expired person=ana");
	world_expect(w, "call.intent person=ana");
	assert_int_not_equal(world_call(w, "ana").id, call);
	assert_false(world_call(w, "ana").link_used);
	assert_int_equal(act_by_link(w, call, "ana", ACT_ENTERADO), ERR_DUPLICATE);
	assert_int_equal(act_by_link(w, world_call(w, "ana").id, "ana", ACT_ENTERADO), ERR_OK);
}

static void an_incident_that_is_over_takes_no_link(void **state)
{
	struct engine_world *w = *state;
	uint64_t call;

	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	call = world_call(w, "ana").id;
	assert_int_equal(world_act(w, "ana", ACT_FALSE_ALARM, "a test", "beto"), ERR_OK);
	assert_int_equal(act_by_link(w, call, "ana", ACT_ENTERADO), ERR_WRONG_STATE);
	world_never(w, "ack.given");
}

static void only_what_may_have_left_is_kept_with_its_link(void **state)
{
	static const struct {
		enum delivery what;
		const char *spec;
	} cases[] = {{DELIVERY_UNKNOWN, "call.unknown link=" DIGEST},
		     {DELIVERY_SENT, "call.sent link=" DIGEST},
		     {DELIVERY_RECEIPT, "call.received"}};
	struct engine_world *w = *state;

	w->delivery = WORLD_SILENT;
	world_set(w, "web:p", NULL, HEALTH_CRITICAL);
	world_until(w, 4000);
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct input in = {.kind = INPUT_DELIVERY, .now = w->now};

		in.u.delivery.call = world_call(w, "ana").id;
		in.u.delivery.what = cases[c].what;
		in.u.delivery.detail = "";
		in.u.delivery.link = DIGEST;
		assert_int_equal(world_input(w, &in), ERR_OK);
		if (cases[c].what == DELIVERY_RECEIPT)
			assert_string_equal(world_expect(w, cases[c].spec)->link, "");
		else
			world_expect(w, cases[c].spec);
	}
}

/* --- acknowledgements ------------------------------------------------------------------------- */

static void an_acknowledgement_lives_to_the_next_mark_or_fifteen_minutes(void **state)
{
	static const struct {
		bool running;
		int64_t mark_us, expires_us;
	} cases[] = {
		{false, 5000, 1000 + 900 * US_PER_S}, /* no clock, no mark */
		{true, 5000, 5000},
		{true, 1000, 1000 + 900 * US_PER_S}, /* due now: not a next one */
		{true, 1001 + 900 * US_PER_S, 1000 + 900 * US_PER_S},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct small w;
		struct step_run run = {0};

		build(&w, INCIDENT_CONFIRMED);
		w.step = (struct plan_step){.at = AT_PCT, .pct = 100, .max_us = cases[c].mark_us};
		w.service.rto_us = INT64_C(3600) * US_PER_S;
		w.services[0].running = cases[c].running;
		w.services[0].steps = &run;
		w.services[0].step_count = 1;
		assert_int_equal(decide(&w, ACT_ATIENDO, ANA, "", PLAN_NONE), ERR_OK);
		assert_int_equal(w.out.items[0].kind, EVENT_ACK_GIVEN);
		assert_int_equal(w.out.items[0].until.us, cases[c].expires_us);
		release(&w);
	}
}

static struct event ack_of(uint32_t person, enum act act, int64_t expires)
{
	return (struct event){.kind = EVENT_ACK_GIVEN,
			      .recorded = {60},
			      .incident = INCIDENT,
			      .person = person,
			      .act = act,
			      .until = {expires}};
}

static void an_acknowledgement_answers_the_calls_that_wait(void **state)
{
	static const struct {
		enum call_state before, after, passed_on;
	} cases[] = {
		{CALL_STATE_PENDING, CALL_STATE_ACKNOWLEDGED, CALL_STATE_UNANSWERED},
		{CALL_STATE_SENT, CALL_STATE_ACKNOWLEDGED, CALL_STATE_UNANSWERED},
		{CALL_STATE_UNKNOWN, CALL_STATE_ACKNOWLEDGED, CALL_STATE_UNANSWERED},
		{CALL_STATE_RECEIVED, CALL_STATE_ACKNOWLEDGED, CALL_STATE_UNANSWERED},
		{CALL_STATE_UNANSWERED, CALL_STATE_ACKNOWLEDGED, CALL_STATE_UNANSWERED},
		{CALL_STATE_ACKNOWLEDGED, CALL_STATE_ACKNOWLEDGED, CALL_STATE_ACKNOWLEDGED},
		{CALL_STATE_EXPIRED, CALL_STATE_EXPIRED, CALL_STATE_EXPIRED},
		{CALL_STATE_FAILED, CALL_STATE_FAILED, CALL_STATE_FAILED},
		{CALL_STATE_STOPPED, CALL_STATE_STOPPED, CALL_STATE_STOPPED},
	};

	(void)state;
	_Static_assert(COUNT_OF(cases) == CALL_STATE_COUNT, "every state");
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		for (int pass = 0; pass < 2; pass++) {
			struct small w;
			struct call calls[3] = {
				{.person = ANA, .state = cases[c].before},
				{.person = BETO, .state = cases[c].before},
				{.person = ANA, .state = cases[c].before, .kind = CALL_UP}};
			struct event ev = ack_of(ANA, pass ? ACT_NO_PUEDO : ACT_ENTERADO, 90);

			build(&w, INCIDENT_CONFIRMED);
			w.incident.calls = calls;
			w.incident.call_count = 3;
			act_apply(&w.engine, &ev);
			assert_int_equal(calls[0].state,
					 pass ? cases[c].passed_on : cases[c].after);
			assert_int_equal(calls[1].state, cases[c].before); /* somebody else */
			assert_int_equal(calls[2].state, cases[c].before); /* asks for nothing */
		}
	}
}

static void a_person_has_one_acknowledgement_and_the_oldest_gives_way(void **state)
{
	struct small w;

	(void)state;
	build(&w, INCIDENT_CONFIRMED);
	for (uint32_t p = 0; p < ACKS_MAX; p++) {
		struct event ev = ack_of(p, ACT_ENTERADO, 100 + p);

		act_apply(&w.engine, &ev);
	}
	assert_int_equal(w.incident.ack_count, ACKS_MAX);
	w.incident.acks[3].expired = true;
	act_apply(&w.engine, &(struct event){.kind = EVENT_ACK_GIVEN,
					     .incident = INCIDENT,
					     .person = 3,
					     .act = ACT_ATIENDO,
					     .until = {500}});
	assert_int_equal(w.incident.ack_count, ACKS_MAX);
	assert_int_equal(w.incident.acks[3].act, ACT_ATIENDO);
	assert_int_equal(w.incident.acks[3].expires.us, 500);
	assert_false(w.incident.acks[3].expired);
	act_apply(&w.engine, &(struct event){.kind = EVENT_ACK_GIVEN,
					     .incident = INCIDENT,
					     .person = ACKS_MAX,
					     .until = {600}});
	assert_int_equal(w.incident.ack_count, ACKS_MAX);
	assert_int_equal(w.incident.acks[0].person, 1);
	assert_int_equal(w.incident.acks[ACKS_MAX - 1].person, ACKS_MAX);
}

static void authorisers_past_the_bound_are_not_kept(void **state)
{
	struct small w;
	struct event ev = {.kind = EVENT_ACT_AUTHORIZE, .incident = INCIDENT};

	(void)state;
	build(&w, INCIDENT_CONFIRMED);
	for (uint32_t p = 0; p <= DECIDERS_MAX; p++) {
		ev.person = p;
		act_apply(&w.engine, &ev);
	}
	assert_int_equal(w.incident.authoriser_count, DECIDERS_MAX);
	assert_int_equal(w.incident.authorisers[DECIDERS_MAX - 1], DECIDERS_MAX - 1);
	ev.incident = INCIDENT + 1;
	ev.kind = EVENT_ACT_DECLINE;
	act_apply(&w.engine, &ev); /* of an incident that is gone */
	assert_int_equal(w.incident.authoriser_count, DECIDERS_MAX);
	release(&w);
}

/* --- texts ------------------------------------------------------------------------------------ */

static void a_text_is_cut_at_its_bound_and_terminated(void **state)
{
	static const size_t lengths[] = {0, 1, EVENT_TEXT_MAX - 1, EVENT_TEXT_MAX, 2000};
	char text[2001];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		size_t kept = lengths[i] < EVENT_TEXT_MAX ? lengths[i] : EVENT_TEXT_MAX - 1;
		struct event ev;

		memset(text, 'a', sizeof(text));
		memset(&ev, 'z', sizeof(ev));
		text[lengths[i]] = '\0';
		event_set_text(&ev, text);
		assert_int_equal(strlen(ev.text), kept);
		assert_memory_equal(ev.text, text, kept);
	}
}

#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_act_has_its_test),
		cmocka_unit_test(an_act_is_possible_in_its_states_only),
		cmocka_unit_test(levels_notes_and_second_names_are_needed),
		cmocka_unit_test(an_incident_that_is_not_in_memory_is_not_found),
		cmocka_unit_test(what_still_fails_cannot_be_ended),
		cmocka_unit_test(every_act_is_kept_with_its_names_and_proof),
		cmocka_unit_test(a_quorum_is_of_distinct_people),
		cmocka_unit_test(a_service_without_a_policy_asks_for_one),
		cmocka_unit_test(nobody_authorises_what_they_declare),
		IN_WORLD(nobody_gets_round_that_by_a_service_that_fails_again),
		cmocka_unit_test(a_refusal_of_level_1_begins_the_count_anew),
		IN_WORLD(a_false_alarm_stops_the_clock_and_is_told),
		IN_WORLD(a_link_acknowledges_once_and_for_its_person),
		IN_WORLD(an_acknowledgement_by_link_expires_too),
		IN_WORLD(an_incident_that_is_over_takes_no_link),
		IN_WORLD(only_what_may_have_left_is_kept_with_its_link),
		cmocka_unit_test(an_acknowledgement_lives_to_the_next_mark_or_fifteen_minutes),
		cmocka_unit_test(an_acknowledgement_answers_the_calls_that_wait),
		cmocka_unit_test(a_person_has_one_acknowledgement_and_the_oldest_gives_way),
		cmocka_unit_test(authorisers_past_the_bound_are_not_kept),
		cmocka_unit_test(a_text_is_cut_at_its_bound_and_terminated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
