#include "base/folder_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static enum err fail_busy(const char *folder, int fd, struct err_info *info)
{
	char pid[32] = "";

	if (pread(fd, pid, sizeof(pid) - 1, 0) < 0)
		pid[0] = '\0';
	pid[strcspn(pid, "\n")] = '\0';
	return err_fail(info, ERR_BUSY,
			"%s is in use by process %s; stop that one first, or name another data "
			"folder",
			folder, pid[0] != '\0' ? pid : "(unknown)");
}

enum err folder_lock(const char *folder, int *ret, struct err_info *info)
{
	char path[4200], pid[32];
	int fd, n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	enum err e;

	snprintf(path, sizeof(path), "%s/lock", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		e = errno == EWOULDBLOCK ? fail_busy(folder, fd, info)
					 : err_fail_errno(info, ERR_IO, "lock %s", path);
		close(fd);
		return e;
	}
	/* A full disk takes nothing away from the lock, but its text. */
	if (ftruncate(fd, 0) != 0 || (pwrite(fd, pid, (size_t)n, 0) != n && errno != ENOSPC)) {
		e = err_fail_errno(info, ERR_IO, "write %s", path);
		close(fd);
		return e;
	}
	*ret = fd;
	return ERR_OK;
}

void folder_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}
