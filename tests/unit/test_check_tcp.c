/* check_tcp - a connection, and a greeting if one is asked for, against a real server: each way of failing has its own
 * word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct answerer peer;
};

static int set_up(void **state)
{
	static struct world w;

	uv_loop_init(&w.loop);
	answerer_start(&w.peer, &w.loop, NULL);
	*state = &w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	answerer_stop(&w->peer);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void connects(void **state)
{
	struct world *w = *state;
	struct verdict v = PROBE(&w->loop, "tcp", 2000, "address=127.0.0.1", w->peer.text);

	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_in_range(probe_value("tcp", &v, "connect"), 0, 2000000);
	v = PROBE(&w->loop, "tcp", 5000, "address=localhost", w->peer.text);
	assert_int_equal(v.outcome, OUTCOME_OK);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(w->peer.connections, 2);
}

static void greets(void **state)
{
	struct world *w = *state;
	struct verdict v;

	w->peer.answer = "SSH-2.0-x\r\n";
	w->peer.at_once = true;
	v = PROBE(&w->loop, "tcp", 2000, "address=127.0.0.1", "expect=SSH-2.0", w->peer.text);
	assert_int_equal(v.outcome, OUTCOME_OK);
	v = PROBE(&w->loop, "tcp", 2000, "address=127.0.0.1", "expect=220 ", w->peer.text);
	assert_int_equal(v.outcome, OUTCOME_BODY_MISMATCH);
	w->peer.answer = "SS";
	w->peer.cut = true;
	v = PROBE(&w->loop, "tcp", 2000, "address=127.0.0.1", "expect=SSH-2.0", w->peer.text);
	assert_int_equal(v.outcome, OUTCOME_ANSWER_CUT);
}

static void says_nothing(void **state)
{
	struct world *w = *state;
	struct verdict v =
		PROBE(&w->loop, "tcp", 100, "address=127.0.0.1", "expect=220 ", w->peer.text);

	assert_int_equal(v.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_in_range(probe_value("tcp", &v, "connect"), 0, 100000);
}

static void nobody_listens(void **state)
{
	struct world *w = *state;
	char text[32];
	struct verdict v;

	snprintf(text, sizeof(text), "port=%u", free_port());
	v = PROBE(&w->loop, "tcp", 2000, "address=127.0.0.1", text);
	assert_int_equal(v.outcome, OUTCOME_CONNECT_REFUSED);
	v = PROBE(&w->loop, "tcp", 2000, "address=255.255.255.255", text);
	assert_int_equal(v.outcome, OUTCOME_CONNECT_UNREACHABLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(connects, set_up, tear_down),
		cmocka_unit_test_setup_teardown(greets, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
