/* escalate.h - a person calls a level ahead of its mark (act escalate): that level is called now, the marks between are jumped
 * over and do not fire later. Never down. */
#ifndef VIGIA_ENGINE_ESCALATE_H
#define VIGIA_ENGINE_ESCALATE_H

#include "base/attr.h"
#include "engine/engine_state.h"

struct refusal escalate_refuse(const struct turn *t, const struct incident *i,
			       const struct input *in) NONNULL_ALL;
void escalate_decide(const struct turn *t, const struct incident *i,
		     const struct input *in) NONNULL_ALL;

#endif
