/* api_stream - the journal as it grows: committed entries only, each once and in order, from the
 * number that the reader has.
 * wrap: collector_end_turn_soon
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "collector/api.h"
#include "tests/support/collector_world.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

enum { STREAMS_MAX = 200 };

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
	collector_world_close(*state);
	free(*state);
	return 0;
}

/* HTTP/1.0: what comes is not cut into chunks. */
static void open_stream(struct collector_world *w, struct http_raw *p, const char *query,
			const char *headers)
{
	char text[512];

	http_raw_open(p, collector_world_loop(w), collector_world_port(w));
	snprintf(text, sizeof(text),
		 "GET /v1/stream%s HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s\r\n",
		 query, w->operator_token, headers);
	http_raw_puts(p, text);
}

static void await_entry(struct http_raw *p, uint64_t seq)
{
	char line[48];

	snprintf(line, sizeof(line), "id: %llu\ndata: {", (unsigned long long)seq);
	assert_true(http_raw_await(p, line, 1));
}

/* The lines "id: N" of the answer: exactly from first to last. */
static void ids_are(const struct http_raw *p, uint64_t first, uint64_t last)
{
	const char *at = strstr(buf_cstr(&p->in), "\r\n\r\n");
	uint64_t next = first;

	assert_non_null(at);
	while ((at = strstr(at, "\nid: ")) != NULL) {
		at += 5;
		assert_int_equal(strtoull(at, NULL, 10), next++);
	}
	assert_int_equal(next, last + 1);
}

static void a_stream_tells_the_whole_journal(void **state)
{
	struct collector_world *w = *state;
	struct http_raw p;
	const char *last;

	open_stream(w, &p, "", "");
	await_entry(&p, collector_world_head(w));
	assert_int_equal(http_raw_status(&p), 200);
	assert_non_null(strstr(buf_cstr(&p.in), "\r\nContent-Type: text/event-stream\r\n"));
	ids_are(&p, 1, collector_world_head(w));
	assert_non_null(strstr(buf_cstr(&p.in), "\nid: 1\ndata: {\"seq\":1,\"at\":"));
	assert_non_null(
		strstr(buf_cstr(&p.in), "\"kind\":\"plan.applied\",\"version\":1,\"body\":{"));
	/* An event is two lines and an empty one. */
	last = buf_cstr(&p.in) + p.in.len - 4;
	assert_string_equal(last, "}}\n\n");
	http_raw_close(&p);
}

static void a_reader_goes_on_where_it_was(void **state)
{
	static const struct {
		const char *query, *headers;
		uint64_t first;
	} cases[] = {
		{"?after=1", "", 2},
		{"", "Last-Event-ID: 2\r\n", 3},
		{"?after=0", "Last-Event-ID: 2\r\n", 3}, /* as browsers come back */
		{"?after=3", "Last-Event-ID: 1\r\n", 2},
		{"?after=1", "Last-Event-ID: none\r\n", 2},
		{"?after=1", "Last-Event-ID: -1\r\n", 2},
		{"?after=none", "", 1},
		{"?after=-1", "", 1},
	};
	struct collector_world *w = *state;

	collector_world_fail(w);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct http_raw p;

		print_message("%s %s\n", cases[i].query, cases[i].headers);
		open_stream(w, &p, cases[i].query, cases[i].headers);
		await_entry(&p, collector_world_head(w));
		ids_are(&p, cases[i].first, collector_world_head(w));
		http_raw_close(&p);
	}
}

static void what_happens_is_told_once_it_is_committed(void **state)
{
	struct collector_world *w = *state;
	uint64_t before = collector_world_head(w);
	struct http_raw p, late;

	open_stream(w, &p, "?after=1", "");
	await_entry(&p, before);
	open_stream(w, &late, "?after=99999", "Last-Event-ID: 99999\r\n");
	assert_true(http_raw_await(&late, "\r\n\r\n", 1));
	collector_world_sample(w, HEALTH_OK);
	collector_world_sample(w, HEALTH_CRITICAL);
	assert_true(journal_is_dirty(core_journal(w->c.core)));
	api_wake_streams(w->c.api);
	/* When another reader has it all, this one had its turn as well. */
	for (int i = 0; i < 3; i++) {
		struct http_raw q;

		open_stream(w, &q, "", "");
		await_entry(&q, before);
		assert_false(http_raw_is_cut(&p));
		http_raw_close(&q);
	}
	ids_are(&p, 2, before);
	collector_world_commit(w);
	assert_true(collector_world_head(w) > before);
	await_entry(&p, collector_world_head(w));
	ids_are(&p, 2, collector_world_head(w));
	assert_non_null(strstr(buf_cstr(&p.in), "\"kind\":\"check.suspect\""));
	/* Who is ahead of us hears nothing. */
	assert_null(strstr(buf_cstr(&late.in), "id: "));
	http_raw_close(&p);
	http_raw_close(&late);
}

