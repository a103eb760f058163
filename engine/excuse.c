/* What a failure is due to: the diagram once more, with everything that is silenced taken as served. If it is served then, the
 * service fails only because of what is silenced, and nobody is called for it; what fails beside that is called for. */
#include <string.h>

#include "engine/engine_state.h"

enum { DEPTH_MAX = 64 };
enum worth { SERVED, UNSEEN, LOST };

struct excuse {
	const struct engine *e;
	uint64_t by; /* the silence that was met last */
};

static bool is_in_force(const struct silence *s)
{
	return s->began && !s->ended && s->scope.index != PLAN_NONE;
}

static bool covers_component(const struct plan *p, const struct plan_scope *s, uint32_t component)
{
	return (s->kind == SCOPE_COMPONENT && s->index == component) ||
	       (s->kind == SCOPE_SITE && s->index == p->components[component].site);
}

/* The silence of a component itself, or of its site. */
static uint64_t of_component(const struct engine *e, uint32_t component)
{
	for (size_t i = 0; i < e->silence_count; i++) {
		if (is_in_force(&e->silences[i]) &&
		    covers_component(e->plan, &e->silences[i].scope, component))
			return e->silences[i].id;
	}
	return 0;
}

static uint64_t of_check(const struct engine *e, uint32_t check)
{
	for (size_t i = 0; i < e->silence_count; i++) {
		if (is_in_force(&e->silences[i]) && e->silences[i].scope.kind == SCOPE_CHECK &&
		    e->silences[i].scope.index == check)
			return e->silences[i].id;
	}
	return 0;
}

/* Every check that makes the component fail is silenced. */
static uint64_t of_checks(const struct engine *e, uint32_t component)
{
	const struct plan_component *c = &e->plan->components[component];
	uint64_t by = 0;

	for (uint32_t i = 0; i < c->check_count; i++) {
		enum check_state s = vantage_check(e, c->check_first + i).state;

		if (s != CHECK_CRITICAL && s != CHECK_BLIND)
			continue;
		by = of_check(e, c->check_first + i);
		if (by == 0)
			return 0;
	}
	return by;
}

static enum worth worth_of(struct excuse *x, const struct plan_need *need, unsigned depth);

static enum worth worth_of_component(struct excuse *x, uint32_t component, unsigned depth)
{
	const struct engine *e = x->e;
	const struct plan_need *path = e->plan->components[component].depends_on;
	enum component_state s = e->components[component].state;
	uint64_t by = 0;

	if (s == COMPONENT_OK || s == COMPONENT_WARNING || s == COMPONENT_UNKNOWN)
		return SERVED; /* what has not spoken yet is no failure */
	by = of_component(e, component);
	if (by == 0)
		by = of_checks(e, component);
	if (by != 0) {
		x->by = by;
		return SERVED;
	}
	/* Behind a path that only a silence has cut nothing is known of it. */
	if (s == COMPONENT_UNREACHABLE && path != NULL && depth < DEPTH_MAX &&
	    diagram_is_down(e, path) && worth_of(x, path, depth + 1) == SERVED)
		return SERVED;
	return s == COMPONENT_BLIND ? UNSEEN : LOST;
}

static enum worth worth_of(struct excuse *x, const struct plan_need *need, unsigned depth)
{
	size_t served = 0, unseen = 0;

	if (need->kind == NEED_COMPONENT)
		return worth_of_component(x, need->component, depth);
	for (size_t i = 0; i < need->child_count; i++) {
		enum worth w = worth_of(x, &need->children[i], depth);

		served += w == SERVED;
		unseen += w == UNSEEN;
	}
	if (served >= need->at_least)
		return SERVED;
	return served + unseen >= need->at_least ? UNSEEN : LOST;
}

uint64_t excuse_of_service(const struct engine *e, uint32_t service)
{
	struct excuse x = {e, 0};
	bool any = false;

	for (size_t i = 0; i < e->silence_count; i++) {
		const struct silence *s = &e->silences[i];

		if (!is_in_force(s))
			continue;
		if (s->scope.kind == SCOPE_SERVICE && s->scope.index == service)
			return s->id;
		any = any || s->scope.kind != SCOPE_SERVICE;
	}
	if (!any || worth_of(&x, e->plan->services[service].needs, 0) != SERVED)
		return 0;
	return x.by;
}

/* --- whom it may concern ---------------------------------------------------------------------------- */

static bool scope_holds(const struct plan *p, const struct plan_scope *s, uint32_t component)
{
	return covers_component(p, s, component) ||
	       (s->kind == SCOPE_CHECK && p->checks[s->index].component == component);
}

static bool stands_on(const struct plan *p, const struct plan_need *need,
		      const struct plan_scope *s, unsigned depth)
{
	if (need == NULL || depth > DEPTH_MAX)
		return false;
	if (need->kind == NEED_COMPONENT)
		return scope_holds(p, s, need->component) ||
		       stands_on(p, p->components[need->component].depends_on, s, depth + 1);
	for (size_t i = 0; i < need->child_count; i++) {
		if (stands_on(p, &need->children[i], s, depth + 1))
			return true;
	}
	return false;
}

bool excuse_meets_very_high(const struct plan *p, const struct plan_scope *scope)
{
	for (uint32_t i = 0; i < p->service_count; i++) {
		if (p->services[i].criticality != CRITICALITY_VERY_HIGH)
			continue;
		if (scope->kind == SCOPE_SERVICE ? scope->index == i
						 : stands_on(p, p->services[i].needs, scope, 0))
			return true;
	}
	return false;
}
