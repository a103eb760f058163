#include "dashboard/render_pool.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "dashboard/render_frame.h"
#include "dashboard/render_worker.h"

enum {
	TICK_MS = 100,
	EARLY_MS = 10000, /* whoever ends sooner is replaced after a pause */
	PAUSE_DOUBLINGS = 5,
	ROOM = 65536,
	/* Workers that may be lost over one drawing. Two at once can end for another reason (an administrator, want of memory), and both
	 * before we hear of it be given the same drawing. */
	TRIES = 3,
	WAIT_MS = 15000 /* a drawing that nobody took by then is given up */
};

struct job {
	struct job *next;
	struct buf order;
	uint64_t expires_ms;
	unsigned tries;
	void (*done)(void *user, enum render_outcome outcome, struct slice image);
	void *user;
};

struct worker {
	struct render_pool *pool;
	unsigned place;
	uv_process_t process;
	uv_pipe_t pipe;
	uv_write_t write;
	unsigned open_handles;
	bool ready, guarded, exited;
	bool gone; /* its place is free for another */
	struct job *job;
	struct buf in;
	uint64_t started_ms, deadline_ms; /* deadline: of what it does now; 0 = none */
	unsigned drawn;
};

struct render_pool {
	uv_loop_t *loop;
	struct render_pool_options options;
	uv_timer_t timer;
	struct worker *places[RENDER_WORKERS_MAX];
	uint64_t not_before_ms[RENDER_WORKERS_MAX];
	unsigned early[RENDER_WORKERS_MAX]; /* ends in a row soon after the start */
	struct job *first, **last;
	struct render_pool_stats stats;
	unsigned alive; /* workers whose handles are not closed yet */
	bool closing, timer_closed;
	char room[ROOM]; /* of what is being read */
};

static void go_on(struct render_pool *p);

static void free_if_done(struct render_pool *p)
{
	if (p->closing && p->alive == 0 && p->timer_closed)
		free(p);
}

static void end_job(struct job *job, enum render_outcome outcome, struct slice body)
{
	job->done(job->user, outcome, body);
	buf_release(&job->order);
	free(job);
}

static struct job *take_job(struct render_pool *p)
{
	struct job *job = p->first;

	if (job == NULL)
		return NULL;
	p->first = job->next;
	if (p->first == NULL)
		p->last = &p->first;
	p->stats.waiting--;
	return job;
}

static void put_first(struct render_pool *p, struct job *job)
{
	job->next = p->first;
	if (p->first == NULL)
		p->last = &job->next;
	p->first = job;
	p->stats.waiting++;
}

/* --- the end of a worker -------------------------------------------------------------------------------- */

static void on_handle_closed(uv_handle_t *h)
{
	struct worker *w = h->data;
	struct render_pool *p = w->pool;

	if (--w->open_handles > 0)
		return;
	buf_release(&w->in);
	free(w);
	p->alive--;
	free_if_done(p);
}

/* Its process ends (on_exit closes that handle), its place is free. What it was drawing goes to another, twice at most. */
static void let_go(struct worker *w, const char *cause)
{
	struct render_pool *p = w->pool;
	struct job *job = w->job;
	bool early = uv_now(p->loop) - w->started_ms < EARLY_MS;
	unsigned *in_a_row = &p->early[w->place];

	if (w->gone)
		return;
	w->gone = true;
	w->job = NULL;
	p->places[w->place] = NULL;
	if (cause != NULL) {
		p->stats.workers_lost++;
		log_event(LOG_WARNING, "render.worker-lost", "pid=%d cause=%s drawn=%u",
			  (int)w->process.pid, log_quote(cause), w->drawn);
		*in_a_row = early ? *in_a_row + (*in_a_row < PAUSE_DOUBLINGS) : 0;
		p->not_before_ms[w->place] =
			uv_now(p->loop) +
			(*in_a_row > 0 ? (uint64_t)p->options.pause_ms << (*in_a_row - 1) : 0);
	}
	if (!w->exited)
		(void)uv_process_kill(&w->process, SIGKILL);
	uv_close((uv_handle_t *)&w->pipe, on_handle_closed);
	if (job == NULL)
		return;
	job->tries += cause != NULL;
	if (job->tries == TRIES || p->closing) {
		p->stats.lost_drawings++;
		end_job(job, RENDER_LOST, SLICE_LIT(""));
	} else {
		p->stats.retried++;
		put_first(p, job);
	}
}

