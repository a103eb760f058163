#include "dashboard/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/json_emit.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "base/rand.h"
#include "dashboard/bell.h"
#include "dashboard/delta.h"
#include "dashboard/gzip.h"
#include "dashboard/status_text.h"
#include "dashboard/upstream.h"
#include "dashboard/viewers.h"
#include "dashboard/web_file.h"

enum {
	WAITING_MAX = 64,
	HEAD_ANSWER_MAX = 4096,
	ERROR_SIZE = 200,
	EPOCH_BYTES = 4,
	POSITION_SIZE = 32,
	KEPT_MAX = 4096,
	KEPT_BYTES_MAX = 2 << 20,
	SILENCE_MS = 40000, /* the collector pings its streams every 15 s */
	/* Values go on being told for so long after nobody takes them: a viewer may only be on the way back. */
	VALUES_GRACE_MS = 60000
};

/* The whole as it is answered, made once per position; [1] has the values. */
struct body {
	const struct delta_doc *doc; /* whose text it is; NULL: none yet */
	uint64_t at;
	struct buf text; /* without the closing brace */
	struct gzip packed;
	bool is_packed;
};

struct feed {
	struct feed_options options;
	uv_loop_t *loop;
	uv_timer_t tick, soon;
	struct bell *bell;
	struct viewers *viewers;
	struct http_request *waiting[WAITING_MAX];
	struct feed_stats stats;
	struct delta_doc *doc; /* the last good answer; NULL: none yet */
	struct delta_doc *pulse; /* the one up to which the pulse was told */
	struct body bodies[2];
	bool is_lost, stopped;
	bool head_busy, fetch_busy;
	uint64_t good_ms; /* when the last good answer came, of the loop's clock */
	uint64_t tried_ms; /* when the status was last asked for */
	bool has_tried;
	uint64_t alive_ms, pulse_ms, values_ms; /* when they were last told; wanted */
	uint64_t at; /* position: grows with each difference */
	uint64_t facts_at; /* the last one that viewers without values need */
	int64_t head; /* sequence number under which the status was asked for; -1 = not known */
	int64_t rung; /* the entry that the bell told of last */
	char epoch[2 * EPOCH_BYTES + 1]; /* of positions: another process has another one */
	char error[ERROR_SIZE]; /* "" or why the last attempt failed */
};

static void fetch(struct feed *f);
static void on_rung(void *user, int64_t seq);

struct feed *feed_new(struct uv_loop_s *loop, const struct feed_options *o)
{
	struct feed *f = mem_calloc(1, sizeof(*f));

	f->options = *o;
	f->loop = loop;
	f->head = f->rung = -1;
	f->good_ms = uv_now(loop);
	rand_hex(f->epoch, EPOCH_BYTES);
	for (size_t i = 0; i < COUNT_OF(f->bodies); i++)
		buf_init(&f->bodies[i].text, BUF_MAX_HTTP_ANSWER_IN);
	uv_timer_init(loop, &f->tick);
	uv_timer_init(loop, &f->soon);
	f->tick.data = f->soon.data = f;
	f->bell = bell_new(loop, &(struct bell_options){.upstream = o->upstream,
							.rung = on_rung,
							.user = f,
							.silence_ms = SILENCE_MS});
	f->viewers = viewers_new(&(struct viewers_options){
		.max = o->viewers_max, .kept_max = KEPT_MAX, .kept_bytes_max = KEPT_BYTES_MAX});
	return f;
}

static void on_soon_closed(uv_handle_t *h)
{
	struct feed *f = h->data;

	for (size_t i = 0; i < COUNT_OF(f->bodies); i++) {
		buf_release(&f->bodies[i].text);
		gzip_release(&f->bodies[i].packed);
	}
	delta_doc_release(f->doc);
	delta_doc_release(f->pulse);
	viewers_free(f->viewers);
	free(f);
}

static void on_tick_closed(uv_handle_t *h)
{
	struct feed *f = h->data;

	uv_close((uv_handle_t *)&f->soon, on_soon_closed);
}

void feed_free(struct feed *f)
{
	if (f == NULL)
		return;
	bell_free(f->bell);
	uv_close((uv_handle_t *)&f->tick, on_tick_closed);
}

