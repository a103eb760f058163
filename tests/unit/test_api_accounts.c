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
#include "tests/support/collector_world.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	collector_world_serve(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	collector_world_close(w);
	free(w);
	return 0;
}

static struct collector_world_answer ask(struct collector_world *w, const char *method,
					 const char *target, const char *token, const char *body)
{
	return collector_world_ask(
		w, &(struct collector_world_ask){
			   .method = method, .target = target, .token = token, .body = body});
}

static void refused(struct collector_world_answer a, int status, const char *word)
{
	char text[64];

	snprintf(text, sizeof(text), "{\"error\":\"%s\"", word);
	if (a.status != status || strstr(a.body, text) == NULL)
		fail_msg("%d %s instead of %d %s", a.status, a.body, status, word);
}

static void opened(struct collector_world_answer a, const char *part)
{
	if (a.status != 200 || strstr(a.body, part) == NULL)
		fail_msg("%d %s instead of 200 with %s", a.status, a.body, part);
}
static void an_account_is_made_listed_and_invited(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE];
	struct collector_world_answer a;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	a = ask(w, "POST", "/v1/accounts", raiz,
		"{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\"}");
	opened(a, "{\"account\":{\"login\":\"ana\",\"role\":\"operator\",\"person\":\"mesa\","
		  "\"post\":\"Mesa "
		  "de ayuda\",\"state\":\"invited\",\"totp\":false,\"pin\":false");
	opened(a, "\"by\":\"raiz\"");
	opened(a, "\"invitation\":\"");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-made ana session by=raiz role=operator person=mesa note="));
	a = ask(w, "GET", "/v1/accounts", raiz, NULL);
	opened(a, "\"login\":\"raiz\"");
	opened(a, "\"login\":\"ana\"");
	assert_null(strstr(a.body, "scrypt"));
	assert_null(strstr(a.body, "invitation"));
	refused(ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"ana\",\"role\":\"desk\"}"), 409,
		"duplicate");
	refused(ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"Ana\",\"role\":\"desk\"}"), 400,
		"login");
	refused(ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"eva\",\"role\":\"root\"}"), 400,
		"malformed");
	refused(ask(w, "POST", "/v1/accounts", raiz,
		    "{\"login\":\"eva\",\"role\":\"desk\",\"person\":\"nadie\"}"),
		404, "not-found");
	refused(ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"eva\"}"), 400, "malformed");
}

static void a_change_of_rights_ends_sessions_and_is_journalled(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], ana[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	opened(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"reset\":\"lock\"}"), "\"ana\"");
	opened(ask(w, "GET", "/v1/session", ana, NULL), "\"ana\""); /* nothing was taken away */
	opened(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"role\":\"viewer\"}"),
	       "\"role\":\"viewer\"");
	refused(ask(w, "GET", "/v1/session", ana, NULL), 401, "no-session");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-changed ana session by=raiz role=operator>viewer note="));
	opened(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"state\":\"disabled\",\"person\":null}"),
	       "\"person\":null");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "person=mesa>- state=active>disabled"));
	opened(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"state\":\"active\"}"), "\"active\"");
	refused(ask(w, "POST", "/v1/accounts/nadie", raiz, "{}"), 404, "not-found");
	refused(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"state\":\"invited\"}"), 400,
		"malformed");
	refused(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"reset\":\"all\"}"), 400, "malformed");
	refused(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"login\":\"eva\"}"), 400, "malformed");
	refused(ask(w, "POST", "/v1/accounts/ana", raiz, "{\"role\":\"service\"}"), 409, "service");
}

static void resets_take_what_they_name(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], jefa[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "jefa", ROLE_CRISIS, "utsi", jefa);
	opened(ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"pin\"}"), "\"pin\":false");
	opened(ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"totp\"}"), "\"totp\":false");
	refused(ask(w, "GET", "/v1/session", jefa, NULL), 401, "no-session");
	opened(ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"reset\":\"password\"}"),
	       "\"invitation\":\"");
	assert_int_equal(collector_world_account(w, "jefa")->state, ACCOUNT_INVITED);
	assert_string_equal(collector_world_account(w, "jefa")->password, "");
	refused(ask(w, "POST", "/v1/accounts/jefa", raiz, "{\"state\":\"active\"}"), 409,
		"no-password");
}

