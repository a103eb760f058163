/* intake - a batch in: who, which, when, judged; what is refused is counted and disturbs nothing else.
 * wrap: series_add
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/micro.h"
#include "collector/intake.h"
#include "tests/support/collector_world.h"
#include "wire/result.h"

static struct {
	struct sample sample;
	struct series_ref ref;
} drawn[64];
static size_t drawn_count;

void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref);
void __wrap_series_add(struct series *s, const struct sample *sample, struct series_ref ref)
{
	(void)s;
	if (drawn_count < COUNT_OF(drawn)) {
		drawn[drawn_count].sample = *sample;
		drawn[drawn_count].ref = ref;
	}
	drawn_count++;
}

struct place {
	struct collector_world w;
	struct wire_answer answer;
	char text[8192]; /* of the last answer */
	struct err_info info;
};

static int set_up(void **state)
{
	static int nothing;
	struct place *p = calloc(1, sizeof(*p));

	collector_world_open(&p->w);
	p->w.c.series =
		(struct series *)(void *)&nothing; /* never looked into: series_add is ours */
	p->w.c.intake = intake_new(&p->w.c);
	drawn_count = 0;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	intake_free(p->w.c.intake);
	collector_world_close(&p->w);
	free(p);
	return 0;
}

static double now(struct place *p)
{
	return (double)clock_now(&p->w.c.clock).us / 1e6;
}

static enum err post_as(struct place *p, const char *agent, const char *body)
{
	struct buf answer;
	enum err e;

	buf_init(&answer, 1 << 20);
	memset(&p->info, 0, sizeof(p->info));
	e = intake_post(p->w.c.intake, agent, slice_of(body), &answer, &p->info);
	if (e == ERR_OK) {
		struct err_info info;

		snprintf(p->text, sizeof(p->text), "%s", buf_cstr(&answer));
		assert_int_equal(answer_decode(buf_slice(&answer), &p->answer, &info), ERR_OK);
	}
	buf_release(&answer);
	return e;
}

/* A batch of agent dc, boot b1, whose clock is ours plus `off` seconds. */
static enum err post_off(struct place *p, double off, const char *rest)
{
	char body[8192];

	snprintf(body, sizeof(body), "{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":%.6f,%s}",
		 now(p) + off, rest);
	return post_as(p, "dc", body);
}

static const char *one(struct place *p, int seq, const char *check, double ago, const char *more)
{
	static char text[1024];

	snprintf(text, sizeof(text), "\"results\":[{\"seq\":%d,\"check\":\"%s\",\"t\":%.6f,%s}]",
		 seq, check, now(p) - ago, more);
	return text;
}

static struct intake_stats stats(struct place *p)
{
	return intake_stats(p->w.c.intake);
}

static void a_good_batch_is_taken(void **state)
{
	struct place *p = *state;

	assert_int_equal(
		post_off(p, 0,
			 one(p, 1, "web:http", 0.5,
			     "\"outcome\":\"ok\",\"values\":{\"total\":0.25,\"status\":200}")),
		ERR_OK);
	assert_int_equal(p->answer.received, 1);
	assert_int_equal(p->answer.cursor, 0);
	assert_int_equal(p->answer.refused_count, 0);
	assert_string_equal(p->answer.start, p->w.c.start_id);
	assert_string_equal(p->answer.plan, view_plan(core_engine(p->w.c.core))->hash);
	assert_int_equal(p->answer.head_seq, journal_tip(core_journal(p->w.c.core)).seq);
	assert_int_equal(drawn_count, 1);
	assert_int_equal(drawn[0].ref.seq, 1);
	assert_int_equal(drawn[0].sample.values[2], 250000);
	assert_int_equal(drawn[0].sample.values[3], 200 * MICRO);
	assert_int_equal(drawn[0].sample.values[0], MICRO_NONE);
	assert_int_equal(drawn[0].sample.health, HEALTH_OK);
	assert_false(drawn[0].sample.backlog);
	/* Safe only when it is drawn and synced, told only when it is kept. */
	intake_durable(p->w.c.intake, &drawn[0].ref, 1);
	assert_int_equal(post_off(p, 0, "\"results\":[]"), ERR_OK);
	assert_int_equal(p->answer.cursor, 0);
	collector_world_commit(&p->w);
	intake_save(p->w.c.intake);
	assert_int_equal(post_off(p, 0, "\"results\":[]"), ERR_OK);
	assert_int_equal(p->answer.cursor, 1);
}

static bool see_heard(void *user, const struct journal_entry *e)
{
	double *ago = user;

	if (slice_is(e->kind, "notification.heard"))
		*ago = (double)(e->recorded.us - e->at.us) / 1e6;
	return true;
}

