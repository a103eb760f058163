/* conductor.h - plays a drill (DESIGN 5): a collector of its own process, folder and journal, under the plan of the real one, whose
 * samples come from a scenario file instead of agents. It calls people through the plan's channels, each message marked SIMULACRO, or
 * writes all of them into FOLDER/messages.jsonl. It reads the real collector's journal beside it: as soon as a real incident opens, or
 * that journal cannot be read any more, the drill ends and whoever was told of it hears that it is over.
 *
 * A scenario of a drill (docs/DRILLS.md) has the lines `set CHECK ok|critical|blind|lost [AGENT]`, `cut AGENT`, `uncut AGENT` and `end`. */
#ifndef VIGIA_COLLECTOR_CONDUCTOR_H
#define VIGIA_COLLECTOR_CONDUCTOR_H

#include "base/attr.h"
#include "base/err.h"

struct collector;
struct conductor;
struct drill_config;
struct plan;

/* Why a drill ended; the word in its journal. */
enum conductor_end { CONDUCTOR_DONE, CONDUCTOR_STOPPED, CONDUCTOR_PRE_EMPTED };

/* Could it begin under this plan? As conductor_start, before anything is made. */
enum err conductor_check(const struct drill_config *d, const struct plan *p,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Begins: ERR_SYNTAX with a sentence if the scenario is wrong or names what the plan does not have, ERR_BUSY if a real incident is open
 * or another drill of the same collector is being played, ERR_IO if the real journal cannot be read. The plan is in force and nothing was sampled yet. */
enum err conductor_start(struct collector *c, struct conductor **ret,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Ends the drill: everything is closed, everybody is told. `over` (given once, at the start of the collector's life) is called when all
 * have been told, or a minute later. Asked again it does nothing. */
void conductor_end(struct conductor *k, enum conductor_end how, const char *why) NONNULL_ALL;
void conductor_on_over(struct conductor *k, void (*over)(void *user, enum conductor_end how),
		       void *user) NONNULL(1, 2);
void conductor_free(struct conductor *k); /* accepts NULL */

#endif
