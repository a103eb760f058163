/* calendar_status.h - the calendar, windows and silences, and orders to field posts as the status and the incidents show them
 * (docs/API.md). */
#ifndef VIGIA_COLLECTOR_CALENDAR_STATUS_H
#define VIGIA_COLLECTOR_CALENDAR_STATUS_H

#include "base/json_emit.h"
#include "engine/view.h"

/* Keys of the status: real, stamp, jornada, next_jornada, silences. */
void calendar_status_put(struct json_emit *j, const struct engine *e,
			 struct wall_time now) NONNULL_ALL;
/* Keys of an incident: real, stamp, jornada, promoted, silenced, orders, owed_resume. */
void calendar_status_put_incident(struct json_emit *j, const struct engine *e,
				  const struct view_incident *i) NONNULL_ALL;
/* The key `silenced` of a service: {id, until} or null. */
void calendar_status_put_silenced(struct json_emit *j, const struct engine *e,
				  uint64_t silence) NONNULL_ALL;

#endif
