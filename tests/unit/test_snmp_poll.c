/* snmp_poll - rounds of one poll: rows that are looked for, verified, followed; what a device that falls silent leaves. */
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

#define NAME "1.3.6.1.2.1.31.1.1.1.1"
#define ALIAS "1.3.6.1.2.1.31.1.1.1.18"
#define OPER "1.3.6.1.2.1.2.2.1.8"
#define ADMIN "1.3.6.1.2.1.2.2.1.7"

/* One device that is polled every ten seconds. */
struct world {
	struct hand_device device;
	struct arena *arena;
	const struct snmp_program *program;
	struct snmp_memory memory;
	struct mono_time now;
	int64_t values[SCHEMA_VALUES_MAX];
	enum outcome outcome;
	char detail[160];
	struct snmp_result results[SNMP_VALUES_MAX];
	void (*between)(struct world *w, unsigned asked); /* after each ask of a poll */
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

static void poll(struct world *w)
{
	const struct snmp_target target = {.address = "192.0.2.1"};
	struct snmp_poll p;
	struct snmp_ask *ask;
	unsigned asked = 0;

	w->now.us += 10000000;
	w->device.asks = w->device.walks = w->device.gets = 0;
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		w->values[i] = MICRO_NONE;
	snmp_poll_begin(&p, w->program, &w->memory, &target, 100);
	while ((ask = snmp_poll_next(&p)) != NULL) {
		assert_string_equal(ask->target->address, "192.0.2.1");
		hand_answer(&w->device, ask);
		snmp_poll_take(&p, w->now);
		if (w->between != NULL)
			w->between(w, ++asked);
	}
	w->outcome = snmp_poll_result(&p, w->values, w->detail, sizeof(w->detail));
	memcpy(w->results, p.results, sizeof(w->results));
	snmp_poll_end(&p);
	snmp_poll_end(&p);
}

#define LINK                                                                                       \
	"{\"oper\":{\"oid\":\"" OPER "\",\"row\":{\"by\":\"" NAME                                  \
	"\",\"is\":\"Gi0/1\"}},\"admin\":{\"oid\":\"" ADMIN "\",\"row\":{\"by\":\"" NAME           \
	"\",\"is\":\"Gi0/1\"}}}"

static void set_link(struct world *w, int index, const char *name, int64_t oper)
{
	char oid[64];

	snprintf(oid, sizeof(oid), NAME ".%d", index);
	hand_text(&w->device, oid, name);
	snprintf(oid, sizeof(oid), OPER ".%d", index);
	hand_signed(&w->device, oid, oper);
	snprintf(oid, sizeof(oid), ADMIN ".%d", index);
	hand_signed(&w->device, oid, 1);
}

static void a_row_is_looked_for_once_and_verified_ever_after(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 1, "Gi0/0", 1);
	set_link(&w, 2, "Gi0/1", 2);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 2000000);
	assert_int_equal(w.values[1], 1000000);
	assert_int_equal(w.device.asks, 2);
	assert_int_equal(w.device.walks, 1);
	poll(&w);
	assert_int_equal(w.device.asks, 1);
	assert_int_equal(w.device.walks, 0);
	/* its text, both values, and the clock of the device */
	assert_int_equal(w.device.gets, 5);
	assert_int_equal(w.values[0], 2000000);
	end(&w);
}

static void a_row_that_moves_is_followed_and_never_confused(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 1, "Gi0/0", 1);
	set_link(&w, 2, "Gi0/1", 2);
	poll(&w);
	set_link(&w, 2, "Gi0/2", 1); /* a card was put in */
	set_link(&w, 12, "Gi0/1", 7);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 7000000);
	assert_int_equal(w.device.asks, 3);
	poll(&w);
	assert_int_equal(w.values[0], 7000000);
	assert_int_equal(w.device.asks, 1);
	end(&w);
}

static void a_row_that_is_gone_is_missing_and_comes_back(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 2, "Gi0/1", 1);
	poll(&w);
	set_link(&w, 2, "Gi0/9", 1);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_int_equal(w.values[0], MICRO_NONE);
	assert_string_equal(w.detail, "oper: no row says 'Gi0/1'; admin: no row says 'Gi0/1'");
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	set_link(&w, 5, "Gi0/1", 1);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.values[0], 1000000);
	end(&w);
}

