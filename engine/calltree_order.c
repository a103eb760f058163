/* Calls outside of the steps of a policy: with a report, or for a paper that is overdue. The rules are those of every call. */
#include "engine/call_lines.h"

enum call_progress calltree_call(const struct turn *t, const struct incident *i,
				 const struct call_order *o)
{
	struct scope scope = {o->service, PLAN_NONE, o->seat, i->round, o->about};
	struct slot slot = o->seat != PLAN_NONE ? slot_of_seat(t, i->plan, o->seat)
						: slot_of_person(t, i->plan, o->person);
	struct slot_next next = slot_next(t, i, &slot, &scope);

	if (next.result == SLOT_CALL) {
		struct tries tries = tries_of_scope(i, &scope);
		uint32_t contact =
			lines_choose(t, i->plan, &tries, next.person, next.contact, WALL_NEVER);

		if (contact != PLAN_NONE)
			calltree_add_intent(t, i, &scope, o->kind, slot.level, next.person, contact)
				->stands_for = next.stands_for;
	}
	if (next.result == SLOT_ACKED)
		return CALL_PROGRESS_ANSWERED;
	return next.result == SLOT_EXHAUSTED || next.result == SLOT_VACANT ? CALL_PROGRESS_NOBODY
									   : CALL_PROGRESS_WAITING;
}
