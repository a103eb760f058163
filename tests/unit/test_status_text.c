/* status_text - the status as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dashboard/status_text.h"

static void only_one_whole_object_is_sound(void **state)
{
	static const struct {
		const char *text;
		bool sound;
	} cases[] = {
		{"{}", true},
		{" {\"a\":[1,{\"b\":null}]} \n", true},
		{"", false},
		{"[]", false},
		{"{\"a\":1", false},
		{"{\"a\":1}}", false},
		{"{\"a\":NaN}", false},
		{"<html>", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (status_text_is_sound(slice_of(cases[i].text)) != cases[i].sound)
			fail_msg("%s", cases[i].text);
	}
}

static void what_runs_by_itself_is_cut_out_and_nothing_else(void **state)
{
	static const struct {
		const char *in, *out, *why;
	} cases[] = {
		{"{\"now\":12.5,\"a\":1}", "{\"now\":,\"a\":1}", "the hour"},
		{"{\"clock\":{\"elapsed\":42.5,\"left\":257.5}}",
		 "{\"clock\":{\"elapsed\":,\"left\":}}",
		 "a running clock, also as the last member"},
		{"{\"left\":-3}", "{\"left\":}", "negative"},
		{"{\"known\":1,\"leftover\":2}", "{\"known\":1,\"leftover\":2}",
		 "names that only contain these words"},
		{"{\"note\":\"\\\"now\\\":7\"}", "{\"note\":\"\\\"now\\\":7\"}",
		 "the same letters inside a text stay"},
		{"{\"a\":[\"now\",\"left\"]}", "{\"a\":[\"now\",\"left\"]}", "as values they stay"},
		{"{}", "{}", "nothing"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 4096);
		status_text_strip(slice_of(cases[i].in), &out);
		if (!slice_is(buf_slice(&out), cases[i].out))
			fail_msg("%s: %s", cases[i].why, buf_cstr(&out));
		buf_release(&out);
	}
}

static void staleness_becomes_the_last_member(void **state)
{
	static const struct {
		const char *in, *out;
		int64_t us;
	} cases[] = {
		{"{\"a\":1}", "{\"a\":1,\"stale_for\":0.25}", 250000},
		{"{}", "{\"stale_for\":3}", 3000000},
		{" { } \n", " { \"stale_for\":0}", -5},
		{"{\"a\":{}} ", "{\"a\":{},\"stale_for\":0}", 0},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buf out;

		buf_init(&out, 4096);
		status_text_put(slice_of(cases[i].in), cases[i].us, &out);
		assert_string_equal(buf_cstr(&out), cases[i].out);
		assert_true(status_text_is_sound(buf_slice(&out)));
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
		cmocka_unit_test(only_one_whole_object_is_sound),
		cmocka_unit_test(what_runs_by_itself_is_cut_out_and_nothing_else),
		cmocka_unit_test(staleness_becomes_the_last_member),
		cmocka_unit_test(the_head_is_a_number_or_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
