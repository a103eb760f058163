#include "agent/spool.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { SEGMENT_BYTES = 256 * 1024 };
static const char full[] = "spool-full", damaged[] = "spool-damaged", unwritable[] = "disk-full";

struct spool {
	char folder[4096], boot[SPOOL_BOOT_SIZE];
	int64_t max_bytes, bytes;
	struct spool_segment **segments; /* in the order of their numbers: oldest first */
	size_t count, cap;
	uint64_t next_number, kept, unsent;
	uint64_t lost_from, lost_to; /* numbers that the disk did not take; 0 = none */
};

static bool is_of(const struct spool_segment *g, const char *boot)
{
	return strcmp(g->boot, boot) == 0;
}

/* Gains and losses of records keep the sums. */
static void count_segment(struct spool *s, const struct spool_segment *g, bool gained)
{
	uint64_t kept = 0, unsent = 0;

	for (size_t i = g->first; i < g->count; i++) {
		kept += !g->records[i].is_gap;
		unsent += !g->records[i].sent;
	}
	s->kept = gained ? s->kept + kept : s->kept - kept;
	s->unsent = gained ? s->unsent + unsent : s->unsent - unsent;
	s->bytes += gained ? g->bytes : -g->bytes;
}

static void add_segment(struct spool *s, struct spool_segment *g)
{
	s->segments = mem_grow(s->segments, s->count, &s->cap, sizeof(struct spool_segment *));
	s->segments[s->count++] = g;
	count_segment(s, g, true);
	if (g->number >= s->next_number)
		s->next_number = g->number + 1;
}

static void remove_segment(struct spool *s, size_t index)
{
	struct spool_segment *g = s->segments[index];
	char path[SPOOL_PATH_SIZE];

	segment_path(s->folder, g->boot, g->number, path);
	unlink(path);
	count_segment(s, g, false);
	memmove(&s->segments[index], &s->segments[index + 1],
		(s->count - index - 1) * sizeof(struct spool_segment *));
	s->count--;
	segment_free(g);
}

/* --- start ------------------------------------------------------------------------------------------------ */

static int by_number(const void *a, const void *b)
{
	const struct spool_segment *x = *(struct spool_segment *const *)a,
				   *y = *(struct spool_segment *const *)b;

	return x->number < y->number ? -1 : x->number > y->number;
}

/* Numbers are given without holes: what lies between two files of one start was lost with a damaged tail. */
static void find_holes(struct spool *s)
{
	for (size_t i = 0; i + 1 < s->count; i++) {
		struct spool_segment *g = s->segments[i], *next = s->segments[i + 1];
		uint64_t after = g->records[g->count - 1].to + 1;

		if (!is_of(next, g->boot) || next->records[0].seq <= after)
			continue;
		count_segment(s, g, false);
		segment_note_gap(g, after, next->records[0].seq - 1);
		count_segment(s, g, true);
	}
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
		struct spool_segment *g = segment_read(folder, entry->d_name);

		if (g != NULL)
			add_segment(s, g);
	}
	closedir(d);
	if (s->count > 1)
		qsort(s->segments, s->count, sizeof(struct spool_segment *), by_number);
	for (size_t i = s->count; i-- > 0;) {
		if (s->segments[i]->count == 0)
			remove_segment(s, i);
	}
	find_holes(s);
	*ret = s;
	return ERR_OK;
}

void spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->count; i++)
		segment_free(s->segments[i]);
	free(s->segments);
	free(s);
}

/* --- keeping ---------------------------------------------------------------------------------------------- */

static struct spool_segment *segment_to_write(struct spool *s, struct err_info *info)
{
	struct spool_segment *g = s->count > 0 ? s->segments[s->count - 1] : NULL;

	if (g != NULL && is_of(g, s->boot) && g->bytes < SEGMENT_BYTES)
		return g;
	if (g != NULL)
		segment_rest(g);
	if (segment_create(s->folder, s->boot, s->next_number, &g, info) != ERR_OK)
		return NULL;
	add_segment(s, g);
	return g;
}

