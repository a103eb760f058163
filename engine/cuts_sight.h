/* cuts_sight.h - which cut a place shows, as far as the newest samples tell. Private to engine/. */
#ifndef VIGIA_ENGINE_CUTS_SIGHT_H
#define VIGIA_ENGINE_CUTS_SIGHT_H

#include "engine/cuts_series.h"

enum cuts_look_kind {
	LOOK_UNKNOWN, /* nothing was seen since the start */
	LOOK_BLIND, /* it cannot be seen, or what is seen tells nothing */
	LOOK_SHOWS
};
struct cuts_look {
	enum cuts_look_kind kind;
	uint32_t
		shown; /* ordinal; 0 = none. Of several agents' the oldest. A page that fails for certain shows none */
	struct wall_time at; /* of the sample that says so; unknown: it is what was shown before */
};
struct cuts_look cuts_look_at(const struct engine *e, const struct plan_cuts *c,
			      const struct cuts_now *now, uint32_t source) NONNULL_ALL;

#endif
