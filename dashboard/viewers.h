/* viewers.h - everybody who watches: what has changed is kept once, in two rings (facts with the pulse; values), and each viewer
 * takes from there in its own time. A viewer costs its connection and a few words, however slow it is: who falls behind the ring is told to
 * fetch the whole. */
#ifndef VIGIA_DASHBOARD_VIEWERS_H
#define VIGIA_DASHBOARD_VIEWERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/http_server.h"

struct viewers;

struct viewers_options {
	unsigned max;
	unsigned kept_max; /* differences of each ring */
	size_t kept_bytes_max;
};
struct viewers_stats {
	unsigned count, with_values;
	uint64_t deltas, wholes; /* that were handed to streams */
};

struct viewers *viewers_new(const struct viewers_options *o) NONNULL_ALL;
void viewers_free(struct viewers *vs); /* accepts NULL; after the server has stopped */

/* Nothing before `at` can be had: everybody is told to fetch the whole. */
void viewers_begin(struct viewers *vs, uint64_t at) NONNULL_ALL;
/* What leads to position `at` (larger than all before), an event as it is sent; takes the part. */
void viewers_push(struct viewers *vs, uint64_t at, bool is_values,
		  struct http_part *part) NONNULL_ALL;
/* What has been measured up to `at` was not told: viewers of values that are not there yet need the whole. */
void viewers_skip_values(struct viewers *vs, uint64_t at) NONNULL_ALL;
/* The word that the board is there, for everybody; and the one that says to fetch the whole. Takes both. */
void viewers_alive(struct viewers *vs, struct http_part *alive,
		   struct http_part *whole) NONNULL_ALL;
/* Lets all streams look for what is new. */
void viewers_wake(struct viewers *vs) NONNULL_ALL;

/* Answers with a stream from behind `after` on (0: not known), or false: there are too many. Not for a peer who is gone. */
bool viewers_answer(struct viewers *vs, struct http_request *r, uint64_t after,
		    bool values) NONNULL_ALL MUST_CHECK;
struct viewers_stats viewers_stats(const struct viewers *vs) NONNULL_ALL;

#endif
