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

enum { TOKEN_MAX = 256 };

struct request {
	struct upstream *upstream;
	struct request *next, *prev;
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

static void end_request(struct request *r, const struct upstream_reply *reply)
{
	if (r->prev != NULL)
		r->prev->next = r->next;
	else
		r->upstream->requests = r->next;
	if (r->next != NULL)
		r->next->prev = r->prev;
	r->done(r->user, reply);
	free(r);
}

void upstream_free(struct upstream *u)
{
	static const struct upstream_reply stopping = {.error = "the board stops"};

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
	struct upstream_reply mine = {.body = reply->body, .error = ""};
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
	if (reply->status == 401 || reply->status == 403) {
		r->upstream->token[0] = '\0'; /* perhaps it was replaced: read it anew next time */
		mine.error = "the collector refuses the token of token_file";
	} else if (reply->status != 200) {
		snprintf(text, sizeof(text), "the collector answered with status %ld",
			 reply->status);
		mine.error = text;
	}
	end_request(r, &mine);
}

/* The rest of the call is the caller's; url and bearer are filled in here. */
static void ask(struct upstream *u, const char *path, struct http_call call,
		void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	struct request *r;
	struct err_info info;
	struct buf url;

	if (read_identity(u, &info) != ERR_OK) {
		struct upstream_reply none = {.error = info.text};

		done(user, &none);
		return;
	}
	if (u->token[0] == '\0' && !read_token(u)) {
		char text[160];
		struct upstream_reply none = {.error = text};

		snprintf(text, sizeof(text), "the token file cannot be used: %s", strerror(errno));
		done(user, &none);
		return;
	}
	r = mem_calloc(1, sizeof(*r));
	r->upstream = u;
	r->done = done;
	r->user = user;
	r->next = u->requests;
	if (r->next != NULL)
		r->next->prev = r;
	u->requests = r;
	buf_init(&url, 8192);
	buf_puts(&url, u->options.collector);
	buf_puts(&url, path);
	call.url = buf_cstr(&url);
	call.bearer = u->token;
	call.pins = &u->pins;
	http_client_call(u->client, &call, on_reply, r);
	buf_release(&url);
}

void upstream_get(struct upstream *u, const char *path, size_t answer_max,
		  void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	ask(u, path,
	    (struct http_call){.method = "GET",
			       .timeout_ms = u->options.timeout_ms,
			       .answer_max = answer_max,
			       .body = SLICE_LIT("")},
	    done, user);
}

void upstream_post(struct upstream *u, const char *path, struct slice json, size_t answer_max,
		   void (*done)(void *user, const struct upstream_reply *reply), void *user)
{
	ask(u, path,
	    (struct http_call){.method = "POST",
			       .timeout_ms = u->options.timeout_ms,
			       .answer_max = answer_max,
			       .content_type = "application/json",
			       .body = json},
	    done, user);
}
