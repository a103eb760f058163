#include "collector/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/api_impl.h"
#include "collector/drill_links.h"
#include "collector/trust.h"

/* --- what the parts share -------------------------------------------------------------------------- */

void api_answer_json(struct exchange *x, unsigned status, struct buf *body)
{
	if (buf_is_ok(body))
		http_answer(x->r, status, "application/json", NULL, buf_slice(body));
	else
		http_answer_error(x->r, 500, "too-large", "The answer is larger than the limit");
}

void api_answer_not_journalled(struct http_request *r)
{
	http_answer_error(r, 503, "not-journalled",
			  "The journal cannot be written now; keep it and try again");
}

/* Answers with 200 after the commit of this turn; takes the body over. */
void api_answer_after_commit(struct exchange *x, struct buf *body)
{
	struct api *a = x->api;

	if (!journal_is_dirty(core_journal(x->c->core))) {
		api_answer_json(x, 200, body);
		buf_release(body);
		return;
	}
	a->waiting = mem_grow(a->waiting, a->waiting_count, &a->waiting_cap, sizeof(*a->waiting));
	a->waiting[a->waiting_count++] = (struct api_waiting){x->r, *body};
	collector_end_turn_soon(x->c);
}

void api_finish(struct api *a, bool committed)
{
	for (size_t i = 0; i < a->waiting_count; i++) {
		struct exchange x = {.api = a, .c = a->c, .r = a->waiting[i].r};

		if (committed)
			api_answer_json(&x, 200, &a->waiting[i].body);
		else
			api_answer_not_journalled(x.r);
		buf_release(&a->waiting[i].body);
	}
	a->waiting_count = 0;
}

uint64_t api_query_number(struct exchange *x, const char *name, uint64_t fallback, uint64_t max)
{
	const char *text = http_query(x->r, name);
	struct slice whole = text != NULL ? slice_of(text) : SLICE_LIT("");
	int64_t v;

	whole.n =
		strcspn(whole.p, "."); /* times may have decimals; whole seconds are what we draw */
	if (parse_i64(whole, 0, INT64_MAX, &v) != ERR_OK)
		return fallback;
	return (uint64_t)v > max ? max : (uint64_t)v;
}

bool api_find_incident(struct exchange *x, struct slice text, struct view_incident *ret)
{
	const struct engine *e = core_engine(x->c->core);
	int64_t n;

	if (parse_i64(text, 1, INT64_MAX, &n) != ERR_OK)
		return false;
	if (view_find_incident(e, (uint64_t)n, ret))
		return true;
	for (size_t i = view_incident_count(e); i-- > 0;) { /* the newest with this folio */
		view_incident(e, i, ret);
		if (ret->folio == n)
			return true;
	}
	return false;
}

/* --- routes ---------------------------------------------------------------------------------------- */

/* LOOPBACK: anybody on this machine, elsewhere an operator. */
enum access { ACCESS_ANYBODY, ACCESS_LOOPBACK, ACCESS_AGENT, ACCESS_OPERATOR };

struct route {
	const char *method;
	const char *pattern[API_SEGMENTS_MAX]; /* "*" takes any segment */
	int count;
	enum access access;
	void (*run)(struct exchange *x);
};
static const struct route routes[] = {
	{"POST", {"v1", "results"}, 2, ACCESS_AGENT, api_agents_results},
	{"GET", {"v1", "agents", "*", "checks"}, 4, ACCESS_AGENT, api_agents_checks},
	{"GET", {"v1", "agents"}, 2, ACCESS_OPERATOR, api_keys_list},
	{"POST", {"v1", "agents", "*", "enrol"}, 4, ACCESS_OPERATOR, api_keys_enrol},
	{"POST", {"v1", "agents", "*", "revoke"}, 4, ACCESS_OPERATOR, api_keys_revoke},
	{"GET", {"v1", "status"}, 2, ACCESS_OPERATOR, api_views_status},
	{"GET", {"v1", "incidents"}, 2, ACCESS_OPERATOR, api_views_incidents},
	{"GET", {"v1", "incidents", "*"}, 3, ACCESS_OPERATOR, api_views_incident},
	{"POST", {"v1", "incidents", "*", "*"}, 4, ACCESS_OPERATOR, api_acts_post},
	{"POST", {"v1", "acts", "*"}, 3, ACCESS_OPERATOR, api_acts_post_world},
	{"POST", {"v1", "incidents"}, 2, ACCESS_OPERATOR, api_acts_post_report},
	{"GET", {"v1", "links", "*"}, 3, ACCESS_OPERATOR, api_links_get},
	{"POST", {"v1", "links", "*"}, 3, ACCESS_OPERATOR, api_links_post},
	{"GET", {"v1", "events"}, 2, ACCESS_OPERATOR, api_views_events},
	{"GET", {"v1", "stream"}, 2, ACCESS_OPERATOR, api_stream_get},
	{"GET", {"v1", "series"}, 2, ACCESS_OPERATOR, api_views_series},
	{"POST", {"v1", "series", "hold"}, 3, ACCESS_OPERATOR, api_hold_post},
	{"GET", {"v1", "journal", "head"}, 3, ACCESS_OPERATOR, api_views_head},
	{"GET", {"metrics"}, 1, ACCESS_LOOPBACK, api_views_metrics},
	{"GET", {"healthz"}, 1, ACCESS_ANYBODY, api_views_health},
};

