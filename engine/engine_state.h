/* engine_state.h - the engine's memory, private to engine/. What is journalled (changed by engine_apply
 * only, part of the digest) and what is soft (changed by observing, rebuilt by the agents' next
 * results) are kept apart. */
#ifndef VIGIA_ENGINE_ENGINE_STATE_H
#define VIGIA_ENGINE_ENGINE_STATE_H

#include "engine/decisions.h"
#include "engine/engine.h"
#include "engine/heard.h"
#include "engine/past.h"
#include "engine/report.h"
#include "engine/states.h"

enum {
	ACK_LIFE_MAX_S = 15 * 60,
	SETTLE_MAX = 64,
	FOLIO_MAX = 99,
	ACKS_MAX = 64,
	DECIDERS_MAX = 16,
	VACANCIES_MAX = 64,
	INCIDENT_CAUSES_MAX = 16,
	HANDOVERS_MAX = 64,
	QUEUED_MAX = 64,
	SILENCES_MAX = 256,
	ORDERS_MAX = 64, /* of one incident */
	TELLING_ACK_S = 60 /* a telling that asks for an answer waits so long for it */
};
/* An agent that was not heard for so long comes back, and has so long to tell how everything is. */
#define AGENT_AWAY_US (3 * US_PER_S)
#define AGENT_BACK_US (3 * US_PER_S)

/* Journalled state of one vantage. */
struct vantage_state {
	enum check_state state;
	struct wall_time since;
	bool suspect;
	enum check_state suspect_state;
	struct wall_time suspect_began, suspect_not_before;
	enum outcome outcome;
	struct wall_time began, not_before; /* while bad; began = last sample while blind */
	struct wall_time
		good; /* served since: the first good, or not critical, sample of that time */
	/* The newest sample that has changed anything here. What is not newer has been judged, also by an
	 * earlier run of the collector: agents send again whatever was not safe at its end. */
	struct wall_time judged;
	char why[32]; /* while blind */
	struct past_run past;
	struct outage_list outages; /* critical times, seen at once or late */
};
/* Soft: the newest sample and the runs of equal health. */
struct vantage_soft {
	struct sample last;
	bool has_sample;
	uint32_t bad_run, good_run; /* of bad samples of any degree, of good ones */
	struct wall_time first_bad, first_good, last_good;
	/* A warning serves: what counts for clocks is critical or not. */
	uint32_t critical_run, served_run;
	struct wall_time first_critical, first_served, last_served;
	struct wall_time fresh_from; /* freshness counts from here at the earliest */
	struct wall_time late_first, late_last; /* a run of bad samples that came late */
	struct wall_time late_good; /* the newest good one that came late */
	struct wall_time recalled; /* the newest one that an earlier run of the collector drew */
	struct fresh_stretch fresh;
	struct wall_time last_critical; /* the newest fresh one */
	struct loose_ends loose_ends;
	/* Late samples in their order: the newest, the newest bad one (past_end: before the newest), the newest good one and
	 * the first of its run. */
	struct wall_time past_seen, past_last_bad, past_end, past_good, past_first_good;
	uint32_t past_run, past_good_run;
	bool past_broken; /* between the newest and the one before it nothing was seen */
	struct loose_end past_from; /* run > 0: what the late run that begins goes on from */
};
struct component_now {
	enum component_state state;
	struct wall_time since, began, not_before, good;
};
/* How often a check, over all its vantages, has failed lately. */
struct check_failure {
	struct wall_time at, began, not_before; /* at: when it was confirmed */
};
struct check_flap {
	bool failed; /* critical, and has not served since */
	bool flapping;
	struct wall_time since; /* the first failure of the run */
	struct wall_time turned; /* the last time that it failed or served again */
	uint32_t failures; /* of the run */
	struct check_failure last[PLAN_FLAP_FAILURES_MAX]; /* oldest first */
	uint32_t last_count;
};
/* Served, and one more failure ends it although the plan gives it more than that. */
struct exposure {
	bool exposed;
	bool unseen; /* only if what is not seen has failed */
	struct wall_time since;
	uint32_t next[EVENT_LIST_MAX]; /* the first of those any one of which would end it */
	uint32_t listed, count; /* listed <= count */
};
struct service_now {
	enum service_state state;
	struct wall_time since, began, not_before, good;
	uint64_t incident; /* 0 = none */
	bool by_cuts; /* its publication brought it down, or made it blind */
	struct outage_list outages; /* on record already */
	struct outage found; /* is_open: goes into an incident of kind past next */
	uint32_t found_root;
	struct exposure exposure;
};
/* Of the plan in force alone: worked out when it is applied. */
struct service_design {
	uint32_t *parts, part_count; /* all that it stands on, paths too */
	uint32_t *single, single_count; /* any one of which ends it by design */
	/* Soft: it was looked at for its exposure, nothing was to be said, and nothing of it has changed since. */
	bool looked;
};
/* One place that shows a cut. Cuts have ordinals: 1 = the first of the series. A set of them is 64 bits, bit 0 the one after
 * the newest that is due (`number` + 1), bit 1 that one, and so on back. */
