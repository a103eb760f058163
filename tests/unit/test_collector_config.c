/* collector_config - collector.yaml: every mistake has its place and its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/files.h"
#include "base/instant.h"
#include "collector/collector_config.h"

static int set_up(void **state)
{
	char *dir = calloc(1, 64);

	snprintf(dir, 64, "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(dir));
	*state = dir;
	return 0;
}

static const char *path(const char *dir)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s/collector.yaml", dir);
	return text;
}

static int tear_down(void **state)
{
	unlink(path(*state));
	rmdir(*state);
	free(*state);
	return 0;
}

static bool read_config(const char *dir, const char *yaml, struct collector_config *c,
			struct findings *f)
{
	struct err_info info;

	assert_int_equal(files_replace(path(dir), slice_of(yaml), 0600, &info), ERR_OK);
	findings_init(f);
	return collector_config_read(path(dir), c, f);
}

static void a_sound_file(void **state)
{
	struct collector_config c;
	struct findings f;
	char want[128];

	assert_true(read_config(*state, "data: var\nplan: plan\n", &c, &f));
	snprintf(want, sizeof(want), "%s/var", (char *)*state);
	assert_string_equal(c.data, want); /* relative to the file, not to where we stand */
	assert_string_equal(c.host, "127.0.0.1");
	assert_int_equal(c.port, 7460);
	assert_int_equal(c.tls.mode, TLS_OWN);
	assert_int_equal(c.flush_us, 10 * US_PER_S);
	assert_null(c.public_url);
	assert_int_equal(c.link_valid_us, 24 * 3600 * US_PER_S);
	collector_config_release(&c);
	findings_release(&f);
	assert_true(read_config(
		*state, "listen: '[::1]:99'\ndata: /d\nplan: /p\ntls: none\nflush: 30s\n", &c, &f));
	assert_int_equal(c.tls.mode, TLS_NONE);
	assert_string_equal(c.host, "::1");
	collector_config_release(&c);
	findings_release(&f);
	assert_true(read_config(
		*state, "data: d\nplan: p\npublic_url: https://noc.example.org:8443/\n", &c, &f));
	collector_config_release(&c);
	findings_release(&f);
	assert_true(read_config(*state,
				"listen: '[::1]:99'\ndata: /d\nplan: p\npublic_url: "
				"http://127.0.0.1:7461\nlink_valid: 90s\n",
				&c, &f));
	assert_int_equal(c.link_valid_us, 90 * US_PER_S);
	assert_string_equal(c.data, "/d");
	collector_config_release(&c);
	findings_release(&f);
	/* With TLS it may listen anywhere. */
	assert_true(read_config(*state, "listen: 0.0.0.0:7460\ndata: d\nplan: p\n", &c, &f));
	assert_int_equal(c.tls.mode, TLS_OWN);
	collector_config_release(&c);
	findings_release(&f);
}

