/* snmp_user - version 3 against the reference agent (snmpd): every protocol in both key extensions, what wrong credentials
 * look like, and an agent that comes back with older boots or as another engine. Without snmpd the tests of it are skipped. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "probing/snmp_io.h"
#include "probing/snmp_user.h"
#include "tests/support/probe_once.h"

static const char auth_secret[] = "authentication phrase", priv_secret[] = "privacy phrase";
static const char *const auth_names[] = {"",        "MD5",     "SHA",    "SHA-224",
					 "SHA-256", "SHA-384", "SHA-512"};
static const char *const priv_names[] = {"",        "DES",       "AES",      "AES-192",
					 "AES-256", "AES-192-C", "AES-256-C"};

static struct {
	char folder[64];
	uint16_t port;
	pid_t pid;
	uv_loop_t loop;
	struct snmp_io *io;
	bool there;
} w;

static void write_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", w.folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void write_conf(const char *engine)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/snmpd.conf", w.folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
		"agentAddress udp:127.0.0.1:%u\nengineID %s\nrocommunity public\n"
		"sysServices 72\nsysDescr a real agent\n",
		w.port, engine);
	fprintf(f, "createUser plain\nrouser plain noauth\n");
	for (size_t a = 1; a < COUNT_OF(auth_names); a++) {
		fprintf(f, "createUser auth%zu %s \"%s\"\nrouser auth%zu auth\n", a, auth_names[a],
			auth_secret, a);
		for (size_t p = 1; p < COUNT_OF(priv_names); p++)
			fprintf(f,
				"createUser both%zu%zu %s \"%s\" %s \"%s\"\nrouser both%zu%zu "
				"priv\n",
				a, p, auth_names[a], auth_secret, priv_names[p], priv_secret, a, p);
	}
	fclose(f);
}

/* It says its version when it listens. */
static void await_line(int fd, const char *wanted)
{
	char said[4096];
	size_t n = 0;

	for (;;) {
		ssize_t got = read(fd, said + n, sizeof(said) - 1 - n);

		assert_true(got > 0);
		n += (size_t)got;
		said[n] = '\0';
		if (strstr(said, wanted) != NULL)
			return;
	}
}

