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
					.user = &world};
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
								  .fresh_ms = fresh_ms,
								  .viewers_max = 2,
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
	expect(w, 200, "{\"stale_for\":0}");
	world_stop(w);
}

static void viewers_are_told_when_the_journal_has_grown(void **state)
{
	struct world *w = world_start(NEVER_MS);
	struct http_raw p;

	(void)state;
	ask(w, &p, "/stream");
	assert_true(http_raw_await(&p, "text/event-stream", 1));
	assert_true(http_raw_await(&p, "event: status\ndata: {\"version\":1,\"stale_for\":", 1));
	/* The first head is new by definition; it brings the same status, of which nobody is told. */
	while (w->collector.heads < 3)
		loop_turn(&w->loop);
	assert_int_equal(w->collector.statuses, 2);
	w->collector.status = "{\"now\":2,\"services\":[7]}";
	w->collector.head = "{\"seq\":2,\"hash\":\"b\"}";
	assert_true(http_raw_await(&p, "event: status\ndata: {\"version\":2,", 1));
	assert_int_equal(w->collector.statuses, 3);
	assert_int_equal(feed_stats(w->feed).pushes, 2);
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
	assert_true(http_raw_await(&p, "event: alive\ndata: {\"version\":1,", 2));
	assert_int_equal(feed_stats(w->feed).pushes, 1);
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
	assert_true(http_raw_await(&p, "event: status\ndata: {\"version\":1,", 1));
	w->collector.code = 500;
	assert_true(http_raw_await(&p, "event: status\ndata: {\"version\":2,", 1));
	assert_true(http_raw_await(&p, "\"error\":\"the collector answered with status 500\"}", 2));
	w->collector.code = 200;
	assert_true(http_raw_await(&p, "event: status\ndata: {\"version\":3,", 1));
	assert_int_equal(feed_stats(w->feed).pushes, 3);
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
		cmocka_unit_test(viewers_are_told_when_the_journal_has_grown),
		cmocka_unit_test(what_runs_by_itself_is_no_news),
		cmocka_unit_test(viewers_are_told_of_loss_and_return),
		cmocka_unit_test(nobody_watches_nothing_is_asked),
		cmocka_unit_test(the_end_answers_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
