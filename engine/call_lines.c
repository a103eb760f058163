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

/* The lines of a carrier that are in use, and when the first of them is free at the latest. */
struct use {
	int64_t count;
	struct wall_time free_at;
};

static void count_calls(struct use *u, const struct carrier *c, const struct plan *p,
			const struct incident *i, const struct call *calls, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		const struct call *call = &calls[k];

		if (!is_in_use(call) || !carries(c, p, call->person, call->contact))
			continue;
		u->count++;
		u->free_at = wall_min(u->free_at, i != NULL ? calltree_call_deadline(i, call)
							    : notices_call_deadline(p, call));
	}
}

static struct use in_use(const struct turn *t, const struct carrier *c)
{
	const struct engine *e = t->e;
	struct use u = {0, WALL_NEVER};

	for (size_t k = 0; k < e->incident_count; k++)
		count_calls(&u, c, e->incidents[k]->plan, e->incidents[k], e->incidents[k]->calls,
			    e->incidents[k]->call_count);
	count_calls(&u, c, e->plan, NULL, e->notices, e->notice_count);
	for (size_t k = 0; k < t->out->count; k++) {
		const struct event *ev = &t->out->items[k];
		const struct plan *p;

		if (ev->kind != EVENT_CALL_INTENT)
			continue;
		p = engine_plan_of(e, ev->incident, 0);
		if (!carries(c, p, ev->person, ev->contact))
			continue;
		u.count++;
		u.free_at = wall_min(
			u.free_at, wall_add_us(t->now, p->channels[ev->channel].receipt_within_us));
	}
	return u;
}

/* The carrier is full: makes `ret_at` no earlier than when it has a line again. */
static bool is_full(const struct turn *t, const struct carrier *c, struct wall_time *ret_at,
		    const char **ret_full)
{
	struct use u = {0, WALL_NEVER};

	if (lines_of(c) > 0)
		u = in_use(t, c);
	if (lines_of(c) == 0 || u.count < lines_of(c))
		return false;
	*ret_at = wall_max(*ret_at, u.free_at);
	if (ret_full != NULL)
		*ret_full = id_of(c);
	return true;
}

static bool any_full(const struct turn *t, const struct plan *p, const uint32_t *list, size_t n,
		     struct wall_time *ret_at, const char **ret_full)
{
	bool full = false;

	for (size_t k = 0; k < n; k++) {
		struct carrier c = {p, false, list[k]};

		full = is_full(t, &c, ret_at, ret_full) || full;
	}
	return full;
}

/* When all that carries this contact has a line. */
static bool is_free(const struct turn *t, const struct plan *p, uint32_t person, uint32_t contact,
		    struct wall_time *ret_at, const char **ret_full)
{
	const struct plan_contact *to = &p->people[person].contacts[contact];
	const struct plan_channel *channel = &p->channels[to->channel];
	struct carrier own = {p, true, to->channel};
	bool full = is_full(t, &own, ret_at, ret_full);

	full = any_full(t, p, to->carried_by, to->carried_count, ret_at, ret_full) || full;
	return !any_full(t, p, channel->carried_by, channel->carried_count, ret_at, ret_full) &&
	       !full;
}

bool lines_are_free(const struct turn *t, const struct plan *p, uint32_t person, uint32_t contact,
		    const char **ret_full)
{
	struct wall_time at = t->now;

	return is_free(t, p, person, contact, &at, ret_full);
}

uint32_t lines_choose(const struct turn *t, const struct plan *p, const struct tries *tries,
		      uint32_t person, uint32_t contact, struct wall_time window)
{
	struct wall_time at = t->now;

	if (is_free(t, p, person, contact, &at, NULL))
		return contact;
	if (at.us <= window.us)
		return PLAN_NONE;
	for (uint32_t k = 0; k < p->people[person].contact_count; k++) {
		if (k != contact && !contact_was_tried(tries, person, k) &&
		    !contact_is_down(t->e, p, person, k) && lines_are_free(t, p, person, k, NULL))
			return k;
	}
	return PLAN_NONE;
}
