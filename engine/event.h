/* event.h - the facts: what the engine decided or was told, one journal entry each. docs/EVENTS.md
 * lists kinds and bodies. In memory an event speaks in indices of the plan in force; its journal
 * body speaks in ids, so that it can be read under any later plan. */
#ifndef VIGIA_ENGINE_EVENT_H
#define VIGIA_ENGINE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "base/verdict.h"
#include "engine/effect.h"
#include "engine/input.h"
#include "engine/plan.h"
#include "engine/states.h"

/* X(symbol, word in the journal, who folds it: world = engine.c, the others are files; none = changes no state) */
#define EVENT_KINDS(X)                                                                             \
	X(COLLECTOR_STARTED, "collector.started", world)                                           \
	X(COLLECTOR_STOPPED, "collector.stopped", none)                                            \
	X(PLAN_APPLIED, "plan.applied", world)                                                     \
	X(CLOCK_STEPPED, "clock.stepped", none)                                                    \
	X(INPUT_SKIPPED, "input.skipped", none)                                                    \
	X(DRILL_STARTED, "drill.started", drill)                                                   \
	X(DRILL_FAULT, "drill.fault", none)                                                        \
	X(DRILL_ENDED, "drill.ended", drill)                                                       \
	X(ACCESS_CHANGED, "access.changed", none)                                                  \
	X(AGENT_SILENT, "agent.silent", world)                                                     \
	X(AGENT_BACK, "agent.back", world)                                                         \
	X(AGENT_GAP, "agent.gap", none)                                                            \
	X(NOTIFICATION_HEARD, "notification.heard", heard)                                         \
	X(NOTIFICATION_MORE, "notification.more", heard)                                           \
	X(INCIDENT_NOTIFICATION, "incident.notification", heard)                                   \
	X(AGENT_CAUSE, "agent.cause", world)                                                       \
	X(CHECK_SUSPECT, "check.suspect", vantage)                                                 \
	X(CHECK_CLEARED, "check.cleared", vantage)                                                 \
	X(CHECK_BAD, "check.bad", vantage)                                                         \
	X(CHECK_GOOD, "check.good", vantage)                                                       \
	X(CHECK_BLIND, "check.blind", vantage)                                                     \
	X(CHECK_PAST, "check.past", vantage)                                                       \
	X(CHECK_FLAPPING, "check.flapping", flap)                                                  \
	X(CHECK_STEADY, "check.steady", flap)                                                      \
	X(COMPONENT_STATE, "component.state", component)                                           \
	X(SERVICE_STATE, "service.state", service)                                                 \
	X(SERVICE_PAST, "service.past", service)                                                   \
	X(SERVICE_EXPOSED, "service.exposed", exposure)                                            \
	X(SERVICE_COVERED, "service.covered", exposure)                                            \
	X(CUT_DUE, "cut.due", cuts)                                                                \
	X(CUT_SHOWN, "cut.shown", cuts)                                                            \
	X(CUT_PUBLISHED, "cut.published", cuts)                                                    \
	X(CUT_LATE, "cut.late", cuts)                                                              \
	X(CUT_INCONSISTENT, "cut.inconsistent", cuts)                                              \
	X(CUT_BLIND, "cut.blind", cuts)                                                            \
	X(CUT_AWAITED, "cut.awaited", cuts)                                                        \
	X(CUT_CONSISTENT, "cut.consistent", cuts)                                                  \
	X(CUT_MISSING, "cut.missing", cuts)                                                        \
	X(CUT_UNSEEN, "cut.unseen", cuts)                                                          \
	X(CUT_HOUR, "cut.hour", cuts)                                                              \
	X(CUT_OVER, "cut.over", cuts)                                                              \
	X(RPO_MET, "rpo.met", rpo)                                                                 \
	X(RPO_EXCEEDED, "rpo.exceeded", rpo)                                                       \
	X(RPO_BLIND, "rpo.blind", rpo)                                                             \
	X(INCIDENT_OPENED, "incident.opened", incident)                                            \
	X(INCIDENT_JOINED, "incident.joined", incident)                                            \
	X(INCIDENT_EPISODE, "incident.episode", incident)                                          \
	X(INCIDENT_REPORTED, "incident.reported", report)                                          \
	X(INCIDENT_CAUSE, "incident.cause", world)                                                 \
	X(INCIDENT_IMPACT, "incident.impact", impact)                                              \
	X(INCIDENT_STATE, "incident.state", incident)                                              \
	X(CLOCK_STARTED, "clock.started", incident)                                                \
	X(CLOCK_CORRECTED, "clock.corrected", incident)                                            \
	X(CLOCK_FLAPPING, "clock.flapping", incident)                                              \
	X(CLOCK_STEADY, "clock.steady", incident)                                                  \
	X(CLOCK_MARK, "clock.mark", none)                                                          \
	X(CLOCK_BREACHED, "clock.breached", incident)                                              \
	X(CLOCK_RESTORED, "clock.restored", incident)                                              \
	X(STEP_FIRED, "step.fired", calltree)                                                      \
	X(STEP_DONE, "step.done", calltree)                                                        \
	X(TREE_EXHAUSTED, "tree.exhausted", calltree)                                              \
	X(SEAT_VACANT, "seat.vacant", calltree)                                                    \
	X(SHIFT_CHANGED, "shift.changed", calltree)                                                \
	X(CALL_QUEUED, "call.queued", calltree)                                                    \
	X(CALL_INTENT, "call.intent", calltree)                                                    \
	X(CALL_SENT, "call.sent", calltree)                                                        \
	X(CALL_RECEIVED, "call.received", calltree)                                                \
	X(CALL_FAILED, "call.failed", calltree)                                                    \
	X(CALL_UNKNOWN, "call.unknown", calltree)                                                  \
	X(CALL_UNANSWERED, "call.unanswered", calltree)                                            \
	X(CALL_STOPPED, "call.stopped", calltree)                                                  \
	X(CALL_RESULT, "call.result", calltree)                                                    \
	X(ABSENCE_BEGAN, "absence.began", absence)                                                 \
	X(ABSENCE_ENDED, "absence.ended", absence)                                                 \
	X(ABSENCE_EXPIRED, "absence.expired", absence)                                             \
	X(ACK_GIVEN, "ack.given", act)                                                             \
	X(ACK_EXPIRED, "ack.expired", calltree)                                                    \
	X(ACT_AUTHORIZE, "act.authorize", act)                                                     \
	X(ACT_DECLARE, "act.declare", act)                                                         \
	X(ACT_DECLINE, "act.decline", act)                                                         \
	X(ACT_FALSE_ALARM, "act.false-alarm", act)                                                 \
	X(ACT_RESUME, "act.resume", act)                                                           \
	X(ACT_RESTORE, "act.restore", act)                                                         \
	X(ACT_RETURN, "act.return", report)                                                        \
	X(ACT_REPORT, "act.report", report)                                                        \
	X(ACT_CONFIRM_REPORT, "act.confirm-report", report)                                        \
	X(ACT_CLASSIFY, "act.classify", report)                                                    \
	X(ACT_COMPLETE, "act.complete", report)                                                    \
	X(ACT_MERGE, "act.merge", merge)                                                           \
	X(REPORT_CALLED, "report.called", report)                                                  \
	X(REPORT_UNANSWERED, "report.unanswered", report)                                          \
	X(ACT_ENTRY, "act.entry", entries)                                                         \
	X(ACT_ACTION, "act.action", entries)                                                       \
	X(ACT_FINAL_REPORT, "act.final-report", entries)                                           \
	X(DEADLINE_SET, "deadline.set", entries)                                                   \
	X(DEADLINE_DUE, "deadline.due", entries)                                                   \
	X(DEADLINE_DROPPED, "deadline.dropped", entries)                                           \
	X(ACT_CLOSE, "act.close", act)                                                             \
	X(ACT_ESCALATE, "act.escalate", none)                                                      \
	X(ACT_NOTE, "act.note", act)                                                               \
	X(ACT_REFUSED, "act.refused", none)                                                        \
	X(ACT_CONVENE, "act.convene", act)                                                         \
	X(ACT_WAIT, "act.wait", act)                                                               \
	X(GATE_OPENED, "gate.opened", gate)                                                        \
	X(ACT_RATIFY, "act.ratify", act)                                                           \
	X(RATIFICATION_PENDING, "ratification.pending", ratify)                                    \
	X(RATIFICATION_ASKED, "ratification.asked", ratify)                                        \
	X(RATIFICATION_OVERDUE, "ratification.overdue", ratify)                                    \
	X(RATIFICATION_ENDED, "ratification.ended", ratify)                                        \
	X(ACT_CONFIRM, "act.confirm", act)                                                         \
	X(ACT_DISPUTE, "act.dispute", act)                                                         \
	X(CONFIRMATION_OVERDUE, "confirmation.overdue", confirm)                                   \
	X(CHECKLIST_STARTED, "checklist.started", checklist)                                       \
	X(CHECKLIST_STEP, "checklist.step", act)                                                   \
	X(CHECKLIST_OVERDUE, "checklist.overdue", checklist)                                       \
	X(JORNADA_BEGAN, "jornada.began", calendar)                                                \
	X(JORNADA_ENDED, "jornada.ended", calendar)                                                \
	X(ACT_NO_DRILL, "act.no-drill", none)                                                      \
	X(INCIDENT_PROMOTED, "incident.promoted", calendar)                                        \
	X(ACT_WINDOW, "act.window", silence)                                                       \
	X(ACT_SILENCE, "act.silence", silence)                                                     \
	X(ACT_SIGN, "act.sign", silence)                                                           \
	X(ACT_UNSILENCE, "act.unsilence", silence)                                                 \
	X(WINDOW_OPENED, "window.opened", silence)                                                 \
	X(SILENCE_BEGAN, "silence.began", silence)                                                 \
	X(SILENCE_WARNED, "silence.warned", silence)                                               \
	X(SILENCE_ENDED, "silence.ended", silence)                                                 \
	X(INCIDENT_SILENCED, "incident.silenced", silence)                                         \
	X(INCIDENT_UNSILENCED, "incident.unsilenced", silence)                                     \
	X(ACT_ORDER, "act.order", orders)                                                          \
	X(ORDER_CONFIRMED, "order.confirmed", orders)                                              \
	X(ORDER_COMPLETE, "order.complete", orders)                                                \
	X(ORDER_MISSING, "order.missing", orders)                                                  \
	X(ACT_ADOPT, "act.adopt", adopt)                                                           \
	X(CLOCK_RTO, "clock.rto", adopt)

