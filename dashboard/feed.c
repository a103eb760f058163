#include "dashboard/feed.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/log.h"
#include "base/mem.h"
#include "dashboard/status_text.h"
#include "dashboard/upstream.h"

enum { WAITING_MAX = 64, HEAD_ANSWER_MAX = 4096, ERROR_SIZE = 200 };

struct viewer {
	struct feed *feed;
	struct viewer *next, *prev;
	struct http_stream *stream;
	uint64_t told_version, told_ms;
	bool was_told;
};

struct feed {
	struct feed_options options;
	uv_loop_t *loop;
	uv_timer_t tick;
	struct viewer *viewers;
	struct http_request *waiting[WAITING_MAX];
	struct feed_stats stats;
	struct buf status, stripped; /* the last good answer; what it says */
	bool has_status, is_lost, stopped;
	bool head_busy, fetch_busy;
	uint64_t good_ms; /* when the last good answer came, of the loop's clock */
	uint64_t tried_ms; /* when the status was last asked for */
	bool has_tried;
	uint64_t version; /* grows when the status says something new */
	int64_t head; /* sequence number under which the status was asked for; -1 = not known */
	char error[ERROR_SIZE]; /* "" or why the last attempt failed */
};

static void fetch(struct feed *f);

struct feed *feed_new(struct uv_loop_s *loop, const struct feed_options *o)
{
	struct feed *f = mem_calloc(1, sizeof(*f));

	f->options = *o;
	f->loop = loop;
	f->head = -1;
	f->good_ms = uv_now(loop);
	buf_init(&f->status, BUF_MAX_HTTP_ANSWER_IN);
	buf_init(&f->stripped, BUF_MAX_HTTP_ANSWER_IN);
	uv_timer_init(loop, &f->tick);
	f->tick.data = f;
	return f;
}

static void on_closed(uv_handle_t *h)
{
	struct feed *f = h->data;

	buf_release(&f->status);
	buf_release(&f->stripped);
	free(f);
}

void feed_free(struct feed *f)
{
	if (f != NULL)
		uv_close((uv_handle_t *)&f->tick, on_closed);
}

struct feed_stats feed_stats(const struct feed *f)
{
	return f->stats;
}

static int64_t stale_us(const struct feed *f)
{
	uint64_t now = uv_now(f->loop);

	return now > f->good_ms ? (int64_t)(now - f->good_ms) * US_PER_MS : 0;
}

/* --- answers ---------------------------------------------------------------------------------------- */

static void answer(struct feed *f, struct http_request *r)
{
	struct json_emit j;
	struct buf body;

	buf_init(&body, BUF_MAX_HTTP_ANSWER_IN + 64);
	if (f->has_status) {
		status_text_put(buf_slice(&f->status), stale_us(f), &body);
		http_answer(r, 200, "application/json", f->options.headers, buf_slice(&body));
	} else {
		j = json_emit_to(&body);
		json_open_object(&j);
		json_kv_str(&j, "error", "collector-lost");
		json_kv_str(&j, "text", f->error[0] != '\0' ? f->error : "the board stops");
		json_close_object(&j);
		http_answer(r, 503, "application/json", f->options.headers, buf_slice(&body));
	}
	buf_release(&body);
}

static void answer_waiting(struct feed *f)
{
	unsigned n = f->stats.waiting;

	f->stats.waiting = 0;
	for (unsigned i = 0; i < n; i++)
		answer(f, f->waiting[i]);
}

void feed_answer(struct feed *f, struct http_request *r)
{
	bool is_fresh = f->has_tried && uv_now(f->loop) - f->tried_ms < f->options.fresh_ms;

	if (f->stopped || f->stats.waiting == WAITING_MAX || (is_fresh && !f->fetch_busy)) {
		answer(f, r);
		return;
	}
	f->waiting[f->stats.waiting++] = r;
	if (!f->fetch_busy)
		fetch(f);
}

void feed_stop(struct feed *f)
{
	f->stopped = true;
	uv_timer_stop(&f->tick);
	answer_waiting(f);
}

/* --- asking ----------------------------------------------------------------------------------------- */

static void wake_viewers(struct feed *f)
{
	for (struct viewer *v = f->viewers; v != NULL; v = v->next)
		http_stream_wake(v->stream);
}

/* A failure makes a new version too: whoever watches must see it at once. */
static void set_error(struct feed *f, const char *error)
{
	bool is_lost = error[0] != '\0';

	if (is_lost != f->is_lost) {
		f->version++;
		if (is_lost)
			log_event(LOG_WARNING, "collector.lost", "text=%s", log_quote(error));
		else
			log_event(LOG_NOTICE, "collector.back", "after_ms=%lld",
				  (long long)(stale_us(f) / US_PER_MS));
	}
	f->is_lost = is_lost;
	snprintf(f->error, sizeof(f->error), "%s", error);
}

