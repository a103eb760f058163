#include "journal/scorecard.h"

#include <stdlib.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"
#include "journal/body.h"

struct score_call {
	uint64_t id, incident;
	size_t person; /* index */
	struct wall_time at;
	bool informs, answered;
};

void scorecard_init(struct scorecard *s)
{
	*s = (struct scorecard){.arena = arena_new(), .promise = "", .how = "", .why = ""};
	s->began = s->ended = s->last_fault = WALL_UNKNOWN;
}

void scorecard_release(struct scorecard *s)
{
	free(s->services);
	free(s->people);
	free(s->calls);
	if (s->arena != NULL)
		arena_free(s->arena);
	*s = (struct scorecard){0};
}

static const char *keep(struct scorecard *s, struct slice text)
{
	return arena_strndup(s->arena, text.p, text.n);
}

static struct score_service *service_of(struct scorecard *s, struct slice id)
{
	for (size_t i = 0; i < s->service_count; i++) {
		if (slice_is(id, s->services[i].id))
			return &s->services[i];
	}
	if (id.n == 0 || s->service_count == SCORECARD_SERVICES_MAX) {
		s->overflow = s->overflow || id.n > 0;
		return NULL;
	}
	s->services =
		mem_grow(s->services, s->service_count, &s->service_cap, sizeof(*s->services));
	s->services[s->service_count] = (struct score_service){.id = keep(s, id),
							       .fault = s->last_fault,
							       .began = WALL_UNKNOWN,
							       .known = WALL_UNKNOWN,
							       .called = WALL_UNKNOWN,
							       .answered = WALL_UNKNOWN,
							       .asked = WALL_UNKNOWN,
							       .decided = WALL_UNKNOWN,
							       .restored = WALL_UNKNOWN,
							       .decision = "",
							       .rto_us = MICRO_NONE,
							       .outage_us = MICRO_NONE};
	return &s->services[s->service_count++];
}

static size_t person_of(struct scorecard *s, struct slice id)
{
	for (size_t i = 0; i < s->person_count; i++) {
		if (slice_is(id, s->people[i].id))
			return i;
	}
	if (id.n == 0 || s->person_count == SCORECARD_PEOPLE_MAX) {
		s->overflow = s->overflow || id.n > 0;
		return SIZE_MAX;
	}
	s->people = mem_grow(s->people, s->person_count, &s->person_cap, sizeof(*s->people));
	s->people[s->person_count] = (struct score_person){
		.id = keep(s, id), .fastest_us = MICRO_NONE, .slowest_us = MICRO_NONE};
	return s->person_count++;
}

static struct score_call *call_of(struct scorecard *s, uint64_t id)
{
	for (size_t i = s->call_count; i-- > 0;) {
		if (s->calls[i].id == id)
			return &s->calls[i];
	}
	return NULL;
}

static void first(struct wall_time *at, struct wall_time t)
{
	if (!wall_is_known(*at))
		*at = t;
}

/* --- services ------------------------------------------------------------------------------------ */

static void add_opened(struct scorecard *s, const struct journal_entry *e, uint64_t incident)
{
	struct score_service *v = service_of(s, body_word(e->body, "service"));

	if (v == NULL || wall_is_known(v->known))
		return;
	v->incident = incident;
	v->known = e->recorded;
}

static void add_clock(struct scorecard *s, const struct journal_entry *e)
{
	struct score_service *v = service_of(s, body_word(e->body, "service"));

	if (v == NULL)
		return;
	if (slice_is(e->kind, "clock.started")) {
		first(&v->began, body_time(e->body, "began"));
		v->rto_us = body_micro(e->body, "rto");
	} else if (slice_is(e->kind, "clock.corrected") && !wall_is_known(v->restored)) {
		v->began = body_time(e->body, "to");
	} else if (slice_is(e->kind, "clock.rto")) {
		v->rto_us = body_micro(e->body, "rto");
	} else if (slice_is(e->kind, "clock.breached")) {
		v->breached = true;
	} else if (slice_is(e->kind, "clock.restored") && !wall_is_known(v->restored)) {
		v->restored = body_time(e->body, "restored");
		v->outage_us = body_micro(e->body, "outage");
	}
}

static void add_step(struct scorecard *s, const struct journal_entry *e)
{
	struct score_service *v = service_of(s, body_word(e->body, "service"));
	struct slice why = body_word(e->body, "why");

	if (v == NULL)
		return;
	v->steps_fired += slice_is(e->kind, "step.fired");
	v->steps_passed += slice_is(why, "passed");
	v->steps_exhausted += slice_is(why, "exhausted");
}

