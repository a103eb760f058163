#include "dashboard/bell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/mem.h"
#include "base/parse.h"
#include "dashboard/upstream.h"

enum { LINE_MAX_KEPT = 32 }; /* "id: " and a number; of other lines their end is enough */

struct bell {
	struct bell_options options;
	uv_loop_t *loop;
	uv_timer_t watch, ring;
	int64_t last; /* the number that is to be rung */
	struct upstream_stream *stream; /* NULL: not open */
	bool is_up;
	uint64_t heard_ms;
	char line[LINE_MAX_KEPT + 1];
	size_t length; /* of the line so far; more than LINE_MAX_KEPT: its rest is passed over */
};

struct bell *bell_new(struct uv_loop_s *loop, const struct bell_options *o)
{
	struct bell *b = mem_calloc(1, sizeof(*b));

	b->options = *o;
	b->loop = loop;
	uv_timer_init(loop, &b->watch);
	uv_timer_init(loop, &b->ring);
	b->watch.data = b->ring.data = b;
	return b;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void on_watch_closed(uv_handle_t *h)
{
	struct bell *b = h->data;

	uv_close((uv_handle_t *)&b->ring, on_closed);
}

void bell_free(struct bell *b)
{
	if (b != NULL)
		uv_close((uv_handle_t *)&b->watch, on_watch_closed);
}

bool bell_is_up(const struct bell *b)
{
	return b->is_up;
}

bool bell_is_open(const struct bell *b)
{
	return b->stream != NULL;
}

static void forget(struct bell *b)
{
	uv_timer_stop(&b->watch);
	uv_timer_stop(&b->ring);
	b->stream = NULL;
	b->is_up = false;
}

void bell_close(struct bell *b)
{
	if (b->stream != NULL)
		upstream_stream_cancel(b->stream);
	forget(b);
}

/* The number of an "id: N" line, -1 for any other. */
static int64_t number_of(const struct bell *b)
{
	int64_t seq;

	if (b->length > LINE_MAX_KEPT || b->length < 4 || memcmp(b->line, "id: ", 4) != 0 ||
	    parse_i64((struct slice){b->line + 4, b->length - 4}, 0, INT64_MAX, &seq) != ERR_OK)
		return -1;
	return seq;
}

static void on_ring(uv_timer_t *t)
{
	struct bell *b = t->data;

	b->options.rung(b->options.user, b->last);
}

static void on_part(void *user, struct slice bytes)
{
	struct bell *b = user;

	b->is_up = true;
	b->heard_ms = uv_now(b->loop);
	while (bytes.n > 0) {
		const char *end = memchr(bytes.p, '\n', bytes.n);
		size_t n = end != NULL ? (size_t)(end - bytes.p) : bytes.n;

		if (b->length <= LINE_MAX_KEPT) {
			size_t room = LINE_MAX_KEPT - b->length;

			memcpy(b->line + b->length, bytes.p, n < room ? n : room);
			b->length += n;
		}
		if (end == NULL)
			break;
		if (number_of(b) >= 0) {
			b->last = number_of(b);
			/* Not from inside the transfer. Entries that come together ring once. */
			uv_timer_start(&b->ring, on_ring, 0, 0);
		}
		b->length = 0;
		bytes.p += n + 1;
		bytes.n -= n + 1;
	}
}

static void on_end(void *user, const struct upstream_reply *reply)
{
	(void)reply; /* why is told by whoever asks for the status */
	forget(user);
}

/* A line on which nobody answers any more is noticed by its silence alone. */
static void on_watch(uv_timer_t *t)
{
	struct bell *b = t->data;

	if (uv_now(b->loop) - b->heard_ms >= b->options.silence_ms)
		bell_close(b);
}

void bell_open(struct bell *b, int64_t seq)
{
	char path[64];

	if (b->stream != NULL)
		return;
	b->length = 0;
	b->heard_ms = uv_now(b->loop);
	snprintf(path, sizeof(path), "/v1/stream?after=%lld", (long long)seq);
	b->stream = upstream_stream(b->options.upstream, path, on_part, on_end, b);
	if (b->stream != NULL)
		uv_timer_start(&b->watch, on_watch, b->options.silence_ms / 4 + 1,
			       b->options.silence_ms / 4 + 1);
}
