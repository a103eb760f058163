/* feed - the cached status and who is told of it. The options' times are set so that nothing has to be
 * waited for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "base/log.h"
#include "dashboard/feed.h"
#include "dashboard/upstream.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

enum { NEVER_MS = 1000000, TICK_MS = 2 };

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream;
	struct feed *feed;
	struct http_server *server;
};
static struct world world;
static unsigned w_gap_ms;

static void handle(void *user, struct http_request *r)
{
	struct world *w = user;

	if (strcmp(http_path(r), "/stream") == 0)
		feed_answer_stream(w->feed, r);
	else
		feed_answer(w->feed, r);
}

static struct world *world_start(unsigned fresh_ms)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 64,
					.connections_max = 100,
					.per_address_max = 100,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = &world,
					.headers = "X-Test: yes\r\n"};
	struct err_info info;

	memset(&world, 0, sizeof(world));
	log_set_level(LOG_ERROR); /* lost and back are told here on purpose */
	uv_loop_init(&world.loop);
	fake_collector_start(&world.collector, &world.loop);
	assert_int_equal(
		upstream_new(&world.loop,
			     &(struct upstream_options){.collector = world.collector.url,
							.token_file = world.collector.token_file,
							.timeout_ms = 2000},
			     &world.upstream, &info),
		ERR_OK);
	world.feed = feed_new(&world.loop, &(struct feed_options){.upstream = world.upstream,
								  .tick_ms = TICK_MS,
								  .gap_ms = w_gap_ms,
								  .fresh_ms = fresh_ms,
								  .pulse_ms = NEVER_MS,
								  .viewers_max = 2,
								  .build = "b1",
								  .headers = "X-Test: yes\r\n"});
	assert_int_equal(http_server_start(&world.loop, &o, &world.server, &info), ERR_OK);
	return &world;
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static void world_stop(struct world *w)
{
	bool done = false;

	feed_stop(w->feed);
	upstream_free(w->upstream);
	http_server_stop(w->server, 0, on_stopped, &done);
	http_raw_until(&w->loop, &done);
	feed_free(w->feed);
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
}

static void ask(struct world *w, struct http_raw *p, const char *path)
{
	char text[128];

	http_raw_open(p, &w->loop, http_server_port(w->server));
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
	http_raw_puts(p, text);
}

static void expect(struct world *w, int status, const char *body)
{
	struct http_raw p;

	ask(w, &p, "/");
	assert_true(http_raw_await(&p, body, 1));
	assert_true(http_raw_await(&p, "X-Test: yes\r\n", 1));
	assert_int_equal(http_raw_status(&p), status);
	http_raw_close(&p);
}

static void many_who_ask_at_once_cost_one_question(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw peers[5];

	(void)state;
	w->collector.hold = true;
	for (size_t i = 0; i < COUNT_OF(peers); i++)
		ask(w, &peers[i], "/");
	while (w->collector.held == NULL || feed_stats(w->feed).waiting < COUNT_OF(peers))
		loop_turn(&w->loop);
	fake_collector_let_go(&w->collector);
	for (size_t i = 0; i < COUNT_OF(peers); i++) {
		assert_true(
			http_raw_await(&peers[i], "{\"now\":1,\"services\":[],\"stale_for\":0", 1));
		http_raw_close(&peers[i]);
	}
	assert_int_equal(w->collector.statuses, 1);
	expect(w, 200, "\"stale_for\":");
	assert_int_equal(w->collector.statuses, 1); /* still as good as new */
	assert_int_equal(feed_stats(w->feed).fetches, 1);
	assert_int_equal(w->collector.heads, 0);
	world_stop(w);
}

static void without_any_answer_it_says_why(void **state)
{
	struct world *w = world_start(0);

	(void)state;
	w->collector.code = 500;
	expect(w, 503, "the collector answered with status 500");
	w->collector.code = 200;
	w->collector.status = "{\"now\":";
	expect(w, 503, "the collector's answer is not sound JSON");
	w->collector.status = "{\"now\":5}";
	expect(w, 200, "{\"now\":5,\"stale_for\":0");
	world_stop(w);
}