/* What holds for an incident holds for each service that fails in it at that moment. */
static void add_state(struct scorecard *s, const struct journal_entry *e)
{
	static const char *const decisions[] = {"authorised", "declared", "declined"};
	struct slice to = body_word(e->body, "to");
	uint64_t incident = body_number(e->body, "incident");

	for (size_t d = 0; d < COUNT_OF(decisions); d++) {
		if (!slice_is(to, decisions[d]))
			continue;
		for (size_t i = 0; i < s->service_count; i++) {
			if (s->services[i].incident != incident)
				continue;
			first(&s->services[i].decided, e->recorded);
			s->services[i].decision = decisions[d];
		}
	}
}

/* --- calls and people ---------------------------------------------------------------------------- */

static bool informs(struct slice kind)
{
	static const char *const kinds[] = {"update",      "up",     "not-observed",
					    "false-alarm", "closed", "drill-over"};

	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		if (slice_is(kind, kinds[i]))
			return true;
	}
	return false;
}

static void add_intent(struct scorecard *s, const struct journal_entry *e)
{
	struct slice kind = body_word(e->body, "kind");
	struct score_service *v = service_of(s, body_word(e->body, "service"));
	size_t person = person_of(s, body_word(e->body, "person"));

	if (v == NULL || person == SIZE_MAX || s->call_count == SCORECARD_CALLS_MAX) {
		s->overflow = true;
		return;
	}
	s->calls = mem_grow(s->calls, s->call_count, &s->call_cap, sizeof(*s->calls));
	s->calls[s->call_count++] =
		(struct score_call){.id = e->seq,
				    .incident = body_number(e->body, "incident"),
				    .person = person,
				    .at = e->recorded,
				    .informs = informs(kind)};
	if (informs(kind))
		return;
	s->people[person].calls++;
	first(&v->called, e->recorded);
	if (slice_is(kind, "ask"))
		first(&v->asked, e->recorded);
}

static void add_result(struct scorecard *s, const struct journal_entry *e)
{
	struct score_call *c = call_of(s, body_number(e->body, "call"));

	if (c == NULL || c->informs)
		return;
	s->people[c->person].failed += slice_is(e->kind, "call.failed");
	s->people[c->person].unanswered += slice_is(e->kind, "call.unanswered");
}

static void took(struct score_person *p, int64_t us)
{
	if (p->fastest_us == MICRO_NONE || us < p->fastest_us)
		p->fastest_us = us;
	if (p->slowest_us == MICRO_NONE || us > p->slowest_us)
		p->slowest_us = us;
}

/* An answer, or a decision, is measured from the last call to that person in the incident. */
static void add_answer(struct scorecard *s, const struct journal_entry *e)
{
	size_t person = person_of(s, body_word(e->body, "person"));
	uint64_t incident = body_number(e->body, "incident");
	bool is_ack = slice_is(e->kind, "ack.given");

	if (person == SIZE_MAX)
		return;
	if (is_ack && slice_is(body_word(e->body, "act"), "no-puedo"))
		s->people[person].passed_on++;
	else if (is_ack)
		s->people[person].answered++;
	else
		s->people[person].decisions++;
	for (size_t i = s->call_count; i-- > 0;) {
		struct score_call *c = &s->calls[i];

		if (c->person != person || c->incident != incident || c->informs)
			continue;
		if (!c->answered)
			took(&s->people[person], wall_diff_us(e->recorded, c->at));
		c->answered = true;
		break;
	}
	for (size_t i = 0; i < s->service_count; i++) {
		if (s->services[i].incident == incident)
			first(&s->services[i].answered, e->recorded);
	}
}

/* --- entries -------------------------------------------------------------------------------------- */

static bool is_one_of(struct slice kind, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (slice_is(kind, words[i]))
			return true;
	}
	return false;
}

static void add_drill(struct scorecard *s, const struct journal_entry *e)
{
	if (slice_is(e->kind, "drill.started")) {
		s->promise = keep(s, body_word(e->body, "promise"));
		s->began = e->recorded;
	} else if (slice_is(e->kind, "drill.fault")) {
		if (!slice_is(body_word(e->body, "what"), "ok") &&
		    !slice_is(body_word(e->body, "what"), "uncut"))
			s->last_fault = e->recorded;
	} else if (slice_is(e->kind, "drill.ended")) {
		s->how = keep(s, body_word(e->body, "what"));
		s->why = keep(s, body_word(e->body, "why"));
	}
}

