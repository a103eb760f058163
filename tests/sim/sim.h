/* sim.h - what the parts of the simulator share: one play of one seed, and what is remembered of it beside the engine. Private to
 * tests/sim. */
#ifndef VIGIA_TESTS_SIM_SIM_H
#define VIGIA_TESTS_SIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/attr.h"
#include "base/rand.h"
#include "tests/support/engine_world.h"
#include "tests/support/press.h"

enum {
	SEEDS = 200,
	SECONDS = 1200,
	CUT_SECONDS = 2600,
	CALM = 400,
	GATE_S = 180,
	SHOWN = 30,
	WHAT_MAX = 128,
	TRIES_MAX = 2000, /* plays for shrinking */
	AGENTS_MAX = 8,
	VANTAGES_MAX = 64, /* and components */
	AWAY_MAX = 64,
	FRESH_WITHIN_S = 5, /* of all checks of these plans */
	TOLD_ALL = -1,
	PLAN_OF_CUTS = 5, /* of these plans */
	PLANS
};

/* What really was, each second, for those who are cut off and tell it later. */
struct truth {
	enum health health[VANTAGES_MAX];
	int64_t value[VANTAGES_MAX];
	bool cut[AGENTS_MAX];
	bool told[AGENTS_MAX]; /* later, though it was cut off */
	bool restarted; /* the collector, before that second */
};

/* How far an agent has told what it saw. */
struct teller {
	int64_t untold; /* the first second that it has still to tell; TOLD_ALL */
	int64_t piece; /* so many seconds of it at a time */
	int64_t told_from, told_at; /* its last backlog */
};

/* Who left, by ids: they outlive a plan. */
struct away {
	char person[16], other[16];
};

/* Of a person in an incident. */
struct answer {
	uint64_t incident;
	uint32_t person;
	bool counts;
};

/* A service of an incident for which nobody is called. */
struct held {
	uint64_t incident;
	uint32_t service;
	struct wall_time since;
	bool now;
};

/* A service's clock, as the entries tell of it. */
struct told_clock {
	uint64_t incident;
	uint32_t service;
	struct wall_time began;
	bool running, flapping, by_word; /* by_word: a guess, until it is measured */
};

/* Something done to the engine. */
struct injection {
	int64_t second;
	unsigned kind; /* of injections[] */
};

struct injection_list {
	struct injection *items;
	size_t count, cap;
};

/* A step of a policy that was carried out, or of which the journal says why not. */
struct ran_step {
	uint64_t incident;
	uint32_t service, step;
};

struct sim {
	uint64_t seed;
	struct ran_step *ran;
	size_t ran_count, ran_cap;
	size_t effects_looked;
	int64_t restarted; /* second of the last restart */
	int64_t seconds;
	const struct injection_list *only; /* nothing but these; NULL: what chance brings */
	struct injection_list done;
	struct held *held;
	size_t held_count, held_cap;
	struct rand rand;
	struct engine_world *world;
	char *plans[2];
	int plan;
	struct truth *truth; /* by second, of the present plan */
	struct teller tellers[AGENTS_MAX];
	int64_t second, plan_second, replay_every;
	bool decisive; /* the people decide all the time */
	size_t looked, incidents_looked; /* events that were looked at */
	struct away away[AWAY_MAX];
	size_t away_count;
	uint64_t report;
	struct answer *answers;
	size_t answer_count, answer_cap;
	struct told_clock *clocks;
	size_t clock_count, clock_cap;
	uint32_t flapping; /* a vantage that fails and recovers again and again ... */
	int64_t flaps_until; /* ... until this second, */
	uint32_t flaps_every; /* so many seconds each way */
	size_t flapped; /* clocks that counted through recoveries, over all seeds */
	size_t exposed;
	size_t adopted; /* acts that put an incident under another plan */
	size_t outages_compared, beginnings_compared, ends_compared;
	struct press press; /* of a plan with publication cuts */
};

struct played {
	size_t entries, flapped, exposed, adopted;
	size_t outages_compared, beginnings_compared, ends_compared;
};

/* sim.c */
uint32_t sim_below(struct sim *s, uint32_t n);
bool sim_chance(struct sim *s, uint32_t in);
const struct plan *sim_plan(const struct sim *s);
void look_at_entries(struct sim *s);
void sim_play(uint64_t seed, int64_t seconds, int64_t until, const struct injection_list *only,
	      struct played *sum);
/* heard.c */
void heard_cut_or_mend(struct sim *s);
void heard_each_second(struct sim *s);
void heard_again(struct sim *s);
void heard_under_another_plan(struct sim *s);
/* happens.c */
void sim_one_second(struct sim *s);
unsigned injection_of(const char *word);
const char *injection_word(unsigned kind);
/* adopts.c */
void somebody_adopts(struct sim *s);
/* chain.c: the entries so far, written through the journal's code */
void chain_verifies(const struct sim *s);
/* ... and the power fails when only the first `kept` of them are committed. */
void chain_survives(const struct sim *s, size_t kept);
/* failure.c */
void sim_broken(const struct sim *s, const char *what);
/* ... of a service, in that second. */
void sim_broken_at(const struct sim *s, const char *service, int64_t second, const char *what);
void sim_at_exit(void);
void sim_watch(const struct sim *s); /* whom sim_at_exit speaks of; NULL: nobody */
/* look_calls.c */
void look_at_incidents(const struct sim *s);
struct held *held_of(struct sim *s, uint64_t incident, uint32_t service);
void look_at_silences(struct sim *s, const struct event *ev);
void look_at_held_breaches(struct sim *s);
void look_at_orders(const struct sim *s);
void look_at_answers(struct sim *s, const struct event *ev);
struct away *away_of(struct sim *s, const char *person);
void look_at_absences(struct sim *s, const struct event *ev, const char *body);
void look_at_effects(struct sim *s);
/* look_clocks.c */
void look_at_services(struct sim *s);
void look_at_clock(struct sim *s, const struct event *ev);
void look_at_merge(struct sim *s, const struct event *ev);
void look_at_end(struct sim *s, const struct event *ev);
void look_at_report(struct sim *s, const struct event *ev);
/* measured.c: under the present plan, up to now */
void look_at_measured(struct sim *s);
/* look_exposure.c */
void look_at_exposure(struct sim *s, uint32_t service, const struct view_service *v);
/* look_steps.c */
void look_at_step(struct sim *s, const struct event *ev);
void look_at_steps(struct sim *s);
void everybody_hears_of_end(const struct sim *s);
/* look_acts.c */
void look_at_act(struct sim *s, const struct event *ev);
void look_at_declared(const struct sim *s);

#endif
