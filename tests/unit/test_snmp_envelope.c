/* snmp_envelope - the outside of messages: ids, engines and reports are read as they stand, and nothing beyond the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/slice.h"
#include "probing/snmp_envelope.h"

/* A Report of an engine 80 00 1f 88 04 'f', boots 3, time 300, usmStatsUnknownEngineIDs. */
#define REPORT(n)                                                                                  \
	"\x30\x53\x02\x01\x03\x30\x11\x02\x04\x12\x34\x56\x78\x02\x03\x00\xff\xe3\x04\x01\x00"     \
	"\x02\x01\x03\x04\x17\x30\x15\x04\x06\x80\x00\x1f\x88\x04\x66\x02\x01\x03\x02\x02\x01\x2c" \
	"\x04\x00\x04\x00\x04\x00\x30\x22\x04\x00\x04\x00\xa8\x1c\x02\x01\x07\x02\x01\x00\x02\x01" \
	"\x00\x30\x11\x30\x0f\x06\x0a\x2b\x06\x01\x06\x03\x0f\x01\x01" n "\x00\x41\x01\x09"

static bool read_copy(const void *p, size_t n, struct snmp_envelope *e)
{
	/* Of just this size: one byte beyond is seen by the sanitizer. */
	void *copy = mem_calloc(1, n > 0 ? n : 1);
	bool ok;

	memcpy(copy, p, n);
	ok = snmp_envelope_read(copy, n, e);
	free(copy);
	return ok;
}

static void plain_answers(void **state)
{
	struct slice v2 = SLICE_LIT(
			     "\x30\x1b\x02\x01\x01\x04\x06public\xa2\x0e\x02\x04\x7f\xff\xff\xfe"
			     "\x02\x01\x00\x02\x01\x00\x30\x00"),
		     v1 = SLICE_LIT(
			     "\x30\x81\x12\x02\x01\x00\x04\x00\xa2\x0b\x02\x01\xff\x02\x01\x00"
			     "\x02\x01\x00\x30\x00");
	struct snmp_envelope e;

	(void)state;
	assert_true(read_copy(v2.p, v2.n, &e));
	assert_int_equal(e.version, 1);
	assert_int_equal(e.pdu, SNMP_PDU_RESPONSE);
	assert_int_equal(e.id, 0x7ffffffe);
	assert_true(read_copy(v1.p, v1.n, &e));
	assert_int_equal(e.version, 0);
	assert_int_equal(e.id, -1);
	for (size_t n = 0; n < v2.n; n++)
		assert_false(read_copy(v2.p, n, &e));
}

static void reports(void **state)
{
	struct slice r = SLICE_LIT(REPORT("\x04"));
	struct snmp_envelope e;
	char other[128];

	(void)state;
	assert_true(read_copy(r.p, r.n, &e));
	assert_int_equal(e.version, 3);
	assert_int_equal(e.id, 0x12345678);
	assert_int_equal(e.pdu, SNMP_PDU_REPORT);
	assert_int_equal(e.flags, 0);
	assert_int_equal(e.engine_size, 6);
	assert_memory_equal(e.engine, "\x80\x00\x1f\x88\x04\x66", 6);
	assert_int_equal(e.boots, 3);
	assert_int_equal(e.time, 300);
	assert_int_equal(e.report, SNMP_REPORT_ENGINE);
	for (size_t n = 0; n < r.n; n++)
		assert_false(read_copy(r.p, n, &e));
	for (int k = 0; k <= 7; k++) {
		static const enum snmp_report kinds[] = {SNMP_REPORT_OTHER,   SNMP_REPORT_LEVEL,
							 SNMP_REPORT_TIME,    SNMP_REPORT_USER,
							 SNMP_REPORT_ENGINE,  SNMP_REPORT_DIGEST,
							 SNMP_REPORT_DECRYPT, SNMP_REPORT_OTHER};

		memcpy(other, r.p, r.n);
		other[r.n - 5] = (char)k;
		assert_true(read_copy(other, r.n, &e));
		assert_int_equal(e.report, kinds[k]);
	}
}

/* Any byte may be another: no crash, and never an engine that is longer than its place. */
static void any_byte_may_lie(void **state)
{
	struct slice r = SLICE_LIT(REPORT("\x04"));
	struct snmp_envelope e;
	char other[128];

	(void)state;
	for (size_t i = 0; i < r.n; i++) {
		for (int v = 0; v < 256; v++) {
			memcpy(other, r.p, r.n);
			other[i] = (char)v;
			if (read_copy(other, r.n, &e))
				assert_in_range(e.engine_size, 0, SNMP_ENGINE_MAX);
		}
	}
}

static void a_discovery_is_a_message(void **state)
{
	uint8_t packet[SNMP_DISCOVERY_MAX];
	struct snmp_envelope e;
	size_t n = snmp_discovery_write(packet, 0x7654321);

	(void)state;
	assert_int_equal(n, packet[1] + 2u);
	assert_true(read_copy(packet, n, &e));
	assert_int_equal(e.version, 3);
	assert_int_equal(e.id, 0x7654321);
	assert_int_equal(e.pdu, 0xa0);
	assert_int_equal(e.flags, 4); /* reportable, or nobody answers */
	assert_int_equal(e.engine_size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_answers),
		cmocka_unit_test(reports),
		cmocka_unit_test(any_byte_may_lie),
		cmocka_unit_test(a_discovery_is_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
