/* watch - calm when all is well; and each thing that is not well is named once, with whom and how long.
 * wrap: core_stats intake_agent heartbeat_status
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "collector/heartbeat.h"
#include "collector/intake.h"
#include "collector/watch.h"
#include "tests/support/collector_world.h"

static struct collector_world *w;
static bool failing;
static struct intake_agent told;
static struct heartbeat_status beat;

struct core_stats __real_core_stats(const struct core *c);
struct core_stats __wrap_core_stats(const struct core *c);
struct core_stats __wrap_core_stats(const struct core *c)
{
	struct core_stats s = __real_core_stats(c);

	if (failing) {
		s.failing = true;
		s.failing_since = wall_add_us(clock_now(&w->c.clock), -90 * US_PER_S);
	}
	return s;
}

struct intake_agent __wrap_intake_agent(const struct intake *i, uint32_t agent);
struct intake_agent __wrap_intake_agent(const struct intake *i, uint32_t agent)
{
	(void)i;
	return agent == 0 ? told
			  : (struct intake_agent){
				    .spooled = -1, .spool_bytes = -1, .spool_oldest = WALL_UNKNOWN};
}

struct heartbeat_status __wrap_heartbeat_status(const struct heartbeat *h);
struct heartbeat_status __wrap_heartbeat_status(const struct heartbeat *h)
{
	(void)h;
	return beat;
}

static int set_up(void **state)
{
	w = calloc(1, sizeof(*w));
	collector_world_open(w);
	w->c.intake = intake_new(&w->c);
	failing = false;
	told = (struct intake_agent){
		.known = true, .spool_bytes = 77, .spool_oldest = WALL_UNKNOWN};
	beat = (struct heartbeat_status){.state = HEARTBEAT_OK, .last_success = WALL_UNKNOWN};
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	intake_free(w->c.intake);
	collector_world_close(w);
	free(w);
	*state = NULL;
	return 0;
}

static const char *written(struct buf *out)
{
	struct json_emit j;

	buf_reset(out);
	j = json_emit_to(out);
	watch_write(&w->c, &j);
	return buf_cstr(out);
}

static void calm(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	assert_non_null(strstr(written(&out), "\"troubles\":[]}"));
	assert_non_null(strstr(buf_cstr(&out), "\"owed\":[]"));
	assert_non_null(strstr(buf_cstr(&out),
			       "\"channels\":[{\"id\":\"archivo\",\"type\":\"file\","
			       "\"last_success\":null,\"last_failure\":null}"));
	buf_release(&out);
}

static void each_trouble(void **state)
{
	struct buf out;
	unsigned n = 0;

	(void)state;
	buf_init(&out, 100000);
	failing = true;
	w->c.lag_us = 3 * US_PER_S;
	told.offset_us = -7 * US_PER_S;
	told.lag_us = 4 * US_PER_S;
	told.spool_oldest = wall_add_us(clock_now(&w->c.clock), -3600 * US_PER_S);
	beat.state = HEARTBEAT_WITHHELD;
	snprintf(beat.why, sizeof(beat.why), "journal-failing");
	written(&out);
	assert_non_null(
		strstr(buf_cstr(&out), "{\"what\":\"journal-failing\",\"who\":null,\"seconds\":9"));
	assert_non_null(
		strstr(buf_cstr(&out), "{\"what\":\"loop-late\",\"who\":null,\"seconds\":3}"));
	assert_non_null(strstr(buf_cstr(&out),
			       "{\"what\":\"heartbeat-withheld\",\"who\":null,\"why\":"
			       "\"journal-failing\",\"since\":null}"));
	assert_non_null(
		strstr(buf_cstr(&out), "{\"what\":\"agent-clock\",\"who\":\"dc\",\"seconds\":-7}"));
	assert_non_null(
		strstr(buf_cstr(&out), "{\"what\":\"agent-late\",\"who\":\"dc\",\"seconds\":4}"));
	assert_non_null(
		strstr(buf_cstr(&out), "{\"what\":\"agent-behind\",\"who\":\"dc\",\"seconds\":36"));
	for (const char *p = buf_cstr(&out); (p = strstr(p, "\"what\":")) != NULL; p++)
		n++;
	assert_int_equal(n, 6);
	buf_release(&out);
}

static void a_silent_agent_and_a_failed_channel(void **state)
{
	struct input in = {.kind = INPUT_TICK};
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	collector_world_fail(w);
	in = (struct input){.kind = INPUT_DELIVERY};
	in.u.delivery.call = w->effects.items[0].id;
	in.u.delivery.what = DELIVERY_FAILED;
	in.u.delivery.detail = "no";
	collector_world_input(w, &in);
	collector_world_commit(w);
	assert_non_null(strstr(written(&out), "{\"what\":\"channel-failed\",\"who\":\"archivo\"}"));
	buf_release(&out);
}

static void metrics(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	beat.sent = 4;
	beat.last_success = (struct wall_time){1760000000 * US_PER_S};
	told.spool_oldest = wall_add_us(clock_now(&w->c.clock), -3600 * US_PER_S);
	watch_write_metrics(&w->c, &out);
	assert_non_null(strstr(buf_cstr(&out), "\nvigia_heartbeats_total{result=\"ok\"} 4\n"));
	assert_non_null(strstr(buf_cstr(&out),
			       "\nvigia_heartbeat_last_success_timestamp_seconds 1760000000\n"));
	assert_non_null(
		strstr(buf_cstr(&out), "\nvigia_agent_spool_age_seconds{agent=\"dc\"} 3600"));
	assert_non_null(strstr(buf_cstr(&out), "\nvigia_agent_spool_bytes{agent=\"dc\"} 77\n"));
	assert_null(strstr(buf_cstr(&out), "spool_bytes{agent=\"lejos\"}"));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calm, set_up, tear_down),
		cmocka_unit_test_setup_teardown(each_trouble, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_silent_agent_and_a_failed_channel, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(metrics, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
