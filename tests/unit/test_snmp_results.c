/* snmp_results - what the answers of a poll say: numbers, rows, expressions, growth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "checks/snmp_poll.h"
#include "tests/support/snmp_by_hand.h"

#define UPTIME "1.3.6.1.2.1.1.3.0"
#define BOOTS "1.3.6.1.6.3.10.2.1.2.0"
#define IN64 "1.3.6.1.2.1.31.1.1.1.6"
#define IN32 "1.3.6.1.2.1.2.2.1.10"
#define BREAK "1.3.6.1.2.1.31.1.1.1.19"
#define NAME "1.3.6.1.2.1.31.1.1.1.1"

struct world {
	struct hand_device device;
	struct arena *arena;
	const struct snmp_program *program;
	struct snmp_memory memory;
	struct mono_time now;
	int64_t values[SCHEMA_VALUES_MAX];
	enum outcome outcome;
	char detail[160];
};

static void begin(struct world *w, const char *doc)
{
	struct err_info info;

	memset(w, 0, sizeof(*w));
	w->arena = arena_new();
	hand_begin(&w->device);
	if (snmp_program_compile(slice_of(doc), w->arena, &w->program, &info) != ERR_OK)
		fail_msg("%s", info.text);
}

static void end(struct world *w)
{
	snmp_memory_release(&w->memory);
	hand_end(&w->device);
	arena_free(w->arena);
}

/* One poll, so many seconds after the last. */
static void poll(struct world *w, double seconds)
{
	const struct snmp_target target = {.address = "192.0.2.1"};
	struct snmp_poll p;
	struct snmp_ask *ask;

	w->now.us += (int64_t)(seconds * 1e6);
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		w->values[i] = MICRO_NONE;
	snmp_poll_begin(&p, w->program, &w->memory, &target, 2000);
	p.wall = (struct wall_time){10 * US_PER_S};
	while ((ask = snmp_poll_next(&p)) != NULL) {
		hand_answer(&w->device, ask);
		snmp_poll_take(&p, w->now);
	}
	w->outcome = snmp_poll_result(&p, w->values, w->detail, sizeof(w->detail));
	snmp_poll_end(&p);
}

/* What one document yields of the device, in one poll. */
static void try_doc(struct world *w, const char *doc)
{
	struct err_info info;

	snmp_memory_release(&w->memory);
	if (snmp_program_compile(slice_of(doc), w->arena, &w->program, &info) != ERR_OK)
		fail_msg("%s: %s", doc, info.text);
	poll(w, 10);
}

/* --- numbers --------------------------------------------------------------------------------------- */

