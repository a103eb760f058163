/* boots.h - which sequence numbers of each agent start have come, and which are safe: two windows of bits above
 * two cursors. Cursors are written to DATA/cursors.json before any agent hears of them, so that a restart never
 * knows less than it has told. */
#ifndef VIGIA_COLLECTOR_BOOTS_H
#define VIGIA_COLLECTOR_BOOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct boots;

enum boot_seen { BOOT_NEW, BOOT_DUPLICATE, BOOT_TOO_FAR };

enum err boots_open(const char *folder, struct boots **ret,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
void boots_close(struct boots *b);
/* The slot of (agent, boot). A start that nobody knows begins behind `first`, the lowest number of its batch. */
uint32_t boots_slot(struct boots *b, const char *agent, struct slice boot, uint64_t first)
	NONNULL(1, 2);
enum boot_seen boots_receive(struct boots *b, uint32_t slot, uint64_t seq) NONNULL_ALL;
void boots_make_safe(struct boots *b, uint32_t slot, uint64_t seq) NONNULL_ALL;
uint64_t boots_received(const struct boots *b, uint32_t slot) NONNULL_ALL;
/* What may be told: the highest safe number without a gap below it that is on disk. */
uint64_t boots_cursor(const struct boots *b, uint32_t slot) NONNULL_ALL;
/* Writes the cursors; only afterwards boots_cursor moves. */
enum err boots_save(struct boots *b, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
