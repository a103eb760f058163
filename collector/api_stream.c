/* The journal as server-sent events, from any entry on. */
#include <stdlib.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/api_impl.h"
#include "collector/sight.h"

enum {
	STREAM_ENTRIES = 500,
	STREAM_BODY_MAX = 1 << 20,
	STREAM_PART_MAX = 1 << 20,
	STREAMS_MAX = 200
};

struct api_stream {
	struct api *api;
	struct http_stream *http;
	struct api_stream *next, *prev;
	uint64_t after;
	struct sight sight; /* of whoever listens */
};

struct filling {
	struct buf *out;
	uint64_t head, last; /* nothing behind head: it is not committed */
	unsigned left;
	struct sight sight;
};

static bool each_streamed(void *user, const struct journal_entry *entry)
{
	struct filling *f = user;
	struct json_emit j = json_emit_to(f->out);
	struct journal_entry e = *entry;

	if (f->left == 0 || entry->seq > f->head || f->out->len > STREAM_PART_MAX)
		return false;
	f->left--;
	if (e.body.n > STREAM_BODY_MAX) /* a whole plan: to be fetched with /v1/events */
		e.body = SLICE_LIT("null");
	buf_printf(f->out, "id: %llu\ndata: ", (unsigned long long)e.seq);
	sight_write_entry(&j, &e, f->sight);
	buf_puts(f->out, "\n\n");
	f->last = e.seq;
	return true;
}

static void stream_fill(void *user, struct buf *out)
{
	struct api_stream *s = user;
	struct core *core = s->api->c->core;
	struct filling f = {.out = out,
			    .head = journal_head(core_journal(core)).seq,
			    .last = s->after,
			    .left = STREAM_ENTRIES,
			    .sight = s->sight};
	struct err_info info;

	err_ignore(journal_read(core_journal(core), s->after, each_streamed, &f, &info));
	s->after = f.last;
}

static void stream_closed(void *user)
{
	struct api_stream *s = user;

	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		s->api->streams = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	s->api->stream_count--;
	free(s);
}

void api_stream_get(struct exchange *x)
{
	const char *last = http_header(x->r, "Last-Event-ID");
	struct api_stream *s;
	int64_t after;

	if (x->api->stream_count >= STREAMS_MAX) {
		http_answer_error(x->r, 503, "full", "Too many streams are open");
		return;
	}
	s = mem_calloc(1, sizeof(*s));
	s->api = x->api;
	s->sight = sight_of(x->rights);
	s->after = api_query_number(x, "after", 0, INT64_MAX);
	if (last != NULL && parse_i64(slice_of(last), 0, INT64_MAX, &after) == ERR_OK)
		s->after = (uint64_t)after;
	s->next = x->api->streams;
	if (s->next != NULL)
		s->next->prev = s;
	x->api->streams = s;
	x->api->stream_count++;
	s->http = http_answer_stream(x->r, "text/event-stream", stream_fill, stream_closed, s);
}

void api_wake_streams(struct api *a)
{
	for (struct api_stream *s = a->streams; s != NULL; s = s->next)
		http_stream_wake(s->http);
}
