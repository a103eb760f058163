/* plan_redact.h - the canonical plan for people's eyes: without what could carry a secret, and for most without telephones and
 * addresses of people (docs/API.md "Plan"). */
#ifndef VIGIA_COLLECTOR_PLAN_REDACT_H
#define VIGIA_COLLECTOR_PLAN_REDACT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/schema.h"
#include "base/slice.h"

/* Appends the plan, in its order. ERR_CORRUPT if `plan` is not JSON; `schemas` tell which parameters of checks may carry a secret. */
enum err plan_redact(struct slice plan, const struct schema_list *schemas, bool contacts,
		     struct buf *out, struct err_info *info) NONNULL(2, 4, 5) MUST_CHECK;
/* Its text says how somebody is reached. */
bool plan_redact_tells_contacts(const struct finding *f) NONNULL_ALL;

#endif
