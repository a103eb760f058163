/* proxy - what is passed on, and in which form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "dashboard/proxy.h"
#include "dashboard/upstream.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

static void a_series_needs_sound_arguments(void **state)
{
	static const struct {
		struct proxy_series q;
		const char *path; /* NULL: refused */
		const char *why;
	} cases[] = {
		{{"dc/fw-a:ping", "dc", "100", "200", "50", NULL},
		 "/v1/series?check=dc%2Ffw-a%3Aping&from=dc&start=100&end=200&points=50",
		 "all of them"},
		{{"a:b", NULL, "100", "200", NULL, NULL},
		 "/v1/series?check=a%3Ab&start=100&end=200&points=500",
		 "the collector chooses the agent"},
		{{"a:b", NULL, "100", "200", "5", "rtt,loss"},
		 "/v1/series?check=a%3Ab&start=100&end=200&points=5&bands=rtt,loss&about=1",
		 "with what lies behind each row"},
		{{"a:b", NULL, "100", "200", "5", "*"},
		 "/v1/series?check=a%3Ab&start=100&end=200&points=5&bands=*&about=1",
		 "of all values"},
		{{"a:b", NULL, "100", "200", "5", "rtt&x=1"}, NULL, "no name of a value"},
		{{"a:b", NULL, "100", "200", "5", ""}, NULL, "of nothing"},
		{{NULL, "dc", "100", "200", NULL, NULL}, NULL, "no check"},
		{{"", "dc", "100", "200", NULL, NULL}, NULL, "an empty check"},
		{{"a&b", "dc", "100", "200", NULL, NULL}, NULL, "no id: it would add an argument"},
		{{"../x", "dc%", "100", "200", NULL, NULL}, NULL, "no agent's id"},
		{{"a", "dc", NULL, "200", NULL, NULL}, NULL, "no start"},
		{{"a", "dc", "100", NULL, NULL, NULL}, NULL, "no end"},
		{{"a", "dc", "200", "200", NULL, NULL}, NULL, "nothing between"},
		{{"a", "dc", "300", "200", NULL, NULL}, NULL, "backwards"},
		{{"a", "dc", "1e3", "2000", NULL, NULL}, NULL, "not a whole number"},
		{{"a", "dc", "-5", "200", NULL, NULL}, NULL, "before 1970"},
		{{"a", "dc", "1", "99999999999", NULL, NULL}, NULL, "beyond 2038"},
		{{"a", "dc", "1", "70000000", NULL, NULL}, NULL, "more than two years"},
		{{"a", "dc", "100", "200", "0", NULL}, NULL, "no points"},
		{{"a", "dc", "100", "200", "2001", NULL}, NULL, "too many points"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 4096);
		if (proxy_series_path(&cases[i].q, &out) != (cases[i].path != NULL))
			fail_msg("%s", cases[i].why);
		assert_string_equal(buf_cstr(&out), cases[i].path != NULL ? cases[i].path : "");
		buf_release(&out);
	}
}

/* --- passing on ------------------------------------------------------------------------------------ */

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream;
	struct proxy *proxy;
	struct http_server *server;
};

static void handle(void *user, struct http_request *r)
{
	proxy_answer(((struct world *)user)->proxy, r, "/v1/series?check=a");
}

static int set_up(void **state)
{
	static struct world w;
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 64,
					.connections_max = 16,
					.per_address_max = 16,
					.request_deadline_ms = 5000,
					.handle = handle,
					.user = &w};
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
	w.proxy = proxy_new(&(struct proxy_options){
		.upstream = w.upstream, .outstanding_max = 1, .headers = "X-Test: yes\r\n"});
	assert_int_equal(http_server_start(&w.loop, &o, &w.server, &info), ERR_OK);
	*state = &w;
	return 0;
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	bool done = false;

	upstream_free(w->upstream);
	http_server_stop(w->server, 0, on_stopped, &done);
	http_raw_until(&w->loop, &done);
	proxy_free(w->proxy);
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void ask(struct world *w, struct http_raw *p)
{
	http_raw_open(p, &w->loop, http_server_port(w->server));
	http_raw_puts(p, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
}

static void expect(struct world *w, unsigned code, int status, const char *body)
{
	struct http_raw p;

	w->collector.code = code;
	ask(w, &p);
	assert_true(http_raw_await(&p, body, 1));
	assert_true(http_raw_await(&p, "X-Test: yes\r\n", 1));
	assert_int_equal(http_raw_status(&p), status);
	http_raw_close(&p);
}

static void what_the_collector_says_is_passed_on(void **state)
{
	struct world *w = *state;

	expect(w, 200, 200, "{\"timeline\":[]}");
	expect(w, 404, 404, "{\"timeline\":[]}");
	expect(w, 400, 400, "{\"timeline\":[]}");
	assert_string_equal(w->collector.last_path, "/v1/series");
}

static void trouble_between_the_two_is_not_the_browsers(void **state)
{
	struct world *w = *state;

	expect(w, 503, 502, "the collector answered with status 503");
	expect(w, 401, 502, "the collector refuses the token");
	fake_collector_write_token(&w->collector, NULL);
	expect(w, 200, 502, "the token file cannot be used");
	fake_collector_write_token(&w->collector, FAKE_COLLECTOR_TOKEN);
	expect(w, 200, 200, "{\"timeline\":[]}");
}

static void more_than_allowed_do_not_wait(void **state)
{
	struct world *w = *state;
	struct http_raw first, second;

	w->collector.hold = true;
	ask(w, &first);
	while (w->collector.held == NULL)
		loop_turn(&w->loop);
	ask(w, &second);
	assert_true(http_raw_await(&second, "too many requests wait", 1));
	assert_int_equal(http_raw_status(&second), 503);
	fake_collector_let_go(&w->collector);
	assert_true(http_raw_await(&first, "{\"timeline\":[]}", 1));
	assert_int_equal(http_raw_status(&first), 200);
	http_raw_close(&first);
	http_raw_close(&second);
	expect(w, 200, 200, "{\"timeline\":[]}");
}

static void the_end_answers_who_waits(void **state)
{
	struct world *w = *state;
	struct http_raw p;

	w->collector.hold = true;
	ask(w, &p);
	while (w->collector.held == NULL)
		loop_turn(&w->loop);
	upstream_free(w->upstream);
	w->upstream = NULL;
	assert_true(http_raw_await(&p, "the board stops", 1));
	assert_int_equal(http_raw_status(&p), 502);
	http_raw_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_series_needs_sound_arguments),
		cmocka_unit_test_setup_teardown(what_the_collector_says_is_passed_on, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(trouble_between_the_two_is_not_the_browsers, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(more_than_allowed_do_not_wait, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_end_answers_who_waits, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