static void any_number_counts(void **state)
{
	static const struct {
		const char *doc;
		int64_t micro;
		const char *told;
	} rows[] = {
		{"{\"v\":{\"oid\":\"1.3.6.9.1.0\"}}", -7000000, ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.1.0\",\"scale\":0.5}}", -3500000, ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.1.0\",\"unsigned\":true}}", INT64_C(4294967289000000),
		 ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.2.0\"}}", 12000000, ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.2.0\",\"take\":\"until\"}}", 2000000,
		 ""}, /* it is 10 */
		{"{\"v\":{\"oid\":\"1.3.6.9.2.0\",\"take\":\"until\",\"scale\":0.5}}", -4000000,
		 ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.3.0\"}}", 58000000, ""}, /* "58.000000 C" */
		{"{\"v\":{\"oid\":\"1.3.6.9.4.0\"}}", MICRO_NONE, "v: 'In Sync' is no number"},
		{"{\"v\":{\"oid\":\"1.3.6.9.4.0\",\"texts\":{\"In *\":3,\"*\":0}}}", 3000000, ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.4.0\",\"texts\":{\"out *\":3}}}", MICRO_NONE,
		 "v: 'In Sync' is none of its texts"},
		{"{\"v\":{\"oid\":\"1.3.6.9.5.0\",\"words\":{\"4\":\"active\"}}}", 4000000,
		 ""}, /* says "active" */
		{"{\"v\":{\"oid\":\"1.3.6.9.6.0\"}}", MICRO_NONE,
		 "v: answered without a value: 1.3.6.9.6.0"},
		{"{\"v\":{\"oid\":\"1.3.6.9.7.0\"}}", MICRO_NONE,
		 "v: 1.84e+19 is more than is kept (9.2e12): scale it"},
		{"{\"v\":{\"oid\":\"1.3.6.9.7.0\",\"scale\":1e-9}}", INT64_C(18446744073709552),
		 ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.8.0\"}}", MICRO_NONE,
		 "v: the device has no 1.3.6.9.8.0"},
		{"{\"v\":{\"oid\":\"1.3.6.9.8.0\",\"optional\":true}}", MICRO_NONE, ""},
		{"{\"v\":{\"oid\":[\"1.3.6.9.8.0\",\"1.3.6.9.6.0\",\"1.3.6.9.2.0\"]}}", 12000000,
		 ""},
		{"{\"v\":{\"oid\":\"1.3.6.9.10.0\"}}", MICRO_NONE,
		 "v: what the device says is no number"},
	};
	struct world w;

	(void)state;
	begin(&w, "{\"v\":{\"oid\":\"1.3.6.9.1.0\"}}");
	hand_signed(&w.device, "1.3.6.9.1.0", -7);
	hand_number(&w.device, "1.3.6.9.2.0", HAND_COUNTER64, 12);
	hand_text(&w.device, "1.3.6.9.3.0", "58.000000 C");
	hand_text(&w.device, "1.3.6.9.4.0", "In Sync\r\n");
	hand_text(&w.device, "1.3.6.9.5.0", "active");
	hand_value(&w.device, "1.3.6.9.6.0", (struct snmp_value){.kind = SNMP_NULL, .tag = 5});
	hand_number(&w.device, "1.3.6.9.7.0", HAND_COUNTER64, UINT64_MAX);
	hand_value(
		&w.device, "1.3.6.9.10.0",
		(struct snmp_value){.kind = SNMP_ADDRESS, .octets = SLICE_LIT("\300\000\002\001")});
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		try_doc(&w, rows[i].doc);
		if (w.values[0] != rows[i].micro || strcmp(w.detail, rows[i].told) != 0)
			fail_msg("%s: %lld '%s'", rows[i].doc, (long long)w.values[0], w.detail);
		assert_int_equal(w.outcome, rows[i].micro == MICRO_NONE && rows[i].told[0] != '\0'
						    ? OUTCOME_VALUE_MISSING
						    : OUTCOME_OK);
	}
	end(&w);
}

static void a_part_may_be_larger_than_what_is_kept(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"used\":{\"oid\":\"1.3.6.9.1.0\",\"keep\":false},\"all\":{\"oid\":\"1.3.6.9.2."
		  "0\",\"keep\":false},"
		  "\"share\":{\"calc\":\"used / all\"}}");
	hand_number(&w.device, "1.3.6.9.1.0", HAND_COUNTER64, UINT64_C(1) << 60);
	hand_number(&w.device, "1.3.6.9.2.0", HAND_COUNTER64, UINT64_C(1) << 62);
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 250000);
	end(&w);
}

static void an_alternative_is_not_taken_for_silence(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"v\":{\"oid\":[\"1.3.6.9.1.0\",\"1.3.6.9.2.0\"]}}");
	hand_signed(&w.device, "1.3.6.9.1.0", 1);
	hand_signed(&w.device, "1.3.6.9.2.0", 2);
	hand_fault(&w.device, "1.3.6.9.1.0", SNMP_END_SILENT);
	poll(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "v: no answer about 1.3.6.9.1.0");
	end(&w);
}

/* --- rows ------------------------------------------------------------------------------------------ */

