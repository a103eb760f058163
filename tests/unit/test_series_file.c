/* test_series_file.c - one file: what is written comes back in the row of its time, holes stay holes, what is no file of
 * ours is told from one. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <rrd.h>

#include "base/micro.h"
#include "collector/series_file.h"
#include "engine/input.h"

#define T0 INT64_C(1000000200)

static const struct value_desc values[] = {{"rtt", "s", ""}, {"loss", "1", ""}};
static const struct check_schema schema = {.type = "ping", .values = values, .value_count = 2};
static const struct value_desc other_values[] = {{"rtt", "s", ""}, {"jitter", "s", ""}};
static const struct check_schema other = {
	.type = "other", .values = other_values, .value_count = 2};

static char folder[64], path[96];
static struct undo_slot *undo;
static struct series_facts facts;

static int set_up(void **state)
{
	struct err_info info;
	bool restored;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-file-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/c/a.rrd", folder);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	return 0;
}

static int tear_down(void **state)
{
	char other_path[128];

	(void)state;
	undo_slot_close(undo);
	unlink(path);
	snprintf(other_path, sizeof(other_path), "%s.damaged-20251009T085320Z", path);
	unlink(other_path);
	snprintf(other_path, sizeof(other_path), "%s/undo.slot", folder);
	unlink(other_path);
	snprintf(other_path, sizeof(other_path), "%s/c", folder);
	rmdir(other_path);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

struct given {
	int64_t after; /* T0 */
	enum health state;
	int64_t rtt;
};

static void write_all(const struct series_layout *l, const struct given *g, size_t count)
{
	struct series_rows rows;
	struct err_info info;

	series_rows_init(&rows, 2);
	for (size_t i = 0; i < count; i++) {
		struct series_row row = {.t = T0 + g[i].after, .state = (uint8_t)g[i].state};
		int64_t v[2] = {g[i].rtt, MICRO_NONE};

		series_rows_add(&rows, &row, v, 2);
	}
	assert_int_equal(series_file_update(path, l, &facts, undo, &rows, 0, &info), ERR_OK);
	series_rows_release(&rows);
}

static void create(const struct series_layout *l)
{
	struct err_info info;

	assert_int_equal(series_file_look(path, l, &facts, &info), ERR_NOT_FOUND);
	assert_int_equal(series_file_create(path, l, T0, &info), ERR_OK);
	assert_int_equal(series_file_look(path, l, &facts, &info), ERR_OK);
	assert_int_equal(facts.last, T0 - l->interval_s);
}

/* The row at T0 + after of an archive; column 0 state, 1 bad, 2 rtt, 3 loss. */
static double cell(const char *function, unsigned long wish, int64_t after, unsigned column)
{
	time_t from = (time_t)(T0 + after) - (time_t)wish, to = (time_t)(T0 + after);
	unsigned long step = wish, columns;
	rrd_value_t *data;
	char **names;
	double v;

	assert_int_equal(rrd_fetch_r(path, function, &from, &to, &step, &columns, &names, &data),
			 0);
	assert_int_equal(step, wish);
	v = data[((size_t)(T0 + after - from) / step - 1) * columns + column];
	for (unsigned long c = 0; c < columns; c++)
		free(names[c]);
	free(names);
	free(data);
	return v;
}

static void every_value_is_in_its_row(void **state)
{
	static const struct given given[] = {
		{0, HEALTH_OK, 1500},
		{10, HEALTH_WARNING, 2500},
		{20, HEALTH_CRITICAL, MICRO_NONE},
		{30, HEALTH_BLIND, MICRO_NONE},
		{40, HEALTH_OK, -3},
		{50, HEALTH_OK, 123456789012345},
	};
	static const double bad[] = {0, 1, 1, NAN, 0, 0};
	struct series_layout l = {.schema = &schema, .interval_s = 10};

	(void)state;
	create(&l);
	write_all(&l, given, 4); /* in two calls */
	write_all(&l, given + 4, 2);
	assert_int_equal(facts.last, T0 + 50);
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++) {
		double rtt = cell("AVERAGE", 10, given[i].after, 2);
		double b = cell("AVERAGE", 10, given[i].after, 1);

		assert_true(cell("AVERAGE", 10, given[i].after, 0) == (double)given[i].state);
		assert_true(isnan(bad[i]) ? isnan(b) : b == bad[i]);
		if (given[i].rtt == MICRO_NONE)
			assert_true(isnan(rtt));
		else
			assert_true(fabs(rtt - (double)given[i].rtt / 1e6) <= fabs(rtt) * 1e-12);
		assert_true(isnan(cell("AVERAGE", 10, given[i].after, 3)));
	}
}

