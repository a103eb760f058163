#include "collector/series_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <rrd.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"

/* Rows of the archives: the first at the check's interval, then five minutes and an hour, each with its extremes.
 * With ten values about 1.5 MiB a file. */
enum {
	FINE_ROWS = 8640,
	MIDDLE_ROWS = 2016,
	COARSE_ROWS = 1460,
	EXTREMES = 3,
	OWN_SOURCES = 2,
	UPDATE_TEXT_MAX = 512
};

static size_t total_rows(void)
{
	return FINE_ROWS + EXTREMES * (MIDDLE_ROWS + COARSE_ROWS);
}

size_t series_file_header_size(const struct series_layout *l, size_t file_size)
{
	size_t data = total_rows() * (l->schema->value_count + OWN_SOURCES) * sizeof(double);

	return file_size > data ? file_size - data : 0;
}

int64_t series_file_last(const char *path)
{
	time_t t;

	if (access(path, F_OK) != 0)
		return 0;
	rrd_clear_error();
	t = rrd_last_r(path);
	return t > 0 ? (int64_t)t : 0;
}

enum err series_file_create(const char *path, const struct series_layout *l, int64_t first_t,
			    struct err_info *info)
{
	static const char *const functions[EXTREMES] = {"MIN", "AVERAGE", "MAX"};
	char text[SCHEMA_VALUES_MAX + 16][96];
	const char *argv[SCHEMA_VALUES_MAX + 16];
	long middle = 300 / (long)l->interval_s * (long)l->interval_s,
	     coarse = 3600 / (long)l->interval_s * (long)l->interval_s;
	int n = 0;

	snprintf(text[n++], 96, "DS:state:GAUGE:%lld:0:10", (long long)l->heartbeat_s);
	snprintf(text[n++], 96, "DS:bad:GAUGE:%lld:0:1", (long long)l->heartbeat_s);
	for (size_t i = 0; i < l->schema->value_count; i++)
		snprintf(text[n++], 96, "DS:%s:GAUGE:%lld:U:U", l->schema->values[i].name,
			 (long long)l->heartbeat_s);
	snprintf(text[n++], 96, "RRA:AVERAGE:0.5:%lld:%d", (long long)l->interval_s, FINE_ROWS);
	for (int i = 0; i < EXTREMES; i++)
		snprintf(text[n++], 96, "RRA:%s:0.9:%ld:%d", functions[i],
			 middle > 0 ? middle : (long)l->interval_s, MIDDLE_ROWS);
	for (int i = 0; i < EXTREMES; i++)
		snprintf(text[n++], 96, "RRA:%s:0.9:%ld:%d", functions[i],
			 coarse > 0 ? coarse : (long)l->interval_s, COARSE_ROWS);
	for (int i = 0; i < n; i++)
		argv[i] = text[i];
	rrd_clear_error();
	if (rrd_create_r(path, 1, (time_t)(first_t - 1), n, argv) != 0)
		return err_fail(info, ERR_IO, "creating %s: %s", path, rrd_get_error());
	return ERR_OK;
}

static void put_row(struct buf *b, const struct series_row *r)
{
	buf_put_i64(b, r->t);
	buf_printf(b, ":%u:%u", r->state, r->state != 0 && r->state != 3 ? 1u : 0u);
	for (uint8_t i = 0; i < r->value_count; i++) {
		buf_putc(b, ':');
		if (r->values[i] == MICRO_NONE)
			buf_putc(b, 'U');
		else
			micro_put(b, r->values[i]);
	}
	buf_putc(b, '\0');
}

/* A hole: without an explicit unknown the next value would be drawn back over it. */
static void put_unknown(struct buf *b, int64_t t, size_t values)
{
	buf_put_i64(b, t);
	for (size_t i = 0; i < values + OWN_SOURCES; i++)
		buf_puts(b, ":U");
	buf_putc(b, '\0');
}

static enum err sync_file(const char *path, struct err_info *info)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool ok = fd >= 0 && fdatasync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK
		  : err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO, "sync %s", path);
}

