/* witness.h - the head that was committed last, kept beside the journal in a mapped file: a store into memory, so
 * that it costs a commit nothing, and outlives kill -9. At the next start it tells what the journal's file cannot
 * know of itself: that its end is missing. Written after the commit, so it is never ahead of a sound journal; after
 * a power cut it may lag behind, and then tells less. */
#ifndef VIGIA_JOURNAL_WITNESS_H
#define VIGIA_JOURNAL_WITNESS_H

#include "base/attr.h"
#include "base/err.h"
#include "journal/journal.h"

struct witness;

/* ERR_NO_SPACE if the disk does not even hold its page: it is allocated here, never by a later store. */
enum err witness_open(const char *path, struct witness **ret,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;
void witness_close(struct witness *w);
/* seq 0: none is known. */
struct journal_head witness_get(const struct witness *w) NONNULL_ALL;
void witness_set(struct witness *w, const struct journal_head *head) NONNULL_ALL;

#endif
