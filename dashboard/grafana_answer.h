/* grafana_answer.h - what the collector says, in the forms of Grafana's JSON data source (docs/GRAFANA.md). Pure: JSON in, JSON out. */
#ifndef VIGIA_DASHBOARD_GRAFANA_ANSWER_H
#define VIGIA_DASHBOARD_GRAFANA_ANSWER_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"
#include "dashboard/grafana_query.h"

enum { GRAFANA_METRICS_MAX = 2000 };

/* [{"label":"…","value":"…"}], of a status: all whose name holds `search`. False if it is no status. */
bool grafana_put_metrics(struct buf *out, struct slice status, const char *search) NONNULL(1, 3);
/* [{"__text":"…","__value":"…"}]: ids of "services", "components", "checks", "agents" or "sites". */
bool grafana_put_variable(struct buf *out, struct slice status, const char *of) NONNULL(1, 3);
/* One entry of an answer to /query. `json`: a status for services, /v1/incidents for incidents, a series for a check. */
bool grafana_put_target(struct buf *out, struct slice json, const struct grafana_target *t,
			const struct grafana_query *q) NONNULL(1, 3, 4);
/* A check of which nothing was drawn. */
void grafana_put_empty(struct buf *out, const struct grafana_target *t) NONNULL_ALL;
/* [{"time":…,"timeEnd":…,"title":"…","text":"…","tags":[…]}] of /v1/incidents?all=1, those that lie in the range. */
bool grafana_put_annotations(struct buf *out, struct slice incidents, const struct grafana_query *q)
	NONNULL(1, 3);

#endif
