/* api_accounts - who has an account is the administrators' business, and never leaves nobody in charge.
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
#include "collector/people.h"
#include "tests/support/people_world.h"

static void an_account_is_made_listed_and_invited(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE];
	struct collector_world_answer a;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	a = people_ask(w, "POST", "/v1/accounts", raiz,
		       "{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\"}");
	people_opened(a,
		      "{\"account\":{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\","
		      "\"post\":\"Mesa "
		      "de ayuda\",\"state\":\"invited\",\"totp\":false,\"pin\":false");
	people_opened(a, "\"by\":\"raiz\"");
	people_opened(a, "\"invitation\":\"");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-made ana session by=raiz role=operator person=mesa note="));
	a = people_ask(w, "GET", "/v1/accounts", raiz, NULL);
	people_opened(a, "\"login\":\"raiz\"");
	people_opened(a, "\"login\":\"ana\"");
	assert_null(strstr(a.body, "scrypt"));
	assert_null(strstr(a.body, "invitation"));
	people_refused(people_ask(w, "POST", "/v1/accounts", raiz,
				  "{\"login\":\"ana\",\"role\":\"desk\"}"),
		       409, "duplicate");
	people_refused(people_ask(w, "POST", "/v1/accounts", raiz,
				  "{\"login\":\"Ana\",\"role\":\"desk\"}"),
		       400, "login");
	people_refused(people_ask(w, "POST", "/v1/accounts", raiz,
				  "{\"login\":\"eva\",\"role\":\"root\"}"),
		       400, "malformed");
	people_refused(people_ask(w, "POST", "/v1/accounts", raiz,
				  "{\"login\":\"eva\",\"role\":\"desk\",\"person\":\"nadie\"}"),
		       404, "not-found");
	people_refused(people_ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"eva\"}"), 400,
		       "malformed");
}

static void a_change_of_rights_ends_sessions_and_is_journalled(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], ana[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	people_opened(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"reset\":\"lock\"}"),
		      "\"ana\"");
	people_opened(people_ask(w, "GET", "/v1/session", ana, NULL),
		      "\"ana\""); /* nothing was taken away */
	people_opened(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"role\":\"viewer\"}"),
		      "\"role\":\"viewer\"");
	people_refused(people_ask(w, "GET", "/v1/session", ana, NULL), 401, "no-session");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-changed ana session by=raiz role=operator>viewer note="));
	people_opened(people_ask(w, "POST", "/v1/accounts/ana", raiz,
				 "{\"state\":\"disabled\",\"person\":null}"),
		      "\"person\":null");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "person=mesa>- state=active>disabled"));
	people_opened(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"state\":\"active\"}"),
		      "\"active\"");
	people_refused(people_ask(w, "POST", "/v1/accounts/nadie", raiz, "{}"), 404, "not-found");
	people_refused(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"state\":\"invited\"}"),
		       400, "malformed");
	people_refused(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"reset\":\"all\"}"), 400,
		       "malformed");
	people_refused(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"login\":\"eva\"}"), 400,
		       "malformed");
	people_refused(people_ask(w, "POST", "/v1/accounts/ana", raiz, "{\"role\":\"service\"}"),
		       409, "service");
}

static void resets_take_what_they_name(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], jefa[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "jefa", ROLE_CRISIS, "utsi", jefa);
	people_opened(people_ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"pin\"}"),
		      "\"pin\":false");
	people_opened(people_ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"totp\"}"),
		      "\"totp\":false");
	people_refused(people_ask(w, "GET", "/v1/session", jefa, NULL), 401, "no-session");
	people_opened(people_ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"password\"}"),
		      "\"invitation\":\"");
	assert_int_equal(collector_world_account(w, "jefa")->state, ACCOUNT_INVITED);
	assert_string_equal(collector_world_account(w, "jefa")->password, "");
	people_refused(people_ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"state\":\"active\"}"),
		       409, "no-password");
}

