/* series_file.h - one RRD file: its layout, creating, updating and reading it. Blocking; called from the one worker
 * job at a time, on copied arguments.
 *
 * Layout: step 1 s; data sources `state` (0 ok, 1 warning, 2 critical, 3 blind), `bad` (0, 1; unknown while blind), then
 * the values that the check measures. Archives: one row per interval (AVERAGE of what is one sample, so exactly it), then five
 * minutes, an hour and a day with MIN, AVERAGE, MAX. A row is labelled with the beginning of its slot (series_rows.h). */
#ifndef VIGIA_COLLECTOR_SERIES_FILE_H
#define VIGIA_COLLECTOR_SERIES_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/schema.h"
#include "collector/series_rows.h"
#include "collector/undo_slot.h"

struct series_layout {
	const struct check_schema *schema;
	int64_t interval_s; /* >= 1: the slot */
	struct series_archives archives;
	size_t value_count; /* of the type's values the first so many, which the check measures; 0 = all */
};

/* The values in a row. */
size_t series_file_values(const struct series_layout *l) NONNULL_ALL;
/* The data sources of a file in their order. */
size_t series_file_sources(const struct series_layout *l) NONNULL_ALL;
const char *series_file_source(const struct series_layout *l, size_t i) NONNULL_ALL;
/* How far back the longest archive goes, in seconds. */
int64_t series_file_reach(const struct series_layout *l) NONNULL_ALL;

/* What must be known of a file to write it. */
struct series_facts {
	int64_t last; /* its newest time; -1 = not looked at */
	size_t header_size; /* all that lies before the rows */
};

/* Reads the whole header, since the library trusts it and maps the file: a size or an index that does not fit would be
 * our end. ERR_NOT_FOUND; ERR_CORRUPT if it is damaged, cut short, no RRD file, or one of another shape (step, data
 * sources); ERR_DENIED if it may not be written. */
enum err series_file_look(const char *path, const struct series_layout *l, struct series_facts *ret,
			  struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Makes its folder too. Its newest time is one interval before first_t. */
enum err series_file_create(const char *path, const struct series_layout *l, int64_t first_t,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Renames a file that cannot be used to PATH.damaged-<UTC> (with a number behind it if that is taken): nothing is ever
 * deleted, and new rows find a place. */
enum err series_file_set_aside(const char *path, int64_t now_s, struct err_info *info)
	NONNULL(1, 3) MUST_CHECK;
/* Writes rows [from, count) (all after facts->last) in one call under the undo slot; does not sync. */
enum err series_file_update(const char *path, const struct series_layout *l,
			    struct series_facts *facts, struct undo_slot *undo,
			    const struct series_rows *rows, size_t from,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
enum err series_file_sync(const char *path, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Of a file that is synced: lets the page cache forget it. What was written or read in one go lies there in folios of up to
 * hundreds of KiB, and one row that changes then makes the whole folio go to disk, at each flush anew. What an update
 * brings back comes page by page. Only advice: nothing depends on it. */
void series_file_refine(const char *path) NONNULL_ALL;

struct series_range {
	int64_t start, end; /* seconds */
	unsigned points; /* about so many rows; 0 = 500 */
	uint32_t bands; /* series_read_bands; 0 = none */
};
/* {"start":..,"step":..,"names":[..],"rows":[[..],..]}: the first row's label and the distance to the next; a
 * row of several slots is labelled with the last of them. `waiting` are rows that are not in the file yet,
 * which may not be there: ERR_NOT_FOUND if nothing waits either. */
enum err series_file_read(const char *path, const struct series_layout *l,
			  const struct series_range *range, const struct series_rows *waiting,
			  struct buf *json, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
