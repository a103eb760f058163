/* proxy.h - series for graphs, which the board passes on from the collector in its own name, with arguments that were judged here. */
#ifndef VIGIA_DASHBOARD_PROXY_H
#define VIGIA_DASHBOARD_PROXY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/http_server.h"
#include "base/slice.h"

struct proxy;
struct upstream;

struct proxy_options {
	struct upstream *upstream; /* borrowed */
	unsigned outstanding_max;
	const char *headers; /* sent with every answer; borrowed */
};

struct proxy *proxy_new(const struct proxy_options *o) NONNULL_ALL;
void proxy_free(struct proxy *p); /* accepts NULL; after upstream_free */

/* Appends an id (parse_is_id) as a query's value. */
void proxy_put_id(struct buf *out, const char *id) NONNULL_ALL;

struct proxy_series {
	const char *check, *from, *start, *end, *points,
		*bands; /* decoded arguments; NULL = absent */
};
/* The collector's path for a series; false when an argument is missing or not of its form. */
bool proxy_series_path(const struct proxy_series *q, struct buf *out) NONNULL_ALL;

/* Answers with what the collector says to this path; 502 when it says nothing. */
void proxy_answer(struct proxy *p, struct http_request *r, const char *path) NONNULL_ALL;

#endif
