/* plan.h - the continuity plan as data (DESIGN 1, 4, 5, 7). Built once per generation by
 * plan/plan_file.c into one arena, then immutable. References between things are indices into the
 * arrays below (checked by the loader: always valid); NONE where the plan leaves one out.
 * Durations are microseconds. Strings are UTF-8, never NULL unless said. */
#ifndef VIGIA_ENGINE_PLAN_H
#define VIGIA_ENGINE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/judge.h"
#include "base/schema.h"
#include "base/slice.h"
#include "engine/plan_annexes.h"

#define PLAN_NONE UINT32_MAX

struct plan_institution {
	const char *name, *code, *revision; /* "" if absent */
	int64_t approved_s, review_by_s; /* Unix seconds, 0 if absent */
	const char *locale; /* "es-MX" | "en" */
	const char *timezone;
};

/* What stops with a place or a process, in a unit of the plan's own: 33 "mesas". */
struct plan_impact {
	const char *what;
	int64_t count;
};

struct plan_site {
	const char *id, *name, *kind;
	const struct plan_impact *impact;
	size_t impact_count;
};

struct plan_agent {
	const char *id;
	uint32_t site; /* PLAN_NONE if absent */
	int64_t silent_us; /* no contact for so long = silent; default 15 s */
};

/* One text parameter of a check, in the grammar of its table (base/param.h). */
struct plan_kv {
	const char *key, *value;
};

/* What a failing check says of its component: that it does not serve, or that its condition is bad while it serves (a fan, a
 * link of two, a level): then it is degraded at most. */
enum plan_affects { AFFECTS_SERVING, AFFECTS_CONDITION };

struct plan_check {
	const char *id; /* whole: "dc/fw-a:ping" */
	const char *name; /* "ping" */
	uint32_t component;
	const struct check_schema *schema;
	enum plan_affects affects;
	int64_t interval_us, retry_interval_us, timeout_us, fresh_within_us;
	uint32_t confirm; /* bad results in a row */
	int64_t confirm_for_us; /* or bad for so long; 0 = by count only */
	uint32_t recover; /* good results in a row */
	uint32_t quorum; /* vantages that must agree; 1..vantage_count */
	const char *warning_text, *critical_text; /* "" if absent */
	const struct judge *warning, *critical; /* NULL if absent */
	const struct plan_kv *params; /* all set ones, without the common keys */
	size_t param_count;
	uint32_t vantage_first, vantage_count; /* into plan.vantages */
};

/* A value of a check that tells more than whether the check is good: which cut is published, how old the newest copy is.
 * Made by plan_index_checks. */
enum plan_use_kind { USE_CUT, USE_RPO };
struct plan_use {
	enum plan_use_kind kind;
	uint32_t index, source; /* cuts and its source; service */
};

/* One agent that runs one check: the unit of samples, freshness and series. */
struct plan_vantage {
	uint32_t check, agent;
};

/* A boolean expression over components: the reliability block diagram, and depends_on. */
enum plan_need_kind { NEED_COMPONENT, NEED_ALL, NEED_ANY, NEED_AT_LEAST };
struct plan_need {
	enum plan_need_kind kind;
	uint32_t component; /* NEED_COMPONENT */
	uint32_t at_least; /* NEED_AT_LEAST: k; ALL and ANY have theirs filled in (n and 1) */
	const struct plan_need *children;
	size_t child_count;
};

struct plan_component {
	const char *id, *name;
	uint32_t site;
	const char *address; /* "" if absent */
	const struct plan_need *depends_on; /* NULL: reachable as such; no cycles (checked) */
	uint32_t check_first, check_count; /* into plan.checks */
	int64_t lines; /* calls that it carries at one time; 0 = any number */
	bool is_pair; /* two units that take over from one another ... */
	uint32_t pair_check; /* ... and the check that tells whether both are ready (plan.checks) */
};

enum plan_criticality {
	CRITICALITY_VERY_HIGH,
	CRITICALITY_HIGH,
	CRITICALITY_MEDIUM,
	CRITICALITY_LOW
};
enum plan_rpo { RPO_DURATION, RPO_NOT_APPLICABLE, RPO_LAST_VERSION, RPO_FUNCTIONAL, RPO_IMMEDIATE };

struct plan_service {
	const char *id, *name, *area;
	enum plan_criticality criticality;
	int64_t rto_us;
	enum plan_rpo rpo;
	int64_t rpo_us; /* RPO_DURATION only */
	const struct plan_need *needs;
	uint32_t team; /* seat, or PLAN_NONE */
	uint32_t policy; /* PLAN_NONE: measured and shown, calls nobody */
	uint32_t procedure;
	int64_t blind_limit_us; /* default: 10 % of the RTO, at least 60 s */
	const struct plan_impact *impact; /* its own, beside that of the places where it stops */
	size_t impact_count;
	bool rto_is_invented; /* no document states this RTO */
	uint32_t rpo_check,
		rpo_value; /* what tells the age of the newest copy; PLAN_NONE: nothing */
	int64_t rpo_limit_us; /* the copy may be so old; with rpo_check only */
};

