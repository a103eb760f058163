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

#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <uv.h>

#include "base/http_server_impl.h"
#include "base/json_emit.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/tls_server.h"

enum {
	CONNECTION_MEMORY = 32 * 1024,
	IDLE_MS = 60000, /* from an answer to the end of the next request's headers */
	ANSWER_MS = 60000, /* for the peer to take an answer */
	SWEEP_MS = 250, /* how exactly a deadline is kept */
	STREAM_PING_MS = 15000,
	SPINS_MAX =
		8, /* turns at once without anything happening; then pauses of 1, 2, 4 ... 16 ms */
	PAUSE_MAX_SHIFT = 4,
	ERROR_BODY_MAX = 2048
};

struct http_server {
	struct MHD_Daemon *mhd;
	struct http_server_options options;
	uv_loop_t *loop;
	uv_poll_t poll;
	uv_timer_t wake, sweep, ping;
	uv_idle_t soon; /* a timer of 0 ms that arms itself again would stop the loop's clock */
	int listen_fd;
	uint16_t port;
	struct http_connection *connections;
	struct http_request *suspended;
	struct http_stream_list streams;
	struct http_server_stats stats;
	bool again; /* something was resumed while the daemon ran */
	unsigned spins; /* turns that the daemon asked for at once since something happened */
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

static void on_soon(uv_idle_t *h)
{
	uv_idle_stop(h);
	run(h->data);
}

void http_server_wake_soon(struct http_server *s)
{
	s->again = true;
	uv_idle_start(&s->soon, on_soon);
}

const char *http_server_headers(const struct http_server *s)
{
	return s->options.headers;
}

struct http_stream_list *http_server_streams(struct http_server *s)
{
	return &s->streams;
}

void http_server_count_stream(struct http_server *s, int change)
{
	s->stats.streams = (unsigned)((int)s->stats.streams + change);
}

/* Is a request arriving, or an answer leaving? */
static bool is_busy(const struct http_server *s)
{
	for (const struct http_connection *c = s->connections; c != NULL; c = c->next) {
		if (c->requests > 0 && !c->idle && c->deadline_ms != 0)
			return true;
	}
	return false;
}

/* libmicrohttpd 0.9.75 takes a connection in the middle of a TLS handshake for ready to be read, always, and wants to
 * run again at once: a peer that shakes hands slowly would take a whole processor. What really arrives wakes us by the
 * epoll descriptor, so that a pause costs no time. */
static void run_again(struct http_server *s)
{
	unsigned shift;

	if (is_busy(s) || s->spins++ < SPINS_MAX) {
		uv_idle_start(&s->soon, on_soon);
		return;
	}
	shift = s->spins - SPINS_MAX - 1;
	uv_timer_start(&s->wake, on_wake, 1u << (shift < PAUSE_MAX_SHIFT ? shift : PAUSE_MAX_SHIFT),
		       0);
}

static void run(struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	s->again = false;
	uv_timer_stop(&s->wake);
	MHD_run(s->mhd);
	/* MHD_get_timeout knows nothing of connections that were resumed just now. */
	if (s->again)
		uv_idle_start(&s->soon, on_soon);
	else if (MHD_get_timeout(s->mhd, &ms) != MHD_YES)
		return;
	else if (ms == 0)
		run_again(s);
	else
		uv_timer_start(&s->wake, on_wake, ms, 0);
}

static void on_readable(uv_poll_t *p, int status, int events)
{
	struct http_server *s = p->data;

	(void)status;
	(void)events;
	s->spins = 0;
	run(s);
}

static void set_deadline(struct http_server *s, struct http_connection *c, unsigned ms)
{
	if (c != NULL)
		c->deadline_ms = ms == 0 ? 0 : uv_now(s->loop) + ms;
}

static void on_sweep(uv_timer_t *t)
{
	struct http_server *s = t->data;
	uint64_t now = uv_now(s->loop);

	for (struct http_connection *c = s->connections; c != NULL; c = c->next) {
		if (c->deadline_ms == 0 || now < c->deadline_ms)
			continue;
		c->deadline_ms = 0;
		s->stats.refused_deadline += !c->idle;
		shutdown(c->fd, SHUT_RDWR);
	}
}

static void on_ping(uv_timer_t *t)
{
	struct http_server *s = t->data;

	http_stream_ping_all(&s->streams);
}

static void on_connection(void *cls, struct MHD_Connection *mhd, void **socket_context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http_server *s = cls;
	struct http_connection *c;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		const union MHD_ConnectionInfo *info =
			MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);

