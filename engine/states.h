/* states.h - the state machines' words, once: enum and name come from the same list (STYLE 3.7).
 * docs/STATES.md explains each word; dashboard and CLI translate them. */
#ifndef VIGIA_ENGINE_STATES_H
#define VIGIA_ENGINE_STATES_H

#define CHECK_STATES(X)                                                                            \
	X(UNKNOWN, "unknown") /* no sample yet, within the grace after a start */                  \
	X(OK, "ok")                                                                                \
	X(WARNING, "warning")                                                                      \
	X(CRITICAL, "critical")                                                                    \
	X(BLIND, "blind")

#define COMPONENT_STATES(X)                                                                        \
	X(UNKNOWN, "unknown")                                                                      \
	X(OK, "ok")                                                                                \
	X(WARNING, "warning")                                                                      \
	X(CRITICAL, "critical")                                                                    \
	X(BLIND, "blind")                                                                          \
	X(UNREACHABLE, "unreachable")

#define SERVICE_STATES(X)                                                                          \
	X(UNKNOWN, "unknown")                                                                      \
	X(OK, "ok")                                                                                \
	X(DEGRADED, "degraded") /* served, but a member is not */                                  \
	X(BLIND, "blind")                                                                          \
	X(DOWN, "down")

#define INCIDENT_STATES(X)                                                                         \
	X(SUSPECT, "suspect")                                                                      \
	X(CONFIRMED, "confirmed")                                                                  \
	X(ACTIVATION_ASKED, "activation-asked")                                                    \
	X(AUTHORISED, "authorised")                                                                \
	X(DECLARED, "declared")                                                                    \
	X(DECLINED, "declined")                                                                    \
	X(RESTORED, "restored")                                                                    \
	X(RESUMED, "resumed")                                                                      \
	X(CLOSED, "closed")                                                                        \
	X(FALSE_ALARM, "false-alarm")

#define INCIDENT_KINDS(X)                                                                          \
	X(DOWN, "down")                                                                            \
	X(BLIND, "blind")                                                                          \
	X(CATCH_ALL, "catch-all")                                                                  \
	X(REPORTED, "reported") /* a person's word; nothing has measured it */                     \
	X(PAST, "past") /* over before we heard of it: on record, nobody is paged */

/* What late data shows of one vantage: an outage that was over before we heard of it. */
#define PAST_STATES(X)                                                                             \
	X(CLEARED, "cleared") /* nothing is pending */                                             \
	X(SUSPECT, "suspect")                                                                      \
	X(CRITICAL, "critical")                                                                    \
	X(OVER, "over") /* its end is known; services are to be judged */                          \
	X(PLACED, "placed") /* ... have been judged */

/* A series of publication cuts: how the newest cut that is due is published (engine/cuts.c). */
#define CUT_STATES(X)                                                                              \
	X(WAITING, "waiting") /* none is due yet, or it is watched from the next one on */         \
	X(DUE, "due") /* within its grace */                                                       \
	X(COMPLETE, "complete") /* every kind of data and every mirror shows it */                 \
	X(LATE, "late") /* the grace is over, the main site does not show it */                    \
	X(MISSING, "missing") /* the next one came due without it */                               \
	X(INCONSISTENT, "inconsistent") /* shown in one place, not in another */                   \
	X(BLIND, "blind") /* it cannot be seen whether it is published */                          \
	X(OVER, "over") /* the last one is complete */

/* The age of the newest copy of a service's data against its RPO (engine/rpo.c). */
#define RPO_STATES(X)                                                                              \
	X(UNKNOWN, "unknown") /* no copy was seen yet */                                           \
	X(MET, "met")                                                                              \
	X(EXCEEDED, "exceeded")

#define CALL_STATES(X)                                                                             \
	X(PENDING, "pending") /* intent journalled, no result yet */                               \
	X(SENT, "sent") /* the channel took it */                                                  \
	X(UNKNOWN, "unknown") /* may have left: goes again, marked */                              \
	X(RECEIVED, "received") /* receipt */                                                      \
	X(ACKNOWLEDGED, "acknowledged") /* a human being answered */                               \
	X(EXPIRED, "expired") /* the acknowledgement ran out */                                    \
	X(UNANSWERED, "unanswered") /* ack_within passed */                                        \
	X(FAILED, "failed")                                                                        \
	X(STOPPED, "stopped") /* nothing more is expected of it */

/* Why an agent is silent, or what its site shows from two sides (engine/cause.c). */
#define AGENT_CAUSES(X)                                                                            \
	X(NONE, "none") /* it is heard, and nothing is to be told apart */                         \
	X(UNKNOWN, "unknown")                                                                      \
	X(LINK_CUT, "link-cut")                                                                    \
	X(AGENT_DEAD, "agent-dead")                                                                \
	X(PARTIAL, "partial")                                                                      \
	X(FAR_SIDE_DOWN, "far-side-down")                                                          \
	X(ONE_WAY, "one-way")

