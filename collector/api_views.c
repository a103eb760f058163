/* What can be looked at: state, incidents, journal, series, figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_emit.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/api_impl.h"
#include "collector/may_json.h"
#include "collector/metrics.h"
#include "collector/series_about.h"
#include "collector/status.h"
#include "collector/topology.h"
#include "journal/final_report.h"

/* An answer ends behind the entry that passes ENTRIES_SIZE_MAX; the reader asks for the rest. */
enum { EVENTS_DEFAULT = 1000, TRAILING_ENTRIES = 1000, ENTRIES_SIZE_MAX = 16 << 20 };

void api_views_status(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 64 << 20);
	status_write(x->c, &body, sight_of(x->rights));
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* Reads of the journal: entries as a list or as lines, of one incident or of all. */
struct entries {
	struct json_emit *j;
	struct buf *out;
	bool as_lines;
	struct sight sight; /* of whoever asks */
	uint64_t incident; /* 0: all */
	uint64_t last; /* nothing behind it: it is not committed, or cannot be of the incident */
	uint64_t left;
	uint64_t *calls; /* of the incident: later entries name only the call */
	size_t call_count, call_cap;
	struct final_report report; /* of the incident */
	struct arena *arena; /* keeps the bodies that it borrows from */
};

static uint64_t head_of(struct collector *c)
{
	return journal_head(core_journal(c->core)).seq;
}

static bool is_known_call(const struct entries *w, uint64_t call)
{
	for (size_t i = w->call_count; i-- > 0;) {
		if (w->calls[i] == call)
			return true;
	}
	return false;
}

static bool is_of_incident(struct entries *w, const struct journal_entry *entry)
{
	uint64_t incident, call;

	if (entry->seq == w->incident)
		return true;
	event_peek_scope(entry->body, &incident, &call);
	if (incident == w->incident && slice_is(entry->kind, "call.intent")) {
		w->calls = mem_grow(w->calls, w->call_count, &w->call_cap, sizeof(*w->calls));
		w->calls[w->call_count++] = entry->seq;
	}
	return incident == w->incident || (incident == 0 && call != 0 && is_known_call(w, call));
}

static void add_to_report(struct entries *w, const struct journal_entry *entry)
{
	struct journal_entry own = *entry;

	if (w->arena == NULL || !final_report_wants(entry))
		return;
	own.kind.p = arena_strndup(w->arena, entry->kind.p, entry->kind.n);
	own.body.p = arena_strndup(w->arena, entry->body.p, entry->body.n);
	final_report_add(&w->report, &own);
}

static bool each_entry(void *user, const struct journal_entry *entry)
{
	struct entries *w = user;

	if (slice_is(entry->kind, "act.report"))
		add_to_report(w, entry); /* whose it is stands in the next entry */
	if (w->left == 0 || entry->seq > w->last || w->out->len > ENTRIES_SIZE_MAX)
		return false;
	if (w->incident != 0 && !is_of_incident(w, entry))
		return true;
	if (!slice_is(entry->kind, "act.report"))
		add_to_report(w, entry);
	if (w->as_lines) {
		struct json_emit j = json_emit_to(w->out);

		sight_write_entry(&j, entry, w->sight);
		buf_putc(w->out, '\n');
	} else {
		sight_write_entry(w->j, entry, w->sight);
	}
	w->left--;
	return true;
}

/* An incident in the engine's memory, or one that is remembered only. */
struct found {
	bool is_live;
	struct view_incident live;
	const struct history_incident *past;
};

static bool find(struct exchange *x, struct slice text, struct found *ret)
{
	int64_t n;

	ret->past = NULL;
	ret->is_live = api_find_incident(x, text, &ret->live);
	if (!ret->is_live && parse_i64(text, 1, INT64_MAX, &n) == ERR_OK)
		ret->past = history_find(core_history(x->c->core), (uint64_t)n);
	if (ret->past != NULL && ret->past->picture == NULL)
		ret->past = NULL;
	return ret->is_live || ret->past != NULL;
}

static void put_past(struct json_emit *j, struct core *core)
{
	const struct history *h = core_history(core);

	for (size_t i = 0; i < history_count(h); i++) {
		const struct history_incident *past = history_at(h, i);

		if (past->picture == NULL)
			continue; /* in memory */
		json_open_object(j);
		history_write_fields(j, past);
		json_close_object(j);
	}
}

void api_views_incidents(struct exchange *x)
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
	if (all != NULL)
		put_past(&j, x->c->core);
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		if (all != NULL || v.state != INCIDENT_CLOSED)
			status_write_incident(&j, e, &v, clock_now(&x->c->clock));
	}
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* A person of the incident's plan by a key of the query: false, and answered, if the plan does not have them. */
static bool query_person(struct exchange *x, const char *key, const struct plan *p, uint32_t *ret)
{
	const char *id = http_query(x->r, key);

	*ret = id != NULL ? plan_find_person(p, slice_of(id)) : PLAN_NONE;
	if (id == NULL || *ret != PLAN_NONE)
		return true;
	http_answer_error(x->r, 404, "not-found", "There is no person '%.64s' in the plan (%s)", id,
			  key);
	return false;
}

