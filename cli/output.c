#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void output_put_clean(struct buf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p, next = (unsigned char)p[1];

		/* C0, DEL, and the C1 controls in their UTF-8 form */
		if (c < 0x20 || c == 0x7F) {
			buf_putc(out, '?');
		} else if (c == 0xC2 && next >= 0x80 && next < 0xA0) {
			buf_putc(out, '?');
			p++;
		} else {
			buf_putc(out, *p);
		}
	}
}

static enum err write_all(int fd, const char *path, struct slice bytes, struct err_info *info)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "%s",
					      path);
		bytes.p += n;
		bytes.n -= (size_t)n;
	}
	return ERR_OK;
}

enum err output_write_file(const char *path, struct slice bytes, unsigned mode, bool replace,
			   struct err_info *info)
{
	char beside[4096];
	enum err e;
	int fd;

	if ((size_t)snprintf(beside, sizeof(beside), "%s.%ld.new", path, (long)getpid()) >=
	    sizeof(beside))
		return err_fail(info, ERR_TOO_LARGE, "the path is too long");
	fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "%s", path);
	e = write_all(fd, path, bytes, info);
	if (e == ERR_OK && fsync(fd) < 0)
		e = err_fail_errno(info, ERR_IO, "%s", path);
	close(fd);
	if (e == ERR_OK && replace && rename(beside, path) < 0)
		e = err_fail_errno(info, ERR_IO, "%s", path);
	if (e == ERR_OK && !replace && link(beside, path) < 0)
		e = errno == EEXIST ? err_fail(info, ERR_DUPLICATE, "%s is there already", path)
				    : err_fail_errno(info, ERR_IO, "%s", path);
	if (e != ERR_OK || !replace)
		unlink(beside);
	return e;
}

enum err output_print(struct slice bytes, struct err_info *info)
{
	return write_all(STDOUT_FILENO, "standard output", bytes, info);
}
