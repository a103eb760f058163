/* A channel of type file: each message is appended as one JSON line and synced. A useful record anywhere; the
 * receipt is the sync. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "collector/channel.h"
#include "plan/plan_channel.h"

/* A torn last line (the power failed inside a write) must not swallow the next message. */
static bool ends_with_newline(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char last;

	return size <= 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

static enum err append(const char *path, const struct message *m, struct err_info *info)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	struct stat st;
	struct buf line;
	enum err e = ERR_OK;
	ssize_t n;

	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) { /* a pipe could hold us up */
		close(fd);
		return err_fail(info, ERR_IO, "%s is no plain file", path);
	}
	buf_init(&line, m->json.n + 16);
	if (!ends_with_newline(fd))
		buf_putc(&line, '\n');
	buf_put(&line, m->json.p, m->json.n);
	buf_putc(&line, '\n');
	n = write(fd, line.data, line.len);
	if (n != (ssize_t)line.len || fdatasync(fd) != 0)
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "write %s", path);
	buf_release(&line);
	close(fd);
	return e;
}

static struct channel_send *file_start(const struct channel_env *env,
				       const struct plan_channel *channel, const struct message *m,
				       channel_done_fn *done, void *user)
{
	struct err_info info = {0};
	enum err e = append(plan_channel_text(channel, "path"), m, &info);

	(void)env;
	done(user, e == ERR_OK ? DELIVERY_RECEIPT : DELIVERY_FAILED, e == ERR_OK ? "" : info.text);
	return NULL;
}

const struct channel_type channel_file = {.type = "file", .start = file_start};
