/* journal.h - the append-only, hash-chained record (DESIGN 6; docs/JOURNAL.md). One SQLite table in
 * WAL mode with synchronous=FULL: what journal_commit acknowledged survives a power cut.
 *
 * entry bytes = seq LF at_us LF recorded_us LF kind LF version LF body   (decimal, no blanks)
 * digest = SHA-256(entry bytes); hash_n = SHA-256(hash_{n-1} || digest), hash_0 = 32 zero bytes. */
#ifndef VIGIA_JOURNAL_JOURNAL_H
#define VIGIA_JOURNAL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/sha256.h"
#include "base/slice.h"

struct journal;

struct journal_entry {
	uint64_t seq;
	struct wall_time at, recorded;
	struct slice kind, body; /* borrowed until the next read */
	int version;
	struct sha256 hash;
};
struct journal_head {
	uint64_t seq; /* 0 = empty */
	struct sha256 hash;
};

/* Opens or creates FILE; takes an exclusive lock (ERR_BUSY with the holder's pid if another process
 * has it). Read-only opening takes no lock and may run beside a writer. */
enum err journal_open(const char *path, bool read_only, struct journal **ret, struct err_info *info)
	NONNULL(1, 3, 4) MUST_CHECK;
void journal_close(struct journal *j); /* accepts NULL; an open transaction is rolled back */

/* Appends to the open transaction (begun by the first append). `recorded` never goes back: the
 * journal keeps it monotonic. Gives the entry's seq. */
enum err journal_append(struct journal *j, struct wall_time at, struct wall_time recorded,
			const char *kind, int version, struct slice body, uint64_t *ret_seq,
			struct err_info *info) NONNULL(1, 4, 7, 8) MUST_CHECK;
/* Durable afterwards, or an error: then the transaction stays open and commit may be tried again
 * (DESIGN 6: keep in memory, 503, retry each second). Nothing open: ERR_OK at once. */
enum err journal_commit(struct journal *j, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* A canary: writes and syncs one page as a commit does, without an entry. On a calm day nothing else would show that the
 * disk takes nothing any more. Only while nothing is open. */
enum err journal_touch(struct journal *j, struct err_info *info) NONNULL_ALL MUST_CHECK;
bool journal_is_dirty(const struct journal *j) NONNULL_ALL;
/* Appends the entry with which a new segment begins (segment.h): its number leaps ahead, past all that the
 * damaged file may have held, so that no number is ever given twice. The only kind that may leap. */
#define JOURNAL_SEGMENT "journal.segment"
enum err journal_append_segment(struct journal *j, uint64_t seq, struct wall_time at,
				struct wall_time recorded, struct slice body, struct err_info *info)
	NONNULL(1, 6) MUST_CHECK;
/* May an entry stand behind number `before`? Numbers follow each other, but for JOURNAL_SEGMENT. */
bool journal_follows(uint64_t before, const struct journal_entry *e) NONNULL_ALL;

/* The committed head; journal_tip is that of the open transaction. */
struct journal_head journal_head(const struct journal *j) NONNULL_ALL;
struct journal_head journal_tip(const struct journal *j) NONNULL_ALL;

/* Reads committed and uncommitted entries from `after` + 1 on in order; `each` returns false to
 * stop. */
typedef bool journal_each_fn(void *user, const struct journal_entry *e);
enum err journal_read(struct journal *j, uint64_t after, journal_each_fn *each, void *user,
		      struct err_info *info) NONNULL(1, 3, 5) MUST_CHECK;
/* Recomputes the chain of the whole file. ERR_CORRUPT names the first bad seq; *ret_head is how far it was good. */
enum err journal_check(struct journal *j, struct journal_head *ret_head,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Asks SQLite whether the file is sound below the chain: pages, tree. Reads all of it. */
enum err journal_check_pages(struct journal *j, struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Digest and chain step, for export and verify. */
struct sha256 journal_digest(uint64_t seq, struct wall_time at, struct wall_time recorded,
			     struct slice kind, int version, struct slice body);
struct sha256 journal_link(const struct sha256 *previous, const struct sha256 *digest) NONNULL_ALL;

#endif
