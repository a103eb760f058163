/* render_pool - with workers that misbehave as they are told: each drawing is answered once, rightly where any worker can. This program
 * started with --render FOLDER is such a worker: a file of that folder says what it does next. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <signal.h>

#include <uv.h>

#include "dashboard/render_frame.h"
#include "dashboard/render_pool.h"
#include "dashboard/render_worker.h"
#include "tests/support/probe_once.h"

/* --- a worker ------------------------------------------------------------------------------------------ */

static const char *worker_folder;

/* Is this file there? It is taken away, so that it counts for one worker only, unless its name ends in "!". */
static bool told(const char *what)
{
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", worker_folder, what);
	return strchr(what, '!') != NULL ? access(path, F_OK) == 0 : unlink(path) == 0;
}

static void say(uint32_t number, const char *text)
{
	struct buf out;

	buf_init(&out, 1 << 20);
	render_frame_put(&out, number, slice_of(text));
	assert_int_equal(write(0, out.data, out.len), out.len);
	buf_release(&out);
}

static int misbehave(const char *folder)
{
	struct buf in;
	char part[4096];
	ssize_t n;

	worker_folder = folder;
	if (told("no-start!"))
		return 7;
	say(told("unready") ? 9 : RENDER_READY, "files=1 calls=1");
	buf_init(&in, 1 << 20);
	while ((n = read(0, part, sizeof(part))) > 0) {
		struct slice body;
		uint32_t count;
		bool bad;

		buf_put(&in, part, (size_t)n);
		if (!render_frame_take(buf_slice(&in), 1 << 16, &count, &body, &bad))
			continue;
		if (told("crash") || told("crash!"))
			raise(SIGKILL);
		if (told("hang") || told("hang!"))
			pause();
		if (told("nonsense"))
			say(3, "?");
		else if (told("refuse"))
			say(RENDER_SENTENCE, "no such file");
		else
			say(RENDER_IMAGE, body.p);
		buf_reset(&in);
	}
	return 0;
}

/* --- the tests ------------------------------------------------------------------------------------------- */

struct answer {
	enum render_outcome outcome;
	char text[64];
	unsigned times;
};

static uv_loop_t loop;
static struct render_pool *pool;
static char folder[64];

static void tell(const char *what)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, what);
	f = fopen(path, "we");
	assert_non_null(f);
	fclose(f);
}

static void untell(const char *what)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, what);
	unlink(path);
}

static void open_pool(unsigned workers, unsigned waiting_max, unsigned lifetime)
{
	pool = render_pool_new(&loop, &(struct render_pool_options){.folder = folder,
								    .workers = workers,
								    .waiting_max = waiting_max,
								    .deadline_ms = 1500,
								    .start_deadline_ms = 20000,
								    .lifetime = lifetime,
								    .pause_ms = 10});
}

static void await_ready(unsigned n)
{
	while (render_pool_stats(pool).ready < n)
		loop_turn(&loop);
}

