#include "cli/played.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/output.h"
#include "cli/timeline.h"
#include "cli/words.h"
#include "journal/body.h"

/* One call, from its intent to what became of it. */
struct told_call {
	size_t entry; /* its intent */
	struct slice body;
	const char *state;
	struct wall_time state_at;
};
/* The clock of a service in an incident. */
struct told_clock {
	struct slice body; /* clock.started */
	struct wall_time began;
	bool breached, restored;
	int64_t outage_us;
};
struct told {
	const struct record *r;
	struct told_call *calls;
	struct told_clock *clocks;
	size_t call_count, call_cap, clock_count, clock_cap;
};

static bool same(struct slice a, struct slice b, const char *key)
{
	return slice_eq(body_word(a, key), body_word(b, key));
}

static void put_field(struct buf *out, struct slice body, const char *key)
{
	struct slice word = body_word(body, key);

	buf_put(out, word.p, word.n); /* ids of the plan: nothing to clean */
}

static void put_word(struct buf *out, struct slice word, bool english)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%.*s", (int)word.n, word.p);
	output_put_clean(out, words_of(text, english));
}

static void put_span(struct buf *out, int64_t us)
{
	char text[32];

	format_duration(text, sizeof(text), us);
	buf_puts(out, text);
}

/* --- what a journal tells ----------------------------------------------------------------------------------- */

static void note_call(struct told *t, size_t entry, struct slice body)
{
	t->calls = mem_grow(t->calls, t->call_count, &t->call_cap, sizeof(*t->calls));
	t->calls[t->call_count++] =
		(struct told_call){entry, body, "pending", t->r->entries[entry].recorded};
}

static void note_outcome(struct told *t, const struct record_entry *e, struct slice body)
{
	for (size_t i = t->call_count; i-- > 0;) {
		if (t->calls[i].entry + 1 != body_number(body, "call"))
			continue;
		t->calls[i].state = event_kind_word(e->kind) + strlen("call.");
		t->calls[i].state_at = e->recorded;
		return;
	}
}

/* An answer is one to every call of the incident to that person that still could be answered. */
static void note_answer(struct told *t, const struct record_entry *e, struct slice body)
{
	for (size_t i = 0; i < t->call_count; i++) {
		struct told_call *c = &t->calls[i];

		if (body_number(c->body, "incident") != body_number(body, "incident") ||
		    !same(c->body, body, "person") ||
		    (strcmp(c->state, "received") != 0 && strcmp(c->state, "sent") != 0))
			continue;
		c->state = "acknowledged";
		c->state_at = e->recorded;
	}
}

static void note_clock(struct told *t, const struct record_entry *e, struct slice body)
{
	struct told_clock *c = NULL;

	for (size_t i = 0; i < t->clock_count; i++) {
		if (body_number(t->clocks[i].body, "incident") == body_number(body, "incident") &&
		    same(t->clocks[i].body, body, "service"))
			c = &t->clocks[i];
	}
	if (e->kind == EVENT_CLOCK_STARTED) {
		t->clocks = mem_grow(t->clocks, t->clock_count, &t->clock_cap, sizeof(*t->clocks));
		t->clocks[t->clock_count++] =
			(struct told_clock){.body = body, .began = body_time(body, "began")};
	} else if (c != NULL && e->kind == EVENT_CLOCK_CORRECTED) {
		c->began = body_time(body, "to");
	} else if (c != NULL && e->kind == EVENT_CLOCK_BREACHED) {
		c->breached = true;
	} else if (c != NULL && e->kind == EVENT_CLOCK_RESTORED) {
		c->restored = true;
		c->outage_us = body_micro(body, "outage");
	}
}

static void note(struct told *t, size_t i)
{
	const struct record_entry *e = &t->r->entries[i];
	struct slice body;

	if (e->kind == EVENT_PLAN_APPLIED) /* large, and tells neither of calls nor of clocks */
		return;
	body = slice_of(e->body);
	switch ((int)e->kind) {
	case EVENT_CALL_INTENT:
		note_call(t, i, body);
		break;
	case EVENT_CALL_SENT:
	case EVENT_CALL_RECEIVED:
	case EVENT_CALL_FAILED:
	case EVENT_CALL_UNKNOWN:
	case EVENT_CALL_UNANSWERED:
	case EVENT_CALL_STOPPED:
		note_outcome(t, e, body);
		break;
	case EVENT_ACK_GIVEN:
		note_answer(t, e, body);
		break;
	case EVENT_CLOCK_STARTED:
	case EVENT_CLOCK_CORRECTED:
	case EVENT_CLOCK_BREACHED:
	case EVENT_CLOCK_RESTORED:
		note_clock(t, e, body);
		break;
	default:
		break;
	}
}

static struct told tell(const struct record *r)
{
	struct told t = {.r = r};

	for (size_t i = 0; i < r->count; i++)
		note(&t, i);
	return t;
}

static void told_release(struct told *t)
{
	free(t->calls);
	free(t->clocks);
}

/* --- text --------------------------------------------------------------------------------------------------- */

static void put_time(struct buf *out, struct wall_time t)
{
	char text[TIMEFMT_SIZE];

	timefmt_local_clock(text, t);
	buf_puts(out, text);
}

