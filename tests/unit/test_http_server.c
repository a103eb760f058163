/* test_http_server.c - the server through its front door: answers now and later, ceilings, deadlines, a clean stop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <uv.h>

#include "base/http_server.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct http_server *server;
	struct http_request *waiting; /* for an answer */
	unsigned handled, released;
	bool done;
	struct buf seen; /* what the owner saw of each request */
};

static void release(void *data)
{
	((struct world *)data)->released++;
}

static const char *or_none(const char *s)
{
	return s != NULL ? s : "-";
}

static void handle(void *user, struct http_request *r)
{
	struct world *w = user;

	w->handled++;
	if (strcmp(http_path(r), "/later") == 0) {
		w->waiting = r;
		return;
	}
	if (strcmp(http_path(r), "/query") == 0) {
		http_answer(r, 200, "text/plain", NULL, slice_of(http_query_text(r)));
		return;
	}
	buf_printf(&w->seen, "%s %s a=%s b=%s x=%s body=%.*s\n", http_method(r), http_path(r),
		   or_none(http_query(r, "a")), or_none(http_query(r, "b")),
		   or_none(http_header(r, "x-thing")), (int)http_body(r).n, http_body(r).p);
	if (strcmp(http_path(r), "/error") == 0)
		http_answer_error(r, 404, "not-found", "There is no \"%s\"", "x\n");
	else
		http_answer(r, 200, "text/plain", "ETag: \"1\"\r\nX-Two: b\r\n", SLICE_LIT("fine"));
}

static unsigned admit(void *user, struct http_request *r)
{
	http_set_user(r, user, release);
	return http_header(r, "x-forbidden") != NULL ? 403 : 0;
}

static void serve(struct world *w, unsigned per_address, unsigned deadline_ms)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 1000,
					.connections_max = 20,
					.per_address_max = per_address,
					.request_deadline_ms = deadline_ms,
					.handle = handle,
					.admit = admit,
					.user = w,
					.headers = "X-Every: one\r\n"};
	struct err_info info;

	*w = (struct world){0};
	buf_init(&w->seen, 1 << 20);
	assert_int_equal(uv_loop_init(&w->loop), 0);
	assert_int_equal(http_server_start(&w->loop, &o, &w->server, &info), ERR_OK);
	assert_true(http_server_port(w->server) > 0);
}

static void on_done(void *user)
{
	((struct world *)user)->done = true;
}

static void end(struct world *w)
{
	if (!w->done)
		http_server_stop(w->server, 100, on_done, w);
	http_raw_until(&w->loop, &w->done);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&w->loop), 0);
	buf_release(&w->seen);
}

static void connect_to(struct world *w, struct http_raw *p)
{
	http_raw_open(p, &w->loop, http_server_port(w->server));
}

static void requests_are_seen_whole_and_answered(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(&p,
		      "GET /v1/a%2Fb?a=1%202+3&b=%zz HTTP/1.1\r\nHost: h\r\nX-Thing: y z\r\n\r\n");
	assert_true(http_raw_await(&p, "fine", 1));
	http_raw_puts(&p, "POST /p?b= HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
	uv_run(&w.loop, UV_RUN_NOWAIT);
	http_raw_puts(&p, "cde");
	assert_true(http_raw_await(&p, "fine", 2));
	http_raw_puts(&p, "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
			  "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
	assert_true(http_raw_await(&p, "fine", 3));
	assert_string_equal(buf_cstr(&w.seen), "GET /v1/a%2Fb a=1 2 3 b=- x=y z body=\n"
					       "POST /p a=- b= x=- body=abcde\n"
					       "PUT /c a=- b=- x=- body=abc\n");
	assert_non_null(strstr(buf_cstr(&p.in), "ETag: \"1\"\r\n"));
	assert_non_null(strstr(buf_cstr(&p.in), "X-Two: b\r\n"));
	assert_non_null(strstr(buf_cstr(&p.in), "Content-Type: text/plain\r\n"));
	assert_int_equal(http_server_stats(w.server).requests, 3);
	assert_int_equal(http_server_stats(w.server).connections, 1);
	assert_int_equal(w.released, 3);
	http_raw_close(&p);
	end(&w);
}

/* What stands behind the '?' can be handed on as it came, although the server reads arguments from it. */
static void a_query_is_there_as_it_came(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /query?a=1%202+3&b=%2F?&&c HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&p, "\r\n\r\na=1%202+3&b=%2F?&&c", 1));
	http_raw_puts(&p, "GET /query HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&p, "Content-Length: 0\r\n", 1));
	http_raw_close(&p);
	end(&w);
}

/* What the server refuses by itself carries the owner's lines as well. */
static void refusals_carry_the_owners_headers(void **state)
{
	static const char *const refused[] = {
		"GET /x HTTP/1.1\r\nHost: h\r\nX-Forbidden: 1\r\n\r\n",
		"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n",
		"GET /x HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
	};
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		connect_to(&w, &p);
		http_raw_puts(&p, refused[i]);
		assert_true(http_raw_await(&p, "X-Every: one\r\n", 1));
		http_raw_close(&p);
	}
	end(&w);
}

