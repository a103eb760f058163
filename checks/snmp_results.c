/* What the answers of a poll say: one result for each value of the program. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "checks/snmp_calc.h"
#include "checks/snmp_rounds.h"
#include "checks/snmp_rows.h"

/* Polls in a row that may leave a rate out; then it is missing. */
enum { BARREN_MAX = 3, OID_SHOWN = 64 };
#define SOONEST_US (US_PER_S / 2)
#define KEPT_MAX 9.2e12 /* what a measured value holds (base/micro.h) */

/* One row that takes part in a value. */
struct part {
	struct snmp_oid index;
	const struct snmp_value *value;
	struct snmp_reading reading; /* of a value whose growth is taken */
	double number;
	bool has_number;
};
struct work {
	struct snmp_poll *poll;
	const struct snmp_program_value *value;
	size_t index; /* of the value */
	struct snmp_result *result;
	size_t alternative;
	struct part *parts;
	size_t count;
};

/* --- telling --------------------------------------------------------------------------------------- */

static void miss(struct work *w, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void miss(struct work *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(w->result->why, sizeof(w->result->why), fmt, ap);
	va_end(ap);
	w->result->kind = SNMP_RESULT_MISSING;
	w->result->excused = w->value->optional;
}

/* It is not there: for what is optional that is no news. */
static void miss_absent(struct work *w, const char *what, struct snmp_oid oid)
{
	char text[OID_SHOWN];

	snmp_oid_format(oid, text, sizeof(text));
	miss(w, "%s %s", what, text);
	w->result->quiet = w->value->optional;
}

static void miss_end(struct work *w, enum snmp_end end, struct snmp_oid oid)
{
	static const char *const ends[] = {
		[SNMP_END_NONE] = "there was no time to ask for",
		[SNMP_END_WHOLE] = "nothing said about",
		[SNMP_END_ROWS] = "there are more rows than rows_max of",
		[SNMP_END_SILENT] = "no answer about",
		[SNMP_END_DISORDER] = "the device lists the rows in disorder of",
		[SNMP_END_REFUSED] = "the device refuses",
		[SNMP_END_MALFORMED] = "a malformed answer about",
	};
	char text[OID_SHOWN];

	snmp_oid_format(oid, text, sizeof(text));
	miss(w, "%s %s", ends[end], text);
}

/* --- numbers --------------------------------------------------------------------------------------- */

static bool text_number(const struct snmp_program_value *v, struct slice text, double *ret)
{
	for (size_t i = 0; i < v->text_count; i++) {
		if (snmp_glob_matches(v->texts[i].glob, text)) {
			*ret = (double)v->texts[i].number;
			return true;
		}
	}
	for (size_t i = 0; i < v->word_count; i++) {
		if (slice_is(text, v->words[i].word)) {
			*ret = (double)v->words[i].number;
			return true;
		}
	}
	return false;
}

static bool number_of(const struct snmp_program_value *v, const struct snmp_value *value,
		      double *ret)
{
	struct snmp_reading r;

	if (value->kind == SNMP_OCTETS && text_number(v, snmp_text_of(value->octets), ret))
		return true;
	if (value->kind == SNMP_OCTETS && v->text_count > 0)
		return false;
	if (!snmp_reading_of(value, &r))
		return false;
	*ret = r.bits > 0 ? (double)r.count : r.number;
	if (v->is_unsigned && value->kind == SNMP_SIGNED && value->i < 0 && value->i >= INT32_MIN)
		*ret += (double)UINT32_MAX + 1;
	return true;
}

static void miss_number(struct work *w, const struct snmp_value *v)
{
	struct slice text = snmp_text_of(v->octets);
	char shown[33];
	size_t n = 0;

	if (v->kind != SNMP_OCTETS) {
		miss(w, "what the device says is no number");
		return;
	}
	for (; n < text.n && n < sizeof(shown) - 1; n++)
		shown[n] = text.p[n] >= ' ' && text.p[n] < 0x7f ? text.p[n] : '?';
	shown[n] = '\0';
	miss(w, "'%s' is %s", shown, w->value->text_count > 0 ? "none of its texts" : "no number");
}

static void set_number(struct snmp_result *r, double number)
{
	r->kind = SNMP_RESULT_NUMBER;
	r->number = number;
	if (fabs(number) <= KEPT_MAX)
		r->micro = (int64_t)llround(number * (double)MICRO);
	else
		snprintf(r->why, sizeof(r->why), "%.3g is more than is kept (9.2e12): scale it",
			 number);
}

/* Of a moment the time until then, below zero when it has passed; of anything else itself. */
static double left_of(const struct work *w, double number)
{
	if (w->value->take != SNMP_TAKE_UNTIL)
		return number;
	return number - (double)w->poll->wall.us / US_PER_S;
}

/* --- growth ---------------------------------------------------------------------------------------- */

/* No growth this time. That is normal once in a while, and is told when it does not end. */
static void hold_back(struct work *w, enum snmp_growth g)
{
	struct snmp_counters *c = &w->poll->memory->counters[w->index];

	if (g != SNMP_GROWTH_SOON && ++c->barren > BARREN_MAX) {
		miss(w, "no growth for %u polls: %s", c->barren, snmp_growth_text(g));
		return;
	}
	w->result->kind = SNMP_RESULT_PENDING;
	snprintf(w->result->why, sizeof(w->result->why), "%s", snmp_growth_text(g));
}

static void remember(struct work *w)
{
	struct snmp_counter *rows = arena_calloc(w->poll->arena, w->count, sizeof(*rows));

	for (size_t i = 0; i < w->count; i++)
		rows[i] = (struct snmp_counter){w->parts[i].index, w->parts[i].reading};
	snmp_memory_read(w->poll->memory, w->index, rows, w->count, w->alternative,
			 &w->poll->rounds->moment);
}

/* The growth of every row that was there before. A row that is new has none yet and is left out; one that cannot tell its
 * growth would make a hole in what is made of all: then there is none. */
static enum snmp_growth grow_rows(struct work *w, const struct snmp_counters *before,
				  double seconds)
{
	bool lost = before->moment.poll + 1 < w->poll->rounds->moment.poll;
	enum snmp_growth bad = SNMP_GROWTH_OK;
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		struct part *part = &w->parts[i];
		const struct snmp_reading *last = snmp_memory_reading(before, part->index);
		enum snmp_growth g = SNMP_GROWTH_FIRST;

		if (last != NULL) {
			g = snmp_reading_growth(last, &part->reading, lost,
						w->value->take == SNMP_TAKE_DELTA, &part->number);
			if (g != SNMP_GROWTH_OK && bad == SNMP_GROWTH_OK)
				bad = g;
		}
		part->has_number = g == SNMP_GROWTH_OK;
		part->number /= seconds;
		n += part->has_number;
	}
	if (bad == SNMP_GROWTH_OK && n == 0 && w->count > 0)
		bad = SNMP_GROWTH_FIRST;
	return bad;
}

