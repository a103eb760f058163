/* duty.h - who is there: absences ("I leave, X takes"), and who answers for a seat now, out of shifts and absences. Absences belong
 * to the world: an incident's own plan is looked up by ids. Rules: docs/ARCHITECTURE.md. */
#ifndef VIGIA_ENGINE_DUTY_H
#define VIGIA_ENGINE_DUTY_H

#include "base/attr.h"
#include "engine/engine_state.h"

/* One who answers for a seat. */
struct duty_person {
	uint32_t person;
	uint32_t stands_for; /* the one who left, PLAN_NONE: nobody */
	bool away; /* left without naming anybody: comes last */
};
enum { DUTY_MAX = 2 };

/* In the order in which they are called; returns how many, 0 = nobody holds it at this hour. */
size_t duty_of_seat(const struct engine *e, const struct plan *p, uint32_t seat,
		    struct wall_time now, struct duty_person ret[DUTY_MAX]) NONNULL_ALL;
/* The same for one person: a stand-in, or the person. */
struct duty_person duty_of_person(const struct engine *e, const struct plan *p,
				  uint32_t person) NONNULL_ALL;
/* The absence of a person of that plan, NULL: there. */
const struct absence *duty_absence(const struct engine *e, const struct plan *p,
				   uint32_t person) NONNULL_ALL;
/* May decide for a level: who answers for a seat of it now, its titular and suplente of the hour also while they are away, and who was
 * called for it in this incident (a shift that ended meanwhile takes nobody's word away). */
bool duty_holds_level(const struct engine *e, const struct incident *i, uint32_t person,
		      uint32_t level, struct wall_time now) NONNULL_ALL;

/* The same for one seat. */
bool duty_holds_seat(const struct engine *e, const struct incident *i, uint32_t person,
		     uint32_t seat, struct wall_time now) NONNULL_ALL;

/* Outside of incidents: who answers for a seat of that level now, and its titular and suplente of the hour. */
bool duty_answers_for_level(const struct engine *e, const struct plan *p, uint32_t person,
			    uint32_t level, struct wall_time now) NONNULL_ALL;

struct refusal duty_refuse_leave(const struct engine *e, const struct input *in) NONNULL_ALL;
struct refusal duty_refuse_back(const struct engine *e, const struct input *in) NONNULL_ALL;

#endif
