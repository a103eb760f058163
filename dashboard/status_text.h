/* status_text.h - the collector's status as text: what of it may change without anything having
 * happened, and the board's own addition to it. Pure. */
#ifndef VIGIA_DASHBOARD_STATUS_TEXT_H
#define VIGIA_DASHBOARD_STATUS_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

/* True if `status` is one sound JSON object. */
bool status_text_is_sound(struct slice status);

/* Appends a sound status without the numbers of now, elapsed and left, which run by themselves: two
 * texts that are equal after this say the same. */
void status_text_strip(struct slice status, struct buf *out) NONNULL(2);

/* Appends a sound status with "stale_for" (seconds) as its last member. */
void status_text_put(struct slice status, int64_t stale_us, struct buf *out) NONNULL(3);

/* Reads {"seq":N,...}: the journal's head. -1 if it is not that. */
int64_t status_text_head(struct slice head);

#endif
