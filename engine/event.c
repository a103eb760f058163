/* Kinds and fields of the events: one table of fields per kind drives both directions. */
#include "engine/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "engine/event_field.h"

#define F(key, type, member)                                                                       \
	{                                                                                          \
		key, FIELD_##type, offsetof(struct event, member)                                  \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, FIELD_END, 0                                                                 \
	}
#define FIELDS_MAX 20
#define BEGAN F("began", TIME, began), F("not_before", TIME, not_before)
#define BEGAN_ONLY F("began", TIME, began)
#define SCOPE F("incident", U64, incident), F("service", SERVICE, service)
#define DONE_BY                                                                                    \
	F("person", PERSON, person), F("recorded_by", PERSON, recorded_by),                        \
		F("proof", WORD_PROOF, proof)

/* What a window or a silence is about, whose it is, and when. */
#define SILENCED                                                                                   \
	F("check", CHECK, check), F("component", COMPONENT, component), F("site", SITE, site),     \
		F("service", SERVICE, service), F("owner", PERSON, other), F("from", TIME, began), \
		F("until", TIME, until)
#define CUT F("cuts", CUTS, cuts), F("number", I64, number)
#define CUT_VERDICT                                                                                \
	CUT, F("due", TIME, until), F("state", WORD_CUT, to), F("effect", WORD_SERVICE, from),     \
		F("began", TIME, began), F("late", CUT_SET, cut_late),                             \
		F("unseen", CUT_SET, cut_blind)
#define RPO                                                                                        \
	F("service", SERVICE, service), F("copy", TIME, began), F("limit", SECONDS, number),       \
		F("exceeded_at", TIME, until), F("estimated", BOOL, estimated)

#define NOTIFIED                                                                                   \
	F("what", WHAT, what), F("severity", WHAT, via), F("name", REF, ref),                      \
		F("text", TEXT, text), F("source", SOURCE, source), F("count", I64, number),       \
		F("late", BOOL, estimated)

#define BY_LINK F("call", BY_CALL, call), F("link", LINK, link)

