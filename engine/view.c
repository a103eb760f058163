#include "engine/view.h"

#include <assert.h>
#include <string.h>

#include "engine/calltree.h"
#include "engine/cuts_series.h"
#include "engine/engine_state.h"

const struct plan *view_plan(const struct engine *e)
{
	return e->plan;
}

size_t view_plan_count(const struct engine *e)
{
	return e->plan_count;
}

void view_check(const struct engine *e, uint32_t check, struct view_check *ret)
{
	struct check_now now = vantage_check(e, check);

	*ret = (struct view_check){
		.state = now.state,
		.suspect = now.suspect,
		.since = now.since,
		.began = now.began,
		.not_before = now.not_before,
		.flapping = e->flaps[check].flapping,
		.flapping_since = e->flaps[check].flapping ? e->flaps[check].since : WALL_UNKNOWN,
		.why = now.why};
}

void view_vantage(const struct engine *e, uint32_t vantage, struct view_vantage *ret)
{
	const struct vantage_state *v = &e->vantages[vantage];
	const struct vantage_soft *s = &e->soft[vantage];

	assert(vantage < e->plan->vantage_count);
	*ret = (struct view_vantage){.state = v->state,
				     .suspect = v->suspect,
				     .since = v->since,
				     .has_sample = s->has_sample,
				     .last = s->last};
}

void view_component(const struct engine *e, uint32_t component, struct view_component *ret)
{
	*ret = (struct view_component){e->components[component].state,
				       e->components[component].since,
				       flap_component(e, component)};
}

static void fill_clock(const struct incident *i, const struct incident_service *s,
		       struct view_clock *ret)
{
	ret->running = s->running;
	ret->began = s->began;
	ret->began_not_before = s->not_before;
	ret->breach_at = s->breach_at;
	ret->restored = s->running ? WALL_UNKNOWN : s->restored;
	ret->breached = s->breached;
	ret->estimated = s->estimated;
	ret->flapping = s->flapping;
	ret->by_word = s->by_word;
	if (!calltree_next_mark(i, s, &ret->next_mark, &ret->next_pct))
		ret->next_mark = WALL_NEVER;
}

size_t view_notifications(const struct engine *e, uint32_t component,
			  struct view_notification ret[VIEW_NOTIFICATIONS_MAX])
{
	const struct heard_ring *r = e->heard.rings[component];

	_Static_assert((int)VIEW_NOTIFICATIONS_MAX >= (int)HEARD_KEPT, "all that is kept is shown");
	for (uint32_t i = 0; r != NULL && i < r->count; i++) {
		const struct heard_entry *x = &r->items[(r->first + r->count - 1 - i) % HEARD_KEPT];

		ret[i] = (struct view_notification){.seq = x->seq,
						    .at = x->at,
						    .check = x->check,
						    .agent = x->agent,
						    .count = x->count,
						    .late = x->late,
						    .what = x->what,
						    .severity = x->severity,
						    .name = x->name,
						    .text = x->text,
						    .source = x->source};
	}
	return r != NULL ? r->count : 0;
}

void view_service(const struct engine *e, uint32_t service, struct wall_time now,
		  struct view_service *ret)
{
	const struct service_now *s = &e->services[service];
	const struct incident *i = incident_find(e, s->incident);
	const struct service_design *d = &e->designs[service];
	struct wall_time since;

	(void)now;
	*ret = (struct view_service){.state = s->state,
				     .degraded = s->state == SERVICE_DEGRADED,
				     .flapping = flap_service(e, service, &since),
				     .exposure = {.exposed = s->exposure.exposed,
						  .unseen = s->exposure.unseen,
						  .since = s->exposure.since,
						  .next = s->exposure.next,
						  .listed = s->exposure.listed,
						  .count = s->exposure.count},
				     .single = d->single,
				     .single_count = d->single_count,
				     .since = s->since};
	ret->clock.next_mark = WALL_NEVER;
	ret->clock.began = WALL_UNKNOWN;
	if (i == NULL || !incident_is_open(i))
		return;
	ret->incident = i->id;
	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k].current != service)
			continue;
		fill_clock(i, &i->services[k], &ret->clock);
		ret->silenced = i->services[k].running ? i->services[k].silenced : 0;
	}
}

