/* session_desk - who is here, in and out: the token goes into the cookie and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "dashboard/admission.h"
#include "dashboard/session_desk.h"
#include "tests/support/board_parts.h"
#include "tests/support/probe_once.h"

#define COOKIE "Cookie: vigia=" FAKE_COLLECTOR_SESSION "\r\n"
#define GONE "Set-Cookie: vigia=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict\r\n"

static struct board_parts b;
static struct session_desk *desk;

static void handle(void *user, struct http_request *r)
{
	(void)user;
	session_desk_answer(desk, r);
}

static int set_up(void **state)
{
	(void)state;
	board_parts_start(&b, handle, NULL);
	desk = session_desk_new(&(struct session_desk_options){.loop = &b.loop,
							       .upstream = b.upstream,
							       .admission = b.admission,
							       .place = &b.place,
							       .headers = BOARD_PARTS_HEADERS,
							       .outstanding_max = 1});
	return 0;
}

static void free_desk(void *user)
{
	session_desk_free(user);
}

static int tear_down(void **state)
{
	(void)state;
	return board_parts_stop(&b, free_desk, desk);
}

static void its_paths(void **state)
{
	(void)state;
	assert_true(session_desk_is_path("/api/session"));
	assert_true(session_desk_is_path("/api/session/first"));
	assert_false(session_desk_is_path("/api/sessions"));
	assert_false(session_desk_is_path("/api/v1/session"));
}

static void nobody_is_here(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", "", "", "\"}"), 200);
	assert_true(board_parts_said(&b,
				     "{\"account\":null,\"open\":[],\"first\":true,\"enrol\":false,"
				     "\"expires\":null,\"request\":\""));
	assert_false(board_parts_said(&b, "Set-Cookie"));
	assert_true(board_parts_said(&b, BOARD_PARTS_HEADERS));
}

static void somebody_is_here(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", COOKIE, "", "\"}"), 200);
	assert_true(board_parts_said(
		&b, "{\"account\":{\"login\":\"ana\",\"role\":\"operator\",\"rights\":["
		    "\"view\",\"report\"]},\"open\":[],\"first\":false,"));
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
	b.collector.code = 503; /* silent: what was known is still who is here */
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", COOKIE, "", "\"ana\""), 200);
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session",
					 "Cookie: vigia=" FAKE_COLLECTOR_SESSION_NEW "\r\n", "",
					 "collector-lost"),
			 502);
	b.collector.code = 200;
	b.collector.session = NULL;
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", COOKIE, "", "\"account\":null"),
			 200);
	assert_true(board_parts_said(&b, GONE));
	assert_int_equal(admission_stats(b.admission).sessions, 0);
}

static void logging_in_makes_a_cookie(void **state)
{
	static const char body[] = "{\"login\":\"ana\",\"password\":\"x\"}";

	(void)state;
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", "", body, "\"enrol\":false}"),
			 200);
	assert_true(board_parts_said(&b, "Set-Cookie: vigia=" FAKE_COLLECTOR_SESSION_NEW
					 "; Path=/; HttpOnly; SameSite=Strict\r\n"));
	assert_true(board_parts_said(
		&b, "\r\n\r\n{\"account\":{\"login\":\"ana\"},\"rights\":[\"view\"],"));
	assert_false(board_parts_said(&b, "\"token\""));
	assert_string_equal(b.collector.last_path, "/v1/session");
	assert_string_equal(b.collector.last_from, "127.0.0.1");
	assert_string_equal(b.collector.last_body, body);
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_TOKEN);
	assert_int_equal(b.collector.ended, 0);
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session/first", "", "{}", "}"), 200);
	assert_string_equal(b.collector.last_path, "/v1/session/first");
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session/invited", "", "{}", "}"), 200);
	assert_string_equal(b.collector.last_path, "/v1/session/invited");
}

/* A wall's session comes back after a power cut, and each look makes the cookie last anew: it never logs itself out. */
static void a_wall_keeps_its_cookie(void **state)
{
	(void)state;
	b.collector.log_in =
		"{\"token\":\"" FAKE_COLLECTOR_SESSION_NEW
		"\",\"account\":{},\"rights\":[],\"expires\":99999999999,\"idle\":null}";
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", "", "{}", "}"), 200);
	assert_true(board_parts_said(&b, FAKE_COLLECTOR_SESSION_NEW "; Max-Age=34560000;"));
	b.collector.session = "{\"account\":{},\"rights\":[],\"expires\":1,\"idle\":null}";
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", COOKIE, "", "\"}"), 200);
	assert_true(board_parts_said(&b, "Set-Cookie: vigia=" FAKE_COLLECTOR_SESSION
					 "; Max-Age=34560000;"));
}