static enum err append(struct spool *s, struct spool_record r, struct slice text,
		       struct err_info *info)
{
	struct spool_segment *g = segment_to_write(s, info);
	int64_t before;
	enum err e;

	if (g == NULL)
		return ERR_IO;
	before = g->bytes;
	e = segment_append(g, r, text, info);
	if (e != ERR_OK)
		return e;
	s->bytes += g->bytes - before;
	s->kept += !r.is_gap;
	s->unsent++;
	return ERR_OK;
}

/* Only the file that is written to stays open. */
static void let_rest(struct spool *s, size_t index)
{
	if (index + 1 < s->count)
		segment_rest(s->segments[index]);
}

/* All of a segment but a gap goes; neighbouring gaps of one start become one. */
static void let_go(struct spool *s, size_t index)
{
	struct spool_segment *g = s->segments[index], *before;
	uint64_t from = g->records[g->first].seq;
	bool joins;

	before = index > 0 ? s->segments[index - 1] : NULL;
	joins = before != NULL && is_of(before, g->boot) && before->first < before->count &&
		!segment_has_results(before);
	if (joins)
		from = before->records[before->first].seq;
	count_segment(s, g, false);
	segment_collapse(g, from, full);
	segment_rest(g);
	count_segment(s, g, true);
	if (joins)
		remove_segment(s, index - 1);
}

/* One step towards room; false if there is nothing left to let go. */
static bool make_some_room(struct spool *s)
{
	struct err_info info;

	for (size_t i = 0; i + 1 < s->count; i++) {
		struct spool_segment *g = s->segments[i];
		enum err e;

		if (!segment_has_unchanged(g))
			continue;
		count_segment(s, g, false);
		e = segment_thin(s->folder, g, full, &info);
		count_segment(s, g, true);
		if (e != ERR_OK)
			let_go(s, i); /* no room even for what would be kept */
		let_rest(s, i);
		return true;
	}
	for (size_t i = 0; i + 1 < s->count; i++) {
		if (segment_has_results(s->segments[i])) {
			let_go(s, i);
			return true;
		}
	}
	return false;
}

static void make_room(struct spool *s)
{
	while (s->bytes > s->max_bytes && make_some_room(s))
		;
}

enum err spool_append(struct spool *s, uint64_t seq, struct slice json, bool changed,
		      struct err_info *info)
{
	struct spool_record lost = {.seq = s->lost_from, .to = s->lost_to, .is_gap = true};
	struct spool_record r = {.seq = seq, .to = seq, .changed = changed};
	enum err e = ERR_OK;

	if (s->lost_from != 0)
		e = append(s, lost, slice_of(unwritable), info);
	if (e == ERR_OK) {
		s->lost_from = s->lost_to = 0;
		e = append(s, r, json, info);
	}
	if (e != ERR_OK) {
		s->lost_from = s->lost_from == 0 ? seq : s->lost_from;
		s->lost_to = seq;
		return e;
	}
	make_room(s);
	return ERR_OK;
}

void spool_set_max(struct spool *s, int64_t max_bytes)
{
	s->max_bytes = max_bytes;
	make_room(s);
}

/* --- sending ---------------------------------------------------------------------------------------------- */

uint64_t spool_unsent(const struct spool *s)
{
	return s->unsent;
}

uint64_t spool_count(const struct spool *s)
{
	return s->kept;
}

static bool has_unsent(struct spool_segment *g)
{
	if (g->unsent < g->first)
		g->unsent = g->first;
	while (g->unsent < g->count && g->records[g->unsent].sent)
		g->unsent++;
	return g->unsent < g->count;
}

const char *spool_oldest_unsent_boot(struct spool *s)
{
	for (size_t i = 0; s->unsent > 0 && i < s->count; i++) {
		if (has_unsent(s->segments[i]))
			return s->segments[i]->boot;
	}
	return NULL;
}

