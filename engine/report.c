/* Reports by people: the incident of each. A report of a process that is measured as failing, or of one that was reported a while ago, belongs
 * to that incident; any other opens one of kind `reported`, whose folio stays when the failure is measured later. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/engine_state.h"

enum { OPEN_MAX = 90 }; /* more, and a report goes to the newest: folios have two digits */

bool report_stands(const struct incident *i)
{
	return i->kind == INCIDENT_KIND_REPORTED && i->state != INCIDENT_RESTORED &&
	       i->state != INCIDENT_RESUMED && incident_is_open(i);
}

bool report_is_word_only(const struct engine *e, const struct incident_service *s)
{
	return s->by_word &&
	       (s->current == PLAN_NONE || e->services[s->current].state != SERVICE_DOWN);
}

bool report_is_contradicted(const struct engine *e, const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];
		enum service_state state =
			s->current != PLAN_NONE ? e->services[s->current].state : SERVICE_UNKNOWN;

		if (s->by_word && (s->running || report_stands(i)) &&
		    (state == SERVICE_OK || state == SERVICE_DEGRADED))
			return true;
	}
	return false;
}

static bool is_near(int64_t within, struct wall_time a, struct wall_time b)
{
	int64_t d = wall_diff_us(a, b);

	return (d < 0 ? -d : d) <= within;
}

/* --- a measured failure finds its report ----------------------------------------------------------- */

static bool has_site(const struct incident *i, const char *site)
{
	for (size_t k = 0; k < i->word.count; k++) {
		uint32_t s = i->word.items[k].site;

		if (s != PLAN_NONE && strcmp(i->plan->sites[s].id, site) == 0)
			return true;
	}
	return false;
}

static bool is_near_reports(const struct incident *i, struct wall_time began)
{
	for (size_t k = 0; k < i->word.count; k++) {
		if (is_near(i->plan->reports.join_within_us, i->word.items[k].at, began) ||
		    is_near(i->plan->reports.join_within_us, i->word.items[k].recorded, began))
			return true;
	}
	return false;
}

const struct incident *report_home(const struct turn *t, uint32_t service, uint32_t root,
				   bool drill)
{
	const struct engine *e = t->e;
	const struct service_now *now = &e->services[service];
	uint32_t site = root != PLAN_NONE ? e->plan->components[root].site : PLAN_NONE;
	struct wall_time began = wall_is_known(now->began) ? now->began : now->since;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];
		uint32_t there;

		if (!report_stands(i) || !is_near_reports(i, began) || !calendar_fits(i, drill))
			continue;
		there = plan_find_service(i->plan, slice_of(e->plan->services[service].id));
		if (there == PLAN_NONE)
			continue;
		if (incident_service_of(i, there) != NULL)
			return i;
		if (i->service_count == 0 && site != PLAN_NONE &&
		    has_site(i, e->plan->sites[site].id))
			return i;
	}
	return NULL;
}

/* --- a report finds its incident -------------------------------------------------------------------- */

/* It fails for all to see, or did at the hour that is reported. */
static bool is_known_failure(const struct engine *e, const struct incident *i, uint32_t service,
			     struct wall_time at)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (s->current != service || s->by_word)
			continue;
		if (s->running || s->starting)
			return true;
		if (wall_is_known(s->restored) && at.us <= s->restored.us &&
		    at.us >= s->began.us - e->plan->reports.join_within_us)
			return true;
	}
	return false;
}

/* Somebody has said the same already. */
static bool is_same_report(const struct engine *e, const struct incident *i, const struct report *r)
{
	for (size_t k = 0; k < i->word.count; k++) {
		const struct report *o = &i->word.items[k];
		const char *site = r->site != PLAN_NONE ? e->plan->sites[r->site].id : NULL;

		if (!is_near(e->plan->reports.join_within_us, o->at, r->at))
			continue;
		if (r->service != PLAN_NONE && o->service != PLAN_NONE &&
		    strcmp(i->plan->services[o->service].id, e->plan->services[r->service].id) == 0)
			return true;
		if (r->service == PLAN_NONE && o->service == PLAN_NONE && site != NULL &&
		    o->site != PLAN_NONE && strcmp(i->plan->sites[o->site].id, site) == 0 &&
		    strcmp(o->what, r->what) == 0)
			return true;
	}
	return false;
}

static const struct incident *home_of(const struct engine *e, const struct report *r, bool drill)
{
	const struct incident *newest = NULL;
	size_t open = 0;

	for (size_t k = e->incident_count; k-- > 0;) {
		const struct incident *i = e->incidents[k];

		if (!incident_is_open(i) || i->kind == INCIDENT_KIND_PAST)
			continue;
		open++;
		if (!calendar_fits(i, drill))
			continue;
		if (r->service != PLAN_NONE && is_known_failure(e, i, r->service, r->at))
			return i;
		if (report_stands(i) && is_same_report(e, i, r))
			return i;
		if (newest == NULL && report_stands(i))
			newest = i;
	}
	return open >= OPEN_MAX ? newest : NULL;
}

