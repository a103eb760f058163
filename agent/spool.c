#include "agent/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/parse.h"

enum { SEGMENT_BYTES = 256 * 1024, RECORD_MAX = 16 * 1024, GAPS_MAX = 256, NAME_SIZE = 4200 };
static const uint32_t record_magic = 0x31474956; /* "VIG1" */

struct record_head {
	uint32_t magic, length;
	uint64_t seq;
	uint32_t crc, reserved;
};
_Static_assert(sizeof(struct record_head) == 24, "the record's head on disk");

struct record {
	uint64_t seq;
	uint32_t offset, length;
	bool sent;
};

/* A file of records of one start: BOOT-NNNNNNNN.seg */
struct segment {
	char boot[SPOOL_BOOT_SIZE];
	uint64_t number;
	int fd;
	int64_t bytes;
	struct record *records;
	size_t count, cap, first; /* first: those before are deleted */
	size_t unsent; /* nothing before this index is unsent */
};

struct spool {
	char folder[4096], boot[SPOOL_BOOT_SIZE];
	int64_t max_bytes, bytes;
	struct segment **segments; /* in the order of their numbers: oldest first */
	size_t count, cap;
	uint64_t next_number, waiting;
	struct spool_gap gaps[GAPS_MAX];
	size_t gap_count;
};

