/* plan_desk.h - the look at the plan (plan_look.h), made in the loop's work queue, one at a time, and kept as long as it is true:
 * until another plan is in force, or another day begins. */
#ifndef VIGIA_COLLECTOR_PLAN_DESK_H
#define VIGIA_COLLECTOR_PLAN_DESK_H

#include "base/attr.h"
#include "collector/collector.h"
#include "collector/plan_look.h"

struct plan_desk;

enum { PLAN_DESK_WAITING_MAX = 256 };

struct plan_desk *plan_desk_new(struct collector *c) NONNULL_ALL __attribute__((returns_nonnull));
/* `done` is called once, now or in a later turn: with a look at the plan in force whose files were looked at within `max_age_us`
 * (borrowed until it returns), or with NULL and a sentence. False: too many wait, and it is not called. */
bool plan_desk_ask(struct plan_desk *d, int64_t max_age_us,
		   void (*done)(void *user, const struct plan_look *look, const char *why),
		   void *user) NONNULL(1, 3) MUST_CHECK;
/* The last look, true or not any more; NULL before the first. */
const struct plan_look *plan_desk_last(const struct plan_desk *d) NONNULL_ALL;
/* Whoever waits gets NULL; nothing begins any more. */
void plan_desk_stop(struct plan_desk *d) NONNULL_ALL;
void plan_desk_free(
	struct plan_desk
		*d); /* after the stop; a look under way ends by itself while the loop turns */

#endif
