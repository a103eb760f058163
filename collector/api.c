#include "collector/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/act_words.h"
#include "collector/intake.h"
#include "collector/metrics.h"
#include "collector/status.h"
#include "collector/turn.h"

enum {
	EVENTS_DEFAULT = 1000,
	EVENTS_MAX = 10000,
	STREAM_ENTRIES = 500,
	SEGMENTS_MAX = 6,
	NOTE_MAX = 480,
	STREAMS_MAX = 200
};

struct stream {
	struct api *api;
	struct http_stream *http;
	struct stream *next, *prev;
	uint64_t after;
};

/* An answer that must not leave before the commit. */
struct waiting {
	struct http_request *r;
	struct buf body;
};

struct api {
	struct collector *c;
	struct waiting *waiting;
	size_t waiting_count, waiting_cap;
	struct stream *streams;
	unsigned stream_count;
};

struct exchange {
	struct api *api;
	struct collector *c;
	struct http_request *r;
	struct principal who;
	struct slice segments[SEGMENTS_MAX]; /* behind /v1/ */
	int count;
};

static void answer_json(struct exchange *x, unsigned status, struct buf *body)
{
	if (buf_is_ok(body))
		http_answer(x->r, status, "application/json", NULL, buf_slice(body));
	else
		http_answer_error(x->r, 500, "too-large", "The answer is larger than the limit");
}

static void answer_not_journalled(struct http_request *r)
{
	http_answer_error(r, 503, "not-journalled",
			  "The journal cannot be written now; keep it and try again");
}

/* Answers with 200 after the commit of this turn; takes the body over. */
static void answer_after_commit(struct exchange *x, struct buf *body)
{
	struct api *a = x->api;

	if (!journal_is_dirty(core_journal(x->c->core))) {
		answer_json(x, 200, body);
		buf_release(body);
		return;
	}
	a->waiting = mem_grow(a->waiting, a->waiting_count, &a->waiting_cap, sizeof(*a->waiting));
	a->waiting[a->waiting_count++] = (struct waiting){x->r, *body};
	collector_end_turn_soon(x->c);
}

void api_finish(struct api *a, bool committed)
{
	for (size_t i = 0; i < a->waiting_count; i++) {
		struct exchange x = {.api = a, .c = a->c, .r = a->waiting[i].r};

		if (committed)
			answer_json(&x, 200, &a->waiting[i].body);
		else
			answer_not_journalled(x.r);
		buf_release(&a->waiting[i].body);
	}
	a->waiting_count = 0;
}

/* --- agents ---------------------------------------------------------------------------------------- */

static void post_results(struct exchange *x)
{
	struct buf answer;
	struct err_info info;
	enum err e;

	if (x->who.kind != PRINCIPAL_AGENT) {
		http_answer_error(x->r, 403, "not-yours",
				  "Results are posted with an agent's token");
		return;
	}
	if (core_stats(x->c->core).failing) {
		answer_not_journalled(x->r);
		return;
	}
	buf_init(&answer, 1 << 20);
	e = intake_post(x->c->intake, x->who.agent, http_body(x->r), &answer, &info);
	if (e == ERR_OK) {
		answer_after_commit(x, &answer);
		return;
	}
	if (e == ERR_DENIED)
		http_answer_error(x->r, 403, "not-yours", "%s", info.text);
	else if (e == ERR_SYNTAX)
		http_answer_error(x->r, 400, "malformed", "%s", info.text);
	else
		http_answer_error(x->r, 503, "not-journalled", "%s", info.text);
	buf_release(&answer);
	collector_end_turn_soon(x->c);
}

