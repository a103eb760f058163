#include "play/told_json.h"

#include <string.h>

#include "journal/body.h"
#include "play/told.h"

/* The address to which a call goes stands in its intent, between two of its fields. */
static void emit_body(struct json_emit *j, const struct record_entry *e, bool contacts)
{
	struct slice body = slice_of(e->body), to;
	const char *key = "\"to\":";
	size_t before;

	json_key(j, "body");
	if (contacts || e->kind != EVENT_CALL_INTENT || !body_raw(body, "to", &to)) {
		json_raw(j, body);
		return;
	}
	before = (size_t)(to.p - body.p) - strlen(key);
	json_raw(j, (struct slice){body.p, before});
	buf_puts(j->out, "\"to\":null");
	buf_put(j->out, to.p + to.n, body.n - (size_t)(to.p - body.p) - to.n);
}

static void emit_entries(struct json_emit *j, const struct record *r, bool contacts)
{
	json_key(j, "timeline");
	json_open_array(j);
	for (size_t i = 0; i < r->count; i++) {
		const struct record_entry *e = &r->entries[i];

		if (e->kind == EVENT_PLAN_APPLIED)
			continue;
		json_open_object(j);
		json_kv_i64(j, "seq", (int64_t)i + 1);
		json_kv_time(j, "at", e->at);
		json_kv_time(j, "recorded", e->recorded);
		json_kv_str(j, "kind", event_kind_word(e->kind));
		emit_body(j, e, contacts);
		json_close_object(j);
	}
	json_close_array(j);
}

static void emit_word(struct json_emit *j, const char *key, struct slice word)
{
	json_key(j, key);
	if (word.n > 0)
		json_slice(j, word);
	else
		json_null(j);
}

static void emit_calls(struct json_emit *j, const struct told *t)
{
	static const char *const keys[] = {"person", "seat", "channel", "kind", "service"};

	json_key(j, "calls");
	json_open_array(j);
	for (size_t i = 0; i < t->call_count; i++) {
		const struct told_call *c = &t->calls[i];

		json_open_object(j);
		json_kv_i64(j, "id", (int64_t)c->entry + 1);
		json_kv_i64(j, "incident", (int64_t)body_number(c->body, "incident"));
		json_kv_time(j, "at", t->r->entries[c->entry].recorded);
		for (size_t k = 0; k < COUNT_OF(keys); k++)
			emit_word(j, keys[k], body_word(c->body, keys[k]));
		json_kv_str(j, "state", c->state);
		json_kv_time(j, "state_at", c->state_at);
		json_kv_bool(j, "maybe_duplicate", body_flag(c->body, "maybe_duplicate"));
		json_close_object(j);
	}
	json_close_array(j);
}

static void emit_clocks(struct json_emit *j, const struct told *t)
{
	json_key(j, "clocks");
	json_open_array(j);
	for (size_t i = 0; i < t->clock_count; i++) {
		const struct told_clock *c = &t->clocks[i];

		json_open_object(j);
		json_kv_i64(j, "incident", (int64_t)body_number(c->body, "incident"));
		emit_word(j, "service", body_word(c->body, "service"));
		json_kv_time(j, "began", c->began);
		json_kv_micro(j, "rto", body_micro(c->body, "rto"));
		json_kv_bool(j, "running", !c->restored);
		json_kv_bool(j, "breached", c->breached);
		json_key(j, "outage");
		if (c->restored)
			json_micro(j, c->outage_us);
		else
			json_null(j);
		json_close_object(j);
	}
	json_close_array(j);
}

void told_put_json(struct json_emit *j, const struct record *r, bool contacts)
{
	struct told t = told_of(r);

	emit_entries(j, r, contacts);
	emit_calls(j, &t);
	emit_clocks(j, &t);
	told_release(&t);
}

void told_put_dry_run(struct json_emit *j, const struct dry_run_setup *setup,
		      const struct dry_run *d, const char *answers, bool contacts)
{
	const struct plan *p = setup->plan;

	json_open_object(j);
	json_kv_str(j, "service", p->services[setup->service].id);
	json_kv_micro(j, "rto", p->services[setup->service].rto_us);
	json_kv_str(j, "answers", answers);
	json_key(j, "failed");
	json_open_array(j);
	for (size_t i = 0; i < d->failed_count; i++)
		json_str(j, p->components[d->failed[i]].id);
	json_close_array(j);
	json_kv_time(j, "failed_at", d->failed_at);
	json_kv_time(j, "began", d->began);
	json_kv_time(j, "breach_at", d->breach_at);
	json_kv_str(j, "decision", d->decided ? incident_state_word(d->decision) : NULL);
	json_kv_time(j, "decided_at", d->decided_at);
	json_kv_bool(j, "in_time", dry_run_is_in_time(d));
	told_put_json(j, &d->world->record, contacts);
	json_close_object(j);
}

void told_put_proof(struct json_emit *j, const struct plan *p, uint32_t service,
		    const struct silent_proof *f)
{
	json_open_object(j);
	json_kv_str(j, "service", p->services[service].id);
	json_kv_micro(j, "rto", p->services[service].rto_us);
	json_kv_bool(j, "asks", f->asks);
	json_kv_i64(j, "people", (int64_t)f->people);
	json_kv_i64(j, "sets", (int64_t)f->sets);
	json_kv_i64(j, "played", (int64_t)f->played);
	json_kv_micro(j, "latest", f->worst_us);
	json_key(j, "failing");
	json_open_array(j);
	for (size_t i = 0; i < f->failing_count; i++) {
		const struct silent_set *s = &f->failing[i];

		json_open_object(j);
		json_key(j, "silent");
		json_open_array(j);
		for (size_t k = 0; k < s->count; k++)
			json_str(j, p->people[s->people[k]].id);
		json_close_array(j);
		json_kv_bool(j, "minimal", s->minimal);
		json_key(j, "decided_after");
		if (s->decided)
			json_micro(j, s->after_us);
		else
			json_null(j);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}
