#include "dashboard/grafana.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "dashboard/grafana_answer.h"
#include "dashboard/grafana_query.h"
#include "dashboard/proxy.h"
#include "dashboard/session_cookie.h"
#include "dashboard/upstream.h"

enum { ANSWER_MAX = 16 << 20 };

struct grafana {
	struct grafana_options options;
	unsigned outstanding;
};

enum what { ASK_METRICS, ASK_VARIABLE, ASK_QUERY, ASK_ANNOTATIONS };

/* One request of Grafana's on its way; several of ours, one after the other. */
struct asking {
	struct grafana *grafana;
	struct http_request *r;
	enum what what;
	char token[SESSION_TOKEN_SIZE];
	struct grafana_query query;
	size_t at; /* the target that is being asked for */
	struct buf status; /* once, for all targets that need it */
	struct buf out;
};

static const char prefix[] = "/grafana";

bool grafana_is_path(const char *path)
{
	return strncmp(path, prefix, sizeof(prefix) - 1) == 0 &&
	       (path[sizeof(prefix) - 1] == '\0' || path[sizeof(prefix) - 1] == '/');
}

static void end(struct asking *a)
{
	a->grafana->outstanding--;
	buf_release(&a->status);
	buf_release(&a->out);
	free(a);
}

static void fail(struct asking *a, unsigned status, const char *word, const char *text)
{
	http_answer_with(a->r, status, word, a->grafana->options.headers, text);
	end(a);
}

static void finish(struct asking *a)
{
	if (!buf_is_ok(&a->out)) {
		fail(a, 413, "too-large",
		     "The answer is too large: ask for fewer metrics or a shorter time");
		return;
	}
	http_answer(a->r, 200, "application/json", a->grafana->options.headers, buf_slice(&a->out));
	end(a);
}

static void next_target(struct asking *a);

/* What is no good in an answer ends the request; true if it did. A check of which nothing was drawn is not that. */
static bool is_over(struct asking *a, const struct upstream_reply *reply)
{
	if (reply->status == 200 || (reply->status == 404 && a->what == ASK_QUERY))
		return false;
	if (reply->status == 401)
		fail(a, 401, "no-session", "The token is not, or no longer, that of an account");
	else if (reply->status == 403)
		fail(a, 403, "not-yours", "The account of this token may not look");
	else if (reply->status == 400)
		fail(a, 400, "malformed", "The collector does not understand this");
	else
		fail(a, 502, "collector-lost", reply->error);
	return true;
}

static void on_reply(void *user, const struct upstream_reply *reply)
{
	struct asking *a = user;
	const struct grafana_target *t = &a->query.targets[a->at];
	bool ok;

	if (is_over(a, reply))
		return;
	if (a->what == ASK_METRICS)
		ok = grafana_put_metrics(&a->out, reply->body, a->query.search);
	else if (a->what == ASK_VARIABLE)
		ok = grafana_put_variable(&a->out, reply->body,
					  a->query.search[0] != '\0' ? a->query.search
								     : "services");
	else if (a->what == ASK_ANNOTATIONS)
		ok = grafana_put_annotations(&a->out, reply->body, &a->query);
	else if (reply->status == 404) {
		grafana_put_empty(&a->out, t);
		ok = true;
	} else {
		if (t->kind != GRAFANA_CHECK && t->kind != GRAFANA_INCIDENTS)
			buf_put(&a->status, reply->body.p, reply->body.n);
		ok = grafana_put_target(&a->out, reply->body, t, &a->query);
	}
	if (!ok && a->what == ASK_VARIABLE)
		fail(a, 400, "malformed",
		     "A variable lists services, components, checks, agents or sites");
	else if (!ok)
		fail(a, 502, "collector-lost", "The collector's answer makes no sense");
	else if (a->what != ASK_QUERY)
		finish(a);
	else {
		a->at++;
		next_target(a);
	}
}

static void ask(struct asking *a, const char *path)
{
	upstream_call(a->grafana->options.upstream,
		      &(struct upstream_call){.method = "GET",
					      .path = path,
					      .session = a->token,
					      .json = SLICE_LIT(""),
					      .answer_max = BUF_MAX_HTTP_ANSWER_IN},
		      on_reply, a);
}

static void ask_series(struct asking *a, const struct grafana_target *t)
{
	struct buf path;

	buf_init(&path, 1024);
	buf_puts(&path, "/v1/series?check=");
	proxy_put_id(&path, t->id);
	buf_puts(&path, "&from=");
	proxy_put_id(&path, t->agent);
	buf_printf(&path, "&start=%lld&end=%lld&points=%lld", (long long)a->query.from,
		   (long long)a->query.to, (long long)a->query.points);
	ask(a, buf_cstr(&path));
	buf_release(&path);
}

