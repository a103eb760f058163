/* Maintenance windows and silences. They keep calls from being made and nothing else: the incident opens, its clock runs, the
 * board shows it, and a breach of the RTO is told to level 2 all the same (DESIGN 1.8: silence noise, never the clock). Each
 * has an owner, a reason and an end; over a freeze of the calendar it needs the signature of level 2, and where a service of
 * very high criticality could fail unheard a second person. */
#include <assert.h>
#include <string.h>

#include "base/mem.h"
#include "engine/calltree.h"
#include "engine/duty.h"
#include "engine/shifts.h"
#include "engine/telling.h"

#define SILENCE_LIFE_MAX_US (4 * INT64_C(3600) * US_PER_S)
#define WINDOW_LIFE_MAX_US (7 * INT64_C(86400) * US_PER_S)
#define WINDOW_AHEAD_MAX_US (366 * INT64_C(86400) * US_PER_S)
#define WARN_BEFORE_US (600 * US_PER_S)
#define NOTICE_REPEAT_US (60 * US_PER_S)
#define BREACH_REPEAT_US (300 * US_PER_S)
enum { NOTICE_ROUNDS = 3 };

const struct silence *silence_find(const struct engine *e, uint64_t id)
{
	for (size_t i = 0; i < e->silence_count; i++) {
		if (e->silences[i].id == id)
			return &e->silences[i];
	}
	return NULL;
}

static bool waits_for_signature(const struct silence *s)
{
	return (s->needs_signature || s->needs_coordinator) && s->signer_id[0] == '\0';
}

static struct wall_time end_of(const struct silence *s)
{
	return wall_is_known(s->stop) ? s->stop : s->until;
}

/* --- acts ------------------------------------------------------------------------------------------ */

static struct plan_scope scope_of_args(const struct act_args *a)
{
	if (act_given(a, ACT_HAS(CHECK)))
		return (struct plan_scope){SCOPE_CHECK, a->check};
	if (act_given(a, ACT_HAS(COMPONENT)))
		return (struct plan_scope){SCOPE_COMPONENT, a->component};
	if (act_given(a, ACT_HAS(SITE)))
		return (struct plan_scope){SCOPE_SITE, a->site};
	return (struct plan_scope){SCOPE_SERVICE, a->service};
}

static bool holds_seat(const struct plan *p, uint32_t person)
{
	for (uint32_t i = 0; i < p->seat_count; i++) {
		if (p->seats[i].titular == person || p->seats[i].suplente == person)
			return true;
	}
	return false;
}

static size_t in_memory(const struct engine *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->silence_count; i++)
		n += !e->silences[i].ended;
	return n;
}

static struct refusal refuse_new(const struct engine *e, const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	bool window = in->u.act.act == ACT_WINDOW;
	struct wall_time from = window && act_given(a, ACT_HAS(FROM)) ? a->from : in->now;
	unsigned scope = a->given & ACT_SCOPE;

	if (!holds_seat(e->plan, in->u.act.person))
		return REFUSED(DENIED, "only who holds a seat silences");
	if (scope == 0 || (scope & (scope - 1)) != 0)
		return REFUSED(SYNTAX, "name one thing: check, component, site or service");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "the reason is needed (note)");
	if (!act_given(a, ACT_HAS(UNTIL)))
		return REFUSED(SYNTAX, "it needs an end (until)");
	if (a->until.us <= from.us || a->until.us <= in->now.us)
		return REFUSED(SYNTAX, "its end lies in the past, or before its beginning");
	if (!window && wall_diff_us(a->until, from) > SILENCE_LIFE_MAX_US)
		return REFUSED(SYNTAX,
			       "a silence lasts 4 hours at most; what is planned is a window");
	if (window && wall_diff_us(a->until, from) > WINDOW_LIFE_MAX_US)
		return REFUSED(SYNTAX, "a window lasts 7 days at most");
	if (wall_diff_us(from, in->now) > WINDOW_AHEAD_MAX_US)
		return REFUSED(SYNTAX, "it begins more than a year ahead; write it into the plan");
	if (in_memory(e) >= SILENCES_MAX)
		return REFUSED(WRONG_STATE, "there are too many windows and silences already");
	return ALLOWED;
}

