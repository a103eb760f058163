#include "collector/series_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* For the structs of the header only: the undo slot must know where the rows begin. */
#define RRD_EXPORT_DEPRECATED
#include <rrd.h>

#include "base/mem.h"
#include "base/micro.h"
#include "base/files.h"

enum {
	MIDDLE_S = 300,
	COARSE_S = 3600,
	DAY_S = 86400,
	EXTREMES = 3,
	WIDE = 3, /* archives whose rows hold several slots */
	OWN_SOURCES = 2,
	ROW_TEXT_MAX = 32 + 24 * (SCHEMA_VALUES_MAX + OWN_SOURCES),
	LOOK_MAX = 64 << 10,
	ARCHIVES_MAX = 64,
	PATH_SIZE = 4300,
	ASIDE_MAX = 100
};
/* Holes are written as unknown by ourselves, so the library's own notion of a stale source is never needed; and it
 * could not follow a plan whose interval changes. */
#define HEARTBEAT_S "315360000"

size_t series_file_values(const struct series_layout *l)
{
	return l->value_count > 0 ? l->value_count : l->schema->value_count;
}

size_t series_file_sources(const struct series_layout *l)
{
	return series_file_values(l) + OWN_SOURCES;
}

const char *series_file_source(const struct series_layout *l, size_t i)
{
	return i == 0 ? "state" : i == 1 ? "bad" : l->schema->values[i - OWN_SOURCES].name;
}

static struct series_archives archives_of(const struct series_layout *l)
{
	struct series_archives a = l->archives;

	a.fine = a.fine > 0 ? a.fine : SERIES_FINE_ROWS;
	a.middle = a.middle > 0 ? a.middle : SERIES_MIDDLE_ROWS;
	a.coarse = a.coarse > 0 ? a.coarse : SERIES_COARSE_ROWS;
	a.day = a.day > 0 ? a.day : SERIES_DAY_ROWS;
	return a;
}

/* Rows of an archive are a whole number of slots: a little shorter than their name says where it is none. */
static int64_t archive_step(const struct series_layout *l, int64_t step)
{
	return step > l->interval_s ? step / l->interval_s * l->interval_s : l->interval_s;
}

int64_t series_file_reach(const struct series_layout *l)
{
	struct series_archives rows = archives_of(l);
	int64_t reach = l->interval_s * rows.fine, coarse = archive_step(l, COARSE_S) * rows.coarse,
		day = archive_step(l, DAY_S) * rows.day;

	reach = coarse > reach ? coarse : reach;
	return day > reach ? day : reach;
}

static size_t header_size(unsigned long sources, unsigned long archives)
{
	return sizeof(stat_head_t) + sources * sizeof(ds_def_t) + archives * sizeof(rra_def_t) +
	       sizeof(live_head_t) + sources * sizeof(pdp_prep_t) +
	       sources * archives * sizeof(cdp_prep_t) + archives * sizeof(rra_ptr_t);
}

/* Do all archives lie within a file of `size` bytes, with their row pointers inside of them? */
static bool archives_fit(const char *text, const stat_head_t *head, size_t rows_at, off_t size)
{
	const char *defs = text + sizeof(*head) + head->ds_cnt * sizeof(ds_def_t);
	const char *pointers = text + rows_at - head->rra_cnt * sizeof(rra_ptr_t);
	uint64_t rows = 0;

	for (size_t i = 0; i < head->rra_cnt; i++) {
		rra_def_t def;
		rra_ptr_t pointer;

		memcpy(&def, defs + i * sizeof(def), sizeof(def));
		memcpy(&pointer, pointers + i * sizeof(pointer), sizeof(pointer));
		if (def.row_cnt == 0 || def.row_cnt > UINT32_MAX || def.pdp_cnt == 0 ||
		    def.pdp_cnt > UINT32_MAX || pointer.cur_row >= def.row_cnt)
			return false;
		rows += def.row_cnt;
	}
	return (uint64_t)size == rows_at + rows * head->ds_cnt * sizeof(rrd_value_t);
}

/* `text` holds the first bytes of a file. */
static bool read_header(const char *text, size_t n, off_t size, const struct series_layout *l,
			struct series_facts *ret)
{
	stat_head_t head;
	live_head_t live;
	size_t at = sizeof(head);

