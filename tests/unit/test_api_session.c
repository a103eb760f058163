/* api_session - the door: who is let in, who is not, and that nobody can tell whose account there is.
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

static struct collector_world_answer log_in(struct collector_world *w, const char *login,
					    const char *password, const char *from)
{
	char body[256], target[128];

	snprintf(body, sizeof(body), "{\"login\":\"%s\",\"password\":\"%s\"}", login, password);
	snprintf(target, sizeof(target), "/v1/session?from=%s", from);
	return people_ask(w, "POST", target, w->operator_token, body);
}

static void the_right_password_opens_a_session_of_its_own(void **state)
{
	struct collector_world *w = *state;
	char old[COLLECTOR_WORLD_TOKEN_SIZE], new[64];
	struct collector_world_answer a;
	const char *at;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", old);
	/* A token that is brought along is never adopted (fixation). */
	a = people_ask(w, "POST", "/v1/session", old,
		       "{\"login\":\"ana\",\"password\":\"" COLLECTOR_WORLD_PASSWORD "\"}");
	people_opened(a, "\"rights\":[\"view\",\"contacts\",\"report\",\"operate\",\"plan\"]");
	people_opened(a, "\"idle\":43200,\"enrol\":false");
	people_opened(a, "\"post\":\"Mesa de ayuda\"");
	at = strstr(a.body, "\"token\":\"");
	assert_non_null(at);
	snprintf(new, sizeof(new), "%.46s", at + 9);
	assert_string_not_equal(new, old);
	people_opened(people_ask(w, "GET", "/v1/session", new, NULL), "\"login\":\"ana\"");
	assert_non_null(
		strstr(collector_world_last(w, "access.changed"), "logged-in ana password"));
	assert_null(strstr(collector_world_last(w, "access.changed"), new));
	/* Ended, it is nobody's. */
	people_opened(people_ask(w, "DELETE", "/v1/session", new, NULL), "{}");
	people_refused(people_ask(w, "GET", "/v1/session", new, NULL), 401, "no-session");
	people_opened(people_ask(w, "GET", "/v1/session", old, NULL), "\"login\":\"ana\"");
	/* What was written with weaker parameters is written anew. */
	assert_false(scrypt_is_outdated(collector_world_account(w, "ana")->password));
}

static void a_wrong_password_and_an_unknown_login_are_one_answer(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE], first[256];
	struct account closed;
	struct err_info info;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	snprintf(first, sizeof(first), "%s",
		 log_in(w, "ana", "cuatro palabras con nexo", "::1").body);
	assert_non_null(strstr(first, "\"wrong\""));
	assert_string_equal(log_in(w, "eva", COLLECTOR_WORLD_PASSWORD, "::1").body, first);
	assert_string_equal(log_in(w, "", "", "::1").body, first);
	assert_string_equal(log_in(w, "../../etc", COLLECTOR_WORLD_PASSWORD, "::1").body, first);
	closed = *collector_world_account(w, "ana");
	closed.state = ACCOUNT_DISABLED;
	assert_int_equal(roster_put(w->c.people->roster, &closed, ROSTER_SESSIONS_END, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
	assert_string_equal(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "::1").body, first);
	people_refused(people_ask(w, "GET", "/v1/session", token, NULL), 401, "no-session");
}

static void five_wrong_ones_lock_known_and_unknown_alike(void **state)
{
	static const char *const logins[] = {"ana", "nadie"};
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	for (size_t n = 0; n < COUNT_OF(logins); n++) {
		struct collector_world_answer a;
		char from[32];

		for (int i = 0; i < 5; i++) { /* each from an address of its own */
			snprintf(from, sizeof(from), "192.0.2.%d", i + 1);
			people_refused(log_in(w, logins[n], "equivocada de todo", from), 401,
				       "wrong");
		}
		a = log_in(w, logins[n], COLLECTOR_WORLD_PASSWORD, "192.0.2.9");
		people_refused(a, 429, "locked"); /* the right one too */
		assert_non_null(strstr(a.head, "Retry-After: 60"));
	}
	people_look(w->c.people);
	people_opened(collector_world_get(w, "/v1/status"), "{");
	assert_non_null(strstr(collector_world_last(w, "access.changed"), "locked ana none from="));
	assert_int_equal(w->c.people->stats.lockouts, 1);
	/* Whoever was inside stays inside. */
	people_opened(people_ask(w, "GET", "/v1/session", token, NULL), "\"login\":\"ana\"");
}

