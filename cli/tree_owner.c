#include "cli/tree_owner.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/tree.h"

enum { PATH_SIZE = 4200, NAME_SIZE = 34, MODE_MAX = 0755 };

/* --- as text -------------------------------------------------------------------------------------- */

static enum err put_line(const char *original, const char *relative, struct buf *out,
			 struct err_info *info)
{
	char path[2 * PATH_SIZE];
	const struct passwd *user;
	const struct group *group;
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", original, relative);
	if (lstat(path, &st) != 0)
		return errno == ENOENT ? ERR_OK : err_fail_errno(info, ERR_IO, "%s", path);
	buf_printf(out, "%04o ", (unsigned)st.st_mode & 07777);
	user = getpwuid(st.st_uid);
	if (user != NULL)
		buf_puts(out, user->pw_name);
	else
		buf_printf(out, "%u", (unsigned)st.st_uid);
	group = getgrgid(st.st_gid);
	if (group != NULL)
		buf_printf(out, ":%s", group->gr_name);
	else
		buf_printf(out, ":%u", (unsigned)st.st_gid);
	buf_printf(out, " %s\n", relative);
	return ERR_OK;
}

/* The folders above `path` that are not above `before` as well. */
static enum err put_folders(const char *original, const char *path, const char *before,
			    struct buf *out, struct err_info *info)
{
	char part[PATH_SIZE];
	enum err e = ERR_OK;

	for (const char *slash = strchr(path, '/'); e == ERR_OK && slash != NULL;
	     slash = strchr(slash + 1, '/')) {
		size_t n = (size_t)(slash - path);

		if (strncmp(path, before, n + 1) == 0)
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)n, path);
		e = put_line(original, part, out, info);
	}
	return e;
}

enum err tree_owner_put(const char *copy, const char *original, struct buf *out,
			struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	enum err e = tree_list(copy, NULL, &t, info);

	for (size_t i = 0; e == ERR_OK && i < t.count; i++) {
		e = put_folders(original, t.paths[i], i > 0 ? t.paths[i - 1] : "", out, info);
		if (e == ERR_OK)
			e = put_line(original, t.paths[i], out, info);
	}
	if (e == ERR_OK)
		e = put_line(original, ".", out, info);
	if (e == ERR_OK && !buf_is_ok(out))
		e = err_fail(info, ERR_TOO_LARGE, "the list of owners is too long");
	return e;
}

/* --- and back ------------------------------------------------------------------------------------- */

struct line {
	unsigned mode;
	char user[NAME_SIZE], group[NAME_SIZE], path[PATH_SIZE];
};

static bool leads_out(const char *path)
{
	if (path[0] == '/')
		return true;
	for (const char *p = path; p != NULL; p = strchr(p, '/')) {
		p += *p == '/';
		if (strcmp(p, "..") == 0 || strncmp(p, "../", 3) == 0 || *p == '/' || *p == '\0')
			return true;
	}
	return false;
}

/* Takes the text up to `end` off *rest; false if there is none or it does not fit. */
static bool take_word(const char **rest, char end, char *dst, size_t size)
{
	const char *stop = strchr(*rest, end);
	size_t n = stop != NULL ? (size_t)(stop - *rest) : 0;

	if (n == 0 || n >= size)
		return false;
	memcpy(dst, *rest, n);
	dst[n] = '\0';
	*rest = stop + 1;
	return true;
}

static bool parse_mode(const char *word, unsigned *ret)
{
	*ret = 0;
	for (; *word >= '0' && *word <= '7'; word++)
		*ret = *ret * 8 + (unsigned)(*word - '0');
	return *word == '\0';
}

static enum err read_line(const char *text, size_t n, struct line *ret, struct err_info *info)
{
	char copy[PATH_SIZE + 2 * NAME_SIZE + 16], mode[5];
	const char *rest = copy;

