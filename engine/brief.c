#include "engine/brief.h"

#include "engine/engine_state.h"

/* --- services ------------------------------------------------------------------------------------------- */

/* Each check below an expression once per component; a diagram names few. */
static void count_checks(const struct engine *e, const struct plan_need *need,
			 struct wall_time began, struct brief_service *ret)
{
	const struct plan_component *c;

	for (size_t k = 0; k < need->child_count; k++)
		count_checks(e, &need->children[k], began, ret);
	if (need->kind != NEED_COMPONENT)
		return;
	c = &e->plan->components[need->component];
	for (uint32_t k = 0; k < c->check_count; k++) {
		struct check_now now = vantage_check(e, c->check_first + k);
		bool serves = now.state == CHECK_OK || now.state == CHECK_WARNING;

		ret->checks++;
		ret->failing += now.state == CHECK_CRITICAL || now.state == CHECK_BLIND;
		ret->recovered += serves && wall_is_known(now.good) && now.good.us > began.us;
	}
}

static struct brief_service service_of(const struct engine *e, const struct incident *i,
				       const struct incident_service *s, struct wall_time now)
{
	struct brief_service b = {.service = s->service,
				  .running = s->running,
				  .breached = s->breached,
				  .estimated = s->estimated,
				  .began = s->began,
				  .not_before = s->not_before,
				  .breach_at = s->breach_at,
				  .restored = s->running ? WALL_UNKNOWN : s->restored,
				  .next_at = WALL_NEVER};
	struct wall_time end = wall_is_known(b.restored) ? b.restored : now;

	if (wall_is_known(s->began)) {
		b.elapsed_us = wall_diff_us(end, s->began);
		b.left_us = wall_diff_us(s->breach_at, end);
	}
	for (size_t k = 0; s->running && k < s->step_count; k++) {
		const struct plan_step *step =
			&i->plan->policies[i->plan->services[s->service].policy].steps[k];
		struct wall_time at = wall_add_us(s->began, gate_after_us(i, s, k));

		if (s->steps[k].fired || step->at == AT_CONFIRMED || at.us >= b.next_at.us)
			continue;
		b.next_at = at;
		b.next_pct = step->pct;
		b.next_step = (uint32_t)k;
	}
	if (s->current != PLAN_NONE && wall_is_known(s->began))
		count_checks(e, e->plan->services[s->current].needs, s->began, &b);
	return b;
}

static void fill_services(const struct engine *e, const struct incident *i, struct arena *arena,
			  struct brief *ret)
{
	struct brief_service *list = arena_calloc(arena, i->service_count, sizeof(*list));

	ret->urgent = PLAN_NONE;
	for (size_t k = 0; k < i->service_count; k++) {
		list[k] = service_of(e, i, &i->services[k], ret->now);
		if (list[k].running && (ret->urgent == PLAN_NONE ||
					list[k].breach_at.us < list[ret->urgent].breach_at.us))
			ret->urgent = (uint32_t)k;
	}
	ret->services = list;
	ret->service_count = i->service_count;
}

/* --- who was called ------------------------------------------------------------------------------------- */

static void fill_answer(const struct incident *i, struct brief_person *p)
{
	for (size_t k = 0; k < i->ack_count; k++) {
		const struct ack *a = &i->acks[k];

		if (a->person != p->person)
			continue;
		p->act = a->act;
		p->passed = a->act == ACT_NO_PUEDO;
		p->answered = !p->passed && !a->expired;
		if (p->answered || p->passed)
			p->at = a->at;
	}
	/* Who has decided has answered, whatever became of the call. */
	for (size_t k = 0; k < i->deed_count; k++) {
		const struct deed *d = &i->deeds[k];

		if (d->person != p->person || d->state == DEED_DISPUTED ||
		    d->at.us < i->confirmed.us)
			continue;
		p->act = d->act;
		p->answered = true;
		p->passed = false;
		p->at = d->at;
	}
}

