#include "play/probes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"

enum { PACE_US = 1000000 };

struct vantage_probe {
	struct play_source source;
	int64_t *values; /* in the order of the schema; NULL = its samples carry none */
	uint32_t agent;
	bool hot; /* its newest sample mattered: the next may as well */
	uint64_t epoch; /* of its newest sample: steady while nothing has changed since */
	struct wall_time last; /* its newest sample */
	struct wall_time next; /* while steady */
	int64_t every_us, retry_us; /* while steady; as planned: while well, while not */
};
struct probes {
	struct vantage_probe *vantages;
	bool *cut; /* per agent: it is not heard */
	uint32_t vantage_count, agent_count;
	struct wall_time start;
	enum play_pace pace;
	struct wall_time next; /* of all steady ones, at the earliest */
	struct wall_time caught; /* steady ones have been brought up to this second */
	uint32_t running; /* the vantage whose turn it is, vantage_count = none */
	uint64_t epoch; /* counts what has changed */
	bool awake, any_hot, catching;
};

struct probes *probes_new(struct play_world *w, const struct plan *p)
{
	struct probes *f = mem_calloc(1, sizeof(*f));

	f->vantages = mem_calloc(p->vantage_count, sizeof(*f->vantages));
	f->cut = mem_calloc(p->agent_count, sizeof(*f->cut));
	f->vantage_count = p->vantage_count;
	f->agent_count = p->agent_count;
	f->running = p->vantage_count;
	f->start = w->start;
	f->pace = w->pace;
	f->next = WALL_UNKNOWN;
	f->caught = w->now; /* the plan is not the engine's yet */
	probes_wake(f);
	for (uint32_t v = 0; v < p->vantage_count; v++) {
		const struct plan_check *c = &p->checks[p->vantages[v].check];
		int64_t every = c->interval_us;
		bool planned = f->pace == PLAY_AS_PLANNED;

		if (!planned)
			every = every > PACE_US ? every - every % PACE_US : PACE_US;

		f->vantages[v] = (struct vantage_probe){
			.source = {HEALTH_OK, OUTCOME_OK},
			.agent = p->vantages[v].agent,
			.last = WALL_UNKNOWN,
			.next = planned && w->agenda.rand != NULL
					? wall_add_us(w->now, (int64_t)rand_below(w->agenda.rand,
										  (uint64_t)every))
					: w->now,
			.every_us = every,
			.retry_us = c->retry_interval_us > 0 ? c->retry_interval_us : every};
	}
	return f;
}

void probes_free(struct probes *f)
{
	if (f == NULL)
		return;
	for (uint32_t v = 0; v < f->vantage_count; v++)
		free(f->vantages[v].values);
	free(f->vantages);
	free(f->cut);
	free(f);
}

void probes_set(struct probes *f, uint32_t vantage, struct play_source source)
{
	f->vantages[vantage].source = source;
	probes_wake(f);
}

void probes_set_value(struct probes *f, uint32_t vantage, uint32_t value, int64_t micro)
{
	struct vantage_probe *v = &f->vantages[vantage];

	if (v->values == NULL) {
		v->values = mem_calloc(SCHEMA_VALUES_MAX, sizeof(*v->values));
		for (int i = 0; i < SCHEMA_VALUES_MAX; i++)
			v->values[i] = MICRO_NONE;
	}
	v->values[value] = micro;
	probes_wake(f);
}

void probes_fill_values(const struct play_world *w, struct sample *s)
{
	const struct plan *p = view_plan(w->engine);
	const int64_t *values = w->probes->vantages[s->vantage].values;

	if (values == NULL || (s->health != HEALTH_OK && s->health != HEALTH_WARNING))
		return;
	s->value_count = (uint8_t)p->checks[p->vantages[s->vantage].check].schema->value_count;
	memcpy(s->values, values, s->value_count * sizeof(*values));
}

void probes_cut(struct probes *f, uint32_t agent, bool cut)
{
	f->cut[agent] = cut;
	f->next = WALL_UNKNOWN;
	probes_wake(f);
}

void probes_wake(struct probes *f)
{
	f->epoch++;
	f->awake = true;
}

/* The newest whole second. */
static struct wall_time second_of(const struct probes *f, struct wall_time now)
{
	return wall_add_us(now, -((now.us - f->start.us) % PACE_US));
}

struct wall_time probes_next(const struct probes *f, struct wall_time now)
{
	struct wall_time second = wall_add_us(second_of(f, now), PACE_US);

	if (f->pace == PLAY_AS_PLANNED)
		return wall_max(now, f->next);
	return f->awake || f->any_hot ? second : wall_max(second, f->next);
}