	snprintf(copy, sizeof(copy), "%.*s", (int)n, text);
	if (n >= sizeof(copy) || !take_word(&rest, ' ', mode, sizeof(mode)) ||
	    !parse_mode(mode, &ret->mode) || !take_word(&rest, ':', ret->user, sizeof(ret->user)) ||
	    !take_word(&rest, ' ', ret->group, sizeof(ret->group)) || strlen(rest) >= PATH_SIZE ||
	    leads_out(rest))
		return err_fail(info, ERR_CORRUPT, "'%.80s' is no line of a list of owners", copy);
	memcpy(ret->path, rest, strlen(rest) + 1);
	return ERR_OK;
}

/* (uid_t)-1 leaves it as it is. */
static bool find_owner(const struct line *l, uid_t *ret_user, gid_t *ret_group)
{
	const struct passwd *user = getpwnam(l->user);
	const struct group *group = getgrnam(l->group);

	*ret_user = user != NULL ? user->pw_uid : (uid_t)-1;
	*ret_group = group != NULL ? group->gr_gid : (gid_t)-1;
	return user != NULL && group != NULL;
}

static enum err give(const char *folder, const char *relative, const struct line *l,
		     struct err_info *info)
{
	char path[2 * PATH_SIZE];
	uid_t user;
	gid_t group;

	snprintf(path, sizeof(path), "%s/%s", folder, relative);
	find_owner(l, &user, &group);
	if (geteuid() == 0 && fchownat(AT_FDCWD, path, user, group, AT_SYMLINK_NOFOLLOW) != 0)
		return err_fail_errno(info, ERR_IO, "chown %s", path);
	return ERR_OK;
}

/* All that has no line of its own: what the restore itself made. */
static enum err give_all(const char *folder, const struct line *l, struct err_info *info)
{
	struct tree t CLEANUP(tree_release) = {0};
	enum err e = tree_list(folder, NULL, &t, info);

	for (size_t i = 0; e == ERR_OK && i < t.count; i++)
		e = give(folder, t.paths[i], l, info);
	return e;
}

static enum err apply_line(const char *folder, const struct line *l, struct err_info *info)
{
	char path[2 * PATH_SIZE];
	enum err e;

	snprintf(path, sizeof(path), "%s/%s", folder, l->path);
	if (access(path, F_OK) != 0)
		return ERR_OK;
	e = give(folder, l->path, l, info);
	if (e == ERR_OK && chmod(path, (mode_t)(l->mode & MODE_MAX)) != 0)
		e = err_fail_errno(info, ERR_IO, "chmod %s", path);
	return e;
}

static bool is_given(const char *folder, const struct line *l)
{
	struct stat st;
	uid_t user;
	gid_t group;

	return find_owner(l, &user, &group) && stat(folder, &st) == 0 && st.st_uid == user &&
	       st.st_gid == group;
}

/* The last line that names the folder itself. */
static enum err read_own_line(const char *text, struct line *ret, struct err_info *info)
{
	const char *end = text + strlen(text), *start;

	if (end == text || end[-1] != '\n')
		return err_fail(info, ERR_CORRUPT, "the list of owners is cut short");
	start = memrchr(text, '\n', (size_t)(end - 1 - text));
	start = start != NULL ? start + 1 : text;
	if (read_line(start, (size_t)(end - 1 - start), ret, info) != ERR_OK)
		return ERR_CORRUPT;
	return strcmp(ret->path, ".") == 0
		       ? ERR_OK
		       : err_fail(info, ERR_CORRUPT, "the list of owners is cut short");
}

enum err tree_owner_apply(const char *folder, const char *text, char ret_owner[TREE_OWNER_SIZE],
			  struct err_info *info)
{
	struct line own, l;
	enum err e = read_own_line(text, &own, info);

	ret_owner[0] = '\0';
	if (e == ERR_OK)
		e = give_all(folder, &own, info);
	for (const char *p = text, *end; e == ERR_OK && *p != '\0'; p = end + 1) {
		end = strchr(p, '\n');
		e = read_line(p, (size_t)(end - p), &l, info);
		if (e == ERR_OK)
			e = apply_line(folder, &l, info);
	}
	if (e == ERR_OK && !is_given(folder, &own))
		snprintf(ret_owner, TREE_OWNER_SIZE, "%s:%s", own.user, own.group);
	return e;
}
