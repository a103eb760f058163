/* Kinds, fields and codec of the events: one table of fields per kind drives both directions. */
#include "engine/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "base/micro.h"

enum field_type {
	FIELD_END,
	FIELD_CHECK, /* uint32_t index <-> id */
	FIELD_AGENT,
	FIELD_COMPONENT,
	FIELD_SERVICE,
	FIELD_SEAT,
	FIELD_PERSON,
	FIELD_CHANNEL,
	FIELD_SITE,
	FIELD_TO, /* written for people; the contact index is what is read back */
	FIELD_U32,
	FIELD_U64,
	FIELD_I64,
	FIELD_SECONDS, /* int64_t microseconds */
	FIELD_TIME,
	FIELD_BOOL,
	FIELD_TEXT,
	FIELD_LINK, /* digest of a link; left out where there is none */
	FIELD_BY_CALL, /* call or entry; left out where there is none */
	FIELD_WHAT, /* the next two are left out where they are empty */
	FIELD_REF,
	FIELD_OUTCOME,
	FIELD_WORD_CHECK, /* int <-> state word */
	FIELD_WORD_COMPONENT,
	FIELD_WORD_SERVICE,
	FIELD_WORD_INCIDENT,
	FIELD_WORD_INCIDENT_KIND,
	FIELD_WORD_CAUSE,
	FIELD_WORD_PAST,
	FIELD_CUTS, /* uint32_t index <-> id */
	FIELD_CUTS_IF, /* the same; left out where there is none */
	FIELD_CUT_SOURCE, /* of the series that stands before it */
	FIELD_CUT_SET, /* uint64_t set of them <-> list of names */
	FIELD_WORD_CUT,
	FIELD_WORD_CALL_KIND,
	FIELD_WORD_ACT,
	FIELD_WORD_PROOF,
	FIELD_BY, /* list of components */
	FIELD_POST, /* left out where there is none, as the next one */
	FIELD_JORNADA,
	FIELD_POSTS, /* list of field posts */
	FIELD_SITES,
	FIELD_STANDS_FOR, /* a person; left out where there is none */
	FIELD_ALSO, /* list of seats; left out where it is empty */
	FIELD_PLAN /* hash and plan */
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
};

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

#define BY_LINK F("call", BY_CALL, call), F("link", LINK, link)

