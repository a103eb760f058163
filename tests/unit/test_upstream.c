/* upstream - the collector as the board sees it: token, failures, the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "dashboard/upstream.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream;
	/* the last reply */
	bool done;
	unsigned replies;
	long status;
	char body[256], error[256], content_type[64];
	unsigned retry_after_s;
};

static int set_up(void **state)
{
	static struct world w;
	struct err_info info;

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	fake_collector_start(&w.collector, &w.loop);
	assert_int_equal(
		upstream_new(&w.loop,
			     &(struct upstream_options){.collector = w.collector.url,
							.token_file = w.collector.token_file,
							.timeout_ms = 2000},
			     &w.upstream, &info),
		ERR_OK);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	upstream_free(w->upstream);
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_reply(void *user, const struct upstream_reply *reply)
{
	struct world *w = user;

	w->done = true;
	w->replies++;
	w->status = reply->status;
	w->retry_after_s = reply->retry_after_s;
	snprintf(w->content_type, sizeof(w->content_type), "%s", reply->content_type);
	snprintf(w->body, sizeof(w->body), "%.*s", (int)reply->body.n, reply->body.p);
	snprintf(w->error, sizeof(w->error), "%s", reply->error);
}

static void get(struct world *w, const char *path, size_t max)
{
	w->done = false;
	upstream_get(w->upstream, path, max, on_reply, w);
	http_raw_until(&w->loop, &w->done);
}

static void a_good_answer(void **state)
{
	struct world *w = *state;

	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->error, "");
	assert_string_equal(w->body, w->collector.status);
	assert_string_equal(w->collector.last_path, "/v1/status");
	assert_int_equal(w->collector.refused, 0);
}

static void a_post_brings_its_body(void **state)
{
	struct world *w = *state;

	w->done = false;
	upstream_post(w->upstream, "/v1/links/x", SLICE_LIT("{\"act\":\"ack\"}"), 4096, on_reply,
		      w);
	http_raw_until(&w->loop, &w->done);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->collector.last_method, "POST");
	assert_string_equal(w->collector.last_path, "/v1/links/x");
	assert_string_equal(w->collector.last_body, "{\"act\":\"ack\"}");
}

/* A person's request goes in the person's name, and what is refused to them says nothing of our own token. */
static void a_person_asks_in_their_own_name(void **state)
{
	struct upstream_call call = {.method = "DELETE",
				     .path = "/v1/session",
				     .session = FAKE_COLLECTOR_SESSION,
				     .answer_max = 4096};
	struct world *w = *state;

	w->collector.headers = "Retry-After: 12\r\n";
	w->done = false;
	upstream_call(w->upstream, &call, on_reply, w);
	http_raw_until(&w->loop, &w->done);
	assert_int_equal(w->status, 200);
	assert_string_equal(w->collector.last_method, "DELETE");
	assert_string_equal(w->collector.last_token, "Bearer " FAKE_COLLECTOR_SESSION);
	assert_int_equal(w->retry_after_s, 12);
	assert_string_equal(w->content_type, "application/json");
	get(w, "/v1/status", 4096);
	assert_string_equal(w->collector.last_token, "Bearer " FAKE_COLLECTOR_TOKEN);
	w->collector.session = NULL;
	fake_collector_write_token(&w->collector,
				   "another\n"); /* would be read if ours were given up */
	w->done = false;
	upstream_call(w->upstream, &call, on_reply, w);
	http_raw_until(&w->loop, &w->done);
	assert_int_equal(w->status, 401);
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 200);
	/* They need no token of ours. */
	fake_collector_write_token(&w->collector, NULL);
	w->collector.session = "{}";
	w->done = false;
	upstream_call(w->upstream, &call, on_reply, w);
	http_raw_until(&w->loop, &w->done);
	assert_int_equal(w->status, 200);
	fake_collector_write_token(&w->collector, "\n");
}

static void other_statuses_are_failures_that_keep_their_body(void **state)
{
	struct world *w = *state;

	w->collector.code = 404;
	get(w, "/v1/incidents/7", 4096);
	assert_int_equal(w->status, 404);
	assert_string_equal(w->error, "the collector answered with status 404");
	assert_string_equal(w->body, w->collector.other);
}

static void a_replaced_token_is_read_anew(void **state)
{
	struct world *w = *state;

	fake_collector_write_token(&w->collector, "an-old-one\n");
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 401);
	assert_string_equal(w->error, "the collector refuses the token of token_file");
	fake_collector_write_token(&w->collector, FAKE_COLLECTOR_TOKEN);
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 200);
	/* While it is accepted the file is not looked at. */
	fake_collector_write_token(&w->collector, "an-old-one\n");
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 200);
}

static void a_token_file_that_cannot_be_used(void **state)
{
	static const char *const wrong[] = {"", "\n", "two words\n", "tab\t\n", "\xc3\xb1\n"};
	struct world *w = *state;
	char large[400];

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		fake_collector_write_token(&w->collector, wrong[i]);
		get(w, "/v1/status", 4096);
		assert_int_equal(w->status, 0);
		assert_memory_equal(w->error, "the token file cannot be used: ", 31);
	}
	memset(large, 'a', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	fake_collector_write_token(&w->collector, large);
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 0);
	fake_collector_write_token(&w->collector, NULL);
	get(w, "/v1/status", 4096);
	assert_string_equal(w->error, "the token file cannot be used: No such file or directory");
	assert_int_equal(w->collector.statuses + w->collector.refused, 0);
	/* It comes later: the board did not need to be started again. */
	fake_collector_write_token(&w->collector, FAKE_COLLECTOR_TOKEN "\n");
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 200);
}

static void an_answer_beyond_its_ceiling_is_none(void **state)
{
	struct world *w = *state;

	get(w, "/v1/status", 4);
	assert_int_equal(w->status, 0);
	assert_string_not_equal(w->error, "");
	assert_string_equal(w->body, "");
}

static void nobody_listens(void **state)
{
	struct world *w = *state;
	struct err_info info;

	/* Port 9 of loopback: nothing listens there, and the kernel says so at once. */
	upstream_free(w->upstream);
	assert_int_equal(
		upstream_new(&w->loop,
			     &(struct upstream_options){.collector = "http://127.0.0.1:9",
							.token_file = w->collector.token_file,
							.timeout_ms = 2000},
			     &w->upstream, &info),
		ERR_OK);
	get(w, "/v1/status", 4096);
	assert_int_equal(w->status, 0);
	assert_string_equal(w->error, "Couldn't connect to server");
}

static void the_end_ends_what_is_under_way(void **state)
{
	struct world *w = *state;

	w->collector.hold = true;
	upstream_get(w->upstream, "/v1/status", 4096, on_reply, w);
	for (bool there = false; !there; there = w->collector.held != NULL)
		loop_turn(&w->loop);
	assert_int_equal(w->replies, 0);
	upstream_free(w->upstream);
	w->upstream = NULL;
	assert_int_equal(w->replies, 1);
	assert_int_equal(w->status, 0);
	assert_string_equal(w->error, "the board stops");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_person_asks_in_their_own_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_good_answer, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_post_brings_its_body, set_up, tear_down),
		cmocka_unit_test_setup_teardown(other_statuses_are_failures_that_keep_their_body,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_replaced_token_is_read_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_token_file_that_cannot_be_used, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(an_answer_beyond_its_ceiling_is_none, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_end_ends_what_is_under_way, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
