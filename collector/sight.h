/* sight.h - what of a fact a reader may see, decided in one place (docs/PEOPLE.md "Rights"): telephones, addresses and what was said in calls
 * are for the right `contacts`, who logged in from where for `audit`. What is withheld is null, so that nobody takes it for empty. */
#ifndef VIGIA_COLLECTOR_SIGHT_H
#define VIGIA_COLLECTOR_SIGHT_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/json_emit.h"
#include "journal/journal.h"

struct sight {
	bool contacts, audit;
};
struct sight sight_of(unsigned rights); /* RIGHT_ bits (access/permission.h) */

/* One journal entry (status.h), as far as it may be seen. */
void sight_write_entry(struct json_emit *j, const struct journal_entry *entry,
		       struct sight sight) NONNULL_ALL;

#endif