static struct refusal refuse_sign(const struct engine *e, const struct input *in)
{
	const struct silence *s = silence_find(e, in->u.act.args.entry);
	uint32_t person = in->u.act.person;

	if (s == NULL || s->ended)
		return REFUSED(NOT_FOUND, "this entry is no window or silence that still stands");
	if (!waits_for_signature(s))
		return REFUSED(WRONG_STATE, "it waits for no signature");
	if (person == s->owner || person == s->asker)
		return REFUSED(DENIED, "nobody signs what they asked for: it takes four eyes");
	if (s->needs_coordinator && !duty_answers_for_level(e, e->plan, person, 2, in->now))
		return REFUSED(DENIED, "it meets a freeze: only level 2 signs it");
	if (!holds_seat(e->plan, person))
		return REFUSED(DENIED, "only who holds a seat signs");
	return ALLOWED;
}

struct refusal silence_refuse(const struct engine *e, const struct input *in)
{
	const struct silence *s;

	if (in->u.act.act == ACT_WINDOW || in->u.act.act == ACT_SILENCE)
		return refuse_new(e, in);
	if (in->u.act.act == ACT_SIGN)
		return refuse_sign(e, in);
	s = silence_find(e, in->u.act.args.entry);
	if (s == NULL || s->ended)
		return REFUSED(NOT_FOUND, "this entry is no window or silence that still stands");
	return ALLOWED; /* anybody may let things be heard again */
}

static void set_word(char *dst, size_t size, const char *word)
{
	size_t n = strlen(word);

	assert(n < size);
	memcpy(dst, word, n + 1);
}

const char *silence_needs(const struct engine *e, const struct act_args *a, struct wall_time from,
			  uint32_t *ret_jornada)
{
	struct plan_scope scope = scope_of_args(a);

	*ret_jornada = plan_freeze_over(e->plan, from.us, a->until.us);
	if (*ret_jornada != PLAN_NONE)
		return "level-2";
	return excuse_meets_very_high(e->plan, &scope) ? "second-person" : NULL;
}

void silence_complete_act(const struct engine *e, const struct input *in, struct event *ev)
{
	const struct act_args *a = &in->u.act.args;
	const char *needs;
	uint32_t jornada;

	if (!act_given(a, ACT_HAS(FROM)))
		ev->began = in->now;
	if (!act_given(a, ACT_HAS(OTHER)))
		ev->other = in->u.act.person;
	needs = silence_needs(e, a, ev->began, &jornada);
	if (jornada != PLAN_NONE)
		set_word(ev->ref, sizeof(ev->ref), e->plan->jornadas[jornada].id);
	if (needs != NULL)
		set_word(ev->what, sizeof(ev->what), needs);
}

/* --- beginnings and ends --------------------------------------------------------------------------- */

static struct event *add_about(const struct turn *t, enum event_kind kind, struct wall_time at,
			       const struct silence *s)
{
	struct event *ev = turn_add(t, kind, at);

	ev->entry = s->id;
	return ev;
}

static const struct silence *of_window(const struct engine *e, const char *id)
{
	for (size_t i = 0; i < e->silence_count; i++) {
		if (strcmp(e->silences[i].window, id) == 0)
			return &e->silences[i];
	}
	return NULL;
}

/* A window of the plan that has begun. `seen`: what was over before we looked last is not opened any more. */
static bool is_to_open(const struct engine *e, const struct plan_window *w)
{
	return w->until_us > e->seen.us && of_window(e, w->id) == NULL;
}

static void set_scope(struct event *ev, const struct plan_scope *s)
{
	switch (s->kind) {
	case SCOPE_CHECK:
		ev->check = s->index;
		break;
	case SCOPE_COMPONENT:
		ev->component = s->index;
		break;
	case SCOPE_SITE:
		ev->site = s->index;
		break;
	case SCOPE_SERVICE:
		ev->service = s->index;
		break;
	}
}