/* True if the engine wants to judge it. */
static bool observe(struct play_world *w, uint32_t vantage, struct wall_time t, struct sample *ret)
{
	struct vantage_probe *v = &w->probes->vantages[vantage];

	*ret = (struct sample){.vantage = vantage,
			       .t = t,
			       .arrived = t,
			       .outcome = v->source.outcome,
			       .health = v->source.health};
	probes_fill_values(w, ret);
	v->last = t;
	return engine_observe(w->engine, ret);
}

static bool draw(struct play_world *w, uint32_t vantage, struct wall_time t)
{
	struct input in = {.kind = INPUT_SAMPLE, .now = w->now};

	if (!observe(w, vantage, t, &in.u.sample))
		return false;
	err_ignore(play_input(w, &in));
	return true;
}

static void contact_all(struct play_world *w, struct wall_time t)
{
	struct probes *f = w->probes;

	for (uint32_t a = 0; a < f->agent_count; a++) {
		struct input in = {.kind = INPUT_CONTACT, .now = w->now};

		if (f->cut[a] || !engine_contact(w->engine, a, t))
			continue;
		in.u.contact.agent = a;
		err_ignore(play_input(w, &in));
	}
}

/* Samples that an agent draws now, and when it draws the next. */
static void run_as_planned(struct play_world *w)
{
	struct probes *f = w->probes;

	if (f->next.us > w->now.us)
		return;
	f->next = WALL_NEVER;
	contact_all(w, w->now);
	for (uint32_t i = 0; i < f->vantage_count; i++) {
		struct vantage_probe *v = &f->vantages[i];

		if (f->cut[v->agent])
			continue;
		if (v->next.us <= w->now.us) {
			(void)draw(w, i, w->now);
			v->next = wall_add_us(w->now, v->source.health == HEALTH_OK ? v->every_us
										    : v->retry_us);
		}
		f->next = wall_min(f->next, v->next);
	}
}

static void run_each_second(struct play_world *w)
{
	struct probes *f = w->probes;
	bool all = f->awake;

	if (second_of(f, w->now).us != w->now.us)
		return;
	f->awake = f->any_hot = false;
	f->next = WALL_NEVER;
	f->running = 0;
	contact_all(w, w->now);
	for (; f->running < f->vantage_count; f->running++) {
		struct vantage_probe *v = &f->vantages[f->running];

		if (f->cut[v->agent])
			continue;
		/* `awake` again: what was just decided may make the rest of this second matter. */
		if (all || f->awake || v->hot || v->next.us <= w->now.us) {
			v->epoch = f->epoch;
			v->hot = draw(w, f->running, w->now);
			v->next = wall_add_us(w->now, v->every_us);
		}
		f->any_hot = f->any_hot || v->hot;
		f->next = wall_min(f->next, v->next);
	}
}

void probes_run(struct play_world *w)
{
	if (w->probes->pace == PLAY_AS_PLANNED)
		run_as_planned(w);
	else
		run_each_second(w);
}

/* Agents are heard between their samples too. */
static void catch_up_contacts(struct play_world *w)
{
	struct probes *f = w->probes;

	if (f->catching || f->caught.us == w->now.us)
		return;
	f->catching = true;
	f->caught = w->now;
	contact_all(w, w->now);
	f->catching = false;
}

static void catch_up_seconds(struct play_world *w)
{
	struct probes *f = w->probes;
	struct wall_time second = second_of(f, w->now);
	bool within = f->running < f->vantage_count;

	if (f->catching || f->awake || (!within && f->caught.us == second.us))
		return;
	f->catching = true;
	if (!within)
		contact_all(w, second);
	for (uint32_t v = 0; v < f->vantage_count; v++) {
		/* In the midst of a second those whose turn has not come yet have sent that of the second before. */
		struct wall_time t =
			within && v >= f->running ? wall_add_us(second, -PACE_US) : second;
		const struct vantage_probe *at = &f->vantages[v];

		if (!f->cut[at->agent] && at->epoch == f->epoch && !at->hot && at->last.us < t.us)
			(void)draw(w, v, t);
	}
	if (!within)
		f->caught = second;
	f->catching = false;
}

void probes_catch_up(struct play_world *w)
{
	if (w->probes->pace == PLAY_AS_PLANNED)
		catch_up_contacts(w);
	else
		catch_up_seconds(w);
}

void probes_recall(const struct probes *f, struct engine *e)
{
	for (uint32_t v = 0; v < f->vantage_count; v++)
		engine_recall(e, v, f->vantages[v].last);
}
