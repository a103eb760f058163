#include "collector/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/api_impl.h"
#include "collector/api_who.h"
#include "collector/drill_cards.h"
#include "collector/drill_links.h"
#include "collector/drill_play.h"
#include "collector/drill_stage.h"
#include "collector/people.h"
#include "collector/dry_run_desk.h"
#include "collector/plan_desk.h"
#include "collector/program.h"
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
	if (committed && a->c->people != NULL)
		people_committed(a->c->people);
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

/* LOOPBACK: anybody on this machine, elsewhere whoever may look. BOARD: the board, or the operator (a stream would outlive the session that opened it). SESSION: a person, also one who has to set a
 * one-time code first. RIGHT: whoever has one of the route's rights; of acts each has its own beside (permission.h). */
enum access {
	ACCESS_ANYBODY,
	ACCESS_LOOPBACK,
	ACCESS_AGENT,
	ACCESS_OPERATOR,
	ACCESS_BOARD,
	ACCESS_SESSION,
	ACCESS_RIGHT
};
enum { RIGHTS_TO_ACT = RIGHT_REPORT | RIGHT_OPERATE | RIGHT_DECIDE };

struct route {
	const char *method;
	const char *pattern; /* segments; "*" takes any one */
	enum access access;
	void (*run)(struct exchange *x);
	unsigned rights; /* of ACCESS_RIGHT: one of these; of ACCESS_LOOPBACK: elsewhere */
};
static const struct route routes[] = {
	{"POST", "v1/results", ACCESS_AGENT, api_agents_results, 0},
	{"GET", "v1/agents/*/checks", ACCESS_AGENT, api_agents_checks, 0},
	{"GET", "v1/agents", ACCESS_RIGHT, api_keys_list, RIGHT_ADMINISTRATE},
	{"POST", "v1/agents/*/enrol", ACCESS_RIGHT, api_keys_enrol, RIGHT_ADMINISTRATE},
	{"POST", "v1/agents/*/revoke", ACCESS_RIGHT, api_keys_revoke, RIGHT_ADMINISTRATE},
	{"GET", "v1/status", ACCESS_RIGHT, api_views_status, RIGHT_VIEW},
	{"GET", "v1/incidents", ACCESS_RIGHT, api_views_incidents, RIGHT_VIEW},
	{"GET", "v1/incidents/*", ACCESS_RIGHT, api_views_incident, RIGHT_VIEW},
	{"POST", "v1/incidents/*/*", ACCESS_RIGHT, api_acts_post, RIGHTS_TO_ACT},
	{"POST", "v1/acts/*", ACCESS_RIGHT, api_acts_post_world, RIGHTS_TO_ACT},
	{"POST", "v1/incidents", ACCESS_RIGHT, api_acts_post_report, RIGHTS_TO_ACT},
	{"GET", "v1/silences/needs", ACCESS_RIGHT, api_silences_needs, RIGHT_VIEW},
	{"GET", "v1/links/*", ACCESS_BOARD, api_links_get, 0},
	{"POST", "v1/links/*", ACCESS_BOARD, api_links_post, 0},
	{"GET", "v1/events", ACCESS_RIGHT, api_views_events, RIGHT_AUDIT},
	{"GET", "v1/stream", ACCESS_BOARD, api_stream_get, 0},
	{"GET", "v1/series", ACCESS_RIGHT, api_views_series, RIGHT_VIEW},
	{"GET", "v1/topology", ACCESS_RIGHT, api_views_topology, RIGHT_VIEW},
	{"POST", "v1/series/hold", ACCESS_OPERATOR, api_hold_post, 0},
	{"GET", "v1/journal/head", ACCESS_RIGHT, api_views_head, RIGHT_VIEW},
	{"POST", "v1/session", ACCESS_ANYBODY, api_session_begin, 0},
	{"GET", "v1/session", ACCESS_SESSION, api_session_get, 0},
	{"DELETE", "v1/session", ACCESS_SESSION, api_session_end, 0},
	{"GET", "v1/session/first", ACCESS_ANYBODY, api_session_is_first, 0},
	{"POST", "v1/session/first", ACCESS_ANYBODY, api_session_first, 0},
	{"POST", "v1/session/invited", ACCESS_ANYBODY, api_session_invited, 0},
	{"POST", "v1/account/password", ACCESS_SESSION, api_own_account_password, 0},
	{"POST", "v1/account/pin", ACCESS_SESSION, api_own_account_pin, 0},
	{"POST", "v1/account/totp", ACCESS_SESSION, api_own_account_totp, 0},
	{"GET", "v1/accounts", ACCESS_RIGHT, api_accounts_list, RIGHT_ADMINISTRATE},
	{"POST", "v1/accounts", ACCESS_RIGHT, api_accounts_make, RIGHT_ADMINISTRATE},
	{"POST", "v1/accounts/*", ACCESS_RIGHT, api_accounts_change, RIGHT_ADMINISTRATE},
	{"GET", "v1/sessions", ACCESS_RIGHT, api_accounts_sessions, RIGHT_VIEW},
	{"POST", "v1/sessions/*/end", ACCESS_RIGHT, api_accounts_end_session, RIGHT_VIEW},
	{"GET", "v1/drills", ACCESS_RIGHT, api_drills_list, RIGHT_VIEW},
	{"POST", "v1/drills", ACCESS_RIGHT, api_drills_start, RIGHT_DRILL},
	{"GET", "v1/drills/cards", ACCESS_RIGHT, api_drills_cards, RIGHT_VIEW},
	{"POST", "v1/drills/stop", ACCESS_RIGHT, api_drills_stop, RIGHT_DRILL},
	{"GET", "v1/drills/current/status", ACCESS_RIGHT, api_drills_current, RIGHT_VIEW},
	{"GET", "v1/drills/current/incidents", ACCESS_RIGHT, api_drills_current, RIGHT_VIEW},
	{"GET", "v1/drills/current/incidents/*", ACCESS_RIGHT, api_drills_current, RIGHT_VIEW},
	{"POST", "v1/drills/current/incidents/*/*", ACCESS_RIGHT, api_drills_act, RIGHTS_TO_ACT},
	{"GET", "v1/plan/names", ACCESS_RIGHT, api_plan_names, RIGHT_VIEW},
	{"GET", "v1/plan", ACCESS_RIGHT, api_plan_get, RIGHT_PLAN},
	{"POST", "v1/plan/dry-run", ACCESS_RIGHT, api_plan_dry_run, RIGHT_PLAN},
	{"GET", "v1/ready", ACCESS_RIGHT, api_ready_get, RIGHT_PLAN},
	{"GET", "metrics", ACCESS_LOOPBACK, api_views_metrics, RIGHT_VIEW},
	{"GET", "v1/components/*/notifications", ACCESS_RIGHT, api_views_notifications, RIGHT_VIEW},
	{"GET", "healthz", ACCESS_ANYBODY, api_views_health, 0},
};

