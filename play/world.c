#include "play/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "play/by_hand.h"
#include "play/crowd.h"
#include "play/probes.h"

enum { SETTLE_MAX_ROUNDS = 1024, TICKS_AT_ONCE_MAX = 64 };

struct play_world *play_new(const struct schema_list *schemas, struct wall_time start)
{
	struct play_world *w = mem_calloc(1, sizeof(*w));

	w->schemas = schemas;
	w->engine = engine_new(&engine_limits_default);
	w->habits = habits_new();
	w->start = w->now = start;
	w->due = WALL_UNKNOWN;
	return w;
}

void play_free(struct play_world *w)
{
	if (w == NULL)
		return;
	engine_free(w->engine);
	record_release(&w->record);
	probes_free(w->probes);
	habits_free(w->habits);
	agenda_release(&w->agenda);
	free(w->effects.items);
	free(w);
}

void play_seed(struct play_world *w, uint64_t seed)
{
	rand_seed(&w->rand, seed);
	w->agenda.rand = &w->rand;
}

void play_teach(struct play_world *w, const struct habits *habits)
{
	habits_free(w->habits);
	w->habits = habits_copy(habits);
}

void play_set_pace(struct play_world *w, enum play_pace pace)
{
	w->pace = pace;
	if (w->probes != NULL) {
		probes_free(w->probes);
		w->probes = probes_new(w, view_plan(w->engine));
	}
}

/* --- a turn ------------------------------------------------------------------------------------------------- */

static void append(struct play_world *w, struct event *ev)
{
	record_append(&w->record, w->engine, ev);
	engine_reserve(w->engine, 1);
	if (ev->kind == EVENT_ACT_ADOPT)
		agenda_adopt(&w->agenda, ev->incident, engine_plan_of(w->engine, ev->incident, 0),
			     view_plan(w->engine));
	engine_apply(w->engine, ev);
	engine_effects(w->engine, ev, &w->effects);
	crowd_see(w, ev);
}

static enum err take_turn(struct play_world *w, struct input *in)
{
	struct input settle = {.kind = INPUT_SETTLE, .now = in->now};
	struct event_list list = {0};
	enum err e = engine_decide(w->engine, in, &list, &w->refusal);
	struct err_info info;
	int rounds = 0;

	if (list.count > 0 && w->probes != NULL)
		probes_wake(w->probes);
	while (list.count > 0 && !play_is_broken(w)) {
		for (size_t i = 0; i < list.count; i++)
			append(w, &list.items[i]);
		event_list_reset(&list);
		if (++rounds > SETTLE_MAX_ROUNDS)
			err_ignore(err_fail(&w->broken, ERR_WRONG_STATE,
					    "the engine does not settle"));
		else
			err_ignore(engine_decide(w->engine, &settle, &list, &info));
	}
	event_list_release(&list);
	return e;
}

static void tell(struct play_world *w, const struct effect *e, enum delivery what)
{
	struct input in = {.kind = INPUT_DELIVERY, .now = w->now};

	in.u.delivery.call = e->id;
	in.u.delivery.what = what;
	in.u.delivery.detail = what == DELIVERY_FAILED    ? "refused"
			       : what == DELIVERY_UNKNOWN ? "lost"
							  : "";
	err_ignore(play_input(w, &in));
	if (what == DELIVERY_RECEIPT)
		crowd_hear(w, e);
}

/* Now, or when the channel has taken its time. */
static void tell_after(struct play_world *w, const struct effect *e, enum delivery what,
		       int64_t after_us)
{
	struct agenda_item item = {.t = wall_add_us(w->now, after_us), .effect = *e, .what = what};

	if (after_us > 0)
		agenda_put(&w->agenda, item);
	else
		tell(w, e, what);
}

static void deliver(struct play_world *w, const struct effect *e)
{
	const struct plan *p = engine_plan_of(w->engine, e->incident, 0);
	const struct channel_habit *h = habits_of_channel(w->habits, p->channels[e->channel].id);
	int64_t after = h->after_us;

	switch (h->how) {
	case PLAY_OK:
		tell(w, e, DELIVERY_SENT);
		if (p->channels[e->channel].by_hand) /* people say what came of it */
			by_hand_hear(w, e);
		else
			tell_after(w, e, DELIVERY_RECEIPT, after);
		break;
	case PLAY_NO_RECEIPT:
		tell(w, e, DELIVERY_SENT);
		break;
	case PLAY_FAILS:
		tell_after(w, e, DELIVERY_FAILED, after);
		break;
	case PLAY_UNKNOWN:
		tell_after(w, e, DELIVERY_UNKNOWN, after);
		break;
	case PLAY_SILENT:
		break;
	}
}

enum err play_input(struct play_world *w, struct input *in)
{
	enum err e;

	if (play_is_broken(w))
		return err_fail(&w->refusal, ERR_WRONG_STATE, "%s", w->broken.text);
	if (w->probes != NULL)
		probes_catch_up(w);
	e = take_turn(w, in);
	w->due = WALL_UNKNOWN;
	if (w->draining)
		return e;
	w->draining = true;
	while (w->delivered < w->effects.count && !play_is_broken(w)) {
		struct effect effect = w->effects.items[w->delivered++];

		deliver(w, &effect);
	}
	w->effects.count = w->delivered = 0;
	w->draining = false;
	return e;
}

