#include "collector/status_cuts.h"

static struct wall_time due_of(const struct plan_cuts *c, uint32_t ordinal)
{
	if (ordinal == 0)
		return WALL_UNKNOWN;
	return (struct wall_time){c->first_us + ((int64_t)ordinal - 1) * c->every_us};
}

static void put_sources(struct json_emit *j, const struct engine *e, uint32_t cuts, const char *key,
			uint32_t first, uint32_t end)
{
	const struct plan *p = view_plan(e);
	const struct plan_cuts *c = &p->cuts[cuts];

	json_key(j, key);
	json_open_array(j);
	for (uint32_t s = first; s < end; s++) {
		struct view_cut_source v;

		view_cut_source(e, cuts, s, &v);
		json_open_object(j);
		json_kv_str(j, "name", c->sources[s].name);
		json_kv_str(j, "check", p->checks[c->sources[s].check].id);
		json_kv_str(j, "state", cut_state_word(v.state));
		json_kv_i64(j, "shown", v.shown);
		json_kv_time(j, "shown_due", due_of(c, v.shown));
		json_kv_time(j, "since", v.since);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_hour(struct json_emit *j, const struct view_cuts *v)
{
	json_key(j, "hour");
	json_open_object(j);
	json_kv_time(j, "from", v->hour);
	json_kv_i64(j, "published", v->hour_published);
	json_kv_i64(j, "needed", v->hour_needed);
	json_close_object(j);
}

static void put_series(struct json_emit *j, const struct engine *e, uint32_t cuts,
		       struct wall_time now)
{
	const struct plan *p = view_plan(e);
	const struct plan_cuts *c = &p->cuts[cuts];
	struct view_cuts v;

	view_cuts(e, cuts, now, &v);
	json_open_object(j);
	json_kv_str(j, "id", c->id);
	json_kv_str(j, "name", c->name);
	json_kv_str(j, "service", c->service != PLAN_NONE ? p->services[c->service].id : NULL);
	json_kv_str(j, "state", cut_state_word(v.state));
	json_kv_time(j, "since", v.since);
	json_kv_str(j, "effect", service_state_word(v.effect));
	json_kv_time(j, "began", v.began);
	json_kv_i64(j, "number", v.number);
	json_kv_i64(j, "count", c->count);
	json_kv_time(j, "due", v.due);
	json_kv_time(j, "next_due", v.next_due);
	json_kv_bool(j, "published", v.published);
	json_kv_time(j, "last_published", v.last_published);
	json_kv_i64(j, "published_count", v.published_count);
	json_kv_i64(j, "missing_count", v.missing_count);
	json_kv_i64(j, "unseen_count", v.unseen_count);
	put_hour(j, &v);
	put_sources(j, e, cuts, "of", 0, c->kind_count);
	put_sources(j, e, cuts, "mirrors", c->kind_count, c->source_count);
	json_close_object(j);
}

void status_cuts_write(struct json_emit *j, const struct engine *e, struct wall_time now)
{
	const struct plan *p = view_plan(e);

	json_key(j, "cuts");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->cuts_count; i++)
		put_series(j, e, i, now);
	json_close_array(j);
}

void status_cuts_write_rpo(struct json_emit *j, const struct engine *e, uint32_t service,
			   struct wall_time now)
{
	struct view_service s;
	struct view_rpo v;

	json_key(j, "rpo");
	if (!view_rpo(e, service, &v)) {
		json_null(j);
		return;
	}
	view_service(e, service, now, &s);
	json_open_object(j);
	json_kv_micro(j, "limit", v.limit_us);
	json_kv_str(j, "state", rpo_state_word(v.state));
	json_kv_bool(j, "estimated", v.estimated);
	json_kv_time(j, "copy", v.copy);
	json_key(j, "age");
	if (wall_is_known(v.copy))
		json_micro(j, wall_diff_us(now, v.copy));
	else
		json_null(j);
	/* What was written after the copy and before the contingency. */
	json_key(j, "at_stake");
	if (wall_is_known(v.copy) && s.clock.running && wall_is_known(s.clock.began) &&
	    s.clock.began.us > v.copy.us)
		json_micro(j, wall_diff_us(s.clock.began, v.copy));
	else
		json_null(j);
	json_close_object(j);
}
