/* adopt.h - a changed plan reaches a running incident (DESIGN 5): by an act of a person, on record, or not at all. Private to
 * engine/. All that the incident remembers is looked up by id in the plan in force; what that has dropped keeps the incident under
 * its own plan, so that nothing that was done loses its name. */
#ifndef VIGIA_ENGINE_ADOPT_H
#define VIGIA_ENGINE_ADOPT_H

#include "base/attr.h"
#include "engine/engine_state.h"

enum { ADOPT_WHY_SIZE = EVENT_TEXT_MAX };

/* May the incident go on under the plan in force? A refusal that names what the plan lacks is written to `why`. */
struct refusal adopt_refuse(const struct turn *t, const struct incident *i, const struct input *in,
			    char why[static ADOPT_WHY_SIZE]) NONNULL_ALL;
/* Completes the event of an act that is allowed, and stops the calls of steps that wait: their steps are of the old plan. */
void adopt_decide_act(const struct turn *t, const struct incident *i, struct event *ev) NONNULL_ALL;
/* The clocks of an incident that has adopted another RTO. */
void adopt_decide(const struct turn *t) NONNULL_ALL;
void adopt_apply(struct engine *e, const struct event *ev) NONNULL_ALL;

/* act.c: what the rules say against an act of an incident by other means than a link; why NULL: nothing. */
struct refusal act_refuse(const struct turn *t, const struct incident *i, const struct input *in,
			  char lacks[static ADOPT_WHY_SIZE]) NONNULL_ALL;

#endif