struct plan_contact {
	uint32_t channel;
	const char *to;
	const uint32_t *carried_by; /* components */
	size_t carried_count;
};

struct plan_person {
	const char *id, *post; /* a post, never a name */
	const struct plan_contact *contacts; /* in the order of preference */
	size_t contact_count;
	bool is_vacant; /* the post exists, nobody holds it */
};

struct plan_seat {
	const char *id, *name; /* name defaults to the id */
	uint32_t level; /* 1..3; 0 = outside of the levels (help desk) */
	uint32_t titular,
		suplente; /* either may be PLAN_NONE; a seat without shifts has a titular */
};

/* Who holds a seat while (engine/shifts.h). Dated: from one moment to another. Else each week: on the days (bit 0 = Monday)
 * from a time of day, Mexico City, for so long. */
struct plan_shift {
	uint32_t seat, titular, suplente; /* suplente may be PLAN_NONE: then the seat's */
	bool dated;
	int64_t from_us; /* Unix time; else since midnight */
	int64_t length_us;
	uint32_t days;
};

struct plan_channel {
	const char *id, *type; /* "file", "smtp", "webhook", "manual" (plan/plan_channel.h) */
	const struct plan_kv *params;
	size_t param_count;
	int64_t receipt_within_us; /* no receipt in this time = failed */
	uint32_t lines; /* calls in progress at one time; 0 = any number */
	bool by_hand; /* of type manual: a person at the desk calls and says what came of it */
	const uint32_t *carried_by;
	size_t carried_count;
};

/* Publication cuts (DESIGN 7): a series of moments at which the same cut must be shown everywhere. A source is a kind of
 * data on the main site, or a mirror. */
enum { PLAN_CUT_SOURCES_MAX = 64, PLAN_CUTS_MAX = 2000 };
struct plan_cut_source {
	const char *name;
	uint32_t check, value; /* value: index of the check's schema */
};
enum plan_cut_by { CUT_BY_TIME, CUT_BY_NUMBER };
struct plan_cuts {
	const char *id, *name;
	uint32_t service; /* that publishes them, PLAN_NONE: measured and shown only */
	int64_t first_us, every_us; /* first: microseconds since 1970 */
	uint32_t count; /* of the whole series, >= 1 */
	int64_t grace_us, mirror_grace_us;
	uint32_t at_least_per_hour; /* 0 = no such rule */
	enum plan_cut_by by;
	uint32_t first_number; /* CUT_BY_NUMBER: what the first cut is called */
	const struct plan_cut_source *sources; /* kinds first, mirrors behind them */
	uint32_t kind_count, source_count;
	uint32_t mirrors_needed; /* so many of them keep the service up */
};

enum plan_target_kind { TARGET_SEAT, TARGET_TEAM, TARGET_LEVEL, TARGET_PERSON };
struct plan_target {
	enum plan_target_kind kind;
	uint32_t index; /* seat, level number or person; unused for TARGET_TEAM */
};

enum plan_at { AT_CONFIRMED, AT_PCT };
enum plan_ask { ASK_NONE, ASK_ACTIVATE, ASK_DECLARE };
struct plan_step {
	enum plan_at at;
	uint32_t pct; /* of the RTO, from the beginning of the contingency */
	int64_t min_us, max_us; /* bounds of that moment; 0 = none */
	const struct plan_target *targets;
	size_t target_count;
	bool parallel;
	int64_t ack_within_us;
	enum plan_ask ask;
	uint32_t quorum;
	const char *say; /* "" or a message word such as "rto-breached" */
};

struct plan_policy {
	const char *id;
	int64_t repeat_us; /* after the last step: everything again each so often; default 5 m */
	const struct plan_step *steps;
	size_t step_count;
};

enum plan_end { END_NOT, END_NO, END_YES, END_ALWAYS }; /* the answer that ends the procedure */
enum plan_effect { EFFECT_NONE, EFFECT_SUSPEND, EFFECT_RESUME };
struct plan_activity {
	uint32_t n;
	const char *what, *by;
	uint32_t if_no, if_yes; /* 0 = next */
	enum plan_end end;
	enum plan_effect effect; /* what a yes does to the exercise */
	const char *heading; /* "a) Tableta": a part of the procedure begins here; "" if absent */
	int64_t within_us; /* from the moment at which it is its turn; 0 = no limit */
};
/* When a check is flapping (engine/flap.c): so many failures within a time; it is over after a time without a turn. */
enum { PLAN_FLAP_FAILURES_MAX = 8 };
struct plan_flapping {
	uint32_t failures; /* 2..PLAN_FLAP_FAILURES_MAX */
	int64_t within_us, stable_us; /* neither is longer than the cool-down */
};