static void errors_are_json(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /error HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(
		&p, "{\"error\":\"not-found\",\"text\":\"There is no \\\"x\\n\\\"\"}", 1));
	assert_int_equal(http_raw_status(&p), 404);
	http_raw_close(&p);
	end(&w);
}

static void an_answer_may_come_later(void **state)
{
	struct world w;
	struct http_raw p, q;

	(void)state;
	serve(&w, 20, 300);
	connect_to(&w, &p);
	connect_to(&w, &q);
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	/* Others are served meanwhile, and the deadline is the peer's, not the owner's. */
	for (unsigned i = 1; i <= 20; i++) {
		http_raw_puts(&q, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
		assert_true(http_raw_await(&q, "fine", i));
	}
	for (uint64_t begin = uv_hrtime(); uv_hrtime() - begin < 700 * UINT64_C(1000000);)
		loop_turn(&w.loop);
	assert_non_null(w.waiting);
	assert_int_equal(p.in.len, 0);
	http_answer(w.waiting, 202, "text/plain", NULL, SLICE_LIT("at last"));
	assert_true(http_raw_await(&p, "at last", 1));
	assert_int_equal(http_raw_status(&p), 202);
	http_raw_puts(&p, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&p, "fine", 1));
	http_raw_close(&p);
	http_raw_close(&q);
	end(&w);
}

static void bodies_have_a_ceiling(void **state)
{
	struct world w;
	struct http_raw p;
	char chunk[700];

	(void)state;
	serve(&w, 20, 2000);
	memset(chunk, 'x', sizeof(chunk));
	connect_to(&w, &p);
	http_raw_puts(&p, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n");
	http_raw_send(&p, chunk, 700);
	http_raw_send(&p, chunk, 300);
	assert_true(http_raw_await(&p, "fine", 1));
	http_raw_puts(&p, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n");
	assert_true(http_raw_await(&p, "HTTP/1.1 413", 1)); /* before the body is sent */
	http_raw_await_close(&p);
	http_raw_close(&p);
	connect_to(&w, &p);
	http_raw_puts(&p,
		      "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 123456789012345678\r\n\r\n");
	assert_true(http_raw_await(&p, "HTTP/1.1 413", 1));
	http_raw_close(&p);
	connect_to(&w, &p);
	http_raw_puts(&p,
		      "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2bc\r\n");
	http_raw_send(&p, chunk, 700);
	http_raw_puts(&p, "\r\n2bc\r\n");
	http_raw_send(&p, chunk, 700);
	http_raw_await_close(&p);
	assert_int_equal(http_raw_status(&p), 0);
	http_raw_close(&p);
	assert_int_equal(http_server_stats(w.server).refused_size, 3);
	assert_int_equal(w.handled, 1);
	end(&w);
}

static void admission_comes_before_the_body(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(
		&p, "POST /x HTTP/1.1\r\nHost: h\r\nX-Forbidden: 1\r\nContent-Length: 900\r\n\r\n");
	assert_true(http_raw_await(&p, "HTTP/1.1 403", 1));
	/* The refused body must not be read as the next request. */
	http_raw_puts(&p, "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
	http_raw_await_close(&p);
	assert_int_equal(w.handled, 0);
	assert_int_equal(http_server_stats(w.server).refused_admission, 1);
	http_raw_close(&p);
	end(&w);
}

static double seconds_until_cut(struct world *w, struct http_raw *p, const char *drip)
{
	uint64_t begin = uv_hrtime(), next = begin;

	while (!p->closed && uv_hrtime() - begin < 4 * UINT64_C(1000000000)) {
		if (uv_hrtime() >= next) {
			http_raw_puts(p, drip); /* never quiet for long */
			next += 50 * UINT64_C(1000000);
		}
		uv_run(&w->loop, UV_RUN_NOWAIT);
		p->closed = p->closed || http_raw_is_cut(p);
	}
	return (double)(uv_hrtime() - begin) / 1e9;
}

static void slow_peers_are_cut(void **state)
{
	static const struct {
		const char *first, *second, *drip, *why;
	} cases[] = {
		{"GET /x HTTP/1.1\r\nHost: h\r\nX: ", NULL, "x", "slow headers"},
		{"", NULL, "\r\n", "lines before the request that never end"},
		{"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n", NULL, "x",
		 "a slow body"},
		{"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", NULL,
		 "1\r\nx\r\n", "slow chunks"},
		{"GET /x HTTP/1.1\r\nHost: h\r\n\r\n",
		 "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\n", "x",
		 "a slow body on a kept connection"},
	};
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 400);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned handled = w.handled;
		double took;

		connect_to(&w, &p);
		http_raw_puts(&p, cases[i].first);
		if (cases[i].second != NULL) {
			assert_true(http_raw_await(&p, "fine", 1));
			handled++;
			http_raw_puts(&p, cases[i].second);
		}
		took = seconds_until_cut(&w, &p, cases[i].drip);
		if (took < 0.3 || took > 1.5)
			print_error("%s: cut after %.2f s\n", cases[i].why, took);
		assert_true(took >= 0.3 && took <= 1.5);
		assert_int_equal(http_server_stats(w.server).refused_deadline, i + 1);
		assert_int_equal(w.handled, handled);
		http_raw_close(&p);
	}
	end(&w);
}

static void one_address_cannot_take_all(void **state)
{
	struct world w;
	struct http_raw p[4];

	(void)state;
	serve(&w, 3, 2000);
	for (int i = 0; i < 4; i++)
		connect_to(&w, &p[i]);
	http_raw_await_close(&p[3]);
	http_raw_puts(&p[2], "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&p[2], "fine", 1));
	for (int i = 0; i < 4; i++)
		http_raw_close(&p[i]);
	end(&w);
}

static void a_peer_that_leaves_harms_nobody(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(&p, "POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc");
	uv_run(&w.loop, UV_RUN_NOWAIT);
	http_raw_close(&p);
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	while (w.waiting == NULL)
		loop_turn(&w.loop);
	http_raw_close(&p);
	http_answer(w.waiting, 200, "text/plain", NULL, SLICE_LIT("nobody"));
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&p, "fine", 1));
	assert_int_equal(w.released, 3);
	http_raw_close(&p);
	end(&w);
}