static bool asks_for_an_answer(enum call_kind k)
{
	return k == CALL_DOWN || k == CALL_BLIND || k == CALL_MARK || k == CALL_ASK ||
	       k == CALL_BREACH;
}

static void fill_people(const struct incident *i, struct arena *arena, struct brief *ret)
{
	struct brief_person *list = arena_calloc(arena, i->plan->person_count, sizeof(*list));
	size_t n = 0;

	for (size_t k = 0; k < i->call_count; k++) {
		const struct call *c = &i->calls[k];
		size_t at = 0;

		if (!asks_for_an_answer(c->kind))
			continue;
		while (at < n && list[at].person != c->person)
			at++;
		if (at == n)
			list[n++].person = c->person;
		list[at].seat = c->seat;
		list[at].level = c->level;
		list[at].calls++;
		list[at].at = c->at;
		list[at].state = c->state;
	}
	for (size_t k = 0; k < n; k++)
		fill_answer(i, &list[k]);
	ret->people = list;
	ret->person_count = n;
}

/* --- what was done and decided --------------------------------------------------------------------------- */

static void fill_deeds(const struct incident *i, struct arena *arena, struct brief *ret)
{
	struct brief_deed *list = arena_calloc(arena, i->deed_count, sizeof(*list));

	for (size_t k = 0; k < i->deed_count; k++) {
		const struct deed *d = &i->deeds[k];

		list[k] = (struct brief_deed){.seq = d->seq,
					      .act = d->act,
					      .proof = d->proof,
					      .state = d->state,
					      .person = d->person,
					      .recorded_by = d->recorded_by,
					      .second = d->second,
					      .at = d->at,
					      .due = d->due,
					      .note = d->note};
		ret->unconfirmed += d->state == DEED_UNCONFIRMED || d->state == DEED_OVERDUE;
		if (d->state == DEED_OVERDUE)
			ret->irregular |= IRREGULAR_UNCONFIRMED;
		if (d->state == DEED_DISPUTED)
			ret->irregular |= IRREGULAR_DISPUTED;
	}
	ret->deeds = list;
	ret->deed_count = i->deed_count;
}

static void fill_ratification(const struct incident *i, struct brief *ret)
{
	const struct ratification *r = &i->ratification;

	ret->ratification = r->state;
	ret->ratification_due = r->state == RATIFICATION_PENDING ? r->due : WALL_UNKNOWN;
	ret->ratifiers = r->ratifiers;
	ret->ratifier_count = r->ratifier_count;
	if (r->state == RATIFICATION_PENDING)
		ret->irregular |= IRREGULAR_RATIFICATION;
	if (r->state == RATIFICATION_PENDING && r->overdue)
		ret->irregular |= IRREGULAR_RATIFICATION_OVERDUE;
	if (r->state == RATIFICATION_REFUSED)
		ret->irregular |= IRREGULAR_RATIFICATION_REFUSED;
}

static const struct incident_service *find_ask(const struct incident *i, bool fired,
					       size_t *ret_step)
{
	for (size_t k = 0; k < i->service_count; k++) {
		const struct incident_service *s = &i->services[k];

		for (size_t n = 0; n < s->step_count; n++) {
			if (i->plan->policies[i->plan->services[s->service].policy].steps[n].ask !=
				    ASK_ACTIVATE ||
			    s->steps[n].fired != fired)
				continue;
			*ret_step = n;
			return s;
		}
	}
	return NULL;
}

/* The step by which level 1 was asked; before that, the one that will ask it first. */
static const struct incident_service *asking(const struct incident *i, size_t *ret_step)
{
	const struct incident_service *found = find_ask(i, true, ret_step);

	if (found == NULL)
		found = gate_next_ask(i, ret_step);
	return found != NULL ? found : find_ask(i, false, ret_step);
}

