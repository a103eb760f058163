/* icmp_io - real echo requests to the loopback: every answer finds its burst, what cannot be sent is told, what is given
 * up is silent, and without the right the burst says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "base/mem.h"
#include "probing/icmp_io.h"
#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct icmp_io *io;
	unsigned ended;
};

static int set_up(void **state)
{
	static struct world w;

	w.ended = 0;
	uv_loop_init(&w.loop);
	w.io = icmp_io_new(&w.loop);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	icmp_io_free(w->io);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_done(void *user)
{
	((struct world *)user)->ended++;
}

static struct icmp_run *run(struct world *w, struct echo_burst *b, const char *address,
			    uint32_t count)
{
	*b = (struct echo_burst){.count = count, .size = 56, .spacing_us = 1000};
	snprintf(b->address, sizeof(b->address), "%s", address);
	return icmp_io_run(w->io, b, on_done, w);
}

static void on_limit(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

/* False when not all have ended within some seconds. */
static bool await(struct world *w, unsigned ends)
{
	uv_timer_t limit;
	bool over = false;

	uv_timer_init(&w->loop, &limit);
	limit.data = &over;
	uv_timer_start(&limit, on_limit, 10000, 0);
	while (w->ended < ends && !over)
		loop_turn(&w->loop);
	uv_close((uv_handle_t *)&limit, NULL);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	return w->ended == ends;
}

static void answers_of_one(struct world *w, const char *address, bool v6)
{
	struct echo_burst b;

	if (!icmp_io_has(w->io, v6))
		skip();
	run(w, &b, address, 5);
	assert_true(await(w, 1));
	assert_int_equal(b.outcome, OUTCOME_OK);
	assert_int_equal(b.sent, 5);
	assert_int_equal(b.received, 5);
	for (int i = 0; i < 5; i++)
		assert_in_range(b.rtt_us[i], 0, 5000000);
}

static void answers_over_ipv4(void **state)
{
	answers_of_one(*state, "127.0.0.1", false);
}

static void answers_over_ipv6(void **state)
{
	answers_of_one(*state, "::1", true);
}

/* More at once than the default buffer of a socket holds. */
static void a_thousand_at_once(void **state)
{
	struct echo_burst *bursts = mem_calloc(1000, sizeof(*bursts));
	struct world *w = *state;
	char address[32];

	if (!icmp_io_has(w->io, false))
		skip();
	for (int i = 0; i < 1000; i++) {
		snprintf(address, sizeof(address), "127.2.%d.%d", i / 250, i % 250 + 1);
		run(w, &bursts[i], address, 3);
	}
	assert_true(await(w, 1000));
	for (int i = 0; i < 1000; i++)
		assert_int_equal(bursts[i].received, 3);
	free(bursts);
}

/* The system refuses to send to the broadcast address unasked: that ends the burst, no answer is waited for. */
static void what_cannot_be_sent(void **state)
{
	struct world *w = *state;
	struct echo_burst b;

	if (!icmp_io_has(w->io, false))
		skip();
	run(w, &b, "255.255.255.255", 3);
	assert_true(await(w, 1));
	assert_int_equal(b.outcome, OUTCOME_OK);
	assert_int_equal(b.failed, 3);
	assert_int_equal(b.received, 0);
	run(w, &b, "not an address", 3);
	assert_int_equal(w->ended, 1); /* from the loop, never from the call */
	assert_true(await(w, 2));
	assert_int_equal(b.outcome, OUTCOME_NAME_FAILED);
	assert_int_equal(b.sent, 0);
}

static void given_up(void **state)
{
	struct echo_burst given, kept;
	struct world *w = *state;

	if (!icmp_io_has(w->io, false))
		skip();
	icmp_io_cancel(run(w, &given, "127.0.0.1", 2));
	run(w, &kept, "127.0.0.1", 3); /* takes the same place */
	assert_true(await(w, 1));
	assert_int_equal(kept.received, 3);
	assert_int_equal(given.sent, 0);
	run(w, &given, "127.0.0.1", 50); /* under way when all ends (tear_down) */
	loop_turn(&w->loop);
}

/* As an agent without CAP_NET_RAW whose group may not ping. */
static void without_the_right(void **state)
{
	struct world *w = *state;
	int status = 0;
	pid_t pid;

	(void)w;
	if (geteuid() != 0)
		skip();
	pid = fork();
	if (pid == 0) {
		struct world mine = {.ended = 0};
		struct echo_burst b;

		if (setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0)
			_exit(3);
		uv_loop_init(&mine.loop);
		mine.io = icmp_io_new(&mine.loop);
		if (icmp_io_has(mine.io, false))
			_exit(2); /* net.ipv4.ping_group_range allows it to all */
		run(&mine, &b, "127.0.0.1", 1);
		while (mine.ended == 0 && uv_loop_alive(&mine.loop))
			loop_turn(&mine.loop);
		_exit(mine.ended == 1 && b.outcome == OUTCOME_RIGHT_MISSING && b.sent == 0 ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answers_over_ipv4, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answers_over_ipv6, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_thousand_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_sent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(given_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_the_right, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
