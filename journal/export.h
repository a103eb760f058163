/* export.h - one incident as a file that stands up without us (docs/JOURNAL.md): the whole range of
 * the chain from the plan in force to the incident's last entry, the incident's entries in full, those of
 * others as digests, and the figures derived from them. JSON and CSV hold the same and are both read
 * back, strictly, by verify. */
#ifndef VIGIA_JOURNAL_EXPORT_H
#define VIGIA_JOURNAL_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "journal/journal.h"

enum { EXPORT_ENTRIES_MAX = 4000000 };

struct export_entry {
	struct journal_entry e; /* only seq and hash where !whole; bodies live in the arena */
	struct sha256 digest;
	bool whole;
};
struct export_doc {
	uint64_t incident;
	struct journal_head previous, head; /* before the first and at the last entry */
	struct export_entry *entries;
	size_t count, cap;
	struct arena *arena; /* owned */
};

void export_init(struct export_doc *d) NONNULL_ALL;
void export_release(struct export_doc *d) NONNULL_ALL; /* CLEANUP(export_release) */
struct export_entry *export_add(struct export_doc *d) NONNULL_ALL; /* zeroed, appended */

/* Where entries come from: journal_read of a file, or the collector's API. Must give the whole chain
 * from entry 1 on, the same each time. */
struct export_source {
	enum err (*read)(void *origin, uint64_t after, journal_each_fn *each, void *user,
			 struct err_info *info);
	void *origin;
	bool has_hashes; /* entries come with their hashes, which are compared */
};
struct export_source export_from_journal(struct journal *j) NONNULL_ALL;

/* Gathers the incident (the seq of its incident.opened). ERR_NOT_FOUND,
 * ERR_CORRUPT with the entry at which the chain is broken. */
enum err export_gather(const struct export_source *source, uint64_t incident,
		       struct export_doc *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* The last incident with this id, or else with this folio. */
enum err export_find(const struct export_source *source, uint64_t id_or_folio, uint64_t *ret,
		     struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
