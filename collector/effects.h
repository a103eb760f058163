/* effects.h - what was committed and must now be done: messages out, and what became of them back in as inputs. Each
 * channel has so many sends under way at once and each send its time limit; what waits or hangs on one channel holds up
 * no other. */
#ifndef VIGIA_COLLECTOR_EFFECTS_H
#define VIGIA_COLLECTOR_EFFECTS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/catalog.h"
#include "collector/collector.h"
#include "engine/effect.h"

struct effects;

struct effects_stats {
	uint64_t sent, failed, unknown, marked;
	uint64_t dropped; /* no longer wanted when their turn came */
	uint64_t in_flight, waiting; /* now */
};

struct effects *effects_new(struct collector *c) NONNULL_ALL __attribute__((returns_nonnull));
/* Sends under way end without a result: the next start finds them without one. */
void effects_free(struct effects *f);
/* Queues what a commit asked for. */
void effects_queue(struct effects *f, const struct effect_list *list) NONNULL_ALL;
/* Begins what is queued as far as the channels' limits allow; what is done at once is decided and committed at once, the
 * rest ends a turn of the loop later (collector_end_turn_soon). */
void effects_run(struct effects *f) NONNULL_ALL;
/* After the fold and before anything new is decided: remembers the calls without a result. */
void effects_note_pending(struct effects *f) NONNULL_ALL;
/* After a start: calls whose outcome nobody knows are journalled as unknown, and so go again, marked; those that were to
 * go again already just do. */
void effects_resume(struct effects *f) NONNULL_ALL;
/* Begins nothing any more. `idle` is called when nothing is under way: at once, or when the last send has ended. */
void effects_stop(struct effects *f, void (*idle)(void *user), void *user) NONNULL(1, 2);
/* Everything that a message about an open call says now; false if the call or its incident is gone. `ret` lives in the arena. */
struct facts;
bool effects_facts(struct effects *f, uint64_t call, struct arena *arena, struct facts *ret,
		   const struct catalog **ret_words) NONNULL_ALL;
struct effects_stats effects_stats(const struct effects *f) NONNULL_ALL;

#endif