static const struct field fields[EVENT_KIND_COUNT][FIELDS_MAX] = {
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

/* --- ids and words ------------------------------------------------------------------------------- */

static const char *id_of(enum field_type type, const struct plan *p, uint32_t i)
{
	if (i == PLAN_NONE || p == NULL)
		return NULL;
	switch ((int)type) {
	case FIELD_CHECK:
		return p->checks[i].id;
	case FIELD_AGENT:
		return p->agents[i].id;
	case FIELD_COMPONENT:
		return p->components[i].id;
	case FIELD_SERVICE:
		return p->services[i].id;
	case FIELD_SEAT:
		return p->seats[i].id;
	case FIELD_PERSON:
	case FIELD_STANDS_FOR:
		return p->people[i].id;
	case FIELD_CHANNEL:
		return p->channels[i].id;
	case FIELD_SITE:
		return p->sites[i].id;
	case FIELD_POST:
		return p->posts[i].id;
	case FIELD_JORNADA:
		return p->jornadas[i].id;
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return p->cuts[i].id;
	default:
		return NULL;
	}
}

static uint32_t index_of(enum field_type type, const struct plan *p, struct slice id)
{
	if (p == NULL)
		return PLAN_NONE;
	switch ((int)type) {
	case FIELD_CHECK:
		return plan_find_check(p, id);
	case FIELD_AGENT:
		return plan_find_agent(p, id);
	case FIELD_COMPONENT:
		return plan_find_component(p, id);
	case FIELD_SERVICE:
		return plan_find_service(p, id);
	case FIELD_SEAT:
		return plan_find_seat(p, id);
	case FIELD_PERSON:
	case FIELD_STANDS_FOR:
		return plan_find_person(p, id);
	case FIELD_CHANNEL:
		return plan_find_channel(p, id);
	case FIELD_SITE:
		return plan_find_site(p, id);
	case FIELD_POST:
		return plan_find_post(p, id);
	case FIELD_JORNADA:
		return plan_find_jornada(p, id);
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return plan_find_cuts(p, id);
	default:
		return PLAN_NONE;
	}
}

static bool is_id(enum field_type type)
{
	switch ((int)type) {
	case FIELD_CHECK:
	case FIELD_AGENT:
	case FIELD_COMPONENT:
	case FIELD_SERVICE:
	case FIELD_SEAT:
	case FIELD_PERSON:
	case FIELD_CHANNEL:
	case FIELD_SITE:
	case FIELD_POST:
	case FIELD_JORNADA:
	case FIELD_STANDS_FOR:
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return true;
	default:
		return false;
	}
}

/* The i-th word of the machine that a field speaks of; NULL past the last. */
static const char *word_of(enum field_type type, int i)
{
	switch ((int)type) {
	case FIELD_OUTCOME:
		return i < OUTCOME_COUNT ? outcome_word((enum outcome)i) : NULL;
	case FIELD_WORD_CHECK:
		return i < CHECK_STATE_COUNT ? check_state_word((enum check_state)i) : NULL;
	case FIELD_WORD_COMPONENT:
		return i < COMPONENT_STATE_COUNT ? component_state_word((enum component_state)i)
						 : NULL;
	case FIELD_WORD_SERVICE:
		return i < SERVICE_STATE_COUNT ? service_state_word((enum service_state)i) : NULL;
	case FIELD_WORD_INCIDENT:
		return i < INCIDENT_STATE_COUNT ? incident_state_word((enum incident_state)i)
						: NULL;
	case FIELD_WORD_INCIDENT_KIND:
		return i < INCIDENT_KIND_COUNT ? incident_kind_word((enum incident_kind)i) : NULL;
	case FIELD_WORD_CAUSE:
		return i < AGENT_CAUSE_COUNT ? agent_cause_word((enum agent_cause)i) : NULL;
	case FIELD_WORD_PAST:
		return i < PAST_STATE_COUNT ? past_state_word((enum past_state)i) : NULL;
	case FIELD_WORD_CUT:
		return i < CUT_STATE_COUNT ? cut_state_word((enum cut_state)i) : NULL;
	case FIELD_WORD_CALL_KIND:
		return i < CALL_KIND_COUNT ? call_kind_word((enum call_kind)i) : NULL;
	case FIELD_WORD_ACT:
		return i < ACT_COUNT ? act_word((enum act)i) : NULL;
	case FIELD_WORD_PROOF:
		return i < PROOF_COUNT ? proof_word((enum proof)i) : NULL;
	default:
		return NULL;
	}
}

/* --- encode -------------------------------------------------------------------------------------- */

static void encode_by(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->by_count; i++)
		json_str(j, plan->components[ev->by[i]].id);
	json_close_array(j);
}

static void encode_posts(const struct plan_post_set *set, const struct plan *plan,
			 struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; plan != NULL && i < plan->post_count; i++) {
		if (post_set_has(set, i))
			json_str(j, plan->posts[i].id);
	}
	json_close_array(j);
}

static void encode_sites(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->site_count; i++)
		json_str(j, plan->sites[ev->sites[i]].id);
	json_close_array(j);
}

static void encode_also(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->also_count; i++)
		json_str(j, plan->seats[ev->also[i]].id);
	json_close_array(j);
}

static void encode_cut_set(const struct event *ev, uint64_t set, const struct plan *plan,
			   struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; ev->cuts != PLAN_NONE && i < plan->cuts[ev->cuts].source_count; i++) {
		if (set >> i & 1)
			json_str(j, plan->cuts[ev->cuts].sources[i].name);
	}
	json_close_array(j);
}

static const char *contact_text(const struct event *ev, const struct plan *plan)
{
	if (plan == NULL || ev->person == PLAN_NONE ||
	    ev->contact >= plan->people[ev->person].contact_count)
		return NULL;
	return plan->people[ev->person].contacts[ev->contact].to;
}

static void encode_index(uint32_t v, struct json_emit *j)
{
	if (v == PLAN_NONE)
		json_null(j);
	else
		json_i64(j, v);
}

static void encode_list(const struct event *ev, enum field_type type, const struct plan *plan,
			struct json_emit *j)
{
	if (type == FIELD_BY)
		encode_by(ev, plan, j);
	else if (type == FIELD_SITES)
		encode_sites(ev, plan, j);
	else
		encode_also(ev, plan, j);
}

static void encode_value(const struct event *ev, const struct field *f, const struct plan *plan,
			 struct json_emit *j)
{
	const void *at = (const char *)ev + f->offset;