static void the_last_administrator_cannot_go(void **state)
{
	static const char *const changes[] = {"{\"role\":\"viewer\"}", "{\"state\":\"disabled\"}",
					      "{\"reset\":\"password\"}"};
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], dos[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	for (size_t i = 0; i < COUNT_OF(changes); i++)
		refused(ask(w, "POST", "/v1/accounts/raiz", raiz, changes[i]), 409,
			"last-administrator");
	refused(ask(w, "POST", "/v1/accounts/raiz", w->operator_token, changes[0]), 409,
		"last-administrator");
	/* Whoever is on the machine itself gives them a new password; nobody else becomes the first meanwhile. */
	opened(ask(w, "POST", "/v1/accounts/raiz", w->operator_token, changes[2]),
	       "\"invitation\"");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "account-changed raiz operator-token state=active>invited "
			       "reset=password"));
	opened(ask(w, "GET", "/v1/session/first", NULL, NULL), "{\"first\":false}");
	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	collector_world_person(w, "dos", ROLE_ADMINISTRATOR, "", dos);
	opened(ask(w, "POST", "/v1/accounts/raiz", dos, changes[0]), "\"viewer\"");
	refused(ask(w, "POST", "/v1/accounts/dos", dos, changes[1]), 409, "last-administrator");
}

static void a_program_has_a_token_that_is_told_once(void **state)
{
	struct collector_world *w = *state;
	char raiz[COLLECTOR_WORLD_TOKEN_SIZE], token[64], next[64];
	struct collector_world_answer a;

	collector_world_person(w, "raiz", ROLE_ADMINISTRATOR, "", raiz);
	a = ask(w, "POST", "/v1/accounts", raiz, "{\"login\":\"grafana\",\"role\":\"service\"}");
	opened(a, "\"state\":\"active\"");
	opened(a, "\"token\":\"vs_");
	snprintf(token, sizeof(token), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	opened(ask(w, "GET", "/v1/status", token, NULL), "{");
	refused(ask(w, "POST", "/v1/acts/leave", token, "{}"), 403, "not-yours");
	refused(ask(w, "POST", "/v1/account/password", token,
		    "{\"password\":\"x\",\"new\":\"cuatro palabras\"}"),
		409, "service");
	a = ask(w, "POST", "/v1/accounts/grafana", raiz, "{\"reset\":\"password\"}");
	opened(a, "\"token\":\"vs_");
	snprintf(next, sizeof(next), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	refused(ask(w, "GET", "/v1/status", token, NULL), 401, "no-session");
	opened(ask(w, "GET", "/v1/status", next, NULL), "{");
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
	a = ask(w, "GET", "/v1/sessions", raiz, NULL);
	opened(a, "\"login\":\"ana\",\"from\":\"192.0.2.1\"");
	opened(a, "\"login\":\"eva\"");
	assert_null(strstr(a.body, "vs_"));
	a = ask(w, "GET", "/v1/sessions", ana, NULL);
	opened(a, "\"login\":\"ana\"");
	assert_null(strstr(a.body, "\"eva\""));
	snprintf(path, sizeof(path), "/v1/sessions/%.16s/end", strstr(a.body, "\"id\":\"") + 6);
	refused(ask(w, "POST", path, eva, "{}"), 404, "not-found");
	opened(ask(w, "POST", path, raiz, "{}"), "{}");
	assert_non_null(strstr(collector_world_last(w, "access.changed"),
			       "session-ended ana session by=raiz"));
	refused(ask(w, "GET", "/v1/session", ana, NULL), 401, "no-session");
	refused(ask(w, "POST", path, raiz, "{}"), 404, "not-found");
	a = ask(w, "GET", "/v1/sessions", eva, NULL);
	snprintf(path, sizeof(path), "/v1/sessions/%.16s/end", strstr(a.body, "\"id\":\"") + 6);
	opened(ask(w, "POST", path, eva, "{}"), "{}"); /* one's own */
	refused(ask(w, "GET", "/v1/session", eva, NULL), 401, "no-session");
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
