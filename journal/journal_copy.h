/* journal_copy.h - a whole copy of a journal, also while a collector writes to it: one moment of it, checked. */
#ifndef VIGIA_JOURNAL_JOURNAL_COPY_H
#define VIGIA_JOURNAL_JOURNAL_COPY_H

#include "base/attr.h"
#include "base/err.h"
#include "journal/journal.h"

/* `to` must not be there. Its chain is checked; *ret_head is its end. On failure `to` is taken away again. */
enum err journal_copy(const char *from, const char *to, struct journal_head *ret_head,
		      struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Another SQLite file of the same folder, as one moment of it, nothing checked. */
enum err journal_copy_database(const char *from, const char *to,
			       struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
