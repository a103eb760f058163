#include "play/told.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "journal/body.h"

static bool same(struct slice a, struct slice b, const char *key)
{
	return slice_eq(body_word(a, key), body_word(b, key));
}

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

struct told told_of(const struct record *r)
{
	struct told t = {.r = r};

	for (size_t i = 0; i < r->count; i++)
		note(&t, i);
	return t;
}

void told_release(struct told *t)
{
	free(t->calls);
	free(t->clocks);
}
