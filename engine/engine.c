/* The engine's outside: inputs to rules, events to state, state to digest. */
#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/adopt.h"
#include "engine/engine_state.h"

const struct engine_limits engine_limits_default = {.incidents_open = 200,
						    .calls_per_incident = 20000};

struct engine *engine_new(const struct engine_limits *limits)
{
	struct engine *e = mem_calloc(1, sizeof(*e));

	assert(limits->incidents_open > 0);
	e->limits = *limits;
	e->started = e->seen = e->calendar_from = WALL_UNKNOWN;
	e->jornada = PLAN_NONE;
	return e;
}

static void free_arrays(struct engine *e)
{
	free(e->vantages);
	free(e->soft);
	free(e->components);
	free(e->services);
	free(e->agents);
	free(e->flaps);
	exposure_forget_design(e);
	cuts_free(e->cuts, e->plan);
	free(e->rpo);
	heard_free(&e->heard, e->plan != NULL ? e->plan->component_count : 0);
}

void engine_free(struct engine *e)
{
	if (e == NULL)
		return;
	for (size_t i = 0; i < e->incident_count; i++)
		incident_free(e->incidents[i]);
	free(e->incidents);
	free(e->silences);
	free(e->notices);
	free_arrays(e);
	free(e->absences);
	for (size_t i = 0; i < e->plan_count; i++)
		plan_free((struct plan *)(uintptr_t)e->plans[i]);
	free(e->plans);
	free(e);
}

void engine_reserve(struct engine *e, size_t count)
{
	while (e->incident_cap < e->incident_count + count)
		e->incidents = mem_grow(e->incidents, e->incident_cap, &e->incident_cap,
					sizeof(*e->incidents));
	while (e->notice_cap < e->notice_count + count)
		e->notices =
			mem_grow(e->notices, e->notice_cap, &e->notice_cap, sizeof(*e->notices));
	while (e->silence_cap < e->silence_count + count)
		e->silences = mem_grow(e->silences, e->silence_cap, &e->silence_cap,
				       sizeof(*e->silences));
	for (size_t k = 0; k < e->incident_count; k++) {
		struct incident *i = e->incidents[k];

		while (i->order_cap < i->order_count + 1)
			i->orders = mem_grow(i->orders, i->order_cap, &i->order_cap,
					     sizeof(*i->orders));
		while (i->call_cap < i->call_count + count)
			i->calls = mem_grow(i->calls, i->call_cap, &i->call_cap, sizeof(*i->calls));
		while (i->deed_cap < i->deed_count + count)
			i->deeds = mem_grow(i->deeds, i->deed_cap, &i->deed_cap, sizeof(*i->deeds));
	}
}

/* --- decide -------------------------------------------------------------------------------------- */

/* One layer at a time: what depends on an earlier event of the same moment waits for the next call. */
static void settle(const struct turn *t)
{
	static void (*const layers[])(const struct turn *) = {
		drill_decide,        calendar_decide,        report_decide,
		flap_decide,         component_decide,       cuts_decide,
		rpo_decide,          service_decide,         past_place,
		cause_decide,        past_decide_incidents,  adopt_decide,
		incident_decide,     cause_decide_incidents, absence_decide,
		impact_decide,       heard_decide,           silence_decide,
		gate_decide,         ratify_decide,          confirm_decide,
		checklist_decide,    calendar_decide_calls,  calltree_decide,
		report_calls_decide, deadline_decide,        silence_decide_calls,
		orders_decide,       exposure_decide};

	for (size_t i = 0; i < COUNT_OF(layers); i++) {
		layers[i](t);
		if (t->out->count > 0)
			return;
	}
}

/* A sample that is neither better nor worse may tell of a cut, or of a copy. */
static void decide_values(const struct turn *t, const struct sample *s)
{
	cuts_decide_late(t, s);
	if (t->out->count == 0)
		cuts_decide(t);
	if (t->out->count == 0)
		rpo_decide(t);
}