		c = mem_calloc(1, sizeof(*c));
		c->fd = info->connect_fd;
		c->tls = s->options.tls;
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
	/* libmicrohttpd refuses what is no request at all by itself. */
	s->stats.refused_form +=
		c->requests == 0 && c->deadline_ms != 0 && http_form_has_sent(c->fd);
	s->stats.connections--;
	free(c);
	*socket_context = NULL;
}

/* --- requests ------------------------------------------------------------------------------------ */

/* The first call for a request: its target, whole, before anything is cut from it. */
static void *on_target(void *cls, const char *uri, struct MHD_Connection *mhd)
{
	struct http_server *s = cls;
	struct http_request *r = mem_calloc(1, sizeof(*r));
	const char *question;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	r->server = s;
	r->mhd = mhd;
	r->connection = info->socket_context;
	r->uri_end = uri != NULL ? uri + strlen(uri) : NULL;
	/* It is cut into its arguments in place afterwards. */
	question = uri != NULL ? strchr(uri, '?') : NULL;
	r->query = question != NULL ? mem_strdup(question + 1) : NULL;
	r->method = r->path = "";
	buf_init(&r->body, s->options.body_max);
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

static void request_free(struct http_request *r)
{
	if (r->response != NULL)
		MHD_destroy_response(r->response);
	if (r->stream != NULL)
		http_stream_lose_request(r->stream);
	if (r->release != NULL)
		r->release(r->user);
	while (r->query_values != NULL) {
		struct http_query_value *next = r->query_values->next;

		free(r->query_values);
		r->query_values = next;
	}
	buf_release(&r->body);
	free(r->query);
	free(r);
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
	*request = NULL;
	request_unlink(r);
	set_deadline(s, r->connection, IDLE_MS);
	r->connection->idle = true;
	if (!r->owed) {
		request_free(r);
		return;
	}
	/* The owner still has it, and gives it back by answering. */
	r->mhd = NULL;
	r->connection = NULL;
	r->server = NULL;
	r->method = r->path = "";
}

static enum MHD_Result queue(struct http_request *r)
{
	enum MHD_Result ok = MHD_queue_response(r->mhd, r->status, r->response);

	MHD_destroy_response(r->response);
	r->response = NULL;
	r->queued = true; /* whatever still arrives is dropped */
	set_deadline(r->server, r->connection, r->stream != NULL ? 0 : ANSWER_MS);
	return ok;
}

static void refuse(struct http_request *r, unsigned status)
{
	switch (status) {
	case 400:
		http_answer_error(r, status, "malformed",
				  "The request's line or headers are not sound");
		break;
	case 401:
		http_answer_error(r, status, "no-token",
				  "A valid token is needed (Authorization: Bearer ...)");
		break;
	case 413:
		http_answer_error(r, status, "too-large", "The body is larger than %zu bytes",
				  r->server->options.body_max);
		break;
	case 503:
		http_answer_error(r, status, "stopping", "The server stops");
		break;
	default:
		http_answer_error(r, status, "refused", "Not allowed");
		break;
	}
}

static unsigned judge(struct http_server *s, struct http_request *r, const char *version)
{
	const char *length;

	if (!http_form_is_sound(r, version)) {
		s->stats.refused_form++;
		return 400;
	}
	length = http_header(r, MHD_HTTP_HEADER_CONTENT_LENGTH);
	if (length != NULL && strtoull(length, NULL, 10) > s->options.body_max) {
		s->stats.refused_size++;
		return 413;
	}
	return s->streams.closing ? 503 : 0;
}

/* The headers are there, the body is not. */
static enum MHD_Result begin(struct http_server *s, struct http_request *r, const char *version)
{
	unsigned status = judge(s, r, version);

	r->begun = true;
	s->stats.requests++;
	if (r->connection->requests++ > 0)
		set_deadline(s, r->connection, s->options.request_deadline_ms);
	r->connection->idle = false;
	if (r->path == NULL)
		r->path = "";
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
	if (r->response == NULL) {
		set_deadline(s, r->connection, 0);
		r->owed = true;
		s->options.handle(s->options.user, r);
	}
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

	(void)mhd;
	if (!r->begun) {
		r->method = method;
		r->path = url;
		return begin(s, r, version);
	}
	if (r->queued) {
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

const char *http_query_text(const struct http_request *r)
{
	return r->query != NULL ? r->query : "";
}

bool http_is_gone(const struct http_request *r)
{
	return r->mhd == NULL;
}

const char *http_header(const struct http_request *r, const char *name)
{
	return r->mhd != NULL ? MHD_lookup_connection_value(r->mhd, MHD_HEADER_KIND, name) : NULL;
}

bool http_peer_is_local(const struct http_request *r)
{
	const union MHD_ConnectionInfo *info =
		r->mhd != NULL ? MHD_get_connection_info(r->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)
			       : NULL;
	char text[INET6_ADDRSTRLEN] = "";

	if (info == NULL || info->client_addr == NULL)
		return false;
	if (info->client_addr->sa_family == AF_INET)
		inet_ntop(AF_INET,
			  &((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr,
			  text, sizeof(text));
	else if (info->client_addr->sa_family == AF_INET6)
		inet_ntop(
			AF_INET6,
			&((const struct sockaddr_in6 *)(const void *)info->client_addr)->sin6_addr,
			text, sizeof(text));
	return parse_is_loopback(text);
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

const char *http_query(const struct http_request *request, const char *name)
{
	/* Decoding on demand is not a change that the caller can see. */
	struct http_request *r = (struct http_request *)(uintptr_t)request;
	const char *raw = r->mhd != NULL
				  ? MHD_lookup_connection_value(r->mhd, MHD_GET_ARGUMENT_KIND, name)
				  : NULL;
	struct http_query_value *v;
	size_t n;

	if (raw == NULL)
		return NULL;
	n = strlen(raw);
	v = mem_calloc(1, sizeof(*v) + n + 1);
	if (http_path_decode(raw, n, v->text) < 0) {
		free(v);
		return NULL;
	}
	v->next = r->query_values;
	r->query_values = v;
	return v->text;
}

/* --- answers ------------------------------------------------------------------------------------- */

void http_server_add_headers(struct MHD_Response *response, const char *lines)
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

void http_server_give(struct http_request *r, unsigned status, struct MHD_Response *response,
		      const char *content_type)
{
	if (r->mhd == NULL) { /* nobody is there any more */
		MHD_destroy_response(response);
		request_free(r);
		return;
	}
	assert(r->response == NULL && !r->queued);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
	r->response = response;
	r->status = status;
	r->owed = false;
	if (r->suspended) {
		request_unlink(r);
		MHD_resume_connection(r->mhd);
		http_server_wake_soon(r->server);
	}
}

void http_answer(struct http_request *r, unsigned status, const char *content_type,
		 const char *extra_headers, struct slice body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);

	if (response == NULL)
		abort();
	http_server_add_headers(response, extra_headers);
	http_server_give(r, status, response, content_type);
}

void http_answer_with(struct http_request *r, unsigned status, const char *word,
		      const char *extra_headers, const char *sentence)
{
	struct json_emit j;
	struct buf body;

	buf_init(&body, ERROR_BODY_MAX * 4);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "error", word);
	json_kv_str(&j, "text", sentence);
	json_close_object(&j);
	http_answer(r, status, "application/json", extra_headers, buf_slice(&body));
	buf_release(&body);
}

void http_answer_error(struct http_request *r, unsigned status, const char *word, const char *fmt,
		       ...)
{
	char text[ERROR_BODY_MAX / 2];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	http_answer_with(r, status, word, r->server != NULL ? r->server->options.headers : NULL,
			 text);
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

/* GnuTLS asks at each handshake. The session's pointer is the connection (libmicrohttpd's own callback for shared
 * keys depends on that as well), whose context is ours. */
static int on_certificate_wanted(gnutls_session_t session, const gnutls_datum_t *authorities,
				 int authority_count, const gnutls_pk_algorithm_t *algorithms,
				 int algorithm_count, gnutls_pcert_st **chain, unsigned *count,
				 gnutls_privkey_t *key)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		gnutls_session_get_ptr(session), MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	const struct http_connection *c = info->socket_context;

	(void)authorities;
	(void)authority_count;
	(void)algorithms;
	(void)algorithm_count;
	tls_server_current(c->tls, chain, count, key);
	return 0;
}

enum err http_server_start(struct uv_loop_s *loop, const struct http_server_options *o,
			   struct http_server **ret, struct err_info *info)
{
	struct http_server *s = mem_calloc(1, sizeof(*s));
	enum err e = listen_on(o->host, o->port, &s->listen_fd, &s->port, info);
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (o->tls != NULL ? MHD_USE_TLS : 0);
	const struct MHD_OptionItem tls[] = {
		{o->tls != NULL ? MHD_OPTION_HTTPS_CERT_CALLBACK : MHD_OPTION_END, 0,
		 (void *)(uintptr_t)on_certificate_wanted},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)tls_server_priorities},
		{MHD_OPTION_END, 0, NULL}};

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
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(2 * IDLE_MS / 1000), MHD_OPTION_ARRAY,
		tls, MHD_OPTION_END);
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
	uv_idle_init(loop, &s->soon);
	s->poll.data = s->wake.data = s->sweep.data = s->ping.data = s->soon.data = s;
	s->open_handles = 5;
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

/* Answers instead of the owner, who keeps the request until its own answer (which goes nowhere). */
static void answer_unanswered(struct http_server *s)
{
	while (s->suspended != NULL) {
		struct http_request *r = s->suspended;

		http_answer_error(r, 503, "stopping", "The server stops");
		r->owed = true;
	}
}

static void on_drain(uv_timer_t *t)
{
	struct http_server *s = t->data;

	run(s);
	if (s->stats.connections > 0 && uv_now(s->loop) < s->drain_until_ms)
		return;
	/* MHD aborts when it is stopped with a suspended connection: none may be left. */
	answer_unanswered(s);
	http_stream_wake_all(&s->streams);
	run(s);
	for (struct http_connection *c = s->connections; c != NULL; c = c->next)
		shutdown(c->fd, SHUT_RDWR);
	run(s);
	MHD_stop_daemon(s->mhd);
	uv_close((uv_handle_t *)&s->poll, on_handle_closed);
	uv_close((uv_handle_t *)&s->wake, on_handle_closed);
	uv_close((uv_handle_t *)&s->sweep, on_handle_closed);
	uv_close((uv_handle_t *)&s->ping, on_handle_closed);
	uv_close((uv_handle_t *)&s->soon, on_handle_closed);
}

void http_server_stop(struct http_server *s, unsigned drain_ms, void (*done)(void *user),
		      void *user)
{
	int fd = MHD_quiesce_daemon(s->mhd);

	if (fd >= 0)
		close(fd);
	s->streams.closing = true;
	s->done = done;
	s->done_user = user;
	uv_update_time(s->loop);
	s->drain_until_ms = uv_now(s->loop) + drain_ms;
	http_stream_wake_all(&s->streams);
	/* A connection that waits between two requests has nothing to drain. */
	for (struct http_connection *c = s->connections; c != NULL; c = c->next) {
		if (c->idle)
			shutdown(c->fd, SHUT_RDWR);
	}
	uv_timer_start(&s->sweep, on_drain, 1, 10);
	http_server_wake_soon(s);
}
