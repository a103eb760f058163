/* snmp_session - who is asked and as whom, read from a command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/snmp_session.h"

static enum err open_with(struct snmp_session *s, const char *host, const char *const keys[],
			  const char *secrets, struct err_info *info)
{
	struct options o = {.args = {host}, .arg_count = 1, .values[OPTION_SECRETS] = secrets};

	for (; *keys != NULL; keys++)
		o.args[o.arg_count++] = *keys;
	assert_int_equal(snmp_session_first_key(&o), 1);
	return snmp_session_open(s, &o, 1, info);
}

static void hosts_have_a_port_or_not(void **state)
{
	static const struct {
		const char *host, *address;
		uint16_t port;
	} cases[] = {
		{"192.0.2.1", "192.0.2.1", 161},       {"192.0.2.1:1161", "192.0.2.1", 1161},
		{"2001:db8::1", "2001:db8::1", 161},   {"[2001:db8::1]:1161", "2001:db8::1", 1161},
		{"localhost:1161", "127.0.0.1", 1161},
	};
	static const char *const keys[] = {"community=a", NULL};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snmp_session s;
		struct err_info info;

		assert_int_equal(open_with(&s, cases[i].host, keys, NULL, &info), ERR_OK);
		assert_string_equal(s.target.address, cases[i].address);
		assert_int_equal(s.target.port, cases[i].port);
		assert_string_equal(s.target.community, "a");
		snmp_session_close(&s);
	}
}

static void pass_phrases_come_from_the_secrets_file(void **state)
{
	static const char *const keys[] = {"version=3", "user=nms", "auth=sha-256",
					   "auth_secret=${secret:nms}", NULL};
	char path[] = "/tmp/vigia-session-XXXXXX";
	int fd = mkstemp(path);
	struct snmp_session s;
	struct err_info info;

	(void)state;
	assert_int_equal(write(fd, "nms: a-pass-phrase\n", 19), 19);
	close(fd);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(open_with(&s, "192.0.2.1", keys, path, &info), ERR_OK);
	assert_int_equal(s.target.version, SNMP_VERSION_3);
	assert_int_equal(s.target.auth, SNMP_AUTH_SHA256);
	assert_string_equal(s.target.auth_secret, "a-pass-phrase");
	snmp_session_close(&s);
	assert_int_not_equal(open_with(&s, "192.0.2.1", keys, NULL, &info), ERR_OK);
	assert_non_null(strstr(info.text, "nms"));
	unlink(path);
}

static void what_is_wrong_is_told_once(void **state)
{
	static const struct {
		const char *host, *keys[4], *says;
	} cases[] = {
		{"192.0.2.1", {"community=a", "community=b"}, "community is given twice"},
		{"192.0.2.1",
		 {"priv_secret=12345678"},
		 "priv_secret: no pass phrase on a command line"},
		{"192.0.2.1", {"version=3"}, "user: version 3 needs one"},
		{"no such host", {"community=a"}, "'no such host' is no address and no name"},
		{"192.0.2.1:0", {"community=a"}, "'192.0.2.1:0' is no HOST[:PORT]"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct snmp_session s;
		struct err_info info;

		assert_int_not_equal(open_with(&s, cases[i].host, cases[i].keys, NULL, &info),
				     ERR_OK);
		if (strstr(info.text, cases[i].says) != info.text)
			fail_msg("%zu: %s", i, info.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_have_a_port_or_not),
		cmocka_unit_test(pass_phrases_come_from_the_secrets_file),
		cmocka_unit_test(what_is_wrong_is_told_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