static int set_up(void **state)
{
	(void)state;
	uv_loop_init(&loop);
	snprintf(folder, sizeof(folder), "/tmp/vigia-pool-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return 0;
}

static int tear_down(void **state)
{
	static const char *const all[] = {"no-start!", "crash",    "crash!",  "hang",
					  "hang!",     "nonsense", "unready", "refuse"};

	(void)state;
	render_pool_free(pool);
	pool = NULL;
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
	for (size_t i = 0; i < COUNT_OF(all); i++)
		untell(all[i]);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static void on_answer(void *user, enum render_outcome outcome, struct slice image)
{
	struct answer *a = user;

	a->outcome = outcome;
	a->times++;
	snprintf(a->text, sizeof(a->text), "%.*s", (int)image.n, image.p);
}

static void ask(const char *text, struct answer *a)
{
	struct drawing d = {.count = 1};

	*a = (struct answer){0};
	buf_init(&d.text, RENDER_ORDER_MAX);
	buf_put(&d.text, text, strlen(text) + 1);
	render_pool_draw(pool, &d, on_answer, a);
	buf_release(&d.text);
}

static void await(struct answer *a)
{
	while (a->times == 0)
		loop_turn(&loop);
	assert_int_equal(a->times, 1);
}

static void expect_drawn(const char *text)
{
	struct answer a;

	ask(text, &a);
	await(&a);
	assert_int_equal(a.outcome, RENDERED);
	assert_string_equal(a.text, text);
}

static void many_drawings_come_back_each_to_its_own(void **state)
{
	struct answer answers[40];
	char text[32];

	(void)state;
	open_pool(3, 64, 1000);
	for (int i = 0; i < 40; i++) {
		snprintf(text, sizeof(text), "chart %d", i);
		ask(text, &answers[i]);
	}
	for (int i = 0; i < 40; i++) {
		await(&answers[i]);
		snprintf(text, sizeof(text), "chart %d", i);
		assert_string_equal(answers[i].text, text);
	}
	assert_int_equal(render_pool_stats(pool).drawn, 40);
	assert_int_equal(render_pool_stats(pool).workers_lost, 0);
	assert_int_equal(render_pool_stats(pool).guarded, render_pool_stats(pool).ready);
}

static void what_a_worker_loses_another_draws(void **state)
{
	static const char *const ways[] = {"crash", "hang", "nonsense"};

	(void)state;
	open_pool(2, 8, 1000);
	for (unsigned i = 0; i < COUNT_OF(ways); i++) {
		await_ready(2);
		tell(ways[i]);
		expect_drawn(ways[i]);
		assert_int_equal(render_pool_stats(pool).workers_lost, i + 1);
		assert_int_equal(render_pool_stats(pool).retried, i + 1);
	}
	assert_int_equal(render_pool_stats(pool).workers_hung, 1);
	assert_int_equal(render_pool_stats(pool).lost_drawings, 0);
	await_ready(2); /* each was replaced */
}

/* Both that there are end together, and both had been given the same drawing. */
static void two_that_are_lost_at_once_lose_no_drawing(void **state)
{
	(void)state;
	open_pool(2, 8, 1000);
	await_ready(2);
	tell("crash");
	tell("hang");
	expect_drawn("all the same");
	assert_int_equal(render_pool_stats(pool).workers_lost, 2);
	assert_int_equal(render_pool_stats(pool).retried, 2);
	assert_int_equal(render_pool_stats(pool).lost_drawings, 0);
}

/* kill -9 of a worker that has nothing to do, and of the only one. */
static void a_killed_worker_is_replaced(void **state)
{
	int pid;

	(void)state;
	open_pool(1, 8, 1000);
	await_ready(1);
	pid = render_pool_pid(pool, 0);
	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	expect_drawn("after");
	assert_true(render_pool_pid(pool, 0) != pid);
	/* Stopped, it does not even die of what it is sent. */
	assert_int_equal(kill(render_pool_pid(pool, 0), SIGSTOP), 0);
	expect_drawn("after that");
	assert_int_equal(render_pool_stats(pool).workers_hung, 1);
}

static void three_workers_are_enough(void **state)
{
	struct answer a;

	(void)state;
	open_pool(2, 8, 1000);
	tell("crash!");
	ask("poison", &a);
	await(&a);
	assert_int_equal(a.outcome, RENDER_LOST);
	assert_int_equal(render_pool_stats(pool).workers_lost, 3);
	untell("crash!");
	expect_drawn("the next one");
}

static void the_librarys_word_is_passed_on(void **state)
{
	struct answer a;

	(void)state;
	open_pool(1, 8, 1000);
	tell("refuse");
	ask("x", &a);
	await(&a);
	assert_int_equal(a.outcome, RENDER_REFUSED);
	assert_string_equal(a.text, "no such file");
	assert_int_equal(render_pool_stats(pool).workers_lost, 0);
}

static void a_full_queue_says_so_at_once(void **state)
{
	struct answer answers[5];

	(void)state;
	open_pool(1, 4, 1000);
	for (int i = 0; i < 4; i++)
		ask("x", &answers[i]); /* no worker is ready yet: all wait */
	ask("x", &answers[4]);
	assert_int_equal(answers[4].times, 1);
	assert_int_equal(answers[4].outcome, RENDER_BUSY);
	for (int i = 0; i < 4; i++)
		await(&answers[i]);
}

static void a_worker_that_has_drawn_enough_is_replaced(void **state)
{
	int pid;

	(void)state;
	open_pool(1, 8, 3);
	await_ready(1);
	pid = render_pool_pid(pool, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(render_pool_pid(pool, 0), pid);
		expect_drawn("x");
	}
	expect_drawn("x");
	assert_true(render_pool_pid(pool, 0) != pid);
	assert_int_equal(render_pool_stats(pool).workers_retired, 1);
	assert_int_equal(render_pool_stats(pool).workers_lost, 0);
}

/* One that cannot start is tried again ever more slowly, and works when it can. */
static void a_start_that_fails_is_paced(void **state)
{
	uint64_t began;

	(void)state;
	tell("no-start!");
	open_pool(1, 8, 1000);
	began = uv_hrtime();
	while (render_pool_stats(pool).workers_lost < 4)
		loop_turn(&loop);
	/* 10, 20 and 40 ms at least lie between. */
	assert_true(uv_hrtime() - began >= UINT64_C(70) * 1000000);
	untell("no-start!");
	tell("unready");
	expect_drawn("at last");
}

static void the_end_answers_who_waits(void **state)
{
	struct answer a, b;

	(void)state;
	open_pool(1, 8, 1000);
	await_ready(1);
	tell("hang!");
	ask("x", &a);
	ask("y", &b);
	render_pool_free(pool);
	pool = NULL;
	assert_int_equal(a.times, 1);
	assert_int_equal(a.outcome, RENDER_LOST);
	assert_int_equal(b.times, 1);
}

#define POOLED(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		POOLED(many_drawings_come_back_each_to_its_own),
		POOLED(what_a_worker_loses_another_draws),
		POOLED(two_that_are_lost_at_once_lose_no_drawing),
		POOLED(a_killed_worker_is_replaced),
		POOLED(three_workers_are_enough),
		POOLED(the_librarys_word_is_passed_on),
		POOLED(a_full_queue_says_so_at_once),
		POOLED(a_worker_that_has_drawn_enough_is_replaced),
		POOLED(a_start_that_fails_is_paced),
		POOLED(the_end_answers_who_waits),
	};

	if (argc == 3 && strcmp(argv[1], "--render") == 0)
		return misbehave(argv[2]);
	return cmocka_run_group_tests_name("render_pool", tests, NULL, NULL);
}