static void decide_windows(const struct turn *t)
{
	for (uint32_t i = 0; i < t->e->plan->window_count; i++) {
		const struct plan_window *w = &t->e->plan->windows[i];
		struct event *ev;

		if (w->from_us > t->now.us || !is_to_open(t->e, w))
			continue;
		ev = turn_add(t, EVENT_WINDOW_OPENED, t->now);
		set_word(ev->ref, sizeof(ev->ref), w->id);
		set_scope(ev, &w->scope);
		ev->other = w->owner;
		ev->person = w->signed_by;
		ev->began = (struct wall_time){w->from_us};
		ev->until = (struct wall_time){w->until_us};
		event_set_text(ev, w->reason);
	}
}

static void add_end(const struct turn *t, const struct silence *s, struct wall_time at,
		    const char *why)
{
	struct event *ev = add_about(t, EVENT_SILENCE_ENDED, at, s);

	set_word(ev->what, sizeof(ev->what), why);
}

static void decide_one(const struct turn *t, const struct silence *s)
{
	if (s->ended)
		return;
	if (s->scope.index == PLAN_NONE || s->owner == PLAN_NONE)
		add_end(t, s, t->now, "plan");
	else if (end_of(s).us <= t->now.us)
		add_end(t, s, end_of(s),
			wall_is_known(s->stop) ? "early"
			: s->began             ? "over"
					       : "unsigned");
	else if (!s->began && s->from.us <= t->now.us && !waits_for_signature(s))
		add_about(t, EVENT_SILENCE_BEGAN, t->now, s);
	else if (s->is_window && s->began && !s->warned &&
		 s->until.us - WARN_BEFORE_US <= t->now.us &&
		 wall_diff_us(s->until, s->from) > 2 * WARN_BEFORE_US)
		add_about(t, EVENT_SILENCE_WARNED, t->now, s);
}

static void stop_calls(const struct turn *t, const struct incident *i,
		       const struct incident_service *s)
{
	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		struct event *ev;

		if (c->service != s->service || c->step == PLAN_NONE ||
		    !call_is_waiting(c->state) || call_is_information(c->kind))
			continue;
		ev = turn_add(t, EVENT_CALL_STOPPED, t->now);
		ev->call = c->id;
		event_set_text(ev, "silenced");
	}
}

static bool is_serving_under(const struct engine *e, const struct incident_service *s)
{
	const struct silence *silence = silence_find(e, s->silenced);

	return s->current != PLAN_NONE && silence != NULL && silence->began && !silence->ended &&
	       (e->services[s->current].state == SERVICE_OK ||
		e->services[s->current].state == SERVICE_DEGRADED);
}

/* Which failures nobody is called for, service by service. */
static void decide_held(const struct turn *t, const struct incident *i,
			const struct incident_service *s)
{
	uint64_t by =
		s->running && s->current != PLAN_NONE ? excuse_of_service(t->e, s->current) : 0;
	const struct silence *silence = by != 0 ? silence_find(t->e, by) : NULL;
	struct event *ev;

	if (!s->running || (by != 0) == (s->silenced != 0))
		return;
	if (by == 0 && is_serving_under(t->e, s))
		return; /* it serves now and then; what it fails of is silenced still */
	ev = turn_add(t, by != 0 ? EVENT_INCIDENT_SILENCED : EVENT_INCIDENT_UNSILENCED, t->now);
	ev->incident = i->id;
	ev->service = s->service;
	ev->entry = by != 0 ? by : s->silenced;
	if (silence != NULL)
		ev->until = silence->until;
	if (by != 0)
		stop_calls(t, i, s);
}

