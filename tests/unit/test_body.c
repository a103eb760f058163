/* body - single fields of an entry, and nothing at all where the type is another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/micro.h"
#include "journal/body.h"

static const struct slice body =
	SLICE_LIT("{\"a\":{\"word\":\"inner\"},\"word\":\"dc/"
		  "web\",\"escaped\":\"a\\u0041\",\"n\":7,\"t\":1760000000.25,"
		  "\"minus\":-3,\"yes\":true,\"nothing\":null,\"list\":[1, 2]}");

static void words(void **state)
{
	static const char *const none[] = {"escaped", "n", "nothing", "absent", "a", "inner"};

	(void)state;
	assert_true(slice_is(body_word(body, "word"), "dc/web")); /* not the inner one */
	for (size_t i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(body_word(body, none[i]).n, 0);
}

static void numbers(void **state)
{
	(void)state;
	assert_int_equal(body_number(body, "n"), 7);
	assert_int_equal(body_number(body, "minus"), 0);
	assert_int_equal(body_number(body, "t"), 0); /* not whole */
	assert_int_equal(body_number(body, "word"), 0);
	assert_int_equal(body_micro(body, "minus"), -3 * MICRO);
	assert_int_equal(body_micro(body, "nothing"), MICRO_NONE);
	assert_int_equal(body_time(body, "t").us, INT64_C(1760000000250000));
	assert_false(wall_is_known(body_time(body, "nothing")));
	assert_false(wall_is_known(body_time(body, "word")));
}

static void flags_and_raw(void **state)
{
	struct slice raw;

	(void)state;
	assert_true(body_flag(body, "yes"));
	assert_false(body_flag(body, "n"));
	assert_false(body_flag(body, "absent"));
	assert_true(body_raw(body, "list", &raw));
	assert_true(slice_is(raw, "[1, 2]"));
	assert_false(body_raw(body, "absent", &raw));
}

static void what_is_no_object_has_no_fields(void **state)
{
	static const char *const wrong[] = {"",       "[]",      "7",          "{",
					    "{\"n\"", "{\"n\":", "{\"n\":7 7", "null"};
	struct slice raw;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		assert_false(body_raw(slice_of(wrong[i]), "m", &raw));
		assert_int_equal(body_number(slice_of(wrong[i]), "m"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(numbers),
		cmocka_unit_test(flags_and_raw),
		cmocka_unit_test(what_is_no_object_has_no_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
