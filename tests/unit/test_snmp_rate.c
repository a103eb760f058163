/* snmp_rate - growth of counters: wraps, restarts, gaps, clocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "checks/snmp_rate.h"

#define S INT64_C(1000000)
#define WRAP INT64_C(4294967296)

static void moments_are_compared(void **state)
{
	static const struct {
		const char *what;
		struct snmp_moment before, now;
		enum snmp_growth end;
		int64_t us;
	} rows[] = {
		{"plain",
		 {{0}, true, false, 1000, 0, 1},
		 {{10 * S}, true, false, 2000, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"the device's clock counts, not the delay of an answer",
		 {{0}, true, false, 1000, 0, 1},
		 {{12 * S}, true, false, 2000, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"a device without a clock",
		 {{5 * S}, false, false, 0, 0, 1},
		 {{15 * S}, false, false, 0, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"the clock is not told this time",
		 {{0}, true, false, 1000, 0, 1},
		 {{10 * S}, false, false, 0, 0, 2},
		 SNMP_GROWTH_CLOCK,
		 0},
		{"a restart",
		 {{0}, true, false, 5000000, 0, 1},
		 {{10 * S}, true, false, 300, 0, 2},
		 SNMP_GROWTH_RESTART,
		 0},
		{"497 days are full",
		 {{0}, true, false, (uint32_t)(WRAP - 500), 0, 1},
		 {{10 * S}, true, false, 500, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"full just now",
		 {{0}, true, false, (uint32_t)(WRAP - 1), 0, 1},
		 {{10 * S}, true, false, 999, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"near its end, and began anew sooner than it could be full",
		 {{0}, true, false, (uint32_t)(WRAP - 8000), 0, 1},
		 {{10 * S}, true, false, 300, 0, 2},
		 SNMP_GROWTH_RESTART,
		 0},
		{"nearer, and what follows does not fit",
		 {{0}, true, false, (uint32_t)(WRAP - 5000), 0, 1},
		 {{10 * S}, true, false, 300, 0, 2},
		 SNMP_GROWTH_CLOCK,
		 0},
		{"full after a long silence",
		 {{0}, true, false, (uint32_t)(WRAP - 360000), 0, 1},
		 {{7200 * S}, true, false, 360000, 0, 2},
		 SNMP_GROWTH_OK,
		 7200 * S},
		{"restarted long ago, its clock is beyond the old one",
		 {{0}, true, false, 10000, 0, 1},
		 {{3600 * S}, true, false, 290000, 0, 2},
		 SNMP_GROWTH_CLOCK,
		 0},
		{"this machine stood still",
		 {{0}, true, false, 1000, 0, 1},
		 {{10 * S}, true, false, 61000, 0, 2},
		 SNMP_GROWTH_CLOCK,
		 0},
		{"the device's clock stands still",
		 {{0}, true, false, 1000, 0, 1},
		 {{10 * S}, true, false, 1000, 0, 2},
		 SNMP_GROWTH_CLOCK,
		 0},
		{"another boot, whatever the clock says",
		 {{0}, true, true, (uint32_t)(WRAP - 500), 7, 1},
		 {{10 * S}, true, true, 500, 8, 2},
		 SNMP_GROWTH_RESTART,
		 0},
		{"the same boot",
		 {{0}, true, true, 1000, 7, 1},
		 {{10 * S}, true, true, 2000, 7, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
		{"boots not told this time",
		 {{0}, true, true, 1000, 7, 1},
		 {{10 * S}, true, false, 2000, 0, 2},
		 SNMP_GROWTH_OK,
		 10 * S},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		int64_t us = 0;
		enum snmp_growth g = snmp_moment_compare(&rows[i].before, &rows[i].now, &us);

		if (g != rows[i].end || (g == SNMP_GROWTH_OK && us != rows[i].us))
			fail_msg("%s: %s, %lld us", rows[i].what, snmp_growth_text(g),
				 (long long)us);
	}
}

static void readings_are_compared(void **state)
{
	static const struct {
		const char *what;
		struct snmp_reading before, now;
		bool lost, falls;
		enum snmp_growth end;
		double growth;
	} rows[] = {
		{"64 bits",
		 {.bits = 64, .count = UINT64_C(1) << 40},
		 {.bits = 64, .count = (UINT64_C(1) << 40) + 5},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 5},
		{"64 bits, not moved",
		 {.bits = 64, .count = 9},
		 {.bits = 64, .count = 9},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 0},
		{"64 bits backwards never wrap",
		 {.bits = 64, .count = UINT64_MAX - 5},
		 {.bits = 64, .count = 5},
		 false,
		 false,
		 SNMP_GROWTH_RESET,
		 0},
		{"64 bits over a lost poll",
		 {.bits = 64, .count = 1},
		 {.bits = 64, .count = 11},
		 true,
		 false,
		 SNMP_GROWTH_OK,
		 10},
		{"32 bits",
		 {.bits = 32, .count = 100},
		 {.bits = 32, .count = 150},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 50},
		{"32 bits wrap at 2^32",
		 {.bits = 32, .count = UINT32_MAX},
		 {.bits = 32, .count = 0},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 1},
		{"32 bits wrap",
		 {.bits = 32, .count = UINT32_MAX - 9},
		 {.bits = 32, .count = 90},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 100},
		{"32 bits, half the range is the most",
		 {.bits = 32, .count = UINT32_MAX},
		 {.bits = 32, .count = UINT32_MAX / 2 - 1},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 UINT32_MAX / 2},
		{"32 bits that more likely began anew",
		 {.bits = 32, .count = 5000},
		 {.bits = 32, .count = 20},
		 false,
		 false,
		 SNMP_GROWTH_RESET,
		 0},
		{"32 bits over a lost poll",
		 {.bits = 32, .count = 100},
		 {.bits = 32, .count = 150},
		 true,
		 false,
		 SNMP_GROWTH_GAP,
		 0},
		{"now of 64 bits",
		 {.bits = 32, .count = 100},
		 {.bits = 64, .count = 150},
		 false,
		 false,
		 SNMP_GROWTH_KIND,
		 0},
		{"now no counter",
		 {.bits = 64, .count = 100},
		 {.number = 150},
		 false,
		 false,
		 SNMP_GROWTH_KIND,
		 0},
		{"a number that grows",
		 {.number = 100.5},
		 {.number = 150},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 49.5},
		{"a number that falls",
		 {.number = 100},
		 {.number = 60},
		 false,
		 false,
		 SNMP_GROWTH_RESET,
		 0},
		{"a number that may fall",
		 {.number = 100},
		 {.number = 60},
		 false,
		 true,
		 SNMP_GROWTH_OK,
		 -40},
		{"the same continuity",
		 {.bits = 64, .count = 1, .has_break = true, .break_at = 7},
		 {.bits = 64, .count = 3, .has_break = true, .break_at = 7},
		 false,
		 false,
		 SNMP_GROWTH_OK,
		 2},
		{"continuity lost",
		 {.bits = 64, .count = 1, .has_break = true, .break_at = 7},
		 {.bits = 64, .count = 3, .has_break = true, .break_at = 8},
		 false,
		 false,
		 SNMP_GROWTH_BREAK,
		 0},
		{"continuity not told this time",
		 {.bits = 64, .count = 1, .has_break = true, .break_at = 0},
		 {.bits = 64, .count = 3},
		 false,
		 false,
		 SNMP_GROWTH_BREAK,
		 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		double d = 0;
		enum snmp_growth g = snmp_reading_growth(&rows[i].before, &rows[i].now,
							 rows[i].lost, rows[i].falls, &d);

		if (g != rows[i].end || (g == SNMP_GROWTH_OK && d != rows[i].growth))
			fail_msg("%s: '%s', %f", rows[i].what, snmp_growth_text(g), d);
	}
}

static void values_are_read_by_their_tag(void **state)
{
	struct snmp_reading r;

	(void)state;
	assert_true(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_UNSIGNED, .tag = 0x41, .u = 7}, &r));
	assert_int_equal(r.bits, 32);
	assert_int_equal(r.count, 7);
	assert_true(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_UNSIGNED, .tag = 0x46, .u = UINT64_MAX}, &r));
	assert_int_equal(r.bits, 64);
	assert_true(r.count == UINT64_MAX);
	assert_true(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_UNSIGNED, .tag = 0x42, .u = 7}, &r));
	assert_int_equal(r.bits, 0);
	assert_true(r.number == 7);
	assert_true(snmp_reading_of(&(struct snmp_value){.kind = SNMP_SIGNED, .tag = 0x02, .i = -7},
				    &r));
	assert_true(r.number == -7);
	assert_true(snmp_reading_of(&(struct snmp_value){.kind = SNMP_FLOAT, .f = 0.25}, &r));
	assert_true(r.number == 0.25);
	assert_false(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_FLOAT, .f = __builtin_nan("")}, &r));
	assert_true(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_OCTETS, .octets = SLICE_LIT("58.5 C")}, &r));
	assert_true(r.number == 58.5);
	assert_false(snmp_reading_of(
		&(struct snmp_value){.kind = SNMP_OCTETS, .octets = SLICE_LIT("C")}, &r));
	assert_false(snmp_reading_of(&(struct snmp_value){.kind = SNMP_NULL}, &r));
}

static void interfaces_have_a_break(void **state)
{
	static const struct {
		const char *oid, *at;
	} rows[] = {
		{"1.3.6.1.2.1.2.2.1.10.7", "1.3.6.1.2.1.31.1.1.1.19.7"},
		{"1.3.6.1.2.1.2.2.1.20", "1.3.6.1.2.1.31.1.1.1.19"},
		{"1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.19"},
		{"1.3.6.1.2.1.31.1.1.1.13.1000001", "1.3.6.1.2.1.31.1.1.1.19.1000001"},
		{"1.3.6.1.2.1.31.1.1.1.15.1", NULL}, /* ifHighSpeed */
		{"1.3.6.1.2.1.2.2.1.8.1", NULL}, /* ifOperStatus */
		{"1.3.6.1.2.1.2.2.1", NULL},
		{"1.3.6.1.4.1.9.9.171.1.3.1.4.0", NULL},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct snmp_oid oid, at;
		char text[80];

		assert_true(snmp_oid_parse(slice_of(rows[i].oid), a, &oid));
		assert_int_equal(snmp_interface_break(oid, a, &at), rows[i].at != NULL);
		if (rows[i].at == NULL)
			continue;
		snmp_oid_format(at, text, sizeof(text));
		assert_string_equal(text, rows[i].at);
	}
	arena_free(a);
}

static void every_end_has_its_words(void **state)
{
	(void)state;
	for (int g = SNMP_GROWTH_FIRST; g <= SNMP_GROWTH_KIND; g++)
		assert_true(strlen(snmp_growth_text((enum snmp_growth)g)) > 5);
	assert_string_equal(snmp_growth_text(SNMP_GROWTH_OK), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_compared),
		cmocka_unit_test(readings_are_compared),
		cmocka_unit_test(values_are_read_by_their_tag),
		cmocka_unit_test(interfaces_have_a_break),
		cmocka_unit_test(every_end_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
