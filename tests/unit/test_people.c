/* people - the journal is told of every change, also of one that the power cut short; damaged accounts are an alarm.
 *
 * wrap: collector_end_turn_soon
 */
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

#include "access/permission.h"
#include "base/files.h"
#include "collector/alarms.h"
#include "collector/people.h"
#include "tests/support/people_world.h"

static void open_again(struct collector_world *w)
{
	struct err_info info;

	people_close(w->c.people);
	assert_int_equal(people_open(&w->c, &w->c.people, &info), ERR_OK);
}

static void a_change_that_was_not_told_is_told_after_a_start(void **state)
{
	struct collector_world *w = *state;
	struct account a = {.login = "ana", .role = ROLE_DESK, .state = ACCOUNT_ACTIVE};
	struct err_info info;

	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_STAY, NULL,
				    (struct wall_time){1700000000 * US_PER_S}, "account-made ana x",
				    &info),
			 ERR_OK);
	assert_int_equal(collector_world_count(w, "access.changed"), 0);
	open_again(w); /* the power failed before the journal had it */
	people_look(w->c.people);
	people_opened(collector_world_get(w, "/v1/events"), "\"at\":1700000000,");
	assert_string_equal(collector_world_last(w, "access.changed"),
			    "{\"text\":\"account-made ana x note=1\"}");
	open_again(w);
	people_look(w->c.people);
	people_opened(collector_world_get(w, "/v1/status"), "{");
	assert_int_equal(collector_world_count(w, "access.changed"), 1);
}

static void damaged_accounts_are_an_alarm_and_no_open_door(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];
	struct err_info info;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", token);
	people_close(w->c.people);
	assert_int_equal(files_replace(collector_world_path(w, "accounts.db"),
				       SLICE_LIT("this is no data base, whatever its name says"),
				       0600, &info),
			 ERR_OK);
	assert_int_equal(people_open(&w->c, &w->c.people, &info), ERR_OK);
	assert_true(alarm_is_on(&w->c.alarms, ALARM_ACCOUNTS_DAMAGED));
	people_opened(collector_world_get(w, "/v1/status"), "\"alarm\":\"accounts-damaged\"");
	assert_false(people_wants_first(w->c.people));
	assert_int_equal(access(collector_world_path(w, "first-admin.code"), F_OK), -1);
	people_refused(people_ask(w, "GET", "/v1/status", token, NULL), 503, "accounts-damaged");
	people_look(w->c.people); /* nothing to be done, and nothing breaks */
	people_tell(w->c.people);
	people_committed(w->c.people);
}

static void the_code_of_the_first_administrator_is_kept_over_a_start(void **state)
{
	struct collector_world *w = *state;
	struct sha256 first = w->c.people->first_code;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	open_again(w);
	assert_true(digest_is(&first, &w->c.people->first_code));
	assert_false(people_is_first_code(w->c.people, ""));
	assert_false(people_is_first_code(w->c.people, "AAAAA-AAAAA-AAAAA-AAAAA"));
	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", token);
	assert_false(people_wants_first(w->c.people));
	assert_int_equal(access(collector_world_path(w, "first-admin.code"), F_OK), -1);
	open_again(w);
	assert_int_equal(access(collector_world_path(w, "first-admin.code"), F_OK), -1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_change_that_was_not_told_is_told_after_a_start),
		CASE(damaged_accounts_are_an_alarm_and_no_open_door),
		CASE(the_code_of_the_first_administrator_is_kept_over_a_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
