/* grafana_query.h - what Grafana's JSON data source asks (docs/GRAFANA.md), read into one struct. Pure.
 *
 * Metrics are words with blanks between them, since ids hold none: "services", "incidents", "service ID state", "service ID rto_left",
 * "check ID VALUE AGENT". */
#ifndef VIGIA_DASHBOARD_GRAFANA_QUERY_H
#define VIGIA_DASHBOARD_GRAFANA_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

enum {
	GRAFANA_TARGETS_MAX = 20,
	GRAFANA_TEXT_SIZE = 320,
	GRAFANA_POINTS_MAX = 2000,
	GRAFANA_SPAN_MAX_S = 751 * 86400
};

enum grafana_kind {
	GRAFANA_SERVICES,
	GRAFANA_INCIDENTS,
	GRAFANA_SERVICE_STATE,
	GRAFANA_SERVICE_LEFT,
	GRAFANA_CHECK
};
struct grafana_target {
	enum grafana_kind kind;
	char text[GRAFANA_TEXT_SIZE], ref[16];
	char id[160], value[20], agent[160]; /* of a service or check */
};
struct grafana_query {
	int64_t from, to; /* Unix seconds; 0 = not given */
	int64_t points;
	struct grafana_target targets[GRAFANA_TARGETS_MAX];
	size_t count;
	char search
		[GRAFANA_TEXT_SIZE]; /* of metrics and variables: what the name must hold; "" = all */
};

/* `info` says what is wrong. A body that is empty is a query for everything. */
enum err grafana_query_read(struct slice json, struct grafana_query *ret, struct err_info *info)
	NONNULL(2, 3) MUST_CHECK;
/* "2026-06-07T14:03:00.250Z" -> Unix seconds. */
bool grafana_time(const char *text, int64_t *ret) NONNULL_ALL;
/* False if it is no metric of ours. */
bool grafana_target_read(const char *text, struct grafana_target *ret) NONNULL_ALL;

#endif