static void many_entries_come_in_parts(void **state)
{
	struct collector_world *w = *state;
	struct http_raw p;

	for (int i = 0; i < 1700; i++)
		collector_world_append(w, "test.entry", SLICE_LIT("{\"text\":\"\\u0007 <b>\"}"));
	collector_world_commit(w);
	open_stream(w, &p, "?after=2", "");
	await_entry(&p, collector_world_head(w));
	assert_true(http_raw_await(&p,
				   "\"kind\":\"test.entry\",\"version\":1,\"body\":"
				   "{\"text\":\"\\u0007 <b>\"}}\n\n",
				   1700));
	ids_are(&p, 3, collector_world_head(w));
	http_raw_close(&p);
}

static void a_very_large_body_is_to_be_fetched(void **state)
{
	struct collector_world *w = *state;
	struct http_raw p;
	struct buf body;

	for (size_t extra = 0; extra < 2; extra++) {
		buf_init(&body, 2 << 20);
		buf_putc(&body, '"');
		while (body.len < (1 << 20) - 1 + extra)
			buf_putc(&body, 'x');
		buf_putc(&body, '"');
		collector_world_append(w, extra == 0 ? "test.fits" : "test.large",
				       buf_slice(&body));
		buf_release(&body);
	}
	collector_world_append(w, "test.last", SLICE_LIT("{}"));
	collector_world_commit(w);
	open_stream(w, &p, "", "");
	assert_true(http_raw_await(&p, "\"kind\":\"test.last\",\"version\":1,\"body\":{}}\n\n", 1));
	ids_are(&p, 1, collector_world_head(w));
	assert_non_null(strstr(buf_cstr(&p.in), "\"test.fits\",\"version\":1,\"body\":\"xxx"));
	assert_non_null(strstr(buf_cstr(&p.in), "\"test.large\",\"version\":1,\"body\":null}\n\n"));
	http_raw_close(&p);
}

static void only_an_operator_listens(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_ask ask = {.method = "GET", .target = "/v1/stream"};
	struct collector_world_answer a;

	assert_int_equal(collector_world_ask(w, &ask).status, 401);
	ask.token = w->agent_token;
	a = collector_world_ask(w, &ask);
	assert_int_equal(a.status, 403);
	assert_string_equal(a.body, "{\"error\":\"not-yours\",\"text\":"
				    "\"This needs an operator's token\"}");
	ask.token = w->operator_token;
	ask.method = "POST";
	ask.body = "";
	a = collector_world_ask(w, &ask);
	assert_int_equal(a.status, 405);
	assert_int_equal(http_server_stats(w->c.http).streams, 0);
}

/* Readers that are gone are noticed when there is something to tell. */
static void await_fewer(struct collector_world *w, unsigned streams)
{
	for (int i = 0; http_server_stats(w->c.http).streams > streams && i < 500; i++) {
		collector_world_append(w, "test.entry", SLICE_LIT("{}"));
		collector_world_commit(w);
		api_wake_streams(w->c.api);
		loop_turn(collector_world_loop(w));
	}
	assert_int_equal(http_server_stats(w->c.http).streams, streams);
}

static void readers_have_a_limit(void **state)
{
	struct collector_world *w = *state;
	struct collector_world_ask ask = {
		.method = "GET", .target = "/v1/stream", .token = w->operator_token};
	struct http_raw peers[STREAMS_MAX], again;
	struct collector_world_answer a;

	for (size_t i = 0; i < STREAMS_MAX; i++) {
		open_stream(w, &peers[i], "?after=1", "");
		await_entry(&peers[i], collector_world_head(w));
	}
	a = collector_world_ask(w, &ask);
	assert_int_equal(a.status, 503);
	assert_string_equal(a.body, "{\"error\":\"full\",\"text\":\"Too many streams are open\"}");
	/* The first, the last and some between go: their places are free again, the others hear
	 * on. */
	http_raw_close(&peers[0]);
	http_raw_close(&peers[100]);
	http_raw_close(&peers[STREAMS_MAX - 1]);
	await_fewer(w, STREAMS_MAX - 3);
	open_stream(w, &again, "?after=1", "");
	await_entry(&again, collector_world_head(w));
	for (size_t i = 1; i < STREAMS_MAX - 1; i++) {
		if (i == 100)
			continue;
		await_entry(&peers[i], collector_world_head(w));
		ids_are(&peers[i], 2, collector_world_head(w));
		http_raw_close(&peers[i]);
	}
	http_raw_close(&again);
}

#define SERVED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SERVED(a_stream_tells_the_whole_journal),
		SERVED(a_reader_goes_on_where_it_was),
		SERVED(what_happens_is_told_once_it_is_committed),
		SERVED(many_entries_come_in_parts),
		SERVED(a_very_large_body_is_to_be_fetched),
		SERVED(only_an_operator_listens),
		SERVED(readers_have_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
