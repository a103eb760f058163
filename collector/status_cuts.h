/* status_cuts.h - publication cuts and the ages of copies, as GET /v1/status shows them (docs/API.md). */
#ifndef VIGIA_COLLECTOR_STATUS_CUTS_H
#define VIGIA_COLLECTOR_STATUS_CUTS_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/view.h"

/* "cuts": [...], and "rpo": {...} or null of one service. */
void status_cuts_write(struct json_emit *j, const struct engine *e,
		       struct wall_time now) NONNULL_ALL;
void status_cuts_write_rpo(struct json_emit *j, const struct engine *e, uint32_t service,
			   struct wall_time now) NONNULL_ALL;

#endif