static void when_it_is_lost_the_last_copy_goes_on_with_its_age(void **state)
{
	struct world *w = world_start(0);
	uint64_t before;

	(void)state;
	expect(w, 200, "{\"now\":1,\"services\":[],\"stale_for\":0");
	w->collector.code = 503;
	w->collector.status = "{}";
	before = uv_now(&w->loop);
	while (uv_now(&w->loop) < before + 20) /* for an age that can be seen */
		uv_run(&w->loop, UV_RUN_NOWAIT);
	expect(w, 200, "{\"now\":1,\"services\":[],\"stale_for\":0.");
	assert_int_equal(w->collector.statuses, 2);
	w->collector.code = 200;
	expect(w, 200, "{\"stale_for\":0,");
	world_stop(w);
}

/* The position of the last whole or difference that this peer was told, as it stands after `mark`. */
static void position_after(const struct http_raw *p, const char *mark, char ret[32])
{
	const char *found = NULL;

	for (const char *at = buf_cstr(&p->in); (at = strstr(at, mark)) != NULL; at++)
		found = at + strlen(mark);
	assert_non_null(found);
	assert_int_equal(sscanf(found, "%31[0-9a-f-]", ret), 1);
}

static void without_a_bell_the_head_tells_that_the_journal_has_grown(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw p;

	(void)state;
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "text/event-stream", 1));
	assert_true(http_raw_await(&p, "X-Test: yes\r\n", 1));
	assert_true(http_raw_await(&p, "retry: 1000\n\n", 1));
	assert_true(http_raw_await(&p, "event: status\ndata: {\"at\":\"", 1)); /* fetch the whole */
	/* The first head is new by definition; it brings the same status, of which nobody is told. */
	while (w->collector.heads < 3)
		loop_turn(&w->loop);
	assert_int_equal(w->collector.statuses, 2);
	w->collector.status = "{\"now\":2,\"services\":[7]}";
	w->collector.head = "{\"seq\":2,\"hash\":\"b\"}";
	assert_true(http_raw_await(
		&p, "event: delta\ndata: {\"now\":2,\"delta\":{\"services\":[7]}}\n\n", 1));
	assert_int_equal(w->collector.statuses, 3);
	assert_int_equal(feed_stats(w->feed).deltas, 1);
	http_raw_close(&p);
	world_stop(w);
}

static const char at_31[] = "{\"now\":1,\"head\":{\"seq\":31},\"a\":1}";
static const char at_32[] = "{\"now\":2,\"head\":{\"seq\":32},\"a\":2}";

static void the_bell_tells_it_and_the_head_is_not_asked(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw p;
	unsigned heads;

	(void)state;
	w->collector.streams = true;
	w->collector.status = at_31;
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "event: status", 1));
	while (w->collector.listener == NULL)
		loop_turn(&w->loop);
	assert_string_equal(w->collector.last_query, "31");
	for (unsigned i = 0; i < 20; i++)
		loop_turn(&w->loop);
	heads = w->collector.heads;
	fake_collector_say(&w->collector, "id: 31\ndata: {}\n\n"); /* which we have */
	while (feed_stats(w->feed).rings < 1)
		loop_turn(&w->loop);
	for (unsigned i = 0; i < 20; i++)
		loop_turn(&w->loop);
	w->collector.status = at_32;
	fake_collector_say(&w->collector, "id: 32\ndata: {}\n\n");
	assert_true(http_raw_await(&p, "{\"now\":2,\"delta\":{\"head\":{\"seq\":32},\"a\":2}}", 1));
	assert_int_equal(w->collector.heads, heads);
	/* It falls silent: the head is asked again; the next good status opens it anew. */
	fake_collector_hang_up(&w->collector);
	while (w->collector.heads < heads + 2)
		loop_turn(&w->loop);
	w->collector.head = "{\"seq\":33,\"hash\":\"b\"}";
	while (w->collector.listeners < 2)
		loop_turn(&w->loop);
	assert_string_equal(w->collector.last_query, "32");
	http_raw_close(&p);
	world_stop(w);
}

