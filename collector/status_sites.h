/* status_sites.h - the sites of the plan with what is seen of them, as GET /v1/status shows them (docs/API.md). */
#ifndef VIGIA_COLLECTOR_STATUS_SITES_H
#define VIGIA_COLLECTOR_STATUS_SITES_H

#include "base/attr.h"
#include "base/json_emit.h"
#include "engine/view.h"

/* The words of a site's state, the worse the later. */
#define SITE_STATES(X)                                                                             \
	X(UNWATCHED, "unwatched")                                                                  \
	X(OK, "ok")                                                                                \
	X(UNKNOWN, "unknown")                                                                      \
	X(WARNING, "warning")                                                                      \
	X(BLIND, "blind")                                                                          \
	X(UNREACHABLE, "unreachable")                                                              \
	X(CRITICAL, "critical")

/* "sites": [...]. The state of a site is the worst that is known of it, in this order: a component is seen failing
 * (`critical`), lies behind a path that is down (`unreachable`), something of it is not seen (`blind`: a component, or its
 * agent is silent), `warning`, no sample yet (`unknown`), `ok`. Where nothing looks and nobody reports it is `unwatched`:
 * what is not looked at is never well. */
void status_sites_write(struct json_emit *j, const struct engine *e) NONNULL_ALL;

#endif
