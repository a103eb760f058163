#include "collector/brief_json.h"

#include "base/micro.h"

static const char *const criticality_words[] = {"very-high", "high", "medium", "low"};

static void kv_person(struct json_emit *j, const char *key, const struct plan *p, uint32_t person)
{
	json_kv_str(j, key, person != PLAN_NONE ? p->people[person].id : NULL);
}

static void put_people(struct json_emit *j, const char *key, const struct plan *p,
		       const uint32_t *people, size_t n)
{
	json_key(j, key);
	json_open_array(j);
	for (size_t k = 0; k < n; k++)
		json_str(j, p->people[people[k]].id);
	json_close_array(j);
}

/* --- what was decided ------------------------------------------------------------------------------------ */

static void put_gate(struct json_emit *j, const struct brief *b)
{
	bool open = b->gate == GATE_OPEN;

	json_key(j, "gate");
	json_open_object(j);
	json_kv_str(j, "state", gate_state_word(b->gate));
	json_kv_str(j, "why", open ? gate_why_word(b->gate_why) : NULL);
	json_kv_time(j, "opened", open ? b->gate_opened : WALL_UNKNOWN);
	json_kv_i64(j, "waits", b->gate_waits);
	json_kv_time(j, "until", b->gate_until);
	json_close_object(j);
}

static void put_ratification(struct json_emit *j, const struct brief *b)
{
	json_key(j, "ratification");
	if (b->ratification == RATIFICATION_NONE) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_str(j, "state", ratification_state_word(b->ratification));
	json_kv_time(j, "due", b->ratification_due);
	put_people(j, "by", b->plan, b->ratifiers, b->ratifier_count);
	json_close_object(j);
}

static void put_task(struct json_emit *j, const struct brief *b, const struct plan_procedure *p,
		     const struct brief_task *t)
{
	const struct plan_activity *a = &p->activities[t->activity];
	bool open = t->state == TASK_OPEN;

	json_open_object(j);
	json_kv_i64(j, "n", a->n);
	json_kv_str(j, "do", a->what);
	json_kv_str(j, "by", a->by);
	json_kv_str(j, "seat", t->seat != PLAN_NONE ? b->plan->seats[t->seat].id : NULL);
	json_kv_bool(j, "question", a->if_no != 0 || a->if_yes != 0);
	json_kv_str(j, "state", task_state_word(t->state));
	kv_person(j, "person", b->plan, open ? PLAN_NONE : t->by);
	kv_person(j, "recorded_by", b->plan, open ? PLAN_NONE : t->recorded_by);
	json_kv_time(j, "at", open ? WALL_UNKNOWN : t->at);
	json_key(j, "entry");
	if (open)
		json_null(j);
	else
		json_i64(j, (int64_t)t->seq);
	json_close_object(j);
}

static void put_checklist(struct json_emit *j, const struct brief *b,
			  const struct brief_checklist *c, bool tasks)
{
	const struct plan_procedure *p = &b->plan->procedures[c->procedure];
	const struct plan_activity *next = c->next != PLAN_NONE ? &p->activities[c->next] : NULL;

	json_open_object(j);
	json_kv_str(j, "procedure", p->id);
	json_kv_str(j, "name", p->name);
	json_kv_str(j, "service", b->plan->services[c->service].id);
	json_kv_i64(j, "done", c->done);
	json_kv_i64(j, "activities", c->task_count);
	json_key(j, "next");
	if (next != NULL)
		json_i64(j, next->n);
	else
		json_null(j);
	json_kv_str(j, "next_do", next != NULL ? next->what : NULL);
	json_kv_str(j, "next_by", next != NULL ? next->by : NULL);
	json_kv_time(j, "due", c->due);
	json_kv_bool(j, "overdue", c->overdue);
	if (tasks) {
		json_key(j, "tasks");
		json_open_array(j);
		for (uint32_t k = 0; k < c->task_count; k++)
			put_task(j, b, p, &c->tasks[k]);
		json_close_array(j);
	}
	json_close_object(j);
}

static void put_checklists(struct json_emit *j, const struct brief *b, bool tasks)
{
	json_key(j, "checklists");
	json_open_array(j);
	for (size_t k = 0; k < b->checklist_count; k++)
		put_checklist(j, b, &b->checklists[k], tasks);
	json_close_array(j);
}

