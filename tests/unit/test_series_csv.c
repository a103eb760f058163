/* series_csv - the table says by itself what it is; unknown is empty, and no cell is a formula. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/series_csv.h"
#include "tests/support/series_answer.h"

static void a_table_holds_all_values(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_true(series_csv_put(SLICE_LIT(SERIES_ANSWER_ICMP), &out));
	assert_string_equal(
		buf_cstr(&out),
		"time,check,from,stamp,state,bad,rtt (s),rtt_min (s),rtt_max (s),loss\r\n"
		"2025-10-09T02:53:30-06:00,\"dc/fw.a:ping\",\"dc\",\"SIMULACRO "
		"2\",ok,0,0.0042,0.004,0.005,0\r\n"
		"2025-10-09T02:53:40-06:00,\"dc/fw.a:ping\",\"dc\",\"SIMULACRO 2\",,,,,,\r\n"
		"2025-10-09T02:53:50-06:00,\"dc/fw.a:ping\",\"dc\",\"SIMULACRO "
		"2\",critical,1,,,,1\r\n");
	buf_release(&out);
}

static void texts_are_quoted(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_true(series_csv_put(
		SLICE_LIT("{\"start\":0,\"step\":1,\"names\":[\"state\"],\"rows\":[[9]],\"about\":{"
			  "\"check\":\"=1+1\",\"from\":\"a\\\"b\",\"stamp\":\"@x\"}}"),
		&out));
	assert_non_null(strstr(buf_cstr(&out), "\"'=1+1\",\"a\"\"b\",\"'@x\",\r\n"));
	buf_release(&out);
}

static void nonsense_is_none(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 20);
	assert_false(series_csv_put(SLICE_LIT("{"), &out));
	assert_false(series_csv_put(SLICE_LIT("{\"rows\":[]}"), &out));
	buf_release(&out);
	buf_init(&out, 100); /* cut off is not a table either */
	assert_false(series_csv_put(SLICE_LIT(SERIES_ANSWER_ICMP), &out));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_table_holds_all_values),
					   cmocka_unit_test(texts_are_quoted),
					   cmocka_unit_test(nonsense_is_none)};

	return cmocka_run_group_tests_name("series_csv", tests, NULL, NULL);
}
