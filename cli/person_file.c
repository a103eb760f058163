#include "cli/person_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "cli/output.h"
#include "cli/tree.h"

enum { PATH_SIZE = 4200, LINE_SIZE = 400 };

static const struct {
	const char *key;
	size_t offset, size;
} lines[] = {
#define LINE(name)                                                                                 \
	{                                                                                          \
#name, offsetof(struct person_file, name), sizeof(((struct person_file *)0)->name) \
	}
	LINE(collector),
	LINE(identity),
	LINE(login),
	LINE(token),
#undef LINE
};

enum err person_file_path(char *dst, size_t size, struct err_info *info)
{
	const char *named = getenv("VIGIA_SESSION"), *state = getenv("XDG_STATE_HOME"),
		   *home = getenv("HOME");
	int n;

	if (named != NULL && named[0] != '\0')
		n = snprintf(dst, size, "%s", named);
	else if (state != NULL && state[0] == '/')
		n = snprintf(dst, size, "%s/vigia/session", state);
	else if (home != NULL && home[0] == '/')
		n = snprintf(dst, size, "%s/.local/state/vigia/session", home);
	else
		return err_fail(info, ERR_NOT_FOUND,
				"there is no place to keep a session (set HOME or VIGIA_SESSION)");
	return (size_t)n < size ? ERR_OK
				: err_fail(info, ERR_TOO_LARGE, "the session's path is too long");
}

static char *field(struct person_file *p, size_t i)
{
	return (char *)p + lines[i].offset;
}

/* Printable, no blank: what stands in a header or a URL may hold nothing else. */
static bool take_line(struct person_file *ret, char *line)
{
	char *value = strchr(line, ' ');

	line[strcspn(line, "\r\n")] = '\0';
	if (value == NULL)
		return false;
	*value++ = '\0';
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		if (strcmp(lines[i].key, line) != 0)
			continue;
		for (const char *c = value; *c != '\0'; c++) {
			if (*c <= ' ' || *c >= 0x7F)
				return false;
		}
		return (size_t)snprintf(field(ret, i), lines[i].size, "%s", value) < lines[i].size;
	}
	return false;
}

enum err person_file_read(struct person_file *ret, struct err_info *info)
{
	char path[PATH_SIZE], line[LINE_SIZE];
	enum err e = person_file_path(path, sizeof(path), info);
	bool sound = true;
	struct stat st;
	FILE *f;
	int fd;

	*ret = (struct person_file){0};
	if (e != ERR_OK)
		return e;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	/* HOME may still be another user's (setpriv, sudo -u): what we may not look at is not ours. */
	if (fd < 0)
		return err_fail_errno(info,
				      errno == ENOENT || errno == ENOTDIR || errno == EACCES
					      ? ERR_NOT_FOUND
					      : ERR_DENIED,
				      "%s", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
	    st.st_uid != geteuid()) {
		close(fd);
		return err_fail(info, ERR_DENIED,
				"%s must be a file of yours with mode 0600; remove it and log in "
				"again",
				path);
	}
	f = fdopen(fd, "r");
	if (f == NULL) {
		close(fd);
		return err_fail_errno(info, ERR_IO, "%s", path);
	}
	while (sound && fgets(line, sizeof(line), f) != NULL)
		sound = take_line(ret, line);
	explicit_bzero(line, sizeof(line));
	fclose(f);
	return sound && ret->token[0] != '\0' && ret->collector[0] != '\0'
		       ? ERR_OK
		       : err_fail(info, ERR_CORRUPT, "%s is damaged; log in again", path);
}

enum err person_file_write(const struct person_file *p, struct err_info *info)
{
	struct buf text CLEANUP(buf_release) = {0};
	struct person_file copy = *p;
	char path[PATH_SIZE];
	enum err e = person_file_path(path, sizeof(path), info);

	if (e == ERR_OK)
		e = tree_make_folders(path, info);
	buf_init(&text, sizeof(copy) + 100);
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		if (field(&copy, i)[0] != '\0')
			buf_printf(&text, "%s %s\n", lines[i].key, field(&copy, i));
	}
	if (e == ERR_OK)
		e = output_write_file(path, buf_slice(&text), 0600, true, info);
	explicit_bzero(&copy, sizeof(copy));
	explicit_bzero(text.data, text.len);
	return e;
}

enum err person_file_remove(struct err_info *info)
{
	char path[PATH_SIZE];
	enum err e = person_file_path(path, sizeof(path), info);

	if (e != ERR_OK || unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
		return e;
	return err_fail_errno(info, ERR_IO, "remove %s", path);
}