struct cut_source_now {
	uint32_t shown; /* ordinal of what it shows; 0 = none of this series */
	struct wall_time since; /* the first sample that showed it */
	uint64_t seen; /* ordinals that it has shown */
	struct wall_time late_at; /* of the newest that a backlog told of */
};
#define CUT_NEWEST_BIT UINT64_C(2)
#define CUT_HOUR_US (3600 * US_PER_S)
/* What was published in a clock hour. */
enum { CUT_HOURS_KEPT = 24 };
struct cut_hour {
	int64_t hour; /* since 1970 */
	uint32_t published, unseen, told;
	bool is_closed,
		is_unreachable; /* its result is told; ... that it cannot be reached is told */
};
struct cuts_now {
	enum cut_state state;
	enum service_state effect; /* on the service: ok, degraded, blind, down */
	uint32_t number; /* ordinal of the newest that is due, 0 = none yet */
	uint32_t first_judged; /* ordinal: what was due before nobody watched */
	uint32_t missing_run; /* cuts missing in a row up to now */
	uint32_t last_missing; /* ordinal, 0 = none */
	uint64_t published, missing, unseen; /* sets of ordinals */
	uint64_t late, blind; /* sets of sources that are told as such */
	uint32_t published_count, missing_count, unseen_count;
	struct wall_time since, began, good; /* good: since it was well again */
	struct wall_time last_published;
	int64_t hour_next; /* to be closed next */
	struct cut_hour hours[CUT_HOURS_KEPT];
	struct cut_source_now *sources; /* as in the plan */
};
/* The newest copy of a service's data. */
struct rpo_now {
	enum rpo_state state;
	bool estimated; /* not measured now: the age goes on from the last copy seen */
	struct wall_time copy, since;
	struct wall_time told; /* soft: the copy as the newest sample tells it */
};

struct agent_now {
	bool silent;
	struct wall_time silent_since;
	enum agent_cause cause;
	uint32_t cause_component; /* what shows it, PLAN_NONE if nothing does */
	char cause_why[24]; /* of an unknown one */
	bool seen; /* soft */
	struct wall_time last_seen, contact_from; /* soft */
	struct wall_time back; /* soft: heard again after a while, or for the first time */
};

struct step_run {
	bool fired, done, passed;
	uint32_t round;
	struct wall_time at;
};
/* A service within an incident: its clock and its way through the policy. Indices are those of the
 * incident's plan; `current` is the service's index in the engine's present plan. */
