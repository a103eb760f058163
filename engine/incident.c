/* Incidents: services that fail from the same root join one; each carries its RTO clock, which starts at the
 * first bad sample and is moved only by evidence (DESIGN 4). */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"

/* CLOSED before RESTORED: by a person, of a service that the plan has dropped. Acts of people that are disputed also lead back
 * (confirm.c). */
static const uint16_t moves[] = {
#define TO(s) (uint16_t)(1u << INCIDENT_##s)
	[INCIDENT_SUSPECT] = TO(CLOSED) | TO(CONFIRMED) | TO(RESTORED) | TO(FALSE_ALARM),
	[INCIDENT_CONFIRMED] = TO(CLOSED) | TO(ACTIVATION_ASKED) | TO(AUTHORISED) | TO(DECLINED) |
			       TO(RESTORED) | TO(FALSE_ALARM) | TO(DECLARED),
	[INCIDENT_ACTIVATION_ASKED] = TO(CLOSED) | TO(AUTHORISED) | TO(DECLINED) | TO(RESTORED) |
				      TO(FALSE_ALARM) | TO(DECLARED),
	[INCIDENT_AUTHORISED] = TO(CLOSED) | TO(DECLARED) | TO(DECLINED) | TO(RESTORED) |
				TO(FALSE_ALARM) | TO(ACTIVATION_ASKED),
	[INCIDENT_DECLARED] =
		TO(CLOSED) | TO(RESTORED) | TO(DECLINED) | TO(AUTHORISED) | TO(ACTIVATION_ASKED),
	[INCIDENT_DECLINED] = TO(CLOSED) | TO(RESTORED) | TO(FALSE_ALARM) | TO(AUTHORISED) |
			      TO(ACTIVATION_ASKED) | TO(DECLARED),
	[INCIDENT_RESTORED] =
		TO(SUSPECT) | TO(RESUMED) | TO(CLOSED) | TO(CONFIRMED) | TO(FALSE_ALARM),
	[INCIDENT_RESUMED] = TO(CLOSED) | TO(CONFIRMED),
	[INCIDENT_CLOSED] = TO(CONFIRMED),
	[INCIDENT_FALSE_ALARM] = TO(CLOSED),
#undef TO
};
_Static_assert(COUNT_OF(moves) == INCIDENT_STATE_COUNT, "a row per state");

struct incident *incident_find(const struct engine *e, uint64_t id)
{
	for (size_t i = 0; i < e->incident_count; i++) {
		if (e->incidents[i]->id == id)
			return e->incidents[i];
	}
	return NULL;
}

struct incident_service *incident_service_of(const struct incident *i, uint32_t service)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k].service == service)
			return &i->services[k];
	}
	return NULL;
}

bool incident_is_open(const struct incident *i)
{
	return i->state != INCIDENT_CLOSED && i->state != INCIDENT_FALSE_ALARM;
}

bool incident_has_running_clock(const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k].running || i->services[k].starting)
			return true;
	}
	return report_stands(i);
}

void incident_free(struct incident *i)
{
	if (i == NULL)
		return;
	for (size_t k = 0; k < i->service_count; k++)
		free(i->services[k].steps);
	free(i->services);
	free(i->service_indices);
	free(i->sites);
	free(i->calls);
	free(i->deeds);
	checklist_clear(i);
	free(i->checklists);
	free(i->orders);
	report_free(&i->word);
	entries_free(&i->record);
	free(i);
}

/* --- decide -------------------------------------------------------------------------------------- */

static void decide_breach(const struct turn *t, const struct incident *i,
			  const struct incident_service *s)
{
	struct event *ev;

	if (s->breached || s->breach_at.us > t->now.us)
		return;
	ev = turn_add(t, EVENT_CLOCK_BREACHED, s->breach_at);
	ev->until = s->breach_at;
	ev->incident = i->id;
	ev->service = s->service;
}