	if (is_id(f->type)) {
		json_str(j, id_of(f->type, plan, *(const uint32_t *)at));
		return;
	}
	switch ((int)f->type) {
	case FIELD_CUT_SOURCE:
		json_str(j, ev->cut_source != PLAN_NONE
				    ? plan->cuts[ev->cuts].sources[ev->cut_source].name
				    : NULL);
		break;
	case FIELD_CUT_SET:
		encode_cut_set(ev, *(const uint64_t *)at, plan, j);
		break;
	case FIELD_TO:
		json_str(j, contact_text(ev, plan));
		break;
	case FIELD_U32:
		encode_index(*(const uint32_t *)at, j);
		break;
	case FIELD_U64:
	case FIELD_BY_CALL:
	case FIELD_I64:
		json_i64(j, *(const int64_t *)at);
		break;
	case FIELD_SECONDS:
		json_micro(j, *(const int64_t *)at);
		break;
	case FIELD_TIME:
		json_time(j, *(const struct wall_time *)at);
		break;
	case FIELD_BOOL:
		json_bool(j, *(const bool *)at);
		break;
	case FIELD_TEXT:
	case FIELD_LINK:
	case FIELD_WHAT:
	case FIELD_REF:
		json_str(j, (const char *)at);
		break;
	case FIELD_OUTCOME:
	case FIELD_WORD_CHECK:
	case FIELD_WORD_COMPONENT:
	case FIELD_WORD_SERVICE:
	case FIELD_WORD_INCIDENT:
	case FIELD_WORD_INCIDENT_KIND:
	case FIELD_WORD_CAUSE:
	case FIELD_WORD_PAST:
	case FIELD_WORD_CUT:
	case FIELD_WORD_CALL_KIND:
	case FIELD_WORD_ACT:
	case FIELD_WORD_PROOF:
		json_str(j, word_of(f->type, *(const int *)at));
		break;
	case FIELD_BY:
		encode_by(ev, plan, j);
		break;
	case FIELD_POSTS:
		encode_posts(at, plan, j);
		break;
	case FIELD_SITES:
	case FIELD_ALSO:
		encode_list(ev, f->type, plan, j);
		break;
	case FIELD_PLAN:
		json_raw(j, ev->plan->json);
		break;
	default:
		break;
	}
}

/* Fields that came later are absent where they say nothing: older bodies stay what they were. */
static bool is_left_out(const struct event *ev, const struct field *f)
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
	for (const struct field *f = fields[ev->kind]; f->type != FIELD_END; f++) {
		if (is_left_out(ev, f))
			continue;
		json_key(&j, f->key);
		encode_value(ev, f, plan, &j);
	}
	json_close_object(&j);
}

/* --- decode -------------------------------------------------------------------------------------- */

static void decode_id(struct json_pull *in, const struct field *f, const struct plan *plan,
		      uint32_t *ret)
{
	struct slice id;

	*ret = PLAN_NONE;
	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		return;
	}
	json_read_slice(in, &id);
	if (in->error != NULL)
		return;
	*ret = index_of(f->type, plan, id);
	if (*ret == PLAN_NONE)
		json_complain(in, "an id is not in the plan in force");
}

static void decode_word(struct json_pull *in, const struct field *f, int *ret)
{
	struct slice word;

	json_read_slice(in, &word);
	for (int i = 0; in->error == NULL; i++) {
		const char *w = word_of(f->type, i);

		if (w == NULL)
			json_complain(in, "a word is not known");
		else if (slice_is(word, w)) {
			*ret = i;
			return;
		}
	}
}

static void decode_by(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	static const struct field component = {"", FIELD_COMPONENT, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		if (ret->by_count == EVENT_LIST_MAX)
			json_complain(in, "a list is too long");
		else
			decode_id(in, &component, plan, &ret->by[ret->by_count++]);
	}
}

static void decode_posts(struct json_pull *in, const struct plan *plan, struct plan_post_set *ret)
{
	static const struct field post = {"", FIELD_POST, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		uint32_t i = PLAN_NONE;

		decode_id(in, &post, plan, &i);
		if (i < PLAN_POSTS_MAX)
			post_set_add(ret, i);
	}
}

static void decode_sites(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	json_enter_array(in);
	while (json_next_element(in)) {
		struct slice id;
		uint32_t site;

		json_read_slice(in, &id);
		if (in->error != NULL)
			return;
		site = plan != NULL ? plan_find_site(plan, id) : PLAN_NONE;
		if (site == PLAN_NONE || ret->site_count == EVENT_SITES_MAX)
			json_complain(in, site == PLAN_NONE ? "an id is not in the plan in force"
							    : "a list is too long");
		else
			ret->sites[ret->site_count++] = site;
	}
}

static void decode_also(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	static const struct field seat = {"", FIELD_SEAT, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		if (ret->also_count == EVENT_LIST_MAX)
			json_complain(in, "a list is too long");
		else
			decode_id(in, &seat, plan, &ret->also[ret->also_count++]);
	}
}