/* What another wrote down and nobody has confirmed or disputed: enough to ask whom it concerns. */
static void put_to_confirm(struct json_emit *j, const struct brief *b)
{
	json_key(j, "to_confirm");
	json_open_array(j);
	for (size_t k = 0; k < b->deed_count; k++) {
		const struct brief_deed *d = &b->deeds[k];

		if (d->state != DEED_UNCONFIRMED)
			continue;
		json_open_object(j);
		json_kv_i64(j, "entry", (int64_t)d->seq);
		json_kv_time(j, "at", d->at);
		json_kv_str(j, "act", act_word(d->act));
		kv_person(j, "person", b->plan, d->person);
		kv_person(j, "recorded_by", b->plan, d->recorded_by);
		json_kv_str(j, "proof", proof_word(d->proof));
		json_kv_time(j, "due", d->due);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_decision(struct json_emit *j, const struct brief *b, bool tasks)
{
	put_gate(j, b);
	put_people(j, "authorised", b->plan, b->authorisers, b->authoriser_count);
	json_kv_i64(j, "quorum", (int64_t)b->quorum);
	kv_person(j, "declared_by", b->plan, b->declared_by);
	put_ratification(j, b);
	json_kv_i64(j, "unconfirmed", b->unconfirmed);
	json_key(j, "irregular");
	json_open_array(j);
	for (unsigned k = 0; brief_irregular_word(k) != NULL; k++) {
		if (b->irregular & (1u << k))
			json_str(j, brief_irregular_word(k));
	}
	json_close_array(j);
	put_checklists(j, b, tasks);
}

void brief_json_put_decision(struct json_emit *j, const struct brief *b)
{
	put_decision(j, b, false);
	put_to_confirm(j, b);
}

/* --- the facts ------------------------------------------------------------------------------------------- */

static void put_service(struct json_emit *j, const struct brief *b, const struct brief_service *s)
{
	const struct plan_service *p = &b->plan->services[s->service];
	bool known = wall_is_known(s->began);

	json_open_object(j);
	json_kv_str(j, "id", p->id);
	json_kv_str(j, "name", p->name);
	json_kv_str(j, "area", p->area);
	json_kv_str(j, "criticality", criticality_words[p->criticality]);
	json_kv_micro(j, "rto", p->rto_us);
	json_kv_bool(j, "running", s->running);
	json_kv_bool(j, "estimated", s->estimated);
	json_kv_time(j, "began", s->began);
	json_kv_time(j, "not_before", s->not_before);
	json_kv_micro(j, "elapsed", known ? s->elapsed_us : MICRO_NONE);
	json_kv_micro(j, "left", known ? s->left_us : MICRO_NONE);
	json_kv_time(j, "breach_at", s->breach_at);
	json_kv_bool(j, "breached", s->breached);
	json_kv_time(j, "restored", s->restored);
	json_kv_i64(j, "checks", s->checks);
	json_kv_i64(j, "failing", s->failing);
	json_kv_i64(j, "recovered", s->recovered);
	json_kv_time(j, "next_mark", s->next_at);
	json_key(j, "next_pct");
	if (s->next_at.us != WALL_NEVER.us)
		json_i64(j, s->next_pct);
	else
		json_null(j);
	json_close_object(j);
}

static void put_person(struct json_emit *j, const struct brief *b, const struct brief_person *q)
{
	json_open_object(j);
	kv_person(j, "person", b->plan, q->person);
	json_kv_str(j, "post", b->plan->people[q->person].post);
	json_kv_str(j, "seat", q->seat != PLAN_NONE ? b->plan->seats[q->seat].id : NULL);
	json_kv_i64(j, "level", q->level);
	json_kv_i64(j, "calls", q->calls);
	json_kv_bool(j, "answered", q->answered);
	json_kv_str(j, "act", q->answered || q->passed ? act_word(q->act) : NULL);
	json_kv_time(j, "at", q->at);
	json_kv_str(j, "state", call_state_word(q->state));
	json_close_object(j);
}

static void put_deed(struct json_emit *j, const struct brief *b, const struct brief_deed *d)
{
	json_open_object(j);
	json_kv_i64(j, "entry", (int64_t)d->seq);
	json_kv_time(j, "at", d->at);
	json_kv_str(j, "act", act_word(d->act));
	kv_person(j, "person", b->plan, d->person);
	json_kv_str(j, "post", b->plan->people[d->person].post);
	kv_person(j, "recorded_by", b->plan, d->recorded_by);
	json_kv_str(j, "proof", proof_word(d->proof));
	json_kv_str(j, "state", deed_state_word(d->state));
	kv_person(j, "second", b->plan, d->second);
	json_kv_time(j, "due", d->state == DEED_UNCONFIRMED ? d->due : WALL_UNKNOWN);
	json_kv_str(j, "note", d->note);
	json_close_object(j);
}

static void put_clause(struct json_emit *j, const struct brief *b)
{
	const struct brief_clause *c = &b->clause;
	const struct plan_institution *in = &b->plan->institution;

	json_key(j, "clause");
	json_open_object(j);
	json_kv_str(j, "code", in->code);
	json_kv_str(j, "revision", in->revision);
	json_kv_str(j, "policy", c->policy != PLAN_NONE ? b->plan->policies[c->policy].id : NULL);
	json_kv_i64(j, "step", c->policy != PLAN_NONE ? (int64_t)c->step + 1 : 0);
	json_kv_str(j, "service",
		    c->service != PLAN_NONE ? b->plan->services[c->service].id : NULL);
	json_kv_str(j, "procedure",
		    c->procedure != PLAN_NONE ? b->plan->procedures[c->procedure].id : NULL);
	json_kv_time(j, "mark", c->mark);
	json_kv_time(j, "latest", c->latest);
	json_kv_micro(j, "window", c->policy != PLAN_NONE ? c->window_us : MICRO_NONE);
	json_close_object(j);
}

void brief_json_put(struct json_emit *j, const struct brief *b)
{
	json_key(j, "brief");
	json_open_object(j);
	json_kv_time(j, "now", b->now);
	json_key(j, "services");
	json_open_array(j);
	for (size_t k = 0; k < b->service_count; k++)
		put_service(j, b, &b->services[k]);
	json_close_array(j);
	json_kv_str(j, "urgent",
		    b->urgent != PLAN_NONE ? b->plan->services[b->services[b->urgent].service].id
					   : NULL);
	json_key(j, "people");
	json_open_array(j);
	for (size_t k = 0; k < b->person_count; k++)
		put_person(j, b, &b->people[k]);
	json_close_array(j);
	json_key(j, "done");
	json_open_array(j);
	for (size_t k = 0; k < b->deed_count; k++)
		put_deed(j, b, &b->deeds[k]);
	json_close_array(j);
	put_clause(j, b);
	put_decision(j, b, true);
	json_close_object(j);
}
