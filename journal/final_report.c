#include "journal/final_report.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/micro.h"
#include "journal/body.h"

void final_report_init(struct final_report *r, uint64_t incident)
{
	*r = (struct final_report){.incident = incident, .raw_ref = {"null", 4}};
	r->began = r->restored = r->resumed = r->closed = r->declared = WALL_UNKNOWN;
	r->return_began = r->return_done = r->handed_in = WALL_UNKNOWN;
}

void final_report_release(struct final_report *r)
{
	free(r->lines);
	r->lines = NULL;
	r->count = r->cap = 0;
}

static const char *const wanted[] = {"act.report",     "act.entry",       "act.action",
				     "act.declare",    "act.return",      "act.final-report",
				     "act.complete",   "incident.opened", "incident.reported",
				     "incident.state", "clock.started",   "clock.corrected",
				     "act.confirm",    "act.classify"};

bool final_report_wants(const struct journal_entry *e)
{
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		if (slice_is(e->kind, wanted[i]))
			return true;
	}
	return false;
}

static struct slice raw_of(struct slice body, const char *key)
{
	struct slice raw;

	return body_raw(body, key, &raw) ? raw : (struct slice){"null", 4};
}

static struct final_report_line *line_of(const struct final_report *r, uint64_t seq)
{
	for (size_t i = 0; seq != 0 && i < r->count; i++) {
		if (r->lines[i].seq == seq)
			return &r->lines[i];
	}
	return NULL;
}

static void add_line(struct final_report *r, const struct journal_entry *e, struct slice kind)
{
	if (r->count == FINAL_REPORT_LINES_MAX)
		return;
	r->lines = mem_grow(r->lines, r->count, &r->cap, sizeof(*r->lines));
	r->lines[r->count++] = (struct final_report_line){
		.seq = e->seq,
		.at = e->at,
		.kind = kind,
		.what = body_word(e->body, "what"),
		.via = body_word(e->body, "via"),
		.by = body_word(e->body, "person"),
		.other = body_word(e->body, "other"),
		.raw_note = raw_of(e->body, "note"),
		.raw_ref = raw_of(e->body, "ref"),
		.amount = body_micro(e->body, "n"),
		.due = body_time(e->body, "due"),
		.done = WALL_UNKNOWN,
		.verified = WALL_UNKNOWN,
	};
}

static void add_entry(struct final_report *r, const struct journal_entry *e)
{
	struct final_report_line *old = line_of(r, body_number(e->body, "entry"));
	struct slice what = body_word(e->body, "what");

	if (old != NULL)
		old->superseded = true;
	r->any = true;
	if (!slice_is(what, "withdrawn"))
		add_line(r, e, what);
}

static void add_action(struct final_report *r, const struct journal_entry *e)
{
	struct final_report_line *x = line_of(r, body_number(e->body, "entry"));

	if (x == NULL)
		return;
	if (slice_is(body_word(e->body, "what"), "verified"))
		x->verified = e->at;
	else
		x->done = e->at;
}

static void add_state(struct final_report *r, const struct journal_entry *e)
{
	struct slice to = body_word(e->body, "to");

	if (slice_is(to, "confirmed"))
		r->restored = r->resumed = r->closed = WALL_UNKNOWN; /* it fails again */
	else if (slice_is(to, "restored"))
		r->restored = e->at;
	else if (slice_is(to, "resumed"))
		r->resumed = e->at;
	else if (slice_is(to, "closed") || slice_is(to, "false-alarm"))
		r->closed = e->at;
	else if (slice_is(to, "declared"))
		r->declared = e->at;
}

static void take_pending(struct final_report *r, const struct journal_entry *e)
{
	uint64_t entry = body_number(e->body, "entry");

	if (entry == 0)
		return;
	r->any = true;
	if (r->pending.seq == entry)
		add_line(r, &r->pending, SLICE_LIT("reported"));
}

static void add_opened(struct final_report *r, const struct journal_entry *e)
{
	r->began = body_time(e->body, "began");
	take_pending(r, e);
	r->is_reported = slice_is(body_word(e->body, "incident_kind"), "reported");
	r->is_measured = !r->is_reported;
	r->any = r->any || r->is_reported;
}

/* A measured beginning takes the place of a reported one; afterwards it only moves back. */
static void add_began(struct final_report *r, const struct journal_entry *e, struct wall_time began)
{
	if (body_flag(e->body, "estimated") && r->is_reported)
		return;
	r->began = r->is_measured ? wall_min(r->began, began) : began;
	r->is_measured = true;
}

