#include "base/http_client.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/x509_vfy.h>
#include <uv.h>

#include "base/identity.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/tls_pin.h"

struct http_transfer {
	struct http_client *client;
	struct http_transfer *next, *prev;
	CURL *easy;
	void (*done)(void *, int);
	void (*drop)(void *); /* NULL, or frees `user` of a transfer that ends unasked */
	void *user;
	bool stays; /* a connection that its owner goes on with */
};

struct http_client {
	uv_loop_t *loop;
	uv_timer_t timer;
	CURLM *multi;
	CURL *spare; /* of the last whole request, for the next */
	struct http_transfer *transfers;
};

struct socket_watch {
	uv_poll_t poll;
	struct http_client *client;
	curl_socket_t fd;
};

static void unlink_transfer(struct http_transfer *t)
{
	if (t->prev != NULL)
		t->prev->next = t->next;
	else
		t->client->transfers = t->next;
	if (t->next != NULL)
		t->next->prev = t->prev;
	curl_multi_remove_handle(t->client->multi, t->easy);
}

static void take_finished(struct http_client *c)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(c->multi, &left)) != NULL) {
		struct http_transfer *t = NULL;
		CURLcode code = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		if (t->stays) {
			t->done(t->user, (int)code); /* may cancel it */
			continue;
		}
		unlink_transfer(t);
		t->done(t->user, (int)code);
		free(t);
	}
}

static void act(struct http_client *c, curl_socket_t fd, int events)
{
	int running;

	curl_multi_socket_action(c->multi, fd, events, &running);
	take_finished(c);
}

static void on_socket(uv_poll_t *p, int status, int events)
{
	struct socket_watch *w = p->data;
	int flags = status < 0 ? CURL_CSELECT_ERR : 0;

	if (events & UV_READABLE)
		flags |= CURL_CSELECT_IN;
	if (events & UV_WRITABLE)
		flags |= CURL_CSELECT_OUT;
	act(w->client, w->fd, flags);
}

static void on_timeout(uv_timer_t *t)
{
	act(t->data, CURL_SOCKET_TIMEOUT, 0);
}

static void on_watch_closed(uv_handle_t *h)
{
	free(h->data);
}

/* libcurl owns the socket and tells what it waits for (docs/internals/MULTI-EV of curl). */
static int socket_callback(CURL *easy, curl_socket_t fd, int what, void *user, void *socket_user)
{
	struct http_client *c = user;
	struct socket_watch *w = socket_user;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (w != NULL) {
			curl_multi_assign(c->multi, fd, NULL);
			uv_poll_stop(&w->poll);
			uv_close((uv_handle_t *)&w->poll, on_watch_closed);
		}
		return 0;
	}
	if (w == NULL) {
		w = mem_calloc(1, sizeof(*w));
		w->client = c;
		w->fd = fd;
		if (uv_poll_init_socket(c->loop, &w->poll, fd) != 0) {
			free(w);
			return -1;
		}
		w->poll.data = w;
		curl_multi_assign(c->multi, fd, w);
	}
	uv_poll_start(&w->poll,
		      (what & CURL_POLL_IN ? UV_READABLE : 0) |
			      (what & CURL_POLL_OUT ? UV_WRITABLE : 0),
		      on_socket);
	return 0;
}

static int timer_callback(CURLM *multi, long ms, void *user)
{
	struct http_client *c = user;

	(void)multi;
	if (ms < 0)
		uv_timer_stop(&c->timer);
	else
		uv_timer_start(&c->timer, on_timeout, (uint64_t)ms, 0);
	return 0;
}

