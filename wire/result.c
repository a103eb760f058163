/* The reading side of a batch: first the form of the whole text, then the callbacks. */
#include "wire/result.h"

#include <assert.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/micro.h"

static enum err malformed(const struct json_pull *in, uint64_t number, struct err_info *info)
{
	if (number > 0)
		return err_fail(info, ERR_SYNTAX, "result %llu, byte %zu: %s",
				(unsigned long long)number, in->offset, in->error);
	return err_fail(info, ERR_SYNTAX, "byte %zu: %s", in->offset, in->error);
}

static void read_values(struct json_pull *in, struct wire_result *r)
{
	struct slice name;

	json_enter_object(in);
	while (json_next_key(in, &name)) {
		struct wire_value *v = &r->values[r->value_count];

		if (r->value_count == SCHEMA_VALUES_MAX) {
			json_complain(in, "too many values");
			return;
		}
		v->name = name;
		v->micro = MICRO_NONE;
		json_read_micro(in, &v->micro);
		r->value_count++;
	}
}

static void read_outcome(struct json_pull *in, struct wire_result *r)
{
	struct slice word;

	json_read_slice(in, &word);
	if (in->error != NULL)
		return;
	/* Nearly every result is ok: no search for it. */
	r->outcome = slice_is(word, "ok") ? OUTCOME_OK : outcome_from_word(word);
	if (r->outcome == OUTCOME_COUNT)
		json_complain(in, "an outcome word is not known");
}

/* --- notes --------------------------------------------------------------------------------------------------- */

#define NOTES_COUNTED_MAX INT64_C(1000000000)
static const char *const note_kinds[] = {"heard", "raised", "cleared", "lapsed", "more", NULL};
static const char *const note_severities[] = {"info",  "warning",  "minor",
					      "major", "critical", NULL};

static bool is_one_of(const char *word, const char *const *words)
{
	while (*words != NULL && strcmp(*words, word) != 0)
		words++;
	return *words != NULL;
}

static void read_clean(struct json_pull *in, char *dst, size_t size)
{
	json_read_str(in, dst, size);
	for (const char *p = dst; in->error == NULL && *p != '\0'; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			json_complain(in, "a note holds a control character");
	}
}

static void read_note(struct json_pull *in, struct wire_note *n)
{
	struct slice key;

	*n = (struct wire_note){.at = WALL_UNKNOWN, .count = 1};
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "at"))
			json_read_time(in, &n->at);
		else if (slice_is(key, "what"))
			read_clean(in, n->what, sizeof(n->what));
		else if (slice_is(key, "severity"))
			read_clean(in, n->severity, sizeof(n->severity));
		else if (slice_is(key, "name"))
			read_clean(in, n->name, sizeof(n->name));
		else if (slice_is(key, "text"))
			read_clean(in, n->text, sizeof(n->text));
		else if (slice_is(key, "source"))
			read_clean(in, n->source, sizeof(n->source));
		else if (slice_is(key, "count"))
			json_read_i64(in, &n->count);
		else
			json_skip(in);
	}
	if (in->error == NULL &&
	    (!is_one_of(n->what, note_kinds) || !is_one_of(n->severity, note_severities)))
		json_complain(in, "a note's 'what' or 'severity' is no known word");
	if (in->error == NULL &&
	    (!wall_is_known(n->at) || n->count < 1 || n->count > NOTES_COUNTED_MAX))
		json_complain(in, "a note needs 'at', and a count of 1 to 10^9");
}

static void write_note(struct json_emit *j, const struct wire_note *n)
{
	json_key(j, "note");
	json_open_object(j);
	json_kv_time(j, "at", n->at);
	json_kv_str(j, "what", n->what);
	json_kv_str(j, "severity", n->severity);
	json_kv_str(j, "name", n->name);
	json_kv_str(j, "text", n->text);
	json_kv_str(j, "source", n->source);
	json_kv_i64(j, "count", n->count);
	json_close_object(j);
}

/* --- results ------------------------------------------------------------------------------------------------ */

enum { HAS_SEQ = 1, HAS_CHECK = 2, HAS_T = 4, HAS_OUTCOME = 8, HAS_ALL = 15, HAS_NOTE = 16 };

