/* viewers - many streams from two rings: each in its own time, none with a copy of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "dashboard/viewers.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

static struct world {
	uv_loop_t loop;
	struct http_server *server;
	struct viewers *viewers;
	struct http_request *last; /* that was answered with a stream */
	bool done;
} w;

/* /AFTER is without values, /v/AFTER with. */
static void handle(void *user, struct http_request *r)
{
	const char *path = http_path(r);
	bool values = strncmp(path, "/v/", 3) == 0;
	unsigned after = 0;

	(void)user;
	assert_int_equal(sscanf(path + (values ? 3 : 1), "%u", &after), 1);
	w.last = r;
	if (!viewers_answer(w.viewers, r, after, values))
		http_answer(r, 503, "text/plain", NULL, SLICE_LIT("full"));
}

static int start(void **state)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 64,
					.connections_max = 20,
					.per_address_max = 20,
					.request_deadline_ms = 5000,
					.handle = handle};
	struct err_info info;

	(void)state;
	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	w.viewers = viewers_new(
		&(struct viewers_options){.max = 3, .kept_max = 4, .kept_bytes_max = 1 << 20});
	assert_int_equal(http_server_start(&w.loop, &o, &w.server, &info), ERR_OK);
	viewers_begin(w.viewers, 10);
	viewers_alive(w.viewers, http_part_new(SLICE_LIT("alive 1\n")),
		      http_part_new(SLICE_LIT("whole 1\n")));
	return 0;
}

static void on_done(void *user)
{
	*(bool *)user = true;
}

