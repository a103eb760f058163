/* What the field posts are told: suspend, wait, resume (plan procedure 4.3 c). The operational crisis group orders, every post
 * confirms, the missing ones are listed and called again. A later order takes the place of an earlier one at the posts that it
 * concerns; who confirmed the earlier one only is missing again. */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "engine/duty.h"
#include "engine/engine_state.h"
#include "engine/telling.h"

enum { LATE_REPEAT_FACTOR = 5 }; /* once the missing ones are on record */

static const char *const words[] = {"suspend", "wait", "resume"};
_Static_assert(COUNT_OF(words) == ORDER_KIND_COUNT, "a word per order");

const char *order_word(enum order_kind k)
{
	assert((unsigned)k < ORDER_KIND_COUNT);
	return words[k];
}

static enum order_kind kind_of(const char *word)
{
	for (int k = 0; k < ORDER_KIND_COUNT; k++) {
		if (strcmp(words[k], word) == 0)
			return (enum order_kind)k;
	}
	return ORDER_KIND_COUNT;
}

const struct order *orders_of_post(const struct incident *i, uint32_t post)
{
	for (size_t k = i->order_count; k-- > 0;) {
		if (post_set_has(&i->orders[k].posts, post) && !i->orders[k].drill)
			return &i->orders[k];
	}
	return NULL;
}

uint32_t orders_owed(const struct incident *i)
{
	uint32_t n = 0;

	for (uint32_t p = 0; i->order_count > 0 && p < i->plan->post_count; p++) {
		const struct order *o = orders_of_post(i, p);

		n += o != NULL && o->kind != ORDER_RESUME;
	}
	return n;
}

/* It stands for the post, and the post has not confirmed it. */
static bool is_missing(const struct incident *i, const struct order *o, uint32_t post)
{
	return orders_of_post(i, post) == o && !post_set_has(&o->confirmed, post);
}

/* Its people, and whom they named when they left. */
static bool is_held_by(const struct engine *e, const struct incident *i, uint32_t post,
		       uint32_t person)
{
	const struct plan_post *p = &i->plan->posts[post];

	for (size_t k = 0; k < p->person_count; k++) {
		if (p->persons[k] == person ||
		    duty_of_person(e, i->plan, p->persons[k]).person == person)
			return true;
	}
	return false;
}

/* --- acts ------------------------------------------------------------------------------------------ */

static bool may_order(const struct turn *t, const struct incident *i, uint32_t person)
{
	const struct plan_orders *o = &i->plan->orders;

	for (size_t k = 0; k < o->given_by_count; k++) {
		if (duty_holds_seat(t->e, i, person, o->given_by[k], t->now))
			return true;
	}
	return o->given_by_count == 0 && (duty_holds_level(t->e, i, person, 1, t->now) ||
					  duty_holds_level(t->e, i, person, 2, t->now));
}

static struct refusal refuse_order(const struct turn *t, const struct incident *i,
				   const struct input *in)
{
	if (!may_order(t, i, in->u.act.person))
		return i->plan->orders.given_by_count > 0
			       ? REFUSED(DENIED, "only the operational crisis group orders this")
			       : REFUSED(DENIED, "only levels 1 and 2 order this");
	if (i->plan->post_count == 0)
		return REFUSED(WRONG_STATE, "the incident's plan has no field posts");
	if (i->state == INCIDENT_CLOSED)
		return REFUSED(WRONG_STATE, "the incident is closed");
	if (kind_of(in->u.act.args.what) == ORDER_KIND_COUNT)
		return REFUSED(SYNTAX, "what: suspend, wait or resume");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "the reason is needed (note)");
	if (i->order_count >= ORDERS_MAX)
		return REFUSED(WRONG_STATE, "there are too many orders in this incident");
	return ALLOWED;
}

/* The posts that this person confirms with this act, of the newest order that waits for any of them. */
static const struct order *confirmable(const struct engine *e, const struct incident *i,
				       const struct input *in, struct plan_post_set *ret)
{
	const struct act_args *a = &in->u.act.args;

	for (size_t k = i->order_count; k-- > 0;) {
		const struct order *o = &i->orders[k];

		*ret = (struct plan_post_set){0};
		if (act_given(a, ACT_HAS(ENTRY)) && o->id != a->entry)
			continue;
		for (uint32_t p = 0; p < i->plan->post_count; p++) {
			if (is_missing(i, o, p) && is_held_by(e, i, p, in->u.act.person) &&
			    (!act_given(a, ACT_HAS(SITE)) || i->plan->posts[p].site == a->site))
				post_set_add(ret, p);
		}
		if (post_set_count(ret) > 0)
			return o;
	}
	return NULL;
}

