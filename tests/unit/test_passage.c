/* passage - what is passed on to the collector, in whose name, and what comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "dashboard/admission.h"
#include "dashboard/passage.h"
#include "tests/support/board_parts.h"
#include "tests/support/probe_once.h"

#define COOKIE "Cookie: vigia=" FAKE_COLLECTOR_SESSION "\r\n"

static struct board_parts b;
static struct passage *passage;

static void handle(void *user, struct http_request *r)
{
	(void)user;
	passage_answer(passage, r);
}

static int set_up(void **state)
{
	(void)state;
	board_parts_start(&b, handle, NULL);
	passage = passage_new(&(struct passage_options){.upstream = b.upstream,
							.admission = b.admission,
							.place = &b.place,
							.headers = BOARD_PARTS_HEADERS,
							.outstanding_max = 1});
	return 0;
}

static void free_passage(void *user)
{
	passage_free(user);
}

static int tear_down(void **state)
{
	(void)state;
	return board_parts_stop(&b, free_passage, passage);
}

static void it_goes_in_the_persons_name_and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/incidents/7/ack",
					 COOKIE "Authorization: Bearer " FAKE_COLLECTOR_TOKEN
						"\r\n",
					 "{\"note\":\"x\"}", "timeline"),
			 200);
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
	assert_string_equal(b.collector.last_path, "/v1/incidents/7/ack");
	assert_string_equal(b.collector.last_method, "POST");
	assert_string_equal(b.collector.last_body, "{\"note\":\"x\"}");
	assert_true(board_parts_said(&b, BOARD_PARTS_HEADERS));
	assert_int_equal(
		board_parts_ask(&b, "GET", "/api/v1/series?check=a%2Fb", COOKIE, "", "timeline"),
		200);
	assert_string_equal(b.collector.last_query, "a/b");
	assert_int_equal(board_parts_ask(&b, "DELETE", "/api/v1/windows/3", COOKIE, "", "timeline"),
			 200);
	assert_string_equal(b.collector.last_method, "DELETE");
}

static void nobody_passes(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/api/v1/incidents", "", "", "no-session"),
			 401);
	assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/acts/leave", "", "{}", "no-session"),
			 401);
	assert_int_equal(board_parts_ask(&b, "GET", "/api/v1/agents", COOKIE, "", "not-found"),
			 404);
	assert_int_equal(board_parts_ask(&b, "GET", "/api/v1/incidents/%2e%2e/agents", COOKIE, "",
					 "malformed"),
			 400);
	assert_int_equal(
		board_parts_ask(&b, "GET", "/api/v1/incidents?a=%00", COOKIE, "", "malformed"),
		400);
	assert_int_equal(b.collector.others, 0);
}

static void what_the_collector_says_comes_back(void **state)
{
	static const unsigned codes[] = {200, 400, 403, 404, 409, 413, 429, 500, 503};

	(void)state;
	b.collector.other = "{\"error\":\"word\",\"text\":\"a sentence\"}";
	b.collector.headers = "Retry-After: 7\r\n";
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		b.collector.code = codes[i];
		assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/incidents/7/ack", COOKIE,
						 "{}", "a sentence"),
				 (int)codes[i]);
		assert_true(board_parts_said(&b, "Retry-After: 7\r\n"));
		assert_false(board_parts_said(&b, "Set-Cookie"));
	}
	/* A wrong password of one's own is no end of the session. */
	b.collector.code = 401;
	b.collector.other = "{\"error\":\"wrong\",\"text\":\"a sentence\"}";
	assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/account/pin", COOKIE, "{}", "wrong"),
			 401);
	assert_false(board_parts_said(&b, "Set-Cookie"));
}

static void the_end_of_a_session_is_told_and_known_at_once(void **state)
{
	(void)state;
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION, slice_of(b.collector.session));
	b.collector.session = NULL;
	assert_int_equal(
		board_parts_ask(&b, "POST", "/api/v1/incidents/7/ack", COOKIE, "{}", "no-session"),
		401);
	assert_true(board_parts_said(&b, "Set-Cookie: vigia=; Max-Age=0;"));
	assert_int_equal(admission_stats(b.admission).sessions, 0);
}

static void a_new_session_becomes_a_cookie(void **state)
{
	(void)state;
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION, slice_of(b.collector.session));
	b.collector.other = b.collector.log_in;
	assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/account/totp", COOKIE, "{}",
					 "\"enrol\":false}"),
			 200);
	assert_true(board_parts_said(&b, "Set-Cookie: vigia=" FAKE_COLLECTOR_SESSION_NEW ";"));
	assert_false(board_parts_said(&b, "\"token\""));
	/* A program's token is told to whoever made its account, and is nobody's cookie. */
	assert_int_equal(board_parts_ask(&b, "POST", "/api/v1/accounts", COOKIE, "{}",
					 "\"token\":\"" FAKE_COLLECTOR_SESSION_NEW),
			 200);
	assert_false(board_parts_said(&b, "Set-Cookie"));
}

static void no_answer_is_said(void **state)
{
	struct http_raw first;

	(void)state;
	b.collector.hold = true;
	http_raw_open(&first, &b.loop, http_server_port(b.server));
	http_raw_puts(&first, "GET /api/v1/incidents HTTP/1.1\r\nHost: x\r\n" COOKIE "\r\n");
	while (b.collector.held == NULL)
		loop_turn(&b.loop);
	assert_int_equal(board_parts_ask(&b, "GET", "/api/v1/incidents", COOKIE, "", "busy"), 503);
	fake_collector_let_go(&b.collector);
	assert_true(http_raw_await(&first, "timeline", 1));
	http_raw_close(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_goes_in_the_persons_name_and_nothing_else,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_passes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_the_collector_says_comes_back, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_end_of_a_session_is_told_and_known_at_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_new_session_becomes_a_cookie, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_answer_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