static bool matches(const struct route *route, const struct slice *segments, int count)
{
	if (count != route->count)
		return false;
	for (int i = 0; i < count; i++) {
		if (strcmp(route->pattern[i], "*") != 0 &&
		    !slice_is(segments[i], route->pattern[i]))
			return false;
	}
	return true;
}

static const struct route *find_route(struct http_request *r, char store[1024],
				      struct slice *segments, int *count, bool *ret_path_known)
{
	*count = http_path_split(http_path(r), store, 1024, segments, API_SEGMENTS_MAX);
	*ret_path_known = false;
	for (size_t i = 0; *count > 0 && i < COUNT_OF(routes); i++) {
		if (!matches(&routes[i], segments, *count))
			continue;
		*ret_path_known = true;
		if (strcmp(routes[i].method, http_method(r)) == 0)
			return &routes[i];
	}
	return NULL;
}

static const char *token_of(const struct http_request *r)
{
	const char *header = http_header(r, "Authorization");

	return header != NULL && strncmp(header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

static bool needs_no_token(const struct route *route, const struct http_request *r)
{
	return route != NULL && (route->access == ACCESS_ANYBODY ||
				 (route->access == ACCESS_LOOPBACK && http_peer_is_local(r)));
}

/* Before the body: nobody without a token makes us read eight megabytes. */
static unsigned admit(void *user, struct http_request *r)
{
	struct slice segments[API_SEGMENTS_MAX];
	struct api *a = user;
	char store[1024];
	bool known;
	int count;
	struct principal who;

	if (needs_no_token(find_route(r, store, segments, &count, &known), r))
		return 0;
	who = tokens_use(a->c->tokens, token_of(r), clock_now(&a->c->clock));
	if (who.kind == PRINCIPAL_REVOKED) {
		log_event(LOG_WARNING, "agent.revoked-called", "agent=%s", who.agent);
		http_answer_with(r, 401, "revoked", "Connection: close\r\n",
				 "The key of this agent was revoked");
		return 401;
	}
	return who.kind == PRINCIPAL_NONE ? 401 : 0;
}

static void handle(void *user, struct http_request *r)
{
	struct exchange x = {.api = user, .c = ((struct api *)user)->c, .r = r};
	char store[1024];
	bool known;
	const struct route *route = find_route(r, store, x.segments, &x.count, &known);

	if (route == NULL) {
		http_answer_error(r, known ? 405 : 404, known ? "method" : "not-found",
				  known ? "This method is not for this path"
					: "There is no such path");
		return;
	}
	x.who = tokens_identify(x.c->tokens, token_of(r));
	if ((route->access == ACCESS_OPERATOR ||
	     (route->access == ACCESS_LOOPBACK && !http_peer_is_local(r))) &&
	    x.who.kind != PRINCIPAL_OPERATOR) {
		http_answer_error(r, 403, "not-yours", "This needs an operator's token");
		return;
	}
	/* The handlers speak of what stands behind /v1/. */
	memmove(&x.segments[0], &x.segments[1], sizeof(x.segments[0]) * (API_SEGMENTS_MAX - 1));
	route->run(&x);
}

enum err api_start(struct collector *c, struct api **ret, struct err_info *info)
{
	struct api *a = mem_calloc(1, sizeof(*a));
	struct http_server_options o = {.host = c->config.host,
					.port = c->config.port,
					.tls = c->trust != NULL ? trust_server(c->trust) : NULL,
					.body_max = BUF_MAX_HTTP_BODY_IN,
					.connections_max = 1000,
					.per_address_max = 500,
					.request_deadline_ms = 10000,
					.handle = handle,
					.admit = admit,
					.user = a};
	enum err e;

	a->c = c;
	e = http_server_start(c->loop, &o, &c->http, info);
	if (e != ERR_OK) {
		free(a);
		return e;
	}
	a->drill_links = drill_links_new(c, api_links_unknown, a);
	*ret = a;
	return ERR_OK;
}

void api_stop(struct api *a)
{
	drill_links_stop(a->drill_links);
}

void api_free(struct api *a)
{
	if (a == NULL)
		return;
	drill_links_free(a->drill_links);
	for (size_t i = 0; i < a->waiting_count; i++)
		buf_release(&a->waiting[i].body);
	free(a->waiting);
	for (size_t i = 0; i < a->held_count; i++)
		buf_release(&a->held[i].body);
	free(a->held);
	free(a);
}