	if (n < sizeof(head))
		return false;
	memcpy(&head, text, sizeof(head));
	if (memcmp(head.cookie, RRD_COOKIE, 4) != 0 || head.float_cookie != FLOAT_COOKIE ||
	    head.ds_cnt != series_file_sources(l) || head.rra_cnt == 0 ||
	    head.rra_cnt > ARCHIVES_MAX || head.pdp_step != 1)
		return false;
	ret->header_size = header_size(head.ds_cnt, head.rra_cnt);
	if (ret->header_size > n)
		return false;
	for (size_t i = 0; i < series_file_sources(l); i++, at += sizeof(ds_def_t)) {
		if (memchr(text + at, '\0', DS_NAM_SIZE) == NULL ||
		    strcmp(text + at, series_file_source(l, i)) != 0)
			return false;
	}
	at += head.rra_cnt * sizeof(rra_def_t);
	memcpy(&live, text + at, sizeof(live));
	ret->last = (int64_t)live.last_up;
	return live.last_up > 0 && archives_fit(text, &head, ret->header_size, size);
}

enum err series_file_look(const char *path, const struct series_layout *l, struct series_facts *ret,
			  struct err_info *info)
{
	char text[LOOK_MAX];
	struct stat st = {0};
	int fd = open(path, O_RDWR | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return err_fail(info, ERR_NOT_FOUND, "%s is not there", path);
	if (fd < 0)
		return err_fail_errno(
			info,
			errno == EACCES || errno == EPERM || errno == EISDIR ? ERR_DENIED : ERR_IO,
			"open %s", path);
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM); /* page by page: series_file_refine */
	n = fstat(fd, &st) == 0 ? pread(fd, text, sizeof(text), 0) : -1;
	close(fd);
	if (n < 0)
		return err_fail_errno(info, ERR_IO, "read %s", path);
	if (!read_header(text, (size_t)n, st.st_size, l, ret))
		return err_fail(info, ERR_CORRUPT, "%s is no series of a check of type %s", path,
				l->schema->type);
	return ERR_OK;
}

/* librrd says why in words only; the disk says the same with a number. */
static enum err fail_rrd(struct err_info *info, const char *path)
{
	int code = errno;

	return err_fail(info, code == ENOSPC || code == EDQUOT ? ERR_NO_SPACE : ERR_IO, "%s: %s",
			path, rrd_get_error());
}

static enum err make_folder_of(const char *path, struct err_info *info)
{
	char folder[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	enum err e;

	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
	e = files_make_folder(folder, info);
	if (e == ERR_OK)
		(void)chmod(folder, 0750); /* the board's render workers read */
	return e;
}

enum err series_file_create(const char *path, const struct series_layout *l, int64_t first_t,
			    struct err_info *info)
{
	static const char *const functions[EXTREMES] = {"MIN", "AVERAGE", "MAX"};
	char text[SCHEMA_VALUES_MAX + OWN_SOURCES + 1 + WIDE * EXTREMES][64];
	const char *argv[SCHEMA_VALUES_MAX + OWN_SOURCES + 1 + WIDE * EXTREMES];
	struct series_archives a = archives_of(l);
	const int64_t steps[WIDE] = {MIDDLE_S, COARSE_S, DAY_S},
		      rows[WIDE] = {a.middle, a.coarse, a.day};
	int n = 0;
	enum err e = make_folder_of(path, info);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < series_file_sources(l); i++)
		snprintf(text[n++], sizeof(text[0]), "DS:%s:GAUGE:" HEARTBEAT_S ":U:U",
			 series_file_source(l, i));
	snprintf(text[n++], sizeof(text[0]), "RRA:AVERAGE:0.99:%lld:%lld", (long long)l->interval_s,
		 (long long)a.fine);
	for (int w = 0; w < WIDE; w++) {
		for (int i = 0; i < EXTREMES; i++)
			snprintf(text[n++], sizeof(text[0]), "RRA:%s:0.99:%lld:%lld", functions[i],
				 (long long)archive_step(l, steps[w]), (long long)rows[w]);
	}
	for (int i = 0; i < n; i++)
		argv[i] = text[i];
	rrd_clear_error();
	errno = 0;
	if (rrd_create_r(path, 1, (time_t)(first_t - l->interval_s), n, argv) != 0)
		return fail_rrd(info, path);
	(void)chmod(path, 0640);
	return ERR_OK;
}

