/* api_who - who makes a request: tokens, sessions, PINs; and every route asks the right thing of every role.
 *
 * wrap: collector_end_turn_soon password_work_add metrics_write
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
#include "collector/links.h"
#include "collector/people.h"
#include "tests/support/people_world.h"

/* This world has neither series nor calls to count. */
void __wrap_metrics_write(struct collector *c, struct buf *out);
void __wrap_metrics_write(struct collector *c, struct buf *out)
{
	(void)c;
	buf_puts(out, "# EOF\n");
}

/* Every route of the API, and who may pass: a letter per role in the order of ROLES, then the board, the operator and nobody. What lies behind
 * the gate may say anything but 401 and 403 "not-yours". */
static const struct route_case {
	const char *method, *target;
	const char *
		may; /* of "vodcxasPBO-": viewer operator desk coordinator crisis(x) auditor administrator(s) Program Board Operator nobody */
} routes[] = {
	{"GET", "/v1/status", "vodcxasPBO"},
	{"GET", "/v1/incidents", "vodcxasPBO"},
	{"GET", "/v1/incidents/1", "vodcxasPBO"},
	{"GET", "/v1/series?check=x", "vodcxasPBO"},
	{"GET", "/v1/components/nada/notifications", "vodcxasPBO"},
	{"GET", "/v1/journal/head", "vodcxasPBO"},
	{"GET", "/v1/sessions", "vodcxasPBO"},
	{"POST", "/v1/sessions/0123456789abcdef/end", "vodcxasPBO"},
	{"GET", "/v1/drills", "vodcxasPBO"},
	{"POST", "/v1/drills", "csO"},
	{"POST", "/v1/drills/stop", "csO"},
	{"GET", "/v1/events", "asO"},
	{"GET", "/v1/agents", "sO"},
	{"POST", "/v1/agents/dc/enrol", "sO"},
	{"POST", "/v1/agents/nadie/revoke", "sO"},
	{"GET", "/v1/accounts", "sO"},
	{"POST", "/v1/accounts", "sO"},
	{"POST", "/v1/accounts/nadie", "sO"},
	{"GET", "/v1/links/0-0", "BO"},
	{"POST", "/v1/links/0-0", "BO"},
	{"POST", "/v1/incidents", "odcxO"},
	{"POST", "/v1/acts/report", "odcxO"},
	{"POST", "/v1/acts/leave", "odcxO"},
	{"POST", "/v1/acts/window", "ocO"},
	{"POST", "/v1/incidents/1/note", "odcxO"},
	{"POST", "/v1/incidents/1/escalate", "ocO"},
	{"POST", "/v1/incidents/1/close", "cxO"},
	{"POST", "/v1/incidents/1/declare", "cxO"},
	{"GET", "/v1/session", "vodcxasP"},
	{"POST", "/v1/account/password", "vodcxasP"},
	{"POST", "/v1/account/pin", "vodcxasP"},
	{"POST", "/v1/account/totp", "vodcxasP"},
	{"GET", "/v1/session/first", "vodcxasPBO-"},
	{"GET", "/healthz", "vodcxasPBO-"},
	{"GET", "/metrics", "vodcxasPBO-"}, /* from this machine */
};

static bool was_let_through(const struct collector_world_answer *a)
{
	return a->status != 401 &&
	       !(a->status == 403 && strstr(a->body, "\"error\":\"not-yours\"") != NULL &&
		 strstr(a->body, "You were not called") == NULL);
}

static void every_route_asks_the_right_thing_of_every_role(void **state)
{
	static const char letters[] = "vodcxasPBO-";
	struct collector_world *w = *state;
	char tokens[ROLE_COUNT][COLLECTOR_WORLD_TOKEN_SIZE], board[80] = "";
	FILE *f = fopen(collector_world_path(w, "board.token"), "re");
	struct err_info info;

	assert_non_null(f);
	assert_non_null(fgets(board, sizeof(board), f));
	fclose(f);
	board[strcspn(board, "\n")] = '\0';
	for (unsigned r = 0; r < ROLE_COUNT; r++)
		collector_world_person(w, role_word((enum role)r), r, "mesa", tokens[r]);
	collector_world_fail(w);
	assert_int_equal(links_open(w->dir, "http://127.0.0.1", US_PER_S, &w->c.links, &info),
			 ERR_OK);
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		for (size_t k = 0; letters[k] != '\0'; k++) {
			const char *token = k < ROLE_COUNT      ? tokens[k]
					    : letters[k] == 'B' ? board
					    : letters[k] == 'O' ? w->operator_token
								: NULL;
			struct collector_world_answer a =
				people_ask(w, routes[i].method, routes[i].target, token,
					   strcmp(routes[i].method, "POST") == 0 ? "{}" : NULL);

			if (was_let_through(&a) != (strchr(routes[i].may, letters[k]) != NULL))
				fail_msg("%s %s as '%c': %d %s", routes[i].method, routes[i].target,
					 letters[k], a.status, a.body);
		}
	}
	links_close(w->c.links);
	w->c.links = NULL;
}

