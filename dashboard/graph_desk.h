/* graph_desk.h - charts and tables of a series over HTTP (docs/API.md "Charts"): judges what is asked, has the collector write what waits and say
 * what the series is of, draws by the render workers, remembers. */
#ifndef VIGIA_DASHBOARD_GRAPH_DESK_H
#define VIGIA_DASHBOARD_GRAPH_DESK_H

#include "base/attr.h"
#include "base/http_server.h"
#include "dashboard/render_pool.h"

struct uv_loop_s;
struct graph_desk;
struct upstream;

struct graph_desk_options {
	struct upstream *upstream; /* borrowed */
	const char *
		folder; /* of the series; NULL: there is none here, and nothing is drawn; borrowed */
	const char *headers; /* sent with every answer; borrowed */
	unsigned workers;
	unsigned outstanding_max; /* requests that wait for the collector or a worker */
};
struct graph_desk_stats {
	struct render_pool_stats pool;
	uint64_t asked, known, cached; /* all; answered with 304; drawn before */
	size_t cache_bytes;
};
enum graph_form { GRAPH_SVG, GRAPH_PNG, GRAPH_CSV };

struct graph_desk *graph_desk_new(struct uv_loop_s *loop,
				  const struct graph_desk_options *o) NONNULL_ALL;
/* Answers now or in a later turn. */
void graph_desk_answer(struct graph_desk *g, struct http_request *r,
		       enum graph_form form) NONNULL_ALL;
struct graph_desk_stats graph_desk_stats(const struct graph_desk *g) NONNULL_ALL;
/* Whoever waits for a drawing is answered; to be called before upstream_free. Its handles close on the loop. */
void graph_desk_stop(struct graph_desk *g) NONNULL_ALL;
void graph_desk_free(struct graph_desk *g); /* accepts NULL; after the server has stopped */

#endif