static void the_last_administrator_cannot_go(void **state)
{
	static const char *const changes[] = {"{\"role\":\"viewer\"}", "{\"state\":\"disabled\"}",
					      "{\"reset\":\"password\"}"};
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], dos[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	for (size_t i = 0; i < COUNT_OF(changes); i++)
		people_refused(people_ask(w, "POST", "/v1/accounts/raiz", raiz, changes[i]), 409,
			       "last-administrator");
	people_refused(people_ask(w, "POST", "/v1/accounts/raiz", w->operator_token, changes[0]),
		       409, "last-administrator");
	/* Whoever is on the machine itself gives them a new password; nobody else becomes the first meanwhile. */
	people_opened(people_ask(w, "POST", "/v1/accounts/raiz", w->operator_token, changes[2]),
		      "\"invitation\"");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-changed raiz operator-token state=active>invited "
			       "reset=password"));
	people_opened(people_ask(w, "GET", "/v1/session/first", NULL, NULL), "{\"first\":false}");
	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "dos", ROLE_ADMINISTRATOR, "", dos);
	people_opened(people_ask(w, "POST", "/v1/accounts/raiz", dos, changes[0]), "\"viewer\"");
	people_refused(people_ask(w, "POST", "/v1/accounts/dos", dos, changes[1]), 409,
		       "last-administrator");
}

static void a_program_has_a_token_that_is_told_once(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], token[64], next[64];
	struct collector_world_answer a;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	a = people_ask(w, "POST", "/v1/accounts", raiz,
		       "{\"login\":\"grafana\",\"role\":\"service\"}");
	people_opened(a, "\"state\":\"active\"");
	people_opened(a, "\"token\":\"vs_");
	snprintf(token, sizeof(token), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	people_opened(people_ask(w, "GET", "/v1/status", token, NULL), "{");
	people_refused(people_ask(w, "POST", "/v1/acts/leave", token, "{}"), 403, "not-yours");
	people_refused(people_ask(w, "POST", "/v1/account/password", token,
				  "{\"password\":\"x\",\"new\":\"cuatro palabras\"}"),
		       409, "service");
	a = people_ask(w, "POST", "/v1/accounts/grafana", raiz, "{\"reset\":\"password\"}");
	people_opened(a, "\"token\":\"vs_");
	snprintf(next, sizeof(next), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	people_refused(people_ask(w, "GET", "/v1/status", token, NULL), 401, "no-session");
	people_opened(people_ask(w, "GET", "/v1/status", next, NULL), "{");
}

static void sessions_are_seen_and_ended_by_who_may(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], ana[COLLECTOR_WORLD_TOKEN_SIZE],
		eva[COLLECTOR_WORLD_TOKEN_SIZE], path[128];
	struct collector_world_answer a;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	collector_world_person(w, "eva", ROLE_DESK, "mesa", eva);
	a = people_ask(w, "GET", "/v1/sessions", raiz, NULL);
	people_opened(a, "\"login\":\"ana\",\"from\":\"192.0.2.1\"");
	people_opened(a, "\"login\":\"eva\"");
	assert_null(strstr(a.body, "vs_"));
	a = people_ask(w, "GET", "/v1/sessions", ana, NULL);
	people_opened(a, "\"login\":\"ana\"");
	assert_null(strstr(a.body, "\"eva\""));
	snprintf(path, sizeof(path), "/v1/sessions/%.16s/end", strstr(a.body, "\"id\":\"") + 6);
	people_refused(people_ask(w, "POST", path, eva, "{}"), 404, "not-found");
	people_opened(people_ask(w, "POST", path, raiz, "{}"), "{}");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "session-ended ana session by=raiz"));
	people_refused(people_ask(w, "GET", "/v1/session", ana, NULL), 401, "no-session");
	people_refused(people_ask(w, "POST", path, raiz, "{}"), 404, "not-found");
	a = people_ask(w, "GET", "/v1/sessions", eva, NULL);
	snprintf(path, sizeof(path), "/v1/sessions/%.16s/end", strstr(a.body, "\"id\":\"") + 6);
	people_opened(people_ask(w, "POST", path, eva, "{}"), "{}"); /* one's own */
	people_refused(people_ask(w, "GET", "/v1/session", eva, NULL), 401, "no-session");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(an_account_is_made_listed_and_invited),
		CASE(a_change_of_rights_ends_sessions_and_is_journalled),
		CASE(resets_take_what_they_name),
		CASE(the_last_administrator_cannot_go),
		CASE(a_program_has_a_token_that_is_told_once),
		CASE(sessions_are_seen_and_ended_by_who_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
