/* admission - who is let in, how often the collector is asked for it, and what happens when a session ends or the collector is silent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_server.h"
#include "dashboard/admission.h"
#include "dashboard/upstream.h"
#include "tests/support/board_parts.h"
#include "tests/support/probe_once.h"

#define COOKIE "Cookie: vigia=" FAKE_COLLECTOR_SESSION "\r\n"
#define OTHER_COOKIE "Cookie: vigia=" FAKE_COLLECTOR_SESSION_NEW "\r\n"
#define THIRD_COOKIE "Cookie: vigia=vs_0000000000000000000000000000000000000000000\r\n"

static struct board_parts b;
static unsigned let_in;
static bool with_stream;

static struct viewer {
	struct http_stream *stream; /* NULL: none, or over */
	bool told;
} viewers[2];

static void fill(void *user, struct buf *out)
{
	struct viewer *v = user;

	if (!v->told)
		buf_puts(out, "data: here\n\n");
	v->told = true;
}

static void on_closed(void *user)
{
	((struct viewer *)user)->stream = NULL;
}

/* A stream notices that its peer is gone when it writes: as the board does each second. */
static void write_to_all(void)
{
	for (size_t i = 0; i < COUNT_OF(viewers); i++) {
		viewers[i].told = false;
		if (viewers[i].stream != NULL)
			http_stream_wake(viewers[i].stream);
	}
}

static void on_in(void *user, struct http_request *r)
{
	struct viewer *v = &viewers[viewers[0].stream != NULL];

	assert_ptr_equal(user, &b);
	let_in++;
	if (with_stream) {
		assert_null(v->stream);
		v->told = false;
		v->stream = http_answer_stream(r, "text/event-stream", fill, on_closed, v);
	} else {
		http_answer(r, 200, "text/plain", NULL, SLICE_LIT("shown"));
	}
}

static void handle(void *user, struct http_request *r)
{
	(void)user;
	admission_let(b.admission, r, with_stream, on_in, &b);
}

static int set_up(void **state)
{
	(void)state;
	let_in = 0;
	with_stream = false;
	board_parts_start(&b, handle, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return board_parts_stop(&b, NULL, NULL);
}

static void the_collector_is_asked_once_for_many_looks(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	assert_int_equal(let_in, 20);
	assert_int_equal(b.collector.sessions, 1);
	assert_string_equal(b.collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
}

static void many_who_come_at_once_wait_for_one_answer(void **state)
{
	struct http_raw p[5];

	(void)state;
	b.collector.hold = true;
	for (size_t i = 0; i < COUNT_OF(p); i++) {
		http_raw_open(&p[i], &b.loop, http_server_port(b.server));
		http_raw_puts(&p[i], "GET / HTTP/1.1\r\nHost: x\r\n" COOKIE "\r\n");
	}
	while (b.collector.held == NULL)
		loop_turn(&b.loop);
	assert_int_equal(let_in, 0);
	fake_collector_let_go(&b.collector);
	for (size_t i = 0; i < COUNT_OF(p); i++) {
		assert_true(http_raw_await(&p[i], "shown", 1));
		http_raw_close(&p[i]);
	}
	assert_int_equal(b.collector.sessions, 1);
}

static void nobody_is_not_let_in(void **state)
{
	static const char *const headers[] = {
		"", "Cookie: vigia=x\r\n", "Cookie: __Host-vigia=" FAKE_COLLECTOR_SESSION "\r\n",
		"Authorization: Bearer " FAKE_COLLECTOR_SESSION "\r\n",
		"Cookie: vigia=" FAKE_COLLECTOR_SESSION "; vigia=" FAKE_COLLECTOR_SESSION_NEW
		"\r\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(headers); i++) {
		assert_int_equal(board_parts_ask(&b, "GET", "/?token=" FAKE_COLLECTOR_SESSION,
						 headers[i], "", "no-session"),
				 401);
		assert_true(board_parts_said(&b, "X-Test: yes\r\n"));
	}
	assert_int_equal(let_in + b.collector.sessions, 0);
}

static void a_session_that_is_over_takes_its_cookie_along(void **state)
{
	(void)state;
	b.collector.session = NULL;
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "no-session"), 401);
	assert_true(board_parts_said(
		&b, "Set-Cookie: vigia=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict\r\n"));
	assert_int_equal(admission_stats(b.admission).sessions, 0);
}

static void who_has_to_set_a_code_first_sees_nothing_yet(void **state)
{
	(void)state;
	b.collector.session =
		"{\"account\":{\"login\":\"ana\"},\"rights\":[\"enrol\"],\"expires\":1,"
		"\"idle\":900,\"enrol\":true}";
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "not-yours"), 403);
	assert_int_equal(let_in, 0);
}

static void silence_of_the_collector_shuts_nobody_out_and_lets_nobody_in(void **state)
{
	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	b.collector.code = 503;
	assert_int_equal(board_parts_ask(&b, "GET", "/", OTHER_COOKIE, "", "collector-lost"), 503);
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	b.collector.code = 200;
	b.collector.session = "{}"; /* not sound: no word at all */
	assert_int_equal(board_parts_ask(&b, "GET", "/", OTHER_COOKIE, "", "collector-lost"), 503);
}

