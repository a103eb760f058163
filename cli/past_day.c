#include "cli/past_day.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/micro.h"
#include "base/verdict.h"
#include "engine/plan.h"
#include "journal/body.h"
#include "journal/export.h"

/* One call of the incident, and one person of it. */
struct past_call {
	uint64_t id;
	const char *person, *channel;
	struct wall_time at, received;
	bool failed, ask;
};
struct past_person {
	const char *id;
	struct person_habit habit;
	bool called;
};
struct reading {
	struct past_day *d;
	struct past_call *calls;
	size_t call_count, call_cap;
	struct past_person *people;
	size_t person_count, person_cap;
	int64_t *answers; /* delays */
	size_t answer_count, answer_cap;
};

/* --- what the checks saw --------------------------------------------------------------------------- */

static const char *keep(struct past_day *d, struct slice text)
{
	return arena_strndup(d->arena, text.p, text.n);
}

static struct sighting *see(struct past_day *d, struct wall_time at)
{
	d->sightings = mem_grow(d->sightings, d->count, &d->cap, sizeof(*d->sightings));
	d->sightings[d->count] = (struct sighting){.at = at};
	return &d->sightings[d->count++];
}

static enum outcome outcome_of(struct slice word, enum outcome fallback)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (slice_is(word, outcome_word((enum outcome)i)))
			return (enum outcome)i;
	}
	return fallback;
}

static void see_check(struct past_day *d, const struct journal_entry *e, struct wall_time at,
		      enum health health, enum outcome outcome)
{
	struct sighting *s = see(d, wall_is_known(at) ? at : e->at);

	s->check = keep(d, body_word(e->body, "check"));
	s->agent = keep(d, body_word(e->body, "agent"));
	s->health = health;
	s->outcome = outcome;
}

static void read_check(struct past_day *d, const struct journal_entry *e)
{
	if (slice_is(e->kind, "check.bad"))
		see_check(d, e, body_time(e->body, "began"),
			  slice_is(body_word(e->body, "state"), "warning") ? HEALTH_WARNING
									   : HEALTH_CRITICAL,
			  outcome_of(body_word(e->body, "outcome"), OUTCOME_CONNECT_REFUSED));
	else if (slice_is(e->kind, "check.good"))
		see_check(d, e, body_time(e->body, "good"), HEALTH_OK, OUTCOME_OK);
	else if (slice_is(e->kind, "check.blind") &&
		 !slice_is(body_word(e->body, "why"), "no-data"))
		see_check(d, e, e->at, HEALTH_BLIND,
			  outcome_of(body_word(e->body, "why"), OUTCOME_RIGHT_MISSING));
}

static void read_agent(struct past_day *d, const struct journal_entry *e)
{
	bool silent = slice_is(e->kind, "agent.silent");
	struct wall_time at = silent ? body_time(e->body, "last_seen") : e->at;
	struct sighting *s = see(d, wall_is_known(at) ? at : e->at);

	s->agent = keep(d, body_word(e->body, "agent"));
	s->cut = silent;
}

static bool each_of_the_day(void *user, const struct journal_entry *e)
{
	struct past_day *d = user;
	struct slice plan;

	if (slice_is(e->kind, "plan.applied") && e->seq < d->incident &&
	    body_raw(e->body, "plan", &plan))
		d->plan = slice_of(keep(d, plan));
	else if (slice_is(e->kind, "agent.silent") || slice_is(e->kind, "agent.back"))
		read_agent(d, e);
	else
		read_check(d, e);
	return !wall_is_known(d->last) || e->recorded.us <= d->last.us;
}

/* Entries come as they were decided, their facts may be older; equal moments keep their order. */
static void sort_sightings(struct past_day *d)
{
	for (size_t i = 1; i < d->count; i++) {
		struct sighting s = d->sightings[i];
		size_t k = i;

		for (; k > 0 && d->sightings[k - 1].at.us > s.at.us; k--)
			d->sightings[k] = d->sightings[k - 1];
		d->sightings[k] = s;
	}
}

/* --- people and channels --------------------------------------------------------------------------- */

static struct past_person *person_of(struct reading *r, struct slice id)
{
	for (size_t i = 0; i < r->person_count; i++) {
		if (slice_is(id, r->people[i].id))
			return &r->people[i];
	}
	r->people = mem_grow(r->people, r->person_count, &r->person_cap, sizeof(*r->people));
	r->people[r->person_count] =
		(struct past_person){.id = keep(r->d, id), .habit = PERSON_SILENT};
	return &r->people[r->person_count++];
}

static struct past_call *call_of(struct reading *r, uint64_t id)
{
	for (size_t i = r->call_count; i-- > 0;) {
		if (r->calls[i].id == id)
			return &r->calls[i];
	}
	return NULL;
}

static void read_intent(struct reading *r, const struct journal_entry *e)
{
	r->calls = mem_grow(r->calls, r->call_count, &r->call_cap, sizeof(*r->calls));
	r->calls[r->call_count++] =
		(struct past_call){.id = e->seq,
				   .person = keep(r->d, body_word(e->body, "person")),
				   .channel = keep(r->d, body_word(e->body, "channel")),
				   .at = e->recorded,
				   .received = WALL_UNKNOWN,
				   .ask = slice_is(body_word(e->body, "kind"), "ask")};
	person_of(r, body_word(e->body, "person"))->called = true;
}

/* Since the newest call that had reached them, else since the incident was known. */
static int64_t delay_of(const struct reading *r, const struct journal_entry *e, bool ask)
{
	struct slice person = body_word(e->body, "person");

	for (size_t i = r->call_count; i-- > 0;) {
		const struct past_call *c = &r->calls[i];

		if (slice_is(person, c->person) && (!ask || c->ask))
			return wall_diff_us(e->recorded,
					    wall_is_known(c->received) ? c->received : c->at);
	}
	return wall_diff_us(e->recorded, r->d->opened);
}