static const struct event_field fields[EVENT_KIND_COUNT][FIELDS_MAX] = {
	/* collector.started keeps the start id in text and the version is that of the program */
	[EVENT_COLLECTOR_STARTED] = {F("start", TEXT, text), END},
	[EVENT_COLLECTOR_STOPPED] = {F("start", TEXT, text), END},
	[EVENT_PLAN_APPLIED] = {F("plan", PLAN, plan), END},
	[EVENT_CLOCK_STEPPED] = {F("step", SECONDS, number), END},
	[EVENT_INPUT_SKIPPED] = {F("text", TEXT, text), END},
	[EVENT_ACCESS_CHANGED] = {F("text", TEXT, text), END},
	[EVENT_DRILL_STARTED] = {F("promise", TEXT, text), END},
	[EVENT_DRILL_FAULT] = {F("check", CHECK, check), F("agent", AGENT, agent),
			       F("what", WHAT, what), END},
	[EVENT_DRILL_ENDED] = {F("what", WHAT, what), F("why", TEXT, text), END},
	[EVENT_AGENT_SILENT] = {F("agent", AGENT, agent), F("last_seen", TIME, began), END},
	[EVENT_AGENT_BACK] = {F("agent", AGENT, agent), F("silent_since", TIME, began), END},
	/* the boot stands before the reason in text, divided by a blank */
	[EVENT_AGENT_GAP] = {F("agent", AGENT, agent), F("from", U64, seq_from),
			     F("to", U64, seq_to), F("reason", TEXT, text), END},
	[EVENT_NOTIFICATION_HEARD] = {F("component", COMPONENT, component),
				      F("check", CHECK, check), F("agent", AGENT, agent), NOTIFIED,
				      END},
	[EVENT_NOTIFICATION_MORE] = {F("component", COMPONENT, component), F("check", CHECK, check),
				     F("agent", AGENT, agent), F("from", TIME, began),
				     F("count", I64, number), END},
	[EVENT_INCIDENT_NOTIFICATION] = {F("incident", U64, incident), F("entry", BY_CALL, entry),
					 F("component", COMPONENT, component), NOTIFIED, END},
	[EVENT_AGENT_CAUSE] = {F("agent", AGENT, agent), F("from", WORD_CAUSE, from),
			       F("to", WORD_CAUSE, to), F("component", COMPONENT, component),
			       F("why", TEXT, text), END},
	[EVENT_CHECK_SUSPECT] = {F("check", CHECK, check), F("agent", AGENT, agent),
				 F("outcome", OUTCOME, outcome), F("state", WORD_CHECK, to), BEGAN,
				 END},
	[EVENT_CHECK_CLEARED] = {F("check", CHECK, check), F("agent", AGENT, agent), END},
	[EVENT_CHECK_BAD] = {F("check", CHECK, check), F("agent", AGENT, agent),
			     F("outcome", OUTCOME, outcome), F("state", WORD_CHECK, to), BEGAN,
			     END},
	[EVENT_CHECK_GOOD] = {F("check", CHECK, check), F("agent", AGENT, agent),
			      F("good", TIME, began), END},
	[EVENT_CHECK_BLIND] = {F("check", CHECK, check), F("agent", AGENT, agent),
			       F("why", TEXT, text), F("last", TIME, began), END},
	[EVENT_CHECK_PAST] = {F("check", CHECK, check), F("agent", AGENT, agent),
			      F("outcome", OUTCOME, outcome), F("state", WORD_PAST, to), BEGAN,
			      F("until", TIME, until), F("estimated", BOOL, estimated), END},
	[EVENT_CHECK_FLAPPING] = {F("check", CHECK, check), BEGAN_ONLY, F("failures", I64, number),
				  END},
	[EVENT_CHECK_STEADY] = {F("check", CHECK, check), F("state", WORD_CHECK, to), BEGAN_ONLY,
				F("failures", I64, number), END},
	[EVENT_COMPONENT_STATE] = {F("component", COMPONENT, component),
				   F("from", WORD_COMPONENT, from), F("to", WORD_COMPONENT, to),
				   BEGAN, F("cause", TEXT, text), END},
	[EVENT_SERVICE_STATE] = {F("service", SERVICE, service), F("from", WORD_SERVICE, from),
				 F("to", WORD_SERVICE, to), BEGAN, F("by", BY, by),
				 F("cuts", CUTS_IF, cuts), END},
	[EVENT_SERVICE_PAST] = {F("service", SERVICE, service), F("root", COMPONENT, component),
				BEGAN, F("restored", TIME, until), F("outage", SECONDS, number),
				F("estimated", BOOL, estimated), END},
	[EVENT_SERVICE_EXPOSED] = {F("service", SERVICE, service), BEGAN_ONLY,
				   F("cause", COMPONENT, component), F("next", BY, by),
				   F("count", I64, number), F("unseen", BOOL, estimated), END},
	[EVENT_SERVICE_COVERED] = {F("service", SERVICE, service), BEGAN_ONLY,
				   F("exposed", SECONDS, number), END},
	[EVENT_CUT_DUE] = {CUT, F("due", TIME, until), END},
	[EVENT_CUT_SHOWN] = {CUT, F("source", CUT_SOURCE, cut_source),
			     F("backlog", BOOL, estimated), END},
	[EVENT_CUT_PUBLISHED] = {CUT, F("due", TIME, until), END},
	[EVENT_CUT_LATE] = {CUT_VERDICT, END},
	[EVENT_CUT_INCONSISTENT] = {CUT_VERDICT, END},
	[EVENT_CUT_BLIND] = {CUT_VERDICT, END},
	[EVENT_CUT_AWAITED] = {CUT_VERDICT, END},
	[EVENT_CUT_CONSISTENT] = {CUT_VERDICT, END},
	[EVENT_CUT_MISSING] = {CUT, F("due", TIME, until), END},
	[EVENT_CUT_UNSEEN] = {F("cuts", CUTS, cuts), F("from", U64, seq_from), F("to", U64, seq_to),
			      END},
	[EVENT_CUT_HOUR] = {F("cuts", CUTS, cuts), F("hour", TIME, until),
			    F("published", I64, number), F("needed", U32, level),
			    F("unseen", U32, attempt), F("result", TEXT, text), END},
	[EVENT_CUT_OVER] = {F("cuts", CUTS, cuts), F("published", I64, number),
			    F("missing", U32, level), F("unseen", U32, attempt), END},
	[EVENT_RPO_MET] = {RPO, END},
	[EVENT_RPO_EXCEEDED] = {RPO, END},
	[EVENT_RPO_BLIND] = {RPO, END},
	[EVENT_INCIDENT_OPENED] = {F("folio", I64, number),
				   F("incident_kind", WORD_INCIDENT_KIND, to),
				   F("service", SERVICE, service), F("root", COMPONENT, component),
				   BEGAN, F("drill", BOOL, drill), F("jornada", JORNADA, jornada),
				   F("stamp", REF, ref), F("entry", BY_CALL, entry), END},
	[EVENT_INCIDENT_REPORTED] = {F("incident", U64, incident), F("entry", BY_CALL, entry),
				     F("service", SERVICE, service), END},
	[EVENT_INCIDENT_JOINED] = {SCOPE, BEGAN, END},
	[EVENT_INCIDENT_EPISODE] = {SCOPE, F("n", I64, number), END},
	[EVENT_INCIDENT_CAUSE] = {F("incident", U64, incident), F("agent", AGENT, agent),
				  F("cause", WORD_CAUSE, to), F("component", COMPONENT, component),
				  END},
	[EVENT_INCIDENT_IMPACT] = {F("incident", U64, incident), F("sites", SITES, sites),
				   F("impact", TEXT, text), END},
	[EVENT_INCIDENT_STATE] = {F("incident", U64, incident), F("from", WORD_INCIDENT, from),
				  F("to", WORD_INCIDENT, to), END},
	[EVENT_CLOCK_STARTED] = {SCOPE, BEGAN, F("rto", SECONDS, number),
				 F("breach_at", TIME, until), F("estimated", BOOL, estimated), END},
	[EVENT_CLOCK_CORRECTED] = {SCOPE, F("from", TIME, until), F("to", TIME, began),
				   F("not_before", TIME, not_before), END},
	[EVENT_CLOCK_FLAPPING] = {SCOPE, BEGAN, F("breach_at", TIME, until), END},
	[EVENT_CLOCK_STEADY] = {SCOPE, F("state", WORD_SERVICE, to), END},
	[EVENT_CLOCK_MARK] = {SCOPE, F("step", U32, step), F("pct", I64, number),
			      F("due", TIME, until), END},
	[EVENT_CLOCK_BREACHED] = {SCOPE, F("breach_at", TIME, until), END},
	[EVENT_CLOCK_RESTORED] = {SCOPE, F("restored", TIME, began), F("outage", SECONDS, number),
				  END},
	[EVENT_STEP_FIRED] = {SCOPE, F("step", U32, step), F("round", I64, number), END},
	[EVENT_STEP_DONE] = {SCOPE, F("step", U32, step), F("why", TEXT, text), END},
	[EVENT_TREE_EXHAUSTED] = {F("incident", U64, incident), F("round", I64, number),
				  F("repeat_at", TIME, until), END},
	[EVENT_SEAT_VACANT] = {SCOPE, F("step", U32, step), F("seat", SEAT, seat), END},
	[EVENT_SHIFT_CHANGED] = {F("incident", U64, incident), F("seat", SEAT, seat),
				 F("from", PERSON, other), F("to", PERSON, person), END},
	[EVENT_CALL_QUEUED] = {SCOPE, F("step", U32, step), F("seat", SEAT, seat),
			       F("person", PERSON, person), F("channel", CHANNEL, channel),
			       F("full", TEXT, text), END},
	[EVENT_CALL_RESULT] = {F("incident", U64, incident), F("call", U64, call),
			       F("result", WHAT, what), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ABSENCE_BEGAN] = {DONE_BY, F("other", PERSON, other), F("until", TIME, until),
				 F("note", TEXT, text), END},
	[EVENT_ABSENCE_ENDED] = {DONE_BY, F("note", TEXT, text), END},
	[EVENT_ABSENCE_EXPIRED] = {F("person", PERSON, person), F("until", TIME, until), END},
	[EVENT_ACT_ESCALATE] = {F("incident", U64, incident), DONE_BY, F("level", I64, number),
				F("note", TEXT, text), END},
	[EVENT_CALL_INTENT] = {F("incident", U64, incident), F("folio", I64, number),
			       F("kind", WORD_CALL_KIND, call_kind), F("service", SERVICE, service),
			       F("step", U32, step), F("seat", SEAT, seat), F("level", U32, level),
			       F("person", PERSON, person), F("channel", CHANNEL, channel),
			       F("to", TO, contact), F("contact", U32, contact),
			       F("attempt", U32, attempt), F("also", ALSO, also),
			       F("stands_for", STANDS_FOR, stands_for),
			       F("maybe_duplicate", BOOL, maybe_duplicate), F("drill", BOOL, drill),
			       F("entry", BY_CALL, entry), F("post", POST, post), END},
	[EVENT_CALL_SENT] = {F("call", U64, call), F("detail", TEXT, text), F("link", LINK, link),
			     END},
	[EVENT_CALL_RECEIVED] = {F("call", U64, call), F("detail", TEXT, text), END},
	[EVENT_CALL_FAILED] = {F("call", U64, call), F("detail", TEXT, text), END},
	[EVENT_CALL_UNKNOWN] = {F("call", U64, call), F("detail", TEXT, text),
				F("link", LINK, link), END},
	[EVENT_CALL_UNANSWERED] = {F("call", U64, call), F("detail", TEXT, text), END},
	[EVENT_CALL_STOPPED] = {F("call", U64, call), F("why", TEXT, text), END},
	[EVENT_ACK_GIVEN] = {F("incident", U64, incident), F("act", WORD_ACT, act), DONE_BY,
			     F("note", TEXT, text), F("expires", TIME, until), BY_LINK, END},
	[EVENT_ACK_EXPIRED] = {F("incident", U64, incident), F("person", PERSON, person), END},
	[EVENT_ACT_AUTHORIZE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_DECLARE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text),
			       F("irregular", WHAT, what), END},
	[EVENT_ACT_DECLINE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_FALSE_ALARM] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text),
				   END},
	[EVENT_ACT_RESUME] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_RESTORE] = {SCOPE, DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_RETURN] = {F("incident", U64, incident), DONE_BY, F("what", WHAT, what),
			      F("note", TEXT, text), END},
	[EVENT_ACT_REPORT] = {DONE_BY, F("what", WHAT, what), F("via", WHAT, via),
			      F("service", SERVICE, service), F("site", SITE, site),
			      F("ref", REF, ref), F("note", TEXT, text), END},
	[EVENT_ACT_CONFIRM_REPORT] = {SCOPE, DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_CLASSIFY] = {F("incident", U64, incident), DONE_BY, F("what", WHAT, what),
				F("note", TEXT, text), END},
	[EVENT_ACT_COMPLETE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_MERGE] = {F("incident", U64, incident), DONE_BY, F("into", BY_CALL, entry),
			     F("folio", I64, number), F("note", TEXT, text), END},
	[EVENT_REPORT_CALLED] = {F("incident", U64, incident), F("why", WHAT, what),
				 F("rung", I64, number), END},
	[EVENT_REPORT_UNANSWERED] = {F("incident", U64, incident), F("repeat_at", TIME, until),
				     END},
	[EVENT_ACT_ENTRY] = {F("incident", U64, incident), DONE_BY, F("what", WHAT, what),
			     F("entry", BY_CALL, entry), F("ref", REF, ref), F("n", I64, number),
			     F("other", PERSON, other), F("due", TIME, until),
			     F("note", TEXT, text), END},
	[EVENT_ACT_ACTION] = {F("incident", U64, incident), DONE_BY, F("what", WHAT, what),
			      F("entry", BY_CALL, entry), F("ref", REF, ref), F("note", TEXT, text),
			      END},
	[EVENT_ACT_FINAL_REPORT] = {F("incident", U64, incident), DONE_BY, F("ref", REF, ref),
				    F("note", TEXT, text), END},
	[EVENT_DEADLINE_SET] = {F("incident", U64, incident), F("what", WHAT, what),
				F("due", TIME, until), END},
	[EVENT_DEADLINE_DUE] = {F("incident", U64, incident), F("what", WHAT, what),
				F("entry", BY_CALL, entry), F("person", PERSON, person),
				F("due", TIME, until), END},
	[EVENT_DEADLINE_DROPPED] = {F("incident", U64, incident), END},
	[EVENT_ACT_CLOSE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_NOTE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_REFUSED] = {F("incident", U64, incident), F("act", WORD_ACT, act), DONE_BY,
			       F("why", TEXT, text), BY_LINK, F("entry", BY_CALL, entry), END},
	[EVENT_ACT_CONVENE] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_WAIT] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text),
			    F("until", TIME, until), END},
	[EVENT_GATE_OPENED] = {SCOPE, F("step", U32, step), F("why", WHAT, what),
			       F("person", PERSON, person), END},
	[EVENT_ACT_RATIFY] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_RATIFICATION_PENDING] = {F("incident", U64, incident), F("person", PERSON, person),
					F("recorded_by", PERSON, recorded_by), F("why", WHAT, what),
					F("due", TIME, until), END},
	[EVENT_RATIFICATION_ASKED] = {SCOPE, F("step", U32, step), F("n", I64, number), END},
	[EVENT_RATIFICATION_OVERDUE] = {F("incident", U64, incident), F("due", TIME, until), END},
	[EVENT_RATIFICATION_ENDED] = {F("incident", U64, incident), F("how", WHAT, what), END},
	[EVENT_ACT_CONFIRM] = {F("incident", U64, incident), F("entry", U64, entry), DONE_BY,
			       F("note", TEXT, text), END},
	[EVENT_ACT_DISPUTE] = {F("incident", U64, incident), F("entry", U64, entry), DONE_BY,
			       F("note", TEXT, text), END},
	[EVENT_CONFIRMATION_OVERDUE] = {F("incident", U64, incident), F("entry", U64, entry),
					F("due", TIME, until), END},
	[EVENT_CHECKLIST_STARTED] = {SCOPE, F("procedure", REF, ref), F("activities", I64, number),
				     F("next", U32, step), F("due", TIME, until), END},
	[EVENT_CHECKLIST_STEP] = {SCOPE, F("n", I64, number), F("what", WHAT, what), DONE_BY,
				  F("note", TEXT, text), F("ref", REF, ref), F("next", U32, step),
				  F("due", TIME, until), END},
	[EVENT_CHECKLIST_OVERDUE] = {SCOPE, F("n", I64, number), F("seat", SEAT, seat),
				     F("due", TIME, until), END},
	/* by name: the plan may have dropped it meanwhile */
	[EVENT_JORNADA_BEGAN] = {F("jornada", TEXT, text), F("kind", WHAT, what),
				 F("until", TIME, until), END},
	[EVENT_JORNADA_ENDED] = {F("jornada", TEXT, text), F("why", WHAT, what), END},
	[EVENT_ACT_NO_DRILL] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text), END},
	[EVENT_INCIDENT_PROMOTED] = {F("incident", U64, incident), F("why", WHAT, what), END},
	[EVENT_ACT_WINDOW] = {SILENCED, DONE_BY, F("note", TEXT, text), F("needs", WHAT, what),
			      F("freeze", REF, ref), END},
	[EVENT_ACT_SILENCE] = {SILENCED, DONE_BY, F("note", TEXT, text), F("needs", WHAT, what),
			       F("freeze", REF, ref), END},
	[EVENT_ACT_SIGN] = {F("entry", BY_CALL, entry), DONE_BY, F("note", TEXT, text), END},
	[EVENT_ACT_UNSILENCE] = {F("entry", BY_CALL, entry), DONE_BY, F("note", TEXT, text), END},
	[EVENT_WINDOW_OPENED] = {F("window", REF, ref), SILENCED, F("signed_by", PERSON, person),
				 F("reason", TEXT, text), END},
	[EVENT_SILENCE_BEGAN] = {F("entry", BY_CALL, entry), END},
	[EVENT_SILENCE_WARNED] = {F("entry", BY_CALL, entry), END},
	[EVENT_SILENCE_ENDED] = {F("entry", BY_CALL, entry), F("why", WHAT, what), END},
	[EVENT_INCIDENT_SILENCED] = {SCOPE, F("entry", BY_CALL, entry), F("until", TIME, until),
				     END},
	[EVENT_INCIDENT_UNSILENCED] = {SCOPE, F("entry", BY_CALL, entry), END},
	[EVENT_ACT_ORDER] = {F("incident", U64, incident), F("what", WHAT, what),
			     F("posts", POSTS, posts), F("due", TIME, until), DONE_BY,
			     F("note", TEXT, text), END},
	[EVENT_ORDER_CONFIRMED] = {F("incident", U64, incident), F("entry", BY_CALL, entry),
				   F("posts", POSTS, posts), DONE_BY, F("note", TEXT, text),
				   BY_LINK, END},
	[EVENT_ORDER_COMPLETE] = {F("incident", U64, incident), F("entry", BY_CALL, entry),
				  F("what", WHAT, what), END},
	[EVENT_ORDER_MISSING] = {F("incident", U64, incident), F("entry", BY_CALL, entry),
				 F("posts", POSTS, posts), F("due", TIME, until), END},
	[EVENT_ACT_ADOPT] = {F("incident", U64, incident), DONE_BY, F("note", TEXT, text),
			     F("plan", REF, ref), END},
	[EVENT_CLOCK_RTO] = {SCOPE, F("rto", SECONDS, number), F("breach_at", TIME, until), END},
};

