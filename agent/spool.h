/* spool.h - results on disk until the collector says that they are safe (DESIGN 3): segment files, oldest first, bounded.
 * When it is full the oldest unchanged samples go first, then the oldest changes; both become gaps, which are told like
 * results and survive a restart like them. */
#ifndef VIGIA_AGENT_SPOOL_H
#define VIGIA_AGENT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/spool_segment.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct spool;

struct spool_gap {
	uint64_t from, to;
	char reason[32];
};

/* Reads what earlier starts left; `boot` is this start's id. */
enum err spool_open(const char *folder, int64_t max_bytes, const char *boot, struct spool **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
void spool_close(struct spool *s);
void spool_set_max(struct spool *s, int64_t max_bytes) NONNULL_ALL;
/* Keeps a result of this start; `changed`: it is not ok, or differs from the last. If it cannot be kept (ERR_NO_SPACE,
 * ERR_IO) its number is told as a gap once the disk takes something again. */
enum err spool_append(struct spool *s, uint64_t seq, struct slice json, bool changed,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Results and gaps that have not been sent: the backlog that people want to know of. */
uint64_t spool_unsent(const struct spool *s) NONNULL_ALL;
/* The JSON of the oldest unsent result; false if none waits. */
bool spool_peek(struct spool *s, char dst[SPOOL_RECORD_MAX + 1]) NONNULL_ALL;
/* What the files take on disk. */
int64_t spool_bytes(const struct spool *s) NONNULL_ALL;
/* Results that are kept: unsent, or sent and not yet safe. */
uint64_t spool_count(const struct spool *s) NONNULL_ALL;
/* The oldest start that still has something unsent; NULL if none. */
const char *spool_oldest_unsent_boot(struct spool *s) NONNULL_ALL;
/* The oldest start that still has anything at all (sent or not), to ask for its cursor; NULL if none. */
const char *spool_oldest_boot(const struct spool *s) NONNULL_ALL;
/* Appends up to `max` unsent results of a start, separated by commas, and marks them sent. */
size_t spool_take(struct spool *s, const char *boot, size_t max, size_t max_bytes,
		  struct buf *out) NONNULL_ALL;
/* Up to `max` unsent gaps of a start, marked sent. */
size_t spool_take_gaps(struct spool *s, const char *boot, struct spool_gap *ret,
		       size_t max) NONNULL_ALL;
/* Everything after `after` is unsent again. */
void spool_rewind(struct spool *s, const char *boot, uint64_t after) NONNULL_ALL;
void spool_rewind_all(struct spool *s) NONNULL_ALL;
/* Up to `cursor` all is safe: forgotten, and its files removed. */
void spool_delete(struct spool *s, const char *boot, uint64_t cursor) NONNULL_ALL;

#endif
