/* snmp_identify_cmd - what a device is, which profile fits it, what of it the device answers, and how it would stand in the
 * plan: by the profiles that are part of the program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

#include "cli/commands.h"
#include "tests/support/command.h"
#include "tests/support/snmp_thread.h"

static const struct command identify = {.name = "snmp identify", .run = snmp_identify_cmd_run};
static struct snmp_thread device;

static void prepare(const char *descr)
{
	snmp_thread_prepare(&device);
	fake_agent_text(&device.agent, "1.3.6.1.2.1.1.1.0", descr);
	fake_agent_number(&device.agent, "1.3.6.1.2.1.1.3.0", 0x43, 2 * 8640000);
	fake_agent_text(&device.agent, "1.3.6.1.2.1.1.5.0", "sala-1");
}

static int run(const char *key, enum option option, const char *value, const char *lang)
{
	struct options o = {.command = &identify,
			    .args = {device.host, key, "try_timeout=100ms"},
			    .arg_count = 3,
			    .values[OPTION_LANG] = lang};

	if (option != OPTION_COUNT)
		o.values[option] = value;
	return command_run(&o);
}

static void a_device_that_is_not_in_the_books_is_generic(void **state)
{
	(void)state;
	prepare("Box of nobody 1.0");
	fake_agent_text(&device.agent, "1.3.6.1.2.1.31.1.1.1.1.7", "outside");
	snmp_thread_start(&device);
	assert_int_equal(run("community=public", OPTION_COUNT, NULL, "es"), EXIT_OK);
	assert_non_null(strstr(command_out, "127.0.0.1  sala-1\n"));
	assert_non_null(strstr(command_out, "  equipo: Box of nobody 1.0\n"));
	assert_non_null(strstr(command_out, "  sysObjectID: no lo dice\n"));
	assert_non_null(strstr(command_out, "  encendido desde hace: 2 d 00:00:00\n"));
	assert_non_null(strstr(command_out, "  perfil: generic, "));
	assert_non_null(strstr(command_out, "no está en los libros"));
	assert_non_null(strstr(command_out, "uptime"));
	assert_non_null(strstr(command_out, "name: \"outside\"\n"));
	assert_non_null(strstr(command_out, "    profile: generic\n    address: 127.0.0.1\n"));
	assert_non_null(strstr(command_out, "community: \"${secret:ID}\"}\n"));
	assert_null(strstr(command_out, "public"));
	snmp_thread_stop(&device);
}

static void a_description_chooses_a_profile(void **state)
{
	json_t *j, *checks, *cpu;

	(void)state;
	prepare("Cisco Adaptive Security Appliance Version 9.8(2)");
	/* cpmCPUTotal5minRev: two engines */
	fake_agent_number(&device.agent, "1.3.6.1.4.1.9.9.109.1.1.1.1.8.1", 0x42, 20);
	fake_agent_number(&device.agent, "1.3.6.1.4.1.9.9.109.1.1.1.1.8.2", 0x42, 40);
	snmp_thread_start(&device);
	assert_int_equal(run("community=public", OPTION_JSON, "", "en"), EXIT_OK);
	snmp_thread_stop(&device);
	j = json_loads(command_out, 0, NULL);
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "profile")), "cisco-asa");
	checks = json_object_get(j, "checks");
	cpu = json_object_get(json_object_get(json_object_get(checks, "cpu"), "values"), "cpu");
	assert_true(json_is_true(json_object_get(cpu, "answered")));
	assert_float_equal(json_number_value(json_object_get(cpu, "value")), 0.3, 1e-9);
	cpu = json_object_get(json_object_get(json_object_get(checks, "memory"), "values"), "used");
	assert_true(json_is_false(json_object_get(cpu, "answered")));
	assert_true(json_string_length(json_object_get(cpu, "why")) > 0);
	json_decref(j);
}

static void who_does_not_answer_is_told(void **state)
{
	(void)state;
	prepare("x");
	snmp_thread_start(&device);
	assert_int_equal(run("community=wrong", OPTION_COUNT, NULL, "es"), EXIT_UNUSABLE);
	assert_string_equal(command_out, "");
	assert_non_null(strstr(command_errors, "sin respuesta a tiempo"));
	assert_int_equal(run("public", OPTION_COUNT, NULL, "es"), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: 'public' is not KEY=VALUE\n");
	snmp_thread_stop(&device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_device_that_is_not_in_the_books_is_generic),
		cmocka_unit_test(a_description_chooses_a_profile),
		cmocka_unit_test(who_does_not_answer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
