#include "journal/figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"
#include "journal/body.h"

static const struct slice none = {"", 0};

void figures_init(struct figures *f, uint64_t incident)
{
	*f = (struct figures){.incident = incident,
			      .kind = none,
			      .root = none,
			      .state = none,
			      .first_ack_by = none,
			      .stamp = none,
			      .impact = none,
			      .episodes = 1,
			      .rto_us = MICRO_NONE,
			      .outage_us = MICRO_NONE};
	f->began = f->not_before = f->confirmed = f->first_page = f->first_ack = WALL_UNKNOWN;
	f->restored = f->resumed = f->closed = f->promoted = WALL_UNKNOWN;
	final_report_init(&f->final, incident);
}

void figures_release(struct figures *f)
{
	free(f->services);
	free(f->calls);
	free(f->unconfirmed);
	f->unconfirmed = NULL;
	f->unconfirmed_count = 0;
	final_report_release(&f->final);
	f->services = NULL;
	f->calls = NULL;
	f->service_count = f->call_count = 0;
}

static struct figure_call *find_call(const struct figures *f, uint64_t id)
{
	/* Ids grow: the newest are asked for most. */
	for (size_t i = f->call_count; id != 0 && i-- > 0;) {
		if (f->calls[i].id == id)
			return &f->calls[i];
	}
	return NULL;
}

static struct figure_service *find_service(const struct figures *f, struct slice id)
{
	for (size_t i = 0; i < f->service_count; i++) {
		if (slice_eq(f->services[i].id, id))
			return &f->services[i];
	}
	return NULL;
}

bool figures_has_service(const struct figures *f, struct slice id)
{
	return find_service(f, id) != NULL;
}

