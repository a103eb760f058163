/* drill_play.h - begins a drill from here: a process of this very program (vigia-collector -c FILE --drill SCENARIO --drill-folder
 * DATA/drills/NAME), as `vigia drill start` does it. It is a process of its own: it outlives neither the machine nor its scenario, and nothing of it can
 * reach the real day (conductor.h). What it says goes to DATA/drills/NAME.log. */
#ifndef VIGIA_COLLECTOR_DRILL_PLAY_H
#define VIGIA_COLLECTOR_DRILL_PLAY_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "collector/drill_shelf.h"

struct uv_loop_s;
struct drill_play;

struct drill_play_options {
	struct uv_loop_s *loop;
	const char *program; /* NULL: this very program */
	const char *config_file; /* of the real collector; borrowed, as all here */
	const char *data; /* its data folder */
};

struct drill_play *drill_play_new(const struct drill_play_options *o) NONNULL_ALL;
/* Begins. `scenario`: a file that exists; `to_file`: nobody is called, all messages go to a file. ret_name: the drill's folder below
 * DATA/drills. ERR_BUSY with a sentence if one is being played or has just begun, ERR_IO if it cannot be started. What the drill itself finds wrong (a real
 * incident is open, the scenario names what the plan has not) it tells soon after: drill_play_last. */
enum err drill_play_begin(struct drill_play *d, const char *scenario, bool to_file,
			  struct wall_time now, char ret_name[DRILL_NAME_SIZE],
			  struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The last one begun here; name "" if there was none. `running`: its process lives. `failed`: it ended without a drill's journal, and
 * `why` is the last line that it said. */
struct drill_play_last {
	char name[DRILL_NAME_SIZE], why[400];
	bool running, failed;
};
struct drill_play_last drill_play_last(const struct drill_play *d) NONNULL_ALL;
/* A process that lives is left to itself. */
void drill_play_free(struct drill_play *d); /* accepts NULL; its handles close on the loop */

#endif