static void on_exit_of_worker(uv_process_t *process, int64_t status, int term_signal)
{
	struct worker *w = process->data;
	struct render_pool *p = w->pool;
	char cause[64];

	w->exited = true;
	snprintf(cause, sizeof(cause), term_signal != 0 ? "signal %lld" : "ended with %lld",
		 term_signal != 0 ? (long long)term_signal : (long long)status);
	let_go(w, cause);
	uv_close((uv_handle_t *)process, on_handle_closed);
	if (!p->closing)
		go_on(p);
}

/* --- answers ---------------------------------------------------------------------------------------------- */

static void on_ready(struct worker *w, struct slice body)
{
	w->ready = true;
	w->deadline_ms = 0;
	w->guarded = body.n == strlen("files=1 calls=1") &&
		     memcmp(body.p, "files=1 calls=1", body.n) == 0;
	log_event(LOG_NOTICE, "render.worker-ready", "pid=%d %.*s", (int)w->process.pid,
		  (int)body.n, body.p);
}

/* One whole frame has come; false if it makes no sense. */
static bool take_answer(struct worker *w, uint32_t number, struct slice body)
{
	struct render_pool *p = w->pool;
	struct job *job = w->job;

	if (!w->ready) {
		if (number == RENDER_READY)
			on_ready(w, body);
		return number == RENDER_READY;
	}
	if (job == NULL || number > RENDER_IMAGE)
		return false;
	w->job = NULL;
	w->deadline_ms = 0;
	w->drawn++;
	p->early[w->place] = 0;
	if (number == RENDER_IMAGE)
		p->stats.drawn++;
	else
		p->stats.refused++;
	end_job(job, number == RENDER_IMAGE ? RENDERED : RENDER_REFUSED, body);
	return true;
}

static void on_room(uv_handle_t *h, size_t suggested, uv_buf_t *ret)
{
	(void)suggested;
	*ret = uv_buf_init(((struct worker *)h->data)->pool->room, ROOM);
}

static void on_bytes(uv_stream_t *stream, ssize_t n, const uv_buf_t *part)
{
	struct worker *w = stream->data;
	struct render_pool *p = w->pool;
	struct slice body;
	uint32_t number;
	char why[200] = "";
	bool bad = false;

	if (n > 0)
		buf_put(&w->in, part->base, (size_t)n);
	if (n == 0 || w->gone)
		return;
	if (n > 0 && render_frame_take(buf_slice(&w->in), RENDER_IMAGE_MAX, &number, &body, &bad)) {
		bad = !take_answer(w, number, body);
		if (bad && !w->ready)
			snprintf(why, sizeof(why), "%.*s", (int)body.n, body.p);
		buf_reset(&w->in);
	}
	if (n < 0)
		let_go(w, "its socket was closed");
	else if (bad || !buf_is_ok(&w->in))
		let_go(w, why[0] != '\0' ? why : "it answers nonsense");
	else if (w->drawn >= p->options.lifetime) {
		p->stats.workers_retired++;
		let_go(w, NULL);
	}
	if (!p->closing)
		go_on(p);
}

/* --- the beginning of a worker ------------------------------------------------------------------------------ */

/* Times are Mexico City's (UTC-6 all year), texts UTF-8, and nothing else of our environment is theirs. */
static void start_worker(struct render_pool *p, unsigned place)
{
	struct worker *w = mem_calloc(1, sizeof(*w));
	char program[] = "vigia-dashboard", render[] = "--render", tz[] = "TZ=CST6",
	     locale[] = "LC_ALL=C.UTF-8", home[] = "HOME=/nonexistent",
	     *folder = mem_strdup(p->options.folder);
	char *args[] = {program, render, folder, NULL}, *env[] = {tz, locale, home, NULL};
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_CREATE_PIPE | UV_READABLE_PIPE | UV_WRITABLE_PIPE},
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = 2}};
	uv_process_options_t o = {.exit_cb = on_exit_of_worker,
				  .file = p->options.program != NULL ? p->options.program
								     : "/proc/self/exe",
				  .args = args,
				  .env = env,
				  .cwd = "/",
				  .stdio_count = 3,
				  .stdio = stdio};
	int rc;

	w->pool = p;
	w->place = place;
	w->started_ms = uv_now(p->loop);
	w->deadline_ms = w->started_ms + p->options.start_deadline_ms;
	buf_init(&w->in, RENDER_IMAGE_MAX + RENDER_HEAD);
	uv_pipe_init(p->loop, &w->pipe, 0);
	w->pipe.data = w->process.data = w;
	stdio[0].data.stream = (uv_stream_t *)&w->pipe;
	w->open_handles = 2;
	p->alive++;
	p->places[place] = w;
	rc = uv_spawn(p->loop, &w->process, &o);
	free(folder);
	if (rc != 0) {
		w->exited = true;
		let_go(w, uv_strerror(rc));
		uv_close((uv_handle_t *)&w->process, on_handle_closed);
		return;
	}
	uv_read_start((uv_stream_t *)&w->pipe, on_room, on_bytes);
}

