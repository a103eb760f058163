#include "cli/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "cli/output.h"

enum { PATH_SIZE = 4200, SUMS_MAX = 256 << 20 };
static const char sums_name[] = "SHA256SUMS";

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool has_control(const char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7F || *text == '\\')
			return true;
	}
	return false;
}

static enum err add(struct tree *t, const char *relative, struct err_info *info)
{
	if (has_control(relative))
		return err_fail(info, ERR_SYNTAX,
				"a file's name holds a control character or a backslash: %s; "
				"rename it",
				relative);
	if (t->count >= TREE_FILES_MAX)
		return err_fail(info, ERR_TOO_LARGE, "more than %d files", TREE_FILES_MAX);
	t->paths = mem_grow(t->paths, t->count, &t->cap, sizeof(*t->paths));
	t->paths[t->count++] = mem_strdup(relative);
	return ERR_OK;
}

static enum err take_entry(struct tree *t, const FTSENT *x, size_t skip,
			   bool (*wanted)(const char *), struct err_info *info)
{
	const char *relative = x->fts_pathlen > skip ? x->fts_path + skip : "";
	struct stat st;

	switch (x->fts_info) {
	case FTS_SL:
		if (stat(x->fts_path, &st) == 0 && S_ISDIR(st.st_mode))
			return err_fail(
				info, ERR_UNSUPPORTED,
				"%s is a link to a folder, which would be left out; mount the "
				"folder there instead (mount --bind)",
				x->fts_path);
		if (stat(x->fts_path, &st) != 0 || !S_ISREG(st.st_mode))
			return ERR_OK;
		return wanted == NULL || wanted(relative) ? add(t, relative, info) : ERR_OK;
	case FTS_F:
		return wanted == NULL || wanted(relative) ? add(t, relative, info) : ERR_OK;
	case FTS_DNR:
	case FTS_ERR:
	case FTS_NS:
		errno = x->fts_errno;
		/* Gone since: small files are replaced all the time. */
		return errno == ENOENT && x->fts_level > 0
			       ? ERR_OK
			       : err_fail_errno(info, ERR_IO, "%s", x->fts_path);
	default:
		return ERR_OK;
	}
}

enum err tree_list(const char *folder, bool (*wanted)(const char *relative), struct tree *ret,
		   struct err_info *info)
{
	char root[PATH_SIZE];
	char *const roots[] = {root, NULL};
	enum err e = ERR_OK;
	FTSENT *x;
	FTS *f;

	*ret = (struct tree){0};
	snprintf(root, sizeof(root), "%s", folder);
	while (strlen(root) > 1 && root[strlen(root) - 1] == '/')
		root[strlen(root) - 1] = '\0';
	f = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (f == NULL)
		return err_fail_errno(info, ERR_IO, "%s", folder);
	while (e == ERR_OK && (x = fts_read(f)) != NULL)
		e = take_entry(ret, x, strlen(root) + 1, wanted, info);
	fts_close(f);
	if (e == ERR_OK && ret->count > 0)
		qsort(ret->paths, ret->count, sizeof(*ret->paths), by_name);
	return e;
}

void tree_release(struct tree *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->paths[i]);
	free(t->paths);
	*t = (struct tree){0};
}

enum err tree_make_folders(const char *path, struct err_info *info)
{
	char part[PATH_SIZE];

	snprintf(part, sizeof(part), "%s", path);
	for (char *slash = strchr(part + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO,
					      "mkdir %s", part);
		*slash = '/';
	}
	return ERR_OK;
}

static enum err pour(int from, int to, const char *path, struct err_info *info)
{
	char part[65536];
	ssize_t n;

	while ((n = read(from, part, sizeof(part))) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t done = 0; n > 0 && done < n;) {
			ssize_t w = write(to, part + done, (size_t)(n - done));

			if (w < 0 && errno != EINTR)
				return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO,
						      "write %s", path);
			done += w > 0 ? w : 0;
		}
	}
	return n < 0 ? err_fail_errno(info, ERR_IO, "read for %s", path) : ERR_OK;
}

enum err tree_copy(const char *from, const char *to, struct err_info *info)
{
	enum err e = tree_make_folders(to, info);
	int in, out;

