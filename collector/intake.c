#include "collector/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/judge.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/micro.h"
#include "collector/boots.h"
#include "collector/turn.h"
#include "wire/result.h"

#define DAY_US (INT64_C(86400) * US_PER_S)
#define OLDEST_US (7 * DAY_US)
#define OFFSET_USED_US (2 * US_PER_S)
#define FAR_FUTURE_US (30 * DAY_US)
#define FUTURE_SLACK_US (60 * US_PER_S)
/* A batch that was under way for long makes a clock look slow; no agent waits longer than this for its answer. */
#define DELAY_MAX_US (15 * US_PER_S)
enum { OFFSETS = 4 };

#define GAP_NUMBERS_MAX (2 * (uint64_t)BOOTS_WINDOW_MAX)
/* More is a slip or a lie; it is shown, never computed with. */
#define SPOOLED_MAX INT64_C(1000000000)

static const char *const refusal_words[] = {"time-future", "time-too-old", "unknown-check",
					    "not-yours"};
_Static_assert(COUNT_OF(refusal_words) == REFUSAL_WHY_COUNT, "a word per refusal");

const char *refusal_word(enum refusal_why w)
{
	return refusal_words[w];
}

/* The last offsets of an agent's clock as its batches showed them. */
struct offsets {
	int64_t us[OFFSETS];
	unsigned next;
};

struct intake {
	struct collector *c;
	struct boots *boots;
	struct intake_agent *agents; /* by the plan's index */
	struct offsets *offsets; /* likewise */
	uint32_t agent_count;
	struct intake_stats stats;
	/* The batch that is being read. */
	const char *agent_id;
	uint32_t agent, slot;
	char boot[RESULT_BOOT_MAX + 1];
	struct wall_time now;
	int64_t offset_us;
	uint64_t first_seq; /* lowest number of the batch, 0 = none yet */
	uint64_t gap_numbers; /* in the gaps of the batch */
	struct wire_refused refused[ANSWER_REFUSED_MAX];
	size_t refused_count;
	enum err err;
	struct err_info *info;
};

/* Without cursors agents send again what they still hold; nothing is lost by it. */
static void put_cursors_aside(const char *folder)
{
	char from[4096], to[4096];

	snprintf(from, sizeof(from), "%.4000s/cursors.json", folder);
	snprintf(to, sizeof(to), "%.4000s/cursors.json.damaged", folder);
	if (rename(from, to) != 0)
		log_event(LOG_ERROR, "cursors.unreadable", "text=%s", "rename failed");
}

struct intake *intake_new(struct collector *c)
{
	struct intake *i = mem_calloc(1, sizeof(*i));
	struct err_info info;

	i->c = c;
	if (boots_open(c->config.data, &i->boots, &info) != ERR_OK) {
		log_event(LOG_ERROR, "cursors.unreadable", "text=%s", log_quote(info.text));
		put_cursors_aside(c->config.data);
		if (boots_open(c->config.data, &i->boots, &info) != ERR_OK)
			abort();
	}
	intake_plan_changed(i);
	return i;
}

void intake_free(struct intake *i)
{
	if (i == NULL)
		return;
	boots_close(i->boots);
	free(i->agents);
	free(i->offsets);
	free(i);
}

void intake_plan_changed(struct intake *i)
{
	const struct plan *p = view_plan(core_engine(i->c->core));

	free(i->agents);
	free(i->offsets);
	i->agent_count = p != NULL ? p->agent_count : 0;
	i->agents = mem_calloc(i->agent_count, sizeof(*i->agents));
	for (uint32_t k = 0; k < i->agent_count; k++) {
		i->agents[k].spool_bytes = -1;
		i->agents[k].spool_oldest = WALL_UNKNOWN;
	}
	i->offsets = mem_calloc(i->agent_count, sizeof(*i->offsets));
}

struct intake_stats intake_stats(const struct intake *i)
{
	return i->stats;
}

struct intake_agent intake_agent(const struct intake *i, uint32_t agent)
{
	return agent < i->agent_count ? i->agents[agent]
				      : (struct intake_agent){.spooled = -1,
							      .spool_bytes = -1,
							      .spool_oldest = WALL_UNKNOWN};
}

/* --- one result ------------------------------------------------------------------------------------ */

static void refuse(struct intake *i, uint64_t seq, enum refusal_why why)
{
	i->stats.refused[why]++;
	if (i->refused_count < ANSWER_REFUSED_MAX)
		i->refused[i->refused_count++] = (struct wire_refused){seq, refusal_words[why]};
}

