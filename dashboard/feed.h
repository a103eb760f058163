/* feed.h - the collector's status for everybody who watches: one cached copy. It is fetched at once when the collector's journal has
 * grown (bell.h), and once a second while somebody watches, for what moves without an entry. Viewers are sent what has
 * changed (delta.h, viewers.h). Nobody watches: nothing is asked. docs/API.md tells the form of both answers. Who may look is settled
 * before it is asked (admission.h), and a stream whose session is over is ended from there. */
#ifndef VIGIA_DASHBOARD_FEED_H
#define VIGIA_DASHBOARD_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/http_server.h"

struct uv_loop_s;
struct feed;
struct upstream;

struct feed_options {
	struct upstream *upstream; /* borrowed */
	unsigned tick_ms; /* while the bell is down the journal's head is asked so often */
	unsigned gap_ms; /* the bell makes the status be fetched at most so often */
	unsigned fresh_ms; /* a copy is as good as new for so long; heartbeats are as far apart */
	unsigned pulse_ms; /* what moves though nothing happens is told so often */
	unsigned viewers_max;
	const char *build; /* which board this is; borrowed */
	const char *headers; /* sent with every answer; borrowed */
};
struct feed_stats {
	uint64_t fetches, heads, rings, deltas, wholes;
	unsigned viewers, waiting;
};

struct feed *feed_new(struct uv_loop_s *loop, const struct feed_options *o) NONNULL_ALL;
/* Answers who waits (503) and asks nothing any more. Streams are ended by the server. Call it before
 * upstream_free, feed_free after the server has stopped. */
void feed_stop(struct feed *f) NONNULL_ALL;
void feed_free(struct feed *f); /* accepts NULL; its handles close on the loop */

/* GET /api/status: 503 as long as there never was an answer. Answers now or in a later turn. */
void feed_answer(struct feed *f, struct http_request *r) NONNULL_ALL;
/* GET /api/stream; not for a peer who is gone. */
void feed_answer_stream(struct feed *f, struct http_request *r) NONNULL_ALL;
struct feed_stats feed_stats(const struct feed *f) NONNULL_ALL;

#endif