/* Makes growth of the readings; false: there is none this time, and the result says why. */
static bool take_growth(struct work *w)
{
	struct snmp_counters *c = &w->poll->memory->counters[w->index];
	const struct snmp_moment *now = &w->poll->rounds->moment;
	enum snmp_growth g = SNMP_GROWTH_FIRST;
	int64_t passed_us = US_PER_S;

	if (c->moment.poll > 0)
		g = c->alternative != w->alternative
			    ? SNMP_GROWTH_KIND
			    : snmp_moment_compare(&c->moment, now, &passed_us);
	if (g == SNMP_GROWTH_OK && w->value->take == SNMP_TAKE_RATE && passed_us < SOONEST_US) {
		c->moment.poll = now->poll;
		hold_back(w, SNMP_GROWTH_SOON);
		return false;
	}
	if (g == SNMP_GROWTH_OK)
		g = grow_rows(w, c,
			      w->value->take == SNMP_TAKE_RATE ? (double)passed_us / US_PER_S : 1);
	remember(w);
	if (g != SNMP_GROWTH_OK) {
		hold_back(w, g);
		return false;
	}
	c->barren = 0;
	return true;
}

static void read_break(const struct snmp_value *v, struct snmp_reading *r)
{
	r->has_break = v != NULL && v->kind == SNMP_UNSIGNED;
	r->break_at = r->has_break ? (uint32_t)v->u : 0;
}

static const struct snmp_value *answer_of(const struct snmp_item *item)
{
	return item != NULL && item->end == SNMP_END_WHOLE && item->row_count > 0
		       ? &item->rows[0].value
		       : NULL;
}

/* --- one instance ---------------------------------------------------------------------------------- */

static void work_out_instance(struct work *w, struct snmp_oid at_break, const struct snmp_value *v)
{
	double number;

	if (!snmp_is_growth(w->value->take)) {
		if (number_of(w->value, v, &number))
			set_number(w->result, left_of(w, number * w->value->scale));
		else
			miss_number(w, v);
		return;
	}
	w->parts = arena_calloc(w->poll->arena, 1, sizeof(*w->parts));
	w->count = 1;
	if (!snmp_reading_of(v, &w->parts[0].reading)) {
		miss_number(w, v);
		return;
	}
	if (w->value->form == SNMP_FORM_ROW)
		w->parts[0].index = w->poll->rounds->places[w->value->row].index;
	if (at_break.count > 0)
		read_break(answer_of(snmp_rounds_find(w->poll->rounds, SNMP_GET, at_break)),
			   &w->parts[0].reading);
	if (take_growth(w))
		set_number(w->result, w->parts[0].number * w->value->scale);
}