static void put_definition(struct json_emit *j, const struct plan_check *c)
{
	json_open_object(j);
	json_kv_str(j, "id", c->id);
	json_kv_str(j, "type", c->schema->type);
	json_kv_micro(j, "interval", c->interval_us);
	json_kv_micro(j, "retry_interval", c->retry_interval_us);
	json_kv_micro(j, "timeout", c->timeout_us);
	json_kv_str(j, "warning", c->warning_text);
	json_kv_str(j, "critical", c->critical_text);
	json_key(j, "params");
	json_open_object(j);
	for (size_t i = 0; i < c->param_count; i++)
		json_kv_str(j, c->params[i].key, c->params[i].value);
	json_close_object(j);
	json_close_object(j);
}

static void get_checks(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	uint32_t agent = p != NULL ? plan_find_agent(p, x->segments[1]) : PLAN_NONE;
	const char *etag = http_header(x->r, "If-None-Match");
	char header[128], quoted[80];
	struct json_emit j;
	struct buf body;

	if (x->who.kind == PRINCIPAL_AGENT && !slice_is(x->segments[1], x->who.agent)) {
		http_answer_error(x->r, 403, "not-yours", "This token is that of another agent");
		return;
	}
	if (agent == PLAN_NONE) {
		http_answer_error(x->r, 404, "not-found",
				  "There is no such agent in the plan in force");
		return;
	}
	snprintf(quoted, sizeof(quoted), "\"%s\"", p->hash);
	snprintf(header, sizeof(header), "ETag: %s\r\n", quoted);
	if (etag != NULL && strcmp(etag, quoted) == 0) {
		http_answer(x->r, 304, "application/json", header, SLICE_LIT(""));
		return;
	}
	buf_init(&body, BUF_MAX_HTTP_ANSWER_IN);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "plan", p->hash);
	json_kv_str(&j, "agent", p->agents[agent].id);
	json_key(&j, "checks");
	json_open_array(&j);
	for (uint32_t i = 0; i < p->vantage_count; i++) {
		if (p->vantages[i].agent == agent)
			put_definition(&j, &p->checks[p->vantages[i].check]);
	}
	json_close_array(&j);
	json_close_object(&j);
	http_answer(x->r, 200, "application/json", header, buf_slice(&body));
	buf_release(&body);
}

static void post_enrol(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	char agent[64], token[TOKEN_TEXT_SIZE];
	struct err_info info;
	struct json_emit j;
	struct buf body;

	if (p == NULL || plan_find_agent(p, x->segments[1]) == PLAN_NONE) {
		http_answer_error(
			x->r, 404, "not-found",
			"There is no agent '%.*s' in the plan in force; add it under agents",
			(int)x->segments[1].n, x->segments[1].p);
		return;
	}
	snprintf(agent, sizeof(agent), "%.*s", (int)x->segments[1].n, x->segments[1].p);
	if (tokens_enrol(x->c->tokens, agent, token, &info) != ERR_OK) {
		http_answer_error(x->r, 503, "not-stored", "%s", info.text);
		return;
	}
	log_event(LOG_NOTICE, "agent.enrolled", "agent=%s", agent);
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "agent", agent);
	json_kv_str(&j, "token", token);
	json_close_object(&j);
	answer_json(x, 200, &body);
	buf_release(&body);
}

/* --- looking --------------------------------------------------------------------------------------- */

static void get_status(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 64 << 20);
	status_write(x->c, &body);
	answer_json(x, 200, &body);
	buf_release(&body);
}

static bool find_incident(struct exchange *x, struct slice text, struct view_incident *ret)
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

struct entries {
	struct json_emit *j;
	struct buf *lines; /* one entry a line instead of an array */
	const struct engine *engine;
	uint64_t incident;
	uint64_t head; /* nothing behind it: it is not committed */
	uint64_t left, last;
};

static uint64_t head_of(struct collector *c)
{
	return journal_head(core_journal(c->core)).seq;
}

