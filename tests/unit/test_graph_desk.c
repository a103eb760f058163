/* graph_desk - charts over HTTP: judged, drawn, known again, and one clear sentence for everything else. This program started with --render
 * FOLDER is a render worker that answers with the title of what it is to draw. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <uv.h>

#include "dashboard/graph_desk.h"
#include "dashboard/render_frame.h"
#include "dashboard/render_worker.h"
#include "dashboard/upstream.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"
#include "tests/support/series_answer.h"

static int draw_titles(void)
{
	char part[65536];
	ssize_t n;
	struct buf out;

	buf_init(&out, 1 << 20);
	render_frame_put(&out, RENDER_READY, SLICE_LIT("files=1 calls=1"));
	assert_int_equal(write(0, out.data, out.len), out.len);
	while ((n = read(0, part, sizeof(part))) > 0) {
		const char *argv[RENDER_ARGS_MAX + 1];
		struct slice body;
		uint32_t count;
		bool bad;

		if (!render_frame_take((struct slice){part, (size_t)n}, 1 << 16, &count, &body,
				       &bad) ||
		    render_frame_args(body, count, argv) < 0)
			return 1;
		buf_reset(&out);
		for (uint32_t i = 0; i < count; i++) {
			if (strncmp(argv[i], "--title=", 8) == 0)
				render_frame_put(&out, RENDER_IMAGE, slice_of(argv[i] + 8));
		}
		assert_int_equal(write(0, out.data, out.len), out.len);
	}
	return 0;
}

struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream;
	struct graph_desk *desk;
	struct http_server *server;
	struct http_raw peer;
};

static void handle(void *user, struct http_request *r)
{
	struct world *w = user;
	enum graph_form form = strstr(http_path(r), "png") != NULL   ? GRAPH_PNG
			       : strstr(http_path(r), "csv") != NULL ? GRAPH_CSV
								     : GRAPH_SVG;

	graph_desk_answer(w->desk, r, form);
}

static void start(struct world *w, const char *folder, unsigned outstanding_max)
{
	struct http_server_options o = {.host = "127.0.0.1",
					.body_max = 64,
					.connections_max = 16,
					.per_address_max = 16,
					.request_deadline_ms = 20000,
					.handle = handle,
					.user = w};
	struct err_info info;

	memset(w, 0, sizeof(*w));
	uv_loop_init(&w->loop);
	fake_collector_start(&w->collector, &w->loop);
	w->collector.other = SERIES_ANSWER_ICMP;
	assert_int_equal(
		upstream_new(&w->loop,
			     &(struct upstream_options){.collector = w->collector.url,
							.token_file = w->collector.token_file,
							.timeout_ms = 2000},
			     &w->upstream, &info),
		ERR_OK);
	w->desk = graph_desk_new(&w->loop,
				 &(struct graph_desk_options){.upstream = w->upstream,
							      .folder = folder,
							      .headers = "X-Test: yes\r\n",
							      .workers = 1,
							      .outstanding_max = outstanding_max});
	assert_int_equal(http_server_start(&w->loop, &o, &w->server, &info), ERR_OK);
}

static void on_stopped(void *user)
{
	*(bool *)user = true;
}

static void stop(struct world *w)
{
	bool done = false;

	graph_desk_stop(w->desk);
	upstream_free(w->upstream);
	http_server_stop(w->server, 0, on_stopped, &done);
	http_raw_until(&w->loop, &done);
	graph_desk_free(w->desk);
	fake_collector_stop(&w->collector);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
}

#define RANGE "start=1760000000&end=1760003600"

/* The whole answer, which has `until` in it. */
static const char *get(struct world *w, const char *target, const char *headers, const char *until)
{
	static char text[65536];
	char request[1024];

	http_raw_open(&w->peer, &w->loop, http_server_port(w->server));
	snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n", target, headers);
	http_raw_puts(&w->peer, request);
	if (!http_raw_await(&w->peer, until, 1))
		fail_msg("%s: no '%s' in '%s'", target, until, buf_cstr(&w->peer.in));
	snprintf(text, sizeof(text), "%s", buf_cstr(&w->peer.in));
	http_raw_close(&w->peer);
	return text;
}