static const char *const kind_words[] = {
#define X(sym, word, layer) [EVENT_##sym] = word,
	EVENT_KINDS(X)
#undef X
};

const char *event_kind_word(enum event_kind k)
{
	assert((unsigned)k < EVENT_KIND_COUNT);
	return kind_words[k];
}

enum event_kind event_kind_from_word(struct slice word)
{
	for (unsigned i = 0; i < EVENT_KIND_COUNT; i++) {
		if (slice_is(word, kind_words[i]))
			return (enum event_kind)i;
	}
	return EVENT_KIND_COUNT;
}

void event_list_release(struct event_list *l)
{
	free(l->items);
	*l = (struct event_list){0};
}

void event_list_reset(struct event_list *l)
{
	l->count = 0;
}

static void event_clear(struct event *ev)
{
	*ev = (struct event){
		.began = WALL_UNKNOWN, .not_before = WALL_UNKNOWN, .until = WALL_UNKNOWN};
	ev->check = ev->agent = ev->component = ev->service = ev->step = PLAN_NONE;
	ev->seat = ev->person = ev->recorded_by = ev->contact = ev->channel = PLAN_NONE;
	ev->site = ev->other = ev->post = ev->jornada = ev->stands_for = PLAN_NONE;
	ev->cuts = ev->cut_source = PLAN_NONE;
}

