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
/* What it said by itself (SNMP traps and informs). The texts are the engine's: good until it takes the next input. */
struct view_notification {
	uint64_t seq; /* of its journal entry */
	struct wall_time at;
	uint32_t check, agent; /* of the plan in force; PLAN_NONE if it dropped them */
	int64_t count; /* so often within its window */
	bool late; /* told after the agent had been cut off */
	const char *what, *severity, *name, *text, *source;
};
enum { VIEW_NOTIFICATIONS_MAX = 32 };
struct view_clock {
	bool running;
	struct wall_time began, began_not_before, breach_at,
		restored; /* restored unknown while bad */
	bool breached, estimated;
	bool flapping; /* it counts through recoveries, as one contingency */
	bool by_word; /* a person says that it fails; nothing has measured it */
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
	uint64_t silenced; /* the window or silence for which nobody is called; 0 = none */
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
	uint32_t seat, person, contact, channel, step, service,
		post; /* PLAN_NONE where there is none */
	uint64_t about; /* outside of the steps: the entry that it is for; 0 = none */
	struct wall_time at, state_since;
	bool maybe_duplicate;
	uint32_t also[EVENT_LIST_MAX], also_count; /* other seats that it names */
	uint32_t stands_for; /* in whose place the person is called, PLAN_NONE */
	uint32_t taken_by; /* by hand: who makes the call, PLAN_NONE */
	struct wall_time due; /* when it is given up, WALL_NEVER once nothing is expected */
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
	const char *stamp; /* "REAL", "SIMULACRO 2": what stands on everything of it */
	uint32_t jornada; /* of `plan`, PLAN_NONE outside of any */
	uint64_t promoted; /* the entry that made a drill real; 0 = none */
	uint64_t adopted; /* the entry that put it under `plan`; 0: it began with it */
	uint32_t owed_resume; /* posts told to suspend or to wait and not to resume */
	size_t order_count;
	bool silenced; /* of one of its services nobody is called just now */
	bool exhausted; /* the tree ran out; it repeats */
	struct wall_time repeat_at; /* ... then; unknown otherwise */
	uint32_t owed_up; /* told "down", not yet told "up" */
	const struct plan *plan; /* the plan under which it runs */
	/* What people said. */
	uint32_t report_count; /* kept in memory: view_report */
	uint32_t reports; /* all of them */
	bool operational, complete; /* else technical; the second stage is there */
	const char *summary; /* of the second stage, "" if none */
	bool contradicted; /* reported as failing, measured as well */
	uint64_t merged_into; /* 0 = not merged */
	struct wall_time return_began, return_done; /* the way back from an alternative */
	struct wall_time report_due; /* the final report; unknown if none is asked for */
	bool handed_in;
};
/* What somebody reported; indices are of the incident's plan, PLAN_NONE if not given. */
struct view_report {
	uint64_t seq;
	struct wall_time at, recorded; /* when it happened, when we were told */
	uint32_t person, service, site, type; /* type: of plan.reports */
	const char *what, *via, *ref, *text; /* "" if not given */
};
/* A paper or an action that somebody owes. */
struct view_debt {
	uint64_t incident, entry; /* entry: of an improvement action, 0 for the final report */
	uint32_t folio, person; /* person: the owner, PLAN_NONE for the coordinator */
	const struct plan *plan;
	struct wall_time due;
	bool overdue;
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
/* The newest first; returns how many. */
size_t view_notifications(const struct engine *e, uint32_t component,
			  struct view_notification ret[VIEW_NOTIFICATIONS_MAX]) NONNULL_ALL;
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
/* Nothing of it is owed any more: the next EVENT_INCIDENT_OPENED or EVENT_PLAN_APPLIED that is recorded at `now` takes it
 * from memory. */
bool view_incident_leaves(const struct engine *e, size_t index, struct wall_time now) NONNULL_ALL;
void view_report(const struct engine *e, uint64_t incident, size_t index,
		 struct view_report *ret) NONNULL_ALL;
/* The incident of a report, 0 if it is not in memory (any more). */
uint64_t view_incident_of_report(const struct engine *e, uint64_t seq) NONNULL_ALL;
/* The soonest first; returns how many were written. */
uint32_t view_debts(const struct engine *e, struct wall_time now, struct view_debt *ret,
		    uint32_t max) NONNULL_ALL;
void view_call(const struct engine *e, uint64_t incident, size_t index,
	       struct view_call *ret) NONNULL_ALL;
/* The calendar. `running`: PLAN_NONE outside of any jornada; `real`: nothing of a drill is going on, or something real is. */
struct view_calendar {
	uint32_t running, next; /* of the present plan */
	bool real;
	const char *stamp;
};
void view_calendar(const struct engine *e, struct wall_time now,
		   struct view_calendar *ret) NONNULL_ALL;

/* Windows and silences, the planned ones too; those that are over stay for a while. */
struct view_silence {
	uint64_t id;
	bool is_window;
	const char *window; /* its id in the plan, "" for an act */
	enum plan_scope_kind kind;
	const char *scope, *owner, *asker, *signer, *reason; /* ids; "" where there is none */
	uint32_t scope_index, owner_index; /* of the present plan; PLAN_NONE: it has dropped it */
	struct wall_time from, until, ended;
	bool in_force, is_ended, early;
	bool needs_signature, needs_coordinator; /* and has none yet */
	size_t failed_count; /* of what nobody was called for; may be more than can be asked for */
};
struct view_silence_failed {
	uint64_t incident;
	uint32_t folio;
	const char *service;
};
size_t view_silence_count(const struct engine *e) NONNULL_ALL;
void view_silence(const struct engine *e, size_t index, struct view_silence *ret) NONNULL_ALL;
bool view_find_silence(const struct engine *e, uint64_t id, struct view_silence *ret) NONNULL_ALL;
/* What a window or silence with this scope and end (`until`), from that moment, would need before it counts: "level-2", "second-person" or
 * NULL; and the jornada of the present plan whose freeze it meets (PLAN_NONE). */
const char *view_silence_needs(const struct engine *e, const struct act_args *a,
			       struct wall_time from, uint32_t *ret_jornada) NONNULL_ALL;
/* False past the last that is kept. */
bool view_silence_failed(const struct engine *e, uint64_t id, size_t index,
			 struct view_silence_failed *ret) NONNULL_ALL;

/* What the field posts were told in an incident. */
struct view_order {
	uint64_t id;
	const char *what; /* "suspend" "wait" "resume" */
	struct plan_post_set posts, confirmed, missing; /* missing: it stands for them */
	struct wall_time at, due;
	bool stands, complete, is_void; /* void: given in a drill that has become real */
	uint32_t by; /* person */
	const char *reason;
};
void view_order(const struct engine *e, uint64_t incident, size_t index,
		struct view_order *ret) NONNULL_ALL;
bool view_find_order(const struct engine *e, uint64_t incident, uint64_t order,
		     struct view_order *ret) NONNULL_ALL;

/* A call by its id; a call of no incident gives an incident of id 0 and the present plan; false if it is not in memory any more. */
bool view_find_call(const struct engine *e, uint64_t call, struct view_incident *ret_incident,
		    struct view_call *ret_call) NONNULL_ALL;
uint32_t view_owed_up(const struct engine *e) NONNULL_ALL; /* over all incidents */
/* --- view_duty.c --- */

/* Who answers for a seat of the plan in force at a moment, in the order of calling; returns how many. */
struct view_duty {
	uint32_t person, stands_for; /* stands_for: who is away, PLAN_NONE */
	bool away; /* left without a stand-in: called last */
};
enum { VIEW_DUTY_MAX = 2 };
size_t view_duty(const struct engine *e, uint32_t seat, struct wall_time now,
		 struct view_duty ret[VIEW_DUTY_MAX]) NONNULL_ALL;
/* When its shift ends, WALL_NEVER: never. */
struct wall_time view_duty_until(const struct engine *e, uint32_t seat,
				 struct wall_time now) NONNULL_ALL;
/* People who left. */
struct view_absence {
	uint32_t person, other; /* other: who takes it, PLAN_NONE */
	struct wall_time since, until; /* until: WALL_NEVER without an end */
	uint64_t seq; /* of its entry */
	const char *note; /* "" if none */
};
size_t view_absence_count(const struct engine *e) NONNULL_ALL;
void view_absence(const struct engine *e, size_t index, struct view_absence *ret) NONNULL_ALL;
/* Calls that the desk is to make by hand, oldest first: their ids; returns how many there are, of which `max` are written. */
size_t view_tasks(const struct engine *e, uint64_t *ret, size_t max) NONNULL_ALL;
/* Why the siren sounds: nobody has answered for a whole tree; a call by hand that nobody has taken. */
struct view_siren {
	bool tree_exhausted, call_by_hand;
};
struct view_siren view_siren(const struct engine *e) NONNULL_ALL;

/* Who was told "down" in an incident and is not told "up" yet; returns how many were written. */
struct view_owed {
	uint32_t person; /* of the incident's plan */
	bool due; /* nothing of it fails any more: the word is owed now */
};
uint32_t view_owed_list(const struct engine *e, uint64_t incident, struct view_owed *ret,
			uint32_t max) NONNULL_ALL;

#endif
