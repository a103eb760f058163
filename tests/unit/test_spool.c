/* spool - results survive a restart and a torn tail; what is full becomes a gap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/spool.h"

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-spool-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	struct dirent *e;
	DIR *d = opendir(folder);
	char path[400];

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		unlink(path);
	}
	closedir(d);
	return rmdir(folder);
}

static struct spool *open_spool(const char *boot, int64_t max)
{
	struct spool *s = NULL;
	struct err_info info;

	assert_int_equal(spool_open(folder, max, boot, &s, &info), ERR_OK);
	return s;
}

static void put_as(struct spool *s, uint64_t from, uint64_t to, size_t size, bool changed)
{
	struct err_info info;
	char json[8000];

	memset(json, 'x', sizeof(json));
	for (uint64_t seq = from; seq <= to; seq++) {
		int n = snprintf(json, 100, "{\"seq\":%llu}", (unsigned long long)seq);

		json[n] = ' ';
		assert_int_equal(spool_append(s, seq, (struct slice){json, size}, changed, &info),
				 ERR_OK);
	}
}

static void put(struct spool *s, uint64_t from, uint64_t to, size_t size)
{
	put_as(s, from, to, size, true);
}

static void a_restart_keeps_the_boot_a_result_was_born_in(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	struct buf out;

	(void)state;
	put(s, 1, 3, 20);
	spool_close(s);
	s = open_spool("b2", 1 << 20);
	put(s, 1, 2, 20);
	assert_int_equal(spool_count(s), 5);
	assert_string_equal(spool_oldest_unsent_boot(s), "b1");
	buf_init(&out, 10000);
	assert_int_equal(spool_take(s, "b1", 100, 10000, &out), 3);
	assert_non_null(strstr(buf_cstr(&out), "{\"seq\":3}"));
	assert_string_equal(spool_oldest_unsent_boot(s), "b2");
	spool_rewind(s, "b1", 2);
	buf_reset(&out);
	assert_int_equal(spool_take(s, "b1", 100, 10000, &out), 1);
	spool_delete(s, "b1", 3);
	assert_string_equal(spool_oldest_boot(s), "b2");
	assert_int_equal(spool_count(s), 2);
	buf_release(&out);
	spool_close(s);
}

/* Copies the one segment cut at `size` into a folder of its own and counts what is read. */
static uint64_t count_of_cut(const char *name, long size)
{
	char kept[64], path[400];
	struct spool *s;
	struct err_info info;
	uint64_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(kept, sizeof(kept), "%s", folder);
	assert_int_equal(truncate(path, size), 0);
	assert_int_equal(spool_open(kept, 1 << 20, "later", &s, &info), ERR_OK);
	n = spool_count(s);
	spool_close(s);
	return n;
}

static void a_torn_tail_is_dropped_at_every_byte(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	long record = 32 + 40;

	(void)state;
	put(s, 1, 5, 40);
	spool_close(s);
	for (long size = 5 * record; size > record; size -= 7) {
		uint64_t n = count_of_cut("b1-000000000000.seg", size);

		assert_int_equal(n, size / record);
	}
}

static void a_flipped_bit_ends_the_segment_there(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	char path[400], byte;
	int fd;

	(void)state;
	put(s, 1, 5, 40);
	spool_close(s);
	snprintf(path, sizeof(path), "%s/b1-000000000000.seg", folder);
	fd = open(path, O_RDWR);
	assert_int_equal(pread(fd, &byte, 1, 2 * 72 + 40), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 2 * 72 + 40), 1);
	close(fd);
	s = open_spool("b2", 1 << 20);
	assert_int_equal(spool_count(s), 2);
	spool_close(s);
}

/* The numbers that results and gaps of a start hold must be all of them, once each. */
static void expect_whole(struct spool *s, const char *boot, uint64_t last, uint64_t *ret_kept)
{
	struct spool_gap gaps[64];
	unsigned char *seen = calloc(last + 1, 1);
	struct buf out;
	size_t n;

	buf_init(&out, 64 << 20);
	*ret_kept = spool_take(s, boot, SIZE_MAX, SIZE_MAX, &out);
	for (const char *p = buf_cstr(&out); (p = strstr(p, "\"seq\":")) != NULL; p += 6)
		seen[strtoull(p + 6, NULL, 10)]++;
	while ((n = spool_take_gaps(s, boot, gaps, 64)) > 0) {
		for (size_t i = 0; i < n; i++) {
			for (uint64_t k = gaps[i].from; k <= gaps[i].to; k++)
				seen[k]++;
		}
	}
	for (uint64_t k = 1; k <= last; k++) {
		if (seen[k] != 1)
			fail_msg("number %llu: %u times", (unsigned long long)k, seen[k]);
	}
	assert_int_equal(spool_unsent(s), 0);
	buf_release(&out);
	free(seen);
}

static void a_full_spool_drops_the_oldest_and_says_so(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	struct spool_gap gaps[4];
	uint64_t kept;

	(void)state;
	put(s, 1, 400, 7000);
	assert_true(spool_count(s) < 200);
	assert_int_equal(spool_take_gaps(s, "b1", gaps, 4), 1); /* one, however often it was full */
	assert_int_equal(gaps[0].from, 1);
	assert_string_equal(gaps[0].reason, "spool-full");
	assert_int_equal(spool_take_gaps(s, "b1", gaps, 4), 0);
	spool_rewind_all(s); /* it did not arrive */
	expect_whole(s, "b1", 400, &kept);
	assert_int_equal(kept, spool_count(s));
	spool_close(s);
	s = open_spool("b2", 1 << 20); /* nor is it forgotten by a restart */
	expect_whole(s, "b1", 400, &kept);
	spool_delete(s, "b1", 400);
	assert_int_equal(spool_count(s), 0);
	assert_null(spool_oldest_boot(s));
	spool_close(s);
}

