/* alarms - raised once, told with the newest text, over once; every word in the metrics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/alarms.h"

static const struct wall_time t0 = {INT64_C(1760000000) * 1000000};

static const char *shown(const struct alarms *a, struct buf *out)
{
	struct json_emit j;

	buf_reset(out);
	j = json_emit_to(out);
	json_open_object(&j);
	alarms_write(a, &j);
	json_close_object(&j);
	return buf_cstr(out);
}

static void raised_and_cleared(void **state)
{
	struct alarms a = {0};
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_string_equal(shown(&a, &out), "{\"alarms\":[]}");
	alarm_clear(&a, ALARM_DISK_FULL, t0);
	alarm_raise(&a, ALARM_DISK_FULL, t0, "%d MiB", 3);
	alarm_raise(&a, ALARM_CLOCK_OFF, t0, "x \"y\"");
	/* The text follows, the beginning stays. */
	alarm_raise(&a, ALARM_DISK_FULL, wall_add_us(t0, 60 * US_PER_S), "%d MiB", 2);
	assert_true(alarm_is_on(&a, ALARM_DISK_FULL));
	assert_string_equal(
		shown(&a, &out),
		"{\"alarms\":[{\"alarm\":\"disk-full\",\"since\":1760000000,\"text\":\"2 MiB\"},"
		"{\"alarm\":\"clock-off\",\"since\":1760000000,\"text\":\"x \\\"y\\\"\"}]}");
	alarm_clear(&a, ALARM_DISK_FULL, t0);
	assert_false(alarm_is_on(&a, ALARM_DISK_FULL));
	alarm_raise(&a, ALARM_DISK_FULL, wall_add_us(t0, 90 * US_PER_S), "again");
	assert_non_null(strstr(shown(&a, &out), "\"since\":1760000090,\"text\":\"again\""));
	buf_release(&out);
}

static void metrics_hold_every_word(void **state)
{
	struct alarms a = {0};
	struct buf out;
	char line[100];

	(void)state;
	buf_init(&out, 4096);
	alarm_raise(&a, ALARM_SERIES_DAMAGED, t0, "x");
	alarms_write_metrics(&a, &out);
	for (int i = 0; i < ALARM_COUNT; i++) {
		snprintf(line, sizeof(line), "\nvigia_alarm{alarm=\"%s\"} %d\n",
			 alarm_word((enum alarm)i), i == ALARM_SERIES_DAMAGED);
		assert_non_null(strstr(buf_cstr(&out), line));
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(raised_and_cleared),
		cmocka_unit_test(metrics_hold_every_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