static void read_result(struct json_pull *in, struct wire_result *r)
{
	unsigned has = 0, bit;
	struct slice key;
	int64_t seq = 0;

	r->live = false;
	r->value_count = 0;
	r->has_note = false;
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		bit = 0;
		if (slice_is(key, "seq")) {
			bit = HAS_SEQ;
			json_read_i64(in, &seq);
		} else if (slice_is(key, "check")) {
			bit = HAS_CHECK;
			json_read_slice(in, &r->check);
			if (in->error == NULL && r->check.n > RESULT_ID_MAX)
				json_complain(in, "a check id is too long");
		} else if (slice_is(key, "t")) {
			bit = HAS_T;
			json_read_time(in, &r->t);
		} else if (slice_is(key, "outcome")) {
			bit = HAS_OUTCOME;
			read_outcome(in, r);
		} else if (slice_is(key, "values")) {
			r->value_count = 0;
			read_values(in, r);
		} else if (slice_is(key, "note")) {
			bit = HAS_NOTE;
			r->has_note = true;
			read_note(in, &r->note);
		} else if (slice_is(key, "live")) {
			json_read_bool(in, &r->live);
		} else {
			json_skip(in);
		}
		if (has & bit)
			json_complain(in, "a key stands twice in a result");
		has |= bit;
	}
	if (in->error == NULL && (has & HAS_ALL) != HAS_ALL)
		json_complain(in, "a result needs seq, check, t and outcome");
	if (in->error == NULL && seq < 1)
		json_complain(in, "seq counts from 1");
	if (in->error == NULL && !wall_is_known(r->t))
		json_complain(in, "t is missing");
	r->seq = (uint64_t)seq;
}

static void read_gap(struct json_pull *in, struct wire_gap *g)
{
	int64_t from = 0, to = 0;
	struct slice key;

	g->reason = SLICE_LIT("unknown");
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "from"))
			json_read_i64(in, &from);
		else if (slice_is(key, "to"))
			json_read_i64(in, &to);
		else if (slice_is(key, "reason"))
			json_read_slice(in, &g->reason);
		else
			json_skip(in);
	}
	if (in->error == NULL && (from < 1 || to < from || g->reason.n > 64))
		json_complain(in, "a gap needs 1 <= from <= to");
	g->from = (uint64_t)from;
	g->to = (uint64_t)to;
}

static void read_spool(struct json_pull *in, struct wire_batch *b)
{
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "oldest"))
			json_read_time(in, &b->spool_oldest);
		else if (slice_is(key, "bytes"))
			json_read_i64(in, &b->spool_bytes);
		else
			json_skip(in);
	}
	if (in->error == NULL && b->spool_bytes < -1)
		json_complain(in, "a spool has no negative size");
}

/* It becomes a label of a metric. */
static bool is_plain_word(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '-' && (s.p[i] < 'a' || s.p[i] > 'z'))
			return false;
	}
	return s.n > 0 && s.n <= WIRE_TRAP_WORD_MAX;
}

static void read_traps(struct json_pull *in, struct wire_batch *b)
{
	struct slice key;

	b->trap_count = 0;
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		struct wire_value *v = &b->traps[b->trap_count];

		if (b->trap_count == WIRE_TRAPS_MAX || !is_plain_word(key)) {
			json_skip(in); /* of a later program */
			continue;
		}
		*v = (struct wire_value){key, 0};
		json_read_i64(in, &v->micro);
		if (in->error == NULL && v->micro < 0)
			json_complain(in, "nothing is counted below 0");
		b->trap_count++;
	}
}

static void read_state(struct json_pull *in, struct wire_batch *b)
{
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "lag"))
			json_read_micro(in, &b->lag_micro);
		else if (slice_is(key, "spooled"))
			json_read_i64(in, &b->spooled);
		else if (slice_is(key, "spool"))
			read_spool(in, b);
		else if (slice_is(key, "traps"))
			read_traps(in, b);
		else if (slice_is(key, "version"))
			json_read_slice(in, &b->version);
		else
			json_skip(in);
	}
	if (in->error == NULL && b->version.n > 32)
		json_complain(in, "the version is too long");
}

/* One pass over the text; without a sink it only judges the form. */
struct pass {
	struct json_pull in;
	const struct result_sink *sink; /* NULL: the first pass */
	struct wire_batch batch;
	uint64_t number; /* of the result that is being read */
	bool begun, stopped;
};

static bool is_head_complete(const struct pass *p)
{
	return p->batch.agent.n > 0 && p->batch.boot.n > 0 && wall_is_known(p->batch.now);
}

static void begin(struct pass *p)
{
	if (p->begun)
		return;
	if (!is_head_complete(p)) {
		json_complain(&p->in, "agent, boot and now must stand before results and gaps");
		return;
	}
	p->begun = true;
	if (p->sink != NULL && !p->sink->begin(p->sink->user, &p->batch))
		p->stopped = true;
}

static void read_results(struct pass *p)
{
	struct wire_result r;

	begin(p);
	json_enter_array(&p->in);
	while (!p->stopped && json_next_element(&p->in)) {
		if (++p->number > RESULT_BATCH_MAX) {
			json_complain(&p->in, "too many results in one batch");
			return;
		}
		read_result(&p->in, &r);
		if (p->in.error == NULL && p->sink != NULL && !p->sink->result(p->sink->user, &r))
			p->stopped = true;
	}
	if (p->in.error == NULL)
		p->number = 0;
}

