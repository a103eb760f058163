/* sim - whole hours of trouble from a seed, played through the very engine: failures, flapping, cut links with their backlogs,
 * messages that fail or get no receipt, people who answer, pass on, decide in odd orders or not at all, restarts, another
 * plan. After every second what must always hold is looked at; at the end all is well again and nothing may be owed.
 *
 *	sim                          the seeds of `make check`
 *	sim SEED [SECONDS [COUNT]]   one seed, how long, or so many from there
 *	sim --replay FILE            what an earlier failure was shrunk to
 * Seeds play in turn the plan of most scenarios, that of the rarer rules, that of people who come and go (shifts, absences, calls by hand, few
 * lines), that of decisions, that of the calendar and that of publication cuts; each with what the plan becomes later.
 * A failure prints seed, commit, second and the last entries of the journal; the same seed plays the same again. Each thing that is
 * done to the engine (an injection: its second and its word) draws its chances from seed, second and word alone, so one may be left
 * out and the others stay as they were: a failure is shrunk to the few without which it does not come, and these are written to
 * build/sim-SEED.scn for --replay; the whole journal, and what really was, to build/sim-SEED.txt. Before another plan and at the end
 * what was measured is compared with what was (measured.c), and the journal is written through its own code (chain.c). */
#include "tests/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "journal/body.h"
#include "tests/support/test_plan.h"

uint32_t sim_below(struct sim *s, uint32_t n)
{
	return (uint32_t)(rand_u64(&s->rand) % n);
}

bool sim_chance(struct sim *s, uint32_t in)
{
	return sim_below(s, in) == 0;
}

const struct plan *sim_plan(const struct sim *s)
{
	return view_plan(s->world->engine);
}

void look_at_entries(struct sim *s)
{
	for (; s->looked < s->world->count; s->looked++) {
		const struct event *ev = &s->world->events[s->looked].ev;

		look_at_answers(s, ev);
		look_at_silences(s, ev);
		look_at_clock(s, ev);
		look_at_merge(s, ev);
		look_at_end(s, ev);
		look_at_step(s, ev);
		look_at_absences(s, ev, s->world->events[s->looked].body);
		look_at_act(s, ev);
		look_at_report(s, ev);
		if (ev->kind == EVENT_CLOCK_RESTORED && ev->number < 0)
			sim_broken(s, "an outage ends before it began");
		if (ev->kind == EVENT_CLOCK_CORRECTED && ev->began.us > ev->until.us &&
		    s->world->events[s->looked].ev.not_before.us > ev->began.us)
			sim_broken(s, "a beginning lies before the last good sample");
		if (ev->at.us > ev->recorded.us && ev->kind != EVENT_CLOCK_BREACHED)
			sim_broken(s, "an entry speaks of the future");
	}
}

static void replay_is_the_same(const struct sim *s)
{
	struct engine *again = world_replay(s->world);
	bool same = engine_digest(again) == engine_digest(s->world->engine);

	engine_free(again);
	if (!same)
		sim_broken(s, "replay gives another digest");
}

static void look(struct sim *s)
{
	struct wall_time due = engine_next_deadline(s->world->engine);
	const char *wrong =
		sim_plan(s)->cuts_count > 0 ? press_look(&s->press, s->world, s->second) : NULL;

	if (wrong != NULL)
		sim_broken(s, wrong);

	if (due.us <= s->world->now.us)
		sim_broken(s, "a deadline of the past: whoever waits for it spins");
	if (s->incidents_looked < s->world->count) { /* they change with entries only */
		look_at_incidents(s);
		look_at_declared(s);
		s->incidents_looked = s->world->count;
	}
	look_at_services(s);
	look_at_entries(s);
	look_at_held_breaches(s);
	look_at_orders(s);
	look_at_steps(s);
	look_at_effects(s);
	if (s->second % s->replay_every == 0)
		replay_is_the_same(s);
}

static void remember(struct sim *s)
{
	const struct plan *p = sim_plan(s);
	struct truth *t = &s->truth[s->second];

	memcpy(t->health, s->world->health, p->vantage_count * sizeof(*t->health));
	memcpy(t->value, s->world->value, p->vantage_count * sizeof(*t->value));
	memcpy(t->cut, s->world->cut, p->agent_count * sizeof(*t->cut));
	memset(t->told, 0, sizeof(t->told));
	t->restarted = s->restarted == s->second;
}

static void calm(struct sim *s)
{
	const struct plan *p = sim_plan(s);

	memset(s->world->health, 0, p->vantage_count * sizeof(*s->world->health));
	memset(s->world->cut, 0, p->agent_count * sizeof(*s->world->cut));
	s->world->delivery = WORLD_OK;
	s->world->channel = NULL;
}

/* All has been well for long: every clock stands, everybody knows. */
static void nothing_is_owed(const struct sim *s)
{
	if (view_owed_up(s->world->engine) > 0)
		sim_broken(s, "somebody was told \"down\" and never \"up\"");
	everybody_hears_of_end(s);
	for (uint32_t k = 0; k < sim_plan(s)->service_count; k++) {
		struct view_service v;

		view_service(s->world->engine, k, s->world->now, &v);
		if (v.state != SERVICE_OK)
			sim_broken(s, "a service is not well though all of its checks are");
		if (v.clock.running && !v.clock.by_word)
			sim_broken(s, "a clock runs though all is well");
		if (v.exposure.exposed || v.flapping)
			sim_broken(s,
				   "a service is told as exposed or flapping though all is well");
	}
}