/* The first of the alternatives that is there. One that was not answered may be there: then none is taken for it. */
static void work_out_instances(struct work *w, const struct snmp_oid *oids,
			       const struct snmp_oid *breaks)
{
	const struct snmp_value *nothing = NULL;

	for (size_t i = 0; i < w->value->oid_count; i++) {
		const struct snmp_item *item = snmp_rounds_find(w->poll->rounds, SNMP_GET, oids[i]);
		const struct snmp_value *v = answer_of(item);

		if (v == NULL) {
			miss_end(w, item != NULL ? item->end : SNMP_END_NONE, oids[i]);
			return;
		}
		if (v->kind == SNMP_NULL)
			nothing = v;
		if (v->kind != SNMP_ABSENT && v->kind != SNMP_NULL) {
			w->alternative = i;
			work_out_instance(w, breaks[i], v);
			return;
		}
	}
	miss_absent(w, nothing != NULL ? "answered without a value:" : "the device has no",
		    oids[0]);
}

static void work_out_row(struct work *w)
{
	const struct snmp_row_key *key = &w->poll->program->keys[w->value->row];
	const struct snmp_row_place *place = &w->poll->rounds->places[w->value->row];
	struct snmp_oid oids[SNMP_ALTERNATIVES_MAX], breaks[SNMP_ALTERNATIVES_MAX] = {0};

	switch (place->state) {
	case SNMP_ROW_FOUND:
		break;
	case SNMP_ROW_NONE:
		miss(w, "no row says '%.60s'", key->text);
		w->result->quiet = w->value->optional;
		return;
	case SNMP_ROW_SEVERAL:
		miss(w, "%zu rows say '%.40s': none was chosen", place->matches, key->text);
		return;
	case SNMP_ROW_MOVING:
		miss(w, "the row '%.50s' is never where it was", key->text);
		return;
	case SNMP_ROW_WANTED:
		miss(w, "there was no time to look for the row '%.40s'", key->text);
		return;
	case SNMP_ROW_UNREAD:
		miss_end(w, place->end, key->by);
		return;
	}
	for (size_t i = 0; i < w->value->oid_count; i++) {
		oids[i] = snmp_oid_join(w->poll->arena, w->value->oids[i], place->index);
		if (w->value->breaks[i].count > 0)
			breaks[i] =
				snmp_oid_join(w->poll->arena, w->value->breaks[i], place->index);
	}
	work_out_instances(w, oids, breaks);
}

/* --- over rows ------------------------------------------------------------------------------------- */

/* The column that is there, whole; NULL: the result says why. */
static const struct snmp_item *pick_column(struct work *w)
{
	for (size_t i = 0; i < w->value->oid_count; i++) {
		const struct snmp_item *walk =
			snmp_rounds_find(w->poll->rounds, SNMP_WALK, w->value->oids[i]);

		if (walk == NULL || walk->end != SNMP_END_WHOLE) {
			miss_end(w, walk != NULL ? walk->end : SNMP_END_NONE, w->value->oids[i]);
			return NULL;
		}
		if (walk->row_count > 0) {
			w->alternative = i;
			return walk;
		}
	}
	miss_absent(w, "the device has no rows of", w->value->oids[0]);
	return NULL;
}

static bool is_chosen(const struct work *w, const struct snmp_row *row, struct snmp_oid index)
{
	const struct snmp_program_value *v = w->value;

	if (!snmp_match_accepts(&v->is, &row->value))
		return false;
	for (size_t i = 0; i < v->when_count; i++) {
		const struct snmp_item *walk =
			snmp_rounds_find(w->poll->rounds, SNMP_WALK, v->whens[i].by);
		const struct snmp_row *other = walk != NULL ? snmp_rows_find(walk, index) : NULL;

		if (other == NULL || !snmp_match_accepts(&v->whens[i].match, &other->value))
			return false;
	}
	return true;
}

/* Half a column that chooses would choose wrong. */
static bool has_whens(struct work *w)
{
	for (size_t i = 0; i < w->value->when_count; i++) {
		const struct snmp_item *walk =
			snmp_rounds_find(w->poll->rounds, SNMP_WALK, w->value->whens[i].by);

		if (walk == NULL || walk->end != SNMP_END_WHOLE) {
			miss_end(w, walk != NULL ? walk->end : SNMP_END_NONE,
				 w->value->whens[i].by);
			return false;
		}
	}
	return true;
}

