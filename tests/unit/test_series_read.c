/* test_series_read.c - what a graph gets: labels, steps, unknown as null, the worst state of wide rows, rows that wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/micro.h"
#include "collector/series_file.h"
#include "engine/input.h"

#define T0 INT64_C(1000000200)

static const struct value_desc values[] = {{"rtt", "s", ""}};
static const struct check_schema schema = {.type = "ping", .values = values, .value_count = 1};
static const struct series_layout layout = {.schema = &schema, .interval_s = 10};
static char folder[64], path[96];
static struct undo_slot *undo;
static struct series_rows waiting;
static struct buf json;

static void add(struct series_rows *rows, int64_t after, enum health state, int64_t rtt)
{
	struct series_row row = {.t = T0 + after, .state = (uint8_t)state};

	series_rows_add(rows, &row, &rtt, 1);
}

/* Slots 0..2990 of ok, critical at 500, 510 and 2000, a hole at 600..690. */
static int set_up(void **state)
{
	struct series_facts facts;
	struct series_rows rows;
	struct err_info info;
	bool restored;

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-read-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/a.rrd", folder);
	assert_int_equal(undo_slot_open(folder, &undo, &restored, &info), ERR_OK);
	series_rows_init(&rows, 1);
	series_rows_init(&waiting, 1);
	for (int64_t after = 0; after < 3000; after += 10) {
		bool bad = after == 500 || after == 510 || after == 2000;

		if (after < 600 || after >= 700)
			add(&rows, after, bad ? HEALTH_CRITICAL : HEALTH_OK,
			    bad ? MICRO_NONE : after * 1000);
	}
	assert_int_equal(series_file_create(path, &layout, T0, &info), ERR_OK);
	assert_int_equal(series_file_look(path, &layout, &facts, &info), ERR_OK);
	assert_int_equal(series_file_update(path, &layout, &facts, undo, &rows, 0, &info), ERR_OK);
	series_rows_release(&rows);
	buf_init(&json, 64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	char slot[128];

	(void)state;
	buf_release(&json);
	series_rows_release(&waiting);
	undo_slot_close(undo);
	unlink(path);
	snprintf(slot, sizeof(slot), "%s/undo.slot", folder);
	unlink(slot);
	assert_int_equal(rmdir(folder), 0);
	return 0;
}

static const char *read_series(int64_t start, int64_t end, unsigned points)
{
	struct series_range range = {start, end, points, 0};
	struct err_info info;

	buf_reset(&json);
	assert_int_equal(series_file_read(path, &layout, &range, &waiting, &json, &info), ERR_OK);
	return buf_cstr(&json);
}

static unsigned rows_of(const char *text)
{
	unsigned n = 0;

	for (text = strstr(text, "\"rows\":[") + 8; (text = strchr(text, '[')) != NULL; text++)
		n++;
	return n;
}

static void rows_are_labelled_with_their_slot(void **state)
{
	(void)state;
	assert_string_equal(
		read_series(T0 + 490, T0 + 520, 100),
		"{\"start\":1000000690,\"step\":10,\"names\":[\"state\",\"bad\",\"rtt\"],"
		"\"rows\":[[0,0,0.49],[2,1,null],[2,1,null],[0,0,0.52]]}");
	/* Between two slots: from the next to the one that holds the end. */
	assert_string_equal(
		read_series(T0 + 581, T0 + 599, 100),
		"{\"start\":1000000790,\"step\":10,\"names\":[\"state\",\"bad\",\"rtt\"],"
		"\"rows\":[[0,0,0.59],[null,null,null]]}");
}

static void many_rows_are_made_few(void **state)
{
	const char *text = read_series(T0, T0 + 2990, 75);

	(void)state;
	/* Four slots a row. 1000000200 is one, 490..520 make another: the worst state, a mean of the rest. */
	assert_non_null(strstr(text, "\"start\":1000000200,\"step\":40,"));
	assert_int_equal(rows_of(text), 76);
	assert_non_null(strstr(text, "[2,0.5,0.505]"));
	assert_non_null(strstr(text, "[null,null,null]"));
	text = read_series(T0, T0 + 2990, 300);
	assert_int_equal(rows_of(text), 300);
}

static void wide_archives_show_the_worst_state(void **state)
{
	const char *text = read_series(T0 - 86400, T0 + 2990, 100);

	(void)state;
	assert_non_null(strstr(text, "\"step\":900,"));
	assert_non_null(strstr(text, "[2,0.022989,"));
	assert_null(strstr(text, "[0.0"));
}

static const char *read_bands(int64_t start, int64_t end, unsigned points)
{
	struct series_range range = {start, end, points, 1};
	struct err_info info;

	buf_reset(&json);
	assert_int_equal(series_file_read(path, &layout, &range, &waiting, &json, &info), ERR_OK);
	return buf_cstr(&json);
}

/* The smoke is made of the finest rows that reach so far back, holes left out. */
static void bands_are_of_the_finest_rows(void **state)
{
	const char *text = read_bands(T0 + 10, T0 + 190, 2);

	(void)state;
	assert_non_null(strstr(text, "\"fine\":10,\"newest\":1000003190,\"bands\":{\"rtt\":{"));
	assert_non_null(strstr(text, "\"step\":100,"));
	assert_non_null(strstr(text, "\"min\":[0.01,0.11],\"p10\":[0.01,0.11],\"p50\":[0.05,"
				     "0.15],\"p90\":[0.09,0.19],\"max\":[0.1,0.19]"));
	/* Nothing is known of 600..690, nor how long the bad ones took. */
	text = read_bands(T0 + 610, T0 + 690, 1);
	assert_non_null(strstr(text, "\"rows\":[[null,null,null]]"));
	assert_non_null(strstr(text, "\"p50\":[null]"));
	/* A day back only the rows of five minutes reach: their extremes come from their own archives. */
	text = read_bands(T0 - 86400 - 60, T0 + 2990, 10000);
	assert_non_null(strstr(text, "\"fine\":300,"));
	assert_non_null(strstr(text, "null,0,0.01,0.31,0.7,0.91,1.21,"));
	text = read_bands(T0 + 5000, T0 + 6000, 10);
	assert_non_null(
		strstr(text, "\"rows\":[],\"fine\":10,\"newest\":1000003190,\"bands\":{}}"));
}

static void waiting_rows_lie_over_the_file(void **state)
{
	(void)state;
	add(&waiting, 3000, HEALTH_CRITICAL, MICRO_NONE);
	add(&waiting, 3020, HEALTH_BLIND, 7000000);
	assert_string_equal(
		read_series(T0 + 2990, T0 + 3100, 100),
		"{\"start\":1000003190,\"step\":10,\"names\":[\"state\",\"bad\",\"rtt\"],"
		"\"rows\":[[0,0,2.99],[2,1,null],[null,null,null],[3,null,7]]}");
}

static void absurd_ranges_cost_nothing(void **state)
{
	(void)state;
	assert_true(rows_of(read_series(0, INT32_MAX, 200000)) < 2000);
	assert_true(json.len < 100000);
	assert_true(rows_of(read_series(T0, INT32_MAX, 200000)) <= 302);
	assert_string_equal(read_series(T0 + 5000, INT32_MAX, 100),
			    "{\"start\":1000005200,\"step\":10,\"names\":[\"state\",\"bad\","
			    "\"rtt\"],\"rows\":[]}");
	assert_true(rows_of(read_series(0, 100, 100)) == 0);
	assert_true(rows_of(read_series(T0, T0 + 2990, 1)) <= 2);
	assert_int_equal(rows_of(read_series(T0, T0 + 100, 0)), 11);
}

static void a_missing_file_is_told(void **state)
{
	struct series_range range = {T0, T0 + 100, 10, 0};
	struct err_info info;

	(void)state;
	assert_int_equal(
		series_file_read("/nonexistent/x.rrd", &layout, &range, &waiting, &json, &info),
		ERR_NOT_FOUND);
	assert_int_equal(json.len, 0);
}

/* A new check is seen before its file is made. */
static void rows_that_wait_for_their_file_are_seen(void **state)
{
	(void)state;
	assert_int_equal(unlink(path), 0);
	add(&waiting, 0, HEALTH_OK, 5000000);
	add(&waiting, 20, HEALTH_CRITICAL, MICRO_NONE);
	assert_string_equal(
		read_series(T0 - 5, T0 + 100, 100),
		"{\"start\":1000000200,\"step\":10,\"names\":[\"state\",\"bad\",\"rtt\"],"
		"\"rows\":[[0,0,5],[null,null,null],[2,1,null]]}");
	assert_string_equal(read_series(T0 + 50, T0 + 100, 100),
			    "{\"start\":1000000250,\"step\":10,\"names\":[\"state\",\"bad\","
			    "\"rtt\"],\"rows\":[]}");
	assert_int_equal(rows_of(read_series(0, INT32_MAX, 200000)), 3);
}

#define WITH_FILE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FILE(rows_are_labelled_with_their_slot),
		WITH_FILE(many_rows_are_made_few),
		WITH_FILE(wide_archives_show_the_worst_state),
		WITH_FILE(bands_are_of_the_finest_rows),
		WITH_FILE(waiting_rows_lie_over_the_file),
		WITH_FILE(absurd_ranges_cost_nothing),
		WITH_FILE(rows_that_wait_for_their_file_are_seen),
		WITH_FILE(a_missing_file_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
