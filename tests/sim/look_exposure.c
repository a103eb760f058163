/* What must always hold: one failure away, tried out. */
#include "tests/sim/sim.h"

#include <string.h>

/* What is not lost serves as it is measured; with `dead` failing, what hangs on it alone goes too. */
struct trial {
	const struct plan *plan;
	const bool *lost;
	uint32_t dead;
};

static bool need_holds(const struct trial *t, const struct plan_need *n);

static bool component_holds(const struct trial *t, uint32_t c)
{
	const struct plan_need *path = t->plan->components[c].depends_on;
	struct trial before = {t->plan, t->lost, PLAN_NONE};

	if (t->lost[c] || c == t->dead)
		return false;
	return path == NULL || !need_holds(&before, path) || need_holds(t, path);
}

static bool need_holds(const struct trial *t, const struct plan_need *n)
{
	size_t up = 0;

	if (n->kind == NEED_COMPONENT)
		return component_holds(t, n->component);
	for (size_t i = 0; i < n->child_count; i++)
		up += need_holds(t, &n->children[i]);
	return up >= n->at_least;
}

static uint32_t ended_by_one(const struct plan *p, uint32_t service, const bool *lost)
{
	const bool none[VANTAGES_MAX] = {false};
	uint32_t n = 0;

	for (uint32_t c = 0; c < p->component_count; c++) {
		struct trial now = {p, lost, c}, design = {p, none, c};

		n += !lost[c] && !need_holds(&now, p->services[service].needs) &&
		     need_holds(&design, p->services[service].needs);
	}
	return n;
}

void look_at_exposure(struct sim *s, uint32_t service, const struct view_service *v)
{
	const struct plan *p = sim_plan(s);
	bool failed[VANTAGES_MAX] = {false}, gone[VANTAGES_MAX] = {false};
	uint32_t sure, perhaps;

	if (v->state != SERVICE_OK && v->state != SERVICE_DEGRADED)
		return; /* it stands as it was */
	for (uint32_t c = 0; c < p->component_count; c++) {
		struct view_component k;

		view_component(s->world->engine, c, &k);
		failed[c] = k.state == COMPONENT_CRITICAL || k.state == COMPONENT_UNREACHABLE;
		gone[c] = failed[c] || k.state == COMPONENT_BLIND;
	}
	sure = ended_by_one(p, service, failed);
	perhaps = ended_by_one(p, service, gone);
	if (v->exposure.exposed != (sure + perhaps > 0))
		sim_broken(s, "one failure away, and nobody says so (or the other way round)");
	if (v->exposure.exposed &&
	    (v->exposure.unseen != (sure == 0) || v->exposure.count != (sure > 0 ? sure : perhaps)))
		sim_broken(s, "what would end a service is not what is said");
	if (v->exposure.exposed && v->exposure.since.us > s->world->now.us)
		sim_broken(s, "an exposure begins in the future");
	s->exposed += v->exposure.exposed;
}