static bool is_of_incident(const struct entries *w, const struct journal_entry *entry)
{
	uint64_t incident, call;

	if (entry->seq == w->incident)
		return true;
	event_peek_scope(entry->body, &incident, &call);
	if (incident == 0 && call != 0) {
		struct view_call v;
		struct view_incident i;

		if (!view_find_incident(w->engine, w->incident, &i))
			return false;
		for (size_t k = 0; k < i.call_count; k++) {
			view_call(w->engine, w->incident, k, &v);
			if (v.id == call)
				return true;
		}
	}
	return incident == w->incident;
}

static bool each_entry(void *user, const struct journal_entry *entry)
{
	struct entries *w = user;

	if (w->left == 0 || entry->seq > w->head)
		return false;
	if (w->incident != 0 && !is_of_incident(w, entry))
		return true;
	if (w->lines != NULL) {
		struct json_emit j = json_emit_to(w->lines);

		status_write_entry(&j, entry);
		buf_putc(w->lines, '\n');
	} else {
		status_write_entry(w->j, entry);
	}
	w->last = entry->seq;
	w->left--;
	return true;
}

static void get_incidents(struct exchange *x)
{
	const struct engine *e = core_engine(x->c->core);
	const char *all = http_query(x->r, "all");
	struct json_emit j;
	struct buf body;

	buf_init(&body, 64 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_key(&j, "incidents");
	json_open_array(&j);
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		if (all != NULL || v.state != INCIDENT_CLOSED)
			status_write_incident(&j, e, &v);
	}
	json_close_array(&j);
	json_close_object(&j);
	answer_json(x, 200, &body);
	buf_release(&body);
}

static void get_incident(struct exchange *x)
{
	const struct engine *e = core_engine(x->c->core);
	struct view_incident v;
	struct entries w = {.engine = e, .head = head_of(x->c), .left = EVENTS_MAX};
	struct err_info info;
	struct json_emit j;
	struct buf body;

	if (!find_incident(x, x->segments[1], &v)) {
		http_answer_error(x->r, 404, "not-found",
				  "There is no such incident in memory; closed ones are in the "
				  "journal's export");
		return;
	}
	buf_init(&body, 64 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	status_write_incident_fields(&j, e, &v);
	json_key(&j, "timeline");
	json_open_array(&j);
	w.j = &j;
	w.incident = v.id;
	if (journal_read(core_journal(x->c->core), v.id - 1, each_entry, &w, &info) != ERR_OK) {
		http_answer_error(x->r, 500, "journal", "%s", info.text);
	} else {
		json_close_array(&j);
		json_close_object(&j);
		answer_json(x, 200, &body);
	}
	buf_release(&body);
}

static uint64_t query_number(struct exchange *x, const char *name, uint64_t fallback, uint64_t max)
{
	const char *text = http_query(x->r, name);
	int64_t v;

	if (text == NULL || parse_i64(slice_of(text), 0, INT64_MAX, &v) != ERR_OK)
		return fallback;
	return (uint64_t)v > max ? max : (uint64_t)v;
}

static void get_events(struct exchange *x)
{
	struct entries w = {.head = head_of(x->c),
			    .left = query_number(x, "limit", EVENTS_DEFAULT, EVENTS_MAX)};
	struct err_info info;
	struct buf body;

	buf_init(&body, 256 << 20);
	w.lines = &body;
	if (journal_read(core_journal(x->c->core), query_number(x, "after", 0, INT64_MAX),
			 each_entry, &w, &info) != ERR_OK)
		http_answer_error(x->r, 500, "journal", "%s", info.text);
	else
		http_answer(x->r, 200, "application/jsonl", NULL, buf_slice(&body));
	buf_release(&body);
}

static void get_head(struct exchange *x)
{
	struct journal_head head = journal_head(core_journal(x->c->core));
	char hex[SHA256_HEX_SIZE];
	struct json_emit j;
	struct buf body;

	sha256_hex(hex, &head.hash);
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)head.seq);
	json_kv_str(&j, "hash", hex);
	json_close_object(&j);
	answer_json(x, 200, &body);
	buf_release(&body);
}