struct plan_procedure {
	const char *id, *name;
	uint32_t document; /* that it stands in, or PLAN_NONE */
	const char *header; /* the document's name as its pages carry it; "" if absent */
	const struct plan_activity *activities;
	size_t activity_count;
};

struct plan_marks;
/* A day of the calendar (engine/calendar.c). Outside of any: ordinary operation, which is real. */
enum plan_jornada_kind { JORNADA_REAL, JORNADA_DRILL, JORNADA_FUNCTIONAL_TEST };
struct plan_jornada {
	const char *id, *name;
	enum plan_jornada_kind kind;
	uint32_t n; /* of a drill: which one; 0 if absent */
	int64_t from_us, until_us; /* Unix, microseconds; [from, until) */
	int64_t first_cut_us, last_cut_us; /* 0 if absent */
	int64_t freeze_from_us, freeze_until_us; /* no window and no silence without a signature */
	const char *stamp; /* what stands on everything: "SIMULACRO 2" */
};

/* What a window or a silence is about (engine/silence.c). */
enum plan_scope_kind { SCOPE_CHECK, SCOPE_COMPONENT, SCOPE_SITE, SCOPE_SERVICE };
struct plan_scope {
	enum plan_scope_kind kind;
	uint32_t index;
};
struct plan_window {
	const char *id, *reason;
	uint32_t owner; /* person */
	uint32_t signed_by; /* person of level 2, PLAN_NONE if absent */
	struct plan_scope scope;
	int64_t from_us, until_us;
};

/* A field post: it is told to suspend, to wait, to resume (engine/orders.c). */
struct plan_post {
	const char *id, *name;
	uint32_t site; /* PLAN_NONE if absent */
	uint32_t persons[2]; /* who confirm, in order */
	uint32_t person_count, seat; /* seat: PLAN_NONE where a person is named */
};
enum { PLAN_POSTS_MAX = 1024, PLAN_POST_WORDS = PLAN_POSTS_MAX / 64, PLAN_STAMP_MAX = 60 };
/* A set of posts, by their numbers. */
struct plan_post_set {
	uint64_t bits[PLAN_POST_WORDS];
};
struct plan_orders {
	const uint32_t *given_by; /* seats of the operational crisis group; none: levels 1 and 2 */
	size_t given_by_count;
	int64_t repeat_us; /* whoever has not confirmed is called again each so often */
	int64_t confirm_within_us; /* then the missing ones are put on record */
};

/* Reports by people (the communication plan, activities 1-9). `call`: who is called with a report whose process has no policy (none:
 * the desks of level 0, else the coordinator); `operational`: whom an operational one goes to (none: the same). */
enum plan_report_class { REPORT_TECHNICAL, REPORT_OPERATIONAL };
struct plan_report_type {
	const char *id, *name;
	enum plan_report_class class;
	uint32_t service, procedure; /* PLAN_NONE if absent */
};
struct plan_reports {
	bool given; /* the plan has the section */
	const struct plan_target *call, *operational;
	size_t call_count, operational_count;
	int64_t ack_within_us, repeat_us;
	int64_t join_within_us; /* a report and a failure, or two reports, so near are one incident */
	const struct plan_report_type *types;
	uint32_t type_count;
};
struct plan_deadlines {
	int64_t report_us; /* from closing to the final report; 0 = none is asked for */
};

struct plan {
	struct arena *arena; /* owns everything below, this struct too */
	const char *hash; /* SHA-256 (hex) of `json` */
	struct slice json; /* the expanded plan, canonical: what plan.applied carries */
	struct plan_institution institution;
	const struct plan_site *sites;
	const struct plan_agent *agents;
	const struct plan_component *components;
	const struct plan_check *checks;
	const struct plan_vantage *vantages;
	const struct plan_service *services;
	const struct plan_person *people;
	const struct plan_seat *seats;
	const struct plan_shift *shifts;
	const struct plan_channel *channels;
	const struct plan_policy *policies;
	const struct plan_procedure *procedures;
	const struct plan_jornada *jornadas; /* by time, without overlaps */
	const struct plan_window *windows;
	const struct plan_post *posts;
	struct plan_orders orders;
	uint32_t jornada_count, window_count, post_count;
	const struct plan_cuts *cuts;
	uint32_t cuts_count;
	/* Those of check i: uses[use_first[i]] up to uses[use_first[i + 1]]; made by plan_index_checks. */
	const struct plan_use *uses;
	uint32_t *use_first;
	uint32_t site_count, agent_count, component_count, check_count, vantage_count,
		service_count, person_count, seat_count, channel_count, policy_count,
		procedure_count, shift_count;
	uint32_t *check_index; /* hash of the check's id -> index + 1; made by plan_index_checks */
	uint32_t check_index_size;
	const struct plan_annexes *annexes; /* never NULL */
	const struct plan_marks
		*marks; /* where each thing stands in its file (plan/plan_marks.h) */
	struct plan_reports reports;
	struct plan_deadlines deadlines;
	int64_t cool_down_us; /* same failure within it: same incident, new episode; default 15 m */
	struct plan_flapping flapping;
};

