/* passage.h - /api/v1/…: what a person's browser asks of the collector, passed on with the person's session and nothing else. The collector
 * judges what they may; without a session only what anybody may look at passes, in the board's own name. */
#ifndef VIGIA_DASHBOARD_PASSAGE_H
#define VIGIA_DASHBOARD_PASSAGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/http_server.h"
#include "dashboard/own_page.h"

struct admission;
struct passage;
struct upstream;

enum { PASSAGE_BODY_MAX = 65536 };

struct passage_options {
	struct upstream *upstream; /* borrowed, as the rest */
	struct admission *admission;
	const struct own_place *place;
	const char *headers; /* of every answer */
	unsigned outstanding_max;
};

struct passage *passage_new(const struct passage_options *o) NONNULL_ALL;
void passage_free(struct passage *p); /* accepts NULL; after upstream_free */

bool passage_is_path(const char *path) NONNULL_ALL;
/* Answers a request to such a path whose method is GET, POST or DELETE, now or later. */
void passage_answer(struct passage *p, struct http_request *r) NONNULL_ALL;

#endif
