/* status_text - the status as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dashboard/status_text.h"

static void the_board_adds_its_own_members_at_the_end(void **state)
{
	static const struct {
		const char *in, *out;
		int64_t us;
	} cases[] = {
		{"{\"a\":1}",
		 "{\"a\":1,\"stale_for\":0.25,\"board\":{\"at\":\"e-7\",\"build\":\"b\"}}", 250000},
		{"{}", "{\"stale_for\":3,\"board\":{\"at\":\"e-7\",\"build\":\"b\"}}", 3000000},
		{" { } \n", " { \"stale_for\":0,\"board\":{\"at\":\"e-7\",\"build\":\"b\"}}", -5},
		{"{\"a\":{}} ",
		 "{\"a\":{},\"stale_for\":0,\"board\":{\"at\":\"e-7\",\"build\":\"b\"}}", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct slice opened = status_text_open(slice_of(cases[i].in));
		struct buf out;

		buf_init(&out, 4096);
		buf_put(&out, opened.p, opened.n);
		status_text_put_end(opened, cases[i].us, "e-7", "b", &out);
		assert_string_equal(buf_cstr(&out), cases[i].out);
		buf_release(&out);
	}
}

static void the_head_is_a_number_or_not_known(void **state)
{
	(void)state;
	assert_int_equal(status_text_head(SLICE_LIT("{\"hash\":\"x\",\"seq\":31}")), 31);
	assert_int_equal(status_text_head(SLICE_LIT("{\"seq\":0}")), 0);
	assert_int_equal(status_text_head(SLICE_LIT("{\"hash\":\"x\"}")), -1);
	assert_int_equal(status_text_head(SLICE_LIT("{\"seq\":-4}")), -1);
	assert_int_equal(status_text_head(SLICE_LIT("{\"seq\":\"31\"}")), -1);
	assert_int_equal(status_text_head(SLICE_LIT("{\"seq\":31} {")), -1);
	assert_int_equal(status_text_head(SLICE_LIT("")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_board_adds_its_own_members_at_the_end),
		cmocka_unit_test(the_head_is_a_number_or_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
