/* A component is the worst of its checks; when the path to it is down it is unreachable: evidence, not a
 * page (DESIGN 4). */
#include <string.h>

#include "engine/engine_state.h"

static int rank(enum check_state s)
{
	switch (s) {
	case CHECK_OK:
		return 0;
	case CHECK_UNKNOWN:
		return 1;
	case CHECK_WARNING:
		return 2;
	case CHECK_BLIND:
		return 3;
	case CHECK_CRITICAL:
		return 4;
	case CHECK_STATE_COUNT:
		break;
	}
	return 0;
}

static enum component_state component_of(enum check_state s)
{
	switch (s) {
	case CHECK_OK:
		return COMPONENT_OK;
	case CHECK_UNKNOWN:
		return COMPONENT_UNKNOWN;
	case CHECK_WARNING:
		return COMPONENT_WARNING;
	case CHECK_BLIND:
		return COMPONENT_BLIND;
	case CHECK_CRITICAL:
		return COMPONENT_CRITICAL;
	case CHECK_STATE_COUNT:
		break;
	}
	return COMPONENT_UNKNOWN;
}

struct component_eval {
	enum component_state state;
	struct wall_time began, not_before, good;
	uint32_t cause; /* check */
};

static bool is_earlier(struct wall_time a, struct wall_time b)
{
	return wall_is_known(a) && (!wall_is_known(b) || a.us < b.us);
}

/* The worst of its checks of one sort, and of those alike the oldest; false if it has none. */
static bool eval_checks(const struct engine *e, uint32_t component, enum plan_affects affects,
			struct component_eval *r)
{
	const struct plan_component *c = &e->plan->components[component];
	int worst = -1;

	for (uint32_t i = c->check_first; i < c->check_first + c->check_count; i++) {
		struct check_now now;
		int k;

		if (e->plan->checks[i].affects != affects)
			continue;
		now = vantage_check(e, i);
		k = rank(now.state);
		r->good = wall_max(r->good, now.good);
		if (k < worst || (k == worst && !is_earlier(now.began, r->began)))
			continue;
		worst = k;
		r->state = component_of(now.state);
		r->began = now.began;
		r->not_before = now.not_before;
		r->cause = i;
	}
	return worst >= 0;
}

static bool is_bad_condition(enum component_state s)
{
	return s == COMPONENT_WARNING || s == COMPONENT_CRITICAL || s == COMPONENT_BLIND;
}

static struct wall_time path_recovered(const struct engine *e, const struct plan_need *need)
{
	struct wall_time at = WALL_UNKNOWN;

	if (need->kind == NEED_COMPONENT)
		return e->components[need->component].since;
	for (size_t i = 0; i < need->child_count; i++)
		at = wall_max(at, path_recovered(e, &need->children[i]));
	return at;
}

/* A child whose path has just come back may fail on its own only by a sample newer than that. */
static bool has_news_since(const struct engine *e, uint32_t check, struct wall_time since)
{
	const struct plan_check *c = &e->plan->checks[check];

	for (uint32_t i = 0; i < c->vantage_count; i++) {
		const struct vantage_soft *s = &e->soft[c->vantage_first + i];

		if (s->has_sample && s->last.t.us > since.us)
			return true;
	}
	return false;
}

bool component_wants(const struct engine *e, uint32_t vantage)
{
	uint32_t component = e->plan->checks[e->plan->vantages[vantage].check].component;
	const struct plan_need *path = e->plan->components[component].depends_on;

	return e->components[component].state == COMPONENT_UNREACHABLE && path != NULL &&
	       !diagram_is_down(e, path);
}

/* Until when an agent that is just back may still tell of this one: its results come one after the other, and what it has not told yet
 * is no evidence. */
static struct wall_time told_by(const struct engine *e, uint32_t component)
{
	const struct plan_component *c = &e->plan->components[component];
	struct wall_time until = WALL_UNKNOWN;

	for (uint32_t i = 0; i < c->check_count; i++) {
		const struct plan_check *check = &e->plan->checks[c->check_first + i];

		for (uint32_t k = 0; k < check->vantage_count; k++) {
			uint32_t vantage = check->vantage_first + k;
			const struct vantage_soft *soft = &e->soft[vantage];
			struct wall_time back = e->agents[e->plan->vantages[vantage].agent].back;

			if (e->vantages[vantage].state == CHECK_BLIND && wall_is_known(back) &&
			    (!soft->has_sample || soft->last.arrived.us < back.us))
				until = wall_max(until, wall_add_us(back, AGENT_BACK_US));
		}
	}
	return until;
}

static struct component_eval eval_path(const struct engine *e, uint32_t component,
				       struct component_eval r, struct wall_time now)
{
	const struct plan_component *c = &e->plan->components[component];
	bool served = r.state == COMPONENT_OK || r.state == COMPONENT_WARNING ||
		      r.state == COMPONENT_UNKNOWN;