/* The coordinator's gate before level 1 (engine/gate.c), and why it opened. */
#define GATE_STATES(X)                                                                             \
	X(NONE, "none") /* nothing asks level 1, or no coordinator is called before it */          \
	X(SHUT, "shut")                                                                            \
	X(HELD, "held")                                                                            \
	X(OPEN, "open")
#define GATE_WHYS(X)                                                                               \
	X(PERSON, "person")                                                                        \
	X(SILENCE, "silence")                                                                      \
	X(TIME, "time")

/* A declaration without level 1 (engine/ratify.c). */
#define RATIFICATION_STATES(X)                                                                     \
	X(NONE, "none")                                                                            \
	X(PENDING, "pending")                                                                      \
	X(RATIFIED, "ratified")                                                                    \
	X(REFUSED, "refused")                                                                      \
	X(VOID, "void") /* the declaration itself was disputed */

/* An act that was recorded (engine/confirm.c). */
#define DEED_STATES(X)                                                                             \
	X(PLAIN, "plain")                                                                          \
	X(UNCONFIRMED, "unconfirmed")                                                              \
	X(OVERDUE, "overdue")                                                                      \
	X(CONFIRMED, "confirmed")                                                                  \
	X(DISPUTED, "disputed")

/* An activity of a checklist (engine/checklist.c). */
#define TASK_STATES(X)                                                                             \
	X(OPEN, "open")                                                                            \
	X(DONE, "done")                                                                            \
	X(YES, "yes")                                                                              \
	X(NO, "no")                                                                                \
	X(SKIPPED, "skip")

#define X(sym, word) CHECK_##sym,
enum check_state { CHECK_STATES(X) CHECK_STATE_COUNT };
#undef X
#define X(sym, word) COMPONENT_##sym,
enum component_state { COMPONENT_STATES(X) COMPONENT_STATE_COUNT };
#undef X
#define X(sym, word) SERVICE_##sym,
enum service_state { SERVICE_STATES(X) SERVICE_STATE_COUNT };
#undef X
#define X(sym, word) INCIDENT_##sym,
enum incident_state { INCIDENT_STATES(X) INCIDENT_STATE_COUNT };
#undef X
#define X(sym, word) INCIDENT_KIND_##sym,
enum incident_kind { INCIDENT_KINDS(X) INCIDENT_KIND_COUNT };
#undef X
#define X(sym, word) PAST_##sym,
enum past_state { PAST_STATES(X) PAST_STATE_COUNT };
#undef X
#define X(sym, word) CUT_##sym,
enum cut_state { CUT_STATES(X) CUT_STATE_COUNT };
#undef X
#define X(sym, word) RPO_STATE_##sym,
enum rpo_state { RPO_STATES(X) RPO_STATE_COUNT };
#undef X
#define X(sym, word) CALL_STATE_##sym,
enum call_state { CALL_STATES(X) CALL_STATE_COUNT };
#undef X

#define X(sym, word) CAUSE_##sym,
enum agent_cause { AGENT_CAUSES(X) AGENT_CAUSE_COUNT };
#undef X

#define X(sym, word) GATE_##sym,
enum gate_state { GATE_STATES(X) GATE_STATE_COUNT };
#undef X
#define X(sym, word) GATE_WHY_##sym,
enum gate_why { GATE_WHYS(X) GATE_WHY_COUNT };
#undef X
#define X(sym, word) RATIFICATION_##sym,
enum ratification_state { RATIFICATION_STATES(X) RATIFICATION_STATE_COUNT };
#undef X
#define X(sym, word) DEED_##sym,
enum deed_state { DEED_STATES(X) DEED_STATE_COUNT };
#undef X
#define X(sym, word) TASK_##sym,
enum task_state { TASK_STATES(X) TASK_STATE_COUNT };
#undef X

const char *check_state_word(enum check_state s);
const char *component_state_word(enum component_state s);
const char *service_state_word(enum service_state s);
const char *incident_state_word(enum incident_state s);
const char *incident_kind_word(enum incident_kind k);
const char *past_state_word(enum past_state s);
const char *cut_state_word(enum cut_state s);
const char *rpo_state_word(enum rpo_state s);
const char *call_state_word(enum call_state s);
const char *agent_cause_word(enum agent_cause c);
const char *gate_state_word(enum gate_state s);
const char *gate_why_word(enum gate_why w);
const char *ratification_state_word(enum ratification_state s);
const char *deed_state_word(enum deed_state s);
const char *task_state_word(enum task_state s);

#endif
