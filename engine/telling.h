/* telling.h - telling somebody something outside of the steps of the tree (an order, a breach under a silence, "this is no
 * drill", the end of a window). Private to engine/. */
#ifndef VIGIA_ENGINE_TELLING_H
#define VIGIA_ENGINE_TELLING_H

#include "base/attr.h"
#include "engine/engine_state.h"

/* Telling one seat, post or person something outside of the steps: every contact of every person in turn, those
 * whose carrier works first, and again after `repeat_us`, until somebody has answered (or has it, where no answer is asked
 * for). A call waits for a line like any other; if the wait would last beyond `window` (zero: at once), another contact that has one is
 * used. */
struct telling {
	const struct plan *plan;
	const struct incident *incident; /* NULL: the ledger of no incident */
	const struct call *calls;
	size_t call_count;
	enum call_kind kind;
	uint64_t about;
	uint32_t service, seat, post, level;
	uint32_t persons[2];
	size_t person_count;
	int64_t repeat_us;
	uint32_t rounds; /* so often at most; 0: without end */
	struct wall_time window;
};
/* True once nothing more is to be done: answered, or given up. */
bool telling_decide(const struct turn *t, const struct telling *what) NONNULL_ALL;
bool telling_is_done(const struct telling *what) NONNULL_ALL;
struct wall_time telling_deadline(const struct engine *e, const struct telling *what) NONNULL_ALL;
/* When a call outside of the steps counts as unanswered; WALL_NEVER for those of steps and for information. */
struct wall_time telling_ack_deadline(const struct call *c) NONNULL_ALL;

#endif