struct event *event_list_add(struct event_list *l, enum event_kind kind, struct wall_time at,
			     struct wall_time recorded)
{
	struct event *ev;

	l->items = mem_grow(l->items, l->count, &l->cap, sizeof(*l->items));
	ev = &l->items[l->count++];
	event_clear(ev);
	ev->kind = kind;
	ev->at = at;
	ev->recorded = recorded;
	return ev;
}

/* --- bodies -------------------------------------------------------------------------------------- */

/* Fields that came later are absent where they say nothing: older bodies stay what they were. */
static bool is_left_out(const struct event *ev, const struct event_field *f)
{
	const char *at = (const char *)ev + f->offset;

	switch ((int)f->type) {
	case FIELD_LINK:
	case FIELD_WHAT:
	case FIELD_REF:
		return *at == '\0';
	case FIELD_BY_CALL:
		return *(const uint64_t *)(const void *)at == 0;
	case FIELD_POST:
	case FIELD_JORNADA:
	case FIELD_STANDS_FOR:
		return *(const uint32_t *)(const void *)at == PLAN_NONE;
	case FIELD_ALSO:
		return ev->also_count == 0;
	case FIELD_CUTS_IF:
		return ev->cuts == PLAN_NONE;
	default:
		return false;
	}
}

void event_encode(const struct event *ev, const struct plan *plan, struct buf *body)
{
	struct json_emit j = json_emit_to(body);

	json_open_object(&j);
	if (ev->kind == EVENT_PLAN_APPLIED)
		json_kv_str(&j, "hash", ev->plan->hash);
	for (const struct event_field *f = fields[ev->kind]; f->type != FIELD_END; f++) {
		if (is_left_out(ev, f))
			continue;
		json_key(&j, f->key);
		event_field_encode(ev, f, plan, &j);
	}
	json_close_object(&j);
}