	if (c->depends_on == NULL || served)
		return r;
	if (r.state == COMPONENT_BLIND && e->components[component].state == COMPONENT_BLIND &&
	    now.us < told_by(e, component).us)
		return r;
	if (diagram_is_down(e, c->depends_on))
		r.state = COMPONENT_UNREACHABLE;
	else if (e->components[component].state == COMPONENT_UNREACHABLE && r.cause != PLAN_NONE &&
		 !has_news_since(e, r.cause, path_recovered(e, c->depends_on)))
		r.state = COMPONENT_UNREACHABLE;
	return r;
}

/* A bad condition makes it degraded, never down; where nothing else is known of it, blindness stays blindness. */
static struct component_eval eval(const struct engine *e, uint32_t component, struct wall_time now)
{
	const struct component_eval none = {COMPONENT_BLIND, WALL_UNKNOWN, WALL_UNKNOWN,
					    WALL_UNKNOWN, PLAN_NONE};
	struct component_eval r = none, condition = none;
	bool serving = eval_checks(e, component, AFFECTS_SERVING, &r);

	if (!eval_checks(e, component, AFFECTS_CONDITION, &condition))
		return eval_path(e, component, r, now);
	if (!serving) {
		r = eval_path(e, component, condition, now);
		if (r.state == COMPONENT_CRITICAL)
			r.state = COMPONENT_WARNING;
		return r;
	}
	r = eval_path(e, component, r, now);
	if (r.state != COMPONENT_OK || !is_bad_condition(condition.state))
		return r;
	condition.state = COMPONENT_WARNING;
	condition.good = r.good;
	return condition;
}

static bool began_moved(const struct component_now *now, const struct component_eval *r)
{
	/* Checks that fail in turn do not make it younger: back only. */
	return (r->state == COMPONENT_CRITICAL || r->state == COMPONENT_UNREACHABLE) &&
	       r->began.us < now->began.us;
}

static bool is_served(enum component_state s)
{
	return s == COMPONENT_OK || s == COMPONENT_WARNING;
}

void component_decide(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->component_count; i++) {
		const struct component_now *now = &t->e->components[i];
		struct component_eval r = eval(t->e, i, t->now);
		/* From now on it serves: the moment is that of the first sample that did. */
		bool good = r.state == COMPONENT_OK ||
			    (r.state == COMPONENT_WARNING && !is_served(now->state) &&
			     wall_is_known(r.good));
		struct event *ev;

		if (r.state == now->state && !began_moved(now, &r))
			continue;
		ev = turn_add(t, EVENT_COMPONENT_STATE,
			      good && wall_is_known(r.good) ? r.good
			      : wall_is_known(r.began)      ? r.began
							    : t->now);
		ev->component = i;
		ev->from = (int)now->state;
		ev->to = (int)r.state;
		ev->began = good ? r.good : r.began;
		ev->not_before = good ? WALL_UNKNOWN : r.not_before;
		if (r.cause != PLAN_NONE)
			event_set_text(ev, t->e->plan->checks[r.cause].id);
	}
}

struct wall_time component_deadline(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (uint32_t i = 0; i < e->plan->component_count; i++) {
		const struct plan_need *path = e->plan->components[i].depends_on;
		struct wall_time until;

		if (e->components[i].state != COMPONENT_BLIND || path == NULL)
			continue;
		until = told_by(e, i);
		if (wall_is_known(until) && diagram_is_down(e, path))
			d = wall_min(d, until);
	}
	return d;
}

void component_apply(struct engine *e, const struct event *ev)
{
	struct component_now *c = &e->components[ev->component];

	bool was_served = is_served(c->state) && wall_is_known(c->good);

	if (c->state != (enum component_state)ev->to)
		c->since = ev->recorded;
	c->state = (enum component_state)ev->to;
	if (is_served(c->state) && !was_served)
		c->good = ev->began;
	if (c->state != COMPONENT_OK) {
		c->began = ev->began;
		c->not_before = ev->not_before;
	}
	exposure_touch(e, ev->component);
}

static uint32_t first_failed(const struct engine *e, const struct plan_need *need)
{
	if (need->kind == NEED_COMPONENT) {
		enum component_state s = e->components[need->component].state;

		return s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE ? need->component
									     : PLAN_NONE;
	}
	for (size_t i = 0; i < need->child_count; i++) {
		uint32_t c = first_failed(e, &need->children[i]);

		if (c != PLAN_NONE)
			return c;
	}
	return PLAN_NONE;
}

uint32_t component_root(const struct engine *e, uint32_t component)
{
	/* The checker refuses cycles; the bound is for the assertion's sake. */
	for (uint32_t depth = 0; depth <= e->plan->component_count; depth++) {
		const struct plan_component *c = &e->plan->components[component];
		uint32_t below;

		if (e->components[component].state != COMPONENT_UNREACHABLE ||
		    c->depends_on == NULL)
			return component;
		below = first_failed(e, c->depends_on);
		if (below == PLAN_NONE)
			return component;
		component = below;
	}
	return component;
}
