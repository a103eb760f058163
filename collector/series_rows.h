/* series_rows.h - rows of one series that wait in memory. A row stands for one slot of the check's interval (its time is
 * the slot's beginning): librrd would blend a sample that lies off the boundary with its neighbour. Several results in
 * one slot are one row, that of the worst; every result stays listed, since every one must become durable. */
#ifndef VIGIA_COLLECTOR_SERIES_ROWS_H
#define VIGIA_COLLECTOR_SERIES_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "collector/series.h"

struct series_row {
	int64_t t; /* whole Unix seconds, the beginning of the slot */
	uint64_t since_ms; /* when the first of its results came (any clock that only rises) */
	uint8_t state; /* enum health */
	struct series_ref ref;
};
/* The further results of a slot. */
struct series_extra {
	int64_t t;
	struct series_ref ref;
};

struct series_rows {
	struct series_row *rows; /* rising t, each once */
	int64_t *values; /* value_count for each row */
	size_t count, cap, values_cap;
	struct series_extra *extras;
	size_t extra_count, extra_cap;
	uint8_t value_count;
};

void series_rows_init(struct series_rows *r, size_t value_count) NONNULL_ALL;
void series_rows_release(struct series_rows *r) NONNULL_ALL;
/* The slot that holds a time; slot_s >= 1. */
int64_t series_rows_slot(int64_t t_us, int64_t slot_s);
/* Adds a result with `value_count` values; missing ones are unknown, further ones are dropped. False if it
 * shares its slot with another one. */
bool series_rows_add(struct series_rows *r, const struct series_row *row, const int64_t *values,
		     size_t value_count) NONNULL(1, 2);
static inline const int64_t *series_rows_values(const struct series_rows *r, size_t i)
{
	return r->values + i * r->value_count;
}
/* Moves the first `n` rows, with all results of theirs, to `ret` (which is overwritten). */
void series_rows_take(struct series_rows *r, size_t n, struct series_rows *ret) NONNULL_ALL;
/* Puts back what was taken; newer results may have come meanwhile. */
void series_rows_put_back(struct series_rows *r, struct series_rows *taken) NONNULL_ALL;
/* A copy of the rows without their results' refs, for reading. */
void series_rows_copy(const struct series_rows *r, struct series_rows *ret) NONNULL_ALL;

#endif
