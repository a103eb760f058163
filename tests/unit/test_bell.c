/* bell - a collector that tells of its entries, in pieces, all at once, and not at all any more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <uv.h>

#include "dashboard/bell.h"
#include "dashboard/upstream.h"
#include "tests/support/fake_collector.h"
#include "tests/support/http_raw.h"
#include "tests/support/probe_once.h"

static struct world {
	uv_loop_t loop;
	struct fake_collector collector;
	struct upstream *upstream;
	struct bell *bell;
	unsigned rings;
	int64_t seq;
} w;

static void rung(void *user, int64_t seq)
{
	(void)user;
	w.rings++;
	w.seq = seq;
}

static void start(unsigned silence_ms)
{
	struct err_info info;

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	fake_collector_start(&w.collector, &w.loop);
	w.collector.streams = true;
	assert_int_equal(
		upstream_new(&w.loop,
			     &(struct upstream_options){.collector = w.collector.url,
							.token_file = w.collector.token_file,
							.timeout_ms = 2000},
			     &w.upstream, &info),
		ERR_OK);
	w.bell = bell_new(&w.loop, &(struct bell_options){.upstream = w.upstream,
							  .rung = rung,
							  .silence_ms = silence_ms});
}

static void stop(void)
{
	bell_close(w.bell);
	upstream_free(w.upstream);
	bell_free(w.bell);
	bell_free(NULL);
	fake_collector_stop(&w.collector);
	while (uv_run(&w.loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w.loop), 0);
}

static void await_up(void)
{
	while (!bell_is_up(w.bell))
		loop_turn(&w.loop);
}

static void it_is_up_before_anything_is_said_and_asks_from_where_we_are(void **state)
{
	(void)state;
	start(100000);
	assert_false(bell_is_open(w.bell));
	bell_open(w.bell, 31);
	bell_open(w.bell, 77); /* is open already */
	assert_true(bell_is_open(w.bell));
	assert_false(bell_is_up(w.bell));
	await_up();
	assert_string_equal(w.collector.last_query, "31");
	assert_int_equal(w.collector.listeners, 1);
	assert_int_equal(w.rings, 0);
	bell_close(w.bell);
	assert_false(bell_is_open(w.bell));
	assert_false(bell_is_up(w.bell));
	stop();
}

static void entries_ring_wherever_they_are_cut(void **state)
{
	static const char text[] = "id: 1207\ndata: {\"seq\":1207,\"x\":\"id: 9\"}\n\n";

	(void)state;
	start(100000);
	bell_open(w.bell, 0);
	await_up();
	for (size_t cut = 1; cut < sizeof(text); cut++) {
		char first[64];

		w.rings = 0;
		snprintf(first, sizeof(first), "%.*s", (int)cut, text);
		fake_collector_say(&w.collector, first);
		while (w.collector.said[0] != '\0')
			loop_turn(&w.loop);
		fake_collector_say(&w.collector, text + cut);
		while (w.rings == 0)
			loop_turn(&w.loop);
		assert_int_equal(w.seq, 1207);
	}
	stop();
}

static void of_many_the_last_one_counts_and_nothing_else_rings(void **state)
{
	(void)state;
	start(100000);
	bell_open(w.bell, 0);
	await_up();
	fake_collector_say(&w.collector,
			   ":\n\ndata: id: 5\n\nid: x\nid:\nid: 99999999999999999999999999999"
			   "\nretry: 7\n\nid: 8\ndata: 1\n\nid: 9\ndata: 2\n\n");
	while (w.rings == 0)
		loop_turn(&w.loop);
	assert_int_equal(w.rings, 1);
	assert_int_equal(w.seq, 9);
	stop();
}

static void an_end_is_noticed_and_it_can_be_opened_again(void **state)
{
	(void)state;
	start(100000);
	bell_open(w.bell, 0);
	await_up();
	fake_collector_hang_up(&w.collector);
	while (bell_is_open(w.bell))
		loop_turn(&w.loop);
	assert_false(bell_is_up(w.bell));
	while (w.collector.listener != NULL)
		loop_turn(&w.loop);
	bell_open(w.bell, 5);
	await_up();
	assert_int_equal(w.collector.listeners, 2);
	w.collector.streams = false;
	bell_close(w.bell);
	bell_open(w.bell, 5); /* refused */
	while (bell_is_open(w.bell))
		loop_turn(&w.loop);
	stop();
}

static void a_line_that_is_silent_for_too_long_is_dead(void **state)
{
	(void)state;
	start(40);
	bell_open(w.bell, 0);
	await_up();
	while (bell_is_open(w.bell))
		loop_turn(&w.loop);
	assert_int_equal(w.rings, 0);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_up_before_anything_is_said_and_asks_from_where_we_are),
		cmocka_unit_test(entries_ring_wherever_they_are_cut),
		cmocka_unit_test(of_many_the_last_one_counts_and_nothing_else_rings),
		cmocka_unit_test(an_end_is_noticed_and_it_can_be_opened_again),
		cmocka_unit_test(a_line_that_is_silent_for_too_long_is_dead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
