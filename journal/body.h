/* body.h - looks single fields up in an entry's body (docs/EVENTS.md) without the engine: what
 * export and verify need to derive figures from the entries alone. Bodies are small; the one large
 * kind, plan.applied, is never asked. */
#ifndef VIGIA_JOURNAL_BODY_H
#define VIGIA_JOURNAL_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/slice.h"

/* All borrow from `body`. Absent, null or of another type: an empty slice, 0, WALL_UNKNOWN,
 * MICRO_NONE, false. */
struct slice body_word(struct slice body, const char *key) NONNULL(2); /* a text without escapes */
struct wall_time body_time(struct slice body, const char *key) NONNULL(2);
int64_t body_micro(struct slice body, const char *key) NONNULL(2);
uint64_t body_number(struct slice body, const char *key) NONNULL(2);
bool body_flag(struct slice body, const char *key) NONNULL(2);

/* The raw JSON of a field; false if absent. */
bool body_raw(struct slice body, const char *key, struct slice *ret) NONNULL(2, 3);

#endif
