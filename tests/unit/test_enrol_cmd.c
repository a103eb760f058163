/* enrol_cmd - the new key replaces the old one, readable by its owner only; a configuration that
 * somebody has made is kept; what fails leaves no file.
 * wrap: api_open api_call
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/api.h"
#include "cli/commands.h"
#include "tests/support/command.h"

static const struct command enrol = {.name = "enrol", .run = enrol_cmd_run};
static char folder[64];

static int set_up(void **state)
{
	(void)state;
	api_reset();
	snprintf(folder, sizeof(folder), "/tmp/vigia-enrol-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return chdir(folder);
}

static int tear_down(void **state)
{
	(void)state;
	unlink("catd-01.key");
	unlink("catd-01.yaml");
	assert_int_equal(chdir("/"), 0);
	return rmdir(folder); /* nothing else was left in it */
}

static int enrol_agent(const char *agent, const char *lang)
{
	struct options o = {
		.command = &enrol, .values[OPTION_LANG] = lang, .args = {agent}, .arg_count = 1};

	return command_run(&o);
}

static void answer_is(size_t i, enum err e, const char *text)
{
	api_answers[i].err = e;
	api_answers[i].text = text;
}

static void file_is(const char *name, const char *want, unsigned mode)
{
	char text[1024] = "";
	struct stat st;
	FILE *f = fopen(name, "re");

	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, want);
	assert_int_equal(stat(name, &st), 0);
	assert_int_equal(st.st_mode & 0777, mode);
}

#define ID "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define ANSWER(token) "{\"agent\":\"catd-01\",\"token\":\"" token "\",\"identity\":\"" ID "\"}"
static const char yaml[] = "agent: catd-01\ncollector: [\"http://127.0.0.1:7460\"]\n"
			   "identity: " ID "\nkey_file: catd-01.key\ndata: var/catd-01\n";

static void an_agent_gets_its_two_files(void **state)
{
	(void)state;
	umask(022);
	answer_is(0, ERR_OK, ANSWER("abc123"));
	assert_int_equal(enrol_agent("catd-01", NULL), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/agents/catd-01/enrol \n");
	assert_string_equal(command_out, "catd-01.key escrito; catd-01.yaml escrito\n");
	assert_string_equal(command_errors, "");
	file_is("catd-01.key", "abc123\n", 0600);
	file_is("catd-01.yaml", yaml, 0644);
}

static void the_key_is_replaced_and_the_configuration_kept(void **state)
{
	FILE *f = fopen("catd-01.yaml", "we");

	(void)state;
	fputs("# ours\n", f);
	fclose(f);
	assert_int_equal(chmod("catd-01.yaml", 0640), 0);
	for (int i = 0; i < 2; i++) {
		answer_is((size_t)i, ERR_OK, i == 0 ? ANSWER("old") : ANSWER("new"));
		assert_int_equal(enrol_agent("catd-01", i == 0 ? "es" : "en"), EXIT_OK);
		assert_string_equal(command_out,
				    i == 0 ? "catd-01.key escrito; catd-01.yaml ya estaba y se "
					     "conserva\n"
					   : "catd-01.key written; catd-01.yaml was there and is "
					     "kept\n");
	}
	file_is("catd-01.key", "new\n", 0600);
	file_is("catd-01.yaml", "# ours\n", 0640);
}

static void a_kept_configuration_that_names_another_collector_is_told(void **state)
{
	FILE *f = fopen("catd-01.yaml", "we");

	(void)state;
	fputs("identity: sha256:other\n", f);
	fclose(f);
	answer_is(0, ERR_OK, ANSWER("abc"));
	assert_int_equal(enrol_agent("catd-01", "en"), EXIT_OK);
	assert_string_equal(command_errors, "vigia: catd-01.yaml does not name this collector; "
					    "write there: identity: " ID "\n");
	unlink("catd-01.yaml");
	answer_is(1, ERR_OK, ANSWER("abc"));
	assert_int_equal(enrol_agent("catd-01", "en"), EXIT_OK);
	answer_is(2, ERR_OK, ANSWER("abc"));
	assert_int_equal(enrol_agent("catd-01", "en"), EXIT_OK);
	assert_string_equal(command_errors, "");
}

static void addresses_and_rotation(void **state)
{
	struct options o = {.command = &enrol,
			    .values = {[OPTION_ROTATE] = "", [OPTION_LANG] = "en"},
			    .addresses = {"https://noc.example.org:7460", "https://192.0.2.1:7460"},
			    .address_count = 2,
			    .args = {"catd-01"},
			    .arg_count = 1};

	(void)state;
	umask(022);
	answer_is(0, ERR_OK, ANSWER("abc"));
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_string_equal(api_asked, "POST /v1/agents/catd-01/enrol?rotate=1 \n");
	assert_non_null(strstr(command_out, "the old key is good until"));
	file_is("catd-01.yaml",
		"agent: catd-01\ncollector: [\"https://noc.example.org:7460\", "
		"\"https://192.0.2.1:7460\"]\nidentity: " ID
		"\nkey_file: catd-01.key\ndata: var/catd-01\n",
		0644);
	/* An address that no agent could use is refused before a key is made. */
	o.addresses[1] = "http://192.0.2.1:7460";
	assert_int_equal(command_run(&o), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "plain HTTP is for numeric loopback"));
	assert_int_equal(api_answered, 1);
}

