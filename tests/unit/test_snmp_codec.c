/* snmp_codec - every kind of value comes out as it went in; what is no answer is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "probing/snmp_codec.h"
#include "probing/snmp_envelope.h"
#include "probing/snmp_user.h"

/* Version 2c, community "p", request 1, no error, and these varbinds; lengths below 128. */
static struct slice message(char *dst, uint8_t tag, struct slice binds)
{
	const char head[] = {0x30,
			     (char)(6 + 2 + 9 + 2 + binds.n),
			     2,
			     1,
			     1,
			     4,
			     1,
			     'p',
			     (char)tag,
			     (char)(9 + 2 + binds.n),
			     2,
			     1,
			     1,
			     2,
			     1,
			     0,
			     2,
			     1,
			     0,
			     0x30,
			     (char)binds.n};

	memcpy(dst, head, sizeof(head));
	memcpy(dst + sizeof(head), binds.p, binds.n);
	return (struct slice){dst, sizeof(head) + binds.n};
}

#define BIND(n, value) "\x30" n "\x06\x02\x2b\x06" value
#define READ(binds)                                                                                \
	snmp_codec_read(c, SNMP_VERSION_2C, NULL, message(text, 0xa2, SLICE_LIT(binds)), &a)

static void values_of_every_kind(void **state)
{
	struct snmp_codec *c = snmp_codec_new();
	struct snmp_answer a;
	char text[256];

	(void)state;
	assert_int_equal(READ(BIND("\x08", "\x02\x02\xff\xb8")), SNMP_READ_ANSWER);
	assert_int_equal(a.id, 1);
	assert_int_equal(a.count, 1);
	assert_int_equal(a.rows[0].oid.count, 3);
	assert_int_equal(a.rows[0].oid.parts[2], 6);
	assert_int_equal(a.rows[0].value.kind, SNMP_SIGNED);
	assert_int_equal(a.rows[0].value.i, -72);
	assert_int_equal(READ(BIND("\x0b", "\x41\x05\x00\xff\xff\xff\xff")), SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_UNSIGNED);
	assert_int_equal(a.rows[0].value.u, UINT32_MAX);
	assert_int_equal(READ(BIND("\x0f", "\x46\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff")),
			 SNMP_READ_ANSWER);
	assert_true(a.rows[0].value.u == UINT64_MAX);
	assert_int_equal(a.rows[0].value.tag, 0x46);
	assert_int_equal(READ(BIND("\x09", "\x04\x03\x61\x00\x62")), SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_OCTETS);
	assert_true(slice_eq(a.rows[0].value.octets, SLICE_LIT("a\0b")));
	assert_int_equal(READ(BIND("\x0a", "\x40\x04\x7f\x00\x00\x01")), SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_ADDRESS);
	assert_int_equal(a.rows[0].value.octets.n, 4);
	assert_int_equal(READ(BIND("\x09", "\x06\x03\x2b\x81\x01")), SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_NAME);
	assert_int_equal(a.rows[0].value.name.count, 3);
	assert_int_equal(a.rows[0].value.name.parts[2], 129);
	/* net-snmp's opaque float of 1.0, as laLoadFloat is */
	assert_int_equal(READ(BIND("\x0d", "\x44\x07\x9f\x78\x04\x3f\x80\x00\x00")),
			 SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_FLOAT);
	assert_true(a.rows[0].value.f == 1.0);
	for (int tag = 0x80; tag <= 0x82; tag++) {
		char bind[] = "\x30\x06\x06\x02\x2b\x06\x80\x00";

		bind[6] = (char)tag;
		assert_int_equal(snmp_codec_read(c, SNMP_VERSION_2C, NULL,
						 message(text, 0xa2, (struct slice){bind, 8}), &a),
				 SNMP_READ_ANSWER);
		assert_int_equal(a.rows[0].value.kind, SNMP_ABSENT);
		assert_int_equal(a.rows[0].value.tag, tag);
	}
	assert_int_equal(READ(BIND("\x06", "\x05\x00")), SNMP_READ_ANSWER);
	assert_int_equal(a.rows[0].value.kind, SNMP_NULL);
	snmp_codec_free(c);
}

static void what_is_no_answer(void **state)
{
	struct snmp_codec *c = snmp_codec_new();
	struct snmp_answer a;
	char text[256];
	struct slice m;

	(void)state;
	/* A request, a trap; a value that is cut; another version; nothing. */
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_2C, NULL,
					 message(text, 0xa0, SLICE_LIT(BIND("\x06", "\x05\x00"))),
					 &a),
			 SNMP_READ_MALFORMED);
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_2C, NULL,
					 message(text, 0xa7, SLICE_LIT(BIND("\x06", "\x05\x00"))),
					 &a),
			 SNMP_READ_MALFORMED);
	assert_int_equal(READ(BIND("\x08", "\x04\x7f\x61\x62")), SNMP_READ_MALFORMED);
	assert_int_equal(READ(BIND("\x06", "\x02\x00")), SNMP_READ_MALFORMED);
	m = message(text, 0xa2, SLICE_LIT(BIND("\x06", "\x05\x00")));
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_1, NULL, m, &a), SNMP_READ_MALFORMED);
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_2C, NULL, m, &a), SNMP_READ_ANSWER);
	snmp_codec_free(c);
}

