/* dashboard_config - dashboard.yaml, sound and wrong, with the exact messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/dashboard_config.h"

struct file {
	char folder[32], path[64];
};

static void file_write(struct file *f, const char *text)
{
	FILE *out;

	snprintf(f->folder, sizeof(f->folder), "/tmp/vigia-dash-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/dashboard.yaml", f->folder);
	out = fopen(f->path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void file_remove(struct file *f)
{
	unlink(f->path);
	rmdir(f->folder);
}

static void defaults_and_relative_paths(void **state)
{
	struct dashboard_config c;
	struct findings findings;
	struct file f;
	char expected[128];

	(void)state;
	file_write(&f, "collector: http://127.0.0.1:7460/\ntoken_file: var/operator.token\n");
	findings_init(&findings);
	assert_true(dashboard_config_read(f.path, &c, &findings));
	assert_string_equal(c.host, "127.0.0.1");
	assert_int_equal(c.port, 7461);
	assert_string_equal(c.collector, "http://127.0.0.1:7460");
	assert_null(c.public_url);
	assert_int_equal(c.board, BOARD_PEOPLE);
	snprintf(expected, sizeof(expected), "%s/var/operator.token", f.folder);
	assert_string_equal(c.token_file, expected);
	snprintf(expected, sizeof(expected), "%s/var/rrd", f.folder);
	assert_string_equal(c.series, expected); /* beside the token */
	assert_int_equal(c.render_workers, 2);
	dashboard_config_release(&c);
	findings_release(&findings);
	file_remove(&f);
}

static void every_address_of_loopback_will_do(void **state)
{
	struct dashboard_config c;
	struct findings findings;
	struct file f;

	(void)state;
	file_write(&f, "listen: '[::1]:8000'\ncollector: http://[::1]:7460\ntoken_file: /t\n"
		       "public_url: https://noc.example.org\n");
	findings_init(&findings);
	assert_true(dashboard_config_read(f.path, &c, &findings));
	assert_string_equal(c.host, "::1");
	assert_int_equal(c.port, 8000);
	assert_string_equal(c.collector, "http://[::1]:7460");
	assert_string_equal(c.public_url, "https://noc.example.org");
	dashboard_config_release(&c);
	findings_release(&findings);
	file_remove(&f);
}

#define ID "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void tls_on_either_side(void **state)
{
	struct dashboard_config c;
	struct findings findings;
	struct file f;

	(void)state;
	file_write(&f, "listen: 0.0.0.0:443\ncollector: https://noc.example.org:7460/\n"
		       "token_file: /d/t\ntls: {cert: /c, key: /k}\n");
	findings_init(&findings);
	assert_true(dashboard_config_read(f.path, &c, &findings));
	assert_string_equal(c.collector, "https://noc.example.org:7460");
	assert_true(c.collector_is_tls);
	assert_string_equal(c.identity_file, "/d/identity"); /* beside the token */
	assert_int_equal(c.tls.mode, TLS_GIVEN);
	assert_string_equal(c.tls.key, "/k");
	dashboard_config_release(&c);
	findings_release(&findings);
	file_remove(&f);
}

#define SOUND "collector: http://127.0.0.1:7460\ntoken_file: t\n"

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *text, *message; /* behind "FILE:" */
	} cases[] = {
		{"token_file: t\n", "1:1: error: missing-key: 'collector' is missing"},
		{"collector: http://127.0.0.1:7460\n",
		 "1:1: error: missing-key: 'token_file' is missing"},
		{SOUND "lissten: 127.0.0.1:1\n",
		 "3:1: error: unknown-key: unknown key 'lissten'; did you mean 'listen'?"},
		{SOUND "listen: 192.0.2.1:7461\n",
		 "3:9: error: not-loopback: listen: '192.0.2.1' is no loopback address; plain "
		 "HTTP is refused elsewhere (give tls: {cert:, key:})"},
		{SOUND "listen: 0.0.0.0:7461\n", "3:9: error: not-loopback: "},
		{SOUND "listen: localhost:7461\n", "3:9: error: syntax: listen: 'localhost:7461'"},
		{SOUND "tls: {names: [a]}\n",
		 "3:6: error: missing-key: tls: {cert: FILE, key: FILE}"},
		{SOUND "tls: {cert: a}\n", "3:6: error: missing-key: tls: 'cert' and 'key'"},
		{SOUND "identity: sha256:1\n", "3:11: error: not-an-identity: "},
		{SOUND "identity: " ID "\nidentity_file: f\n", "4:16: error: needless-key: "},
		{"collector: http://192.0.2.1:7460\ntoken_file: t\n",
		 "1:12: error: not-loopback: collector: 'http://192.0.2.1:7460': plain HTTP is for "
		 "numeric loopback addresses only; write https://"},
		{"collector: 127.0.0.1:7460\ntoken_file: t\n",
		 "1:12: error: syntax: collector: '127.0.0.1:7460' is not "
		 "https://ADDRESS-OR-NAME:PORT"},
		{"collector: http://127.0.0.1\ntoken_file: t\n",
		 "1:12: error: syntax: collector: "},
		{"collector: http://127.0.0.1:7460/v1\ntoken_file: t\n",
		 "1:12: error: syntax: collector: "},
		{"collector: http://127.0.0.1:99999\ntoken_file: t\n",
		 "1:12: error: syntax: collector: "},
		{SOUND "public_url: noc.example.org\n",
		 "3:13: error: syntax: public_url: 'noc.example.org' is not of the form "
		 "https://noc.example.org"},
		{SOUND "public_url: https://noc.example.org/board\n",
		 "3:13: error: syntax: public_url: "},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct dashboard_config c;
		struct findings findings;
		struct file f;
		struct buf out;
		char expected[512];

		file_write(&f, cases[i].text);
		findings_init(&findings);
		buf_init(&out, 65536);
		assert_false(dashboard_config_read(f.path, &c, &findings));
		assert_int_equal(findings.errors, 1);
		findings_print(&findings, &out);
		snprintf(expected, sizeof(expected), "%s:%s", f.path, cases[i].message);
		if (strncmp(buf_cstr(&out), expected, strlen(expected)) != 0)
			fail_msg("expected %s\nfound %s", expected, buf_cstr(&out));
		buf_release(&out);
		dashboard_config_release(&c);
		findings_release(&findings);
		file_remove(&f);
	}
}

static void a_file_that_is_not_there(void **state)
{
	struct dashboard_config c;
	struct findings findings;

	(void)state;
	findings_init(&findings);
	assert_false(dashboard_config_read("/nonexistent/dashboard.yaml", &c, &findings));
	assert_int_equal(findings.errors, 1);
	dashboard_config_release(&c);
	findings_release(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_and_relative_paths),
		cmocka_unit_test(every_address_of_loopback_will_do),
		cmocka_unit_test(tls_on_either_side),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(a_file_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
