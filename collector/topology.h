/* topology.h - what the plan says of how things hang together (docs/API.md "Topology"): places by their names, what each component
 * needs to be reached, and which processes stand on it. It changes with the plan alone, so it is not part of the status. */
#ifndef VIGIA_COLLECTOR_TOPOLOGY_H
#define VIGIA_COLLECTOR_TOPOLOGY_H

#include "base/attr.h"
#include "base/buf.h"

struct engine;

void topology_write(const struct engine *e, struct buf *out) NONNULL_ALL;

#endif