void scorecard_add(struct scorecard *s, const struct journal_entry *e)
{
	static const char *const drill[] = {"drill.started", "drill.fault", "drill.ended"};
	static const char *const clocks[] = {"clock.started", "clock.corrected", "clock.rto",
					     "clock.breached", "clock.restored"};
	static const char *const steps[] = {"step.fired", "step.done"};
	static const char *const results[] = {"call.failed", "call.unanswered"};
	static const char *const answers[] = {"ack.given", "act.authorize", "act.declare",
					      "act.decline"};

	first(&s->began, e->recorded);
	s->ended = e->recorded;
	if (is_one_of(e->kind, drill, COUNT_OF(drill)))
		add_drill(s, e);
	else if (slice_is(e->kind, "incident.opened"))
		add_opened(s, e, e->seq);
	else if (slice_is(e->kind, "incident.joined"))
		add_opened(s, e, body_number(e->body, "incident"));
	else if (is_one_of(e->kind, clocks, COUNT_OF(clocks)))
		add_clock(s, e);
	else if (is_one_of(e->kind, steps, COUNT_OF(steps)))
		add_step(s, e);
	else if (slice_is(e->kind, "incident.state"))
		add_state(s, e);
	else if (slice_is(e->kind, "call.intent"))
		add_intent(s, e);
	else if (is_one_of(e->kind, results, COUNT_OF(results)))
		add_result(s, e);
	else if (is_one_of(e->kind, answers, COUNT_OF(answers)))
		add_answer(s, e);
}

/* --- JSON ----------------------------------------------------------------------------------------- */

static void put_micro(struct json_emit *j, const char *key, int64_t us)
{
	json_key(j, key);
	json_micro(j, us);
}

/* From the beginning of the contingency. */
static void put_since(struct json_emit *j, const char *key, const struct score_service *v,
		      struct wall_time t)
{
	put_micro(j, key,
		  wall_is_known(t) && wall_is_known(v->began) ? wall_diff_us(t, v->began)
							      : MICRO_NONE);
}

static void put_service(struct json_emit *j, const struct score_service *v)
{
	json_open_object(j);
	json_kv_str(j, "id", v->id);
	json_kv_i64(j, "incident", (int64_t)v->incident);
	json_kv_time(j, "fault", v->fault);
	json_kv_time(j, "began", v->began);
	put_since(j, "detected", v, v->known);
	put_since(j, "called", v, v->called);
	put_since(j, "answered", v, v->answered);
	put_since(j, "asked", v, v->asked);
	put_since(j, "decided", v, v->decided);
	json_kv_str(j, "decision", v->decision);
	put_micro(j, "outage", v->outage_us);
	put_micro(j, "rto", v->rto_us);
	json_kv_bool(j, "breached", v->breached);
	json_kv_i64(j, "steps_fired", v->steps_fired);
	json_kv_i64(j, "steps_passed", v->steps_passed);
	json_kv_i64(j, "steps_exhausted", v->steps_exhausted);
	json_close_object(j);
}

static void put_person(struct json_emit *j, const struct score_person *p)
{
	json_open_object(j);
	json_kv_str(j, "id", p->id);
	json_kv_i64(j, "calls", p->calls);
	json_kv_i64(j, "answered", p->answered);
	json_kv_i64(j, "passed_on", p->passed_on);
	json_kv_i64(j, "unanswered", p->unanswered);
	json_kv_i64(j, "failed", p->failed);
	json_kv_i64(j, "decisions", p->decisions);
	put_micro(j, "fastest", p->fastest_us);
	put_micro(j, "slowest", p->slowest_us);
	json_close_object(j);
}

void scorecard_write_json(const struct scorecard *s, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	json_kv_str(&j, "promise", s->promise);
	json_kv_str(&j, "ended_by", s->how);
	json_kv_str(&j, "why", s->why);
	json_kv_time(&j, "began", s->began);
	json_kv_time(&j, "ended", s->ended);
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t i = 0; i < s->service_count; i++)
		put_service(&j, &s->services[i]);
	json_close_array(&j);
	json_key(&j, "people");
	json_open_array(&j);
	for (size_t i = 0; i < s->person_count; i++)
		put_person(&j, &s->people[i]);
	json_close_array(&j);
	json_close_object(&j);
}

static bool each(void *user, const struct journal_entry *e)
{
	scorecard_add(user, e);
	return true;
}

enum err scorecard_read(struct scorecard *s, const char *path, struct err_info *info)
{
	struct journal *j = NULL;
	enum err e = journal_open(path, true, &j, info);

	if (e != ERR_OK)
		return e;
	e = journal_read(j, 0, each, s, info);
	journal_close(j);
	return e;
}