void silence_decide(const struct turn *t)
{
	decide_windows(t);
	for (size_t k = 0; k < t->e->silence_count; k++)
		decide_one(t, &t->e->silences[k]);
	if (t->out->count > 0)
		return; /* what follows depends on it: the next turn */
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		for (size_t s = 0; s < i->service_count && i->kind != INCIDENT_KIND_PAST; s++)
			decide_held(t, i, &i->services[s]);
	}
}

/* --- who is told all the same ------------------------------------------------------------------------ */

/* Whoever answers for the seat, by shift and absences; at an hour that nobody holds, whoever comes next. The hour is that of the last
 * entry: a deadline that was told by it is decided by it. */
static struct telling to_seat(const struct engine *e, const struct plan *p, uint32_t seat)
{
	struct telling w = {
		.plan = p, .seat = seat, .post = PLAN_NONE, .level = p->seats[seat].level};
	struct duty_person d[DUTY_MAX];
	struct wall_time next;

	w.person_count = duty_of_seat(e, p, seat, e->seen, d);
	if (w.person_count == 0) {
		next = seat_next_change(p, seat, e->seen);
		if (next.us != WALL_NEVER.us)
			w.person_count = duty_of_seat(e, p, seat, next, d);
	}
	for (size_t k = 0; k < w.person_count; k++)
		w.persons[k] = d[k].person;
	return w;
}

static struct telling breach_to(const struct engine *e, const struct incident *i,
				const struct incident_service *s, uint32_t seat)
{
	struct telling w = to_seat(e, i->plan, seat);

	w.incident = i;
	w.calls = i->calls;
	w.call_count = i->call_count;
	w.kind = CALL_BREACH;
	w.about = s->silenced;
	w.service = s->service;
	w.repeat_us = BREACH_REPEAT_US;
	return w;
}

/* One call for what breached within a minute: it names the others. */
static bool is_told_with(const struct incident *i, const struct incident_service *s)
{
	for (const struct incident_service *x = i->services; x < s; x++) {
		if (x->running && x->silenced != 0 && x->breached &&
		    x->breach_at.us <= s->breach_at.us &&
		    s->breach_at.us - x->breach_at.us <= 60 * US_PER_S)
			return true;
	}
	return false;
}

/* A silenced service whose RTO is over: level 2 is told, whatever is silenced. */
static bool is_breach_to_tell(const struct engine *e, const struct incident *i,
			      const struct incident_service *s)
{
	return s->running && s->silenced != 0 && s->breached && !is_told_with(i, s) &&
	       i->call_count < e->limits.calls_per_incident;
}

/* Whom a notice is for: its owner, and the desk (seats of no level). */
static bool notice_to(const struct engine *e, const struct silence *s, enum call_kind kind,
		      uint32_t which, struct telling *ret)
{
	const struct plan *p = e->plan;
	bool is_owner = which == p->seat_count;

	if (!is_owner && p->seats[which].level != 0)
		return false;
	if (is_owner && s->owner == PLAN_NONE)
		return false;
	for (uint32_t k = 0; is_owner && k < p->seat_count; k++) {
		struct telling desk;

		if (p->seats[k].level != 0)
			continue;
		desk = to_seat(e, p, k);
		if (desk.person_count > 0 && desk.persons[0] == s->owner)
			return false; /* told as the desk */
	}
	if (is_owner)
		*ret = (struct telling){.plan = p,
					.seat = PLAN_NONE,
					.post = PLAN_NONE,
					.persons = {s->owner},
					.person_count = 1};
	else
		*ret = to_seat(e, p, which);
	ret->calls = e->notices;
	ret->call_count = e->notice_count;
	ret->kind = kind;
	ret->about = s->id;
	ret->service = PLAN_NONE;
	ret->repeat_us = NOTICE_REPEAT_US;
	ret->rounds = NOTICE_ROUNDS;
	return true;
}

static bool is_notice_due(const struct silence *s, enum call_kind kind)
{
	return kind == CALL_SILENCE_ENDED ? s->ended && s->began : s->warned && !s->ended;
}

