/* What is done to the engine: trouble, people, messages, restarts. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"
#include "journal/body.h"

/* --- what happens ------------------------------------------------------------------------------------------- */

static void trouble(struct sim *s)
{
	static const enum health healths[] = {HEALTH_OK,       HEALTH_OK,       HEALTH_OK,
					      HEALTH_CRITICAL, HEALTH_CRITICAL, HEALTH_WARNING,
					      HEALTH_BLIND};

	s->world->health[sim_below(s, sim_plan(s)->vantage_count)] =
		healths[sim_below(s, COUNT_OF(healths))];
}

/* Some trouble comes and goes, often enough to be flapping or just not. */
static void flap_begins(struct sim *s)
{
	if (s->second < s->flaps_until)
		return;
	s->flapping = sim_below(s, sim_plan(s)->vantage_count);
	s->flaps_every = 3 + sim_below(s, 12);
	s->flaps_until = s->second + 20 + sim_below(s, 120);
}

static void flap(struct sim *s)
{
	if (s->second < s->flaps_until && s->flapping < sim_plan(s)->vantage_count &&
	    s->second % s->flaps_every == 0)
		s->world->health[s->flapping] = s->world->health[s->flapping] == HEALTH_CRITICAL
							? HEALTH_OK
							: HEALTH_CRITICAL;
}

/* What else an act takes: mostly what makes sense, sometimes what does not. */
static void give_args(struct sim *s, const struct plan *p, struct input *in)
{
	static const char *const answers[] = {"done", "done", "yes", "no", "skip", "open"};
	struct act_args *a = &in->u.act.args;

	a->given = ACT_HAS(ENTRY) | ACT_HAS(N) | ACT_HAS(WHAT);
	a->n = 1 + sim_below(s, 6);
	snprintf(a->what, sizeof(a->what), "%s", answers[sim_below(s, COUNT_OF(answers))]);
	for (size_t k = s->world->count, tries = sim_below(s, 4); k-- > 0;) {
		const struct event *ev = &s->world->events[k].ev;

		if (ev->recorded_by == PLAN_NONE || ev->kind == EVENT_ACT_REFUSED ||
		    ev->incident != in->u.act.incident ||
		    (ev->recorded_by == ev->person && !sim_chance(s, 6)))
			continue;
		a->entry = k + 1;
		if (tries-- == 0)
			break;
	}
	if (!sim_chance(s, 4)) {
		a->given |= ACT_HAS(SERVICE);
		a->service = sim_below(s, p->service_count);
	}
}

/* The seats decide in any order, but mostly those who may. */
static uint32_t who_acts(struct sim *s, const struct plan *p, enum act act)
{
	uint32_t level = act == ACT_AUTHORIZE || act == ACT_RATIFY                     ? 1
			 : act == ACT_DECLARE || act == ACT_CONVENE || act == ACT_WAIT ? 2
										       : 0;
	uint32_t seat = sim_below(s, p->seat_count);

	if (level == 0 || sim_chance(s, 4))
		return sim_below(s, p->person_count);
	while (p->seats[seat].level != level)
		seat = sim_below(s, p->seat_count);
	return sim_chance(s, 2) || p->seats[seat].suplente == PLAN_NONE ? p->seats[seat].titular
									: p->seats[seat].suplente;
}

/* Windows and silences of anything, signatures, orders: right ones, and some that are refused. */
static void give_words(struct sim *s, struct input *in)
{
	static const char *const orders[] = {"suspend", "wait", "resume", "parar"};
	struct act_args *a = &in->u.act.args;
	const struct plan *now = sim_plan(s);

	if (in->u.act.act == ACT_ORDER) {
		snprintf(a->what, sizeof(a->what), "%s", orders[sim_below(s, 4)]);
		a->given = ACT_HAS(WHAT);
	} else if (in->u.act.act == ACT_WINDOW || in->u.act.act == ACT_SILENCE) {
		unsigned kind = sim_below(s, 3);

		a->given = ACT_HAS(UNTIL) | (kind == 0   ? ACT_HAS(SERVICE)
					     : kind == 1 ? ACT_HAS(COMPONENT)
							 : ACT_HAS(CHECK));
		a->service = sim_below(s, now->service_count);
		a->component = sim_below(s, now->component_count);
		a->check = sim_below(s, now->check_count);
		a->until = wall_add_us(s->world->now, (int64_t)(1 + sim_below(s, 200)) * US_PER_S);
	} else if (in->u.act.act == ACT_SIGN || in->u.act.act == ACT_UNSILENCE) {
		size_t n = view_silence_count(s->world->engine);
		struct view_silence v = {0};

		if (n > 0)
			view_silence(s->world->engine, sim_below(s, (uint32_t)n), &v);
		a->entry = v.id;
		a->given = ACT_HAS(ENTRY);
	}
	if (act_row(in->u.act.act)->place != ACT_PLACE_WORLD)
		return;
	in->u.act.incident = 0; /* people of the present plan */
	in->u.act.proof = PROOF_OPERATOR_TOKEN;
	in->u.act.person = sim_below(s, now->person_count);
	in->u.act.recorded_by = PLAN_NONE;
}

