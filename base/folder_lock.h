/* folder_lock.h - one process works in a data folder. FOLDER/lock holds the pid as text and an flock, which the kernel
 * gives back however the process ends. On a network file system the lock is as good as that system's: data folders
 * belong on a local disk (docs/BACKUP.md). */
#ifndef VIGIA_BASE_FOLDER_LOCK_H
#define VIGIA_BASE_FOLDER_LOCK_H

#include "base/attr.h"
#include "base/err.h"

/* ERR_BUSY names the holder's pid and what to do. *ret is a descriptor to keep open as long as the work lasts. */
enum err folder_lock(const char *folder, int *ret, struct err_info *info) NONNULL_ALL MUST_CHECK;
void folder_unlock(int fd); /* accepts -1 */

#endif
