#include "dashboard/passage.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dashboard/admission.h"
#include "dashboard/passage_path.h"
#include "dashboard/relay.h"
#include "dashboard/session_text.h"
#include "dashboard/upstream.h"

enum { PATH_MAX_BYTES = 8192, TIMEOUT_MS = 10000 };

struct passage {
	struct passage_options options;
	unsigned outstanding;
};

struct passing {
	struct passage *passage;
	struct http_request *request;
	char token[SESSION_TOKEN_SIZE]; /* "" = in the board's own name */
	bool is_own_account;
};

struct passage *passage_new(const struct passage_options *o)
{
	struct passage *p = mem_calloc(1, sizeof(*p));

	p->options = *o;
	return p;
}

void passage_free(struct passage *p)
{
	free(p);
}

bool passage_is_path(const char *path)
{
	return strncmp(path, "/api/v1/", strlen("/api/v1/")) == 0;
}

/* A change of one's own account may bring a new session in the place of the old one. */
static bool take_new_session(struct passing *x, const struct upstream_reply *reply)
{
	const struct passage_options *o = &x->passage->options;
	struct session_text t;

	if (!x->is_own_account || reply->status != 200 || !session_text_read(reply->body, &t) ||
	    t.token[0] == '\0')
		return false;
	admission_forget(o->admission, x->token);
	relay_session(x->request, o->headers,
		      own_page_is_secure(o->place, http_header(x->request, "Host")), reply->body,
		      &t);
	admission_learn(o->admission, t.token, reply->body);
	return true;
}

static void on_reply(void *user, const struct upstream_reply *reply)
{
	struct passing *x = user;
	const struct passage_options *o = &x->passage->options;
	bool is_person = x->token[0] != '\0';

	x->passage->outstanding--;
	if (is_person && reply->status == 401 &&
	    (relay_is_error(reply->body, "no-session") ||
	     relay_is_error(reply->body, "no-token"))) {
		admission_forget(o->admission, x->token);
		admission_refuse(o->admission, x->request);
	} else if (!take_new_session(x, reply)) {
		relay_answer(x->request, o->headers, reply, is_person ? RELAY_PERSON : RELAY_OWN);
	}
	free(x);
}

static void pass(struct passage *p, struct http_request *r, const char *token, const char *path)
{
	struct passing *x = mem_calloc(1, sizeof(*x));

	x->passage = p;
	x->request = r;
	x->is_own_account = passage_path_is_own_account(path);
	memcpy(x->token, token, SESSION_TOKEN_SIZE);
	p->outstanding++;
	upstream_call(p->options.upstream,
		      &(struct upstream_call){.method = http_method(r),
					      .path = path,
					      .session = x->token[0] != '\0' ? x->token : NULL,
					      .json = http_body(r),
					      .answer_max = BUF_MAX_HTTP_ANSWER_IN,
					      .timeout_ms = TIMEOUT_MS},
		      on_reply, x);
}

void passage_answer(struct passage *p, struct http_request *r)
{
	const char *headers = p->options.headers;
	char token[SESSION_TOKEN_SIZE] = "";
	bool is_person = admission_token(p->options.admission, r, token);
	struct buf path;

	buf_init(&path, PATH_MAX_BYTES);
	switch (passage_path_put(http_path(r), http_query_text(r), &path)) {
	case PASSAGE_MALFORMED:
		http_answer_with(r, 400, "malformed", headers,
				 "The address is not one of the collector's");
		break;
	case PASSAGE_CLOSED:
		http_answer_with(r, 404, "not-found", headers, "There is no such page");
		break;
	case PASSAGE_FINE:
		if (!is_person && (strcmp(http_method(r), "GET") != 0 ||
				   !admission_is_open(p->options.admission, r) ||
				   !passage_path_is_open(buf_cstr(&path))))
			admission_refuse(p->options.admission, r);
		else if (p->outstanding == p->options.outstanding_max)
			relay_busy(r, headers);
		else
			pass(p, r, token, buf_cstr(&path));
		break;
	}
	buf_release(&path);
}