	if (e != ERR_OK)
		return e;
	in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (in < 0 && errno == ELOOP)
		return err_fail(info, ERR_DENIED,
				"%s is a symbolic link; put the file there itself", from);
	if (in < 0)
		return err_fail_errno(info, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "open %s",
				      from);
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0)
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "open %s", to);
	else
		e = pour(in, out, to, info);
	close(in);
	if (out >= 0 && close(out) != 0 && e == ERR_OK)
		e = err_fail_errno(info, ERR_IO, "close %s", to);
	return e;
}

static bool is_not_sums(const char *relative)
{
	return strcmp(relative, sums_name) != 0;
}

enum err tree_write_sums(const char *folder, size_t *ret_files, uint64_t *ret_bytes,
			 struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	struct buf text CLEANUP(buf_release) = {0};
	char path[PATH_SIZE + 64], hex[SHA256_HEX_SIZE];
	enum err e = tree_list(folder, is_not_sums, &t, info);

	buf_init(&text, SUMS_MAX);
	*ret_bytes = 0;
	*ret_files = t.count;
	for (size_t i = 0; e == ERR_OK && i < t.count; i++) {
		struct sha256 digest;
		uint64_t size;

		snprintf(path, sizeof(path), "%s/%s", folder, t.paths[i]);
		e = sha256_of_file(path, &digest, &size, info);
		if (e != ERR_OK)
			break;
		sha256_hex(hex, &digest);
		*ret_bytes += size;
		buf_printf(&text, "%s  %s\n", hex, t.paths[i]);
	}
	if (e == ERR_OK && !buf_is_ok(&text))
		e = err_fail(info, ERR_TOO_LARGE, "the list of files is too long");
	if (e != ERR_OK)
		return e;
	snprintf(path, sizeof(path), "%s/%s", folder, sums_name);
	return output_write_file(path, buf_slice(&text), 0600, false, info);
}

static enum err check_line(const char *folder, char *line, const char *expected,
			   struct err_info *info)
{
	char path[PATH_SIZE], hex[SHA256_HEX_SIZE];
	struct sha256 digest;

	if (strlen(line) < SHA256_HEX_SIZE + 2 || strncmp(line + SHA256_HEX_SIZE - 1, "  ", 2) != 0)
		return err_fail(info, ERR_CORRUPT, "%s/%s: '%.80s' is no line of sha256sum", folder,
				sums_name, line);
	if (expected == NULL || strcmp(line + SHA256_HEX_SIZE + 1, expected) < 0)
		return err_fail(info, ERR_CORRUPT, "%s/%s is missing", folder,
				line + SHA256_HEX_SIZE + 1);
	if (strcmp(line + SHA256_HEX_SIZE + 1, expected) != 0)
		return err_fail(info, ERR_CORRUPT, "%s/%s is not on the list", folder, expected);
	snprintf(path, sizeof(path), "%s/%s", folder, expected);
	if (sha256_of_file(path, &digest, NULL, info) != ERR_OK)
		return ERR_CORRUPT;
	sha256_hex(hex, &digest);
	if (strncmp(hex, line, SHA256_HEX_SIZE - 1) != 0)
		return err_fail(info, ERR_CORRUPT, "%s is not what was backed up", path);
	return ERR_OK;
}

enum err tree_check_sums(const char *folder, size_t *ret_files, struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	char path[PATH_SIZE + 64], line[PATH_SIZE + SHA256_HEX_SIZE + 4];
	size_t at = 0;
	enum err e = tree_list(folder, is_not_sums, &t, info);
	FILE *f;

	if (e != ERR_OK)
		return e;
	snprintf(path, sizeof(path), "%s/%s", folder, sums_name);
	f = fopen(path, "re");
	if (f == NULL)
		return err_fail_errno(info, ERR_NOT_FOUND, "%s is no whole backup: %s", folder,
				      path);
	while (e == ERR_OK && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		e = check_line(folder, line, at < t.count ? t.paths[at] : NULL, info);
		at++;
	}
	fclose(f);
	if (e == ERR_OK && at < t.count)
		e = err_fail(info, ERR_CORRUPT, "%s/%s is not on the list", folder, t.paths[at]);
	*ret_files = at;
	return e;
}