static void tokens_that_are_nobodys_are_refused_before_the_body(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	people_refused(people_ask(w, "GET", "/v1/status", NULL, NULL), 401, "no-token");
	people_refused(people_ask(w, "GET", "/v1/status", "vs_", NULL), 401, "no-session");
	token[40] = token[40] == 'A' ? 'B' : 'A';
	people_refused(people_ask(w, "GET", "/v1/status", token, NULL), 401, "no-session");
	people_refused(people_ask(w, "POST", "/v1/results", token, "{}"), 401, "no-session");
	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", token);
	people_refused(people_ask(w, "POST", "/v1/results", token, "{}"), 403, "not-yours");
	people_refused(people_ask(w, "GET", "/v1/agents/dc/checks", token, NULL), 403, "not-yours");
	people_refused(people_ask(w, "POST", "/v1/series/hold", token, "{}"), 403, "not-yours");
	people_refused(people_ask(w, "GET", "/v1/status", w->agent_token, NULL), 403, "not-yours");
}

static struct collector_world_answer decide(struct collector_world *w, const char *token,
					    const char *pin)
{
	char body[128];

	snprintf(body, sizeof(body), "{\"note\":\"prueba\"%s%s%s}",
		 pin != NULL ? ",\"pin\":\"" : "", pin != NULL ? pin : "", pin != NULL ? "\"" : "");
	return people_ask(w, "POST", "/v1/incidents/1/false-alarm", token, body);
}

static void a_decision_needs_the_pin_and_the_entry_says_so(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	collector_world_person(w, "coord", ROLE_COORDINATOR, "mesa", token);
	collector_world_fail(w);
	people_refused(decide(w, token, NULL), 403, "pin-wanted");
	people_refused(decide(w, token, "314159"), 403, "pin-wrong");
	decide(w, token, COLLECTOR_WORLD_PIN);
	/* Allowed or refused by the plan: on record as theirs, by their PIN. */
	if (collector_world_count(w, "act.false-alarm") == 1)
		assert_non_null(
			strstr(collector_world_last(w, "act.false-alarm"),
			       "\"person\":\"mesa\",\"recorded_by\":\"mesa\",\"proof\":\"pin\""));
	else
		assert_non_null(
			strstr(collector_world_last(w, "act.refused"), "\"proof\":\"pin\""));
	assert_int_equal(collector_world_account(w, "coord")->pin_lock.wrong,
			 0); /* a right one clears */
	people_opened(
		people_ask(w, "POST", "/v1/incidents/1/note", token, "{\"note\":\"sin PIN\"}"),
		"\"seq\"");
	assert_non_null(strstr(collector_world_last(w, "act.note"), "\"proof\":\"session\""));
	assert_null(strstr(collector_world_last(w, "act.note"), COLLECTOR_WORLD_PIN));
}

static struct wall_time used_at(struct collector_world *w, const char *token)
{
	return roster_session(w->c.people->roster, token, clock_now(&w->c.clock))->used;
}

/* A screen asks for its session all the time, and nobody need sit before it; a wall's lasts as long as it is asked for. */
static void a_screen_that_asks_who_it_is_uses_nothing(void **state)
{
	struct collector_world *w = *state;
	char ana[COLLECTOR_WORLD_TOKEN_SIZE], muro[COLLECTOR_WORLD_TOKEN_SIZE];
	struct wall_time begun;

	collector_world_person(w, "ana", ROLE_OPERATOR, "mesa", ana);
	begun = used_at(w, ana);
	people_opened(people_ask(w, "GET", "/v1/session", ana, NULL), "\"ana\"");
	assert_int_equal(used_at(w, ana).us, begun.us);
	people_opened(people_ask(w, "GET", "/v1/incidents", ana, NULL), "{");
	assert_true(used_at(w, ana).us > begun.us);
	collector_world_person(w, "muro", ROLE_VIEWER, "", muro);
	begun = used_at(w, muro);
	people_opened(people_ask(w, "GET", "/v1/session", muro, NULL), "\"muro\"");
	assert_true(used_at(w, muro).us > begun.us);
}

