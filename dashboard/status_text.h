/* status_text.h - what the board adds to the collector's status, and the journal's head. Pure. */
#ifndef VIGIA_DASHBOARD_STATUS_TEXT_H
#define VIGIA_DASHBOARD_STATUS_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

/* One sound object without its closing brace, so that members can follow. */
struct slice status_text_open(struct slice status);
/* Appends the members that follow, and the brace: "stale_for" (seconds) and "board". `opened` is what comes before. */
void status_text_put_end(struct slice opened, int64_t stale_us, const char *position,
			 const char *build, struct buf *out) NONNULL(3, 4, 5);

/* Reads {"seq":N,...}: the journal's head. -1 if it is not that. */
int64_t status_text_head(struct slice head);

#endif
