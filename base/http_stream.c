#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"
#include "base/mem.h"

enum { BUFFER_MAX = 4 << 20, BLOCK = 16384, PINGS_IGNORED_MAX = 4 };

struct http_stream {
	struct http_stream_list *list;
	struct http_stream *next, *prev;
	struct http_server *server;
	struct http_connection *connection;
	struct MHD_Connection *mhd;
	struct buf pending;
	size_t sent; /* of pending */
	bool suspended, ping;
	unsigned pings_ignored;
	void (*fill)(void *user, struct buf *out);
	void (*closed)(void *user);
	void *user;
};

static ssize_t on_read(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct http_stream *st = cls;
	size_t n;

	(void)pos;
	if (st->list->closing)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (st->sent == st->pending.len) {
		buf_reset(&st->pending);
		st->sent = 0;
		st->fill(st->user, &st->pending);
		if (st->pending.len == 0 && st->ping)
			buf_puts(&st->pending, ":\n\n");
		st->ping = false;
		st->pings_ignored = 0;
	}
	if (!buf_is_ok(&st->pending))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = st->pending.len - st->sent;
	if (n == 0) {
		st->suspended = true;
		MHD_suspend_connection(st->mhd);
		return 0;
	}
	if (n > max)
		n = max;
	memcpy(dst, st->pending.data + st->sent, n);
	st->sent += n;
	return (ssize_t)n;
}

static void on_free(void *cls)
{
	struct http_stream *st = cls;

	if (st->prev != NULL)
		st->prev->next = st->next;
	else
		st->list->first = st->next;
	if (st->next != NULL)
		st->next->prev = st->prev;
	http_server_count_stream(st->server, -1);
	st->closed(st->user);
	buf_release(&st->pending);
	free(st);
}

struct http_stream *http_answer_stream(struct http_request *r, const char *content_type,
				       void (*fill)(void *user, struct buf *out),
				       void (*closed)(void *user), void *user)
{
	struct http_stream *st = mem_calloc(1, sizeof(*st));
	struct MHD_Response *response;

	assert(r->mhd != NULL); /* see the contract: streams begin in `handle` */
	*st = (struct http_stream){.list = http_server_streams(r->server),
				   .server = r->server,
				   .connection = r->connection,
				   .mhd = r->mhd,
				   .fill = fill,
				   .closed = closed,
				   .user = user};
	buf_init(&st->pending, BUFFER_MAX);
	st->next = st->list->first;
	if (st->next != NULL)
		st->next->prev = st;
	st->list->first = st;
	http_server_count_stream(st->server, 1);
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, st, on_free);
	if (response == NULL)
		abort();
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_set_connection_option(r->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	r->is_stream = true;
	http_server_give(r, 200, response, content_type);
	return st;
}

void http_stream_wake(struct http_stream *st)
{
	if (!st->suspended)
		return;
	st->suspended = false;
	MHD_resume_connection(st->mhd);
	http_server_wake_soon(st->server);
}

void http_stream_wake_all(struct http_stream_list *list)
{
	for (struct http_stream *st = list->first; st != NULL; st = st->next)
		http_stream_wake(st);
}

void http_stream_ping_all(struct http_stream_list *list)
{
	for (struct http_stream *st = list->first; st != NULL; st = st->next) {
		/* The one before was never asked for: the peer takes nothing. */
		if (st->ping && ++st->pings_ignored >= PINGS_IGNORED_MAX)
			shutdown(st->connection->fd, SHUT_RDWR);
		st->ping = true;
		http_stream_wake(st);
	}
}