static void two_rows_of_one_name_are_told_not_chosen(void **state)
{
	struct world w;

	(void)state;
	begin(&w,
	      "{\"oper\":{\"oid\":\"" OPER "\",\"row\":{\"by\":\"" NAME "\",\"like\":\"Gi*\"}}}");
	set_link(&w, 1, "Gi0/1", 1);
	set_link(&w, 2, "Gi0/2", 2);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "oper: 2 rows say 'Gi*': none was chosen");
	set_link(&w, 2, "Te0/2", 2);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	/* one that gets a twin later is told too, within ten minutes */
	set_link(&w, 3, "Gi0/3", 2);
	for (int i = 0; i < 62 && w.outcome == OUTCOME_OK; i++)
		poll(&w);
	assert_string_equal(w.detail, "oper: 2 rows say 'Gi*': none was chosen");
	end(&w);
}

static void move_again(struct world *w, unsigned asked)
{
	set_link(w, (int)asked + 20, "Gi0/1", 1);
	set_link(w, (int)asked + 19, "other", 1);
}

static void a_row_that_keeps_moving_has_no_value(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 2, "Gi0/1", 1);
	poll(&w);
	set_link(&w, 2, "other", 1);
	set_link(&w, 20, "Gi0/1", 1);
	w.between = move_again;
	poll(&w);
	assert_int_equal(w.device.asks, 3);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_string_equal(w.detail, "oper: the row 'Gi0/1' is never where it was; admin: the row "
				      "'Gi0/1' is never where it was");
	end(&w);
}

static void fall_silent(struct world *w, unsigned asked)
{
	(void)asked;
	w->device.outcome = OUTCOME_ANSWER_TIMEOUT;
}

static void a_silent_device_is_asked_nothing_further(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	w.device.outcome = OUTCOME_ANSWER_TIMEOUT;
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(w.device.asks, 1);
	w.device.outcome = OUTCOME_OK;
	set_link(&w, 2, "Gi0/1", 1);
	w.between = fall_silent; /* when its row is known */
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(w.device.asks, 2);
	assert_int_equal(w.values[0], MICRO_NONE);
	end(&w);
}

static void what_was_measured_is_kept(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"a\":{\"oid\":\"1.3.6.1.1.0\"},\"b\":{\"oid\":\"1.3.6.1.2.0\"},"
		  "\"c\":{\"oid\":\"1.3.6.1.3\",\"rows\":\"sum\"},\"d\":{\"oid\":\"1.3.6.1.4.0\","
		  "\"optional\":true}}");
	hand_signed(&w.device, "1.3.6.1.1.0", 5);
	hand_signed(&w.device, "1.3.6.1.2.0", 6);
	hand_signed(&w.device, "1.3.6.1.3.1", 7);
	hand_fault(&w.device, "1.3.6.1.2.0", SNMP_END_SILENT);
	hand_fault(&w.device, "1.3.6.1.3", SNMP_END_DISORDER);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_VALUE_MISSING);
	assert_int_equal(w.values[0], 5000000);
	assert_int_equal(w.values[1], MICRO_NONE);
	assert_int_equal(w.values[2], MICRO_NONE);
	assert_string_equal(w.detail,
			    "b: no answer about 1.3.6.1.2.0; c: the device lists the rows "
			    "in disorder of 1.3.6.1.3");
	/* what is optional is missed by nobody */
	hand_fault(&w.device, "1.3.6.1.2.0", SNMP_END_WHOLE);
	hand_fault(&w.device, "1.3.6.1.3", SNMP_END_WHOLE);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_string_equal(w.detail, "");
	/* but its silence is told */
	hand_fault(&w.device, "1.3.6.1.4.0", SNMP_END_REFUSED);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_string_equal(w.detail, "d: the device refuses 1.3.6.1.4.0");
	end(&w);
}

static void every_end_of_a_walk_says_why(void **state)
{
	static const struct {
		enum snmp_end end;
		const char *told;
	} rows[] = {
		{SNMP_END_NONE, "c: there was no time to ask for 1.3.6.1.3"},
		{SNMP_END_ROWS, "c: there are more rows than rows_max of 1.3.6.1.3"},
		{SNMP_END_SILENT, "c: no answer about 1.3.6.1.3"},
		{SNMP_END_REFUSED, "c: the device refuses 1.3.6.1.3"},
		{SNMP_END_MALFORMED, "c: a malformed answer about 1.3.6.1.3"},
	};
	struct world w;

	(void)state;
	begin(&w,
	      "{\"a\":{\"oid\":\"1.3.6.1.1.0\"},\"c\":{\"oid\":\"1.3.6.1.3\",\"rows\":\"max\"}}");
	hand_signed(&w.device, "1.3.6.1.1.0", 5);
	hand_signed(&w.device, "1.3.6.1.3.1", 7);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		hand_fault(&w.device, "1.3.6.1.3", rows[i].end);
		poll(&w);
		assert_string_equal(w.detail, rows[i].told);
	}
	end(&w);
}