/* Now and then somebody of the field confirms what stands. */
static void a_post_confirms(struct sim *s)
{
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct view_incident i;

	if (n == 0)
		return;
	view_incident(s->world->engine, sim_below(s, (uint32_t)n), &i);
	if (i.plan->post_count == 0 || i.order_count == 0)
		return;
	in.u.act.incident = i.id;
	in.u.act.act = ACT_CONFIRM_ORDER;
	in.u.act.person = i.plan->posts[sim_below(s, i.plan->post_count)].persons[0];
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	(void)world_input(s->world, &in);
}

/* Whatever an act of reports and papers may take, sensible or not. */
static void give_any_args(struct sim *s, const struct plan *p, struct input *in)
{
	static const char *const words[] = {"begin",       "done",        "verified",
					    "technical",   "operational", "activity",
					    "improvement", "purchase",    "withdrawn"};
	struct act_args *a = &in->u.act.args;
	size_t n = view_incident_count(s->world->engine);
	struct view_incident other;

	snprintf(a->what, sizeof(a->what), "%s", words[sim_below(s, COUNT_OF(words))]);
	view_incident(s->world->engine, sim_below(s, (uint32_t)n), &other);
	a->n = (int64_t)other.id;
	a->entry = s->world->count > 0 ? 1 + sim_below(s, (uint32_t)s->world->count) : 1;
	a->other = sim_below(s, p->person_count);
	a->service = sim_below(s, p->service_count);
	a->until = wall_add_us(s->world->now, (int64_t)(1 + sim_below(s, 600)) * US_PER_S);
	a->at = wall_add_us(s->world->now, -(int64_t)sim_below(s, 200) * US_PER_S);
	a->given = act_row(in->u.act.act)->taken & ~ACT_HAS(NOTE);
	if (sim_chance(s, 2))
		a->given &= ~(ACT_HAS(AT) | ACT_HAS(SERVICE) | ACT_HAS(ENTRY));
}

/* A citizen calls: it may be true or not, of a process or of nothing that is measured. */
static void somebody_reports(struct sim *s)
{
	static const char *const whats[] = {"storm", "theft", "service-unavailable"};
	const struct plan *p = sim_plan(s);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct act_args *a = &in.u.act.args;

	in.u.act.act = ACT_REPORT;
	in.u.act.person = sim_below(s, p->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.proof = PROOF_OPERATOR_TOKEN;
	in.u.act.note = "";
	a->given = ACT_HAS(WHAT) | ACT_HAS(AT) | (sim_chance(s, 2) ? ACT_HAS(SERVICE) : 0);
	snprintf(a->what, sizeof(a->what), "%s", whats[sim_below(s, COUNT_OF(whats))]);
	a->service = sim_below(s, p->service_count);
	a->at = wall_add_us(s->world->now, -(int64_t)sim_below(s, 300) * US_PER_S);
	if (world_input(s->world, &in) != ERR_OK)
		sim_broken(s, "a report is refused");
}

static void acts(struct sim *s, enum act act)
{
	const struct plan *p;
	struct view_incident i;
	size_t n = view_incident_count(s->world->engine);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};

	if (n == 0)
		return;
	view_incident(s->world->engine, sim_below(s, (uint32_t)n), &i);
	p = i.plan;
	in.u.act.incident = i.id;
	in.u.act.act = act;
	in.u.act.person = who_acts(s, p, act);
	in.u.act.recorded_by = sim_chance(s, 2) ? PLAN_NONE : sim_below(s, p->person_count);
	in.u.act.proof = sim_chance(s, 2)   ? PROOF_OPERATOR_TOKEN
			 : sim_chance(s, 2) ? PROOF_VOICE
					    : PROOF_PAPER;
	if (act >= ACT_RESUME && act <= ACT_FINAL_REPORT)
		give_any_args(s, p, &in);
	else
		give_args(s, p, &in);
	in.u.act.note = sim_chance(s, 3) ? "" : "visto";
	give_words(s, &in);
	(void)world_input(s->world, &in); /* a refusal is an answer as well */
}