static void decide_plain(const struct turn *t, const struct input *in)
{
	struct event *ev;

	switch ((int)in->kind) {
	case INPUT_CONTACT:
		if (!t->e->agents[in->u.contact.agent].silent)
			return;
		ev = turn_add(t, EVENT_AGENT_BACK, t->now);
		ev->agent = in->u.contact.agent;
		ev->began = t->e->agents[ev->agent].silent_since;
		break;
	case INPUT_GAP:
		ev = turn_add(t, EVENT_AGENT_GAP, t->now);
		ev->agent = in->u.gap.agent;
		ev->seq_from = in->u.gap.from;
		ev->seq_to = in->u.gap.to;
		snprintf(ev->text, sizeof(ev->text), "%.64s %.256s", in->u.gap.boot,
			 in->u.gap.reason);
		break;
	case INPUT_PLAN:
		turn_add(t, EVENT_PLAN_APPLIED, t->now)->plan = in->u.plan.plan;
		break;
	case INPUT_START:
		event_set_text(turn_add(t, EVENT_COLLECTOR_STARTED, t->now), in->u.start.id);
		break;
	case INPUT_STOP:
		event_set_text(turn_add(t, EVENT_COLLECTOR_STOPPED, t->now), in->u.start.id);
		break;
	case INPUT_CLOCK_STEP:
		turn_add(t, EVENT_CLOCK_STEPPED, t->now)->number = in->u.clock.step_us;
		break;
	case INPUT_ACCESS:
		event_set_text(turn_add(t, EVENT_ACCESS_CHANGED,
					in->u.access.at.us != 0 ? in->u.access.at : t->now),
			       in->u.access.text);
		break;
	case INPUT_DRILL:
		drill_decide_input(t, in);
		break;
	case INPUT_HEARD:
		heard_decide_input(t, in);
		break;
	case INPUT_SKIPPED:
		event_set_text(turn_add(t, EVENT_INPUT_SKIPPED, t->now), in->u.skipped.text);
		break;
	default:
		break;
	}
}

enum err engine_decide(const struct engine *e, const struct input *in, struct event_list *ret,
		       struct err_info *info)
{
	struct turn t = {e, in->now, ret};

	/* Before the first plan only a plan and a start make sense. */
	if (e->plan == NULL && in->kind == INPUT_ACT)
		return err_fail(info, ERR_NOT_FOUND, "no plan is in force yet");
	if (e->plan == NULL && in->kind != INPUT_PLAN && in->kind != INPUT_START)
		return ERR_OK;
	switch (in->kind) {
	case INPUT_TICK:
		vantage_decide_tick(&t);
		if (ret->count == 0)
			heard_decide_tick(&t);
		if (ret->count == 0)
			settle(&t);
		return ERR_OK;
	case INPUT_SETTLE:
		settle(&t);
		return ERR_OK;
	case INPUT_SAMPLE:
		vantage_decide_sample(&t, &in->u.sample);
		if (ret->count == 0 && cause_wants(e, in->u.sample.vantage))
			cause_decide(&t);
		if (ret->count == 0 && component_wants(e, in->u.sample.vantage))
			component_decide(&t);
		if (ret->count == 0)
			decide_values(&t, &in->u.sample);
		return ERR_OK;
	case INPUT_DELIVERY:
		calltree_decide_delivery(&t, in);
		return ERR_OK;
	case INPUT_ACT:
		return act_decide(&t, in, info);
	case INPUT_CONTACT:
	case INPUT_GAP:
	case INPUT_HEARD:
	case INPUT_PLAN:
	case INPUT_START:
	case INPUT_STOP:
	case INPUT_CLOCK_STEP:
	case INPUT_ACCESS:
	case INPUT_DRILL:
	case INPUT_SKIPPED:
		decide_plain(&t, in);
		return ERR_OK;
	}
	return ERR_OK;
}

/* --- apply: a new plan --------------------------------------------------------------------------- */