static void get_metrics(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 16 << 20);
	metrics_write(x->c, &body);
	http_answer(x->r, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8", NULL,
		    buf_slice(&body));
	buf_release(&body);
}

static void get_health(struct exchange *x)
{
	if (core_stats(x->c->core).failing)
		http_answer(x->r, 503, "text/plain", NULL,
			    SLICE_LIT("the journal cannot be written\n"));
	else
		http_answer(x->r, 200, "text/plain", NULL, SLICE_LIT("ok\n"));
}

/* --- series ---------------------------------------------------------------------------------------- */

static void on_series(void *user, enum err e, struct slice json)
{
	struct http_request *r = user;

	if (e == ERR_OK)
		http_answer(r, 200, "application/json", NULL, json);
	else if (e == ERR_NOT_FOUND)
		http_answer_error(r, 404, "not-found", "Nothing has been drawn for this check yet");
	else
		http_answer_error(r, 500, err_word(e), "The series could not be read: %s",
				  err_sentence(e));
}

static void get_series(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	const char *check = http_query(x->r, "check"), *from = http_query(x->r, "from");
	int64_t now = clock_now(&x->c->clock).us / US_PER_S;
	uint64_t start = query_number(x, "start", (uint64_t)(now - 3600), INT32_MAX);
	uint64_t end = query_number(x, "end", (uint64_t)now, INT32_MAX);
	uint32_t c = p != NULL && check != NULL ? plan_find_check(p, slice_of(check)) : PLAN_NONE;
	uint32_t agent = p != NULL && from != NULL ? plan_find_agent(p, slice_of(from)) : PLAN_NONE;
	uint32_t vantage;

	if (c != PLAN_NONE && agent == PLAN_NONE && from == NULL)
		agent = p->vantages[p->checks[c].vantage_first].agent;
	vantage = c != PLAN_NONE && agent != PLAN_NONE ? plan_find_vantage(p, c, agent) : PLAN_NONE;
	if (vantage == PLAN_NONE) {
		http_answer_error(x->r, 404, "not-found",
				  "There is no such check at that agent (check=ID&from=AGENT)");
		return;
	}
	if (end <= start) {
		http_answer_error(x->r, 400, "malformed",
				  "start must lie before end (Unix seconds)");
		return;
	}
	series_read(x->c->series, vantage, (int64_t)start, (int64_t)end,
		    (unsigned)query_number(x, "points", 500, 200000), on_series, x->r);
}

/* --- acts ------------------------------------------------------------------------------------------ */

struct act_body {
	char as[64], recorded_by[64], note[NOTE_MAX];
};

static bool read_act(struct exchange *x, struct act_body *ret)
{
	struct json_pull in = json_pull_from(http_body(x->r));
	char proof[32] = "operator-token";
	struct slice key;

	*ret = (struct act_body){0};
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "as"))
			json_read_str(&in, ret->as, sizeof(ret->as));
		else if (slice_is(key, "recorded_by"))
			json_read_str(&in, ret->recorded_by, sizeof(ret->recorded_by));
		else if (slice_is(key, "note"))
			json_read_str(&in, ret->note, sizeof(ret->note));
		else if (slice_is(key, "proof"))
			json_read_str(&in, proof, sizeof(proof));
		else
			json_complain(&in, "an unknown key");
	}
	json_end(&in);
	if (in.error != NULL)
		http_answer_error(x->r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
	else if (strcmp(proof, "operator-token") != 0)
		http_answer_error(x->r, 400, "malformed",
				  "This version proves acts by the operator's token only");
	else
		return true;
	return false;
}

static unsigned status_of(enum err e)
{
	switch ((int)e) {
	case ERR_NOT_FOUND:
		return 404;
	case ERR_DENIED:
		return 403;
	case ERR_SYNTAX:
		return 400;
	case ERR_WRONG_STATE:
	case ERR_DUPLICATE:
		return 409;
	default:
		return 503;
	}
}

