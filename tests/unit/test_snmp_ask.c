/* snmp_ask - object identifiers and values of SNMP as data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "checks/snmp_ask.h"

static struct snmp_oid oid(struct arena *a, const char *text)
{
	struct snmp_oid r;

	assert_true(snmp_oid_parse(slice_of(text), a, &r));
	return r;
}

static void identifiers_are_read_and_written(void **state)
{
	struct arena *a = arena_new();
	char text[64];

	(void)state;
	snmp_oid_format(oid(a, ".1.3.6.1.4.1.4294967295.0"), text, sizeof(text));
	assert_string_equal(text, "1.3.6.1.4.1.4294967295.0");
	snmp_oid_format(oid(a, "1.3.6.1.4.1.9.9.147.1"), text, 12);
	assert_string_equal(text, "1.3.6.1....");
	arena_free(a);
}

static void what_is_no_identifier_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",       ".",      "1",      "1.",    "1..3",           "1.3.x",
		"1.3.-1", "1.3.+1", "1.40.1", "3.1.1", "1.3.4294967296", "..1.3",
		"1.3 "};
	struct arena *a = arena_new();
	char longest[SNMP_OID_PARTS_MAX * 2 + 8] = "1.3";
	struct snmp_oid r;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_false(snmp_oid_parse(slice_of(wrong[i]), a, &r));
	for (int i = 2; i < SNMP_OID_PARTS_MAX; i++)
		strcat(longest, ".1");
	assert_true(snmp_oid_parse(slice_of(longest), a, &r));
	strcat(longest, ".1");
	assert_false(snmp_oid_parse(slice_of(longest), a, &r));
	arena_free(a);
}

static void identifiers_have_an_order(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_true(snmp_oid_compare(oid(a, "1.3.6"), oid(a, "1.3.6.1")) < 0);
	assert_true(snmp_oid_compare(oid(a, "1.3.10"), oid(a, "1.3.9.9")) > 0);
	assert_int_equal(snmp_oid_compare(oid(a, "1.3.6"), oid(a, ".1.3.6")), 0);
	assert_true(snmp_oid_is_below(oid(a, "1.3.6.1"), oid(a, "1.3.6")));
	assert_false(snmp_oid_is_below(oid(a, "1.3.6"), oid(a, "1.3.6")));
	assert_false(snmp_oid_is_below(oid(a, "1.3.60"), oid(a, "1.3.6")));
	arena_free(a);
}

static int64_t octets(const char *text)
{
	struct snmp_value v = {.kind = SNMP_OCTETS, .octets = slice_of(text)};

	return snmp_value_micro(&v);
}

static void a_number_is_read_whatever_its_type(void **state)
{
	struct snmp_value v = {.kind = SNMP_SIGNED, .i = -5};

	(void)state;
	assert_int_equal(snmp_value_micro(&v), -5 * MICRO);
	v = (struct snmp_value){.kind = SNMP_UNSIGNED, .u = 4294967295U};
	assert_int_equal(snmp_value_micro(&v), 4294967295 * MICRO);
	v = (struct snmp_value){.kind = SNMP_FLOAT, .f = -1.5};
	assert_int_equal(snmp_value_micro(&v), -1500000);
	assert_int_equal(octets("58.000000 C"), 58 * MICRO);
	assert_int_equal(octets(" -3.5"), -3500000);
	assert_int_equal(octets("7."), 7 * MICRO);
}

static void what_is_no_number_is_none(void **state)
{
	struct snmp_value v = {.kind = SNMP_UNSIGNED, .u = UINT64_MAX};

	(void)state;
	assert_int_equal(snmp_value_micro(&v), MICRO_NONE);
	v = (struct snmp_value){.kind = SNMP_FLOAT, .f = 1e300};
	assert_int_equal(snmp_value_micro(&v), MICRO_NONE);
	v = (struct snmp_value){.kind = SNMP_FLOAT, .f = __builtin_nan("")};
	assert_int_equal(snmp_value_micro(&v), MICRO_NONE);
	v = (struct snmp_value){.kind = SNMP_ABSENT};
	assert_int_equal(snmp_value_micro(&v), MICRO_NONE);
	assert_int_equal(octets("up"), MICRO_NONE);
	assert_int_equal(octets(""), MICRO_NONE);
	assert_int_equal(octets("-"), MICRO_NONE);
	assert_int_equal(octets("."), MICRO_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_are_read_and_written),
		cmocka_unit_test(what_is_no_identifier_is_refused),
		cmocka_unit_test(identifiers_have_an_order),
		cmocka_unit_test(a_number_is_read_whatever_its_type),
		cmocka_unit_test(what_is_no_number_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