static void carry_vantages(const struct engine *e, const struct plan *p,
			   struct vantage_state *states, struct vantage_soft *soft)
{
	for (uint32_t i = 0; e->plan != NULL && i < p->vantage_count; i++) {
		uint32_t check =
			plan_find_check(e->plan, slice_of(p->checks[p->vantages[i].check].id));
		uint32_t agent =
			plan_find_agent(e->plan, slice_of(p->agents[p->vantages[i].agent].id));
		uint32_t old;

		if (check == PLAN_NONE || agent == PLAN_NONE ||
		    !schema_is_same(e->plan->checks[check].schema,
				    p->checks[p->vantages[i].check].schema))
			continue;
		old = plan_find_vantage(e->plan, check, agent);
		if (old == PLAN_NONE)
			continue;
		states[i] = e->vantages[old];
		soft[i] = e->soft[old];
		soft[i].last.vantage = i;
	}
}

static void carry_others(const struct engine *e, const struct plan *p,
			 struct component_now *components, struct service_now *services,
			 struct agent_now *agents, struct rpo_now *rpo)
{
	for (uint32_t i = 0; i < p->component_count; i++) {
		uint32_t old = plan_find_component(e->plan, slice_of(p->components[i].id));

		if (old != PLAN_NONE)
			components[i] = e->components[old];
	}
	for (uint32_t i = 0; i < p->service_count; i++) {
		uint32_t old = plan_find_service(e->plan, slice_of(p->services[i].id));

		if (old == PLAN_NONE)
			continue;
		services[i] = e->services[old];
		rpo_carry(e, old, p, i, &rpo[i]);
		exposure_carry(&services[i].exposure, e->plan, p);
	}
	for (uint32_t i = 0; i < p->agent_count; i++) {
		uint32_t old = plan_find_agent(e->plan, slice_of(p->agents[i].id));

		if (old == PLAN_NONE)
			continue;
		agents[i] = e->agents[old];
		if (agents[i].cause_component != PLAN_NONE)
			agents[i].cause_component = plan_find_component(
				p, slice_of(e->plan->components[agents[i].cause_component].id));
	}
}

void plans_drop_unused(struct engine *e)
{
	size_t kept = 0;

	for (size_t k = 0; k < e->plan_count; k++) {
		bool used = e->plans[k] == e->plan;

		for (size_t i = 0; i < e->incident_count && !used; i++)
			used = e->incidents[i]->plan == e->plans[k];
		if (used)
			e->plans[kept++] = e->plans[k];
		else
			plan_free((struct plan *)(uintptr_t)e->plans[k]);
	}
	e->plan_count = kept;
}

/* The service under the new plan. One that an earlier plan had dropped and this one knows again goes on where its clock stands. */
static void take_back(struct engine *e, const struct incident *i, struct incident_service *s)
{
	uint64_t *incident;

	s->current = plan_find_service(e->plan, slice_of(i->plan->services[s->service].id));
	if (s->current == PLAN_NONE || i->kind == INCIDENT_KIND_PAST ||
	    (!s->running && !s->starting))
		return;
	incident = &e->services[s->current].incident;
	if (*incident == 0)
		*incident = i->id;
}

