/* trap_io - the sockets of the receiver: what is taken, dropped before it is decoded, answered when it is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "probing/trap_io.h"
#include "tests/support/probe_once.h"
#include "tests/support/trap_packets.h"

struct ear {
	uv_loop_t loop;
	struct trap_io *io;
	struct trap_codec *codec;
	unsigned heard, drained, dropped[TRAP_DROP_COUNT];
	bool nobodys;
	int fd; /* the device */
	char last_source[64];
};

static bool on_known(void *user, const char *source)
{
	(void)user;
	return strcmp(source, "127.0.0.1") == 0;
}

static bool on_heard(void *user, const struct notification *n)
{
	struct ear *e = user;

	e->heard++;
	snprintf(e->last_source, sizeof(e->last_source), "%s", n->source);
	return !e->nobodys;
}

static void on_dropped(void *user, enum trap_drop why, const char *source)
{
	struct ear *e = user;

	e->dropped[why]++;
	snprintf(e->last_source, sizeof(e->last_source), "%s", source);
}

static void on_drained(void *user)
{
	((struct ear *)user)->drained++;
}

static int device(struct ear *e, const char *from)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, from, &a.sin_addr);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
	a.sin_port = htons(trap_io_port(e->io, 0));
	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

static void open_ear(struct ear *e)
{
	static const char *const community[] = {"traplab"};
	const struct trap_codec_options o = {
		.communities = community, .community_count = 1, .engine = "vigia-test", .boots = 1};
	const struct trap_io_events events = {on_known, on_heard, on_dropped, on_drained, e};
	char listen[64];
	const char *list[] = {listen};
	struct err_info info;

	*e = (struct ear){.fd = -1};
	snprintf(listen, sizeof(listen), "127.0.0.1:%u", free_port());
	uv_loop_init(&e->loop);
	assert_int_equal(trap_codec_new(&o, &e->codec, &info), ERR_OK);
	if (trap_io_open(list, 1, &e->io, &info) != ERR_OK)
		fail_msg("%s", info.text);
	trap_io_start(e->io, &e->loop, e->codec, &events);
	e->fd = device(e, "127.0.0.1");
}

static void close_ear(struct ear *e)
{
	trap_io_free(e->io);
	uv_run(&e->loop, UV_RUN_DEFAULT);
	uv_loop_close(&e->loop);
	trap_codec_free(e->codec);
	close(e->fd);
}

static void say(int fd, const char *hex)
{
	struct slice p = packet_of(hex);

	assert_int_equal(send(fd, p.p, p.n, 0), p.n);
}

static void turn_until_drained(struct ear *e)
{
	unsigned before = e->drained;

	while (e->drained == before)
		loop_turn(&e->loop);
}

static void a_trap_is_heard(void **state)
{
	struct ear e;

	(void)state;
	open_ear(&e);
	say(e.fd, packet_v2_trap);
	turn_until_drained(&e);
	assert_int_equal(e.heard, 1);
	assert_string_equal(e.last_source, "127.0.0.1");
	assert_int_equal(trap_io_stats(e.io).taken, 1);
	e.nobodys = true;
	say(e.fd, packet_v2_trap);
	say(e.fd, packet_get);
	turn_until_drained(&e);
	assert_int_equal(e.dropped[TRAP_DROP_UNMATCHED], 1);
	assert_int_equal(e.dropped[TRAP_DROP_MALFORMED], 1);
	close_ear(&e);
}

static void an_inform_is_answered_when_it_is_kept(void **state)
{
	char answer[512];
	struct ear e;

	(void)state;
	open_ear(&e);
	say(e.fd, packet_v2_inform);
	turn_until_drained(&e);
	assert_int_equal(recv(e.fd, answer, sizeof(answer), MSG_DONTWAIT), -1);
	trap_io_answer(e.io);
	assert_true(recv(e.fd, answer, sizeof(answer), 0) > 20);
	trap_io_answer(e.io);
	assert_int_equal(recv(e.fd, answer, sizeof(answer), MSG_DONTWAIT), -1); /* once */
	/* what waits when the configuration changes comes again by itself */
	say(e.fd, packet_v2_inform);
	turn_until_drained(&e);
	trap_io_set_codec(e.io, e.codec);
	trap_io_answer(e.io);
	assert_int_equal(recv(e.fd, answer, sizeof(answer), MSG_DONTWAIT), -1);
	close_ear(&e);
}

static void a_stranger_is_not_decoded(void **state)
{
	struct ear e;
	int fd;

	(void)state;
	open_ear(&e);
	fd = device(&e, "127.0.0.2");
	for (int i = 0; i < 50; i++)
		say(fd, packet_v2_trap);
	while (trap_io_stats(e.io).packets < 50)
		loop_turn(&e.loop);
	assert_int_equal(e.heard, 0);
	assert_int_equal(trap_io_stats(e.io).dropped[TRAP_DROP_STRANGER], 50);
	assert_int_equal(e.dropped[TRAP_DROP_STRANGER], 5); /* told of a few */
	assert_string_equal(e.last_source, "127.0.0.2");
	close(fd);
	close_ear(&e);
}

static void a_flood_is_cut(void **state)
{
	struct trap_io_stats s;
	struct ear e;

	(void)state;
	open_ear(&e);
	for (int sent = 0; sent < 6000; sent += 100) { /* not more at once than the socket holds */
		for (int i = 0; i < 100; i++)
			say(e.fd, packet_v2_trap);
		while (trap_io_stats(e.io).packets < (uint64_t)sent + 100)
			loop_turn(&e.loop);
	}
	s = trap_io_stats(e.io);
	assert_int_equal(s.taken + s.dropped[TRAP_DROP_FLOOD], 6000);
	assert_true(s.taken >= 2000);
	assert_true(s.dropped[TRAP_DROP_FLOOD] > 0);
	close_ear(&e);
}

static void a_turn_is_bounded(void **state)
{
	struct ear e;

	(void)state;
	open_ear(&e);
	for (int i = 0; i < 400; i++)
		say(e.fd, packet_v2_trap);
	turn_until_drained(&e);
	assert_true(trap_io_stats(e.io).packets <= 256);
	while (trap_io_stats(e.io).packets < 400)
		loop_turn(&e.loop);
	close_ear(&e);
}

static void what_cannot_be_opened_is_told(void **state)
{
	static const struct {
		const char *listen, *text;
	} cases[] = {{"nowhere", "'nowhere' is no ADDRESS:PORT"},
		     {"core.example.org:162", "must be numeric"},
		     {"192.0.2.1:10162", "listen on 192.0.2.1:10162"}};
	struct trap_io *io = NULL;
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_not_equal(trap_io_open(&cases[i].listen, 1, &io, &info), ERR_OK);
		assert_null(io);
		if (strstr(info.text, cases[i].text) == NULL)
			fail_msg("%s", info.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trap_is_heard),
		cmocka_unit_test(an_inform_is_answered_when_it_is_kept),
		cmocka_unit_test(a_stranger_is_not_decoded),
		cmocka_unit_test(a_flood_is_cut),
		cmocka_unit_test(a_turn_is_bounded),
		cmocka_unit_test(what_cannot_be_opened_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
