/* play_stage.h - a world of play/ with the plan of engine_world.h, for tests of what plays it. */
#ifndef VIGIA_TESTS_SUPPORT_PLAY_STAGE_H
#define VIGIA_TESTS_SUPPORT_PLAY_STAGE_H

#include "play/world.h"

struct play_world *stage_open(void); /* play_free ends it */
uint32_t stage_vantage(const struct play_world *w, const char *check); /* its first */
void stage_fail(struct play_world *w, const char *check);
/* Entries of the record of this kind, and with this "key=value" unless it is "". */
size_t stage_count(const struct play_world *w, const char *kind, const char *pair);

#endif
