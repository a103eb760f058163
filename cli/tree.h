/* tree.h - folders of files as a backup needs them: listed, copied, summed. Regular files only. A link to a folder is an error:
 * nothing may be left out in silence. */
#ifndef VIGIA_CLI_TREE_H
#define VIGIA_CLI_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

enum { TREE_FILES_MAX = 1000000 };

struct tree {
	char **paths; /* relative, sorted by byte */
	size_t count, cap;
};

/* All files below `folder` for which `wanted` says so (NULL: all). ERR_SYNTAX for a name with a control character. */
enum err tree_list(const char *folder, bool (*wanted)(const char *relative), struct tree *ret,
		   struct err_info *info) NONNULL(1, 3, 4) MUST_CHECK;
void tree_release(struct tree *t) NONNULL_ALL; /* CLEANUP(tree_release) */

/* Makes the folders above `path` (0700). */
enum err tree_make_folders(const char *path, struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Copies one file (0600), folders included. ERR_NOT_FOUND if it is gone, ERR_DENIED if it is a symbolic link: who owns a
 * data folder must not choose what root copies out of it. */
enum err tree_copy(const char *from, const char *to, struct err_info *info) NONNULL_ALL MUST_CHECK;

/* Writes FOLDER/SHA256SUMS over all files below it, in the form of sha256sum(1). */
enum err tree_write_sums(const char *folder, size_t *ret_files, uint64_t *ret_bytes,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Every file is there, as it was, and none besides; the first that is not is named (ERR_CORRUPT). */
enum err tree_check_sums(const char *folder, size_t *ret_files,
			 struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