static void decide_clock(const struct turn *t, const struct incident *i,
			 const struct incident_service *s)
{
	const struct service_now *now = &t->e->services[s->current];
	int64_t rto = i->plan->services[s->service].rto_us;
	struct event *ev;

	if (s->starting) {
		bool blind = now->state == SERVICE_BLIND;

		ev = turn_add(t, EVENT_CLOCK_STARTED,
			      wall_is_known(now->began) ? now->began : now->since);
		ev->began = ev->at;
		ev->not_before = now->not_before;
		ev->number = rto;
		ev->until = wall_add_us(ev->began, rto);
		ev->estimated = blind;
	} else if (now->state == SERVICE_DOWN && wall_is_known(now->began) &&
		   (s->estimated || now->began.us < s->began.us)) {
		ev = turn_add(t, EVENT_CLOCK_CORRECTED, t->now);
		ev->until = s->began;
		ev->began = now->began;
		ev->not_before = now->not_before;
	} else if (!s->flapping && (now->state == SERVICE_OK || now->state == SERVICE_DEGRADED)) {
		struct wall_time restored =
			wall_is_known(now->good) ? wall_max(now->good, s->began) : t->now;

		ev = turn_add(t, EVENT_CLOCK_RESTORED, restored);
		ev->began = restored;
		ev->number = wall_diff_us(restored, s->began);
	} else {
		decide_breach(t, i, s);
		return;
	}
	ev->incident = i->id;
	ev->service = s->service;
}

static void decide_state(const struct turn *t, const struct incident *i, enum incident_state to)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_STATE, t->now);

	assert(moves[i->state] & (1u << to));
	ev->incident = i->id;
	ev->from = (int)i->state;
	ev->to = (int)to;
}

static bool has_decision_asked(const struct incident *i)
{
	for (size_t k = 0; k < i->call_count; k++) {
		if (i->calls[k].kind == CALL_ASK && i->calls[k].round == i->round)
			return true;
	}
	return false;
}

static void decide_progress(const struct turn *t, const struct incident *i)
{
	bool running = false, starting = false;

	for (size_t k = 0; k < i->service_count; k++) {
		running = running || i->services[k].running;
		starting = starting || i->services[k].starting;
	}
	if (starting)
		return;
	if (running && (i->state == INCIDENT_SUSPECT || i->state == INCIDENT_RESTORED ||
			i->state == INCIDENT_RESUMED || i->state == INCIDENT_CLOSED))
		decide_state(t, i, INCIDENT_CONFIRMED);
	else if (running && i->state == INCIDENT_CONFIRMED && has_decision_asked(i))
		decide_state(t, i, INCIDENT_ACTIVATION_ASKED);
	else if (!running && i->kind != INCIDENT_KIND_REPORTED &&
		 (moves[i->state] & (1u << INCIDENT_RESTORED)))
		decide_state(t, i, INCIDENT_RESTORED);
	else if (!running && i->state == INCIDENT_RESTORED && i->kind == INCIDENT_KIND_BLIND &&
		 i->word.total == 0 && calltree_owed_up(i) == 0 && orders_owed(i) == 0)
		decide_state(
			t, i,
			INCIDENT_CLOSED); /* nothing was observed: nobody need resume anything */
}

void incident_decide(const struct turn *t)
{
	const struct engine *e = t->e;

	incident_home_decide(t);
	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		if (i->kind == INCIDENT_KIND_PAST)
			continue; /* past_service.c */
		for (size_t s = 0; s < i->service_count; s++) {
			const struct incident_service *x = &i->services[s];

			if (x->running && (x->current == PLAN_NONE || report_is_word_only(e, x)))
				decide_breach(t, i, x); /* not measured, or not as failing */
			else if (x->current != PLAN_NONE && (x->running || x->starting) &&
				 !flap_decide_clock(t, i, x))
				decide_clock(t, i, x);
		}
		decide_progress(t, i);
	}
}

