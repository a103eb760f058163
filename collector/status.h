/* status.h - the engine's state as JSON for the API and the board (docs/API.md). */
#ifndef VIGIA_COLLECTOR_STATUS_H
#define VIGIA_COLLECTOR_STATUS_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/json_emit.h"
#include "collector/collector.h"
#include "collector/sight.h"
#include "engine/view.h"

/* Without telephones and addresses for whoever may not see them. */
void status_write(struct collector *c, struct buf *out, struct sight sight) NONNULL(1, 2);
/* One incident with its calls. */
void status_write_incident(struct json_emit *j, const struct engine *e,
			   const struct view_incident *i, struct wall_time now) NONNULL_ALL;
/* What is decided about it (members of an incident in a list), or with `whole` its member `brief`. */
void status_write_brief(struct json_emit *j, const struct engine *e, const struct view_incident *i,
			struct wall_time now, bool whole) NONNULL_ALL;
/* The same without the braces, for more to follow. */
void status_write_incident_fields(struct json_emit *j, const struct engine *e,
				  const struct view_incident *i) NONNULL_ALL;
/* What is kept of an incident that leaves the engine's memory: as in a list, without the braces and without its calls. */
void status_write_incident_to_keep(struct json_emit *j, const struct engine *e,
				   const struct view_incident *i, struct wall_time now) NONNULL_ALL;
/* One journal entry: {"seq":..,"at":..,"recorded":..,"kind":..,"version":..,"body":<the very bytes>}. */
void status_write_entry(struct json_emit *j, const struct journal_entry *entry) NONNULL_ALL;

#endif
