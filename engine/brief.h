/* brief.h - what a person must know to decide on an incident, worked out by one pure function, so that message, dashboard, API and
 * command line show the same facts (DESIGN 5; the plan's activities 11 and 12: time elapsed and impact). Nothing in it is
 * guessed: the forecast says what the clock and the policy will do if nothing changes, and what was seen to work again. */
#ifndef VIGIA_ENGINE_BRIEF_H
#define VIGIA_ENGINE_BRIEF_H

#include "base/arena.h"
#include "base/attr.h"
#include "engine/engine.h"
#include "engine/states.h"

/* One service of the incident. Indices are those of the incident's plan. */
struct brief_service {
	uint32_t service;
	bool running, breached, estimated;
	struct wall_time began, not_before, breach_at,
		restored; /* it began in [not_before, began] */
	int64_t elapsed_us, left_us; /* left: negative once the RTO is over */
	/* Of the checks below its diagram: how many there are, fail or are not seen now, and fail no more since it began. */
	uint32_t checks, failing, recovered;
	struct wall_time next_at; /* the policy's next mark; WALL_NEVER: none */
	uint32_t next_pct, next_step; /* valid with next_at */
};
/* Somebody who was called. */
struct brief_person {
	uint32_t person, seat; /* seat: of the last call, PLAN_NONE if called by name */
	uint32_t level, calls;
	bool answered; /* their answer holds */
	bool passed; /* "no puedo" */
	enum act act; /* valid with answered or passed */
	struct wall_time at; /* of the answer, or of the last call */
	enum call_state state; /* of the last call */
};
/* An act that was recorded, oldest first. */
struct brief_deed {
	uint64_t seq;
	enum act act;
	enum proof proof;
	enum deed_state state;
	uint32_t person, recorded_by;
	uint32_t second; /* who confirmed or disputed it, PLAN_NONE */
	struct wall_time at, due; /* due: while it is unconfirmed */
	const char *note; /* shortened */
};
struct brief_task {
	uint32_t activity; /* index into the procedure's activities */
	enum task_state state;
	uint32_t seat; /* responsible; PLAN_NONE: `by` names no seat of the plan */
	uint32_t by, recorded_by; /* valid unless open */
	struct wall_time at;
	uint64_t seq; /* the entry with note and reference */
};
struct brief_checklist {
	uint32_t service, procedure;
	const struct brief_task *tasks; /* one per activity */
	uint32_t task_count, done; /* done: not open */
	uint32_t next; /* index of the task whose turn it is, PLAN_NONE: over */
	struct wall_time due; /* WALL_UNKNOWN: no limit */
	bool overdue;
};
/* The clause of the plan by which level 1 is asked. */
struct brief_clause {
	uint32_t policy, step; /* PLAN_NONE: no policy asks level 1 */
	uint32_t service; /* by whose clock */
	uint32_t procedure; /* that the activation would start, PLAN_NONE */
	struct wall_time mark,
		latest; /* when level 1 is called, and the latest that the gate can hold it */
	int64_t window_us; /* which level 1 then has */
};
enum {
	IRREGULAR_RATIFICATION = 1 << 0, /* declared without level 1, not ratified */
	IRREGULAR_RATIFICATION_OVERDUE = 1 << 1,
	IRREGULAR_RATIFICATION_REFUSED = 1 << 2,
	IRREGULAR_UNCONFIRMED = 1 << 3, /* an act that another wrote down, past its time */
	IRREGULAR_DISPUTED = 1 << 4
};
#define IRREGULARITIES(X)                                                                          \
	X(RATIFICATION, "ratification-pending")                                                    \
	X(RATIFICATION_OVERDUE, "ratification-overdue")                                            \
	X(RATIFICATION_REFUSED, "ratification-refused")                                            \
	X(UNCONFIRMED, "act-unconfirmed")                                                          \
	X(DISPUTED, "act-disputed")

struct brief {
	uint64_t incident;
	uint32_t folio;
	enum incident_state state;
	const struct plan *plan; /* of the incident */
	struct wall_time now;
	const struct brief_service *services;
	size_t service_count;
	uint32_t
		urgent; /* index into services: runs, and its RTO ends first; PLAN_NONE: nothing runs */
	const struct brief_person *people; /* in the order in which they were called first */
	size_t person_count;
	const struct brief_deed *deeds;
	size_t deed_count;
	uint32_t unconfirmed; /* of those */
	struct brief_clause clause;
	enum gate_state gate;
	enum gate_why gate_why; /* valid while open */
	struct wall_time gate_opened;
	/* While it is shut or held: when level 1 is called by itself, and the latest that can be made of it. */
	struct wall_time gate_until, gate_latest;
	uint32_t gate_waits;
	const uint32_t *authorisers;
	size_t authoriser_count, quorum;
	enum ratification_state ratification;
	struct wall_time ratification_due;
	const uint32_t *ratifiers;
	size_t ratifier_count;
	uint32_t declared_by; /* PLAN_NONE */
	unsigned irregular; /* IRREGULAR_ bits */
	const struct brief_checklist *checklists;
	size_t checklist_count;
};

/* False if the incident is not in memory. What `ret` points to lives in the arena, the engine or the plan, until the next
 * engine_apply. */
bool brief_of(const struct engine *e, uint64_t incident, struct wall_time now, struct arena *arena,
	      struct brief *ret) NONNULL_ALL;
/* The word of one IRREGULAR_ bit; NULL past the last: for (k = 0; ...; k++) over 1 << k. */
const char *brief_irregular_word(unsigned k);

#endif