struct wall_time incident_deadline(const struct engine *e)
{
	struct wall_time d = incident_home_deadline(e);

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t s = 0; s < i->service_count; s++) {
			if (i->services[s].running && !i->services[s].breached)
				d = wall_min(d, i->services[s].breach_at);
		}
	}
	return d;
}

/* --- apply --------------------------------------------------------------------------------------- */

void incident_add_service(struct incident *i, uint32_t service, uint32_t current)
{
	const struct plan_service *ps = &i->plan->services[service];
	struct incident_service *s;

	i->services =
		mem_grow(i->services, i->service_count, &i->service_cap, sizeof(*i->services));
	i->service_indices = mem_grow(i->service_indices, i->service_count, &i->index_cap,
				      sizeof(*i->service_indices));
	i->service_indices[i->service_count] = service;
	s = &i->services[i->service_count++];
	*s = (struct incident_service){.service = service, .current = current, .starting = true};
	s->began = s->not_before = s->breach_at = s->restored = s->over = WALL_UNKNOWN;
	if (i->kind == INCIDENT_KIND_PAST)
		return; /* no steps: nobody is called */
	if (ps->policy != PLAN_NONE) {
		s->step_count = i->plan->policies[ps->policy].step_count;
		s->steps = mem_calloc(s->step_count, sizeof(*s->steps));
	}
}

/* What was found late moves from the service to its incident. */
static void take_found(struct engine *e, struct incident *i, uint32_t service)
{
	struct outage *found = &e->services[service].found;
	struct incident_service *s = incident_service_of(i, service);

	if (s == NULL)
		return;
	s->began = found->began;
	s->not_before = found->not_before;
	s->over = found->until;
	s->estimated = found->estimated;
	found->is_open = false;
}

bool incident_is_over(const struct engine *e, const struct incident *i, struct wall_time now)
{
	return !incident_is_open(i) && calltree_owed_up(i) == 0 && !confirm_is_awaited(i) &&
	       !ratify_is_awaited(i) && orders_owed(i) == 0 && wall_is_known(i->closed) &&
	       wall_diff_us(now, i->closed) > e->plan->cool_down_us && !deadline_is_owing(i);
}

void incident_forget_closed(struct engine *e, struct wall_time now)
{
	size_t kept = 0;

	for (size_t k = 0; k < e->incident_count; k++) {
		struct incident *i = e->incidents[k];

		if (incident_is_over(e, i, now)) {
			for (uint32_t s = 0; s < e->plan->service_count; s++) {
				if (e->services[s].incident == i->id)
					e->services[s].incident = 0;
			}
			incident_free(i);
		} else {
			e->incidents[kept++] = i;
		}
	}
	e->incident_count = kept;
	plans_drop_unused(e);
}

static void apply_opened(struct engine *e, const struct event *ev)
{
	struct incident *i = mem_calloc(1, sizeof(*i));

	incident_forget_closed(e, ev->recorded);
	i->id = ev->seq;
	i->folio = (uint32_t)ev->number;
	i->state = INCIDENT_SUSPECT;
	i->kind = (enum incident_kind)ev->to;
	i->plan = e->plan;
	i->root = ev->component;
	i->episode = 1;
	i->began = ev->began;
	i->not_before = ev->not_before;
	i->confirmed = i->restored = i->resumed = i->closed = i->repeat_at = WALL_UNKNOWN;
	i->dismissed = WALL_UNKNOWN;
	i->declared_by = PLAN_NONE;
	gate_begin(i);
	i->drill = ev->drill;
	i->jornada = ev->jornada;
	i->promoted_at = WALL_UNKNOWN;
	i->word.return_began = i->word.return_done = i->word.repeat_at = WALL_UNKNOWN;
	i->record.report_due = WALL_UNKNOWN;
	if (ev->service != PLAN_NONE)
		incident_add_service(i, ev->service, ev->service);
	e->incidents =
		mem_grow(e->incidents, e->incident_count, &e->incident_cap, sizeof(*e->incidents));
	e->incidents[e->incident_count++] = i;
	if (i->kind == INCIDENT_KIND_REPORTED) {
		if (i->service_count > 0) {
			i->services[0].starting = false;
			i->services[0].by_word = true;
		}
		report_take(e, i, ev->entry);
	} else if (i->kind == INCIDENT_KIND_PAST) {
		take_found(e, i, ev->service);
	} else {
		e->services[ev->service].incident = i->id;
	}
	e->last_folio = i->folio;
}

