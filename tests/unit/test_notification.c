/* notification - one notification as data: both spellings, what a proxy adds, values as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/notification.h"
#include "tests/support/heard.h"

static struct snmp_row row_name(struct arena *a, const char *oid, const char *value)
{
	return (struct snmp_row){heard_oid(a, oid),
				 {.kind = SNMP_NAME, .name = heard_oid(a, value)}};
}

static struct snmp_row row_ticks(struct arena *a, const char *oid, uint64_t u)
{
	return (struct snmp_row){heard_oid(a, oid), {.kind = SNMP_UNSIGNED, .u = u}};
}

static void version_2_says_what_happened_first(void **state)
{
	struct arena *a = arena_new();
	struct snmp_row rows[] = {
		row_ticks(a, "1.3.6.1.2.1.1.3.0", 77),
		row_name(a, "1.3.6.1.6.3.1.1.4.1.0", "1.3.6.1.6.3.1.1.5.3"),
		row_ticks(a, "1.3.6.1.2.1.2.2.1.1.7", 7),
		{heard_oid(a, "1.3.6.1.6.3.18.1.3.0"),
		 {.kind = SNMP_ADDRESS, .octets = {"\xc0\x00\x02\x01", 4}}},
		{heard_oid(a, "1.3.6.1.6.3.18.1.4.0"),
		 {.kind = SNMP_OCTETS, .octets = {"public", 6}}},
		row_name(a, "1.3.6.1.6.3.1.1.4.3.0", "1.3.6.1.4.1.9"),
	};
	struct notification n = {0};

	(void)state;
	assert_true(notification_from_v2(rows, 6, &n));
	assert_int_equal(snmp_oid_compare(n.oid, heard_oid(a, "1.3.6.1.6.3.1.1.5.3")), 0);
	assert_int_equal(n.count, 1);
	assert_ptr_equal(n.rows, &rows[2]);
	assert_string_equal(n.said, "192.0.2.1");
	/* some agents leave the time out */
	assert_true(notification_from_v2(rows + 1, 1, &n));
	assert_int_equal(n.count, 0);
	assert_false(notification_from_v2(rows, 1, &n));
	assert_false(notification_from_v2(rows, 0, &n));
	assert_false(notification_from_v2(rows + 2, 1, &n));
	arena_free(a);
}

static void version_1_is_mapped(void **state)
{
	struct arena *a = arena_new();
	uint32_t memory[SNMP_OID_PARTS_MAX], most[SNMP_OID_PARTS_MAX] = {1, 3};
	struct snmp_oid apc = heard_oid(a, "1.3.6.1.4.1.318");
	struct notification n = {0};

	(void)state;
	assert_true(notification_from_v1(apc, 6, 5, memory, &n));
	assert_int_equal(snmp_oid_compare(n.oid, heard_oid(a, "1.3.6.1.4.1.318.0.5")), 0);
	for (int64_t generic = 0; generic <= 5; generic++) {
		char text[64];

		assert_true(notification_from_v1(apc, generic, 9, memory, &n));
		snprintf(text, sizeof(text), "1.3.6.1.6.3.1.1.5.%lld", (long long)generic + 1);
		assert_int_equal(snmp_oid_compare(n.oid, heard_oid(a, text)), 0);
	}
	assert_false(notification_from_v1(apc, 7, 0, memory, &n));
	assert_false(notification_from_v1(apc, -1, 0, memory, &n));
	assert_false(notification_from_v1(apc, 6, -1, memory, &n));
	assert_false(notification_from_v1((struct snmp_oid){NULL, 0}, 6, 1, memory, &n));
	assert_false(notification_from_v1((struct snmp_oid){most, SNMP_OID_PARTS_MAX - 1}, 6, 1,
					  memory, &n));
	arena_free(a);
}