enum err series_file_set_aside(const char *path, int64_t now_s, struct err_info *info)
{
	char aside[PATH_SIZE];
	time_t t = (time_t)now_s;
	struct tm tm;

	gmtime_r(&t, &tm);
	for (int i = 0; i < ASIDE_MAX; i++) {
		char again[16] = "";

		if (i > 0)
			snprintf(again, sizeof(again), ".%d", i);
		snprintf(aside, sizeof(aside), "%s.damaged-%04d%02d%02dT%02d%02d%02dZ%s", path,
			 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			 tm.tm_sec, again);
		if (access(aside, F_OK) != 0)
			return rename(path, aside) == 0
				       ? ERR_OK
				       : err_fail_errno(info, ERR_IO, "rename %s to %s", path,
							aside);
	}
	return err_fail(info, ERR_FULL, "%s was put aside %d times within a second", path,
			ASIDE_MAX);
}

static void put_row(struct buf *b, const struct series_row *row, const int64_t *values, size_t n)
{
	static const char *const bad[] = {[HEALTH_OK] = ":0",
					  [HEALTH_WARNING] = ":1",
					  [HEALTH_CRITICAL] = ":1",
					  [HEALTH_BLIND] = ":U"};

	buf_put_i64(b, row->t);
	buf_putc(b, ':');
	buf_putc(b, (char)('0' + row->state));
	buf_puts(b, bad[row->state]);
	for (size_t i = 0; i < n; i++) {
		buf_putc(b, ':');
		if (values[i] == MICRO_NONE)
			buf_putc(b, 'U');
		else
			micro_put(b, values[i]);
	}
	buf_putc(b, '\0');
}

/* A hole. Without it the next value would be drawn back over it, since a gauge holds back to the update before. */
static void put_unknown(struct buf *b, int64_t t, size_t sources)
{
	buf_put_i64(b, t);
	for (size_t i = 0; i < sources; i++)
		buf_puts(b, ":U");
	buf_putc(b, '\0');
}

static enum err call_update(const char *path, struct series_facts *facts, struct undo_slot *undo,
			    int count, const char **argv, struct err_info *info)
{
	enum err e = undo_slot_arm(undo, path, facts->header_size, info);
	int rc;

	if (e != ERR_OK)
		return e;
	rrd_clear_error();
	errno = 0;
	rc = rrd_updatex_r(path, NULL, RRD_SKIP_PAST_UPDATES, count, argv);
	undo_slot_disarm(undo);
	return rc == 0 ? ERR_OK : fail_rrd(info, path);
}

enum err series_file_update(const char *path, const struct series_layout *l,
			    struct series_facts *facts, struct undo_slot *undo,
			    const struct series_rows *rows, size_t from, struct err_info *info)
{
	size_t count = rows->count - from, n = 0;
	size_t *offsets = mem_calloc(2 * count, sizeof(*offsets));
	const char **argv = mem_calloc(2 * count, sizeof(*argv));
	int64_t last = facts->last;
	struct buf text;
	enum err e;

	buf_init(&text, 2 * count * ROW_TEXT_MAX);
	for (size_t i = from; i < rows->count; i++) {
		if (rows->rows[i].t - l->interval_s > last) {
			offsets[n++] = text.len;
			put_unknown(&text, rows->rows[i].t - l->interval_s, series_file_sources(l));
		}
		offsets[n++] = text.len;
		put_row(&text, &rows->rows[i], series_rows_values(rows, i), rows->value_count);
		last = rows->rows[i].t;
	}
	for (size_t i = 0; i < n; i++)
		argv[i] = text.data + offsets[i];
	e = buf_is_ok(&text) ? call_update(path, facts, undo, (int)n, argv, info)
			     : err_fail(info, ERR_TOO_LARGE, "%s: too many rows", path);
	/* After a failure some rows may be in: the file is looked at again. */
	facts->last = e == ERR_OK ? last : -1;
	free(argv);
	free(offsets);
	buf_release(&text);
	return e;
}

enum err series_file_sync(const char *path, struct err_info *info)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	enum err e = ERR_OK;

	if (fd < 0 || fdatasync(fd) != 0)
		e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "sync %s", path);
	if (fd >= 0)
		close(fd);
	return e;
}

void series_file_refine(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}