void play_apply_plan(struct play_world *w, const struct plan *p)
{
	struct input in = {.kind = INPUT_PLAN, .now = w->now};

	if (w->probes != NULL)
		probes_catch_up(w);
	probes_free(w->probes);
	w->probes = probes_new(w, p);
	in.u.plan.plan = p;
	err_ignore(play_input(w, &in));
}

/* --- time --------------------------------------------------------------------------------------------------- */

/* Samples only move a deadline on, so that the newest answer holds until its moment or until an input. */
static struct wall_time next_deadline(struct play_world *w)
{
	if (w->due.us <= w->now.us)
		w->due = engine_next_deadline(w->engine);
	return w->due;
}

/* A tick at every deadline that has come; samples that were left out may have moved it. */
static void tick_while_due(struct play_world *w)
{
	int ticks = 0;

	while (!play_is_broken(w) && next_deadline(w).us <= w->now.us) {
		struct input in = {.kind = INPUT_TICK, .now = w->now};

		probes_catch_up(w);
		if (next_deadline(w).us > w->now.us)
			return;
		if (++ticks > TICKS_AT_ONCE_MAX)
			err_ignore(err_fail(&w->broken, ERR_WRONG_STATE,
					    "a deadline of the past stays: whoever waits for it "
					    "spins"));
		else
			err_ignore(play_input(w, &in));
	}
}

static void run_agenda(struct play_world *w)
{
	struct agenda_item item;

	while (!play_is_broken(w) && agenda_take(&w->agenda, w->now, &item)) {
		if (item.is_act)
			crowd_act(w, &item);
		else
			tell(w, &item.effect, item.what);
	}
}

void play_until(struct play_world *w, struct wall_time until)
{
	if (w->off || w->probes == NULL)
		w->now = wall_max(w->now, until);
	while (w->now.us < until.us && !play_is_broken(w)) {
		struct wall_time due = wall_min(next_deadline(w), agenda_next(&w->agenda));

		w->now = wall_max(w->now,
				  wall_min(until, wall_min(probes_next(w->probes, w->now), due)));
		probes_run(w);
		run_agenda(w);
		tick_while_due(w);
	}
}

/* --- what happens ------------------------------------------------------------------------------------------- */

void play_set(struct play_world *w, uint32_t vantage, struct play_source source)
{
	probes_catch_up(w);
	probes_set(w->probes, vantage, source);
}

void play_set_value(struct play_world *w, uint32_t vantage, uint32_t value, int64_t micro)
{
	probes_catch_up(w);
	probes_set_value(w->probes, vantage, value, micro);
}

void play_cut(struct play_world *w, uint32_t agent, bool cut)
{
	probes_catch_up(w);
	probes_cut(w->probes, agent, cut);
}

void play_late(struct play_world *w, uint32_t vantage, bool ok, int64_t ago_us)
{
	const struct plan *p = view_plan(w->engine);
	struct input in = {.kind = INPUT_SAMPLE, .now = w->now};

	probes_catch_up(w);
	in.u.sample = (struct sample){
		.vantage = vantage,
		.t = wall_add_us(w->now, -ago_us),
		.arrived = w->now,
		.backlog = ago_us > p->checks[p->vantages[vantage].check].fresh_within_us,
		.health = ok ? HEALTH_OK : HEALTH_CRITICAL,
		.outcome = ok ? OUTCOME_OK : OUTCOME_CONNECT_REFUSED};
	probes_fill_values(w, &in.u.sample);
	if (engine_observe(w->engine, &in.u.sample))
		err_ignore(play_input(w, &in));
}

void play_heard(struct play_world *w, const struct heard_note *note)
{
	struct input in = {.kind = INPUT_HEARD, .now = w->now};

	probes_catch_up(w);
	in.u.heard = *note;
	if (engine_hear(w->engine, note->vantage, w->now))
		err_ignore(play_input(w, &in));
	w->due = WALL_UNKNOWN;
}

void play_off(struct play_world *w)
{
	if (w->probes != NULL)
		probes_catch_up(w);
	agenda_drop_messages(&w->agenda);
	w->off = true;
}

void play_restart(struct play_world *w)
{
	struct input in = {.kind = INPUT_START, .now = w->now};
	struct effect_list pending = {0};
	struct engine *e;

	if (w->probes != NULL && !w->off)
		probes_catch_up(w);
	e = record_replay(&w->record, w->schemas, &w->broken);
	if (e == NULL)
		return;
	engine_free(w->engine);
	w->engine = e;
	w->off = false;
	if (w->probes != NULL) {
		probes_wake(w->probes);
		probes_recall(w->probes, e);
	}
	in.u.start.id = "restart";
	in.u.start.version = "test";
	err_ignore(play_input(w, &in));
	engine_pending(w->engine, &pending);
	for (size_t i = 0; i < pending.count; i++) {
		struct input unknown = {.kind = INPUT_DELIVERY, .now = w->now};

		unknown.u.delivery.call = pending.items[i].id;
		unknown.u.delivery.what = DELIVERY_UNKNOWN;
		unknown.u.delivery.detail = "restart";
		err_ignore(play_input(w, &unknown));
	}
	free(pending.items);
}

bool play_replays(const struct play_world *w, struct err_info *info)
{
	struct engine *again = record_replay(&w->record, w->schemas, info);
	bool same = again != NULL && engine_digest(again) == engine_digest(w->engine);

	if (again != NULL && !same)
		err_ignore(err_fail(info, ERR_CORRUPT, "replay gives another digest"));
	engine_free(again);
	return same;
}