static void map_values(struct intake *i, const struct check_schema *schema,
		       const struct wire_result *r, struct sample *s)
{
	s->value_count = (uint8_t)schema->value_count;
	for (size_t k = 0; k < schema->value_count; k++)
		s->values[k] = MICRO_NONE;
	for (uint8_t k = 0; k < r->value_count; k++) {
		const struct wire_value *v = &r->values[k];
		/* Agents send in the schema's order: the first guess is nearly always right. */
		int at = k < schema->value_count && slice_is(v->name, schema->values[k].name)
				 ? k
				 : schema_value_index(schema, v->name);

		if (at < 0)
			i->stats.unknown_values++;
		else
			s->values[at] = v->micro;
	}
}

static void judge(const struct plan_check *check, struct sample *s)
{
	switch (outcome_class(s->outcome)) {
	case CLASS_BLIND:
		s->health = HEALTH_BLIND;
		return;
	case CLASS_BAD:
		s->health = HEALTH_CRITICAL;
		return;
	case CLASS_OK:
		break;
	}
	s->health = HEALTH_OK;
	if (judge_is_met(check->critical, s->values, s->value_count))
		s->health = HEALTH_CRITICAL;
	else if (judge_is_met(check->warning, s->values, s->value_count))
		s->health = HEALTH_WARNING;
	if (s->health != HEALTH_OK)
		s->outcome = OUTCOME_VALUE_THRESHOLD;
}

/* When it was measured, by our clock; false if the result is refused for its time. */
static bool place_in_time(struct intake *i, const struct wire_result *r, struct sample *s)
{
	struct wall_time t = r->t;

	if (t.us < 0 ||
	    t.us > i->now.us + FAR_FUTURE_US) { /* beyond arithmetic, whatever the offset */
		refuse(i, r->seq, t.us < 0 ? REFUSAL_TIME_TOO_OLD : REFUSAL_TIME_FUTURE);
		return false;
	}
	s->clock_bad = i->offset_us >= OFFSET_USED_US || i->offset_us <= -OFFSET_USED_US;
	/* Only an offset that a clock can have: the rest is nonsense and judged as it stands. */
	if (s->clock_bad && i->offset_us > -OLDEST_US && i->offset_us < OLDEST_US)
		t = wall_add_us(t, -i->offset_us);
	if (t.us > i->now.us + FUTURE_SLACK_US) {
		refuse(i, r->seq, REFUSAL_TIME_FUTURE);
		return false;
	}
	if (t.us < i->now.us - OLDEST_US) {
		refuse(i, r->seq, REFUSAL_TIME_TOO_OLD);
		return false;
	}
	if (t.us > i->now.us) {
		i->stats.clipped++;
		t = i->now;
	}
	s->t = t;
	s->arrived = i->now;
	return true;
}

/* A moment of the agent by our clock; unknown if it is nonsense. */
static struct wall_time our_time(const struct intake *i, struct wall_time t)
{
	if (t.us < 0 || t.us > i->now.us + FAR_FUTURE_US || i->offset_us <= -OLDEST_US ||
	    i->offset_us >= OLDEST_US)
		return WALL_UNKNOWN;
	if (i->offset_us >= OFFSET_USED_US || i->offset_us <= -OFFSET_USED_US)
		t = wall_add_us(t, -i->offset_us);
	return wall_min(t, i->now);
}

static bool fill_sample(struct intake *i, const struct wire_result *r, struct sample *s)
{
	const struct plan *p = view_plan(core_engine(i->c->core));
	uint32_t check = p != NULL ? plan_find_check(p, r->check) : PLAN_NONE;
	const struct plan_check *c;

	if (check == PLAN_NONE) {
		refuse(i, r->seq, REFUSAL_UNKNOWN_CHECK);
		return false;
	}
	s->vantage = plan_find_vantage(p, check, i->agent);
	if (s->vantage == PLAN_NONE) {
		refuse(i, r->seq, REFUSAL_NOT_YOURS);
		return false;
	}
	if (!place_in_time(i, r, s))
		return false;
	c = &p->checks[check];
	s->outcome = r->outcome;
	s->backlog = wall_diff_us(i->now, s->t) > c->fresh_within_us;
	map_values(i, c->schema, r, s);
	judge(c, s);
	return true;
}

