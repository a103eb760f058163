/* By which contact a person is called next: in the plan's order, each once, those whose carrier is down last. */
#include "engine/calltree.h"

/* An incident may speak of another plan than the one in force, which knows the carrier by its id. */
static bool is_carrier_down(const struct engine *e, const struct plan *p, const uint32_t *carriers,
			    size_t n)
{
	for (size_t k = 0; k < n; k++) {
		uint32_t c = p == e->plan
				     ? carriers[k]
				     : plan_find_component(e->plan,
							   slice_of(p->components[carriers[k]].id));
		enum component_state s = c != PLAN_NONE ? e->components[c].state : COMPONENT_OK;

		if (s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE)
			return true;
	}
	return false;
}

/* A contact whose carrier is down is not tried first. */
bool contact_is_down(const struct engine *e, const struct plan *p, uint32_t person,
		     uint32_t contact)
{
	const struct plan_contact *c = &p->people[person].contacts[contact];
	const struct plan_channel *channel = &p->channels[c->channel];

	return is_carrier_down(e, p, c->carried_by, c->carried_count) ||
	       is_carrier_down(e, p, channel->carried_by, channel->carried_count);
}

static bool is_of_scope(const void *of, const struct call *c)
{
	return scope_holds(of, c);
}

struct tries tries_of_scope(const struct incident *i, const struct scope *scope)
{
	return (struct tries){i->calls, i->call_count, is_of_scope, scope};
}

bool contact_was_tried(const struct tries *tries, uint32_t person, uint32_t contact)
{
	for (size_t k = 0; k < tries->count; k++) {
		const struct call *c = &tries->calls[k];

		if (c->person == person && c->contact == contact && tries->holds(tries->of, c))
			return true;
	}
	return false;
}

uint32_t contact_next(const struct engine *e, const struct plan *p, const struct tries *tries,
		      uint32_t person)
{
	for (int pass = 0; pass < 2; pass++) {
		for (uint32_t k = 0; k < p->people[person].contact_count; k++) {
			if (contact_is_down(e, p, person, k) == (pass == 1) &&
			    !contact_was_tried(tries, person, k))
				return k;
		}
	}
	return PLAN_NONE;
}