enum err event_decode(uint64_t seq, struct slice kind, int version, struct wall_time at,
		      struct wall_time recorded, struct slice body, const struct plan *plan,
		      struct event *ret, struct slice *ret_plan_json, struct err_info *info)
{
	struct json_pull in = json_pull_from(body);
	enum event_kind k = event_kind_from_word(kind);
	struct slice key;

	if (k == EVENT_KIND_COUNT || version != EVENT_VERSION)
		return err_fail(info, ERR_UNSUPPORTED,
				"entry %llu: kind '%.*s' version %d is of a later program",
				(unsigned long long)seq, (int)kind.n, kind.p, version);
	event_clear(ret);
	ret->seq = seq;
	ret->kind = k;
	ret->at = at;
	ret->recorded = recorded;
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		const struct event_field *f = fields[k];

		while (f->type != FIELD_END && !slice_is(key, f->key))
			f++;
		if (f->type == FIELD_END)
			json_skip(&in);
		else
			event_field_decode(&in, f, plan, ret, ret_plan_json);
	}
	json_end(&in);
	if (in.error != NULL)
		return err_fail(info, ERR_CORRUPT, "entry %llu (%.*s), byte %zu: %s",
				(unsigned long long)seq, (int)kind.n, kind.p, in.offset, in.error);
	return ERR_OK;
}

void event_peek_scope(struct slice body, uint64_t *ret_incident, uint64_t *ret_call)
{
	struct json_pull in = json_pull_from(body);
	struct slice key;
	int64_t v;

	*ret_incident = 0;
	*ret_call = 0;
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		bool incident = slice_is(key, "incident");

		v = 0;
		if (!incident && !slice_is(key, "call")) {
			json_skip(&in);
			continue;
		}
		json_read_i64(&in, &v);
		*(incident ? ret_incident : ret_call) = (uint64_t)v;
	}
}
