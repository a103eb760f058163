/* What people do with a report: say that it is true, what kind it is, that it is complete, that it works again; and the way back from an alternative. */
#include <string.h>

#include "engine/duty.h"
#include "engine/engine_state.h"

bool report_act_is_in_charge(const struct turn *t, const struct incident *i, uint32_t person)
{
	if (duty_holds_level(t->e, i, person, 0, t->now) ||
	    duty_holds_level(t->e, i, person, 2, t->now))
		return true;
	for (size_t k = 0; k < i->service_count; k++) {
		uint32_t team = i->plan->services[i->services[k].service].team;

		if (team != PLAN_NONE && duty_holds_seat(t->e, i, person, team, t->now))
			return true;
	}
	return false;
}

static struct refusal refuse_report(const struct engine *e, const struct input *in)
{
	const struct act_args *a = &in->u.act.args;

	if (!act_given(a, ACT_HAS(WHAT)))
		return REFUSED(SYNTAX, "what is reported? (what=TYPE)");
	if (e->plan->reports.type_count > 0 && strcmp(a->what, "other") != 0 &&
	    plan_find_report_type(e->plan, slice_of(a->what)) == PLAN_NONE)
		return REFUSED(
			NOT_FOUND,
			"the plan's reports know no such type; what=other, and say it in the note");
	if (act_given(a, ACT_HAS(AT)) && wall_diff_us(in->now, a->at) > REPORT_AGE_MAX_S * US_PER_S)
		return REFUSED(SYNTAX, "that is more than seven days ago");
	return ALLOWED;
}

/* What a confirmation speaks of: the service that it names, else the one that was reported. */
static uint32_t confirmed_service(const struct incident *i, const struct input *in)
{
	if (act_given(&in->u.act.args, ACT_HAS(SERVICE)))
		return in->u.act.args.service;
	return i->service_count > 0 ? i->services[0].service : PLAN_NONE;
}

static struct refusal refuse_confirm(const struct turn *t, const struct incident *i,
				     const struct input *in)
{
	const struct engine *e = t->e;
	uint32_t service = confirmed_service(i, in), current;
	const struct incident_service *s;
	const struct incident *other;

	if (!report_act_is_in_charge(t, i, in->u.act.person))
		return REFUSED(DENIED,
			       "a desk, the coordinator or the process's team confirms a report");
	if (!report_stands(i))
		return REFUSED(WRONG_STATE, "there is no report to confirm");
	s = service != PLAN_NONE ? incident_service_of(i, service) : NULL;
	if (i->state != INCIDENT_SUSPECT && (service == PLAN_NONE || (s != NULL && s->running)))
		return REFUSED(WRONG_STATE, "it is confirmed already");
	if (service == PLAN_NONE)
		return ALLOWED;
	current = plan_find_service(e->plan, slice_of(i->plan->services[service].id));
	other = current != PLAN_NONE ? incident_find(e, e->services[current].incident) : NULL;
	if (other != NULL && other != i && incident_is_open(other) &&
	    incident_has_running_clock(other))
		return REFUSED(WRONG_STATE,
			       "that service fails in another incident already: merge this one");
	return ALLOWED;
}

static struct refusal refuse_classify(const struct incident *i, const struct input *in)
{
	const char *what = in->u.act.args.what;

	if (strcmp(what, "technical") != 0 && strcmp(what, "operational") != 0)
		return REFUSED(SYNTAX, "what=technical or what=operational");
	if (!incident_is_open(i) || i->kind == INCIDENT_KIND_PAST)
		return REFUSED(WRONG_STATE, "the incident is over");
	return ALLOWED;
}

static bool has_activity(const struct incident *i)
{
	for (size_t k = 0; k < i->record.count; k++) {
		if (i->record.items[k].what == ENTRY_ACTIVITY && !i->record.items[k].superseded)
			return true;
	}
	return false;
}