static struct refusal refuse_confirm(const struct engine *e, const struct incident *i,
				     const struct input *in)
{
	struct plan_post_set posts;
	bool holds = false;

	for (uint32_t p = 0; p < i->plan->post_count; p++)
		holds = holds || is_held_by(e, i, p, in->u.act.person);
	if (!holds)
		return REFUSED(DENIED, "this person holds no field post");
	if (confirmable(e, i, in, &posts) == NULL)
		return REFUSED(WRONG_STATE, "no order waits for this post: it is confirmed, or "
					    "a later one stands");
	return ALLOWED;
}

struct refusal orders_refuse(const struct turn *t, const struct incident *i, const struct input *in)
{
	return in->u.act.act == ACT_ORDER ? refuse_order(t, i, in) : refuse_confirm(t->e, i, in);
}

void orders_complete_act(const struct engine *e, const struct incident *i, const struct input *in,
			 struct event *ev)
{
	const struct order *o;

	if (in->u.act.act == ACT_CONFIRM_ORDER) {
		o = confirmable(e, i, in, &ev->posts);
		ev->entry = o != NULL ? o->id : 0;
		return;
	}
	if (!act_given(&in->u.act.args, ACT_HAS(SITES))) {
		for (uint32_t p = 0; p < i->plan->post_count; p++)
			post_set_add(&ev->posts, p);
	}
	ev->until = wall_add_us(in->now, i->plan->orders.confirm_within_us);
}

static const struct call *call_of(const struct incident *i, uint64_t id)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].id == id)
			return &i->calls[k];
	}
	return NULL;
}

bool orders_is_link(const struct incident *i, const struct input *in)
{
	const struct call *c = in->u.act.proof == PROOF_LINK ? call_of(i, in->u.act.call) : NULL;

	return c != NULL && c->kind == CALL_ORDER;
}

enum err orders_decide_link(const struct turn *t, const struct incident *i, const struct input *in,
			    struct err_info *info)
{
	const struct call *c = call_of(i, in->u.act.call);
	struct input confirm = *in;
	struct refusal r;

	confirm.u.act.args =
		(struct act_args){.given = ACT_HAS(ENTRY), .entry = c != NULL ? c->about : 0};
	confirm.u.act.act = ACT_CONFIRM_ORDER;
	r = refuse_confirm(t->e, i, &confirm);
	if (r.why != NULL)
		return act_refuse_on_record(t, in, r, info);
	orders_complete_act(t->e, i, &confirm, act_add(t, &confirm, EVENT_ORDER_CONFIRMED));
	return ERR_OK;
}

/* --- calls ------------------------------------------------------------------------------------------- */

/* Whoever left is told through whom they named; without one they are called all the same, a post is never left out. */
static struct telling order_to(const struct engine *e, const struct incident *i,
			       const struct order *o, uint32_t post)
{
	const struct plan_post *p = &i->plan->posts[post];
	struct telling w = {.plan = i->plan,
			    .incident = i,
			    .calls = i->calls,
			    .call_count = i->call_count,
			    .kind = CALL_ORDER,
			    .about = o->id,
			    .service = i->service_count > 0 ? i->services[0].service : PLAN_NONE,
			    .seat = p->seat,
			    .post = post,
			    .window = o->due,
			    .repeat_us = i->plan->orders.repeat_us *
					 (o->missed ? LATE_REPEAT_FACTOR : 1)};

	for (size_t k = 0; k < p->person_count; k++) {
		uint32_t person = duty_of_person(e, i->plan, p->persons[k]).person;

		if (w.person_count == 0 || w.persons[0] != person)
			w.persons[w.person_count++] = person;
	}
	return w;
}

static void stop_old_calls(const struct turn *t, const struct incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		const struct order *o;
		struct event *ev;

		if (c->kind != CALL_ORDER || !call_is_waiting(c->state))
			continue;
		o = orders_of_post(i, c->post);
		if (o != NULL && o->id == c->about && !post_set_has(&o->confirmed, c->post) &&
		    i->state != INCIDENT_CLOSED)
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = c->id;
		event_set_text(ev, o != NULL && o->id == c->about ? "confirmed" : "superseded");
	}
}

static struct event *add_about(const struct turn *t, enum event_kind kind, const struct incident *i,
			       const struct order *o)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->incident = i->id;
	ev->entry = o->id;
	memcpy(ev->what, words[o->kind], strlen(words[o->kind]) + 1);
	return ev;
}

