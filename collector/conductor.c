#include "collector/conductor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/api.h"
#include "collector/collector.h"
#include "collector/current_drill.h"
#include "collector/real_day.h"
#include "collector/turn.h"
#include "play/scenario.h"

enum {
	TURN_MS = 1000,
	LAST_WORDS_S = 60, /* for telling everybody that it is over */
	QUIET_S =
		600 /* without an `end` line: so long after the last one, unless all is well before */
};

enum verb { VERB_SET, VERB_CUT, VERB_UNCUT, VERB_END };
static const struct scenario_verb verbs[] = {
	{"set", "CHECK ok|critical|blind|lost [AGENT]", VERB_SET},
	{"cut", "AGENT", VERB_CUT},
	{"uncut", "AGENT", VERB_UNCUT},
	{"end", "", VERB_END},
	{NULL, NULL, 0},
};

/* What a vantage is made to see, and when it looks next. */
struct sight {
	enum health health;
	enum outcome outcome;
	struct wall_time due;
};

struct conductor {
	struct collector *c;
	uv_timer_t timer;
	struct arena *arena;
	struct scenario scenario;
	size_t next; /* line to be played */
	struct real_day *real;
	int current; /* of the real collector: this is the drill that is being played; -1: not yet */
	struct sight *sights; /* per vantage of `plan` */
	bool *cut; /* per agent */
	const struct plan *plan;
	struct wall_time began, last_line, ended;
	bool has_ended;
	enum conductor_end how;
	void (*over)(void *user, enum conductor_end how);
	void *user;
};

static const char *const end_words[] = {"done", "stopped", "pre-empted"};

static struct wall_time now_of(const struct conductor *k)
{
	return clock_now(&k->c->clock);
}

static void tell(struct conductor *k, struct input *in)
{
	struct err_info info;

	in->now = now_of(k);
	if (core_input(k->c->core, in, NULL, &info) != ERR_OK)
		log_event(LOG_ERROR, "journal.append-failed", "text=%s", log_quote(info.text));
}

/* --- the agents ------------------------------------------------------------------------------------ */

/* Phases are spread, as those of real agents are. */
static void begin_sights(struct conductor *k)
{
	const struct plan *p = k->plan;

	k->sights = mem_calloc(p->vantage_count, sizeof(*k->sights));
	k->cut = mem_calloc(p->agent_count, sizeof(*k->cut));
	for (uint32_t i = 0; i < p->vantage_count; i++) {
		int64_t interval = p->checks[p->vantages[i].check].interval_us;

		k->sights[i] = (struct sight){HEALTH_OK, OUTCOME_OK,
					      wall_add_us(now_of(k), interval * (i % 16) / 16)};
	}
}

static void sample(struct conductor *k, uint32_t vantage)
{
	const struct plan_check *check = &k->plan->checks[k->plan->vantages[vantage].check];
	struct sight *s = &k->sights[vantage];
	struct input in = {.kind = INPUT_SAMPLE, .now = now_of(k)};

	in.u.sample = (struct sample){.vantage = vantage,
				      .t = in.now,
				      .arrived = in.now,
				      .outcome = s->outcome,
				      .health = s->health};
	s->due = wall_add_us(in.now, s->health == HEALTH_OK ? check->interval_us
							    : check->retry_interval_us);
	if (engine_observe(core_engine(k->c->core), &in.u.sample))
		tell(k, &in);
}

static void run_agents(struct conductor *k)
{
	struct wall_time now = now_of(k);

	for (uint32_t a = 0; a < k->plan->agent_count; a++) {
		struct input in = {.kind = INPUT_CONTACT, .u.contact = {a}};

		if (!k->cut[a] && engine_contact(core_engine(k->c->core), a, now))
			tell(k, &in);
	}
	for (uint32_t i = 0; i < k->plan->vantage_count; i++) {
		if (!k->cut[k->plan->vantages[i].agent] && k->sights[i].due.us <= now.us)
			sample(k, i);
	}
}

/* --- the scenario ---------------------------------------------------------------------------------- */

static bool sight_of(const char *word, struct sight *ret)
{
	static const struct {
		const char *word;
		enum health health;
		enum outcome outcome;
	} sights[] = {
		{"ok", HEALTH_OK, OUTCOME_OK},
		{"critical", HEALTH_CRITICAL, OUTCOME_CONNECT_REFUSED},
		{"lost", HEALTH_CRITICAL, OUTCOME_ANSWER_NONE},
		{"blind", HEALTH_BLIND, OUTCOME_RIGHT_MISSING},
	};

	for (size_t i = 0; i < COUNT_OF(sights); i++) {
		if (strcmp(sights[i].word, word) == 0) {
			ret->health = sights[i].health;
			ret->outcome = sights[i].outcome;
			return true;
		}
	}
	return false;
}