static bool starts_with(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

bool figures_owns(const struct figures *f, const struct journal_entry *e)
{
	if (e->seq == f->incident)
		return slice_is(e->kind, "incident.opened");
	if (slice_is(e->kind, "plan.applied"))
		return false;
	for (size_t i = 0; slice_is(e->kind, "act.report") && i < f->report_count; i++) {
		if (f->reports[i] == e->seq)
			return true;
	}
	if (body_number(e->body, "incident") != 0)
		return body_number(e->body, "incident") == f->incident;
	return starts_with(e->kind, "call.") && find_call(f, body_number(e->body, "call")) != NULL;
}

static void add_service(struct figures *f, struct slice id)
{
	if (id.n == 0 || find_service(f, id) != NULL)
		return;
	f->services =
		mem_grow(f->services, f->service_count, &f->service_cap, sizeof(*f->services));
	f->services[f->service_count++] = (struct figure_service){.id = id,
								  .began = WALL_UNKNOWN,
								  .not_before = WALL_UNKNOWN,
								  .period = WALL_UNKNOWN,
								  .restored = WALL_UNKNOWN,
								  .rto_us = MICRO_NONE,
								  .outage_us = MICRO_NONE};
}

static void add_opened(struct figures *f, const struct journal_entry *e)
{
	f->found = true;
	f->folio = body_number(e->body, "folio");
	f->drill = body_flag(e->body, "drill");
	f->stamp = body_word(e->body, "stamp");
	f->kind = body_word(e->body, "incident_kind");
	f->root = body_word(e->body, "root");
	f->state = (struct slice){"suspect", 7};
	f->began = body_time(e->body, "began");
	f->not_before = body_time(e->body, "not_before");
	add_service(f, body_word(e->body, "service"));
}

/* This was no drill: from now on all of it is real. */
static void add_promoted(struct figures *f, const struct journal_entry *e)
{
	f->drill = false;
	f->promoted = e->at;
	f->stamp = none;
}

static void add_state(struct figures *f, const struct journal_entry *e)
{
	f->state = body_word(e->body, "to");
	if (slice_is(f->state, "confirmed")) {
		if (!wall_is_known(f->confirmed))
			f->confirmed = e->at;
		/* A new episode: what ended it before no longer holds. */
		f->resumed = f->closed = WALL_UNKNOWN;
	} else if (slice_is(f->state, "closed")) {
		f->closed = e->at;
	} else if (slice_is(f->state, "restored")) {
		if (f->service_count == 0)
			f->restored = e->at; /* by word; where a clock ran, the clock says */
		/* an outage of the past that turned out to be a breach; a resumption that was disputed */
		f->closed = f->resumed = WALL_UNKNOWN;
	}
}

/* That it worked is disputed: the outage that had ended goes on. */
static void take_back_end(struct figure_service *s)
{
	s->outage_us -= s->last_us;
	if (s->ended_count > 0)
		s->ended_count--;
	if (--s->periods == 0)
		s->outage_us = MICRO_NONE;
}

static void clock_started(struct figure_service *s, const struct journal_entry *e)
{
	if (!s->running && s->outage_us != MICRO_NONE &&
	    s->period.us == body_time(e->body, "began").us)
		take_back_end(s);
	s->period = body_time(e->body, "began");
	s->rto_us = body_micro(e->body, "rto");
	s->estimated = body_flag(e->body, "estimated");
	s->running = true;
	s->restored = WALL_UNKNOWN;
	if (s->periods++ == 0) {
		s->began = s->period;
		s->not_before = body_time(e->body, "not_before");
	}
}

static void clock_corrected(struct figure_service *s, const struct journal_entry *e)
{
	s->period = body_time(e->body, "to");
	s->estimated = false;
	if (s->periods > 1)
		return;
	s->began = s->period;
	/* Journals that do not tell it anew keep the older bound where it still is one. */
	if (wall_is_known(body_time(e->body, "not_before")) || s->not_before.us > s->began.us)
		s->not_before = body_time(e->body, "not_before");
}

/* It fails and recovers again and again: what were several outages is one, from the first of them until it is steady. */
static void clock_flapping(struct figure_service *s, const struct journal_entry *e)
{
	uint32_t kept = 0;

	s->period = body_time(e->body, "began");
	for (uint32_t i = 0; i < s->ended_count; i++) {
		if (s->ended[i].began.us < s->period.us)
			s->ended[kept++] = s->ended[i];
		else
			s->outage_us -= s->ended[i].outage_us;
	}
	s->ended_count = kept;
	if (s->period.us < s->began.us) {
		s->began = s->period;
		s->not_before = body_time(e->body, "not_before");
	}
}

static void note_ended(struct figure_service *s, int64_t outage, bool again)
{
	if (again && s->ended_count > 0)
		s->ended_count--;
	if (s->ended_count == FIGURE_OUTAGES_MAX) {
		memmove(s->ended, s->ended + 1, sizeof(s->ended) - sizeof(s->ended[0]));
		s->ended_count--;
	}
	s->ended[s->ended_count].began = s->period;
	s->ended[s->ended_count++].outage_us = outage;
}

static void clock_restored(struct figure_service *s, const struct journal_entry *e)
{
	bool again = !s->running && s->outage_us != MICRO_NONE; /* late data made it longer */
	int64_t outage;

	s->restored = body_time(e->body, "restored");
	s->running = false;
	if (!wall_is_known(s->restored) || !wall_is_known(s->period))
		return;
	outage = wall_diff_us(s->restored, s->period);
	s->outage_us = (s->outage_us == MICRO_NONE ? 0 : s->outage_us) + outage;
	if (again)
		s->outage_us -= s->last_us;
	s->last_us = outage;
	note_ended(s, outage, again);
	if (s->rto_us != MICRO_NONE && outage > s->rto_us)
		s->breached = true;
}

static void add_clock(struct figures *f, const struct journal_entry *e)
{
	struct figure_service *s = find_service(f, body_word(e->body, "service"));

	if (s == NULL)
		return;
	if (slice_is(e->kind, "clock.started"))
		clock_started(s, e);
	else if (slice_is(e->kind, "clock.corrected"))
		clock_corrected(s, e);
	else if (slice_is(e->kind, "clock.flapping"))
		clock_flapping(s, e);
	else if (slice_is(e->kind, "clock.restored"))
		clock_restored(s, e);
	else if (slice_is(e->kind, "clock.rto"))
		s->rto_us = body_micro(e->body, "rto"); /* of a plan that it adopted */
	else if (slice_is(e->kind, "clock.breached"))
		s->breached = true;
}

static void add_intent(struct figures *f, const struct journal_entry *e)
{
	if (f->call_count == FIGURE_CALLS_MAX) {
		f->overflow = true;
		return;
	}
	f->calls = mem_grow(f->calls, f->call_count, &f->call_cap, sizeof(*f->calls));
	f->calls[f->call_count++] = (struct figure_call){.id = e->seq,
							 .person = body_word(e->body, "person"),
							 .kind = body_word(e->body, "kind")};
}

static void add_call(struct figures *f, const struct journal_entry *e)
{
	static const char *const words[] = {
#define X(sym, word) [FIGURE_CALL_##sym] = "call." word,
		FIGURE_CALL_STATES(X)
#undef X
	};
	struct figure_call *c = find_call(f, body_number(e->body, "call"));

	for (unsigned i = 0; c != NULL && i < FIGURE_CALL_STATE_COUNT; i++) {
		if (slice_is(e->kind, words[i]))
			c->state = (enum figure_call_state)i;
	}
	if (c == NULL || (c->state != FIGURE_CALL_SENT && c->state != FIGURE_CALL_RECEIVED))
		return;
	c->told = true;
	if (!wall_is_known(f->first_page))
		f->first_page = e->at;
}

static void add_ack(struct figures *f, const struct journal_entry *e)
{
	if (wall_is_known(f->first_ack) || slice_is(body_word(e->body, "act"), "no-puedo"))
		return;
	f->first_ack = e->at;
	f->first_ack_by = body_word(e->body, "person");
}

static void add_ratification(struct figures *f, const struct journal_entry *e)
{
	struct slice how = body_word(e->body, "how");

	if (slice_is(e->kind, "ratification.pending")) {
		f->ratification_pending = true;
		f->ratification_overdue = f->ratification_refused = false;
	} else if (slice_is(e->kind, "ratification.overdue")) {
		f->ratification_overdue = true;
	} else if (slice_is(e->kind, "ratification.ended")) {
		f->ratification_pending = f->ratification_overdue = false;
		f->ratification_refused = slice_is(how, "refused");
	}
}

/* An act that another wrote down. */
static void add_second_person(struct figures *f, const struct journal_entry *e)
{
	uint64_t entry = body_number(e->body, "entry");
	size_t kept = 0;

	if (slice_is(e->kind, "confirmation.overdue")) {
		if (f->unconfirmed_count == FIGURE_UNCONFIRMED_MAX) {
			f->overflow = true;
			return;
		}
		f->unconfirmed = mem_grow(f->unconfirmed, f->unconfirmed_count, &f->unconfirmed_cap,
					  sizeof(*f->unconfirmed));
		f->unconfirmed[f->unconfirmed_count++] = entry;
		return;
	}
	for (size_t i = 0; i < f->unconfirmed_count; i++) {
		if (f->unconfirmed[i] != entry)
			f->unconfirmed[kept++] = f->unconfirmed[i];
	}
	f->unconfirmed_count = kept;
	f->disputed = f->disputed || slice_is(e->kind, "act.dispute");
}

static void add_report(struct figures *f, const struct journal_entry *e)
{
	uint64_t entry = body_number(e->body, "entry");

	if (entry != 0 && f->report_count < FIGURE_REPORTS_MAX)
		f->reports[f->report_count++] = entry;
}

void figures_add(struct figures *f, const struct journal_entry *e)
{
	if (slice_is(e->kind, "act.report"))
		final_report_add(&f->final, e); /* whose it is stands in the next entry */
	if (slice_is(e->kind, "act.report") || !figures_owns(f, e))
		return;
	if (final_report_wants(e))
		final_report_add(&f->final, e);
	if (slice_is(e->kind, "incident.opened") || slice_is(e->kind, "incident.reported"))
		add_report(f, e);
	if (slice_is(e->kind, "incident.opened"))
		add_opened(f, e);
	else if (slice_is(e->kind, "incident.joined"))
		add_service(f, body_word(e->body, "service"));
	else if (slice_is(e->kind, "incident.episode"))
		f->episodes = (uint32_t)body_number(e->body, "n");
	else if (slice_is(e->kind, "incident.promoted"))
		add_promoted(f, e);
	else if (slice_is(e->kind, "incident.state"))
		add_state(f, e);
	else if (slice_is(e->kind, "call.intent"))
		add_intent(f, e);
	else if (starts_with(e->kind, "call."))
		add_call(f, e);
	else if (starts_with(e->kind, "clock."))
		add_clock(f, e);
	else if (slice_is(e->kind, "ack.given"))
		add_ack(f, e);
	else if (slice_is(e->kind, "incident.impact"))
		f->impact = body_word(e->body, "impact");
	else if (slice_is(e->kind, "act.resume"))
		f->resumed = e->at;
	else if (starts_with(e->kind, "ratification."))
		add_ratification(f, e);
	else if (slice_is(e->kind, "confirmation.overdue") || slice_is(e->kind, "act.confirm") ||
		 slice_is(e->kind, "act.dispute"))
		add_second_person(f, e);
}

void figures_finish(struct figures *f)
{
	bool running = false;

	for (size_t i = 0; i < f->service_count; i++) {
		const struct figure_service *s = &f->services[i];

		if (wall_is_known(s->began) &&
		    (!wall_is_known(f->began) || s->began.us < f->began.us)) {
			f->began = s->began;
			f->not_before = s->not_before;
		}
		running = running || s->running;
		f->breached = f->breached || s->breached;
		if (s->outage_us != MICRO_NONE && s->outage_us > f->outage_us)
			f->outage_us = s->outage_us;
		if (s->rto_us != MICRO_NONE && (f->rto_us == MICRO_NONE || s->rto_us < f->rto_us))
			f->rto_us = s->rto_us;
		if (wall_is_known(s->restored))
			f->restored = wall_max(f->restored, s->restored);
	}
	if (running)
		f->restored = WALL_UNKNOWN;
}

/* --- writing ------------------------------------------------------------------------------------- */

static void put_word(struct json_emit *j, const char *key, struct slice word)
{
	json_key(j, key);
	if (word.n == 0)
		json_null(j);
	else
		json_slice(j, word);
}

static void put_services(const struct figures *f, struct json_emit *j)
{
	json_key(j, "services");
	json_open_array(j);
	for (size_t i = 0; i < f->service_count; i++) {
		const struct figure_service *s = &f->services[i];

		json_open_object(j);
		put_word(j, "service", s->id);
		json_kv_time(j, "began", s->began);
		json_kv_time(j, "not_before", s->not_before);
		json_kv_time(j, "restored", s->restored);
		json_kv_micro(j, "outage", s->outage_us);
		json_kv_micro(j, "rto", s->rto_us);
		json_kv_bool(j, "breached", s->breached);
		json_kv_bool(j, "estimated", s->estimated);
		json_kv_i64(j, "times", s->periods);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_calls(const struct figures *f, struct json_emit *j)
{
	static const char *const words[] = {
#define X(sym, word) [FIGURE_CALL_##sym] = word,
		FIGURE_CALL_STATES(X)
#undef X
	};
	int64_t counts[FIGURE_CALL_STATE_COUNT] = {0};

	for (size_t i = 0; i < f->call_count; i++)
		counts[f->calls[i].state]++;
	json_key(j, "calls");
	json_open_object(j);
	json_kv_i64(j, "total", (int64_t)f->call_count);
	for (unsigned i = 0; i < FIGURE_CALL_STATE_COUNT; i++)
		json_kv_i64(j, words[i], counts[i]);
	json_close_object(j);
}

/* Does this kind of call say that something fails, or that it is over? */
static bool tells_end(struct slice kind)
{
	return slice_is(kind, "up") || slice_is(kind, "not-observed") ||
	       slice_is(kind, "false-alarm");
}
static bool tells_failure(struct slice kind)
{
	return !tells_end(kind) && !slice_is(kind, "closed") && !slice_is(kind, "system") &&
	       !slice_is(kind, "order") && !slice_is(kind, "due");
}

static bool was_told(const struct figures *f, size_t before, struct slice person,
		     bool (*tells)(struct slice))
{
	for (size_t i = 0; i < before; i++) {
		const struct figure_call *c = &f->calls[i];

		if (c->told && tells(c->kind) && slice_eq(c->person, person))
			return true;
	}
	return false;
}

/* Each person once, in the order in which they were called first. */
static void put_told(const struct figures *f, struct json_emit *j, const char *key,
		     bool (*tells)(struct slice))
{
	json_key(j, key);
	json_open_array(j);
	for (size_t i = 0; i < f->call_count; i++) {
		const struct figure_call *c = &f->calls[i];

		if (c->told && tells(c->kind) && c->person.n > 0 &&
		    !was_told(f, i, c->person, tells))
			json_slice(j, c->person);
	}
	json_close_array(j);
}

/* Left out where all is regular: older exports stay what they were. */
static void put_irregular(const struct figures *f, struct json_emit *j)
{
	const struct {
		bool is;
		const char *word;
	} all[] = {{f->ratification_pending, "ratification-pending"},
		   {f->ratification_overdue, "ratification-overdue"},
		   {f->ratification_refused, "ratification-refused"},
		   {f->unconfirmed_count > 0, "act-unconfirmed"},
		   {f->disputed, "act-disputed"}};
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		if (!all[i].is)
			continue;
		if (n++ == 0) {
			json_key(j, "irregular");
			json_open_array(j);
		}
		json_str(j, all[i].word);
	}
	if (n > 0)
		json_close_array(j);
}

void figures_write(const struct figures *f, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	put_word(&j, "kind", f->kind);
	put_word(&j, "root", f->root);
	put_word(&j, "state", f->state);
	json_kv_i64(&j, "episodes", f->episodes);
	json_kv_time(&j, "began", f->began);
	json_kv_time(&j, "not_before", f->not_before);
	json_kv_time(&j, "confirmed", f->confirmed);
	json_kv_time(&j, "first_page", f->first_page);
	json_kv_time(&j, "first_ack", f->first_ack);
	put_word(&j, "first_ack_by", f->first_ack_by);
	if (f->impact.n > 0)
		put_word(&j, "impact", f->impact);
	json_kv_time(&j, "restored", f->restored);
	json_kv_time(&j, "resumed", f->resumed);
	json_kv_time(&j, "closed", f->closed);
	json_kv_micro(&j, "outage", f->outage_us);
	json_kv_micro(&j, "rto", f->rto_us);
	json_kv_bool(&j, "breached", f->breached);
	/* Only what was in a jornada has these: older exports stay what they were. */
	if (f->stamp.n > 0)
		put_word(&j, "stamp", f->stamp);
	if (wall_is_known(f->promoted))
		json_kv_time(&j, "promoted", f->promoted);
	put_services(f, &j);
	put_calls(f, &j);
	put_told(f, &j, "told_down", tells_failure);
	put_told(f, &j, "told_up", tells_end);
	put_irregular(f, &j);
	if (f->final.any) {
		json_key(&j, "final_report");
		final_report_write(&f->final, &j);
	}
	json_close_object(&j);
}
