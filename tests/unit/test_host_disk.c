/* host_disk - the right mount of a path, the worst of several file systems, and each trouble by its own word.
 *
 * wrap: statvfs
 * wrap: realpath
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/micro.h"
#include "checks/host_disk.h"

#define PROC "tests/fixtures/host/proc"

struct fake {
	const char *path, *real;
	int error; /* of statvfs */
	struct statvfs v;
};
#define FS(blocks, free_, avail, files, ffree)                                                     \
	{                                                                                          \
		.f_frsize = 4096, .f_blocks = blocks, .f_bfree = free_, .f_bavail = avail,         \
		.f_files = files, .f_ffree = ffree, .f_favail = ffree                              \
	}
static const struct fake fakes[] = {
	{"/", "/", 0, FS(1000, 500, 400, 100, 90)},
	{"/var", "/var", 0, FS(1000, 100, 100, 100, 40)},
	{"/var/log", "/var/log", 0, FS(1000, 100, 100, 100, 40)},
	{"/srv", "/srv", 0, FS(1000, 900, 900, 0, 0)},
	{"/srv/una carpeta", "/srv/una carpeta", 0, FS(1000, 1000, 1000, 0, 0)},
	{"/datos", "/srv/una carpeta", 0, FS(1000, 1000, 1000, 0, 0)}, /* a link */
	{"/proc", "/proc", 0, FS(0, 0, 0, 0, 0)},
	{"/huge", "/", 0, {.f_frsize = UINT64_MAX, .f_blocks = UINT64_MAX, .f_bavail = UINT64_MAX}},
	{"/bad", "/bad", EIO, FS(0, 0, 0, 0, 0)},
	{"/secret", "/secret", EACCES, FS(0, 0, 0, 0, 0)},
};

int __wrap_statvfs(const char *path, struct statvfs *v);
int __wrap_statvfs(const char *path, struct statvfs *v)
{
	for (size_t i = 0; i < COUNT_OF(fakes); i++) {
		if (strcmp(fakes[i].real, path) != 0)
			continue;
		*v = fakes[i].v;
		errno = fakes[i].error;
		return errno == 0 ? 0 : -1;
	}
	errno = ENOENT;
	return -1;
}

char *__wrap_realpath(const char *path, char *room);
char *__wrap_realpath(const char *path, char *room)
{
	(void)room;
	for (size_t i = 0; i < COUNT_OF(fakes); i++) {
		if (strcmp(fakes[i].path, path) == 0)
			return mem_strdup(fakes[i].real);
	}
	errno = ENOENT;
	return NULL;
}

static struct host_disk_job *measured(const char *disks, const char *mounts, bool read_only)
{
	struct host_disk_job *j = host_disk_job_new(PROC, disks, mounts, read_only);

	j->job.work(&j->job);
	return j;
}

static void expect(const char *disks, const char *mounts, enum outcome outcome, const char *detail)
{
	struct host_disk_job *j = measured(disks, mounts, false);

	assert_string_equal(outcome_word(j->outcome), outcome_word(outcome));
	assert_string_equal(j->detail, detail);
	j->job.release(&j->job);
}

static void the_worst_counts(void **state)
{
	struct host_disk_job *j = measured("/, /var", "/srv/una carpeta", false);

	(void)state;
	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_int_equal(j->figures.used, 900000); /* of /var */
	assert_int_equal(j->figures.free, 100 * 4096 * MICRO);
	assert_int_equal(j->figures.inodes_used, 600000);
	assert_int_equal(j->figures.read_only, 0); /* /var is only mounted so, for us */
	assert_string_equal(j->detail, "/var 90 %");
	j->job.release(&j->job);
	j = measured("/", "", false); /* as df tells it: what is kept for root is not room */
	assert_int_equal(j->figures.used, 500 * MICRO / 900);
	j->job.release(&j->job);
}