static bool take(struct intake *i, const struct sample *s)
{
	struct input in = {.kind = INPUT_SAMPLE, .now = i->now};

	if (!engine_observe(core_engine(i->c->core), s))
		return true;
	in.u.sample = *s;
	i->err = core_input(i->c->core, &in, NULL, i->info);
	return i->err == ERR_OK;
}

/* Into the journal with its own time; beyond the budget of its component it is only counted. */
static bool take_note(struct intake *i, const struct wire_note *n, const struct sample *s)
{
	struct input in = {.kind = INPUT_HEARD, .now = i->now};
	struct wall_time at = our_time(i, n->at);

	if (!wall_is_known(at) || at.us < i->now.us - OLDEST_US)
		at = s->t;
	in.u.heard = (struct heard_note){.vantage = s->vantage,
					 .at = at,
					 .what = n->what,
					 .severity = n->severity,
					 .name = n->name,
					 .text = n->text,
					 .source = n->source,
					 .count = n->count,
					 .late = s->backlog};
	i->stats.notes++;
	if (!engine_hear(core_engine(i->c->core), s->vantage, i->now))
		return true;
	i->err = core_input(i->c->core, &in, NULL, i->info);
	return i->err == ERR_OK;
}

static void note_number(struct intake *i, uint64_t seq)
{
	if (i->first_seq == 0 || seq < i->first_seq)
		i->first_seq = seq;
}

static bool on_result(void *user, const struct wire_result *r)
{
	struct intake *i = user;
	struct sample s;
	enum boot_seen seen;

	i->stats.results++;
	s.live = r->live;
	if (r->live) {
		i->stats.live++;
		return !fill_sample(i, r, &s) || take(i, &s);
	}
	note_number(i, r->seq);
	seen = boots_receive(i->boots, i->slot, r->seq);
	if (seen != BOOT_NEW) {
		i->stats.duplicates += seen == BOOT_DUPLICATE;
		i->stats.too_far += seen == BOOT_TOO_FAR;
		return true;
	}
	if (!fill_sample(i, r, &s)) {
		boots_make_safe(i->boots, i->slot, r->seq); /* refused counts as handled */
		return true;
	}
	series_add(i->c->series, &s, (struct series_ref){i->slot, r->seq});
	return take(i, &s) && (!r->has_note || take_note(i, &r->note, &s));
}

static bool on_gap(void *user, const struct wire_gap *g)
{
	struct intake *i = user;
	struct input in = {.kind = INPUT_GAP, .now = i->now};
	char reason[65];

	note_number(i, g->from);
	i->stats.gaps++;
	i->gap_numbers += g->to - g->from < BOOTS_WINDOW_MAX ? g->to - g->from : BOOTS_WINDOW_MAX;
	if (i->gap_numbers > GAP_NUMBERS_MAX) {
		i->stats.too_far++; /* too much at once: faults.c asks for it again */
		return true;
	}
	if (boots_skip(i->boots, i->slot, g->from, g->to) == 0)
		return true; /* told before */
	snprintf(reason, sizeof(reason), "%.*s", (int)g->reason.n, g->reason.p);
	in.u.gap.agent = i->agent;
	in.u.gap.boot = i->boot;
	in.u.gap.from = g->from;
	in.u.gap.to = g->to;
	in.u.gap.reason = reason;
	i->err = core_input(i->c->core, &in, NULL, i->info);
	return i->err == ERR_OK;
}

/* --- one batch ------------------------------------------------------------------------------------- */

static enum err tell_contact(struct intake *i)
{
	struct input in = {.kind = INPUT_CONTACT, .now = i->now};

	if (!engine_contact(core_engine(i->c->core), i->agent, i->now))
		return ERR_OK;
	in.u.contact.agent = i->agent;
	return core_input(i->c->core, &in, NULL, i->info);
}

/* Delay only ever takes away: the greatest of the last few is nearest to the truth. What no delay explains is believed at
 * once; a clock that seems a little slow, only when batch after batch says so. */
static int64_t offset_of(struct intake *i, int64_t measured_us)
{
	struct offsets *o = &i->offsets[i->agent];
	int64_t best = measured_us;

	o->us[o->next++ % OFFSETS] = measured_us;
	if (measured_us >= 0 || measured_us <= -DELAY_MAX_US)
		return measured_us;
	for (unsigned k = 0; k < OFFSETS; k++)
		best = o->us[k] > best && o->us[k] <= 0 ? o->us[k] : best;
	return best;
}

