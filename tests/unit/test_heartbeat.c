/* heartbeat - to a real server: a beat is answered, refused, hangs without being doubled, is withheld for each reason and
 * ends cleanly in the middle.
 * wrap: core_stats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/schema.h"
#include "collector/heartbeat.h"
#include "tests/support/collector_world.h"
#include "tests/support/probe_once.h"

struct stage {
	struct collector_world w;
	uv_loop_t loop;
	struct answerer peer;
	char url[64];
};
static struct stage *at;
static bool failing;
static int64_t commit_ago_us;

struct core_stats __real_core_stats(const struct core *c);
struct core_stats __wrap_core_stats(const struct core *c);
struct core_stats __wrap_core_stats(const struct core *c)
{
	struct core_stats s = __real_core_stats(c);

	s.failing = failing;
	if (commit_ago_us > 0)
		s.last_commit = wall_add_us(clock_now(&at->w.c.clock), -commit_ago_us);
	return s;
}

static int set_up(void **state)
{
	struct heartbeat_config *k;
	struct err_info info;

	at = calloc(1, sizeof(*at));
	failing = false;
	commit_ago_us = 0;
	collector_world_open(&at->w);
	uv_loop_init(&at->loop);
	answerer_start(&at->peer, &at->loop,
		       "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
	at->peer.cut = true;
	at->w.c.loop = &at->loop;
	k = &at->w.c.config.heartbeat;
	snprintf(at->url, sizeof(at->url), "http://127.0.0.1:%u/beat", at->peer.port);
	*k = (struct heartbeat_config){.url = at->url,
				       .every_us = 30 * US_PER_MS,
				       .timeout_us = 3 * US_PER_S,
				       .port = at->peer.port,
				       .post = true};
	snprintf(k->host, sizeof(k->host), "127.0.0.1");
	assert_int_equal(heartbeat_start(&at->w.c, &at->w.c.heartbeat, &info), ERR_OK);
	*state = at;
	return 0;
}

static int tear_down(void **state)
{
	int left;

	heartbeat_stop(at->w.c.heartbeat);
	answerer_stop(&at->peer);
	while (uv_run(&at->loop, UV_RUN_DEFAULT) != 0)
		;
	left = uv_loop_close(&at->loop);
	collector_world_close(&at->w);
	free(at);
	*state = NULL;
	return left;
}

static struct heartbeat_status await(enum heartbeat_state s)
{
	while (heartbeat_status(at->w.c.heartbeat).state != s)
		loop_turn(&at->loop);
	return heartbeat_status(at->w.c.heartbeat);
}

static void answered_then_refused_then_answered(void **state)
{
	struct heartbeat_status s;

	(void)state;
	assert_int_equal(heartbeat_status(at->w.c.heartbeat).state, HEARTBEAT_WAITING);
	s = await(HEARTBEAT_OK);
	assert_int_equal(s.sent, 1);
	assert_true(wall_is_known(s.last_success));
	assert_non_null(strstr(buf_cstr(&at->peer.asked), "POST /beat HTTP/1.1\r\n"));
	assert_non_null(strstr(buf_cstr(&at->peer.asked), "\"hash\":"));
	at->peer.answer = "HTTP/1.1 503 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
	s = await(HEARTBEAT_FAILING);
	assert_string_equal(s.why, "status 503");
	at->peer.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
	await(HEARTBEAT_OK);
}

static void one_that_hangs_is_not_doubled(void **state)
{
	(void)state;
	at->w.c.config.heartbeat.timeout_us = 200 * US_PER_MS;
	at->peer.answer = NULL;
	/* Some periods pass, and there is still one connection. */
	while (heartbeat_status(at->w.c.heartbeat).failed == 0) {
		assert_true(at->peer.connections <= 1);
		loop_turn(&at->loop);
	}
	at->peer.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
	await(HEARTBEAT_OK);
	at->peer.answer = NULL;
}

static void withheld_while_not_well(void **state)
{
	(void)state;
	await(HEARTBEAT_OK);
	failing = true;
	assert_string_equal(await(HEARTBEAT_WITHHELD).why, "journal-failing");
	failing = false;
	await(HEARTBEAT_OK);
	commit_ago_us = 61 * US_PER_S;
	assert_string_equal(await(HEARTBEAT_WITHHELD).why, "journal-old");
	commit_ago_us = 0;
	await(HEARTBEAT_OK);
	at->w.c.lag_us = 6 * US_PER_S;
	assert_string_equal(await(HEARTBEAT_WITHHELD).why, "loop-late");
	at->w.c.lag_us = 0;
	await(HEARTBEAT_OK);
}

static void calls_that_do_not_leave(void **state)
{
	(void)state;
	collector_world_fail(&at->w);
	assert_null(heartbeat_trouble(&at->w.c)); /* it has just been intended */
	at->w.c.clock.start_wall.us += 121 * US_PER_S;
	commit_ago_us = 1;
	assert_string_equal(heartbeat_trouble(&at->w.c), "calls-stuck");
}

static void none_is_configured(void **state)
{
	struct heartbeat *none;
	struct err_info info;

	(void)state;
	at->w.c.config.heartbeat.url = NULL;
	assert_int_equal(heartbeat_start(&at->w.c, &none, &info), ERR_OK);
	assert_null(none);
	assert_int_equal(heartbeat_status(none).state, HEARTBEAT_OFF);
	heartbeat_stop(none);
	at->w.c.config.heartbeat.url = at->url;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(answered_then_refused_then_answered, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(one_that_hangs_is_not_doubled, set_up, tear_down),
		cmocka_unit_test_setup_teardown(withheld_while_not_well, set_up, tear_down),
		cmocka_unit_test_setup_teardown(calls_that_do_not_leave, set_up, tear_down),
		cmocka_unit_test_setup_teardown(none_is_configured, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