static uint32_t decode_cut_source(struct json_pull *in, const struct plan *plan,
				  const struct event *ev)
{
	uint32_t found = PLAN_NONE;
	struct slice name = {"", 0};

	json_read_slice(in, &name);
	if (in->error == NULL && plan != NULL && ev->cuts != PLAN_NONE)
		found = plan_find_cut_source(&plan->cuts[ev->cuts], name);
	if (in->error == NULL && found == PLAN_NONE)
		json_complain(in, "a source is not in the series of cuts");
	return found;
}

static void decode_cut_set(struct json_pull *in, const struct plan *plan, const struct event *ev,
			   uint64_t *ret)
{
	json_enter_array(in);
	while (json_next_element(in)) {
		uint32_t i = decode_cut_source(in, plan, ev);

		if (i < PLAN_CUT_SOURCES_MAX)
			*ret |= UINT64_C(1) << i;
	}
}

static void decode_u32(struct json_pull *in, uint32_t *ret)
{
	int64_t v = 0;

	*ret = PLAN_NONE;
	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		return;
	}
	json_read_i64(in, &v);
	if (v < 0 || v >= PLAN_NONE)
		json_complain(in, "a number is out of range");
	*ret = (uint32_t)v;
}

static size_t text_size(enum field_type type)
{
	switch ((int)type) {
	case FIELD_LINK:
		return EVENT_LINK_SIZE;
	case FIELD_WHAT:
		return ACT_WHAT_SIZE;
	case FIELD_REF:
		return ACT_REF_SIZE;
	default:
		return EVENT_TEXT_MAX;
	}
}

static void decode_list(struct json_pull *in, enum field_type type, const struct plan *plan,
			struct event *ret)
{
	if (type == FIELD_BY)
		decode_by(in, plan, ret);
	else if (type == FIELD_SITES)
		decode_sites(in, plan, ret);
	else
		decode_also(in, plan, ret);
}

static void decode_value(struct json_pull *in, const struct field *f, const struct plan *plan,
			 struct event *ret, struct slice *ret_plan_json)
{
	void *at = (char *)ret + f->offset;

	if (is_id(f->type)) {
		decode_id(in, f, plan, at);
		return;
	}
	switch ((int)f->type) {
	case FIELD_CUT_SOURCE:
		if (json_peek(in) == JSON_NULL)
			json_skip(in);
		else
			ret->cut_source = decode_cut_source(in, plan, ret);
		break;
	case FIELD_CUT_SET:
		decode_cut_set(in, plan, ret, at);
		break;
	case FIELD_TO:
		json_skip(in);
		break;
	case FIELD_U32:
		decode_u32(in, at);
		break;
	case FIELD_U64:
	case FIELD_BY_CALL:
	case FIELD_I64:
		json_read_i64(in, at);
		break;
	case FIELD_SECONDS:
		json_read_micro(in, at);
		break;
	case FIELD_TIME:
		json_read_time(in, at);
		break;
	case FIELD_BOOL:
		json_read_bool(in, at);
		break;
	case FIELD_TEXT:
	case FIELD_LINK:
	case FIELD_WHAT:
	case FIELD_REF:
		json_read_str(in, at, text_size(f->type));
		break;
	case FIELD_OUTCOME:
	case FIELD_WORD_CHECK:
	case FIELD_WORD_COMPONENT:
	case FIELD_WORD_SERVICE:
	case FIELD_WORD_INCIDENT:
	case FIELD_WORD_INCIDENT_KIND:
	case FIELD_WORD_CAUSE:
	case FIELD_WORD_PAST:
	case FIELD_WORD_CUT:
	case FIELD_WORD_CALL_KIND:
	case FIELD_WORD_ACT:
	case FIELD_WORD_PROOF:
		decode_word(in, f, at);
		break;
	case FIELD_BY:
		decode_by(in, plan, ret);
		break;
	case FIELD_POSTS:
		decode_posts(in, plan, at);
		break;
	case FIELD_SITES:
	case FIELD_ALSO:
		decode_list(in, f->type, plan, ret);
		break;
	case FIELD_PLAN:
		json_read_raw(in, ret_plan_json);
		break;
	default:
		break;
	}
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
		const struct field *f = fields[k];

		while (f->type != FIELD_END && !slice_is(key, f->key))
			f++;
		if (f->type == FIELD_END)
			json_skip(&in);
		else
			decode_value(&in, f, plan, ret, ret_plan_json);
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