/* The first word of every check, and what follows from it: nothing that anybody needs to read. */
static bool is_beginning(const struct record_entry *e)
{
	switch ((int)e->kind) {
	case EVENT_PLAN_APPLIED:
	case EVENT_CHECK_GOOD:
		return true;
	case EVENT_COMPONENT_STATE:
	case EVENT_SERVICE_STATE:
		return strstr(e->body, "\"to\":\"ok\"") != NULL ||
		       strstr(e->body, "\"from\":\"unknown\"") != NULL ||
		       strstr(e->body, "\"from\":\"degraded\",\"to\":\"ok\"") != NULL;
	default:
		return false;
	}
}

static void put_entries(struct buf *out, const struct record *r, bool english)
{
	size_t first = 0;

	while (first < r->count && is_beginning(&r->entries[first]))
		first++;
	buf_puts(out, english ? "TIMELINE\n" : "CRONOLOGÍA\n");
	for (size_t i = first; i < r->count; i++) {
		const struct record_entry *e = &r->entries[i];

		buf_printf(out, "  %6zu  ", i + 1);
		put_time(out, e->recorded);
		buf_puts(out, "  ");
		buf_puts(out, words_of(event_kind_word(e->kind), english));
		if (e->kind != EVENT_PLAN_APPLIED)
			timeline_put_text(out, e->body, english);
		buf_putc(out, '\n');
	}
}

static void put_calls(struct buf *out, const struct told *t, bool english)
{
	buf_puts(out, english ? "CALLS\n" : "LLAMADAS\n");
	for (size_t i = 0; i < t->call_count; i++) {
		const struct told_call *c = &t->calls[i];

		buf_puts(out, "  ");
		put_time(out, t->r->entries[c->entry].recorded);
		buf_puts(out, "  ");
		put_field(out, c->body, "person");
		buf_puts(out, " (");
		put_field(out, c->body, "seat");
		buf_puts(out, ")  ");
		put_field(out, c->body, "channel");
		buf_puts(out, "  ");
		put_word(out, body_word(c->body, "kind"), english);
		buf_puts(out, ": ");
		put_word(out, slice_of(c->state), english);
		buf_puts(out, " ");
		put_time(out, c->state_at);
		if (body_flag(c->body, "maybe_duplicate"))
			buf_puts(out, english ? "  (possible duplicate)" : "  (posible duplicado)");
		buf_putc(out, '\n');
	}
}

static void put_clocks(struct buf *out, const struct told *t, bool english)
{
	buf_puts(out, english ? "CLOCKS AT THE END\n" : "RELOJES AL FINAL\n");
	for (size_t i = 0; i < t->clock_count; i++) {
		const struct told_clock *c = &t->clocks[i];

		buf_puts(out, "  ");
		put_field(out, c->body, "service");
		buf_puts(out, english ? "  since " : "  desde ");
		put_time(out, c->began);
		buf_puts(out, "  RTO ");
		put_span(out, body_micro(c->body, "rto"));
		if (c->restored) {
			buf_puts(out, english ? "  restored after " : "  restablecido a los ");
			put_span(out, c->outage_us);
		} else {
			buf_puts(out, english ? "  still running" : "  sigue corriendo");
		}
		if (c->breached)
			buf_puts(out, english ? "  RTO BREACHED" : "  RTO REBASADO");
		buf_putc(out, '\n');
	}
}

void played_put(struct buf *out, const struct record *r, bool english)
{
	struct told t = tell(r);

	put_entries(out, r, english);
	if (t.call_count > 0)
		put_calls(out, &t, english);
	if (t.clock_count > 0)
		put_clocks(out, &t, english);
	told_release(&t);
}

/* What a person in the middle of it would notice. */
static bool is_noticed(const struct record_entry *e)
{
	switch ((int)e->kind) {
	case EVENT_CHECK_SUSPECT:
	case EVENT_CHECK_BAD:
	case EVENT_CHECK_GOOD:
	case EVENT_CHECK_CLEARED:
	case EVENT_COMPONENT_STATE:
	case EVENT_SERVICE_STATE:
	case EVENT_PLAN_APPLIED:
	case EVENT_CALL_SENT:
	case EVENT_CALL_RECEIVED:
	case EVENT_STEP_FIRED:
	case EVENT_STEP_DONE:
		return false;
	default:
		return true;
	}
}

void played_put_since(struct buf *out, const struct record *r, struct wall_time zero, bool english)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct record_entry *e = &r->entries[i];
		char after[32];

		if (e->recorded.us < zero.us || !is_noticed(e))
			continue;
		format_duration(after, sizeof(after), wall_diff_us(e->recorded, zero));
		buf_printf(out, "  %10s  ", after);
		buf_puts(out, words_of(event_kind_word(e->kind), english));
		timeline_put_text(out, e->body, english);
		if (e->kind == EVENT_CALL_INTENT) {
			buf_puts(out, "  ");
			put_word(out, body_word(slice_of(e->body), "kind"), english);
		}
		buf_putc(out, '\n');
	}
}

/* --- JSON --------------------------------------------------------------------------------------------------- */

static void emit_entries(struct json_emit *j, const struct record *r)
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
		json_key(j, "body");
		json_raw(j, slice_of(e->body));
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

void played_put_json(struct buf *out, const struct record *r)
{
	struct json_emit j = {out, true};
	struct told t = tell(r);

	emit_entries(&j, r);
	emit_calls(&j, &t);
	emit_clocks(&j, &t);
	told_release(&t);
}
