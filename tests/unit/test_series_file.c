/* series_file - each row holds its value; holes stay holes; a kill inside an update shifts nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/json_pull.h"
#include "base/rand.h"
#include "collector/series_file.h"

static const struct value_desc values[] = {{"size", "B", ""}};
static const struct check_schema schema = {.type = "x", .values = values, .value_count = 1};
static const struct series_layout layout = {&schema, 1, 10};
enum { T0 = 1700000000, KILLS = 60 };

static struct undo_slot *open_undo(const char *folder, bool *restored)
{
	struct undo_slot *u = NULL;
	struct err_info info;

	assert_int_equal(undo_slot_open(folder, &u, restored, &info), ERR_OK);
	return u;
}

static struct series_row row(int64_t t, int64_t v)
{
	return (struct series_row){.t = t, .value_count = 1, .values = {v * 1000000}};
}

/* The value of a second as the file tells it; -1 = unknown. */
static void read_all(const char *path, int64_t from, int64_t to, int64_t *ret)
{
	struct json_pull in;
	struct slice key;
	struct err_info info;
	struct buf json;
	int64_t start = 0, v, t;

	buf_init(&json, 10 << 20);
	assert_int_equal(series_file_read(path, from, to, 0, &json, &info), ERR_OK);
	in = json_pull_from(buf_slice(&json));
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "start"))
			json_read_i64(&in, &start);
		if (!slice_is(key, "rows")) {
			if (!slice_is(key, "start"))
				json_skip(&in);
			continue;
		}
		t = start;
		json_enter_array(&in);
		for (; json_next_element(&in); t++) {
			json_enter_array(&in);
			for (int c = 0; json_next_element(&in); c++) {
				json_read_micro(&in, &v);
				if (c == 2 && t >= from && t <= to)
					ret[t - from] = v == INT64_MIN ? -1 : v / 1000000;
			}
		}
	}
	assert_null(in.error);
	buf_release(&json);
}

static void rows_hold_their_values_and_holes_stay(void **state)
{
	char folder[] = "/tmp/vigia-series-XXXXXX", path[100];
	const struct series_row rows[] = {row(T0, 11), row(T0 + 1, 12), row(T0 + 2, 13),
					  row(T0 + 6, 14), row(T0 + 7, 15)};
	int64_t got[8];
	struct err_info info;
	struct undo_slot *u;
	bool restored;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.rrd", folder);
	u = open_undo(folder, &restored);
	assert_false(restored);
	assert_int_equal(series_file_create(path, &layout, T0, &info), ERR_OK);
	assert_int_equal(series_file_update(path, &layout, u, T0 - 1, rows, 5, &info), ERR_OK);
	assert_int_equal(series_file_last(path), T0 + 7);
	read_all(path, T0, T0 + 7, got);
	assert_int_equal(got[0], 11);
	assert_int_equal(got[1], 12);
	assert_int_equal(got[2], 13);
	assert_int_equal(got[4], -1);
	assert_int_equal(got[6], 14);
	assert_int_equal(got[7], 15);
	undo_slot_close(u);
	unlink(path);
}

/* A child that goes on writing one row a second of the file's time until it is killed. */
static void write_for_ever(const char *folder, const char *path)
{
	struct err_info info;
	bool restored;
	struct undo_slot *u = open_undo(folder, &restored);

	for (int64_t t = series_file_last(path) + 1;; t++) {
		struct series_row r = row(t, t - T0);

		if (series_file_update(path, &layout, u, t - 1, &r, 1, &info) != ERR_OK)
			_exit(1);
	}
}

static void a_kill_inside_an_update_shifts_nothing(void **state)
{
	char folder[] = "/tmp/vigia-series-XXXXXX", path[100];
	static int64_t got[9000];
	struct err_info info;
	struct undo_slot *u;
	struct rand r;
	int64_t last, first;
	bool restored;
	unsigned healed = 0;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.rrd", folder);
	assert_int_equal(series_file_create(path, &layout, T0, &info), ERR_OK);
	rand_seed(&r, 7);
	for (int k = 0; k < KILLS; k++) {
		struct timespec pause = {0, (long)rand_below(&r, 20000000)};
		pid_t child = fork();

		if (child == 0)
			write_for_ever(folder, path);
		/* The moment of the kill is random on purpose; nothing is waited for. */
		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		u = open_undo(folder, &restored);
		healed += restored;
		undo_slot_close(u);
	}
	last = series_file_last(path);
	first = last - 8000 > T0 + 1 ? last - 8000
				     : T0 + 1; /* what the finest archive still holds */
	read_all(path, first, last, got);
	for (int64_t t = first; t <= last; t++) {
		if (got[t - first] != t - T0)
			fail_msg("row %lld holds %lld", (long long)(t - T0),
				 (long long)got[t - first]);
	}
	print_message("%lld rows, %u headers restored after %d kills\n", (long long)(last - T0),
		      healed, KILLS);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold_their_values_and_holes_stay),
		cmocka_unit_test(a_kill_inside_an_update_shifts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
