#include "checks/host_disk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/mem.h"
#include "base/micro.h"
#include "base/param.h"
#include "checks/host_proc.h"

/* --- mountinfo ----------------------------------------------------------------------------------------- */

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Blanks, line ends and backslashes stand as \040. */
static bool decode_path(struct slice s, char *dst, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const char *c = s.p + i;

		if (n + 1 >= size)
			return false;
		if (c[0] == '\\' && i + 3 < s.n && is_octal(c[1]) && is_octal(c[2]) &&
		    is_octal(c[3])) {
			dst[n++] = (char)((c[1] - '0') * 64 + (c[2] - '0') * 8 + (c[3] - '0'));
			i += 3;
		} else {
			dst[n++] = c[0];
		}
	}
	dst[n] = '\0';
	return n > 0 && strlen(dst) == n;
}

static bool is_read_only(struct slice options)
{
	return options.n >= 2 && memcmp(options.p, "ro", 2) == 0 &&
	       (options.n == 2 || options.p[2] == ',');
}

/* "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue" */
static bool read_mount(struct slice line, struct host_mount *ret)
{
	struct slice field, options;

	for (int i = 0; i < 4; i++) { /* id, parent, device, root */
		if (!host_next_word(&line, &field))
			return false;
	}
	if (!host_next_word(&line, &field) || !decode_path(field, ret->point, sizeof(ret->point)))
		return false;
	do {
		if (!host_next_word(&line, &field))
			return false;
	} while (!slice_is(field, "-"));
	if (!host_next_word(&line, &ret->type) || !host_next_word(&line, &ret->source) ||
	    !host_next_word(&line, &options))
		return false;
	ret->read_only = is_read_only(options);
	return true;
}

/* Length of `point` if `path` lies on or below it, else 0. */
static size_t covers(const char *point, const char *path)
{
	size_t n = strlen(point);

	if (n == 1 && point[0] == '/')
		return 1;
	return strncmp(point, path, n) == 0 && (path[n] == '/' || path[n] == '\0') ? n : 0;
}

bool host_disk_find_mount(struct slice mountinfo, const char *path, struct host_mount *ret)
{
	struct slice line;
	size_t best = 0;

	while (host_next_line(&mountinfo, &line)) {
		struct host_mount m;

		if (!read_mount(line, &m) || covers(m.point, path) < best ||
		    covers(m.point, path) == 0)
			continue;
		best = covers(m.point, path);
		*ret = m;
	}
	return best > 0;
}

/* --- the job: in a thread of its own ---------------------------------------------------------------------- */

static void trouble(struct host_disk_job *j, enum outcome o, const char *what, const char *path)
{
	if (j->outcome != OUTCOME_OK)
		return; /* the first is told */
	j->outcome = o;
	snprintf(j->detail, sizeof(j->detail), "%.*s: %s", HOST_DISK_DETAIL / 2, path, what);
}

static enum outcome outcome_of(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return OUTCOME_DEVICE_MISSING;
	case EACCES:
	case EPERM:
		return OUTCOME_RIGHT_MISSING;
	default:
		return OUTCOME_DISK_FAILED;
	}
}

/* Used as df tells it: without what is kept for root. */
static void count_space(struct host_disk_job *j, const struct statvfs *v, const char *path)
{
	uint64_t used = v->f_blocks > v->f_bfree ? v->f_blocks - v->f_bfree : 0;
	uint64_t inodes = v->f_files > v->f_ffree ? v->f_files - v->f_ffree : 0;
	struct host_disk_figures *f = &j->figures;
	int64_t share, left;

	if (used + v->f_bavail > 0) {
		share = host_share(used, used + v->f_bavail);
		__extension__ unsigned __int128 bytes = v->f_bavail;

		bytes *= v->f_frsize;
		left = host_micro(bytes > UINT64_MAX ? UINT64_MAX : (uint64_t)bytes);
		if (f->free == MICRO_NONE || left < f->free)
			f->free = left;
		if (share > f->used) { /* MICRO_NONE is the least */
			f->used = share;
			if (j->outcome == OUTCOME_OK)
				snprintf(j->detail, sizeof(j->detail), "%.*s %lld %%",
					 HOST_DISK_DETAIL / 2, path, (long long)(share / 10000));
		}
	}
	if (v->f_files > 0 && inodes + v->f_favail > 0) { /* some file systems count none */
		share = host_share(inodes, inodes + v->f_favail);
		f->inodes_used = share > f->inodes_used ? share : f->inodes_used;
	}
}

static void measure(struct host_disk_job *j, struct slice mountinfo, const char *path,
		    bool is_mount)
{
	char *real = realpath(path, NULL);
	struct host_mount m;
	struct statvfs v;

	if (real == NULL || statvfs(real, &v) != 0) {
		/* strerror's buffer is the loop's thread's as well */
		trouble(j, outcome_of(errno), strerrordesc_np(errno), path);
	} else if (!host_disk_find_mount(mountinfo, real, &m)) {
		trouble(j, OUTCOME_SOURCE_MISSING, "not in the list of mounts", path);
	} else if (is_mount && strcmp(m.point, real) != 0) {
		trouble(j, OUTCOME_DEVICE_MISSING, "nothing is mounted here", path);
	} else {
		if (m.read_only && !j->read_only_is_wanted)
			trouble(j, OUTCOME_DISK_READ_ONLY, "read-only", path);
		j->figures.read_only += m.read_only ? MICRO : 0;
		count_space(j, &v, path);
	}
	free(real);
}

static void measure_list(struct host_disk_job *j, struct slice mountinfo, const char *list,
			 bool are_mounts)
{
	struct slice rest = slice_of(list), item;
	char path[PARAM_ITEM_MAX + 1];

	while (param_next_item(&rest, &item)) {
		snprintf(path, sizeof(path), "%.*s", (int)item.n, item.p);
		measure(j, mountinfo, path, are_mounts);
	}
}

static void work(struct check_job *job)
{
	struct host_disk_job *j = (struct host_disk_job *)job;
	struct buf mounts CLEANUP(buf_release);

	buf_init(&mounts, HOST_TEXT_MAX + (1 << 16));
	if (host_proc_read(j->proc, "self/mountinfo", &mounts) != ERR_OK) {
		trouble(j, OUTCOME_SOURCE_MISSING, "cannot be read", "self/mountinfo");
		return;
	}
	j->figures.read_only = 0;
	measure_list(j, buf_slice(&mounts), j->disks, false);
	measure_list(j, buf_slice(&mounts), j->mounts, true);
}

static void release(struct check_job *job)
{
	struct host_disk_job *j = (struct host_disk_job *)job;

	free(j->proc);
	free(j->disks);
	free(j->mounts);
	free(j);
}

struct host_disk_job *host_disk_job_new(const char *proc, const char *disks, const char *mounts,
					bool read_only_is_wanted)
{
	struct host_disk_job *j = mem_calloc(1, sizeof(*j));

	j->job = (struct check_job){work, release};
	j->proc = mem_strdup(proc);
	j->disks = mem_strdup(disks);
	j->mounts = mem_strdup(mounts);
	j->read_only_is_wanted = read_only_is_wanted;
	j->figures = (struct host_disk_figures){MICRO_NONE, MICRO_NONE, MICRO_NONE, MICRO_NONE};
	j->outcome = OUTCOME_OK;
	return j;
}
