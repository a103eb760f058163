/* spool - results survive a restart and a torn tail; what is full becomes a gap. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static void put(struct spool *s, uint64_t from, uint64_t to, size_t size)
{
	struct err_info info;
	char json[8000];

	memset(json, 'x', sizeof(json));
	for (uint64_t seq = from; seq <= to; seq++) {
		int n = snprintf(json, 100, "{\"seq\":%llu}", (unsigned long long)seq);

		json[n] = ' ';
		assert_int_equal(spool_append(s, seq, (struct slice){json, size}, &info), ERR_OK);
	}
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
	long record = 24 + 40;

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
	assert_int_equal(pread(fd, &byte, 1, 2 * 64 + 30), 1);
	byte ^= 1;
	assert_int_equal(pwrite(fd, &byte, 1, 2 * 64 + 30), 1);
	close(fd);
	s = open_spool("b2", 1 << 20);
	assert_int_equal(spool_count(s), 2);
	spool_close(s);
}

static void a_full_spool_drops_the_oldest_and_says_so(void **state)
{
	struct spool *s = open_spool("b1", 1 << 20);
	struct spool_gap gap;

	(void)state;
	put(s, 1, 400, 7000);
	assert_true(spool_count(s) < 200);
	assert_true(spool_gaps(s, "b1", &gap, 1) == 1);
	assert_int_equal(gap.from, 1);
	assert_string_equal(gap.reason, "spool-full");
	spool_gaps_told(s, "b1");
	assert_int_equal(spool_gaps(s, "b1", &gap, 1), 0);
	spool_close(s);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
