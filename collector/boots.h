/* boots.h - which sequence numbers of each agent start have come, and which are safe: two windows of
 * bits above two cursors. Cursors are written to DATA/cursors.json before any agent hears of them, so
 * that a restart never knows less than it has told. */
#ifndef VIGIA_COLLECTOR_BOOTS_H
#define VIGIA_COLLECTOR_BOOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"

struct boots;

enum boot_seen { BOOT_NEW, BOOT_DUPLICATE, BOOT_TOO_FAR };
/* Numbers further than this above the cursor are not taken: the agent keeps them. */
enum { BOOTS_WINDOW_MAX = 1 << 24 };

enum err boots_open(const char *folder, struct boots **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
void boots_close(struct boots *b);
/* The slot of (agent, boot). A start that nobody knows begins at nothing received: what it sent to an
 * earlier start of ours may never have become safe. */
uint32_t boots_slot(struct boots *b, const char *agent, struct slice boot) NONNULL(1, 2);
/* After a batch whose lowest number was `first`. An agent that has been answered sends from the oldest that
 * it holds; when batch after batch lies above a hole and nothing fills it, nothing below is left (the
 * cursors were lost, or the data folder is new). True if the hole was given up just now. */
bool boots_note_batch(struct boots *b, uint32_t slot, uint64_t first,
		      struct wall_time now) NONNULL_ALL;
enum boot_seen boots_receive(struct boots *b, uint32_t slot, uint64_t seq) NONNULL_ALL;
/* Numbers that will never come; how many of them had not come before. Safe at once. */
uint64_t boots_skip(struct boots *b, uint32_t slot, uint64_t from, uint64_t to) NONNULL_ALL;
/* As after a restart: only what is safe counts as received; agents will send the rest again. */
void boots_forget(struct boots *b) NONNULL_ALL;
void boots_make_safe(struct boots *b, uint32_t slot, uint64_t seq) NONNULL_ALL;
uint64_t boots_received(const struct boots *b, uint32_t slot) NONNULL_ALL;
/* What may be told: the highest safe number without a gap below it that is on disk. */
uint64_t boots_cursor(const struct boots *b, uint32_t slot) NONNULL_ALL;
/* Writes the cursors if any moved; only afterwards boots_cursor moves. */
enum err boots_save(struct boots *b, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