static uint32_t current_of(const struct engine *e, const struct incident *i, uint32_t service)
{
	return plan_find_service(e->plan, slice_of(i->plan->services[service].id));
}

static void apply_joined(struct engine *e, struct incident *i, const struct event *ev)
{
	struct incident_service *s = incident_service_of(i, ev->service);
	uint32_t current = current_of(e, i, ev->service);

	if (s == NULL)
		incident_add_service(i, ev->service, current);
	else if (!s->running) /* one that the plan had dropped, or that a word began, runs on */
		s->starting = true;
	if (s != NULL &&
	    (!s->running || (current != PLAN_NONE && e->services[current].state == SERVICE_DOWN)))
		s->by_word = false;
	if (current != PLAN_NONE && i->kind == INCIDENT_KIND_PAST)
		take_found(e, i, ev->service);
	else if (current != PLAN_NONE)
		e->services[current].incident = i->id;
}

static void restart_steps(struct incident_service *s)
{
	for (size_t k = 0; k < s->step_count; k++)
		s->steps[k] = (struct step_run){.round = s->steps[k].round};
}

void incident_begin_again(struct incident *i, struct incident_service *s)
{
	if (s->running && !s->starting) {
		restart_steps(s);
		i->exhausted = false;
	}
}

/* While another service fails on, what people said and decided stands. */
static void begin_anew(struct incident *i)
{
	i->round++;
	i->exhausted = false;
	if (incident_has_running_clock(i))
		return;
	i->ack_count = 0;
	i->authoriser_count = 0;
	i->declared_by = PLAN_NONE;
	i->declared_seq = 0;
	gate_begin(i);
	checklist_clear(i);
	i->restored = i->resumed = i->closed = WALL_UNKNOWN;
	i->word.return_began = i->word.return_done = WALL_UNKNOWN;
	i->record.report_due = WALL_UNKNOWN;
	i->record.is_owed = i->record.handed_in = false;
	i->record.report_told = 0;
}

void incident_fails_on(struct incident *i, struct incident_service *s)
{
	begin_anew(i);
	s->works = 0;
	restart_steps(s);
}

static void apply_episode(struct incident *i, const struct event *ev)
{
	struct incident_service *s = incident_service_of(i, ev->service);

	i->episode = (uint32_t)ev->number;
	begin_anew(i);
	if (s == NULL)
		return;
	s->starting = true;
	s->by_word = false;
	restart_steps(s);
}

/* On record: a backlog that tells of it says nothing new. What was found late and lies in it is told with it. */
static void record(struct engine *e, const struct incident *i, const struct incident_service *s)
{
	struct service_now *now = s->current != PLAN_NONE ? &e->services[s->current] : NULL;

	if (now == NULL || (s->estimated && i->kind != INCIDENT_KIND_PAST))
		return;
	outages_record(&now->outages, (struct outage){.began = s->began,
						      .not_before = s->not_before,
						      .until = s->restored,
						      .estimated = s->estimated});
	if (now->found.began.us >= s->began.us && now->found.until.us <= s->restored.us)
		now->found.is_open = false;
}

/* What was reported is measured now: the incident begins where it was seen to; the reported hour is kept with the report. */
static void take_evidence(struct incident *i, const struct incident_service *s)
{
	if (i->kind != INCIDENT_KIND_REPORTED || s->by_word)
		return;
	i->kind = INCIDENT_KIND_BLIND; /* down, unless its clock is an estimate */
	i->began = s->began;
	i->not_before = s->not_before;
}

