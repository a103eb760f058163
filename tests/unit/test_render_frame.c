/* render_frame - frames come whole or not at all; no length is believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/render_frame.h"

static void a_frame_comes_back(void **state)
{
	struct buf out;
	struct slice body;
	uint32_t number;
	bool bad;

	(void)state;
	buf_init(&out, 1 << 16);
	render_frame_put(&out, 7, SLICE_LIT("graph\0-\0"));
	for (size_t n = 0; n < out.len; n++) {
		assert_false(
			render_frame_take((struct slice){out.data, n}, 100, &number, &body, &bad));
		assert_false(bad);
	}
	assert_true(render_frame_take(buf_slice(&out), 100, &number, &body, &bad));
	assert_int_equal(number, 7);
	assert_int_equal(body.n, 8);
	assert_memory_equal(body.p, "graph\0-", 8);
	assert_false(render_frame_take(buf_slice(&out), 7, &number, &body, &bad));
	assert_true(bad);
	buf_release(&out);
}

static void arguments_lie_within(void **state)
{
	const char *argv[RENDER_ARGS_MAX + 1];

	(void)state;
	assert_int_equal(render_frame_args(SLICE_LIT("graph\0-\0"), 2, argv), 2);
	assert_string_equal(argv[0], "graph");
	assert_string_equal(argv[1], "-");
	assert_null(argv[2]);
	assert_int_equal(render_frame_args(SLICE_LIT("graph\0-\0"), 1, argv), -1);
	assert_int_equal(render_frame_args(SLICE_LIT("graph\0-\0"), 3, argv), -1);
	assert_int_equal(render_frame_args(SLICE_LIT("graph"), 1, argv), -1);
	assert_int_equal(render_frame_args(SLICE_LIT(""), 1, argv), -1);
	assert_int_equal(render_frame_args(SLICE_LIT(""), 0, argv), 0);
	assert_int_equal(render_frame_args(SLICE_LIT("x\0"), RENDER_ARGS_MAX + 1, argv), -1);
	assert_int_equal(render_frame_args(SLICE_LIT("x\0"), UINT32_MAX, argv), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_frame_comes_back),
					   cmocka_unit_test(arguments_lie_within)};

	return cmocka_run_group_tests_name("render_frame", tests, NULL, NULL);
}
