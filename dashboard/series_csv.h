/* series_csv.h - a series as a table for a spreadsheet (docs/API.md "Charts"): one row per time, UTF-8, CRLF (RFC 4180), times in ISO 8601 with
 * Mexico City's offset, values in SI units, unknown left empty. Every row says which check, from where, and under which stamp, so that a
 * part of it still says so. Pure; takes time with many rows, so not for the loop. */
#ifndef VIGIA_DASHBOARD_SERIES_CSV_H
#define VIGIA_DASHBOARD_SERIES_CSV_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

/* `json`: the collector's answer with about=1. False if it is not that. */
bool series_csv_put(struct slice json, struct buf *out) NONNULL(2);

#endif
