/* calltree.h - what the files of the call tree share, private to engine/calltree*.c (DESIGN 5): calltree.c goes through
 * the steps, calltree_slots.c knows who answers for a step, calltree_contact.c by which contact somebody is called next,
 * calltree_news.c tells "up" to whoever was told "down". All of it reads; call_ledger.c applies. */
#ifndef VIGIA_ENGINE_CALLTREE_H
#define VIGIA_ENGINE_CALLTREE_H

#include "base/attr.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

enum { SLOTS_MAX = 64 };

/* One seat (or person) of a step, with those who may answer for it, in order. */
struct slot {
	uint32_t seat, level;
	uint32_t
		named; /* called directly: the person of the plan, whoever takes the call; PLAN_NONE */
	struct duty_person persons[DUTY_MAX];
	size_t person_count;
	bool is_empty; /* nobody is there: who is away without a stand-in is called all the same */
};

/* Which calls belong together: a slot of a step in one round. */
struct scope {
	uint32_t service, step, seat, round;
	uint64_t about; /* outside of the steps: what it is for; 0 within them */
};

enum slot_result { SLOT_WAITING, SLOT_ACKED, SLOT_EXHAUSTED, SLOT_VACANT, SLOT_CALL };
struct slot_next {
	enum slot_result result;
	uint32_t person, contact, stands_for;
	bool update; /* reached already: an update, not another call */
};

/* --- calltree.c --- */
const struct plan_policy *policy_of(const struct incident *i,
				    const struct incident_service *s) NONNULL_ALL;
/* The event, for what else there is to say; of the list, so until the next one is added. */
struct event *calltree_add_intent(const struct turn *t, const struct incident *i,
				  const struct scope *scope, enum call_kind kind, uint32_t level,
				  uint32_t person, uint32_t contact) NONNULL_ALL;
struct event *calltree_add_step(const struct turn *t, enum event_kind kind,
				const struct incident *i, const struct incident_service *s,
				size_t step) NONNULL_ALL;
void calltree_fire(const struct turn *t, const struct incident *i, const struct incident_service *s,
		   size_t step, uint32_t round) NONNULL_ALL;
/* When a call that is still open is given up. */
struct wall_time calltree_call_deadline(const struct incident *i, const struct call *c) NONNULL_ALL;

/* --- calltree_slots.c --- */
struct slot slot_of_seat(const struct turn *t, const struct plan *p, uint32_t seat) NONNULL_ALL;
struct slot slot_of_person(const struct turn *t, const struct plan *p, uint32_t person) NONNULL_ALL;
/* The call was made for this scope, or names its seat as well. */
bool scope_holds(const struct scope *s, const struct call *c) NONNULL_ALL;
/* Who is to be told in a step; returns how many were written. */
size_t slots_of_step(const struct turn *t, const struct incident *i,
		     const struct incident_service *s, const struct plan_step *step,
		     struct slot ret[SLOTS_MAX]) NONNULL_ALL;
/* What is to be done next for a slot. */
struct slot_next slot_next(const struct turn *t, const struct incident *i, const struct slot *slot,
			   const struct scope *scope) NONNULL_ALL;

/* --- calltree_contact.c: by which contact somebody is called next, whatever the call is for --- */
/* Calls of which those that hold have been tried already. */
struct tries {
	const struct call *calls;
	size_t count;
	bool (*holds)(const void *of, const struct call *c);
	const void *of;
};
struct tries tries_of_scope(const struct incident *i, const struct scope *scope) NONNULL_ALL;
bool contact_was_tried(const struct tries *tries, uint32_t person, uint32_t contact) NONNULL_ALL;
/* The person's next contact: those whose carrier works first; PLAN_NONE when all were tried. `p`: that of the indices. */
uint32_t contact_next(const struct engine *e, const struct plan *p, const struct tries *tries,
		      uint32_t person) NONNULL_ALL;
/* What carries it is down, as far as the plan in force knows it. */
bool contact_is_down(const struct engine *e, const struct plan *p, uint32_t person,
		     uint32_t contact) NONNULL_ALL;

/* --- calltree_news.c --- */
bool call_is_information(enum call_kind k); /* nobody waits for an answer */
bool call_is_good_news(enum call_kind k);
void news_decide(const struct turn *t, const struct incident *i) NONNULL_ALL;
struct wall_time news_deadline(const struct engine *e, const struct incident *i) NONNULL_ALL;

#endif