enum err http_client_new(struct uv_loop_s *loop, struct http_client **ret, struct err_info *info)
{
	struct http_client *c = mem_calloc(1, sizeof(*c));

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK ||
	    (c->multi = curl_multi_init()) == NULL) {
		free(c);
		return err_fail(info, ERR_IO, "libcurl could not be started");
	}
	c->loop = loop;
	uv_timer_init(loop, &c->timer);
	c->timer.data = c;
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETFUNCTION, socket_callback);
	curl_multi_setopt(c->multi, CURLMOPT_SOCKETDATA, c);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERFUNCTION, timer_callback);
	curl_multi_setopt(c->multi, CURLMOPT_TIMERDATA, c);
	*ret = c;
	return ERR_OK;
}

static void on_client_closed(uv_handle_t *h)
{
	free(h->data);
}

void http_client_free(struct http_client *c)
{
	if (c == NULL)
		return;
	while (c->transfers != NULL) {
		struct http_transfer *t = c->transfers;

		unlink_transfer(t);
		if (t->drop != NULL)
			t->drop(t->user);
		free(t);
	}
	curl_easy_cleanup(c->spare);
	c->spare = NULL;
	curl_multi_cleanup(c->multi);
	uv_close((uv_handle_t *)&c->timer, on_client_closed);
}

static struct http_transfer *add_transfer(struct http_client *c, void *curl_easy,
					  void (*done)(void *user, int curl_code),
					  void (*drop)(void *user), void *user)
{
	struct http_transfer *t = mem_calloc(1, sizeof(*t));

	t->client = c;
	t->easy = curl_easy;
	t->done = done;
	t->drop = drop;
	t->user = user;
	curl_easy_setopt(curl_easy, CURLOPT_PRIVATE, t);
	t->next = c->transfers;
	if (t->next != NULL)
		t->next->prev = t;
	c->transfers = t;
	curl_multi_add_handle(c->multi, curl_easy);
	return t;
}

struct http_transfer *http_client_run(struct http_client *c, void *curl_easy,
				      void (*done)(void *user, int curl_code), void *user)
{
	return add_transfer(c, curl_easy, done, NULL, user);
}

struct http_transfer *http_client_connect(struct http_client *c, void *curl_easy,
					  void (*done)(void *user, int curl_code), void *user)
{
	struct http_transfer *t = add_transfer(c, curl_easy, done, NULL, user);

	t->stays = true;
	return t;
}

void http_transfer_cancel(struct http_transfer *t)
{
	unlink_transfer(t);
	if (t->drop != NULL)
		t->drop(t->user);
	free(t);
}

/* --- whole requests ------------------------------------------------------------------------------- */

struct whole_call {
	struct http_client *client;
	CURL *easy;
	struct curl_slist *headers, *connect_to;
	struct buf body, answer;
	struct tls_pin pin;
	bool by_authority; /* a ca_file vouches, not the pins */
	unsigned unacked_ms;
	char etag[128], content_type[128], retry_after[16];
	void (*part)(void *, struct slice); /* NULL: the answer is kept until it is whole */
	void (*done)(void *, const struct http_reply *);
	void *user;
};

static size_t on_body(char *data, size_t size, size_t n, void *user)
{
	struct whole_call *w = user;
	long status = 0;

	if (w->part != NULL)
		curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200) {
		w->part(w->user, (struct slice){data, size * n});
		return size * n;
	}
	buf_put(&w->answer, data, size * n);
	return buf_is_ok(&w->answer) ? size * n : 0;
}

/* The value of a header line if it is this one (its name with the colon). */
static void keep_header(struct slice line, const char *name, char *dst, size_t dst_size)
{
	size_t n = strlen(name);

	if (line.n <= n || strncasecmp(line.p, name, n) != 0)
		return;
	for (line.p += n, line.n -= n; line.n > 0 && *line.p == ' '; line.n--)
		line.p++;
	while (line.n > 0 && (line.p[line.n - 1] == '\r' || line.p[line.n - 1] == '\n'))
		line.n--;
	snprintf(dst, dst_size, "%.*s", (int)line.n, line.p);
}

