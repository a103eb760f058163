#include "dashboard/graph_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "dashboard/graph_args.h"
#include "dashboard/graph_facts.h"
#include "dashboard/graph_words.h"
#include "dashboard/image_cache.h"
#include "dashboard/proxy.h"
#include "dashboard/series_csv.h"
#include "dashboard/upstream.h"
#include "dashboard/web_file.h"
#include "wire/series_name.h"

enum {
	CACHE_MAX = 16 << 20,
	RENDER_WAITING_MAX = 32,
	RENDER_DEADLINE_MS = 4000,
	RENDER_START_MS = 20000,
	RENDER_LIFETIME = 10000, /* librrd leaks about 200 bytes per drawing */
	RENDER_PAUSE_MS = 250,
	CSV_ROWS_MAX = 20000,
	CSV_MAX = 32 << 20,
	CSV_AT_ONCE = 2,
	HEADERS_SIZE = 1600
};

struct graph_desk {
	uv_loop_t *loop;
	struct graph_desk_options options;
	struct render_pool *pool; /* NULL: there is no folder, or it has stopped */
	struct image_cache *cache;
	struct graph_words *words;
	struct graph_desk_stats stats;
	unsigned outstanding, tables;
	bool stopped, freed;
};

/* One request on its way. */
struct asked {
	struct graph_desk *desk;
	struct http_request *r;
	enum graph_form form;
	struct graph_args args;
	struct graph_facts facts;
	struct sha256 key;
	uv_work_t work; /* a table is made beside the loop */
	struct buf json, csv;
	bool csv_ok;
};

static const char *const types[] = {[GRAPH_SVG] = "image/svg+xml; charset=utf-8",
				    [GRAPH_PNG] = "image/png",
				    [GRAPH_CSV] = "text/csv; charset=utf-8"};
static const char *const endings[] = {
	[GRAPH_SVG] = "svg", [GRAPH_PNG] = "png", [GRAPH_CSV] = "csv"};

static void answer_error(const struct graph_desk *g, struct http_request *r, unsigned status,
			 const char *word, const char *text)
{
	char headers[HEADERS_SIZE];

	snprintf(headers, sizeof(headers), "%s%s", g->options.headers,
		 status == 503 ? "Retry-After: 2\r\n" : "");
	http_answer_with(r, status, word, headers, text);
}

static void free_if_idle(struct graph_desk *g)
{
	if (!g->freed || g->outstanding > 0)
		return;
	image_cache_free(g->cache);
	graph_words_free(g->words);
	free(g);
}

static void end(struct asked *a)
{
	struct graph_desk *g = a->desk;

	g->outstanding--;
	buf_release(&a->json);
	buf_release(&a->csv);
	free(a);
	free_if_idle(g);
}

static void fail(struct asked *a, unsigned status, const char *word, const char *text)
{
	answer_error(a->desk, a->r, status, word, text);
	end(a);
}

/* REAL_dc-fw-a-ping_dc_20260607T0803.png: plain characters only. */
static void put_file_name(struct buf *out, const struct asked *a)
{
	const char *const parts[] = {a->facts.stamp, a->args.check, a->facts.from};
	char t[TIMEFMT_SIZE];

	for (size_t i = 0; i < COUNT_OF(parts); i++) {
		for (const char *c = parts[i]; *c != '\0'; c++) {
			bool plain = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') ||
				     (*c >= 'A' && *c <= 'Z');

			buf_putc(out, plain ? *c : '-');
		}
		buf_putc(out, '_');
	}
	timefmt_local(t, (struct wall_time){a->args.end * US_PER_S}); /* 2026-06-07 08:03:00 */
	buf_printf(out, "%.4s%.2s%.2sT%.2s%.2s.%s", t, t + 5, t + 8, t + 11, t + 14,
		   endings[a->form]);
}

static void answer(struct asked *a, unsigned status, struct slice body)
{
	struct buf headers CLEANUP(buf_release);
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, &a->key);
	buf_init(&headers, HEADERS_SIZE);
	buf_puts(&headers, a->desk->options.headers);
	/* An SVG is styled by attributes, which the board's own policy forbids where it is a page by itself: it is saved, or shown as an image. */
	buf_printf(&headers, "ETag: \"%.32s\"\r\nContent-Disposition: %s; filename=\"", hex,
		   a->form == GRAPH_PNG ? "inline" : "attachment");
	put_file_name(&headers, a);
	buf_puts(&headers, "\"\r\n");
	http_answer(a->r, status, types[a->form], buf_cstr(&headers), body);
	end(a);
}

static bool is_known(const struct asked *a)
{
	char hex[SHA256_HEX_SIZE], etag[40];

	sha256_hex(hex, &a->key);
	snprintf(etag, sizeof(etag), "\"%.32s\"", hex);
	return web_etag_is_known(etag, http_header(a->r, "If-None-Match"));
}

/* --- drawing -------------------------------------------------------------------------------------- */

