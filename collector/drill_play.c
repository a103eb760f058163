#include "collector/drill_play.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#include "base/files.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "collector/current_drill.h"

enum { PATH_SIZE = 4200, LOG_TAIL = 2048, NAMES_A_SECOND = 9 };

/* One process; it lives on its own when the owner is gone, until the loop has closed it. */
struct played {
	uv_process_t process;
	struct drill_play *owner; /* NULL: gone */
};

struct drill_play {
	struct drill_play_options options;
	struct played *played; /* NULL: none lives */
	struct drill_play_last last;
};

struct drill_play *drill_play_new(const struct drill_play_options *o)
{
	struct drill_play *d = mem_calloc(1, sizeof(*d));

	d->options = *o;
	return d;
}

struct drill_play_last drill_play_last(const struct drill_play *d)
{
	return d->last;
}

static void path_in_drills(const struct drill_play *d, const char *name, const char *rest,
			   char dst[PATH_SIZE])
{
	snprintf(dst, PATH_SIZE, "%s/drills/%s%s", d->options.data, name, rest);
}

/* --- its end ---------------------------------------------------------------------------------------- */

/* The last line of its log that is one. */
static void read_why(struct drill_play *d)
{
	char path[PATH_SIZE], text[LOG_TAIL + 1];
	int fd;
	ssize_t n;
	char *line;

	path_in_drills(d, d->last.name, ".log", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	n = lseek(fd, 0, SEEK_END) > LOG_TAIL ? lseek(fd, -LOG_TAIL, SEEK_END)
					      : lseek(fd, 0, SEEK_SET);
	n = n < 0 ? n : read(fd, text, LOG_TAIL);
	close(fd);
	if (n <= 0)
		return;
	text[n] = '\0';
	for (line = text + n; line > text && (line[-1] == '\n' || line[-1] == ' '); line--)
		line[-1] = '\0';
	line = strrchr(text, '\n');
	snprintf(d->last.why, sizeof(d->last.why), "%.*s", (int)sizeof(d->last.why) - 1,
		 line != NULL ? line + 1 : text);
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static void on_process_exit(uv_process_t *process, int64_t status, int signal)
{
	struct played *p = process->data;
	struct drill_play *d = p->owner;
	char journal[PATH_SIZE];

	if (d != NULL) {
		d->played = NULL;
		d->last.running = false;
		path_in_drills(d, d->last.name, "/journal.db", journal);
		d->last.failed = access(journal, F_OK) != 0;
		if (d->last.failed)
			read_why(d);
		log_event(d->last.failed ? LOG_ERROR : LOG_NOTICE, "drill.process-ended",
			  "drill=%s status=%lld signal=%d", d->last.name, (long long)status,
			  signal);
	}
	uv_close((uv_handle_t *)process, on_closed);
}

void drill_play_free(struct drill_play *d)
{
	if (d == NULL)
		return;
	if (d->played != NULL) {
		d->played->owner = NULL;
		if (!uv_is_closing((uv_handle_t *)&d->played->process))
			uv_close((uv_handle_t *)&d->played->process, on_closed);
	}
	free(d);
}

/* --- its beginning ---------------------------------------------------------------------------------- */

static enum err find_program(const struct drill_play *d, char dst[PATH_SIZE], struct err_info *info)
{
	ssize_t n;

	if (d->options.program != NULL) {
		snprintf(dst, PATH_SIZE, "%s", d->options.program);
		return ERR_OK;
	}
	n = readlink("/proc/self/exe", dst, PATH_SIZE - 1);
	if (n <= 0)
		return err_fail_errno(info, ERR_IO, "/proc/self/exe");
	dst[n] = '\0';
	return ERR_OK;
}

/* Named after the second in which it begins; one that could not begin may have been named after the same. */
static enum err open_log(const struct drill_play *d, struct wall_time now,
			 char ret_name[DRILL_NAME_SIZE], int *ret, struct err_info *info)
{
	struct civil t = civil_from_wall(now, MEXICO_CITY_OFFSET_S);
	char path[PATH_SIZE], more[16] = "";

	for (unsigned n = 2; n <= NAMES_A_SECOND + 1; n++) {
		snprintf(ret_name, DRILL_NAME_SIZE, "%04d%02d%02d-%02d%02d%02d%s", t.year, t.month,
			 t.day, t.hour, t.minute, t.second, more);
		path_in_drills(d, ret_name, ".log", path);
		*ret = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (*ret >= 0 || errno != EEXIST)
			break;
		snprintf(more, sizeof(more), "-%u", n);
	}
	return *ret >= 0 ? ERR_OK : err_fail_errno(info, ERR_IO, "open %s", path);
}

static enum err spawn(struct drill_play *d, char **argv, int log, struct err_info *info)
{
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_IGNORE},
		{.flags = UV_INHERIT_FD, .data.fd = log},
		{.flags = UV_INHERIT_FD, .data.fd = log},
	};
	/* Detached: a Ctrl-C at this collector's terminal is not the drill's. */
	uv_process_options_t o = {.file = argv[0],
				  .args = argv,
				  .stdio = stdio,
				  .stdio_count = 3,
				  .flags = UV_PROCESS_DETACHED,
				  .exit_cb = on_process_exit};
	struct played *p = mem_calloc(1, sizeof(*p));
	int status;

	p->process.data = p;
	p->owner = d;
	status = uv_spawn(d->options.loop, &p->process, &o);
	if (status != 0) {
		uv_close((uv_handle_t *)&p->process, on_closed);
		return err_fail(info, ERR_IO, "%s cannot be started: %s", argv[0],
				uv_strerror(status));
	}
	uv_unref((uv_handle_t *)&p->process); /* our end does not wait for the drill's */
	d->played = p;
	return ERR_OK;
}

enum err drill_play_begin(struct drill_play *d, const char *scenario, bool to_file,
			  struct wall_time now, char ret_name[DRILL_NAME_SIZE],
			  struct err_info *info)
{
	char program[PATH_SIZE], folder[PATH_SIZE], config[PATH_SIZE], file[PATH_SIZE];
	char to_file_word[] = "--drill-to-file", c[] = "-c", drill[] = "--drill",
	     folder_word[] = "--drill-folder";
	char *argv[] = {program, c, config, drill, file, folder_word, folder, NULL, NULL};
	int log = -1;
	enum err e;

	if (d->played != NULL)
		return err_fail(info, ERR_BUSY, "a drill has just begun (%s)", d->last.name);
	snprintf(config, sizeof(config), "%s", d->options.config_file);
	snprintf(file, sizeof(file), "%s", scenario);
	path_in_drills(d, "", "", folder);
	e = current_drill_check(d->options.data, info);
	if (e == ERR_OK)
		e = files_make_folder(folder, info);
	if (e == ERR_OK)
		e = find_program(d, program, info);
	if (e == ERR_OK)
		e = open_log(d, now, ret_name, &log, info);
	if (e == ERR_OK)
		path_in_drills(d, ret_name, "", folder);
	if (to_file)
		argv[7] = to_file_word;
	if (e == ERR_OK)
		e = spawn(d, argv, log, info);
	if (log >= 0)
		close(log);
	if (e != ERR_OK)
		return e;
	d->last = (struct drill_play_last){.running = true};
	snprintf(d->last.name, sizeof(d->last.name), "%s", ret_name);
	log_event(LOG_NOTICE, "drill.begun", "drill=%s to_file=%d", ret_name, to_file);
	return ERR_OK;
}
