/* drill_cmd - cards of several drills side by side in the order of time, in words or JSON; what it needs is asked for, and no drill is
 * written over another. */
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
#include "journal/journal.h"
#include "tests/support/command.h"

static const struct command score = {.name = "drill score", .run = drill_cmd_score};
static const struct command start = {.name = "drill start", .run = drill_cmd_start};
static char first[64], second[64];

static void put(struct journal *j, int64_t at_s, const char *kind, const char *body)
{
	struct wall_time t = {at_s * 1000000};
	struct err_info info;
	uint64_t seq;

	assert_int_equal(journal_append(j, t, t, kind, 1, slice_of(body), &seq, &info), ERR_OK);
}

/* An outage of 30 s of 60, answered after `answer` seconds. */
static void write_drill(const char *folder, int64_t at, const char *promise, int64_t answer)
{
	char path[96], body[256];
	struct journal *j;
	struct err_info info;

	snprintf(path, sizeof(path), "%s/journal.db", folder);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	snprintf(body, sizeof(body), "{\"promise\":\"%s\"}", promise);
	put(j, at, "drill.started", body);
	put(j, at + 1, "incident.opened", "{\"folio\":1,\"service\":\"portal\",\"drill\":true}");
	snprintf(body, sizeof(body),
		 "{\"incident\":2,\"service\":\"portal\",\"began\":%lld,\"rto\":60}",
		 (long long)at);
	put(j, at + 1, "clock.started", body);
	put(j, at + 1, "call.intent",
	    "{\"incident\":2,\"service\":\"portal\",\"person\":\"ana\",\"kind\":\"down\"}");
	put(j, at + answer, "ack.given",
	    "{\"incident\":2,\"act\":\"enterado\",\"person\":\"ana\"}");
	snprintf(body, sizeof(body),
		 "{\"incident\":2,\"service\":\"portal\",\"restored\":%lld,\"outage\":30}",
		 (long long)at + 30);
	put(j, at + 30, "clock.restored", body);
	put(j, at + 31, "drill.ended", "{\"what\":\"done\",\"why\":\"\"}");
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	journal_close(j);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(first, sizeof(first), "/tmp/vigia-unit-XXXXXX");
	snprintf(second, sizeof(second), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(first) == NULL || mkdtemp(second) == NULL)
		return -1;
	write_drill(first, 1780000000, "primero", 20);
	write_drill(second, 1780600000, "segundo", 9);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db", "journal.db-wal", "journal.db-shm",
					    "journal.db.lock", "journal.head"};
	char path[160];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", first, names[i]);
		unlink(path);
		snprintf(path, sizeof(path), "%s/%s", second, names[i]);
		unlink(path);
	}
	rmdir(first);
	rmdir(second);
	return 0;
}

static void drills_stand_side_by_side_in_the_order_of_time(void **state)
{
	struct options o = {.command = &score, .args = {second, first}, .arg_count = 2};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_true(strstr(command_out, "primero") < strstr(command_out, "segundo"));
	assert_non_null(strstr(command_out,
			       "portal\n"
			       "  1          1s         1s        20s          -        30s     "
			       "1m 00s    0  dentro del RTO\n"
			       "  2          1s         1s         9s          -        30s     "
			       "1m 00s    0  dentro del RTO\n"));
	assert_non_null(strstr(command_out, "2 de 2 fallas terminaron dentro de su RTO\n"));
	o.values[OPTION_LANG] = "en";
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_non_null(strstr(command_out, "2 of 2 outages ended within their RTO\n"));
}

static void as_json_it_is_a_list(void **state)
{
	struct options o = {
		.command = &score, .args = {first}, .arg_count = 1, .values = {[OPTION_JSON] = ""}};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_OK);
	assert_true(strncmp(command_out, "[{\"promise\":\"primero\"", 21) == 0);
	assert_non_null(strstr(command_out, "\"answered\":20,"));
}

static void what_is_no_drill_is_told(void **state)
{
	struct options o = {.command = &score, .args = {"/nonexistent"}, .arg_count = 1};

	(void)state;
	assert_int_not_equal(command_run(&o), EXIT_OK);
	assert_non_null(strstr(command_errors, "/nonexistent/journal.db"));
	assert_string_equal(command_out, "");
}

static void a_start_needs_a_configuration_and_a_new_folder(void **state)
{
	struct options o = {.command = &start, .args = {"s.scn"}, .arg_count = 1};

	(void)state;
	assert_int_equal(command_run(&o), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: drill start needs -c FILE (collector.yaml) and "
					    "-o FOLDER (new)\n");
	o.values[OPTION_CONFIG] = "c.yaml";
	o.values[OPTION_OUTPUT] = first;
	assert_int_equal(command_run(&o), EXIT_NO);
	assert_non_null(strstr(command_errors, "holds a drill already; give a new folder"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(drills_stand_side_by_side_in_the_order_of_time,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(as_json_it_is_a_list, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_drill_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_start_needs_a_configuration_and_a_new_folder,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
