/* may_json.h - who may act on an incident and why others may not, as JSON (docs/API.md "Who may"). */
#ifndef VIGIA_COLLECTOR_MAY_JSON_H
#define VIGIA_COLLECTOR_MAY_JSON_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/may.h"

/* The member "may". `person`, `hand`: for whom it was asked and who would write it down, PLAN_NONE: nobody. */
void may_json_put(struct json_emit *j, const struct may *m, uint32_t person,
		  uint32_t hand) NONNULL_ALL;

#endif