/* One sample in ten says something new: those outlive the others. */
static void unchanged_samples_go_before_changes(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	uint64_t kept;

	(void)state;
	for (uint64_t seq = 1; seq <= 800; seq++)
		put_as(s, seq, seq, 4000, seq % 10 == 0);
	expect_whole(s, "b1", 800, &kept);
	assert_in_range(kept, 80, 400); /* every change, and the newest of the others */
	spool_rewind_all(s);
	for (uint64_t seq = 10; seq <= 800; seq += 10) {
		char text[32];
		struct buf out;

		buf_init(&out, 16000);
		assert_int_equal(spool_take(s, "b1", 1, 16000, &out), 1);
		snprintf(text, sizeof(text), "{\"seq\":%llu}", (unsigned long long)seq);
		if (strncmp(buf_cstr(&out), text, strlen(text)) != 0 && seq < 500)
			fail_msg("%s came, not %s", buf_cstr(&out), text);
		buf_release(&out);
	}
	spool_close(s);
	s = open_spool("b2", 1 << 20);
	expect_whole(s, "b1", 800, &kept);
	spool_close(s);
}

static void a_smaller_limit_takes_effect_at_once(void **state)
{
	struct spool *s = open_spool("b1", 8 << 20);
	uint64_t kept;

	(void)state;
	put(s, 1, 800, 7000);
	assert_int_equal(spool_count(s), 800);
	spool_set_max(s, 1 << 20);
	assert_true(spool_count(s) < 200);
	expect_whole(s, "b1", 800, &kept);
	spool_close(s);
}

/* What a damaged file no longer holds is told as lost, up to the next file. */
static void damage_inside_becomes_a_gap(void **state)
{
	struct spool *s = open_spool("b1", 8 << 20);
	struct spool_gap gap;
	char path[400];
	uint64_t kept;

	(void)state;
	put(s, 1, 100, 7000); /* three files */
	spool_close(s);
	snprintf(path, sizeof(path), "%s/b1-000000000000.seg", folder);
	assert_int_equal(truncate(path, 10 * (7000 + 32) + 500), 0);
	s = open_spool("b2", 8 << 20);
	assert_int_equal(spool_take_gaps(s, "b1", &gap, 1), 1);
	assert_int_equal(gap.from, 11);
	assert_string_equal(gap.reason, "spool-damaged");
	spool_rewind_all(s);
	expect_whole(s, "b1", 100, &kept);
	spool_close(s);
}

/* The disk takes nothing for a while: a limit on the size of files stands for it. */
static void what_the_disk_refuses_is_told_later(void **state)
{
	struct rlimit old, none;
	struct spool *s = open_spool("b1", 8 << 20);
	struct spool_gap gap;
	struct err_info info;
	uint64_t kept;

	(void)state;
	put(s, 1, 3, 100);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	none = (struct rlimit){.rlim_cur = 3 * 132 + 10, .rlim_max = old.rlim_max};
	setrlimit(RLIMIT_FSIZE, &none);
	for (uint64_t seq = 4; seq <= 6; seq++)
		assert_int_not_equal(
			spool_append(s, seq, SLICE_LIT("{\"seq\":0}    "), true, &info), ERR_OK);
	setrlimit(RLIMIT_FSIZE, &old);
	put(s, 7, 8, 100);
	assert_int_equal(spool_take_gaps(s, "b1", &gap, 1), 1);
	assert_int_equal(gap.from, 4);
	assert_int_equal(gap.to, 6);
	assert_string_equal(gap.reason, "disk-full");
	spool_rewind_all(s);
	expect_whole(s, "b1", 8, &kept);
	assert_int_equal(kept, 5);
	spool_close(s);
}

/* 72 h can be a thousand files: the process has descriptors for its probes all the same. */
static void more_files_than_descriptors(void **state)
{
	struct rlimit before, few;
	struct spool *s;
	struct buf out;
	uint64_t taken = 0;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 24;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	s = open_spool("b1", 64 << 20);
	put(s, 1, 2000, 7000); /* 53 files */
	spool_close(s);
	s = open_spool("b2", 64 << 20);
	assert_int_equal(spool_count(s), 2000);
	put(s, 1, 2000, 7000);
	buf_init(&out, 64 << 20);
	for (size_t n; (n = spool_take(s, taken < 2000 ? "b1" : "b2", 500, 8 << 20, &out)) > 0;
	     taken += n)
		buf_reset(&out);
	assert_int_equal(taken, 4000);
	spool_set_max(s, 4 << 20); /* what goes needs its file as well */
	assert_true(spool_count(s) < 700);
	buf_release(&out);
	spool_close(s);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_restart_keeps_the_boot_a_result_was_born_in,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_torn_tail_is_dropped_at_every_byte, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_flipped_bit_ends_the_segment_there, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_full_spool_drops_the_oldest_and_says_so,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(unchanged_samples_go_before_changes, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_smaller_limit_takes_effect_at_once, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(damage_inside_becomes_a_gap, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(more_files_than_descriptors, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(what_the_disk_refuses_is_told_later, make_folder,
						remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
