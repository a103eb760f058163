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
	/* ACT_CALL_RESULT: a call by hand, and who makes it; not taken yet, or about to have come to something. */
	uint64_t call;
	uint32_t hand; /* of the incident's plan too */
	bool is_taken;
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
/* Until when somebody is on the telephone; WALL_UNKNOWN if they are not. */
struct wall_time agenda_hand_is_free(const struct agenda *a, uint64_t incident,
				     uint32_t hand) NONNULL_ALL;
/* Messages on their way are lost. */
void agenda_drop_messages(struct agenda *a) NONNULL_ALL;
void agenda_release(struct agenda *a) NONNULL_ALL;

#endif
