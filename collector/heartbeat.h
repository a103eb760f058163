/* heartbeat.h - an outgoing sign of life (DESIGN 7): an outside watcher rings when it stops. It is sent only while the
 * collector does its work, so that it also stops when the program runs and the watch does not. */
#ifndef VIGIA_COLLECTOR_HEARTBEAT_H
#define VIGIA_COLLECTOR_HEARTBEAT_H

#include "base/attr.h"
#include "base/err.h"
#include "collector/collector.h"

struct heartbeat;

enum heartbeat_state {
	HEARTBEAT_OFF, /* none is configured */
	HEARTBEAT_WAITING, /* none has ended yet */
	HEARTBEAT_OK, /* the last one was answered with 2xx */
	HEARTBEAT_FAILING, /* the last one was not */
	HEARTBEAT_WITHHELD /* we are not well, and say so by silence */
};
struct heartbeat_status {
	enum heartbeat_state state;
	uint64_t sent, failed, withheld;
	struct wall_time last_success; /* WALL_UNKNOWN before the first */
	char why[160]; /* while failing or withheld */
};
const char *heartbeat_state_word(enum heartbeat_state s);

/* Why the collector is not well, NULL if it is: "journal-failing" "journal-old" "calls-stuck" "loop-late". */
const char *heartbeat_trouble(struct collector *c) NONNULL_ALL;

/* `*ret` NULL if none is configured. The first beat leaves with the first turn of the loop. */
enum err heartbeat_start(struct collector *c, struct heartbeat **ret,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Ends a beat under way; the memory goes when the loop has turned. NULL is fine. */
void heartbeat_stop(struct heartbeat *h);
struct heartbeat_status heartbeat_status(const struct heartbeat *h); /* NULL: off */

#endif
