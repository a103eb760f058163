/* drill_cards.h - how the drills below DATA/drills went: their scorecards (journal/scorecard.h), read from their journals in the loop's work queue,
 * one reading at a time; whoever asks meanwhile gets the answer of the next. */
#ifndef VIGIA_COLLECTOR_DRILL_CARDS_H
#define VIGIA_COLLECTOR_DRILL_CARDS_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/slice.h"

struct uv_loop_s;
struct drill_cards;

enum { DRILL_CARDS_SHOWN = 40, DRILL_CARDS_WAITING = 16 };

/* `data` is copied: a reading may outlive its owner. */
struct drill_cards *drill_cards_new(struct uv_loop_s *loop, const char *data) NONNULL_ALL;
/* Answers later, exactly once, with {"drills":[{"id","unreadable",...scorecard},...],"left_out":N}: the newest first, DRILL_CARDS_SHOWN at
 * most; json empty: the collector stops. False: too many wait. */
bool drill_cards_read(struct drill_cards *d, void (*done)(void *user, struct slice json),
		      void *user) NONNULL(1, 2) MUST_CHECK;
/* Whoever waits is told. */
void drill_cards_free(struct drill_cards *d); /* accepts NULL */

#endif
