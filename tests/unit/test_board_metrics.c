/* board_metrics - each figure has its help, its type and its value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/board_metrics.h"

static void figures_are_open_metrics(void **state)
{
	struct graph_desk_stats s = {
		.asked = 9, .known = 2, .pool = {.drawn = 5, .workers_lost = 1, .ready = 2}};
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	board_metrics_put(&out, &s);
	assert_non_null(strstr(buf_cstr(&out), "# TYPE vigia_board_charts_asked counter\n"
					       "vigia_board_charts_asked_total 9\n"));
	assert_non_null(strstr(buf_cstr(&out), "vigia_board_charts_drawn_total 5\n"));
	assert_non_null(strstr(buf_cstr(&out), "vigia_board_render_workers_lost_total 1\n"));
	assert_non_null(strstr(buf_cstr(&out), "vigia_board_render_workers_ready 2\n"));
	assert_string_equal(buf_cstr(&out) + out.len - 6, "# EOF\n");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(figures_are_open_metrics)};

	return cmocka_run_group_tests_name("board_metrics", tests, NULL, NULL);
}