static struct plan_post_set missing_of(const struct incident *i, const struct order *o,
				       bool *ret_stands)
{
	struct plan_post_set missing = {0};

	*ret_stands = false;
	for (uint32_t p = 0; p < i->plan->post_count; p++) {
		*ret_stands = *ret_stands || orders_of_post(i, p) == o;
		if (is_missing(i, o, p))
			post_set_add(&missing, p);
	}
	return missing;
}

/* The ledger is shared with the tree, which keeps half of it. */
static bool may_call(const struct engine *e, const struct incident *i)
{
	return i->call_count < e->limits.calls_per_incident / 2;
}

static void decide_order(const struct turn *t, const struct incident *i, const struct order *o)
{
	bool stands;
	struct plan_post_set missing = missing_of(i, o, &stands);

	if (!stands)
		return;
	if (post_set_count(&missing) == 0) {
		add_about(t, EVENT_ORDER_COMPLETE, i, o);
		return;
	}
	if (!o->missed && o->due.us <= t->now.us) {
		struct event *ev = add_about(t, EVENT_ORDER_MISSING, i, o);

		ev->posts = missing;
		ev->until = o->due;
	}
	for (uint32_t p = 0; p < i->plan->post_count && may_call(t->e, i); p++) {
		struct telling w;

		if (!post_set_has(&missing, p))
			continue;
		w = order_to(t->e, i, o, p);
		(void)telling_decide(t, &w);
	}
}

void orders_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];
		size_t before = t->out->count;

		if (i->order_count == 0)
			continue;
		stop_old_calls(t, i);
		if (t->out->count != before)
			continue;
		for (size_t o = 0; o < i->order_count && i->state != INCIDENT_CLOSED; o++) {
			if (!i->orders[o].complete && !i->orders[o].drill)
				decide_order(t, i, &i->orders[o]);
		}
	}
}

struct wall_time orders_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t n = 0; n < i->order_count && i->state != INCIDENT_CLOSED; n++) {
			const struct order *o = &i->orders[n];
			bool stands;
			struct plan_post_set missing;

			if (o->complete || o->drill)
				continue;
			missing = missing_of(i, o, &stands);
			if (stands && !o->missed)
				d = wall_min(d, o->due);
			for (uint32_t p = 0; p < i->plan->post_count && may_call(e, i); p++) {
				struct telling w;

				if (!post_set_has(&missing, p))
					continue;
				w = order_to(e, i, o, p);
				d = wall_min(d, telling_deadline(e, &w));
			}
		}
	}
	return d;
}

/* --- apply ------------------------------------------------------------------------------------------- */

static void apply_order(struct incident *i, const struct event *ev)
{
	struct order *o;

	i->orders = mem_grow(i->orders, i->order_count, &i->order_cap, sizeof(*i->orders));
	o = &i->orders[i->order_count++];
	*o = (struct order){.id = ev->seq,
			    .kind = kind_of(ev->what),
			    .posts = ev->posts,
			    .at = ev->at,
			    .due = ev->until,
			    .by = ev->person};
	if (o->kind == ORDER_KIND_COUNT)
		o->kind = ORDER_WAIT; /* of a later program: the careful one */
	memcpy(o->reason, ev->text, sizeof(o->reason));
}

static void apply_confirmed(struct incident *i, struct order *o, const struct event *ev)
{
	for (size_t w = 0; w < PLAN_POST_WORDS; w++)
		o->confirmed.bits[w] |= ev->posts.bits[w];
	act_apply_link(i, ev);
	for (size_t k = 0; k < i->call_count; k++) {
		struct call *c = &i->calls[k];

		if (c->kind != CALL_ORDER || c->about != o->id || c->person != ev->person ||
		    !post_set_has(&ev->posts, c->post) ||
		    (!call_is_waiting(c->state) && c->state != CALL_STATE_UNANSWERED))
			continue;
		if (c->id == ev->call)
			c->link_act = ACT_ENTERADO;
		c->told = true;
		c->state = CALL_STATE_ACKNOWLEDGED;
		c->state_since = ev->recorded;
	}
}

void orders_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct order *o = NULL;

	if (i == NULL)
		return;
	if (ev->kind == EVENT_ACT_ORDER) {
		apply_order(i, ev);
		return;
	}
	for (size_t k = 0; k < i->order_count; k++) {
		if (i->orders[k].id == ev->entry)
			o = &i->orders[k];
	}
	if (o == NULL)
		return;
	if (ev->kind == EVENT_ORDER_CONFIRMED)
		apply_confirmed(i, o, ev);
	else if (ev->kind == EVENT_ORDER_COMPLETE)
		o->complete = true;
	else
		o->missed = true;
}
