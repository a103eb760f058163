/* series_name.h - where the history of a check as seen by an agent lies below the folder of series: the collector writes it, the
 * board's render workers read it. */
#ifndef VIGIA_WIRE_SERIES_NAME_H
#define VIGIA_WIRE_SERIES_NAME_H

#include "base/attr.h"
#include "base/buf.h"

/* Appends <check with / as . and . as ..>/<agent>.rrd: ids hold dots as well as slashes, and no two checks share a file. Both
 * ids are the plan's (parse_is_id): they hold nothing that leaves the folder. */
void series_name_put(struct buf *out, const char *check, const char *agent) NONNULL_ALL;

#endif
