/* segment.h - a journal whose file is damaged, cut short or gone goes on in a new file (docs/JOURNAL.md
 * "Segments"). What is good of it, up to the first entry that does not hold, is copied with its numbers and hashes;
 * then one entry `journal.segment` names the old head, why, and the file that was put aside untouched. */
#ifndef VIGIA_JOURNAL_SEGMENT_H
#define VIGIA_JOURNAL_SEGMENT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "journal/journal.h"

enum { SEGMENT_NAME_SIZE = 256, SEGMENT_REASON_SIZE = 256 };

struct segment_report {
	bool begun; /* false: the file is sound, nothing was done */
	char aside[SEGMENT_NAME_SIZE]; /* name of the damaged file beside it, "" if it is gone */
	char reason[SEGMENT_REASON_SIZE];
	struct journal_head good; /* the last entry that holds */
};

/* Sees to it that `path` holds a journal that can be opened and lacks nothing that was committed. `witness` is a
 * head that is known to have been committed (seq 0 = none is known); `used` says that the folder has been in use,
 * so that a file which is gone or empty is damage and not the first start. Never writes to a damaged file. A power
 * cut at any point is finished by the next call.
 * ERR_OK with ret->begun; an error if the file cannot be read at all (rights) or the new one not be written. */
enum err segment_ensure(const char *path, const struct journal_head *witness, bool used,
			struct wall_time now, struct segment_report *ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Begins a segment in a journal that is sound but older than what had been committed (restored from a backup).
 * `from` names where it comes from. Not committed yet. */
enum err segment_begin(struct journal *j, const char *from, const char *reason,
		       struct wall_time now, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
