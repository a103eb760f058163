/* test_agent_config.c - agent.yaml: a sound file is read with its defaults, every mistake has its place and its sentence. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/agent_config.h"

#define OTHERS "agent: dc\nkey_file: k\ndata: d\n"
#define ID_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SOUND OTHERS "collector: ['http://127.0.0.1:7460']\n"

struct file {
	char folder[32], path[64];
	struct agent_config config;
	struct findings findings;
};

static bool file_read(struct file *f, const char *text)
{
	FILE *out;

	snprintf(f->folder, sizeof(f->folder), "/tmp/vigia-agent-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/agent.yaml", f->folder);
	out = fopen(f->path, "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	findings_init(&f->findings);
	return agent_config_read(f->path, &f->config, &f->findings);
}

static void file_end(struct file *f)
{
	agent_config_release(&f->config);
	findings_release(&f->findings);
	unlink(f->path);
	rmdir(f->folder);
}

static void defaults_and_relative_paths(void **state)
{
	struct file f;
	char expected[128];

	(void)state;
	assert_true(file_read(&f, "agent: catd-01\ncollector: [http://127.0.0.1:7460]\n"
				  "key_file: catd-01.key\ndata: var/agent\n"));
	assert_int_equal(f.findings.count, 0);
	assert_string_equal(f.config.agent, "catd-01");
	assert_int_equal(f.config.collector_count, 1);
	assert_string_equal(f.config.collectors[0], "http://127.0.0.1:7460");
	/* Relative to the file, not to where we stand. */
	snprintf(expected, sizeof(expected), "%s/catd-01.key", f.folder);
	assert_string_equal(f.config.key_file, expected);
	snprintf(expected, sizeof(expected), "%s/var/agent", f.folder);
	assert_string_equal(f.config.data, expected);
	assert_int_equal(f.config.spool_max, INT64_C(256) << 20);
	assert_int_equal(f.config.in_flight_max, 200);
	file_end(&f);
}

static void all_can_be_set(void **state)
{
	struct file f;

	(void)state;
	assert_true(file_read(&f, "agent: dc\nkey_file: /k\ndata: /d\nspool_max: 64MiB\n"
				  "in_flight_max: 10000\ncollector:\n  - http://127.0.0.1:1\n"
				  "  - 'http://[::1]:65535'\n  - http://127.9.8.7:7460\n"));
	assert_string_equal(f.config.key_file, "/k");
	assert_string_equal(f.config.data, "/d");
	assert_int_equal(f.config.spool_max, INT64_C(64) << 20);
	assert_int_equal(f.config.in_flight_max, 10000);
	assert_int_equal(f.config.collector_count, 3);
	assert_string_equal(f.config.collectors[0], "http://127.0.0.1:1");
	assert_string_equal(f.config.collectors[1], "http://[::1]:65535");
	assert_string_equal(f.config.collectors[2], "http://127.9.8.7:7460");
	file_end(&f);
}

static void as_many_collectors_as_there_is_room_for(void **state)
{
	struct file f;
	char text[1024] = OTHERS "collector:\n";

	(void)state;
	for (size_t i = 0; i < COLLECTORS_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "  - http://127.0.0.1:%zu\n", 7460 + i);
	assert_true(file_read(&f, text));
	assert_int_equal(f.config.collector_count, COLLECTORS_MAX);
	assert_string_equal(f.config.collectors[COLLECTORS_MAX - 1], "http://127.0.0.1:7467");
	file_end(&f);
}