static bool matches(const struct route *route, const struct slice *segments, int count)
{
	const char *part = route->pattern;

	for (int i = 0; i < count; i++) {
		size_t n = strcspn(part, "/");

		if (n == 0 ||
		    (strncmp(part, "*", n) != 0 && !slice_eq(segments[i], (struct slice){part, n})))
			return false;
		part += n + (part[n] == '/');
	}
	return *part == '\0';
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

	if (needs_no_token(find_route(r, store, segments, &count, &known), r))
		return 0;
	return api_who_admit(a, r);
}

static bool may(const struct exchange *x, const struct route *route)
{
	switch (route->access) {
	case ACCESS_ANYBODY:
		return true;
	case ACCESS_LOOPBACK:
		return http_peer_is_local(x->r) || (x->rights & route->rights) != 0;
	case ACCESS_AGENT: /* the handlers say it in their own words */
		return x->who.kind != PRINCIPAL_PERSON && x->who.kind != PRINCIPAL_BOARD;
	case ACCESS_OPERATOR:
		return x->who.kind == PRINCIPAL_OPERATOR;
	case ACCESS_BOARD:
		return x->who.kind == PRINCIPAL_OPERATOR || x->who.kind == PRINCIPAL_BOARD;
	case ACCESS_SESSION:
		return x->who.kind == PRINCIPAL_PERSON;
	case ACCESS_RIGHT:
		return (x->rights & route->rights) != 0;
	}
	return false;
}

static void dispatch(struct api *a, struct http_request *r, bool pin_proved)
{
	struct exchange x = {.api = a, .c = a->c, .r = r, .pin_proved = pin_proved};
	char store[1024];
	bool known;
	const struct route *route = find_route(r, store, x.segments, &x.count, &known);

	if (route == NULL) {
		http_answer_error(r, known ? 405 : 404, known ? "method" : "not-found",
				  known ? "This method is not for this path"
					: "There is no such path");
		return;
	}
	api_who_identify(&x);
	if (!may(&x, route)) {
		if (x.who.kind == PRINCIPAL_NONE) /* it ended while its PIN was looked at */
			http_answer_error(r, 401, "no-session",
					  "This session is over; log in again");
		else
			api_who_refuse(&x, route->access == ACCESS_SESSION ? 0 : route->rights);
		return;
	}
	/* The handlers speak of what stands behind /v1/. */
	memmove(&x.segments[0], &x.segments[1], sizeof(x.segments[0]) * (API_SEGMENTS_MAX - 1));
	route->run(&x);
}

static void handle(void *user, struct http_request *r)
{
	dispatch(user, r, false);
}

void api_handle_proved(struct api *a, struct http_request *r)
{
	dispatch(a, r, true);
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
	a->drill_stage = drill_stage_new(c->loop, c->config.data);
	a->drill_links = drill_links_new(a->drill_stage, api_links_unknown, a);
	a->drill_cards = drill_cards_new(c->loop, c->config.data);
	a->drill_play = drill_play_new(&(struct drill_play_options){
		.loop = c->loop, .config_file = c->config.file, .data = c->config.data});
	a->plan_desk = plan_desk_new(c);
	a->dry_runs = dry_run_desk_new(c);
	a->program = program_start(c->loop);
	*ret = a;
	return ERR_OK;
}

void api_stop(struct api *a)
{
	drill_stage_stop(a->drill_stage);
	drill_cards_free(a->drill_cards);
	a->drill_cards = NULL;
	drill_play_free(a->drill_play);
	a->drill_play = NULL;
	plan_desk_stop(a->plan_desk);
	dry_run_desk_stop(a->dry_runs);
}

void api_free(struct api *a)
{
	if (a == NULL)
		return;
	drill_stage_free(a->drill_stage);
	drill_links_free(a->drill_links);
	drill_cards_free(a->drill_cards);
	drill_play_free(a->drill_play);
	plan_desk_free(a->plan_desk);
	dry_run_desk_free(a->dry_runs);
	program_stop(a->program);
	for (size_t i = 0; i < a->waiting_count; i++)
		buf_release(&a->waiting[i].body);
	free(a->waiting);
	for (size_t i = 0; i < a->held_count; i++)
		buf_release(&a->held[i].body);
	free(a->held);
	free(a);
}