static void start_agent(const char *engine, int boots)
{
	char text[128];
	int tell[2], n;

	write_conf(engine);
	/* Boots are believed only beside the engine that they are of: enterprise 8072, form 4 (text). */
	n = snprintf(text, sizeof(text), "engineBoots %d\noldEngineID 0x80001f8804", boots);
	for (const char *p = engine; *p != '\0'; p++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%02x", (unsigned char)*p);
	snprintf(text + n, sizeof(text) - (size_t)n, "\n");
	write_file("persistent/snmpd.conf", text);
	assert_int_equal(pipe(tell), 0);
	w.pid = fork();
	if (w.pid == 0) {
		char persistent[128], both[256];
		int null = open("/dev/null", O_RDWR);

		dup2(tell[1], 1);
		dup2(null, 2);
		snprintf(persistent, sizeof(persistent), "%s/persistent", w.folder);
		setenv("SNMP_PERSISTENT_DIR", persistent, 1);
		snprintf(both, sizeof(both), "%s:%s", w.folder, persistent);
		setenv("SNMPCONFPATH", both, 1);
		setenv("MIBS", "", 1);
		execl("/usr/sbin/snmpd", "snmpd", "-f", "-Lo", (char *)NULL);
		_exit(127);
	}
	close(tell[1]);
	await_line(tell[0], "NET-SNMP version");
	close(tell[0]);
}

static void stop_agent(void)
{
	if (w.pid > 0) {
		kill(w.pid, SIGKILL);
		waitpid(w.pid, NULL, 0);
	}
	w.pid = 0;
}

static void on_done(void *user)
{
	*(bool *)user = true;
}

/* sysDescr.0 once; the value goes to `text`. */
static struct snmp_ask ask(struct snmp_target t, char *text, size_t size)
{
	struct snmp_item item = {.kind = SNMP_GET};
	struct snmp_ask a = {.target = &t, .items = &item, .item_count = 1, .memory = arena_new()};
	bool over = false;

	t.address = "127.0.0.1";
	t.port = w.port;
	t.community = "public";
	if (t.try_us == 0)
		t.try_us = 10000000;
	text[0] = '\0';
	assert_true(snmp_oid_parse(slice_of("1.3.6.1.2.1.1.1.0"), a.memory, &item.oid));
	snmp_io_run(w.io, &a, INT64_MAX, on_done, &over);
	while (!over)
		loop_turn(&w.loop);
	if (item.row_count == 1 && item.rows[0].value.kind == SNMP_OCTETS)
		snprintf(text, size, "%.*s", (int)item.rows[0].value.octets.n,
			 item.rows[0].value.octets.p);
	arena_free(a.memory);
	return a;
}

static int set_up(void **state)
{
	char path[128];

	(void)state;
	uv_loop_init(&w.loop);
	w.io = snmp_io_new(&w.loop);
	w.there = access("/usr/sbin/snmpd", X_OK) == 0;
	if (!w.there)
		return 0;
	snprintf(w.folder, sizeof(w.folder), "/tmp/vigia-snmpd-XXXXXX");
	assert_non_null(mkdtemp(w.folder));
	snprintf(path, sizeof(path), "%s/persistent", w.folder);
	mkdir(path, 0700);
	w.port = free_port();
	start_agent("first", 41);
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snmp_io_free(w.io);
	while (uv_run(&w.loop, UV_RUN_DEFAULT) != 0)
		;
	stop_agent();
	if (w.there) {
		snprintf(command, sizeof(command), "rm -rf %s", w.folder);
		assert_int_equal(system(command), 0);
	}
	return uv_loop_close(&w.loop);
}

static struct snmp_target user(const char *name, enum snmp_auth a, enum snmp_priv p)
{
	return (struct snmp_target){.version = SNMP_VERSION_3,
				    .user = name,
				    .auth = a,
				    .priv = p,
				    .auth_secret = auth_secret,
				    .priv_secret = priv_secret};
}

static void assert_answered(struct snmp_target t)
{
	char text[64];
	struct snmp_ask a = ask(t, text, sizeof(text));

	assert_string_equal(a.detail, "");
	assert_int_equal(a.outcome, OUTCOME_OK);
	assert_string_equal(text, "a real agent");
}

static void every_level_and_protocol(void **state)
{
	char name[32];

	(void)state;
	if (!w.there)
		skip();
	assert_answered(user("plain", SNMP_AUTH_NONE, SNMP_PRIV_NONE));
	for (int a = SNMP_AUTH_MD5; a <= SNMP_AUTH_SHA512; a++) {
		snprintf(name, sizeof(name), "auth%d", a);
		assert_answered(user(name, (enum snmp_auth)a, SNMP_PRIV_NONE));
		for (int p = SNMP_PRIV_DES; p <= SNMP_PRIV_AES256_C; p++) {
			snprintf(name, sizeof(name), "both%d%d", a, p);
			assert_answered(user(name, (enum snmp_auth)a, (enum snmp_priv)p));
		}
	}
	/* Only a few users of a device are kept. */
	assert_in_range(snmp_io_stats(w.io).sessions, 1, 4);
}

static void the_engine_is_asked_once(void **state)
{
	char text[64];
	struct snmp_target t = user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);

	(void)state;
	if (!w.there)
		skip();
	assert_answered(t);
	for (int i = 0; i < 5; i++)
		assert_int_equal(ask(t, text, sizeof(text)).requests, 1);
}

static void wrong_credentials_are_told_apart(void **state)
{
	struct snmp_target t = user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);
	struct snmp_ask a;
	char text[64];

	(void)state;
	if (!w.there)
		skip();
	t.auth_secret = "another phrase";
	a = ask(t, text, sizeof(text));
	assert_int_equal(a.outcome, OUTCOME_SNMP_AUTH);
	t = user("nobody", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);
	a = ask(t, text, sizeof(text));
	assert_int_equal(a.outcome, OUTCOME_SNMP_USER);
	t = user("auth4", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);
	a = ask(t, text, sizeof(text));
	assert_int_equal(a.outcome, OUTCOME_SNMP_USER); /* a level that it has not */
	/* A wrong privacy key gives the device nonsense, to which it says nothing. */
	t = user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);
	t.priv_secret = "another phrase";
	t.try_us = 200000;
	a = ask(t, text, sizeof(text));
	assert_int_equal(a.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_non_null(strstr(a.detail, "privacy"));
	/* Nor is one who is right disturbed by one who is wrong. */
	assert_answered(user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128));
}

/* The extension of the keys of long ciphers that the agent has not. */
static void the_other_key_extension_is_silence(void **state)
{
	struct snmp_target t = user("both44", SNMP_AUTH_SHA256, SNMP_PRIV_AES256_C);
	char text[64];

	(void)state;
	if (!w.there)
		skip();
	t.user = "both14"; /* MD5 has 128 bits: here the extensions differ */
	t.auth = SNMP_AUTH_MD5;
	t.try_us = 200000;
	assert_int_equal(ask(t, text, sizeof(text)).outcome, OUTCOME_ANSWER_TIMEOUT);
}