static void fill_clause(const struct incident *i, struct brief *ret)
{
	size_t step = 0;
	const struct incident_service *s = asking(i, &step);
	const struct plan_service *ps;

	ret->clause = (struct brief_clause){.policy = PLAN_NONE,
					    .step = PLAN_NONE,
					    .service = PLAN_NONE,
					    .procedure = PLAN_NONE,
					    .mark = WALL_UNKNOWN,
					    .latest = WALL_UNKNOWN};
	ret->gate_until = ret->gate_latest = WALL_UNKNOWN;
	if (s == NULL || !wall_is_known(s->began))
		return;
	ps = &i->plan->services[s->service];
	ret->clause = (struct brief_clause){
		.policy = ps->policy,
		.step = (uint32_t)step,
		.service = s->service,
		.procedure = ps->procedure,
		.mark = wall_add_us(
			s->began,
			plan_step_after_us(&i->plan->policies[ps->policy].steps[step], ps->rto_us)),
		.latest = wall_add_us(s->began, plan_gate_latest_us(i->plan, s->service, step)),
		.window_us = plan_step_window_us(i->plan, s->service,
						 &i->plan->policies[ps->policy].steps[step])};
	s = gate_next_ask(i, &step);
	if (s == NULL || (ret->gate != GATE_SHUT && ret->gate != GATE_HELD))
		return;
	ret->gate_until = wall_add_us(s->began, gate_after_us(i, s, step));
	ret->gate_latest = wall_add_us(s->began, plan_gate_latest_us(i->plan, s->service, step));
}

/* --- checklists ------------------------------------------------------------------------------------------ */

static struct brief_checklist checklist_of(const struct incident *i, const struct checklist *c,
					   struct arena *arena)
{
	const struct plan_procedure *p = &i->plan->procedures[c->procedure];
	struct brief_task *tasks = arena_calloc(arena, c->task_count, sizeof(*tasks));
	struct brief_checklist b = {.service = c->service,
				    .procedure = c->procedure,
				    .tasks = tasks,
				    .task_count = (uint32_t)c->task_count,
				    .next = c->next,
				    .due = c->next != PLAN_NONE ? c->due : WALL_UNKNOWN,
				    .overdue = c->overdue};

	for (uint32_t k = 0; k < b.task_count; k++) {
		const struct task *t = &c->tasks[k];

		tasks[k] = (struct brief_task){
			.activity = k,
			.state = t->state,
			.seat = plan_find_actor(i->plan, slice_of(p->activities[k].by)),
			.by = t->by,
			.recorded_by = t->recorded_by,
			.at = t->at,
			.seq = t->seq};
		b.done += t->state != TASK_OPEN;
	}
	return b;
}

static void fill_checklists(const struct incident *i, struct arena *arena, struct brief *ret)
{
	struct brief_checklist *list = arena_calloc(arena, i->checklist_count, sizeof(*list));

	for (size_t k = 0; k < i->checklist_count; k++)
		list[k] = checklist_of(i, &i->checklists[k], arena);
	ret->checklists = list;
	ret->checklist_count = i->checklist_count;
}

bool brief_of(const struct engine *e, uint64_t incident, struct wall_time now, struct arena *arena,
	      struct brief *ret)
{
	const struct incident *i = incident_find(e, incident);

	if (i == NULL)
		return false;
	*ret = (struct brief){.incident = i->id,
			      .folio = i->folio,
			      .state = i->state,
			      .plan = i->plan,
			      .now = now,
			      .gate = gate_state(i),
			      .gate_why = i->gate.why,
			      .gate_opened = i->gate.opened,
			      .gate_waits = i->gate.waits,
			      .authorisers = i->authorisers,
			      .authoriser_count = i->authoriser_count,
			      .quorum = act_quorum(i),
			      .declared_by = i->declared_by};
	fill_services(e, i, arena, ret);
	fill_people(i, arena, ret);
	fill_deeds(i, arena, ret);
	fill_ratification(i, ret);
	fill_clause(i, ret);
	fill_checklists(i, arena, ret);
	return true;
}

const char *brief_irregular_word(unsigned k)
{
	static const char *const words[] = {
#define X(sym, word) word,
		IRREGULARITIES(X)
#undef X
	};

	return k < COUNT_OF(words) ? words[k] : NULL;
}
