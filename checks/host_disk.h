/* host_disk.h - file systems by their paths: space, inodes, whether they may be written. The calls may block (a hung network
 * file system, a dying disk), so all is one job. Whether a file system is read-only is asked of the file system itself, not
 * of the mount: a hardened unit of systemd sees its whole machine through read-only mounts. */
#ifndef VIGIA_CHECKS_HOST_DISK_H
#define VIGIA_CHECKS_HOST_DISK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/slice.h"
#include "base/verdict.h"
#include "checks/check.h"

enum { HOST_PATH_MAX = 512, HOST_DISK_DETAIL = 160 };

/* One line of mountinfo (proc(5)). Slices borrow the text; `point` is decoded. */
struct host_mount {
	char point[HOST_PATH_MAX];
	struct slice type, source;
	bool read_only; /* the file system, not this mount of it */
};
/* The mount on which `path` (absolute, without links) lies: the longest point, the last of those that cover one another.
 * false if the text names none. */
bool host_disk_find_mount(struct slice mountinfo, const char *path, struct host_mount *ret)
	NONNULL(2, 3) MUST_CHECK;

/* The worst of all, micro; MICRO_NONE where nothing could be measured. */
struct host_disk_figures {
	int64_t used, free, inodes_used, read_only;
};
struct host_disk_job {
	struct check_job job;
	char *proc, *disks, *mounts; /* copies; the latter two lists of PARAM_TYPE_LIST */
	bool read_only_is_wanted;

	struct host_disk_figures figures;
	enum outcome outcome; /* OUTCOME_OK, or the first trouble */
	char detail[HOST_DISK_DETAIL]; /* of the trouble, else which one is the fullest */
};
struct host_disk_job *host_disk_job_new(const char *proc, const char *disks, const char *mounts,
					bool read_only_is_wanted) NONNULL_ALL;

#endif
