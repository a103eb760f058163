/* test_http_stream.c - what an owner has to say reaches every reader, in order; readers that are gone are noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

enum { READERS_MAX = 4 };

struct reader {
	struct http_stream *stream;
	unsigned told; /* how far this reader is */
	unsigned next; /* of parts: which comes next */
	bool closed;
};

struct world {
	uv_loop_t loop;
	struct http_server *server;
	struct reader readers[READERS_MAX];
	unsigned count, said;
	size_t each; /* bytes of filling per line */
	struct http_part *parts[8]; /* what readers of /parts get, each the same */
	unsigned part_count;
	bool done;
};
static struct world w; /* the callbacks of a stream get one reader only */

static void fill(void *user, struct buf *out)
{
	struct reader *r = user;

	while (r->told < w.said && out->len < 65536) {
		buf_printf(out, "data: %u\n", ++r->told);
		for (size_t i = 0; i < w.each; i++)
			buf_putc(out, 'x');
	}
}

static void closed(void *user)
{
	struct reader *r = user;

	assert_false(r->closed);
	r->closed = true;
	r->stream = NULL;
}

static struct http_part *next_part(void *user)
{
	struct reader *r = user;

	return r->next < w.part_count ? http_part_keep(w.parts[r->next++]) : NULL;
}

static struct http_request *kept, *streaming;

static void handle(void *user, struct http_request *r)
{
	struct reader *reader = &w.readers[w.count];

	(void)user;
	if (strcmp(http_path(r), "/say") == 0) {
		/* From inside a callback of the server. */
		w.said++;
		for (unsigned i = 0; i < w.count; i++) {
			if (w.readers[i].stream != NULL)
				http_stream_wake(w.readers[i].stream);
		}
		http_answer(r, 200, "text/plain", NULL, SLICE_LIT("said"));
		return;
	}
	assert_true(w.count++ < READERS_MAX);
	if (strcmp(http_path(r), "/later") == 0) {
		kept = r;
		return;
	}
	streaming = r;
	if (strcmp(http_path(r), "/parts") == 0) {
		reader->stream =
			http_answer_parts(r, "text/event-stream", next_part, closed, reader);
		return;
	}
	reader->stream = http_answer_stream(r, "text/event-stream", fill, closed, reader);
}

static int serve(void **state)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1000,
					.connections_max = 20,
					.per_address_max = 20,
					.request_deadline_ms = 300,
					.handle = handle,
					.headers = "X-Every: one\r\n"};
	struct err_info info;

	(void)state;
	w = (struct world){0};
	assert_int_equal(uv_loop_init(&w.loop), 0);
	assert_int_equal(http_server_start(&w.loop, &o, &w.server, &info), ERR_OK);
	return 0;
}

static void on_done(void *user)
{
	(void)user;
	w.done = true;
}

static int end(void **state)
{
	(void)state;
	if (!w.done)
		http_server_stop(w.server, 1000, on_done, NULL);
	http_raw_until(&w.loop, &w.done);
	assert_int_equal(uv_run(&w.loop, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&w.loop), 0);
	return 0;
}