enum event_kind {
#define X(sym, word, layer) EVENT_##sym,
	EVENT_KINDS(X)
#undef X
		EVENT_KIND_COUNT
};
const char *event_kind_word(enum event_kind k);
enum event_kind event_kind_from_word(struct slice word); /* EVENT_KIND_COUNT = unknown */

enum {
	EVENT_VERSION = 1,
	EVENT_TEXT_MAX = 512,
	EVENT_LIST_MAX = 8,
	EVENT_SITES_MAX = 64,
	EVENT_LINK_SIZE = 65,
	EVENT_SOURCE_SIZE = 46
};

struct event {
	uint64_t seq; /* 0 until appended */
	enum event_kind kind;
	struct wall_time at, recorded;
	/* Indices into the plan in force; PLAN_NONE where the kind has none. */
	uint32_t check, agent, component, service, step, seat, person, recorded_by, contact,
		channel, site, other, /* other: a second person */
		post, jornada;
	struct plan_post_set posts;
	uint32_t cuts, cut_source; /* a series, and a source of that series */
	uint64_t cut_late, cut_blind; /* sets of sources */
	uint64_t incident, call;
	struct wall_time began, not_before,
		until; /* until: expires, breach_at, repeat_at, due ... */
	enum outcome outcome;
	int from, to; /* states, of the machine that the kind names */
	int64_t number; /* folio, n, pct, round, rto, outage, step_us ... */
	uint64_t seq_from, seq_to; /* agent.gap; ordinals of cut.unseen */
	enum call_kind call_kind;
	enum act act;
	enum proof proof;
	bool maybe_duplicate, drill, estimated;
	uint32_t attempt, level;
	uint32_t by[EVENT_LIST_MAX]; /* components */
	uint32_t by_count;
	uint32_t also[EVENT_LIST_MAX], also_count; /* other seats that a call names */
	uint32_t stands_for; /* whose place the person of a call takes */
	char what[ACT_WHAT_SIZE], via[ACT_WHAT_SIZE],
		ref[ACT_REF_SIZE]; /* a kind's own words; what others know it by; "" if none */
	uint64_t entry; /* another entry that this one speaks of; 0 if none */
	uint32_t sites[EVENT_SITES_MAX];
	uint32_t site_count;
	char source[EVENT_SOURCE_SIZE]; /* the address from which a device spoke; "" if none */
	char link[EVENT_LINK_SIZE]; /* SHA-256 (hex) of a link's token; "" if none */
	char text[EVENT_TEXT_MAX]; /* why, detail, note, reason, boot ...; "" if none */
	const struct plan *plan; /* PLAN_APPLIED only */
};