static void rows_are_combined(void **state)
{
	static const struct {
		const char *rest;
		int64_t micro;
		const char *told;
	} rows[] = {
		{"\"rows\":\"sum\"", 11000000, ""},
		{"\"rows\":\"max\"", 6000000, ""},
		{"\"rows\":\"min\"", 1000000, ""},
		{"\"rows\":\"mean\"", 2750000, ""},
		{"\"rows\":\"count\"", 4000000, ""}, /* the one without a value is none */
		{"\"rows\":\"count\",\"is\":[1]", 2000000, ""},
		{"\"rows\":\"count\",\"is\":[3,\"6\"]", 2000000, ""},
		{"\"rows\":\"count\",\"is\":\"bad\",\"words\":{\"3\":\"bad\"}", 1000000, ""},
		{"\"rows\":\"count\",\"is\":[9]", 0, ""},
		{"\"rows\":\"sum\",\"is\":[9]", 0, ""},
		{"\"rows\":\"max\",\"is\":[9]", MICRO_NONE,
		 "v: no row is as it was wanted of 1.3.6.9.1"},
		{"\"rows\":\"sum\",\"when\":{\"by\":\"1.3.6.9.2\",\"is\":\"fan\"}", 4000000, ""},
		{"\"rows\":\"sum\",\"when\":{\"by\":\"1.3.6.9.2\",\"like\":\"f*\"}", 4000000, ""},
		{"\"rows\":\"max\",\"when\":{\"by\":\"1.3.6.9.2\",\"is\":[\"psu\",\"fan\"]}",
		 6000000, ""},
		{"\"rows\":\"count\",\"when\":[{\"by\":\"1.3.6.9.2\",\"is\":\"fan\"},{\"by\":\"1.3."
		 "6.9.3\",\"is\":2}]",
		 1000000, ""},
		{"\"rows\":\"count\",\"when\":{\"by\":\"1.3.6.9.4\",\"is\":1}", 0,
		 ""}, /* no such column */
		{"\"rows\":\"max\",\"scale\":10", 60000000, ""},
	};
	struct world w;
	char doc[300];

	(void)state;
	begin(&w, "{\"v\":{\"oid\":\"1.3.6.9.1\",\"rows\":\"sum\"}}");
	hand_signed(&w.device, "1.3.6.9.1.1", 1);
	hand_signed(&w.device, "1.3.6.9.1.2", 3);
	hand_signed(&w.device, "1.3.6.9.1.3.1", 6);
	hand_number(&w.device, "1.3.6.9.1.4", HAND_GAUGE32, 1);
	hand_value(&w.device, "1.3.6.9.1.5", (struct snmp_value){.kind = SNMP_NULL, .tag = 5});
	hand_text(&w.device, "1.3.6.9.2.1", "fan");
	hand_text(&w.device, "1.3.6.9.2.2", "fan");
	hand_text(&w.device, "1.3.6.9.2.3.1", "psu");
	hand_signed(&w.device, "1.3.6.9.3.2", 2);
	hand_signed(&w.device, "1.3.6.9.3.3.1", 2);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		snprintf(doc, sizeof(doc), "{\"v\":{\"oid\":\"1.3.6.9.1\",%s}}", rows[i].rest);
		try_doc(&w, doc);
		if (w.values[0] != rows[i].micro || strcmp(w.detail, rows[i].told) != 0)
			fail_msg("%s: %lld '%s'", rows[i].rest, (long long)w.values[0], w.detail);
	}
	end(&w);
}

static void no_table_is_no_zero(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"broken\":{\"oid\":\"1.3.6.9.1\",\"rows\":\"count\",\"is\":[3]}}");
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "broken: the device has no rows of 1.3.6.9.1");
	try_doc(&w, "{\"broken\":{\"oid\":[\"1.3.6.9.1\",\"1.3.6.9.2\"],\"rows\":\"count\",\"is\":["
		    "3],\"optional\":true}}");
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], MICRO_NONE);
	hand_signed(&w.device, "1.3.6.9.2.1", 3); /* the other column */
	poll(&w, 10);
	assert_int_equal(w.values[0], 1000000);
	end(&w);
}

