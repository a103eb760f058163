#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include <rrd.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"
#include "collector/series_band.h"
#include "collector/series_file.h"

enum { POINTS_DEFAULT = 500, COLUMNS_MAX = SCHEMA_VALUES_MAX + 8 };
#define MICRO_LIMIT 9.2e12 /* of base/micro.h */

/* One answer of rrd_fetch_r. */
struct fetched {
	time_t from, to;
	unsigned long step, columns;
	char **names;
	rrd_value_t *data;
};

/* What goes beside the rows. */
struct wish {
	uint32_t bands;
	int64_t interval_s, newest;
};

static enum err fetch(const char *path, const char *function, struct fetched *f,
		      struct err_info *info)
{
	rrd_clear_error();
	if (rrd_fetch_r(path, function, &f->from, &f->to, &f->step, &f->columns, &f->names,
			&f->data) != 0)
		return err_fail(info, ERR_IO, "%s: %s", path, rrd_get_error());
	return ERR_OK;
}

static void fetched_free(struct fetched *f)
{
	for (unsigned long c = 0; f->names != NULL && c < f->columns; c++)
		free(f->names[c]);
	free(f->names);
	free(f->data);
	*f = (struct fetched){0};
}

static bool is_same_grid(const struct fetched *a, const struct fetched *b)
{
	return a->from == b->from && a->to == b->to && a->step == b->step &&
	       a->columns == b->columns;
}

/* What a file would give that has not been made yet: rows of which nothing is known, since the first that waits. */
static void fetch_blank(const struct series_layout *l, const struct series_rows *waiting,
			struct fetched *f)
{
	time_t slot = (time_t)l->interval_s;
	size_t cells;

	f->step = (unsigned long)slot;
	if (f->from < waiting->rows[0].t)
		f->from = (time_t)waiting->rows[0].t;
	f->from = (f->from + slot - 1) / slot * slot - slot;
	f->to = f->to / slot * slot;
	f->columns = series_file_sources(l);
	f->names = mem_calloc(f->columns, sizeof(*f->names));
	for (size_t i = 0; i < f->columns; i++)
		f->names[i] = mem_strdup(series_file_source(l, i));
	cells = f->to > f->from ? (size_t)(f->to - f->from) / f->step * f->columns : 0;
	f->data = mem_calloc(cells + 1, sizeof(*f->data));
	for (size_t i = 0; i < cells; i++)
		f->data[i] = (rrd_value_t)NAN;
}

/* The state of a row of several slots is the worst one's: it comes from the archives of maxima. */
static enum err take_worst_states(const char *path, struct fetched *f, struct err_info *info)
{
	struct fetched max = {.from = f->from, .to = f->to - (time_t)f->step, .step = f->step};
	enum err e = fetch(path, "MAX", &max, info);

	if (e != ERR_OK)
		return e;
	for (time_t t = f->from + (time_t)f->step; t <= f->to; t += (time_t)f->step) {
		size_t row = (size_t)(t - f->from) / f->step - 1;
		time_t other = (t - max.from) / (time_t)max.step - 1;

		if (max.step == f->step && other >= 0 && t <= max.to)
			f->data[row * f->columns] = max.data[(size_t)other * max.columns];
	}
	fetched_free(&max);
	return ERR_OK;
}

/* Rows that wait in memory lie over what the file does not know yet. */
static void lay_over(struct fetched *f, const struct series_rows *waiting)
{
	for (size_t i = 0; i < waiting->count; i++) {
		const struct series_row *r = &waiting->rows[i];
		const int64_t *values = series_rows_values(waiting, i);
		int64_t row = (r->t - f->from) / (int64_t)f->step - 1;
		rrd_value_t *dst;

		if (row < 0 || r->t > f->to || r->t % (int64_t)f->step != 0 ||
		    f->columns != waiting->value_count + 2ul)
			continue;
		dst = f->data + (size_t)row * f->columns;
		dst[0] = r->state;
		dst[1] = r->state == HEALTH_BLIND ? (rrd_value_t)NAN : r->state != HEALTH_OK;
		for (size_t c = 0; c < waiting->value_count; c++)
			dst[c + 2] = values[c] == MICRO_NONE ? (rrd_value_t)NAN
							     : (double)values[c] / (double)MICRO;
	}
}

