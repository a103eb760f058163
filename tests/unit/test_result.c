/* result - a batch is read whole or not at all; what is written reads back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "wire/result.h"

struct seen {
	unsigned begins, results, gaps, states;
	struct wire_result last;
	struct wire_batch batch;
};
static bool on_begin(void *user, const struct wire_batch *b)
{
	struct seen *s = user;

	s->begins++;
	s->batch = *b;
	return true;
}
static bool on_result(void *user, const struct wire_result *r)
{
	struct seen *s = user;

	s->results++;
	s->last = *r;
	return true;
}
static bool on_gap(void *user, const struct wire_gap *g)
{
	(void)g;
	((struct seen *)user)->gaps++;
	return true;
}
static void on_state(void *user, const struct wire_batch *b)
{
	struct seen *s = user;

	s->states++;
	s->batch = *b;
}

static enum err decode(const char *text, struct seen *s)
{
	const struct result_sink sink = {s, on_begin, on_result, on_gap, on_state};
	struct err_info info;

	memset(s, 0, sizeof(*s));
	return result_decode(slice_of(text), &sink, &info);
}

#define HEAD "{\"agent\":\"a\",\"boot\":\"b\",\"now\":10.5,"
#define ONE "{\"seq\":1,\"check\":\"c:x\",\"t\":10,\"outcome\":\"ok\",\"values\":{\"rtt\":0.5}}"

#define NOTED(note)                                                                                \
	HEAD "\"results\":[{\"seq\":1,\"check\":\"c\",\"t\":1,\"outcome\":\"ok\",\"note\":" note   \
	     "}]}"
#define SAID "\"what\":\"raised\",\"severity\":\"major\""

static const char *const refused[] = {
	NOTED("1"),
	NOTED("{}"),
	NOTED("{" SAID "}"),
	NOTED("{\"at\":1,\"what\":\"sung\",\"severity\":\"major\"}"),
	NOTED("{\"at\":1,\"what\":\"raised\",\"severity\":\"none\"}"),
	NOTED("{\"at\":1,\"count\":0," SAID "}"),
	NOTED("{\"at\":1,\"count\":1000000001," SAID "}"),
	NOTED("{\"at\":1,\"text\":\"a\\nb\"," SAID "}"),
	NOTED("{\"at\":1,\"name\":\"\\u007f\"," SAID "}"),
	NOTED("{\"at\":1,\"source\":\"0123456789012345678901234567890123456789012345\"," SAID "}"),
	NOTED("{\"at\":1," SAID "},\"note\":{\"at\":1," SAID "}"),
	HEAD "\"results\":[],\"agent_state\":{\"traps\":{\"taken\":-1}}}",
	"",
	"[]",
	"{}",
	HEAD "\"results\":[}",
	HEAD "\"results\":[" ONE ",]}",
	"{\"results\":[" ONE "],\"agent\":\"a\",\"boot\":\"b\",\"now\":1}",
	HEAD "\"results\":[{\"seq\":0,\"check\":\"c\",\"t\":1,\"outcome\":\"ok\"}]}",
	HEAD "\"results\":[{\"seq\":1,\"check\":\"c\",\"t\":1,\"outcome\":\"no-such-word\"}]}",
	HEAD "\"results\":[{\"seq\":1,\"seq\":2,\"check\":\"c\",\"t\":1,\"outcome\":\"ok\"}]}",
	HEAD "\"results\":[{\"check\":\"c\",\"t\":1,\"outcome\":\"ok\"}]}",
	HEAD "\"results\":[{\"seq\":1,\"check\":\"c\",\"t\":\"1\",\"outcome\":\"ok\"}]}",
	HEAD "\"results\":[" ONE "],\"gaps\":[{\"from\":5,\"to\":4}]}",
	HEAD "\"results\":[" ONE "]} trailing",
	"{\"agent\":\"\",\"boot\":\"b\",\"now\":1,\"results\":[]}",
};

static void a_malformed_batch_disturbs_nothing(void **state)
{
	struct seen s;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		if (decode(refused[i], &s) != ERR_SYNTAX)
			fail_msg("accepted: %s", refused[i]);
		assert_int_equal(s.begins + s.results + s.gaps + s.states, 0);
	}
}

static void every_truncation_is_refused(void **state)
{
	static const char text[] =
		HEAD "\"results\":[" ONE "],\"gaps\":[{\"from\":1,\"to\":2,\"reason\":\"x\"}]}";
	char cut[sizeof(text)];
	struct seen s;

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		memcpy(cut, text, n);
		cut[n] = '\0';
		assert_int_equal(decode(cut, &s), ERR_SYNTAX);
		assert_int_equal(s.results, 0);
	}
	assert_int_equal(decode(text, &s), ERR_OK);
	assert_int_equal(s.results, 1);
	assert_int_equal(s.gaps, 1);
}

static void what_is_written_reads_back(void **state)
{
	static const struct value_desc values[] = {{"rtt", "s", ""}, {"loss", "1", ""}};
	static const struct check_schema schema = {.type = "x", .values = values, .value_count = 2};
	const int64_t measured[] = {1200, MICRO_NONE};
	const struct wire_gap gap = {3, 9, SLICE_LIT("spool-full")};
	struct result_writer w;
	struct seen s;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	result_write_begin(&w, &b, "catd-01", "boot1", (struct wall_time){10500000});
	result_write_result(&w, 7, "dc/fw:ping", (struct wall_time){10000001}, OUTCOME_ANSWER_NONE,
			    true, &schema, measured, 2);
	assert_true(result_write_end(&w, &gap, 1,
				     &(struct wire_state){.lag_micro = 2000,
							  .spooled = 17,
							  .spool_bytes = 4096,
							  .spool_oldest = {9500000},
							  .version = "0.1"}));
	assert_int_equal(decode(buf_cstr(&b), &s), ERR_OK);
	assert_int_equal(s.last.seq, 7);
	assert_true(slice_is(s.last.check, "dc/fw:ping"));
	assert_int_equal(s.last.t.us, 10000001);
	assert_int_equal(s.last.outcome, OUTCOME_ANSWER_NONE);
	assert_true(s.last.live);
	assert_int_equal(s.last.value_count, 1);
	assert_int_equal(s.last.values[0].micro, 1200);
	assert_int_equal(s.gaps, 1);
	assert_int_equal(s.batch.spooled, 17);
	assert_int_equal(s.batch.lag_micro, 2000);
	assert_int_equal(s.batch.spool_bytes, 4096);
	assert_int_equal(s.batch.spool_oldest.us, 9500000);
	buf_release(&b);
}

static void a_note_reads_back(void **state)
{
	static const struct check_schema schema = {.type = "trap"};
	const struct wire_note note = {.at = {9000001},
				       .what = "cleared",
				       .severity = "info",
				       .name = "linkUp",
				       .text = "puerto \"7\" \\ 8",
				       .source = "2001:db8::1",
				       .count = 4};
	const struct wire_trap_count counts[] = {{"taken", 7}, {"no-one", 0}};
	struct result_writer w;
	struct seen s;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	result_write_begin(&w, &b, "catd-01", "boot1", (struct wall_time){10500000});
	result_write_noted(&w, 7, "dc/fw:traps", (struct wall_time){10000001}, OUTCOME_OK, &schema,
			   (const int64_t[]){0}, 0, &note);
	assert_true(result_write_end(&w, NULL, 0,
				     &(struct wire_state){.version = "0.1",
							  .spool_oldest = WALL_UNKNOWN,
							  .traps = counts,
							  .trap_count = 2}));
	assert_int_equal(decode(buf_cstr(&b), &s), ERR_OK);
	assert_true(s.last.has_note);
	assert_memory_equal(&s.last.note, &note, sizeof(note));
	assert_int_equal(s.batch.trap_count, 2);
	assert_true(slice_is(s.batch.traps[0].name, "taken"));
	assert_int_equal(s.batch.traps[0].micro, 7);
	/* a word that is no label of a metric is passed over, and so is what is too much */
	assert_int_equal(decode(HEAD "\"results\":[" ONE
				     "],\"agent_state\":{\"traps\":{\"A\":1,\"b\":2,"
				     "\"c}\":3,\"sixteen-letters-\":4}}}",
				&s),
			 ERR_OK);
	assert_false(s.last.has_note);
	assert_int_equal(s.batch.trap_count, 1);
	assert_true(slice_is(s.batch.traps[0].name, "b"));
	buf_release(&b);
}

