/* snmp_walk_cmd - everything that a device answers, in three forms; what it does not answer is told, and half a device is not
 * kept as a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/commands.h"
#include "tests/support/command.h"
#include "tests/support/snmp_thread.h"

static const struct command walk = {.name = "snmp walk", .run = snmp_walk_cmd_run};
static struct snmp_thread device;

static void fill(void)
{
	snmp_thread_prepare(&device);
	fake_agent_text(&device.agent, "1.3.6.1.2.1.1.1.0", "Router \"A\"");
	fake_agent_number(&device.agent, "1.3.6.1.2.1.1.3.0", 0x43, 12345);
	fake_agent_text(&device.agent, "1.3.6.1.2.1.2.2.1.6.1", "\x01\xff");
	fake_agent_number(&device.agent, "1.3.6.1.2.1.31.1.1.1.6.1", 0x46, INT64_C(5000000000));
	fake_agent_number(&device.agent, "1.3.6.1.4.1.9.1.0", 0x02, -4);
}

static int run(const char *oid, const char *key, enum option option, const char *value)
{
	struct options o = {.command = &walk, .args = {device.host}, .arg_count = 1};

	if (oid != NULL)
		o.args[o.arg_count++] = oid;
	o.args[o.arg_count++] = key;
	o.args[o.arg_count++] = "try_timeout=100ms";
	o.values[option] = value;
	return command_run(&o);
}

static void lines_say_oid_type_and_value(void **state)
{
	(void)state;
	fill();
	snmp_thread_start(&device);
	assert_int_equal(run(NULL, "community=public", OPTION_LANG, "es"), EXIT_OK);
	assert_string_equal(command_out, "1.3.6.1.2.1.1.1.0 = OCTETS \"Router \"A\"\"\n"
					 "1.3.6.1.2.1.1.3.0 = TimeTicks 12345\n"
					 "1.3.6.1.2.1.2.2.1.6.1 = OCTETS 01 ff\n"
					 "1.3.6.1.2.1.31.1.1.1.6.1 = Counter64 5000000000\n"
					 "1.3.6.1.4.1.9.1.0 = INTEGER -4\n");
	assert_int_equal(run("1.3.6.1.4", "community=public", OPTION_JSON, ""), EXIT_OK);
	assert_string_equal(command_out, "{\"oid\":\"1.3.6.1.4.1.9.1.0\",\"type\":\"INTEGER\","
					 "\"value\":\"-4\"}\n");
	snmp_thread_stop(&device);
}

static void a_file_is_what_simulators_serve(void **state)
{
	char path[] = "/tmp/vigia-walk-XXXXXX", text[1024] = "";
	int fd = mkstemp(path);
	FILE *f;

	(void)state;
	close(fd);
	fill();
	snmp_thread_start(&device);
	assert_int_equal(run(NULL, "community=public", OPTION_OUTPUT, path), EXIT_OK);
	snmp_thread_stop(&device);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) > 0);
	fclose(f);
	unlink(path);
	assert_string_equal(command_out, "");
	assert_string_equal(text, "1.3.6.1.2.1.1.1.0|4|Router \"A\"\n"
				  "1.3.6.1.2.1.1.3.0|67|12345\n"
				  "1.3.6.1.2.1.2.2.1.6.1|4x|01ff\n"
				  "1.3.6.1.2.1.31.1.1.1.6.1|70|5000000000\n"
				  "1.3.6.1.4.1.9.1.0|2|-4\n");
}

static void a_long_table_comes_in_pieces(void **state)
{
	size_t lines = 0;

	(void)state;
	snmp_thread_prepare(&device);
	for (int i = 1; i <= 1201; i++) {
		char oid[40];

		snprintf(oid, sizeof(oid), "1.3.6.1.2.1.2.2.1.1.%d", i);
		fake_agent_number(&device.agent, oid, 0x02, i);
	}
	snmp_thread_start(&device);
	assert_int_equal(run(NULL, "community=public", OPTION_LANG, "es"), EXIT_OK);
	snmp_thread_stop(&device);
	for (const char *c = command_out; *c != '\0'; c++)
		lines += *c == '\n';
	assert_int_equal(lines, 1201);
	assert_non_null(strstr(command_out, "1.3.6.1.2.1.2.2.1.1.1201 = INTEGER 1201\n"));
}

static void what_is_not_answered_is_told(void **state)
{
	char path[] = "/tmp/vigia-walk-XXXXXX";
	int fd = mkstemp(path);

	(void)state;
	close(fd);
	unlink(path);
	fill();
	snmp_thread_start(&device);
	assert_int_equal(run(NULL, "community=wrong", OPTION_LANG, "en"), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "no answer in time"));
	assert_int_equal(run("1.3.6.1.9", "community=public", OPTION_LANG, "en"), EXIT_NO);
	assert_non_null(strstr(command_errors, "has nothing there"));
	snmp_thread_stop(&device);
	fill();
	device.agent.manner = FAKE_LOOP;
	snmp_thread_start(&device);
	assert_int_equal(run(NULL, "community=public", OPTION_OUTPUT, path), EXIT_NO);
	assert_non_null(strstr(command_errors, "da vueltas en círculo"));
	assert_int_equal(access(path, F_OK), -1);
	snmp_thread_stop(&device);
}

static void wrong_arguments_are_told(void **state)
{
	static const struct {
		const char *oid, *key, *says;
	} cases[] = {
		{"1.3.x", "community=a",
		 "vigia: '1.3.x' is no object identifier (write 1.3.6.1.2.1.1)\n"},
		{"1.3.6", "comunity=a",
		 "vigia: there is no 'comunity'; did you mean 'community'?\n"},
		{"1.3.6", "auth_secret=abcdefgh",
		 "vigia: auth_secret: no pass phrase on a command line, where everybody sees it; "
		 "write "
		 "'auth_secret=${secret:NAME}' and --secrets FILE\n"},
		{"1.3.6", "version=4", "vigia: version: '4' is not one of: 1, 2c, 3\n"},
	};

	(void)state;
	snprintf(device.host, sizeof(device.host), "127.0.0.1:9");
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(run(cases[i].oid, cases[i].key, OPTION_LANG, "en"), EXIT_NO);
		assert_string_equal(command_errors, cases[i].says);
	}
	snprintf(device.host, sizeof(device.host), "127.0.0.1:x");
	assert_int_equal(run(NULL, "community=a", OPTION_LANG, "en"), EXIT_NO);
	assert_string_equal(command_errors, "vigia: '127.0.0.1:x' is no HOST[:PORT]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_say_oid_type_and_value),
		cmocka_unit_test(a_file_is_what_simulators_serve),
		cmocka_unit_test(a_long_table_comes_in_pieces),
		cmocka_unit_test(what_is_not_answered_is_told),
		cmocka_unit_test(wrong_arguments_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