static void decide_notices(const struct turn *t, const struct silence *s)
{
	for (int k = CALL_SILENCE_ENDING; k <= CALL_SILENCE_ENDED; k++) {
		for (uint32_t n = 0; n <= t->e->plan->seat_count; n++) {
			struct telling w;

			if (is_notice_due(s, (enum call_kind)k) &&
			    notice_to(t->e, s, (enum call_kind)k, n, &w))
				(void)telling_decide(t, &w);
		}
	}
}

void silence_decide_calls(const struct turn *t)
{
	const struct engine *e = t->e;

	notices_decide_timers(t);
	if (t->out->count > 0)
		return;
	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t s = 0; s < i->service_count; s++) {
			for (uint32_t seat = 0;
			     is_breach_to_tell(e, i, &i->services[s]) && seat < i->plan->seat_count;
			     seat++) {
				struct telling w;

				if (i->plan->seats[seat].level != 2)
					continue;
				w = breach_to(e, i, &i->services[s], seat);
				(void)telling_decide(t, &w);
			}
		}
	}
	for (size_t k = 0; k < e->silence_count; k++)
		decide_notices(t, &e->silences[k]);
}

/* --- deadlines --------------------------------------------------------------------------------------- */

static struct wall_time deadline_of(const struct engine *e, const struct silence *s)
{
	struct wall_time d = WALL_NEVER, warn = wall_add_us(s->until, -WARN_BEFORE_US);

	if (!s->ended) {
		d = end_of(s);
		if (!s->began && !waits_for_signature(s))
			d = wall_min(d, s->from);
		if (s->is_window && s->began && !s->warned &&
		    wall_diff_us(s->until, s->from) > 2 * WARN_BEFORE_US)
			d = wall_min(d, warn);
	}
	for (int k = CALL_SILENCE_ENDING; k <= CALL_SILENCE_ENDED; k++) {
		for (uint32_t n = 0; n <= e->plan->seat_count; n++) {
			struct telling w;

			if (is_notice_due(s, (enum call_kind)k) &&
			    notice_to(e, s, (enum call_kind)k, n, &w))
				d = wall_min(d, telling_deadline(e, &w));
		}
	}
	return d;
}

struct wall_time silence_deadline(const struct engine *e)
{
	struct wall_time d = notices_deadline(e);

	for (uint32_t i = 0; i < e->plan->window_count; i++) {
		if (is_to_open(e, &e->plan->windows[i]))
			d = wall_min(d, (struct wall_time){e->plan->windows[i].from_us});
	}
	for (size_t k = 0; k < e->silence_count; k++)
		d = wall_min(d, deadline_of(e, &e->silences[k]));
	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		for (size_t s = 0; s < i->service_count; s++) {
			for (uint32_t seat = 0;
			     is_breach_to_tell(e, i, &i->services[s]) && seat < i->plan->seat_count;
			     seat++) {
				struct telling w;

				if (i->plan->seats[seat].level != 2)
					continue;
				w = breach_to(e, i, &i->services[s], seat);
				d = wall_min(d, telling_deadline(e, &w));
			}
		}
	}
	return d;
}

/* --- apply ------------------------------------------------------------------------------------------- */

static const char *scope_id(const struct plan *p, const struct plan_scope *s)
{
	switch (s->kind) {
	case SCOPE_CHECK:
		return p->checks[s->index].id;
	case SCOPE_COMPONENT:
		return p->components[s->index].id;
	case SCOPE_SITE:
		return p->sites[s->index].id;
	case SCOPE_SERVICE:
		break;
	}
	return p->services[s->index].id;
}

static struct plan_scope scope_of_event(const struct event *ev)
{
	if (ev->check != PLAN_NONE)
		return (struct plan_scope){SCOPE_CHECK, ev->check};
	if (ev->component != PLAN_NONE)
		return (struct plan_scope){SCOPE_COMPONENT, ev->component};
	if (ev->site != PLAN_NONE)
		return (struct plan_scope){SCOPE_SITE, ev->site};
	return (struct plan_scope){SCOPE_SERVICE, ev->service};
}

