/* drill_shelf.h - the scenarios that may be played from the board: the files *.scn of one folder on the collector's machine (collector.yaml
 * `drills`). Nothing that comes over the network is ever a path or a scenario; a name that stands in the folder is all that is taken. */
#ifndef VIGIA_COLLECTOR_DRILL_SHELF_H
#define VIGIA_COLLECTOR_DRILL_SHELF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/json_emit.h"
#include "base/slice.h"

enum { DRILL_SHELF_MAX = 200, DRILL_NAME_SIZE = 64 };

/* 1 to 60 of a-z, 0-9, - and _, beginning with a letter or digit: the name of a scenario's file without .scn, and of a drill's folder. */
bool drill_shelf_is_name(struct slice name);
/* The file of a scenario. ERR_NOT_FOUND with a sentence if the folder (NULL: none is configured) has none of this name, or it is
 * no plain file of its own (a link leads elsewhere). */
enum err drill_shelf_find(const char *folder, struct slice name, char *dst, size_t size,
			  struct err_info *info) NONNULL(3, 5) MUST_CHECK;
/* [{"id","promise"},...] by name, DRILL_SHELF_MAX at most; `promise` is null where the first line is none. [] without a folder. */
void drill_shelf_write(const char *folder, struct json_emit *j) NONNULL(2);

#endif