/* Fixation: what was in the browser before is ended, never gone on with. */
static void a_session_from_before_ends_with_the_log_in(void **state)
{
	(void)state;
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION, slice_of(b.collector.session));
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", COOKIE, "{}", "}"), 200);
	assert_true(board_parts_said(&b, "Set-Cookie: vigia=" FAKE_COLLECTOR_SESSION_NEW ";"));
	while (b.collector.ended == 0)
		loop_turn(&b.loop);
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
	assert_string_equal(b.collector.last_method, "DELETE");
}

static void refusals_are_passed_on_and_our_own_trouble_is_not(void **state)
{
	(void)state;
	b.collector.log_in = "{\"error\":\"locked\",\"text\":\"wait\"}";
	b.collector.code = 429;
	b.collector.headers = "Retry-After: 120\r\n";
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", "", "{}", "locked"), 429);
	assert_true(board_parts_said(&b, "Retry-After: 120\r\n"));
	b.collector.log_in = "{\"error\":\"code-wanted\",\"text\":\"a code\"}";
	b.collector.code = 401;
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", "", "{}", "code-wanted"), 401);
	assert_false(board_parts_said(&b, "Set-Cookie"));
	fake_collector_write_token(&b.collector, "another\n");
	b.collector.code = 200;
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session", "", "{}", "collector-lost"),
			 502);
	assert_true(board_parts_said(&b, "the collector refuses the token"));
}

static void an_answer_without_a_sound_token_lets_nobody_in(void **state)
{
	static const char *const wrong[] = {
		"{\"account\":{},\"rights\":[]}",
		"{\"token\":\"vs_x\",\"account\":{},\"rights\":[]}",
		"{\"token\":\"a; Domain=evil.example.org\",\"account\":{},\"rights\":[]}",
		"nonsense",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		b.collector.log_in = wrong[i];
		assert_int_equal(
			board_parts_ask(&b, "POST", "/api/session", "", "{}", "collector-lost"),
			502);
		assert_false(board_parts_said(&b, "Set-Cookie"));
	}
}

static void logging_out_ends_it_here_and_there(void **state)
{
	(void)state;
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION, slice_of(b.collector.session));
	assert_int_equal(board_parts_ask(&b, "DELETE", "/api/session", COOKIE, "", "{}"), 200);
	assert_true(board_parts_said(&b, GONE));
	assert_int_equal(b.collector.ended, 1);
	assert_int_equal(admission_stats(b.admission).sessions, 0);
	assert_int_equal(board_parts_ask(&b, "DELETE", "/api/session", "", "", "\"account\":null"),
			 200);
	b.collector.code = 500; /* it may live on: that is said, and the cookie is gone */
	assert_int_equal(
		board_parts_ask(&b, "DELETE", "/api/session", COOKIE, "", "collector-lost"), 502);
	assert_true(board_parts_said(&b, GONE));
}

static void no_more_wait_than_may(void **state)
{
	struct http_raw first;

	(void)state;
	b.collector.hold = true;
	http_raw_open(&first, &b.loop, http_server_port(b.server));
	http_raw_puts(&first, "GET /api/session HTTP/1.1\r\nHost: x\r\n\r\n");
	while (b.collector.held == NULL)
		loop_turn(&b.loop);
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session", "", "", "busy"), 503);
	assert_true(board_parts_said(&b, "Retry-After: 1\r\n"));
	fake_collector_let_go(&b.collector);
	assert_true(http_raw_await(&first, "\"first\":true", 1));
	http_raw_close(&first);
}

static void other_paths_are_none(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/api/session/first", "", "", "not-found"),
			 404);
	assert_int_equal(
		board_parts_ask(&b, "DELETE", "/api/session/invited", COOKIE, "", "not-found"),
		404);
	assert_int_equal(board_parts_ask(&b, "POST", "/api/session/x", COOKIE, "{}", "not-found"),
			 404);
	assert_int_equal(b.collector.ended + b.collector.others + b.collector.sessions, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(its_paths),
		cmocka_unit_test_setup_teardown(nobody_is_here, set_up, tear_down),
		cmocka_unit_test_setup_teardown(somebody_is_here, set_up, tear_down),
		cmocka_unit_test_setup_teardown(logging_in_makes_a_cookie, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_wall_keeps_its_cookie, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_session_from_before_ends_with_the_log_in, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(refusals_are_passed_on_and_our_own_trouble_is_not,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_answer_without_a_sound_token_lets_nobody_in,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(logging_out_ends_it_here_and_there, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(no_more_wait_than_may, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_paths_are_none, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