static void carry_act(struct exchange *x, const struct view_incident *i, enum act act,
		      const struct act_body *b)
{
	struct input in = {.kind = INPUT_ACT, .now = clock_now(&x->c->clock)};
	struct err_info info = {0};
	struct json_emit j;
	struct buf body;
	uint64_t seq;
	enum err e;

	in.u.act.incident = i->id;
	in.u.act.act = act;
	in.u.act.person = plan_find_person(i->plan, slice_of(b->as));
	in.u.act.recorded_by = b->recorded_by[0] != '\0'
				       ? plan_find_person(i->plan, slice_of(b->recorded_by))
				       : PLAN_NONE;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = b->note;
	if (in.u.act.person == PLAN_NONE ||
	    (b->recorded_by[0] != '\0' && in.u.act.recorded_by == PLAN_NONE)) {
		http_answer_error(x->r, 404, "not-found", "There is no person '%s' in the plan",
				  in.u.act.person == PLAN_NONE ? b->as : b->recorded_by);
		return;
	}
	e = core_input(x->c->core, &in, &seq, &info);
	if (e != ERR_OK) {
		http_answer_error(x->r, status_of(e), err_word(e), "%s", info.text);
		collector_end_turn_soon(x->c);
		return;
	}
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_i64(&j, "incident", (int64_t)i->id);
	json_kv_i64(&j, "seq", (int64_t)seq);
	json_close_object(&j);
	answer_after_commit(x, &body);
}

static void post_act(struct exchange *x)
{
	struct view_incident i;
	struct act_body b;

	for (size_t k = 0; k < act_word_count; k++) {
		if (!slice_is(x->segments[2], act_words[k].word))
			continue;
		if (!find_incident(x, x->segments[1], &i)) {
			http_answer_error(x->r, 404, "not-found",
					  "There is no such incident in memory");
			return;
		}
		if (core_stats(x->c->core).failing)
			answer_not_journalled(x->r);
		else if (read_act(x, &b))
			carry_act(x, &i, act_words[k].act, &b);
		return;
	}
	http_answer_error(x->r, 404, "not-found", "There is no such act");
}

/* --- stream ---------------------------------------------------------------------------------------- */

static bool each_streamed(void *user, const struct journal_entry *entry)
{
	struct entries *w = user;
	struct json_emit j = json_emit_to(w->lines);

	if (w->left == 0 || entry->seq > w->head)
		return false;
	w->left--;
	buf_printf(w->lines, "id: %llu\ndata: ", (unsigned long long)entry->seq);
	status_write_entry(&j, entry);
	buf_puts(w->lines, "\n\n");
	w->last = entry->seq;
	return true;
}

static void stream_fill(void *user, struct buf *out)
{
	struct stream *s = user;
	struct entries w = {
		.lines = out, .head = head_of(s->api->c), .left = STREAM_ENTRIES, .last = s->after};
	struct err_info info;

	err_ignore(journal_read(core_journal(s->api->c->core), s->after, each_streamed, &w, &info));
	s->after = w.last;
}

static void stream_closed(void *user)
{
	struct stream *s = user;

	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		s->api->streams = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	s->api->stream_count--;
	free(s);
}

static void get_stream(struct exchange *x)
{
	const char *last = http_header(x->r, "Last-Event-ID");
	struct stream *s;
	int64_t after;

	if (x->api->stream_count >= STREAMS_MAX) {
		http_answer_error(x->r, 503, "full", "Too many streams are open");
		return;
	}
	s = mem_calloc(1, sizeof(*s));
	s->api = x->api;
	s->after = query_number(x, "after", 0, INT64_MAX);
	if (last != NULL && parse_i64(slice_of(last), 0, INT64_MAX, &after) == ERR_OK)
		s->after = (uint64_t)after;
	s->next = x->api->streams;
	if (s->next != NULL)
		s->next->prev = s;
	x->api->streams = s;
	x->api->stream_count++;
	s->http = http_answer_stream(x->r, "text/event-stream", stream_fill, stream_closed, s);
}