static void a_bell_that_never_stops_is_answered_in_due_time(void **state)
{
	struct world *w;
	struct http_raw p;
	unsigned asked;

	(void)state;
	w_gap_ms = NEVER_MS;
	w = world_start(NEVER_MS);
	w->collector.streams = true;
	w->collector.status = at_31;
	ask(w, &p, "/stream");
	while (w->collector.listener == NULL)
		loop_turn(&w->loop);
	asked = w->collector.statuses;
	for (unsigned i = 1; i <= 50; i++) {
		char text[64];

		snprintf(text, sizeof(text), "id: %u\n\n", 31 + i);
		fake_collector_say(&w->collector, text);
		while (feed_stats(w->feed).rings < i)
			loop_turn(&w->loop);
	}
	assert_in_range(w->collector.statuses, asked, asked + 1);
	w_gap_ms = 0;
	http_raw_close(&p);
	world_stop(w);
}

static void what_runs_by_itself_is_no_news(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p;
	unsigned seen;

	(void)state;
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "event: status", 1));
	w->collector.status = "{\"now\":99,\"services\":[]}";
	seen = w->collector.statuses;
	while (w->collector.statuses < seen + 3)
		loop_turn(&w->loop);
	assert_true(http_raw_await(&p, "event: alive\ndata: {\"at\":\"", 2));
	assert_true(http_raw_await(&p, "\"build\":\"b1\",\"now\":99", 1));
	assert_int_equal(feed_stats(w->feed).deltas, 0);
	expect(w, 200, "{\"now\":99,");
	http_raw_close(&p);
	world_stop(w);
}

static void viewers_are_told_of_loss_and_return(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p;

	(void)state;
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "\"error\":null}", 1));
	w->collector.code = 500;
	assert_true(http_raw_await(&p, "\"error\":\"the collector answered with status 500\"}", 2));
	buf_reset(&p.in);
	w->collector.code = 200;
	assert_true(http_raw_await(&p, "\"error\":null}", 1));
	http_raw_close(&p);
	world_stop(w);
}

static void who_was_away_is_sent_what_it_missed(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p, again, header;
	char at[32], path[96];

	(void)state;
	ask(w, &p, "/stream"); /* goes on watching */
	assert_true(http_raw_await(&p, "event: status", 1));
	w->collector.status = "{\"now\":1,\"services\":[1]}";
	assert_true(http_raw_await(&p, "{\"services\":[1]}", 1));
	position_after(&p, "id: ", at);
	w->collector.status = "{\"now\":1,\"services\":[2]}";
	assert_true(http_raw_await(&p, "{\"services\":[2]}", 1));
	w->collector.status = "{\"now\":1,\"services\":[3]}";
	assert_true(http_raw_await(&p, "{\"services\":[3]}", 1));
	snprintf(path, sizeof(path), "/stream?values=0&after=%s", at);
	ask(w, &again, path);
	assert_true(http_raw_await(&again, "{\"services\":[3]}", 1));
	assert_non_null(strstr(buf_cstr(&again.in), "{\"services\":[2]}"));
	assert_null(strstr(buf_cstr(&again.in), "{\"services\":[1]}"));
	assert_null(strstr(buf_cstr(&again.in), "event: status"));
	http_raw_close(&again);
	while (feed_stats(w->feed).viewers > 1)
		loop_turn(&w->loop);
	/* A browser that comes again by itself says so in a header, which counts more. */
	http_raw_open(&header, &w->loop, http_server_port(w->server));
	snprintf(path, sizeof(path), "Last-Event-ID: %s\r\n\r\n", at);
	http_raw_puts(&header, "GET /stream?after=00000000-1 HTTP/1.1\r\nHost: x\r\n");
	http_raw_puts(&header, path);
	assert_true(http_raw_await(&header, "{\"services\":[3]}", 1));
	http_raw_close(&header);
	http_raw_close(&p);
	world_stop(w);
}

static void a_position_of_elsewhere_means_the_whole(void **state)
{
	static const char *const others[] = {"/stream?after=00000000-1", "/stream?after=x",
					     "/stream?after="};
	struct world *w = world_start(1);
	struct http_raw p;
	char at[32], path[96];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		ask(w, &p, others[i]);
		assert_true(http_raw_await(&p, "event: status", 1));
		position_after(&p, "event: status\ndata: {\"at\":\"", at);
		http_raw_close(&p);
		while (feed_stats(w->feed).viewers > 0)
			loop_turn(&w->loop);
	}
	snprintf(path, sizeof(path), "/stream?after=%.8s-99999", at); /* ours, but never told */
	ask(w, &p, path);
	assert_true(http_raw_await(&p, "event: status", 1));
	http_raw_close(&p);
	world_stop(w);
}

