/* trap_codec - packets of the real senders: taken, answered, or not believed and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probing/snmp_envelope.h"
#include "probing/trap_codec.h"
#include "tests/support/trap_packets.h"

static const struct trap_engine device = {{0x80, 0, 0, 0, 1, 2, 3, 4}, 8};

static struct trap_codec *codec;

static int open_codec(void **state)
{
	static const char *const communities[] = {"other", "traplab"};
	const struct trap_user users[] = {
		{.name = "trapuser",
		 .auth = SNMP_AUTH_SHA256,
		 .auth_secret = "auth-secret-1",
		 .priv = SNMP_PRIV_AES128,
		 .priv_secret = "priv-secret-1",
		 .engines = &device,
		 .engine_count = 1},
		{.name = "informuser", .auth = SNMP_AUTH_SHA1, .auth_secret = "auth-secret-1"}};
	const struct trap_codec_options o = {.communities = communities,
					     .community_count = 2,
					     .users = users,
					     .user_count = 2,
					     .engine = "vigia-test",
					     .boots = 7};
	struct err_info info;

	(void)state;
	return trap_codec_new(&o, &codec, &info) == ERR_OK ? 0 : -1;
}

static int close_codec(void **state)
{
	(void)state;
	trap_codec_free(codec);
	return 0;
}

static struct notification heard;
static struct slice answer;
static enum trap_drop why;

static enum trap_read read_at(const char *hex, int64_t s)
{
	return trap_codec_read(codec, packet_of(hex), "192.0.2.1", (struct mono_time){s * 1000000},
			       &heard, &answer, &why);
}

static void expect_link_down(bool inform)
{
	char text[64];

	snmp_oid_format(heard.oid, text, sizeof(text));
	assert_string_equal(text, "1.3.6.1.6.3.1.1.5.3");
	assert_int_equal(heard.count, 1);
	snmp_oid_format(heard.rows[0].oid, text, sizeof(text));
	assert_string_equal(text, "1.3.6.1.2.1.2.2.1.1.7");
	assert_int_equal(heard.rows[0].value.i, 7);
	assert_int_equal(heard.inform, inform);
	assert_string_equal(heard.source, "192.0.2.1");
}

static void version_1_is_told_in_the_words_of_version_2(void **state)
{
	char text[64];

	(void)state;
	assert_int_equal(read_at(packet_v1_trap, 1), TRAP_READ_TAKEN);
	snmp_oid_format(heard.oid, text, sizeof(text));
	assert_string_equal(text, "1.3.6.1.4.1.318.0.5");
	assert_string_equal(heard.said, "192.0.2.7");
	assert_int_equal(heard.count, 1);
	notification_value_text(&heard.rows[0].value, text, sizeof(text));
	assert_string_equal(text, "UPS");
	assert_int_equal(answer.n, 0);
}

static void version_2c_is_taken_and_an_inform_answered(void **state)
{
	struct snmp_envelope asked, answered;

	(void)state;
	assert_int_equal(read_at(packet_v2_trap, 1), TRAP_READ_TAKEN);
	expect_link_down(false);
	assert_int_equal(answer.n, 0);
	assert_int_equal(read_at(packet_v2_inform, 1), TRAP_READ_TAKEN);
	expect_link_down(true);
	assert_true(snmp_envelope_read(answer.p, answer.n, &answered));
	assert_int_equal(answered.pdu, SNMP_PDU_RESPONSE);
	assert_true(snmp_envelope_read(packet_of(packet_v2_inform).p, packet_of(packet_v2_inform).n,
				       &asked));
	assert_int_equal(answered.id, asked.id);
}

static void a_community_must_be_ours(void **state)
{
	char hex[512];
	char *at;

	(void)state;
	snprintf(hex, sizeof(hex), "%s", packet_v2_trap);
	at = strstr(hex, "747261706c6162"); /* traplab */
	assert_non_null(at);
	memcpy(at, "747261706c6161", 14);
	assert_int_equal(read_at(hex, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_COMMUNITY);
	/* a shorter one that ours begins with */
	snprintf(hex, sizeof(hex), "%s", packet_v2_trap);
	memmove(strstr(hex, "747261706c6162") + 12, strstr(hex, "747261706c6162") + 14,
		strlen(strstr(hex, "747261706c6162") + 14) + 1);
	memcpy(strstr(hex, "0407747261"), "0406", 4);
	hex[2] = '5';
	hex[3] = '4';
	assert_int_equal(read_at(hex, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_COMMUNITY);
}

static void what_is_no_notification_is_malformed(void **state)
{
	char hex[512];

	(void)state;
	assert_int_equal(read_at(packet_get, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_MALFORMED);
	for (size_t n = 0; n < strlen(packet_v2_trap); n += 2) { /* cut anywhere */
		snprintf(hex, sizeof(hex), "%.*s", (int)n, packet_v2_trap);
		assert_int_equal(read_at(hex, 1), TRAP_READ_DROPPED);
		assert_int_equal(why, TRAP_DROP_MALFORMED);
	}
}

static void version_3_is_taken_with_its_keys(void **state)
{
	(void)state;
	assert_int_equal(read_at(packet_v3_trap, 10), TRAP_READ_TAKEN);
	expect_link_down(false);
	/* the same again, within its window, is not told apart; an older one is refused, and so is this one later */
	assert_int_equal(read_at(packet_v3_old, 11), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_WINDOW);
	assert_int_equal(read_at(packet_v3_trap, 10 + 149), TRAP_READ_TAKEN);
	assert_int_equal(read_at(packet_v3_trap, 10 + 149 + 151), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_WINDOW);
}

static void version_3_is_not_believed_without_proof(void **state)
{
	(void)state;
	assert_int_equal(read_at(packet_v3_wrong, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_AUTH);
	assert_int_equal(read_at(packet_v3_open, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_AUTH);
	assert_int_equal(read_at(packet_v3_nobody, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_USER);
	assert_int_equal(read_at(packet_v3_engine, 1), TRAP_READ_DROPPED);
	assert_int_equal(why, TRAP_DROP_ENGINE);
	assert_int_equal(answer.n, 0);
	/* a wrong one moves nothing: the right one is taken */
	assert_int_equal(read_at(packet_v3_trap, 1), TRAP_READ_TAKEN);
}

static void who_asks_learns_our_engine(void **state)
{
	struct snmp_envelope asked, told;

	(void)state;
	assert_int_equal(read_at(packet_v3_ask, 1), TRAP_READ_ASKED);
	assert_true(snmp_envelope_read(answer.p, answer.n, &told));
	assert_true(
		snmp_envelope_read(packet_of(packet_v3_ask).p, packet_of(packet_v3_ask).n, &asked));
	assert_int_equal(told.id, asked.id);
	assert_int_equal(told.pdu, SNMP_PDU_REPORT);
	assert_int_equal(told.report, SNMP_REPORT_ENGINE);
	assert_int_equal(told.boots, 7);
	assert_int_equal(told.engine_size, 5 + strlen("vigia-test"));
	assert_memory_equal(told.engine + 5, "vigia-test", strlen("vigia-test"));
	assert_int_equal(told.flags, 0);
}

static void a_user_that_cannot_be_is_told(void **state)
{
	const struct trap_user users[] = {
		{.name = "x", .auth = SNMP_AUTH_SHA1, .auth_secret = "short"}};
	const struct trap_codec_options o = {
		.users = users, .user_count = 1, .engine = "vigia-test", .boots = 1};
	struct trap_codec *c = NULL;
	struct err_info info;

	(void)state;
	assert_int_equal(trap_codec_new(&o, &c, &info), ERR_SYNTAX);
	assert_null(c);
	assert_non_null(strstr(info.text, "user 'x': the authentication pass phrase"));
	assert_null(strstr(info.text, "short"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_codec, close_codec)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(version_1_is_told_in_the_words_of_version_2),
		TEST(version_2c_is_taken_and_an_inform_answered),
		TEST(a_community_must_be_ours),
		TEST(what_is_no_notification_is_malformed),
		TEST(version_3_is_taken_with_its_keys),
		TEST(version_3_is_not_believed_without_proof),
		TEST(who_asks_learns_our_engine),
		cmocka_unit_test(a_user_that_cannot_be_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