static void on_drawn(void *user, enum render_outcome outcome, struct slice image)
{
	struct asked *a = user;
	char text[600];

	if (outcome == RENDERED) {
		image_cache_put(a->desk->cache, &a->key, image);
		answer(a, 200, image);
	} else if (outcome == RENDER_REFUSED) {
		snprintf(text, sizeof(text), "The chart could not be drawn: %.*s", (int)image.n,
			 image.p);
		fail(a, 500, "not-drawn", text);
	} else if (outcome == RENDER_BUSY) {
		fail(a, 503, "busy", "Too many charts are being drawn; try again in a moment");
	} else {
		fail(a, 503, "not-drawn",
		     "No render worker could draw the chart; try again in a moment");
	}
}

static bool has_folder(const struct graph_desk *g)
{
	return g->options.folder != NULL && access(g->options.folder, R_OK | X_OK) == 0;
}

static void start_pool(struct graph_desk *g)
{
	if (g->pool == NULL)
		g->pool = render_pool_new(
			g->loop, &(struct render_pool_options){.folder = g->options.folder,
							       .workers = g->options.workers,
							       .waiting_max = RENDER_WAITING_MAX,
							       .deadline_ms = RENDER_DEADLINE_MS,
							       .start_deadline_ms = RENDER_START_MS,
							       .lifetime = RENDER_LIFETIME,
							       .pause_ms = RENDER_PAUSE_MS});
}

static void draw(struct asked *a)
{
	struct graph_desk *g = a->desk;
	struct drawing drawing;
	struct slice image;
	struct buf file;
	bool ok;

	if (image_cache_get(g->cache, &a->key, &image)) {
		g->stats.cached++;
		answer(a, 200, image);
		return;
	}
	if (g->stopped) {
		fail(a, 503, "stopping", "The board stops");
		return;
	}
	start_pool(g);
	buf_init(&file, 8192);
	buf_printf(&file, "%s/", g->options.folder);
	series_name_put(&file, a->args.check, a->facts.from);
	ok = drawing_make(&a->args, &a->facts, g->words, buf_cstr(&file), a->form == GRAPH_SVG,
			  &drawing);
	buf_release(&file);
	if (!ok) {
		fail(a, 404, "no-such-value", "This check does not measure that value");
		return;
	}
	render_pool_draw(g->pool, &drawing, on_drawn, a);
	drawing_release(&drawing);
}

/* --- tables --------------------------------------------------------------------------------------- */

static void make_table(uv_work_t *work)
{
	struct asked *a = work->data;

	a->csv_ok = series_csv_put(buf_slice(&a->json), &a->csv);
}

static void on_table(uv_work_t *work, int status)
{
	struct asked *a = work->data;

	a->desk->tables--;
	if (status == 0 && a->csv_ok)
		answer(a, 200, buf_slice(&a->csv));
	else
		fail(a, 502, "collector-lost", "The collector's answer makes no sense");
}

/* --- what is asked ------------------------------------------------------------------------------------ */

/* All that is shown follows from what was asked and from this answer. Only the newest row of all does not count when it lies behind the end:
 * the picture of a past hour stays the same. */
static struct sha256 key_of(const struct asked *a, struct slice json)
{
	static const char newest[] = "\"newest\":";
	const char *at = memmem(json.p, json.n, newest, sizeof(newest) - 1);
	struct slice rest = json;
	struct buf what CLEANUP(buf_release);

	buf_init(&what, json.n + 2048);
	buf_printf(&what, "%s %d %s %s %s %lld %lld %lld %lld %d %d\n", VIGIA_VERSION, (int)a->form,
		   a->args.check, a->args.from, a->args.value, (long long)a->args.start,
		   (long long)a->args.end, (long long)a->args.width, (long long)a->args.height,
		   a->args.dark, a->args.english);
	if (at != NULL && a->facts.newest > a->args.end) {
		buf_put(&what, json.p, (size_t)(at - json.p));
		at += sizeof(newest) - 1;
		while (at < json.p + json.n && *at >= '0' && *at <= '9')
			at++;
		rest = (struct slice){at, (size_t)(json.p + json.n - at)};
	}
	return sha256_of(buf_slice(&what), rest);
}

/* A table's rows are read beside the loop; here only what stands behind them. */
static bool read_facts(struct asked *a, struct slice json)
{
	static const char about[] = ",\"about\":{";
	const char *at =
		a->form == GRAPH_CSV ? memmem(json.p, json.n, about, sizeof(about) - 1) : NULL;
	struct buf tail CLEANUP(buf_release) = {0};

	if (at == NULL)
		return graph_facts_read(json, &a->facts);
	buf_init(&tail, 1 << 20);
	buf_puts(&tail, "{\"rows\":[]");
	buf_put(&tail, at, (size_t)(json.p + json.n - at));
	return graph_facts_read(buf_slice(&tail), &a->facts);
}