static void holes_stay_unknown(void **state)
{
	/* Slots 10, 20 and all between 40 and 4000 are missing. */
	static const struct given given[] = {{0, HEALTH_OK, 1},
					     {30, HEALTH_OK, 2},
					     {4000, HEALTH_CRITICAL, 3},
					     {4010, HEALTH_OK, 4}};
	struct series_layout l = {.schema = &schema, .interval_s = 10};

	(void)state;
	create(&l);
	for (size_t i = 0; i < 4; i++)
		write_all(&l, &given[i], 1); /* holes between calls */
	assert_true(cell("AVERAGE", 10, 0, 2) == 1e-6);
	assert_true(isnan(cell("AVERAGE", 10, 10, 0)));
	assert_true(isnan(cell("AVERAGE", 10, 20, 2)));
	assert_true(cell("AVERAGE", 10, 30, 2) == 2e-6);
	assert_true(isnan(cell("AVERAGE", 10, 40, 2)));
	assert_true(isnan(cell("AVERAGE", 10, 3990, 0)));
	assert_true(cell("AVERAGE", 10, 4000, 2) == 3e-6); /* the first after a hole is there */
	assert_true(cell("AVERAGE", 10, 4000, 0) == 2);
	assert_true(cell("AVERAGE", 10, 4010, 2) == 4e-6);
}

/* What is not on the disk yet must not go with the pages. */
static void a_refined_file_loses_nothing(void **state)
{
	static const struct given before[] = {{0, HEALTH_OK, 1}, {10, HEALTH_WARNING, 2}};
	static const struct given after[] = {{20, HEALTH_OK, 3}};
	struct series_layout l = {.schema = &schema, .interval_s = 10};
	struct err_info info;

	(void)state;
	series_file_refine(path); /* there is none yet */
	create(&l);
	write_all(&l, before, 2);
	series_file_refine(path);
	assert_int_equal(series_file_sync(path, &info), ERR_OK);
	series_file_refine(path);
	write_all(&l, after, 1);
	assert_true(cell("AVERAGE", 10, 0, 2) == 1e-6);
	assert_true(cell("AVERAGE", 10, 10, 0) == 1);
	assert_true(cell("AVERAGE", 10, 20, 2) == 3e-6);
}

static void short_outages_show_in_wide_rows(void **state)
{
	/* T0 is a multiple of 300: slots 10..300 make one row of five minutes. */
	struct given given[61];
	struct series_layout l = {.schema = &schema, .interval_s = 10};

	(void)state;
	for (int i = 0; i < 61; i++)
		given[i] = (struct given){10 * i, i == 7 ? HEALTH_CRITICAL : HEALTH_OK,
					  1000 * (i + 1)};
	create(&l);
	write_all(&l, given, 61);
	assert_true(cell("MAX", 300, 300, 0) == 2);
	assert_true(fabs(cell("AVERAGE", 300, 300, 1) - 1.0 / 30) < 1e-9); /* the exact share */
	assert_true(fabs(cell("AVERAGE", 300, 300, 2) - 0.0165) < 1e-9); /* mean of 2..31 ms */
	assert_true(fabs(cell("MIN", 300, 300, 2) - 0.002) < 1e-9);
	assert_true(fabs(cell("MAX", 300, 300, 2) - 0.031) < 1e-9);
	assert_true(cell("MAX", 300, 600, 0) == 0);
}