static void apply_plan(struct engine *e, const struct plan *p, struct wall_time now)
{
	struct vantage_state *states = mem_calloc(p->vantage_count, sizeof(*states));
	struct vantage_soft *soft = mem_calloc(p->vantage_count, sizeof(*soft));
	struct component_now *components = mem_calloc(p->component_count, sizeof(*components));
	struct service_now *services = mem_calloc(p->service_count, sizeof(*services));
	struct agent_now *agents = mem_calloc(p->agent_count, sizeof(*agents));
	const struct plan *old;
	struct check_flap *flaps = flap_carry(e, p);
	struct cuts_now *cuts = cuts_carry(e, p, now);
	struct rpo_now *rpo = mem_calloc(p->service_count, sizeof(*rpo));
	struct heard heard = heard_carry(e, p);

	for (uint32_t i = 0; i < p->vantage_count; i++) {
		states[i].began = states[i].not_before = states[i].good = states[i].since =
			states[i].judged = WALL_UNKNOWN;
		soft[i].first_bad = soft[i].first_good = soft[i].last_good = WALL_UNKNOWN;
		soft[i].first_critical = soft[i].first_served = soft[i].last_served = WALL_UNKNOWN;
		soft[i].late_first = soft[i].late_last = soft[i].late_good = WALL_UNKNOWN;
		soft[i].past_seen = soft[i].past_last_bad = soft[i].past_end = WALL_UNKNOWN;
		soft[i].past_good = soft[i].past_first_good = soft[i].last_critical = WALL_UNKNOWN;
		soft[i].fresh.since = soft[i].fresh.over = soft[i].recalled = WALL_UNKNOWN;
		soft[i].fresh_from = now;
	}
	for (uint32_t i = 0; i < p->component_count; i++)
		components[i].began = components[i].not_before = components[i].good =
			components[i].since = WALL_UNKNOWN;
	for (uint32_t i = 0; i < p->service_count; i++)
		services[i].began = services[i].not_before = services[i].good = services[i].since =
			rpo[i].copy = rpo[i].since = rpo[i].told = WALL_UNKNOWN;
	for (uint32_t i = 0; i < p->agent_count; i++) {
		agents[i].contact_from = now;
		agents[i].back = WALL_UNKNOWN;
		cause_reset(&agents[i]);
	}
	if (e->plan != NULL) {
		incident_forget_closed(e, now);
		carry_vantages(e, p, states, soft);
		carry_others(e, p, components, services, agents, rpo);
		absence_carry(e, p);
	}
	free_arrays(e);
	old = e->plan;
	e->vantages = states;
	e->soft = soft;
	e->components = components;
	e->services = services;
	e->agents = agents;
	e->flaps = flaps;
	e->cuts = cuts;
	e->rpo = rpo;
	e->heard = heard;
	e->plan = p;
	calendar_rekey(e, now);
	silence_rekey(e);
	notices_rekey(e, old);
	exposure_design(e);
	flap_count(e);
	cause_count_silent(e);
	past_count_unplaced(e);
	e->plans = mem_grow(e->plans, e->plan_count, &e->plan_cap, sizeof(*e->plans));
	e->plans[e->plan_count++] = p;
	for (size_t i = 0; i < e->incident_count; i++) {
		struct incident *in = e->incidents[i];

		for (size_t k = 0; k < in->service_count; k++)
			take_back(e, in, &in->services[k]);
	}
	plans_drop_unused(e);
}

/* A start: nobody is blind or silent before one freshness deadline has passed. */
static void apply_start(struct engine *e, struct wall_time now)
{
	e->started = now;
	for (uint32_t i = 0; e->plan != NULL && i < e->plan->vantage_count; i++)
		e->soft[i].fresh_from = wall_max(e->soft[i].fresh_from, now);
	for (uint32_t i = 0; e->plan != NULL && i < e->plan->agent_count; i++)
		e->agents[i].contact_from = wall_max(e->agents[i].contact_from, now);
}

static void apply_agent(struct engine *e, const struct event *ev)
{
	struct agent_now *a = &e->agents[ev->agent];

	a->silent = ev->kind == EVENT_AGENT_SILENT;
	a->silent_since = ev->recorded;
	if (!a->silent)
		a->contact_from = ev->recorded;
	cause_reset(a);
	cause_count_silent(e);
}

/* Plan, start and agents: the world around the decisions. */
static void world_apply(struct engine *e, const struct event *ev)
{
	if (ev->kind == EVENT_PLAN_APPLIED)
		apply_plan(e, ev->plan, ev->recorded);
	else if (ev->kind == EVENT_COLLECTOR_STARTED)
		apply_start(e, ev->recorded);
	else if (ev->kind == EVENT_AGENT_CAUSE || ev->kind == EVENT_INCIDENT_CAUSE)
		cause_apply(e, ev);
	else
		apply_agent(e, ev);
}

