/* by_hand.h - calls by hand in a world: who at the desk makes them, and what comes of them. The desk are those who answer
 * for a seat of level 0 at that moment and have the habit; each makes one call at a time. A silent person does not pick up;
 * anybody else does, when the channel has taken its time, and does from then on what their habits say. */
#ifndef VIGIA_PLAY_BY_HAND_H
#define VIGIA_PLAY_BY_HAND_H

#include "base/attr.h"
#include "play/world.h"

/* A telephone that nobody picks up is given up after this. */
enum { BY_HAND_RINGS_S = 25 };

/* A call for the desk has come up at w->now. */
void by_hand_hear(struct play_world *w, const struct effect *call) NONNULL_ALL;
/* Its moment has come: a call is taken, or something came of it. */
void by_hand_act(struct play_world *w, const struct agenda_item *item) NONNULL_ALL;

#endif
