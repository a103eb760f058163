#include "cli/played.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/output.h"
#include "cli/timeline.h"
#include "cli/words.h"
#include "journal/body.h"
#include "play/told.h"

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
	struct told t = told_of(r);

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
