/* report_json.h - what people reported of an incident, and what papers and actions are owed, as JSON of the API (docs/API.md). */
#ifndef VIGIA_COLLECTOR_REPORT_JSON_H
#define VIGIA_COLLECTOR_REPORT_JSON_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/view.h"

/* Keys of an incident's object, which is open. */
void report_json_put(struct json_emit *j, const struct engine *e,
		     const struct view_incident *i) NONNULL_ALL;
/* The key `debts` of the status, the soonest first. */
void report_json_put_debts(struct json_emit *j, const struct engine *e, struct wall_time now)
	NONNULL(1, 2);

#endif
