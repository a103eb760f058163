#include "dashboard/upstream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/http_client.h"
#include "base/identity.h"
#include "base/mem.h"

enum { TOKEN_MAX = 256, STREAM_REFUSAL_MAX = 4096 };

struct request {
	struct upstream *upstream;
	struct request *next, *prev;
	struct http_transfer *transfer; /* of a stream */
	void (*part)(void *, struct slice);
	bool is_person; /* with a session's token */
	void (*done)(void *, const struct upstream_reply *);
	void *user;
};

struct upstream {
	struct upstream_options options;
	struct http_client *client;
	struct request *requests;
	char token[TOKEN_MAX]; /* "" until it was read */
	struct identity_set pins; /* none until it was read */
};

enum err upstream_new(struct uv_loop_s *loop, const struct upstream_options *o,
		      struct upstream **ret, struct err_info *info)
{
	struct upstream *u = mem_calloc(1, sizeof(*u));
	enum err e = http_client_new(loop, &u->client, info);

	if (e != ERR_OK) {
		free(u);
		return e;
	}
	u->options = *o;
	*ret = u;
	return ERR_OK;
}

static void unlink_request(struct request *r)
{
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		r->upstream->requests = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
}

static void end_request(struct request *r, const struct upstream_reply *reply)
{
	unlink_request(r);
	r->done(r->user, reply);
	free(r);
}

void upstream_free(struct upstream *u)
{
	static const struct upstream_reply stopping = {.content_type = "",
						       .error = "the board stops"};

	if (u == NULL)
		return;
	/* The client goes first: its transfers end without their callback. */
	http_client_free(u->client);
	while (u->requests != NULL)
		end_request(u->requests, &stopping);
	free(u);
}

/* One line of printable characters; errno tells why not. */
static bool read_token(struct upstream *u)
{
	char text[TOKEN_MAX];
	int fd = open(u->options.token_file, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	size_t length;

	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n < 0)
		return false;
	text[n] = '\0';
	length = strcspn(text, "\r\n");
	errno = EINVAL;
	if (length == 0 || (size_t)n == sizeof(text) - 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}
	snprintf(u->token, sizeof(u->token), "%.*s", (int)length, text);
	return true;
}

static enum err read_identity(struct upstream *u, struct err_info *info)
{
	struct err_info why = {0};
	enum err e = ERR_OK;

	if (!u->options.is_tls || u->pins.count > 0)
		return ERR_OK;
	if (u->options.identity != NULL)
		(void)identity_parse(slice_of(u->options.identity), &u->pins.items[0]);
	else
		e = identity_read_file(u->options.identity_file, &u->pins.items[0], &why);
	if (e != ERR_OK)
		return err_fail(info, e, "who the collector is is not known: %s", why.text);
	u->pins.count = 1;
	return ERR_OK;
}

static void on_reply(void *user, const struct http_reply *reply)
{
	struct request *r = user;
	struct upstream_reply mine = {.body = reply->body,
				      .content_type = reply->content_type,
				      .retry_after_s = reply->retry_after_s,
				      .error = ""};
	char text[160];

	if (reply->err == ERR_DENIED)
		r->upstream->pins.count =
			0; /* perhaps the file was replaced: read it anew next time */
	if (reply->err != ERR_OK) {
		mine.body = SLICE_LIT("");
		mine.error = reply->error[0] != '\0' ? reply->error : err_sentence(reply->err);
		end_request(r, &mine);
		return;
	}
	mine.status = reply->status;
	if (!r->is_person && (reply->status == 401 || reply->status == 403)) {
		r->upstream->token[0] = '\0'; /* perhaps it was replaced: read it anew next time */
		mine.error = "the collector refuses the token of token_file";
	} else if (reply->status != 200) {
		snprintf(text, sizeof(text), "the collector answered with status %ld",
			 reply->status);
		mine.error = text;
	}
	end_request(r, &mine);
}

static void on_part(void *user, struct slice bytes)
{
	struct request *r = user;

	r->part(r->user, bytes);
}

/* With `part` it is a stream, whose length nothing limits. NULL: it is done. */
static struct request *ask(struct upstream *u, const struct upstream_call *call,
			   void (*part)(void *user, struct slice bytes),
			   void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	bool is_post = strcmp(call->method, "POST") == 0;
	struct http_call c = {.method = call->method,
			      .timeout_ms = call->timeout_ms != 0 ? call->timeout_ms
								  : u->options.timeout_ms,
			      .answer_max = call->answer_max,
			      .content_type = is_post ? "application/json" : NULL,
			      .body = is_post ? call->json : SLICE_LIT("")};
	struct upstream_reply none = {.content_type = ""};
	struct request *r;
	struct err_info info;
	struct buf url;
	char text[160];

	if (read_identity(u, &info) != ERR_OK) {
		none.error = info.text;
		done(user, &none);
		return NULL;
	}
	if (call->session == NULL && u->token[0] == '\0' && !read_token(u)) {
		snprintf(text, sizeof(text), "the token file cannot be used: %s", strerror(errno));
		none.error = text;
		done(user, &none);
		return NULL;
	}
	r = mem_calloc(1, sizeof(*r));
	*r = (struct request){.upstream = u,
			      .next = u->requests,
			      .is_person = call->session != NULL,
			      .part = part,
			      .done = done,
			      .user = user};
	if (r->next != NULL)
		r->next->prev = r;
	u->requests = r;
	buf_init(&url, 8192);
	buf_puts(&url, u->options.collector);
	buf_puts(&url, call->path);
	c.url = buf_cstr(&url);
	c.bearer = r->is_person ? call->session : u->token;
	c.pins = &u->pins;
	if (part != NULL) {
		c.connect_timeout_ms = c.timeout_ms;
		c.timeout_ms = 0;
		r->transfer = http_client_stream(u->client, &c, on_part, on_reply, r);
	} else {
		http_client_call(u->client, &c, on_reply, r);
	}
	buf_release(&url);
	return r;
}

void upstream_call(struct upstream *u, const struct upstream_call *call,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	ask(u, call, NULL, done, user);
}

void upstream_get(struct upstream *u, const char *path, size_t answer_max,
		  void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	upstream_call(
		u, &(struct upstream_call){.method = "GET", .path = path, .answer_max = answer_max},
		done, user);
}

void upstream_post(struct upstream *u, const char *path, struct slice json, size_t answer_max,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	upstream_call(
		u,
		&(struct upstream_call){
			.method = "POST", .path = path, .json = json, .answer_max = answer_max},
		done, user);
}

struct upstream_stream *
upstream_stream(struct upstream *u, const char *path, void (*part)(void *user, struct slice bytes),
		void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	return (struct upstream_stream *)ask(
		u,
		&(struct upstream_call){
			.method = "GET", .path = path, .answer_max = STREAM_REFUSAL_MAX},
		part, done, user);
}

void upstream_stream_cancel(struct upstream_stream *s)
{
	struct request *r = (struct request *)s;

	http_transfer_cancel(r->transfer);
	unlink_request(r);
	free(r);
}