static void forget(struct engine *e, size_t at)
{
	notices_forget(e, e->silences[at].id);
	memmove(&e->silences[at], &e->silences[at + 1],
		sizeof(e->silences[0]) * (e->silence_count - at - 1));
	e->silence_count--;
}

static bool is_told(const struct engine *e, const struct silence *s)
{
	for (uint32_t n = 0; n <= e->plan->seat_count; n++) {
		struct telling w;

		if (is_notice_due(s, CALL_SILENCE_ENDED) &&
		    notice_to(e, s, CALL_SILENCE_ENDED, n, &w) && !telling_is_done(&w))
			return false;
	}
	return true;
}

/* Those whose end everybody knows leave; one of the plan's list stays until its hours are over, so that it does not open again. */
static void forget_over(struct engine *e, struct wall_time now)
{
	for (size_t i = e->silence_count; i-- > 0;) {
		const struct silence *s = &e->silences[i];

		if (s->ended && s->until.us <= now.us && is_told(e, s))
			forget(e, i);
	}
}

static void set_person(const struct plan *p, uint32_t person, char id[PLAN_ID_SIZE])
{
	id[0] = '\0';
	if (person != PLAN_NONE)
		set_word(id, PLAN_ID_SIZE, p->people[person].id);
}

static void apply_new(struct engine *e, const struct event *ev)
{
	struct silence *s;

	forget_over(e, ev->recorded);
	e->silences =
		mem_grow(e->silences, e->silence_count, &e->silence_cap, sizeof(*e->silences));
	s = &e->silences[e->silence_count++];
	*s = (struct silence){.id = ev->seq,
			      .is_window = ev->kind != EVENT_ACT_SILENCE,
			      .scope = scope_of_event(ev),
			      .owner = ev->other,
			      .asker = ev->kind == EVENT_WINDOW_OPENED ? PLAN_NONE : ev->person,
			      .signer = ev->kind == EVENT_WINDOW_OPENED ? ev->person : PLAN_NONE,
			      .from = ev->began,
			      .until = ev->until,
			      .stop = WALL_UNKNOWN,
			      .ended_at = WALL_UNKNOWN,
			      .needs_signature = ev->what[0] != '\0',
			      .needs_coordinator =
				      ev->kind != EVENT_WINDOW_OPENED && ev->ref[0] != '\0'};
	if (ev->kind == EVENT_WINDOW_OPENED)
		set_word(s->window, sizeof(s->window), ev->ref);
	set_word(s->scope_id, sizeof(s->scope_id), scope_id(e->plan, &s->scope));
	set_person(e->plan, s->owner, s->owner_id);
	set_person(e->plan, s->asker, s->asker_id);
	set_person(e->plan, s->signer, s->signer_id);
	set_word(s->reason, sizeof(s->reason), ev->text);
}

static void note_failed(struct silence *s, const struct incident *i, uint32_t service)
{
	const char *id = i->plan->services[service].id;

	for (size_t k = 0; k < s->failed_count && k < SILENCE_FAILED_MAX; k++) {
		if (s->failed[k].incident == i->id && strcmp(s->failed[k].service, id) == 0)
			return;
	}
	if (s->failed_count < SILENCE_FAILED_MAX) {
		s->failed[s->failed_count].incident = i->id;
		s->failed[s->failed_count].folio = i->folio;
		set_word(s->failed[s->failed_count].service, PLAN_ID_SIZE, id);
	}
	s->failed_count++;
}

static void apply_held(struct engine *e, struct silence *s, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct incident_service *is = i != NULL ? incident_service_of(i, ev->service) : NULL;

	if (is == NULL)
		return;
	if (ev->kind == EVENT_INCIDENT_SILENCED) {
		is->silenced = ev->entry;
		if (s != NULL)
			note_failed(s, i, ev->service);
		return;
	}
	is->silenced = 0;
	i->round++;
	incident_begin_again(i, is);
}

