/* what_if_cmd - under the plan of then the day is what was recorded; a plan that confirms later, or has a shorter RTO, shows in its row;
 * checks that a plan does not have are named. */
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
#include "tests/support/played_journal.h"

static const struct command what_if = {.name = "what-if", .run = what_if_cmd_run};
static char folder[64], path[96], plan[96];

static void write_plan(const char *text, size_t n)
{
	FILE *f = fopen(plan, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
}

static void write_changed(unsigned confirm, unsigned rto_s)
{
	char text[4096];

	write_plan(text, played_plan(text, sizeof(text), confirm, rto_s));
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/journal.db", folder);
	snprintf(plan, sizeof(plan), "%s/new.yaml", folder);
	played_journal_write(path);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"journal.db",      "journal.db-wal", "journal.db-shm",
					    "journal.db.lock", "journal.head",   "new.yaml"};
	char name[160];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(name, sizeof(name), "%s/%s", folder, names[i]);
		unlink(name);
	}
	return rmdir(folder);
}

static int try_it(const char *lang, bool json)
{
	struct options o = {.command = &what_if,
			    .args = {folder, "1"},
			    .arg_count = 2,
			    .values = {[OPTION_PLAN] = plan, [OPTION_LANG] = lang}};

	if (json)
		o.values[OPTION_JSON] = "";
	return command_run(&o);
}

static void the_plan_of_then_gives_what_was_recorded(void **state)
{
	(void)state;
	write_changed(2, 60);
	assert_int_equal(try_it("es", false), EXIT_OK);
	assert_non_null(strstr(command_out, "portal\n  lo registrado              1s"));
	assert_non_null(strstr(command_out, "\n  plan de entonces           1s"));
	assert_non_null(strstr(command_out, "\n  plan nuevo                 1s"));
	assert_null(strstr(command_out, "FUERA"));
	assert_int_equal(try_it("es", true), EXIT_OK);
	/* Decided by elsa, then ceci, as soon as they were then. */
	for (const char *p = command_out; (p = strstr(p, "\"decision\":")) != NULL; p++)
		assert_true(strncmp(p, "\"decision\":\"declared\"", 21) == 0 ||
			    strncmp(p, "\"decision\":\"authorised\"", 23) == 0);
}

static void another_plan_shows_its_difference(void **state)
{
	(void)state;
	write_changed(6, 25);
	assert_int_equal(try_it("en", false), EXIT_OK);
	assert_non_null(strstr(command_out, "\n  the plan of then           1s"));
	assert_non_null(strstr(command_out, "\n  the new plan               5s"));
	assert_non_null(strstr(command_out, "PAST the RTO"));
}

static void checks_that_are_gone_are_named(void **state)
{
	char text[4096], *id;
	size_t n = played_plan(text, sizeof(text), 2, 60);

	(void)state;
	id = strstr(text, "{id: p, type");
	assert_non_null(id);
	id[5] = 'q';
	write_plan(text, n);
	assert_int_equal(try_it("es", false), EXIT_OK);
	assert_non_null(strstr(command_out, "no está en el plan nuevo: web:p"));
	assert_non_null(strstr(command_out, "plan nuevo          no falla"));
}

static void what_cannot_be_tried_is_told(void **state)
{
	(void)state;
	write_plan("nonsense: 1\n", 12);
	assert_int_equal(try_it("es", false), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "nothing is played"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_plan_of_then_gives_what_was_recorded, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(another_plan_shows_its_difference, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(checks_that_are_gone_are_named, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_tried_is_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