/* What somebody reported is open until people have said what became of it. */
static void no_report_is_lost(const struct sim *s)
{
	for (size_t k = 0; k < s->world->count; k++) {
		const struct event *ev = &s->world->events[k].ev;
		struct view_incident i;
		bool over = false;

		if (ev->kind != EVENT_INCIDENT_OPENED || ev->to != INCIDENT_KIND_REPORTED ||
		    view_find_incident(s->world->engine, ev->seq, &i))
			continue;
		for (size_t n = k; n < s->world->count && !over; n++) {
			const struct event *end = &s->world->events[n].ev;

			over = end->incident == ev->seq && end->kind == EVENT_INCIDENT_STATE &&
			       (end->to == INCIDENT_CLOSED || end->to == INCIDENT_FALSE_ALARM);
		}
		if (!over)
			sim_broken(s, "a reported incident is lost");
	}
}

static char *plans[PLANS][2];

void sim_play(uint64_t seed, int64_t seconds, int64_t until, const struct injection_list *only,
	      struct played *sum)
{
	char *const *mine = plans[seed % COUNT_OF(plans)];
	struct sim s = {.restarted = -1,
			.seed = seed,
			.seconds = seconds,
			.only = only,
			.plans = {mine[0], mine[1]}};

	sim_watch(&s);
	press_open(&s.press);
	s.replay_every = 200 + seconds / 20;
	rand_seed(&s.rand, seed);
	s.decisive = sim_chance(&s, 2);
	s.truth = mem_calloc((size_t)(seconds + CALM + 2), sizeof(*s.truth));
	s.world = world_open(mine[0]);
	heard_under_another_plan(&s);
	for (s.second = 0; s.second < seconds + CALM && s.second <= until; s.second++) {
		if (s.second < seconds)
			sim_one_second(&s);
		else
			calm(&s);
		if (sim_plan(&s)->cuts_count > 0) {
			rand_seed(&s.rand,
				  seed * 1000003 + (uint64_t)s.second); /* whatever was left out */
			press_publish(&s.press, s.world, &s.rand, s.second, s.second >= seconds);
		}
		world_until(s.world, (s.second + 1) * 1000);
		remember(&s);
		look(&s);
	}
	if (s.second == seconds + CALM) {
		nothing_is_owed(&s);
		no_report_is_lost(&s);
		look_at_measured(&s);
		chain_verifies(&s);
	}
	sum->entries += s.world->count;
	sum->flapped += s.flapped;
	sum->exposed += s.exposed > 0;
	sum->adopted += s.adopted;
	sum->outages_compared += s.outages_compared;
	sum->beginnings_compared += s.beginnings_compared;
	sum->ends_compared += s.ends_compared;
	world_close(s.world);
	free(s.truth);
	free(s.answers);
	free(s.held);
	free(s.clocks);
	free(s.ran);
	free(s.done.items);
	sim_watch(NULL);
}

static int replay(const char *path)
{
	FILE *f = fopen(path, "r");
	struct injection_list list = {0};
	struct played sum = {0};
	unsigned long long seed = 0;
	long long seconds = 0, second;
	char line[256], word[32];

	if (f == NULL) {
		fprintf(stderr, "sim: %s cannot be read\n", path);
		return 2;
	}
	while (fgets(line, sizeof(line), f) != NULL) {
		if (line[0] == '#' || sscanf(line, "seed %llu", &seed) == 1 ||
		    sscanf(line, "seconds %lld", &seconds) == 1)
			continue;
		if (sscanf(line, "%lld %31s", &second, word) != 2) {
			fprintf(stderr, "sim: %s: SECOND WORD is needed: %s", path, line);
			exit(2);
		}
		list.items = mem_grow(list.items, list.count, &list.cap, sizeof(*list.items));
		list.items[list.count++] = (struct injection){second, injection_of(word)};
	}
	fclose(f);
	sim_play(seed, seconds, seconds + CALM, &list, &sum);
	printf("sim: %s: all held\n", path);
	free(list.items);
	return 0;
}

int main(int argc, char **argv)
{
	static const char *const names[COUNT_OF(plans)] = {"base",      "rules",    "people",
							   "decisions", "calendar", "cuts-sim"};
	bool again = argc == 3 && strcmp(argv[1], "--replay") == 0;
	uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
	int64_t asked = argc > 2 ? strtoll(argv[2], NULL, 10) : 0, total = 0;
	uint64_t count = argc > 3 ? strtoull(argv[3], NULL, 10) : argc > 1 ? 1 : SEEDS;
	struct arena *arena = arena_new();
	struct played sum = {0};
	int ret = 0;

	atexit(sim_at_exit);
	for (size_t k = 0; k < COUNT_OF(plans); k++) {
		char path[64];

		snprintf(path, sizeof(path), "tests/scenario/plans/%s.yaml", names[k]);
		plans[k][0] = test_plan_read_file(path, arena);
		snprintf(path, sizeof(path), "tests/scenario/plans/%s-v2.yaml", names[k]);
		plans[k][1] = test_plan_read_file(path, arena);
	}
	if (again) {
		ret = replay(argv[2]);
	} else {
		for (uint64_t k = 0; k < count; k++) {
			int64_t seconds = asked > 0                            ? asked
					  : (seed + k) % PLANS == PLAN_OF_CUTS ? CUT_SECONDS
									       : SECONDS;

			sim_play(seed + k, seconds, seconds + CALM, NULL, &sum);
			total += seconds;
		}
		printf("sim: %llu seeds from %llu, %lld seconds in all, %zu entries: all held; %zu "
		       "clocks "
		       "counted through flapping, %zu seeds had services one failure away, %zu "
		       "times another plan was adopted; %zu outages, %zu beginnings and %zu ends "
		       "were as measured\n",
		       (unsigned long long)count, (unsigned long long)seed, (long long)total,
		       sum.entries, sum.flapped, sum.exposed, sum.adopted, sum.outages_compared,
		       sum.beginnings_compared, sum.ends_compared);
	}
	arena_free(arena);
	return ret;
}