static void take_status(struct feed *f, struct slice body)
{
	struct buf stripped;

	buf_init(&stripped, BUF_MAX_HTTP_ANSWER_IN);
	status_text_strip(body, &stripped);
	if (!f->has_status || !slice_eq(buf_slice(&stripped), buf_slice(&f->stripped)))
		f->version++;
	buf_release(&f->stripped);
	f->stripped = stripped;
	buf_reset(&f->status);
	buf_put(&f->status, body.p, body.n);
	f->has_status = true;
	set_error(f, "");
	f->good_ms = uv_now(f->loop);
}

static void on_status(void *user, const struct upstream_reply *reply)
{
	struct feed *f = user;

	f->fetch_busy = false;
	if (f->stopped)
		return;
	if (reply->error[0] != '\0')
		set_error(f, reply->error);
	else if (!status_text_is_sound(reply->body))
		set_error(f, "the collector's answer is not sound JSON");
	else
		take_status(f, reply->body);
	answer_waiting(f);
	wake_viewers(f);
}

static void fetch(struct feed *f)
{
	f->fetch_busy = true;
	f->has_tried = true;
	f->tried_ms = uv_now(f->loop);
	f->stats.fetches++;
	upstream_get(f->options.upstream, "/v1/status", BUF_MAX_HTTP_ANSWER_IN, on_status, f);
}

static void on_head(void *user, const struct upstream_reply *reply)
{
	struct feed *f = user;
	int64_t seq = reply->error[0] == '\0' ? status_text_head(reply->body) : -1;

	f->head_busy = false;
	/* Trouble is left to the status, which is asked for soon: one judge of what is lost. */
	if (f->stopped || seq < 0 || seq == f->head)
		return;
	f->head = seq;
	if (!f->fetch_busy)
		fetch(f);
	else
		f->head = -1; /* the answer under way may be older: ask once more */
}

static void on_tick(uv_timer_t *t)
{
	struct feed *f = t->data;

	if (f->viewers == NULL) {
		uv_timer_stop(t);
		return;
	}
	if (!f->fetch_busy &&
	    (!f->has_tried || uv_now(f->loop) - f->tried_ms >= f->options.fresh_ms)) {
		fetch(f);
	} else if (!f->fetch_busy && !f->head_busy && !f->is_lost) {
		f->head_busy = true;
		f->stats.heads++;
		upstream_get(f->options.upstream, "/v1/journal/head", HEAD_ANSWER_MAX, on_head, f);
	}
	wake_viewers(f);
}

/* --- viewers ---------------------------------------------------------------------------------------- */

static void fill(void *user, struct buf *out)
{
	struct viewer *v = user;
	struct feed *f = v->feed;
	uint64_t now = uv_now(f->loop);
	bool is_new = !v->was_told ? f->version > 0 : v->told_version != f->version;
	struct json_emit j = json_emit_to(out);

	if (!is_new && v->was_told && now - v->told_ms < f->options.fresh_ms)
		return;
	v->was_told = true;
	v->told_version = f->version;
	v->told_ms = now;
	f->stats.pushes += is_new;
	buf_puts(out, is_new ? "event: status\ndata: " : "event: alive\ndata: ");
	json_open_object(&j);
	json_kv_i64(&j, "version", (int64_t)f->version);
	json_key(&j, "stale_for");
	if (f->has_status)
		json_micro(&j, stale_us(f));
	else
		json_null(&j);
	json_kv_str(&j, "error", f->error[0] != '\0' ? f->error : NULL);
	json_close_object(&j);
	buf_puts(out, "\n\n");
}

static void on_viewer_gone(void *user)
{
	struct viewer *v = user;

	if (v->prev != NULL)
		v->prev->next = v->next;
	else
		v->feed->viewers = v->next;
	if (v->next != NULL)
		v->next->prev = v->prev;
	v->feed->stats.viewers--;
	free(v);
}

void feed_answer_stream(struct feed *f, struct http_request *r)
{
	struct viewer *v;

	if (f->stopped || f->stats.viewers == f->options.viewers_max) {
		http_answer(r, 503, "application/json", f->options.headers,
			    SLICE_LIT("{\"error\":\"full\",\"text\":\"too many viewers\"}"));
		return;
	}
	v = mem_calloc(1, sizeof(*v));
	v->feed = f;
	v->next = f->viewers;
	if (v->next != NULL)
		v->next->prev = v;
	f->viewers = v;
	f->stats.viewers++;
	v->stream = http_answer_stream(r, "text/event-stream", fill, on_viewer_gone, v);
	if (!uv_is_active((uv_handle_t *)&f->tick))
		uv_timer_start(&f->tick, on_tick, 0, f->options.tick_ms);
}