static void stopping_waits_for_answers(void **state)
{
	struct world w;
	struct http_raw p, idle;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &idle);
	http_raw_puts(&idle, "GET /x HTTP/1.1\r\nHost: h\r\n\r\n");
	assert_true(http_raw_await(&idle, "fine", 1));
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	while (w.waiting == NULL)
		loop_turn(&w.loop);
	http_server_stop(w.server, 3000, on_done, &w);
	http_raw_await_close(&idle);
	assert_false(w.done);
	http_answer(w.waiting, 200, "text/plain", NULL, SLICE_LIT("just in time"));
	assert_true(http_raw_await(&p, "just in time", 1));
	http_raw_close(&p);
	http_raw_close(&idle);
	http_raw_until(&w.loop, &w.done);
	end(&w);
}

static void stopping_does_not_wait_for_ever(void **state)
{
	struct world w;
	struct http_raw p;

	(void)state;
	serve(&w, 20, 2000);
	connect_to(&w, &p);
	http_raw_puts(&p, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
	while (w.waiting == NULL)
		loop_turn(&w.loop);
	http_server_stop(w.server, 50, on_done, &w);
	http_raw_until(&w.loop, &w.done);
	assert_int_equal(w.released, 0);
	/* The owner knows nothing of that and answers in the end. */
	assert_null(http_header(w.waiting, "host"));
	assert_null(http_query(w.waiting, "a"));
	assert_string_equal(http_path(w.waiting), "");
	http_answer(w.waiting, 200, "text/plain", NULL, SLICE_LIT("too late"));
	assert_int_equal(w.released, 1);
	http_raw_await_close(&p);
	assert_null(strstr(buf_cstr(&p.in), "too late"));
	http_raw_close(&p);
	end(&w);
}

static void a_taken_port_is_said(void **state)
{
	struct http_server_options o = {.host = "127.0.0.1", .handle = handle};
	struct http_server *second;
	struct err_info info;
	struct world w;

	(void)state;
	serve(&w, 20, 2000);
	o.port = http_server_port(w.server);
	assert_int_equal(http_server_start(&w.loop, &o, &second, &info), ERR_BUSY);
	o.host = "localhost";
	assert_int_equal(http_server_start(&w.loop, &o, &second, &info), ERR_SYNTAX);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_seen_whole_and_answered),
		cmocka_unit_test(a_query_is_there_as_it_came),
		cmocka_unit_test(refusals_carry_the_owners_headers),
		cmocka_unit_test(errors_are_json),
		cmocka_unit_test(an_answer_may_come_later),
		cmocka_unit_test(bodies_have_a_ceiling),
		cmocka_unit_test(admission_comes_before_the_body),
		cmocka_unit_test(slow_peers_are_cut),
		cmocka_unit_test(one_address_cannot_take_all),
		cmocka_unit_test(a_peer_that_leaves_harms_nobody),
		cmocka_unit_test(stopping_waits_for_answers),
		cmocka_unit_test(stopping_does_not_wait_for_ever),
		cmocka_unit_test(a_taken_port_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