struct feed_stats feed_stats(const struct feed *f)
{
	struct feed_stats s = f->stats;
	struct viewers_stats v = viewers_stats(f->viewers);

	s.viewers = v.count;
	s.deltas = v.deltas;
	s.wholes = v.wholes;
	return s;
}

static uint64_t since(const struct feed *f, uint64_t then_ms)
{
	uint64_t now = uv_now(f->loop);

	return now > then_ms ? now - then_ms : 0;
}

static int64_t stale_us(const struct feed *f)
{
	return (int64_t)since(f, f->good_ms) * US_PER_MS;
}

static void position(const struct feed *f, uint64_t at, char ret[POSITION_SIZE])
{
	snprintf(ret, POSITION_SIZE, "%s-%llu", f->epoch, (unsigned long long)at);
}

/* --- what is told to viewers ------------------------------------------------------------------------ */

/* An event with what everybody must know at any time. */
static struct http_part *word_of_life(const struct feed *f, const char *event)
{
	struct buf out;
	struct json_emit j = json_emit_to(&out);
	struct http_part *part;
	char at[POSITION_SIZE];
	int64_t now = f->doc != NULL ? delta_doc_number(f->doc, "now") : MICRO_NONE;

	buf_init(&out, 4096);
	position(f, f->at, at);
	buf_printf(&out, "event: %s\ndata: ", event);
	json_open_object(&j);
	json_kv_str(&j, "at", at);
	json_kv_str(&j, "build", f->options.build);
	json_kv_micro(&j, "now", now != MICRO_NONE ? now + stale_us(f) : MICRO_NONE);
	json_kv_micro(&j, "stale_for", f->doc != NULL ? stale_us(f) : MICRO_NONE);
	json_kv_str(&j, "error", f->error[0] != '\0' ? f->error : NULL);
	json_close_object(&j);
	buf_puts(&out, "\n\n");
	part = http_part_new(buf_slice(&out));
	buf_release(&out);
	return part;
}

static void tell_alive(struct feed *f)
{
	f->alive_ms = uv_now(f->loop);
	viewers_alive(f->viewers, word_of_life(f, "alive"), word_of_life(f, "status"));
}

/* Sends what leads from one state to the other in this layer, if anything does. */
static struct delta_result tell(struct feed *f, const struct delta_doc *from,
				const struct delta_doc *to, enum delta_layer layer)
{
	struct buf out;
	struct delta_result r;
	char at[POSITION_SIZE];
	struct json_emit j = json_emit_to(&out);

	buf_init(&out, BUF_MAX_HTTP_ANSWER_IN);
	position(f, f->at + 1, at);
	buf_printf(&out, "id: %s\nevent: delta\ndata: ", at);
	json_open_object(&j);
	json_kv_micro(&j, "now", delta_doc_number(to, "now"));
	json_key(&j, "delta");
	r = delta_write(from, to, layer, &out);
	buf_puts(&out, "}\n\n");
	if (r.differs && buf_is_ok(&out)) {
		viewers_push(f->viewers, ++f->at, layer == DELTA_VALUES,
			     http_part_new(buf_slice(&out)));
		if (layer != DELTA_VALUES)
			f->facts_at = f->at;
	} else if (r.differs) { /* larger than any status may be: begin again */
		viewers_begin(f->viewers, ++f->at);
		f->facts_at = f->at;
	}
	buf_release(&out);
	return r;
}

static void tell_pulse(struct feed *f)
{
	if (f->pulse == f->doc)
		return;
	tell(f, f->pulse, f->doc, DELTA_PULSE);
	delta_doc_release(f->pulse);
	f->pulse = delta_doc_keep(f->doc);
	f->pulse_ms = uv_now(f->loop);
}

static void tell_values(struct feed *f, const struct delta_doc *from)
{
	if (viewers_stats(f->viewers).with_values > 0)
		f->values_ms = uv_now(f->loop);
	if (f->values_ms != 0 && since(f, f->values_ms) <= VALUES_GRACE_MS)
		tell(f, from, f->doc, DELTA_VALUES);
	else
		viewers_skip_values(f->viewers, ++f->at);
}

/* --- answers ---------------------------------------------------------------------------------------- */