static void read_answer(struct reading *r, const struct journal_entry *e)
{
	struct past_person *p = person_of(r, body_word(e->body, "person"));
	struct slice word = body_word(e->body, "act");
	int64_t us = delay_of(r, e, false);
	enum act act;

	if (p->habit.answer != ACT_COUNT || !act_from_word(word, &act))
		return; /* the first one counts */
	p->habit.answer = act;
	p->habit.answer_us = us;
	r->answers = mem_grow(r->answers, r->answer_count, &r->answer_cap, sizeof(*r->answers));
	r->answers[r->answer_count++] = us;
}

static void read_decision(struct reading *r, const struct journal_entry *e,
			  enum person_decision what)
{
	struct past_person *p = person_of(r, body_word(e->body, "person"));

	if (p->habit.decisions[what].does)
		return;
	p->habit.decisions[what].does = true;
	p->habit.decisions[what].after_us = delay_of(r, e, true);
}

static void read_person(struct reading *r, const struct journal_entry *e)
{
	struct past_call *c = call_of(r, body_number(e->body, "call"));

	if (slice_is(e->kind, "call.intent"))
		read_intent(r, e);
	else if (slice_is(e->kind, "call.received") && c != NULL)
		c->received = e->recorded;
	else if (slice_is(e->kind, "call.failed") && c != NULL)
		c->failed = true;
	else if (slice_is(e->kind, "ack.given"))
		read_answer(r, e);
	else if (slice_is(e->kind, "act.authorize"))
		read_decision(r, e, DECISION_AUTHORIZE);
	else if (slice_is(e->kind, "act.declare"))
		read_decision(r, e, DECISION_DECLARE);
	else if (slice_is(e->kind, "act.decline"))
		read_decision(r, e, DECISION_DECLINE);
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* A channel on which nothing ever arrived is taken to fail, any other to work as it did at its first receipt. */
static void learn_channels(struct reading *r)
{
	for (size_t i = r->call_count; i-- > 0;) {
		const struct past_call *c = &r->calls[i];
		struct channel_habit *h = habits_channel(r->d->habits, c->channel);

		if (wall_is_known(c->received)) {
			h->how = PLAY_OK;
			h->after_us = wall_diff_us(c->received, c->at);
		}
	}
	for (size_t i = 0; i < r->call_count; i++) {
		bool arrived = false;

		for (size_t k = 0; k < r->call_count; k++)
			arrived =
				arrived || (strcmp(r->calls[k].channel, r->calls[i].channel) == 0 &&
					    wall_is_known(r->calls[k].received));
		if (!arrived && r->calls[i].failed)
			habits_channel(r->d->habits, r->calls[i].channel)->how = PLAY_FAILS;
	}
}

static void learn(struct reading *r)
{
	struct past_day *d = r->d;
	struct person_habit *everybody = habits_person(d->habits, "*");

	if (r->answer_count > 0) {
		qsort(r->answers, r->answer_count, sizeof(*r->answers), by_size);
		d->median_us = r->answers[r->answer_count / 2];
		everybody->answer = ACT_ENTERADO;
		everybody->answer_us = d->median_us;
	}
	for (size_t i = 0; i < r->person_count; i++) {
		bool answered = r->people[i].habit.answer != ACT_COUNT;

		*habits_person(d->habits, r->people[i].id) = r->people[i].habit;
		d->answered += r->people[i].called && answered;
		d->silent += r->people[i].called && !answered;
	}
	learn_channels(r);
}

/* --- all of it -------------------------------------------------------------------------------------- */

static enum err read_incident(struct journal *j, struct past_day *d, struct err_info *info)
{
	struct export_source source = export_from_journal(j);
	struct export_doc doc CLEANUP(export_release);
	struct reading r = {.d = d};
	enum err e;

	export_init(&doc);
	e = export_gather(&source, d->incident, &doc, info);
	for (size_t i = 0; e == ERR_OK && i < doc.count; i++) {
		const struct journal_entry *entry = &doc.entries[i].e;

		if (!doc.entries[i].whole || slice_is(entry->kind, "plan.applied"))
			continue;
		if (entry->seq == d->incident) {
			d->folio = body_number(entry->body, "folio");
			d->began = body_time(entry->body, "began");
			d->opened = entry->recorded;
		}
		d->last = entry->recorded;
		read_person(&r, entry);
	}
	if (e == ERR_OK)
		learn(&r);
	free(r.calls);
	free(r.people);
	free(r.answers);
	return e;
}

enum err past_day_read(struct journal *j, uint64_t id_or_folio, struct past_day *ret,
		       struct err_info *info)
{
	struct export_source source = export_from_journal(j);
	enum err e;

	*ret = (struct past_day){.arena = arena_new(), .habits = habits_new()};
	ret->plan = (struct slice){"", 0};
	ret->began = ret->opened = ret->last = WALL_UNKNOWN;
	e = export_find(&source, id_or_folio, &ret->incident, info);
	if (e == ERR_OK)
		e = read_incident(j, ret, info);
	if (e == ERR_OK)
		e = journal_read(j, 0, each_of_the_day, ret, info);
	if (e == ERR_OK && ret->plan.n == 0)
		return err_fail(info, ERR_CORRUPT, "the journal holds no plan for incident %llu",
				(unsigned long long)ret->incident);
	sort_sightings(ret);
	return e;
}

void past_day_release(struct past_day *d)
{
	free(d->sightings);
	if (d->habits != NULL)
		habits_free(d->habits);
	if (d->arena != NULL)
		arena_free(d->arena);
	*d = (struct past_day){0};
}
