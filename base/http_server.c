#include "base/http_server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>
#include <uv.h>

#include "base/json_emit.h"
#include "base/mem.h"

enum {
	CONNECTION_MEMORY = 32 * 1024,
	IDLE_MS = 60000, /* between two requests of one connection */
	SWEEP_MS = 250, /* how exactly a deadline is kept */
	STREAM_PING_MS = 15000,
	STREAM_BUFFER_MAX = 4 << 20,
	ERROR_BODY_MAX = 2048
};

struct connection {
	struct connection *next, *prev;
	int fd;
	uint64_t
		deadline_ms; /* of the loop's clock; 0 = none (an answer or a stream is under way) */
};

struct http_request {
	struct http_server *server;
	struct MHD_Connection *mhd;
	struct connection *connection;
	const char *method, *path;
	struct buf body;
	struct MHD_Response *response;
	unsigned status;
	bool complete, suspended, refused;
	struct http_request *next, *prev; /* of the suspended ones */
	void *user;
	void (*release)(void *);
	char *query_store[8]; /* decoded arguments that were asked for */
	size_t query_count;
};

struct http_stream {
	struct http_server *server;
	struct http_stream *next, *prev;
	struct MHD_Connection *mhd;
	struct buf pending;
	size_t sent; /* of pending */
	bool suspended, ping;
	void (*fill)(void *user, struct buf *out);
	void (*closed)(void *user);
	void *user;
};

struct http_server {
	struct MHD_Daemon *mhd;
	struct http_server_options options;
	uv_loop_t *loop;
	uv_poll_t poll;
	uv_timer_t wake, sweep, ping;
	int listen_fd;
	uint16_t port;
	struct connection *connections;
	struct http_request *suspended;
	struct http_stream *streams;
	struct http_server_stats stats;
	bool closing;
	uint64_t drain_until_ms;
	void (*done)(void *);
	void *done_user;
	unsigned open_handles;
};

static void run(struct http_server *s);

/* --- loop ---------------------------------------------------------------------------------------- */

static void on_wake(uv_timer_t *t)
{
	run(t->data);
}

/* MHD is run in the next turn of the loop, never from inside one of its callbacks. */
static void wake_soon(struct http_server *s)
{
	uv_timer_start(&s->wake, on_wake, 0, 0);
}

static void run(struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(s->mhd);
	if (MHD_get_timeout(s->mhd, &ms) == MHD_YES)
		uv_timer_start(&s->wake, on_wake, ms, 0);
	else
		uv_timer_stop(&s->wake);
}

static void on_readable(uv_poll_t *p, int status, int events)
{
	(void)status;
	(void)events;
	run(p->data);
}

static void set_deadline(struct http_server *s, struct connection *c, unsigned ms)
{
	if (c != NULL)
		c->deadline_ms = ms == 0 ? 0 : uv_now(s->loop) + ms;
}

static void on_sweep(uv_timer_t *t)
{
	struct http_server *s = t->data;
	uint64_t now = uv_now(s->loop);

	for (struct connection *c = s->connections; c != NULL; c = c->next) {
		if (c->deadline_ms == 0 || now < c->deadline_ms)
			continue;
		c->deadline_ms = 0;
		s->stats.refused_deadline++;
		shutdown(c->fd, SHUT_RDWR);
	}
}

static void on_ping(uv_timer_t *t)
{
	struct http_server *s = t->data;

	for (struct http_stream *st = s->streams; st != NULL; st = st->next) {
		st->ping = true;
		http_stream_wake(st);
	}
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = cls;
	struct connection *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = mem_calloc(1, sizeof(*c));
		c->fd = info->connect_fd;
		c->next = s->connections;
		if (c->next != NULL)
			c->next->prev = c;
		s->connections = c;
		s->stats.connections++;
		set_deadline(s, c, s->options.request_deadline_ms);
		*socket_context = c;
		return;
	}
	c = *socket_context;
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->connections = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	s->stats.connections--;
	free(c);
	*socket_context = NULL;
}

/* --- requests ------------------------------------------------------------------------------------ */

