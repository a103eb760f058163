#include "dashboard/session_desk.h"

#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"
#include "dashboard/admission.h"
#include "dashboard/relay.h"
#include "dashboard/session_text.h"
#include "dashboard/upstream.h"

enum {
	ANSWER_MAX = 16384,
	HEADERS_MAX = 4096,
	FIRST_FRESH_MS = 5000, /* how long it is remembered that there is an administrator */
	LOG_IN_TIMEOUT_MS = 10000 /* passwords are slow on purpose, and several may wait */
};

struct session_desk {
	struct session_desk_options options;
	unsigned char key[32];
	unsigned outstanding;
	bool has_looked; /* for an administrator, and there is one */
	uint64_t looked_ms;
};

struct asking {
	struct session_desk *desk;
	struct http_request *request;
	char token[SESSION_TOKEN_SIZE]; /* of the cookie; "" = none */
};

struct session_desk *session_desk_new(const struct session_desk_options *o)
{
	struct session_desk *d = mem_calloc(1, sizeof(*d));

	d->options = *o;
	rand_system(d->key, sizeof(d->key));
	return d;
}

void session_desk_free(struct session_desk *d)
{
	free(d);
}

bool session_desk_is_path(const char *path)
{
	static const char own[] = "/api/session";
	size_t n = strlen(own);

	return strncmp(path, own, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

void session_desk_proof(const struct session_desk *d, const struct http_request *r,
			char ret[OWN_PROOF_SIZE])
{
	char token[SESSION_TOKEN_SIZE];

	own_page_proof(d->key, admission_token(d->options.admission, r, token) ? token : NULL, ret);
}

/* --- answers -------------------------------------------------------------------------------------- */

static bool is_secure(const struct asking *x)
{
	return own_page_is_secure(x->desk->options.place, http_header(x->request, "Host"));
}

static void answer_json(struct asking *x, const char *cookie, const struct buf *body)
{
	struct buf headers;

	buf_init(&headers, HEADERS_MAX);
	buf_puts(&headers, x->desk->options.headers);
	buf_puts(&headers, cookie);
	http_answer(x->request, 200, "application/json", buf_cstr(&headers), buf_slice(body));
	buf_release(&headers);
}

static void answer_nobody(struct asking *x, bool is_first)
{
	struct session_desk *d = x->desk;
	char proof[OWN_PROOF_SIZE];
	struct buf body, cookie;

	buf_init(&body, ANSWER_MAX);
	buf_init(&cookie, HEADERS_MAX);
	own_page_proof(d->key, NULL, proof);
	session_text_put_nobody(admission_is_open(d->options.admission, x->request), is_first,
				proof, &body);
	if (x->token[0] != '\0')
		session_cookie_put_end(&cookie, is_secure(x));
	answer_json(x, buf_cstr(&cookie), &body);
	buf_release(&cookie);
	buf_release(&body);
}

static void answer_session(struct asking *x, struct slice session)
{
	struct session_desk *d = x->desk;
	struct session_text t;
	char proof[OWN_PROOF_SIZE];
	struct buf body, cookie;

	if (!session_text_read(session, &t)) {
		relay_lost(x->request, d->options.headers, "the collector's answer is not sound");
		return;
	}
	buf_init(&body, ANSWER_MAX);
	buf_init(&cookie, HEADERS_MAX);
	if (t.stays)
		session_cookie_put(&cookie, is_secure(x), x->token, true);
	own_page_proof(d->key, x->token, proof);
	session_text_put(&t, admission_is_open(d->options.admission, x->request), proof, &body);
	answer_json(x, buf_cstr(&cookie), &body);
	buf_release(&cookie);
	buf_release(&body);
}

/* --- who is here ---------------------------------------------------------------------------------- */

static struct asking *begin(struct session_desk *d, struct http_request *r)
{
	struct asking *x = mem_calloc(1, sizeof(*x));

	x->desk = d;
	x->request = r;
	(void)admission_token(d->options.admission, r, x->token);
	d->outstanding++;
	return x;
}

static void end(struct asking *x)
{
	x->desk->outstanding--;
	free(x);
}

static void on_first(void *user, const struct upstream_reply *reply)
{
	struct asking *x = user;
	bool is_first = reply->status == 200 && session_text_is_first(reply->body);

	if (reply->status == 200 && !is_first) {
		x->desk->has_looked = true;
		x->desk->looked_ms = uv_now(x->desk->options.loop);
	}
	answer_nobody(x, is_first);
	end(x);
}

/* Nobody is here; is there an administrator yet? */
static void look_for_first(struct asking *x)
{
	struct session_desk *d = x->desk;

	if (d->has_looked && uv_now(d->options.loop) - d->looked_ms < FIRST_FRESH_MS) {
		answer_nobody(x, false);
		end(x);
		return;
	}
	upstream_get(d->options.upstream, "/v1/session/first", ANSWER_MAX, on_first, x);
}

static void on_session(void *user, const struct upstream_reply *reply)
{
	struct asking *x = user;
	struct admission *a = x->desk->options.admission;
	struct slice known;

	if (reply->status == 401) {
		admission_forget(a, x->token);
		answer_nobody(x, false);
	} else if (reply->status == 200) {
		admission_learn(a, x->token, reply->body);
		answer_session(x, reply->body);
	} else if (admission_recall(a, x->token, &known)) {
		answer_session(x, known); /* the collector is silent; the page says so by itself */
	} else {
		relay_lost(x->request, x->desk->options.headers, reply->error);
	}
	end(x);
}

static void look(struct asking *x)
{
	if (x->token[0] == '\0') {
		look_for_first(x);
		return;
	}
	upstream_call(x->desk->options.upstream,
		      &(struct upstream_call){.method = "GET",
					      .path = "/v1/session",
					      .session = x->token,
					      .answer_max = ANSWER_MAX},
		      on_session, x);
}

/* --- in and out ----------------------------------------------------------------------------------- */

static void on_old_ended(void *user, const struct upstream_reply *reply)
{
	(void)user;
	(void)reply;
}

static void end_session(struct session_desk *d, const char *token,
			void (*done)(void *, const struct upstream_reply *), void *user)
{
	upstream_call(d->options.upstream,
		      &(struct upstream_call){.method = "DELETE",
					      .path = "/v1/session",
					      .session = token,
					      .answer_max = ANSWER_MAX},
		      done, user);
}

static void on_logged_in(void *user, const struct upstream_reply *reply)
{
	struct asking *x = user;
	struct session_desk *d = x->desk;
	struct session_text t;

	d->has_looked = false;
	if (reply->status != 200) {
		relay_answer(x->request, d->options.headers, reply, RELAY_OWN);
	} else if (!session_text_read(reply->body, &t) || t.token[0] == '\0') {
		relay_lost(x->request, d->options.headers, "the collector's answer is not sound");
	} else {
		/* Whoever was here before is not any more: nobody goes on under a session that was put here for them. */
		if (x->token[0] != '\0') {
			admission_forget(d->options.admission, x->token);
			end_session(d, x->token, on_old_ended, NULL);
		}
		relay_session(x->request, d->options.headers, is_secure(x), reply->body, &t);
		admission_learn(d->options.admission, t.token, reply->body);
	}
	end(x);
}

static void log_in(struct asking *x, const char *path)
{
	struct session_desk *d = x->desk;
	struct buf where;

	buf_init(&where, 256);
	buf_printf(&where, "/v1/%s?from=", path);
	relay_put_address(&where, x->request);
	upstream_call(d->options.upstream,
		      &(struct upstream_call){.method = "POST",
					      .path = buf_cstr(&where),
					      .json = http_body(x->request),
					      .answer_max = ANSWER_MAX,
					      .timeout_ms = LOG_IN_TIMEOUT_MS},
		      on_logged_in, x);
	buf_release(&where);
}

static void on_logged_out(void *user, const struct upstream_reply *reply)
{
	struct asking *x = user;
	struct session_desk *d = x->desk;
	struct buf body, cookie;

	buf_init(&body, 64);
	buf_init(&cookie, HEADERS_MAX);
	session_cookie_put_end(&cookie, is_secure(x));
	if (reply->status == 200 || reply->status == 401) {
		buf_puts(&body, "{}");
		answer_json(x, buf_cstr(&cookie), &body);
	} else {
		/* Out of this browser; but the session itself may live on, and that is said. */
		buf_reset(&body);
		relay_lost_with(x->request, d->options.headers, buf_cstr(&cookie), reply->error);
	}
	buf_release(&cookie);
	buf_release(&body);
	end(x);
}

static void log_out(struct asking *x)
{
	if (x->token[0] == '\0') {
		answer_nobody(x, false);
		end(x);
		return;
	}
	admission_forget(x->desk->options.admission, x->token);
	end_session(x->desk, x->token, on_logged_out, x);
}

void session_desk_answer(struct session_desk *d, struct http_request *r)
{
	const char *path = http_path(r) + strlen("/api/"), *method = http_method(r);
	bool is_post = strcmp(method, "POST") == 0;

	if (d->outstanding == d->options.outstanding_max)
		relay_busy(r, d->options.headers);
	else if (strcmp(path, "session") == 0 && strcmp(method, "GET") == 0)
		look(begin(d, r));
	else if (strcmp(path, "session") == 0 && strcmp(method, "DELETE") == 0)
		log_out(begin(d, r));
	else if (is_post && (strcmp(path, "session") == 0 || strcmp(path, "session/first") == 0 ||
			     strcmp(path, "session/invited") == 0))
		log_in(begin(d, r), path);
	else
		http_answer_with(r, 404, "not-found", d->options.headers, "There is no such page");
}
