#include "collector/series_about.h"

#include "base/json_emit.h"
#include "engine/view.h"

void series_about_put_values(struct json_emit *j, const char *key, const struct check_schema *s)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < s->value_count; i++) {
		json_open_object(j);
		json_kv_str(j, "name", s->values[i].name);
		json_kv_str(j, "unit", s->values[i].unit);
		json_key(j, "words");
		json_open_array(j);
		for (size_t k = 0; k < s->word_count; k++) {
			if (s->words[k].value != i)
				continue;
			json_open_object(j);
			json_kv_micro(j, "number", s->words[k].micro);
			json_kv_str(j, "word", s->words[k].word);
			json_close_object(j);
		}
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_limits(struct json_emit *j, const struct check_schema *s, const struct judge *judge,
		       const char *state)
{
	struct judge_limit limit;

	for (size_t i = 0; judge_limit(judge, i, &limit); i++) {
		json_open_object(j);
		json_kv_str(j, "state", state);
		json_kv_str(j, "value", s->values[limit.value].name);
		json_kv_str(j, "op", limit.op);
		json_kv_micro(j, "limit", limit.limit);
		json_close_object(j);
	}
}

void series_about_put(struct buf *out, const struct engine *e, uint32_t vantage,
		      struct wall_time now)
{
	const struct plan *p = view_plan(e);
	const struct plan_vantage *v = &p->vantages[vantage];
	const struct plan_check *c = &p->checks[v->check];
	const struct plan_component *component = &p->components[c->component];
	const struct plan_site *site =
		component->site != PLAN_NONE ? &p->sites[component->site] : NULL;
	struct json_emit j = json_emit_to(out);
	struct view_calendar calendar;

	view_calendar(e, now, &calendar);
	buf_putc(out, ',');
	json_key(&j, "about");
	json_open_object(&j);
	json_kv_str(&j, "check", c->id);
	json_kv_str(&j, "component", component->id);
	json_kv_str(&j, "name", component->name);
	json_kv_str(&j, "site", site != NULL ? site->id : NULL);
	json_kv_str(&j, "site_name", site != NULL ? site->name : NULL);
	json_kv_str(&j, "type", c->schema->type);
	json_kv_str(&j, "from", p->agents[v->agent].id);
	json_kv_micro(&j, "interval", c->interval_us);
	series_about_put_values(&j, "values", c->schema);
	json_key(&j, "limits");
	json_open_array(&j);
	put_limits(&j, c->schema, c->warning, "warning");
	put_limits(&j, c->schema, c->critical, "critical");
	json_close_array(&j);
	json_kv_str(&j, "institution", p->institution.name);
	json_kv_str(&j, "code", p->institution.code);
	json_kv_str(&j, "revision", p->institution.revision);
	json_kv_bool(&j, "real", calendar.real);
	json_kv_str(&j, "stamp", calendar.stamp);
	json_close_object(&j);
}