static const char values_1[] =
	"{\"now\":1,\"c\":[{\"id\":1,\"vantages\":[{\"t\":1,\"values\":{\"rtt\":1}}]}]}";
static const char values_2[] =
	"{\"now\":2,\"c\":[{\"id\":1,\"vantages\":[{\"t\":2,\"values\":{\"rtt\":2}}]}]}";

static void who_looks_at_no_check_is_not_sent_what_it_measures(void **state)
{
	struct world *w = world_start(1);
	struct http_raw with, without;

	(void)state;
	w->collector.status = values_1;
	expect(w, 200, "\"vantages\":[{\"t\":1,\"values\":{\"rtt\":1}}]");
	ask(w, &without, "/?values=0");
	assert_true(http_raw_await(&without, "\"vantages\":[{\"t\":null,\"values\":{}}]", 1));
	http_raw_close(&without);
	ask(w, &with, "/stream");
	ask(w, &without, "/stream?values=0");
	assert_true(http_raw_await(&with, "event: status", 1));
	assert_true(http_raw_await(&without, "event: status", 1));
	w->collector.status = values_2;
	assert_true(http_raw_await(
		&with, "{\"c\":{\"@\":{\"1\":{\"vantages\":{\"%\":{\"0\":{\"t\":2,", 1));
	buf_reset(&without.in);
	assert_true(http_raw_await(&without, "event: alive", 3));
	assert_null(strstr(buf_cstr(&without.in), "event: delta"));
	http_raw_close(&with);
	http_raw_close(&without);
	world_stop(w);
}

/* Nobody took values for a while: who wants them from there on must take the whole. */
static void values_that_nobody_was_told_are_not_passed_over(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p;
	char at[32], path[96];
	unsigned seen;

	(void)state;
	w->collector.status = values_1;
	ask(w, &p, "/");
	assert_true(http_raw_await(&p, "\"at\":\"", 1));
	position_after(&p, "\"at\":\"", at);
	http_raw_close(&p);
	w->collector.status = values_2;
	ask(w, &p, "/stream?values=0");
	seen = w->collector.statuses;
	while (w->collector.statuses < seen + 3)
		loop_turn(&w->loop);
	http_raw_close(&p);
	snprintf(path, sizeof(path), "/stream?after=%s", at);
	ask(w, &p, path);
	assert_true(http_raw_await(&p, "event: status", 1));
	http_raw_close(&p);
	world_stop(w);
}

static void the_whole_is_packed_tagged_and_not_sent_twice(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw p;
	char etag[64], text[256];
	const char *found;

	(void)state;
	http_raw_open(&p, &w->loop, http_server_port(w->server));
	http_raw_puts(&p, "GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br, gzip\r\n\r\n");
	assert_true(http_raw_await(&p, "Content-Encoding: gzip\r\n", 1));
	assert_true(http_raw_await(&p, "Vary: Accept-Encoding\r\n", 1));
	assert_true(http_raw_await(&p, "\r\n\r\n\x1f\x8b", 1));
	found = strstr(buf_cstr(&p.in), "ETag: ");
	assert_non_null(found);
	assert_int_equal(sscanf(found, "ETag: %63[^\r]", etag), 1);
	http_raw_close(&p);
	snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n\r\n",
		 etag);
	http_raw_open(&p, &w->loop, http_server_port(w->server));
	http_raw_puts(&p, text);
	assert_true(http_raw_await(&p, "\r\n\r\n", 1));
	assert_int_equal(http_raw_status(&p), 304);
	http_raw_close(&p);
	/* Without values it is another answer. */
	snprintf(text, sizeof(text),
		 "GET /?values=0 HTTP/1.1\r\nHost: x\r\nIf-None-Match: %s\r\n\r\n", etag);
	http_raw_open(&p, &w->loop, http_server_port(w->server));
	http_raw_puts(&p, text);
	assert_true(http_raw_await(&p, "\"stale_for\"", 1));
	assert_int_equal(http_raw_status(&p), 200);
	http_raw_close(&p);
	world_stop(w);
}