void report_decide(const struct turn *t)
{
	const struct report *r = &t->e->reported;
	const struct incident *home;
	uint32_t folio, jornada;
	struct event *ev;

	if (r->seq == 0)
		return;
	home = home_of(t->e, r, calendar_is_drill(t->e, r->at, &jornada));
	if (home != NULL) {
		ev = turn_add(t, EVENT_INCIDENT_REPORTED, t->now);
		ev->incident = home->id;
		ev->entry = r->seq;
		if (r->service != PLAN_NONE)
			ev->service = plan_find_service(
				home->plan, slice_of(t->e->plan->services[r->service].id));
		return;
	}
	folio = incident_next_folio(t);
	ev = turn_add(t, EVENT_INCIDENT_OPENED, r->at);
	ev->number = folio;
	ev->to = INCIDENT_KIND_REPORTED;
	ev->service = r->service;
	ev->began = r->at;
	ev->drill = calendar_is_drill(t->e, r->at, &ev->jornada);
	calendar_set_stamp(t->e->plan, ev);
	ev->entry = r->seq;
}

/* --- apply ------------------------------------------------------------------------------------------- */

/* Who reports or confirms knows of it and need not be called with it, as long as an acknowledgement lasts. */
static void note_knows(struct incident *i, uint32_t person, uint64_t seq, struct wall_time now)
{
	if (person == PLAN_NONE)
		return;
	*act_ack_of(i, person) =
		(struct ack){.person = person,
			     .act = ACT_ENTERADO,
			     .seq = seq,
			     .at = now,
			     .expires = wall_add_us(now, ACK_LIFE_MAX_S * US_PER_S)};
}

static void keep(struct engine *e, const struct event *ev)
{
	struct report *r = &e->reported;

	*r = (struct report){.seq = ev->seq,
			     .at = ev->at,
			     .recorded = ev->recorded,
			     .person = ev->person,
			     .service = ev->service,
			     .site = ev->site};
	memcpy(r->what, ev->what, sizeof(r->what));
	memcpy(r->via, ev->via, sizeof(r->via));
	memcpy(r->ref, ev->ref, sizeof(r->ref));
	memcpy(r->text, ev->text, sizeof(r->text));
}

void report_take(struct engine *e, struct incident *i, uint64_t entry)
{
	struct report_run *w = &i->word;
	struct report r = e->reported;
	uint32_t type;

	if (r.seq != entry)
		return; /* an entry of a later program, or damaged: the rest of the incident stands */
	e->reported.seq = 0;
	type = plan_find_report_type(e->plan, slice_of(r.what));
	if (w->total == 0 && type != PLAN_NONE)
		w->operational = e->plan->reports.types[type].class == REPORT_OPERATIONAL;
	w->total++;
	if (i->plan != e->plan) { /* from the present plan's numbers to those of the incident's */
		r.person = plan_find_person(i->plan, slice_of(e->plan->people[r.person].id));
		if (r.service != PLAN_NONE)
			r.service = plan_find_service(i->plan,
						      slice_of(e->plan->services[r.service].id));
		if (r.site != PLAN_NONE)
			r.site = plan_find_site(i->plan, slice_of(e->plan->sites[r.site].id));
	}
	note_knows(i, r.person, r.seq, r.recorded);
	if (w->count == REPORTS_KEPT_MAX)
		return;
	w->items = mem_grow(w->items, w->count, &w->cap, sizeof(*w->items));
	w->items[w->count++] = r;
}

void report_free(struct report_run *r)
{
	free(r->items);
}

static void apply_confirmed(struct engine *e, struct incident *i, const struct event *ev)
{
	struct incident_service *s =
		ev->service != PLAN_NONE ? incident_service_of(i, ev->service) : NULL;
	uint32_t current;

	note_knows(i, ev->person, ev->seq, ev->recorded);
	if (ev->service == PLAN_NONE)
		return;
	current = plan_find_service(e->plan, slice_of(i->plan->services[ev->service].id));
	if (s == NULL) {
		incident_add_service(i, ev->service, current);
		s = incident_service_of(i, ev->service);
		assert(s != NULL);
		s->starting = false;
		s->by_word = true;
	}
	if (current != PLAN_NONE)
		e->services[current].incident = i->id;
}

static enum report_call call_from_word(const char *word)
{
	for (int c = REPORT_CALL_COMPLETE; c > REPORT_CALL_NONE; c--) {
		if (strcmp(report_call_word((enum report_call)c), word) == 0)
			return (enum report_call)c;
	}
	return REPORT_CALL_NONE;
}

static void apply_return(struct report_run *w, const struct event *ev)
{
	if (strcmp(ev->what, "begin") == 0) {
		w->return_began = ev->at;
		w->return_done = WALL_UNKNOWN;
	} else {
		w->return_done = ev->at;
	}
}

void report_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);

	if (ev->kind == EVENT_ACT_REPORT)
		keep(e, ev);
	if (i == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_INCIDENT_REPORTED:
		report_take(e, i, ev->entry);
		break;
	case EVENT_ACT_CONFIRM_REPORT:
		apply_confirmed(e, i, ev);
		break;
	case EVENT_ACT_CLASSIFY:
		i->word.operational = strcmp(ev->what, "operational") == 0;
		break;
	case EVENT_ACT_COMPLETE:
		i->word.is_complete = true;
		memcpy(i->word.summary, ev->text, sizeof(i->word.summary));
		break;
	case EVENT_ACT_RETURN:
		apply_return(&i->word, ev);
		break;
	case EVENT_REPORT_CALLED:
		i->word.called = ev->seq;
		i->word.why = call_from_word(ev->what);
		i->word.rung = (uint32_t)ev->number;
		i->word.unanswered = false;
		break;
	case EVENT_REPORT_UNANSWERED:
		i->word.unanswered = true;
		i->word.repeat_at = ev->until;
		break;
	default:
		break;
	}
}
