/* check_icmp - what a burst of echo requests says: loss, the distribution, and who is to blame when nothing came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/probe_once.h"

extern const struct check_type check_icmp;

/* A probe of an address that has begun its burst. */
struct begun {
	struct probe probe;
	unsigned char params[64], state[sizeof(struct echo_burst) + 64];
	struct echo_burst *burst;
};

static void begin(struct begun *b)
{
	const struct param *row = check_icmp.schema.params;
	struct arena *arena = arena_new();
	struct check_step s;

	memset(b, 0, sizeof(*b));
	assert_true(check_icmp.params_size <= sizeof(b->params));
	assert_true(check_icmp.state_size <= sizeof(b->state));
	param_set_defaults(row, b->params, arena);
	assert_string_equal(row->key, "address");
	*(const char **)(void *)(b->params + row->offset) = "192.0.2.1";
	b->probe = (struct probe){.type = &check_icmp, .params = b->params, .state = b->state};
	b->probe.deadline.us = 1000;
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		b->probe.verdict.values[i] = MICRO_NONE;
	s = check_icmp.start(&b->probe, (struct mono_time){0});
	assert_int_equal(s.kind, STEP_WAIT_ECHO);
	assert_int_equal(s.deadline.us, 1000);
	assert_string_equal(s.echo->address, "192.0.2.1");
	assert_int_equal(s.echo->count, 5);
	assert_int_equal(s.echo->size, 56);
	assert_int_equal(s.echo->spacing_us, 20000);
	b->burst = s.echo;
	b->burst->outcome = OUTCOME_OK;
	arena_free(arena);
}

static int64_t value(const struct begun *b, const char *name)
{
	return probe_value("icmp", &b->probe.verdict, name);
}

static enum outcome end(struct begun *b)
{
	struct check_step s = check_icmp.resume(&b->probe, (struct mono_time){0}, 0);

	assert_int_equal(s.kind, STEP_DONE);
	check_icmp.stop(&b->probe);
	return b->probe.verdict.outcome;
}

static void sent(struct begun *b, const int64_t *rtts, uint32_t n, uint32_t failed)
{
	b->burst->sent = n;
	b->burst->failed = failed;
	for (uint32_t i = 0; i < n; i++) {
		b->burst->rtt_us[i] = rtts[i];
		b->burst->received += rtts[i] >= 0;
	}
}

static void distribution(void **state)
{
	struct begun b;

	(void)state;
	begin(&b);
	sent(&b, (const int64_t[]){900, 100, 300, 200, 500}, 5, 0);
	assert_int_equal(end(&b), OUTCOME_OK);
	assert_int_equal(value(&b, "rtt"), 300);
	assert_int_equal(value(&b, "rtt_min"), 100);
	assert_int_equal(value(&b, "rtt_max"), 900);
	assert_int_equal(value(&b, "rtt_avg"), 400);
	assert_int_equal(value(&b, "jitter"), (800 + 200 + 100 + 300) / 4);
	assert_int_equal(value(&b, "loss"), 0);
}

static void lost_answers(void **state)
{
	struct begun b;

	(void)state;
	begin(&b);
	sent(&b, (const int64_t[]){-1, 700, -1, -1, 300}, 5, 0);
	assert_int_equal(end(&b), OUTCOME_OK);
	assert_int_equal(value(&b, "loss"), 600000);
	assert_int_equal(value(&b, "jitter"), 400);
	begin(&b);
	sent(&b, (const int64_t[]){-1, -1, -1, -1, -1}, 5, 2);
	assert_int_equal(end(&b), OUTCOME_ANSWER_NONE);
	assert_int_equal(value(&b, "loss"), MICRO);
	assert_int_equal(value(&b, "rtt"), MICRO_NONE);
}

/* What was never sent is not lost: the loss is that of the requests that left. */
static void cut_short(void **state)
{
	struct begun b;

	(void)state;
	begin(&b);
	sent(&b, (const int64_t[]){100, -1}, 2, 0);
	assert_int_equal(end(&b), OUTCOME_OK);
	assert_int_equal(value(&b, "loss"), 500000);
	begin(&b);
	assert_int_equal(end(&b), OUTCOME_LAG_OWN);
}

static void whose_fault(void **state)
{
	struct begun b;

	(void)state;
	begin(&b);
	sent(&b, (const int64_t[]){-1, -1, -1, -1, -1}, 5, 5);
	assert_int_equal(end(&b), OUTCOME_CONNECT_UNREACHABLE);
	begin(&b);
	b.burst->outcome = OUTCOME_RIGHT_MISSING;
	assert_int_equal(end(&b), OUTCOME_RIGHT_MISSING);
	assert_int_equal(value(&b, "loss"), MICRO_NONE);
}

static void a_name_first(void **state)
{
	const struct param *row = check_icmp.schema.params;
	struct check_step s;
	struct begun b;

	(void)state;
	begin(&b);
	memset(b.state, 0, sizeof(b.state));
	*(const char **)(void *)(b.params + row->offset) = "fw.example.org";
	s = check_icmp.start(&b.probe, (struct mono_time){0});
	assert_int_equal(s.kind, STEP_WAIT_NAME);
	assert_string_equal(s.host, "fw.example.org");
	b.probe.resolved = (struct resolved){.outcome = OUTCOME_OK, .count = 1};
	snprintf(b.probe.resolved.address[0], ADDRESS_TEXT_SIZE, "2001:db8::1");
	s = check_icmp.resume(&b.probe, (struct mono_time){0}, 0);
	assert_int_equal(s.kind, STEP_WAIT_ECHO);
	assert_string_equal(s.echo->address, "2001:db8::1");
	memset(b.state, 0, sizeof(b.state));
	check_icmp.start(&b.probe, (struct mono_time){0});
	b.probe.resolved.outcome = OUTCOME_NAME_UNKNOWN;
	assert_int_equal(end(&b), OUTCOME_NAME_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distribution), cmocka_unit_test(lost_answers),
		cmocka_unit_test(cut_short),    cmocka_unit_test(whose_fault),
		cmocka_unit_test(a_name_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
