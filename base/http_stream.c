#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <microhttpd.h>

#include "base/http_server.h"
#include "base/http_server_impl.h"
#include "base/mem.h"

enum { BUFFER_MAX = 4 << 20, BLOCK = 16384, PART_BLOCK = 4096, PINGS_IGNORED_MAX = 4 };

struct http_part {
	unsigned owners;
	size_t n;
	char bytes[];
};

struct http_stream {
	struct http_stream_list *list;
	struct http_stream *next, *prev;
	struct http_server *server;
	struct http_connection *connection;
	struct MHD_Connection *mhd;
	struct http_request *request; /* NULL: gone before us */
	struct buf pending;
	struct http_part *part; /* is sent instead of pending */
	size_t sent; /* of either */
	bool suspended, ping, ended;
	unsigned pings_ignored;
	void (*fill)(void *user, struct buf *out);
	struct http_part *(*next_part)(void *user);
	void (*closed)(void *user);
	void *user;
};

struct http_part *http_part_new(struct slice bytes)
{
	struct http_part *p = mem_calloc(1, sizeof(*p) + bytes.n);

	p->owners = 1;
	p->n = bytes.n;
	memcpy(p->bytes, bytes.p, bytes.n);
	return p;
}

struct http_part *http_part_keep(struct http_part *p)
{
	p->owners++;
	return p;
}

void http_part_release(struct http_part *p)
{
	if (p != NULL && --p->owners == 0)
		free(p);
}

struct slice http_part_bytes(const struct http_part *p)
{
	return (struct slice){p->bytes, p->n};
}

static struct slice under_way(const struct http_stream *st)
{
	return st->part != NULL ? http_part_bytes(st->part) : buf_slice(&st->pending);
}

/* Everything is sent: what comes next? */
static void refill(struct http_stream *st)
{
	buf_reset(&st->pending);
	http_part_release(st->part);
	st->part = NULL;
	st->sent = 0;
	if (st->next_part != NULL)
		st->part = st->next_part(st->user);
	else
		st->fill(st->user, &st->pending);
	if (under_way(st).n == 0 && st->ping)
		buf_puts(&st->pending, ":\n\n");
	st->ping = false;
	st->pings_ignored = 0;
}

static ssize_t on_read(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct http_stream *st = cls;
	size_t n;

	(void)pos;
	if (st->list->closing || st->ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (st->sent == under_way(st).n)
		refill(st);
	if (!buf_is_ok(&st->pending))
		return MHD_CONTENT_READER_END_WITH_ERROR;
	n = under_way(st).n - st->sent;
	if (n == 0) {
		st->suspended = true;
		MHD_suspend_connection(st->mhd);
		return 0;
	}
	if (n > max)
		n = max;
	memcpy(dst, under_way(st).p + st->sent, n);
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
	if (st->request != NULL)
		st->request->stream = NULL;
	st->closed(st->user);
	http_part_release(st->part);
	buf_release(&st->pending);
	free(st);
}

/* What the two kinds have in common; `st` holds the callbacks. */
static struct http_stream *begin(struct http_request *r, const char *content_type, size_t block,
				 struct http_stream *st)
{
	struct MHD_Response *response;

	assert(r->mhd != NULL); /* see the contract: somebody is there */
	st->list = http_server_streams(r->server);
	st->server = r->server;
	st->connection = r->connection;
	st->mhd = r->mhd;
	st->request = r;
	buf_init(&st->pending, BUFFER_MAX);
	st->next = st->list->first;
	if (st->next != NULL)
		st->next->prev = st;
	st->list->first = st;
	http_server_count_stream(st->server, 1);
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, block, on_read, st, on_free);
	if (response == NULL)
		abort();
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	http_server_add_headers(response, http_server_headers(r->server));
	MHD_set_connection_option(r->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	r->stream = st;
	http_server_give(r, 200, response, content_type);
	return st;
}

struct http_stream *http_answer_stream(struct http_request *r, const char *content_type,
				       void (*fill)(void *user, struct buf *out),
				       void (*closed)(void *user), void *user)
{
	struct http_stream *st = mem_calloc(1, sizeof(*st));

	st->fill = fill;
	st->closed = closed;
	st->user = user;
	return begin(r, content_type, BLOCK, st);
}

struct http_stream *http_answer_parts(struct http_request *r, const char *content_type,
				      struct http_part *(*next)(void *user),
				      void (*closed)(void *user), void *user)
{
	struct http_stream *st = mem_calloc(1, sizeof(*st));
	int unsent = HTTP_PART_UNSENT_MAX, fd = r->connection->fd;
	unsigned untaken_ms = HTTP_PART_UNTAKEN_MS;

	st->next_part = next;
	st->closed = closed;
	st->user = user;
	/* Without it the kernel would keep up to 4 MB for one who does not read. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &unsent, sizeof(unsent));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &untaken_ms, sizeof(untaken_ms));
	return begin(r, content_type, PART_BLOCK, st);
}

void http_stream_wake(struct http_stream *st)
{
	if (!st->suspended)
		return;
	st->suspended = false;
	MHD_resume_connection(st->mhd);
	http_server_wake_soon(st->server);
}

void http_stream_lose_request(struct http_stream *st)
{
	st->request = NULL;
}

/* Nothing is left to hand over: it ends as a whole answer does. A peer that does not read what is under way would not see an end. */
void http_end_stream(struct http_request *r)
{
	struct http_stream *st = r->stream;

	if (st == NULL)
		return;
	st->ended = true;
	http_stream_wake(st);
	if (st->sent < under_way(st).n)
		shutdown(st->connection->fd, SHUT_RDWR);
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
