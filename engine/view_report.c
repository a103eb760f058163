/* What people reported, and what they owe, for those who look. */
#include <assert.h>
#include <stdlib.h>

#include "engine/engine_state.h"

void view_fill_words(const struct engine *e, const struct incident *i, struct view_incident *ret)
{
	const struct report_run *w = &i->word;

	ret->report_count = (uint32_t)w->count;
	ret->reports = w->total;
	ret->operational = w->operational;
	ret->complete = w->is_complete;
	ret->summary = w->summary;
	ret->contradicted = report_is_contradicted(e, i);
	ret->merged_into = w->merged_into;
	ret->return_began = w->return_began;
	ret->return_done = w->return_done;
	ret->report_due = i->record.report_due;
	ret->handed_in = i->record.handed_in;
}

void view_report(const struct engine *e, uint64_t incident, size_t index, struct view_report *ret)
{
	const struct incident *i = incident_find(e, incident);
	const struct report *r;

	assert(i != NULL && index < i->word.count);
	r = &i->word.items[index];
	*ret = (struct view_report){.seq = r->seq,
				    .at = r->at,
				    .recorded = r->recorded,
				    .person = r->person,
				    .service = r->service,
				    .site = r->site,
				    .type = plan_find_report_type(i->plan, slice_of(r->what)),
				    .what = r->what,
				    .via = r->via,
				    .ref = r->ref,
				    .text = r->text};
}

uint64_t view_incident_of_report(const struct engine *e, uint64_t seq)
{
	for (size_t k = e->incident_count; k-- > 0;) {
		const struct report_run *w = &e->incidents[k]->word;

		for (size_t n = w->count; n-- > 0;) {
			if (w->items[n].seq == seq)
				return e->incidents[k]->id;
		}
	}
	return 0;
}

static void add_debt(struct view_debt *ret, uint32_t *n, uint32_t max, struct view_debt d)
{
	uint32_t at = *n;

	while (at > 0 && ret[at - 1].due.us > d.due.us)
		at--;
	if (at >= max)
		return;
	for (uint32_t k = *n < max ? *n : max - 1; k > at; k--)
		ret[k] = ret[k - 1];
	ret[at] = d;
	if (*n < max)
		(*n)++;
}

uint32_t view_debts(const struct engine *e, struct wall_time now, struct view_debt *ret,
		    uint32_t max)
{
	uint32_t n = 0;

	for (size_t k = 0; max > 0 && k < e->incident_count; k++) {
		const struct incident *i = e->incidents[k];
		struct view_debt d = {.incident = i->id, .folio = i->folio, .plan = i->plan};

		for (size_t x = 0; x < i->record.count && !i->record.dropped && !i->drill; x++) {
			if (!deadline_is_owed(&i->record.items[x]))
				continue;
			d.entry = i->record.items[x].seq;
			d.person = i->record.items[x].owner;
			d.due = i->record.items[x].due;
			d.overdue = d.due.us <= now.us;
			add_debt(ret, &n, max, d);
		}
		if (i->record.dropped || i->drill || !deadline_owes_report(i) ||
		    !wall_is_known(i->record.report_due))
			continue;
		d.entry = 0;
		d.person = PLAN_NONE;
		d.due = i->record.report_due;
		d.overdue = d.due.us <= now.us;
		add_debt(ret, &n, max, d);
	}
	return n;
}