#define ID "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static void answers_read_back(void **state)
{
	struct wire_answer a = {.identity = {ID},
				.start = "s1",
				.received = 5,
				.cursor = 3,
				.plan = "p",
				.head_seq = 9,
				.head_hash = "ab"},
			   back;
	const struct wire_refused refusals[] = {{4, "unknown-check"}};
	struct err_info info;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	answer_write(&b, &a, refusals, 1);
	assert_int_equal(answer_decode(buf_slice(&b), &back, &info), ERR_OK);
	assert_string_equal(back.start, "s1");
	assert_string_equal(back.identity.text, ID);
	assert_int_equal(back.received, 5);
	assert_int_equal(back.cursor, 3);
	assert_int_equal(back.refused_count, 1);
	assert_int_equal(back.head_seq, 9);
	assert_int_equal(answer_decode(SLICE_LIT("{\"received\":1}"), &back, &info), ERR_SYNTAX);
	assert_int_equal(
		answer_decode(SLICE_LIT("{\"start\":\"s\",\"received\":-1}"), &back, &info),
		ERR_SYNTAX);
	/* A collector that does not say who it is, and one that says nonsense. */
	assert_int_equal(answer_decode(SLICE_LIT("{\"start\":\"s\"}"), &back, &info), ERR_OK);
	assert_string_equal(back.identity.text, "");
	assert_int_equal(answer_decode(SLICE_LIT("{\"start\":\"s\",\"identity\":\"sha256:12\"}"),
				       &back, &info),
			 ERR_SYNTAX);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_malformed_batch_disturbs_nothing),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(a_note_reads_back),
		cmocka_unit_test(answers_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
