/* feed.h - the collector's status for everybody who watches: one cached copy, fetched once a second
 * while somebody watches and at once when the journal has grown (its head is asked every tick, which
 * costs next to nothing); viewers are told that there is something new and fetch it. Nobody watches:
 * nothing is asked. */
#ifndef VIGIA_DASHBOARD_FEED_H
#define VIGIA_DASHBOARD_FEED_H

#include <stdint.h>

#include "base/attr.h"
#include "base/http_server.h"

struct uv_loop_s;
struct feed;
struct upstream;

struct feed_options {
	struct upstream *upstream; /* borrowed */
	unsigned
		tick_ms; /* how often the journal's head is asked: at most 1000 / tick_ms pushes a second */
	unsigned fresh_ms; /* a copy is as good as new for so long; heartbeats are as far apart */
	unsigned viewers_max;
	const char *headers; /* sent with every answer; borrowed */
};
struct feed_stats {
	uint64_t fetches, heads, pushes;
	unsigned viewers, waiting;
};

struct feed *feed_new(struct uv_loop_s *loop, const struct feed_options *o) NONNULL_ALL;
/* Answers who waits (503) and asks nothing any more. Streams are ended by the server. Call it before
 * upstream_free, feed_free after the server has stopped. */
void feed_stop(struct feed *f) NONNULL_ALL;
void feed_free(struct feed *f); /* accepts NULL; its handles close on the loop */

/* The status with "stale_for" (seconds since the collector's last good answer): 503 as long as there
 * never was one. Answers now or in a later turn. */
void feed_answer(struct feed *f, struct http_request *r) NONNULL_ALL;
/* Server-sent events `status` (fetch it: it has changed) and `alive`, both with
 * data {"version":N,"stale_for":S or null,"error":"..." or null}. */
void feed_answer_stream(struct feed *f, struct http_request *r) NONNULL_ALL;
struct feed_stats feed_stats(const struct feed *f) NONNULL_ALL;

#endif
