#include "collector/undo_slot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

enum { HEADER_MAX = 256 * 1024, PATH_SIZE = 4096 };

struct slot_page {
	uint32_t armed; /* written last, cleared first */
	uint32_t size;
	char path[PATH_SIZE];
	unsigned char header[HEADER_MAX];
};

struct undo_slot {
	struct slot_page *page;
};

static enum err restore(struct slot_page *page, struct err_info *info)
{
	int fd = open(page->path, O_RDWR | O_CLOEXEC);
	bool ok;

	if (fd < 0) { /* the file is gone: nothing to mend */
		page->armed = 0;
		return ERR_OK;
	}
	ok = page->size <= HEADER_MAX &&
	     pwrite(fd, page->header, page->size, 0) == (ssize_t)page->size && fdatasync(fd) == 0;
	close(fd);
	if (!ok)
		return err_fail_errno(info, ERR_IO, "restoring the header of %s", page->path);
	__atomic_store_n(&page->armed, 0, __ATOMIC_RELEASE);
	return ERR_OK;
}

enum err undo_slot_open(const char *folder, struct undo_slot **ret, bool *ret_restored,
			struct err_info *info)
{
	char path[PATH_SIZE];
	struct undo_slot *s;
	enum err e = ERR_OK;
	void *p;
	int fd;

	snprintf(path, sizeof(path), "%s/undo.slot", folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", path);
	/* A store into a page that the full disk has no room for would kill us. */
	if ((errno = posix_fallocate(fd, 0, sizeof(struct slot_page))) != 0) {
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "allocate %s",
				   path);
		close(fd);
		return e;
	}
	p = mmap(NULL, sizeof(struct slot_page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return err_fail_errno(info, ERR_IO, "mmap %s", path);
	s = mem_calloc(1, sizeof(*s));
	s->page = p;
	*ret_restored = s->page->armed != 0;
	s->page->path[PATH_SIZE - 1] = '\0';
	if (*ret_restored)
		e = restore(s->page, info);
	if (e != ERR_OK) {
		undo_slot_close(s);
		return e;
	}
	*ret = s;
	return ERR_OK;
}

void undo_slot_close(struct undo_slot *s)
{
	if (s == NULL)
		return;
	munmap(s->page, sizeof(*s->page));
	free(s);
}

enum err undo_slot_arm(struct undo_slot *s, const char *path, size_t header_size,
		       struct err_info *info)
{
	int fd;
	bool ok;

	if (header_size > HEADER_MAX || strlen(path) >= PATH_SIZE)
		return err_fail(info, ERR_TOO_LARGE, "%s: header or path too long", path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", path);
	ok = pread(fd, s->page->header, header_size, 0) == (ssize_t)header_size;
	close(fd);
	if (!ok)
		return err_fail(info, ERR_CORRUPT, "%s is shorter than its header", path);
	s->page->size = (uint32_t)header_size;
	snprintf(s->page->path, PATH_SIZE, "%s", path);
	__atomic_store_n(&s->page->armed, 1, __ATOMIC_RELEASE);
	return ERR_OK;
}

void undo_slot_disarm(struct undo_slot *s)
{
	__atomic_store_n(&s->page->armed, 0, __ATOMIC_RELEASE);
}
