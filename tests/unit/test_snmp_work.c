/* snmp_work - an ask becomes requests and answers become rows, without a socket: the agent is a function of this test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "probing/snmp_device.h"
#include "probing/snmp_work.h"

static struct {
	struct snmp_devices devices;
	struct snmp_device *device;
	struct snmp_target target;
	struct snmp_item items[64];
	struct snmp_ask ask;
	struct snmp_work *work;
} w;

static int set_up(void **state)
{
	union snmp_address a;

	(void)state;
	memset(&w, 0, sizeof(w));
	snmp_address_parse("192.0.2.1", 161, &a);
	snmp_devices_init(&w.devices);
	w.device = snmp_devices_use(&w.devices, &a, 0);
	w.target = (struct snmp_target){.version = SNMP_VERSION_2C, .repetitions_max = 12};
	w.ask = (struct snmp_ask){.target = &w.target, .items = w.items, .memory = arena_new()};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	if (w.work != NULL)
		snmp_work_free(w.work, SNMP_END_SILENT);
	snmp_devices_release(&w.devices);
	arena_free(w.ask.memory);
	return 0;
}

static struct snmp_item *want(enum snmp_ask_kind kind, const char *oid)
{
	struct snmp_item *it = &w.items[w.ask.item_count++];

	it->kind = kind;
	it->rows_max = 100;
	assert_true(snmp_oid_parse(slice_of(oid), w.ask.memory, &it->oid));
	return it;
}

/* An answer of rows that are each `oid` = the row's number. */
static bool answer(const struct snmp_batch *b, int32_t error, int32_t index, size_t n, ...)
{
	struct snmp_row rows[64] = {0};
	struct snmp_answer a = {.error = error, .error_index = index, .rows = rows, .count = n};
	va_list ap;

	va_start(ap, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(snmp_oid_parse(slice_of(va_arg(ap, const char *)), w.ask.memory,
					   &rows[i].oid));
		rows[i].value.kind = SNMP_UNSIGNED;
		rows[i].value.u = i;
	}
	va_end(ap);
	return snmp_work_answer(w.work, w.device, b, &a);
}

static void gets_first_then_columns_side_by_side(void **state)
{
	struct snmp_batch b;

	(void)state;
	want(SNMP_WALK, "1.3.1.1");
	want(SNMP_GET, "1.3.9.0");
	want(SNMP_WALK, "1.3.2.1");
	want(SNMP_WALK, "1.3.1.2");
	w.work = snmp_work_new(&w.ask);
	assert_true(snmp_work_next(w.work, w.device, &b));
	assert_int_equal(b.operation, SNMP_OP_GET);
	assert_int_equal(b.count, 1);
	assert_int_equal(b.items[0], 1);
	assert_true(snmp_work_next(w.work, w.device, &b));
	assert_int_equal(b.operation, SNMP_OP_BULK);
	assert_int_equal(b.count, 2);
	assert_int_equal(b.items[0], 0);
	assert_int_equal(b.items[1], 3);
	assert_int_equal(b.repetitions, 6); /* 12 varbinds for two columns */
	assert_true(snmp_work_next(w.work, w.device, &b));
	assert_int_equal(b.items[0], 2);
	assert_int_equal(b.repetitions, 12);
	assert_false(snmp_work_next(w.work, w.device, &b)); /* all is asked */
	assert_false(snmp_work_has_open(w.work));
	assert_false(snmp_work_is_done(w.work));
}

static void a_table_goes_on_where_it_was(void **state)
{
	struct snmp_oid oids[SNMP_BATCH_MAX];
	struct snmp_item *one = want(SNMP_WALK, "1.3.1.1"), *two = want(SNMP_WALK, "1.3.1.2");
	struct snmp_batch b;
	char text[64];

	(void)state;
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	/* Column one has two rows, column two goes on; the answer breaks off in the middle of a row. */
	assert_true(answer(&b, 0, 0, 7, "1.3.1.1.5", "1.3.1.2.5", "1.3.1.1.7", "1.3.1.2.7",
			   "1.3.1.2.5", "1.3.1.2.9", "1.3.1.2.7"));
	assert_int_equal(one->end, SNMP_END_WHOLE);
	assert_int_equal(one->row_count, 2);
	assert_int_equal(two->end, SNMP_END_NONE);
	assert_int_equal(two->row_count, 3);
	assert_true(snmp_work_next(w.work, w.device, &b));
	assert_int_equal(b.count, 1);
	snmp_work_oids(w.work, &b, oids);
	snmp_oid_format(oids[0], text, sizeof(text));
	assert_string_equal(text, "1.3.1.2.9");
	assert_true(answer(&b, 0, 0, 1, "1.3.1.3.1"));
	assert_int_equal(two->end, SNMP_END_WHOLE);
	assert_true(snmp_work_is_done(w.work));
}

static void disorder_and_rows(void **state)
{
	struct snmp_item *same = want(SNMP_WALK, "1.3.1.1"), *few = want(SNMP_WALK, "1.3.2.1");
	struct snmp_batch b;

	(void)state;
	few->rows_max = 2;
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	assert_true(answer(&b, 0, 0, 3, "1.3.1.1.1", "1.3.1.1.2", "1.3.1.1.2"));
	assert_int_equal(same->end, SNMP_END_DISORDER);
	assert_int_equal(same->row_count, 2);
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.repetitions,
			 3); /* one more than is kept, to know whether there are more */
	assert_true(answer(&b, 0, 0, 3, "1.3.2.1.1", "1.3.2.1.2", "1.3.2.1.3"));
	assert_int_equal(few->end, SNMP_END_ROWS);
	assert_int_equal(few->row_count, 2);
}

