/* decisions.h - what people decide in an incident, and what of it a later decision needs (DESIGN 5; ARCHITECTURE "Rules that
 * we had to choose"). Private to engine/, folded from the journal only. */
#ifndef VIGIA_ENGINE_DECISIONS_H
#define VIGIA_ENGINE_DECISIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "engine/input.h"
#include "engine/states.h"

struct engine;
struct event;
struct incident;
struct incident_service;
struct refusal;
struct turn;

enum {
	CONFIRM_WITHIN_S = 10 * 60, /* an act that another wrote down */
	RATIFY_WITHIN_S = 30 * 60, /* a declaration without level 1 */
	RATIFIERS_MAX = 16,
	DEEDS_MAX = 1000, /* notes and the like are not kept beyond */
	DEED_NOTE_SIZE = 160
};

/* gate.c: level 1 is convened by the coordinator; of the whole incident, as level 1 decides once for all of it. */
struct gate {
	uint32_t round; /* of the incident, when its failure began: older calls say nothing */
	uint32_t waits; /* how often the coordinator has asked for more time */
	struct wall_time until; /* valid with waits: nobody of level 1 is called before */
	uint32_t convened_by; /* PLAN_NONE: nobody */
	enum gate_why why; /* valid with opened known */
	struct wall_time opened;
};
void gate_begin(struct incident *i) NONNULL_ALL; /* a failure that stands by itself */
enum gate_state gate_state(const struct incident *i) NONNULL_ALL;
/* When a step of the service is due after its clock began: its mark, or later while the coordinator holds level 1 back. */
int64_t gate_after_us(const struct incident *i, const struct incident_service *s,
		      size_t step) NONNULL_ALL;
/* Everybody of this level whom the step calls was called, their time to answer is over, and nobody has answered. */
bool gate_level_is_silent(const struct turn *t, const struct incident *i,
			  const struct incident_service *s, size_t step,
			  uint32_t level) NONNULL_ALL;
/* The step that asks level 1 next, of a service whose clock runs and whose mark comes first; NULL: none. */
const struct incident_service *gate_next_ask(const struct incident *i,
					     size_t *ret_step) NONNULL_ALL;
struct refusal gate_refuse(const struct turn *t, const struct incident *i,
			   const struct input *in) NONNULL_ALL;
/* Until when a wait that is said now holds. */
struct wall_time gate_wait_until(const struct incident *i, struct wall_time now) NONNULL_ALL;
void gate_decide(const struct turn *t) NONNULL_ALL;
void gate_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
uint64_t gate_digest(const struct incident *i) NONNULL_ALL;

/* ratify.c: a declaration for which level 1 has not answered. */
struct ratification {
	enum ratification_state state;
	struct wall_time since, due, asked; /* asked: the last time */
	uint32_t asked_count;
	bool overdue;
	uint32_t declared_by, recorded_by;
	uint32_t ratifiers[RATIFIERS_MAX];
	size_t ratifier_count;
};
bool ratify_is_pending(const struct incident *i) NONNULL_ALL;
bool ratify_is_awaited(const struct incident *i) NONNULL_ALL; /* stays in memory for it */
/* Level 1 is silent: the coordinator may declare without it. */
bool ratify_may_declare(const struct turn *t, const struct incident *i) NONNULL_ALL;
struct refusal ratify_refuse(const struct turn *t, const struct incident *i,
			     const struct input *in) NONNULL_ALL;
/* The event by which a declaration waits for level 1; `why` is its word. */
void ratify_begin(const struct turn *t, const struct incident *i, uint32_t declared_by,
		  uint32_t recorded_by, const char *why) NONNULL_ALL;
void ratify_end(const struct turn *t, const struct incident *i, const char *how) NONNULL_ALL;
void ratify_decide_act(const struct turn *t, const struct incident *i,
		       const struct input *in) NONNULL_ALL;
void ratify_decide(const struct turn *t) NONNULL_ALL;
void ratify_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time ratify_deadline(const struct engine *e) NONNULL_ALL;
uint64_t ratify_digest(const struct incident *i) NONNULL_ALL;

/* confirm.c: every act that was recorded, and whether it still needs a second person. */
struct deed {
	uint64_t seq;
	enum act act;
	enum proof proof;
	enum deed_state state;
	uint32_t person, recorded_by, second; /* second: who confirmed or disputed it */
	struct wall_time at, due; /* due: while unconfirmed */
	char note[DEED_NOTE_SIZE];
};
/* What an act may not do through a second hand: said or written acts, and both sides of a decision by one person. */
/* Of any act, of an incident or of none: nobody writes down what they said themselves. */
struct refusal confirm_refuse_spoken(const struct input *in) NONNULL_ALL;
struct refusal confirm_refuse_hands(const struct incident *i, const struct input *in) NONNULL_ALL;
struct refusal confirm_refuse(const struct incident *i, const struct input *in) NONNULL_ALL;
void confirm_decide_dispute(const struct turn *t, const struct incident *i,
			    const struct input *in) NONNULL_ALL;
void confirm_decide(const struct turn *t) NONNULL_ALL;
void confirm_record(struct incident *i, const struct event *ev) NONNULL_ALL; /* folds any act */
void confirm_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time confirm_deadline(const struct engine *e) NONNULL_ALL;
bool confirm_is_awaited(const struct incident *i) NONNULL_ALL; /* stays in memory for it */
uint64_t confirm_digest(const struct incident *i) NONNULL_ALL;

/* checklist.c: the procedures of a declared incident, one checklist each. */
struct task {
	enum task_state state;
	uint32_t by, recorded_by; /* valid unless open */
	uint64_t seq; /* of the entry that holds note and reference */
	struct wall_time at;
};
struct checklist {
	uint32_t service, procedure; /* the service that brought it */
	struct task *tasks; /* one per activity of the procedure, in its order */
	size_t task_count;
	uint32_t next; /* index of the task whose turn it is, PLAN_NONE: it is done */
	struct wall_time since, due; /* of that turn; due unknown without `within` */
	bool overdue; /* told already */
};
struct refusal checklist_refuse(const struct turn *t, const struct incident *i,
				const struct input *in) NONNULL_ALL;
void checklist_decide_act(const struct incident *i, const struct input *in,
			  struct event *ev) NONNULL_ALL;
void checklist_decide(const struct turn *t) NONNULL_ALL;
void checklist_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void checklist_clear(struct incident *i) NONNULL_ALL;
struct wall_time checklist_deadline(const struct engine *e) NONNULL_ALL;
uint64_t checklist_digest(const struct incident *i) NONNULL_ALL;

static inline uint64_t decisions_mix(uint64_t h, uint64_t v)
{
	return (h ^ v) * UINT64_C(1099511628211);
}

#endif
