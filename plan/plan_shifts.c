/* Shifts: who holds a seat at which hours, by date or each week. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "plan/plan_loader.h"

const char *const plan_day_words[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

enum { EVERY_DAY = 0x7F, DATED_SIZE = sizeof("2026-06-07T08:15") - 1, DATED_DAYS_MAX = 366 };
#define MINUTE_US (60 * US_PER_S)
#define DAY_US (86400 * US_PER_S)

struct shift_row {
	const char *from, *until;
};
const struct param plan_shift_params[] = {
	PARAM_STR(struct shift_row, from, "from", NULL, PARAM_REQUIRED,
		  "`\"07:00\"` each day, or a moment: `\"2026-06-07T07:00\"`; Mexico City"),
	PARAM_STR(struct shift_row, until, "until", NULL, PARAM_REQUIRED,
		  "in the same way; a time of day that is not after `from` is on the next day"),
	PARAM_END,
};

static bool read_digits(struct slice s, size_t at, int64_t max, int64_t *ret)
{
	return at + 2 <= s.n && parse_i64((struct slice){s.p + at, 2}, 0, max, ret) == ERR_OK;
}

/* "07:00" as microseconds since midnight. */
static bool read_time_of_day(struct slice s, bool is_end, int64_t *ret)
{
	int64_t hour, minute;

	if (s.n != 5 || s.p[2] != ':' || !read_digits(s, 0, is_end ? 24 : 23, &hour) ||
	    !read_digits(s, 3, 59, &minute) || (hour == 24 && minute != 0))
		return false;
	*ret = (hour * 60 + minute) * MINUTE_US;
	return true;
}

static bool read_moment(struct slice s, int64_t *ret)
{
	struct wall_time t;

	if (s.n != DATED_SIZE || s.p[10] != 'T' ||
	    timefmt_parse_local(s, (struct wall_time){0}, false, &t) != ERR_OK)
		return false;
	*ret = t.us;
	return true;
}

static uint32_t read_days(struct plan_loader *l, const struct yaml_node *list)
{
	uint32_t days = 0;

	if (list == NULL)
		return EVERY_DAY;
	if (!plan_items_is_filled(l, list, "days"))
		return EVERY_DAY;
	for (const struct yaml_node *c = list->first; c != NULL; c = c->next) {
		int i = 0;

		while (plan_day_words[i] != NULL &&
		       (c->kind != YAML_SCALAR || !slice_is(c->text, plan_day_words[i])))
			i++;
		if (plan_day_words[i] == NULL)
			PLAN_ERROR(l, c, "syntax",
				   "days: '%.20s' is no day (write mon, tue, wed, thu, fri, sat, "
				   "sun)",
				   c->kind == YAML_SCALAR ? c->text.p : "...");
		else
			days |= 1u << i;
	}
	return days;
}

static void read_dated(struct plan_loader *l, const struct yaml_node *node, int64_t from,
		       int64_t until, struct plan_shift *ret)
{
	ret->dated = true;
	ret->from_us = from;
	ret->length_us = until - from;
	if (until <= from)
		PLAN_ERROR(l, yaml_map_get(node, "until"), "conflict",
			   "until: the shift ends before it begins");
	else if (ret->length_us > DATED_DAYS_MAX * DAY_US)
		PLAN_ERROR(l, yaml_map_get(node, "until"), "conflict",
			   "until: a dated shift lasts a year at most; leave the dates out if it "
			   "has no end");
	if (yaml_map_get(node, "days") != NULL)
		PLAN_ERROR(l, yaml_map_get(node, "days")->key, "conflict",
			   "'days' belongs to times of day; a dated shift has its days already");
}

static void read_hours(struct plan_loader *l, const struct yaml_node *node,
		       const struct shift_row *row, struct plan_shift *ret)
{
	struct slice from = slice_of(row->from), until = slice_of(row->until);
	int64_t a, b;

	if (read_moment(from, &a) && read_moment(until, &b)) {
		read_dated(l, node, a, b, ret);
	} else if (read_time_of_day(from, false, &a) && read_time_of_day(until, true, &b)) {
		ret->from_us = a;
		ret->length_us = b > a ? b - a : b - a + DAY_US;
		ret->days = read_days(l, yaml_map_get(node, "days"));
	} else {
		PLAN_ERROR(l, node, "syntax",
			   "from '%.20s' until '%.20s': write two times of day (\"07:00\", "
			   "\"15:00\") or two moments (\"2026-06-07T07:00\", "
			   "\"2026-06-07T15:00\")",
			   row->from, row->until);
	}
}