void view_cuts(const struct engine *e, uint32_t cuts, struct wall_time now, struct view_cuts *ret)
{
	const struct plan_cuts *c = &e->plan->cuts[cuts];
	const struct cuts_now *s = &e->cuts[cuts];
	int64_t hour = now.us / CUT_HOUR_US;
	const struct cut_hour *h = &s->hours[hour % CUT_HOURS_KEPT];

	assert(cuts < e->plan->cuts_count);
	*ret = (struct view_cuts){.state = s->state,
				  .effect = s->effect,
				  .number = s->number,
				  .published = (s->published & CUT_NEWEST_BIT) != 0,
				  .due = s->number > 0 ? cuts_due_at(c, s->number) : WALL_UNKNOWN,
				  .next_due = s->number < c->count ? cuts_due_at(c, s->number + 1)
								   : WALL_NEVER,
				  .since = s->since,
				  .began = s->began,
				  .last_published = s->last_published,
				  .published_count = s->published_count,
				  .missing_count = s->missing_count,
				  .unseen_count = s->unseen_count,
				  .hour = {hour * CUT_HOUR_US},
				  .hour_published = h->hour == hour ? h->published : 0,
				  .hour_needed = cuts_needed(c, hour)};
}

void view_cut_source(const struct engine *e, uint32_t cuts, uint32_t source,
		     struct view_cut_source *ret)
{
	const struct cuts_now *s = &e->cuts[cuts];

	assert(source < e->plan->cuts[cuts].source_count);
	*ret = (struct view_cut_source){.state = s->state == CUT_WAITING  ? CUT_WAITING
						 : s->late >> source & 1  ? CUT_LATE
						 : s->blind >> source & 1 ? CUT_BLIND
						 : s->sources[source].shown >= s->number
							 ? CUT_COMPLETE
							 : CUT_DUE,
					.shown = s->sources[source].shown,
					.since = s->sources[source].since};
}

bool view_rpo(const struct engine *e, uint32_t service, struct view_rpo *ret)
{
	const struct plan_service *s = &e->plan->services[service];
	bool estimated = false;

	if (s->rpo_check == PLAN_NONE)
		return false;
	*ret = (struct view_rpo){.state = e->rpo[service].state,
				 .estimated = e->rpo[service].estimated,
				 .limit_us = s->rpo_limit_us,
				 .copy = rpo_copy(e, service, &estimated)};
	/* After a start, before the first sample: what the journal knows. */
	if (!wall_is_known(ret->copy) && ret->state != RPO_STATE_UNKNOWN) {
		ret->copy = e->rpo[service].copy;
		ret->estimated = true;
	}
	return true;
}

void view_agent(const struct engine *e, uint32_t agent, struct view_agent *ret)
{
	const struct agent_now *a = &e->agents[agent];

	*ret = (struct view_agent){.silent = a->silent,
				   .seen = a->seen,
				   .last_seen = a->seen ? a->last_seen : WALL_UNKNOWN,
				   .cause = a->cause,
				   .cause_component = a->cause_component,
				   .cause_why = a->cause_why};
}

uint32_t view_blind_agents(const struct engine *e, uint32_t service, uint32_t *ret, uint32_t max)
{
	return cause_blind_agents(e, service, ret, max);
}

size_t view_incident_count(const struct engine *e)
{
	return e->incident_count;
}

static bool is_silenced(const struct incident *i)
{
	for (size_t k = 0; k < i->service_count; k++) {
		if (i->services[k].running && i->services[k].silenced != 0)
			return true;
	}
	return false;
}

static void fill_incident(const struct engine *e, const struct incident *i,
			  struct view_incident *ret)
{
	*ret = (struct view_incident){.id = i->id,
				      .folio = i->folio,
				      .state = i->state,
				      .kind = i->kind,
				      .root = i->root,
				      .episode = i->episode,
				      .began = i->began,
				      .began_not_before = i->not_before,
				      .confirmed = i->confirmed,
				      .restored = i->restored,
				      .resumed = i->resumed,
				      .closed = i->closed,
				      .services = i->service_indices,
				      .service_count = i->service_count,
				      .call_count = i->call_count,
				      .open = incident_is_open(i),
				      .drill = i->drill,
				      .stamp = calendar_stamp(i),
				      .jornada = i->jornada,
				      .promoted = i->promoted,
				      .adopted = i->adopted,
				      .owed_resume = orders_owed(i),
				      .order_count = i->order_count,
				      .silenced = is_silenced(i),
				      .exhausted = i->exhausted || i->word.unanswered,
				      .repeat_at = i->exhausted         ? i->repeat_at
						   : i->word.unanswered ? i->word.repeat_at
									: WALL_UNKNOWN,
				      .owed_up = calltree_owed_up(i),
				      .plan = i->plan};
	view_fill_words(e, i, ret);
}