static void a_chart_is_drawn_once_and_known_again(void **state)
{
	char etag[64] = "If-None-Match: ";
	struct world w;
	const char *a, *tag;

	(void)state;
	start(&w, "/", 8);
	a = get(&w, "/graph.svg?check=dc/fw.a:ping&from=dc&" RANGE, "",
		"SIMULACRO 2 · Cortafuegos A: el de siempre · ida y vuelta");
	assert_non_null(strstr(a, "HTTP/1.1 200 "));
	assert_non_null(strstr(a, "image/svg+xml"));
	assert_non_null(strstr(a, "X-Test: yes\r\n"));
	assert_non_null(strstr(a, "filename=\"SIMULACRO-2_dc-fw-a-ping_dc_20251009T0353.svg\""));
	assert_string_equal(w.collector.last_path, "/v1/series");
	assert_string_equal(w.collector.last_query, "dc/fw.a:ping");
	assert_string_equal(w.collector.last_from, "dc");
	tag = strstr(a, "ETag: ");
	assert_non_null(tag);
	snprintf(etag + 15, sizeof(etag) - 15, "%.34s\r\n", tag + 6);
	get(&w, "/graph.svg?check=dc/fw.a:ping&from=dc&" RANGE, etag, "HTTP/1.1 304 ");
	assert_int_equal(graph_desk_stats(w.desk).known, 1);
	get(&w, "/graph.svg?check=dc/fw.a:ping&from=dc&" RANGE, "", "SIMULACRO 2 · ");
	assert_int_equal(graph_desk_stats(w.desk).cached, 1);
	assert_int_equal(graph_desk_stats(w.desk).pool.drawn, 1);
	/* Another picture, or new data, is another one. */
	get(&w, "/graph.svg?check=dc/fw.a:ping&from=dc&theme=dark&" RANGE, etag, "SIMULACRO 2 · ");
	w.collector.other = SERIES_ANSWER_OPER;
	get(&w, "/graph.svg?check=dc/fw.a:ping&from=dc&" RANGE, etag, "REAL · Puerto · oper");
	assert_int_equal(graph_desk_stats(w.desk).pool.drawn, 3);
	stop(&w);
}

/* New rows behind its end change nothing of a past hour. */
static void the_past_stays_known(void **state)
{
	static char later[sizeof(SERIES_ANSWER_ICMP) + 8];
	char etag[64] = "If-None-Match: ";
	const char *a, *newest;
	struct world w;

	(void)state;
	start(&w, "/", 8);
	w.collector.other = later;
	newest = strstr(SERIES_ANSWER_ICMP, "1760000030");
	snprintf(later, sizeof(later), "%.*s%s%s", (int)(newest - SERIES_ANSWER_ICMP),
		 SERIES_ANSWER_ICMP, "1760009990", newest + 10);
	a = get(&w, "/graph.svg?check=dc/fw.a:ping&" RANGE, "", "SIMULACRO 2 · ");
	snprintf(etag + 15, sizeof(etag) - 15, "%.34s\r\n", strstr(a, "ETag: ") + 6);
	snprintf(later, sizeof(later), "%.*s%s%s", (int)(newest - SERIES_ANSWER_ICMP),
		 SERIES_ANSWER_ICMP, "1770009990", newest + 10);
	get(&w, "/graph.svg?check=dc/fw.a:ping&" RANGE, etag, "HTTP/1.1 304 ");
	stop(&w);
}

static void a_table_needs_no_folder(void **state)
{
	struct world w;
	const char *a;

	(void)state;
	start(&w, "/nowhere/rrd", 8);
	a = get(&w, "/series.csv?check=dc/fw.a:ping&" RANGE, "", "critical,1,,,,1\r\n");
	assert_non_null(strstr(a, "text/csv; charset=utf-8"));
	assert_non_null(strstr(a, "time,check,from,stamp,state,bad,rtt (s)"));
	get(&w, "/graph.png?check=dc/fw.a:ping&" RANGE, "", "see the key series of dashboard.yaml");
	stop(&w);
}

static void each_failure_is_one_sentence(void **state)
{
	struct world w;

	(void)state;
	start(&w, "/", 8);
	get(&w, "/graph.png?check=dc/fw.a:ping&start=1", "", "start= and end= are needed");
	get(&w, "/graph.png?check=..&" RANGE, "", "HTTP/1.1 400 ");
	get(&w, "/graph.png?check=a:b&value=other&" RANGE, "",
	    "This check does not measure that value");
	w.collector.other = "{\"rows\":[]}";
	get(&w, "/graph.png?check=a:b&" RANGE, "", "The collector's answer makes no sense");
	get(&w, "/series.csv?check=a:b&" RANGE, "", "The collector's answer makes no sense");
	w.collector.code = 404;
	get(&w, "/graph.png?check=a:b&" RANGE, "", "there is no such check at that agent");
	w.collector.code = 500;
	get(&w, "/graph.png?check=a:b&" RANGE, "", "the collector answered with status 500");
	stop(&w);
}

static void too_many_are_told_so(void **state)
{
	struct http_raw first;
	struct world w;

	(void)state;
	start(&w, "/", 1);
	w.collector.hold = true;
	http_raw_open(&first, &w.loop, http_server_port(w.server));
	http_raw_puts(&first, "GET /graph.png?check=a:b&" RANGE " HTTP/1.1\r\nHost: x\r\n\r\n");
	while (w.collector.held == NULL)
		loop_turn(&w.loop);
	get(&w, "/graph.png?check=a:b&" RANGE, "", "HTTP/1.1 503 ");
	fake_collector_let_go(&w.collector);
	assert_true(http_raw_await(&first, "SIMULACRO 2 · ", 1));
	http_raw_close(&first);
	stop(&w);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_chart_is_drawn_once_and_known_again),
					   cmocka_unit_test(the_past_stays_known),
					   cmocka_unit_test(a_table_needs_no_folder),
					   cmocka_unit_test(each_failure_is_one_sentence),
					   cmocka_unit_test(too_many_are_told_so)};

	if (argc == 3 && strcmp(argv[1], "--render") == 0)
		return draw_titles();
	return cmocka_run_group_tests_name("graph_desk", tests, NULL, NULL);
}
