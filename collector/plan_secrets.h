/* plan_secrets.h - what the plan asks of the collector's secrets file (base/secrets.h). */
#ifndef VIGIA_COLLECTOR_PLAN_SECRETS_H
#define VIGIA_COLLECTOR_PLAN_SECRETS_H

#include "base/attr.h"
#include "base/secrets.h"
#include "base/yaml_doc.h"
#include "engine/plan.h"

/* A finding per reference of a channel that has no value here. `plan_path` is what the finding names. Those of the checks
 * are the agents', who read their own files. */
void plan_secrets_check(const struct secrets *s, const struct plan *plan, const char *plan_path,
			struct findings *f) NONNULL_ALL;

#endif
