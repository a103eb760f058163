/* series_file.h - one RRD file: its layout, creating, updating and reading it. Blocking; called from the one worker
 * job at a time, on copied arguments. */
#ifndef VIGIA_COLLECTOR_SERIES_FILE_H
#define VIGIA_COLLECTOR_SERIES_FILE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/schema.h"
#include "collector/undo_slot.h"

/* What a row holds; values in the schema's order. */
struct series_row {
	int64_t t; /* whole Unix seconds */
	uint8_t state, value_count;
	int64_t values[SCHEMA_VALUES_MAX]; /* micro */
};
struct series_layout {
	const struct check_schema *schema;
	int64_t interval_s, heartbeat_s; /* >= 1 */
};

/* The last time the file knows, 0 if it is not there. */
int64_t series_file_last(const char *path) NONNULL_ALL;
enum err series_file_create(const char *path, const struct series_layout *l, int64_t first_t,
			    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Writes rows (rising t, all after `last`) in one call under the undo slot, then syncs the file. */
enum err series_file_update(const char *path, const struct series_layout *l, struct undo_slot *undo,
			    int64_t last, const struct series_row *rows, size_t count,
			    struct err_info *info) NONNULL(1, 2, 3, 5, 7) MUST_CHECK;
/* {"start":..,"step":..,"names":[..],"rows":[[..],..]} */
enum err series_file_read(const char *path, int64_t start, int64_t end, unsigned points,
			  struct buf *json, struct err_info *info) NONNULL_ALL MUST_CHECK;
size_t series_file_header_size(const struct series_layout *l, size_t file_size) NONNULL_ALL;

#endif