static void none_apply(struct engine *e, const struct event *ev)
{
	(void)e; /* a fact that changes no state of ours */
	(void)ev;
}

void engine_apply(struct engine *e, const struct event *ev)
{
	static void (*const folds[])(struct engine *, const struct event *) = {
#define X(sym, word, layer) layer##_apply,
		EVENT_KINDS(X)
#undef X
	};

	assert(ev->seq > e->last_seq);
	assert(ev->kind < EVENT_KIND_COUNT);
	e->last_seq = ev->seq;
	e->seen = wall_max(e->seen, ev->recorded);
	folds[ev->kind](e, ev);
}

struct wall_time engine_next_deadline(const struct engine *e)
{
	struct wall_time d;

	if (e->plan == NULL)
		return WALL_NEVER;
	d = wall_min(vantage_deadline(e), incident_deadline(e));
	d = wall_min(d, wall_min(calendar_deadline(e), calendar_calls_deadline(e)));
	d = wall_min(d, wall_min(silence_deadline(e), orders_deadline(e)));
	d = wall_min(d, wall_min(flap_deadline(e), component_deadline(e)));
	d = wall_min(d, absence_deadline(e));
	d = wall_min(d, wall_min(ratify_deadline(e), confirm_deadline(e)));
	d = wall_min(d, checklist_deadline(e));
	d = wall_min(d, wall_min(report_calls_deadline(e), deadline_next(e)));
	d = wall_min(d, wall_min(cuts_deadline(e), rpo_deadline(e)));
	d = wall_min(d, heard_deadline(e));
	return wall_min(d, calltree_deadline(e));
}

/* --- plans of events ------------------------------------------------------------------------------ */

const struct plan *engine_plan_of(const struct engine *e, uint64_t incident, uint64_t call)
{
	struct incident *i = NULL;

	if (incident != 0)
		i = incident_find(e, incident);
	else if (call != 0)
		calltree_find(e, call, &i);
	return i != NULL ? i->plan : e->plan;
}

void engine_encode(const struct engine *e, const struct event *ev, struct buf *body)
{
	event_encode(ev, engine_plan_of(e, ev->incident, ev->call), body);
}

enum err engine_decode(const struct engine *e, uint64_t seq, struct slice kind, int version,
		       struct wall_time at, struct wall_time recorded, struct slice body,
		       struct event *ret, struct slice *ret_plan_json, struct err_info *info)
{
	uint64_t incident, call;

	event_peek_scope(body, &incident, &call);
	return event_decode(seq, kind, version, at, recorded, body,
			    engine_plan_of(e, incident, call), ret, ret_plan_json, info);
}

/* --- effects ------------------------------------------------------------------------------------- */

/* `i` NULL: a call of no incident. */
static struct effect effect_of(const struct engine *e, const struct incident *i,
			       const struct call *c)
{
	uint32_t jornada;

	return (struct effect){.id = c->id,
			       .incident = i != NULL ? i->id : 0,
			       .folio = i != NULL ? i->folio : 0,
			       .about = c->about,
			       .kind = c->kind,
			       .seat = c->seat,
			       .person = c->person,
			       .contact = c->contact,
			       .channel = c->channel,
			       .service = c->service,
			       .stands_for = c->stands_for,
			       .maybe_duplicate = c->maybe_duplicate,
			       .drill =
				       i != NULL ? i->drill : calendar_is_drill(e, c->at, &jornada),
			       .at = c->at};
}

static void add_effect(struct effect_list *l, struct effect effect)
{
	l->items = mem_grow(l->items, l->count, &l->cap, sizeof(*l->items));
	l->items[l->count++] = effect;
}

void engine_effects(const struct engine *e, const struct event *ev, struct effect_list *ret)
{
	struct incident *i = NULL;
	const struct call *c = NULL;

	if (ev->kind == EVENT_CALL_INTENT)
		c = calltree_find(e, ev->seq, &i);
	else if (ev->kind == EVENT_CALL_UNKNOWN)
		c = calltree_find(e, ev->call, &i);
	/* What was stopped in the same turn need not leave any more. */
	if (c != NULL && (c->state == CALL_STATE_PENDING || c->state == CALL_STATE_UNKNOWN))
		add_effect(ret, effect_of(e, i, c));
}

