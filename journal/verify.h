/* verify.h - is this record what it says it is? Recomputes digests, chain, order and figures of an
 * export or of a whole journal; names the first thing that is wrong. */
#ifndef VIGIA_JOURNAL_VERIFY_H
#define VIGIA_JOURNAL_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "journal/export.h"
#include "journal/journal.h"

struct verify_result {
	uint64_t incident; /* 0: a journal */
	uint64_t first, entries, whole; /* whole: those listed in full */
	struct journal_head head;
	/* Segments: where the record was broken and goes on (segment.h). The last of them in words. */
	uint64_t breaks, break_after, break_at;
	char break_reason[256], break_file[256];
};

/* `head` (may be NULL) was kept by somebody else: the chain must pass through it. ERR_CORRUPT: the
 * sentence says what does not hold and where; ERR_SYNTAX: not an export; ERR_NOT_FOUND: the head
 * lies outside the range, so nothing can be said about it. */
enum err verify_export(struct slice text, const struct journal_head *head,
		       struct verify_result *ret, struct err_info *info) NONNULL(3, 4) MUST_CHECK;
enum err verify_journal(struct journal *j, const struct journal_head *head,
			struct verify_result *ret, struct err_info *info)
	NONNULL(1, 3, 4) MUST_CHECK;
/* By content: a SQLite file or an export. */
enum err verify_file(const char *path, const struct journal_head *head, struct verify_result *ret,
		     struct err_info *info) NONNULL(1, 3, 4) MUST_CHECK;

/* "31:9f2c..." */
enum err verify_parse_head(struct slice text, struct journal_head *ret, struct err_info *info)
	NONNULL(2, 3) MUST_CHECK;

#endif