/* CRC-32 (IEEE 802.3), bitwise by nibbles: a few hundred bytes a record. */
static uint32_t crc32_of(struct slice s)
{
	static const uint32_t nibble[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac,
					    0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
					    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
					    0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
	uint32_t c = ~0u;

	for (size_t i = 0; i < s.n; i++) {
		c ^= (unsigned char)s.p[i];
		c = nibble[c & 15] ^ (c >> 4);
		c = nibble[c & 15] ^ (c >> 4);
	}
	return ~c;
}

static void name_of(const struct spool *s, const struct segment *g, char dst[NAME_SIZE])
{
	snprintf(dst, NAME_SIZE, "%s/%s-%012llu.seg", s->folder, g->boot,
		 (unsigned long long)g->number);
}

static void add_record(struct spool *s, struct segment *g, uint64_t seq, uint32_t offset,
		       uint32_t length)
{
	g->records = mem_grow(g->records, g->count, &g->cap, sizeof(*g->records));
	g->records[g->count++] = (struct record){.seq = seq, .offset = offset, .length = length};
	s->waiting++;
}

/* Walks a segment; stops at the first record that is torn or damaged and cuts the file there. */
static void scan(struct spool *s, struct segment *g, int64_t size)
{
	char body[RECORD_MAX];
	int64_t at = 0;

	while (at + (int64_t)sizeof(struct record_head) <= size) {
		struct record_head h;

		if (pread(g->fd, &h, sizeof(h), at) != (ssize_t)sizeof(h) ||
		    h.magic != record_magic || h.length > RECORD_MAX ||
		    pread(g->fd, body, h.length, at + (int64_t)sizeof(h)) != (ssize_t)h.length ||
		    crc32_of((struct slice){body, h.length}) != h.crc)
			break;
		add_record(s, g, h.seq, (uint32_t)(at + (int64_t)sizeof(h)), h.length);
		at += (int64_t)sizeof(h) + h.length;
	}
	if (at < size && ftruncate(g->fd, at) != 0)
		at = size; /* it will be cut at the next start */
	g->bytes = at;
	s->bytes += at;
}

static struct segment *add_segment(struct spool *s, const char *boot, uint64_t number, int fd)
{
	struct segment *g = mem_calloc(1, sizeof(*g));

	snprintf(g->boot, sizeof(g->boot), "%s", boot);
	g->number = number;
	g->fd = fd;
	s->segments = mem_grow(s->segments, s->count, &s->cap, sizeof(struct segment *));
	s->segments[s->count++] = g;
	if (number >= s->next_number)
		s->next_number = number + 1;
	return g;
}

static int by_number(const void *a, const void *b)
{
	const struct segment *x = *(struct segment *const *)a, *y = *(struct segment *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static void read_segment(struct spool *s, const char *name)
{
	const char *dash = strrchr(name, '-'), *dot = strrchr(name, '.');
	char path[NAME_SIZE], boot[SPOOL_BOOT_SIZE];
	struct stat st;
	int64_t number;
	int fd;

	if (dash == NULL || dot == NULL || dot < dash || dash - name >= SPOOL_BOOT_SIZE ||
	    parse_i64((struct slice){dash + 1, (size_t)(dot - dash - 1)}, 0, INT64_MAX, &number) !=
		    ERR_OK)
		return;
	snprintf(boot, sizeof(boot), "%.*s", (int)(dash - name), name);
	snprintf(path, sizeof(path), "%s/%s", s->folder, name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0) {
		if (fd >= 0)
			close(fd);
		return;
	}
	scan(s, add_segment(s, boot, (uint64_t)number, fd), st.st_size);
}

static void free_segment(struct segment *g)
{
	close(g->fd);
	free(g->records);
	free(g);
}

static void remove_segment(struct spool *s, size_t index)
{
	struct segment *g = s->segments[index];
	char path[NAME_SIZE];

	name_of(s, g, path);
	unlink(path);
	s->bytes -= g->bytes;
	memmove(&s->segments[index], &s->segments[index + 1],
		(s->count - index - 1) * sizeof(struct segment *));
	s->count--;
	free_segment(g);
}

enum err spool_open(const char *folder, int64_t max_bytes, const char *boot, struct spool **ret,
		    struct err_info *info)
{
	struct spool *s = mem_calloc(1, sizeof(*s));
	struct dirent *entry;
	DIR *d;

	snprintf(s->folder, sizeof(s->folder), "%s", folder);
	snprintf(s->boot, sizeof(s->boot), "%s", boot);
	s->max_bytes = max_bytes;
	d = mkdir(folder, 0700) == 0 || errno == EEXIST ? opendir(folder) : NULL;
	if (d == NULL) {
		free(s);
		return err_fail_errno(info, ERR_IO, "open %s", folder);
	}
	while ((entry = readdir(d)) != NULL) {
		if (strstr(entry->d_name, ".seg") != NULL)
			read_segment(s, entry->d_name);
	}
	closedir(d);
	if (s->count > 1)
		qsort(s->segments, s->count, sizeof(struct segment *), by_number);
	for (size_t i = s->count; i-- > 0;) {
		if (s->segments[i]->count == 0)
			remove_segment(s, i);
	}
	*ret = s;
	return ERR_OK;
}

void spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		free_segment(s->segments[i]);
	free(s->segments);
	free(s);
}

static struct segment *new_segment(struct spool *s, struct err_info *info)
{
	struct segment draft = {.number = s->next_number};
	char path[NAME_SIZE];
	int fd;

	snprintf(draft.boot, sizeof(draft.boot), "%s", s->boot);
	name_of(s, &draft, path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		err_ignore(err_fail_errno(info, ERR_IO, "open %s", path));
		return NULL;
	}
	return add_segment(s, s->boot, s->next_number, fd);
}

/* Full: the oldest segment goes, and what it held is a reported gap. */
static void make_room(struct spool *s)
{
	struct segment *g;

	while (s->bytes > s->max_bytes && s->count > 1) {
		g = s->segments[0];
		if (g->first < g->count && s->gap_count < GAPS_MAX) {
			struct spool_gap *gap = &s->gaps[s->gap_count++];

			snprintf(gap->boot, sizeof(gap->boot), "%s", g->boot);
			gap->from = g->records[g->first].seq;
			gap->to = g->records[g->count - 1].seq;
			gap->reason = "spool-full";
		}
		s->waiting -= g->count - g->first;
		remove_segment(s, 0);
	}
}

enum err spool_append(struct spool *s, uint64_t seq, struct slice json, struct err_info *info)
{
	struct record_head h = {.magic = record_magic,
				.length = (uint32_t)json.n,
				.seq = seq,
				.crc = crc32_of(json)};
	struct segment *g = s->count > 0 ? s->segments[s->count - 1] : NULL;
	struct buf bytes;
	ssize_t n;

	if (json.n > RECORD_MAX)
		return err_fail(info, ERR_TOO_LARGE, "a result of %zu bytes", json.n);
	if (g == NULL || strcmp(g->boot, s->boot) != 0 || g->bytes >= SEGMENT_BYTES)
		g = new_segment(s, info);
	if (g == NULL)
		return ERR_IO;
	buf_init(&bytes, RECORD_MAX + sizeof(h));
	buf_put(&bytes, &h, sizeof(h));
	buf_put(&bytes, json.p, json.n);
	n = pwrite(g->fd, bytes.data, bytes.len, g->bytes);
	if (n != (ssize_t)bytes.len) {
		/* What was written of it fails its CRC and is overwritten by the next one. */
		buf_release(&bytes);
		return err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO,
				      "write to the spool");
	}
	add_record(s, g, seq, (uint32_t)(g->bytes + (int64_t)sizeof(h)), h.length);
	g->bytes += n;
	s->bytes += n;
	buf_release(&bytes);
	make_room(s);
	return ERR_OK;
}

uint64_t spool_unsent(const struct spool *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct segment *g = s->segments[i];

		for (size_t k = g->unsent > g->first ? g->unsent : g->first; k < g->count; k++)
			n += !g->records[k].sent;
	}
	return n;
}