bool spool_peek(struct spool *s, char dst[SPOOL_RECORD_MAX + 1])
{
	for (size_t i = 0; s->unsent > 0 && i < s->count; i++) {
		struct spool_segment *g = s->segments[i];

		for (size_t k = has_unsent(g) ? g->unsent : g->count; k < g->count; k++) {
			if (!g->records[k].sent && !g->records[k].is_gap)
				return segment_text(g, &g->records[k], dst);
		}
	}
	return false;
}

int64_t spool_bytes(const struct spool *s)
{
	return s->bytes;
}

const char *spool_oldest_boot(const struct spool *s)
{
	return s->count > 0 ? s->segments[0]->boot : NULL;
}

/* Can its records be read? A file that is gone gives none back, and so they become gaps; what cannot be opened just now
 * waits for its turn. */
static bool can_read(struct spool_segment *g)
{
	return segment_wake(g) || errno == ENOENT;
}

static void mark_sent(struct spool *s, struct spool_record *r)
{
	r->sent = true;
	s->unsent--;
}

size_t spool_take(struct spool *s, const char *boot, size_t max, size_t max_bytes, struct buf *out)
{
	char text[SPOOL_RECORD_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < s->count && n < max; i++) {
		struct spool_segment *g = s->segments[i];

		if (!is_of(g, boot) || !has_unsent(g))
			continue;
		if (!can_read(g))
			break;
		for (size_t k = g->unsent; k < g->count && n < max && out->len < max_bytes; k++) {
			struct spool_record *r = &g->records[k];

			if (r->sent || r->is_gap)
				continue;
			if (!segment_text(g, r, text)) {
				r->is_gap = true; /* told as one with the next batch */
				r->length = 0;
				s->kept--;
				continue;
			}
			mark_sent(s, r);
			if (n++ > 0)
				buf_putc(out, ',');
			buf_put(out, text, r->length);
		}
		let_rest(s, i);
	}
	return n;
}

size_t spool_take_gaps(struct spool *s, const char *boot, struct spool_gap *ret, size_t max)
{
	char text[SPOOL_RECORD_MAX + 1];
	size_t n = 0;

	for (size_t i = 0; i < s->count && n < max; i++) {
		struct spool_segment *g = s->segments[i];

		if (!is_of(g, boot) || !has_unsent(g))
			continue;
		if (!can_read(g))
			break;
		for (size_t k = g->unsent; k < g->count && n < max; k++) {
			struct spool_record *r = &g->records[k];

			if (r->sent || !r->is_gap)
				continue;
			mark_sent(s, r);
			ret[n] = (struct spool_gap){.from = r->seq, .to = r->to};
			snprintf(ret[n].reason, sizeof(ret[n].reason), "%.31s",
				 r->length > 0 && segment_text(g, r, text) ? text : damaged);
			n++;
		}
		let_rest(s, i);
	}
	return n;
}

void spool_rewind(struct spool *s, const char *boot, uint64_t after)
{
	for (size_t i = 0; i < s->count; i++) {
		struct spool_segment *g = s->segments[i];

		if (!is_of(g, boot))
			continue;
		for (size_t k = g->first; k < g->count; k++) {
			if (g->records[k].to > after && g->records[k].sent) {
				g->records[k].sent = false;
				s->unsent++;
			}
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
		struct spool_segment *g = s->segments[i];

		if (!is_of(g, boot))
			continue;
		while (g->first < g->count && g->records[g->first].to <= cursor) {
			s->kept -= !g->records[g->first].is_gap;
			s->unsent -= !g->records[g->first].sent;
			g->first++;
		}
		/* The segment that is still written to goes only when it is full. */
		if (g->first == g->count &&
		    (i + 1 < s->count || !is_of(g, s->boot) || g->bytes >= SEGMENT_BYTES))
			remove_segment(s, i);
	}
}