/* Nobody waits for a clock here: the allowance is used up in a time to come (test_login_limits has the times). */
static void use_up(struct collector_world *w, const char *address)
{
	struct mono_time later = mono_add_us(clock_mono(), 3600 * US_PER_S);
	int64_t wait;

	while (login_limits_take(&w->c.people->limits, address, later, &wait))
		continue;
}

static void an_address_past_its_allowance_waits_and_right_ones_cost_nothing(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_VIEWER, "", token);
	for (int i = 0; i < 15; i++)
		people_opened(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "192.0.2.77"),
			      "\"token\"");
	use_up(w, "192.0.2.77");
	people_refused(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "192.0.2.77"), 429, "locked");
	people_refused(log_in(w, "nadie", "equivocada de todo", "192.0.2.77"), 429, "locked");
	people_opened(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "192.0.2.78"), "\"token\"");
	/* Only the board and the operator say from where somebody comes. */
	use_up(w, "127.0.0.1");
	people_refused(people_ask(w, "POST", "/v1/session?from=192.0.2.78", token,
				  "{\"login\":\"ana\",\"password\":\"" COLLECTOR_WORLD_PASSWORD
				  "\"}"),
		       429, "locked");
	people_refused(people_ask(w, "POST", "/v1/session?from=192.0.2.78", NULL,
				  "{\"login\":\"ana\",\"password\":\"" COLLECTOR_WORLD_PASSWORD
				  "\"}"),
		       429, "locked");
	people_refused(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "not-an-address"), 429, "locked");
}

static void one_time_codes_are_asked_for_and_serve_once(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE], body[256], code[8];
	const struct account *a;

	collector_world_person(w, "jefa", ROLE_CRISIS, "utsi", token);
	people_refused(log_in(w, "jefa", COLLECTOR_WORLD_PASSWORD, "::1"), 401, "code-wanted");
	a = collector_world_account(w, "jefa");
	totp_code(code, 6, (struct slice){(const char *)a->totp, TOTP_SECRET_SIZE},
		  clock_now(&w->c.clock).us / US_PER_S / TOTP_STEP_S);
	snprintf(body, sizeof(body),
		 "{\"login\":\"jefa\",\"password\":\"" COLLECTOR_WORLD_PASSWORD
		 "\",\"code\":\"%s\"}",
		 code);
	people_opened(people_ask(w, "POST", "/v1/session", NULL, body), "\"decide\"");
	people_refused(people_ask(w, "POST", "/v1/session", NULL, body), 401, "wrong");
	assert_int_equal(collector_world_account(w, "jefa")->lock.wrong, 1);
}

