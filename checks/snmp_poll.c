#include "checks/snmp_poll.h"

#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "checks/snmp_rounds.h"
#include "checks/snmp_rows.h"

/* A row that still says what it said may have got a twin: so often they are all looked for again. */
#define RELEARN_US (600 * US_PER_S)

static const uint32_t uptime_parts[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
static const uint32_t boots_parts[] = {1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0};
static const struct snmp_oid sys_uptime = {uptime_parts, COUNT_OF(uptime_parts)};
static const struct snmp_oid engine_boots = {boots_parts, COUNT_OF(boots_parts)};

/* --- asking ---------------------------------------------------------------------------------------- */

const struct snmp_item *snmp_rounds_find(const struct snmp_rounds *r, enum snmp_ask_kind kind,
					 struct snmp_oid oid)
{
	for (size_t k = r->asked_count; k-- > 0;) {
		for (size_t i = 0; i < r->asked[k].count; i++) {
			const struct snmp_item *item = &r->asked[k].items[i];

			if (item->kind == kind && snmp_oid_compare(item->oid, oid) == 0)
				return item;
		}
	}
	return NULL;
}

struct snmp_oid snmp_oid_join(struct arena *arena, struct snmp_oid column, struct snmp_oid index)
{
	uint32_t *parts = arena_calloc(arena, column.count + index.count, sizeof(*parts));

	memcpy(parts, column.parts, column.count * sizeof(*parts));
	if (index.count > 0)
		memcpy(parts + column.count, index.parts, index.count * sizeof(*parts));
	return (struct snmp_oid){parts, column.count + index.count};
}

/* Each thing is asked once. */
static void put_item(struct snmp_poll *p, enum snmp_ask_kind kind, struct snmp_oid oid)
{
	struct snmp_ask *a = &p->ask;

	for (size_t i = 0; i < a->item_count; i++) {
		if (a->items[i].kind == kind && snmp_oid_compare(a->items[i].oid, oid) == 0)
			return;
	}
	if (a->item_count == p->program->item_max || oid.count > SNMP_OID_PARTS_MAX)
		return; /* the compiler has counted; an index that is too long has no such row */
	a->items[a->item_count++] = (struct snmp_item){
		.kind = kind, .oid = oid, .rows_max = kind == SNMP_WALK ? p->rows_max : 1};
}

static void put_rows(struct snmp_poll *p, const struct snmp_program_value *v)
{
	for (size_t i = 0; i < v->oid_count; i++) {
		put_item(p, SNMP_WALK, v->oids[i]);
		if (v->breaks[i].count > 0)
			put_item(p, SNMP_WALK, v->breaks[i]);
	}
	for (size_t i = 0; i < v->when_count; i++)
		put_item(p, SNMP_WALK, v->whens[i].by);
}

static void put_one(struct snmp_poll *p, const struct snmp_program_value *v)
{
	for (size_t i = 0; i < v->oid_count; i++) {
		put_item(p, SNMP_GET, v->oids[i]);
		if (v->breaks[i].count > 0)
			put_item(p, SNMP_GET, v->breaks[i]);
	}
}

/* The values of a row, and beside them the text that says which row it is. */
static void put_row(struct snmp_poll *p, const struct snmp_program_value *v)
{
	const struct snmp_row_place *place = &p->rounds->places[v->row];

	if (place->state != SNMP_ROW_FOUND)
		return;
	put_item(p, SNMP_GET, snmp_oid_join(p->arena, p->program->keys[v->row].by, place->index));
	for (size_t i = 0; i < v->oid_count; i++) {
		put_item(p, SNMP_GET, snmp_oid_join(p->arena, v->oids[i], place->index));
		if (v->breaks[i].count > 0)
			put_item(p, SNMP_GET, snmp_oid_join(p->arena, v->breaks[i], place->index));
	}
}

static void put_values(struct snmp_poll *p, bool again)
{
	if (p->program->clocked && !again) {
		put_item(p, SNMP_GET, sys_uptime);
		put_item(p, SNMP_GET, engine_boots);
	}
	for (size_t i = 0; i < p->program->value_count; i++) {
		const struct snmp_program_value *v = &p->program->values[i];

		if (v->form == SNMP_FORM_ROW && (!again || p->rounds->places[v->row].again))
			put_row(p, v);
		if (v->form == SNMP_FORM_ONE && !again)
			put_one(p, v);
		if (v->form == SNMP_FORM_ROWS && !again)
			put_rows(p, v);
	}
}

static void put_sought(struct snmp_poll *p)
{
	for (size_t i = 0; i < p->program->key_count; i++) {
		if (p->rounds->places[i].state == SNMP_ROW_WANTED)
			put_item(p, SNMP_WALK, p->program->keys[i].by);
	}
}

/* --- rows ------------------------------------------------------------------------------------------ */

static void recall_rows(struct snmp_poll *p)
{
	struct snmp_memory *m = p->memory;

	for (size_t i = 0; i < p->program->key_count; i++) {
		const struct snmp_known_row *known = &m->rows[i];

		if (known->parts == NULL || mono_diff_us(m->last, known->learnt) >= RELEARN_US)
			continue;
		p->rounds->places[i] = (struct snmp_row_place){
			.state = SNMP_ROW_FOUND,
			.index = snmp_oid_copy(p->arena,
					       (struct snmp_oid){known->parts, known->count})};
	}
}

/* The columns that were walked say where the rows stand. */
static void settle_rows(struct snmp_poll *p)
{
	for (size_t i = 0; i < p->program->key_count; i++) {
		const struct snmp_row_key *key = &p->program->keys[i];
		struct snmp_row_place *place = &p->rounds->places[i];
		const struct snmp_item *walk;
		const struct snmp_row *row;

		if (place->state != SNMP_ROW_WANTED)
			continue;
		walk = snmp_rounds_find(p->rounds, SNMP_WALK, key->by);
		place->end = walk != NULL ? walk->end : SNMP_END_NONE;
		place->matches = walk != NULL ? snmp_rows_seek(walk, &key->match, &row) : 0;
		if (place->matches == 1) {
			place->state = SNMP_ROW_FOUND;
			place->index = snmp_row_index(key->by, row->oid);
			snmp_memory_learn(p->memory, i, place->index, p->rounds->now);
			continue;
		}
		snmp_memory_unlearn(p->memory, i);
		place->state = place->matches > 1             ? SNMP_ROW_SEVERAL
			       : place->end == SNMP_END_WHOLE ? SNMP_ROW_NONE
							      : SNMP_ROW_UNREAD;
	}
}

/* Does each row still say what it said? The text was asked for in the same request as its values. */
static void verify_rows(struct snmp_poll *p)
{
	for (size_t i = 0; i < p->program->key_count; i++) {
		const struct snmp_row_key *key = &p->program->keys[i];
		struct snmp_row_place *place = &p->rounds->places[i];
		const struct snmp_item *by;

		if (place->state != SNMP_ROW_FOUND)
			continue;
		by = snmp_rounds_find(p->rounds, SNMP_GET,
				      snmp_oid_join(p->arena, key->by, place->index));
		if (by == NULL || by->end != SNMP_END_WHOLE || by->row_count == 0) {
			place->state = SNMP_ROW_UNREAD;
			place->end = by != NULL ? by->end : SNMP_END_NONE;
		} else if (!snmp_match_accepts(&key->match, &by->rows[0].value)) {
			place->state = place->again ? SNMP_ROW_MOVING : SNMP_ROW_WANTED;
			place->again = true;
			snmp_memory_unlearn(p->memory, i);
		}
	}
}

/* --- rounds ---------------------------------------------------------------------------------------- */

void snmp_poll_begin(struct snmp_poll *p, const struct snmp_program *program,
		     struct snmp_memory *memory, const struct snmp_target *target,
		     uint32_t rows_max)
{
	*p = (struct snmp_poll){.program = program,
				.memory = memory,
				.target = *target,
				.arena = arena_new(),
				.rows_max = rows_max,
				.deadline = MONO_NEVER};
	for (size_t i = 0; i < SNMP_VALUES_MAX; i++)
		p->results[i].micro = MICRO_NONE;
	p->rounds = arena_calloc(p->arena, 1, sizeof(*p->rounds));
	p->rounds->places =
		arena_calloc(p->arena, program->key_count, sizeof(struct snmp_row_place));
	snmp_memory_prepare(memory, program->key_count, program->value_count);
	memory->polls++;
	recall_rows(p);
}

static void begin_ask(struct snmp_poll *p)
{
	p->ask = (struct snmp_ask){
		.target = &p->target,
		.memory = p->arena,
		.rtt_us = -1,
		.items = arena_calloc(p->arena, p->program->item_max, sizeof(struct snmp_item))};
}

struct snmp_ask *snmp_poll_next(struct snmp_poll *p)
{
	struct snmp_rounds *r = p->rounds;

	begin_ask(p);
	if (r->now.us >= p->deadline.us)
		r->next = ROUND_OVER;
	while (r->next != ROUND_OVER) {
		bool again = r->next == ROUND_ASK_AGAIN;

		if (r->next == ROUND_SEEK || r->next == ROUND_SEEK_AGAIN)
			put_sought(p);
		else
			put_values(p, again);
		r->next++;
		if (p->ask.item_count > 0)
			return &p->ask;
	}
	snmp_results_work_out(p);
	return NULL;
}

static bool read_ticks(const struct snmp_rounds *r, struct snmp_oid oid, uint32_t *ret)
{
	const struct snmp_item *item = snmp_rounds_find(r, SNMP_GET, oid);
	const struct snmp_value *v;

	if (item == NULL || item->end != SNMP_END_WHOLE || item->row_count == 0)
		return false;
	v = &item->rows[0].value;
	if (v->kind == SNMP_UNSIGNED && v->u <= UINT32_MAX)
		*ret = (uint32_t)v->u;
	else if (v->kind == SNMP_SIGNED && v->i >= 0 && v->i <= UINT32_MAX)
		*ret = (uint32_t)v->i;
	else
		return false;
	return true;
}

static void read_clock(struct snmp_poll *p)
{
	struct snmp_moment *m = &p->rounds->moment;

	m->at = p->rounds->now;
	m->poll = p->memory->polls;
	m->has_uptime = read_ticks(p->rounds, sys_uptime, &m->uptime);
	m->has_boots = read_ticks(p->rounds, engine_boots, &m->boots);
}

void snmp_poll_take(struct snmp_poll *p, struct mono_time now)
{
	struct snmp_rounds *r = p->rounds;

	r->asked[r->asked_count++] = (struct snmp_round){p->ask.items, p->ask.item_count};
	r->now = now;
	r->outcome = p->ask.outcome;
	memcpy(r->detail, p->ask.detail, sizeof(r->detail));
	r->changed = r->changed || p->ask.identity_changed;
	if (p->ask.identity_changed)
		snmp_memory_forget(p->memory);
	if (p->ask.outcome == OUTCOME_OK) {
		r->answered = true;
		p->memory->last = now;
	}
	if (r->next == ROUND_SEEK_AGAIN)
		read_clock(p);
	if (r->next == ROUND_ASK || r->next == ROUND_ASK_AGAIN)
		settle_rows(p);
	else
		verify_rows(p);
	if (p->ask.outcome != OUTCOME_OK)
		r->next = ROUND_OVER;
}

void snmp_poll_end(struct snmp_poll *p)
{
	arena_free(p->arena);
	p->arena = NULL;
	p->rounds = NULL;
}

/* --- what came out --------------------------------------------------------------------------------- */

static bool is_missing(const struct snmp_program_value *v, const struct snmp_result *r)
{
	return r->kind == SNMP_RESULT_MISSING ||
	       (v->kept && r->kind == SNMP_RESULT_NUMBER && r->micro == MICRO_NONE);
}

/* Appends "name: why", what is wrong before what is only not there yet. */
static void tell(const struct snmp_poll *p, bool wrong, char *detail, size_t size)
{
	size_t used = strlen(detail);

	for (size_t i = 0; i < p->program->value_count; i++) {
		const struct snmp_program_value *v = &p->program->values[i];
		const struct snmp_result *r = &p->results[i];
		bool missing = is_missing(v, r);
		int n;

		if (r->quiet || (wrong     ? !missing || r->excused
				 : missing ? !r->excused
					   : r->kind != SNMP_RESULT_PENDING))
			continue;
		n = snprintf(detail + used, size - used, "%s%s: %s", used > 0 ? "; " : "", v->name,
			     r->why);
		if (n < 0 || (size_t)n >= size - used) {
			if (size > 4)
				memcpy(detail + size - 4, "...", 4);
			return;
		}
		used += (size_t)n;
	}
}

static enum outcome judge(const struct snmp_poll *p)
{
	const struct snmp_rounds *r = p->rounds;
	bool missing = false, any = false;

	if (!r->answered)
		return r->outcome != OUTCOME_OK ? r->outcome : OUTCOME_ANSWER_TIMEOUT;
	for (size_t i = 0; i < p->program->value_count; i++) {
		missing = missing || (is_missing(&p->program->values[i], &p->results[i]) &&
				      !p->results[i].excused);
		any = any || p->results[i].kind == SNMP_RESULT_NUMBER ||
		      p->results[i].kind == SNMP_RESULT_PENDING;
	}
	if (r->outcome != OUTCOME_OK &&
	    (!any || (missing && outcome_class(r->outcome) == CLASS_BLIND)))
		return r->outcome;
	return missing ? OUTCOME_VALUE_MISSING : OUTCOME_OK;
}

enum outcome snmp_poll_result(const struct snmp_poll *p, int64_t *values, char *detail, size_t size)
{
	enum outcome o = judge(p);
	size_t n = 0;

	for (size_t i = 0; values != NULL && i < p->program->value_count; i++) {
		if (p->program->values[i].kept)
			values[n++] = p->results[i].micro;
	}
	detail[0] = '\0';
	if (p->rounds->changed)
		snprintf(detail, size, "another SNMP engine answers than before");
	if (o == OUTCOME_OK || o == OUTCOME_VALUE_MISSING) {
		tell(p, true, detail, size);
		tell(p, false, detail, size);
	} else if (p->rounds->detail[0] != '\0') {
		snprintf(detail, size, "%s", p->rounds->detail);
	}
	return o;
}
