/* series_band.h - the smoke of a graph: how the finest rows that one row on the screen stands for are spread. Pure.
 *
 * Percentiles are of the nearest rank over the rows of which something is known, so each is a value that was measured (where the
 * finest rows are means of several samples: a mean that was). The extremes come from the archives of extremes where there are some. */
#ifndef VIGIA_COLLECTOR_SERIES_BAND_H
#define VIGIA_COLLECTOR_SERIES_BAND_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/json_emit.h"

struct series_table {
	int64_t first, step; /* the label of the first row, the distance to the next; seconds */
	size_t rows, columns; /* columns: state, bad, then the values */
	const double *mean; /* rows * columns; NAN = unknown */
	const double *least,
		*most; /* the same of the extremes; NULL: the means are single samples */
};

/* "bands":{"rtt":{"min":[..],"p10":[..],"p50":[..],"p90":[..],"max":[..]},..}: one entry for each label that divides by `wide`, and one
 * for what is left at the end; null = unknown. `names` are those of the columns. */
void series_band_put(struct json_emit *j, const struct series_table *t, int64_t wide,
		     char *const *names, uint32_t bands) NONNULL_ALL;

#endif