/* The whole of now. The pulse is told first, so that what stands here is what whoever has followed until this position has. */
static struct body *body_of_now(struct feed *f, bool values)
{
	struct body *b = &f->bodies[values];
	struct slice opened;

	tell_pulse(f);
	b->at = values ? f->at : f->facts_at;
	if (b->doc == f->doc)
		return b;
	b->doc = f->doc;
	buf_reset(&b->text);
	gzip_release(&b->packed);
	b->is_packed = false;
	if (values)
		buf_put(&b->text, delta_doc_text(f->doc).p, delta_doc_text(f->doc).n);
	else
		delta_doc_put_without_values(f->doc, &b->text);
	opened = status_text_open(buf_slice(&b->text));
	b->text.len = opened.n;
	return b;
}

static void answer_body(struct feed *f, struct http_request *r)
{
	const char *asked = http_query(r, "values");
	bool values = asked == NULL || strcmp(asked, "0") != 0, packed;
	struct body *b = body_of_now(f, values);
	char at[POSITION_SIZE], etag[POSITION_SIZE + 8], headers[2048];
	struct buf end, out;

	position(f, b->at, at);
	snprintf(etag, sizeof(etag), "\"%s-%d\"", at, values);
	packed = coding_is_accepted(http_header(r, "Accept-Encoding"), "gzip");
	if (packed && !b->is_packed)
		b->is_packed = gzip_begin(&b->packed, buf_slice(&b->text), BUF_MAX_HTTP_ANSWER_IN);
	packed = packed && b->is_packed;
	snprintf(headers, sizeof(headers), "%sETag: W/%s\r\nVary: Accept-Encoding\r\n%s",
		 f->options.headers, etag, packed ? "Content-Encoding: gzip\r\n" : "");
	buf_init(&end, 1024);
	buf_init(&out, BUF_MAX_HTTP_ANSWER_IN + 4096);
	if (web_etag_is_known(etag, http_header(r, "If-None-Match"))) {
		http_answer(r, 304, "application/json", headers, SLICE_LIT(""));
	} else {
		status_text_put_end(buf_slice(&b->text), stale_us(f), at, f->options.build, &end);
		if (packed) {
			gzip_put(&b->packed, buf_slice(&end), &out);
		} else {
			buf_put(&out, b->text.data, b->text.len);
			buf_put(&out, end.data, end.len);
		}
		http_answer(r, 200, "application/json", headers, buf_slice(&out));
	}
	buf_release(&end);
	buf_release(&out);
}

static void answer(struct feed *f, struct http_request *r)
{
	if (f->doc != NULL)
		answer_body(f, r);
	else
		http_answer_with(r, 503, "collector-lost", f->options.headers,
				 f->error[0] != '\0' ? f->error : "the board stops");
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
	bool is_fresh = f->has_tried && since(f, f->tried_ms) < f->options.fresh_ms;

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
	uv_timer_stop(&f->soon);
	bell_close(f->bell);
	answer_waiting(f);
}

/* --- asking ----------------------------------------------------------------------------------------- */

/* Whoever watches must know of a loss, and of its end, at once. */
static void set_error(struct feed *f, const char *error)
{
	bool is_lost = error[0] != '\0', is_news = is_lost != f->is_lost;

	if (is_news && is_lost)
		log_event(LOG_WARNING, "collector.lost", "text=%s", log_quote(error));
	else if (is_news)
		log_event(LOG_NOTICE, "collector.back", "after_ms=%lld",
			  (long long)(stale_us(f) / US_PER_MS));
	f->is_lost = is_lost;
	snprintf(f->error, sizeof(f->error), "%s", error);
	if (!is_lost)
		f->good_ms = uv_now(f->loop);
	if (is_news)
		tell_alive(f);
}

static void take_status(struct feed *f, struct delta_doc *doc)
{
	struct delta_doc *last = f->doc;

	f->doc = doc;
	for (size_t i = 0; i < COUNT_OF(f->bodies); i++)
		f->bodies[i].doc = NULL;
	if (last == NULL) {
		f->pulse = delta_doc_keep(doc);
		f->pulse_ms = uv_now(f->loop);
		f->facts_at = ++f->at;
		viewers_begin(f->viewers, f->at);
	} else {
		bool resets = tell(f, last, doc, DELTA_FACTS).resets_pulse;

		tell_values(f, last);
		if (resets || since(f, f->pulse_ms) >= f->options.pulse_ms)
			tell_pulse(f);
	}
	delta_doc_release(last);
	set_error(f, "");
	if (last == NULL)
		tell_alive(f);
}

