/* tree_owner.h - who owns the files of a data folder and who may read them, as text that a backup takes along: the copies
 * themselves are their maker's, 0600. One line each, "MODE USER:GROUP PATH"; the folder itself is "." and comes last. */
#ifndef VIGIA_CLI_TREE_OWNER_H
#define VIGIA_CLI_TREE_OWNER_H

#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum { TREE_OWNER_TEXT_MAX = 256 << 20 };

/* Writes the lines of all files below `copy`, and of the folders above them, as `original` has them. What is gone there
 * since has no line. */
enum err tree_owner_put(const char *copy, const char *original, struct buf *out,
			struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Gives `folder` the modes of `text` (never a right to write for others, never set-id). As root the owners too; then
 * files without a line are the folder's owner's. Users and groups go by name; one that is not known here is left as it
 * is. `ret_owner` ("" = done as it was): "USER:GROUP" of the folder, if it could not be given. ERR_CORRUPT for text that
 * is not of the form or leads out of the folder. */
enum { TREE_OWNER_SIZE = 80 };
enum err tree_owner_apply(const char *folder, const char *text, char ret_owner[TREE_OWNER_SIZE],
			  struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