/* How long before its entry the newest one was heard. */
static double heard_ago(struct place *p)
{
	struct err_info info;
	double ago = -1;

	assert_int_equal(journal_read(core_journal(p->w.c.core), 0, see_heard, &ago, &info),
			 ERR_OK);
	return ago;
}

#define NOTE(at, text)                                                                             \
	"\"outcome\":\"ok\",\"values\":{},\"note\":{\"at\":" at                                    \
	",\"what\":\"raised\",\"severity\":"                                                       \
	"\"major\",\"name\":\"linkDown\",\"text\":\"" text "\",\"source\":\"192.0.2.1\"}"

/* What a check heard goes into the journal once, by our clock, whatever comes twice; too much is only counted. */
static void what_was_heard_is_journalled(void **state)
{
	struct place *p = *state;
	char more[512], at[32];

	snprintf(at, sizeof(at), "%.6f", now(p) - 1.5 + 100);
	snprintf(more, sizeof(more), NOTE("%s", "puerto 7"), at);
	for (int i = 0; i < 2; i++) /* the agent's clock is 100 s ahead */
		assert_int_equal(post_off(p, 100, one(p, 1, "web:http", -99, more)), ERR_OK);
	assert_int_equal(collector_world_count(&p->w, "notification.heard"), 1);
	assert_true(heard_ago(p) > 1.4 && heard_ago(p) < 30);
	assert_int_equal(stats(p).notes, 1);
	assert_int_equal(post_off(p, 0, one(p, 2, "web:http", 0.1, NOTE("-5", "sin hora"))),
			 ERR_OK);
	assert_int_equal(collector_world_count(&p->w, "notification.heard"), 2);
	for (int i = 0; i < 100; i++) {
		snprintf(more, sizeof(more), NOTE("%.6f", "%d"), now(p), i);
		assert_int_equal(post_off(p, 0, one(p, 3 + i, "web:http", 0.01, more)), ERR_OK);
	}
	assert_int_equal(stats(p).notes, 102);
	assert_in_range(collector_world_count(&p->w, "notification.heard"), 30, 33);
}

static void results_are_judged(void **state)
{
	static const struct {
		const char *more;
		enum health health;
		enum outcome outcome;
		const char *why;
	} cases[] = {
		{"\"outcome\":\"ok\",\"values\":{\"total\":0.5}", HEALTH_OK, OUTCOME_OK,
		 "equal is not greater"},
		{"\"outcome\":\"ok\",\"values\":{\"total\":0.500001}", HEALTH_WARNING,
		 OUTCOME_VALUE_THRESHOLD, "above the warning"},
		{"\"outcome\":\"ok\",\"values\":{\"total\":2.5}", HEALTH_CRITICAL,
		 OUTCOME_VALUE_THRESHOLD, "above both: the worse counts"},
		{"\"outcome\":\"connect-refused\",\"values\":{}", HEALTH_CRITICAL,
		 OUTCOME_CONNECT_REFUSED, "a bad outcome needs no threshold"},
		{"\"outcome\":\"right-missing\",\"values\":{\"total\":9}", HEALTH_BLIND,
		 OUTCOME_RIGHT_MISSING, "blind is not bad, whatever the values"},
		{"\"outcome\":\"ok\",\"values\":{\"strange\":9}", HEALTH_OK, OUTCOME_OK,
		 "unknown values are counted"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		print_message("%s\n", cases[i].why);
		assert_int_equal(
			post_off(p, 0, one(p, (int)i + 1, "web:http", 0.01, cases[i].more)),
			ERR_OK);
		assert_int_equal(drawn[i].sample.health, cases[i].health);
		assert_int_equal(drawn[i].sample.outcome, cases[i].outcome);
	}
	assert_int_equal(stats(p).unknown_values, 1);
}

static void what_is_refused_is_handled_and_counted(void **state)
{
	static const struct {
		const char *check;
		double ago;
		const char *word;
		enum refusal_why why;
	} cases[] = {
		{"web:nothing", 0, "unknown-check", REFUSAL_UNKNOWN_CHECK},
		{"other:http", 0, "not-yours", REFUSAL_NOT_YOURS},
		{"web:http", 7 * 86400 + 60, "time-too-old", REFUSAL_TIME_TOO_OLD},
		{"web:http", 1.76e9, "time-too-old", REFUSAL_TIME_TOO_OLD}, /* about 1970 */
		{"web:http", -2.4e9, "time-future", REFUSAL_TIME_FUTURE}, /* about 2100 */
		{"web:http", -120, "time-future", REFUSAL_TIME_FUTURE},
		{"web:http", -9.0e12, "time-future", REFUSAL_TIME_FUTURE},
		{"web:http", 9.0e12, "time-too-old", REFUSAL_TIME_TOO_OLD},
	};
	struct place *p = *state;
	unsigned entries = collector_world_count(&p->w, "check.good");
	char want[64];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		uint64_t before = stats(p).refused[cases[i].why];

		assert_int_equal(post_off(p, 0,
					  one(p, (int)i + 1, cases[i].check, cases[i].ago,
					      "\"outcome\":\"connect-refused\",\"values\":{}")),
				 ERR_OK);
		snprintf(want, sizeof(want), "{\"seq\":%zu,\"why\":\"%s\"}", i + 1, cases[i].word);
		assert_non_null(strstr(p->text, want));
		assert_int_equal(p->answer.received, i + 1);
		assert_int_equal(stats(p).refused[cases[i].why], before + 1);
	}
	assert_int_equal(drawn_count, 0);
	assert_int_equal(collector_world_count(&p->w, "check.good"), entries);
	assert_int_equal(collector_world_count(&p->w, "check.suspect"), 0);
	/* They count as handled: the agent may forget them. */
	collector_world_commit(&p->w);
	intake_save(p->w.c.intake);
	assert_int_equal(post_off(p, 0, "\"results\":[]"), ERR_OK);
	assert_int_equal(p->answer.cursor, COUNT_OF(cases));
}