static void half_a_table_is_no_sum(void **state)
{
	struct world w;
	char oid[40];

	(void)state;
	begin(&w, "{\"v\":{\"oid\":\"1.3.6.9.1\",\"rows\":\"sum\",\"when\":{\"by\":\"1.3.6.9.2\","
		  "\"is\":1}}}");
	hand_signed(&w.device, "1.3.6.9.1.1", 3);
	hand_signed(&w.device, "1.3.6.9.2.1", 1);
	hand_fault(&w.device, "1.3.6.9.2", SNMP_END_SILENT);
	poll(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "v: no answer about 1.3.6.9.2");
	hand_fault(&w.device, "1.3.6.9.2", SNMP_END_WHOLE);
	poll(&w, 10);
	assert_int_equal(w.values[0], 3000000);
	for (int i = 2; i < 2000; i++) {
		snprintf(oid, sizeof(oid), "1.3.6.9.1.%d", i);
		hand_signed(&w.device, oid, 1);
	}
	poll(&w, 10);
	assert_int_equal(w.values[0], 3000000);
	hand_signed(&w.device, "1.3.6.9.1.2000", 1);
	hand_signed(&w.device, "1.3.6.9.1.2001", 1);
	poll(&w, 10);
	assert_string_equal(w.detail, "v: there are more rows than rows_max of 1.3.6.9.1");
	end(&w);
}

/* --- expressions ----------------------------------------------------------------------------------- */

static void expressions_are_worked_out_in_their_order(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"high\":{\"calc\":\"share > 0.5\"},\"share\":{\"calc\":\"used / (used + "
		  "free)\",\"scale\":1},"
		  "\"used\":{\"oid\":\"1.3.6.9.1.0\"},\"free\":{\"oid\":\"1.3.6.9.2.0\"}}");
	hand_signed(&w.device, "1.3.6.9.1.0", 3);
	hand_signed(&w.device, "1.3.6.9.2.0", 1);
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 1000000);
	assert_int_equal(w.values[1], 750000);
	hand_signed(&w.device, "1.3.6.9.1.0", 0);
	hand_signed(&w.device, "1.3.6.9.2.0", 0);
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "share: division by zero");
	end(&w);
}

static void what_lacks_an_optional_part_is_missed_by_nobody(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"a\":{\"oid\":\"1.3.6.9.1.0\"},\"b\":{\"oid\":\"1.3.6.9.2.0\",\"optional\":"
		  "true},\"c\":{\"calc\":\"a + b\"}}");
	hand_signed(&w.device, "1.3.6.9.1.0", 3);
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_string_equal(w.detail, "");
	assert_int_equal(w.values[2], MICRO_NONE);
	hand_remove(&w.device, "1.3.6.9.1.0");
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "a: the device has no 1.3.6.9.1.0");
	end(&w);
}

/* --- growth ---------------------------------------------------------------------------------------- */

/* The device's clock goes on with ours. */
static void tick(struct world *w, double seconds)
{
	hand_number(
		&w->device, UPTIME, HAND_TICKS,
		(uint64_t)(uint32_t)(int64_t)((((double)w->now.us / 1e6) + seconds + 1000) * 100));
}

static void poll_clock(struct world *w, double seconds)
{
	tick(w, seconds);
	poll(w, seconds);
}

static void a_rate_needs_two_polls(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN64
		  ".3\",\"take\":\"rate\",\"scale\":8},\"more\":{\"oid\":\"1.3.6.9.1.0\",\"take\":"
		  "\"delta\"},\"twice\":{\"calc\":\"in * 2\"}}");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 1000);
	hand_number(&w.device, "1.3.6.9.1.0", HAND_GAUGE32, 50);
	poll_clock(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_int_equal(w.values[2], MICRO_NONE);
	assert_string_equal(w.detail, "in: needs one more poll; more: needs one more poll");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 6000);
	hand_number(&w.device, "1.3.6.9.1.0", HAND_GAUGE32, 40);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 4000 * MICRO);
	assert_int_equal(w.values[1], -10 * MICRO);
	assert_int_equal(w.values[2], 8000 * MICRO);
	assert_string_equal(w.detail, "");
	end(&w);
}

