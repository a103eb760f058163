/* probes.h - the agents of a world: what each vantage sees, and when it is sampled.
 *
 * PLAY_AS_PLANNED: every sample as an agent would draw it. PLAY_EACH_SECOND: once a second while something changes; what goes
 * on as before is sampled at its check's own interval, and brought up to the second before anything looks. */
#ifndef VIGIA_PLAY_PROBES_H
#define VIGIA_PLAY_PROBES_H

#include "base/attr.h"
#include "play/world.h"

/* For the plan that w is about to apply. All well and heard, nothing sampled yet; as planned, each check begins at once, or
 * with a generator at a moment of its own. */
struct probes *probes_new(struct play_world *w, const struct plan *p) NONNULL_ALL;
void probes_free(struct probes *f);

void probes_set(struct probes *f, uint32_t vantage, struct play_source source) NONNULL_ALL;
void probes_set_value(struct probes *f, uint32_t vantage, uint32_t value,
		      int64_t micro) NONNULL_ALL;
/* The values of a sample of that vantage, by its health. */
void probes_fill_values(const struct play_world *w, struct sample *s) NONNULL_ALL;
void probes_cut(struct probes *f, uint32_t agent, bool cut) NONNULL_ALL;
/* Whatever was steady may matter now: each second, everything is sampled at the next. */
void probes_wake(struct probes *f) NONNULL_ALL;
/* The next moment after `now` at which a sample is due. */
struct wall_time probes_next(const struct probes *f, struct wall_time now) NONNULL_ALL;
/* Contacts and samples that are due at w->now; each second: nothing between whole ones. */
void probes_run(struct play_world *w) NONNULL_ALL;
/* Steady vantages and agents: what they would have sent until now, the newest of which is what counts. */
void probes_catch_up(struct play_world *w) NONNULL_ALL;
/* After a restart: what the series hold. */
void probes_recall(const struct probes *f, struct engine *e) NONNULL_ALL;

#endif