static void clocks_of_agents_are_corrected(void **state)
{
	static const struct {
		double off, ago; /* the agent's clock against ours; t against the agent's clock */
		double want_ago; /* against ours */
		bool clock_bad;
		const char *why;
	} cases[] = {
		{0, 3, 3, false, "a right clock"},
		{1.9, 3, 1.1, false, "below two seconds the time is used as it stands"},
		{2.5, 3, 3, true, "ahead: taken back"},
		{-7200, 3, 3, true, "two hours behind: brought forward"},
		{3600, 1, 1, true, "an hour ahead is no future"},
		{1, 0, 0, false, "slightly in the future: clipped to the arrival"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		double at = now(p);
		char rest[256];
		int64_t ago;

		print_message("%s\n", cases[i].why);
		snprintf(rest, sizeof(rest),
			 "\"results\":[{\"seq\":%zu,\"check\":\"net:ping\",\"t\":%.6f,\"outcome\":"
			 "\"ok\",\"values\":{}}]",
			 i + 1, at + cases[i].off - cases[i].ago);
		assert_int_equal(post_off(p, cases[i].off, rest), ERR_OK);
		assert_int_equal(drawn_count, i + 1);
		ago = wall_diff_us(drawn[i].sample.arrived, drawn[i].sample.t);
		assert_true(ago >= 0);
		assert_in_range(
			ago, cases[i].want_ago * 1e6 > 50000 ? cases[i].want_ago * 1e6 - 50000 : 0,
			cases[i].want_ago * 1e6 + 500000);
		assert_int_equal(drawn[i].sample.clock_bad, cases[i].clock_bad);
	}
	assert_int_equal(stats(p).clipped, 1);
	assert_in_range(intake_agent(p->w.c.intake, 0).offset_us, 900000, 1100000);
}

/* A batch that took long makes the agent's clock look slow; only batch after batch proves that it is. */
static void a_slow_batch_is_no_slow_clock(void **state)
{
	struct place *p = *state;

	for (int i = 1; i <= 4; i++) {
		assert_int_equal(
			post_off(p, -5,
				 one(p, i, "net:ping", 5, "\"outcome\":\"ok\",\"values\":{}")),
			ERR_OK);
		assert_int_equal(drawn[i - 1].sample.clock_bad, i == 4);
	}
}

static void a_replayed_batch_changes_nothing(void **state)
{
	struct place *p = *state;
	char again[1024];
	uint64_t head;

	snprintf(again, sizeof(again), "%s",
		 one(p, 1, "web:http", 0.1, "\"outcome\":\"connect-refused\",\"values\":{}"));
	assert_int_equal(post_off(p, 0, again), ERR_OK);
	head = p->answer.head_seq;
	for (int i = 0; i < 5; i++)
		assert_int_equal(post_off(p, 0, again), ERR_OK);
	assert_int_equal(p->answer.head_seq, head);
	assert_int_equal(drawn_count, 1);
	assert_int_equal(stats(p).duplicates, 5);
	assert_int_equal(collector_world_count(&p->w, "check.suspect"), 1);
	assert_int_equal(collector_world_count(&p->w, "check.bad"),
			 0); /* one bad result five times is one */
}

static void live_copies_are_judged_and_not_drawn(void **state)
{
	struct place *p = *state;

	assert_int_equal(
		post_off(p, 0,
			 one(p, 70, "web:http", 0.1,
			     "\"outcome\":\"connect-refused\",\"live\":true,\"values\":{}")),
		ERR_OK);
	assert_int_equal(drawn_count, 0);
	assert_int_equal(p->answer.received, 0);
	assert_int_equal(collector_world_count(&p->w, "check.suspect"), 1);
	/* Late data is drawn and pages nobody. */
	assert_int_equal(post_off(p, 0,
				  one(p, 1, "web:http", 3600,
				      "\"outcome\":\"connect-refused\",\"values\":{}")),
			 ERR_OK);
	assert_int_equal(drawn_count, 1);
	assert_true(drawn[0].sample.backlog);
	assert_int_equal(collector_world_count(&p->w, "check.bad"), 0);
}

static void gaps_are_journalled_once(void **state)
{
	struct place *p = *state;
	const char *gap =
		"\"results\":[],\"gaps\":[{\"from\":1,\"to\":20,\"reason\":\"spool-full\"}]";

	assert_int_equal(post_off(p, 0, gap), ERR_OK);
	assert_int_equal(p->answer.received, 20);
	assert_int_equal(post_off(p, 0, gap), ERR_OK);
	assert_int_equal(collector_world_count(&p->w, "agent.gap"), 1);
	assert_int_equal(stats(p).gaps, 2);
	intake_save(p->w.c.intake);
	assert_int_equal(post_off(p, 0, "\"results\":[]"), ERR_OK);
	assert_int_equal(p->answer.cursor, 0); /* the gap itself is not committed yet */
	collector_world_commit(&p->w);
	intake_save(p->w.c.intake);
	assert_int_equal(post_off(p, 0, "\"results\":[]"), ERR_OK);
	assert_int_equal(p->answer.cursor, 20);
}

static void what_is_malformed_disturbs_nothing(void **state)
{
	static const char *const rests[] = {
		"",
		"{",
		"[]",
		"{\"agent\":\"dc\"}",
		"{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":1}trailing",
		"{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":\"soon\",\"results\":[]}",
		"{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":1,\"results\":[{\"seq\":1,\"check\":"
		"\"web:http\",\"t\":1,"
		"\"outcome\":\"ok\",\"values\":{}},{\"seq\":0,\"check\":\"web:http\",\"t\":1,"
		"\"outcome\":\"ok\"}]}",
		"{\"agent\":\"dc\",\"boot\":\"b1\",\"now\":1,\"results\":[{\"seq\":1,\"check\":"
		"\"web:http\",\"t\":1,"
		"\"outcome\":\"splendid\",\"values\":{}}]}",
	};
	struct place *p = *state;

	for (size_t i = 0; i < COUNT_OF(rests); i++) {
		assert_int_equal(post_as(p, "dc", rests[i]), ERR_SYNTAX);
		assert_true(strlen(p->info.text) > 0);
	}
	assert_int_equal(stats(p).malformed, COUNT_OF(rests));
	assert_int_equal(stats(p).results, 0);
	assert_int_equal(drawn_count, 0);
	/* Another agent's batch with this agent's token, and an agent that the plan does not know. */
	assert_int_equal(
		post_as(p, "dc", "{\"agent\":\"lejos\",\"boot\":\"b1\",\"now\":1,\"results\":[]}"),
		ERR_DENIED);
	assert_int_equal(post_as(p, "ghost",
				 "{\"agent\":\"ghost\",\"boot\":\"b1\",\"now\":1,\"results\":[]}"),
			 ERR_DENIED);
	a_good_batch_is_taken(state);
}

static void damaged_cursors_are_put_aside(void **state)
{
	struct place *p = *state;
	FILE *f = fopen(collector_world_path(&p->w, "cursors.json"), "we");

	fputs("[{\"agent\":", f);
	fclose(f);
	intake_free(p->w.c.intake);
	p->w.c.intake = intake_new(&p->w.c);
	assert_int_equal(access(collector_world_path(&p->w, "cursors.json.damaged"), F_OK), 0);
	a_good_batch_is_taken(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_good_batch_is_taken, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_heard_is_journalled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(results_are_judged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_refused_is_handled_and_counted, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(clocks_of_agents_are_corrected, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_slow_batch_is_no_slow_clock, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_replayed_batch_changes_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(live_copies_are_judged_and_not_drawn, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(gaps_are_journalled_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_malformed_disturbs_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(damaged_cursors_are_put_aside, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
