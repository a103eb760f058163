/* telling - every contact of every person in turn, again after a while, until somebody has answered; one telephone rings once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/calltree.h"
#include "engine/telling.h"

enum { ANA, BETO };

struct small {
	struct engine engine;
	struct plan plan;
	struct plan_contact contacts[3];
	struct plan_person people[2];
	struct plan_channel channels[4];
	struct incident incident;
	struct call calls[16];
	struct telling what;
	struct event_list out;
};

static void build(struct small *s, enum call_kind kind)
{
	*s = (struct small){.contacts = {{.channel = 1}, {.channel = 2}, {.channel = 3}}};
	s->people[ANA] = (struct plan_person){.contacts = s->contacts, .contact_count = 2};
	s->people[BETO] = (struct plan_person){.contacts = s->contacts + 2, .contact_count = 1};
	s->plan.people = s->people;
	s->plan.channels = s->channels;
	s->plan.channel_count = 4;
	s->engine.plan = &s->plan;
	s->engine.jornada = PLAN_NONE;
	s->incident = (struct incident){.id = 7, .folio = 3, .plan = &s->plan};
	s->what = (struct telling){.plan = &s->plan,
				   .incident = &s->incident,
				   .calls = s->calls,
				   .kind = kind,
				   .about = 5,
				   .seat = 0,
				   .post = PLAN_NONE,
				   .persons = {ANA, BETO},
				   .person_count = 2,
				   .repeat_us = 100};
}

static const struct event *decide(struct small *s, int64_t now)
{
	struct turn t = {&s->engine, {now}, &s->out};

	event_list_reset(&s->out);
	(void)telling_decide(&t, &s->what);
	return s->out.count > 0 ? &s->out.items[0] : NULL;
}

/* The intent is applied as the ledger would, and becomes what is said. */
static void becomes(struct small *s, const struct event *ev, enum call_state state, int64_t at)
{
	if (ev == NULL) {
		fail_msg("there is no intent");
		abort();
	}
	s->calls[s->what.call_count++] = (struct call){.id = s->what.call_count + 1,
						       .kind = ev->call_kind,
						       .about = ev->entry,
						       .service = ev->service,
						       .step = PLAN_NONE,
						       .seat = ev->seat,
						       .post = ev->post,
						       .person = ev->person,
						       .contact = ev->contact,
						       .state = state,
						       .state_since = {at}};
}

static void each_way_in_turn_then_again(void **state)
{
	static const struct {
		uint32_t person, channel;
	} ways[] = {{ANA, 1}, {ANA, 2}, {BETO, 3}};
	struct small s;

	(void)state;
	build(&s, CALL_ORDER);
	for (size_t k = 0; k < 6; k++) {
		int64_t now = k < 3 ? 10 : 110;
		const struct event *ev = decide(&s, now);

		assert_non_null(ev);
		if (ev == NULL)
			return; /* for the compiler: it has failed */
		assert_int_equal(ev->person, ways[k % 3].person);
		assert_int_equal(ev->channel, ways[k % 3].channel);
		assert_int_equal(ev->attempt, k + 1);
		assert_int_equal(ev->entry, 5);
		becomes(&s, ev, k % 2 ? CALL_STATE_FAILED : CALL_STATE_UNANSWERED, now);
		if (k == 2) {
			assert_int_equal(telling_deadline(&s.engine, &s.what).us, 110);
			assert_null(decide(&s, 109));
		}
	}
	s.calls[5].state = CALL_STATE_RECEIVED; /* an answer is waited for */
	assert_null(decide(&s, 500));
	assert_false(telling_is_done(&s.what));
	s.calls[5].state = CALL_STATE_ACKNOWLEDGED;
	assert_true(telling_is_done(&s.what));
	assert_null(decide(&s, 900));
	event_list_release(&s.out);
}

static void information_is_told_by_its_receipt_and_given_up(void **state)
{
	struct small s;

	(void)state;
	build(&s, CALL_SILENCE_ENDED);
	s.what.rounds = 1;
	becomes(&s, decide(&s, 10), CALL_STATE_RECEIVED, 10);
	assert_true(telling_is_done(&s.what));
	assert_int_equal(telling_ack_deadline(&s.calls[0]).us, WALL_NEVER.us);
	event_list_release(&s.out);
	build(&s, CALL_SILENCE_ENDED);
	s.what.rounds = 1;
	for (int k = 0; k < 3; k++)
		becomes(&s, decide(&s, 10), CALL_STATE_FAILED, 10);
	assert_true(telling_is_done(&s.what));
	assert_null(decide(&s, 1000));
	event_list_release(&s.out);
}

static void one_telephone_rings_once(void **state)
{
	struct small s;

	(void)state;
	build(&s, CALL_NO_DRILL);
	s.calls[s.what.call_count++] = (struct call){
		.id = 1, .kind = CALL_DOWN, .person = ANA, .state = CALL_STATE_RECEIVED};
	assert_null(decide(&s, 10));
	s.calls[0].kind = CALL_UPDATE; /* which wants no answer */
	assert_non_null(decide(&s, 10));
	s.calls[0].kind = CALL_DOWN;
	s.what.kind =
		CALL_ORDER; /* an order does not wait for the answer to what has arrived ... */
	assert_non_null(decide(&s, 10));
	s.calls[0].state = CALL_STATE_SENT; /* ... but for the telephone */
	assert_null(decide(&s, 10));
	event_list_release(&s.out);
}

static void an_answer_is_waited_for_a_minute(void **state)
{
	struct call c = {.kind = CALL_ORDER,
			 .step = PLAN_NONE,
			 .state = CALL_STATE_RECEIVED,
			 .state_since = {7}};

	(void)state;
	assert_int_equal(telling_ack_deadline(&c).us, 7 + TELLING_ACK_S * US_PER_S);
	c.step = 0; /* of the tree: its step says how long */
	assert_int_equal(telling_ack_deadline(&c).us, WALL_NEVER.us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_in_turn_then_again),
		cmocka_unit_test(information_is_told_by_its_receipt_and_given_up),
		cmocka_unit_test(one_telephone_rings_once),
		cmocka_unit_test(an_answer_is_waited_for_a_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
