/* metrics.h - OpenMetrics text of everything that is counted (docs/LOGWORDS.md). */
#ifndef VIGIA_COLLECTOR_METRICS_H
#define VIGIA_COLLECTOR_METRICS_H

#include "base/attr.h"
#include "base/buf.h"
#include "collector/collector.h"

void metrics_write(struct collector *c, struct buf *out) NONNULL_ALL;

#endif