static int stop(void **state)
{
	(void)state;
	http_server_stop(w.server, 1000, on_done, &w.done);
	http_raw_until(&w.loop, &w.done);
	assert_int_equal(viewers_stats(w.viewers).count, 0);
	viewers_free(w.viewers);
	viewers_free(NULL);
	while (uv_run(&w.loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w.loop);
}

static void open_at(struct http_raw *p, const char *path)
{
	char text[64];

	http_raw_open(p, &w.loop, http_server_port(w.server));
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h\r\n\r\n", path);
	http_raw_puts(p, text);
	assert_true(http_raw_await(p, "retry: 1000\n\n", 1));
}

/* As the board does once a second: who is gone is noticed when something is to be sent. */
static void await_count(unsigned n)
{
	while (viewers_stats(w.viewers).count > n) {
		viewers_alive(w.viewers, http_part_new(SLICE_LIT("alive again\n")),
			      http_part_new(SLICE_LIT("whole 1\n")));
		viewers_wake(w.viewers);
		loop_turn(&w.loop);
	}
}

static void leave(struct http_raw *p)
{
	unsigned before = viewers_stats(w.viewers).count;

	http_raw_close(p);
	await_count(before - 1);
}

static void push(uint64_t at, bool values, const char *text)
{
	viewers_push(w.viewers, at, values, http_part_new(slice_of(text)));
	viewers_wake(w.viewers);
}

static void each_gets_its_line_in_order(void **state)
{
	struct http_raw facts, both;
	const char *a, *b, *c;

	(void)state;
	open_at(&facts, "/10");
	open_at(&both, "/v/10");
	assert_true(http_raw_await(&facts, "alive 1\n", 1));
	assert_true(http_raw_await(&both, "alive 1\n", 1));
	push(11, false, "facts 11\n");
	push(12, true, "values 12\n");
	push(13, false, "facts 13\n");
	assert_true(http_raw_await(&facts, "facts 13\n", 1));
	assert_null(strstr(buf_cstr(&facts.in), "values"));
	assert_true(http_raw_await(&both, "facts 13\n", 1));
	a = strstr(buf_cstr(&both.in), "facts 11\n");
	b = strstr(buf_cstr(&both.in), "values 12\n");
	c = strstr(buf_cstr(&both.in), "facts 13\n");
	assert_true(a != NULL && b != NULL && a < b && b < c);
	assert_null(strstr(buf_cstr(&both.in), "whole"));
	viewers_alive(w.viewers, http_part_new(SLICE_LIT("alive 2\n")),
		      http_part_new(SLICE_LIT("whole 2\n")));
	viewers_wake(w.viewers);
	assert_true(http_raw_await(&facts, "alive 2\n", 1));
	assert_int_equal(viewers_stats(w.viewers).with_values, 1);
	http_raw_close(&facts);
	http_raw_close(&both);
}

static void who_is_too_far_behind_takes_the_whole(void **state)
{
	struct http_raw old, nobody, values, in_reach;

	(void)state;
	for (uint64_t at = 11; at <= 16; at++)
		push(at, false, "facts\n"); /* four are kept: 13 to 16 */
	open_at(&old, "/11");
	assert_true(http_raw_await(&old, "whole 1\n", 1));
	assert_true(http_raw_await(&old, "alive", 1));
	assert_null(strstr(buf_cstr(&old.in), "facts"));
	leave(&old);
	open_at(&in_reach, "/12");
	assert_true(http_raw_await(&in_reach, "facts\n", 4));
	assert_null(strstr(buf_cstr(&in_reach.in), "whole"));
	open_at(&nobody, "/99"); /* further than anything that was told */
	assert_true(http_raw_await(&nobody, "whole 1\n", 1));
	leave(&nobody);
	viewers_skip_values(w.viewers, 20);
	open_at(&values, "/v/16");
	assert_true(http_raw_await(&values, "whole 1\n", 1));
	leave(&values);
	viewers_wake(w.viewers);
	push(21, false, "facts 21\n"); /* without values nothing was missed */
	assert_true(http_raw_await(&in_reach, "facts 21\n", 1));
	assert_null(strstr(buf_cstr(&in_reach.in), "whole"));
	leave(&in_reach);
}

static void there_is_an_end_to_how_many(void **state)
{
	struct http_raw p[3], more;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(p); i++)
		open_at(&p[i], "/10");
	http_raw_open(&more, &w.loop, http_server_port(w.server));
	http_raw_puts(&more, "GET /10 HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&more, "full", 1));
	http_raw_close(&more);
	for (size_t i = 0; i < COUNT_OF(p); i++)
		http_raw_close(&p[i]);
	await_count(0);
}

/* One waits, one does not read: both end when they are told to, and nobody else. */
static void a_stream_ends_whether_it_is_read_or_not(void **state)
{
	struct http_raw waits, other;
	static char large[1 << 20];

	(void)state;
	push(11, false, "facts\n");
	open_at(&other, "/10");
	open_at(&waits, "/11");
	assert_true(http_raw_await(&other, "facts\n", 1));
	assert_true(http_raw_await(&waits, "alive", 1));
	http_end_stream(w.last);
	assert_true(http_raw_await(&waits, "\r\n0\r\n\r\n", 1)); /* a whole answer */
	while (viewers_stats(w.viewers).count > 1) /* nothing else is sent */
		loop_turn(&w.loop);
	http_raw_close(&waits);
	http_raw_open(&waits, &w.loop, http_server_port(w.server));
	http_raw_puts(&waits, "GET /11 HTTP/1.1\r\nHost: h\r\n\r\n");
	while (viewers_stats(w.viewers).count < 2)
		loop_turn(&w.loop);
	memset(large, 'x', sizeof(large) - 1);
	for (uint64_t at = 12; at < 24; at++) /* far more than the kernel keeps */
		push(at, false, large);
	for (int i = 0; i < 50; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	http_end_stream(w.last);
	while (viewers_stats(w.viewers).count > 1) /* nothing else is sent */
		loop_turn(&w.loop);
	http_raw_close(&waits);
	http_raw_close(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(each_gets_its_line_in_order, start, stop),
		cmocka_unit_test_setup_teardown(who_is_too_far_behind_takes_the_whole, start, stop),
		cmocka_unit_test_setup_teardown(there_is_an_end_to_how_many, start, stop),
		cmocka_unit_test_setup_teardown(a_stream_ends_whether_it_is_read_or_not, start,
						stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