struct incident_service {
	uint32_t service, current;
	struct wall_time began, not_before, breach_at, restored;
	bool starting; /* opened, joined or failed again: its clock is to be started */
	bool running, breached, estimated;
	uint64_t silenced; /* the window or silence under which nobody is called; 0 = none */
	bool flapping; /* its clock runs on while it serves now and then */
	struct check_failure periods[PLAN_FLAP_FAILURES_MAX]; /* its clocks' beginnings */
	uint32_t period_count;
	bool by_word; /* nothing has measured that it fails: a person says so */
	uint64_t works; /* by word: the entry that says that it works again; 0: none */
	struct wall_time over; /* kind past: its end, known from the start */
	struct step_run *steps; /* one per step of the policy, NULL without a policy */
	size_t step_count;
};
struct call {
	uint64_t id;
	enum call_kind kind;
	enum call_state state;
	uint32_t service, step, seat, level, person, contact, channel, attempt, round;
	uint64_t
		about; /* outside of the steps: the entry that it is for (an order, a silence, a report ...); 0 = none */
	uint32_t post; /* the field post that it is for */
	struct wall_time at, state_since;
	bool maybe_duplicate;
	bool told; /* it left, or may have left: an "up" is owed */
	uint32_t also[EVENT_LIST_MAX], also_count; /* other seats of the step that it names */
	uint32_t stands_for; /* in the place of this person, who is away; PLAN_NONE */
	uint32_t taken_by; /* by hand: who makes the call, PLAN_NONE: nobody yet */
	bool link_used; /* its link has served: once only */
	enum act link_act; /* valid with link_used, as the next two */
	uint64_t link_seq;
	struct wall_time link_at;
};
struct vacancy {
	uint32_t service, step, seat, round;
};
struct ack {
	uint32_t person;
	enum act act;
	uint64_t seq; /* of its entry */
	struct wall_time at, expires;
	bool expired;
};
/* A seat of this incident has changed hands by its shifts. */
struct handover {
	uint32_t seat;
	struct wall_time at;
};
/* A call that waits for a line was told so, once for each round. */
struct queued {
	uint32_t service, step, seat, round, person;
};
/* Somebody who left, by indices of the present plan. */
struct absence {
	uint32_t person, other; /* other: who takes it, PLAN_NONE: whoever is next */
	uint64_t seq; /* of its entry: what is older was before */
	struct wall_time since, until; /* until: WALL_NEVER without an end */
	char note[EVENT_TEXT_MAX]; /* what who takes it must know */
};
/* What was told in an incident's own timeline of an agent of its plan. */
struct incident_cause {
	uint32_t agent;
	enum agent_cause cause;
};
struct incident {
	uint64_t id;
	uint32_t folio;
	enum incident_state state;
	enum incident_kind kind;
	const struct plan *plan;
	uint32_t root; /* component of the incident's plan */
	uint32_t episode, round;
	struct wall_time began, not_before, confirmed, restored, resumed, closed;
	struct wall_time dismissed; /* when it was called a false alarm */
	struct incident_service *services;
	uint32_t *service_indices; /* the same services, for views */
	size_t service_count, service_cap, index_cap;
	struct call *calls;
	size_t call_count, call_cap;
	struct ack acks[ACKS_MAX];
	size_t ack_count;
	uint32_t authorisers[DECIDERS_MAX];
	size_t authoriser_count;
	struct vacancy vacancies[VACANCIES_MAX];
	size_t vacancy_count;
	struct incident_cause causes[INCIDENT_CAUSES_MAX];
	size_t cause_count;
	uint32_t *sites; /* where something stopped, in the order in which it was found */
	size_t site_count, site_cap;
	size_t impact_services; /* so many services were in when the impact was last told */
	struct handover handovers[HANDOVERS_MAX];
	size_t handover_count;
	struct queued queued[QUEUED_MAX];
	size_t queued_count;
	bool exhausted, drill;
	struct wall_time repeat_at;
	/* decisions.h */
	struct gate gate;
	struct ratification ratification;
	uint32_t declared_by; /* the last declaration: who, and its entry; 0 = none */
	uint64_t declared_seq;
	struct deed *deeds; /* oldest first */
	size_t deed_count, deed_cap;
	struct checklist *checklists;
	size_t checklist_count, checklist_cap;
	uint32_t jornada; /* of the incident's plan, in which it opened; PLAN_NONE outside of any */
	uint64_t promoted; /* the entry that made it real; 0 = none */
	uint64_t adopted; /* the entry that put it under its present plan; 0: it began with it */
	struct wall_time promoted_at;
	struct order *orders; /* oldest first */
	size_t order_count, order_cap;
	struct report_run word;
	struct entry_book record;
};

/* What the field posts were told to do (orders.c). */
enum order_kind { ORDER_SUSPEND, ORDER_WAIT, ORDER_RESUME, ORDER_KIND_COUNT };
struct order {
	uint64_t id;
	enum order_kind kind;
	struct plan_post_set posts, confirmed;
	struct wall_time at, due;
	bool complete, missed; /* both are on record */
	bool drill; /* given in a drill that has become real since: void */
	uint32_t by;
	char reason[EVENT_TEXT_MAX];
};

/* A window or a silence (silence.c): nobody is called for what fails because of its scope. Ids are kept beside the
 * indices of the present plan, which are PLAN_NONE once that has dropped them. */
enum { PLAN_ID_SIZE = 64, CHECK_ID_SIZE = 64, SILENCE_FAILED_MAX = 8 };
struct silence {
	uint64_t id; /* the entry that made it */
	bool is_window;
	char window[PLAN_ID_SIZE]; /* of the plan's list; "" for an act */
	struct plan_scope scope;
	char scope_id[CHECK_ID_SIZE], owner_id[PLAN_ID_SIZE], signer_id[PLAN_ID_SIZE],
		asker_id[PLAN_ID_SIZE];
	uint32_t owner, signer, asker; /* people of the present plan */
	bool needs_signature, needs_coordinator; /* coordinator: it meets a freeze */
	struct wall_time from, until;
	struct wall_time stop; /* a person ended it: WALL_UNKNOWN = not */
	bool began, warned, ended;
	bool early; /* it ended before its time */
	struct wall_time ended_at;
	struct {
		uint64_t incident;
		uint32_t folio;
		char service[PLAN_ID_SIZE];
	} failed[SILENCE_FAILED_MAX]; /* what nobody was called for */
	size_t failed_count; /* may be more than are kept */
	char reason[EVENT_TEXT_MAX];
};

/* The engine plays a drill: all that it says is marked; over: nothing new begins. */
struct drill_now {
	bool running, over;
};

