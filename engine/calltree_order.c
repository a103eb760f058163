/* Calls outside of the steps of a policy: with a report, or for a paper that is overdue. The rules are those of every call. */
#include "engine/calltree.h"

enum call_progress calltree_call(const struct turn *t, const struct incident *i,
				 const struct call_order *o)
{
	struct scope scope = {o->service, PLAN_NONE, o->seat, i->round, o->about};
	struct slot slot = o->seat != PLAN_NONE ? slot_of_seat(i->plan, o->seat)
						: (struct slot){.seat = PLAN_NONE,
								.persons = {o->person},
								.person_count = 1};
	struct slot_next next = slot_next(t, i, &slot, &scope);

	if (next.result == SLOT_CALL)
		calltree_add_intent(t, i, &scope, o->kind, slot.level, next.person, next.contact);
	if (next.result == SLOT_ACKED)
		return CALL_PROGRESS_ANSWERED;
	return next.result == SLOT_EXHAUSTED || next.result == SLOT_VACANT ? CALL_PROGRESS_NOBODY
									   : CALL_PROGRESS_WAITING;
}