static void add_pending(const struct engine *e, const struct incident *i, const struct call *c,
			struct effect_list *ret)
{
	struct effect effect = effect_of(e, i, c);

	if (c->state != CALL_STATE_PENDING && c->state != CALL_STATE_UNKNOWN)
		return;
	effect.maybe_duplicate = true;
	add_effect(ret, effect);
}

void engine_pending(const struct engine *e, struct effect_list *ret)
{
	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t n = 0; n < i->call_count; n++)
			add_pending(e, i, &i->calls[n], ret);
	}
	for (size_t n = 0; n < e->notice_count; n++)
		add_pending(e, NULL, &e->notices[n], ret);
}

/* --- digest: FNV-1a over what is journalled -------------------------------------------------------- */

struct fnv {
	uint64_t h;
};

static void mix(struct fnv *f, uint64_t v)
{
	for (int i = 0; i < 8; i++) {
		f->h = (f->h ^ (v & 0xFF)) * UINT64_C(1099511628211);
		v >>= 8;
	}
}

static void mix_outages(struct fnv *f, const struct outage_list *l)
{
	mix(f, (uint64_t)l->floor.us);
	for (uint32_t i = 0; i < l->count; i++) {
		mix(f, (uint64_t)l->items[i].began.us);
		mix(f, (uint64_t)l->items[i].until.us);
		mix(f, (uint64_t)(l->items[i].estimated | l->items[i].is_open << 1));
	}
}

static void mix_flap(struct fnv *f, const struct check_flap *c)
{
	mix(f, (uint64_t)(c->failed | c->flapping << 1) | (uint64_t)c->failures << 2);
	mix(f, (uint64_t)c->turned.us);
	for (uint32_t i = 0; i < c->last_count; i++)
		mix(f, (uint64_t)c->last[i].at.us);
}

static void mix_exposure(struct fnv *f, const struct exposure *x)
{
	mix(f, (uint64_t)(x->exposed | x->unseen << 1) | (uint64_t)x->count << 2);
	mix(f, x->exposed ? (uint64_t)x->since.us : 0);
	for (uint32_t i = 0; i < x->listed; i++)
		mix(f, x->next[i]);
}

static void mix_words(struct fnv *f, const struct incident *i)
{
	const struct report_run *w = &i->word;
	const struct entry_book *r = &i->record;

	mix(f, w->total);
	for (size_t k = 0; k < w->count; k++)
		mix(f, w->items[k].seq ^ (uint64_t)w->items[k].at.us ^
			       (uint64_t)w->items[k].service << 40);
	mix(f, (uint64_t)(w->operational | w->is_complete << 1 | w->unanswered << 2));
	mix(f, w->called << 8 | (uint64_t)w->why << 4 | w->rung);
	mix(f, (uint64_t)w->repeat_at.us * w->unanswered);
	mix(f, w->merged_into);
	mix(f, w->works);
	mix(f, (uint64_t)w->return_began.us ^ (uint64_t)w->return_done.us << 1);
	for (size_t k = 0; k < r->count; k++) {
		const struct book_entry *x = &r->items[k];

		mix(f, x->seq ^ (uint64_t)x->owner << 32);
		mix(f, (uint64_t)x->due.us ^ x->told);
		mix(f, (uint64_t)(x->superseded | x->done << 1 | x->verified << 2) |
			       (uint64_t)x->what << 4 | (uint64_t)x->done_by << 8);
	}
	mix(f, (uint64_t)(r->is_owed | r->handed_in << 1 | r->dropped << 2));
	mix(f, (uint64_t)r->report_due.us ^ r->report_told);
}

