/* check_snmp - a probe of one device, from its parameters to its verdict; by hand and over the real driver. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/snmp_ask.h"
#include "checks/snmp_memory.h"
#include "probing/prober.h"
#include "tests/support/fake_snmp_agent.h"
#include "tests/support/probe_once.h"
#include "tests/support/snmp_by_hand.h"

extern const struct check_type check_snmp;

#define VALUES                                                                                     \
	"{\"used\":{\"oid\":\"1.3.6.9.1.0\"},\"grown\":{\"oid\":\"1.3.6.9.2.0\",\"take\":"         \
	"\"delta\"}}"

static const char *get(void *user, const char *key)
{
	const char *const *texts = user;
	size_t n = strlen(key);

	for (; *texts != NULL; texts++) {
		if (strncmp(*texts, key, n) == 0 && (*texts)[n] == '=')
			return *texts + n + 1;
	}
	return NULL;
}

/* One check that is probed again and again. */
struct checked {
	struct arena *arena;
	struct hand_device device;
	struct probe probe;
	unsigned char memory[sizeof(struct snmp_memory)];
	int64_t now_us;
};

static void begin(struct checked *c, const char *address)
{
	const char *texts[] = {address, "community=lab", "values=" VALUES, NULL};
	struct err_info info;

	memset(c, 0, sizeof(*c));
	c->arena = arena_new();
	hand_begin(&c->device);
	c->probe = (struct probe){.type = &check_snmp, .memory = c->memory};
	assert_int_equal(check_snmp.memory_size, sizeof(c->memory));
	if (prober_fill_params(&check_snmp, get, texts, c->arena, &c->probe.params, &info) !=
	    ERR_OK)
		fail_msg("%s", info.text);
}

static void end(struct checked *c)
{
	check_snmp.forget(c->memory);
	hand_end(&c->device);
	arena_free(c->arena);
}

static struct check_step start(struct checked *c)
{
	c->now_us += 10000000;
	c->probe.state = calloc(1, check_snmp.state_size);
	c->probe.deadline.us = c->now_us + 5000000;
	c->probe.verdict = (struct verdict){.outcome = OUTCOME_OK};
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		c->probe.verdict.values[i] = MICRO_NONE;
	return check_snmp.start(&c->probe, (struct mono_time){c->now_us});
}

static void stop(struct checked *c)
{
	check_snmp.stop(&c->probe);
	free(c->probe.state);
}

static void probe(struct checked *c)
{
	struct check_step s = start(c);

	while (s.kind == STEP_WAIT_SNMP) {
		assert_int_equal(s.snmp_count, 1);
		assert_int_equal(s.deadline.us, c->probe.deadline.us);
		hand_answer(&c->device, s.snmp[0]);
		s = check_snmp.resume(&c->probe, (struct mono_time){c->now_us + 1000}, 0);
	}
	assert_int_equal(s.kind, STEP_DONE);
	stop(c);
}