static void somebody_comes_or_goes(struct sim *s)
{
	const struct plan *p = sim_plan(s);
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};

	in.u.act.act = sim_chance(s, 2) ? ACT_BACK : ACT_LEAVE;
	in.u.act.person = sim_below(s, p->person_count);
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.note = "";
	if (in.u.act.act == ACT_LEAVE && !sim_chance(s, 3)) {
		in.u.act.args.other = sim_below(s, p->person_count);
		in.u.act.args.given |= ACT_HAS(OTHER);
	}
	if (in.u.act.act == ACT_LEAVE && sim_chance(s, 2)) {
		in.u.act.args.until = wall_add_us(s->world->now, sim_below(s, 200) * US_PER_S);
		in.u.act.args.given |= ACT_HAS(UNTIL);
	}
	(void)world_input(s->world, &in);
}

/* The desk makes one of its calls. */
static void desk_calls(struct sim *s)
{
	static const char *const results[] = {"taken",     "taken", "answered", "no-answer",
					      "left-word", "ack",   "attend",   "pass"};
	struct input in = {.kind = INPUT_ACT, .now = s->world->now};
	struct view_incident i;
	struct view_call c;
	uint64_t tasks[8];
	size_t n = view_tasks(s->world->engine, tasks, COUNT_OF(tasks));

	if (n == 0)
		return;
	in.u.act.args.entry = tasks[sim_below(s, (uint32_t)(n < 8 ? n : 8))];
	if (!view_find_call(s->world->engine, in.u.act.args.entry, &i, &c))
		sim_broken(s, "a task is of no call");
	in.u.act.args.given = ACT_HAS(ENTRY) | ACT_HAS(WHAT);
	snprintf(in.u.act.args.what, sizeof(in.u.act.args.what), "%s",
		 results[sim_below(s, COUNT_OF(results))]);
	in.u.act.incident = i.id;
	in.u.act.act = ACT_CALL_RESULT;
	in.u.act.person = c.person;
	in.u.act.recorded_by = sim_below(s, i.plan->person_count);
	in.u.act.note = "";
	(void)world_input(s->world, &in);
}

static void somebody_acts(struct sim *s)
{
	enum act act = (enum act)sim_below(s, ACT_COUNT);

	while (act == ACT_LEAVE || act == ACT_BACK || act == ACT_REPORT || act == ACT_ADOPT)
		act = (enum act)sim_below(
			s, ACT_COUNT); /* somebody_comes_or_goes, _reports, _adopts */
	acts(s, act == ACT_FALSE_ALARM && !sim_chance(s, 8) ? ACT_ENTERADO : act);
}

/* A crisis group at work: what they decide, in whatever order. */
static void somebody_decides(struct sim *s)
{
	static const enum act few[] = {ACT_AUTHORIZE, ACT_AUTHORIZE, ACT_DECLARE, ACT_DECLARE,
				       ACT_CONVENE,   ACT_WAIT,      ACT_RATIFY,  ACT_CONFIRM,
				       ACT_DISPUTE,   ACT_CHECK,     ACT_CHECK,   ACT_CHECK};

	acts(s, few[sim_below(s, COUNT_OF(few))]);
}

static void delivery_changes(struct sim *s)
{
	static const enum world_delivery ways[] = {WORLD_OK, WORLD_OK, WORLD_FAILS, WORLD_SILENT,
						   WORLD_NO_RECEIPT};

	s->world->delivery = ways[sim_below(s, COUNT_OF(ways))];
	s->world->channel = sim_chance(s, 2) ? NULL : sim_chance(s, 2) ? "uno" : "dos";
}

static void world_restarts(struct sim *s)
{
	s->restarted = s->second;
	world_restart(s->world);
	heard_again(s);
	press_disturb(&s->press, s->second);
}

static void another_plan(struct sim *s)
{
	look_at_measured(s);
	s->plan = !s->plan;
	world_apply_plan(s->world, s->plans[s->plan]);
	s->plan_second = s->second;
	heard_under_another_plan(s);
	press_disturb(&s->press, s->second);
}

/* What the network tells once more, too late, or of a call that is over. */
static void stray_receipt(struct sim *s)
{
	static const enum delivery whats[] = {DELIVERY_SENT, DELIVERY_RECEIPT, DELIVERY_RECEIPT,
					      DELIVERY_FAILED, DELIVERY_UNKNOWN};
	size_t n = view_incident_count(s->world->engine);
	struct view_incident i;
	struct view_call c;

	if (n == 0)
		return;
	view_incident(s->world->engine, sim_below(s, (uint32_t)n), &i);
	if (i.call_count == 0)
		return;
	view_call(s->world->engine, i.id, sim_below(s, (uint32_t)i.call_count), &c);
	(void)world_deliver(s->world, c.id, whats[sim_below(s, COUNT_OF(whats))]);
}