/* Who may act on it now; docs/API.md "Who may". False: answered already. */
static bool put_may(struct exchange *x, struct json_emit *j, const struct view_incident *i)
{
	bool people = http_query(x->r, "may") != NULL;
	uint32_t person, hand;
	struct arena *arena;
	struct may m;

	if (!query_person(x, "as", i->plan, &person) ||
	    !query_person(x, "recorded_by", i->plan, &hand))
		return false;
	if (!people && person == PLAN_NONE)
		return true;
	arena = arena_new();
	if (may_of(core_engine(x->c->core), i->id, clock_now(&x->c->clock), person, hand, people,
		   arena, &m))
		may_json_put(j, &m, person, hand);
	arena_free(arena);
	return true;
}

void api_views_incident(struct exchange *x)
{
	struct entries w = {
		.last = head_of(x->c), .left = API_ENTRIES_MAX, .sight = sight_of(x->rights)};
	struct err_info info;
	struct found found;
	struct json_emit j;
	struct buf body;

	if (!find(x, x->segments[1], &found)) {
		http_answer_error(x->r, 404, "not-found", "There is no such incident");
		return;
	}
	buf_init(&body, 64 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	if (found.is_live) {
		status_write_incident_fields(&j, core_engine(x->c->core), &found.live);
		status_write_brief(&j, core_engine(x->c->core), &found.live,
				   clock_now(&x->c->clock), false);
		status_write_brief(&j, core_engine(x->c->core), &found.live,
				   clock_now(&x->c->clock), true);
		if (!put_may(x, &j, &found.live)) {
			buf_release(&body);
			return;
		}
		w.incident = found.live.id;
	} else {
		history_write_fields(&j, found.past);
		w.incident = found.past->id;
		/* The last results of its calls follow within few entries. */
		if (w.last > found.past->last_seq + TRAILING_ENTRIES)
			w.last = found.past->last_seq + TRAILING_ENTRIES;
	}
	json_key(&j, "timeline");
	json_open_array(&j);
	w.j = &j;
	w.out = &body;
	w.arena = arena_new();
	final_report_init(&w.report, w.incident);
	/* From the entry before it: what was reported opens the incident. */
	if (journal_read(core_journal(x->c->core), w.incident > 1 ? w.incident - 2 : 0, each_entry,
			 &w, &info) != ERR_OK) {
		http_answer_error(x->r, 500, "journal", "%s", info.text);
	} else {
		json_close_array(&j);
		json_key(&j, "final_report");
		final_report_write(&w.report, &j);
		json_close_object(&j);
		api_answer_json(x, 200, &body);
	}
	final_report_release(&w.report);
	arena_free(w.arena);
	free(w.calls);
	buf_release(&body);
}

void api_views_events(struct exchange *x)
{
	struct entries w = {.as_lines = true,
			    .sight = sight_of(x->rights),
			    .last = head_of(x->c),
			    .left = api_query_number(x, "limit", EVENTS_DEFAULT, API_ENTRIES_MAX)};
	struct err_info info;
	struct buf body;

	buf_init(&body, 64 << 20);
	w.out = &body;
	if (journal_read(core_journal(x->c->core), api_query_number(x, "after", 0, INT64_MAX),
			 each_entry, &w, &info) != ERR_OK)
		http_answer_error(x->r, 500, "journal", "%s", info.text);
	else
		http_answer(x->r, 200, "application/jsonl", NULL, buf_slice(&body));
	buf_release(&body);
}

void api_views_head(struct exchange *x)
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
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

void api_views_metrics(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 16 << 20);
	metrics_write(x->c, &body);
	http_answer(x->r, 200, "application/openmetrics-text; version=1.0.0; charset=utf-8", NULL,
		    buf_slice(&body));
	buf_release(&body);
}

void api_views_health(struct exchange *x)
{
	bool failing = core_stats(x->c->core).failing;
	char text[IDENTITY_SIZE + 64];

	/* Whoever shakes hands with us sees the identity anyway. */
	snprintf(text, sizeof(text), "%s\nidentity %s\n",
		 failing ? "the journal cannot be written" : "ok", x->c->identity.text);
	http_answer(x->r, failing ? 503 : 200, "text/plain", NULL, slice_of(text));
}

/* --- series ---------------------------------------------------------------------------------------- */

/* A series that is being read, and what goes behind its rows ("" or ,"about":{...}). */
struct series_wait {
	struct http_request *r;
	struct buf about;
};