static void a_heartbeat(void **state)
{
	static const struct {
		const char *url, *host;
		uint16_t port;
		bool tls;
	} cases[] = {
		{"https://a.example.org/ping/x?y", "a.example.org", 443, true},
		{"https://a.example.org:8443", "a.example.org", 8443, true},
		{"http://127.0.0.1:99/p:8/@", "127.0.0.1", 99, false},
		{"http://[::1]/p", "::1", 80, false},
		{"http://[::1]:81/p", "::1", 81, false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_config c;
		struct findings f;
		char yaml[200];

		snprintf(yaml, sizeof(yaml), "data: d\nplan: p\nheartbeat: {url: '%s'}\n",
			 cases[i].url);
		assert_true(read_config(*state, yaml, &c, &f));
		assert_string_equal(c.heartbeat.host, cases[i].host);
		assert_int_equal(c.heartbeat.port, cases[i].port);
		assert_int_equal(c.heartbeat.tls, cases[i].tls);
		assert_int_equal(c.heartbeat.every_us, 60 * US_PER_S);
		assert_int_equal(c.heartbeat.timeout_us, 10 * US_PER_S);
		assert_false(c.heartbeat.post);
		assert_string_equal(c.heartbeat.ca_file, "/etc/ssl/certs/ca-certificates.crt");
		collector_config_release(&c);
		findings_release(&f);
	}
}

static void files_of_the_heartbeat_start_at_the_file_that_names_them(void **state)
{
	struct collector_config c;
	struct findings f;
	char want[128];

	assert_true(read_config(*state,
				"data: d\nplan: p\nheartbeat: {url: 'https://a.example.org/', "
				"ca_file: tls/watcher.pem}\n",
				&c, &f));
	snprintf(want, sizeof(want), "%s/tls/watcher.pem", (char *)*state);
	assert_string_equal(c.heartbeat.ca_file, want);
	collector_config_release(&c);
	findings_release(&f);
}

static void wrong_files(void **state)
{
	static const struct {
		const char *yaml;
		unsigned line;
		const char *code, *text;
	} cases[] = {
		{"plan: p\n", 1, "missing-key", "data"},
		{"data: d\n", 1, "missing-key", "plan"},
		{"data: d\nplan: p\nlisen: 127.0.0.1:1\n", 3, "unknown-key", "listen"},
		{"data: d\nplan: p\nlisten: 0.0.0.0:7460\ntls: none\n", 4, "not-loopback",
		 "0.0.0.0"},
		{"data: d\nplan: p\nlisten: 192.0.2.1:7460\ntls: none\n", 4, "not-loopback",
		 "192.0.2.1"},
		{"data: d\nplan: p\nlisten: noc.example.org:7460\n", 3, "syntax", "numeric"},
		{"data: d\nplan: p\nlisten: 127.0.0.1\n", 3, NULL, "127.0.0.1"},
		{"data: d\nplan: p\ntls: {cert: a}\n", 3, "missing-key", "go together"},
		{"data: d\nplan: p\ntls: full\n", 3, "syntax", "or none"},
		{"data: d\nplan: p\nheartbeat: https://a.example.org/\n", 3, "not-a-map", "url:"},
		{"data: d\nplan: p\nheartbeat: {every: 60s}\n", 3, "missing-key", "url"},
		{"data: d\nplan: p\nheartbeat: {url: 'http://a.example.org/x'}\n", 3,
		 "not-loopback", "https://"},
		{"data: d\nplan: p\nheartbeat: {url: 'ftp://127.0.0.1/x'}\n", 3, "bad-url",
		 "https://HOST"},
		{"data: d\nplan: p\nheartbeat: {url: 'https://u@example.org/x'}\n", 3, "bad-url",
		 "https://HOST"},
		{"data: d\nplan: p\nheartbeat: {url: 'https://a.example.org:0/x'}\n", 3, "bad-url",
		 "https://HOST"},
		{"data: d\nplan: p\nheartbeat: {url: 'https://a.example.org/', every: 5s}\n", 3,
		 "timeout-too-long", "timeout"},
		{"data: d\nplan: p\nheartbeat: {url: 'https://a.example.org/', evry: 5s}\n", 3,
		 "unknown-key", "every"},
		{"data: d\nplan: p\nflush: 31s\n", 3, NULL, "31s"},
		{"data: d\nplan: p\nflush: fast\n", 3, NULL, "fast"},
		{"data: d\ndata: e\nplan: p\n", 2, "duplicate-key", "twice"},
		{"data: d\nplan: p\npublic_url: noc.example.org\n", 3, "syntax",
		 "https://noc.example.org"},
		{"data: d\nplan: p\npublic_url: https://\n", 3, "syntax",
		 "https://noc.example.org"},
		{"data: d\nplan: p\npublic_url: https://noc.example.org/board\n", 3, "syntax",
		 "form"},
		{"data: d\nplan: p\npublic_url: 'https://a b'\n", 3, "syntax", "form"},
		{"data: d\nplan: p\npublic_url: 'https://user@example.org'\n", 3, "syntax", "form"},
		{"data: d\nplan: p\npublic_url: http://noc.example.org\n", 3, "not-loopback",
		 "unencrypted"},
		{"data: d\nplan: p\npublic_url: http://192.0.2.1:80\n", 3, "not-loopback",
		 "unencrypted"},
		{"data: d\nplan: p\nlink_valid: 25h\n", 3, NULL, "25h"},
		{"data: d\nplan: p\nlink_valid: 0\n", 3, NULL, "0"},
		{"- data\n", 1, NULL, ""},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct collector_config c;
		struct findings f;
		bool found = false;

		assert_false(read_config(*state, cases[i].yaml, &c, &f));
		for (size_t k = 0; k < f.count; k++)
			found = found || (f.items[k].line == cases[i].line &&
					  strstr(f.items[k].text, cases[i].text) != NULL &&
					  (cases[i].code == NULL ||
					   strcmp(f.items[k].code, cases[i].code) == 0));
		if (!found)
			fail_msg("%s: %zu findings, first %u: %s: %s", cases[i].yaml, f.count,
				 f.count > 0 ? f.items[0].line : 0,
				 f.count > 0 ? f.items[0].code : "",
				 f.count > 0 ? f.items[0].text : "");
		assert_int_equal(f.errors, 1); /* one mistake, one complaint */
		collector_config_release(&c);
		findings_release(&f);
	}
}

static void a_file_that_is_not_there(void **state)
{
	struct collector_config c;
	struct findings f;

	(void)state;
	findings_init(&f);
	assert_false(collector_config_read("/nonexistent/collector.yaml", &c, &f));
	assert_int_equal(f.errors, 1);
	collector_config_release(&c);
	findings_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sound_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_heartbeat, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			files_of_the_heartbeat_start_at_the_file_that_names_them, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(wrong_files, set_up, tear_down),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