static enum err call_update(const char *path, const struct series_layout *l, struct undo_slot *undo,
			    size_t count, const char **argv, struct err_info *info)
{
	struct stat st;
	enum err e;
	int rc;

	if (stat(path, &st) != 0)
		return err_fail_errno(info, ERR_IO, "stat %s", path);
	e = undo_slot_arm(undo, path, series_file_header_size(l, (size_t)st.st_size), info);
	if (e != ERR_OK)
		return e;
	rrd_clear_error();
	rc = rrd_updatex_r(path, NULL, RRD_SKIP_PAST_UPDATES, (int)count, argv);
	undo_slot_disarm(undo);
	if (rc != 0)
		return err_fail(info, ERR_IO, "%s: %s", path, rrd_get_error());
	return sync_file(path, info);
}

enum err series_file_update(const char *path, const struct series_layout *l, struct undo_slot *undo,
			    int64_t last, const struct series_row *rows, size_t count,
			    struct err_info *info)
{
	struct buf text;
	size_t *offsets = mem_calloc(2 * count, sizeof(*offsets)), n = 0;
	const char **argv = mem_calloc(2 * count, sizeof(*argv));
	enum err e;

	buf_init(&text, 2 * count * UPDATE_TEXT_MAX);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].t - last > l->interval_s && rows[i].t - l->interval_s > last) {
			offsets[n++] = text.len;
			put_unknown(&text, rows[i].t - l->interval_s, rows[i].value_count);
		}
		offsets[n++] = text.len;
		put_row(&text, &rows[i]);
		last = rows[i].t;
	}
	for (size_t i = 0; i < n; i++)
		argv[i] = text.data + offsets[i];
	e = buf_is_ok(&text) ? call_update(path, l, undo, n, argv, info)
			     : err_fail(info, ERR_TOO_LARGE, "%s: too many rows", path);
	free(argv);
	free(offsets);
	buf_release(&text);
	return e;
}

static void put_rows(struct json_emit *j, const rrd_value_t *data, unsigned long columns,
		     time_t start, time_t end, unsigned long step)
{
	json_key(j, "rows");
	json_open_array(j);
	for (time_t t = start + (time_t)step; t <= end; t += (time_t)step) {
		json_open_array(j);
		for (unsigned long c = 0; c < columns; c++) {
			double v = *data++;

			if (isnan(v) || fabs(v) > 9e12)
				json_null(j);
			else
				json_micro(j, (int64_t)llround(v * (double)MICRO));
		}
		json_close_array(j);
	}
	json_close_array(j);
}

enum err series_file_read(const char *path, int64_t start, int64_t end, unsigned points,
			  struct buf *json, struct err_info *info)
{
	/* librrd gives the rows after `from`; the second `start` itself is wanted too. */
	time_t from = (time_t)start - 1, to = (time_t)end;
	unsigned long step = points > 0 ? (unsigned long)((end - start) / points) : 1, columns;
	struct json_emit j = json_emit_to(json);
	rrd_value_t *data;
	char **names;

	if (access(path, F_OK) != 0)
		return err_fail(info, ERR_NOT_FOUND, "%s is not there", path);
	if (step == 0)
		step = 1;
	rrd_clear_error();
	if (rrd_fetch_r(path, "AVERAGE", &from, &to, &step, &columns, &names, &data) != 0)
		return err_fail(info, ERR_IO, "%s: %s", path, rrd_get_error());
	json_open_object(&j);
	json_kv_i64(&j, "start", (int64_t)from + (int64_t)step);
	json_kv_i64(&j, "step", (int64_t)step);
	json_key(&j, "names");
	json_open_array(&j);
	for (unsigned long c = 0; c < columns; c++) {
		json_str(&j, names[c]);
		free(names[c]);
	}
	free(names);
	json_close_array(&j);
	put_rows(&j, data, columns, from, to, step);
	json_close_object(&j);
	free(data);
	return buf_is_ok(json)
		       ? ERR_OK
		       : err_fail(info, ERR_TOO_LARGE, "too many rows; ask for fewer points");
}
