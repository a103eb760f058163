/* snmp_decoded - what the library has decoded as our own rows; the memory is used again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probing/snmp_decoded.h"
#include "probing/snmp_library.h"

/* The library has a function of this name, which nobody here calls. */
#define snmp_oid_compare library_snmp_oid_compare
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#undef snmp_oid_compare

static void every_type_becomes_a_row(void **state)
{
	static const oid name[] = {1, 3, 6, 1, 4, 1, 9, 7};
	struct counter64 big = {.high = 1, .low = 2};
	struct snmp_decoded d = {0};
	long minus = -5, gauge = (long)4000000000;
	netsnmp_pdu *pdu;

	(void)state;
	snmp_library_start();
	for (int round = 0; round < 2; round++) {
		pdu = snmp_pdu_create(SNMP_MSG_TRAP2);
		snmp_pdu_add_variable(pdu, name, 8, ASN_INTEGER, &minus, sizeof(minus));
		snmp_pdu_add_variable(pdu, name, 8, ASN_GAUGE, &gauge, sizeof(gauge));
		snmp_pdu_add_variable(pdu, name, 8, ASN_COUNTER64, &big, sizeof(big));
		snmp_pdu_add_variable(pdu, name, 8, ASN_OCTET_STR, "abc", 3);
		snmp_pdu_add_variable(pdu, name, 8, ASN_OBJECT_ID, name, sizeof(name));
		snmp_pdu_add_variable(pdu, name, 8, ASN_NULL, NULL, 0);
		snmp_decoded_read(&d, pdu);
		assert_int_equal(d.count, 6);
		assert_int_equal(d.items[0].oid.count, 8);
		assert_int_equal(d.items[0].oid.parts[7], 7);
		assert_int_equal(d.items[0].value.i, -5);
		assert_true(d.items[1].value.u == 4000000000u);
		assert_true(d.items[2].value.u == (UINT64_C(1) << 32 | 2));
		assert_int_equal(d.items[3].value.octets.n, 3);
		assert_int_equal(d.items[4].value.kind, SNMP_NAME);
		assert_int_equal(d.items[4].value.name.count, 8);
		assert_int_equal(d.items[5].value.kind, SNMP_NULL);
		snmp_free_pdu(pdu);
	}
	snmp_decoded_release(&d);
	assert_null(d.items);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_type_becomes_a_row)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
