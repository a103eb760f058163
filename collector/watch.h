/* watch.h - the watch over the watch: what is not well with the collector, its agents and its channels, as one list for
 * status, board and metrics (docs/ARCHITECTURE.md). */
#ifndef VIGIA_COLLECTOR_WATCH_H
#define VIGIA_COLLECTOR_WATCH_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/json_emit.h"
#include "collector/collector.h"

/* The object "watch" of GET /v1/status, without its key. */
void watch_write(struct collector *c, struct json_emit *j) NONNULL_ALL;
/* The metrics of the same. */
void watch_write_metrics(struct collector *c, struct buf *out) NONNULL_ALL;
/* Age of the oldest thing that is decided and not committed, in microseconds; 0 = none. */
int64_t watch_uncommitted_us(struct collector *c) NONNULL_ALL;

#endif