static void a_probe_remembers_the_last_one(void **state)
{
	struct checked c;

	(void)state;
	begin(&c, "address=192.0.2.1");
	hand_signed(&c.device, "1.3.6.9.1.0", 5);
	hand_number(&c.device, "1.3.6.9.2.0", HAND_COUNTER32, 100);
	probe(&c);
	assert_int_equal(c.probe.verdict.outcome, OUTCOME_OK);
	assert_int_equal(c.probe.verdict.values[0], 5 * MICRO);
	assert_int_equal(c.probe.verdict.values[1], MICRO_NONE);
	assert_string_equal(c.probe.verdict.detail, "grown: needs one more poll");
	hand_number(&c.device, "1.3.6.9.2.0", HAND_COUNTER32, 130);
	probe(&c);
	assert_int_equal(c.probe.verdict.values[1], 30 * MICRO);
	c.device.outcome = OUTCOME_ANSWER_TIMEOUT;
	probe(&c);
	assert_int_equal(c.probe.verdict.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(c.probe.verdict.values[0], MICRO_NONE);
	end(&c);
}

static void a_name_is_looked_up_first(void **state)
{
	struct checked c;
	struct check_step s;

	(void)state;
	begin(&c, "address=core.example.org");
	s = start(&c);
	assert_int_equal(s.kind, STEP_WAIT_NAME);
	assert_string_equal(s.host, "core.example.org");
	c.probe.resolved.outcome = OUTCOME_NAME_UNKNOWN;
	s = check_snmp.resume(&c.probe, (struct mono_time){c.now_us}, 0);
	assert_int_equal(s.kind, STEP_DONE);
	assert_int_equal(c.probe.verdict.outcome, OUTCOME_NAME_UNKNOWN);
	stop(&c);
	s = start(&c);
	c.probe.resolved =
		(struct resolved){.outcome = OUTCOME_OK, .count = 1, .address = {"192.0.2.9"}};
	s = check_snmp.resume(&c.probe, (struct mono_time){c.now_us}, 0);
	assert_int_equal(s.kind, STEP_WAIT_SNMP);
	assert_string_equal(s.snmp[0]->target->address, "192.0.2.9");
	assert_string_equal(s.snmp[0]->target->community, "lab");
	stop(&c); /* in the middle of it */
	end(&c);
}

static void what_it_yields_is_derived(void **state)
{
	const char *texts[] = {"address=192.0.2.1", "values=" VALUES, NULL}, *none[] = {NULL},
		   *bad[] = {"values={\"a\":{\"oid\":\"x\"}}", NULL};
	struct arena *a = arena_new();
	const struct check_schema *s;
	struct err_info info;

	(void)state;
	assert_int_equal(check_snmp.schema.value_count, 0);
	assert_int_equal(schema_of_check(&check_snmp.schema, get, texts, a, &s, &info), ERR_OK);
	assert_int_equal(s->value_count, 2);
	assert_string_equal(s->values[1].name, "grown");
	assert_string_equal(s->type, "snmp");
	assert_int_equal(schema_of_check(&check_snmp.schema, get, none, a, &s, &info), ERR_SYNTAX);
	assert_string_equal(info.text, "values: missing: what is asked of the device");
	assert_int_equal(schema_of_check(&check_snmp.schema, get, bad, a, &s, &info), ERR_SYNTAX);
	assert_string_equal(info.text, "values.a.oid: 'x' is no object identifier (write numbers: "
				       "1.3.6.1.2.1.1.3.0)");
	arena_free(a);
}

static void parameters_are_checked(void **state)
{
	const char *nobody[] = {"address=192.0.2.1", "values=" VALUES, NULL};
	struct arena *a = arena_new();
	const void *params;
	struct err_info info;

	(void)state;
	assert_int_equal(prober_fill_params(&check_snmp, get, nobody, a, &params, &info),
			 ERR_SYNTAX);
	assert_true(strncmp(info.text, "community: ", 11) == 0);
	arena_free(a);
}

static void turn_until_over(uv_loop_t *loop)
{
	while (uv_run(loop, UV_RUN_NOWAIT) != 0)
		continue;
	assert_int_equal(uv_loop_close(loop), 0);
}

static void a_real_agent_is_asked(void **state)
{
	uv_loop_t loop;
	struct fake_agent agent;
	struct verdict v;
	char port[32];

	(void)state;
	uv_loop_init(&loop);
	fake_agent_start(&agent, &loop, "127.0.0.1");
	fake_agent_number(&agent, "1.3.6.9.1.1", 0x42, 30);
	fake_agent_number(&agent, "1.3.6.9.1.2", 0x42, 70);
	fake_agent_text(&agent, "1.3.6.9.2.1", "small");
	fake_agent_text(&agent, "1.3.6.9.2.2", "large");
	fake_agent_ready(&agent);
	snprintf(port, sizeof(port), "port=%u", agent.port);
	v = PROBE(&loop, "snmp", 20000, "address=127.0.0.1", port, "community=public",
		  "try_timeout=10s",
		  "values={\"sum\":{\"oid\":\"1.3.6.9.1\",\"rows\":\"sum\"},\"large\":{\"oid\":\"1."
		  "3.6.9.1\","
		  "\"row\":{\"by\":\"1.3.6.9.2\",\"is\":\"large\"}}}");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(v.values[0], 100 * MICRO);
	assert_int_equal(v.values[1], 70 * MICRO);
	agent.manner = FAKE_SILENT;
	v = PROBE(&loop, "snmp", 300, "address=127.0.0.1", port, "community=public",
		  "values={\"a\":{\"oid\":\"1.3.6.9.1.1\"}}");
	assert_int_equal(v.outcome, OUTCOME_ANSWER_TIMEOUT);
	fake_agent_stop(&agent);
	turn_until_over(&loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_remembers_the_last_one),
		cmocka_unit_test(a_name_is_looked_up_first),
		cmocka_unit_test(what_it_yields_is_derived),
		cmocka_unit_test(parameters_are_checked),
		cmocka_unit_test(a_real_agent_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
