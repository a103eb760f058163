/* effects.h - what was committed and must now be done: messages out, and what became of them back in as inputs. */
#ifndef VIGIA_COLLECTOR_EFFECTS_H
#define VIGIA_COLLECTOR_EFFECTS_H

#include "base/attr.h"
#include "collector/collector.h"
#include "engine/effect.h"

struct effects;

struct effects_stats {
	uint64_t sent, failed, marked;
};

struct effects *effects_new(struct collector *c) NONNULL_ALL __attribute__((returns_nonnull));
void effects_free(struct effects *f);
/* Queues what a commit asked for. */
void effects_queue(struct effects *f, const struct effect_list *list) NONNULL_ALL;
/* Sends what is queued; the deliveries are decided and committed as they come. */
void effects_run(struct effects *f) NONNULL_ALL;
/* After the fold and before anything new is decided: remembers the calls without a result. */
void effects_note_pending(struct effects *f) NONNULL_ALL;
/* After a start: calls whose outcome nobody knows are journalled as unknown, and so go again, marked. */
void effects_resume(struct effects *f) NONNULL_ALL;
struct effects_stats effects_stats(const struct effects *f) NONNULL_ALL;

#endif
