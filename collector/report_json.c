#include "collector/report_json.h"

#include <stdio.h>

enum { DEBTS_MAX = 200 };

static void put_one(struct json_emit *j, const struct plan *p, const struct view_report *r)
{
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)r->seq);
	json_kv_time(j, "at", r->at);
	json_kv_time(j, "recorded", r->recorded);
	json_kv_str(j, "what", r->what);
	json_kv_str(j, "name", r->type != PLAN_NONE ? p->reports.types[r->type].name : r->what);
	json_kv_str(j, "procedure",
		    r->type != PLAN_NONE && p->reports.types[r->type].procedure != PLAN_NONE
			    ? p->procedures[p->reports.types[r->type].procedure].id
			    : NULL);
	json_kv_str(j, "via", r->via);
	json_kv_str(j, "service", r->service != PLAN_NONE ? p->services[r->service].id : NULL);
	json_kv_str(j, "site", r->site != PLAN_NONE ? p->sites[r->site].id : NULL);
	json_kv_str(j, "ref", r->ref);
	json_kv_str(j, "person", r->person != PLAN_NONE ? p->people[r->person].id : NULL);
	json_kv_str(j, "note", r->text);
	json_close_object(j);
}

void report_json_put(struct json_emit *j, const struct engine *e, const struct view_incident *i)
{
	json_key(j, "reports");
	json_open_array(j);
	for (uint32_t k = 0; k < i->report_count; k++) {
		struct view_report r;

		view_report(e, i->id, k, &r);
		put_one(j, i->plan, &r);
	}
	json_close_array(j);
	json_kv_i64(j, "report_count", i->reports);
	json_kv_str(j, "class", i->operational ? "operational" : "technical");
	json_kv_bool(j, "complete", i->complete);
	json_kv_bool(j, "contradicted", i->contradicted);
	json_key(j, "merged_into");
	if (i->merged_into != 0)
		json_i64(j, (int64_t)i->merged_into);
	else
		json_null(j);
	json_kv_time(j, "return_began", i->return_began);
	json_kv_time(j, "return_done", i->return_done);
	json_kv_time(j, "report_due", i->report_due);
	json_kv_bool(j, "report_handed_in", i->handed_in);
}

void report_json_put_debts(struct json_emit *j, const struct engine *e, struct wall_time now)
{
	struct view_debt debts[DEBTS_MAX];
	uint32_t n = view_debts(e, now, debts, DEBTS_MAX);

	json_key(j, "debts");
	json_open_array(j);
	for (uint32_t k = 0; k < n; k++) {
		const struct view_debt *d = &debts[k];
		char folio[16];

		snprintf(folio, sizeof(folio), "%02u", d->folio);
		json_open_object(j);
		json_kv_i64(j, "incident", (int64_t)d->incident);
		json_kv_str(j, "folio", folio);
		json_kv_str(j, "what", d->entry != 0 ? "improvement" : "report");
		json_key(j, "entry");
		if (d->entry != 0)
			json_i64(j, (int64_t)d->entry);
		else
			json_null(j);
		json_kv_str(j, "person",
			    d->person != PLAN_NONE ? d->plan->people[d->person].id : NULL);
		json_kv_time(j, "due", d->due);
		json_kv_bool(j, "overdue", d->overdue);
		json_close_object(j);
	}
	json_close_array(j);
}
