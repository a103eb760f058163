#include "collector/status_sites.h"

#include <stdlib.h>

#include "base/mem.h"

#define X(sym, word) GRADE_##sym,
enum grade { SITE_STATES(X) GRADE_COUNT };
#undef X
#define X(sym, word) [GRADE_##sym] = word,
static const char *const grade_words[GRADE_COUNT] = {SITE_STATES(X)};
#undef X

struct site_tally {
	enum grade grade;
	struct wall_time since; /* the earliest of what gives it its grade */
	uint32_t components, failing, unseen, agents, silent;
	enum agent_cause cause; /* of the first agent that has one */
};

static enum grade grade_of(enum component_state s)
{
	switch (s) {
	case COMPONENT_CRITICAL:
		return GRADE_CRITICAL;
	case COMPONENT_UNREACHABLE:
		return GRADE_UNREACHABLE;
	case COMPONENT_BLIND:
		return GRADE_BLIND;
	case COMPONENT_WARNING:
		return GRADE_WARNING;
	case COMPONENT_OK:
		return GRADE_OK;
	case COMPONENT_UNKNOWN:
	case COMPONENT_STATE_COUNT:
		break;
	}
	return GRADE_UNKNOWN;
}

static void add(struct site_tally *t, enum grade g, struct wall_time since)
{
	if (g > t->grade || (g == t->grade && !wall_is_known(t->since)))
		t->since = since;
	else if (g == t->grade && wall_is_known(since) && since.us < t->since.us)
		t->since = since;
	if (g > t->grade)
		t->grade = g;
}

static void add_component(const struct engine *e, uint32_t component, struct site_tally *t)
{
	struct view_component v;

	if (view_plan(e)->components[component].check_count == 0)
		return; /* nobody looks at it: it says nothing */
	view_component(e, component, &v);
	t->components++;
	t->failing += v.state == COMPONENT_CRITICAL;
	t->unseen += v.state == COMPONENT_BLIND || v.state == COMPONENT_UNREACHABLE ||
		     v.state == COMPONENT_UNKNOWN;
	add(t, grade_of(v.state), v.since);
}

static void add_agent(const struct engine *e, uint32_t agent, struct site_tally *t)
{
	struct view_agent v;

	view_agent(e, agent, &v);
	t->agents++;
	t->silent += v.silent;
	if (t->cause == CAUSE_NONE)
		t->cause = v.cause;
	if (v.silent)
		add(t, GRADE_BLIND, v.last_seen);
	else
		add(t, v.seen ? GRADE_OK : GRADE_UNKNOWN, WALL_UNKNOWN);
}

static void put_site(struct json_emit *j, const struct plan_site *s, const struct site_tally *t)
{
	json_open_object(j);
	json_kv_str(j, "id", s->id);
	json_kv_str(j, "name", s->name);
	json_kv_str(j, "kind", s->kind);
	json_kv_str(j, "state", grade_words[t->grade]);
	json_kv_time(j, "since", t->since);
	json_kv_i64(j, "components", t->components);
	json_kv_i64(j, "failing", t->failing);
	json_kv_i64(j, "unseen", t->unseen);
	json_kv_i64(j, "agents", t->agents);
	json_kv_i64(j, "silent", t->silent);
	json_kv_str(j, "cause", agent_cause_word(t->cause));
	json_close_object(j);
}

void status_sites_write(struct json_emit *j, const struct engine *e)
{
	const struct plan *p = view_plan(e);
	struct site_tally *tally = mem_calloc(p != NULL ? p->site_count + 1 : 1, sizeof(*tally));

	json_key(j, "sites");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->site_count; i++)
		tally[i].since = WALL_UNKNOWN;
	for (uint32_t i = 0; p != NULL && i < p->component_count; i++) {
		if (p->components[i].site != PLAN_NONE)
			add_component(e, i, &tally[p->components[i].site]);
	}
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++) {
		if (p->agents[i].site != PLAN_NONE)
			add_agent(e, i, &tally[p->agents[i].site]);
	}
	for (uint32_t i = 0; p != NULL && i < p->site_count; i++)
		put_site(j, &p->sites[i], &tally[i]);
	json_close_array(j);
	free(tally);
}
