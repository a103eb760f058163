/* engine.h - the continuity engine: takes inputs and time as data, returns events, and from events
 * the effects that are wanted. No I/O, no clock, no threads, no randomness (DESIGN 1.2; proved by
 * `make lint`). The shell's turn (STYLE 3.7), per input:
 *
 *	engine_decide -> append every event to the open transaction (that gives ev->seq)
 *		-> engine_apply -> INPUT_SETTLE until no more events
 *	one commit per turn of the loop; only then engine_effects of the committed events go out.
 *
 * Replay = engine_apply of every journalled event, in order; never decide. */
#ifndef VIGIA_ENGINE_ENGINE_H
#define VIGIA_ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "engine/effect.h"
#include "engine/event.h"
#include "engine/input.h"
#include "engine/plan.h"

struct engine;

struct engine_limits {
	uint32_t incidents_open; /* past it new failures join one catch-all incident that pages */
	uint32_t calls_per_incident;
};
extern const struct engine_limits engine_limits_default;

/* An engine without a plan: the first event must be plan.applied. Freed with engine_free. */
struct engine *engine_new(const struct engine_limits *limits) NONNULL_ALL;
void engine_free(struct engine *e);

/* Soft memory, not journalled, not in the digest. Returns true if this sample can change a state:
 * the shell then sends it as INPUT_SAMPLE in the same turn. O(1), no allocation; the hot path.
 * A sample not newer than the newest of its vantage is ignored unless it is `backlog`. */
bool engine_observe(struct engine *e, const struct sample *s) NONNULL_ALL MUST_CHECK;
/* After the fold: the newest moment at which an earlier run of the collector has drawn this vantage. Most good samples are
 * not journalled; without it what goes blind after a start would seem blind since it was first seen well. */
void engine_recall(struct engine *e, uint32_t vantage, struct wall_time t) NONNULL_ALL;
/* The agent was heard. True: send INPUT_CONTACT (it was silent before). */
bool engine_contact(struct engine *e, uint32_t agent, struct wall_time now) NONNULL(1) MUST_CHECK;

/* A device spoke by itself. True: send INPUT_HEARD. False: it was beyond the component's budget, and is counted. */
bool engine_hear(struct engine *e, uint32_t vantage, struct wall_time now) NONNULL(1) MUST_CHECK;

/* Reads only. Appends to `ret` (events have no seq yet). ERR_NOT_FOUND / ERR_DENIED /
 * ERR_WRONG_STATE for an act that is refused: `ret` then holds the act.refused event to be
 * journalled all the same, and `info` the sentence for the person. */
enum err engine_decide(const struct engine *e, const struct input *in, struct event_list *ret,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Makes room so that applying `count` events cannot allocate; call before the append. */
void engine_reserve(struct engine *e, size_t count) NONNULL_ALL;
/* Total: cannot fail. ev->seq must be set and rise. A PLAN_APPLIED event carries ev->plan, which
 * the engine keeps until no incident needs it (then plan_free). */
void engine_apply(struct engine *e, const struct event *ev) NONNULL_ALL;

/* The earliest moment at which INPUT_TICK would decide something; WALL_NEVER = none. */
struct wall_time engine_next_deadline(const struct engine *e) NONNULL_ALL;

/* The effect that a committed event asks for, appended to `ret` (at most one). */
void engine_effects(const struct engine *e, const struct event *ev,
		    struct effect_list *ret) NONNULL_ALL;
/* After replay: every call.intent without a result, marked maybe_duplicate when its outcome is
 * unknown. The shell journals call.unknown for them (INPUT_DELIVERY) before it sends again. */
void engine_pending(const struct engine *e, struct effect_list *ret) NONNULL_ALL;

/* Same history, same digest. Soft memory excluded. */
uint64_t engine_digest(const struct engine *e) NONNULL_ALL;

/* An incident runs under the plan it began with, so its entries speak in that plan's ids. These two
 * choose the plan; the shell uses them instead of event_encode and event_decode. People named in
 * INPUT_ACT are indices of the incident's plan (view_incident.plan). */
void engine_encode(const struct engine *e, const struct event *ev, struct buf *body) NONNULL_ALL;
enum err engine_decode(const struct engine *e, uint64_t seq, struct slice kind, int version,
		       struct wall_time at, struct wall_time recorded, struct slice body,
		       struct event *ret, struct slice *ret_plan_json, struct err_info *info)
	NONNULL(1, 8, 9, 10) MUST_CHECK;
/* The plan of an incident or of a call's incident (0 = none); the present plan otherwise. */
const struct plan *engine_plan_of(const struct engine *e, uint64_t incident, uint64_t call)
	NONNULL(1);

#endif
