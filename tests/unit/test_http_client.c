/* http_client - whole requests to a real server: what is sent, what comes back, what is too large, too slow or cut off, and
 * an end while requests are under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/http_client.h"
#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct answerer peer;
	struct http_client *client;
	char url[64];
	/* the reply */
	unsigned replies;
	enum err err;
	long status;
	unsigned parts;
	char streamed[64]; /* what came in parts */
	struct http_transfer *transfer;
	char body[64], etag[64], error[128], content_type[64];
	unsigned retry_after_s;
};

static int set_up(void **state)
{
	static struct world w;
	struct err_info info;

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	answerer_start(&w.peer, &w.loop,
		       "HTTP/1.1 200 OK\r\nETag: \"p1\"\r\ncontent-type:  text/csv; "
		       "x\r\nRetry-After: 90\r\nContent-Length: 2\r\n\r\nhi");
	snprintf(w.url, sizeof(w.url), "http://127.0.0.1:%u/v1/x", w.peer.port);
	assert_int_equal(http_client_new(&w.loop, &w.client, &info), ERR_OK);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	http_client_free(w->client);
	answerer_stop(&w->peer);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_reply(void *user, const struct http_reply *r)
{
	struct world *w = user;

	w->replies++;
	w->err = r->err;
	w->status = r->status;
	snprintf(w->body, sizeof(w->body), "%.*s", (int)r->body.n, r->body.p);
	snprintf(w->etag, sizeof(w->etag), "%s", r->etag);
	snprintf(w->content_type, sizeof(w->content_type), "%s", r->content_type);
	w->retry_after_s = r->retry_after_s;
	snprintf(w->error, sizeof(w->error), "%s", r->error);
}

static struct http_call call_of(struct world *w, const char *method)
{
	return (struct http_call){.method = method,
				  .url = w->url,
				  .body = SLICE_LIT(""),
				  .timeout_ms = 3000,
				  .answer_max = 1000};
}

static void await(struct world *w, const struct http_call *call)
{
	w->replies = 0;
	http_client_call(w->client, call, on_reply, w);
	assert_int_equal(w->replies, 0); /* from the loop, never from the call */
	while (w->replies == 0)
		loop_turn(&w->loop);
	assert_int_equal(w->replies, 1);
}

static void what_is_sent(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "POST");
	const char *asked;

	call.bearer = "s3cret";
	call.content_type = "application/json";
	call.if_none_match = "\"p0\"";
	call.body = SLICE_LIT("{\"a\":1}");
	await(w, &call);
	assert_int_equal(w->err, ERR_OK);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->body, "hi");
	assert_string_equal(w->etag, "\"p1\"");
	assert_string_equal(w->content_type, "text/csv; x");
	assert_int_equal(w->retry_after_s, 90);
	assert_string_equal(w->error, "");
	asked = buf_cstr(&w->peer.asked);
	assert_non_null(strstr(asked, "POST /v1/x HTTP/1.1\r\n"));
	assert_non_null(strstr(asked, "\r\nAuthorization: Bearer s3cret\r\n"));
	assert_non_null(strstr(asked, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(asked, "\r\nIf-None-Match: \"p0\"\r\n"));
	assert_non_null(strstr(asked, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(asked, "Expect:"));
}

static void a_connection_is_kept(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "GET");

	for (int i = 0; i < 3; i++) {
		buf_reset(&w->peer.asked); /* the server answers the first bytes it sees */
		await(w, &call);
		assert_int_equal(w->status, 200);
	}
	assert_int_equal(w->peer.connections, 1);
}

static void an_answer_too_large(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "GET");

	call.answer_max = 1;
	await(w, &call);
	assert_int_equal(w->err, ERR_IO);
	assert_true(w->error[0] != '\0');
}