struct engine {
	struct engine_limits limits;
	const struct plan *plan;
	const struct plan **plans; /* every plan that is still needed, the present one too */
	size_t plan_count, plan_cap;
	struct vantage_state *vantages;
	struct vantage_soft *soft;
	struct component_now *components;
	struct service_now *services;
	struct service_design *designs;
	struct check_flap *flaps; /* per check */
	uint32_t flapping_count;
	struct agent_now *agents;
	struct cuts_now *cuts;
	struct rpo_now *rpo; /* one per service */
	struct heard heard;
	uint32_t silent_count; /* agents that are silent */
	struct absence *absences; /* people who left */
	size_t absence_count, absence_cap;
	struct incident **incidents; /* oldest first */
	size_t incident_count, incident_cap;
	uint32_t last_folio;
	uint64_t last_seq;
	struct report
		reported; /* told, its incident is still to be found (within the same moment) */
	uint32_t unplaced; /* outages of vantages that are still to be judged for services */
	struct wall_time started; /* of the collector: begins the grace */
	struct wall_time seen; /* of the newest entry: when something was decided last */
	char jornada_id[PLAN_ID_SIZE]; /* the jornada that runs, "" outside of any */
	uint32_t jornada; /* the same in the present plan; PLAN_NONE if it has dropped it */
	struct wall_time calendar_from; /* jornadas that had ended by then are history */
	struct silence *silences;
	size_t silence_count, silence_cap;
	struct call *notices; /* messages of no incident: people and contacts of the present plan */
	size_t notice_count, notice_cap;
	struct drill_now drill;
};

/* Why an act is not allowed; why NULL: it is. What is refused is recorded. */
struct refusal {
	enum err err;
	const char *why;
};

/* What a rule gets: the engine, the moment, and the list for its events. */
struct turn {
	const struct engine *e;
	struct wall_time now;
	struct event_list *out;
};
static inline struct event *turn_add(const struct turn *t, enum event_kind kind,
				     struct wall_time at)
{
	return event_list_add(t->out, kind, at, t->now);
}
#define ALLOWED ((struct refusal){ERR_OK, NULL})
#define REFUSED(err, why) ((struct refusal){ERR_##err, why})
/* A text that fits, always terminated. */
void event_set_text(struct event *ev, const char *text) NONNULL_ALL;
/* A kind's own word, and a reference; both must fit. */
void event_set_what(struct event *ev, const char *word) NONNULL_ALL;
void event_set_ref(struct event *ev, const char *ref) NONNULL_ALL;
/* The digest of a link; NULL = none. */
void event_set_link(struct event *ev, const char *link) NONNULL(1);

/* vantage.c */
void vantage_decide_sample(const struct turn *t, const struct sample *s) NONNULL_ALL;
void vantage_decide_tick(const struct turn *t) NONNULL_ALL; /* freshness, silent agents */
void vantage_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time vantage_deadline(const struct engine *e) NONNULL_ALL;
/* The check over all its vantages (quorum). */
struct check_now {
	enum check_state state;
	bool suspect;
	struct wall_time since, began, not_before, good;
	const char *why;
};
struct check_now vantage_check(const struct engine *e, uint32_t check) NONNULL_ALL;

/* cause.c: conclusions from what places other than a site see of it */
void cause_decide(const struct turn *t) NONNULL_ALL;
void cause_decide_incidents(const struct turn *t)
	NONNULL_ALL; /* into the timelines of blind ones */
void cause_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void cause_reset(struct agent_now *a) NONNULL_ALL;
void cause_count_silent(struct engine *e) NONNULL_ALL;
/* A sample of this vantage can tell why an agent is silent. O(1) while none is. */
bool cause_wants(const struct engine *e, uint32_t vantage) NONNULL_ALL;
/* Silent agents by which a service is blind; returns how many were written. */
uint32_t cause_blind_agents(const struct engine *e, uint32_t service, uint32_t *ret,
			    uint32_t max) NONNULL_ALL;
/* cuts.c, cuts_fold.c: publication cuts */
bool cuts_wants(const struct engine *e,
		const struct sample *s) NONNULL_ALL; /* before it is observed */
void cuts_decide(const struct turn *t) NONNULL_ALL;
void cuts_decide_late(const struct turn *t, const struct sample *s) NONNULL_ALL;
void cuts_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time cuts_deadline(const struct engine *e) NONNULL_ALL;
/* The series under a new plan: carried over by id where its cuts are the same ones, else watched from its next cut on. */
struct cuts_now *cuts_carry(const struct engine *e, const struct plan *p,
			    struct wall_time now) NONNULL_ALL;
void cuts_free(struct cuts_now *cuts, const struct plan *p);

