/* snmp_memory - what is known of a device from poll to poll. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/snmp_memory.h"

static void rows_are_learnt_and_unlearnt(void **state)
{
	struct snmp_memory m = {0};
	uint32_t parts[] = {3, 1}, other[] = {9};

	(void)state;
	snmp_memory_prepare(&m, 2, 0);
	snmp_memory_learn(&m, 1, (struct snmp_oid){parts, 2}, (struct mono_time){5});
	parts[0] = 77; /* it keeps its own */
	assert_null(m.rows[0].parts);
	assert_int_equal(m.rows[1].count, 2);
	assert_int_equal(m.rows[1].parts[0], 3);
	assert_int_equal(m.rows[1].learnt.us, 5);
	snmp_memory_prepare(&m, 2, 0);
	assert_non_null(m.rows[1].parts);
	snmp_memory_learn(&m, 1, (struct snmp_oid){other, 1}, (struct mono_time){6});
	assert_int_equal(m.rows[1].parts[0], 9);
	snmp_memory_unlearn(&m, 1);
	assert_null(m.rows[1].parts);
	snmp_memory_release(&m);
	assert_null(m.rows);
	snmp_memory_release(&m);
}

static void readings_are_kept_by_their_index(void **state)
{
	struct snmp_memory m = {0};
	uint32_t a[] = {1}, b[] = {1, 4}, c[] = {2}, none[] = {3};
	struct snmp_counter rows[] = {
		{{a, 1}, {.bits = 64, .count = 10}},
		{{b, 2}, {.bits = 64, .count = 20}},
		{{c, 1}, {.bits = 64, .count = 30}},
	};
	struct snmp_counter scalar = {{NULL, 0}, {.bits = 32, .count = 5}};
	struct snmp_moment moment = {.poll = 4};

	(void)state;
	snmp_memory_prepare(&m, 0, 3);
	snmp_memory_read(&m, 1, rows, 3, 1, &moment);
	snmp_memory_read(&m, 2, &scalar, 1, 0, &moment);
	a[0] = 50;
	assert_int_equal(m.counters[1].alternative, 1);
	assert_int_equal(m.counters[1].moment.poll, 4);
	a[0] = 1;
	assert_int_equal(snmp_memory_reading(&m.counters[1], (struct snmp_oid){a, 1})->count, 10);
	assert_int_equal(snmp_memory_reading(&m.counters[1], (struct snmp_oid){b, 2})->count, 20);
	assert_int_equal(snmp_memory_reading(&m.counters[1], (struct snmp_oid){c, 1})->count, 30);
	assert_null(snmp_memory_reading(&m.counters[1], (struct snmp_oid){none, 1}));
	assert_int_equal(snmp_memory_reading(&m.counters[2], (struct snmp_oid){NULL, 0})->count, 5);
	assert_null(snmp_memory_reading(&m.counters[0], (struct snmp_oid){NULL, 0}));
	snmp_memory_read(&m, 1, rows + 1, 1, 0, &moment);
	assert_null(snmp_memory_reading(&m.counters[1], (struct snmp_oid){a, 1}));
	snmp_memory_read(&m, 1, NULL, 0, 0, &moment);
	assert_int_equal(m.counters[1].count, 0);
	snmp_memory_release(&m);
}

static void forgetting_leaves_room(void **state)
{
	struct snmp_memory m = {0};
	uint32_t a[] = {1};
	struct snmp_counter row = {{a, 1}, {.bits = 64, .count = 10}};
	struct snmp_moment moment = {.poll = 1};

	(void)state;
	snmp_memory_prepare(&m, 1, 1);
	snmp_memory_learn(&m, 0, (struct snmp_oid){a, 1}, (struct mono_time){1});
	snmp_memory_read(&m, 0, &row, 1, 0, &moment);
	m.counters[0].barren = 2;
	snmp_memory_forget(&m);
	assert_null(m.rows[0].parts);
	assert_int_equal(m.counters[0].count, 0);
	assert_int_equal(m.counters[0].moment.poll, 0);
	assert_int_equal(m.counters[0].barren,
			 2); /* who forgets at every poll never has a growth: that is told */
	snmp_memory_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_learnt_and_unlearnt),
		cmocka_unit_test(readings_are_kept_by_their_index),
		cmocka_unit_test(forgetting_leaves_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