/* What moves though nothing happens waits for its turn; whoever takes the whole meanwhile must not have it twice or not at all. */
static void the_pulse_is_told_in_its_own_time_and_before_a_whole(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p, whole;
	char at[32], last[32];
	unsigned seen;

	(void)state;
	w->collector.status = "{\"now\":1,\"watch\":{\"loop_lag\":1}}";
	ask(w, &p, "/stream?values=0");
	assert_true(http_raw_await(&p, "event: status", 1));
	w->collector.status = "{\"now\":2,\"watch\":{\"loop_lag\":2}}";
	seen = w->collector.statuses;
	while (w->collector.statuses < seen + 3)
		loop_turn(&w->loop);
	assert_null(strstr(buf_cstr(&p.in), "event: delta"));
	ask(w, &whole, "/?values=0");
	assert_true(http_raw_await(&whole, "\"loop_lag\":2", 1));
	position_after(&whole, "\"board\":{\"at\":\"", at);
	assert_true(http_raw_await(&p, "{\"watch\":{\"loop_lag\":2}}", 1));
	position_after(&p, "id: ", last);
	assert_string_equal(at, last);
	http_raw_close(&whole);
	http_raw_close(&p);
	world_stop(w);
}

static void nobody_watches_nothing_is_asked(void **state)
{
	struct world *w = world_start(1);
	struct http_raw p, full[2];
	unsigned asked;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(full); i++) {
		ask(w, &full[i], "/stream");
		assert_true(http_raw_await(&full[i], "event: ", 1));
	}
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "too many viewers", 1));
	assert_int_equal(http_raw_status(&p), 503);
	http_raw_close(&p);
	for (size_t i = 0; i < COUNT_OF(full); i++)
		http_raw_close(&full[i]);
	while (feed_stats(w->feed).viewers > 0)
		loop_turn(&w->loop);
	/* What was under way ends; then the ticks stop. */
	for (unsigned i = 0; i < 50; i++)
		loop_turn(&w->loop);
	asked = w->collector.statuses + w->collector.heads;
	for (unsigned i = 0; i < 3; i++) { /* sweeps of the server, far longer than many ticks */
		loop_turn(&w->loop);
		assert_int_equal(w->collector.statuses + w->collector.heads, asked);
	}
	world_stop(w);
}

static void the_end_answers_who_waits(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw p, stream;

	(void)state;
	w->collector.hold = true;
	ask(w, &stream, "/stream");
	ask(w, &p, "/");
	while (w->collector.held == NULL || feed_stats(w->feed).waiting == 0)
		loop_turn(&w->loop);
	feed_stop(w->feed);
	assert_true(http_raw_await(&p, "the board stops", 1));
	assert_int_equal(http_raw_status(&p), 503);
	http_raw_close(&p);
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "too many viewers", 1));
	http_raw_close(&p);
	http_raw_close(&stream);
	world_stop(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_who_ask_at_once_cost_one_question),
		cmocka_unit_test(without_any_answer_it_says_why),
		cmocka_unit_test(when_it_is_lost_the_last_copy_goes_on_with_its_age),
		cmocka_unit_test(without_a_bell_the_head_tells_that_the_journal_has_grown),
		cmocka_unit_test(the_bell_tells_it_and_the_head_is_not_asked),
		cmocka_unit_test(a_bell_that_never_stops_is_answered_in_due_time),
		cmocka_unit_test(what_runs_by_itself_is_no_news),
		cmocka_unit_test(viewers_are_told_of_loss_and_return),
		cmocka_unit_test(who_was_away_is_sent_what_it_missed),
		cmocka_unit_test(a_position_of_elsewhere_means_the_whole),
		cmocka_unit_test(who_looks_at_no_check_is_not_sent_what_it_measures),
		cmocka_unit_test(values_that_nobody_was_told_are_not_passed_over),
		cmocka_unit_test(the_whole_is_packed_tagged_and_not_sent_twice),
		cmocka_unit_test(the_pulse_is_told_in_its_own_time_and_before_a_whole),
		cmocka_unit_test(nobody_watches_nothing_is_asked),
		cmocka_unit_test(the_end_answers_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
