#include "collector/series_band.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/micro.h"

enum { OWN_COLUMNS = 2, KINDS = 5, LEAST = 0, MOST = 4 };
#define MICRO_LIMIT 9.2e12 /* of base/micro.h */

static const char *const kind_names[KINDS] = {"min", "p10", "p50", "p90", "max"};
static const unsigned percents[KINDS] = {0, 10, 50, 90, 100};

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void put(struct json_emit *j, double v)
{
	if (isnan(v) || fabs(v) > MICRO_LIMIT)
		json_null(j);
	else
		json_micro(j, (int64_t)llround(v * (double)MICRO));
}

/* Rows [from, to) of one column, sorted, without the unknown ones; how many they are. */
static size_t collect(const struct series_table *t, const double *data, size_t column, size_t from,
		      size_t to, double *ret)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		double v = data[i * t->columns + column];

		if (!isnan(v))
			ret[n++] = v;
	}
	qsort(ret, n, sizeof(*ret), rising);
	return n;
}

/* The kinds of rows [from, to). */
static void spread_of(const struct series_table *t, size_t column, size_t from, size_t to,
		      double *room, double ret[KINDS])
{
	size_t n = collect(t, t->mean, column, from, to, room);

	for (int k = 0; k < KINDS; k++) {
		size_t rank = (n * percents[k] + 99) / 100;

		ret[k] = n == 0 ? (double)NAN : room[rank > 0 ? rank - 1 : 0];
	}
	if (t->least != NULL && (n = collect(t, t->least, column, from, to, room)) > 0)
		ret[LEAST] = room[0];
	if (t->most != NULL && (n = collect(t, t->most, column, from, to, room)) > 0)
		ret[MOST] = room[n - 1];
}

/* Where each row on the screen ends, into `ends`; how many there are. */
static size_t find_ends(const struct series_table *t, int64_t wide, size_t *ends)
{
	size_t n = 0;

	for (size_t i = 0; i < t->rows; i++) {
		if ((t->first + (int64_t)i * t->step) % wide == 0 || i + 1 == t->rows)
			ends[n++] = i + 1;
	}
	return n;
}

void series_band_put(struct json_emit *j, const struct series_table *t, int64_t wide,
		     char *const *names, uint32_t bands)
{
	double *room = mem_calloc(t->rows + 1, sizeof(*room));
	size_t *ends = mem_calloc(t->rows + 1, sizeof(*ends)), count = find_ends(t, wide, ends);
	double(*spreads)[KINDS] = mem_calloc(count + 1, sizeof(*spreads));

	json_key(j, "bands");
	json_open_object(j);
	for (size_t c = OWN_COLUMNS; c < t->columns; c++) {
		if ((bands >> (c - OWN_COLUMNS) & 1) == 0)
			continue;
		for (size_t i = 0; i < count; i++)
			spread_of(t, c, i > 0 ? ends[i - 1] : 0, ends[i], room, spreads[i]);
		json_key(j, names[c]);
		json_open_object(j);
		for (int k = 0; k < KINDS; k++) {
			json_key(j, kind_names[k]);
			json_open_array(j);
			for (size_t i = 0; i < count; i++)
				put(j, spreads[i][k]);
			json_close_array(j);
		}
		json_close_object(j);
	}
	json_close_object(j);
	free(spreads);
	free(ends);
	free(room);
}
