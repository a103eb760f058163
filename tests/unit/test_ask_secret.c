/* ask_secret - what is typed at the terminal comes, unseen, and the terminal is as before; without one it is refused; who leaves sends nothing. A child on a
 * terminal of its own asks, the test types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/ask_secret.h"

enum { SECRET_SIZE = 8 };

/* The child's answer: what ask_secret said, and whether its terminal shows what is typed again. */
struct told {
	enum err err;
	char text[SECRET_SIZE], sentence[200];
	bool echoes;
};

static struct told ask_here(void)
{
	struct told t = {0};
	struct err_info info = {0};
	struct termios now;
	int tty;

	t.err = ask_secret("PIN: ", t.text, sizeof(t.text), &info);
	snprintf(t.sentence, sizeof(t.sentence), "%.199s", info.text);
	tty = open("/dev/tty", O_RDONLY | O_CLOEXEC);
	t.echoes = tty >= 0 && tcgetattr(tty, &now) == 0 && (now.c_lflag & ECHO) != 0;
	return t;
}

static void be_child(int to_parent, const char *terminal)
{
	struct told t;

	setsid();
	signal(SIGINT, SIG_IGN); /* raised again by ask_secret: we live to tell */
	if (terminal != NULL) {
		int fd = open(terminal, O_RDWR); /* NOLINT: it is to be our terminal */

		if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0)
			_exit(1);
	}
	t = ask_here();
	_exit(write(to_parent, &t, sizeof(t)) == sizeof(t) ? 0 : 1);
}

/* Reads from the terminal until it says `text`. */
static void until_says(int master, char *seen, size_t size, const char *text)
{
	size_t n = strlen(seen);

	while (strstr(seen, text) == NULL) {
		struct pollfd p = {.fd = master, .events = POLLIN};
		ssize_t got;

		assert_true(poll(&p, 1, 20000) > 0);
		got = read(master, seen + n, size - 1 - n);
		assert_true(got > 0);
		n += (size_t)got;
		seen[n] = '\0';
	}
}

static struct told play(const char *typed, char *seen, size_t size)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), back[2];
	const char *name;
	struct told t = {0};
	pid_t pid;

	seen[0] = '\0';
	assert_true(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	name = ptsname(master);
	assert_int_equal(pipe2(back, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		be_child(back[1], name);
	close(back[1]);
	until_says(master, seen, size, "PIN: ");
	assert_int_equal(write(master, typed, strlen(typed)), strlen(typed));
	assert_int_equal(read(back[0], &t, sizeof(t)), sizeof(t));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(back[0]);
	close(master);
	return t;
}

static void what_is_typed_comes_unseen(void **state)
{
	char seen[200];
	struct told t = play("123456\n", seen, sizeof(seen));

	(void)state;
	assert_int_equal(t.err, ERR_OK);
	assert_string_equal(t.text, "123456");
	assert_null(strstr(seen, "1234"));
	assert_true(t.echoes);
}

static void what_does_not_fit_is_refused(void **state)
{
	char seen[200];
	struct told t = play("12345678\n", seen, sizeof(seen));

	(void)state;
	assert_int_equal(t.err, ERR_TOO_LARGE);
	assert_string_equal(t.text, "");
	assert_true(t.echoes);
}

static void who_leaves_sends_nothing(void **state)
{
	static const char *const keys[] = {"\x04", "\x03"};
	char seen[200];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct told t = play(keys[i], seen, sizeof(seen));

		assert_int_equal(t.err, ERR_CLOSED);
		assert_true(t.echoes);
	}
}

static void without_a_terminal_nothing_is_asked(void **state)
{
	int back[2];
	struct told t = {0};
	pid_t pid;

	(void)state;
	assert_int_equal(pipe2(back, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0)
		be_child(back[1], NULL);
	assert_int_equal(read(back[0], &t, sizeof(t)), sizeof(t));
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(back[0]);
	close(back[1]);
	assert_int_equal(t.err, ERR_DENIED);
	assert_non_null(strstr(t.sentence, "needs a terminal"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_comes_unseen),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(who_leaves_sends_nothing),
		cmocka_unit_test(without_a_terminal_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