/* Several rows made one: the worst state, the mean of the rest, each of what is known. */
struct group {
	double sum[COLUMNS_MAX];
	unsigned known[COLUMNS_MAX];
};

static void group_add(struct group *g, const rrd_value_t *row, unsigned long columns)
{
	for (unsigned long c = 0; c < columns; c++) {
		if (isnan(row[c]))
			continue;
		g->sum[c] = c > 0 ? g->sum[c] + row[c] : fmax(g->sum[0], row[0]);
		g->known[c]++;
	}
}

static void group_put(struct group *g, struct json_emit *j, unsigned long columns)
{
	json_open_array(j);
	for (unsigned long c = 0; c < columns; c++) {
		/* A state is a whole number even where old rows of a shorter interval were blended. */
		double v = c > 0 ? g->sum[c] / g->known[c] : ceil(g->sum[0] - 1e-9);

		if (g->known[c] == 0 || fabs(v) > MICRO_LIMIT)
			json_null(j);
		else
			json_micro(j, (int64_t)llround(v * (double)MICRO));
	}
	json_close_array(j);
	*g = (struct group){0};
}

static void put_rows(struct json_emit *j, const struct fetched *f, time_t wide)
{
	struct group g = {0};

	json_key(j, "rows");
	json_open_array(j);
	for (time_t t = f->from + (time_t)f->step; t <= f->to; t += (time_t)f->step) {
		group_add(&g, f->data + ((size_t)(t - f->from) / f->step - 1) * f->columns,
			  f->columns);
		if (t % wide == 0 || t + (time_t)f->step > f->to)
			group_put(&g, j, f->columns);
	}
	json_close_array(j);
}

/* How the finest rows of each row on the screen are spread. Where they stand for several samples the extremes are in archives of
 * their own; without them (a file of another shape) the means have to do. */
static void put_bands(struct json_emit *j, const char *path, const struct fetched *f, time_t wide,
		      const struct wish *w)
{
	struct series_table t = {.first = (int64_t)f->from + (int64_t)f->step,
				 .step = (int64_t)f->step,
				 .rows = (size_t)(f->to - f->from) / f->step,
				 .columns = f->columns,
				 .mean = f->data};
	struct fetched least = {.from = f->from, .to = f->to - (time_t)f->step, .step = f->step},
		       most = least;
	struct err_info why;
	bool wide_rows = (int64_t)f->step > w->interval_s,
	     has_least = wide_rows && fetch(path, "MIN", &least, &why) == ERR_OK,
	     has_most = wide_rows && fetch(path, "MAX", &most, &why) == ERR_OK;

	if (has_least && has_most && is_same_grid(&least, f) && is_same_grid(&most, f)) {
		t.least = least.data;
		t.most = most.data;
	}
	json_kv_i64(j, "fine", t.step);
	json_kv_i64(j, "newest", w->newest);
	series_band_put(j, &t, wide, f->names, w->bands);
	if (has_least)
		fetched_free(&least);
	if (has_most)
		fetched_free(&most);
}

static void put_json(struct buf *json, const char *path, const struct fetched *f, unsigned points,
		     const struct wish *w)
{
	struct json_emit j = json_emit_to(json);
	size_t rows = (size_t)(f->to - f->from) / f->step;
	time_t wide = (time_t)((rows + points - 1) / points * f->step);
	time_t first = f->from + (time_t)f->step;

	json_open_object(&j);
	json_kv_i64(&j, "start", (int64_t)((first + wide - 1) / wide * wide));
	json_kv_i64(&j, "step", (int64_t)wide);
	json_key(&j, "names");
	json_open_array(&j);
	for (unsigned long c = 0; c < f->columns; c++)
		json_str(&j, f->names[c]);
	json_close_array(&j);
	put_rows(&j, f, wide);
	if (w->bands != 0)
		put_bands(&j, path, f, wide, w);
	json_close_object(&j);
}