static struct snmp_ask again(const char *engine, int boots)
{
	char text[64];
	struct snmp_ask a;

	stop_agent();
	start_agent(engine, boots);
	a = ask(user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128), text, sizeof(text));
	assert_string_equal(text, "a real agent");
	return a;
}

static void an_agent_that_comes_back_is_known(void **state)
{
	(void)state;
	if (!w.there)
		skip();
	assert_answered(user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128));
	assert_false(again("first", 50).identity_changed); /* it has booted, as devices do */
	assert_true(again("first", 3).identity_changed); /* restored from an old image */
	assert_true(again("second", 3).identity_changed); /* replaced */
	assert_answered(user("both42", SNMP_AUTH_SHA256, SNMP_PRIV_AES128));
	assert_false(again("second", 4).identity_changed);
}

/* Wrong keys are found at the engine, so a user is made for one; who cannot be used is told why. */
static void credentials_that_cannot_be_used(void **state)
{
	struct snmp_keys *k = snmp_keys_new();
	struct snmp_target t = user("someone", SNMP_AUTH_SHA256, SNMP_PRIV_AES128);
	const uint8_t engine[5] = {0x80, 0, 0, 0, 1};
	const char *why = NULL;

	(void)state;
	t.priv_secret = "1234567";
	assert_null(snmp_user_new(k, &t, engine, sizeof(engine), &why));
	assert_non_null(strstr(why, "privacy"));
	t.auth = SNMP_AUTH_NONE;
	assert_null(snmp_user_new(k, &t, engine, sizeof(engine), &why));
	assert_string_equal(why, "privacy needs authentication");
	t.priv = SNMP_PRIV_NONE;
	t.user = "";
	assert_null(snmp_user_new(k, &t, engine, sizeof(engine), &why));
	t.user = "a name that is longer than RFC 3414 allows";
	assert_null(snmp_user_new(k, &t, engine, sizeof(engine), &why));
	snmp_keys_free(k);
}

/* Two users of one name at one engine, with other pass phrases, are two. */
static void prints_tell_credentials_apart(void **state)
{
	struct snmp_keys *k = snmp_keys_new(), *other = snmp_keys_new();
	struct snmp_target t = user("someone", SNMP_AUTH_SHA256, SNMP_PRIV_AES128), u = t;
	struct sha256 a = snmp_user_print(k, &t), b;

	(void)state;
	b = snmp_user_print(k, &u);
	assert_memory_equal(&a, &b, sizeof(a));
	b = snmp_user_print(other, &u); /* tells nothing outside of this process */
	assert_memory_not_equal(&a, &b, sizeof(a));
	u.priv = SNMP_PRIV_AES256;
	b = snmp_user_print(k, &u);
	assert_memory_not_equal(&a, &b, sizeof(a));
	u = t;
	u.auth_secret = t.priv_secret;
	u.priv_secret = t.auth_secret;
	b = snmp_user_print(k, &u);
	assert_memory_not_equal(&a, &b, sizeof(a));
	snmp_keys_free(k);
	snmp_keys_free(other);
}

/* As many pass phrases as come: the oldest give way, and all work. */
static void many_pass_phrases(void **state)
{
	struct snmp_keys *k = snmp_keys_new();
	const uint8_t engine[5] = {0x80, 0, 0, 0, 1};
	const char *why = NULL;

	(void)state;
	for (int i = 0; i < 70; i++) {
		char secret[32];
		struct snmp_target t = user("someone", SNMP_AUTH_SHA1, SNMP_PRIV_NONE);
		struct snmp_user *a, *b;

		snprintf(secret, sizeof(secret), "pass phrase %d", i);
		t.auth_secret = secret;
		a = snmp_user_new(k, &t, engine, sizeof(engine), &why);
		b = snmp_user_new(k, &t, engine, sizeof(engine), &why);
		assert_non_null(a);
		assert_non_null(b);
		/* Two of one name: who is in hides the other, and gives it back. */
		snmp_user_enter(a, 1, 1);
		snmp_user_enter(b, 2, 2);
		snmp_user_leave(b);
		snmp_user_leave(a);
		snmp_user_free(a);
		snmp_user_free(b);
	}
	snmp_keys_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(credentials_that_cannot_be_used),
		cmocka_unit_test(prints_tell_credentials_apart),
		cmocka_unit_test(many_pass_phrases),
		cmocka_unit_test(every_level_and_protocol),
		cmocka_unit_test(the_engine_is_asked_once),
		cmocka_unit_test(wrong_credentials_are_told_apart),
		cmocka_unit_test(the_other_key_extension_is_silence),
		cmocka_unit_test(an_agent_that_comes_back_is_known),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