static void the_first_administrator_needs_the_code_and_there_is_one_only(void **state)
{
	struct collector_world *w = *state;
	char code[32] = "", body[256];
	FILE *f;

	people_opened(people_ask(w, "GET", "/v1/session/first", NULL, NULL), "{\"first\":true}");
	f = fopen(collector_world_path(w, "first-admin.code"), "re");
	assert_non_null(f);
	assert_non_null(fgets(code, sizeof(code), f));
	fclose(f);
	code[strcspn(code, "\n")] = '\0';
	people_refused(
		people_ask(w, "POST", "/v1/session/first", NULL,
			   "{\"code\":\"AAAAA-AAAAA-AAAAA-AAAAA\",\"login\":\"raiz\",\"password\":"
			   "\"cuatro "
			   "palabras\"}"),
		401, "wrong");
	snprintf(body, sizeof(body),
		 "{\"code\":\"%s\",\"login\":\"Raiz\",\"password\":\"cuatro palabras\"}", code);
	people_refused(people_ask(w, "POST", "/v1/session/first", NULL, body), 400, "login");
	snprintf(body, sizeof(body), "{\"code\":\"%s\",\"login\":\"raiz\",\"password\":\"cuatro\"}",
		 code);
	people_refused(people_ask(w, "POST", "/v1/session/first", NULL, body), 400, "weak");
	snprintf(body, sizeof(body),
		 "{\"code\":\"%s\",\"login\":\"raiz\",\"password\":\"cuatro palabras\"}", code);
	people_opened(people_ask(w, "POST", "/v1/session/first", NULL, body),
		      "\"rights\":[\"enrol\"]");
	people_refused(people_ask(w, "POST", "/v1/session/first", NULL, body), 404, "not-found");
	people_opened(people_ask(w, "GET", "/v1/session/first", NULL, NULL), "{\"first\":false}");
	assert_int_equal(access(collector_world_path(w, "first-admin.code"), F_OK), -1);
}

static void an_invitation_sets_a_password_once(void **state)
{
	struct collector_world *w = *state;
	char code[ONE_TIME_CODE_SIZE], body[256];
	struct account a = {.login = "eva", .role = ROLE_DESK, .created = {1}};
	struct err_info info;

	account_invite(&a, clock_now(&w->c.clock), code);
	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_STAY, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
	people_refused(log_in(w, "eva", code, "::1"), 409, "invited");
	snprintf(body, sizeof(body),
		 "{\"login\":\"eva\",\"invitation\":\"%s\",\"password\":\"corta\"}", code);
	people_refused(people_ask(w, "POST", "/v1/session/invited", NULL, body), 400, "weak");
	people_refused(
		people_ask(w, "POST", "/v1/session/invited", NULL,
			   "{\"login\":\"eva\",\"invitation\":\"AAAAA\",\"password\":\"cuatro "
			   "palabras\"}"),
		401, "wrong");
	snprintf(body, sizeof(body),
		 "{\"login\":\"eva\",\"invitation\":\"%s\",\"password\":\"cuatro palabras\"}",
		 code);
	people_opened(people_ask(w, "POST", "/v1/session/invited", NULL, body),
		      "\"state\":\"active\"");
	people_refused(people_ask(w, "POST", "/v1/session/invited", NULL, body), 401, "wrong");
	people_opened(log_in(w, "eva", "cuatro palabras", "::1"), "\"token\"");
}

static void accounts_that_cannot_be_read_open_nothing(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];
	struct roster *r;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	r = w->c.people->roster;
	w->c.people->roster = NULL;
	people_refused(people_ask(w, "GET", "/v1/session/first", NULL, NULL), 503,
		       "accounts-damaged");
	people_refused(people_ask(w, "POST", "/v1/session/first", NULL, "{}"), 503,
		       "accounts-damaged");
	people_refused(log_in(w, "ana", COLLECTOR_WORLD_PASSWORD, "::1"), 503, "accounts-damaged");
	people_refused(people_ask(w, "GET", "/v1/status", token, NULL), 503, "accounts-damaged");
	people_refused(people_ask(w, "GET", "/v1/accounts", w->operator_token, NULL), 503,
		       "accounts-damaged");
	people_opened(collector_world_get(w, "/v1/status"), "{"); /* all else goes on */
	w->c.people->roster = r;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(the_right_password_opens_a_session_of_its_own),
		CASE(a_wrong_password_and_an_unknown_login_are_one_answer),
		CASE(five_wrong_ones_lock_known_and_unknown_alike),
		CASE(an_address_past_its_allowance_waits_and_right_ones_cost_nothing),
		CASE(one_time_codes_are_asked_for_and_serve_once),
		CASE(the_first_administrator_needs_the_code_and_there_is_one_only),
		CASE(an_invitation_sets_a_password_once),
		CASE(accounts_that_cannot_be_read_open_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