static void what_others_hear_counts(void **state)
{
	struct slice word;

	(void)state;
	assert_false(admission_recall(b.admission, FAKE_COLLECTOR_SESSION, &word));
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION, slice_of(b.collector.session));
	assert_true(admission_recall(b.admission, FAKE_COLLECTOR_SESSION, &word));
	assert_non_null(memmem(word.p, word.n, "\"ana\"", 5));
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	assert_int_equal(b.collector.sessions, 0);
	admission_forget(b.admission, FAKE_COLLECTOR_SESSION);
	assert_false(admission_recall(b.admission, FAKE_COLLECTOR_SESSION, &word));
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	assert_int_equal(b.collector.sessions, 1);
	admission_learn(b.admission, FAKE_COLLECTOR_SESSION_NEW, SLICE_LIT("nonsense"));
	assert_false(admission_recall(b.admission, FAKE_COLLECTOR_SESSION_NEW, &word));
	assert_int_equal(admission_stats(b.admission).sessions, 1);
}

/* Two are remembered here. */
static void strangers_do_not_fill_the_memory(void **state)
{
	struct slice word;

	(void)state;
	assert_int_equal(board_parts_ask(&b, "GET", "/", COOKIE, "", "shown"), 200);
	assert_int_equal(board_parts_ask(&b, "GET", "/", OTHER_COOKIE, "", "shown"), 200);
	assert_int_equal(board_parts_ask(&b, "GET", "/", THIRD_COOKIE, "", "shown"), 200);
	assert_int_equal(admission_stats(b.admission).sessions, 2);
	assert_true(admission_recall(b.admission, FAKE_COLLECTOR_SESSION_NEW, &word) ||
		    admission_recall(b.admission, FAKE_COLLECTOR_SESSION, &word));
}

static void whoever_stands_on_a_stream_does_not_give_way(void **state)
{
	struct http_raw p[2];

	(void)state;
	with_stream = true;
	http_raw_open(&p[0], &b.loop, http_server_port(b.server));
	http_raw_puts(&p[0], "GET / HTTP/1.1\r\nHost: x\r\n" COOKIE "\r\n");
	assert_true(http_raw_await(&p[0], "data: here", 1));
	http_raw_open(&p[1], &b.loop, http_server_port(b.server));
	http_raw_puts(&p[1], "GET / HTTP/1.1\r\nHost: x\r\n" OTHER_COOKIE "\r\n");
	assert_true(http_raw_await(&p[1], "data: here", 1));
	assert_int_equal(admission_stats(b.admission).lasting, 2);
	assert_int_equal(board_parts_ask(&b, "GET", "/", THIRD_COOKIE, "", "collector-lost"), 503);
	for (size_t i = 0; i < COUNT_OF(p); i++)
		http_raw_close(&p[i]);
	while (admission_stats(b.admission).lasting > 0) {
		write_to_all();
		loop_turn(&b.loop);
	}
	with_stream = false;
	assert_int_equal(board_parts_ask(&b, "GET", "/", THIRD_COOKIE, "", "shown"), 200);
}

static void a_stream_is_cut_when_its_session_is_forgotten(void **state)
{
	struct http_raw mine, others;

	(void)state;
	with_stream = true;
	http_raw_open(&mine, &b.loop, http_server_port(b.server));
	http_raw_puts(&mine, "GET / HTTP/1.1\r\nHost: x\r\n" COOKIE "\r\n");
	assert_true(http_raw_await(&mine, "data: here", 1));
	http_raw_open(&others, &b.loop, http_server_port(b.server));
	http_raw_puts(&others, "GET / HTTP/1.1\r\nHost: x\r\n" OTHER_COOKIE "\r\n");
	assert_true(http_raw_await(&others, "data: here", 1));
	admission_forget(b.admission, FAKE_COLLECTOR_SESSION);
	assert_true(http_raw_await(&mine, "\r\n0\r\n\r\n", 1));
	assert_null(strstr(buf_cstr(&others.in), "\r\n0\r\n\r\n"));
	while (admission_stats(b.admission).lasting > 1)
		loop_turn(&b.loop);
	assert_int_equal(admission_stats(b.admission).sessions, 1);
	http_raw_close(&mine);
	http_raw_close(&others);
}

static void whoever_waits_when_the_board_stops_is_answered(void **state)
{
	struct http_raw p;

	(void)state;
	b.collector.hold = true;
	http_raw_open(&p, &b.loop, http_server_port(b.server));
	http_raw_puts(&p, "GET / HTTP/1.1\r\nHost: x\r\n" COOKIE "\r\n");
	while (b.collector.held == NULL)
		loop_turn(&b.loop);
	admission_stop(b.admission);
	upstream_free(b.upstream);
	b.upstream = NULL;
	assert_true(http_raw_await(&p, "collector-lost", 1));
	http_raw_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_collector_is_asked_once_for_many_looks, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(many_who_come_at_once_wait_for_one_answer, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_is_not_let_in, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_session_that_is_over_takes_its_cookie_along,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_has_to_set_a_code_first_sees_nothing_yet,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			silence_of_the_collector_shuts_nobody_out_and_lets_nobody_in, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_others_hear_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(strangers_do_not_fill_the_memory, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(whoever_stands_on_a_stream_does_not_give_way,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stream_is_cut_when_its_session_is_forgotten,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(whoever_waits_when_the_board_stops_is_answered,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
