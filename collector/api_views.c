/* What can be looked at: state, incidents, journal, series, figures. */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/json_emit.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/api_impl.h"
#include "collector/metrics.h"
#include "collector/status.h"
#include "journal/final_report.h"

/* An answer ends behind the entry that passes ENTRIES_SIZE_MAX; the reader asks for the rest. */
enum { EVENTS_DEFAULT = 1000, TRAILING_ENTRIES = 1000, ENTRIES_SIZE_MAX = 16 << 20 };

void api_views_status(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 64 << 20);
	status_write(x->c, &body);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* Reads of the journal: entries as a list or as lines, of one incident or of all. */
struct entries {
	struct json_emit *j;
	struct buf *out;
	bool as_lines;
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

		status_write_entry(&j, entry);
		buf_putc(w->out, '\n');
	} else {
		status_write_entry(w->j, entry);
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
	return ret->is_live || ret->past != NULL;
}

static void put_past(struct json_emit *j, struct core *core)
{
	const struct history *h = core_history(core);

	for (size_t i = 0; i < history_count(h); i++) {
		const struct history_incident *past = history_at(h, i);
		struct view_incident v;

		if (view_find_incident(core_engine(core), past->id, &v))
			continue;
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

void api_views_incident(struct exchange *x)
{
	struct entries w = {.last = head_of(x->c), .left = API_ENTRIES_MAX};
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

void api_views_series(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	const char *check = http_query(x->r, "check"), *from = http_query(x->r, "from");
	int64_t now = clock_now(&x->c->clock).us / US_PER_S;
	uint64_t start = api_query_number(x, "start", (uint64_t)(now - 3600), INT32_MAX);
	uint64_t end = api_query_number(x, "end", (uint64_t)now, INT32_MAX);
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
		    (unsigned)api_query_number(x, "points", 500, 200000), on_series, x->r);
}
