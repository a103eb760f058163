/* crowd.h - the people of a world, who answer and decide by their habits: what they hear becomes what they will do. */
#ifndef VIGIA_PLAY_CROWD_H
#define VIGIA_PLAY_CROWD_H

#include "base/attr.h"
#include "play/world.h"

/* A call has reached its person at w->now. */
void crowd_hear(struct play_world *w, const struct effect *call) NONNULL_ALL;
/* With a generator a delay is anything from half to one and a half times what was said. */
int64_t crowd_delay(struct play_world *w, int64_t us) NONNULL_ALL;
/* An event was applied: whoever was reached in the incident knows of it at once, being in one room or on one call. */
void crowd_see(struct play_world *w, const struct event *ev) NONNULL_ALL;
/* The moment for it has come; nothing happens if there is no use for it any more. */
void crowd_act(struct play_world *w, const struct agenda_item *item) NONNULL_ALL;

#endif
