/* api_own_account - people change what opens their own account, with their password.
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

#define PASSWORD "\"password\":\"" COLLECTOR_WORLD_PASSWORD "\""

static void a_new_password_ends_the_other_sessions(void **state)
{
	struct collector_world *w = *state;
	char here[COLLECTOR_WORLD_TOKEN_SIZE], there[SESSION_TOKEN_SIZE];
	struct err_info info;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", here);
	assert_int_equal(roster_begin_session(w->c.people->roster, "ana", "192.0.2.2",
					      clock_now(&w->c.clock), "x", there, &info),
			 ERR_OK);
	people_refused(people_ask(w, "POST", "/v1/account/password", here,
				  "{" PASSWORD ",\"new\":\"corta\"}"),
		       400, "weak");
	people_refused(people_ask(w, "POST", "/v1/account/password", here,
				  "{" PASSWORD ",\"new\":\"" COLLECTOR_WORLD_PASSWORD "\"}"),
		       400, "weak");
	people_refused(
		people_ask(
			w, "POST", "/v1/account/password", here,
			"{\"password\":\"otra cosa del todo\",\"new\":\"otras cuatro palabras\"}"),
		403, "wrong");
	people_opened(people_ask(w, "GET", "/v1/session", there, NULL), "\"ana\"");
	people_opened(people_ask(w, "POST", "/v1/account/password", here,
				 "{" PASSWORD ",\"new\":\"otras cuatro palabras\"}"),
		      "{}");
	people_opened(people_ask(w, "GET", "/v1/session", here, NULL), "\"ana\"");
	people_refused(people_ask(w, "GET", "/v1/session", there, NULL), 401, "no-session");
	assert_true(scrypt_is(collector_world_account(w, "ana")->password,
			      SLICE_LIT("otras cuatro palabras")));
	assert_non_null(
		strstr(collector_world_last(w, "access.changed"), "password-set ana session"));
}

static void a_stolen_session_is_no_way_to_guess_the_password(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	for (int i = 0; i < 5; i++)
		people_refused(
			people_ask(w, "POST", "/v1/account/pin", token,
				   "{\"password\":\"adivinada al azar\",\"pin\":\"314159\"}"),
			403, "wrong");
	people_refused(people_ask(w, "POST", "/v1/account/pin", token,
				  "{" PASSWORD ",\"pin\":\"314159\"}"),
		       429, "locked");
	assert_true(
		scrypt_is(collector_world_account(w, "ana")->pin, SLICE_LIT(COLLECTOR_WORLD_PIN)));
}

static void a_pin_is_set_with_the_password(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	people_refused(people_ask(w, "POST", "/v1/account/pin", token,
				  "{" PASSWORD ",\"pin\":\"123456\"}"),
		       400, "weak");
	people_refused(people_ask(w, "POST", "/v1/account/pin", token, "{\"pin\":\"314159\"}"), 400,
		       "malformed");
	people_opened(people_ask(w, "POST", "/v1/account/pin", token,
				 "{" PASSWORD ",\"pin\":\"314159\"}"),
		      "{}");
	assert_true(scrypt_is(collector_world_account(w, "ana")->pin, SLICE_LIT("314159")));
	assert_non_null(strstr(collector_world_last(w, "access.changed"), "pin-set ana session"));
	assert_null(strstr(collector_world_last(w, "access.changed"), "314159"));
}

static void take_totp_off(struct collector_world *w, const char *login)
{
	struct account a = *collector_world_account(w, login);
	struct err_info info;

	a.has_totp = false;
	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_STAY, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
}

static unsigned from_base32(const char *text, unsigned char *dst)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, n = 0, have = 0;

	for (; *text >= '2' && n < TOTP_SECRET_SIZE; text++) {
		bits = (bits << 5 | (unsigned)(strchr(digits, *text) - digits)) & 0xFFFF;
		have += 5;
		if (have >= 8) {
			have -= 8;
			dst[n++] = (unsigned char)(bits >> have);
		}
	}
	return n;
}

/* The code of now, or of the next step. */
static void code_of(struct collector_world *w, const char *answer, int step, char code[8])
{
	unsigned char secret[TOTP_SECRET_SIZE];

	assert_int_equal(from_base32(strstr(answer, "\"secret\":\"") + 10, secret),
			 TOTP_SECRET_SIZE);
	totp_code(code, 6, (struct slice){(const char *)secret, TOTP_SECRET_SIZE},
		  clock_now(&w->c.clock).us / US_PER_S / TOTP_STEP_S + step);
}

