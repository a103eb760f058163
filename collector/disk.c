#include "collector/disk.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { CALM_LOOKS = 5 };

static void path_of(const struct disk *d, char path[static 4200])
{
	snprintf(path, 4200, "%s/ballast", d->folder);
}

static void measure(struct disk *d)
{
	struct statvfs v;

	d->free = statvfs(d->folder, &v) == 0 ? (int64_t)v.f_bavail * (int64_t)v.f_frsize : -1;
}

/* Really allocated: a sparse file would give nothing back. Half a ballast is none. */
static bool make_ballast(struct disk *d)
{
	char path[4200];
	struct stat st;
	bool ok;
	int fd;

	if (d->ballast == 0)
		return true;
	path_of(d, path);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = fstat(fd, &st) == 0 &&
	     ((st.st_size == d->ballast && st.st_blocks * 512 >= d->ballast) ||
	      (ftruncate(fd, 0) == 0 && posix_fallocate(fd, 0, d->ballast) == 0));
	close(fd);
	if (!ok)
		unlink(path);
	return ok;
}

void disk_open(struct disk *d, const char *folder, int64_t ballast, int64_t reserve)
{
	*d = (struct disk){.ballast = ballast, .reserve = reserve};
	snprintf(d->folder, sizeof(d->folder), "%s", folder);
	d->has_ballast = make_ballast(d);
	measure(d);
	d->full = !d->has_ballast || (d->free >= 0 && d->free < d->reserve);
}

void disk_look(struct disk *d)
{
	measure(d);
	if (!d->full) {
		d->full = d->free >= 0 && d->free < d->reserve;
		d->calm = 0;
		return;
	}
	if (d->free < 2 * d->reserve + (d->has_ballast ? 0 : d->ballast)) {
		d->calm = 0;
		return;
	}
	if (++d->calm < CALM_LOOKS)
		return;
	d->has_ballast = d->has_ballast || make_ballast(d);
	d->full = !d->has_ballast;
	d->calm = 0;
}

bool disk_refused(struct disk *d)
{
	char path[4200];

	d->full = true;
	d->calm = 0;
	if (!d->has_ballast || d->ballast == 0)
		return false;
	d->has_ballast = false;
	path_of(d, path);
	return unlink(path) == 0;
}