/* cuts_service.c: what they mean for the service that publishes them */
struct diagram_result;
/* Worsens `r` by the cuts of a service; returns the series that does, PLAN_NONE if none. */
uint32_t cuts_weigh(const struct engine *e, uint32_t service, struct diagram_result *r) NONNULL_ALL;
/* A component by which a cut of the service is not shown, PLAN_NONE if none. */
uint32_t cuts_root(const struct engine *e, uint32_t service) NONNULL_ALL;

/* rpo.c: age of the newest copy */
bool rpo_observe(struct engine *e, const struct sample *s) NONNULL_ALL;
void rpo_decide(const struct turn *t) NONNULL_ALL;
void rpo_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
/* Of a service that another plan has too. */
void rpo_carry(const struct engine *e, uint32_t old, const struct plan *p, uint32_t service,
	       struct rpo_now *ret) NONNULL_ALL;
/* The newest copy as far as it is known; WALL_UNKNOWN: nothing can be said. */
struct wall_time rpo_copy(const struct engine *e, uint32_t service,
			  bool *ret_estimated) NONNULL_ALL;
struct wall_time rpo_deadline(const struct engine *e) NONNULL_ALL;

/* component.c */
void component_decide(const struct turn *t) NONNULL_ALL;
void component_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time component_deadline(const struct engine *e) NONNULL_ALL;
/* A sample of this vantage can tell that its component, which lay behind a failed path, fails on its own. Cheap unless it did. */
bool component_wants(const struct engine *e, uint32_t vantage) NONNULL_ALL;
/* The failing component at the bottom of a failed path: itself unless it is unreachable. */
uint32_t component_root(const struct engine *e, uint32_t component) NONNULL_ALL;

/* diagram.c: a boolean expression over components. */
struct diagram_result {
	enum service_state state; /* OK DEGRADED BLIND DOWN UNKNOWN */
	struct wall_time began, not_before, good;
	/* DOWN, BLIND: since when it could no longer be seen to hold. What is down may have been blind before. */
	struct wall_time lost, lost_not_before;
};
struct diagram_result diagram_eval(const struct engine *e,
				   const struct plan_need *need) NONNULL_ALL;
/* Components that are not served, at most `max`; returns how many were written. */
uint32_t diagram_failed(const struct engine *e, const struct plan_need *need, uint32_t *ret,
			uint32_t max) NONNULL_ALL;
/* True if the path expression lets nothing through (down; blind is not down). */
bool diagram_is_down(const struct engine *e, const struct plan_need *need) NONNULL_ALL;

/* flap.c: checks that fail and recover again and again */
/* Called by the fold after a vantage of the check has changed. */
void flap_note(struct engine *e, uint32_t check, struct wall_time at) NONNULL_ALL;
void flap_decide(const struct turn *t) NONNULL_ALL;
void flap_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void flap_count(struct engine *e) NONNULL_ALL; /* after a new plan */
/* For another plan's checks, on the heap. The one in force may be none. */
struct check_flap *flap_carry(const struct engine *e, const struct plan *p) NONNULL_ALL;
struct wall_time flap_deadline(const struct engine *e) NONNULL_ALL;
bool flap_component(const struct engine *e, uint32_t component) NONNULL_ALL;
/* The service holds or not by what is flapping. `*ret_since`: the first failure of the oldest run. */
bool flap_service(const struct engine *e, uint32_t service,
		  struct wall_time *ret_since) NONNULL_ALL;
/* A running clock begins or ends to count through recoveries; false if nothing changes. */
bool flap_decide_clock(const struct turn *t, const struct incident *i,
		       const struct incident_service *s) NONNULL_ALL;
void flap_apply_clock(struct incident *i, struct incident_service *s,
		      const struct event *ev) NONNULL_ALL;
void flap_note_clock(struct incident_service *s, const struct event *ev) NONNULL_ALL;

/* exposure.c: one failure away */
void exposure_design(struct engine *e) NONNULL_ALL; /* after a new plan */
void exposure_forget_design(struct engine *e) NONNULL_ALL;
void exposure_decide(const struct turn *t) NONNULL_ALL;
/* A component has changed: what stands on it is looked at again. */
void exposure_touch(struct engine *e, uint32_t component) NONNULL_ALL;
/* So has a check: it may be the one that tells of a pair's redundancy, whatever its component is. */
void exposure_touch_check(struct engine *e, uint32_t check) NONNULL_ALL;
void exposure_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
/* Into the indices of another plan. */
void exposure_carry(struct exposure *x, const struct plan *from, const struct plan *to) NONNULL_ALL;

/* impact.c: what stops with an incident */
void impact_decide(const struct turn *t) NONNULL_ALL;
/* What stopped in an outage that was over before we knew: every place that failed in it, at whatever moment of it. */
void impact_decide_past(const struct turn *t, const struct incident *i,
			const struct incident_service *s, const struct outage *o) NONNULL_ALL;