struct header_count {
	unsigned lengths, encodings, hosts;
	bool bad;
};

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *key,
				    const char *value)
{
	struct header_count *n = cls;

	(void)kind;
	if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		n->lengths++;
		n->bad = n->bad || value == NULL || value[0] == '\0' ||
			 value[strspn(value, "0123456789")] != '\0';
	}
	n->encodings += strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0;
	n->hosts += strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0;
	return MHD_YES;
}

/* What a proxy in front of us could read otherwise than we do is refused (RFC 9112 s. 6.3, 11.2). */
static unsigned judge_form(struct http_request *r)
{
	struct header_count n = {0};
	const char *length;

	MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, count_header, &n);
	if (n.bad || n.lengths > 1 || (n.lengths == 1 && n.encodings > 0) || n.encodings > 1 ||
	    n.hosts != 1) {
		r->server->stats.refused_form++;
		return 400;
	}
	length = http_header(r, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (length != NULL && (strlen(length) > 18 ||
			       (size_t)strtoull(length, NULL, 10) > r->server->options.body_max)) {
		r->server->stats.refused_size++;
		return 413;
	}
	return 0;
}

static struct http_request *request_new(struct http_server *s, struct MHD_Connection *mhd,
					const char *url, const char *method)
{
	struct http_request *r = mem_calloc(1, sizeof(*r));
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	r->server = s;
	r->mhd = mhd;
	r->connection = info != NULL ? info->socket_context : NULL;
	r->method = method;
	r->path = url;
	buf_init(&r->body, s->options.body_max);
	s->stats.requests++;
	return r;
}

static void request_unlink(struct http_request *r)
{
	if (!r->suspended)
		return;
	r->suspended = false;
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		r->server->suspended = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
	r->next = r->prev = NULL;
}

static void on_completed(void *cls, struct MHD_Connection *mhd, void **request,
			 enum MHD_RequestTerminationCode why)
{
	struct http_server *s = cls;
	struct http_request *r = *request;

	(void)mhd;
	(void)why;
	if (r == NULL)
		return;
	request_unlink(r);
	set_deadline(s, r->connection, IDLE_MS);
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	if (r->release != NULL)
		r->release(r->user);
	for (size_t i = 0; i < r->query_count; i++)
		free(r->query_store[i]);
	buf_release(&r->body);
	free(r);
	*request = NULL;
}

static enum MHD_Result queue(struct http_request *r)
{
	enum MHD_Result ok = MHD_queue_response(r->mhd, r->status, r->response);

	MHD_destroy_response(r->response);
	r->response = NULL;
	r->refused = true; /* answered: whatever still arrives is dropped */
	return ok;
}

static void refuse(struct http_request *r, unsigned status)
{
	switch (status) {
	case 400:
		http_answer_error(r, status, "malformed",
				  "The request's headers contradict each other");
		break;
	case 401:
		http_answer_error(r, status, "no-token",
				  "A valid token is needed (Authorization: Bearer ...)");
		break;
	case 413:
		http_answer_error(r, status, "too-large", "The body is larger than %zu bytes",
				  r->server->options.body_max);
		break;
	default:
		http_answer_error(r, status, "refused", "Not allowed");
		break;
	}
}

/* The first call for a request: headers are there, the body is not. */
static enum MHD_Result begin(struct http_server *s, struct http_request *r)
{
	unsigned status = judge_form(r);

	if (status == 0 && s->closing)
		status = 503;
	if (status == 0 && s->options.admit != NULL) {
		status = s->options.admit(s->options.user, r);
		s->stats.refused_admission += status != 0;
	}
	if (status == 0)
		return MHD_YES;
	if (r->response == NULL)
		refuse(r, status);
	return queue(r);
}