/* --- what is next ------------------------------------------------------------------------------------------- */

static void on_written(uv_write_t *write, int status)
{
	/* Whoever does not take it is noticed by its end or by the time. */
	(void)write;
	(void)status;
}

static void hand_over(struct worker *w, struct job *job)
{
	uv_buf_t part = uv_buf_init(job->order.data, (unsigned)job->order.len);

	w->job = job;
	w->deadline_ms = uv_now(w->pool->loop) + w->pool->options.deadline_ms;
	if (uv_write(&w->write, (uv_stream_t *)&w->pipe, &part, 1, on_written) != 0)
		let_go(w, "it takes no order");
}

static void give_up_late(struct render_pool *p)
{
	while (p->first != NULL && uv_now(p->loop) >= p->first->expires_ms) {
		p->stats.lost_drawings++;
		end_job(take_job(p), RENDER_LOST, SLICE_LIT(""));
	}
}

static void go_on(struct render_pool *p)
{
	bool idle = true;

	for (unsigned i = 0; i < p->options.workers && !p->closing; i++) {
		struct worker *w = p->places[i];

		if (w != NULL && w->deadline_ms != 0 && uv_now(p->loop) >= w->deadline_ms) {
			p->stats.workers_hung++;
			let_go(w, "it took too long");
			w = NULL;
		}
		if (w == NULL && uv_now(p->loop) >= p->not_before_ms[i])
			start_worker(p, i);
		w = p->places[i];
		if (w != NULL && w->ready && w->job == NULL && p->first != NULL)
			hand_over(w, take_job(p));
		w = p->places[i];
		idle = idle && w != NULL && w->deadline_ms == 0;
	}
	give_up_late(p);
	if (idle && p->first == NULL)
		uv_timer_stop(&p->timer);
	else if (!uv_is_active((uv_handle_t *)&p->timer))
		uv_timer_again(&p->timer);
}

static void on_timer(uv_timer_t *t)
{
	go_on(t->data);
}

/* --- from outside --------------------------------------------------------------------------------------------- */

struct render_pool *render_pool_new(struct uv_loop_s *loop, const struct render_pool_options *o)
{
	struct render_pool *p = mem_calloc(1, sizeof(*p));

	p->loop = loop;
	p->options = *o;
	p->last = &p->first;
	uv_timer_init(loop, &p->timer);
	p->timer.data = p;
	uv_timer_start(&p->timer, on_timer, 0, TICK_MS);
	return p;
}

void render_pool_draw(struct render_pool *p, const struct drawing *d,
		      void (*done)(void *user, enum render_outcome outcome, struct slice image),
		      void *user)
{
	struct job *job;

	if (p->stats.waiting >= p->options.waiting_max) {
		p->stats.busy++;
		done(user, RENDER_BUSY, SLICE_LIT(""));
		return;
	}
	job = mem_calloc(1, sizeof(*job));
	buf_init(&job->order, RENDER_ORDER_MAX + RENDER_HEAD);
	render_frame_put(&job->order, d->count, buf_slice(&d->text));
	job->expires_ms = uv_now(p->loop) + WAIT_MS;
	job->done = done;
	job->user = user;
	*p->last = job;
	p->last = &job->next;
	p->stats.waiting++;
	go_on(p);
}

struct render_pool_stats render_pool_stats(const struct render_pool *p)
{
	struct render_pool_stats s = p->stats;

	for (unsigned i = 0; i < p->options.workers; i++) {
		s.ready += p->places[i] != NULL && p->places[i]->ready;
		s.guarded += p->places[i] != NULL && p->places[i]->guarded;
	}
	return s;
}

int render_pool_pid(const struct render_pool *p, unsigned i)
{
	return i < p->options.workers && p->places[i] != NULL ? (int)p->places[i]->process.pid : 0;
}

static void on_timer_closed(uv_handle_t *h)
{
	struct render_pool *p = h->data;

	p->timer_closed = true;
	free_if_done(p);
}

void render_pool_free(struct render_pool *p)
{
	if (p == NULL)
		return;
	p->closing = true;
	for (unsigned i = 0; i < p->options.workers; i++) {
		if (p->places[i] != NULL)
			let_go(p->places[i], NULL);
	}
	while (p->first != NULL)
		end_job(take_job(p), RENDER_LOST, SLICE_LIT(""));
	uv_close((uv_handle_t *)&p->timer, on_timer_closed);
}
