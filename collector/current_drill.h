/* current_drill.h - the drill of a collector that is being played. DATA/drills/current (DATA: the real collector's) holds the drill's
 * folder and is locked by the drill's process: the kernel gives the lock back however that ends, so a file that was left behind is not
 * taken for a drill, and of two drills that begin in the same moment one is refused. */
#ifndef VIGIA_COLLECTOR_CURRENT_DRILL_H
#define VIGIA_COLLECTOR_CURRENT_DRILL_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/json_emit.h"

struct current_drill {
	char folder[4096]; /* absolute */
	struct wall_time since;
};

/* False if none is being played. Takes no lock: it disturbs no drill that begins. */
bool current_drill_find(const char *data, struct current_drill *ret) NONNULL_ALL;
/* {"folder":..,"since":..} or null. */
void current_drill_write(const char *data, struct json_emit *j) NONNULL_ALL;
/* ERR_BUSY with a sentence if a drill is being played, so that nothing is made for one that cannot begin. */
enum err current_drill_check(const char *data, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* `folder` is being played from here until current_drill_release(data, *ret), or this process ends. */
enum err current_drill_claim(const char *data, const char *folder, int *ret,
			     struct err_info *info) NONNULL_ALL MUST_CHECK;
void current_drill_release(const char *data, int fd) NONNULL(1); /* accepts -1 */

#endif
