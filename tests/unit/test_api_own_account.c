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
	refused(ask(w, "POST", "/v1/account/password", here, "{" PASSWORD ",\"new\":\"corta\"}"),
		400, "weak");
	refused(ask(w, "POST", "/v1/account/password", here,
		    "{" PASSWORD ",\"new\":\"" COLLECTOR_WORLD_PASSWORD "\"}"),
		400, "weak");
	refused(ask(w, "POST", "/v1/account/password", here,
		    "{\"password\":\"otra cosa del todo\",\"new\":\"otras cuatro palabras\"}"),
		403, "wrong");
	opened(ask(w, "GET", "/v1/session", there, NULL), "\"ana\"");
	opened(ask(w, "POST", "/v1/account/password", here,
		   "{" PASSWORD ",\"new\":\"otras cuatro palabras\"}"),
	       "{}");
	opened(ask(w, "GET", "/v1/session", here, NULL), "\"ana\"");
	refused(ask(w, "GET", "/v1/session", there, NULL), 401, "no-session");
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
		refused(ask(w, "POST", "/v1/account/pin", token,
			    "{\"password\":\"adivinada al azar\",\"pin\":\"314159\"}"),
			403, "wrong");
	refused(ask(w, "POST", "/v1/account/pin", token, "{" PASSWORD ",\"pin\":\"314159\"}"), 429,
		"locked");
	assert_true(
		scrypt_is(collector_world_account(w, "ana")->pin, SLICE_LIT(COLLECTOR_WORLD_PIN)));
}

static void a_pin_is_set_with_the_password(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	refused(ask(w, "POST", "/v1/account/pin", token, "{" PASSWORD ",\"pin\":\"123456\"}"), 400,
		"weak");
	refused(ask(w, "POST", "/v1/account/pin", token, "{\"pin\":\"314159\"}"), 400, "malformed");
	opened(ask(w, "POST", "/v1/account/pin", token, "{" PASSWORD ",\"pin\":\"314159\"}"), "{}");
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
	opened(ask(w, "GET", "/v1/session", token, NULL), "\"rights\":[\"enrol\"]");
	refused(ask(w, "GET", "/v1/status", token, NULL), 403, "enrol");
	refused(ask(w, "POST", "/v1/incidents/1/declare", token, "{}"), 403, "enrol");
	refused(ask(w, "POST", "/v1/account/pin", token, "{" PASSWORD ",\"pin\":\"314159\"}"), 403,
		"enrol");
	refused(ask(w, "POST", "/v1/account/totp", token, "{\"code\":\"000000\"}"), 409,
		"not-asked");
	a = ask(w, "POST", "/v1/account/totp", token, "{}");
	opened(a, "\"uri\":\"otpauth://totp/Vig%C3%ADa:jefa?secret=");
	code_of(w, a.body, 0, code);
	refused(ask(w, "POST", "/v1/account/totp", token, "{\"code\":\"12345\"}"), 403, "wrong");
	snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	a = ask(w, "POST", "/v1/account/totp", token, body);
	opened(a, "\"decide\"");
	opened(a, "\"enrol\":false");
	/* More rights than before, so under another token. */
	assert_non_null(strstr(a.body, "\"token\":\"vs_"));
	snprintf(body, sizeof(body), "%.46s", strstr(a.body, "\"token\":\"") + 9);
	refused(ask(w, "GET", "/v1/session", token, NULL), 401, "no-session");
	snprintf(token, sizeof(token), "%.46s", body);
	opened(ask(w, "GET", "/v1/session", token, NULL), "\"decide\"");
	opened(ask(w, "GET", "/v1/status", token, NULL), "{");
	refused(ask(w, "POST", "/v1/account/totp", token, "{\"off\":true," PASSWORD "}"), 409,
		"needed");
	/* Another one only with the password. */
	refused(ask(w, "POST", "/v1/account/totp", token, "{}"), 400, "malformed");
	refused(ask(w, "POST", "/v1/account/totp", token, "{\"password\":\"adivinada\"}"), 403,
		"wrong");
	opened(ask(w, "POST", "/v1/account/totp", token, "{" PASSWORD "}"), "\"secret\"");
}

static void whoever_may_do_without_takes_it_off(void **state)
{
	struct collector_world *w = *state;
	char ana[COLLECTOR_WORLD_TOKEN_SIZE], muro[COLLECTOR_WORLD_TOKEN_SIZE], body[64], code[8];
	struct collector_world_answer a;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	collector_world_person(w, "muro", ROLE_VIEWER, "", muro);
	refused(ask(w, "POST", "/v1/account/totp", muro, "{}"), 409, "not-needed");
	a = ask(w, "POST", "/v1/account/totp", ana, "{}");
	code_of(w, a.body, 0, code);
	snprintf(body, sizeof(body), "{\"code\":\"%s\"}", code);
	opened(ask(w, "POST", "/v1/account/totp", ana, body), "{}");
	assert_true(collector_world_account(w, "ana")->has_totp);
	refused(ask(w, "POST", "/v1/account/totp", ana, "{\"off\":true}"), 400, "malformed");
	opened(ask(w, "POST", "/v1/account/totp", ana, "{\"off\":true," PASSWORD "}"), "{}");
	assert_false(collector_world_account(w, "ana")->has_totp);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