static void both_spellings_are_one(void **state)
{
	struct arena *a = arena_new();
	struct snmp_oid born = heard_oid(a, "1.3.6.1.2.1.33.2.0.1"),
			today = heard_oid(a, "1.3.6.1.2.1.33.2.1");

	(void)state;
	assert_true(notification_is(born, today));
	assert_true(notification_is(today, born));
	assert_true(notification_is(born, born));
	assert_true(notification_is(today, today));
	assert_false(notification_is(today, heard_oid(a, "1.3.6.1.2.1.33.2.2")));
	assert_false(notification_is(born, heard_oid(a, "1.3.6.1.2.1.33.2.0.2")));
	assert_false(notification_is(born, heard_oid(a, "1.3.6.1.2.1.33.3.1")));
	assert_false(notification_is(today, heard_oid(a, "1.3.6.1.2.1.33.2")));
	arena_free(a);
}

static void a_value_is_found_by_its_object(void **state)
{
	struct arena *a = arena_new();
	struct notification n = HEARD(a, "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.7=7",
				      "1.3.6.1.2.1.2.2.1.10.7=2");

	(void)state;
	assert_ptr_equal(notification_find(&n, heard_oid(a, "1.3.6.1.2.1.2.2.1.1")), &n.rows[0]);
	assert_ptr_equal(notification_find(&n, heard_oid(a, "1.3.6.1.2.1.2.2.1.1.7")), &n.rows[0]);
	assert_ptr_equal(notification_find(&n, heard_oid(a, "1.3.6.1.2.1.2.2.1.10")), &n.rows[1]);
	assert_null(notification_find(&n, heard_oid(a, "1.3.6.1.2.1.2.2.1.1.7.1")));
	arena_free(a);
}

static const char *text_of(struct snmp_value v, size_t size)
{
	static char text[128];
	size_t n = notification_value_text(&v, text, size);

	assert_int_equal(n, strlen(text));
	assert_true(n < size);
	return text;
}

#define OCTETS(s) ((struct snmp_value){.kind = SNMP_OCTETS, .octets = {s, sizeof(s) - 1}})

static void values_are_clean_text(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(text_of(OCTETS("UPS: On battery power.\r\n"), 128),
			    "UPS: On battery power.");
	assert_string_equal(text_of(OCTETS("  two\t\n lines "), 128), "two lines");
	assert_string_equal(text_of(OCTETS("C string\0"), 128), "C string");
	assert_string_equal(text_of(OCTETS("falló"), 128), "falló");
	assert_string_equal(text_of(OCTETS("fall\xf3"), 128), "falló");
	assert_string_equal(text_of(OCTETS("\x80 bad"), 128), "? bad");
	assert_string_equal(text_of(OCTETS("\xc2\x9b[31m"), 128), "[31m");
	assert_string_equal(text_of(OCTETS("\x1b[31mred"), 128), "1b:5b:33:31:6d:72:65:64");
	assert_string_equal(text_of(OCTETS("\x00\x1a\xff"), 128), "00:1a:ff");
	assert_string_equal(text_of(OCTETS(""), 128), "");
	/* cut between characters, or between bytes of hexadecimal */
	assert_string_equal(text_of(OCTETS("falló"), 6), "fall");
	assert_string_equal(text_of(OCTETS("\x01\x02\x03"), 6), "01:02");
	assert_string_equal(text_of(OCTETS("abc"), 1), "");
	assert_string_equal(text_of((struct snmp_value){.kind = SNMP_SIGNED, .i = -5}, 128), "-5");
	assert_string_equal(
		text_of((struct snmp_value){.kind = SNMP_UNSIGNED, .u = UINT64_MAX}, 128),
		"18446744073709551615");
	assert_string_equal(text_of((struct snmp_value){.kind = SNMP_FLOAT, .f = 1.5}, 128), "1.5");
	assert_string_equal(text_of((struct snmp_value){.kind = SNMP_ADDRESS,
							.octets = {"\x0a\x01\x02\xff", 4}},
				    128),
			    "10.1.2.255");
	assert_string_equal(
		text_of((struct snmp_value){.kind = SNMP_NAME, .name = heard_oid(a, "1.3.6")}, 128),
		"1.3.6");
	assert_string_equal(text_of((struct snmp_value){.kind = SNMP_NULL}, 128), "");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_says_what_happened_first),
		cmocka_unit_test(version_1_is_mapped),
		cmocka_unit_test(both_spellings_are_one),
		cmocka_unit_test(a_value_is_found_by_its_object),
		cmocka_unit_test(values_are_clean_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
