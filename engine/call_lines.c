/* Lines: carriers that take so many calls at one time. */
#include "engine/call_lines.h"

#include <string.h>

/* What carries a call: a channel, or a component. */
struct carrier {
	const struct plan *plan;
	bool is_channel;
	uint32_t index;
};

static const char *id_of(const struct carrier *c)
{
	return c->is_channel ? c->plan->channels[c->index].id : c->plan->components[c->index].id;
}

static int64_t lines_of(const struct carrier *c)
{
	return c->is_channel ? (int64_t)c->plan->channels[c->index].lines
			     : c->plan->components[c->index].lines;
}

bool lines_are_counted(const struct plan *p)
{
	for (uint32_t k = 0; k < p->channel_count; k++) {
		if (p->channels[k].lines > 0)
			return true;
	}
	for (uint32_t k = 0; k < p->component_count; k++) {
		if (p->components[k].lines > 0)
			return true;
	}
	return false;
}

static bool is_same(const struct carrier *c, const struct plan *p, uint32_t index)
{
	const char *id = c->is_channel ? p->channels[index].id : p->components[index].id;

	return c->plan == p ? c->index == index : strcmp(id_of(c), id) == 0;
}

static bool is_among(const struct carrier *c, const struct plan *p, const uint32_t *list, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (is_same(c, p, list[k]))
			return true;
	}
	return false;
}

static bool carries(const struct carrier *c, const struct plan *p, uint32_t person,
		    uint32_t contact)
{
	const struct plan_contact *to = &p->people[person].contacts[contact];
	const struct plan_channel *channel = &p->channels[to->channel];

	if (c->is_channel)
		return is_same(c, p, to->channel);
	return is_among(c, p, to->carried_by, to->carried_count) ||
	       is_among(c, p, channel->carried_by, channel->carried_count);
}

static bool is_in_use(const struct call *c)
{
	return c->state == CALL_STATE_PENDING || c->state == CALL_STATE_SENT ||
	       c->state == CALL_STATE_UNKNOWN;
}

/* How many lines of it are in use; `ret_free_at`: when the first of them is free at the latest. */
static int64_t in_use(const struct turn *t, const struct carrier *c, struct wall_time *ret_free_at)
{
	int64_t n = 0;

	*ret_free_at = WALL_NEVER;
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (size_t m = 0; m < i->call_count; m++) {
			if (!is_in_use(&i->calls[m]) ||
			    !carries(c, i->plan, i->calls[m].person, i->calls[m].contact))
				continue;
			n++;
			*ret_free_at =
				wall_min(*ret_free_at, calltree_call_deadline(i, &i->calls[m]));
		}
	}
	for (size_t k = 0; k < t->out->count; k++) {
		const struct event *ev = &t->out->items[k];
		const struct incident *i =
			ev->kind == EVENT_CALL_INTENT ? incident_find(t->e, ev->incident) : NULL;

		if (i == NULL || !carries(c, i->plan, ev->person, ev->contact))
			continue;
		n++;
		*ret_free_at = wall_min(
			*ret_free_at,
			wall_add_us(t->now, i->plan->channels[ev->channel].receipt_within_us));
	}
	return n;
}

/* The carrier is full: makes `ret_at` no earlier than when it has a line again. */
static bool is_full(const struct turn *t, const struct carrier *c, struct wall_time *ret_at,
		    const char **ret_full)
{
	struct wall_time free_at;

	if (lines_of(c) == 0 || in_use(t, c, &free_at) < lines_of(c))
		return false;
	*ret_at = wall_max(*ret_at, free_at);
	if (ret_full != NULL)
		*ret_full = id_of(c);
	return true;
}

static bool any_full(const struct turn *t, const struct incident *i, const uint32_t *list, size_t n,
		     struct wall_time *ret_at, const char **ret_full)
{
	bool full = false;

	for (size_t k = 0; k < n; k++) {
		struct carrier c = {i->plan, false, list[k]};

		full = is_full(t, &c, ret_at, ret_full) || full;
	}
	return full;
}

/* When all that carries this contact has a line. */
static bool is_free(const struct turn *t, const struct incident *i, uint32_t person,
		    uint32_t contact, struct wall_time *ret_at, const char **ret_full)
{
	const struct plan_contact *to = &i->plan->people[person].contacts[contact];
	const struct plan_channel *channel = &i->plan->channels[to->channel];
	struct carrier own = {i->plan, true, to->channel};
	bool full = is_full(t, &own, ret_at, ret_full);

	full = any_full(t, i, to->carried_by, to->carried_count, ret_at, ret_full) || full;
	return !any_full(t, i, channel->carried_by, channel->carried_count, ret_at, ret_full) &&
	       !full;
}

bool lines_are_free(const struct turn *t, const struct incident *i, uint32_t person,
		    uint32_t contact, const char **ret_full)
{
	struct wall_time at = t->now;

	return is_free(t, i, person, contact, &at, ret_full);
}

uint32_t lines_choose(const struct turn *t, const struct incident *i, const struct scope *scope,
		      uint32_t person, uint32_t contact, struct wall_time window)
{
	const struct plan_person *p = &i->plan->people[person];
	struct wall_time at = t->now;

	if (is_free(t, i, person, contact, &at, NULL))
		return contact;
	if (at.us <= window.us)
		return PLAN_NONE;
	for (uint32_t k = 0; k < p->contact_count; k++) {
		if (k != contact && !contact_was_tried(i, scope, person, k) &&
		    !contact_is_down(t->e, i, person, k) && lines_are_free(t, i, person, k, NULL))
			return k;
	}
	return PLAN_NONE;
}