static void a_poll_at_once_changes_nothing(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN32 ".3\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 1000);
	poll_clock(&w, 10);
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 1900);
	poll_clock(&w, 0.4);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "in: polled again within half a second");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 2000);
	poll_clock(&w, 9.6);
	assert_int_equal(w.values[0], 100 * MICRO);
	end(&w);
}

static void a_restart_is_no_jump(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN32 ".3\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 4000000000);
	poll_clock(&w, 10);
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 500);
	hand_number(&w.device, UPTIME, HAND_TICKS, 300);
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "in: the agent has restarted");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 1500);
	hand_number(&w.device, UPTIME, HAND_TICKS, 1300);
	poll(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	end(&w);
}

static void boots_settle_what_the_clock_leaves_open(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN32 ".3\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 4294967000);
	hand_number(&w.device, UPTIME, HAND_TICKS, UINT32_MAX - 500);
	hand_signed(&w.device, BOOTS, 4);
	poll(&w, 10);
	hand_number(&w.device, UPTIME, HAND_TICKS, 499);
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 704);
	poll(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO); /* both wrapped */
	hand_number(&w.device, UPTIME, HAND_TICKS, 1499);
	hand_signed(&w.device, BOOTS, 5);
	poll(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "in: the agent has restarted");
	end(&w);
}

static void counters_of_32_bits_do_not_bridge_a_lost_poll(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"a\":{\"oid\":\"" IN32 ".3\",\"take\":\"rate\"},\"b\":{\"oid\":\"" IN64
		  ".3\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 1000);
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 1000);
	poll_clock(&w, 10);
	w.device.outcome = OUTCOME_ANSWER_TIMEOUT;
	poll_clock(&w, 10);
	w.device.outcome = OUTCOME_OK;
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 3000);
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 3000);
	poll_clock(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_int_equal(w.values[1], 100 * MICRO);
	assert_string_equal(w.detail, "a: a poll was lost, and 32 bits may have wrapped");
	end(&w);
}

static void an_interface_that_began_anew_is_no_jump(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN64 "\",\"row\":{\"by\":\"" NAME
		  "\",\"is\":\"a\"},\"take\":\"rate\"}}");
	hand_text(&w.device, NAME ".3", "a");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 1000);
	hand_number(&w.device, BREAK ".3", HAND_TICKS, 0);
	poll_clock(&w, 10);
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 2000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 900000);
	hand_number(&w.device, BREAK ".3", HAND_TICKS, 77);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "in: the interface's counters began anew");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 901000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	/* the same name on another row is not the same counter */
	hand_text(&w.device, NAME ".3", "b");
	hand_text(&w.device, NAME ".4", "a");
	hand_number(&w.device, IN64 ".4", HAND_COUNTER64, 950000);
	hand_number(&w.device, BREAK ".4", HAND_TICKS, 77);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	hand_number(&w.device, IN64 ".4", HAND_COUNTER64, 951000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	end(&w);
}

static void growth_of_rows_is_taken_by_row(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"sum\":{\"oid\":\"" IN32
		  "\",\"rows\":\"sum\",\"take\":\"rate\"},\"top\":{\"oid\":\"" IN32
		  "\",\"rows\":\"max\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".1", HAND_COUNTER32,
		    4294967290); /* wraps, and the sum does not notice */
	hand_number(&w.device, IN32 ".2", HAND_COUNTER32, 1000);
	poll_clock(&w, 10);
	hand_number(&w.device, IN32 ".1", HAND_COUNTER32, 94);
	hand_number(&w.device, IN32 ".2", HAND_COUNTER32, 4000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 310 * MICRO);
	assert_int_equal(w.values[1], 300 * MICRO);
	/* a row that is new has no growth yet, one that went is not missed */
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 4000000000);
	hand_remove(&w.device, IN32 ".1");
	hand_number(&w.device, IN32 ".2", HAND_COUNTER32, 5000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 4000000500);
	hand_number(&w.device, IN32 ".2", HAND_COUNTER32, 6000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 150 * MICRO);
	/* one that cannot tell makes no hole in the sum */
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 10);
	hand_number(&w.device, IN32 ".2", HAND_COUNTER32, 7000);
	hand_number(&w.device, BREAK ".3", HAND_TICKS, 9);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_int_equal(w.outcome, OUTCOME_OK);
	end(&w);
}