static void whoever_needs_a_code_may_set_one_and_nothing_else(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE], body[64], code[8];
	struct collector_world_answer a;

	collector_world_person(w, "jefa", ROLE_CRISIS, "utsi", token);
	take_totp_off(w, "jefa");
	people_opened(people_ask(w, "GET", "/v1/session", token, NULL), "\"rights\":[\"enrol\"]");
	people_refused(people_ask(w, "GET", "/v1/status", token, NULL), 403, "enrol");
	people_refused(people_ask(w, "POST", "/v1/incidents/1/declare", token, "{}"), 403, "enrol");
	people_refused(people_ask(w, "POST", "/v1/account/pin", token,
				  "{" PASSWORD ",\"pin\":\"314159\"}"),
		       403, "enrol");
	people_refused(people_ask(w, "POST", "/v1/account/totp", token, "{\"code\":\"000000\"}"),
		       409, "not-asked");
	a = people_ask(w, "POST", "/v1/account/totp", token, "{}");
	people_opened(a, "\"uri\":\"otpauth://totp/Vig%C3%ADa:jefa?secret=");
	code_of(w, a.body, 0, code);
	people_refused(people_ask(w, "POST", "/v1/account/totp", token, "{\"code\":\"12345\"}"),
		       403, "wrong");
	snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	a = people_ask(w, "POST", "/v1/account/totp", token, body);
	people_opened(a, "\"decide\"");
	people_opened(a, "\"enrol\":false");
	/* More rights than before, so under another token. */
	assert_non_null(strstr(a.body, "\"token\":\"vs_"));
	snprintf(body, sizeof(body), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	people_refused(people_ask(w, "GET", "/v1/session", token, NULL), 401, "no-session");
	snprintf(token, sizeof(token), "%.46s", body);
	people_opened(people_ask(w, "GET", "/v1/session", token, NULL), "\"decide\"");
	people_opened(people_ask(w, "GET", "/v1/status", token, NULL), "{");
	people_refused(
		people_ask(w, "POST", "/v1/account/totp", token, "{\"off\":true," PASSWORD "}"),
		409, "needed");
	/* Another one only with the password. */
	people_refused(people_ask(w, "POST", "/v1/account/totp", token, "{}"), 400, "malformed");
	people_refused(
		people_ask(w, "POST", "/v1/account/totp", token, "{\"password\":\"adivinada\"}"),
		403, "wrong");
	people_opened(people_ask(w, "POST", "/v1/account/totp", token, "{" PASSWORD "}"),
		      "\"secret\"");
}

static void whoever_may_do_without_takes_it_off(void **state)
{
	struct collector_world *w = *state;
	char ana[COLLECTOR_WORLD_TOKEN_SIZE], muro[COLLECTOR_WORLD_TOKEN_SIZE], body[64], code[8];
	struct collector_world_answer a;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	collector_world_person(w, "muro", ROLE_VIEWER, "", muro);
	people_refused(people_ask(w, "POST", "/v1/account/totp", muro, "{}"), 409, "not-needed");
	a = people_ask(w, "POST", "/v1/account/totp", ana, "{}");
	code_of(w, a.body, 0, code);
	snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	people_opened(people_ask(w, "POST", "/v1/account/totp", ana, body), "{}");
	assert_true(collector_world_account(w, "ana")->has_totp);
	people_refused(people_ask(w, "POST", "/v1/account/totp", ana, "{\"off\":true}"), 400,
		       "malformed");
	people_opened(people_ask(w, "POST", "/v1/account/totp", ana, "{\"off\":true," PASSWORD "}"),
		      "{}");
	assert_false(collector_world_account(w, "ana")->has_totp);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_new_password_ends_the_other_sessions),
		CASE(a_stolen_session_is_no_way_to_guess_the_password),
		CASE(a_pin_is_set_with_the_password),
		CASE(whoever_needs_a_code_may_set_one_and_nothing_else),
		CASE(whoever_may_do_without_takes_it_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
