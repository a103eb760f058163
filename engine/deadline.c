/* By when the final report and the improvement actions are due. Who owes is told once, as information; the board shows it until it is done. A closed
 * incident stays in memory as long as it owes something, and not for ever: past OWING_MAX of them the oldest gives way, on record. */
#include <string.h>

#include "engine/engine_state.h"

enum { COORDINATOR_LEVEL = 2 };

bool deadline_owes_report(const struct incident *i)
{
	return i->state == INCIDENT_CLOSED && i->record.is_owed && !i->record.handed_in &&
	       i->plan->deadlines.report_us > 0;
}

bool deadline_is_owed(const struct book_entry *r)
{
	return r->what == ENTRY_IMPROVEMENT && !r->superseded && !r->done;
}

bool deadline_is_owing(const struct incident *i)
{
	if (i->record.dropped || i->drill)
		return false; /* a drill ends with its day */
	for (size_t k = 0; k < i->record.count; k++) {
		if (deadline_is_owed(&i->record.items[k]))
			return true;
	}
	return deadline_owes_report(i);
}

static struct event *add(const struct turn *t, enum event_kind kind, const struct incident *i,
			 const char *what, struct wall_time due)
{
	struct event *ev = turn_add(t, kind, t->now);

	ev->incident = i->id;
	memcpy(ev->what, what, strlen(what) + 1);
	ev->until = due;
	return ev;
}

static void tell(const struct turn *t, const struct incident *i, uint32_t seat, uint32_t person,
		 uint64_t about)
{
	struct call_order o = {.seat = seat,
			       .person = person,
			       .service = i->service_count > 0 ? i->services[0].service : PLAN_NONE,
			       .kind = CALL_DUE,
			       .about = about};

	(void)calltree_call(t, i, &o); /* once; whoever cannot be told sees it on the board */
}

static void decide_report(const struct turn *t, const struct incident *i)
{
	const struct entry_book *r = &i->record;

	if (!wall_is_known(r->report_due)) {
		add(t, EVENT_DEADLINE_SET, i, "report",
		    wall_add_us(i->closed, i->plan->deadlines.report_us));
		return;
	}
	if (r->report_told == 0 && r->report_due.us <= t->now.us)
		add(t, EVENT_DEADLINE_DUE, i, "report", r->report_due);
	for (uint32_t s = 0; r->report_told != 0 && s < i->plan->seat_count; s++) {
		if (i->plan->seats[s].level == COORDINATOR_LEVEL)
			tell(t, i, s, PLAN_NONE, r->report_told);
	}
}

static void decide_action(const struct turn *t, const struct incident *i,
			  const struct book_entry *r)
{
	struct event *ev;

	if (r->told != 0) {
		tell(t, i, PLAN_NONE, r->owner, r->told);
		return;
	}
	if (r->due.us > t->now.us)
		return;
	ev = add(t, EVENT_DEADLINE_DUE, i, "improvement", r->due);
	ev->entry = r->seq;
	ev->person = r->owner;
}

/* The oldest one that nobody will look after any more. */
static void decide_bound(const struct turn *t)
{
	const struct incident *oldest = NULL;
	size_t owing = 0;

	for (size_t k = t->e->incident_count; k-- > 0;) {
		const struct incident *i = t->e->incidents[k];

		if (!incident_is_open(i) && deadline_is_owing(i)) {
			owing++;
			oldest = i;
		}
	}
	if (owing > OWING_MAX && oldest != NULL)
		turn_add(t, EVENT_DEADLINE_DROPPED, t->now)->incident = oldest->id;
}

void deadline_decide(const struct turn *t)
{
	for (size_t k = 0; k < t->e->incident_count; k++) {
		const struct incident *i = t->e->incidents[k];

		if (i->record.dropped || i->drill ||
		    i->call_count >= t->e->limits.calls_per_incident)
			continue;
		if (deadline_owes_report(i))
			decide_report(t, i);
		for (size_t n = 0; n < i->record.count; n++) {
			if (deadline_is_owed(&i->record.items[n]))
				decide_action(t, i, &i->record.items[n]);
		}
	}
	if (t->out->count == 0)
		decide_bound(t);
}

struct wall_time deadline_next(const struct engine *e)
{
	struct wall_time d = WALL_NEVER;

	for (size_t k = 0; k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];

		if (i->record.dropped || i->drill || i->call_count >= e->limits.calls_per_incident)
			continue;
		if (deadline_owes_report(i) && i->record.report_told == 0 &&
		    wall_is_known(i->record.report_due))
			d = wall_min(d, i->record.report_due);
		for (size_t n = 0; n < i->record.count; n++) {
			if (deadline_is_owed(&i->record.items[n]) && i->record.items[n].told == 0)
				d = wall_min(d, i->record.items[n].due);
		}
	}
	return d;
}