static void faults(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "GET");

	w->peer.answer = NULL;
	call.timeout_ms = 100;
	await(w, &call);
	assert_int_equal(w->err, ERR_TIMEOUT);
	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut";
	w->peer.cut = true;
	call.timeout_ms = 3000;
	await(w, &call);
	assert_int_equal(w->err, ERR_IO);
	snprintf(w->url, sizeof(w->url), "http://127.0.0.1:%u/", free_port());
	await(w, &call);
	assert_int_equal(w->err, ERR_IO);
	snprintf(w->url, sizeof(w->url), "file:///etc/hostname");
	await(w, &call);
	assert_int_equal(w->err, ERR_IO);
	assert_string_equal(w->body, "");
}

static void a_status_that_is_not_good(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "GET");

	w->peer.answer = "HTTP/1.1 304 Not Modified\r\n\r\n";
	await(w, &call);
	assert_int_equal(w->err, ERR_OK);
	assert_int_equal(w->status, 304);
}

/* --- answers without an end -------------------------------------------------------------------------------- */

static void on_part(void *user, struct slice bytes)
{
	struct world *w = user;

	if (w->parts++ == 0)
		assert_int_equal(bytes.n, 0); /* it has begun */
	snprintf(w->streamed + strlen(w->streamed), sizeof(w->streamed) - strlen(w->streamed),
		 "%.*s", (int)bytes.n, bytes.p);
}

static void stream(struct world *w)
{
	struct http_call call = call_of(w, "GET");

	call.timeout_ms = 0;
	call.connect_timeout_ms = 3000;
	buf_reset(&w->peer.asked); /* a kept connection is answered anew */
	w->replies = w->parts = 0;
	w->streamed[0] = '\0';
	w->transfer = http_client_stream(w->client, &call, on_part, on_reply, w);
	assert_int_equal(w->parts + w->replies, 0);
}

static void what_has_no_end_comes_in_parts(void **state)
{
	struct world *w = *state;

	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n";
	stream(w);
	while (strstr(w->streamed, "data: 1\n\n") == NULL)
		loop_turn(&w->loop);
	assert_int_equal(w->replies, 0); /* it goes on */
	http_transfer_cancel(w->transfer);
	for (int i = 0; i < 20; i++)
		uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(w->replies, 0);
}

static void a_stream_that_ends_after_all_says_so(void **state)
{
	struct world *w = *state;

	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
	stream(w);
	while (w->replies == 0)
		loop_turn(&w->loop);
	assert_int_equal(w->err, ERR_OK);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->streamed, "hi");
	assert_string_equal(w->body, ""); /* it was handed over already */
	/* Cut in the middle. */
	w->peer.answer = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi";
	w->peer.cut = true;
	stream(w);
	while (w->replies == 0)
		loop_turn(&w->loop);
	assert_int_equal(w->err, ERR_IO);
	assert_string_equal(w->streamed, "hi");
}

/* What is no 200 is no stream: its body is the answer's, bounded as any. */
static void a_refused_stream_is_an_answer(void **state)
{
	struct world *w = *state;

	w->peer.answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";
	stream(w);
	while (w->replies == 0)
		loop_turn(&w->loop);
	assert_int_equal(w->err, ERR_OK);
	assert_int_equal(w->status, 401);
	assert_string_equal(w->body, "no");
	assert_int_equal(w->parts, 0);
}

/* The leak sanitizer watches. */
static void ended_while_asked(void **state)
{
	struct world *w = *state;
	struct http_call call = call_of(w, "POST");

	w->peer.answer = NULL;
	call.body = SLICE_LIT("{}");
	for (int i = 0; i < 3; i++)
		http_client_call(w->client, &call, on_reply, w);
	while (w->peer.connections == 0)
		loop_turn(&w->loop);
	http_client_free(w->client);
	w->client = NULL;
	assert_int_equal(w->replies, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_sent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_connection_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_answer_too_large, set_up, tear_down),
		cmocka_unit_test_setup_teardown(faults, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_status_that_is_not_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ended_while_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_has_no_end_comes_in_parts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_stream_that_ends_after_all_says_so, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_refused_stream_is_an_answer, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
