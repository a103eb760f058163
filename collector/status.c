#include "collector/status.h"

#include <stdio.h>

#include "base/json_pull.h"
#include "base/sha256.h"
#include "collector/calendar_status.h"
#include "collector/current_drill.h"
#include "collector/desk_tasks.h"
#include "collector/brief_json.h"
#include "collector/intake.h"
#include "collector/report_json.h"
#include "collector/series_about.h"
#include "collector/status_cuts.h"
#include "collector/status_response.h"
#include "collector/status_sites.h"
#include "collector/turn.h"
#include "collector/watch.h"
#include "engine/refusal.h"

static const char *const criticality_words[] = {"very-high", "high", "medium", "low"};

/* By which rule an act was refused: the body has the sentence. */
static void put_refusal(struct json_emit *j, const struct journal_entry *entry)
{
	struct json_pull in = json_pull_from(entry->body);
	char sentence[EVENT_TEXT_MAX] = "";
	struct slice key;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "why"))
			json_read_str(&in, sentence, sizeof(sentence));
		else
			json_skip(&in);
	}
	json_kv_str(j, "refusal", refusal_rule(slice_of(sentence)));
}

void status_write_entry(struct json_emit *j, const struct journal_entry *entry)
{
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)entry->seq);
	json_kv_time(j, "at", entry->at);
	json_kv_time(j, "recorded", entry->recorded);
	json_key(j, "kind");
	json_slice(j, entry->kind);
	json_kv_i64(j, "version", entry->version);
	json_key(j, "body");
	json_raw(j, entry->body);
	if (slice_is(entry->kind, "act.refused"))
		put_refusal(j, entry);
	json_close_object(j);
}

static void put_clock(struct json_emit *j, const struct view_clock *k, struct wall_time now)
{
	struct wall_time end = wall_is_known(k->restored) ? k->restored : now;

	json_key(j, "clock");
	if (!wall_is_known(k->began)) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_time(j, "began", k->began);
	json_kv_time(j, "began_not_before", k->began_not_before);
	json_kv_micro(j, "elapsed", wall_diff_us(end, k->began));
	json_kv_micro(j, "left", wall_diff_us(k->breach_at, end));
	json_kv_time(j, "breach_at", k->breach_at);
	json_kv_bool(j, "breached", k->breached);
	json_kv_bool(j, "running", k->running);
	json_kv_time(j, "restored", k->restored);
	json_kv_time(j, "next_mark", k->next_mark);
	if (k->next_mark.us != WALL_NEVER.us)
		json_kv_i64(j, "next_pct", k->next_pct);
	json_kv_bool(j, "estimated", k->estimated);
	json_kv_bool(j, "flapping", k->flapping);
	json_kv_bool(j, "by_word", k->by_word);
	json_close_object(j);
}

static void put_ids(struct json_emit *j, const char *key, const struct plan *p,
		    const uint32_t *components, uint32_t n)
{
	json_key(j, key);
	json_open_array(j);
	for (uint32_t i = 0; i < n; i++)
		json_str(j, p->components[components[i]].id);
	json_close_array(j);
}

/* How far from not serving: by design, and now. */
static void put_redundancy(struct json_emit *j, const struct plan *p, const struct view_service *v,
			   struct wall_time now)
{
	const struct view_exposure *x = &v->exposure;

	put_ids(j, "single_points", p, v->single, v->single_count);
	json_key(j, "exposure");
	if (!x->exposed) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_time(j, "since", x->since);
	json_kv_micro(j, "elapsed", wall_diff_us(now, x->since));
	json_kv_bool(j, "unseen", x->unseen);
	put_ids(j, "next", p, x->next, x->listed);
	json_kv_i64(j, "next_count", x->count);
	json_close_object(j);
}