void impact_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
/* Sums; returns how many units were written. */
enum { IMPACT_UNITS_MAX = 32 }; /* as VIEW_IMPACT_MAX */
size_t impact_total(const struct incident *i, struct plan_impact ret[IMPACT_UNITS_MAX]) NONNULL_ALL;
/* duty.c: people who left */
void absence_decide(const struct turn *t) NONNULL_ALL;
void absence_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time absence_deadline(const struct engine *e) NONNULL_ALL;
/* Before another plan takes the place of the present one. */
void absence_carry(struct engine *e, const struct plan *to) NONNULL_ALL;

/* service.c */
void service_decide(const struct turn *t) NONNULL_ALL;
void service_apply(struct engine *e, const struct event *ev) NONNULL_ALL;

/* incident.c */
void incident_decide(const struct turn *t) NONNULL_ALL;
void incident_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time incident_deadline(const struct engine *e) NONNULL_ALL;
struct incident *incident_find(const struct engine *e, uint64_t id) NONNULL_ALL;
struct incident_service *incident_service_of(const struct incident *i,
					     uint32_t service) NONNULL_ALL;
bool incident_is_open(const struct incident *i) NONNULL_ALL; /* neither closed nor false alarm */
/* A clock of it runs, or a person's word stands that something fails. */
bool incident_has_running_clock(const struct incident *i) NONNULL_ALL;
void incident_add_service(struct incident *i, uint32_t service, uint32_t current) NONNULL(1);
void incident_free(struct incident *i);
/* Closed incidents leave memory after the cool-down, and with them the plans that only they needed: the journal has both.
 * When another opens and when the plan changes, so that neither grows with time. */
void incident_forget_closed(struct engine *e, struct wall_time now) NONNULL_ALL;
/* What was said to work fails on: its steps begin anew, and if nothing else of the incident fails, all that people said. */
void incident_fails_on(struct incident *i, struct incident_service *s) NONNULL_ALL;
/* Nothing of it is owed, and the cool-down has passed: it may be forgotten. */
bool incident_is_over(const struct engine *e, const struct incident *i,
		      struct wall_time now) NONNULL_ALL;
/* Frees every plan but the one in force and those of incidents in memory. */
void plans_drop_unused(struct engine *e) NONNULL_ALL;

/* Steps of the tree begin anew in another round: what was called for before is called for again. */
void incident_begin_again(struct incident *i, struct incident_service *s) NONNULL_ALL;

/* calendar.c */
void calendar_decide(const struct turn *t) NONNULL_ALL; /* beginnings, ends, promotions at an end */
void calendar_decide_calls(const struct turn *t) NONNULL_ALL; /* "this is no drill" to all */
void calendar_decide_promotion(const struct turn *t, const struct incident *i,
			       const char *why) NONNULL_ALL;
struct refusal calendar_refuse(const struct incident *i, const struct input *in) NONNULL_ALL;
void calendar_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void calendar_rekey(struct engine *e,
		    struct wall_time now) NONNULL_ALL; /* e->plan is the new one */
struct wall_time calendar_deadline(const struct engine *e) NONNULL_ALL;
struct wall_time calendar_calls_deadline(const struct engine *e) NONNULL_ALL;
/* A failure that began then is a drill's now: the jornada in ret_jornada. */
bool calendar_is_drill(const struct engine *e, struct wall_time began,
		       uint32_t *ret_jornada) NONNULL_ALL;
/* The same of an outage that is over: by the plan's calendar alone. */
bool calendar_was_drill(const struct engine *e, struct wall_time began,
			uint32_t *ret_jornada) NONNULL_ALL;
/* Into incident.opened, for who reads the journal without the plan. */
void calendar_set_stamp(const struct plan *p, struct event *ev) NONNULL_ALL;
/* "REAL", "SIMULACRO 2": what stands on everything of the incident. */
const char *calendar_stamp(const struct incident *i) NONNULL_ALL;
/* May a failure that is (or is not) a drill's be part of it? */
bool calendar_fits(const struct incident *i, bool drill) NONNULL_ALL;

/* silence.c */
void silence_decide(const struct turn *t) NONNULL_ALL; /* beginnings and ends, what is held */
void silence_decide_calls(const struct turn *t) NONNULL_ALL; /* breaches under it, notices */
struct refusal silence_refuse(const struct engine *e, const struct input *in) NONNULL_ALL;
/* Whose signature a new one needs before it counts ("level-2", "second-person"; NULL: nobody's), and for which jornada's freeze. */
const char *silence_needs(const struct engine *e, const struct act_args *a, struct wall_time from,
			  uint32_t *ret_jornada) NONNULL_ALL;
void silence_complete_act(const struct engine *e, const struct input *in,
			  struct event *ev) NONNULL_ALL;
