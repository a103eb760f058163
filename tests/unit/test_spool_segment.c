/* spool_segment - a file of records: what is whole is read, in order, with what it says; thinning keeps the changes and lets
 * gaps stand for the rest; a failure to rewrite leaves the file as it was. */
#include <dirent.h>
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

#include "agent/spool_segment.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-segment-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	char path[SPOOL_PATH_SIZE];

	(void)state;
	segment_path(folder, "b", 7, path);
	unlink(path);
	return rmdir(folder); /* nothing else was left behind */
}

static struct spool_segment *fresh(void)
{
	struct spool_segment *g = NULL;
	struct err_info info;

	assert_int_equal(segment_create(folder, "b", 7, &g, &info), ERR_OK);
	return g;
}

static struct spool_segment *read_again(struct spool_segment *g)
{
	segment_free(g);
	g = segment_read(folder, "b-000000000007.seg");
	assert_non_null(g);
	return g;
}

static void put(struct spool_segment *g, uint64_t seq, bool changed)
{
	struct spool_record r = {.seq = seq, .to = seq, .changed = changed};
	struct err_info info;
	char text[64];

	snprintf(text, sizeof(text), "{\"seq\":%llu}", (unsigned long long)seq);
	assert_int_equal(segment_append(g, r, slice_of(text), &info), ERR_OK);
}

/* "1* 2-4 5*": results that changed with a star, gaps as ranges. */
static const char *told(const struct spool_segment *g)
{
	static char text[1000];
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = g->first; i < g->count; i++) {
		const struct spool_record *r = &g->records[i];

		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%llu", i > g->first ? " " : "",
				      (unsigned long long)r->seq);
		if (r->is_gap)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "-%llu",
					      (unsigned long long)r->to);
		else if (r->changed)
			n += (size_t)snprintf(text + n, sizeof(text) - n, "*");
	}
	return text;
}

static void what_is_written_is_read(void **state)
{
	struct spool_segment *g = fresh();
	char text[SPOOL_RECORD_MAX + 1];

	(void)state;
	put(g, 1, true);
	put(g, 2, false);
	g = read_again(g);
	assert_string_equal(told(g), "1* 2");
	assert_string_equal(g->boot, "b");
	assert_int_equal(g->number, 7);
	assert_true(segment_wake(g) && segment_text(g, &g->records[1], text));
	assert_string_equal(text, "{\"seq\":2}");
	put(g, 3, true); /* and goes on */
	g = read_again(g);
	assert_string_equal(told(g), "1* 2 3*");
	segment_free(g);
}

static void names_that_are_none_of_ours(void **state)
{
	static const char *const names[] = {"b.seg",
					    "b-x.seg",
					    "b-1.txt",
					    "b-000000000007.seg.new",
					    "..",
					    "b--1.seg",
					    "abcdefghijabcdefghijabcdefghijabc-1.seg"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (segment_read(folder, names[i]) != NULL)
			fail_msg("%s was read", names[i]);
	}
}

static void thinning(void **state)
{
	struct spool_segment *g = fresh();
	struct err_info info;
	int64_t before;

	(void)state;
	for (uint64_t seq = 1; seq <= 9; seq++)
		put(g, seq, seq == 4 || seq == 5);
	g->first = 1; /* the first is safe at the collector already */
	before = g->bytes;
	assert_true(segment_has_unchanged(g));
	assert_int_equal(segment_thin(folder, g, "spool-full", &info), ERR_OK);
	assert_string_equal(told(g), "2-3 4* 5* 6-9");
	assert_false(segment_has_unchanged(g));
	assert_true(segment_has_results(g));
	assert_true(g->bytes < before);
	put(g, 10, false);
	g = read_again(g);
	assert_string_equal(told(g), "2-3 4* 5* 6-9 10");
	assert_int_equal(segment_thin(folder, g, "spool-full", &info), ERR_OK);
	assert_string_equal(told(g), "2-3 4* 5* 6-10"); /* gaps join */
	segment_free(g);
}

static void thinning_that_fails_changes_nothing(void **state)
{
	struct spool_segment *g = fresh();
	char path[SPOOL_PATH_SIZE + 8];
	struct err_info info;

	(void)state;
	put(g, 1, false);
	put(g, 2, true);
	segment_path(folder, "b", 7, path);
	strcat(path, ".new");
	assert_int_equal(mkdir(path, 0700), 0); /* in the way */
	assert_int_not_equal(segment_thin(folder, g, "spool-full", &info), ERR_OK);
	assert_true(strlen(info.text) > 0);
	rmdir(path);
	assert_string_equal(told(g), "1 2*");
	g = read_again(g);
	assert_string_equal(told(g), "1 2*");
	segment_free(g);
}

static void collapsing(void **state)
{
	struct spool_segment *g = fresh();
	char text[SPOOL_RECORD_MAX + 1];

	(void)state;
	put(g, 5, true);
	put(g, 6, false);
	segment_collapse(g, 2, "spool-full");
	assert_string_equal(told(g), "2-6");
	assert_false(segment_has_results(g));
	g = read_again(g);
	assert_string_equal(told(g), "2-6");
	assert_true(segment_wake(g) && segment_text(g, &g->records[0], text));
	assert_string_equal(text, "spool-full");
	segment_free(g);
}

static void gaps_that_only_memory_knows(void **state)
{
	struct spool_segment *g = fresh();

	(void)state;
	put(g, 1, true);
	segment_note_gap(g, 2, 3);
	segment_note_gap(g, 4, 4); /* joins */
	assert_string_equal(told(g), "1* 2-4");
	g->records[1].sent = true;
	segment_note_gap(g, 5, 6); /* what was told already stays as it was told */
	assert_string_equal(told(g), "1* 2-4 5-6");
	g = read_again(g);
	assert_string_equal(told(g), "1*");
	segment_free(g);
}

static void too_large(void **state)
{
	struct spool_segment *g = fresh();
	struct spool_record r = {.seq = 1, .to = 1};
	static char text[SPOOL_RECORD_MAX + 1];
	struct err_info info;

	(void)state;
	assert_int_equal(segment_append(g, r, (struct slice){text, SPOOL_RECORD_MAX + 1}, &info),
			 ERR_TOO_LARGE);
	assert_int_equal(segment_append(g, r, (struct slice){text, SPOOL_RECORD_MAX}, &info),
			 ERR_OK);
	g = read_again(g);
	assert_int_equal(g->count, 1);
	segment_free(g);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		T(what_is_written_is_read),
		T(names_that_are_none_of_ours),
		T(thinning),
		T(thinning_that_fails_changes_nothing),
		T(collapsing),
		T(gaps_that_only_memory_knows),
		T(too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
