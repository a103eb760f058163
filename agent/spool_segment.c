#include "agent/spool_segment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/parse.h"

static const uint32_t record_magic = 0x32474956; /* "VIG2" */
enum { FLAG_GAP = 1, FLAG_CHANGED = 2 };

struct record_head {
	uint32_t magic, length;
	uint64_t seq, to;
	uint32_t flags, crc; /* of the head without it, and the text */
};
_Static_assert(sizeof(struct record_head) == 32, "the record's head on disk");

/* CRC-32 (IEEE 802.3), by nibbles: a few hundred bytes a record. */
static uint32_t crc32_add(uint32_t c, const void *bytes, size_t n)
{
	static const uint32_t nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
					    0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
					    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
					    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	const unsigned char *p = bytes;

	c = ~c;
	for (size_t i = 0; i < n; i++) {
		c ^= p[i];
		c = nibble[c & 15] ^ (c >> 4);
		c = nibble[c & 15] ^ (c >> 4);
	}
	return ~c;
}

static uint32_t crc_of(const struct record_head *h, struct slice text)
{
	return crc32_add(crc32_add(0, h, offsetof(struct record_head, crc)), text.p, text.n);
}

void segment_path(const char *folder, const char *boot, uint64_t number, char dst[SPOOL_PATH_SIZE])
{
	snprintf(dst, SPOOL_PATH_SIZE, "%s/%s-%012llu.seg", folder, boot,
		 (unsigned long long)number);
}

static struct spool_segment *new_segment(const char *path, const char *boot, uint64_t number,
					 int fd)
{
	struct spool_segment *g = mem_calloc(1, sizeof(*g));

	snprintf(g->boot, sizeof(g->boot), "%s", boot);
	g->path = mem_strdup(path);
	g->number = number;
	g->fd = fd;
	return g;
}

enum err segment_create(const char *folder, const char *boot, uint64_t number,
			struct spool_segment **ret, struct err_info *info)
{
	char path[SPOOL_PATH_SIZE];
	int fd;

	segment_path(folder, boot, number, path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "open %s",
				      path);
	*ret = new_segment(path, boot, number, fd);
	return ERR_OK;
}

void segment_free(struct spool_segment *g)
{
	if (g == NULL)
		return;
	segment_rest(g);
	free(g->path);
	free(g->records);
	free(g);
}

bool segment_wake(struct spool_segment *g)
{
	if (g->fd < 0)
		g->fd = open(g->path, O_RDWR | O_CLOEXEC);
	return g->fd >= 0;
}

void segment_rest(struct spool_segment *g)
{
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
}

static void add_record(struct spool_segment *g, struct spool_record r)
{
	g->records = mem_grow(g->records, g->count, &g->cap, sizeof(*g->records));
	g->records[g->count++] = r;
}

/* --- reading ---------------------------------------------------------------------------------------------- */

/* Walks the file; stops at the first record that is torn or damaged and cuts it there. */
static void scan(struct spool_segment *g, int64_t size)
{
	char text[SPOOL_RECORD_MAX];
	struct record_head h;
	int64_t at = 0;

	while (at + (int64_t)sizeof(h) <= size) {
		int64_t text_at = at + (int64_t)sizeof(h);

		if (pread(g->fd, &h, sizeof(h), at) != (ssize_t)sizeof(h) ||
		    h.magic != record_magic || h.length > SPOOL_RECORD_MAX || h.to < h.seq ||
		    pread(g->fd, text, h.length, text_at) != (ssize_t)h.length ||
		    crc_of(&h, (struct slice){text, h.length}) != h.crc)
			break;
		add_record(g, (struct spool_record){.seq = h.seq,
						    .to = h.to,
						    .offset = (uint32_t)text_at,
						    .length = h.length,
						    .is_gap = h.flags & FLAG_GAP,
						    .changed = h.flags & FLAG_CHANGED});
		at = text_at + h.length;
	}
	if (at < size && ftruncate(g->fd, at) != 0)
		at = size; /* it will be cut at the next start */
	g->bytes = at;
}

struct spool_segment *segment_read(const char *folder, const char *name)
{
	const char *dash = strrchr(name, '-'), *dot = strrchr(name, '.');
	char path[SPOOL_PATH_SIZE], boot[SPOOL_BOOT_SIZE];
	struct spool_segment *g;
	struct stat st;
	int64_t number;
	int fd;

	if (dash == NULL || dot == NULL || dot < dash || strcmp(dot, ".seg") != 0 ||
	    dash - name >= SPOOL_BOOT_SIZE ||
	    parse_i64((struct slice){dash + 1, (size_t)(dot - dash - 1)}, 0, INT64_MAX, &number) !=
		    ERR_OK)
		return NULL;
	snprintf(boot, sizeof(boot), "%.*s", (int)(dash - name), name);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return NULL;
	}
	g = new_segment(path, boot, (uint64_t)number, fd);
	scan(g, st.st_size);
	segment_rest(g);
	return g;
}

bool segment_text(const struct spool_segment *g, const struct spool_record *r,
		  char dst[SPOOL_RECORD_MAX + 1])
{
	if (pread(g->fd, dst, r->length, r->offset) != (ssize_t)r->length)
		return false;
	dst[r->length] = '\0';
	return true;
}