static void put_impact(struct json_emit *j, const struct plan_impact *list, size_t n)
{
	json_key(j, "impact");
	json_open_array(j);
	for (size_t i = 0; i < n; i++) {
		json_open_object(j);
		json_kv_str(j, "what", list[i].what);
		json_kv_i64(j, "count", list[i].count);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_services(struct json_emit *j, const struct engine *e, struct wall_time now)
{
	const struct plan *p = view_plan(e);

	json_key(j, "services");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->service_count; i++) {
		struct view_service v;

		view_service(e, i, now, &v);
		json_open_object(j);
		json_kv_str(j, "id", p->services[i].id);
		json_kv_str(j, "name", p->services[i].name);
		json_kv_str(j, "area", p->services[i].area);
		json_kv_str(j, "criticality", criticality_words[p->services[i].criticality]);
		json_kv_micro(j, "rto", p->services[i].rto_us);
		json_kv_str(j, "state", service_state_word(v.state));
		json_kv_bool(j, "degraded", v.degraded);
		json_kv_bool(j, "flapping", v.flapping);
		put_redundancy(j, p, &v, now);
		put_impact(j, p->services[i].impact, p->services[i].impact_count);
		json_kv_time(j, "since", v.since);
		json_key(j, "incident");
		if (v.incident != 0)
			json_i64(j, (int64_t)v.incident);
		else
			json_null(j);
		calendar_status_put_silenced(j, e, v.silenced);
		put_clock(j, &v.clock, now);
		status_cuts_write_rpo(j, e, i, now);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_vantage(struct json_emit *j, const struct engine *e, uint32_t vantage)
{
	const struct plan *p = view_plan(e);
	const struct check_schema *schema = p->checks[p->vantages[vantage].check].schema;
	struct view_vantage v;

	view_vantage(e, vantage, &v);
	json_open_object(j);
	json_kv_str(j, "agent", p->agents[p->vantages[vantage].agent].id);
	json_kv_str(j, "state", check_state_word(v.state));
	json_kv_time(j, "t", v.has_sample ? v.last.t : WALL_UNKNOWN);
	json_kv_str(j, "outcome", v.has_sample ? outcome_word(v.last.outcome) : NULL);
	json_key(j, "values");
	json_open_object(j);
	for (uint8_t i = 0; v.has_sample && i < v.last.value_count; i++)
		json_kv_micro(j, schema->values[i].name, v.last.values[i]);
	json_close_object(j);
	json_close_object(j);
}

/* What the values are, where their names alone do not say it. */
static void put_yields(struct json_emit *j, const struct check_schema *s)
{
	if (!s->is_own && s->word_count == 0)
		return;
	series_about_put_values(j, "yields", s);
}

static void put_check(struct json_emit *j, const struct engine *e, uint32_t check)
{
	const struct plan_check *c = &view_plan(e)->checks[check];
	struct view_check v;

	view_check(e, check, &v);
	json_open_object(j);
	json_kv_str(j, "id", c->id);
	json_kv_str(j, "type", c->schema->type);
	json_kv_str(j, "state", check_state_word(v.state));
	json_kv_bool(j, "suspect", v.suspect);
	json_kv_bool(j, "flapping", v.flapping);
	json_kv_time(j, "flapping_since", v.flapping_since);
	json_kv_time(j, "since", v.since);
	json_kv_time(j, "began", v.began);
	json_kv_time(j, "not_before", v.not_before);
	json_kv_str(j, "why", v.why);
	put_yields(j, c->schema);
	json_key(j, "vantages");
	json_open_array(j);
	for (uint32_t i = 0; i < c->vantage_count; i++)
		put_vantage(j, e, c->vantage_first + i);
	json_close_array(j);
	json_close_object(j);
}

static void put_components(struct json_emit *j, const struct engine *e)
{
	const struct plan *p = view_plan(e);

	json_key(j, "components");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->component_count; i++) {
		const struct plan_component *c = &p->components[i];
		struct view_component v;

		view_component(e, i, &v);
		json_open_object(j);
		json_kv_str(j, "id", c->id);
		json_kv_str(j, "name", c->name);
		json_kv_str(j, "site", c->site != PLAN_NONE ? p->sites[c->site].id : NULL);
		json_kv_str(j, "state", component_state_word(v.state));
		json_kv_bool(j, "flapping", v.flapping);
		json_kv_time(j, "since", v.since);
		json_key(j, "checks");
		json_open_array(j);
		for (uint32_t k = 0; k < c->check_count; k++)
			put_check(j, e, c->check_first + k);
		json_close_array(j);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_cause(struct json_emit *j, const struct plan *p, uint32_t agent,
		      const struct view_agent *v, const struct intake_agent *a)
{
	json_key(j, "spool");
	json_open_object(j);
	json_kv_time(j, "oldest", a->known ? a->spool_oldest : WALL_UNKNOWN);
	json_kv_i64(j, "bytes", a->known ? a->spool_bytes : -1);
	json_close_object(j);
	json_kv_str(j, "cause", agent_cause_word(v->cause));
	json_kv_str(j, "cause_component",
		    v->cause_component != PLAN_NONE ? p->components[v->cause_component].id : NULL);
	json_kv_str(j, "cause_why", v->cause_why);
	json_kv_bool(j, "looked_at", cause_is_looked_at(p, agent));
}

/* null: it has no receiver of traps. */
static void put_traps(struct json_emit *j, const struct intake_agent *a)
{
	json_key(j, "traps");
	if (!a->known || a->trap_count == 0) {
		json_null(j);
		return;
	}
	json_open_object(j);
	for (uint8_t i = 0; i < a->trap_count; i++)
		json_kv_i64(j, a->traps[i].name, a->traps[i].count);
	json_close_object(j);
}

static void put_agents(struct json_emit *j, struct collector *c, const struct engine *e)
{
	const struct plan *p = view_plan(e);

	json_key(j, "agents");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++) {
		struct intake_agent a = intake_agent(c->intake, i);
		struct view_agent v;

		view_agent(e, i, &v);
		json_open_object(j);
		json_kv_str(j, "id", p->agents[i].id);
		json_kv_str(j, "site",
			    p->agents[i].site != PLAN_NONE ? p->sites[p->agents[i].site].id : NULL);
		json_kv_str(j, "state", v.silent ? "silent" : v.seen ? "ok" : "never-seen");
		json_kv_time(j, "last_seen", v.last_seen);
		json_kv_micro(j, "clock_offset", a.offset_us);
		json_kv_i64(j, "spooled", a.known ? a.spooled : -1);
		json_kv_micro(j, "lag", a.lag_us);
		json_kv_str(j, "version", a.version);
		put_cause(j, p, i, &v, &a);
		put_traps(j, &a);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_call(struct json_emit *j, const struct plan *p, const struct view_call *k)
{
	json_open_object(j);
	json_kv_i64(j, "id", (int64_t)k->id);
	json_kv_str(j, "kind", call_kind_word(k->kind));
	json_kv_str(j, "service", k->service != PLAN_NONE ? p->services[k->service].id : NULL);
	json_key(j, "step");
	if (k->step != PLAN_NONE)
		json_i64(j, k->step);
	else
		json_null(j);
	json_kv_str(j, "seat", k->seat != PLAN_NONE ? p->seats[k->seat].id : NULL);
	json_kv_str(j, "person", p->people[k->person].id);
	json_kv_str(j, "post", p->people[k->person].post);
	json_kv_str(j, "channel", p->channels[k->channel].id);
	json_kv_str(j, "state", call_state_word(k->state));
	json_kv_time(j, "at", k->at);
	json_kv_time(j, "state_since", k->state_since);
	if (k->post != PLAN_NONE)
		json_kv_str(j, "post_id", p->posts[k->post].id);
	json_kv_bool(j, "maybe_duplicate", k->maybe_duplicate);
	json_key(j, "also");
	json_open_array(j);
	for (uint32_t n = 0; n < k->also_count; n++)
		json_str(j, p->seats[k->also[n]].id);
	json_close_array(j);
	json_kv_str(j, "stands_for",
		    k->stands_for != PLAN_NONE ? p->people[k->stands_for].id : NULL);
	json_kv_str(j, "taken_by", k->taken_by != PLAN_NONE ? p->people[k->taken_by].id : NULL);
	json_close_object(j);
}

static void put_what_stops(struct json_emit *j, const struct engine *e,
			   const struct view_incident *i)
{
	struct view_impact v;

	(void)view_impact(e, i->id, &v);
	put_impact(j, v.totals, v.total_count);
	json_kv_bool(j, "impact_possible", v.possible);
	json_key(j, "sites");
	json_open_array(j);
	for (size_t k = 0; k < v.site_count; k++)
		json_str(j, i->plan->sites[v.sites[k]].id);
	json_close_array(j);
}

void status_write_brief(struct json_emit *j, const struct engine *e, const struct view_incident *i,
			struct wall_time now, bool whole)
{
	struct arena *arena = arena_new();
	struct brief b;

	if (brief_of(e, i->id, now, arena, &b)) {
		if (whole) {
			brief_json_put(j, &b);
		} else {
			brief_json_put_decision(j, &b);
			status_response_put(j, i, &b);
		}
	}
	arena_free(arena);
}

/* All but its calls. */
static void put_incident(struct json_emit *j, const struct engine *e, const struct view_incident *i)
{
	char folio[16];

	snprintf(folio, sizeof(folio), "%02u", i->folio);
	json_kv_i64(j, "id", (int64_t)i->id);
	json_kv_str(j, "folio", folio);
	json_kv_str(j, "state", incident_state_word(i->state));
	json_kv_str(j, "kind", incident_kind_word(i->kind));
	json_kv_i64(j, "episode", i->episode);
	json_key(j, "services");
	json_open_array(j);
	for (size_t k = 0; k < i->service_count; k++)
		json_str(j, i->plan->services[i->services[k]].id);
	json_close_array(j);
	json_kv_str(j, "root", i->root != PLAN_NONE ? i->plan->components[i->root].id : NULL);
	json_kv_time(j, "began", i->began);
	json_kv_time(j, "not_before", i->began_not_before);
	json_kv_time(j, "confirmed", i->confirmed);
	json_kv_time(j, "restored", i->restored);
	json_kv_time(j, "resumed", i->resumed);
	json_kv_time(j, "closed", i->closed);
	put_what_stops(j, e, i);
	json_kv_bool(j, "exhausted", i->exhausted);
	calendar_status_put_incident(j, e, i);
	json_key(j, "plan_adopted");
	if (i->adopted != 0)
		json_i64(j, (int64_t)i->adopted);
	else
		json_null(j);
	json_kv_i64(j, "owed_up", i->owed_up);
	report_json_put(j, e, i);
}

void status_write_incident_fields(struct json_emit *j, const struct engine *e,
				  const struct view_incident *i)
{
	put_incident(j, e, i);
	json_key(j, "calls");
	json_open_array(j);
	for (size_t k = 0; k < i->call_count; k++) {
		struct view_call call;

		view_call(e, i->id, k, &call);
		put_call(j, i->plan, &call);
	}
	json_close_array(j);
}

void status_write_incident(struct json_emit *j, const struct engine *e,
			   const struct view_incident *i, struct wall_time now)
{
	json_open_object(j);
	status_write_incident_fields(j, e, i);
	status_write_brief(j, e, i, now, false);
	json_close_object(j);
}

void status_write_incident_to_keep(struct json_emit *j, const struct engine *e,
				   const struct view_incident *i, struct wall_time now)
{
	put_incident(j, e, i);
	json_key(j, "calls");
	json_open_array(j);
	json_close_array(j);
	status_write_brief(j, e, i, now, false);
}

static void put_plan(struct json_emit *j, const struct collector *c, const struct plan *p)
{
	json_key(j, "plan");
	json_open_object(j);
	json_kv_str(j, "hash", p != NULL ? p->hash : NULL);
	json_kv_str(j, "institution", p != NULL ? p->institution.name : NULL);
	json_kv_str(j, "code", p != NULL ? p->institution.code : NULL);
	json_kv_str(j, "revision", p != NULL ? p->institution.revision : NULL);
	json_key(j, "refused");
	if (c->refusal.refused) {
		json_open_object(j);
		json_kv_time(j, "at", c->refusal.at);
		json_kv_str(j, "text", c->refusal.text);
		json_close_object(j);
	} else {
		json_null(j);
	}
	json_close_object(j);
}

static void put_journal(struct json_emit *j, struct collector *c)
{
	struct journal_head head = journal_head(core_journal(c->core));
	struct core_stats s = core_stats(c->core);
	char hex[SHA256_HEX_SIZE];

	sha256_hex(hex, &head.hash);
	json_key(j, "head");
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)head.seq);
	json_kv_str(j, "hash", hex);
	json_close_object(j);
	json_key(j, "journal");
	json_open_object(j);
	json_kv_bool(j, "ok", !s.failing);
	json_kv_i64(j, "unjournalled", (int64_t)s.unjournalled);
	json_kv_time(j, "last_commit", s.last_commit);
	json_close_object(j);
}

void status_write(struct collector *c, struct buf *out, struct sight sight)
{
	const struct engine *e = core_engine(c->core);
	struct wall_time now = clock_now(&c->clock);
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_kv_time(&j, "now", now);
	json_kv_str(&j, "start", c->start_id);
	json_kv_str(&j, "version", VIGIA_VERSION);
	calendar_status_put(&j, e, now);
	put_plan(&j, c, view_plan(e));
	put_journal(&j, c);
	alarms_write(&c->alarms, &j);
	put_services(&j, e, now);
	status_cuts_write(&j, e, now);
	status_sites_write(&j, e);
	put_components(&j, e);
	put_agents(&j, c, e);
	json_key(&j, "incidents");
	json_open_array(&j);
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		status_write_incident(&j, e, &v, now);
	}
	json_close_array(&j);
	json_kv_i64(&j, "owed_up", view_owed_up(e));
	desk_tasks_write(c, &j, sight.contacts);
	report_json_put_debts(&j, e, now);
	json_key(&j, "drill");
	current_drill_write(c->config.data, &j);
	json_key(&j, "watch");
	watch_write(c, &j);
	json_close_object(&j);
}
