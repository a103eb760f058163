/* snmp_request - the tries of one request, seen from the device's side: their ids, what is an answer to which, and what
 * cannot be made an answer from outside. */
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

#include "probing/snmp_envelope.h"
#include "probing/snmp_io.h"
#include "tests/support/probe_once.h"

/* GET of sysUpTime.0, as it comes back: an answer with the given id. */
#define ANSWER_ID 15
static const unsigned char answer_head[] = {
	0x30, 0x2a, 2, 1,    1, 4, 6, 'p', 'u', 'b', 'l', 'i',  'c',  0xa2, 0x1d,
	2,    4,    0, 0,    0, 0, 2, 1,   0,   2,   1,   0,    0x30, 0x0f, 0x30,
	0x0d, 6,    8, 0x2b, 6, 1, 2, 1,   1,   3,   0,   0x43, 1,    5};

static struct {
	uv_loop_t loop;
	uv_timer_t alive; /* sockets alone do not keep the loop turning */
	struct snmp_io *io;
	int fd;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
	} from;
	struct snmp_target target;
	struct snmp_item item;
	struct snmp_ask ask;
	bool over;
} w;

static void on_done(void *user)
{
	(void)user;
	w.over = true;
}

static void on_alive(uv_timer_t *t)
{
	(void)t;
}

static int set_up(void **state)
{
	socklen_t size = sizeof(w.from.v4);

	(void)state;
	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	w.io = snmp_io_new(&w.loop);
	uv_timer_init(&w.loop, &w.alive);
	uv_timer_start(&w.alive, on_alive, 3600000, 0);
	w.fd = socket(AF_INET, SOCK_DGRAM, 0);
	w.from.v4 = (struct sockaddr_in){.sin_family = AF_INET,
					 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	assert_int_equal(bind(w.fd, &w.from.any, size), 0);
	getsockname(w.fd, &w.from.any, &size);
	w.target = (struct snmp_target){.address = "127.0.0.1",
					.port = ntohs(w.from.v4.sin_port),
					.version = SNMP_VERSION_2C,
					.community = "public",
					.try_us = 100000,
					.retries = 3,
					.outstanding_max = 1};
	w.item.kind = SNMP_GET;
	w.ask = (struct snmp_ask){
		.target = &w.target, .items = &w.item, .item_count = 1, .memory = arena_new()};
	assert_true(snmp_oid_parse(SLICE_LIT("1.3.6.1.2.1.1.3.0"), w.ask.memory, &w.item.oid));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	snmp_io_free(w.io);
	uv_close((uv_handle_t *)&w.alive, NULL);
	uv_run(&w.loop, UV_RUN_DEFAULT);
	close(w.fd);
	arena_free(w.ask.memory);
	return uv_loop_close(&w.loop);
}

/* The next try that comes to the device. */
static int32_t next_try(void)
{
	struct snmp_envelope e;
	unsigned char packet[1500];
	socklen_t size = sizeof(w.from);
	ssize_t n = -1;

	while (n < 0) {
		loop_turn(&w.loop);
		n = recvfrom(w.fd, packet, sizeof(packet), MSG_DONTWAIT, &w.from.any, &size);
	}
	assert_true(snmp_envelope_read(packet, (size_t)n, &e));
	assert_int_equal(e.pdu, 0xa0);
	return e.id;
}

static void answer(int32_t id)
{
	unsigned char p[sizeof(answer_head)];

	memcpy(p, answer_head, sizeof(p));
	for (int i = 0; i < 4; i++)
		p[ANSWER_ID + 2 + i] = (unsigned char)((uint32_t)id >> (24 - 8 * i));
	assert_int_equal(sendto(w.fd, p, sizeof(p), 0, &w.from.any, sizeof(w.from.v4)), sizeof(p));
}

static void each_try_has_its_id_and_each_may_be_answered(void **state)
{
	int32_t ids[4];

	(void)state;
	snmp_io_run(w.io, &w.ask, INT64_MAX, on_done, NULL);
	for (int i = 0; i < 4; i++) {
		ids[i] = next_try();
		assert_true(ids[i] >= 0);
		for (int j = 0; j < i; j++)
			assert_int_not_equal(ids[i], ids[j]);
	}
	answer(ids[1]); /* late, and true */
	while (!w.over)
		loop_turn(&w.loop);
	assert_int_equal(w.ask.outcome, OUTCOME_OK);
	assert_int_equal(w.item.rows[0].value.u, 5);
	assert_int_equal(w.ask.requests, 4);
	assert_int_equal(w.ask.resent, 3);
	assert_int_equal(w.ask.rtt_us, -1);
}

static void an_id_must_be_known_not_guessed(void **state)
{
	uint64_t late;
	int32_t id;

	(void)state;
	w.target.try_us = 60000000;
	snmp_io_run(w.io, &w.ask, INT64_MAX, on_done, NULL);
	id = next_try();
	for (int bit = 0; bit < 32; bit++) /* another place, another try, another chance */
		answer((int32_t)((uint32_t)id ^ 1u << bit));
	while (snmp_io_stats(w.io).late < 32 && !w.over)
		loop_turn(&w.loop);
	assert_false(w.over);
	answer(id);
	while (!w.over)
		loop_turn(&w.loop);
	assert_int_equal(w.ask.outcome, OUTCOME_OK);
	assert_true(w.ask.rtt_us >= 0);
	late = snmp_io_stats(w.io).late;
	answer(id); /* once more */
	while (snmp_io_stats(w.io).late == late)
		loop_turn(&w.loop);
	assert_int_equal(w.item.row_count, 1);
}

static void ids_differ_from_ask_to_ask(void **state)
{
	int32_t ids[8];

	(void)state;
	w.target.try_us = 60000000;
	for (int i = 0; i < 8; i++) {
		w.over = false;
		snmp_io_run(w.io, &w.ask, INT64_MAX, on_done, NULL);
		ids[i] = next_try();
		answer(ids[i]);
		while (!w.over)
			loop_turn(&w.loop);
	}
	for (int i = 1; i < 8; i++) {
		if (ids[i] != ids[0])
			return;
	}
	fail();
}

/* Whatever the plan says of retries, the number of a try fits its place in the id. */
static void tries_are_bounded(void **state)
{
	(void)state;
	w.target.try_us = 20000;
	w.target.retries = 1000;
	snmp_io_run(w.io, &w.ask, INT64_MAX, on_done, NULL);
	while (!w.over)
		loop_turn(&w.loop);
	assert_int_equal(w.ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(w.ask.requests, 6);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_try_has_its_id_and_each_may_be_answered),
		T(an_id_must_be_known_not_guessed),
		T(ids_differ_from_ask_to_ask),
		T(tries_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
