/* board_metrics.h - the board's own figures as OpenMetrics (GET /metrics, on this machine only; docs/LOGWORDS.md). */
#ifndef VIGIA_DASHBOARD_BOARD_METRICS_H
#define VIGIA_DASHBOARD_BOARD_METRICS_H

#include "base/attr.h"
#include "base/buf.h"
#include "dashboard/graph_desk.h"

#define BOARD_METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"

void board_metrics_put(struct buf *out, const struct graph_desk_stats *graphs) NONNULL_ALL;

#endif
