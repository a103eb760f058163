/* message.h - what a person reads: Spanish (es-MX) first, English by the plan's locale. Every message says REAL
 * or SIMULACRO, the folio, what fails since when, how much of the RTO is left, and what to do. */
#ifndef VIGIA_COLLECTOR_MESSAGE_H
#define VIGIA_COLLECTOR_MESSAGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "engine/view.h"

/* The message as one JSON object (DESIGN 7, channel file). `is_journalled` false: its intent waits for
 * a disk that cannot be written; the text says so, and "journalled":false is added. `link` ("" = none) is where the
 * person may acknowledge: field `link`, and the last line of the text. */
void message_write(const struct engine *e, const struct effect *effect, struct wall_time now,
		   bool is_journalled, const char *link, struct buf *out) NONNULL_ALL;

#endif