static void mix_incident(struct fnv *f, const struct incident *i)
{
	mix(f, i->id);
	mix(f, i->folio);
	mix(f, (uint64_t)i->state << 32 | (uint64_t)i->kind);
	mix(f, i->episode);
	mix(f, i->round);
	mix(f, (uint64_t)i->repeat_at.us * i->exhausted);
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		mix(f, s->service);
		mix(f, (uint64_t)s->began.us);
		mix(f, (uint64_t)s->restored.us);
		mix(f, (uint64_t)s->breach_at.us);
		mix(f, (uint64_t)(s->running | s->starting << 1 | s->breached << 2 |
				  s->estimated << 3 | s->flapping << 4 | s->by_word << 5));
		for (uint32_t n = 0; n < s->period_count; n++)
			mix(f, (uint64_t)s->periods[n].began.us);
		mix(f, s->silenced);
		mix(f, s->works);
		for (size_t n = 0; n < s->step_count; n++)
			mix(f, (uint64_t)(s->steps[n].fired | s->steps[n].done << 1) << 32 |
				       s->steps[n].round);
	}
	for (size_t k = 0; k < i->call_count; k++) {
		mix(f, i->calls[k].id);
		mix(f, (uint64_t)i->calls[k].state << 32 | i->calls[k].person);
		mix(f, (uint64_t)i->calls[k].told | (uint64_t)i->calls[k].link_used << 1 |
			       i->calls[k].about << 2);
		mix(f, (uint64_t)i->calls[k].taken_by << 32 | i->calls[k].also_count);
	}
	mix(f, (uint64_t)i->drill | i->promoted << 1);
	mix(f, i->adopted);
	mix(f, i->jornada);
	for (size_t k = 0; k < i->order_count; k++) {
		const struct order *o = &i->orders[k];

		mix(f, o->id);
		mix(f, (uint64_t)o->kind | (uint64_t)o->complete << 8 | (uint64_t)o->missed << 9 |
			       (uint64_t)o->drill << 10);
		for (size_t w = 0; w < PLAN_POST_WORDS; w++)
			mix(f, o->posts.bits[w] ^ o->confirmed.bits[w] << 1);
	}
	for (size_t k = 0; k < i->site_count; k++)
		mix(f, i->sites[k]);
	mix(f, i->impact_services);
	for (size_t k = 0; k < i->handover_count; k++)
		mix(f, (uint64_t)i->handovers[k].at.us ^ i->handovers[k].seat);
	mix(f, i->queued_count);
	mix_words(f, i);
	for (size_t k = 0; k < i->cause_count; k++)
		mix(f, (uint64_t)i->causes[k].agent << 8 | (uint64_t)i->causes[k].cause);
	for (size_t k = 0; k < i->ack_count; k++)
		mix(f, (uint64_t)i->acks[k].expires.us ^ (uint64_t)i->acks[k].expired);
	mix(f, gate_digest(i));
	mix(f, ratify_digest(i));
	mix(f, confirm_digest(i));
	mix(f, checklist_digest(i));
}

static void mix_silence(struct fnv *f, const struct silence *s)
{
	mix(f, s->id);
	mix(f, (uint64_t)s->scope.kind << 32 | s->scope.index);
	mix(f, (uint64_t)s->owner << 32 | s->signer);
	mix(f, (uint64_t)s->from.us);
	mix(f, (uint64_t)s->until.us ^ (uint64_t)s->stop.us);
	mix(f, (uint64_t)(s->needs_signature | s->needs_coordinator << 1 | s->began << 2 |
			  s->warned << 3 | s->ended << 4 | s->early << 5));
	mix(f, s->failed_count);
}

static void mix_calendar(struct fnv *f, const struct engine *e)
{
	mix(f, e->jornada);
	mix(f, (uint64_t)e->calendar_from.us);
	for (size_t i = 0; i < e->silence_count; i++)
		mix_silence(f, &e->silences[i]);
	for (size_t i = 0; i < e->notice_count; i++) {
		mix(f, e->notices[i].id);
		mix(f, (uint64_t)e->notices[i].state << 32 | e->notices[i].person);
	}
}

