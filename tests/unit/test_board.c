/* board - the whole server on one loop with a collector that a test speaks for.
 * wrap: http_peer_is_local
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/http_server.h"
#include "dashboard/board.h"
#include "dashboard/web_file.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

static bool is_elsewhere; /* the peer, as the board sees it */

bool __real_http_peer_is_local(const struct http_request *r);
bool __wrap_http_peer_is_local(const struct http_request *r);
bool __wrap_http_peer_is_local(const struct http_request *r)
{
	return !is_elsewhere && __real_http_peer_is_local(r);
}

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct dashboard_config config;
	struct board *board;
};

static int set_up_for(void **state, enum board_audience audience)
{
	static struct world w;
	struct err_info info;

	memset(&w, 0, sizeof(w));
	is_elsewhere = false;
	uv_loop_init(&w.loop);
	fake_collector_start(&w.collector, &w.loop);
	w.config = (struct dashboard_config){.host = "127.0.0.1",
					     .collector = w.collector.url,
					     .token_file = w.collector.token_file,
					     .public_url = "https://noc.example.org",
					     .board = audience};
	assert_int_equal(board_start(&w.loop, &w.config, &w.board, &info), ERR_OK);
	*state = &w;
	return 0;
}

static int set_up(void **state)
{
	return set_up_for(state, BOARD_LOOPBACK);
}

static int set_up_people(void **state)
{
	return set_up_for(state, BOARD_PEOPLE);
}