/* No row lies outside of this: a wish for more would only cost memory. False if nothing is left. */
static bool clip(const char *path, const struct series_layout *l, const struct series_rows *waiting,
		 struct fetched *f, int64_t *ret_newest)
{
	struct series_facts facts;
	struct err_info info;
	int64_t newest = 0, reach;

	if (series_file_look(path, l, &facts, &info) == ERR_OK)
		newest = facts.last;
	if (waiting->count > 0 && waiting->rows[waiting->count - 1].t > newest)
		newest = waiting->rows[waiting->count - 1].t;
	*ret_newest = newest;
	reach = newest - series_file_reach(l);
	if (f->to > newest)
		f->to = (time_t)newest;
	if (f->from < reach)
		f->from = (time_t)reach;
	return f->from <= f->to;
}

static void put_nothing(struct buf *json, const struct series_layout *l, int64_t start,
			const struct wish *w)
{
	struct json_emit j = json_emit_to(json);

	json_open_object(&j);
	json_kv_i64(&j, "start", start);
	json_kv_i64(&j, "step", l->interval_s);
	json_key(&j, "names");
	json_open_array(&j);
	for (size_t i = 0; i < series_file_sources(l); i++)
		json_str(&j, series_file_source(l, i));
	json_close_array(&j);
	json_key(&j, "rows");
	json_open_array(&j);
	json_close_array(&j);
	if (w->bands != 0) {
		json_kv_i64(&j, "fine", l->interval_s);
		json_kv_i64(&j, "newest", w->newest);
		json_key(&j, "bands");
		json_open_object(&j);
		json_close_object(&j);
	}
	json_close_object(&j);
}

enum err series_file_read(const char *path, const struct series_layout *l,
			  const struct series_range *range, const struct series_rows *waiting,
			  struct buf *json, struct err_info *info)
{
	unsigned points = range->points > 0 ? range->points : POINTS_DEFAULT;
	struct fetched f = {.from = (time_t)range->start, .to = (time_t)range->end};
	struct wish w = {.bands = range->bands, .interval_s = l->interval_s};
	struct series_facts facts;
	/* The library maps what it reads: a damaged file is not even opened; the next writing puts it aside. */
	enum err e = series_file_look(path, l, &facts, info);
	bool there = e == ERR_OK;

	if (!there && waiting->count == 0)
		return e;
	e = ERR_OK;
	if (!clip(path, l, waiting, &f, &w.newest)) {
		put_nothing(json, l, range->start, &w);
		return ERR_OK;
	}
	f.step = (unsigned long)((f.to - f.from) / points);
	if (f.step == 0 || w.bands != 0)
		f.step = 1;
	if (there) { /* librrd's rows begin after its start, and it adds one to those that reach its end */
		f.from--;
		f.to--;
	}
	if (there)
		e = fetch(path, "AVERAGE", &f, info);
	else
		fetch_blank(l, waiting, &f);
	if (e == ERR_OK && there && (f.columns > COLUMNS_MAX || f.to <= f.from))
		e = err_fail(info, ERR_CORRUPT, "%s has %lu data sources", path, f.columns);
	if (e == ERR_OK && (int64_t)f.step > l->interval_s)
		e = take_worst_states(path, &f, info);
	else if (e == ERR_OK)
		lay_over(&f, waiting);
	if (e == ERR_OK && f.to > f.from)
		put_json(json, path, &f, points, &w);
	else if (e == ERR_OK)
		put_nothing(json, l, range->start, &w);
	fetched_free(&f);
	if (e != ERR_OK)
		return e;
	return buf_is_ok(json)
		       ? ERR_OK
		       : err_fail(info, ERR_TOO_LARGE, "too many rows; ask for fewer points");
}
