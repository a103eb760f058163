/* json_pull - strict: what RFC 8259 does not allow is refused with its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include <string.h>

#include "base/json_pull.h"
#include "base/micro.h"

static const char *const refused[] = {
	"",
	"{",
	"[1,]",
	"{\"a\":1,}",
	"{\"a\" 1}",
	"{a:1}",
	"[1 2]",
	"01",
	"-",
	"+1",
	"1.",
	".5",
	"1e",
	"nul",
	"tru",
	"NaN",
	"\"a",
	"\"\\x\"",
	"\"\\u12\"",
	"\"\\ud800\"",
	"\"\\udc00\"",
	"\"\x01\"",
	"\"\xff\"",
	"\"\xc0\x80\"",
	"\"\xed\xa0\x80\"",
	"[]]",
	"{}x",
	"[1,,2]",
	"{\"a\":}",
	"'a'",
	"{\"a\\n\":1}",
	"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
};
static const char *const accepted[] = {
	"{}",
	"[]",
	" [ 1 , 2.5e-3 , \"\\u00e9\\ud83d\\ude00\" , null , true , {\"a\":[{}]} ] ",
	"\"\"",
	"[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]",
	"\"\xc3\xa9\"",
	"-0.0",
	"1e99",
};

static void skip_accepts_only_well_formed_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct json_pull in = json_pull_from(slice_of(refused[i]));

		json_skip(&in);
		json_end(&in);
		if (in.error == NULL)
			fail_msg("accepted: %s", refused[i]);
		assert_true(in.offset <= strlen(refused[i]));
	}
	for (size_t i = 0; i < COUNT_OF(accepted); i++) {
		struct json_pull in = json_pull_from(slice_of(accepted[i]));

		json_skip(&in);
		json_end(&in);
		if (in.error != NULL)
			fail_msg("refused: %s: %s", accepted[i], in.error);
	}
}

static void every_truncation_is_refused(void **state)
{
	static const char text[] = "{\"a\":[1,2.5,\"x\\u00e9\"],\"b\":{\"c\":null,\"d\":true}}";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		struct json_pull in = json_pull_from((struct slice){text, n});

		json_skip(&in);
		json_end(&in);
		assert_non_null(in.error);
	}
}

static void reads_an_object_in_any_order(void **state)
{
	struct json_pull in =
		json_pull_from(slice_of("{\"x\":{\"deep\":[1]},\"name\":\"se\\u00f1al\",\"n\":-12,"
					"\"v\":0.0012,\"t\":1760000000.5,"
					"\"none\":null,\"ok\":true,\"id\":\"dc/fw-a\"}"));
	struct slice key, id = {"", 0};
	char name[16] = "";
	int64_t n = 0, v = 0, none = 0;
	struct wall_time t = {0};
	bool ok = false;

	(void)state;
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "name"))
			json_read_str(&in, name, sizeof(name));
		else if (slice_is(key, "n"))
			json_read_i64(&in, &n);
		else if (slice_is(key, "v"))
			json_read_micro(&in, &v);
		else if (slice_is(key, "none"))
			json_read_micro(&in, &none);
		else if (slice_is(key, "t"))
			json_read_time(&in, &t);
		else if (slice_is(key, "ok"))
			json_read_bool(&in, &ok);
		else if (slice_is(key, "id"))
			json_read_slice(&in, &id);
		else
			json_skip(&in);
	}
	json_end(&in);
	assert_null(in.error);
	assert_string_equal(name, "se\xc3\xb1"
				  "al");
	assert_int_equal(n, -12);
	assert_int_equal(v, 1200);
	assert_true(none == MICRO_NONE);
	assert_int_equal(t.us, INT64_C(1760000000500000));
	assert_true(ok);
	assert_true(slice_is(id, "dc/fw-a"));
}

static void wrong_types_and_sizes_are_errors(void **state)
{
	struct json_pull in = json_pull_from(slice_of("\"long text\""));
	char small[4];
	int64_t n = 7;

	(void)state;
	json_read_str(&in, small, sizeof(small));
	assert_non_null(in.error);
	in = json_pull_from(slice_of("1.5"));
	json_read_i64(&in, &n);
	assert_non_null(in.error);
	in = json_pull_from(slice_of("9223372036854775808"));
	json_read_i64(&in, &n);
	assert_non_null(in.error);
	in = json_pull_from(slice_of("\"5\""));
	json_read_i64(&in, &n);
	assert_non_null(in.error);
	assert_int_equal(n, 7);
	in = json_pull_from(slice_of("-9223372036854775808"));
	json_read_i64(&in, &n);
	assert_null(in.error);
	assert_true(n == INT64_MIN);
}

static void raw_hands_back_the_bytes(void **state)
{
	struct json_pull in = json_pull_from(slice_of("[ {\"a\" : [1, 2]} , 3]"));
	struct slice raw = {"", 0};

	(void)state;
	json_enter_array(&in);
	assert_true(json_next_element(&in));
	json_read_raw(&in, &raw);
	assert_true(slice_is(raw, "{\"a\" : [1, 2]}"));
	assert_true(json_next_element(&in));
	json_skip(&in);
	assert_false(json_next_element(&in));
	json_end(&in);
	assert_null(in.error);
}

/* Short numbers take a quick way; it must never say anything else than the careful one. */
static void the_quick_way_of_numbers_agrees_with_the_careful_one(void **state)
{
	static const char *const wholes[] = {
		"0",  "-0", "7",  "-7", "123456789012", "1234567890123",
		"00", "01", "-1", "-",  "999999999999", "9223372036855"};
	static const char *const tails[] = {"",        ".",        ".5",  ".000001", ".123456",
					    ".999999", ".1234567", ".5.", ".5-",     "e1",
					    "e-3",     ".5E2",     "+",   "-"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wholes); i++) {
		for (size_t k = 0; k < COUNT_OF(tails); k++) {
			char text[64];
			int n = snprintf(text, sizeof(text), "%s%s", wholes[i], tails[k]);
			int64_t careful = 0, quick = 0;
			const char *digits = wholes[i] + (wholes[i][0] == '-');
			bool sound =
				micro_parse((struct slice){text, (size_t)n}, &careful) == ERR_OK &&
				(digits[0] != '0' || digits[1] == '\0');
			struct json_pull in;

			snprintf(text + n, sizeof(text) - (size_t)n, "]");
			in = json_pull_from(slice_of(text));
			json_read_micro(&in, &quick);
			if ((in.error == NULL) != sound || (sound && quick != careful))
				fail_msg("'%s': %s, %lld instead of %lld", text,
					 in.error != NULL ? in.error : "taken", (long long)quick,
					 (long long)careful);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_quick_way_of_numbers_agrees_with_the_careful_one),
		cmocka_unit_test(skip_accepts_only_well_formed_text),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(reads_an_object_in_any_order),
		cmocka_unit_test(wrong_types_and_sizes_are_errors),
		cmocka_unit_test(raw_hands_back_the_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
