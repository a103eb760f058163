/* test_undo_slot.c - a writer is killed at random moments, mostly inside of an update. Afterwards every row of every
 * archive holds what belongs to its time: nothing is shifted, nothing is doubled. */
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <rrd.h>

#include "base/micro.h"
#include "collector/series_file.h"
#include "collector/undo_slot.h"

enum { KILLS = 150, FILES = 3, INTERVAL = 10, BATCH_MAX = 60, FINE_ROWS = 8640 };
#define FIRST INT64_C(1000000000)

static const struct value_desc values[] = {{"n", "1", ""}, {"twice", "1", ""}};
static const struct check_schema schema = {.type = "test", .values = values, .value_count = 2};
static const struct series_layout layout = {.schema = &schema, .interval_s = INTERVAL};
static char folder[64];

static void path_of(int file, char *dst, size_t size)
{
	snprintf(dst, size, "%s/f%d.rrd", folder, file);
}

/* What belongs to a time: never twice within the reach of the finest archive. */
static int64_t value_of(int64_t t)
{
	return t / INTERVAL % 100003;
}

static void write_rows(struct undo_slot *undo, int file, size_t count)
{
	struct series_facts facts;
	struct series_rows rows;
	struct err_info info;
	char path[128];

	path_of(file, path, sizeof(path));
	if (series_file_look(path, &layout, &facts, &info) != ERR_OK)
		_exit(2);
	series_rows_init(&rows, 2);
	for (size_t i = 1; i <= count; i++) {
		int64_t t = facts.last + (int64_t)i * INTERVAL;
		int64_t v[2] = {value_of(t) * MICRO, value_of(t) * 2 * MICRO};
		struct series_row row = {.t = t};

		series_rows_add(&rows, &row, v, 2);
	}
	if (series_file_update(path, &layout, &facts, undo, &rows, 0, &info) != ERR_OK)
		_exit(3);
	series_rows_release(&rows);
}

/* Goes on where the files are, as a collector does to which agents send again what it has not kept. */
static void write_until_killed(unsigned random)
{
	struct undo_slot *undo;
	struct err_info info;
	bool restored;

	if (undo_slot_open(folder, &undo, &restored, &info) != ERR_OK)
		_exit(4);
	for (;;) {
		random = random * 1103515245u + 12345u;
		write_rows(undo, (int)(random / 65536u % FILES), 1 + random / 1048576u % BATCH_MAX);
	}
}

static void one_kill(unsigned random)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		write_until_killed(random);
	/* Not a wait for anything: the moment is to be random. */
	poll(NULL, 0, 1 + (int)(random / 7u % 6u));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

static int64_t newest(int file)
{
	struct series_facts facts;
	struct err_info info;
	char path[128];

	path_of(file, path, sizeof(path));
	assert_int_equal(series_file_look(path, &layout, &facts, &info), ERR_OK);
	return facts.last;
}

/* All rows of one archive; a row that ends at t holds the slots (t - step, t]. Returns how many were known. */
static unsigned compare(int file, const char *function, unsigned long wish, int64_t reach)
{
	int64_t last = newest(file);
	time_t from = (time_t)(last - reach > FIRST ? last - reach : FIRST), to = (time_t)last;
	unsigned long step = wish, columns;
	unsigned known = 0;
	rrd_value_t *data;
	char path[128], **names;

	path_of(file, path, sizeof(path));
	assert_int_equal(rrd_fetch_r(path, function, &from, &to, &step, &columns, &names, &data),
			 0);
	assert_int_equal(step, wish);
	assert_int_equal(columns, 4);
	for (time_t t = from + (time_t)step; t <= last / (time_t)step * (time_t)step;
	     t += (time_t)step) {
		const double *row = data + ((size_t)(t - from) / step - 1) * columns;
		double sum = 0, max = 0, expected;
		int slots = 0;

		for (int64_t u = t - (time_t)step + INTERVAL; u <= t; u += INTERVAL) {
			if (u < FIRST)
				continue;
			sum += (double)value_of(u);
			max = fmax(max, (double)value_of(u));
			slots++;
		}
		expected = strcmp(function, "MAX") == 0 ? max : sum / slots;
		if (slots == 0 || fabs(row[2] - expected) > 1e-6 ||
		    fabs(row[3] - 2 * expected) > 1e-6)
			print_error("file %d, %s of %lu s at %lld: %f instead of %f\n", file,
				    function, step, (long long)t, row[2], expected);
		assert_true(fabs(row[2] - expected) <= 1e-6);
		assert_true(fabs(row[3] - 2 * expected) <= 1e-6);
		known++;
	}
	for (unsigned long c = 0; c < columns; c++)
		free(names[c]);
	free(names);
	free(data);
	return known;
}