static void answer_series(struct series_wait *w, struct slice json)
{
	struct buf body;

	if (w->about.len == 0 || json.n == 0) {
		http_answer(w->r, 200, "application/json", NULL, json);
		return;
	}
	buf_init(&body, json.n + w->about.len + 1);
	buf_put(&body, json.p, json.n - 1);
	buf_puts(&body, buf_cstr(&w->about));
	buf_putc(&body, '}');
	http_answer(w->r, 200, "application/json", NULL, buf_slice(&body));
	buf_release(&body);
}

static void on_series(void *user, enum err e, struct slice json)
{
	struct series_wait *w = user;
	struct http_request *r = w->r;

	if (e == ERR_OK)
		answer_series(w, json);
	else if (e == ERR_NOT_FOUND)
		http_answer_error(r, 404, "not-found", "Nothing has been drawn for this check yet");
	else
		http_answer_error(r, 500, err_word(e), "The series could not be read: %s",
				  err_sentence(e));
	buf_release(&w->about);
	free(w);
}

/* The values of "bands=rtt,loss" (or "*") as bits; false if there is one that the check does not measure. */
static bool read_bands(const char *text, const struct check_schema *s, uint32_t *ret)
{
	*ret = text != NULL && strcmp(text, "*") == 0 ? UINT32_MAX : 0;
	while (*ret != UINT32_MAX && text != NULL && *text != '\0') {
		struct slice name = {text, strcspn(text, ",")};
		int i = schema_value_index(s, name);

		if (i < 0)
			return false;
		*ret |= UINT32_C(1) << i;
		text += name.n + (text[name.n] == ',');
	}
	return true;
}

static void start_series(struct exchange *x, uint32_t vantage, int64_t start, int64_t end,
			 uint32_t bands)
{
	struct series_wait *w = mem_calloc(1, sizeof(*w));
	unsigned points = (unsigned)api_query_number(x, "points", 500, 200000);

	w->r = x->r;
	buf_init(&w->about, 1 << 20);
	if (api_query_number(x, "about", 0, 1) == 1)
		series_about_put(&w->about, core_engine(x->c->core), vantage,
				 clock_now(&x->c->clock));
	if (bands != 0)
		series_read_bands(x->c->series, vantage, start, end, points, bands, on_series, w);
	else
		series_read(x->c->series, vantage, start, end, points, on_series, w);
}

static void put_notification(struct json_emit *j, const struct plan *p,
			     const struct view_notification *n)
{
	json_open_object(j);
	json_kv_i64(j, "entry", (int64_t)n->seq);
	json_kv_time(j, "at", n->at);
	json_kv_str(j, "what", n->what);
	json_kv_str(j, "severity", n->severity);
	json_kv_str(j, "name", n->name);
	json_kv_str(j, "text", n->text);
	json_kv_str(j, "source", n->source);
	json_kv_i64(j, "count", n->count);
	json_kv_bool(j, "late", n->late);
	json_kv_str(j, "check", n->check != PLAN_NONE ? p->checks[n->check].id : NULL);
	json_kv_str(j, "agent", n->agent != PLAN_NONE ? p->agents[n->agent].id : NULL);
	json_close_object(j);
}

void api_views_notifications(struct exchange *x)
{
	const struct engine *e = core_engine(x->c->core);
	const struct plan *p = view_plan(e);
	struct view_notification told[VIEW_NOTIFICATIONS_MAX];
	uint32_t component = p != NULL ? plan_find_component(p, x->segments[1]) : PLAN_NONE;
	struct json_emit j;
	struct buf body;
	size_t n;

	if (component == PLAN_NONE) {
		http_answer_error(x->r, 404, "not-found",
				  "There is no such component in the plan in force");
		return;
	}
	n = view_notifications(e, component, told);
	buf_init(&body, 1 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_key(&j, "notifications");
	json_open_array(&j);
	for (size_t i = 0; i < n; i++)
		put_notification(&j, p, &told[i]);
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

void api_views_topology(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 64 << 20);
	topology_write(core_engine(x->c->core), &body);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

void api_views_series(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	const char *check = http_query(x->r, "check"), *from = http_query(x->r, "from");
	int64_t now = clock_now(&x->c->clock).us / US_PER_S;
	uint64_t start = api_query_number(x, "start", (uint64_t)(now - 3600), INT32_MAX);
	uint64_t end = api_query_number(x, "end", (uint64_t)now, INT32_MAX);
	uint32_t c = p != NULL && check != NULL ? plan_find_check(p, slice_of(check)) : PLAN_NONE;
	uint32_t agent = p != NULL && from != NULL ? plan_find_agent(p, slice_of(from)) : PLAN_NONE;
	uint32_t vantage, bands;

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
	if (!read_bands(http_query(x->r, "bands"), p->checks[c].schema, &bands)) {
		http_answer_error(x->r, 400, "malformed",
				  "bands= names a value that this check does not measure");
		return;
	}
	start_series(x, vantage, (int64_t)start, (int64_t)end, bands);
}
