/* Echo requests: what one costs beside fping's, to the same addresses of the loopback, in the same pattern (bursts of 5,
 * 20 ms apart, all targets at once). Both use the kind of socket that the kernel gives them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"
#include "bench/measure.h"
#include "probing/icmp_io.h"

enum { TARGETS = 1000, COUNT = 5, SIZE = 56, SPACING_MS = 20, LIMIT_MS = 5000, ROUNDS = 5 };

static unsigned left;

static void address_of(char dst[ADDRESS_TEXT_SIZE], int i)
{
	snprintf(dst, ADDRESS_TEXT_SIZE, "127.1.%d.%d", i / 250, i % 250 + 1);
}

static void on_done(void *user)
{
	(void)user;
	left--;
}

/* An answer was lost: the figures would be those of something else. */
static void on_limit(uv_timer_t *t)
{
	(void)t;
	_exit(1);
}

/* In a child of its own, so that both are measured in the same way. */
static void probe_all(void)
{
	struct echo_burst *bursts = mem_calloc(TARGETS, sizeof(*bursts));
	unsigned long sent = 0, received = 0;
	struct icmp_io *io;
	uv_timer_t limit;
	uv_loop_t loop;

	uv_loop_init(&loop);
	io = icmp_io_new(&loop);
	if (!icmp_io_has(io, false)) {
		printf("icmp: no right to open a socket\n");
		_exit(1);
	}
	for (int i = 0; i < TARGETS; i++) {
		bursts[i] = (struct echo_burst){
			.count = COUNT, .size = SIZE, .spacing_us = SPACING_MS * 1000};
		address_of(bursts[i].address, i);
		icmp_io_run(io, &bursts[i], on_done, NULL);
		left++;
	}
	uv_timer_init(&loop, &limit);
	uv_timer_start(&limit, on_limit, LIMIT_MS, 0);
	while (left > 0)
		uv_run(&loop, UV_RUN_ONCE);
	for (int i = 0; i < TARGETS; i++) {
		sent += bursts[i].sent;
		received += bursts[i].received;
	}
	_exit(sent == TARGETS * COUNT && received == sent ? 0 : 1);
}

static void run_fping(void)
{
	char list[] = "/tmp/vigia-fping-XXXXXX", spacing[16], count[16], size[16];
	int fd = mkstemp(list);
	FILE *f = fdopen(fd, "w");

	for (int i = 0; i < TARGETS; i++) {
		char a[ADDRESS_TEXT_SIZE];

		address_of(a, i);
		fprintf(f, "%s\n", a);
	}
	fclose(f);
	fd = dup(2);
	(void)!freopen("/dev/null", "w", stderr);
	(void)!freopen("/dev/null", "w", stdout);
	(void)!freopen(list, "r", stdin);
	unlink(list);
	snprintf(spacing, sizeof(spacing), "%d", SPACING_MS);
	snprintf(count, sizeof(count), "%d", COUNT);
	snprintf(size, sizeof(size), "%d", SIZE);
	execlp("fping", "fping", "-q", "-i", "0", "-p", spacing, "-c", count, "-b", size,
	       (char *)NULL);
	dprintf(fd, "fping is missing\n");
	_exit(1);
}

int main(void)
{
	double ours = 1e9, theirs = 1e9;
	int a = 0, b = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double x = measure(probe_all, TARGETS * COUNT, &a),
		       y = measure(run_fping, TARGETS * COUNT, &b);

		printf("  round %d: vigia %.2f us, fping %.2f us of CPU a request\n", i + 1, x, y);
		ours = x < ours ? x : ours;
		theirs = y < theirs ? y : theirs;
	}
	printf("icmp, %d targets x %d requests of %d bytes: vigia %.2f us, fping %.2f us of CPU a "
	       "request (best of %d), ratio %.2f%s%s\n",
	       TARGETS, COUNT, SIZE, ours, theirs, ROUNDS, ours / theirs,
	       a != 0 ? "; VIGIA LOST ANSWERS" : "", b != 0 ? "; fping ended with an error" : "");
	return a != 0;
}