static void a_pinned_collector_anywhere(void **state)
{
	struct file f;

	(void)state;
	assert_true(file_read(&f, OTHERS "collector:\n  - https://noc.example.org:7460/\n"
					 "  - https://192.0.2.7:7460\nidentity: [" ID_A ", " ID_B
					 "]\n"));
	assert_int_equal(f.config.collector_count, 2);
	assert_string_equal(f.config.collectors[0], "https://noc.example.org:7460");
	assert_int_equal(f.config.pins.count, 2);
	assert_string_equal(f.config.pins.items[1].text, ID_B);
	file_end(&f);
	assert_true(file_read(&f, OTHERS "collector: ['https://[2001:db8::1]:7460']\n"
					 "identity: " ID_A "\n"));
	assert_int_equal(f.config.pins.count, 1);
	file_end(&f);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *yaml;
		unsigned line;
		const char *code, *text; /* code NULL: whatever the table says */
	} cases[] = {
		{"collector: [http://127.0.0.1:1]\nkey_file: k\ndata: d\n", 1, "missing-key",
		 "'agent'"},
		{"agent: a\ncollector: [http://127.0.0.1:1]\ndata: d\n", 1, "missing-key",
		 "'key_file'"},
		{"agent: a\ncollector: [http://127.0.0.1:1]\nkey_file: k\n", 1, "missing-key",
		 "'data'"},
		{OTHERS, 1, "missing-key", "'collector'"},
		{SOUND "spol_max: 1GiB\n", 5, "unknown-key", "did you mean 'spool_max'?"},
		{SOUND "agent: b\n", 5, "duplicate-key", "twice"},
		{"agent: 'D C'\nkey_file: k\ndata: d\ncollector: [http://127.0.0.1:1]\n", 1, NULL,
		 "D C"},
		{SOUND "spool_max: 1023KiB\n", 5, NULL, "1023KiB"},
		{SOUND "spool_max: 2TiB\n", 5, NULL, "2TiB"},
		{SOUND "spool_max: big\n", 5, NULL, "big"},
		{SOUND "in_flight_max: 0\n", 5, NULL, "in_flight_max"},
		{SOUND "in_flight_max: 10001\n", 5, NULL, "10001"},
		{OTHERS "collector: http://127.0.0.1:7460\n", 4, "not-a-list", "collector"},
		{OTHERS "collector: {url: x}\n", 4, "not-a-list", "collector"},
		{OTHERS "collector: []\n", 4, "not-a-list", "collector"},
		{OTHERS "collector: ['https://127.0.0.1:7460']\n", 4, "no-identity", "vigia enrol"},
		{OTHERS "collector: ['http://192.0.2.1:7460']\n", 4, "not-loopback", "192.0.2.1"},
		{OTHERS "collector: ['http://0.0.0.0:7460']\n", 4, "not-loopback", "0.0.0.0"},
		{OTHERS "collector: ['http://localhost:7460']\n", 4, "not-loopback", "localhost"},
		{OTHERS "collector: ['http://127.0.0.1']\n", 4, "syntax", "127.0.0.1"},
		{OTHERS "collector: ['http://127.0.0.1:0']\n", 4, "syntax", ":0"},
		{OTHERS "collector: ['http://127.0.0.1:65536']\n", 4, "syntax", "65536"},
		{OTHERS "collector: ['http://127.0.0.1:7460/v1']\n", 4, "syntax", "/v1"},
		{OTHERS "collector: ['http://127.0.0.1:80@192.0.2.1:80']\n", 4, "syntax",
		 "192.0.2.1"},
		{OTHERS "collector: ['127.0.0.1:7460']\n", 4, "syntax", "127.0.0.1:7460"},
		{OTHERS "collector:\n  - http://127.0.0.1:1\n  - {a: b}\n", 6, "syntax", "..."},
		{OTHERS "collector:\n  - http://127.0.0.1:1\n  - http://192.0.2.9:1\n", 6,
		 "not-loopback", "192.0.2.9"},
		{SOUND "identity: sha256:12\n", 5, "not-an-identity", "64"},
		{SOUND "identity: {a: b}\n", 5, "not-an-identity", "64"},
		{SOUND "identity: [" ID_A ", " ID_A ", " ID_A ", " ID_A ", " ID_A "]\n", 5,
		 "not-an-identity", "4 times"},
		{SOUND "identity: " ID_A "\nidentity_file: x\n", 6, "needless-key", "take one"},
		{SOUND "identity_file: not-there\n", 5, "no-identity", "not-there"},
		{"- agent\n", 1, NULL, ""},
		{"agent: [\n", 0, NULL, ""}, /* where libyaml says */
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct file f;
		const struct finding *first;

		assert_false(file_read(&f, cases[i].yaml));
		assert_int_equal(f.findings.errors, 1); /* one mistake, one complaint */
		first = &f.findings.items[0];
		if ((cases[i].line != 0 && first->line != cases[i].line) ||
		    strstr(first->text, cases[i].text) == NULL ||
		    (cases[i].code != NULL && strcmp(first->code, cases[i].code) != 0))
			fail_msg("%sgave %u:%u: %s: %s", cases[i].yaml, first->line, first->column,
				 first->code, first->text);
		assert_string_equal(first->file, f.path);
		file_end(&f);
	}
}

static void a_file_that_is_not_there_is_said(void **state)
{
	struct agent_config c;
	struct findings findings;

	(void)state;
	findings_init(&findings);
	assert_false(agent_config_read("/nonexistent/agent.yaml", &c, &findings));
	assert_int_equal(findings.errors, 1);
	agent_config_release(&c);
	findings_release(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_and_relative_paths),
		cmocka_unit_test(all_can_be_set),
		cmocka_unit_test(as_many_collectors_as_there_is_room_for),
		cmocka_unit_test(a_pinned_collector_anywhere),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(a_file_that_is_not_there_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
