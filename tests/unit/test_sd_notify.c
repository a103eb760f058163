/* sd_notify - the datagrams that systemd would get: to a path and to an abstract name, one status line whatever it
 * holds, a watchdog only for us and only while the loop turns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "base/sd_notify.h"
#include "tests/support/probe_once.h"

struct far_end {
	int fd;
	char name[108], text[2048];
};

static void listen_at(struct far_end *f, const char *name)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t n = strlen(name);

	f->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(f->fd >= 0);
	memcpy(a.sun_path, name, n + 1);
	if (name[0] == '@')
		a.sun_path[0] = '\0';
	assert_int_equal(
		bind(f->fd, (struct sockaddr *)&a,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'))),
		0);
	setenv("NOTIFY_SOCKET", name, 1);
}

/* The next datagram, NULL if there is none now. */
static const char *heard(struct far_end *f)
{
	ssize_t n = recv(f->fd, f->text, sizeof(f->text) - 1, MSG_DONTWAIT);

	if (n < 0)
		return NULL;
	f->text[n] = '\0';
	return f->text;
}

static int set_up(void **state)
{
	static struct far_end f;

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	snprintf(f.name, sizeof(f.name), "/tmp/vigia-notify-%d", (int)getpid());
	unlink(f.name);
	listen_at(&f, f.name);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct far_end *f = *state;

	close(f->fd);
	unlink(f->name);
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return 0;
}

static void what_is_said(void **state)
{
	struct far_end *f = *state;
	long long us;

	sd_notify_ready("listens");
	assert_string_equal(heard(f), "READY=1\nSTATUS=listens");
	sd_notify_status("two\nlines\r=1");
	assert_string_equal(heard(f), "STATUS=two lines =1");
	sd_notify_reloading();
	assert_int_equal(sscanf(heard(f), "RELOADING=1\nMONOTONIC_USEC=%lld", &us), 1);
	assert_true(us > 0);
	sd_notify_stopping();
	assert_string_equal(heard(f), "STOPPING=1");
	assert_null(heard(f));
}

static void an_abstract_name(void **state)
{
	struct far_end f;
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "@vigia-unit-%d", (int)getpid());
	listen_at(&f, name);
	sd_notify_ready("x");
	assert_string_equal(heard(&f), "READY=1\nSTATUS=x");
	close(f.fd);
}

static void nowhere_to_tell(void **state)
{
	static const char *const names[] = {"", "@", "relative", "vsock:2:1", "/nowhere/at/all"};
	char long_name[300];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[0] = '/';
	long_name[sizeof(long_name) - 1] = '\0';
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		sd_notify_ready("x");
	}
	setenv("NOTIFY_SOCKET", long_name, 1);
	sd_notify_ready("x");
	unsetenv("NOTIFY_SOCKET");
	sd_notify_ready("x");
	assert_null(heard(*state));
}

static void whose_watchdog(void **state)
{
	char own[32];

	(void)state;
	snprintf(own, sizeof(own), "%d", (int)getpid());
	assert_int_equal(sd_notify_watchdog_us(), 0);
	setenv("WATCHDOG_USEC", "4000000", 1);
	assert_int_equal(sd_notify_watchdog_us(), 4000000);
	setenv("WATCHDOG_PID", own, 1);
	assert_int_equal(sd_notify_watchdog_us(), 4000000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(sd_notify_watchdog_us(), 0);
	setenv("WATCHDOG_PID", "x", 1);
	assert_int_equal(sd_notify_watchdog_us(), 0);
	setenv("WATCHDOG_PID", own, 1);
	setenv("WATCHDOG_USEC", "0", 1);
	assert_int_equal(sd_notify_watchdog_us(), 0);
}

static void on_other(uv_timer_t *t)
{
	(void)t;
}

static void the_loop_feeds_it(void **state)
{
	struct far_end *f = *state;
	struct sd_watchdog *w;
	uv_timer_t other; /* what else a program waits for */
	uv_loop_t loop;

	uv_loop_init(&loop);
	uv_timer_init(&loop, &other);
	uv_timer_start(&other, on_other, 3600000, 0);
	assert_null(sd_watchdog_start(&loop));
	setenv("WATCHDOG_USEC", "20000", 1);
	w = sd_watchdog_start(&loop);
	assert_non_null(w);
	assert_null(heard(f)); /* not before the loop turns */
	for (int i = 0; i < 3; i++) {
		struct pollfd p = {.fd = f->fd, .events = POLLIN};

		while (poll(&p, 1, 0) == 0)
			uv_run(&loop, UV_RUN_NOWAIT);
		assert_string_equal(heard(f), "WATCHDOG=1");
	}
	uv_close((uv_handle_t *)&other, NULL);
	assert_int_equal(uv_run(&loop, UV_RUN_DEFAULT), 0); /* keeps no loop alive */
	sd_watchdog_stop(w);
	sd_watchdog_stop(NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_abstract_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nowhere_to_tell, set_up, tear_down),
		cmocka_unit_test_setup_teardown(whose_watchdog, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_loop_feeds_it, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
