/* spool.h - results on disk until the collector says that they are safe (DESIGN 3). Segment files of records, each
 * with length and CRC; a torn tail is dropped and counted. A record is the result's JSON as it will be sent. */
#ifndef VIGIA_AGENT_SPOOL_H
#define VIGIA_AGENT_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct spool;

enum { SPOOL_BOOT_SIZE = 33 };

struct spool_gap {
	char boot[SPOOL_BOOT_SIZE];
	uint64_t from, to;
	const char *reason;
};

/* Reads what earlier starts left; `boot` is this start's id. */
enum err spool_open(const char *folder, int64_t max_bytes, const char *boot, struct spool **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
void spool_close(struct spool *s);
/* Keeps a result of this start. When the spool is full the oldest segment goes and becomes a gap. */
enum err spool_append(struct spool *s, uint64_t seq, struct slice json,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Results that have not been sent: the backlog that people want to know of. */
uint64_t spool_unsent(const struct spool *s) NONNULL_ALL;
/* Results that are kept: unsent, or sent and not yet safe. */
uint64_t spool_count(const struct spool *s) NONNULL_ALL;
/* The oldest start that still has unsent results; NULL if none. */
const char *spool_oldest_unsent_boot(const struct spool *s) NONNULL_ALL;
/* The oldest start that still has anything at all (sent or not), to ask for its cursor; NULL if none. */
const char *spool_oldest_boot(const struct spool *s) NONNULL_ALL;
/* Appends up to `max` unsent results of a start, separated by commas, and marks them sent. */
size_t spool_take(struct spool *s, const char *boot, size_t max, size_t max_bytes,
		  struct buf *out) NONNULL_ALL;
/* Everything from `after` on is unsent again. */
void spool_rewind(struct spool *s, const char *boot, uint64_t after) NONNULL_ALL;
void spool_rewind_all(struct spool *s) NONNULL_ALL;
/* Up to `cursor` all is safe: forgotten, and its files removed. */
void spool_delete(struct spool *s, const char *boot, uint64_t cursor) NONNULL_ALL;
/* Losses not yet told, of one start; spool_gaps_told forgets them. */
size_t spool_gaps(const struct spool *s, const char *boot, struct spool_gap *ret,
		  size_t max) NONNULL_ALL;
void spool_gaps_told(struct spool *s, const char *boot) NONNULL_ALL;

#endif