static void apply_clock(struct engine *e, struct incident *i, const struct event *ev)
{
	struct incident_service *s = incident_service_of(i, ev->service);

	if (s == NULL)
		return;
	if (ev->kind == EVENT_CLOCK_STARTED || ev->kind == EVENT_CLOCK_CORRECTED)
		flap_note_clock(s, ev);
	switch ((int)ev->kind) {
	case EVENT_CLOCK_FLAPPING:
	case EVENT_CLOCK_STEADY:
		flap_apply_clock(i, s, ev);
		break;
	case EVENT_CLOCK_STARTED:
		s->starting = false;
		s->running = true;
		s->breached = s->breached && s->began.us == ev->began.us; /* it goes on */
		s->estimated = ev->estimated;
		s->began = ev->began;
		s->not_before = ev->not_before;
		s->breach_at = ev->until;
		s->restored = WALL_UNKNOWN;
		if (i->kind != INCIDENT_KIND_PAST)
			s->over = WALL_UNKNOWN;
		take_evidence(i, s);
		if (!s->estimated && i->kind != INCIDENT_KIND_PAST)
			i->kind = INCIDENT_KIND_DOWN; /* a blind one that fails for all to see */
		break;
	case EVENT_CLOCK_CORRECTED:
		s->breach_at = wall_add_us(ev->began, wall_diff_us(s->breach_at, s->began));
		s->began = ev->began;
		s->not_before = ev->not_before;
		s->by_word = false;
		take_evidence(i, s);
		if (i->kind != INCIDENT_KIND_PAST) {
			s->estimated = false;
			i->kind = INCIDENT_KIND_DOWN;
		}
		i->began = wall_min(i->began, ev->began);
		break;
	case EVENT_CLOCK_BREACHED:
		s->breached = true;
		break;
	case EVENT_CLOCK_RESTORED:
		s->running = false;
		s->restored = ev->began;
		s->over = wall_max(s->over, s->restored);
		s->works = s->by_word ? i->word.works : 0;
		record(e, i, s);
		break;
	default:
		break;
	}
}

static void apply_state(struct incident *i, const struct event *ev)
{
	enum incident_state to = (enum incident_state)ev->to;

	/* The journal is the truth: an entry that our table would not allow is still what happened. */
	i->state = to;
	switch ((int)to) {
	case INCIDENT_CONFIRMED:
		if (!wall_is_known(i->confirmed))
			i->confirmed = ev->recorded;
		break;
	case INCIDENT_RESTORED:
		i->closed = WALL_UNKNOWN; /* a past one that turned out to be a breach */
		for (size_t k = 0; k < i->service_count; k++)
			i->restored = wall_max(i->restored, i->services[k].restored);
		if (!wall_is_known(i->restored))
			i->restored = ev->at; /* by word, and no clock ran */
		break;
	case INCIDENT_RESUMED:
		i->resumed = ev->at; /* the area's word says when */
		break;
	case INCIDENT_CLOSED:
	case INCIDENT_FALSE_ALARM:
		i->closed = ev->recorded;
		if (to == INCIDENT_FALSE_ALARM)
			i->dismissed = ev->recorded;
		for (size_t k = 0; k < i->service_count; k++)
			i->services[k].running = i->services[k].starting = i->services[k].flapping =
				false;
		break;
	default:
		break;
	}
}

void incident_apply(struct engine *e, const struct event *ev)
{
	struct incident *i;

	if (ev->kind == EVENT_INCIDENT_OPENED) {
		apply_opened(e, ev);
		return;
	}
	i = incident_find(e, ev->incident);
	if (i == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_INCIDENT_JOINED:
		apply_joined(e, i, ev);
		break;
	case EVENT_INCIDENT_EPISODE:
		apply_episode(i, ev);
		break;
	case EVENT_INCIDENT_STATE:
		apply_state(i, ev);
		break;
	default:
		apply_clock(e, i, ev);
		break;
	}
}
