/* page_value - a number, a moment or an age out of JSON, behind a text, out of a header; nothing out of what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/micro.h"
#include "checks/page_value.h"

#define NONE INT64_C(-7)
/* 2024-05-12 12:20 in Mexico City */
#define NOON_20 INT64_C(1715538000000000)

static int64_t json(const char *body, const char *pointer, enum page_value_as as)
{
	int64_t v = NONE;

	assert_true(page_value_json(slice_of(body), pointer, as, &v) == (v != NONE));
	return v;
}

static int64_t after(const char *body, const char *text, enum page_value_as as)
{
	int64_t v = NONE;

	assert_true(page_value_after(slice_of(body), text, as, &v) == (v != NONE));
	return v;
}

static void members_of_json(void **state)
{
	const char *body = "{\"corte\": {\"n\": 7, \"hora\": \"2024-05-12T12:20\", \"a/b\": 1.5, "
			   "\"~\": \" 12 \"}, \"lista\": [1, [2, 3]], \"t\": 1715538000}";

	(void)state;
	assert_int_equal(json(body, "/corte/n", PAGE_VALUE_NUMBER), 7 * MICRO);
	assert_int_equal(json(body, "/corte/hora", PAGE_VALUE_TIME), NOON_20);
	assert_int_equal(json(body, "/t", PAGE_VALUE_TIME), NOON_20);
	assert_int_equal(json(body, "/corte/a~1b", PAGE_VALUE_NUMBER), 1500000);
	assert_int_equal(json(body, "/corte/~0", PAGE_VALUE_NUMBER), 12 * MICRO);
	assert_int_equal(json(body, "/lista/1/0", PAGE_VALUE_NUMBER), 2 * MICRO);
	assert_int_equal(json("9", "/x", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json(body, "/corte", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json(body, "/corte/m", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json(body, "/corte/hora", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json(body, "/lista/-1", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json(body, "/lista/9", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json("{\"a\": 99999999999999}", "/a", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json("{\"a\": 1e300}", "/a", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json("{\"a\": 1", "/a", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(json("", "/a", PAGE_VALUE_NUMBER), NONE);
}

static void behind_a_text(void **state)
{
	const char *page = "<p>Corte: <b>12/05/2024 12:20</b> h</p><p>Actas 1,234.</p><i n=\"42\">";

	(void)state;
	assert_int_equal(after(page, "Corte: <b>", PAGE_VALUE_TIME), NOON_20);
	assert_int_equal(after(page, "n=\"", PAGE_VALUE_NUMBER), 42 * MICRO);
	assert_int_equal(after("van 3.", "van", PAGE_VALUE_NUMBER), 3 * MICRO);
	assert_int_equal(after("edad -4.5 s", "edad", PAGE_VALUE_AGE), -4500000);
	assert_int_equal(after("t 2024-05-12T12:20:00Zulu", "t", PAGE_VALUE_TIME),
			 NOON_20 - INT64_C(21600000000));
	assert_int_equal(after(page, "Corte: ", PAGE_VALUE_TIME), NONE);
	assert_int_equal(after(page, "corte", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(after("n=", "n=", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(after("n=1-2", "n=", PAGE_VALUE_NUMBER), NONE);
	assert_int_equal(after("", "n=", PAGE_VALUE_NUMBER), NONE);
}

static void the_whole_text(void **state)
{
	int64_t v = NONE;

	(void)state;
	assert_true(page_value_text(SLICE_LIT(" Sun, 12 May 2024 18:20:00 GMT\r\n"),
				    PAGE_VALUE_TIME, &v));
	assert_int_equal(v, NOON_20);
	assert_false(page_value_text(SLICE_LIT("12 h"), PAGE_VALUE_NUMBER, &v));
	assert_false(page_value_text(SLICE_LIT("ayer"), PAGE_VALUE_TIME, &v));
	assert_int_equal(v, NOON_20);
}

static void pointers(void **state)
{
	char longest[PAGE_POINTER_MAX + 2];

	(void)state;
	assert_true(page_pointer_is_sound("/"));
	assert_true(page_pointer_is_sound("/a~0b/~1/0"));
	assert_false(page_pointer_is_sound(""));
	assert_false(page_pointer_is_sound("corte"));
	assert_false(page_pointer_is_sound("/a~2"));
	assert_false(page_pointer_is_sound("/a~"));
	memset(longest, '/', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_false(page_pointer_is_sound(longest));
	assert_true(page_pointer_is_sound(longest + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_of_json), cmocka_unit_test(behind_a_text),
		cmocka_unit_test(the_whole_text), cmocka_unit_test(pointers)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
