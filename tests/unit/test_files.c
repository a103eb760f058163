/* files - a text is there whole or not at all.
 * wrap: fdatasync rename
 */
#include <errno.h>
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

#include "base/files.h"

static int sync_errno, rename_errno;
static bool synced;

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	synced = true;
	errno = sync_errno;
	return sync_errno != 0 ? -1 : __real_fdatasync(fd);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	assert_true(synced); /* never a name for what may not be on the disk */
	errno = rename_errno;
	return rename_errno != 0 ? -1 : __real_rename(from, to);
}

struct place {
	char dir[64], path[96];
};

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));

	snprintf(p->dir, sizeof(p->dir), "/tmp/vigia-unit-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->path, sizeof(p->path), "%s/text", p->dir);
	sync_errno = rename_errno = 0;
	synced = false;
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;
	char beside[128];

	snprintf(beside, sizeof(beside), "%s.new", p->path);
	unlink(beside);
	unlink(p->path);
	rmdir(p->dir);
	free(p);
	return 0;
}

static enum err replace(struct place *p, const char *text)
{
	struct err_info info;

	synced = false;
	return files_replace(p->path, slice_of(text), 0600, &info);
}

static void holds(struct place *p, const char *want)
{
	struct err_info info;
	struct buf text;

	buf_init(&text, 1 << 20);
	assert_int_equal(files_read(p->path, &text, &info), ERR_OK);
	assert_string_equal(buf_cstr(&text), want);
	buf_release(&text);
}

static void a_text_is_replaced(void **state)
{
	struct stat st;

	assert_int_equal(replace(*state, "one"), ERR_OK);
	holds(*state, "one");
	assert_int_equal(replace(*state, "two, longer"), ERR_OK);
	holds(*state, "two, longer");
	assert_int_equal(replace(*state, ""), ERR_OK);
	holds(*state, "");
	assert_int_equal(stat(((struct place *)*state)->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void a_failure_leaves_the_old_text(void **state)
{
	assert_int_equal(replace(*state, "old"), ERR_OK);
	sync_errno = ENOSPC;
	assert_int_equal(replace(*state, "new"), ERR_NO_SPACE);
	holds(*state, "old");
	sync_errno = EIO;
	assert_int_equal(replace(*state, "new"), ERR_IO);
	holds(*state, "old");
	sync_errno = 0;
	rename_errno = EACCES;
	assert_int_equal(replace(*state, "new"), ERR_IO);
	holds(*state, "old");
}

/* The identity is everybody's under a unit's UMask=0077; a key is nobody's under a careless one. */
static void the_mode_is_the_caller_s(void **state)
{
	static const struct {
		mode_t mask, mode;
	} cases[] = {{0077, 0644}, {0, 0600}, {0777, 0640}};
	struct place *p = *state;
	struct err_info info;
	struct stat st;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		mode_t before = umask(cases[i].mask);

		synced = false;
		assert_int_equal(files_replace(p->path, slice_of("x"), cases[i].mode, &info),
				 ERR_OK);
		umask(before);
		assert_int_equal(stat(p->path, &st), 0);
		assert_int_equal(st.st_mode & 07777, cases[i].mode);
	}
}

/* Left by a start that died, or laid there: neither its mode, nor who has it open, nor where it leads counts. */
static void what_lies_beside_is_not_written_into(void **state)
{
	struct place *p = *state;
	char beside[128], trap[128], read_back[16] = "";
	struct stat st;
	FILE *spy, *f;

	snprintf(beside, sizeof(beside), "%s.new", p->path);
	snprintf(trap, sizeof(trap), "%s/trap", p->dir);
	f = fopen(beside, "w");
	assert_non_null(f);
	assert_int_equal(chmod(beside, 0666), 0);
	spy = fopen(beside, "r");
	assert_non_null(spy);
	fclose(f);
	assert_int_equal(replace(p, "secret"), ERR_OK);
	assert_int_equal(fread(read_back, 1, sizeof(read_back), spy), 0);
	fclose(spy);
	assert_int_equal(stat(p->path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	f = fopen(trap, "w");
	assert_non_null(f);
	fclose(f);
	assert_int_equal(symlink(trap, beside), 0);
	assert_int_equal(replace(p, "secret too"), ERR_OK);
	holds(p, "secret too");
	assert_int_equal(stat(trap, &st), 0);
	assert_int_equal(st.st_size, 0);
	unlink(trap);
}

static void reading_has_its_limits(void **state)
{
	struct place *p = *state;
	struct err_info info;
	struct buf text;

	buf_init(&text, 8);
	assert_int_equal(files_read(p->path, &text, &info), ERR_NOT_FOUND);
	assert_int_equal(replace(p, "nine char"), ERR_OK);
	assert_int_equal(files_read(p->path, &text, &info), ERR_TOO_LARGE);
	buf_release(&text);
}

static void a_folder_may_be_there_already(void **state)
{
	struct place *p = *state;
	struct err_info info;

	assert_int_equal(files_make_folder(p->path, &info), ERR_OK);
	assert_int_equal(files_make_folder(p->path, &info), ERR_OK);
	rmdir(p->path);
	assert_int_equal(files_make_folder("/proc/none/such", &info), ERR_IO);
	/* A file in its place is no folder. */
	assert_int_equal(replace(p, "a file"), ERR_OK);
	assert_int_equal(files_make_folder(p->path, &info), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_text_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failure_leaves_the_old_text, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_mode_is_the_caller_s, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_lies_beside_is_not_written_into, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(reading_has_its_limits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_folder_may_be_there_already, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
