/* Reliability block diagrams: all, any, at least k of n over served / blind / not served (DESIGN 4; the
 * truth tables are in docs/TRUTH_TABLES.md). */
#include <assert.h>

#include "engine/engine_state.h"

enum { MEMBERS_RANKED_MAX = 256 };

static struct diagram_result leaf(const struct engine *e, uint32_t component)
{
	const struct component_now *c = &e->components[component];
	struct diagram_result r = {SERVICE_UNKNOWN, c->began, c->not_before,
				   c->good,         c->began, c->not_before};

	switch (c->state) {
	case COMPONENT_OK:
		r.state = SERVICE_OK;
		break;
	case COMPONENT_WARNING:
		r.state = SERVICE_DEGRADED; /* served, not well */
		break;
	case COMPONENT_CRITICAL:
	case COMPONENT_UNREACHABLE:
		r.state = SERVICE_DOWN;
		break;
	case COMPONENT_BLIND:
		r.state = SERVICE_BLIND;
		break;
	case COMPONENT_UNKNOWN:
	case COMPONENT_STATE_COUNT:
		break;
	}
	return r;
}

struct ranked {
	struct wall_time at, not_before;
};

static void insert(struct ranked *list, size_t *n, struct wall_time at, struct wall_time not_before)
{
	size_t i;

	if (*n == MEMBERS_RANKED_MAX)
		return;
	for (i = (*n)++; i > 0 && list[i - 1].at.us > at.us; i--)
		list[i] = list[i - 1];
	list[i] = (struct ranked){at, not_before};
}

/* Members of a group, counted and ranked by their moments. */
struct group {
	size_t served, degraded, blind, unknown, n;
	struct ranked lost[MEMBERS_RANKED_MAX]; /* not served or not seen, by beginning */
	size_t lost_count;
	struct ranked down[MEMBERS_RANKED_MAX];
	size_t down_count;
	struct ranked good[MEMBERS_RANKED_MAX];
	size_t good_count;
};

static void count_member(struct group *g, const struct diagram_result *r)
{
	g->n++;
	switch (r->state) {
	case SERVICE_DEGRADED:
		g->degraded++;
		g->served++;
		insert(g->good, &g->good_count, r->good, WALL_UNKNOWN);
		break;
	case SERVICE_OK:
		g->served++;
		insert(g->good, &g->good_count, r->good, WALL_UNKNOWN);
		break;
	case SERVICE_BLIND:
		g->blind++;
		insert(g->lost, &g->lost_count, r->lost, r->lost_not_before);
		break;
	case SERVICE_UNKNOWN:
		g->unknown++;
		break;
	case SERVICE_DOWN:
		insert(g->lost, &g->lost_count, r->lost, r->lost_not_before);
		insert(g->down, &g->down_count, r->began, r->not_before);
		break;
	case SERVICE_STATE_COUNT:
		break;
	}
}

static struct diagram_result judge_group(const struct group *g, size_t k)
{
	struct diagram_result r = {SERVICE_UNKNOWN, WALL_UNKNOWN, WALL_UNKNOWN,
				   WALL_UNKNOWN,    WALL_UNKNOWN, WALL_UNKNOWN};
	size_t needed = g->n - k + 1; /* so many lost members make it false */

	assert(k >= 1 && k <= g->n);
	if (g->served >= k) {
		r.state = g->served < g->n || g->degraded > 0 ? SERVICE_DEGRADED : SERVICE_OK;
		r.good = g->good[k - 1].at;
		return r;
	}
	if (g->lost_count >= needed) {
		r.began = r.lost = g->lost[needed - 1].at;
		r.not_before = r.lost_not_before = g->lost[needed - 1].not_before;
	}
	if (g->served + g->blind + g->unknown >= k) {
		r.state = g->blind > 0 ? SERVICE_BLIND : SERVICE_UNKNOWN;
		return r;
	}
	r.state = SERVICE_DOWN;
	r.began = g->down[needed - 1].at;
	r.not_before = g->down[needed - 1].not_before;
	return r;
}

struct diagram_result diagram_eval(const struct engine *e, const struct plan_need *need)
{
	struct group g;

	if (need->kind == NEED_COMPONENT)
		return leaf(e, need->component);
	g.served = g.degraded = g.blind = g.unknown = g.n = 0;
	g.lost_count = g.down_count = g.good_count = 0;
	for (size_t i = 0; i < need->child_count; i++) {
		struct diagram_result r = diagram_eval(e, &need->children[i]);

		count_member(&g, &r);
	}
	return judge_group(&g, need->at_least);
}

bool diagram_is_down(const struct engine *e, const struct plan_need *need)
{
	return diagram_eval(e, need).state == SERVICE_DOWN;
}

static bool is_failed(enum component_state s)
{
	return s == COMPONENT_CRITICAL || s == COMPONENT_UNREACHABLE || s == COMPONENT_BLIND;
}

uint32_t diagram_failed(const struct engine *e, const struct plan_need *need, uint32_t *ret,
			uint32_t max)
{
	uint32_t n = 0;

	if (need->kind == NEED_COMPONENT) {
		if (max > 0 && is_failed(e->components[need->component].state))
			ret[n++] = need->component;
		return n;
	}
	for (size_t i = 0; i < need->child_count && n < max; i++)
		n += diagram_failed(e, &need->children[i], ret + n, max - n);
	return n;
}
