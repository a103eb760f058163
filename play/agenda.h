/* agenda.h - what will happen in a world by itself: answers that people are about to give, receipts on their way. Taken out
 * in the order of their moments; equal moments in the order in which they were put in, or, with a generator, in any. */
#ifndef VIGIA_PLAY_AGENDA_H
#define VIGIA_PLAY_AGENDA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/rand.h"
#include "engine/effect.h"
#include "engine/input.h"

struct agenda_item {
	struct wall_time t;
	bool is_act; /* else what becomes of a message */
	uint64_t incident;
	uint32_t person; /* of the incident's plan */
	enum act act;
	struct effect effect; /* a message */
	enum delivery what;
	uint64_t tie; /* set by agenda_put */
};
struct agenda {
	struct agenda_item *items;
	size_t count, cap;
	uint64_t put; /* how many so far */
	struct rand *rand; /* NULL: equal moments keep their order */
};

void agenda_put(struct agenda *a, struct agenda_item item) NONNULL_ALL;
struct wall_time agenda_next(const struct agenda *a) NONNULL_ALL; /* WALL_NEVER if empty */
/* The first one that is due; false if none is. */
bool agenda_take(struct agenda *a, struct wall_time now, struct agenda_item *ret) NONNULL_ALL;
/* The incident goes on under another plan: people and channels of what is still to come are found in it by their ids; what it
 * does not know is dropped. */
void agenda_adopt(struct agenda *a, uint64_t incident, const struct plan *from,
		  const struct plan *to) NONNULL_ALL;
/* Messages on their way are lost. */
void agenda_drop_messages(struct agenda *a) NONNULL_ALL;
void agenda_release(struct agenda *a) NONNULL_ALL;

#endif