static void errors_cost_whom_they_name(void **state)
{
	struct snmp_batch b;

	(void)state;
	for (int i = 0; i < 4; i++) {
		char oid[32];

		snprintf(oid, sizeof(oid), "1.3.9.%d", i);
		want(SNMP_GET, oid);
	}
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.count, 4);
	assert_true(answer(&b, 2, 2, 0)); /* noSuchName at the second */
	assert_int_equal(w.items[1].end, SNMP_END_WHOLE);
	assert_int_equal(w.items[1].rows[0].value.kind, SNMP_ABSENT);
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.count, 3);
	assert_true(answer(&b, 5, 3, 0)); /* genErr at the third of these */
	assert_int_equal(w.items[3].end, SNMP_END_REFUSED);
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.count, 2);
	assert_true(answer(&b, 5, 77, 0)); /* nobody knows at which */
	for (int i = 0; i < 2; i++) {
		snmp_work_next(w.work, w.device, &b);
		assert_int_equal(b.count, 1);
		assert_true(answer(&b, 5, 0, 0));
	}
	assert_true(snmp_work_is_done(w.work));
}

static void too_big_ends_even_at_one(void **state)
{
	struct snmp_batch b;
	unsigned asked = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		want(SNMP_GET, "1.3.9.1");
	want(SNMP_WALK, "1.3.1.1");
	w.work = snmp_work_new(&w.ask);
	while (snmp_work_next(w.work, w.device, &b) && asked++ < 100)
		assert_true(answer(&b, 1, 0, 0));
	assert_true(snmp_work_is_done(w.work));
	for (int i = 0; i < 9; i++)
		assert_int_equal(w.items[i].end, SNMP_END_REFUSED);
}

static void a_silent_try_is_halved(void **state)
{
	struct snmp_batch b;

	(void)state;
	want(SNMP_WALK, "1.3.1.1");
	want(SNMP_WALK, "1.3.1.2");
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.count * b.repetitions, 12);
	assert_true(snmp_work_shrink(w.work, w.device, &b, false));
	assert_int_equal(b.count, 2);
	assert_int_equal(b.repetitions, 3);
	assert_true(snmp_work_shrink(w.work, w.device, &b, true));
	assert_int_equal(b.operation, SNMP_OP_NEXT);
	assert_int_equal(b.count, 1);
	assert_true(snmp_work_has_open(w.work)); /* the other column waits again */
	assert_false(snmp_work_shrink(w.work, w.device, &b, true));
	assert_true(answer(&b, 0, 0, 1, "1.3.1.1.1"));
	snmp_work_next(w.work, w.device, &b);
	assert_int_equal(b.count * b.repetitions,
			 2); /* 6 met silence, 3 are to be tried: one each, and a half */
}

static void silence_of_all_tries_ends_what_was_asked(void **state)
{
	struct snmp_batch b;
	struct snmp_item *a = want(SNMP_GET, "1.3.9.1"), *c = want(SNMP_WALK, "1.3.1.1");

	(void)state;
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	snmp_work_silent(w.work, w.device, &b);
	assert_int_equal(a->end, SNMP_END_SILENT);
	snmp_work_next(w.work, w.device, &b);
	snmp_work_free(w.work, SNMP_END_SILENT);
	w.work = NULL;
	assert_int_equal(c->end, SNMP_END_SILENT); /* asked, and never answered */
}

static void rows_outlive_the_work(void **state)
{
	struct snmp_item *it = want(SNMP_WALK, "1.3.1.1");
	struct snmp_row row = {.value = {.kind = SNMP_OCTETS, .tag = 4}};
	struct snmp_answer a = {.rows = &row, .count = 1};
	char *text = mem_calloc(1, 5000);
	struct snmp_batch b;

	(void)state;
	memset(text, 'x', 5000);
	row.value.octets = (struct slice){text, 5000};
	assert_true(snmp_oid_parse(SLICE_LIT("1.3.1.1.7"), w.ask.memory, &row.oid));
	w.work = snmp_work_new(&w.ask);
	snmp_work_next(w.work, w.device, &b);
	assert_true(snmp_work_answer(w.work, w.device, &b, &a));
	free(text);
	snmp_work_free(w.work, SNMP_END_SILENT);
	w.work = NULL;
	assert_int_equal(it->row_count, 1);
	assert_int_equal(it->rows[0].value.octets.n, SNMP_TEXT_MAX); /* no more is kept */
	assert_int_equal(it->rows[0].value.octets.p[SNMP_TEXT_MAX - 1], 'x');
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(gets_first_then_columns_side_by_side),
		T(a_table_goes_on_where_it_was),
		T(disorder_and_rows),
		T(errors_cost_whom_they_name),
		T(too_big_ends_even_at_one),
		T(a_silent_try_is_halved),
		T(silence_of_all_tries_ends_what_was_asked),
		T(rows_outlive_the_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