static void on_series(void *user, const struct upstream_reply *reply)
{
	struct asked *a = user;

	if (reply->status == 404) {
		fail(a, 404, "not-found",
		     "Nothing has been drawn for this check, or there is no such check at that "
		     "agent");
		return;
	}
	if (reply->status == 400 &&
	    a->form != GRAPH_CSV) { /* it knows no such value; all else was judged here */
		fail(a, 404, "no-such-value", "This check does not measure that value");
		return;
	}
	if (reply->status != 200 || !read_facts(a, reply->body)) {
		fail(a, 502, "collector-lost",
		     reply->status != 200 ? reply->error : "The collector's answer makes no sense");
		return;
	}
	a->key = key_of(a, reply->body);
	if (is_known(a)) {
		a->desk->stats.known++;
		answer(a, 304, SLICE_LIT(""));
	} else if (a->form != GRAPH_CSV) {
		draw(a);
	} else if (a->desk->tables == CSV_AT_ONCE) {
		fail(a, 503, "busy", "Other tables are being made; try again in a moment");
	} else {
		buf_put(&a->json, reply->body.p, reply->body.n);
		a->desk->tables++;
		a->work.data = a;
		uv_queue_work(a->desk->loop, &a->work, make_table, on_table);
	}
}

static const char *band_of(const struct graph_args *args)
{
	if (args->value[0] == '\0')
		return "*";
	return strcmp(args->value, DRAWING_PHASES) == 0 ? "total" : args->value;
}

static void ask(struct asked *a)
{
	struct buf path CLEANUP(buf_release);

	buf_init(&path, 1024);
	buf_puts(&path, "/v1/series?check=");
	proxy_put_id(&path, a->args.check);
	if (a->args.from[0] != '\0') {
		buf_puts(&path, "&from=");
		proxy_put_id(&path, a->args.from);
	}
	buf_printf(&path, "&start=%lld&end=%lld&about=1&points=%d", (long long)a->args.start,
		   (long long)a->args.end, a->form == GRAPH_CSV ? CSV_ROWS_MAX : 1);
	if (a->form != GRAPH_CSV) /* how far it goes decides its unit */
		buf_printf(&path, "&bands=%s", band_of(&a->args));
	upstream_get(a->desk->options.upstream, buf_cstr(&path), BUF_MAX_HTTP_ANSWER_IN, on_series,
		     a);
}

void graph_desk_answer(struct graph_desk *g, struct http_request *r, enum graph_form form)
{
	struct graph_query q = {.check = http_query(r, "check"),
				.from = http_query(r, "from"),
				.value = http_query(r, "value"),
				.start = http_query(r, "start"),
				.end = http_query(r, "end"),
				.width = http_query(r, "width"),
				.height = http_query(r, "height"),
				.theme = http_query(r, "theme"),
				.lang = http_query(r, "lang")};
	struct graph_args args;
	struct err_info info;
	struct asked *a;

	g->stats.asked++;
	if (graph_args_read(&q, &args, &info) != ERR_OK) {
		answer_error(g, r, 400, "malformed", info.text);
		return;
	}
	if (form != GRAPH_CSV && !has_folder(g)) {
		answer_error(g, r, 404, "no-series",
			     "This board has no folder of series that it may read: see the key "
			     "series of dashboard.yaml (the table, series.csv, needs none)");
		return;
	}
	if (g->outstanding == g->options.outstanding_max) {
		answer_error(g, r, 503, "busy",
			     "Too many charts are being drawn; try again in a moment");
		return;
	}
	a = mem_calloc(1, sizeof(*a));
	a->desk = g;
	a->r = r;
	a->form = form;
	a->args = args;
	buf_init(&a->json, BUF_MAX_HTTP_ANSWER_IN);
	buf_init(&a->csv, CSV_MAX);
	g->outstanding++;
	ask(a);
}

/* --- beginning and end --------------------------------------------------------------------------------- */

struct graph_desk *graph_desk_new(struct uv_loop_s *loop, const struct graph_desk_options *o)
{
	struct graph_desk *g = mem_calloc(1, sizeof(*g));

	g->loop = loop;
	g->options = *o;
	g->cache = image_cache_new(CACHE_MAX);
	g->words = graph_words_new();
	if (has_folder(g))
		start_pool(g);
	return g;
}

struct graph_desk_stats graph_desk_stats(const struct graph_desk *g)
{
	struct graph_desk_stats s = g->stats;

	if (g->pool != NULL)
		s.pool = render_pool_stats(g->pool);
	s.cache_bytes = image_cache_bytes(g->cache);
	return s;
}

void graph_desk_stop(struct graph_desk *g)
{
	struct render_pool *pool = g->pool;

	g->pool = NULL;
	g->stopped = true;
	render_pool_free(pool);
}

void graph_desk_free(struct graph_desk *g)
{
	if (g == NULL)
		return;
	g->freed = true; /* a table that is being made still needs it */
	free_if_idle(g);
}