void view_incident(const struct engine *e, size_t index, struct view_incident *ret)
{
	assert(index < e->incident_count);
	fill_incident(e, e->incidents[index], ret);
}

bool view_find_incident(const struct engine *e, uint64_t id, struct view_incident *ret)
{
	const struct incident *i = incident_find(e, id);

	if (i != NULL)
		fill_incident(e, i, ret);
	return i != NULL;
}

bool view_incident_leaves(const struct engine *e, size_t index, struct wall_time now)
{
	return incident_is_over(e, e->incidents[index], now);
}

bool view_impact(const struct engine *e, uint64_t incident, struct view_impact *ret)
{
	const struct incident *i = incident_find(e, incident);

	*ret = (struct view_impact){.site_count = 0};
	if (i == NULL)
		return false;
	ret->sites = i->sites;
	ret->site_count = i->site_count;
	ret->total_count = impact_total(i, ret->totals);
	ret->possible = i->kind == INCIDENT_KIND_BLIND;
	return true;
}

static void fill_call(const struct incident *i, const struct call *c, struct view_call *ret)
{
	*ret = (struct view_call){.id = c->id,
				  .state = c->state,
				  .kind = c->kind,
				  .seat = c->seat,
				  .person = c->person,
				  .contact = c->contact,
				  .channel = c->channel,
				  .step = c->step,
				  .service = c->service,
				  .post = c->post,
				  .about = c->about,
				  .at = c->at,
				  .state_since = c->state_since,
				  .maybe_duplicate = c->maybe_duplicate,
				  .also_count = c->also_count,
				  .stands_for = c->stands_for,
				  .taken_by = c->taken_by,
				  .due = i != NULL ? calltree_call_deadline(i, c) : WALL_NEVER,
				  .link_used = c->link_used,
				  .link_act = c->link_act,
				  .link_seq = c->link_seq,
				  .link_at = c->link_at};
	memcpy(ret->also, c->also, sizeof(ret->also));
}

void view_call(const struct engine *e, uint64_t incident, size_t index, struct view_call *ret)
{
	const struct incident *i = incident_find(e, incident);

	assert(i != NULL && index < i->call_count);
	fill_call(i, &i->calls[index], ret);
}

bool view_find_call(const struct engine *e, uint64_t call, struct view_incident *ret_incident,
		    struct view_call *ret_call)
{
	struct incident *i;
	const struct call *c = calltree_find(e, call, &i);

	if (c == NULL)
		return false;
	if (i == NULL)
		*ret_incident = (struct view_incident){
			.plan = e->plan, .root = PLAN_NONE, .jornada = PLAN_NONE, .stamp = ""};
	else
		fill_incident(e, i, ret_incident);
	fill_call(i, c, ret_call);
	return true;
}

uint32_t view_owed_up(const struct engine *e)
{
	uint32_t n = 0;

	for (size_t k = 0; k < e->incident_count; k++) {
		if (!incident_has_running_clock(e->incidents[k]))
			n += calltree_owed_up(e->incidents[k]);
	}
	return n;
}

enum { OWED_AT_ONCE = 256 };

uint32_t view_owed_list(const struct engine *e, uint64_t incident, struct view_owed *ret,
			uint32_t max)
{
	const struct incident *i = incident_find(e, incident);
	uint32_t people[OWED_AT_ONCE], n;

	if (i == NULL)
		return 0;
	n = calltree_owed_list(i, people, max < OWED_AT_ONCE ? max : OWED_AT_ONCE);
	for (uint32_t k = 0; k < n; k++)
		ret[k] = (struct view_owed){people[k], !incident_has_running_clock(i)};
	return n;
}

/* --- calendar, silences, orders ------------------------------------------------------------------- */