static void on_soon(uv_timer_t *t)
{
	struct feed *f = t->data;

	if (!f->fetch_busy)
		fetch(f);
}

/* There are entries that the status does not have yet. */
static void fetch_soon(struct feed *f)
{
	uint64_t waited = since(f, f->tried_ms);

	if (f->fetch_busy || uv_is_active((uv_handle_t *)&f->soon))
		return;
	if (!f->has_tried || waited >= f->options.gap_ms)
		fetch(f);
	else
		uv_timer_start(&f->soon, on_soon, f->options.gap_ms - waited, 0);
}

static void on_rung(void *user, int64_t seq)
{
	struct feed *f = user;

	f->stats.rings++;
	f->rung = seq;
	if (!f->stopped && (f->doc == NULL || delta_doc_head(f->doc) < seq))
		fetch_soon(f);
}

static void on_status(void *user, const struct upstream_reply *reply)
{
	struct feed *f = user;
	struct delta_doc *doc = NULL;

	f->fetch_busy = false;
	if (f->stopped)
		return;
	if (reply->error[0] == '\0')
		doc = delta_doc_new(reply->body);
	if (doc != NULL)
		take_status(f, doc);
	else if (reply->error[0] != '\0')
		set_error(f, reply->error);
	else
		set_error(f, "the collector's answer is not sound JSON");
	answer_waiting(f);
	viewers_wake(f->viewers);
	if (doc == NULL || viewers_stats(f->viewers).count == 0)
		return;
	if (!bell_is_open(f->bell))
		bell_open(f->bell, delta_doc_head(doc) > 0 ? delta_doc_head(doc) : 0);
	else if (f->rung > delta_doc_head(doc))
		fetch_soon(f); /* rung while this answer was under way */
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

	if (viewers_stats(f->viewers).count == 0) {
		uv_timer_stop(t);
		bell_close(f->bell);
		return;
	}
	if (!f->fetch_busy && (!f->has_tried || since(f, f->tried_ms) >= f->options.fresh_ms)) {
		fetch(f);
	} else if (!f->fetch_busy && !f->head_busy && !f->is_lost && !bell_is_up(f->bell)) {
		f->head_busy = true;
		f->stats.heads++;
		upstream_get(f->options.upstream, "/v1/journal/head", HEAD_ANSWER_MAX, on_head, f);
	}
	if (f->alive_ms == 0 || since(f, f->alive_ms) >= f->options.fresh_ms) {
		tell_alive(f);
		viewers_wake(f->viewers);
	}
}

/* --- viewers ---------------------------------------------------------------------------------------- */

/* The number of a position of ours, 0 for any other. */
static uint64_t number_of(const struct feed *f, const char *text)
{
	size_t n = strlen(f->epoch);
	int64_t at;

	if (text == NULL || strncmp(text, f->epoch, n) != 0 || text[n] != '-' ||
	    parse_i64(slice_of(text + n + 1), 0, INT64_MAX, &at) != ERR_OK)
		return 0;
	return (uint64_t)at;
}

void feed_answer_stream(struct feed *f, struct http_request *r)
{
	const char *last = http_header(r, "Last-Event-ID"), *asked = http_query(r, "values");
	uint64_t after = number_of(f, last != NULL ? last : http_query(r, "after"));
	bool values = asked == NULL || strcmp(asked, "0") != 0;
	char headers[2048];

	if (f->stopped || !viewers_answer(f->viewers, r, after, values)) {
		snprintf(headers, sizeof(headers), "%sRetry-After: 10\r\n", f->options.headers);
		http_answer_with(r, 503, "full", headers, "too many viewers");
		return;
	}
	if (!uv_is_active((uv_handle_t *)&f->tick))
		uv_timer_start(&f->tick, on_tick, 0, f->options.tick_ms);
}
