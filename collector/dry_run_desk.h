/* dry_run_desk.h - plays dry-runs in the loop's work queue, on copies, one at a time and not longer than a limit. Nobody is called and
 * nothing is journalled. */
#ifndef VIGIA_COLLECTOR_DRY_RUN_DESK_H
#define VIGIA_COLLECTOR_DRY_RUN_DESK_H

#include "base/attr.h"
#include "collector/collector.h"
#include "collector/dry_run_ask.h"

struct dry_run_desk;

enum { DRY_RUN_LIMIT_S = 8, DRY_RUN_ANSWER_MAX = 32 << 20 };

struct dry_run_desk *dry_run_desk_new(struct collector *c) NONNULL_ALL
	__attribute__((returns_nonnull));
/* Of tests: another limit of time. */
void dry_run_desk_limit(struct dry_run_desk *d, int64_t us) NONNULL_ALL;
/* `done` is called once in a later turn: with the JSON (borrowed until it returns), or with an error and a sentence (ERR_TIMEOUT past the
 * limit, ERR_CLOSED at the end of the collector). False: one is under way, and it is not called. */
bool dry_run_desk_play(struct dry_run_desk *d, const struct dry_run_ask *ask, bool contacts,
		       void (*done)(void *user, enum err e, struct slice json, const char *why),
		       void *user) NONNULL(1, 2, 4) MUST_CHECK;
/* What is under way is told to end; whoever waits for it gets ERR_CLOSED. */
void dry_run_desk_stop(struct dry_run_desk *d) NONNULL_ALL;
void dry_run_desk_free(
	struct dry_run_desk *d); /* after the stop; the work ends by itself while the loop turns */

#endif
