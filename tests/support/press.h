/* press.h - a publisher for the simulator: it brings each cut of a series to each of its sources in time, late or never, makes a
 * copy of the data now and then, and knows afterwards what must have been told. */
#ifndef VIGIA_TESTS_SUPPORT_PRESS_H
#define VIGIA_TESTS_SUPPORT_PRESS_H

#include "base/rand.h"
#include "tests/support/engine_world.h"

enum { PRESS_SOURCES = 4, PRESS_CUTS = 64 };
struct press {
	int64_t shows_at[PRESS_SOURCES][PRESS_CUTS]; /* second; INT64_MAX = never */
	uint32_t shown[PRESS_SOURCES]; /* ordinal of what it shows now */
	int64_t shown_since[PRESS_SOURCES];
	int64_t seen_since
		[PRESS_SOURCES]; /* since this second every place sees it without trouble */
	uint32_t drawn; /* cuts whose way is drawn */
	bool published[PRESS_CUTS], missing[PRESS_CUTS]; /* told */
	int64_t published_at[PRESS_CUTS];
	uint64_t told_late; /* sources, by the newest entry */
	int64_t copied, copy_seen_since;
	int64_t disturbed; /* restart or another plan */
	size_t looked;
};

void press_open(struct press *p) NONNULL_ALL;
/* Before the samples of `second` + 1 are taken: what every source says then. Calm: all on time. */
void press_publish(struct press *p, struct engine_world *w, struct rand *rand, int64_t second,
		   bool calm) NONNULL_ALL;
void press_disturb(struct press *p, int64_t second) NONNULL_ALL;
/* After them: NULL, or what does not hold. */
const char *press_look(struct press *p, struct engine_world *w, int64_t second) NONNULL_ALL;

#endif
