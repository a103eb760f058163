/* view.h - read-only looks into the engine for status pages, API and tests. Pointers are borrowed
 * until the next engine_apply. */
#ifndef VIGIA_ENGINE_VIEW_H
#define VIGIA_ENGINE_VIEW_H

#include "base/attr.h"
#include "engine/engine.h"
#include "engine/states.h"

const struct plan *view_plan(const struct engine *e) NONNULL_ALL; /* NULL before the first */
/* Plans in memory: the one in force and those of incidents that began under another. */
size_t view_plan_count(const struct engine *e) NONNULL_ALL;

struct view_check {
	enum check_state state; /* over all vantages (quorum) */
	bool suspect;
	struct wall_time since; /* of the state */
	struct wall_time began, not_before; /* while bad: first bad sample, last good before it */
	bool flapping; /* beside its state: it fails and recovers again and again */
	struct wall_time flapping_since; /* unknown unless flapping */
	const char *why; /* outcome word, or the reason for blind; static */
};
struct view_vantage {
	enum check_state state;
	bool suspect;
	struct wall_time since;
	bool has_sample;
	struct sample last; /* valid with has_sample */
};
struct view_component {
	enum component_state state;
	struct wall_time since;
	bool flapping; /* one of its checks */
};
struct view_clock {
	bool running;
	struct wall_time began, began_not_before, breach_at,
		restored; /* restored unknown while bad */
	bool breached, estimated;
	bool flapping; /* it counts through recoveries, as one contingency */
	struct wall_time next_mark; /* WALL_NEVER = none */
	uint32_t next_pct;
};
/* One failure away although the plan gives it more: engine/exposure.c. */
struct view_exposure {
	bool exposed;
	bool unseen; /* only if what is not seen has failed */
	struct wall_time since;
	const uint32_t *next; /* components, the first `listed` of `count` */
	uint32_t listed, count;
};
struct view_service {
	enum service_state state;
	bool degraded;
	bool flapping; /* it holds or not by what is flapping */
	struct view_exposure exposure;
	const uint32_t *single; /* components any one of which ends it by design */
	uint32_t single_count;
	struct wall_time since;
	uint64_t incident; /* 0 = none */
	struct view_clock clock;
};
/* A series of publication cuts. Ordinals: 1 = the first cut, 0 = none. */
struct view_cuts {
	enum cut_state state;
	enum service_state effect; /* on the service: ok, degraded, blind, down */
	uint32_t number; /* the newest that is due */
	bool published; /* the main site was seen to show it */
	struct wall_time due, next_due; /* of that one; unknown, WALL_NEVER = none */
	struct wall_time since, began; /* of the state; of what the service suffers, else unknown */
	struct wall_time last_published;
	uint32_t published_count, missing_count, unseen_count;
	/* Of the present clock hour. */
	struct wall_time hour;
	uint32_t hour_published, hour_needed;
};
struct view_cut_source {
	enum cut_state state; /* waiting, due, complete (shows the newest due), late, blind */
	uint32_t shown;
	struct wall_time since; /* the first sample that showed it */
};
/* The age of the newest copy of a service's data. */
struct view_rpo {
	enum rpo_state state;
	bool estimated; /* not measured now: goes on from the last copy seen */
	int64_t limit_us;
	struct wall_time copy; /* unknown: nothing can be said */
};
struct view_agent {
	bool silent, seen;
	struct wall_time last_seen;
	enum agent_cause cause; /* what two-sided probing tells */
	uint32_t cause_component; /* what shows it, PLAN_NONE if nothing does */
	const char *cause_why; /* of an unknown one: "nobody-looks" "not-yet" "failed-before"; "" */
};
struct view_call {
	uint64_t id;
	enum call_state state;
	enum call_kind kind;
	uint32_t seat, person, contact, channel, step, service;
	struct wall_time at, state_since;
	bool maybe_duplicate;
	/* What was answered by its link, which serves once. */
	bool link_used;
	enum act link_act;
	uint64_t link_seq; /* of the entry */
	struct wall_time link_at;
};
struct view_incident {
	uint64_t id;
	uint32_t folio;
	enum incident_state state;
	enum incident_kind kind;
	uint32_t root; /* component, PLAN_NONE if several */
	uint32_t episode;
	struct wall_time began, began_not_before, confirmed, restored, resumed, closed;
	const uint32_t *services;
	size_t service_count;
	size_t call_count;
	bool open; /* neither closed nor a false alarm */
	bool drill; /* SIMULACRO */
	bool exhausted; /* the tree ran out; it repeats */
	uint32_t owed_up; /* told "down", not yet told "up" */
	const struct plan *plan; /* the plan under which it runs */
};

/* What stopped with an incident, summed without counting a place twice (engine/impact.c). */
enum { VIEW_IMPACT_MAX = 32 };
struct view_impact {
	const uint32_t *sites; /* of the incident's plan, in the order in which they were found */
	size_t site_count;
	struct plan_impact totals[VIEW_IMPACT_MAX];
	size_t total_count;
	bool possible; /* nobody sees it: that it stops is not known */
};
/* False if there is no such incident in memory. */
bool view_impact(const struct engine *e, uint64_t incident, struct view_impact *ret) NONNULL_ALL;

void view_check(const struct engine *e, uint32_t check, struct view_check *ret) NONNULL_ALL;
void view_vantage(const struct engine *e, uint32_t vantage, struct view_vantage *ret) NONNULL_ALL;
void view_component(const struct engine *e, uint32_t component,
		    struct view_component *ret) NONNULL_ALL;
void view_service(const struct engine *e, uint32_t service, struct wall_time now,
		  struct view_service *ret) NONNULL_ALL;
void view_cuts(const struct engine *e, uint32_t cuts, struct wall_time now,
	       struct view_cuts *ret) NONNULL_ALL;
void view_cut_source(const struct engine *e, uint32_t cuts, uint32_t source,
		     struct view_cut_source *ret) NONNULL_ALL;
/* False if no check tells the age of its copies. */
bool view_rpo(const struct engine *e, uint32_t service, struct view_rpo *ret) NONNULL_ALL;
void view_agent(const struct engine *e, uint32_t agent, struct view_agent *ret) NONNULL_ALL;
/* Silent agents by which a service is blind; returns how many were written. */
uint32_t view_blind_agents(const struct engine *e, uint32_t service, uint32_t *ret,
			   uint32_t max) NONNULL_ALL;
/* Incidents in memory, open ones and those closed within the cool-down, oldest first. */
size_t view_incident_count(const struct engine *e) NONNULL_ALL;
void view_incident(const struct engine *e, size_t index, struct view_incident *ret) NONNULL_ALL;
bool view_find_incident(const struct engine *e, uint64_t id, struct view_incident *ret) NONNULL_ALL;
void view_call(const struct engine *e, uint64_t incident, size_t index,
	       struct view_call *ret) NONNULL_ALL;
/* A call by its id; false if it is not in memory any more. */
bool view_find_call(const struct engine *e, uint64_t call, struct view_incident *ret_incident,
		    struct view_call *ret_call) NONNULL_ALL;
uint32_t view_owed_up(const struct engine *e) NONNULL_ALL; /* over all incidents */
/* Who was told "down" in an incident and is not told "up" yet; returns how many were written. */
struct view_owed {
	uint32_t person; /* of the incident's plan */
	bool due; /* nothing of it fails any more: the word is owed now */
};
uint32_t view_owed_list(const struct engine *e, uint64_t incident, struct view_owed *ret,
			uint32_t max) NONNULL_ALL;

#endif
