/* disk - full below the reserve, calm only after a while well above it; the ballast is really there and given once.
 * wrap: statvfs posix_fallocate
 */
#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/disk.h"

enum { MIB = 1 << 20 };
static char folder[64];
static int64_t free_bytes;
static int allocation_errno;

int __wrap_statvfs(const char *path, struct statvfs *v);
int __wrap_statvfs(const char *path, struct statvfs *v)
{
	(void)path;
	*v = (struct statvfs){.f_frsize = 4096, .f_bavail = (fsblkcnt_t)(free_bytes / 4096)};
	return 0;
}

int __real_posix_fallocate(int fd, off_t offset, off_t size);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size);
int __wrap_posix_fallocate(int fd, off_t offset, off_t size)
{
	return allocation_errno != 0 ? allocation_errno : __real_posix_fallocate(fd, offset, size);
}

static bool has_ballast(void)
{
	char path[96];
	struct stat st;

	snprintf(path, sizeof(path), "%s/ballast", folder);
	return stat(path, &st) == 0 && st.st_size == MIB && st.st_blocks * 512 >= MIB;
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	free_bytes = 100 * MIB;
	allocation_errno = 0;
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/ballast", folder);
	unlink(path);
	return rmdir(folder);
}

static void full_and_room_again(void **state)
{
	struct disk d;

	(void)state;
	disk_open(&d, folder, MIB, 10 * MIB);
	assert_true(has_ballast() && !d.full);
	free_bytes = 10 * MIB;
	disk_look(&d);
	assert_false(d.full);
	free_bytes = 10 * MIB - 4096;
	disk_look(&d);
	assert_true(d.full && d.has_ballast &&
		    has_ballast()); /* drawing stops first, the ballast is kept */
	free_bytes = 20 * MIB - 4096; /* not enough: it would stop again soon */
	for (int i = 0; i < 20; i++)
		disk_look(&d);
	assert_true(d.full);
	free_bytes = 20 * MIB;
	for (int i = 0; i < 4; i++)
		disk_look(&d);
	assert_true(d.full);
	free_bytes = 1 * MIB; /* not in a row */
	disk_look(&d);
	free_bytes = 20 * MIB;
	for (int i = 0; i < 4; i++)
		disk_look(&d);
	assert_true(d.full);
	disk_look(&d);
	assert_false(d.full);
}

static void the_ballast_is_given_once_and_made_again(void **state)
{
	struct disk d;

	(void)state;
	disk_open(&d, folder, MIB, 10 * MIB);
	assert_true(disk_refused(&d));
	assert_true(d.full && !has_ballast());
	assert_false(disk_refused(&d)); /* there is nothing more to give */
	free_bytes =
		20 * MIB; /* the reserve alone is not enough: the ballast needs its place too */
	for (int i = 0; i < 10; i++)
		disk_look(&d);
	assert_true(d.full && !has_ballast());
	free_bytes = 21 * MIB;
	allocation_errno = ENOSPC; /* somebody else took it meanwhile */
	for (int i = 0; i < 5; i++)
		disk_look(&d);
	assert_true(d.full && !has_ballast());
	allocation_errno = 0;
	for (int i = 0; i < 5; i++)
		disk_look(&d);
	assert_true(!d.full && has_ballast() && d.has_ballast);
}

static void starts(void **state)
{
	char path[96];
	struct disk d;

	(void)state;
	allocation_errno = ENOSPC;
	disk_open(&d, folder, MIB, 10 * MIB);
	assert_true(d.full && !has_ballast());
	allocation_errno = 0;
	free_bytes = 9 * MIB;
	disk_open(&d, folder, MIB, 10 * MIB);
	assert_true(d.full && has_ballast());
	free_bytes = 100 * MIB;
	/* A sparse file of the right size is no ballast. */
	snprintf(path, sizeof(path), "%s/ballast", folder);
	assert_int_equal(truncate(path, 0), 0);
	assert_int_equal(truncate(path, MIB), 0);
	assert_false(has_ballast());
	disk_open(&d, folder, MIB, 10 * MIB);
	assert_true(has_ballast() && !d.full);
	disk_open(&d, folder, 0, 0); /* nobody wants any */
	assert_false(d.full || disk_refused(&d));
	assert_true(d.full);
	for (int i = 0; i < 5; i++)
		disk_look(&d);
	assert_false(d.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(full_and_room_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_ballast_is_given_once_and_made_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(starts, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