void api_wake_streams(struct api *a)
{
	for (struct stream *s = a->streams; s != NULL; s = s->next)
		http_stream_wake(s->http);
}

/* --- routes ---------------------------------------------------------------------------------------- */

enum access { ACCESS_ANYBODY, ACCESS_AGENT, ACCESS_OPERATOR };

struct route {
	const char *method;
	const char *pattern[SEGMENTS_MAX]; /* "*" takes any segment */
	int count;
	enum access access;
	void (*run)(struct exchange *x);
};
static const struct route routes[] = {
	{"POST", {"v1", "results"}, 2, ACCESS_AGENT, post_results},
	{"GET", {"v1", "agents", "*", "checks"}, 4, ACCESS_AGENT, get_checks},
	{"POST", {"v1", "agents", "*", "enrol"}, 4, ACCESS_OPERATOR, post_enrol},
	{"GET", {"v1", "status"}, 2, ACCESS_OPERATOR, get_status},
	{"GET", {"v1", "incidents"}, 2, ACCESS_OPERATOR, get_incidents},
	{"GET", {"v1", "incidents", "*"}, 3, ACCESS_OPERATOR, get_incident},
	{"POST", {"v1", "incidents", "*", "*"}, 4, ACCESS_OPERATOR, post_act},
	{"GET", {"v1", "events"}, 2, ACCESS_OPERATOR, get_events},
	{"GET", {"v1", "stream"}, 2, ACCESS_OPERATOR, get_stream},
	{"GET", {"v1", "series"}, 2, ACCESS_OPERATOR, get_series},
	{"GET", {"v1", "journal", "head"}, 3, ACCESS_OPERATOR, get_head},
	{"GET",
	 {"metrics"},
	 1,
	 ACCESS_ANYBODY,
	 get_metrics}, /* this version listens on loopback only */
	{"GET", {"healthz"}, 1, ACCESS_ANYBODY, get_health},
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
	*count = http_path_split(http_path(r), store, 1024, segments, SEGMENTS_MAX);
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

static struct principal identify(struct api *a, struct http_request *r)
{
	const char *header = http_header(r, "Authorization");

	if (header == NULL || strncmp(header, "Bearer ", 7) != 0)
		return (struct principal){PRINCIPAL_NONE, NULL};
	return tokens_identify(a->c->tokens, header + 7);
}

/* Before the body: nobody without a token makes us read eight megabytes. */
static unsigned admit(void *user, struct http_request *r)
{
	struct slice segments[SEGMENTS_MAX];
	char store[1024];
	bool known;
	int count;
	const struct route *route = find_route(r, store, segments, &count, &known);

	if (route != NULL && route->access == ACCESS_ANYBODY)
		return 0;
	return identify(user, r).kind == PRINCIPAL_NONE ? 401 : 0;
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
	x.who = identify(user, r);
	if (route->access == ACCESS_OPERATOR && x.who.kind != PRINCIPAL_OPERATOR) {
		http_answer_error(r, 403, "not-yours", "This needs an operator's token");
		return;
	}
	/* The handlers speak of what stands behind /v1/. */
	memmove(&x.segments[0], &x.segments[1], sizeof(x.segments[0]) * (SEGMENTS_MAX - 1));
	route->run(&x);
}

enum err api_start(struct collector *c, struct api **ret, struct err_info *info)
{
	struct api *a = mem_calloc(1, sizeof(*a));
	struct http_server_options o = {.host = c->config.host,
					.port = c->config.port,
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
	*ret = a;
	return ERR_OK;
}

void api_free(struct api *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < a->waiting_count; i++)
		buf_release(&a->waiting[i].body);
	free(a->waiting);
	free(a);
}