static enum MHD_Result finish(struct http_server *s, struct http_request *r)
{
	r->complete = true;
	set_deadline(s, r->connection, 0);
	if (r->response == NULL && !r->suspended)
		s->options.handle(s->options.user, r);
	if (r->response != NULL)
		return queue(r);
	/* The owner answers in a later turn. */
	r->suspended = true;
	r->next = s->suspended;
	if (r->next != NULL)
		r->next->prev = r;
	s->suspended = r;
	MHD_suspend_connection(r->mhd);
	return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *mhd, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *data_size, void **request)
{
	struct http_server *s = cls;
	struct http_request *r = *request;

	(void)version;
	if (r == NULL) {
		r = request_new(s, mhd, url, method);
		*request = r;
		return begin(s, r);
	}
	if (r->refused) {
		*data_size = 0;
		return MHD_YES;
	}
	if (*data_size > 0) {
		buf_put(&r->body, data, *data_size);
		*data_size = 0;
		if (buf_is_ok(&r->body))
			return MHD_YES;
		s->stats.refused_size++;
		return MHD_NO; /* chunked and too large: cut */
	}
	return finish(s, r);
}

const char *http_method(const struct http_request *r)
{
	return r->method;
}

const char *http_path(const struct http_request *r)
{
	return r->path;
}

const char *http_header(const struct http_request *r, const char *name)
{
	return MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, name);
}

struct slice http_body(const struct http_request *r)
{
	return buf_slice(&r->body);
}

void http_set_user(struct http_request *r, void *data, void (*release)(void *))
{
	r->user = data;
	r->release = release;
}

void *http_get_user(const struct http_request *r)
{
	return r->user;
}

static int hex_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes percent escapes of src[0..n) into dst (n + 1 bytes); -1 for a bad escape or a NUL. */
static long percent_decode(const char *src, size_t n, char *dst)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		char c = src[i];

		if (c == '%') {
			int high = i + 2 < n ? hex_of(src[i + 1]) : -1;
			int low = i + 2 < n ? hex_of(src[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = (char)(high * 16 + low);
			i += 2;
		}
		if (c == '\0')
			return -1;
		dst[k++] = c;
	}
	dst[k] = '\0';
	return (long)k;
}

const char *http_query(const struct http_request *request, const char *name)
{
	struct http_request *r = (struct http_request *)(uintptr_t)request;
	const char *raw = MHD_lookup_connection_value(r->mhd, MHD_GET_ARGUMENT_KIND, name);
	char *decoded;
	size_t n;

	if (raw == NULL || r->query_count == COUNT_OF(r->query_store))
		return NULL;
	n = strlen(raw);
	decoded = mem_calloc(n + 1, 1);
	if (percent_decode(raw, n, decoded) < 0) {
		free(decoded);
		return NULL;
	}
	r->query_store[r->query_count++] = decoded;
	return decoded;
}

int http_path_split(const char *path, char *store, size_t store_size, struct slice *ret, int max)
{
	int count = 0;

	if (path[0] != '/')
		return -1;
	while (*path == '/') {
		size_t n = strcspn(path + 1, "/");
		long k;

		if (n == 0 && path[1] == '\0')
			break; /* a trailing slash */
		if (count == max || n >= store_size)
			return -1;
		k = percent_decode(path + 1, n, store);
		if (k <= 0 || strcmp(store, ".") == 0 || strcmp(store, "..") == 0)
			return -1;
		ret[count++] = (struct slice){store, (size_t)k};
		store += k + 1;
		store_size -= (size_t)k + 1;
		path += 1 + n;
	}
	return count;
}

/* --- answers ------------------------------------------------------------------------------------- */

static void add_headers(struct MHD_Response *response, const char *lines)
{
	while (lines != NULL && *lines != '\0') {
		const char *end = strstr(lines, "\r\n"), *colon = strchr(lines, ':');
		char name[128], value[1024];

		if (end == NULL || colon == NULL || colon > end)
			return;
		snprintf(name, sizeof(name), "%.*s", (int)(colon - lines), lines);
		colon += 1 + strspn(colon + 1, " ");
		snprintf(value, sizeof(value), "%.*s", (int)(end - colon), colon);
		MHD_add_response_header(response, name, value);
		lines = end + 2;
	}
}

