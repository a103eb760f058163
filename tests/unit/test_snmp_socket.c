/* snmp_socket - packets in both directions at once and in both families, large ones too, and what ICMP says of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "probing/snmp_socket.h"
#include "tests/support/probe_once.h"

static struct {
	uv_loop_t loop;
	uv_timer_t alive; /* sockets alone do not keep the loop turning */
	struct snmp_sockets *sockets;
	unsigned packets, drained, failed;
	int error;
	size_t last;
	union snmp_address from;
} w;

static void on_packet(void *user, struct slice bytes, const union snmp_address *from)
{
	(void)user;
	w.packets++;
	w.last = bytes.n;
	w.from = *from;
}

static void on_drained(void *user)
{
	(void)user;
	w.drained++;
}

static void on_failed(void *user, const union snmp_address *to, int error)
{
	(void)user;
	(void)to;
	w.failed++;
	w.error = error;
}

static void on_alive(uv_timer_t *t)
{
	(void)t;
}

static int set_up(void **state)
{
	const struct snmp_socket_events e = {
		.packet = on_packet, .drained = on_drained, .failed = on_failed};

	(void)state;
	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	w.sockets = snmp_sockets_new(&w.loop, &e);
	uv_timer_init(&w.loop, &w.alive);
	uv_timer_start(&w.alive, on_alive, 3600000, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	snmp_sockets_free(w.sockets);
	uv_close((uv_handle_t *)&w.alive, NULL);
	uv_run(&w.loop, UV_RUN_DEFAULT);
	return uv_loop_close(&w.loop);
}

/* A socket of the test's own; its address. */
static int peer(const char *address, union snmp_address *ret)
{
	socklen_t size;
	int fd;

	assert_true(snmp_address_parse(address, 0, ret));
	size = snmp_address_size(ret);
	fd = socket(ret->any.sa_family, SOCK_DGRAM, 0);
	assert_int_equal(bind(fd, &ret->any, size), 0);
	assert_int_equal(getsockname(fd, &ret->any, &size), 0);
	return fd;
}

static void both_families(void **state)
{
	static const char *const addresses[] = {"127.0.0.1", "::1"};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(addresses); i++) {
		union snmp_address a, back;
		socklen_t size = sizeof(back);
		int fd = peer(addresses[i], &a);

		w.packets = 0;
		assert_int_equal(snmp_sockets_open(w.sockets, &a), 0);
		for (int j = 0; j < 100; j++) /* more than wait for a flush */
			snmp_sockets_send(w.sockets, &a, SLICE_LIT("hello"));
		assert_true(snmp_sockets_has_unsent(w.sockets));
		snmp_sockets_flush(w.sockets);
		assert_false(snmp_sockets_has_unsent(w.sockets));
		for (int j = 0; j < 100; j++)
			assert_int_equal(recvfrom(fd, text, sizeof(text), 0, &back.any, &size), 5);
		for (int j = 0; j < 100; j++)
			assert_int_equal(sendto(fd, "world!", 6, 0, &back.any, size), 6);
		while (w.packets < 100)
			loop_turn(&w.loop);
		assert_int_equal(w.last, 6);
		assert_true(snmp_address_eq(&w.from, &a));
		assert_true(w.drained > 0);
		close(fd);
	}
}

static void the_largest_packets(void **state)
{
	static char big[65507];
	union snmp_address a, back;
	socklen_t size = sizeof(back);
	int fd = peer("127.0.0.1", &a);

	(void)state;
	assert_int_equal(snmp_sockets_open(w.sockets, &a), 0);
	snmp_sockets_send(w.sockets, &a, (struct slice){big, sizeof(big)});
	assert_false(snmp_sockets_has_unsent(w.sockets));
	assert_int_equal(recvfrom(fd, big, sizeof(big), 0, &back.any, &size), sizeof(big));
	assert_int_equal(sendto(fd, big, sizeof(big), 0, &back.any, size), sizeof(big));
	while (w.packets < 1)
		loop_turn(&w.loop);
	assert_int_equal(w.last, sizeof(big));
	close(fd);
}

static void a_closed_port(void **state)
{
	union snmp_address a, open_at;
	int fd = peer("127.0.0.1", &open_at);
	char text[8];

	(void)state;
	assert_true(snmp_address_parse("127.0.0.1", free_port(), &a));
	assert_int_equal(snmp_sockets_open(w.sockets, &a), 0);
	for (int i = 1; i <= 3; i++) { /* the socket goes on polling after each */
		unsigned before = w.failed;

		snmp_sockets_send(w.sockets, &a, SLICE_LIT("hello"));
		snmp_sockets_flush(w.sockets);
		while (w.failed == before)
			loop_turn(&w.loop);
		assert_int_equal(w.error, ECONNREFUSED);
	}
	/* An error that waits at the socket costs nobody else a packet. */
	snmp_sockets_send(w.sockets, &a, SLICE_LIT("hello"));
	snmp_sockets_flush(w.sockets);
	snmp_sockets_send(w.sockets, &open_at, SLICE_LIT("hello"));
	snmp_sockets_flush(w.sockets);
	assert_int_equal(recv(fd, text, sizeof(text), 0), 5);
	close(fd);
}

/* Given up without a socket, and with one. */
static void freed_unopened(void **state)
{
	(void)state;
	assert_false(snmp_sockets_has_unsent(w.sockets));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(both_families),
		T(the_largest_packets),
		T(a_closed_port),
		T(freed_unopened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