static void what_is_no_agent_is_not_asked_for(void **state)
{
	static const char *const names[] = {"", "../x", "a/b", "A", "a b", ".hidden", "-x"};
	char want[128];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		assert_int_equal(enrol_agent(names[i], NULL), EXIT_UNUSABLE);
		snprintf(want, sizeof(want), "vigia: '%s' is not an agent's id\n", names[i]);
		assert_string_equal(command_errors, want);
	}
	assert_string_equal(api_asked, "");
}

static void what_fails_leaves_no_file(void **state)
{
	static const struct {
		enum err err;
		const char *text, *said;
		int code;
	} cases[] = {
		{ERR_NOT_FOUND, "There is no agent 'catd-01'",
		 "vigia: There is no agent 'catd-01'\n", EXIT_NO},
		{ERR_IO, "no answer", "vigia: no answer\n", EXIT_UNUSABLE},
		{ERR_OK, "{\"agent\":\"catd-01\"}",
		 "vigia: the answer of http://127.0.0.1:7460 holds no token and identity\n",
		 EXIT_UNUSABLE},
		{ERR_OK, "{\"token\":\"\"}",
		 "vigia: the answer of http://127.0.0.1:7460 holds no token and identity\n",
		 EXIT_UNUSABLE},
		{ERR_OK, "{\"token\":\"abc\"}",
		 "vigia: the answer of http://127.0.0.1:7460 holds no token and identity\n",
		 EXIT_UNUSABLE},
		{ERR_OK, "{\"token\":\"abc\",\"identity\":\"sha256:12\"}",
		 "vigia: the answer of http://127.0.0.1:7460 holds no token and identity\n",
		 EXIT_UNUSABLE},
		{ERR_OK, "<html>",
		 "vigia: the answer of http://127.0.0.1:7460 holds no token and identity\n",
		 EXIT_UNUSABLE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		api_answered = 0;
		answer_is(0, cases[i].err, cases[i].text);
		assert_int_equal(enrol_agent("catd-01", NULL), cases[i].code);
		assert_string_equal(command_errors, cases[i].said);
		assert_string_equal(command_out, "");
		assert_int_not_equal(access("catd-01.key", F_OK), 0);
		assert_int_not_equal(access("catd-01.yaml", F_OK), 0);
	}
	api_open_fails = ERR_DENIED;
	api_answered = 0;
	assert_int_equal(enrol_agent("catd-01", NULL), EXIT_NO);
	assert_string_equal(command_errors, "vigia: no token\n");
	assert_int_equal(api_answered, 0);
}

static void a_key_that_cannot_be_written_is_told(void **state)
{
	(void)state;
	assert_int_equal(mkdir("catd-01.key", 0700), 0);
	answer_is(0, ERR_OK, ANSWER("abc"));
	assert_int_equal(enrol_agent("catd-01", NULL), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "vigia: catd-01.key: "));
	assert_string_equal(command_out, "");
	assert_int_not_equal(access("catd-01.yaml", F_OK), 0);
	assert_int_equal(rmdir("catd-01.key"), 0);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(an_agent_gets_its_two_files),
		IN_FOLDER(the_key_is_replaced_and_the_configuration_kept),
		IN_FOLDER(a_kept_configuration_that_names_another_collector_is_told),
		IN_FOLDER(addresses_and_rotation),
		IN_FOLDER(what_is_no_agent_is_not_asked_for),
		IN_FOLDER(what_fails_leaves_no_file),
		IN_FOLDER(a_key_that_cannot_be_written_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