uint64_t spool_count(const struct spool *s)
{
	return s->waiting;
}

static bool has_unsent(struct segment *g)
{
	if (g->unsent < g->first)
		g->unsent = g->first;
	while (g->unsent < g->count && g->records[g->unsent].sent)
		g->unsent++;
	return g->unsent < g->count;
}

const char *spool_oldest_unsent_boot(const struct spool *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (has_unsent(s->segments[i]))
			return s->segments[i]->boot;
	}
	return NULL;
}

const char *spool_oldest_boot(const struct spool *s)
{
	return s->count > 0 ? s->segments[0]->boot : NULL;
}

size_t spool_take(struct spool *s, const char *boot, size_t max, size_t max_bytes, struct buf *out)
{
	char body[RECORD_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->count && n < max; i++) {
		struct segment *g = s->segments[i];

		if (strcmp(g->boot, boot) != 0 || !has_unsent(g))
			continue;
		for (size_t k = g->unsent; k < g->count && n < max && out->len < max_bytes; k++) {
			struct record *r = &g->records[k];

			if (r->sent)
				continue;
			r->sent = true;
			if (pread(g->fd, body, r->length, r->offset) != (ssize_t)r->length)
				continue;
			if (n++ > 0)
				buf_putc(out, ',');
			buf_put(out, body, r->length);
		}
	}
	return n;
}

void spool_rewind(struct spool *s, const char *boot, uint64_t after)
{
	for (size_t i = 0; i < s->count; i++) {
		struct segment *g = s->segments[i];

		if (strcmp(g->boot, boot) != 0)
			continue;
		for (size_t k = g->first; k < g->count; k++) {
			if (g->records[k].seq > after)
				g->records[k].sent = false;
		}
		g->unsent = g->first;
	}
}

void spool_rewind_all(struct spool *s)
{
	for (size_t i = 0; i < s->count; i++)
		spool_rewind(s, s->segments[i]->boot, 0);
}

void spool_delete(struct spool *s, const char *boot, uint64_t cursor)
{
	for (size_t i = s->count; i-- > 0;) {
		struct segment *g = s->segments[i];

		if (strcmp(g->boot, boot) != 0)
			continue;
		while (g->first < g->count && g->records[g->first].seq <= cursor) {
			g->first++;
			s->waiting--;
		}
		/* The segment that is still written to goes only when it is full. */
		if (g->first == g->count &&
		    (i + 1 < s->count || strcmp(boot, s->boot) != 0 || g->bytes >= SEGMENT_BYTES))
			remove_segment(s, i);
	}
}

size_t spool_gaps(const struct spool *s, const char *boot, struct spool_gap *ret, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < s->gap_count && n < max; i++) {
		if (strcmp(s->gaps[i].boot, boot) == 0)
			ret[n++] = s->gaps[i];
	}
	return n;
}

void spool_gaps_told(struct spool *s, const char *boot)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->gap_count; i++) {
		if (strcmp(s->gaps[i].boot, boot) != 0)
			s->gaps[kept++] = s->gaps[i];
	}
	s->gap_count = kept;
}