void silence_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void silence_rekey(struct engine *e) NONNULL_ALL; /* e->plan is the new one */
struct wall_time silence_deadline(const struct engine *e) NONNULL_ALL;
const struct silence *silence_find(const struct engine *e, uint64_t id) NONNULL_ALL;

/* excuse.c: what a failure is due to. The silence (its id) without which the service would be called for now; 0: it
 * fails for other reasons as well, or nothing is silenced. */
uint64_t excuse_of_service(const struct engine *e, uint32_t service) NONNULL_ALL;
/* A service of very high criticality could fail unheard because of this scope. */
bool excuse_meets_very_high(const struct plan *p, const struct plan_scope *scope) NONNULL_ALL;

/* orders.c */
void orders_decide(const struct turn *t) NONNULL_ALL;
struct refusal orders_refuse(const struct turn *t, const struct incident *i,
			     const struct input *in) NONNULL_ALL;
void orders_complete_act(const struct engine *e, const struct incident *i, const struct input *in,
			 struct event *ev) NONNULL_ALL;
/* Enterado by the link of an order is its confirmation. */
bool orders_is_link(const struct incident *i, const struct input *in) NONNULL_ALL;
enum err orders_decide_link(const struct turn *t, const struct incident *i, const struct input *in,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
void orders_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time orders_deadline(const struct engine *e) NONNULL_ALL;
/* The order that stands for a post, NULL if it was told nothing. */
const struct order *orders_of_post(const struct incident *i, uint32_t post) NONNULL_ALL;
/* Posts that were told to suspend or to wait and were not told to resume. */
uint32_t orders_owed(const struct incident *i) NONNULL_ALL;
const char *order_word(enum order_kind k);

/* notices.c: the ledger of calls that belong to no incident */
void notices_apply_intent(struct engine *e, const struct event *ev) NONNULL_ALL;
void notices_decide_timers(const struct turn *t) NONNULL_ALL;
struct wall_time notices_deadline(const struct engine *e) NONNULL_ALL;
/* When one that has no receipt is given up; WALL_NEVER once it has. */
struct wall_time notices_call_deadline(const struct plan *p, const struct call *c) NONNULL_ALL;
struct call *notices_find(const struct engine *e, uint64_t id) NONNULL_ALL;
void notices_rekey(struct engine *e, const struct plan *old) NONNULL(1);
void notices_forget(struct engine *e, uint64_t about) NONNULL_ALL;
/* incident_home.c: which incident a failure belongs to */
void incident_home_decide(const struct turn *t) NONNULL_ALL;
struct wall_time incident_home_deadline(const struct engine *e) NONNULL_ALL;
/* The folio of an incident that opens now: the next that no open one has. */
uint32_t incident_next_folio(const struct turn *t) NONNULL_ALL;

/* report.c: reports by people and the incident of each */
void report_decide(const struct turn *t) NONNULL_ALL;
void report_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void report_take(struct engine *e, struct incident *i, uint64_t entry) NONNULL_ALL;
void report_free(struct report_run *r) NONNULL_ALL;
/* Somebody says that it fails, nobody has said that it works, and nothing is measured. */
bool report_stands(const struct incident *i) NONNULL_ALL;
/* The clock of this service rests on a person's word, and what is measured does not say the same. */
bool report_is_word_only(const struct engine *e, const struct incident_service *s) NONNULL_ALL;
/* Something that is not settled by a word goes on though all that is measured of the service is well. */
bool report_is_contradicted(const struct engine *e, const struct incident *i) NONNULL_ALL;
/* The reported incident that a measured failure of this service is; NULL if there is none. */
const struct incident *report_home(const struct turn *t, uint32_t service, uint32_t root,
				   bool drill) NONNULL_ALL;

/* view_report.c */
void view_fill_words(const struct engine *e, const struct incident *i,
		     struct view_incident *ret) NONNULL_ALL;

/* report_act.c: what people do with a report; false if `in` is no such act */
bool report_act_refuse(const struct turn *t, const struct incident *i, const struct input *in,
		       struct refusal *ret) NONNULL(1, 3, 4);
void report_act_follow(const struct turn *t, const struct incident *i, const struct input *in,
		       struct event *ev) NONNULL_ALL;
/* Somebody disputes that it works: what that entry restored fails on, with the clock that it had. Not once people have gone on
 * from there (resumed, closed). */
void report_act_undo_restore(const struct turn *t, const struct incident *i,
			     uint64_t entry) NONNULL_ALL;
void report_act_apply_undo(struct incident *i, uint64_t entry) NONNULL_ALL;
/* Answers for a desk (level 0), for the coordinator's seat, or for the team of one of the incident's services. */
bool report_act_is_in_charge(const struct turn *t, const struct incident *i,
			     uint32_t person) NONNULL_ALL;

/* report_calls.c: who is called with a report */
void report_calls_decide(const struct turn *t) NONNULL_ALL;
bool call_is_of_report(enum call_kind k); /* an answer is wanted, outside of the steps */
struct wall_time report_calls_deadline(const struct engine *e) NONNULL_ALL;

/* merge.c: two incidents that turn out to be one */
struct refusal merge_refuse(const struct turn *t, const struct incident *i,
			    const struct input *in) NONNULL_ALL;
void merge_follow(const struct turn *t, const struct incident *i, const struct input *in,
		  struct event *ev) NONNULL_ALL;
void merge_apply(struct engine *e, const struct event *ev) NONNULL_ALL;

/* entries.c: entries for the final report, improvement actions, the report itself */
bool entries_refuse(const struct turn *t, const struct incident *i, const struct input *in,
		    struct refusal *ret) NONNULL_ALL;
void entries_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
void entries_free(struct entry_book *r) NONNULL_ALL;

/* deadline.c: by when papers and actions are due */
void deadline_decide(const struct turn *t) NONNULL_ALL;
struct wall_time deadline_next(const struct engine *e) NONNULL_ALL;
bool deadline_is_owing(const struct incident *i) NONNULL_ALL; /* of all that it may owe */
bool deadline_owes_report(const struct incident *i) NONNULL_ALL;
bool deadline_is_owed(const struct book_entry *r) NONNULL_ALL; /* an action, not done */

/* A call outside of the steps, by the rules of every call: contacts in order, titular then suplente, one telephone at a time. */
struct call_order {
	uint32_t seat, person; /* a seat, or (seat PLAN_NONE) a person */
	uint32_t service;
	enum call_kind kind;
	uint64_t about; /* what it is for: calls of one order have the same */
};
enum call_progress { CALL_PROGRESS_WAITING, CALL_PROGRESS_ANSWERED, CALL_PROGRESS_NOBODY };
enum call_progress calltree_call(const struct turn *t, const struct incident *i,
				 const struct call_order *o) NONNULL_ALL;

/* call_ledger.c: a call whose outcome is still open */
bool call_is_waiting(enum call_state s);
/* Somebody's telephone rings with it, or may. */
bool call_is_ringing(const struct call *c) NONNULL_ALL;

/* calltree.c */
void calltree_decide(const struct turn *t) NONNULL_ALL;
void calltree_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
struct wall_time calltree_deadline(const struct engine *e) NONNULL_ALL;
void calltree_decide_delivery(const struct turn *t, const struct input *in) NONNULL_ALL;
struct call *calltree_find(const struct engine *e, uint64_t id,
			   struct incident **ret_incident) NONNULL_ALL;
/* The next mark of a running clock; false if none is left. */
bool calltree_next_mark(const struct incident *i, const struct incident_service *s,
			struct wall_time *ret_at, uint32_t *ret_pct) NONNULL_ALL;
uint32_t calltree_owed_up(const struct incident *i) NONNULL_ALL;
/* Those people of the incident's plan; returns how many were written. */
uint32_t calltree_owed_list(const struct incident *i, uint32_t *ret, uint32_t max) NONNULL_ALL;

/* drill.c */
void drill_decide_input(const struct turn *t, const struct input *in) NONNULL_ALL;
void drill_decide(const struct turn *t) NONNULL_ALL; /* its end closes all that is open */
void drill_apply(struct engine *e, const struct event *ev) NONNULL_ALL;

/* act.c */
/* The link of the event's call has served. */
void act_apply_link(struct incident *i, const struct event *ev) NONNULL_ALL;
/* The event of an act, with who did it, how it was proved and all that was given; `at` is the time of the fact. */
struct event *act_add(const struct turn *t, const struct input *in,
		      enum event_kind kind) NONNULL_ALL;
enum err act_refuse_on_record(const struct turn *t, const struct input *in, struct refusal r,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;
enum err act_decide(const struct turn *t, const struct input *in,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
void act_apply(struct engine *e, const struct event *ev) NONNULL_ALL;
bool act_has_authorised(const struct incident *i, uint32_t person) NONNULL_ALL;
/* How many distinct people of level 1 the policies of the incident's services ask for. */
size_t act_quorum(const struct incident *i) NONNULL_ALL;
/* Authorised, and then a service joined whose policy asks for more people. */
bool act_lacks_quorum(const struct incident *i) NONNULL_ALL;
void act_move(const struct turn *t, const struct incident *i, enum incident_state to) NONNULL_ALL;
bool ack_is_live(const struct incident *i,
		 uint32_t person) NONNULL_ALL; /* answered, and not "no puedo" */
/* The place of a person's acknowledgement; the oldest gives way when there is none left. */
struct ack *act_ack_of(struct incident *i, uint32_t person) NONNULL_ALL;

#endif
