/* The ledger of calls that belong to no incident: they speak in people of the present plan, and are carried over to the next by
 * id. Nobody's answer is waited for. */
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"

struct call *notices_find(const struct engine *e, uint64_t id)
{
	for (size_t i = e->notice_count; i-- > 0;) {
		if (e->notices[i].id == id)
			return &e->notices[i];
	}
	return NULL;
}

void notices_apply_intent(struct engine *e, const struct event *ev)
{
	e->notices = mem_grow(e->notices, e->notice_count, &e->notice_cap, sizeof(*e->notices));
	e->notices[e->notice_count++] = (struct call){.id = ev->seq,
						      .kind = ev->call_kind,
						      .state = CALL_STATE_PENDING,
						      .service = PLAN_NONE,
						      .step = PLAN_NONE,
						      .seat = ev->seat,
						      .post = PLAN_NONE,
						      .person = ev->person,
						      .contact = ev->contact,
						      .channel = ev->channel,
						      .attempt = ev->attempt,
						      .about = ev->entry,
						      .at = ev->recorded,
						      .state_since = ev->recorded};
}

struct wall_time notices_call_deadline(const struct plan *p, const struct call *c)
{
	if (c->state != CALL_STATE_PENDING && c->state != CALL_STATE_SENT &&
	    c->state != CALL_STATE_UNKNOWN)
		return WALL_NEVER;
	return wall_add_us(wall_max(c->at, c->state_since),
			   p->channels[c->channel].receipt_within_us);
}

void notices_decide_timers(const struct turn *t)
{
	for (size_t i = 0; i < t->e->notice_count; i++) {
		const struct call *c = &t->e->notices[i];
		struct event *ev;

		if (notices_call_deadline(t->e->plan, c).us > t->now.us)
			continue;
		ev = turn_add(t, EVENT_CALL_FAILED, t->now);
		ev->call = c->id;
		event_set_text(ev, "no-receipt");
	}
}

struct wall_time notices_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t i = 0; i < e->notice_count; i++)
		d = wall_min(d, notices_call_deadline(e->plan, &e->notices[i]));
	return d;
}

static uint32_t find_contact(const struct plan *p, uint32_t person, const char *channel,
			     const char *to)
{
	for (uint32_t k = 0; k < p->people[person].contact_count; k++) {
		const struct plan_contact *c = &p->people[person].contacts[k];

		if (strcmp(p->channels[c->channel].id, channel) == 0 && strcmp(c->to, to) == 0)
			return k;
	}
	return PLAN_NONE;
}

/* What the new plan does not know any more is dropped: there is nobody left to tell. */
void notices_rekey(struct engine *e, const struct plan *old)
{
	size_t kept = 0;

	for (size_t i = 0; old != NULL && i < e->notice_count; i++) {
		struct call c = e->notices[i];
		const struct plan_contact *contact = &old->people[c.person].contacts[c.contact];
		uint32_t person = plan_find_person(e->plan, slice_of(old->people[c.person].id));
		uint32_t k = person != PLAN_NONE
				     ? find_contact(e->plan, person,
						    old->channels[contact->channel].id, contact->to)
				     : PLAN_NONE;

		if (k == PLAN_NONE)
			continue;
		if (c.seat != PLAN_NONE)
			c.seat = plan_find_seat(e->plan, slice_of(old->seats[c.seat].id));
		c.person = person;
		c.contact = k;
		c.channel = e->plan->people[person].contacts[k].channel;
		e->notices[kept++] = c;
	}
	e->notice_count = kept;
}

void notices_forget(struct engine *e, uint64_t about)
{
	size_t kept = 0;

	for (size_t i = 0; i < e->notice_count; i++) {
		if (e->notices[i].about != about)
			e->notices[kept++] = e->notices[i];
	}
	e->notice_count = kept;
}
