/* told.h - what a journal in memory tells of its calls and clocks: each call from its intent to what became of it, the clock of
 * each service in each incident. The one reading for text, JSON and pages. */
#ifndef VIGIA_PLAY_TOLD_H
#define VIGIA_PLAY_TOLD_H

#include "base/attr.h"
#include "base/slice.h"
#include "play/record.h"

/* Bodies are borrowed from the record. */
struct told_call {
	size_t entry; /* its intent: the entry's index */
	struct slice body;
	const char *
		state; /* "pending", "sent", "received", "acknowledged", "unanswered" ...; static */
	struct wall_time state_at;
};
struct told_clock {
	struct slice body; /* clock.started */
	struct wall_time began;
	bool breached, restored;
	int64_t outage_us; /* with `restored` */
};
struct told {
	const struct record *r;
	struct told_call *calls;
	struct told_clock *clocks;
	size_t call_count, call_cap, clock_count, clock_cap;
};

/* Released with told_release; the record must outlive it. */
struct told told_of(const struct record *r) NONNULL_ALL;
void told_release(struct told *t) NONNULL_ALL;

#endif