/* A request is what the envelope says, in every version and operation. */
static void requests(void **state)
{
	static const uint8_t tags[] = {
		[SNMP_OP_GET] = 0xa0, [SNMP_OP_NEXT] = 0xa1, [SNMP_OP_BULK] = 0xa5};
	struct arena *m = arena_new();
	struct snmp_codec *c = snmp_codec_new();
	struct snmp_oid oids[100];
	struct snmp_envelope e;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(oids); i++)
		assert_true(snmp_oid_parse(SLICE_LIT("1.3.6.1.4.1.4294967295.16383.2097151.0"), m,
					   &oids[i]));
	for (int v = SNMP_VERSION_1; v <= SNMP_VERSION_2C; v++) {
		for (int op = SNMP_OP_GET; op <= SNMP_OP_BULK; op++) {
			struct snmp_question q = {.version = (enum snmp_version)v,
						  .operation = (enum snmp_operation)op,
						  .id = 0x7ffffff0 + op,
						  .oids = oids,
						  .count = COUNT_OF(oids),
						  .repetitions = 25,
						  .community = "a community"};
			struct slice p = snmp_codec_write(c, &q);

			if (v == SNMP_VERSION_1 && op == SNMP_OP_BULK) {
				assert_int_equal(p.n, 0); /* there is none */
				continue;
			}
			assert_in_range(p.n, COUNT_OF(oids) * 20, COUNT_OF(oids) * 30);
			assert_true(snmp_envelope_read(p.p, p.n, &e));
			assert_int_equal(e.version, v == SNMP_VERSION_1 ? 0 : 1);
			assert_int_equal(e.id, q.id);
			assert_int_equal(e.pdu, tags[op]);
		}
	}
	snmp_codec_free(c);
	arena_free(m);
}

static struct slice packet_as(struct snmp_codec *c, struct snmp_user *u, int32_t id, uint32_t time)
{
	const uint32_t parts[] = {1, 3, 6, 1};
	const struct snmp_oid oid = {parts, COUNT_OF(parts)};
	const struct snmp_question q = {.version = SNMP_VERSION_3,
					.operation = SNMP_OP_GET,
					.id = id,
					.oids = &oid,
					.count = 1,
					.context = "vrf",
					.user = u};
	struct slice p;

	snmp_user_enter(u, 7, time);
	p = snmp_codec_write(c, &q);
	snmp_user_leave(u);
	return p;
}

static void requests_of_version_3(void **state)
{
	struct snmp_target t = {.version = SNMP_VERSION_3,
				.user = "watch",
				.auth = SNMP_AUTH_SHA256,
				.priv = SNMP_PRIV_AES128,
				.auth_secret = "authentication",
				.priv_secret = "confidentiality"};
	const uint8_t engine[] = {0x80, 0, 0, 0, 9};
	struct snmp_codec *c = snmp_codec_new();
	struct snmp_keys *k = snmp_keys_new();
	const char *why = NULL;
	struct snmp_user *u = snmp_user_new(k, &t, engine, sizeof(engine), &why);
	struct snmp_envelope e;
	struct snmp_answer a;
	char copy[512];
	struct slice p;

	(void)state;
	assert_non_null(u);
	p = packet_as(c, u, 99, 1234);
	assert_true(p.n > 0 && p.n < sizeof(copy));
	assert_true(snmp_envelope_read(p.p, p.n, &e));
	assert_int_equal(e.id, 99);
	assert_int_equal(e.flags & 3, SNMP_FLAG_AUTH | SNMP_FLAG_PRIV);
	assert_int_equal(e.pdu, 0); /* nobody sees what is asked */
	assert_int_equal(e.boots, 7);
	assert_int_equal(e.time, 1234);
	assert_memory_equal(e.engine, engine, sizeof(engine));
	/* Our own request that comes back is authentic and in time, but no answer. */
	memcpy(copy, p.p, p.n);
	snmp_user_enter(u, 7, 1234);
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_3, u, (struct slice){copy, p.n}, &a),
			 SNMP_READ_MALFORMED);
	snmp_user_leave(u);
	/* From before the last boot, it is forged. */
	snmp_user_enter(u, 8, 10);
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_3, u, (struct slice){copy, p.n}, &a),
			 SNMP_READ_FORGED);
	snmp_user_leave(u);
	copy[p.n - 1] ^= 1;
	snmp_user_enter(u, 7, 1234);
	assert_int_equal(snmp_codec_read(c, SNMP_VERSION_3, u, (struct slice){copy, p.n}, &a),
			 SNMP_READ_FORGED);
	snmp_user_leave(u);
	snmp_user_free(u);
	snmp_keys_free(k);
	snmp_codec_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_every_kind),
		cmocka_unit_test(what_is_no_answer),
		cmocka_unit_test(requests),
		cmocka_unit_test(requests_of_version_3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