static void give(struct http_request *r, unsigned status, struct MHD_Response *response,
		 const char *content_type)
{
	assert(r->response == NULL);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	r->response = response;
	r->status = status;
	if (r->suspended) {
		request_unlink(r);
		MHD_resume_connection(r->mhd);
		wake_soon(r->server);
	}
}

void http_answer(struct http_request *r, unsigned status, const char *content_type,
		 const char *extra_headers, struct slice body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);

	if (response == NULL)
		abort();
	add_headers(response, extra_headers);
	give(r, status, response, content_type);
}

void http_answer_error(struct http_request *r, unsigned status, const char *word, const char *fmt,
		       ...)
{
	char text[ERROR_BODY_MAX / 2];
	struct json_emit j;
	struct buf body;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_init(&body, ERROR_BODY_MAX * 4);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "error", word);
	json_kv_str(&j, "text", text);
	json_close_object(&j);
	http_answer(r, status, "application/json", NULL, buf_slice(&body));
	buf_release(&body);
}

/* --- streams ------------------------------------------------------------------------------------- */

static ssize_t stream_read(void *cls, uint64_t pos, char *dst, size_t max)
{
	struct http_stream *st = cls;
	size_t n;

	(void)pos;
	if (st->server->closing)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (st->sent == st->pending.len) {
		buf_reset(&st->pending);
		st->sent = 0;
		st->fill(st->user, &st->pending);
		if (st->pending.len == 0 && st->ping)
			buf_puts(&st->pending, ":\n\n");
		st->ping = false;
	}
	n = st->pending.len - st->sent;
	if (!buf_is_ok(&st->pending))
		return MHD_CONTENT_READER_END_WITH_ERROR;
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

static void stream_free(void *cls)
{
	struct http_stream *st = cls;

	if (st->prev != NULL)
		st->prev->next = st->next;
	else
		st->server->streams = st->next;
	if (st->next != NULL)
		st->next->prev = st->prev;
	st->server->stats.streams--;
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

	st->server = r->server;
	st->mhd = r->mhd;
	st->fill = fill;
	st->closed = closed;
	st->user = user;
	buf_init(&st->pending, STREAM_BUFFER_MAX);
	st->next = r->server->streams;
	if (st->next != NULL)
		st->next->prev = st;
	r->server->streams = st;
	r->server->stats.streams++;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 16384, stream_read, st,
						     stream_free);
	if (response == NULL)
		abort();
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_set_connection_option(r->mhd, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	give(r, 200, response, content_type);
	return st;
}

void http_stream_wake(struct http_stream *st)
{
	if (!st->suspended)
		return;
	st->suspended = false;
	MHD_resume_connection(st->mhd);
	wake_soon(st->server);
}

/* --- start and stop ------------------------------------------------------------------------------ */

static size_t keep_escapes(void *cls, struct MHD_Connection *c, char *s)
{
	(void)cls;
	(void)c;
	return strlen(s);
}

static void stay_quiet(void *cls, const char *fmt, va_list ap)
{
	/* MHD's own complaints about peers are counted by cause in the statistics instead. */
	(void)cls;
	(void)fmt;
	(void)ap;
}

static enum err listen_on(const char *host, uint16_t port, int *ret_fd, uint16_t *ret_port,
			  struct err_info *info)
{
	struct sockaddr_storage addr = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&addr;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&addr;
	bool is_v6 = strchr(host, ':') != NULL;
	socklen_t size = is_v6 ? sizeof(*v6) : sizeof(*v4);
	int fd, one = 1;

	addr.ss_family = is_v6 ? AF_INET6 : AF_INET;
	if (inet_pton(addr.ss_family, host,
		      is_v6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr) != 1)
		return err_fail(info, ERR_SYNTAX, "'%s' is not a numeric address", host);
	*(is_v6 ? &v6->sin6_port : &v4->sin_port) = htons(port);
	fd = socket(addr.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&addr, size) != 0 || listen(fd, 512) != 0 ||
	    getsockname(fd, (struct sockaddr *)&addr, &size) != 0) {
		enum err e = err_fail_errno(info, errno == EADDRINUSE ? ERR_BUSY : ERR_IO,
					    "listen on %s:%u", host, port);

		close(fd);
		return e;
	}
	*ret_fd = fd;
	*ret_port = ntohs(is_v6 ? v6->sin6_port : v4->sin_port);
	return ERR_OK;
}