struct event_list {
	struct event *items;
	size_t count, cap;
};
void event_list_release(struct event_list *l) NONNULL_ALL;
void event_list_reset(struct event_list *l) NONNULL_ALL;
/* A zeroed event with all indices PLAN_NONE and times unknown, appended. */
struct event *event_list_add(struct event_list *l, enum event_kind kind, struct wall_time at,
			     struct wall_time recorded) NONNULL_ALL;

/* The journal body (canonical JSON, docs/EVENTS.md) under the plan in force. */
void event_encode(const struct event *ev, const struct plan *plan, struct buf *body)
	NONNULL(1, 3); /* plan may be NULL for kinds without ids */

/* Reads a body back. For plan.applied `ret->plan` stays NULL and `*ret_plan_json` borrows the
 * plan's JSON: the shell loads it (plan/plan_file.h) and sets ret->plan before engine_apply.
 * ERR_CORRUPT with a sentence when an id is not in the plan or the body is malformed. */
enum err event_decode(uint64_t seq, struct slice kind, int version, struct wall_time at,
		      struct wall_time recorded, struct slice body, const struct plan *plan,
		      struct event *ret, struct slice *ret_plan_json, struct err_info *info)
	NONNULL(8, 9, 10) MUST_CHECK;

/* The incident and the call that a body names (0 = none): an incident's entries speak in the ids of
 * the plan under which it runs, which must be known before they can be decoded. */
void event_peek_scope(struct slice body, uint64_t *ret_incident, uint64_t *ret_call) NONNULL(2, 3);

#endif
