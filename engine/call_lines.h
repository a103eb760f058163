/* call_lines.h - how many calls a channel, or a component that carries it, takes at one time (plan key `lines`), over all incidents. A line
 * is in use from the intent of a call until its receipt, its failure or its answer. */
#ifndef VIGIA_ENGINE_CALL_LINES_H
#define VIGIA_ENGINE_CALL_LINES_H

#include "base/attr.h"
#include "engine/calltree.h"

/* Some carrier of the plan has so many lines and no more. */
bool lines_are_counted(const struct plan *p) NONNULL_ALL;
/* The call would find a line now; with what was decided in this turn. `p`: the plan of the indices. `ret_full`, unless NULL: the
 * id of what is full. */
bool lines_are_free(const struct turn *t, const struct plan *p, uint32_t person, uint32_t contact,
		    const char **ret_full) NONNULL(1, 2);
/* The contact to use now: this one if it has a line; another one that was not tried, if the wait for a line would last beyond
 * `window` and that one has; PLAN_NONE = wait. */
uint32_t lines_choose(const struct turn *t, const struct plan *p, const struct tries *tries,
		      uint32_t person, uint32_t contact, struct wall_time window) NONNULL_ALL;

#endif
