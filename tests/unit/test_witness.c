/* witness - the last head is there after every death; half a store is none. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "journal/witness.h"

static char path[64];

static int set_up(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "/tmp/vigia-unit-XXXXXX");
	fd = mkstemp(path);
	close(fd);
	return fd >= 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

static struct journal_head head(uint64_t seq)
{
	struct journal_head h = {.seq = seq};

	memset(h.hash.bytes, (int)seq, SHA256_SIZE);
	return h;
}

static uint64_t kept(void)
{
	struct witness *w = NULL;
	struct journal_head h;
	struct err_info info;

	assert_int_equal(witness_open(path, &w, &info), ERR_OK);
	h = witness_get(w);
	if (h.seq != 0)
		assert_int_equal(h.hash.bytes[7], (unsigned char)h.seq);
	witness_close(w);
	return h.seq;
}

static void set(uint64_t seq)
{
	struct journal_head h = head(seq);
	struct witness *w = NULL;
	struct err_info info;

	assert_int_equal(witness_open(path, &w, &info), ERR_OK);
	witness_set(w, &h);
	witness_close(w);
}

static void the_newest_is_kept(void **state)
{
	(void)state;
	assert_int_equal(kept(), 0);
	for (uint64_t seq = 1; seq < 40; seq += 3) {
		set(seq);
		assert_int_equal(kept(), seq);
	}
}

/* Every byte of the file in turn is spoiled: then the head before it counts, never a wrong one. */
static void half_a_store_is_none(void **state)
{
	unsigned older = 0;

	(void)state;
	set(5);
	set(9);
	for (off_t at = 0; at < 96; at++) {
		int fd = open(path, O_RDWR | O_CLOEXEC);
		unsigned char c, spoiled;
		uint64_t seq;

		assert_int_equal(pread(fd, &c, 1, at), 1);
		spoiled = c ^ 0x5A;
		assert_int_equal(pwrite(fd, &spoiled, 1, at), 1);
		seq = kept();
		assert_true(seq == 9 || seq == 5);
		older += seq == 5;
		assert_int_equal(pwrite(fd, &c, 1, at), 1);
		close(fd);
	}
	assert_int_equal(older, 48);
}

static void no_place_is_an_error(void **state)
{
	struct witness *w = NULL;
	struct err_info info;

	(void)state;
	assert_int_equal(witness_open("/nowhere/head", &w, &info), ERR_IO);
	witness_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_newest_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(half_a_store_is_none, set_up, tear_down),
		cmocka_unit_test(no_place_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