static void apply_change(const struct engine *e, struct silence *s, const struct event *ev)
{
	switch ((int)ev->kind) {
	case EVENT_ACT_SIGN:
		s->signer = ev->person;
		set_person(e->plan, s->signer, s->signer_id);
		break;
	case EVENT_ACT_UNSILENCE:
		s->stop = ev->recorded;
		break;
	case EVENT_SILENCE_BEGAN:
		s->began = true;
		break;
	case EVENT_SILENCE_WARNED:
		s->warned = true;
		break;
	case EVENT_SILENCE_ENDED:
		s->ended = true;
		s->ended_at = ev->at;
		s->early = wall_is_known(s->stop);
		break;
	default:
		break;
	}
}

void silence_apply(struct engine *e, const struct event *ev)
{
	struct silence *s = NULL;

	if (ev->kind == EVENT_ACT_WINDOW || ev->kind == EVENT_ACT_SILENCE ||
	    ev->kind == EVENT_WINDOW_OPENED) {
		apply_new(e, ev);
		return;
	}
	for (size_t i = 0; i < e->silence_count; i++) {
		if (e->silences[i].id == ev->entry)
			s = &e->silences[i];
	}
	if (ev->kind == EVENT_INCIDENT_SILENCED || ev->kind == EVENT_INCIDENT_UNSILENCED)
		apply_held(e, s, ev);
	else if (s != NULL)
		apply_change(e, s, ev);
}

/* --- another plan -------------------------------------------------------------------------------------- */

static uint32_t find_scope(const struct plan *p, const struct silence *s)
{
	struct slice id = slice_of(s->scope_id);

	switch (s->scope.kind) {
	case SCOPE_CHECK:
		return plan_find_check(p, id);
	case SCOPE_COMPONENT:
		return plan_find_component(p, id);
	case SCOPE_SITE:
		return plan_find_site(p, id);
	case SCOPE_SERVICE:
		break;
	}
	return plan_find_service(p, id);
}

/* What the plan's list now says of the window. */
static void follow_window(const struct plan *p, struct silence *s)
{
	uint32_t w = plan_find_window(p, slice_of(s->window));

	if (w == PLAN_NONE) {
		s->scope.index = PLAN_NONE; /* taken out: it ends */
		return;
	}
	s->scope = p->windows[w].scope;
	set_word(s->scope_id, sizeof(s->scope_id), scope_id(p, &s->scope));
	s->owner = p->windows[w].owner;
	set_person(p, s->owner, s->owner_id);
	s->signer = p->windows[w].signed_by;
	set_person(p, s->signer, s->signer_id);
	s->from = (struct wall_time){p->windows[w].from_us};
	s->until = (struct wall_time){p->windows[w].until_us};
}

static uint32_t find_person(const struct plan *p, const char *id)
{
	return id[0] != '\0' ? plan_find_person(p, slice_of(id)) : PLAN_NONE;
}

void silence_rekey(struct engine *e)
{
	const struct plan *p = e->plan;

	for (size_t i = e->silence_count; i-- > 0;) {
		struct silence *s = &e->silences[i];
		uint32_t w =
			s->window[0] != '\0' ? plan_find_window(p, slice_of(s->window)) : PLAN_NONE;

		/* Its hours were over and are not any more: it opens anew. */
		if (w != PLAN_NONE && s->ended && !s->early &&
		    p->windows[w].until_us > s->until.us) {
			forget(e, i);
			continue;
		}
		s->owner = find_person(p, s->owner_id);
		s->asker = find_person(p, s->asker_id);
		s->signer = find_person(p, s->signer_id);
		s->scope.index = find_scope(p, s);
		if (s->ended)
			continue;
		if (s->window[0] != '\0')
			follow_window(p, s);
		else if (!s->needs_coordinator &&
			 plan_freeze_over(p, s->from.us, s->until.us) != PLAN_NONE) {
			/* A freeze that came later binds it too. */
			s->needs_coordinator = true;
			s->signer = PLAN_NONE;
			s->signer_id[0] = '\0';
			s->began = false;
		}
	}
}
