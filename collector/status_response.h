/* status_response.h - how an incident in a list is being answered: who has said what, what is still failing, when the tree
 * begins anew (docs/API.md). The facts are those of engine/brief.h, so that wall, messages and decisions agree. */
#ifndef VIGIA_COLLECTOR_STATUS_RESPONSE_H
#define VIGIA_COLLECTOR_STATUS_RESPONSE_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/brief.h"
#include "engine/view.h"

/* Members `answers`, `forecast` and `repeat_at`. */
void status_response_put(struct json_emit *j, const struct view_incident *i,
			 const struct brief *b) NONNULL_ALL;

#endif