/* The ids of a line under the plan. */
struct named {
	uint32_t check, agent;
};

static enum err name(const char *file, const struct plan *p, const struct scenario_line *l,
		     struct named *ret, struct err_info *info)
{
	bool is_set = l->verb != NULL && l->verb->code == VERB_SET;
	const char *agent = NULL;

	*ret = (struct named){PLAN_NONE, PLAN_NONE};
	if (l->verb == NULL || l->verb->code == VERB_END)
		return ERR_OK;
	if (is_set) {
		ret->check = plan_find_check(p, slice_of(l->words[0]));
		agent = l->count > 2 ? l->words[2] : NULL;
		if (ret->check == PLAN_NONE)
			return err_fail(info, ERR_SYNTAX, "%s:%u:%u: the plan has no check '%s'",
					file, l->line, l->columns[1], l->words[0]);
	} else {
		agent = l->words[0];
	}
	if (agent == NULL)
		return ERR_OK;
	ret->agent = plan_find_agent(p, slice_of(agent));
	if (ret->agent == PLAN_NONE ||
	    (is_set && plan_find_vantage(p, ret->check, ret->agent) == PLAN_NONE))
		return err_fail(info, ERR_SYNTAX, "%s:%u: the plan has no agent '%s'%s", file,
				l->line, agent, is_set ? " for this check" : "");
	return ERR_OK;
}

static void see(struct conductor *k, const struct scenario_line *l, const struct named *n)
{
	const struct plan_check *check = &k->plan->checks[n->check];
	struct sight s = {0};

	if (!sight_of(l->words[1], &s))
		return;
	for (uint32_t i = 0; i < check->vantage_count; i++) {
		struct sight *at = &k->sights[check->vantage_first + i];

		if (n->agent != PLAN_NONE &&
		    k->plan->vantages[check->vantage_first + i].agent != n->agent)
			continue;
		at->health = s.health;
		at->outcome = s.outcome;
	}
}

static void play_line(struct conductor *k, const struct scenario_line *l)
{
	struct input in = {.kind = INPUT_DRILL};
	struct err_info info;
	struct named n;

	k->last_line = now_of(k);
	if (l->verb == NULL || name(k->scenario.file, k->plan, l, &n, &info) != ERR_OK)
		return;
	if (l->verb->code == VERB_END) {
		conductor_end(k, CONDUCTOR_DONE, "the scenario's end");
		return;
	}
	in.u.drill.what = DRILL_FAULT;
	in.u.drill.check = n.check;
	in.u.drill.agent = n.agent;
	in.u.drill.word = l->verb->code == VERB_SET ? l->words[1] : l->verb->name;
	in.u.drill.text = "";
	tell(k, &in); /* on record before it is seen */
	if (l->verb->code == VERB_SET)
		see(k, l, &n);
	else
		k->cut[n.agent] = l->verb->code == VERB_CUT;
}

/* Nothing fails any more and everybody has heard it. */
static bool is_all_well(const struct conductor *k)
{
	const struct engine *e = core_engine(k->c->core);

	for (uint32_t i = 0; i < k->plan->vantage_count; i++) {
		if (k->sights[i].health != HEALTH_OK)
			return false;
	}
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		if (v.open && !wall_is_known(v.restored))
			return false;
	}
	return view_owed_up(e) == 0;
}

static void play(struct conductor *k)
{
	int64_t since = wall_diff_us(now_of(k), k->began);

	while (!k->has_ended && k->next < k->scenario.count &&
	       (!k->scenario.lines[k->next].has_at || k->scenario.lines[k->next].at_us <= since))
		play_line(k, &k->scenario.lines[k->next++]);
	if (k->has_ended || k->next < k->scenario.count)
		return;
	if (is_all_well(k))
		conductor_end(k, CONDUCTOR_DONE, "all is well again");
	else if (wall_diff_us(now_of(k), k->last_line) >= QUIET_S * US_PER_S)
		conductor_end(k, CONDUCTOR_DONE, "ten minutes after the last line");
}

