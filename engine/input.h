/* input.h - what may be told to the engine. Time is data: every input carries the shell's wall time,
 * which never goes back (STYLE 3.7). Strings are borrowed for the call. */
#ifndef VIGIA_ENGINE_INPUT_H
#define VIGIA_ENGINE_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/instant.h"
#include "base/schema.h"
#include "base/verdict.h"
#include "engine/acts.h"
#include "engine/plan.h"

/* What a device said by itself (docs/SNMP.md "Traps"). */
struct heard_note {
	uint32_t vantage; /* which check of which agent heard it */
	struct wall_time at; /* corrected, never after `now` */
	const char *what, *severity; /* wire/result.h lists the words */
	const char *name, *text, *source;
	int64_t count;
	bool late; /* it came with a backlog */
};

/* One judged result of one vantage. */
enum health { HEALTH_OK, HEALTH_WARNING, HEALTH_CRITICAL, HEALTH_BLIND };
struct sample {
	uint32_t vantage;
	struct wall_time t; /* when it was measured (corrected, never after `arrived`) */
	struct wall_time arrived; /* when the collector got it */
	enum outcome outcome;
	enum health health; /* the collector's verdict: outcome class, then thresholds */
	bool live; /* ahead of its turn: it will come once more, in order */
	bool backlog; /* came late: may correct, never pages (DESIGN 3) */
	bool clock_bad; /* the agent's clock is off: cannot alone start a clock in the past */
	uint8_t value_count;
	int64_t values[SCHEMA_VALUES_MAX]; /* micro */
};

enum proof {
	PROOF_OPERATOR_TOKEN,
	PROOF_LINK,
	PROOF_PIN,
	PROOF_SESSION,
	PROOF_VOICE, /* said; somebody else wrote it down */
	PROOF_PAPER, /* signed on paper; somebody else wrote it down */
	PROOF_COUNT
};
const char *proof_word(enum proof p); /* "operator-token" ... */
bool proof_from_word(struct slice word, enum proof *ret);

enum delivery {
	DELIVERY_SENT, /* the channel's far end took it */
	DELIVERY_RECEIPT, /* proof that it reached the device or person */
	DELIVERY_FAILED,
	DELIVERY_UNKNOWN /* it may or may not have arrived: sent again once, marked */
};

enum drill_input { DRILL_BEGINS, DRILL_FAULT, DRILL_ENDS };

enum input_kind {
	INPUT_TICK, /* time has passed; also what a deadline sends */
	INPUT_SETTLE, /* after apply: until decide yields nothing, at most 64 times */
	INPUT_SAMPLE, /* only when engine_observe said that it matters */
	INPUT_CONTACT, /* only when engine_contact said that it matters */
	INPUT_GAP, /* an agent reports that it lost results */
	INPUT_HEARD, /* a check heard what a device said by itself; only when engine_hear said so */
	INPUT_DELIVERY,
	INPUT_ACT,
	INPUT_PLAN, /* a new plan is to be applied */
	INPUT_START, /* the collector starts: begins the grace of one freshness deadline */
	INPUT_STOP,
	INPUT_CLOCK_STEP, /* the wall clock jumped by `step_us` against the monotonic one */
	INPUT_ACCESS, /* an agent's key or a person's account was changed; only recorded */
	INPUT_DRILL, /* a drill begins, plays a fault, ends */
	INPUT_SKIPPED /* an input made the program die last time; kept in `text` */
};

struct input {
	enum input_kind kind;
	struct wall_time now;
	union {
		struct sample sample;
		struct {
			uint32_t agent;
		} contact;
		struct {
			uint32_t agent;
			const char *boot;
			uint64_t from, to;
			const char *reason;
		} gap;
		struct heard_note heard;
		struct {
			uint64_t call; /* the event sequence number of call.intent */
			enum delivery what;
			const char *detail; /* "" or why, for people */
			const char *link; /* digest of the link in the message, NULL if none */
		} delivery;
		struct {
			uint64_t incident; /* id; 0 for an act of the world */
			enum act act;
			uint32_t person; /* who does it */
			uint32_t recorded_by; /* person, PLAN_NONE = the same */
			enum proof proof;
			const char *note; /* "" if none; required for decline, false-alarm, note */
			uint64_t call; /* PROOF_LINK: whose link it was, 0 otherwise */
			const char *link; /* PROOF_LINK: the link's digest, NULL otherwise */
			struct act_args args; /* what else was given (engine/acts.h) */
		} act;
		struct {
			const struct plan *plan;
		} plan;
		struct {
			const char *id; /* the collector's `start` id */
			const char *version;
		} start;
		struct {
			int64_t step_us;
		} clock;
		struct {
			struct wall_time at; /* when it happened; 0: now */
			const char *text; /* what, of whom, proof, who did it (docs/EVENTS.md) */
		} access;
		struct {
			enum drill_input what;
			uint32_t check,
				agent; /* DRILL_FAULT: one of them, or both; else PLAN_NONE */
			const char *
				word; /* FAULT: what is played; ENDS: done | stopped | pre-empted */
			const char *text; /* BEGINS: the scenario's promise; ENDS: why */
		} drill;
		struct {
			const char *text;
		} skipped;
	} u;
};

#endif