static void read_shift(struct plan_loader *l, const struct yaml_node *node, struct plan_shift *ret)
{
	static const char *const others[] = {"seat", "days", "titular", "suplente", NULL};
	const struct yaml_node *seat = yaml_map_get(node, "seat"),
			       *titular = yaml_map_get(node, "titular"),
			       *suplente = yaml_map_get(node, "suplente");
	struct shift_row row = {0};

	if (yaml_fill(node, plan_shift_params, others, &row, l->arena, l->findings) &&
	    row.from != NULL && row.until != NULL)
		read_hours(l, node, &row, ret);
	if (seat == NULL)
		PLAN_ERROR(l, node, "missing-key", "'seat' is missing: which seat is held");
	if (titular == NULL)
		PLAN_ERROR(l, node, "missing-key",
			   "'titular' is missing: who holds the seat in this shift");
	ret->seat = plan_items_resolve(l, &l->seats, seat);
	ret->titular = plan_items_resolve(l, &l->people, titular);
	ret->suplente = plan_items_resolve(l, &l->people, suplente);
	if (ret->suplente != PLAN_NONE && ret->suplente == ret->titular)
		PLAN_ERROR(l, suplente, "conflict", "the suplente of the shift is its titular");
}

/* A seat is held by its titular, by shifts, or by both. */
static void check_held(struct plan_loader *l)
{
	for (uint32_t i = 0; i < l->plan->seat_count; i++) {
		bool held = yaml_map_get(l->seats.nodes[i], "titular") != NULL;

		for (uint32_t k = 0; k < l->plan->shift_count && !held; k++)
			held = l->plan->shifts[k].seat == i;
		if (!held)
			PLAN_ERROR(l, l->seats.nodes[i], "missing-key",
				   "'titular' is missing: who holds this seat (or give it shifts)");
	}
}

void plan_read_shifts(struct plan_loader *l)
{
	struct plan_items items;
	struct plan_shift *out;

	plan_items_collect(l, &items, "shifts", "shift", false);
	out = arena_calloc(l->arena, items.count, sizeof(*out));
	for (uint32_t i = 0; i < items.count; i++)
		read_shift(l, items.nodes[i], &out[i]);
	l->plan->shifts = out;
	l->plan->shift_count = items.count;
	check_held(l);
}

/* --- written out --------------------------------------------------------------------------------- */

static void put_hour(struct json_emit *j, const char *key, const struct plan_shift *s, int64_t us)
{
	char text[64];

	if (s->dated) {
		struct civil c = civil_from_wall((struct wall_time){us}, MEXICO_CITY_OFFSET_S);

		snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d", c.year, c.month, c.day,
			 c.hour, c.minute);
	} else {
		int minutes = (int)(us % DAY_US / MINUTE_US);

		snprintf(text, sizeof(text), "%02d:%02d", minutes / 60, minutes % 60);
	}
	json_kv_str(j, key, text);
}

void plan_put_shifts(struct json_emit *j, const struct plan *p)
{
	if (p->shift_count == 0)
		return;
	json_key(j, "shifts");
	json_open_array(j);
	for (uint32_t i = 0; i < p->shift_count; i++) {
		const struct plan_shift *s = &p->shifts[i];

		json_open_object(j);
		json_kv_str(j, "seat", p->seats[s->seat].id);
		put_hour(j, "from", s, s->from_us);
		put_hour(j, "until", s, s->from_us + s->length_us);
		if (!s->dated) {
			json_key(j, "days");
			json_open_array(j);
			for (int d = 0; plan_day_words[d] != NULL; d++) {
				if (s->days >> d & 1)
					json_str(j, plan_day_words[d]);
			}
			json_close_array(j);
		}
		json_kv_str(j, "titular", p->people[s->titular].id);
		if (s->suplente != PLAN_NONE)
			json_kv_str(j, "suplente", p->people[s->suplente].id);
		json_close_object(j);
	}
	json_close_array(j);
}
