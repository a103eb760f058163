/* loose_end.h - a run of fresh critical samples, confirmed or not yet, with which it ended when nothing more was heard: if what came
 * meanwhile is told later and fails on, the outage began with the run and not with the first late sample. Soft, but what was confirmed
 * or suspected when it went blind is in the journal, and the fold brings it back. Private to engine/. */
#ifndef VIGIA_ENGINE_LOOSE_END_H
#define VIGIA_ENGINE_LOOSE_END_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"

struct loose_end {
	struct wall_time first, last; /* its first critical sample and its last */
	struct wall_time not_before; /* the last sample before that served */
	uint32_t run; /* samples, as far as this start of the collector has seen them: at least 1 */
};
enum { LOOSE_END_CONFIRMED = 1 << 20 }; /* more than any check asks for */
/* Of one vantage: an agent may be cut off again before it has told all. Oldest first. */
enum { LOOSE_ENDS_MAX = 4 };
struct loose_ends {
	struct loose_end items[LOOSE_ENDS_MAX];
	uint32_t count;
};

/* The oldest gives way. One that is known already (same first sample) is replaced. */
void loose_ends_keep(struct loose_ends *l, struct loose_end end) NONNULL_ALL;
/* The one that reaches to `t` without a hole of more than `hole_us`; NULL: none. */
const struct loose_end *loose_ends_before(const struct loose_ends *l, struct wall_time t,
					  int64_t hole_us) NONNULL_ALL;

#endif
