/* desk.h - calls that a person at the desk makes by hand (channels of type manual): who has taken which, and what came of it
 * (act call-result). Nobody else can say whether a telephone was picked up. */
#ifndef VIGIA_ENGINE_DESK_H
#define VIGIA_ENGINE_DESK_H

#include "base/attr.h"
#include "engine/engine_state.h"

struct refusal desk_refuse_result(const struct incident *i, const struct input *in) NONNULL_ALL;
/* What follows from the result, beside its own entry; `ack_until`: when an answer given with it expires. */
void desk_decide_result(const struct turn *t, const struct incident *i, const struct input *in,
			struct wall_time ack_until) NONNULL_ALL;
/* A call by hand that waits for somebody to make it, or to say what came of it. */
bool desk_is_open(const struct incident *i, const struct call *c) NONNULL_ALL;
void desk_apply(struct call *c, const struct event *ev) NONNULL_ALL;

#endif