static void read_gaps(struct pass *p)
{
	struct wire_gap g;
	size_t n = 0;

	begin(p);
	json_enter_array(&p->in);
	while (!p->stopped && json_next_element(&p->in)) {
		if (++n > RESULT_GAPS_MAX) {
			json_complain(&p->in, "too many gaps in one batch");
			return;
		}
		read_gap(&p->in, &g);
		if (p->in.error == NULL && p->sink != NULL && !p->sink->gap(p->sink->user, &g))
			p->stopped = true;
	}
}

static void read_word(struct json_pull *in, struct slice *ret, size_t max)
{
	json_read_slice(in, ret);
	if (in->error == NULL && (ret->n == 0 || ret->n > max))
		json_complain(in, "agent or boot is empty or too long");
}

static void run(struct pass *p)
{
	struct slice key;

	json_enter_object(&p->in);
	while (!p->stopped && json_next_key(&p->in, &key)) {
		if (slice_is(key, "agent"))
			read_word(&p->in, &p->batch.agent, RESULT_ID_MAX);
		else if (slice_is(key, "boot"))
			read_word(&p->in, &p->batch.boot, RESULT_BOOT_MAX);
		else if (slice_is(key, "now"))
			json_read_time(&p->in, &p->batch.now);
		else if (slice_is(key, "results"))
			read_results(p);
		else if (slice_is(key, "gaps"))
			read_gaps(p);
		else if (slice_is(key, "agent_state"))
			read_state(&p->in, &p->batch);
		else
			json_skip(&p->in);
	}
	if (p->stopped)
		return;
	json_end(&p->in);
	if (p->in.error == NULL)
		begin(p);
	if (p->in.error == NULL && p->sink != NULL && !p->stopped)
		p->sink->state(p->sink->user, &p->batch);
}

static void prepare(struct pass *p, struct slice text, const struct result_sink *sink)
{
	*p = (struct pass){.in = json_pull_from(text), .sink = sink};
	p->batch.now = WALL_UNKNOWN;
	p->batch.lag_micro = MICRO_NONE;
	p->batch.spooled = p->batch.spool_bytes = -1;
	p->batch.spool_oldest = WALL_UNKNOWN;
	p->batch.agent = p->batch.boot = p->batch.version = SLICE_LIT("");
}

enum err result_decode(struct slice text, const struct result_sink *sink, struct err_info *info)
{
	struct pass p;

	prepare(&p, text, NULL);
	run(&p);
	if (p.in.error != NULL)
		return malformed(&p.in, p.number, info);
	prepare(&p, text, sink);
	run(&p);
	assert(p.in.error == NULL);
	if (p.stopped)
		return err_fail(info, ERR_FULL, "the batch was not taken");
	return ERR_OK;
}

/* --- the writing side ----------------------------------------------------------------------------- */

void result_write_begin(struct result_writer *w, struct buf *out, const char *agent,
			const char *boot, struct wall_time now)
{
	struct json_emit j = json_emit_to(out);

	*w = (struct result_writer){.out = out};
	json_open_object(&j);
	json_kv_str(&j, "agent", agent);
	json_kv_str(&j, "boot", boot);
	json_kv_time(&j, "now", now);
	json_key(&j, "results");
	json_open_array(&j);
}

static void write_result(struct result_writer *w, uint64_t seq, const char *check,
			 struct wall_time t, enum outcome outcome, bool live,
			 const struct check_schema *schema, const int64_t *values,
			 size_t value_count, const struct wire_note *note)
{
	struct json_emit j = {.out = w->out, .comma = w->any};

	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)seq);
	json_kv_str(&j, "check", check);
	json_kv_time(&j, "t", t);
	json_kv_str(&j, "outcome", outcome_word(outcome));
	if (live)
		json_kv_bool(&j, "live", true);
	json_key(&j, "values");
	json_open_object(&j);
	for (size_t i = 0; i < value_count && i < schema->value_count; i++) {
		if (values[i] != MICRO_NONE)
			json_kv_micro(&j, schema->values[i].name, values[i]);
	}
	json_close_object(&j);
	if (note != NULL)
		write_note(&j, note);
	json_close_object(&j);
	w->any = true;
}

void result_write_result(struct result_writer *w, uint64_t seq, const char *check,
			 struct wall_time t, enum outcome outcome, bool live,
			 const struct check_schema *schema, const int64_t *values,
			 size_t value_count)
{
	write_result(w, seq, check, t, outcome, live, schema, values, value_count, NULL);
}

void result_write_noted(struct result_writer *w, uint64_t seq, const char *check,
			struct wall_time t, enum outcome outcome, const struct check_schema *schema,
			const int64_t *values, size_t value_count, const struct wire_note *note)
{
	write_result(w, seq, check, t, outcome, false, schema, values, value_count, note);
}

