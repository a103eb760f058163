/* series.h - history for drawing: one RRD file per vantage (DESIGN 7), written by batches of many
 * timestamps through the loop's work queue, at most one librrd call at a time, each guarded by the
 * header undo slot (LIBRARY_FACTS 4). Late data is merged in memory before it is written; a second
 * with several results keeps the worst. The only user of librrd in the collector. */
#ifndef VIGIA_COLLECTOR_SERIES_H
#define VIGIA_COLLECTOR_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/instant.h"
#include "engine/input.h"
#include "engine/plan.h"

struct uv_loop_s;
struct series;

/* Identifies what a stored row covers: the boot slot and sequence number of a result (intake.h). */
struct series_ref {
	uint32_t boot_slot;
	uint64_t seq;
};

/* How many rows the archives of a new file get. Files that are there keep theirs. */
struct series_archives {
	int64_t fine, middle, coarse,
		day; /* a row per slot, 5 minutes, hour, day; 0 = the default */
};
/* So many rows may wait in memory; whoever brings more is slowed down (api_agents.c). A row with 8 values takes 104 bytes. */
enum { SERIES_PENDING_MAX = 600000 };
enum {
	SERIES_FINE_ROWS = 8640,
	SERIES_MIDDLE_ROWS = 2016,
	SERIES_COARSE_ROWS = 1460,
	SERIES_DAY_ROWS = 750
};

struct series_options {
	const char *folder; /* data/rrd */
	struct series_archives archives; /* of new files */
	uint64_t waiting_max; /* results in memory; 0 = SERIES_WAITING_MAX */
	int64_t flush_us; /* every series is written and synced at least so often (<= 30 s) */
	/* Called on the loop's thread after a sync: every listed result is in a synced file (or can
	 * never be drawn, with the reason counted): cursors may pass them. */
	void (*durable)(void *user, const struct series_ref *refs, size_t count);
	/* Our time in seconds; the system's clock may be stepped. NULL: the system's. */
	int64_t (*now_s)(void *user);
	void *user;
};
struct series_stats {
	uint64_t rows, calls, syncs, dropped_late, merged, failed_files, restored_headers;
	uint64_t pending_rows;
	uint64_t shed; /* results that were not even kept in memory (series_pause) */
	uint64_t set_aside; /* damaged files */
	uint64_t failing_now; /* files that could not be written the last time */
	int64_t last_sync_age_us;
	bool disk_full; /* the last write or sync was refused for want of space */
};

/* Restores armed undo slots first. Files are created on first use, in the background. */
enum err series_open(struct uv_loop_s *loop, const struct series_options *o, struct series **ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The plan's vantages by index; keeps the memory of files by (check id, agent id). */
void series_set_plan(struct series *s, const struct plan *plan) NONNULL_ALL;
/* While the disk is full nothing is drawn. Rows wait in memory, up to SERIES_WAITING_MAX; what comes after that is shed:
 * its cursor does not pass, so its agent keeps it and sends it again when it is asked (stats.shed). */
void series_pause(struct series *s, bool paused) NONNULL_ALL;
enum { SERIES_WAITING_MAX = 4000000 };
/* The last file that was put aside or could not be written, and why; "" if there was none. */
const char *series_trouble(const struct series *s) NONNULL_ALL;
/* Queues one row; O(1). */
void series_add(struct series *s, const struct sample *sample, struct series_ref ref) NONNULL_ALL;
/* Starts writing everything that waits; `done` (may be NULL) when that was written and synced, or could not be:
 * what became durable is told by options.durable alone. */
void series_flush(struct series *s, void (*done)(void *user), void *user) NONNULL(1);
/* Flushes one vantage's file, then reads [start, end] at about `points` rows: {"start":..,"step":..,
 * "names":["state","bad","rtt",…],"rows":[[0,0,0.0012],…]}; null = unknown. */
void series_read(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
		 unsigned points, void (*done)(void *user, enum err e, struct slice json),
		 void *user) NONNULL(1, 6);
/* The same with what lies behind each row (API.md "Series"): the newest time of all, the step of the finest rows that reach so far back, and
 * for each value of `bands` (bit i: value i of the schema) the extremes and percentiles of the finest rows in each row. */
void series_read_bands(struct series *s, uint32_t vantage, int64_t start_s, int64_t end_s,
		       unsigned points, uint32_t bands,
		       void (*done)(void *user, enum err e, struct slice json), void *user)
	NONNULL(1, 7);
/* The beginning of the newest row of a vantage's file; WALL_UNKNOWN if there is none. Blocking: for the start. */
struct wall_time series_newest(const struct series *s, uint32_t vantage) NONNULL_ALL;
struct series_stats series_stats(const struct series *s) NONNULL_ALL;
/* The file of a vantage (for tests and docs): <folder>/<check with / as . and . as ..>/<agent>.rrd */
void series_path(const struct series *s, uint32_t vantage, char *dst, size_t size) NONNULL_ALL;
/* Writes all, syncs, frees; blocking (end of the program). */
void series_close(struct series *s);

#endif
