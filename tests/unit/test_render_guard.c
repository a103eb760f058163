/* render_guard - what it says that it took away is gone; what drawing needs is still there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "dashboard/render_guard.h"

enum {
	READS = 1,
	WRITES = 2,
	OTHER_FILES = 4,
	SOCKETS = 8,
	PROGRAMS = 16,
	FONTS = 32,
	FILES_HELD = 64,
	CALLS_HELD = 128
};

static bool can_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* What a process can still do after it gave up its rights, as its exit status. */
static int after(const char *folder)
{
	char *const nothing[] = {NULL};
	char file[128], new_file[128];
	struct render_guard g;
	int can = 0, status;
	pid_t child;

	snprintf(file, sizeof(file), "%s/a.rrd", folder);
	snprintf(new_file, sizeof(new_file), "%s/b.rrd", folder);
	child = fork();
	if (child == 0) {
		g = render_guard_close(folder);
		can |= g.files ? FILES_HELD : 0;
		can |= g.calls ? CALLS_HELD : 0;
		can |= can_open(file, O_RDONLY) ? READS : 0;
		can |= can_open(file, O_RDWR) || can_open(new_file, O_WRONLY | O_CREAT) ? WRITES
											: 0;
		can |= can_open("/etc/passwd", O_RDONLY) || can_open("/proc/self/environ", O_RDONLY)
			       ? OTHER_FILES
			       : 0;
		can |= socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0
			       ? SOCKETS
			       : 0;
		can |= can_open("/usr/share", O_RDONLY | O_DIRECTORY) ? FONTS : 0;
		if (execve("/bin/true", nothing, nothing) != 0 && errno != EPERM && errno != EACCES)
			can |= PROGRAMS;
		_exit(can);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void a_worker_keeps_what_drawing_needs(void **state)
{
	char folder[] = "/tmp/vigia-guard-XXXXXX", file[64];
	int can, fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(file, sizeof(file), "%s/a.rrd", folder);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	can = after(folder);
	assert_true(can & READS);
	assert_true(can & FONTS);
	if (can & FILES_HELD)
		assert_int_equal(can & (WRITES | OTHER_FILES), 0);
	else
		print_message("this kernel has no Landlock\n");
	if (can & CALLS_HELD)
		assert_int_equal(can & (SOCKETS | PROGRAMS), 0);
	else
		print_message("this kernel filters no system calls\n");
	unlink(file);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_worker_keeps_what_drawing_needs)};

	return cmocka_run_group_tests_name("render_guard", tests, NULL, NULL);
}