static void too_many_rows_have_no_growth(void **state)
{
	struct world w;
	char oid[40];

	(void)state;
	begin(&w, "{\"v\":{\"oid\":\"1.3.6.9.1\",\"rows\":\"sum\",\"take\":\"rate\"}}");
	for (int i = 1; i <= SNMP_COUNTER_ROWS_MAX + 1; i++) {
		snprintf(oid, sizeof(oid), "1.3.6.9.1.%d", i);
		hand_number(&w.device, oid, HAND_COUNTER64, 1);
	}
	poll_clock(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "v: growth is taken of at most 1024 rows, these are 1025");
	hand_remove(&w.device, "1.3.6.9.1.7");
	poll_clock(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	end(&w);
}

static void a_rate_that_never_comes_is_missing(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":\"" IN64 ".3\",\"take\":\"rate\"}}");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 1000);
	hand_number(&w.device, UPTIME, HAND_TICKS, 5); /* a clock that stands still */
	for (int i = 0; i < 3; i++) {
		poll(&w, 10);
		assert_int_equal(w.outcome, OUTCOME_OK);
	}
	poll(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail,
			    "in: no growth for 4 polls: the device's clock and ours disagree");
	poll_clock(&w, 10);
	poll_clock(&w, 10);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 0);
	end(&w);
}

static void another_width_or_another_column_begins_anew(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":[\"" IN64 ".3\",\"" IN32 ".3\"],\"take\":\"rate\"}}");
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 1000);
	poll_clock(&w, 10);
	hand_number(&w.device, IN32 ".3", HAND_COUNTER32, 2000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 900000000000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "in: the counter changed its width");
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 900000001000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	w.device.identity_changed = true;
	hand_number(&w.device, IN64 ".3", HAND_COUNTER64, 990000001000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	end(&w);
}

/* Of the same width: nothing but its name tells it from the one before. */
static void the_first_column_coming_back_begins_anew(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"in\":{\"oid\":[\"1.3.6.9.1.0\",\"1.3.6.9.2.0\"],\"take\":\"rate\"}}");
	hand_number(&w.device, "1.3.6.9.2.0", HAND_COUNTER64, 1000);
	poll_clock(&w, 10);
	hand_number(&w.device, "1.3.6.9.1.0", HAND_COUNTER64, 900000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], MICRO_NONE);
	hand_number(&w.device, "1.3.6.9.1.0", HAND_COUNTER64, 901000);
	poll_clock(&w, 10);
	assert_int_equal(w.values[0], 100 * MICRO);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_number_counts),
		cmocka_unit_test(a_part_may_be_larger_than_what_is_kept),
		cmocka_unit_test(an_alternative_is_not_taken_for_silence),
		cmocka_unit_test(rows_are_combined),
		cmocka_unit_test(no_table_is_no_zero),
		cmocka_unit_test(half_a_table_is_no_sum),
		cmocka_unit_test(expressions_are_worked_out_in_their_order),
		cmocka_unit_test(what_lacks_an_optional_part_is_missed_by_nobody),
		cmocka_unit_test(a_rate_needs_two_polls),
		cmocka_unit_test(a_poll_at_once_changes_nothing),
		cmocka_unit_test(a_restart_is_no_jump),
		cmocka_unit_test(boots_settle_what_the_clock_leaves_open),
		cmocka_unit_test(counters_of_32_bits_do_not_bridge_a_lost_poll),
		cmocka_unit_test(an_interface_that_began_anew_is_no_jump),
		cmocka_unit_test(growth_of_rows_is_taken_by_row),
		cmocka_unit_test(too_many_rows_have_no_growth),
		cmocka_unit_test(a_rate_that_never_comes_is_missing),
		cmocka_unit_test(another_width_or_another_column_begins_anew),
		cmocka_unit_test(the_first_column_coming_back_begins_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
