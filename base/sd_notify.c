#include "base/sd_notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "base/instant.h"
#include "base/mem.h"
#include "base/parse.h"

enum { TEXT_MAX = 1024 };

struct sd_watchdog {
	uv_timer_t timer;
};

/* A path, or with '@' first an abstract name. False if it is neither or too long. */
static bool address_of(const char *name, struct sockaddr_un *ret, socklen_t *ret_size)
{
	size_t n = strlen(name);

	*ret = (struct sockaddr_un){.sun_family = AF_UNIX};
	if ((name[0] != '/' && name[0] != '@') || n < 2 || n >= sizeof(ret->sun_path))
		return false;
	memcpy(ret->sun_path, name, n);
	if (name[0] == '@')
		ret->sun_path[0] = '\0';
	/* An abstract name ends where the address ends; a path with its zero. */
	*ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
	return true;
}

/* Nobody waits for an answer, and nobody can mend it if this does not arrive: no error is returned. */
static void tell(const char *text)
{
	const char *name = getenv("NOTIFY_SOCKET");
	struct sockaddr_un address;
	socklen_t size;
	int fd;

	if (name == NULL || !address_of(name, &address, &size))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT,
		      (const struct sockaddr *)&address, size);
	close(fd);
}

/* A line break would begin another assignment. */
static void tell_status(const char *before, const char *status)
{
	char text[TEXT_MAX];
	size_t from = strlen(before) + strlen("STATUS=");

	snprintf(text, sizeof(text), "%sSTATUS=%s", before, status);
	for (char *p = text + from; *p != '\0'; p++) {
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	}
	tell(text);
}

void sd_notify_ready(const char *status)
{
	tell_status("READY=1\n", status);
}

void sd_notify_status(const char *status)
{
	tell_status("", status);
}

void sd_notify_reloading(void)
{
	char text[TEXT_MAX];
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)t.tv_sec * US_PER_S + t.tv_nsec / 1000);
	tell(text);
}

void sd_notify_stopping(void)
{
	tell("STOPPING=1");
}

/* --- watchdog ------------------------------------------------------------------------------------------------- */

int64_t sd_notify_watchdog_us(void)
{
	const char *us = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	int64_t n;

	if (us == NULL || parse_i64(slice_of(us), 1, INT64_MAX / 2, &n) != ERR_OK)
		return 0;
	if (pid != NULL) {
		int64_t of;

		if (parse_i64(slice_of(pid), 1, INT32_MAX, &of) != ERR_OK || of != getpid())
			return 0;
	}
	return n;
}

static void on_timer(uv_timer_t *t)
{
	(void)t;
	tell("WATCHDOG=1");
}

struct sd_watchdog *sd_watchdog_start(struct uv_loop_s *loop)
{
	int64_t us = sd_notify_watchdog_us();
	uint64_t ms = (uint64_t)(us / US_PER_MS / 2);
	struct sd_watchdog *w;

	if (us == 0)
		return NULL;
	w = mem_calloc(1, sizeof(*w));
	uv_timer_init(loop, &w->timer);
	w->timer.data = w;
	uv_timer_start(&w->timer, on_timer, 0, ms > 0 ? ms : 1);
	uv_unref((uv_handle_t *)&w->timer); /* it keeps no loop alive */
	return w;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

void sd_watchdog_stop(struct sd_watchdog *w)
{
	if (w != NULL)
		uv_close((uv_handle_t *)&w->timer, on_closed);
}
