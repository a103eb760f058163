#include "collector/current_drill.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"

enum { PATH_SIZE = 4200 };

static void path_of(char dst[PATH_SIZE], const char *data)
{
	snprintf(dst, PATH_SIZE, "%s/drills/current", data);
}

static bool read_folder(int fd, struct current_drill *ret)
{
	ssize_t n = pread(fd, ret->folder, sizeof(ret->folder) - 1, 0);
	struct stat st;

	if (n <= 0 || fstat(fd, &st) != 0)
		return false;
	ret->folder[n] = '\0';
	ret->folder[strcspn(ret->folder, "\n")] = '\0';
	ret->since.us = (int64_t)st.st_mtim.tv_sec * US_PER_S + st.st_mtim.tv_nsec / 1000;
	return ret->folder[0] == '/';
}

/* An open file description's lock: it lasts as long as the descriptor, and can be asked about without being taken. */
static bool is_locked(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

bool current_drill_find(const char *data, struct current_drill *ret)
{
	char path[PATH_SIZE];
	bool found;
	int fd;

	path_of(path, data);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return false;
	found = is_locked(fd) && read_folder(fd, ret);
	close(fd);
	return found;
}

void current_drill_write(const char *data, struct json_emit *j)
{
	struct current_drill d;

	if (!current_drill_find(data, &d)) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_str(j, "folder", d.folder);
	json_kv_time(j, "since", d.since);
	json_close_object(j);
}

static enum err fail_busy(const struct current_drill *d, struct err_info *info)
{
	return err_fail(info, ERR_BUSY,
			"another drill is being played (%s); wait for its end, or stop it",
			d->folder);
}

enum err current_drill_check(const char *data, struct err_info *info)
{
	struct current_drill d;

	return current_drill_find(data, &d) ? fail_busy(&d, info) : ERR_OK;
}

/* Between opening and locking, the drill before may have ended and taken the file away: that lock would be seen by nobody. */
static bool is_there(const char *path, int fd)
{
	struct stat here, there;

	return fstat(fd, &here) == 0 && stat(path, &there) == 0 && here.st_ino == there.st_ino &&
	       here.st_dev == there.st_dev;
}

static enum err lock(const char *path, int *ret, struct err_info *info)
{
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	struct current_drill d = {.folder = "its folder is not known yet"};
	enum err e;
	int fd;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return err_fail_errno(info, ERR_IO, "open %s", path);
		if (fcntl(fd, F_OFD_SETLK, &whole) != 0)
			break;
		if (is_there(path, fd)) {
			*ret = fd;
			return ERR_OK;
		}
		close(fd);
	}
	if (errno == EAGAIN || errno == EACCES) {
		(void)read_folder(fd, &d);
		e = fail_busy(&d, info);
	} else {
		e = err_fail_errno(info, ERR_IO, "lock %s", path);
	}
	close(fd);
	return e;
}

enum err current_drill_claim(const char *data, const char *folder, int *ret, struct err_info *info)
{
	char path[PATH_SIZE], whole[PATH_MAX], text[PATH_MAX + 1];
	enum err e;
	int n;

	*ret = -1;
	if (realpath(folder, whole) == NULL)
		return err_fail_errno(info, ERR_IO, "%s", folder);
	snprintf(path, sizeof(path), "%s/drills", data);
	e = files_make_folder(path, info);
	path_of(path, data);
	if (e == ERR_OK)
		e = lock(path, ret, info);
	if (e != ERR_OK)
		return e;
	n = snprintf(text, sizeof(text), "%s\n", whole);
	if (ftruncate(*ret, 0) != 0 || pwrite(*ret, text, (size_t)n, 0) != n) {
		e = err_fail_errno(info, ERR_IO, "write %s", path);
		current_drill_release(data, *ret);
		*ret = -1;
	}
	return e;
}

void current_drill_release(const char *data, int fd)
{
	char path[PATH_SIZE];

	if (fd < 0)
		return;
	path_of(path, data);
	unlink(path); /* before the lock goes: what stands there afterwards is another drill's */
	close(fd);
}
