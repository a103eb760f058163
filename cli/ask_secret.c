#include "cli/ask_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	interrupted = number;
}

/* Waits for a key with the signals let in only while it waits: one that comes just before is not slept over. */
static bool wait_for_key(int tty, const sigset_t *let_in)
{
	struct pollfd p = {.fd = tty, .events = POLLIN};

	while (!interrupted) {
		if (ppoll(&p, 1, NULL, let_in) > 0)
			return true;
		if (errno != EINTR)
			return false;
	}
	return false;
}

/* The line without its end; true if it ended within `size`. What does not fit is read all the same: it must not stand before the shell. */
static enum err read_line(int tty, const sigset_t *let_in, char *dst, size_t size,
			  struct err_info *info)
{
	size_t n = 0;
	bool fits = true;
	char c;

	for (;;) {
		if (!wait_for_key(tty, let_in) || read(tty, &c, 1) <= 0)
			return err_fail(info, ERR_CLOSED, "left; nothing was sent");
		if (c == '\n' || c == '\r')
			break;
		fits = fits && n < size - 1;
		if (fits)
			dst[n++] = c;
	}
	dst[n] = '\0';
	return fits ? ERR_OK : err_fail(info, ERR_TOO_LARGE, "that is too long");
}

static bool say(int tty, const char *text)
{
	return write(tty, text, strlen(text)) == (ssize_t)strlen(text);
}

enum err ask_secret(const char *prompt, char *dst, size_t size, struct err_info *info)
{
	struct sigaction act = {.sa_handler = on_signal}, before_int, before_term;
	struct termios shown, hidden;
	sigset_t held, before;
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	enum err e;

	dst[0] = '\0';
	if (tty < 0 || tcgetattr(tty, &shown) != 0) {
		if (tty >= 0)
			close(tty);
		return err_fail(
			info, ERR_DENIED,
			"this needs a terminal: what is secret is typed, never an argument");
	}
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
	hidden.c_lflag |= ICANON | ISIG;
	interrupted = 0;
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &before);
	/* The terminal is put right before the signal does what it is for. */
	sigaction(SIGINT, &act, &before_int);
	sigaction(SIGTERM, &act, &before_term);
	e = tcsetattr(tty, TCSAFLUSH, &hidden) == 0 && say(tty, prompt)
		    ? read_line(tty, &before, dst, size, info)
		    : err_fail_errno(info, ERR_IO, "the terminal");
	tcsetattr(tty, TCSAFLUSH, &shown);
	(void)say(tty, "\n");
	sigaction(SIGINT, &before_int, NULL);
	sigaction(SIGTERM, &before_term, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(tty);
	if (e != ERR_OK)
		explicit_bzero(dst, size);
	if (interrupted)
		raise((int)interrupted);
	return e;
}
