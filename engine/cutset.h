/* cutset.h - what a business process cannot do without: its minimal cut sets, and the components of which one more would
 * end it. Pure functions of a plan and of what is lost. A component is lost by itself or with the path to it
 * (`depends_on`): a member behind one switch is only as redundant as that switch.
 *
 * A component that is a pair (plan_component.is_pair) is two units of which one suffices: it takes two failures to lose it,
 * and it stands twice in a cut set.
 *
 * A cut set is a set of components whose failure takes the service down; minimal: no part of it does. One of order 1 is a
 * single point of failure. Found by search, not by expanding the diagram: each cut set takes a member from every set of
 * components that carries the service. */
#ifndef VIGIA_ENGINE_CUTSET_H
#define VIGIA_ENGINE_CUTSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "engine/plan.h"

enum {
	CUTSET_ORDER_MAX = 3,
	CUTSET_SETS_MAX = 2000, /* per service; more are not listed, and that is told */
	CUTSET_VISITS_MAX = 20000000 /* of nodes of the diagram: about a second at most */
};

struct cutset {
	uint32_t order;
	uint32_t components[CUTSET_ORDER_MAX]; /* ascending; both units of a pair: twice the same */
};
struct cutset_list {
	struct cutset *items; /* by order, then by components */
	size_t count, cap;
	/* Every cut set up to this order is listed; less than CUTSET_ORDER_MAX if a limit was reached. */
	uint32_t complete;
};

/* Does the expression hold while the components in `lost` (one flag per component of the plan) have failed? */
bool cutset_serves(const struct plan *p, const struct plan_need *need,
		   const bool *lost) NONNULL_ALL MUST_CHECK;

/* The components any one of which would end the service, given what is lost already: ascending, at most
 * p->component_count. None if it does not serve. `bare`: pairs of which one unit is left (NULL: both are everywhere).
 * `measured`: what is not lost serves, whatever is said of its path
 * (its own checks say so); else a component whose path is lost is lost as well. */
size_t cutset_next(const struct plan *p, const struct plan_need *need, const bool *lost,
		   const bool *bare, bool measured, uint32_t *ret) NONNULL(1, 2, 3, 6);

/* The minimal cut sets of a service's expression up to CUTSET_ORDER_MAX. */
void cutset_find(const struct plan *p, const struct plan_need *need,
		 struct cutset_list *ret) NONNULL_ALL;
void cutset_list_release(struct cutset_list *l) NONNULL_ALL;

/* Marks every component that the expression stands on, paths too (one flag per component). */
void cutset_parts(const struct plan *p, const struct plan_need *need, bool *ret) NONNULL_ALL;

#endif