static void choose_rows(struct work *w, const struct snmp_item *walk)
{
	struct snmp_oid at_break = w->value->breaks[w->alternative];
	const struct snmp_item *breaks =
		at_break.count > 0 ? snmp_rounds_find(w->poll->rounds, SNMP_WALK, at_break) : NULL;

	w->parts = arena_calloc(w->poll->arena, walk->row_count, sizeof(*w->parts));
	for (size_t i = 0; i < walk->row_count; i++) {
		const struct snmp_row *row = &walk->rows[i];
		struct part part = {.index = snmp_row_index(walk->oid, row->oid),
				    .value = &row->value};
		const struct snmp_row *other;

		if (row->value.kind == SNMP_ABSENT || !is_chosen(w, row, part.index))
			continue;
		if (!snmp_is_growth(w->value->take)) {
			part.has_number = number_of(w->value, &row->value, &part.number);
		} else {
			if (!snmp_reading_of(&row->value, &part.reading))
				continue;
			other = breaks != NULL ? snmp_rows_find(breaks, part.index) : NULL;
			read_break(other != NULL ? &other->value : NULL, &part.reading);
		}
		w->parts[w->count++] = part;
	}
}

static void combine_rows(struct work *w)
{
	double sum = 0, most = -INFINITY, least = INFINITY;
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		if (!w->parts[i].has_number)
			continue;
		n++;
		sum += w->parts[i].number;
		most = fmax(most, w->parts[i].number);
		least = fmin(least, w->parts[i].number);
	}
	if (w->value->over == SNMP_COUNT) {
		set_number(w->result, (double)w->count * w->value->scale);
		return;
	}
	if (n == 0 && w->count > 0) {
		miss_number(w, w->parts[0].value);
		return;
	}
	if (n == 0 && w->value->over != SNMP_SUM) {
		miss_absent(w, "no row is as it was wanted of", w->value->oids[w->alternative]);
		return;
	}
	sum = w->value->over == SNMP_SUM   ? sum
	      : w->value->over == SNMP_MAX ? most
	      : w->value->over == SNMP_MIN ? least
					   : sum / (double)n;
	set_number(w->result, left_of(w, sum * w->value->scale));
}

static void work_out_rows(struct work *w)
{
	const struct snmp_item *walk = pick_column(w);

	if (walk == NULL || !has_whens(w))
		return;
	choose_rows(w, walk);
	if (!snmp_is_growth(w->value->take)) {
		combine_rows(w);
		return;
	}
	if (w->count > SNMP_COUNTER_ROWS_MAX) {
		miss(w, "growth is taken of at most %d rows, these are %zu", SNMP_COUNTER_ROWS_MAX,
		     w->count);
		return;
	}
	if (take_growth(w))
		combine_rows(w);
}

/* --- expressions ----------------------------------------------------------------------------------- */

static bool number_of_value(void *user, int index, double *ret)
{
	const struct snmp_poll *p = user;

	*ret = p->results[index].number;
	return p->results[index].kind == SNMP_RESULT_NUMBER;
}

static void work_out_calc(struct work *w)
{
	double number = 0;
	int part = 0;
	const struct snmp_result *lacks;

	switch (snmp_calc_run(w->value->calc, number_of_value, w->poll, &number, &part)) {
	case SNMP_CALC_OK:
		set_number(w->result, number * w->value->scale);
		break;
	case SNMP_CALC_ZERO:
		miss(w, "division by zero");
		break;
	case SNMP_CALC_RANGE:
		miss(w, "the number is too large");
		break;
	case SNMP_CALC_MISSING:
		lacks = &w->poll->results[part];
		miss(w, "%s has no value", w->poll->program->values[part].name);
		w->result->excused = w->result->excused || lacks->excused;
		w->result->quiet = true; /* the part itself is told */
		if (lacks->kind == SNMP_RESULT_PENDING)
			w->result->kind = SNMP_RESULT_PENDING;
		break;
	}
}

void snmp_results_work_out(struct snmp_poll *p)
{
	for (size_t i = 0; i < p->program->value_count; i++) {
		struct work w = {.poll = p, .index = p->program->order[i]};

		w.value = &p->program->values[w.index];
		w.result = &p->results[w.index];
		switch (w.value->form) {
		case SNMP_FORM_ONE:
			work_out_instances(&w, w.value->oids, w.value->breaks);
			break;
		case SNMP_FORM_ROW:
			work_out_row(&w);
			break;
		case SNMP_FORM_ROWS:
			work_out_rows(&w);
			break;
		case SNMP_FORM_CALC:
			work_out_calc(&w);
			break;
		}
	}
}