static struct refusal refuse_complete(const struct incident *i, const struct input *in)
{
	if (!incident_is_open(i) || i->kind == INCIDENT_KIND_PAST)
		return REFUSED(WRONG_STATE, "the incident is over");
	if (i->word.total == 0)
		return REFUSED(WRONG_STATE,
			       "nobody has reported it; there is no report to complete");
	if (i->word.is_complete)
		return REFUSED(DUPLICATE, "the report is complete already; add entries or a note");
	if (in->u.act.note[0] == '\0' && !has_activity(i))
		return REFUSED(SYNTAX, "what was done? (entries what=activity, or the note)");
	return ALLOWED;
}

static bool is_by_word(const struct incident_service *s)
{
	return s->by_word && s->running;
}

static struct refusal refuse_restore(const struct turn *t, const struct incident *i,
				     const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	bool any = false;

	if (!report_act_is_in_charge(t, i, in->u.act.person))
		return REFUSED(DENIED,
			       "a desk, the coordinator or the process's team says that it works");
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		if (act_given(a, ACT_HAS(SERVICE)) && s->service != a->service)
			continue;
		if (s->running && !s->by_word)
			return REFUSED(
				WRONG_STATE,
				"what is measured is restored by measurement, not by a word");
		if (s->by_word && !report_is_word_only(t->e, s))
			return REFUSED(WRONG_STATE, "it is measured as failing");
		any = any || is_by_word(s);
	}
	if (!any && (!report_stands(i) || act_given(a, ACT_HAS(SERVICE))))
		return REFUSED(WRONG_STATE, "nothing of it rests on a person's word");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "what shows that it works? (note)");
	if (act_given(a, ACT_HAS(AT)) && a->at.us < i->began.us)
		return REFUSED(SYNTAX, "that is before it began");
	return ALLOWED;
}

static struct refusal refuse_return(const struct turn *t, const struct incident *i,
				    const struct input *in)
{
	const char *what = in->u.act.args.what;
	bool begun = wall_is_known(i->word.return_began), done = wall_is_known(i->word.return_done);

	if (strcmp(what, "begin") != 0 && strcmp(what, "done") != 0)
		return REFUSED(SYNTAX, "what=begin or what=done");
	if (!report_act_is_in_charge(t, i, in->u.act.person))
		return REFUSED(DENIED, "a desk, the coordinator or the process's team returns");
	if (i->state != INCIDENT_RESTORED && i->state != INCIDENT_RESUMED)
		return REFUSED(WRONG_STATE,
			       "the way back begins when operations go on by an alternative: after "
			       "restored or resumed");
	if (strcmp(what, "begin") == 0 && begun && !done)
		return REFUSED(DUPLICATE, "the way back has begun already");
	if (strcmp(what, "done") == 0 && (!begun || done))
		return REFUSED(WRONG_STATE, "no way back has begun (what=begin)");
	if (strcmp(what, "done") == 0 && act_given(&in->u.act.args, ACT_HAS(AT)) &&
	    in->u.act.args.at.us < i->word.return_began.us)
		return REFUSED(SYNTAX, "that is before the way back began");
	return ALLOWED;
}

bool report_act_refuse(const struct turn *t, const struct incident *i, const struct input *in,
		       struct refusal *ret)
{
	switch ((int)in->u.act.act) {
	case ACT_REPORT:
		*ret = refuse_report(t->e, in);
		return true;
	case ACT_CONFIRM_REPORT:
		*ret = refuse_confirm(t, i, in);
		return true;
	case ACT_CLASSIFY:
		*ret = refuse_classify(i, in);
		return true;
	case ACT_COMPLETE:
		*ret = refuse_complete(i, in);
		return true;
	case ACT_RESTORE:
		*ret = refuse_restore(t, i, in);
		return true;
	case ACT_RETURN:
		*ret = refuse_return(t, i, in);
		return true;
	case ACT_MERGE:
		*ret = merge_refuse(t, i, in);
		return true;
	default:
		return false;
	}
}

/* --- what follows ------------------------------------------------------------------------------------ */

