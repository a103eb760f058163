/* scorecard - what is told of a drill follows from its entries: the first time of each service, decisions, who answered how soon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "journal/scorecard.h"

static uint64_t seq;

static void add(struct scorecard *s, int64_t at_s, const char *kind, const char *body)
{
	struct journal_entry e = {.seq = ++seq,
				  .at = {at_s * MICRO},
				  .recorded = {at_s * MICRO},
				  .kind = slice_of(kind),
				  .body = slice_of(body),
				  .version = 1};

	scorecard_add(s, &e);
}

static void play(struct scorecard *s)
{
	seq = 0;
	scorecard_init(s);
	add(s, 100, "drill.started", "{\"promise\":\"cae el portal\"}");
	add(s, 102, "drill.fault", "{\"check\":\"web:p\",\"agent\":null,\"what\":\"critical\"}");
	add(s, 106, "incident.opened",
	    "{\"folio\":1,\"service\":\"portal\",\"drill\":true}"); /* 3 */
	add(s, 106, "clock.started",
	    "{\"incident\":3,\"service\":\"portal\",\"began\":103,\"rto\":60}");
	add(s, 106, "step.fired", "{\"incident\":3,\"service\":\"portal\",\"step\":0}");
	add(s, 106, "call.intent",
	    "{\"incident\":3,\"service\":\"portal\",\"person\":\"ana\",\"kind\":\"down\"}"); /* 6 */
	add(s, 110, "call.unanswered", "{\"call\":6}");
	add(s, 110, "call.intent",
	    "{\"incident\":3,\"service\":\"portal\",\"person\":\"beto\",\"kind\":\"down\"}"); /* 8 */
	add(s, 118, "ack.given", "{\"incident\":3,\"act\":\"enterado\",\"person\":\"beto\"}");
	add(s, 120, "call.intent",
	    "{\"incident\":3,\"service\":\"portal\",\"person\":\"elsa\",\"kind\":\"ask\"}"); /* 10 */
	add(s, 130, "act.authorize", "{\"incident\":3,\"person\":\"elsa\"}");
	add(s, 130, "incident.state",
	    "{\"incident\":3,\"from\":\"confirmed\",\"to\":\"authorised\"}");
	add(s, 140, "incident.state",
	    "{\"incident\":3,\"from\":\"authorised\",\"to\":\"declared\"}");
	add(s, 150, "step.done",
	    "{\"incident\":3,\"service\":\"portal\",\"step\":0,\"why\":\"exhausted\"}");
	add(s, 163, "clock.breached", "{\"incident\":3,\"service\":\"portal\"}");
	add(s, 170, "clock.restored",
	    "{\"incident\":3,\"service\":\"portal\",\"restored\":168,\"outage\":65}");
	add(s, 171, "call.intent",
	    "{\"incident\":3,\"service\":\"portal\",\"person\":\"ana\",\"kind\":\"up\"}");
	add(s, 180, "drill.ended", "{\"what\":\"done\",\"why\":\"todo bien\"}");
}

static int64_t since(const struct score_service *v, struct wall_time t)
{
	return wall_diff_us(t, v->began) / MICRO;
}

static void a_service_has_its_moments(void **state)
{
	struct scorecard s;
	const struct score_service *v;

	(void)state;
	play(&s);
	assert_int_equal(s.service_count, 1);
	v = &s.services[0];
	assert_string_equal(v->id, "portal");
	assert_int_equal(v->fault.us / MICRO, 102);
	assert_int_equal(since(v, v->known), 3);
	assert_int_equal(since(v, v->called), 3);
	assert_int_equal(since(v, v->answered), 15);
	assert_int_equal(since(v, v->asked), 17);
	assert_int_equal(since(v, v->decided), 27);
	assert_string_equal(v->decision, "declared");
	assert_int_equal(v->outage_us / MICRO, 65);
	assert_true(v->breached);
	assert_int_equal(v->steps_exhausted, 1);
	assert_string_equal(s.how, "done");
	assert_int_equal(s.began.us / MICRO, 100);
	scorecard_release(&s);
}

static void people_are_measured_from_their_call(void **state)
{
	struct scorecard s;

	(void)state;
	play(&s);
	assert_int_equal(s.person_count, 3);
	assert_string_equal(s.people[0].id, "ana");
	assert_int_equal(s.people[0].calls, 1); /* "up" asks for nothing */
	assert_int_equal(s.people[0].unanswered, 1);
	assert_true(s.people[0].fastest_us == MICRO_NONE);
	assert_int_equal(s.people[1].answered, 1);
	assert_int_equal(s.people[1].fastest_us / MICRO, 8);
	assert_int_equal(s.people[2].decisions, 1);
	assert_int_equal(s.people[2].slowest_us / MICRO, 10);
	scorecard_release(&s);
}

/* The second time does not make the first better or worse; only "breached" is of all. */
static void a_second_episode_leaves_the_first(void **state)
{
	struct scorecard s;

	(void)state;
	play(&s);
	add(&s, 200, "clock.started",
	    "{\"incident\":3,\"service\":\"portal\",\"began\":199,\"rto\":60}");
	add(&s, 210, "clock.restored",
	    "{\"incident\":3,\"service\":\"portal\",\"restored\":209,\"outage\":10}");
	assert_int_equal(s.services[0].began.us / MICRO, 103);
	assert_int_equal(s.services[0].outage_us / MICRO, 65);
	scorecard_release(&s);
}

static void bodies_without_sense_are_passed_over(void **state)
{
	struct scorecard s;

	(void)state;
	scorecard_init(&s);
	seq = 0;
	add(&s, 1, "incident.opened", "{}");
	add(&s, 2, "clock.restored", "{\"service\":7}");
	add(&s, 3, "call.intent", "{\"service\":\"x\"}");
	add(&s, 4, "call.failed", "{\"call\":99}");
	add(&s, 5, "ack.given", "{\"person\":null}");
	assert_int_equal(s.person_count, 0);
	scorecard_release(&s);
}

static void json_says_the_same(void **state)
{
	struct scorecard s;
	struct buf out;

	(void)state;
	play(&s);
	buf_init(&out, 1 << 20);
	scorecard_write_json(&s, &out);
	assert_non_null(strstr(buf_cstr(&out),
			       "\"detected\":3,\"called\":3,\"answered\":15,\"asked\":17,"
			       "\"decided\":27,\"decision\":\"declared\",\"outage\":65"));
	assert_non_null(strstr(buf_cstr(&out), "\"id\":\"beto\",\"calls\":1,\"answered\":1"));
	buf_release(&out);
	scorecard_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_service_has_its_moments),
		cmocka_unit_test(people_are_measured_from_their_call),
		cmocka_unit_test(a_second_episode_leaves_the_first),
		cmocka_unit_test(bodies_without_sense_are_passed_over),
		cmocka_unit_test(json_says_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
