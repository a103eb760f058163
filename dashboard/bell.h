/* bell.h - hears that the collector's journal has grown: one connection to its /v1/stream, of which nothing is read but the
 * numbers of the entries. Rings within a moment of the commit; when it is down it says so, and whoever wants to know asks by other
 * means. */
#ifndef VIGIA_DASHBOARD_BELL_H
#define VIGIA_DASHBOARD_BELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

struct uv_loop_s;
struct bell;
struct upstream;

struct bell_options {
	struct upstream *upstream; /* borrowed */
	/* Entries up to this number were committed. Called from the loop; anything may be done in it. */
	void (*rung)(void *user, int64_t seq);
	void *user;
	unsigned
		silence_ms; /* the collector speaks every 15 s; after so long without a word the line is dead */
};

struct bell *bell_new(struct uv_loop_s *loop, const struct bell_options *o) NONNULL_ALL;
/* Listens for entries after `seq`; nothing if it listens already. */
void bell_open(struct bell *b, int64_t seq) NONNULL_ALL;
void bell_close(struct bell *b) NONNULL_ALL; /* before upstream_free */
void bell_free(struct bell *b); /* accepts NULL; its handle closes on the loop */

/* True once the collector has begun to answer and as long as it has not ended. A bell that went down stays so until it is opened again. */
bool bell_is_up(const struct bell *b) NONNULL_ALL;
bool bell_is_open(const struct bell *b) NONNULL_ALL; /* up or on the way to it */

#endif
