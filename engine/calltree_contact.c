/* By which contact a person is called next: in the plan's order, each once, those whose carrier is down last. */
#include "engine/calltree.h"

static bool is_carrier_down(const struct engine *e, const struct incident *i,
			    const uint32_t *carriers, size_t n)
{
	if (i->plan != e->plan)
		return false;
	for (size_t k = 0; k < n; k++) {
		enum component_state s = e->components[carriers[k]].state;

		if (s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE)
			return true;
	}
	return false;
}

/* A contact whose carrier is down is not tried first. */
bool contact_is_down(const struct engine *e, const struct incident *i, uint32_t person,
		     uint32_t contact)
{
	const struct plan_contact *c = &i->plan->people[person].contacts[contact];
	const struct plan_channel *channel = &i->plan->channels[c->channel];

	return is_carrier_down(e, i, c->carried_by, c->carried_count) ||
	       is_carrier_down(e, i, channel->carried_by, channel->carried_count);
}

bool contact_was_tried(const struct incident *i, const struct scope *scope, uint32_t person,
		       uint32_t contact)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];

		if (scope_holds(scope, c) && c->person == person && c->contact == contact)
			return true;
	}
	return false;
}

uint32_t contact_next(const struct engine *e, const struct incident *i, const struct scope *scope,
		      uint32_t person)
{
	const struct plan_person *p = &i->plan->people[person];

	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t k = 0; k < p->contact_count; k++) {
			if (contact_is_down(e, i, person, k) == (pass == 1) &&
			    !contact_was_tried(i, scope, person, k))
				return k;
		}
	}
	return PLAN_NONE;
}
