/* grafana.h - /grafana/…: the board as a JSON data source of Grafana (docs/GRAFANA.md). Each request brings the token of an account of role
 * `service` and is passed on under it alone: no cookie, nothing of the board's own, so that nobody sees more than that account may. */
#ifndef VIGIA_DASHBOARD_GRAFANA_H
#define VIGIA_DASHBOARD_GRAFANA_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/http_server.h"

struct grafana;
struct upstream;

struct grafana_options {
	struct upstream *upstream; /* borrowed */
	const char *headers; /* of every answer; borrowed */
	unsigned outstanding_max;
};

struct grafana *grafana_new(const struct grafana_options *o) NONNULL_ALL;
void grafana_free(struct grafana *g); /* accepts NULL; after upstream_free */

bool grafana_is_path(const char *path) NONNULL_ALL;
/* Answers a GET or POST to such a path, now or later. */
void grafana_answer(struct grafana *g, struct http_request *r) NONNULL_ALL;

#endif