static void move(const struct turn *t, const struct incident *i, enum incident_state to,
		 struct wall_time at)
{
	struct event *ev = turn_add(t, EVENT_INCIDENT_STATE, at);

	ev->incident = i->id;
	ev->from = (int)i->state;
	ev->to = (int)to;
}

/* The clock of a process that a person says is down: from the reported hour, an estimate until it is measured. */
static void start_clock(const struct turn *t, const struct incident *i, uint32_t service,
			struct wall_time began)
{
	struct event *ev = turn_add(t, EVENT_CLOCK_STARTED, began);

	ev->incident = i->id;
	ev->service = service;
	ev->began = began;
	ev->number = i->plan->services[service].rto_us;
	ev->until = wall_add_us(began, ev->number);
	ev->estimated = true;
}

static void follow_confirm(const struct turn *t, const struct incident *i, const struct input *in,
			   struct event *ev)
{
	bool hour = act_given(&in->u.act.args, ACT_HAS(AT));
	struct wall_time began = hour ? in->u.act.args.at : i->began;
	uint32_t service = confirmed_service(i, in);

	ev->service = service;
	ev->at = t->now; /* `at` is the hour of what is confirmed: it goes into the clock */
	if (i->state == INCIDENT_SUSPECT)
		move(t, i, INCIDENT_CONFIRMED, t->now);
	if (service != PLAN_NONE)
		start_clock(t, i, service, began);
}

static void follow_restore(const struct turn *t, const struct incident *i, const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	struct wall_time at = act_given(a, ACT_HAS(AT)) ? a->at : t->now;
	size_t left = 0;

	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];
		struct event *ev;

		if (!s->running)
			continue;
		if (act_given(a, ACT_HAS(SERVICE)) && s->service != a->service) {
			left++;
			continue;
		}
		ev = turn_add(t, EVENT_CLOCK_RESTORED, wall_max(at, s->began));
		ev->incident = i->id;
		ev->service = s->service;
		ev->began = ev->at;
		ev->number = wall_diff_us(ev->began, s->began);
	}
	if (left == 0 && i->kind == INCIDENT_KIND_REPORTED)
		move(t, i, INCIDENT_RESTORED, at);
}

static bool is_undone_by(const struct incident *i, const struct incident_service *s, uint64_t entry)
{
	return (i->state == INCIDENT_RESTORED || incident_has_running_clock(i)) && s->by_word &&
	       !s->running && s->works == entry;
}

void report_act_undo_restore(const struct turn *t, const struct incident *i, uint64_t entry)
{
	if (i->state == INCIDENT_RESTORED && i->kind == INCIDENT_KIND_REPORTED &&
	    i->word.works == entry)
		move(t, i, wall_is_known(i->confirmed) ? INCIDENT_CONFIRMED : INCIDENT_SUSPECT,
		     t->now);
	for (size_t k = 0; k < i->service_count; k++) {
		if (is_undone_by(i, &i->services[k], entry))
			start_clock(t, i, i->services[k].service, i->services[k].began);
	}
}

/* Whoever was told that it works is called anew, as for another episode. */
void report_act_apply_undo(struct incident *i, uint64_t entry)
{
	bool restored = i->state == INCIDENT_RESTORED && i->word.works == entry;

	for (size_t k = 0; k < i->service_count; k++) {
		if (is_undone_by(i, &i->services[k], entry))
			incident_fails_on(i, &i->services[k]);
	}
	if (restored)
		i->restored = WALL_UNKNOWN;
}

void report_act_follow(const struct turn *t, const struct incident *i, const struct input *in,
		       struct event *ev)
{
	switch ((int)in->u.act.act) {
	case ACT_CONFIRM_REPORT:
		follow_confirm(t, i, in, ev);
		break;
	case ACT_RESTORE:
		follow_restore(t, i, in);
		break;
	case ACT_MERGE:
		merge_follow(t, i, in, ev);
		break;
	default:
		break;
	}
}