static void add_return(struct final_report *r, const struct journal_entry *e)
{
	r->any = true;
	if (slice_is(body_word(e->body, "what"), "begin")) {
		r->return_began = e->at;
		r->return_done = WALL_UNKNOWN;
	} else {
		r->return_done = e->at;
	}
}

void final_report_add(struct final_report *r, const struct journal_entry *e)
{
	if (slice_is(e->kind, "incident.opened"))
		add_opened(r, e);
	else if (slice_is(e->kind, "act.report"))
		r->pending = *e;
	else if (slice_is(e->kind, "incident.state"))
		add_state(r, e);
	else if (slice_is(e->kind, "incident.reported"))
		take_pending(r, e);
	else if (slice_is(e->kind, "clock.started"))
		add_began(r, e, body_time(e->body, "began"));
	else if (slice_is(e->kind, "clock.corrected"))
		add_began(r, e, body_time(e->body, "to"));
	else if (slice_is(e->kind, "act.entry"))
		add_entry(r, e);
	else if (slice_is(e->kind, "act.action"))
		add_action(r, e);
	else if (slice_is(e->kind, "act.return"))
		add_return(r, e);
	else if (slice_is(e->kind, "act.final-report")) {
		r->any = true;
		r->handed_in = e->at;
		r->raw_ref = raw_of(e->body, "ref");
	}
}

/* --- writing ------------------------------------------------------------------------------------------ */

static void kv_raw(struct json_emit *j, const char *key, struct slice raw)
{
	json_key(j, key);
	json_raw(j, raw);
}

static void kv_word(struct json_emit *j, const char *key, struct slice word)
{
	json_key(j, key);
	if (word.n > 0)
		json_slice(j, word);
	else
		json_null(j);
}

static void put_line(struct json_emit *j, const struct final_report_line *x)
{
	bool purchase = slice_is(x->kind, "purchase"), action = slice_is(x->kind, "improvement");

	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)x->seq);
	json_kv_time(j, "at", x->at);
	kv_word(j, "by", x->by);
	kv_raw(j, "note", x->raw_note);
	kv_raw(j, "ref", x->raw_ref);
	if (slice_is(x->kind, "reported")) {
		kv_word(j, "what", x->what);
		kv_word(j, "via", x->via);
	}
	if (purchase) {
		json_kv_micro(j, "amount", x->amount);
		kv_word(j, "authorised_by", x->other);
	}
	if (action) {
		kv_word(j, "owner", x->other);
		json_kv_time(j, "due", x->due);
		json_kv_time(j, "done", x->done);
		json_kv_time(j, "verified", x->verified);
	}
	json_close_object(j);
}

static void put_lines(struct json_emit *j, const struct final_report *r, const char *key,
		      const char *kind)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < r->count; i++) {
		if (!r->lines[i].superseded && slice_is(r->lines[i].kind, kind))
			put_line(j, &r->lines[i]);
	}
	json_close_array(j);
}

void final_report_write(const struct final_report *r, struct json_emit *j)
{
	bool resumed = wall_is_known(r->resumed), restored = wall_is_known(r->restored);
	bool closed = wall_is_known(r->closed);

	json_open_object(j);
	json_kv_time(j, "start", r->began);
	json_kv_str(j, "start_by", r->is_measured ? "measured" : "word");
	json_kv_time(j, "end", resumed ? r->resumed : restored ? r->restored : r->closed);
	json_kv_str(j, "end_by",
		    resumed    ? "resumed"
		    : restored ? "restored"
		    : closed   ? "closed"
			       : NULL);
	json_kv_time(j, "declared", r->declared);
	put_lines(j, r, "reports", "reported");
	put_lines(j, r, "activities", "activity");
	put_lines(j, r, "areas", "area");
	put_lines(j, r, "suppliers", "supplier");
	put_lines(j, r, "purchases", "purchase");
	put_lines(j, r, "problems", "problem");
	put_lines(j, r, "improvements", "improvement");
	json_kv_time(j, "return_began", r->return_began);
	json_kv_time(j, "return_done", r->return_done);
	json_kv_time(j, "handed_in", r->handed_in);
	kv_raw(j, "ref", r->raw_ref);
	json_close_object(j);
}
