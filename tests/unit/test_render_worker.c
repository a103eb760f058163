/* render_worker - real charts of a real file, drawn by this program started once more; and what it says when it cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <rrd.h>
#include <uv.h>

#include "dashboard/graph_words.h"
#include "dashboard/render_frame.h"
#include "dashboard/render_pool.h"
#include "dashboard/render_worker.h"
#include "tests/support/probe_once.h"
#include "tests/support/series_answer.h"

#define T0 1760000000

static char folder[64], file[128];

static void make_series(void)
{
	static const char *const sources[] = {
		"DS:state:GAUGE:100:U:U",   "DS:bad:GAUGE:100:U:U",     "DS:rtt:GAUGE:100:U:U",
		"DS:rtt_min:GAUGE:100:U:U", "DS:rtt_max:GAUGE:100:U:U", "DS:loss:GAUGE:100:U:U",
		"RRA:AVERAGE:0.99:10:1000", "RRA:MIN:0.99:300:100",     "RRA:MAX:0.99:300:100"};
	const char *argv[COUNT_OF(sources)];

	memcpy(argv, sources, sizeof(argv));
	snprintf(folder, sizeof(folder), "/tmp/vigia-worker-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/a:b.rrd", folder);
	assert_int_equal(rrd_create_r(file, 1, T0, (int)COUNT_OF(sources), argv), 0);
	for (int t = T0 + 10; t < T0 + 3600; t += 10) {
		char text[128];
		const char *update[] = {text};

		snprintf(text, sizeof(text), "%d:0:0:0.00%d:0.001:0.009:0", t, 2 + t / 10 % 5);
		assert_int_equal(rrd_updatex_r(file, NULL, RRD_SKIP_PAST_UPDATES, 1, update), 0);
	}
}

static int set_up(void **state)
{
	(void)state;
	make_series();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(file);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

struct answer {
	bool is_done;
	enum render_outcome outcome;
	struct buf image;
};

static void on_answer(void *user, enum render_outcome outcome, struct slice image)
{
	struct answer *a = user;

	a->is_done = true;
	a->outcome = outcome;
	buf_put(&a->image, image.p, image.n);
}

static void draw(uv_loop_t *loop, struct render_pool *pool, const char *path, bool svg,
		 struct answer *a)
{
	struct graph_args args = {.check = "dc/fw.a:ping",
				  .start = T0,
				  .end = T0 + 3600,
				  .width = 800,
				  .height = 400};
	struct graph_words *words = graph_words_new();
	struct graph_facts facts;
	struct drawing d;

	a->is_done = false;
	buf_init(&a->image, RENDER_IMAGE_MAX);
	assert_true(graph_facts_read(SLICE_LIT(SERIES_ANSWER_ICMP), &facts));
	assert_true(drawing_make(&args, &facts, words, path, svg, &d));
	render_pool_draw(pool, &d, on_answer, a);
	while (!a->is_done)
		loop_turn(loop);
	drawing_release(&d);
	graph_words_free(words);
}

static void a_real_chart_is_drawn(void **state)
{
	struct answer a;
	uv_loop_t loop;
	struct render_pool *pool;

	(void)state;
	uv_loop_init(&loop);
	pool = render_pool_new(&loop, &(struct render_pool_options){.folder = folder,
								    .workers = 1,
								    .waiting_max = 4,
								    .deadline_ms = 60000,
								    .start_deadline_ms = 60000,
								    .lifetime = 100,
								    .pause_ms = 10});
	draw(&loop, pool, file, false, &a);
	assert_int_equal(a.outcome, RENDERED);
	assert_memory_equal(a.image.data, "\x89PNG\r\n\x1a\n", 8);
	assert_true(a.image.len > 5000);
	/* IHDR: the size that was asked for. */
	assert_memory_equal(a.image.data + 16, "\0\0\x03\x20\0\0\x01\x90", 8);
	buf_release(&a.image);
	draw(&loop, pool, file, true, &a);
	assert_int_equal(a.outcome, RENDERED);
	assert_non_null(strstr(buf_cstr(&a.image), "<svg "));
	buf_release(&a.image);
	draw(&loop, pool, "/tmp/nowhere.rrd", true, &a);
	assert_int_equal(a.outcome, RENDER_REFUSED);
	assert_non_null(strstr(buf_cstr(&a.image), "nowhere.rrd"));
	buf_release(&a.image);
	assert_int_equal(render_pool_stats(pool).workers_lost, 0);
	render_pool_free(pool);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

static void what_cannot_be_drawn_is_a_sentence(void **state)
{
	static const char *const wrong[] = {"graph", "-", "--start=1700000000", "--end=1700003600",
					    "LINE1:nothing#000000"};
	const char *argv[COUNT_OF(wrong)];
	struct buf out;

	(void)state;
	memcpy(argv, wrong, sizeof(argv));
	buf_init(&out, RENDER_IMAGE_MAX);
	assert_false(render_worker_draw((int)COUNT_OF(wrong), argv, &out));
	assert_non_null(strstr(buf_cstr(&out), "nothing"));
	buf_release(&out);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_real_chart_is_drawn, set_up, tear_down),
		cmocka_unit_test(what_cannot_be_drawn_is_a_sentence)};

	if (argc == 3 && strcmp(argv[1], "--render") == 0)
		return render_worker_main(argv[2]);
	return cmocka_run_group_tests_name("render_worker", tests, NULL, NULL);
}