static size_t on_header(char *data, size_t size, size_t n, void *user)
{
	struct whole_call *w = user;
	struct slice line = {data, size * n};
	long status = 0;

	if (w->part != NULL && line.n <= 2 &&
	    curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK &&
	    status == 200)
		w->part(w->user, SLICE_LIT("")); /* the line after the last header */
	keep_header(line, "etag:", w->etag, sizeof(w->etag));
	keep_header(line, "content-type:", w->content_type, sizeof(w->content_type));
	keep_header(line, "retry-after:", w->retry_after, sizeof(w->retry_after));
	return line.n;
}

static void whole_free(void *user)
{
	struct whole_call *w = user;

	if (w->client->spare == NULL) {
		curl_easy_reset(w->easy);
		w->client->spare = w->easy;
	} else {
		curl_easy_cleanup(w->easy);
	}
	curl_slist_free_all(w->headers);
	curl_slist_free_all(w->connect_to);
	buf_release(&w->body);
	buf_release(&w->answer);
	free(w);
}

/* Why a server that a ca_file should vouch for is not believed; libcurl has one word for all of it. */
static void say_why_refused(struct whole_call *w, CURLcode code)
{
	long verified = X509_V_OK;

	if (!w->by_authority)
		return;
	curl_easy_getinfo(w->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	if (code == CURLE_SSL_CACERT_BADFILE)
		snprintf(w->pin.why, sizeof(w->pin.why), "the ca_file cannot be read");
	/* libcurl compares the name first; the chain's result is then still what it began with. */
	else if (code == CURLE_PEER_FAILED_VERIFICATION &&
		 (verified == X509_V_OK || verified == X509_V_ERR_UNSPECIFIED))
		snprintf(w->pin.why, sizeof(w->pin.why),
			 "the certificate is that of another host name");
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		snprintf(w->pin.why, sizeof(w->pin.why), "the certificate is refused: %s%s",
			 X509_verify_cert_error_string(verified),
			 verified == X509_V_ERR_CERT_HAS_EXPIRED ||
					 verified == X509_V_ERR_CERT_NOT_YET_VALID
				 ? " (is this machine's clock right?)"
				 : "");
}

static void on_whole_done(void *user, int code)
{
	struct whole_call *w = user;
	struct http_reply reply = {.etag = w->etag,
				   .content_type = w->content_type,
				   .error = "",
				   .body = buf_slice(&w->answer)};
	int64_t seconds = 0;

	/* A date, which is the other form, is none of ours. */
	if (parse_i64(slice_of(w->retry_after), 0, UINT32_MAX, &seconds) == ERR_OK)
		reply.retry_after_s = (unsigned)seconds;
	say_why_refused(w, (CURLcode)code);
	if (code == CURLE_OK)
		curl_easy_getinfo(w->easy, CURLINFO_RESPONSE_CODE, &reply.status);
	else
		reply.error =
			w->pin.why[0] != '\0' ? w->pin.why : curl_easy_strerror((CURLcode)code);
	reply.err = code == CURLE_OK                   ? ERR_OK
		    : w->pin.why[0] != '\0'            ? ERR_DENIED
		    : code == CURLE_OPERATION_TIMEDOUT ? ERR_TIMEOUT
						       : ERR_IO;
	w->done(w->user, &reply);
	whole_free(w);
}

static void add_header(struct whole_call *w, const char *name, const char *value)
{
	struct buf line;

	buf_init(&line, 4096);
	buf_printf(&line, "%s: %s", name, value);
	w->headers = curl_slist_append(w->headers, buf_cstr(&line));
	buf_release(&line);
}

static const struct identity_set nobody;

/* A server that some authority vouches for by name, or one of ours under its pins. */
static void set_trust(struct whole_call *w, const struct http_call *call)
{
	w->pin.pins = call->pins != NULL ? call->pins : &nobody;
	w->by_authority = call->ca_file != NULL;
	if (!w->by_authority) {
		tls_pin_set_up(w->easy, &w->pin);
		return;
	}
	curl_easy_setopt(w->easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(w->easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(w->easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(w->easy, CURLOPT_CAPATH, NULL); /* else every file of it is read */
	curl_easy_setopt(w->easy, CURLOPT_CAINFO, call->ca_file);
}

static int on_socket_made(void *user, curl_socket_t s, curlsocktype purpose)
{
	const struct whole_call *w = user;
	(void)purpose;
	/* Without it the call's own timeout ends the wait, only later. */
	(void)setsockopt(s, IPPROTO_TCP, TCP_USER_TIMEOUT, &w->unacked_ms, sizeof(w->unacked_ms));
	return CURL_SOCKOPT_OK;
}

static void set_limits(struct whole_call *w, const struct http_call *call)
{
	curl_easy_setopt(w->easy, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
	if (call->connect_timeout_ms > 0)
		curl_easy_setopt(w->easy, CURLOPT_CONNECTTIMEOUT_MS,
				 (long)call->connect_timeout_ms);
	if (call->unacked_timeout_ms > 0) {
		w->unacked_ms = call->unacked_timeout_ms;
		curl_easy_setopt(w->easy, CURLOPT_SOCKOPTFUNCTION, on_socket_made);
		curl_easy_setopt(w->easy, CURLOPT_SOCKOPTDATA, w);
	}
}

static struct http_transfer *start(struct http_client *c, const struct http_call *call,
				   void (*part)(void *user, struct slice bytes),
				   void (*done)(void *user, const struct http_reply *reply),
				   void *user)
{
	struct whole_call *w = mem_calloc(1, sizeof(*w));
	char bearer[512];

	w->client = c;
	w->easy = c->spare != NULL ? c->spare : curl_easy_init();
	c->spare = NULL;
	w->part = part;
	w->done = done;
	w->user = user;
	if (w->easy == NULL)
		abort();
	buf_init(&w->body, call->body.n + 1);
	buf_put(&w->body, call->body.p, call->body.n);
	buf_init(&w->answer, call->answer_max);
	if (call->bearer != NULL) {
		snprintf(bearer, sizeof(bearer), "Bearer %s", call->bearer);
		add_header(w, "Authorization", bearer);
	}
	if (call->content_type != NULL)
		add_header(w, "Content-Type", call->content_type);
	if (call->if_none_match != NULL)
		add_header(w, "If-None-Match", call->if_none_match);
	add_header(w, "Expect", ""); /* no round trip before a body */
	if (call->connect_to != NULL)
		w->connect_to = curl_slist_append(NULL, call->connect_to);
	curl_easy_setopt(w->easy, CURLOPT_URL, call->url);
	curl_easy_setopt(w->easy, CURLOPT_CUSTOMREQUEST, call->method);
	if (strcmp(call->method, "POST") == 0) {
		curl_easy_setopt(w->easy, CURLOPT_POSTFIELDS, buf_cstr(&w->body));
		curl_easy_setopt(w->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.len);
	}
	curl_easy_setopt(w->easy, CURLOPT_HTTPHEADER, w->headers);
	curl_easy_setopt(w->easy, CURLOPT_CONNECT_TO, w->connect_to);
	curl_easy_setopt(w->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(w->easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(w->easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L); /* 64 KB otherwise */
	curl_easy_setopt(w->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(w->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	set_limits(w, call);
	set_trust(w, call);
	curl_easy_setopt(w->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(w->easy, CURLOPT_WRITEDATA, w);
	curl_easy_setopt(w->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(w->easy, CURLOPT_HEADERDATA, w);
	return add_transfer(c, w->easy, on_whole_done, whole_free, w);
}

void http_client_call(struct http_client *c, const struct http_call *call,
		      void (*done)(void *user, const struct http_reply *reply), void *user)
{
	start(c, call, NULL, done, user);
}

struct http_transfer *http_client_stream(struct http_client *c, const struct http_call *call,
					 void (*part)(void *user, struct slice bytes),
					 void (*done)(void *user, const struct http_reply *reply),
					 void *user)
{
	return start(c, call, part, done, user);
}
