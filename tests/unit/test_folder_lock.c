/* folder_lock - one process, named to the others, and none that died. */
#include <signal.h>
#include <sys/wait.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/folder_lock.h"

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-unit-XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state)
{
	char path[96];

	(void)state;
	snprintf(path, sizeof(path), "%s/lock", folder);
	unlink(path);
	return rmdir(folder);
}

static void the_second_is_told_who_has_it(void **state)
{
	struct err_info info;
	char want[200];
	int fd = -1, second = -1;

	(void)state;
	assert_int_equal(folder_lock(folder, &fd, &info), ERR_OK);
	assert_int_equal(folder_lock(folder, &second, &info), ERR_BUSY);
	snprintf(want, sizeof(want), "%s is in use by process %ld; stop that one first", folder,
		 (long)getpid());
	assert_non_null(strstr(info.text, want));
	assert_int_equal(second, -1);
	folder_unlock(fd);
	assert_int_equal(folder_lock(folder, &second, &info), ERR_OK);
	folder_unlock(second);
	folder_unlock(-1);
}

static void the_dead_hold_nothing(void **state)
{
	struct err_info info;
	int ready[2], fd = -1, status;
	pid_t child;
	char c;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		if (folder_lock(folder, &fd, &info) == ERR_OK && write(ready[1], "x", 1) == 1)
			pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(folder_lock(folder, &fd, &info), ERR_BUSY);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	assert_int_equal(folder_lock(folder, &fd, &info), ERR_OK);
	folder_unlock(fd);
	close(ready[0]);
	close(ready[1]);
}

static void a_folder_that_is_not_there(void **state)
{
	struct err_info info;
	int fd = -1;

	(void)state;
	assert_int_equal(folder_lock("/nowhere/at/all", &fd, &info), ERR_IO);
	assert_non_null(strstr(info.text, "/nowhere/at/all/lock"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_second_is_told_who_has_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_dead_hold_nothing, set_up, tear_down),
		cmocka_unit_test(a_folder_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
