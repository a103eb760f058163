/* effect.h - what the engine may ask the shell to do, after the commit. One event asks for at most
 * one effect, whose id is the event's sequence number; the result comes back as INPUT_DELIVERY. */
#ifndef VIGIA_ENGINE_EFFECT_H
#define VIGIA_ENGINE_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"

/* Why somebody is told something; also the `kind` of a message. */
#define CALL_KINDS(X)                                                                              \
	X(DOWN, "down") /* it fails: please act */                                                 \
	X(BLIND, "blind") /* we cannot see it */                                                   \
	X(FLAPPING, "flapping") /* it fails and recovers again and again: please act */            \
	X(UPDATE, "update") /* to somebody who was reached already */                              \
	X(MARK, "mark") /* an RTO mark has passed */                                               \
	X(ASK, "ask") /* a decision is asked for */                                                \
	X(BREACH, "rto-breached") /* the RTO is over */                                            \
	X(UP, "up") /* it works again: owed to whoever was told "down" */                          \
	X(NOT_OBSERVED, "not-observed") /* the blind time turned out well */                       \
	X(FALSE_ALARM, "false-alarm")                                                              \
	X(CLOSED, "closed")                                                                        \
	X(DRILL_OVER, "drill-over") /* the drill has ended, or was broken off */                   \
	X(HANDOVER, "hand-over") /* a seat changes hands while an incident is open */              \
	X(REPORTED, "reported") /* somebody reports trouble: please assess */                      \
	X(COMPLETE, "report-complete") /* the report is complete: the coordinator assesses */      \
	X(DUE, "due") /* a paper or an action is overdue; informs */                               \
	X(SYSTEM, "system") /* trouble of our own */                                               \
	X(NO_DRILL, "no-drill") /* what was told as a drill is real */                             \
	X(ORDER, "order") /* to a field post: suspend, wait, resume */                             \
	X(SILENCE_ENDING, "silence-ending") /* to its owner and the desk */                        \
	X(SILENCE_ENDED, "silence-ended")

enum call_kind {
#define X(sym, word) CALL_##sym,
	CALL_KINDS(X)
#undef X
		CALL_KIND_COUNT
};
const char *call_kind_word(enum call_kind k);

struct effect {
	uint64_t id; /* seq of the call.intent event; stable over restarts and resends */
	uint64_t incident; /* id; 0: of none (engine/silence.c) */
	uint32_t folio;
	enum call_kind kind;
	uint32_t seat; /* PLAN_NONE for a person called directly */
	uint32_t person, contact; /* contact: index into the person's contacts */
	uint32_t channel;
	uint32_t service; /* PLAN_NONE where it is of no incident */
	uint64_t about; /* the entry that it speaks of: the order, the silence; 0 if none */
	uint32_t stands_for; /* told in the place of this person, who is away; PLAN_NONE */
	bool maybe_duplicate;
	bool drill; /* SIMULACRO */
	struct wall_time at;
};

struct effect_list {
	struct effect *items;
	size_t count, cap;
};

#endif
