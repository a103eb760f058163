/* handover.h - a shift ends while an incident runs: who was called keeps the call, the next call goes to the new holder, and both are
 * told (plan section `shifts:`). */
#ifndef VIGIA_ENGINE_HANDOVER_H
#define VIGIA_ENGINE_HANDOVER_H

#include "base/attr.h"
#include "engine/engine_state.h"

/* The change of hands, then what is to be told of it. */
void handover_decide(const struct turn *t, const struct incident *i) NONNULL_ALL;
/* The next change of a seat for which somebody was called. */
struct wall_time handover_deadline(const struct incident *i) NONNULL_ALL;
void handover_apply(struct incident *i, const struct event *ev) NONNULL_ALL;

#endif