void view_calendar(const struct engine *e, struct wall_time now, struct view_calendar *ret)
{
	bool drill = e->drill.running || (e->jornada != PLAN_NONE &&
					  e->plan->jornadas[e->jornada].kind != JORNADA_REAL);

	*ret = (struct view_calendar){e->jornada, PLAN_NONE, !drill, "REAL"};
	for (uint32_t i = 0; e->plan != NULL && i < e->plan->jornada_count; i++) {
		if (e->plan->jornadas[i].from_us > now.us && ret->next == PLAN_NONE)
			ret->next = i;
	}
	/* A real incident has precedence. */
	for (size_t k = 0; k < e->incident_count; k++) {
		if (incident_has_running_clock(e->incidents[k]) && !e->incidents[k]->drill)
			ret->real = true;
	}
	if (!ret->real)
		ret->stamp = "SIMULACRO";
	if (e->jornada != PLAN_NONE && ret->real != drill && !e->drill.running)
		ret->stamp = e->plan->jornadas[e->jornada].stamp;
}

size_t view_silence_count(const struct engine *e)
{
	return e->silence_count;
}

static void fill_silence(const struct silence *s, struct view_silence *ret)
{
	bool is_signed = s->signer_id[0] != '\0';

	*ret = (struct view_silence){.id = s->id,
				     .is_window = s->is_window,
				     .window = s->window,
				     .kind = s->scope.kind,
				     .scope = s->scope_id,
				     .owner = s->owner_id,
				     .asker = s->asker_id,
				     .signer = s->signer_id,
				     .reason = s->reason,
				     .scope_index = s->scope.index,
				     .owner_index = s->owner,
				     .from = s->from,
				     .until = s->until,
				     .ended = s->ended_at,
				     .in_force = s->began && !s->ended,
				     .is_ended = s->ended,
				     .early = s->early,
				     .needs_signature = s->needs_signature && !is_signed,
				     .needs_coordinator = s->needs_coordinator && !is_signed,
				     .failed_count = s->failed_count};
}

void view_silence(const struct engine *e, size_t index, struct view_silence *ret)
{
	assert(index < e->silence_count);
	fill_silence(&e->silences[index], ret);
}

bool view_find_silence(const struct engine *e, uint64_t id, struct view_silence *ret)
{
	const struct silence *s = silence_find(e, id);

	if (s != NULL)
		fill_silence(s, ret);
	return s != NULL;
}

const char *view_silence_needs(const struct engine *e, const struct act_args *a,
			       struct wall_time from, uint32_t *ret_jornada)
{
	return silence_needs(e, a, from, ret_jornada);
}

bool view_silence_failed(const struct engine *e, uint64_t id, size_t index,
			 struct view_silence_failed *ret)
{
	const struct silence *s = silence_find(e, id);

	if (s == NULL || index >= s->failed_count || index >= SILENCE_FAILED_MAX)
		return false;
	*ret = (struct view_silence_failed){s->failed[index].incident, s->failed[index].folio,
					    s->failed[index].service};
	return true;
}

static void fill_order(const struct incident *i, const struct order *o, struct view_order *ret)
{
	*ret = (struct view_order){.id = o->id,
				   .what = order_word(o->kind),
				   .posts = o->posts,
				   .confirmed = o->confirmed,
				   .at = o->at,
				   .due = o->due,
				   .complete = o->complete,
				   .is_void = o->drill,
				   .by = o->by,
				   .reason = o->reason};
	for (uint32_t p = 0; p < i->plan->post_count; p++) {
		if (orders_of_post(i, p) != o)
			continue;
		ret->stands = true;
		if (!post_set_has(&o->confirmed, p))
			post_set_add(&ret->missing, p);
	}
}

void view_order(const struct engine *e, uint64_t incident, size_t index, struct view_order *ret)
{
	const struct incident *i = incident_find(e, incident);

	assert(i != NULL && index < i->order_count);
	fill_order(i, &i->orders[index], ret);
}

bool view_find_order(const struct engine *e, uint64_t incident, uint64_t order,
		     struct view_order *ret)
{
	const struct incident *i = incident_find(e, incident);

	for (size_t k = 0; i != NULL && k < i->order_count; k++) {
		if (i->orders[k].id == order) {
			fill_order(i, &i->orders[k], ret);
			return true;
		}
	}
	return false;
}