static void mix_cuts(struct fnv *f, const struct cuts_now *c, uint32_t source_count)
{
	mix(f, (uint64_t)c->state << 32 | (uint64_t)c->effect);
	mix(f, (uint64_t)c->number << 32 | c->missing_run);
	mix(f, (uint64_t)c->last_missing << 32 | c->first_judged);
	mix(f, c->published);
	mix(f, c->missing);
	mix(f, c->unseen);
	mix(f, c->late);
	mix(f, c->blind);
	mix(f, (uint64_t)c->began.us);
	mix(f, (uint64_t)c->good.us);
	mix(f, (uint64_t)c->hour_next);
	for (int i = 0; i < CUT_HOURS_KEPT; i++) {
		mix(f, (uint64_t)c->hours[i].hour);
		mix(f, (uint64_t)c->hours[i].published << 32 | c->hours[i].unseen);
		mix(f, (uint64_t)c->hours[i].told << 2 | (uint64_t)c->hours[i].is_closed << 1 |
			       (uint64_t)c->hours[i].is_unreachable);
	}
	for (uint32_t i = 0; i < source_count; i++) {
		mix(f, c->sources[i].shown);
		mix(f, c->sources[i].seen);
		mix(f, (uint64_t)c->sources[i].since.us);
		mix(f, (uint64_t)c->sources[i].late_at.us);
	}
}

uint64_t engine_digest(const struct engine *e)
{
	struct fnv f = {UINT64_C(14695981039346656037)};

	mix(&f, e->last_seq);
	mix(&f, (uint64_t)(e->drill.running | e->drill.over << 1));
	if (e->plan == NULL)
		return f.h;
	for (uint32_t i = 0; i < e->plan->vantage_count; i++) {
		const struct vantage_state *v = &e->vantages[i];

		mix(&f, (uint64_t)v->state << 1 | v->suspect);
		mix(&f, (uint64_t)v->began.us);
		mix(&f, (uint64_t)v->good.us);
		mix(&f, (uint64_t)v->judged.us);
		mix(&f, (uint64_t)v->past.state);
		if (v->past.state != PAST_CLEARED) {
			mix(&f, (uint64_t)v->past.began.us);
			mix(&f, (uint64_t)v->past.seen.us);
			mix(&f, (uint64_t)v->past.served.us);
		}
		mix_outages(&f, &v->outages);
	}
	for (uint32_t i = 0; i < e->plan->component_count; i++)
		mix(&f, (uint64_t)e->components[i].state ^ (uint64_t)e->components[i].began.us);
	for (uint32_t i = 0; i < e->plan->service_count; i++) {
		mix(&f, (uint64_t)e->services[i].state ^ e->services[i].incident << 8);
		mix(&f, e->services[i].found.is_open);
		mix_outages(&f, &e->services[i].outages);
		mix_exposure(&f, &e->services[i].exposure);
		mix(&f, (uint64_t)e->rpo[i].state << 2 | (uint64_t)e->rpo[i].estimated << 1 |
				e->services[i].by_cuts);
		mix(&f, (uint64_t)e->rpo[i].copy.us);
	}
	for (uint32_t i = 0; i < e->plan->check_count; i++)
		mix_flap(&f, &e->flaps[i]);
	for (uint32_t i = 0; i < e->plan->cuts_count; i++)
		mix_cuts(&f, &e->cuts[i], e->plan->cuts[i].source_count);
	for (uint32_t i = 0; i < e->plan->agent_count; i++)
		mix(&f, (uint64_t)e->agents[i].silent | (uint64_t)e->agents[i].cause << 1);
	for (size_t i = 0; i < e->absence_count; i++) {
		mix(&f, (uint64_t)e->absences[i].person << 32 | e->absences[i].other);
		mix(&f, e->absences[i].seq ^ (uint64_t)e->absences[i].until.us);
	}
	for (size_t i = 0; i < e->incident_count; i++)
		mix_incident(&f, e->incidents[i]);
	mix_calendar(&f, e);
	mix(&f, heard_digest(e));
	return f.h;
}