static void long_and_short_intervals(void **state)
{
	static const int64_t intervals[] = {1, 7, 300, 3600, 86400};

	(void)state;
	for (size_t i = 0; i < sizeof(intervals) / sizeof(intervals[0]); i++) {
		struct series_layout l = {.schema = &schema, .interval_s = intervals[i]};
		int64_t base = (T0 + intervals[i] - 1) / intervals[i] * intervals[i] - T0;
		struct given given[3];

		unlink(path);
		create(&l);
		for (int k = 0; k < 3; k++)
			given[k] = (struct given){base + k * intervals[i], HEALTH_OK, 1000 + k};
		write_all(&l, given, 3);
		for (int k = 0; k < 3; k++)
			assert_true(fabs(cell("AVERAGE", (unsigned long)intervals[i],
					      given[k].after, 2) -
					 (1000 + k) / 1e6) < 1e-12);
	}
}

static void put_file(const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

/* The library trusts the header and maps the file: whatever does not fit is refused before it sees it. */
static void no_byte_of_the_header_kills(void **state)
{
	struct series_layout l = {.schema = &schema, .interval_s = 10};
	struct err_info info;
	unsigned refused = 0;
	struct stat st;
	int fd;

	(void)state;
	create(&l);
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_OK);
	assert_int_equal(stat(path, &st), 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	for (off_t at = 0; at < (off_t)facts.header_size; at++) {
		struct series_facts seen;
		unsigned char c, spoiled;

		assert_int_equal(pread(fd, &c, 1, at), 1);
		spoiled = c ^ 0xFF;
		assert_int_equal(pwrite(fd, &spoiled, 1, at), 1);
		if (series_file_look(path, &l, &seen, &info) == ERR_CORRUPT)
			refused++;
		else if (at >= (off_t)facts.header_size - 7 * 8 &&
			 (facts.header_size - (size_t)at - 1) % 8 < 6)
			fail_msg("a row far out of the file (byte %ld) would be written to",
				 (long)at);
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
	}
	/* Cookie, counters, step, names, rows and pointers of all archives, at the least. */
	assert_true(refused > 100);
	assert_int_equal(ftruncate(fd, st.st_size + 8), 0);
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_CORRUPT);
	for (off_t cut = 1; cut < st.st_size; cut += 997) {
		assert_int_equal(ftruncate(fd, st.st_size - cut), 0);
		assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_CORRUPT);
	}
	close(fd);
}

static void foreign_files_are_told_and_set_aside(void **state)
{
	struct series_layout l = {.schema = &schema, .interval_s = 10},
			     l2 = {.schema = &other, .interval_s = 10};
	struct err_info info;
	char old[128];

	(void)state;
	create(&l);
	assert_int_equal(series_file_look(path, &l2, &facts, &info), ERR_CORRUPT);
	assert_int_equal(series_file_set_aside(path, 1760000000, &info), ERR_OK);
	snprintf(old, sizeof(old), "%s.damaged-20251009T085320Z", path);
	assert_int_equal(access(old, F_OK), 0);
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_NOT_FOUND);
	put_file("", 0);
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_CORRUPT);
	put_file("RRD", 3);
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_CORRUPT);
	put_file(folder, sizeof(folder));
	assert_int_equal(series_file_look(path, &l, &facts, &info), ERR_CORRUPT);
}

/* The undo slot copies exactly what lies before the rows. */
static void the_header_ends_where_the_rows_begin(void **state)
{
	static const struct value_desc many[] = {{"a", "", ""}, {"b", "", ""}, {"c", "", ""},
						 {"d", "", ""}, {"e", "", ""}, {"f", "", ""},
						 {"g", "", ""}, {"h", "", ""}};

	(void)state;
	for (size_t n = 0; n <= 8; n += 4) {
		struct check_schema s = {.type = "t", .values = many, .value_count = n};
		struct series_layout l = {.schema = &s, .interval_s = 10};
		struct stat st;

		unlink(path);
		create(&l);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal((size_t)st.st_size - facts.header_size,
				 (8640 + 3 * (2016 + 1460 + 750)) * (n + 2) * sizeof(double));
		if (n == 8)
			assert_in_range(st.st_size, 1600000, 1800000);
	}
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(every_value_is_in_its_row),
		IN_FOLDER(holes_stay_unknown),
		IN_FOLDER(a_refined_file_loses_nothing),
		IN_FOLDER(short_outages_show_in_wide_rows),
		IN_FOLDER(long_and_short_intervals),
		IN_FOLDER(no_byte_of_the_header_kills),
		IN_FOLDER(foreign_files_are_told_and_set_aside),
		IN_FOLDER(the_header_ends_where_the_rows_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