bool result_write_end(struct result_writer *w, const struct wire_gap *gaps, size_t gap_count,
		      const struct wire_state *state)
{
	struct json_emit j = {.out = w->out};

	json_close_array(&j);
	if (gap_count > 0) {
		json_key(&j, "gaps");
		json_open_array(&j);
		for (size_t i = 0; i < gap_count; i++) {
			json_open_object(&j);
			json_kv_i64(&j, "from", (int64_t)gaps[i].from);
			json_kv_i64(&j, "to", (int64_t)gaps[i].to);
			json_key(&j, "reason");
			json_slice(&j, gaps[i].reason);
			json_close_object(&j);
		}
		json_close_array(&j);
	}
	json_key(&j, "agent_state");
	json_open_object(&j);
	json_kv_micro(&j, "lag", state->lag_micro);
	json_kv_i64(&j, "spooled", state->spooled);
	json_key(&j, "spool");
	json_open_object(&j);
	json_kv_time(&j, "oldest", state->spool_oldest);
	json_kv_i64(&j, "bytes", state->spool_bytes);
	json_close_object(&j);
	for (size_t i = 0; i < state->trap_count; i++) {
		if (i == 0) {
			json_key(&j, "traps");
			json_open_object(&j);
		}
		json_kv_i64(&j, state->traps[i].name, (int64_t)state->traps[i].count);
		if (i + 1 == state->trap_count)
			json_close_object(&j);
	}
	json_kv_str(&j, "version", state->version);
	json_close_object(&j);
	json_close_object(&j);
	return buf_is_ok(w->out);
}

void answer_write(struct buf *out, const struct wire_answer *a, const struct wire_refused *refused,
		  size_t refused_count)
{
	struct json_emit j = json_emit_to(out);

	json_open_object(&j);
	if (a->identity.text[0] != '\0')
		json_kv_str(&j, "identity", a->identity.text);
	json_kv_str(&j, "start", a->start);
	json_kv_i64(&j, "received", (int64_t)a->received);
	json_kv_i64(&j, "cursor", (int64_t)a->cursor);
	json_key(&j, "refused");
	json_open_array(&j);
	for (size_t i = 0; i < refused_count; i++) {
		json_open_object(&j);
		json_kv_i64(&j, "seq", (int64_t)refused[i].seq);
		json_kv_str(&j, "why", refused[i].why);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_kv_str(&j, "plan", a->plan);
	json_key(&j, "head");
	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)a->head_seq);
	json_kv_str(&j, "hash", a->head_hash);
	json_close_object(&j);
	json_close_object(&j);
}

static void read_u64(struct json_pull *in, uint64_t *ret)
{
	int64_t v = 0;

	json_read_i64(in, &v);
	if (v < 0)
		json_complain(in, "a number is negative");
	*ret = (uint64_t)v;
}

static void read_head(struct json_pull *in, struct wire_answer *a)
{
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "seq"))
			read_u64(in, &a->head_seq);
		else if (slice_is(key, "hash"))
			json_read_str(in, a->head_hash, sizeof(a->head_hash));
		else
			json_skip(in);
	}
}

static void read_identity(struct json_pull *in, struct identity *ret)
{
	char text[IDENTITY_SIZE] = "";

	json_read_str(in, text, sizeof(text));
	if (in->error == NULL && !identity_parse(slice_of(text), ret))
		json_complain(in, "an identity is malformed");
}

static void count_refused(struct json_pull *in, struct wire_answer *a)
{
	json_enter_array(in);
	while (json_next_element(in)) {
		json_skip(in);
		a->refused_count++;
	}
}

enum err answer_decode(struct slice text, struct wire_answer *ret, struct err_info *info)
{
	struct json_pull in = json_pull_from(text);
	struct wire_answer a = {0};
	struct slice key;
	bool start = false;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "start")) {
			json_read_str(&in, a.start, sizeof(a.start));
			start = true;
		} else if (slice_is(key, "identity")) {
			read_identity(&in, &a.identity);
		} else if (slice_is(key, "received")) {
			read_u64(&in, &a.received);
		} else if (slice_is(key, "cursor")) {
			read_u64(&in, &a.cursor);
		} else if (slice_is(key, "plan")) {
			json_read_str(&in, a.plan, sizeof(a.plan));
		} else if (slice_is(key, "head")) {
			read_head(&in, &a);
		} else if (slice_is(key, "refused")) {
			count_refused(&in, &a);
		} else {
			json_skip(&in);
		}
	}
	json_end(&in);
	if (in.error != NULL)
		return malformed(&in, 0, info);
	if (!start)
		return err_fail(info, ERR_SYNTAX, "the answer names no start");
	*ret = a;
	return ERR_OK;
}
