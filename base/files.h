/* files.h - small files that must be there whole or not at all. */
#ifndef VIGIA_BASE_FILES_H
#define VIGIA_BASE_FILES_H

#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

/* Writes beside, syncs, renames, syncs the folder: after a power cut the old or the new text is there,
 * after ERR_OK the new one. */
enum err files_replace(const char *path, struct slice text, mode_t mode, struct err_info *info)
	NONNULL(1, 4) MUST_CHECK;
/* Appends the file's bytes; ERR_NOT_FOUND if it is not there, ERR_TOO_LARGE past the buffer's ceiling. */
enum err files_read(const char *path, struct buf *out,
		    struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Makes what was renamed, made or removed in the folder of `path` survive a power cut. */
enum err files_sync_folder_of(const char *path, struct err_info *info) NONNULL(1) MUST_CHECK;
/* Everything written on the folder's file system is on the disk. */
enum err files_sync_system(const char *folder, struct err_info *info) NONNULL_ALL MUST_CHECK;
enum err files_make_folder(const char *path, struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