static bool on_begin(void *user, const struct wire_batch *b)
{
	struct intake *i = user;

	if (!slice_is(b->agent, i->agent_id)) {
		i->err = err_fail(i->info, ERR_DENIED,
				  "the token is that of agent '%s', the batch is another's",
				  i->agent_id);
		return false;
	}
	i->offset_us = offset_of(i, b->now.us < 0 ? -i->now.us : wall_diff_us(b->now, i->now));
	snprintf(i->boot, sizeof(i->boot), "%.*s", (int)b->boot.n, b->boot.p);
	i->slot = boots_slot(i->boots, i->agent_id, b->boot);
	i->err = tell_contact(i);
	return i->err == ERR_OK;
}

static void on_state(void *user, const struct wire_batch *b)
{
	struct intake *i = user;
	struct intake_agent *a = &i->agents[i->agent];

	a->known = true;
	a->offset_us = i->offset_us;
	a->lag_us = b->lag_micro == MICRO_NONE ? 0 : b->lag_micro;
	a->spooled = b->spooled > SPOOLED_MAX ? SPOOLED_MAX : b->spooled;
	a->spool_bytes = b->spool_bytes;
	a->spool_oldest = our_time(i, b->spool_oldest);
	a->trap_count = b->trap_count;
	for (uint8_t k = 0; k < b->trap_count; k++) {
		snprintf(a->traps[k].name, sizeof(a->traps[k].name), "%.*s",
			 (int)b->traps[k].name.n, b->traps[k].name.p);
		a->traps[k].count = b->traps[k].micro;
	}
	snprintf(a->version, sizeof(a->version), "%.*s", (int)b->version.n, b->version.p);
}

static void write_answer(struct intake *i, struct buf *answer)
{
	const struct plan *p = view_plan(core_engine(i->c->core));
	struct journal_head head = journal_tip(core_journal(i->c->core));
	struct wire_answer a = {.identity = i->c->identity,
				.received = boots_received(i->boots, i->slot),
				.cursor = boots_cursor(i->boots, i->slot),
				.head_seq = head.seq};

	snprintf(a.start, sizeof(a.start), "%s", i->c->start_id);
	snprintf(a.plan, sizeof(a.plan), "%s", p != NULL ? p->hash : "");
	sha256_hex(a.head_hash, &head.hash);
	answer_write(answer, &a, i->refused, i->refused_count);
}

enum err intake_post(struct intake *i, const char *agent, struct slice body, struct buf *answer,
		     struct err_info *info)
{
	const struct result_sink sink = {i, on_begin, on_result, on_gap, on_state};
	const struct plan *p = view_plan(core_engine(i->c->core));
	enum err e;

	i->agent_id = agent;
	i->agent = p != NULL ? plan_find_agent(p, slice_of(agent)) : PLAN_NONE;
	if (i->agent == PLAN_NONE)
		return err_fail(info, ERR_DENIED, "agent '%s' is not in the plan in force", agent);
	i->now = clock_now(&i->c->clock);
	i->info = info;
	i->err = ERR_OK;
	i->first_seq = 0;
	i->gap_numbers = 0;
	i->refused_count = 0;
	i->stats.batches++;
	e = result_decode(body, &sink, info);
	if (e != ERR_OK) {
		i->stats.malformed += e == ERR_SYNTAX;
		return i->err != ERR_OK ? i->err : e;
	}
	if (i->first_seq != 0 && boots_note_batch(i->boots, i->slot, i->first_seq, i->now))
		log_event(LOG_NOTICE, "agent.hole", "agent=%s boot=%s first=%llu", agent, i->boot,
			  (unsigned long long)i->first_seq);
	write_answer(i, answer);
	return ERR_OK;
}

void intake_durable(struct intake *i, const struct series_ref *refs, size_t count)
{
	for (size_t k = 0; k < count; k++)
		boots_make_safe(i->boots, refs[k].boot_slot, refs[k].seq);
}

void intake_forget(struct intake *i)
{
	boots_forget(i->boots);
}

void intake_save(struct intake *i)
{
	struct err_info info;

	/* What is handled but not journalled is not safe yet. */
	if (journal_is_dirty(core_journal(i->c->core)))
		return;
	if (boots_save(i->boots, &info) != ERR_OK)
		log_event(LOG_ERROR, "cursors.unwritable", "text=%s", log_quote(info.text));
}