static void open_stream(struct http_raw *p)
{
	http_raw_open(p, &w.loop, http_server_port(w.server));
	http_raw_puts(p, "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(p, "\r\n\r\n", 1));
	assert_int_equal(http_raw_status(p), 200);
}

static void say(void)
{
	w.said++;
	for (unsigned i = 0; i < w.count; i++) {
		if (w.readers[i].stream != NULL)
			http_stream_wake(w.readers[i].stream);
	}
}

static void all_readers_hear_all_in_order(void **state)
{
	struct http_raw p, q;

	(void)state;
	w.said = 1;
	open_stream(&p);
	assert_true(http_raw_await(&p, "data: 1\n", 1));
	open_stream(&q);
	assert_int_equal(http_server_stats(w.server).streams, 2);
	for (int i = 0; i < 50; i++) {
		say();
		if (i % 7 == 0)
			uv_run(&w.loop, UV_RUN_NOWAIT);
	}
	assert_true(http_raw_await(&p, "data: 51\n", 1));
	assert_true(http_raw_await(&q, "data: 51\n", 1));
	assert_true(http_raw_await(&p, "data: ", 51));
	assert_true(http_raw_await(&q, "data: ", 51));
	assert_non_null(strstr(buf_cstr(&p.in), "Content-Type: text/event-stream\r\n"));
	http_raw_close(&p);
	http_raw_close(&q);
}

/* Who may listen may have to be asked for first. */
static void a_stream_may_begin_later(void **state)
{
	struct http_raw p;

	(void)state;
	kept = NULL;
	http_raw_open(&p, &w.loop, http_server_port(w.server));
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	while (kept == NULL)
		loop_turn(&w.loop);
	assert_false(http_is_gone(kept));
	w.said = 1;
	w.readers[0].stream =
		http_answer_stream(kept, "text/event-stream", fill, closed, &w.readers[0]);
	assert_true(http_raw_await(&p, "data: 1\n", 1));
	say();
	assert_true(http_raw_await(&p, "data: 2\n", 1));
	assert_non_null(strstr(buf_cstr(&p.in), "X-Every: one\r\n"));
	http_raw_close(&p);
}

static void whoever_left_meanwhile_is_seen(void **state)
{
	struct http_raw p;

	(void)state;
	kept = NULL;
	http_raw_open(&p, &w.loop, http_server_port(w.server));
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	while (kept == NULL)
		loop_turn(&w.loop);
	http_raw_close(&p);
	http_server_stop(w.server, 0, on_done, NULL);
	while (!http_is_gone(kept))
		loop_turn(&w.loop);
	http_end_stream(kept); /* of nobody: nothing */
	http_answer(kept, 503, "text/plain", NULL, SLICE_LIT(""));
}

static void a_stream_can_be_ended_for_its_owner(void **state)
{
	struct http_raw p;

	(void)state;
	open_stream(&p);
	http_end_stream(streaming);
	assert_true(http_raw_await(&p, "\r\n0\r\n\r\n", 1)); /* whole, as a browser wants it */
	while (!w.readers[0].closed)
		loop_turn(&w.loop);
	http_raw_close(&p);
}

static void waking_from_inside_the_server_works(void **state)
{
	struct http_raw p, q;

	(void)state;
	open_stream(&p);
	http_raw_open(&q, &w.loop, http_server_port(w.server));
	for (unsigned i = 1; i <= 20; i++) {
		http_raw_puts(&q, "POST /say HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
		assert_true(http_raw_await(&q, "said", i));
		assert_true(http_raw_await(&p, "data: ", i));
	}
	http_raw_close(&p);
	http_raw_close(&q);
}

static void a_stream_outlives_the_deadline_of_its_request(void **state)
{
	struct http_raw p;

	(void)state;
	open_stream(&p);
	for (uint64_t begin = uv_hrtime(); uv_hrtime() - begin < 800 * UINT64_C(1000000);)
		loop_turn(&w.loop);
	say();
	assert_true(http_raw_await(&p, "data: 1\n", 1));
	assert_int_equal(http_server_stats(w.server).refused_deadline, 0);
	http_raw_close(&p);
}

static void vanished_readers_are_noticed_by_the_comment_line(void **state)
{
	struct http_raw p, q;

	(void)state;
	open_stream(&p);
	open_stream(&q);
	http_raw_close(&p);
	for (int i = 0; i < 5 && !w.readers[0].closed; i++) {
		http_stream_ping_all(http_server_streams(w.server));
		assert_true(http_raw_await(&q, ":\n\n", (unsigned)i + 1));
		for (int k = 0; k < 20; k++)
			uv_run(&w.loop, UV_RUN_NOWAIT);
	}
	assert_true(w.readers[0].closed);
	assert_false(w.readers[1].closed);
	assert_int_equal(http_server_stats(w.server).streams, 1);
	http_raw_close(&q);
}

static void a_reader_that_takes_nothing_is_cut(void **state)
{
	struct http_raw p;

	(void)state;
	w.each = 10000;
	open_stream(&p);
	w.said = 2000; /* 20 MB: more than any socket buffer here holds */
	say();
	for (int i = 0; i < 200; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	for (int i = 0; i < 3; i++)
		http_stream_ping_all(http_server_streams(w.server));
	for (int k = 0; k < 20; k++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_false(w.readers[0].closed);
	assert_true(w.readers[0].told < 1900); /* pulled only as far as the peer takes it */
	for (int i = 0; i < 3; i++)
		http_stream_ping_all(http_server_streams(w.server));
	http_raw_until(&w.loop, &w.readers[0].closed);
	http_raw_close(&p);
}

/* --- parts that many streams send ------------------------------------------------------------------------ */

static void open_parts(struct http_raw *p)
{
	http_raw_open(p, &w.loop, http_server_port(w.server));
	http_raw_puts(p, "GET /parts HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(p, "\r\n\r\n", 1));
	assert_int_equal(http_raw_status(p), 200);
}

static void say_part(struct slice bytes)
{
	w.parts[w.part_count++] = http_part_new(bytes);
	for (unsigned i = 0; i < w.count; i++) {
		if (w.readers[i].stream != NULL)
			http_stream_wake(w.readers[i].stream);
	}
}

static void release_parts(void)
{
	for (unsigned i = 0; i < w.part_count; i++)
		http_part_release(w.parts[i]);
	w.part_count = 0;
}

static void a_part_is_kept_once_and_reaches_all(void **state)
{
	static char large[100000]; /* more than one write of a stream */
	struct http_raw p, q;

	(void)state;
	open_parts(&p);
	say_part(SLICE_LIT("data: one\n\n"));
	assert_true(http_raw_await(&p, "data: one\n\n", 1));
	open_parts(&q); /* who comes later gets all of it too */
	assert_true(http_raw_await(&q, "data: one\n\n", 1));
	memset(large, 'x', sizeof(large));
	memcpy(large, "data: ", 6);
	memcpy(large + sizeof(large) - 7, "-end-\n\n", 7);
	say_part((struct slice){large, sizeof(large)});
	assert_true(http_raw_await(&p, "-end-\n\n", 1));
	assert_true(http_raw_await(&q, "-end-\n\n", 1));
	http_raw_close(&p);
	http_raw_close(&q);
	release_parts();
}

/* The owner lets go while streams still send it: the sanitizers watch. */
static void a_part_lives_as_long_as_somebody_sends_it(void **state)
{
	static char large[600000]; /* more than the kernel takes at once */
	struct http_raw p;

	(void)state;
	open_parts(&p);
	memset(large, 'x', sizeof(large));
	memcpy(large + sizeof(large) - 7, "-end-\n\n", 7);
	say_part((struct slice){large, sizeof(large)});
	while (w.readers[0].next == 0)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	release_parts();
	assert_true(http_raw_await(&p, "-end-\n\n", 1));
	http_end_stream(streaming);
	assert_true(http_raw_await(&p, "\r\n0\r\n\r\n", 1));
	http_raw_close(&p);
}

static void a_reader_of_parts_is_pinged_and_pulls_only_what_it_takes(void **state)
{
	static char large[1 << 20];
	struct http_raw p;

	(void)state;
	open_parts(&p);
	http_stream_ping_all(http_server_streams(w.server));
	assert_true(http_raw_await(&p, ":\n\n", 1));
	memset(large, 'x', sizeof(large));
	/* Eight of a MiB: the kernel keeps far less for one who does not read. */
	while (w.part_count < COUNT_OF(w.parts))
		say_part((struct slice){large, sizeof(large)});
	for (int i = 0; i < 200; i++)
		uv_run(&w.loop, UV_RUN_NOWAIT);
	assert_true(w.readers[0].next < COUNT_OF(w.parts));
	http_raw_close(&p);
	release_parts();
}

static void stopping_ends_streams(void **state)
{
	struct http_raw p, q;

	(void)state;
	open_stream(&p);
	open_stream(&q);
	say();
	http_server_stop(w.server, 3000, on_done, NULL);
	http_raw_await_close(&p);
	http_raw_await_close(&q);
	http_raw_until(&w.loop, &w.done);
	assert_true(w.readers[0].closed && w.readers[1].closed);
	http_raw_close(&p);
	http_raw_close(&q);
}

#define WITH_SERVER(f) cmocka_unit_test_setup_teardown(f, serve, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_stream_may_begin_later, serve, end),
		cmocka_unit_test_setup_teardown(whoever_left_meanwhile_is_seen, serve, end),
		cmocka_unit_test_setup_teardown(a_stream_can_be_ended_for_its_owner, serve, end),
		WITH_SERVER(all_readers_hear_all_in_order),
		WITH_SERVER(waking_from_inside_the_server_works),
		WITH_SERVER(a_stream_outlives_the_deadline_of_its_request),
		WITH_SERVER(vanished_readers_are_noticed_by_the_comment_line),
		WITH_SERVER(a_reader_that_takes_nothing_is_cut),
		WITH_SERVER(a_part_is_kept_once_and_reaches_all),
		WITH_SERVER(a_part_lives_as_long_as_somebody_sends_it),
		WITH_SERVER(a_reader_of_parts_is_pinged_and_pulls_only_what_it_takes),
		WITH_SERVER(stopping_ends_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