static void blind_is_blind(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"a\":{\"oid\":\"1.3.6.1.1.0\"}}");
	w.device.outcome = OUTCOME_SNMP_AUTH;
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_SNMP_AUTH);
	w.device.outcome = OUTCOME_SNMP_USER;
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_SNMP_USER);
	assert_int_equal(w.values[0], MICRO_NONE);
	end(&w);
}

static void after_the_deadline_there_is_no_further_round(void **state)
{
	const struct snmp_target target = {.address = "192.0.2.1"};
	struct world w;
	struct snmp_poll p;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 2, "Gi0/1", 1);
	snmp_poll_begin(&p, w.program, &w.memory, &target, 100);
	p.deadline.us = 50;
	hand_answer(&w.device, snmp_poll_next(&p));
	snmp_poll_take(&p, (struct mono_time){50});
	assert_null(snmp_poll_next(&p));
	assert_int_equal(snmp_poll_result(&p, w.values, w.detail, sizeof(w.detail)),
			 OUTCOME_VALUE_MISSING);
	snmp_poll_end(&p);
	end(&w);
}

static void another_engine_is_told_and_nothing_old_holds(void **state)
{
	struct world w;

	(void)state;
	begin(&w, LINK);
	set_link(&w, 2, "Gi0/1", 1);
	poll(&w);
	w.device.identity_changed = true;
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_string_equal(w.detail, "another SNMP engine answers than before");
	poll(&w);
	assert_int_equal(w.device.walks, 1);
	assert_string_equal(w.detail, "");
	end(&w);
}

/* The same thing wanted twice is asked once. */
static void nothing_is_asked_twice(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"n\":{\"oid\":\"1.3.6.1.3\",\"rows\":\"count\"},\"m\":{\"oid\":\"1.3.6.1.3\","
		  "\"rows\":\"max\",\"when\":{\"by\":\"1.3.6.1.3\",\"is\":\"7\"}},"
		  "\"a\":{\"oid\":\"1.3.6.1.1.0\"},\"b\":{\"oid\":\"1.3.6.1.1.0\",\"scale\":2}}");
	hand_signed(&w.device, "1.3.6.1.1.0", 5);
	hand_signed(&w.device, "1.3.6.1.3.1", 7);
	poll(&w);
	assert_int_equal(w.outcome, OUTCOME_OK);
	assert_int_equal(w.device.walks, 1);
	assert_int_equal(w.device.gets, 1);
	assert_int_equal(w.values[3], 10000000);
	end(&w);
}

static void long_tellings_are_cut(void **state)
{
	struct world w;

	(void)state;
	begin(&w, "{\"first\":{\"oid\":\"1.3.6.1.4.1.99999.1.1.1.1.1.1.1.1.1.1.1.1\"},"
		  "\"second\":{\"oid\":\"1.3.6.1.4.1.99999.2.1.1.1.1.1.1.1.1.1.1.1\"},"
		  "\"third\":{\"oid\":\"1.3.6.1.4.1.99999.3.1.1.1.1.1.1.1.1.1.1.1\"}}");
	poll(&w);
	assert_int_equal(strlen(w.detail), sizeof(w.detail) - 1);
	assert_string_equal(w.detail + sizeof(w.detail) - 4, "...");
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_looked_for_once_and_verified_ever_after),
		cmocka_unit_test(a_row_that_moves_is_followed_and_never_confused),
		cmocka_unit_test(a_row_that_is_gone_is_missing_and_comes_back),
		cmocka_unit_test(two_rows_of_one_name_are_told_not_chosen),
		cmocka_unit_test(a_row_that_keeps_moving_has_no_value),
		cmocka_unit_test(a_silent_device_is_asked_nothing_further),
		cmocka_unit_test(what_was_measured_is_kept),
		cmocka_unit_test(every_end_of_a_walk_says_why),
		cmocka_unit_test(blind_is_blind),
		cmocka_unit_test(after_the_deadline_there_is_no_further_round),
		cmocka_unit_test(another_engine_is_told_and_nothing_old_holds),
		cmocka_unit_test(nothing_is_asked_twice),
		cmocka_unit_test(long_tellings_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