static void five_wrong_pins_lock_the_pin_and_not_the_session(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];
	struct collector_world_answer a;

	collector_world_person(w, "coord", ROLE_COORDINATOR, "mesa", token);
	collector_world_fail(w);
	for (int i = 0; i < 4; i++)
		people_refused(decide(w, token, "314159"), 403, "pin-wrong");
	a = decide(w, token, "314159");
	people_refused(a, 429, "pin-locked");
	a = decide(w, token, COLLECTOR_WORLD_PIN);
	people_refused(a, 429, "pin-locked");
	assert_non_null(strstr(a.head, "Retry-After: "));
	people_opened(people_ask(w, "POST", "/v1/incidents/1/note", token, "{\"note\":\"sigo\"}"),
		      "\"seq\"");
	assert_non_null(
		strstr(collector_world_last(w, "access.changed"), "pin-locked coord session"));
}

static void without_a_pin_nothing_is_decided(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];
	struct account a;
	struct err_info info;

	collector_world_person(w, "coord", ROLE_COORDINATOR, "mesa", token);
	collector_world_fail(w);
	a = *collector_world_account(w, "coord");
	a.pin[0] = '\0';
	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_STAY, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
	people_refused(decide(w, token, COLLECTOR_WORLD_PIN), 409, "no-pin");
}

/* What happens between a request and what comes of its PIN. */
static void (*in_between)(struct collector_world *w);
static struct collector_world *between;

bool __real_password_work_add(struct password_work *p, const struct password_order *o,
			      void (*done)(void *user, const struct password_result *r),
			      void *user);
bool __wrap_password_work_add(struct password_work *p, const struct password_order *o,
			      void (*done)(void *user, const struct password_result *r),
			      void *user);
bool __wrap_password_work_add(struct password_work *p, const struct password_order *o,
			      void (*done)(void *user, const struct password_result *r), void *user)
{
	bool added = __real_password_work_add(p, o, done, user);

	if (in_between != NULL)
		in_between(between);
	return added;
}

static void disable(struct collector_world *w)
{
	struct account a = *collector_world_account(w, "coord");
	struct err_info info;

	a.state = ACCOUNT_DISABLED;
	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_END, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
}

static void reduce(struct collector_world *w)
{
	struct account a = *collector_world_account(w, "coord");
	struct err_info info;

	a.role = ROLE_DESK; /* the session stays, the right does not */
	assert_int_equal(roster_put(w->c.people->roster, &a, ROSTER_SESSIONS_STAY, NULL,
				    clock_now(&w->c.clock), NULL, &info),
			 ERR_OK);
}

static void rights_that_go_while_the_pin_is_looked_at_are_gone(void **state)
{
	struct collector_world *w = *state;
	char token[COLLECTOR_WORLD_TOKEN_SIZE];

	between = w;
	collector_world_fail(w);
	collector_world_person(w, "coord", ROLE_COORDINATOR, "mesa", token);
	in_between = disable;
	people_refused(decide(w, token, COLLECTOR_WORLD_PIN), 401, "no-session");
	collector_world_person(w, "coord", ROLE_COORDINATOR, "mesa", token);
	in_between = reduce;
	people_refused(decide(w, token, COLLECTOR_WORLD_PIN), 403, "not-yours");
	in_between = NULL;
	assert_int_equal(collector_world_count(w, "act.false-alarm"), 0);
	assert_int_equal(collector_world_count(w, "act.refused"), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, people_set_up, people_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_route_asks_the_right_thing_of_every_role),
		CASE(tokens_that_are_nobodys_are_refused_before_the_body),
		CASE(a_decision_needs_the_pin_and_the_entry_says_so),
		CASE(a_screen_that_asks_who_it_is_uses_nothing),
		CASE(five_wrong_pins_lock_the_pin_and_not_the_session),
		CASE(without_a_pin_nothing_is_decided),
		CASE(rights_that_go_while_the_pin_is_looked_at_are_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