static void make_folder(void)
{
	snprintf(folder, sizeof(folder), "/tmp/vigia-undo-XXXXXX");
	assert_non_null(mkdtemp(folder));
}

static void remove_folder(void)
{
	DIR *d = opendir(folder);
	struct dirent *e;
	char path[400];

	while ((e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.')
			unlink(path);
	}
	closedir(d);
	rmdir(folder);
}

static void kills_shift_nothing(void **state)
{
	struct undo_slot *undo;
	struct err_info info;
	bool restored;
	unsigned restores = 0, rows = 0;

	(void)state;
	make_folder();
	for (int i = 0; i < FILES; i++) {
		char path[128];

		path_of(i, path, sizeof(path));
		assert_int_equal(series_file_create(path, &layout, FIRST, &info), ERR_OK);
	}
	for (unsigned i = 0; i < KILLS; i++) {
		one_kill(i * 2654435761u + 1);
		/* Half of the time the next writer restores, else we do, to count. */
		if (i % 2 == 0)
			continue;
		assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
		restores += restored;
		undo_slot_close(undo);
	}
	/* What was under way is sent again and written over what was torn. */
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	for (int i = 0; i < FILES; i++)
		write_rows(undo, i, 2 * BATCH_MAX);
	undo_slot_close(undo);
	for (int i = 0; i < FILES; i++) {
		rows += compare(i, "AVERAGE", INTERVAL, (int64_t)(FINE_ROWS - 1) * INTERVAL);
		rows += compare(i, "AVERAGE", 300, INT64_C(300) * 2000);
		rows += compare(i, "MAX", 300, INT64_C(300) * 2000);
		rows += compare(i, "AVERAGE", 3600, INT64_C(3600) * 1400);
	}
	print_message("%u kills, %u of %u looked at were inside of an update, %u rows compared\n",
		      KILLS, restores, KILLS / 2, rows);
	assert_true(restores > KILLS / 10); /* or nothing was proved */
	assert_true(rows > FILES * 1000);
	remove_folder();
}

static void put_back_once_and_only_when_armed(void **state)
{
	char path[128], text[64] = {0};
	struct undo_slot *undo;
	struct err_info info;
	bool restored = true;
	int fd;

	(void)state;
	make_folder();
	path_of(0, path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(pwrite(fd, "header and rows", 15, 0), 15);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_false(restored);
	/* An update that ended: nothing is put back. */
	assert_int_equal(undo_slot_arm(undo, path, 6, &info), ERR_OK);
	assert_int_equal(pwrite(fd, "HEADER", 6, 0), 6);
	undo_slot_disarm(undo);
	undo_slot_close(undo);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_false(restored);
	/* One that did not: the header is put back, the rows stay. */
	assert_int_equal(undo_slot_arm(undo, path, 6, &info), ERR_OK);
	assert_int_equal(pwrite(fd, "broken AND ROWS", 15, 0), 15);
	undo_slot_close(undo);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_true(restored);
	assert_int_equal(pread(fd, text, sizeof(text) - 1, 0), 15);
	assert_string_equal(text, "HEADER AND ROWS");
	undo_slot_close(undo);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_false(restored);
	/* The file is gone: there is nothing to mend, and that is no failure. */
	assert_int_equal(undo_slot_arm(undo, path, 6, &info), ERR_OK);
	undo_slot_close(undo);
	close(fd);
	unlink(path);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_not_equal(undo_slot_arm(undo, path, 6, &info), ERR_OK);
	undo_slot_close(undo);
	remove_folder();
}

static void a_short_file_is_not_armed(void **state)
{
	struct undo_slot *undo;
	struct err_info info;
	bool restored;
	char path[128];
	int fd;

	(void)state;
	make_folder();
	path_of(0, path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(pwrite(fd, "short", 5, 0), 5);
	close(fd);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_int_equal(undo_slot_arm(undo, path, 6, &info), ERR_CORRUPT);
	assert_int_equal(undo_slot_arm(undo, path, 1 << 20, &info), ERR_TOO_LARGE);
	undo_slot_close(undo);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	assert_false(restored);
	undo_slot_close(undo);
	remove_folder();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(put_back_once_and_only_when_armed),
		cmocka_unit_test(a_short_file_is_not_armed),
		cmocka_unit_test(kills_shift_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
