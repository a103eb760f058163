/* undo_slot.h - librrd advances cur_row before last_up in its mapped header: a kill -9 in between shifts the file's
 * whole history by a row. So the header goes to this mapped slot before each update call and back at the next
 * start, if the call was not over (LIBRARY_FACTS 4). One slot: one update at a time. */
#ifndef VIGIA_COLLECTOR_UNDO_SLOT_H
#define VIGIA_COLLECTOR_UNDO_SLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

struct undo_slot;

/* Maps FOLDER/undo.slot. If it is armed the header is written back first: *ret_restored tells. */
enum err undo_slot_open(const char *folder, struct undo_slot **ret, bool *ret_restored,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
void undo_slot_close(struct undo_slot *s); /* accepts NULL */
/* Copies the first `header_size` bytes of the file and arms. Blocking: from the worker. */
enum err undo_slot_arm(struct undo_slot *s, const char *path, size_t header_size,
		       struct err_info *info) NONNULL_ALL MUST_CHECK;
void undo_slot_disarm(struct undo_slot *s) NONNULL_ALL;

#endif