static void next_target(struct asking *a)
{
	const struct grafana_target *t;

	while (a->at < a->query.count) {
		t = &a->query.targets[a->at];
		if (a->at > 0)
			buf_putc(&a->out, ',');
		if (t->kind == GRAFANA_CHECK) {
			ask_series(a, t);
			return;
		}
		if (t->kind == GRAFANA_INCIDENTS) {
			ask(a, "/v1/incidents");
			return;
		}
		if (a->status.len == 0) {
			ask(a, "/v1/status");
			return;
		}
		(void)grafana_put_target(&a->out, buf_slice(&a->status), t, &a->query);
		a->at++;
	}
	buf_putc(&a->out, ']');
	finish(a);
}

static void begin(struct asking *a)
{
	if (a->what == ASK_ANNOTATIONS) {
		ask(a, "/v1/incidents?all=1");
	} else if (a->what != ASK_QUERY) {
		ask(a, "/v1/status");
	} else if (a->query.from == 0 && a->query.count > 0) {
		fail(a, 400, "malformed", "range: from and to are needed");
	} else {
		buf_putc(&a->out, '[');
		next_target(a);
	}
}

/* --- what is asked ------------------------------------------------------------------------------------- */

static bool read_token(struct http_request *r, char ret[SESSION_TOKEN_SIZE])
{
	static const char bearer[] = "Bearer ";
	const char *text = http_header(r, "Authorization");

	if (text == NULL || strncmp(text, bearer, sizeof(bearer) - 1) != 0)
		return false;
	text += sizeof(bearer) - 1;
	if (!session_cookie_is_token(slice_of(text)))
		return false;
	snprintf(ret, SESSION_TOKEN_SIZE, "%s", text);
	return true;
}

static bool find_what(const char *path, enum what *ret)
{
	static const struct {
		const char *path;
		enum what what;
	} all[] = {{"/search", ASK_METRICS},
		   {"/metrics", ASK_METRICS},
		   {"/variable", ASK_VARIABLE},
		   {"/query", ASK_QUERY},
		   {"/annotations", ASK_ANNOTATIONS}};

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		if (strcmp(path + sizeof(prefix) - 1, all[i].path) == 0) {
			*ret = all[i].what;
			return true;
		}
	}
	return false;
}

/* Answers what needs no collector, or is wrong; true if it did. */
static bool answer_at_once(struct grafana *g, struct http_request *r, enum what *what)
{
	const char *path = http_path(r), *rest = path + sizeof(prefix) - 1;
	bool is_post = strcmp(http_method(r), "POST") == 0;

	if (!is_post && (strcmp(rest, "") == 0 || strcmp(rest, "/") == 0)) {
		http_answer(r, 200, "text/plain; charset=utf-8", g->options.headers,
			    SLICE_LIT("ok\n"));
		return true;
	}
	if (is_post && strcmp(rest, "/metric-payload-options") == 0) {
		http_answer(r, 200, "application/json", g->options.headers, SLICE_LIT("[]"));
		return true;
	}
	if (!is_post || !find_what(path, what)) {
		http_answer_with(r, 404, "not-found", g->options.headers,
				 "Grafana's JSON data source asks POST for metrics, search, query, "
				 "annotations and variable");
		return true;
	}
	return false;
}

void grafana_answer(struct grafana *g, struct http_request *r)
{
	struct err_info info;
	struct asking *a;
	enum what what;

	if (answer_at_once(g, r, &what))
		return;
	a = mem_calloc(1, sizeof(*a));
	a->grafana = g;
	a->r = r;
	a->what = what;
	buf_init(&a->status, BUF_MAX_HTTP_ANSWER_IN);
	buf_init(&a->out, ANSWER_MAX);
	g->outstanding++;
	if (!read_token(r, a->token))
		fail(a, 401, "no-session",
		     "Authorization: Bearer and the token of a service account are needed");
	else if (g->outstanding > g->options.outstanding_max)
		fail(a, 503, "busy", "Too many requests wait for the collector");
	else if (grafana_query_read(http_body(r), &a->query, &info) != ERR_OK)
		fail(a, 400, "malformed", info.text);
	else
		begin(a);
}

struct grafana *grafana_new(const struct grafana_options *o)
{
	struct grafana *g = mem_calloc(1, sizeof(*g));

	g->options = *o;
	return g;
}

void grafana_free(struct grafana *g)
{
	free(g);
}
