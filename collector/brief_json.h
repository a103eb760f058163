/* brief_json.h - the facts of an incident (engine/brief.h) as JSON: for `GET /v1/incidents/{id}`, the board and `vigia brief`. docs/API.md lists the members. */
#ifndef VIGIA_COLLECTOR_BRIEF_JSON_H
#define VIGIA_COLLECTOR_BRIEF_JSON_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/brief.h"

/* Members `gate`, `authorised`, `quorum`, `ratification`, `unconfirmed`, `irregular` and `checklists` of an incident in a list. */
void brief_json_put_decision(struct json_emit *j, const struct brief *b) NONNULL_ALL;
/* Member `brief`: all of it. */
void brief_json_put(struct json_emit *j, const struct brief *b) NONNULL_ALL;

#endif
