#include "base/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int fd, struct slice text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text.p += n;
		text.n -= (size_t)n;
	}
	return true;
}

/* What a replacement that died left may have another mode, another owner's descriptor open, or be a link: a new file each time. */
static int open_beside(const char *beside)
{
	if (unlink(beside) != 0 && errno != ENOENT)
		return -1;
	return open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

enum err files_replace(const char *path, struct slice text, mode_t mode, struct err_info *info)
{
	char beside[4200];
	enum err e;
	int fd;

	snprintf(beside, sizeof(beside), "%s.new", path);
	fd = open_beside(beside);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", beside);
	/* fchmod: who may read it is the caller's to say, not the umask's of whoever started us. */
	if (!write_all(fd, text) || fchmod(fd, mode) != 0 || fdatasync(fd) != 0) {
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "write %s",
				   beside);
		close(fd);
		unlink(beside);
		return e;
	}
	close(fd);
	if (rename(beside, path) != 0)
		return err_fail_errno(info, ERR_IO, "rename %s", beside);
	return files_sync_folder_of(path, info);
}

enum err files_sync_folder_of(const char *path, struct err_info *info)
{
	const char *slash = strrchr(path, '/');
	char folder[4200];
	enum err e = ERR_OK;
	int fd;

	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path),
			 path);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0)
		e = err_fail_errno(info, ERR_IO, "sync the folder %s", folder);
	if (fd >= 0)
		close(fd);
	return e;
}

enum err files_read(const char *path, struct buf *out, struct err_info *info)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[16384];
	ssize_t n;

	if (fd < 0)
		return err_fail_errno(info, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "open %s",
				      path);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_put(out, chunk, (size_t)n);
	close(fd);
	if (n < 0)
		return err_fail_errno(info, ERR_IO, "read %s", path);
	return buf_is_ok(out) ? ERR_OK : err_fail(info, ERR_TOO_LARGE, "%s is too large", path);
}

enum err files_sync_system(const char *folder, struct err_info *info)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum err e = ERR_OK;

	if (fd < 0 || syncfs(fd) != 0)
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "sync %s",
				   folder);
	if (fd >= 0)
		close(fd);
	return e;
}

enum err files_make_folder(const char *path, struct err_info *info)
{
	struct stat st;

	if (mkdir(path, 0700) == 0)
		return ERR_OK;
	if (errno != EEXIST)
		return err_fail_errno(info, ERR_IO, "mkdir %s", path);
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_fail(info, ERR_IO, "%s is there and is no folder", path);
	return ERR_OK;
}