/* Index of an id, PLAN_NONE if there is none. plan_find_check uses a hash index (it is called per
 * result); the others walk and are for the edges. */
uint32_t plan_find_site(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_agent(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_component(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_check(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_service(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_person(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_seat(const struct plan *p, struct slice id) NONNULL(1);
/* The seat that an activity's `by` means: by its id or its name, ASCII letters in either case; the id as it is written first. */
uint32_t plan_find_actor(const struct plan *p, struct slice by) NONNULL(1);
uint32_t plan_find_channel(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_jornada(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_window(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_post(const struct plan *p, struct slice id) NONNULL(1);
/* The jornada of a moment, PLAN_NONE outside of any. */
uint32_t plan_jornada_at(const struct plan *p, int64_t unix_us) NONNULL(1);
/* The first jornada whose freeze meets [from, until); PLAN_NONE if none does. */
uint32_t plan_freeze_over(const struct plan *p, int64_t from_us, int64_t until_us) NONNULL(1);
static inline bool post_set_has(const struct plan_post_set *s, uint32_t post)
{
	return post < PLAN_POSTS_MAX && (s->bits[post / 64] >> (post % 64) & 1) != 0;
}
static inline void post_set_add(struct plan_post_set *s, uint32_t post)
{
	s->bits[post / 64] |= UINT64_C(1) << (post % 64);
}
uint32_t post_set_count(const struct plan_post_set *s) NONNULL_ALL;
uint32_t plan_find_report_type(const struct plan *p, struct slice id) NONNULL(1);
uint32_t plan_find_cuts(const struct plan *p, struct slice id) NONNULL(1);
/* Of a source's name within a series. */
uint32_t plan_find_cut_source(const struct plan_cuts *c, struct slice name) NONNULL(1);
/* The text of a parameter of its own, NULL if it is not set. */
const char *plan_check_param(const struct plan_check *c, const char *key) NONNULL_ALL;
/* How many of its type's values a check measures: the first so many (base/schema.h). */
size_t plan_measured_values(const struct plan_check *c) NONNULL(1);
/* The check measures that value of its type. */
bool plan_measures(const struct plan_check *c, size_t value) NONNULL(1);
/* The vantage of (check, agent), PLAN_NONE if that agent does not run that check. */
uint32_t plan_find_vantage(const struct plan *p, uint32_t check, uint32_t agent) NONNULL(1);

/* The vantage looks at the agent's site from another place (engine/cause.c): it can tell a cut link from a dead agent. */
bool cause_looks_from_elsewhere(const struct plan *p, uint32_t vantage, uint32_t agent) NONNULL(1);
/* There is such a vantage at all. */
bool cause_is_looked_at(const struct plan *p, uint32_t agent) NONNULL(1);

/* When a step is due after the beginning of the contingency (DESIGN 5: pct bounded by min, max). */
int64_t plan_step_after_us(const struct plan_step *s, int64_t rto_us) NONNULL(1);

/* The coordinator's gate (DESIGN 5): a step that asks level 1 to activate waits for the coordinator, if the service's policy calls
 * a seat of level 2 as well. */
enum { PLAN_GATE_WAIT_S = 60, PLAN_GATE_WAITS_MAX = 2 };
/* The step of the service's policy calls this seat, or one of this level. */
bool plan_step_calls_seat(const struct plan *p, uint32_t service, const struct plan_step *step,
			  uint32_t seat) NONNULL_ALL;
bool plan_step_calls_level(const struct plan *p, uint32_t service, const struct plan_step *step,
			   uint32_t level) NONNULL_ALL;
bool plan_has_gate(const struct plan *p, uint32_t service, size_t step) NONNULL(1);
/* How long everybody whom the step calls may take to answer, one after the other if it is not parallel. */
int64_t plan_step_window_us(const struct plan *p, uint32_t service,
			    const struct plan_step *step) NONNULL_ALL;
/* The latest moment after the beginning of the contingency at which the step fires, however often the coordinator asks to
 * wait: the window of level 1 still fits into the RTO, if it did at its mark. The mark itself where there is no gate. */
int64_t plan_gate_latest_us(const struct plan *p, uint32_t service, size_t step) NONNULL(1);

/* Called by whoever fills a plan, once its checks are final. */
void plan_index_checks(struct plan *p) NONNULL(1);

void plan_free(struct plan *p); /* accepts NULL */

#endif
