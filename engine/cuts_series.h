/* cuts_series.h - the arithmetic of a series of publication cuts: when which is due, which one a value names, clock hours, and
 * sets of ordinals. Private to engine/. Ordinals: 1 = the first cut of the series. */
#ifndef VIGIA_ENGINE_CUTS_SERIES_H
#define VIGIA_ENGINE_CUTS_SERIES_H

#include "engine/engine_state.h"

enum { CUT_SET_BITS = 64 };

struct wall_time cuts_due_at(const struct plan_cuts *c, uint32_t ordinal) NONNULL_ALL;
/* How many have become due by then. */
uint32_t cuts_due_count(const struct plan_cuts *c, struct wall_time now) NONNULL_ALL;

int64_t
cuts_hour_of(struct wall_time t); /* clock hours since 1970; zones of whole hours share them */
/* When the result of a clock hour is known: its end, or the end of the series. */
struct wall_time cuts_hour_end(const struct plan_cuts *c, int64_t hour) NONNULL_ALL;
/* So many are to be published in it: fewer where fewer come due. */
uint32_t cuts_needed(const struct plan_cuts *c, int64_t hour) NONNULL_ALL;

/* The ordinal of the cut that a value (in millionths) names while `number` are due; 0 = none of this series that could be
 * shown then. A stamp belongs to the last moment at which a cut was due; one up to the grace before the next moment to that. */
uint32_t cuts_ordinal_of(const struct plan_cuts *c, uint32_t number, int64_t value) NONNULL_ALL;

/* Sets of ordinals (engine_state.h); 0 for one that is too old to be remembered. */
static inline uint64_t cuts_bit(const struct cuts_now *now, uint32_t ordinal)
{
	int64_t at = (int64_t)now->number + 1 - ordinal;

	return at >= 0 && at < CUT_SET_BITS ? UINT64_C(1) << at : 0;
}
static inline bool cuts_has(const struct cuts_now *now, uint64_t set, uint32_t ordinal)
{
	return (set & cuts_bit(now, ordinal)) != 0;
}

#endif