static void on_timer(uv_timer_t *t)
{
	struct conductor *k = t->data;
	struct err_info info = {0};
	const struct engine *e = core_engine(k->c->core);

	if (!k->has_ended && real_day_has_incident(k->real, &info))
		conductor_end(k, CONDUCTOR_PRE_EMPTED, info.text);
	if (!k->has_ended)
		play(k);
	run_agents(k);
	collector_end_turn_soon(k->c);
	if (!k->has_ended || k->over == NULL)
		return;
	if (view_owed_up(e) == 0 || wall_diff_us(now_of(k), k->ended) >= LAST_WORDS_S * US_PER_S) {
		uv_timer_stop(t);
		k->over(k->user, k->how);
	}
}

/* --- life ------------------------------------------------------------------------------------------ */

void conductor_end(struct conductor *k, enum conductor_end how, const char *why)
{
	struct input in = {.kind = INPUT_DRILL};

	if (k->has_ended)
		return;
	k->has_ended = true;
	k->ended = now_of(k);
	k->how = how;
	in.u.drill.what = DRILL_ENDS;
	in.u.drill.word = end_words[how];
	in.u.drill.text = why;
	tell(k, &in);
	log_event(LOG_NOTICE, "drill.ended", "how=%s why=%s", end_words[how], log_quote(why));
	collector_end_turn_soon(k->c);
}

void conductor_on_over(struct conductor *k, void (*over)(void *user, enum conductor_end how),
		       void *user)
{
	k->over = over;
	k->user = user;
}

static enum err read_scenario(const char *path, const struct plan *p, struct arena *arena,
			      struct scenario *ret, struct err_info *info)
{
	enum err e = scenario_read(path, verbs, arena, ret, info);

	for (size_t i = 0; e == ERR_OK && i < ret->count; i++) {
		struct named n;

		e = name(ret->file, p, &ret->lines[i], &n, info);
	}
	if (e == ERR_OK && ret->count == 0)
		return err_fail(info, ERR_SYNTAX, "%s: nothing happens in this scenario", path);
	return e;
}

static enum err open_real_day(const struct drill_config *d, struct real_day **ret,
			      struct err_info *info)
{
	enum err e = real_day_open(d->real_data, ret, info);

	return e == ERR_OK && real_day_has_incident(*ret, info) ? ERR_BUSY : e;
}

enum err conductor_check(const struct drill_config *d, const struct plan *p, struct err_info *info)
{
	struct arena *arena = arena_new();
	struct real_day *real = NULL;
	struct scenario scenario;
	enum err e = read_scenario(d->scenario, p, arena, &scenario, info);

	if (e == ERR_OK)
		e = open_real_day(d, &real, info);
	if (e == ERR_OK)
		e = current_drill_check(d->real_data, info);
	real_day_close(real);
	arena_free(arena);
	return e;
}

static void begin(struct conductor *k)
{
	struct input in = {.kind = INPUT_DRILL};

	in.u.drill.what = DRILL_BEGINS;
	in.u.drill.check = in.u.drill.agent = PLAN_NONE;
	in.u.drill.word = "";
	in.u.drill.text = k->scenario.promise;
	k->began = k->last_line = now_of(k);
	begin_sights(k);
	tell(k, &in);
	log_event(LOG_NOTICE, "drill.started", "scenario=%s checks=%u", k->scenario.file,
		  k->plan->check_count);
	uv_timer_start(&k->timer, on_timer, 0, TURN_MS);
}

enum err conductor_start(struct collector *c, struct conductor **ret, struct err_info *info)
{
	struct conductor *k = mem_calloc(1, sizeof(*k));
	enum err e;

	*ret = NULL;
	k->c = c;
	k->current = -1;
	k->arena = arena_new();
	k->plan = view_plan(core_engine(c->core));
	uv_timer_init(c->loop, &k->timer);
	k->timer.data = k;
	e = read_scenario(c->config.drill.scenario, k->plan, k->arena, &k->scenario, info);
	if (e == ERR_OK)
		e = open_real_day(&c->config.drill, &k->real, info);
	if (e == ERR_OK)
		e = current_drill_claim(c->config.drill.real_data, c->config.data, &k->current,
					info);
	if (e != ERR_OK) {
		conductor_free(k);
		return e;
	}
	begin(k);
	*ret = k;
	return ERR_OK;
}

static void on_closed(uv_handle_t *h)
{
	struct conductor *k = h->data;

	real_day_close(k->real);
	arena_free(k->arena);
	free(k->sights);
	free(k->cut);
	free(k);
}

void conductor_free(struct conductor *k)
{
	if (k == NULL)
		return;
	current_drill_release(k->c->config.drill.real_data, k->current);
	uv_close((uv_handle_t *)&k->timer, on_closed);
}