/* The power fails after any entry of the last ones: what is on disk begins anew, and all that follows holds. */
static void power_cut(struct sim *s)
{
	struct engine_world *w = mem_calloc(1, sizeof(*w));
	const struct engine_world *was = s->world;
	size_t kept = was->count - sim_below(s, was->count > 40 ? 40 : (uint32_t)was->count);

	chain_survives(s, kept);
	for (size_t k = 0; k < kept; k++) {
		w->events = mem_grow(w->events, w->count, &w->cap, sizeof(*w->events));
		w->events[w->count++] =
			(struct world_event){was->events[k].ev, mem_strdup(was->events[k].body)};
	}
	w->now = was->now;
	w->engine = engine_new(&engine_limits_default);
	world_restart(w);
	w->health = mem_calloc(view_plan(w->engine)->vantage_count, sizeof(*w->health));
	w->cut = mem_calloc(view_plan(w->engine)->agent_count, sizeof(*w->cut));
	w->value = mem_calloc(view_plan(w->engine)->vantage_count, sizeof(*w->value));
	for (uint32_t k = 0; k < view_plan(w->engine)->vantage_count; k++)
		w->value[k] = MICRO_NONE;
	world_until(w, world_ms(w->now) + (int64_t)(1 + sim_below(s, 30)) * 1000);
	if (engine_next_deadline(w->engine).us <= w->now.us)
		sim_broken(s, "a deadline of the past after a power cut");
	for (uint32_t k = 0; k < view_plan(w->engine)->service_count; k++) {
		struct view_service v;

		view_service(w->engine, k, w->now, &v);
		if (v.clock.running && v.clock.breach_at.us <= w->now.us && !v.clock.breached)
			sim_broken(s, "a breach goes unannounced after a power cut");
	}
	world_close(w); /* and its own journal gives the same digest */
}

/* The wall clock jumps; it is recorded, and what counts is moved by nothing. */
static void clock_steps(struct sim *s)
{
	struct input in = {.kind = INPUT_CLOCK_STEP, .now = s->world->now};

	in.u.clock.step_us = ((int64_t)sim_below(s, 7200) - 3600) * US_PER_S;
	(void)world_input(s->world, &in);
}

static const struct {
	const char *word;
	uint32_t in; /* comes once in so many seconds */
	bool decisive; /* only where people decide all the time */
	void (*inject)(struct sim *s);
} injections[] = {
	{"trouble", 25, false, trouble},
	{"flapping", 150, false, flap_begins},
	{"cut-or-mend", 120, false, heard_cut_or_mend},
	{"act", 30, false, somebody_acts},
	{"post-confirms", 20, false, a_post_confirms},
	{"comes-or-goes", 60, false, somebody_comes_or_goes},
	{"desk-calls", 15, false, desk_calls},
	{"decides", 6, true, somebody_decides},
	{"reports", 150, false, somebody_reports},
	{"delivery", 90, false, delivery_changes},
	{"receipt", 40, false, stray_receipt},
	{"clock-step", 700, false, clock_steps},
	{"power-cut", 400, false, power_cut},
	{"restart", 300, false, world_restarts},
	{"plan", 500, false, another_plan},
	{"adopts", 20, false, somebody_adopts},
};

static bool is_listed(const struct injection_list *list, int64_t second, unsigned kind)
{
	for (size_t k = 0; k < list->count; k++) {
		if (list->items[k].second == second && list->items[k].kind == kind)
			return true;
	}
	return false;
}

void sim_one_second(struct sim *s)
{
	for (unsigned k = 0; k < COUNT_OF(injections); k++) {
		bool comes;

		rand_seed(&s->rand, (s->seed * 1000003 + (uint64_t)s->second) * 31 + k);
		comes = sim_chance(s, injections[k].in) && (s->decisive || !injections[k].decisive);
		if (s->only != NULL)
			comes = is_listed(s->only, s->second, k);
		if (!comes)
			continue;
		s->done.items = mem_grow(s->done.items, s->done.count, &s->done.cap,
					 sizeof(*s->done.items));
		s->done.items[s->done.count++] = (struct injection){s->second, k};
		injections[k].inject(s);
	}
	rand_seed(&s->rand, s->seed * 1000003 + (uint64_t)s->second); /* whatever was left out */
	heard_each_second(s);
	flap(s);
}

unsigned injection_of(const char *word)
{
	for (unsigned k = 0; k < COUNT_OF(injections); k++) {
		if (strcmp(injections[k].word, word) == 0)
			return k;
	}
	fprintf(stderr, "sim: there is no injection '%s'\n", word);
	exit(2);
}

const char *injection_word(unsigned kind)
{
	return injections[kind].word;
}