enum err http_server_start(struct uv_loop_s *loop, const struct http_server_options *o,
			   struct http_server **ret, struct err_info *info)
{
	struct http_server *s = mem_calloc(1, sizeof(*s));
	enum err e = listen_on(o->host, o->port, &s->listen_fd, &s->port, info);
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;

	if (e != ERR_OK) {
		free(s);
		return e;
	}
	s->loop = loop;
	s->options = *o;
	if (strchr(o->host, ':') != NULL)
		flags |= MHD_USE_IPv6;
	s->mhd = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, stay_quiet, NULL,
		MHD_OPTION_LISTEN_SOCKET, s->listen_fd, MHD_OPTION_CONNECTION_LIMIT,
		o->connections_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT, o->per_address_max,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, s, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)(2 * IDLE_MS / 1000), MHD_OPTION_END);
	if (s->mhd == NULL) {
		close(s->listen_fd);
		free(s);
		return err_fail(info, ERR_IO, "the HTTP server could not be started on %s:%u",
				o->host, o->port);
	}
	uv_poll_init(loop, &s->poll,
		     MHD_get_daemon_info(s->mhd, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd);
	uv_timer_init(loop, &s->wake);
	uv_timer_init(loop, &s->sweep);
	uv_timer_init(loop, &s->ping);
	s->poll.data = s->wake.data = s->sweep.data = s->ping.data = s;
	s->open_handles = 4;
	uv_poll_start(&s->poll, UV_READABLE, on_readable);
	uv_timer_start(&s->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
	uv_timer_start(&s->ping, on_ping, STREAM_PING_MS, STREAM_PING_MS);
	run(s);
	*ret = s;
	return ERR_OK;
}

uint16_t http_server_port(const struct http_server *s)
{
	return s->port;
}

struct http_server_stats http_server_stats(const struct http_server *s)
{
	return s->stats;
}

static void on_handle_closed(uv_handle_t *h)
{
	struct http_server *s = h->data;
	void (*done)(void *) = s->done;
	void *user = s->done_user;

	if (--s->open_handles > 0)
		return;
	free(s);
	if (done != NULL)
		done(user);
}

static void on_drain(uv_timer_t *t)
{
	struct http_server *s = t->data;

	run(s);
	if (s->stats.connections > 0 && uv_now(s->loop) < s->drain_until_ms)
		return;
	for (struct connection *c = s->connections; c != NULL; c = c->next)
		shutdown(c->fd, SHUT_RDWR);
	/* MHD aborts when it is stopped with a suspended connection: none may be left. */
	while (s->suspended != NULL)
		http_answer_error(s->suspended, 503, "stopping", "The server stops");
	run(s);
	MHD_stop_daemon(s->mhd);
	uv_close((uv_handle_t *)&s->poll, on_handle_closed);
	uv_close((uv_handle_t *)&s->wake, on_handle_closed);
	uv_close((uv_handle_t *)&s->sweep, on_handle_closed);
	uv_close((uv_handle_t *)&s->ping, on_handle_closed);
}

void http_server_stop(struct http_server *s, unsigned drain_ms, void (*done)(void *user),
		      void *user)
{
	int fd = MHD_quiesce_daemon(s->mhd);

	if (fd >= 0)
		close(fd);
	s->closing = true;
	s->done = done;
	s->done_user = user;
	uv_update_time(s->loop);
	s->drain_until_ms = uv_now(s->loop) + drain_ms;
	for (struct http_stream *st = s->streams; st != NULL; st = st->next)
		http_stream_wake(st);
	/* A connection that waits between two requests has nothing to drain. */
	for (struct connection *c = s->connections; c != NULL; c = c->next) {
		if (c->deadline_ms != 0)
			shutdown(c->fd, SHUT_RDWR);
	}
	uv_timer_start(&s->sweep, on_drain, 1, 10);
	wake_soon(s);
}