/* --- writing ---------------------------------------------------------------------------------------------- */

/* Where the text lies is filled into `r`. */
static bool write_record(int fd, int64_t at, struct spool_record *r, struct slice text)
{
	struct {
		struct record_head head;
		char text[SPOOL_RECORD_MAX];
	} whole;
	size_t n = sizeof(whole.head) + text.n;

	whole.head = (struct record_head){.magic = record_magic,
					  .length = (uint32_t)text.n,
					  .seq = r->seq,
					  .to = r->to,
					  .flags = (r->is_gap ? FLAG_GAP : 0u) |
						   (r->changed ? FLAG_CHANGED : 0u)};
	whole.head.crc = crc_of(&whole.head, text);
	memcpy(whole.text, text.p, text.n);
	errno = ENOSPC; /* what a short write means */
	if (pwrite(fd, &whole, n, at) != (ssize_t)n)
		return false;
	r->offset = (uint32_t)(at + (int64_t)sizeof(whole.head));
	r->length = (uint32_t)text.n;
	return true;
}

enum err segment_append(struct spool_segment *g, struct spool_record r, struct slice text,
			struct err_info *info)
{
	if (text.n > SPOOL_RECORD_MAX)
		return err_fail(info, ERR_TOO_LARGE, "a result of %zu bytes", text.n);
	if (!segment_wake(g))
		return err_fail_errno(info, ERR_IO, "open %s", g->path);
	/* What a failed write left fails its CRC and is overwritten by the next one. */
	if (!write_record(g->fd, g->bytes, &r, text))
		return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO,
				      "write to the spool");
	add_record(g, r);
	g->bytes = (int64_t)r.offset + r.length;
	return ERR_OK;
}

void segment_note_gap(struct spool_segment *g, uint64_t from, uint64_t to)
{
	struct spool_record *last = g->count > g->first ? &g->records[g->count - 1] : NULL;

	if (last != NULL && last->is_gap && last->to + 1 == from && !last->sent)
		last->to = to;
	else
		add_record(g, (struct spool_record){.seq = from, .to = to, .is_gap = true});
}

bool segment_has_unchanged(const struct spool_segment *g)
{
	for (size_t i = g->first; i < g->count; i++) {
		if (!g->records[i].is_gap && !g->records[i].changed)
			return true;
	}
	return false;
}

bool segment_has_results(const struct spool_segment *g)
{
	for (size_t i = g->first; i < g->count; i++) {
		if (!g->records[i].is_gap)
			return true;
	}
	return false;
}

/* A result that is kept goes to the new file as it is; all else widens the gap that stands for it. */
static bool copy_thinned(const struct spool_segment *g, struct spool_segment *to,
			 const char *reason, struct err_info *info)
{
	char text[SPOOL_RECORD_MAX + 1];

	for (size_t i = g->first; i < g->count;) {
		struct spool_record r = g->records[i];
		bool kept = !r.is_gap && r.changed && segment_text(g, &r, text);

		for (i++; !kept && i < g->count; i++) {
			if (!g->records[i].is_gap && g->records[i].changed)
				break;
			r.to = g->records[i].to;
		}
		if (!kept) {
			r.is_gap = true;
			r.changed = r.sent = false;
		}
		if (segment_append(to, r, kept ? (struct slice){text, r.length} : slice_of(reason),
				   info) != ERR_OK)
			return false;
	}
	return true;
}

enum err segment_thin(const char *folder, struct spool_segment *g, const char *reason,
		      struct err_info *info)
{
	char path[SPOOL_PATH_SIZE], beside[SPOOL_PATH_SIZE + 8];
	struct spool_segment *to;
	bool ok;

	segment_path(folder, g->boot, g->number, path);
	snprintf(beside, sizeof(beside), "%s.new", path);
	to = new_segment(path, g->boot, g->number,
			 open(beside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
	*info = (struct err_info){0};
	ok = to->fd >= 0 && segment_wake(g) && copy_thinned(g, to, reason, info) &&
	     fdatasync(to->fd) == 0 && rename(beside, path) == 0;
	if (!ok) {
		enum err e = err_fail_errno(info, ERR_IO, "write %s", beside);

		unlink(beside);
		segment_free(to);
		return e;
	}
	segment_rest(g);
	free(g->path);
	free(g->records);
	*g = *to;
	free(to);
	return ERR_OK;
}

void segment_collapse(struct spool_segment *g, uint64_t from, const char *reason)
{
	struct spool_record gap = {.seq = from, .to = from, .is_gap = true};
	struct err_info info;

	if (g->count > g->first)
		gap.to = g->records[g->count - 1].to;
	g->count = g->first = g->unsent = 0;
	g->bytes = 0;
	/* The power may fail between the two, or the disk stay full: then only the memory knows of the gap, and the
	 * collector gives the hole up when batches lie above it. */
	if (!segment_wake(g) || ftruncate(g->fd, 0) != 0 ||
	    segment_append(g, gap, slice_of(reason), &info) != ERR_OK)
		add_record(g, gap);
}