static void troubles_have_words(void **state)
{
	(void)state;
	expect("/, /srv", "", OUTCOME_DISK_READ_ONLY, "/srv: read-only");
	expect("/nowhere", "", OUTCOME_DEVICE_MISSING, "/nowhere: No such file or directory");
	expect("/bad, /nowhere", "", OUTCOME_DISK_FAILED, "/bad: Input/output error");
	expect("/secret", "", OUTCOME_RIGHT_MISSING, "/secret: Permission denied");
	expect("/var/log", "", OUTCOME_OK, "/var/log 90 %");
	expect("", "/var/log", OUTCOME_DEVICE_MISSING, "/var/log: nothing is mounted here");
	expect("/datos", "/datos", OUTCOME_OK, "/datos 0 %");
}

static void read_only_may_be_wanted(void **state)
{
	struct host_disk_job *j = measured("/srv", "", true);

	(void)state;
	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_int_equal(j->figures.read_only, MICRO); /* told all the same */
	j->job.release(&j->job);
}

static void what_has_no_size_is_not_measured(void **state)
{
	struct host_disk_job *j = measured("/proc", "", false);

	(void)state;
	assert_int_equal(j->outcome, OUTCOME_OK);
	assert_true(j->figures.used == MICRO_NONE && j->figures.free == MICRO_NONE &&
		    j->figures.inodes_used == MICRO_NONE);
	j->job.release(&j->job);
}

static void without_the_list_of_mounts_it_is_blind(void **state)
{
	struct host_disk_job *j = host_disk_job_new("tests/fixtures/host", "/", "", false);

	(void)state;
	j->job.work(&j->job);
	assert_int_equal(j->outcome, OUTCOME_SOURCE_MISSING);
	assert_true(j->figures.read_only == MICRO_NONE);
	j->job.release(&j->job);
}

static void find(const char *text, const char *path, const char *point)
{
	struct host_mount m;

	if (!host_disk_find_mount(slice_of(text), path, &m))
		assert_null(point);
	else
		assert_string_equal(m.point, point);
}

static void the_mount_of_a_path(void **state)
{
	static const char mounts[] = "1 0 8:1 / / rw - ext4 /dev/a rw\n"
				     "2 1 8:2 / /a rw x:1 y:2 - xfs /dev/b rw\n"
				     "3 1 8:3 / /a ro - xfs /dev/c ro,x\n"
				     "4 1 8:4 / /a\\040b rw - xfs /dev/d rw\n"
				     "5 1 8:4 / /cut rw -\n"
				     "6 1 8:4 / /cut rw xfs\n"
				     "7\n\n";
	struct host_mount m;

	(void)state;
	find(mounts, "/", "/");
	find(mounts, "/a", "/a");
	find(mounts, "/a/x", "/a");
	find(mounts, "/ab", "/");
	find(mounts, "/a b/c", "/a b");
	find(mounts, "/cut", "/");
	find("2 1 8:2 / /a rw - xfs /dev/b rw\n", "/b", NULL);
	find("", "/", NULL);
	assert_true(host_disk_find_mount(slice_of(mounts), "/a", &m));
	assert_true(m.read_only); /* the later one covers the other */
	assert_true(slice_is(m.source, "/dev/c") && slice_is(m.type, "xfs"));
	assert_true(host_disk_find_mount(slice_of("1 0 8:1 / / ro - x y root=1\n"), "/", &m));
	assert_false(m.read_only); /* an option that only begins so; our mount alone is read-only */
}

static void more_than_a_number_holds(void **state)
{
	struct host_disk_job *j = host_disk_job_new(PROC, "/huge", "", false);

	(void)state;
	j->job.work(&j->job);
	assert_int_equal(j->outcome, OUTCOME_OK);
	j->job.release(&j->job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_worst_counts),
		cmocka_unit_test(troubles_have_words),
		cmocka_unit_test(read_only_may_be_wanted),
		cmocka_unit_test(what_has_no_size_is_not_measured),
		cmocka_unit_test(without_the_list_of_mounts_it_is_blind),
		cmocka_unit_test(the_mount_of_a_path),
		cmocka_unit_test(more_than_a_number_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