static int set_up_everyone(void **state)
{
	return set_up_for(state, BOARD_EVERYONE);
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	bool done = false;

	if (w->board != NULL) {
		board_stop(w->board, on_stopped, &done);
		http_raw_until(&w->loop, &done);
	}
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void ask(struct world *w, struct http_raw *p, const char *method, const char *path,
		const char *headers)
{
	char text[512];

	http_raw_open(p, &w->loop, board_port(w->board));
	snprintf(text, sizeof(text), "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", method, path,
		 board_port(w->board), headers);
	http_raw_puts(p, text);
}

static void expect(struct world *w, const char *method, const char *path, int status,
		   const char *text)
{
	struct http_raw p;

	ask(w, &p, method, path, "");
	assert_true(http_raw_await(&p, "\r\n\r\n", 1));
	assert_true(http_raw_await(&p, text, 1));
	if (http_raw_status(&p) != status)
		fail_msg("%s %s: %d", method, path, http_raw_status(&p));
	assert_true(http_raw_await(&p, "X-Content-Type-Options: nosniff\r\n", 1));
	assert_true(http_raw_await(&p, "frame-ancestors 'none'\r\n", 1));
	assert_null(strstr(buf_cstr(&p.in), "unsafe"));
	assert_null(strstr(buf_cstr(&p.in), FAKE_COLLECTOR_TOKEN));
	http_raw_close(&p);
}

static void every_path_has_its_answer(void **state)
{
	struct world *w = *state;

	expect(w, "GET", "/", 200, "</html>");
	expect(w, "GET", "/board.css", 200, "text/css");
	expect(w, "GET", "/api/status", 200, "\"stale_for\":0");
	expect(w, "GET", "/api/v1/incidents/7", 200, "{\"timeline\":[]}");
	assert_string_equal(w->collector.last_path, "/v1/incidents/7");
	expect(w, "GET", "/api/series?check=dc%2Ffw-a%3Aping&from=dc&start=1&end=9", 200,
	       "{\"timeline\":[]}");
	assert_string_equal(w->collector.last_path, "/v1/series");
	assert_string_equal(w->collector.last_query, "dc/fw-a:ping");
}

static void what_does_not_exist_is_not_asked_for(void **state)
{
	static const char *const wrong[] = {
		"/nothing",         "/api/",          "/api/status/x",
		"/api/incidents/7", "/api/session/",  "/api/session/second",
		"/api/sessions",    "/api/v1/agents", "/api/v1/%73tream",
		"/api/%00",         "/v1/status",     "/index.html"};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		expect(w, "GET", wrong[i], 404, "not-found");
	expect(w, "GET", "/api/series", 400, "malformed");
	expect(w, "GET", "/api/graph.gif", 404, "not-found");
	expect(w, "GET", "/api/series.csv", 400, "check= is needed");
	expect(w, "GET", "/api/graph.png?check=a:b&start=1760000000&end=1760003600", 404,
	       "no-series");
	expect(w, "GET", "/metrics", 200, "vigia_board_charts_asked_total 2\n");
	expect(w, "GET", "/api/series?check=a%26b&start=1&end=2", 400, "malformed");
	assert_int_equal(w->collector.statuses + w->collector.heads + w->collector.others, 0);
}

static void only_reading(void **state)
{
	static const char *const methods[] = {"PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"};
	struct world *w = *state;
	struct http_raw p;

	for (size_t i = 0; i < COUNT_OF(methods); i++)
		expect(w, methods[i], "/api/status", 405, "Allow: GET\r\n");
	expect(w, "PUT", "/api/v1/incidents/7/ack", 405, "Allow: GET\r\n");
	ask(w, &p, "POST", "/api/status", "Content-Length: 2\r\n");
	assert_true(http_raw_await(&p, "read-only", 1));
	assert_int_equal(http_raw_status(&p), 405);
	http_raw_close(&p);
	assert_int_equal(w->collector.statuses, 0);
}

static void only_its_own_names(void **state)
{
	static const struct {
		const char *host;
		bool own;
	} cases[] = {
		{"127.0.0.1:7461", true},
		{"localhost:7461", true},
		{"LocalHost:7461", true},
		{"[::1]:7461", true},
		{"127.8.9.1:7461", true},
		{"noc.example.org", true},
		{"NOC.example.org", true},
		{"127.0.0.1:7460", false},
		{"127.0.0.1", false},
		{"localhost", false},
		{"evil.example.org", false},
		{"evil.example.org:7461", false},
		{"noc.example.org.evil.example.org", false},
		{"noc.example.or", false},
		{"192.0.2.1:7461", false},
		{"", false},
		{NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (board_is_own_host(cases[i].host, 7461, "https://noc.example.org/") !=
		    cases[i].own)
			fail_msg("%s", cases[i].host != NULL ? cases[i].host : "(none)");
	}
	assert_false(board_is_own_host("noc.example.org", 7461, NULL));
}

static void a_bent_name_gets_nothing(void **state)
{
	struct world *w = *state;
	struct http_raw p;

	http_raw_open(&p, &w->loop, board_port(w->board));
	http_raw_puts(&p, "GET /api/status HTTP/1.1\r\nHost: evil.example.org\r\n\r\n");
	assert_true(http_raw_await(&p, "wrong-host", 1));
	assert_int_equal(http_raw_status(&p), 421);
	http_raw_close(&p);
	assert_int_equal(w->collector.statuses, 0);
}

static void an_unchanged_file_is_not_sent_again(void **state)
{
	struct world *w = *state;
	const struct web_file *f = web_file_find("/app.js");
	struct http_raw p;
	char header[128];

	assert_non_null(f);
	snprintf(header, sizeof(header), "If-None-Match: %s\r\n", f->forms[WEB_PLAIN].etag);
	ask(w, &p, "GET", "/app.js", header);
	assert_true(http_raw_await(&p, "\r\n\r\n", 1));
	assert_int_equal(http_raw_status(&p), 304);
	http_raw_close(&p);
	ask(w, &p, "GET", "/app.js", "If-None-Match: \"old\"\r\n");
	assert_true(http_raw_await(&p, f->forms[WEB_PLAIN].etag, 1));
	assert_int_equal(http_raw_status(&p), 200);
	http_raw_close(&p);
}

static void it_stops_with_people_looking_and_waiting(void **state)
{
	struct world *w = *state;
	struct http_raw stream, waiting;
	bool done = false;

	ask(w, &stream, "GET", "/api/stream", "");
	assert_true(http_raw_await(&stream, "event: status", 1));
	w->collector.hold = true;
	ask(w, &waiting, "GET", "/api/v1/incidents/7", "");
	while (w->collector.held == NULL)
		loop_turn(&w->loop);
	board_stop(w->board, on_stopped, &done);
	w->board = NULL;
	assert_true(http_raw_await(&waiting, "the board stops", 1));
	http_raw_await_close(&stream);
	http_raw_until(&w->loop, &done);
	http_raw_close(&stream);
	http_raw_close(&waiting);
}

static const char *const watched[] = {"/api/status", "/api/stream", "/api/v1/incidents/7",
				      "/api/series?check=a&from=b&start=1&end=9"};

/* What the page is made of holds nothing of anybody's; what it shows is for who may look. */
static void who_is_nobody_gets_the_page_and_nothing_to_show(void **state)
{
	static const char *const pages[] = {"/", "/board.css", "/app.js", "/p/login",
					    "/p/incident/7%2F.."};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(pages); i++)
		expect(w, "GET", pages[i], 200, "\r\n\r\n");
	for (size_t i = 0; i < COUNT_OF(watched); i++)
		expect(w, "GET", watched[i], 401, "no-session");
	assert_string_equal(w->collector.last_path, "");
	expect(w, "GET", "/healthz", 200, "ok\n");
	expect(w, "GET", "/answer.css", 200, "text/css");
	expect(w, "GET", "/a/none", 502, "</html>"); /* its link is its right: it was asked for */
	expect(w, "GET", "/api/session", 200, "\"account\":null,\"open\":[],\"first\":true");
}

static void on_loopback_only_this_machine_looks_without_a_log_in(void **state)
{
	struct world *w = *state;

	expect(w, "GET", "/api/session", 200, "\"open\":[\"view\"]");
	expect(w, "GET", "/api/status", 200, "\"stale_for\":0");
	is_elsewhere = true;
	for (size_t i = 0; i < COUNT_OF(watched); i++)
		expect(w, "GET", watched[i], 401, "no-session");
	expect(w, "GET", "/api/session", 200, "\"open\":[]");
}

static void everyone_looks_where_everyone_may_and_acts_nowhere(void **state)
{
	struct world *w = *state;

	is_elsewhere = true;
	for (size_t i = 0; i < COUNT_OF(watched); i++)
		expect(w, "GET", watched[i], 200, "\r\n\r\n");
	expect(w, "GET", "/api/v1/events", 401, "no-session");
	expect(w, "GET", "/api/v1/plan", 401, "no-session");
}

static int change(struct world *w, struct http_raw *p, const char *path, const char *headers,
		  const char *body)
{
	char text[2048];

	snprintf(text, sizeof(text), "%sContent-Length: %zu\r\n", headers, strlen(body));
	http_raw_open(p, &w->loop, board_port(w->board));
	{
		char head[4096];

		snprintf(head, sizeof(head), "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n%s",
			 path, board_port(w->board), text, body);
		http_raw_puts(p, head);
	}
	assert_true(http_raw_await(p, "\r\n\r\n", 1));
	return http_raw_status(p);
}

/* The value of "request" that goes with a cookie. */
static void read_proof(struct world *w, const char *cookie, char ret[64])
{
	struct http_raw p;
	const char *at;

	ask(w, &p, "GET", "/api/session", cookie);
	assert_true(http_raw_await(&p, "\"request\":\"", 1));
	assert_true(http_raw_await(&p, "\"}", 1));
	at = strstr(buf_cstr(&p.in), "\"request\":\"") + strlen("\"request\":\"");
	snprintf(ret, 64, "%.*s", (int)strcspn(at, "\""), at);
	http_raw_close(&p);
}

#define COOKIE "Cookie: vigia=" FAKE_COLLECTOR_SESSION "\r\n"
#define JSON "Content-Type: application/json\r\n"
#define HERE "Sec-Fetch-Site: same-origin\r\n"

static void a_change_comes_from_a_page_of_ours_or_not_at_all(void **state)
{
	struct world *w = *state;
	char proof[64], nobodys[64], headers[1024];
	struct http_raw p;
	const struct {
		const char *headers, *proof;
	} foreign[] = {
		{COOKIE JSON HERE, ""},
		{COOKIE JSON HERE, "0123456789abcdef0123456789abcdef"},
		{COOKIE JSON HERE, nobodys},
		{COOKIE JSON, proof},
		{COOKIE JSON "Origin: http://evil.example.org\r\n" HERE, proof},
		{COOKIE JSON "Sec-Fetch-Site: cross-site\r\n", proof},
		{COOKIE "Content-Type: text/plain\r\n" HERE, proof},
		{COOKIE HERE, proof}, /* a body of no stated type */
	};

	read_proof(w, "", nobodys);
	read_proof(w, COOKIE, proof);
	assert_string_not_equal(proof, nobodys);
	for (size_t i = 0; i < COUNT_OF(foreign); i++) {
		snprintf(headers, sizeof(headers), "%sX-Vigia-Request: %s\r\n", foreign[i].headers,
			 foreign[i].proof);
		if (change(w, &p, "/api/v1/incidents/7/ack", headers, "{}") != 403 ||
		    strstr(buf_cstr(&p.in), "not-from-here") == NULL)
			fail_msg("case %zu: %s", i, buf_cstr(&p.in));
		http_raw_close(&p);
	}
	assert_int_equal(w->collector.others, 0);
	snprintf(headers, sizeof(headers), COOKIE JSON HERE "X-Vigia-Request: %s\r\n", proof);
	assert_int_equal(change(w, &p, "/api/v1/incidents/7/ack", headers, "{}"), 200);
	http_raw_close(&p);
	assert_int_equal(w->collector.others, 1);
	assert_string_equal(w->collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
}

static void what_is_too_large_is_not_read(void **state)
{
	struct world *w = *state;
	char body[5000] = "", proof[64], headers[512];
	struct http_raw p;

	read_proof(w, "", proof);
	memset(body, ' ', sizeof(body) - 1);
	snprintf(headers, sizeof(headers), JSON HERE "X-Vigia-Request: %s\r\n", proof);
	assert_int_equal(change(w, &p, "/api/session", headers, body), 413);
	http_raw_close(&p);
	snprintf(headers, sizeof(headers),
		 JSON HERE "X-Vigia-Request: %s\r\nTransfer-Encoding: chunked\r\n", proof);
	http_raw_open(&p, &w->loop, board_port(w->board));
	snprintf(body, sizeof(body), "POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n",
		 board_port(w->board), headers);
	http_raw_puts(&p, body);
	http_raw_puts(&p, "1001\r\n");
	memset(body, ' ', 0x1001 - 4);
	http_raw_send(&p, body, 0x1001 - 4);
	http_raw_puts(&p, "    \r\n0\r\n\r\n");
	assert_true(http_raw_await(&p, "too-large", 1));
	assert_int_equal(http_raw_status(&p), 413);
	http_raw_close(&p);
	assert_int_equal(w->collector.others, 0);
}

/* A stream is what lasts longest: it says who may frame or guess it as well, and ends with its session. */
static void a_stream_ends_with_its_session(void **state)
{
	struct world *w = *state;
	struct http_raw p;

	ask(w, &p, "GET", "/api/stream", COOKIE);
	assert_true(http_raw_await(&p, "event: status", 1));
	assert_non_null(strstr(buf_cstr(&p.in), "frame-ancestors 'none'"));
	w->collector.session = NULL;
	assert_true(http_raw_await(&p, "\r\n0\r\n\r\n", 1));
	http_raw_close(&p);
	ask(w, &p, "GET", "/api/status", COOKIE);
	assert_true(http_raw_await(&p, "no-session", 1));
	http_raw_close(&p);
}

static void a_port_in_use_is_said(void **state)
{
	struct world *w = *state;
	struct dashboard_config config = w->config;
	struct board *other;
	struct err_info info;

	config.port = board_port(w->board);
	assert_int_equal(board_start(&w->loop, &config, &other, &info), ERR_BUSY);
	assert_non_null(strstr(info.text, "127.0.0.1"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_path_has_its_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_exist_is_not_asked_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(only_reading, set_up, tear_down),
		cmocka_unit_test(only_its_own_names),
		cmocka_unit_test_setup_teardown(a_bent_name_gets_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_unchanged_file_is_not_sent_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(it_stops_with_people_looking_and_waiting, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(who_is_nobody_gets_the_page_and_nothing_to_show,
						set_up_people, tear_down),
		cmocka_unit_test_setup_teardown(
			on_loopback_only_this_machine_looks_without_a_log_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(everyone_looks_where_everyone_may_and_acts_nowhere,
						set_up_everyone, tear_down),
		cmocka_unit_test_setup_teardown(a_change_comes_from_a_page_of_ours_or_not_at_all,
						set_up_people, tear_down),
		cmocka_unit_test_setup_teardown(what_is_too_large_is_not_read, set_up_people,
						tear_down),
		cmocka_unit_test_setup_teardown(a_stream_ends_with_its_session, set_up_people,
						tear_down),
		cmocka_unit_test_setup_teardown(a_port_in_use_is_said, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
