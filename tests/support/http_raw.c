#include "tests/support/http_raw.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

enum { PATIENCE_MS = 5000, TURN_MS = 5 };

void http_raw_open(struct http_raw *p, struct uv_loop_s *loop, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons(port),
				.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	*p = (struct http_raw){.loop = loop};
	buf_init(&p->in, 16 << 20);
	p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(p->fd >= 0);
	assert_int_equal(connect(p->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

void http_raw_close(struct http_raw *p)
{
	close(p->fd);
	buf_release(&p->in);
}

void http_raw_send(struct http_raw *p, const void *bytes, size_t n)
{
	const char *at = bytes;

	for (int turns = 0; n > 0 && turns < PATIENCE_MS / TURN_MS; turns++) {
		ssize_t k = send(p->fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (k > 0) {
			at += k;
			n -= (size_t)k;
		} else if (k < 0 && errno != EAGAIN) {
			return; /* cut by the server: what it answered is looked at */
		}
		uv_run(p->loop, UV_RUN_NOWAIT);
	}
}

void http_raw_puts(struct http_raw *p, const char *text)
{
	http_raw_send(p, text, strlen(text));
}

/* One look at the socket, after the server had its turn. */
static void turn(struct http_raw *p)
{
	struct pollfd f = {.fd = p->fd, .events = POLLIN};
	char block[65536];
	ssize_t n;

	uv_run(p->loop, UV_RUN_NOWAIT);
	if (poll(&f, 1, TURN_MS) <= 0)
		return;
	n = recv(p->fd, block, sizeof(block), MSG_DONTWAIT);
	if (n > 0)
		buf_put(&p->in, block, (size_t)n);
	else if (n == 0 || errno != EAGAIN)
		p->closed = true;
}

static unsigned count(const struct http_raw *p, const char *needle)
{
	const char *at = buf_cstr(&p->in);
	unsigned n = 0;

	while ((at = strstr(at, needle)) != NULL) {
		n++;
		at += strlen(needle);
	}
	return n;
}

bool http_raw_await(struct http_raw *p, const char *needle, unsigned times)
{
	for (int turns = 0; turns < PATIENCE_MS / TURN_MS; turns++) {
		if (count(p, needle) >= times)
			return true;
		if (p->closed)
			return false;
		turn(p);
	}
	print_error("'%s' did not come; this did: %s\n", needle, buf_cstr(&p->in));
	fail();
	return false;
}

void http_raw_await_close(struct http_raw *p)
{
	for (int turns = 0; !p->closed && turns < PATIENCE_MS / TURN_MS; turns++)
		turn(p);
	assert_true(p->closed);
}

bool http_raw_is_cut(struct http_raw *p)
{
	turn(p);
	return p->closed;
}

int http_raw_status(const struct http_raw *p)
{
	const char *s = buf_cstr(&p->in);

	return strncmp(s, "HTTP/1.1 ", 9) == 0 ? (int)strtol(s + 9, NULL, 10) : 0;
}

void http_raw_until(struct uv_loop_s *loop, const bool *flag)
{
	for (int turns = 0; !*flag && turns < PATIENCE_MS / TURN_MS; turns++) {
		uv_run(loop, UV_RUN_NOWAIT);
		if (!*flag)
			poll(NULL, 0, TURN_MS);
	}
	assert_true(*flag);
}
