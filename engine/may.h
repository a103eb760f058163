/* may.h - who may act on an incident now, and what stands against those who may not: the rules of the acts themselves, asked beforehand.
 * Nothing is recorded. What a person still has to write (reason, cause) counts as written. The desk shows it beside each option. */
#ifndef VIGIA_ENGINE_MAY_H
#define VIGIA_ENGINE_MAY_H

#include "base/arena.h"
#include "base/attr.h"
#include "engine/engine.h"

/* Somebody who may by the plan. */
struct may_person {
	uint32_t person;
	const char *why; /* what stands against it now, whoever they are; NULL: nothing */
};
struct may_act {
	enum act act;
	const char *what; /* `what` of the act, NULL: it takes none, or any */
	int64_t n; /* escalate: the level; merge: the other incident; check: the activity; 0 */
	uint64_t entry; /* confirm, dispute: of which act; 0 */
	uint32_t service; /* check: whose checklist; PLAN_NONE */
	/* For whom was asked; `err` ERR_OK: they may. */
	enum err err;
	const char *why;
	bool anybody; /* everybody of the plan may: nobody is listed */
	const struct may_person *people;
	size_t person_count;
};
struct may {
	const struct plan *plan; /* of the incident: all indices are its */
	const struct may_act *acts;
	size_t act_count;
};

/* `person`: for whom it is asked, PLAN_NONE: for nobody (err and why mean nothing then); `hand`: who would write it down for them, PLAN_NONE:
 * they themselves (a false alarm: anybody else who holds a seat). `people`: fill in who may decide, which costs more. False if the
 * incident is not in memory. `ret` lives in the arena. Indices are of the incident's plan. */
bool may_of(const struct engine *e, uint64_t incident, struct wall_time now, uint32_t person,
	    uint32_t hand, bool people, struct arena *arena, struct may *ret) NONNULL(1, 7, 8);

#endif
